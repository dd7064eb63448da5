"""Networks: graphs, delays, histories and couplings against closed forms, reference values and one another."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import newton

import rosetta_core as rc
from rosetta_core.models.stuart_landau import limit_cycle

REFERENCE = {row["id"]: row for row in json.loads((Path(__file__).parent / "reference.json").read_text())}
SL = rc.stuart_landau
RNG = np.random.default_rng(3)
W5 = RNG.uniform(-0.2, 1.0, (5, 5))
X5 = RNG.uniform(-1.0, 1.0, (2, 5))
D5 = 0.01 * RNG.uniform(1.0, 30.0, (5, 5)) * (RNG.uniform(size=(5, 5)) > 0.3)


def ends(net, t1=1.0, dt=0.01, x0=X5, **options):
    return rc.simulate(net, t1, dt, x0=x0, **options).x


# The ten Stuart-Landau oscillators of the reference values.
NUMBER = np.arange(1, 11)
DISTANCE = np.abs(NUMBER[:, None] - NUMBER)
WEIGHTS10 = np.where(DISTANCE > 0, 1 / (1 + DISTANCE), 0.0)
START10 = 0.5 * np.array([np.cos(0.7 * NUMBER), np.sin(0.7 * NUMBER)])


def ten(key, delayed, t1):
    given = REFERENCE[key]["parameters"]
    a, gain = (3.0, 1.5) if key.startswith("r8.a0") else (-2.0, 3.0)
    assert (given["a"], given["G"]) == (a, gain)
    net = rc.network(SL, WEIGHTS10, gain=gain, delays=0.002 * DISTANCE if delayed else None)
    p = {"alpha": a, "omega": 2 * np.pi * (9 + 0.2 * NUMBER), "gamma": 1.0, "beta": 0.0}
    # RK4: (72 rad/s dt)^4/120 of a turn a second without delays. With them the bend of the constant history at t = 0,
    # read between samples, leaves order 2: 1e-9 at this step.
    dt = 2e-5 if delayed else 1e-4
    return rc.simulate(net, t1, dt, p=p, x0=START10, every=100).x[-1]


@pytest.mark.parametrize(("key", "delayed", "t1"), [
    ("r8.a0.nodelay", False, 1.0), ("r8.a1.nodelay", False, 1.0), ("r8.a0.delay", True, 1.0),
    ("r8.a1.delay", True, 1.0), ("r8.a0.delay.0.2", True, 0.2),
])  # fmt: skip
def test_reference_values(key, delayed, t1):
    end = ten(key, delayed, t1)
    np.testing.assert_allclose(end, REFERENCE[key]["value"], atol=REFERENCE[key]["tolerance"], rtol=0)
    if f"{key}.R" in REFERENCE:
        z = end[0] + 1j * end[1]
        assert abs(np.mean(z / abs(z))) == pytest.approx(
            REFERENCE[f"{key}.R"]["value"], abs=REFERENCE[f"{key}.R"]["tolerance"]
        )


def growth(coupling, gain, delay, turn):
    """Rate of the exponential solution of z' = a z + gain (turn z(t - delay) - z or 0), a = -0.4 + 3i."""
    own = -0.4 + 3j - (gain if coupling == "diffusive" else 0.0)
    return newton(lambda s: s - own - gain * turn * np.exp(-s * delay), own, tol=1e-15)


@pytest.mark.parametrize(
    ("method", "wanted", "coupling"),
    [("euler", 1, "additive"), ("heun", 2, "additive"), ("rk4", 4, "additive"), ("rk4", 4, "diffusive")],
)
def test_linear_delayed_network_is_the_closed_form(method, wanted, coupling):
    """A ring of three damped oscillators: z_j = exp(s t + 2 pi i j/3), for ever before t = 0 and after it."""
    gain, delay, turn = 0.8, 0.137, np.exp(-2j * np.pi / 3)
    s, places = growth(coupling, gain, delay, turn), np.exp(2j * np.pi / 3 * np.arange(3))

    def history(t):
        z = np.exp(s * t) * places
        return np.array([z.real, z.imag])

    net = rc.network(rc.damped, np.roll(np.eye(3), -1, axis=1), delays=delay, gain=gain, coupling=coupling)
    p, errors, steps = {"alpha": -0.4, "omega": 3.0}, [], np.array([50, 100, 200, 400])
    for n in steps:
        run = rc.simulate(net, 2.0, 2.0 / n, p=p, history=history, method=method)
        exact = np.array([history(t) for t in run.t])
        assert np.array_equal(run.x[0], history(0.0))
        errors.append(np.abs(run.x - exact).max())
    fitted = -np.polyfit(np.log(steps[1:]), np.log(errors[1:]), 1)[0]
    # The delay is 3.4 to 27.4 steps. Where in a step it falls changes the interpolation's part of the error, from 0 to
    # its full size; the method's own part is 3 times as large or more, so the slope over two octaves moves by 0.2.
    assert fitted == pytest.approx(wanted, abs=0.25)
    # |s|^5 dt^4 t/120 of e^{0.3 t} with |s| < 4, and as much again from the interpolation.
    assert method != "rk4" or errors[-1] < 1e-8


