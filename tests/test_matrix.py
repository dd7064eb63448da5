"""Every rung alone, under each drive and each noise, as an ensemble, a network and a delayed network.

Each cell runs, is finite, gives the same bits again, and converges at its order.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from models_for_tests import defaults, draws, fastest, logistic, span
from numba import njit

import rosetta_core as rc
from rosetta_core.runge_kutta import TABLEAUX, Layout, runge_kutta

every_rung = pytest.mark.parametrize("model", rc.LADDER, ids=lambda m: m.name)
COARSE = 100
# Inputs inside a sigmoid: white noise has no limit there.
SIGMOIDAL = {"master", "wilson_cowan", "nmm1_loop"}


def duration(model):
    """Twenty times the shortest time constant (s): the coarsest step, a hundredth of it, is a fifth of that."""
    return 20 / fastest(model)


def order(model, runs, scale):
    """Order from runs with COARSE, 2 COARSE and 4 COARSE steps: states (samples, n_state, ...) at the same times.

    Successive differences shrink by 2^order, up to a relative error of the size of a step: 0.05 to 0.1 here, times the
    ratio of the next coefficients. The largest difference over all samples and states counts, so that no coefficient
    vanishes by chance.
    """
    first, second = (np.abs((a - b) / scale).max() for a, b in pairwise(runs))
    # Far above rounding, else there would be no order to see.
    assert second > 1e-13
    return np.log2(first / second)


def sizes_of(model, x):
    """A size for each state, (n_state, 1): what it reaches, or a hundredth of its range where it stays near zero."""
    reached = np.abs(x).max(axis=(0, 2)) if x.ndim == 3 else np.abs(x).max(axis=0)
    return np.maximum(reached, [0.01 * span(row) for row in model.state])


def refined(model, levels=(1, 2, 4), of=None, **options):
    """The same run with COARSE steps, and with more; 20 samples each."""
    t1 = duration(model)
    return [
        rc.simulate(of or model, t1, t1 / (COARSE * k), every=COARSE * k // 20, **options).x for k in levels
    ]  # fmt: skip


def off_rest(model):
    """An initial state a little away from the default, so that something moves."""
    return {row.name: row.default + 0.05 * span(row) for row in model.state[:1]}


def pushed(model):
    """A constant input that makes every rung curve, the free phase oscillator too."""
    return {row.name: row.default + 0.1 * span(row) for row in model.inputs[-1:]}


@every_rung
@pytest.mark.parametrize("method", ["heun", "rk4"])
def test_alone(model, method):
    options = {"method": method, "x0": off_rest(model), "u": pushed(model)}
    runs = refined(model, **options)
    assert all(np.isfinite(x).all() for x in runs)
    assert np.array_equal(runs[0], refined(model, levels=(1,), **options)[0])
    assert order(model, runs, sizes_of(model, runs[-1])) == pytest.approx(TABLEAUX[method].order, abs=0.3)


def driven(model):
    """Every drive of the package for the first input: the smooth ones at the end."""
    row, t1 = model.inputs[0], duration(model)
    a, f = 0.1 * span(row), 1 / t1
    # A sampled drive bends where samples are: on whole steps, so the order is kept.
    kinks = rc.sampled(row.default + a * np.sin(np.arange(21.0)), t1 / 20)
    jumps = (
        rc.step(a, at=0.31 * t1, offset=row.default), rc.pulse(a, at=0.2 * t1, width=0.17 * t1, offset=row.default),
        rc.pulse_train(a, at=0.1 * t1, width=0.07 * t1, frequency=5 * f, offset=row.default),
    )  # fmt: skip
    smooth = (
        rc.sinusoid(a, 3 * f, offset=row.default), rc.modulated(a, 4 * f, f, 0.5, offset=row.default),
        rc.chirp(a, f, 3 * f, 1.1 * t1, offset=row.default), kinks,
    )  # fmt: skip
    return [*jumps, *smooth]


def noises(model):
    """Two settings of sigma that share their compiled code: white and coloured noise change places.

    Ten nodes: seven are driven and quiet, then come white noise on the first state or input and coloured noise on the
    other, each alone, and both.
    """
    state, entry, t1 = model.state[0], model.inputs[0], duration(model)
    one, other, both = (np.array([0] * 7 + [a, b, c]) for a, b, c in ((1, 0, 1), (0, 1, 1), (1, 1, 1)))
    assert both.sum() == 3
    tau = t1 / 10
    state_white, state_coloured = 0.02 * span(state) / np.sqrt(t1), 0.02 * span(state) / t1
    input_white, input_coloured = 0.1 * span(entry) * np.sqrt(tau), 0.1 * span(entry)
    on_input = rc.ornstein_uhlenbeck(input_coloured * other, tau)
    exchanged = input_white * other if model.name not in SIGMOIDAL else on_input
    return (
        {state.name: state_white * one, entry.name: on_input},
        {state.name: rc.ornstein_uhlenbeck(state_coloured * one, tau), entry.name: exchanged},
    )


@every_rung
def test_each_drive_and_each_noise(model):
    t1, dt = duration(model), duration(model) / COARSE
    u = {model.inputs[0].name: [*driven(model), *[model.inputs[0].default] * 3]}
    quiet = None
    for sigma in noises(model):
        runs = refined(model, x0=off_rest(model), u=u, sigma=sigma, seed=4)
        again = rc.simulate(model, t1, dt, every=5, x0=off_rest(model), u=u, sigma=sigma, seed=4).x
        assert np.isfinite(runs[0]).all() and np.array_equal(runs[0], again)
        # Nodes differ from one another: each drive and each noise has an effect.
        ends = runs[0][-1].T
        assert len({tuple(end) for end in ends}) == 10
        # The driven nodes are quiet: their path does not depend on the noise of others, and keeps the order of RK4.
        quiet = runs[0][..., :7] if quiet is None else quiet
        assert np.array_equal(runs[0][..., :7], quiet)
        smooth = [x[..., 3:7] for x in runs]
        assert order(model, smooth, sizes_of(model, smooth[-1])[:, None]) == pytest.approx(4, abs=0.4)
        other_seed = rc.simulate(model, t1, dt, every=5, x0=off_rest(model), u=u, sigma=sigma, seed=5).x
        assert (other_seed[-1, :, 7:] != runs[0][-1, :, 7:]).any(axis=0).all()


@every_rung
def test_white_noise_through_a_sigmoid_is_refused(model):
    entry, dt = model.inputs[0], duration(model) / COARSE
    if model.name in SIGMOIDAL:
        with pytest.raises(ValueError, match="passes through a nonlinearity"):
            rc.simulate(model, 10 * dt, dt, sigma={entry.name: 0.1})
    else:
        strength = 0.1 * span(entry) * np.sqrt(duration(model) / 10)
        assert noises(model)[1][entry.name].max() == strength


@every_rung
def test_ensemble(model):
    t1, dt = duration(model), duration(model) / COARSE
    u = {model.inputs[0].name: [*driven(model), *[model.inputs[0].default] * 3]}
    options = {"x0": off_rest(model), "u": u, "sigma": noises(model)[0], "seed": 4, "every": 5}
    with ThreadPoolExecutor(2) as pool:
        result = rc.ensemble(model, t1, dt, executor=pool, progress=False, **options)
    assert result.shape == (10,) and np.isfinite(result.x).all()
    # Every set is a node of the run above, bit for bit: repeatable, and of the same order.
    assert np.array_equal(result.x, rc.simulate(model, t1, dt, **options).x)


def wired(model, delays=None):
    """Five nodes on a random graph; what a node hears is up to a tenth of the range of its input."""
    rng = np.random.default_rng(5)
    weights = rng.uniform(0.2, 1.0, (5, 5)) * (1 - np.eye(5))
    if model.name == "kuramoto":
        # Phases pull each other nearly as fast as they turn.
        return rc.network(model, weights, delays=delays, gain=fastest(model) / 8, coupling="sine")
    said = max(abs(v) for x, _, _ in draws(model, 20) for v in model.emit(tuple(x), tuple(defaults(model)[1])))
    gain = 0.1 * span(model.inputs[0]) / said / weights.sum(axis=1).max()
    return rc.network(model, weights, delays=delays, gain=gain, coupling="additive", into=model.inputs[0].name)


def spread_out(model):
    """Five initial states, (n_state, 5)."""
    x = np.repeat(defaults(model)[0][:, None], 5, axis=1)
    x[0] += (0.4 if model.state[0].unit == "rad" else 0.05) * span(model.state[0]) * np.arange(5) / 4
    return x


@every_rung
def test_network(model):
    net = wired(model)
    runs = refined(model, of=net, x0=spread_out(model))
    assert np.isfinite(runs[-1]).all()
    assert np.array_equal(runs[0], refined(model, levels=(1,), of=net, x0=spread_out(model))[0])
    uncoupled = rc.simulate(model, duration(model), duration(model) / COARSE, every=5, x0=spread_out(model)).x
    assert not np.array_equal(uncoupled[-1], runs[0][-1])
    assert order(model, runs, sizes_of(model, runs[-1])[:, None]) == pytest.approx(4, abs=0.4)


@every_rung
def test_delayed_network(model):
    """Heun's order 2 with delays of any fraction of a step, some of them zero."""
    rng = np.random.default_rng(6)
    delays = duration(model) / COARSE * rng.uniform(1.0, 12.0, (5, 5)) * (rng.uniform(size=(5, 5)) > 0.2)
    net = wired(model, delays)
    runs = refined(model, levels=(1, 4, 16), of=net, x0=spread_out(model), method="heun")
    assert np.isfinite(runs[-1]).all()
    again = refined(model, levels=(1,), of=net, x0=spread_out(model), method="heun")[0]
    assert np.array_equal(runs[0], again)
    # Constant before t = 0, the states bend there, and again one delay later, inside a step: second order stays, with
    # a coefficient that depends on where in the step that falls. Steps of a quarter let it count less.
    assert order(model, runs, sizes_of(model, runs[-1])[:, None]) / 2 == pytest.approx(2, abs=0.2)