def test_dense_and_sparse_give_the_same_bits():
    holes = W5 * (RNG.uniform(size=(5, 5)) > 0.4)
    for weights, delays in ((W5, None), (holes, None), (W5, D5), (holes, D5)):
        dense = ends(rc.network(SL, weights, delays=delays))
        for form in (sparse.csr_array, sparse.coo_array, sparse.csc_matrix):
            lags = None if delays is None else form(delays)
            assert np.array_equal(ends(rc.network(SL, form(weights), delays=lags)), dense)


@pytest.mark.parametrize("delays", [None, D5])
def test_without_weights_nodes_are_uncoupled_bit_for_bit(delays):
    options = {
        "p": {"alpha": [0.5, -0.5, 0.1, 0.2, 0.3]}, "seed": 2,
        "u": {"u_re": [rc.sinusoid(0.3, 2.0), 0.1, 0.2, 0.0, 0.0]},
        "sigma": {"im": 0.1, "u_re": rc.ornstein_uhlenbeck(0.5, 0.1)},
    }  # fmt: skip
    alone = rc.simulate(SL, 1.0, 0.01, x0=X5, **options).x
    for net in (rc.network(SL, np.zeros((5, 5)), delays=delays), rc.network(SL, W5, gain=0.0, delays=delays)):
        assert np.array_equal(ends(net, **options), alone)


def test_names_of_nodes_do_not_matter():
    order = np.array([3, 0, 4, 1, 2])
    for delays in (None, D5):
        one = ends(rc.network(SL, W5, delays=delays), t1=2.0)
        moved = None if delays is None else delays[np.ix_(order, order)]
        other = ends(rc.network(SL, W5[np.ix_(order, order)], delays=moved), t1=2.0, x0=X5[:, order])
        # Sums of five terms in another order: 200 steps, each rounding numbers below 2, growing by e at most.
        np.testing.assert_allclose(other, one[..., order], atol=200 * 5e-16 * np.e, rtol=0)


def test_history_by_function_by_array_and_by_initial_state():
    net, dt = rc.network(SL, W5, delays=0.0137), 0.01
    same = ends(net)
    assert np.array_equal(ends(net, x0=None, history=lambda t: X5), same)
    assert np.array_equal(ends(net, x0=None, history=np.broadcast_to(X5, (9, 2, 5))), same)
    # One state for all nodes.
    assert np.array_equal(ends(net, x0=None, history=lambda t: X5[:, 0]), ends(net, x0=X5[:, 0]))
    swinging = ends(net, history=lambda t: np.cos(3 * t) * X5)
    sampled = np.array([np.cos(3 * k * dt) * X5 for k in range(-20, 1)])
    assert np.array_equal(ends(net, history=sampled), swinging)
    assert not np.array_equal(swinging, same)
    # The state at t = 0 is x0 where it is given, and else where the history ends.
    assert np.array_equal(ends(net, x0=2 * X5, history=sampled)[0], 2 * X5)
    assert np.array_equal(ends(net, x0=None, history=sampled)[0], X5)


def test_a_run_goes_on_from_its_own_past():
    """A delayed network started with the samples of an earlier run as its history gives the rest of that run."""
    net = rc.network(SL, W5, delays=D5)
    for method in ("heun", "rk4"):
        whole = ends(net, t1=2.0, method=method)
        rest = ends(net, x0=None, history=whole[:101], method=method)
        assert np.array_equal(rest, whole[100:])


def test_blocks_do_not_show(monkeypatch):
    net, options = rc.network(SL, W5, delays=D5), {"sigma": 0.1, "every": 3, "u": {"u_re": rc.sinusoid(0.3, 1.0)}}
    whole = ends(net, **options)
    monkeypatch.setattr("rosetta_core.delays.BLOCK", 10)
    assert np.array_equal(ends(net, **options), whole)
    assert np.array_equal(ends(net, sigma=0.1, u={"u_re": rc.sinusoid(0.3, 1.0)})[::3], whole)


def test_long_and_short_delays_together():
    """Delays of one step, of a fraction more, and of many steps: a ring in which only the total matters."""
    lags = np.array([0.01, 0.0133, 0.9767])
    delays = np.zeros((3, 3))
    delays[[1, 2, 0], [0, 1, 2]] = lags
    ring = np.roll(np.eye(3), 1, axis=0)
    still = np.zeros((2, 3))
    run = rc.simulate(
        rc.network(rc.damped, ring, gain=1.0, delays=delays, coupling="additive"), 1.5, 0.01, x0=still,
        u={"F_x": [rc.pulse(1.0, at=0.1, width=0.05), 0.0, 0.0]},
    )  # fmt: skip
    moved = [run.t[np.flatnonzero(run.x[:, 0, node])[0]] for node in range(3)]
    # Node 1 feels the pulse one delay later, node 2 another later; the way back arrives after 1.0 s in all. A sample
    # comes at most a step late, and the cubic through four samples reaches a step ahead.
    for node, after in enumerate(np.cumsum([0.1, *lags[:2]])):
        assert abs(moved[node] - after) < 0.021
    silent = rc.simulate(
        rc.network(rc.damped, ring * [1, 1, 0], gain=1.0, delays=delays, coupling="additive"), 1.5, 0.01, x0=still,
        u={"F_x": [rc.pulse(1.0, at=0.1, width=0.05), 0.0, 0.0]},
    ).x  # fmt: skip
    back = run.t[np.flatnonzero((run.x[:, :, 0] != silent[:, :, 0]).any(axis=1))[0]]
    assert abs(back - 1.1) < 0.021


def test_normalisation_and_gain():
    plain = rc.network(SL, W5).weights.toarray()
    assert np.array_equal(plain, W5)
    rows = rc.network(SL, W5, normalise="rows", gain=2.0)
    np.testing.assert_allclose(rows.strengths, 2.0, rtol=1e-15)
    assert np.abs(rc.network(SL, W5, normalise="largest").weights.toarray()).max() == 1.0
    spectral = rc.network(SL, W5, normalise="spectral").weights.toarray()
    assert np.abs(np.linalg.eigvals(spectral)).max() == pytest.approx(1.0, rel=1e-14)
    np.testing.assert_allclose(spectral / spectral[0, 0], W5 / W5[0, 0], rtol=1e-14)


def test_additive_diffusive_and_sine_coupling_by_hand():
    x, weights = np.array([[0.3, -0.4]]), np.array([[0.0, 0.7], [0.2, 0.1]])
    rate = rc.exponential
    gain, tau = (row.default for row in rate.params)
    for coupling, heard in (
        ("additive", weights @ x[0]), ("diffusive", (weights * (x[0][None] - x[0][:, None])).sum(axis=1)),
    ):  # fmt: skip
        field = rc.network(rate, weights, coupling=coupling).field(x, u={"rate": 0.5})
        np.testing.assert_allclose(field[0], (gain * (0.5 + heard) - x[0]) / tau, rtol=1e-14)
    p = {"omega": [1.0, 2.0], "lag": [0.3, -0.1]}
    field = rc.network(rc.kuramoto, weights, gain=1.5, coupling="sine").field(x, p)
    pull = (weights * np.sin(x[0][None] - x[0][:, None] - np.array(p["lag"])[:, None])).sum(axis=1)
    np.testing.assert_allclose(field[0], np.array(p["omega"]) + 1.5 * pull, rtol=1e-14)


COUPLED = {
    "additive": rc.network(SL, W5, gain=0.7, coupling="additive"),
    "diffusive": rc.network(SL, sparse.csr_array(W5), gain=0.7),
    "sine": rc.network(rc.kuramoto, W5, gain=0.7, coupling="sine"),
    "one input": rc.network(rc.jansen_rit, W5, gain=30.0, coupling="diffusive"),
}