def forced_ends(model, method, target, forcing, t1):
    """End states (paths, n_state) under forcing (paths, steps), one number for each step, on one target."""
    x, p, u = (tuple(map(float, a)) for a in defaults(model))
    layout = Layout(len(x), len(p), len(u), "float", "", (target,))
    step, nothing = runge_kutta(model.rhs, TABLEAUX[method], layout), np.zeros((1, 1))

    @njit
    def walk(forcing, h):
        ends = np.empty((forcing.shape[0], len(x)))
        for path in range(forcing.shape[0]):
            now = x
            for i in range(forcing.shape[1]):
                now = step(i * h, now, h, p, u, nothing, 0, 0, (forcing[path, i],))
            for j, value in enumerate(now):
                ends[path, j] = value
        return ends

    return walk(forcing, t1 / forcing.shape[1])


STRONG = [
    (rc.jansen_rit, "rk4", "y4", "white"),
    (rc.mpr, "heun", "I", "white"),
    (logistic, "heun", "drive", "coloured"),
    (rc.jansen_rit, "rk4", "y4", "coloured"),
]


@pytest.mark.parametrize(("model", "method", "name", "kind"), STRONG, ids=lambda v: getattr(v, "name", v))
def test_strong_order_one_along_common_paths(model, method, name, kind):
    """One fine Brownian path for all step sizes, summed (white) or sampled (coloured, mean of the ends of a step)."""
    rng, paths, levels = np.random.default_rng(8), 400, [6, 7, 8, 9, 12]
    t1, fine = duration(model), 2 ** max(levels)
    size, numbers = 0.05 * span(model.quantity(name)), rng.standard_normal((paths, fine))
    target = [row.name for row in (*model.state, *model.inputs)].index(name)
    if kind == "coloured":
        decay = np.exp(-10 / fine)
        kick, path = np.sqrt(1 - decay**2), np.empty((paths, fine + 1))
        path[:, 0] = rng.standard_normal(paths)
        for i in range(fine):
            path[:, i + 1] = decay * path[:, i] + kick * numbers[:, i]
    size *= 10 / t1 if target < len(model.state) else 1.0

    def forcing(steps):
        if kind == "white":
            return size * numbers.reshape(paths, steps, -1).sum(axis=2) * np.sqrt(fine / 10) / (fine / steps)
        seen = size * path[:, :: fine // steps]
        return 0.5 * (seen[:, :-1] + seen[:, 1:])

    ends = [forced_ends(model, method, target, forcing(2**level), t1) for level in levels]
    scale = ends[-1].std(axis=0)
    errors = [np.mean(np.linalg.norm((end - ends[-1]) / scale, axis=1)) for end in ends[:-1]]
    fitted = -np.polyfit(np.array(levels[:-1]) * np.log(2), np.log(errors), 1)[0]
    # 400 paths in common: the slope over three octaves moves by less than 0.04; the finest path is 8 times finer than
    # the last of them and adds 1/8/(3 log 2) = 0.06; terms of higher order count at the coarsest step, a third of the
    # shortest time constant.
    assert fitted == pytest.approx(1.0, abs=0.2)