@pytest.mark.parametrize("name", COUPLED)
def test_field_and_jacobian_are_those_of_the_run(name):
    net = COUPLED[name]
    n = len(net.state)
    x = RNG.uniform(-1.0, 1.0, (n, 5))
    p = {net.params[0].name: net.params[0].default * np.linspace(0.8, 1.2, 5)}
    u = {net.inputs[0].name: [0.1, 0.2, 0.0, -0.1, 0.3]}
    slope, dt = net.field(x, p, u), 1e-3
    step = rc.simulate(net, dt, dt, p=p, u=u, x0=x, method="euler").x[1]
    # One step: x + dt f, rounded; sums in another order.
    np.testing.assert_allclose(step, x + dt * slope, atol=4e-16 * (1 + dt * np.abs(slope).max()), rtol=4e-16)
    J, h = net.jacobian(x, p, u), 1e-4
    assert J.shape == (5 * n, 5 * n)
    for column in range(5 * n):
        move = h * (np.arange(5 * n) == column).reshape(n, 5)
        wide, narrow = ((net.field(x + s * move, p, u) - net.field(x - s * move, p, u)) / (2 * s * h) for s in (1, 0.5))
        # The narrow difference is off by a third of what separates the two, and by rounding over its step.
        bound = 0.5 * np.abs(wide - narrow) + 4e-16 * (np.abs(slope).max() + np.abs(J).max()) / h
        np.testing.assert_array_less(np.abs(J[:, column] - narrow.ravel()), bound.ravel() + 1e-300)


def test_a_delayed_network_has_no_field():
    with pytest.raises(ValueError, match="has delays: its rate of change depends on the past"):
        rc.network(SL, W5, delays=D5).field(X5)


def test_two_phase_oscillators_lock_where_the_closed_form_says():
    """phi' = detuning - 2 K cos(lag) sin(phi) for phi = theta_2 - theta_1, both ways with the same weight."""
    detuning, gain, lag = 0.8, 0.6, 0.4
    net = rc.network(rc.kuramoto, [[0, 1], [1, 0]], gain=gain, coupling="sine")
    run = rc.simulate(net, 60.0, 0.01, p={"omega": [6.0, 6.0 + detuning], "lag": lag})
    phi = run.x[-1, 0, 1] - run.x[-1, 0, 0]
    # Attracted at 2 K cos(lag) cos(phi) = 0.76/s over 60 s; a phase of 360 rad rounds to 6e-14.
    assert phi == pytest.approx(np.arcsin(detuning / (2 * gain * np.cos(lag))), abs=1e-12)


def test_synchronous_nodes_follow_one_node():
    """Diffusive coupling is silent between equals: everyone is on the one limit cycle."""
    p = {"alpha": 0.6, "omega": 2.0, "gamma": 1.2, "beta": 0.5}
    run = rc.simulate(rc.network(SL, W5 + 0.3), 3.0, 0.01, p=p, x0=[0.3, 0.0])
    alone = rc.simulate(SL, 3.0, 0.01, p=p, x0=[0.3, 0.0])
    # sum of w x - x sum of w cancels to a rounding of numbers near 1, 300 times, growing by e^{0.6 t} at most.
    np.testing.assert_allclose(run.x, np.repeat(alone.x[..., None], 5, axis=2), atol=300 * 1e-15, rtol=0)
    assert limit_cycle(**p).radius == pytest.approx(np.hypot(*run.x[-1]).max(), rel=0.1)


def test_a_thousand_nodes_on_a_sparse_ring():
    n = 1000
    ring = sparse.diags_array([np.ones(n - 1), np.ones(n - 1)], offsets=[-1, 1], format="lil")
    ring[0, n - 1] = ring[n - 1, 0] = 1.0
    k = 2 * np.pi * 3 / n
    wave = np.array([np.cos(k * np.arange(n)), np.sin(k * np.arange(n))])
    run = rc.simulate(rc.network(rc.damped, ring, gain=0.5), 1.0, 0.01, x0=wave, every=100)
    # A wave is a mode: z_j' = (alpha + i omega + 2 gain (cos k - 1)) z_j; RK4 errs by |rate dt|^5/120 in 100 steps.
    rate = -0.5 + 2j * np.pi + 2 * 0.5 * (np.cos(k) - 1)
    wanted = np.exp(rate) * (wave[0] + 1j * wave[1])
    np.testing.assert_allclose(run.x[-1, 0] + 1j * run.x[-1, 1], wanted, atol=100 * abs(rate * 0.01) ** 5 / 100, rtol=0)
    late = rc.simulate(rc.network(rc.damped, ring, gain=0.5, delays=0.033), 0.2, 0.01, x0=wave)
    assert np.isfinite(late.x).all() and late.x.shape == (21, 2, 1000)


def test_networks_travel_and_take_presets():
    net = rc.network(rc.jansen_rit, W5, gain=0.1, coupling="additive", delays=0.01)
    back = pickle.loads(pickle.dumps(net.with_preset("jansen_rit_1995")))
    assert back.model == rc.jansen_rit.with_preset("jansen_rit_1995")
    assert np.array_equal(rc.simulate(back, 0.1, 1e-3).x, rc.simulate(net, 0.1, 1e-3).x)
    assert "5 nodes" in repr(net) and "delays up to 0.01 s" in repr(net)
