"""Drives are the formulas they say, inside the integrator too; coloured noise has the variance and memory it says."""

import numpy as np
import pytest
from models_for_tests import running_sum

import rosetta_core as rc

T = np.linspace(-0.5, 3.0, 3501)
SAMPLES = [0.3, -0.2, 0.9, 0.4]
TURN = 2 * np.pi


def chirp_phase(t, start, end, duration):
    """Turns: the integral of the frequency, which is constant before 0 and after `duration`."""
    inside = np.clip(t, 0, duration)
    return (
        start * np.minimum(t, 0)
        + start * inside
        + (end - start) * inside**2 / (2 * duration)
        + end * np.maximum(t - duration, 0)
    )


CASES = {
    "step": (rc.step(0.7, at=0.2505, offset=0.1), lambda t: 0.1 + 0.7 * (t >= 0.2505)),
    "pulse": (rc.pulse(-2.0, at=0.1005, width=0.3, offset=1.0), lambda t: 1 - 2 * ((t >= 0.1005) & (t < 0.4005))),
    "pulse_train": (
        rc.pulse_train(1.5, at=0.1005, width=0.05, frequency=4.0, count=3, offset=-0.5),
        lambda t: -0.5 + 1.5 * sum((t >= 0.1005 + k / 4) & (t < 0.1505 + k / 4) for k in range(3)),
    ),
    "endless pulse_train": (
        rc.pulse_train(1.0, at=0.1005, width=0.05, frequency=4.0),
        lambda t: 1.0 * sum((t >= 0.1005 + k / 4) & (t < 0.1505 + k / 4) for k in range(12)),
    ),
    "sinusoid": (rc.sinusoid(0.6, 1.7, phase=0.1, offset=0.2), lambda t: 0.2 + 0.6 * np.sin(TURN * (1.7 * t + 0.1))),
    "modulated": (
        rc.modulated(0.5, carrier=11.0, modulation=0.7, depth=0.4, phase=0.25, offset=0.1),
        lambda t: 0.1 + 0.5 * (1 + 0.4 * np.sin(TURN * 0.7 * t)) * np.sin(TURN * (11 * t + 0.25)),
    ),
    "chirp": (
        rc.chirp(0.8, start=1.0, end=6.0, duration=2.0, phase=0.2, offset=-0.1),
        lambda t: -0.1 + 0.8 * np.sin(TURN * (chirp_phase(t, 1.0, 6.0, 2.0) + 0.2)),
    ),
    "sampled": (rc.sampled(SAMPLES, 0.4), lambda t: np.interp(t, 0.4 * np.arange(4), SAMPLES)),
}  # fmt: skip
every_drive = pytest.mark.parametrize("name", CASES)


@every_drive
def test_a_drive_is_its_formula(name):
    drive, formula = CASES[name]
    # Up to 35 turns, each counted to a rounding: 35 2 pi 1.1e-16, and 4e-16 of the sine itself.
    np.testing.assert_allclose([drive(t) for t in T], formula(T), atol=3e-14, rtol=0)


@every_drive
def test_the_integrator_sees_the_drive_at_the_right_times(name):
    """Euler's method sums the drive at the starts of steps; Heun's and RK4 are the trapezoidal and Simpson's rule."""
    drive, _ = CASES[name]
    dt, n = 0.01, 150
    t = dt * np.arange(n + 1)
    at, between = (np.array([drive(s) for s in times]) for times in (t, t[:-1] + 0.5 * dt))
    weighted = {
        "euler": at[:-1], "heun": (at[:-1] + at[1:]) / 2, "rk4": (at[:-1] + 4 * between + at[1:]) / 6,
    }  # fmt: skip
    for method, terms in weighted.items():
        path = rc.simulate(running_sum, n * dt, dt, u=drive, method=method)["a"]
        # 150 sums of numbers below 4, rounded.
        np.testing.assert_allclose(path[1:], dt * np.cumsum(terms), atol=150 * 1e-15, rtol=0)


def test_one_drive_for_each_node_is_each_node_alone():
    drives = [drive for drive, _ in CASES.values()]
    together = rc.simulate(rc.damped, 1.5, 0.01, u={"F_x": [*drives, 0.3], "F_y": rc.sinusoid(0.2, 3.0)})
    for node, drive in enumerate([*drives, 0.3]):
        alone = rc.simulate(rc.damped, 1.5, 0.01, u={"F_x": drive, "F_y": rc.sinusoid(0.2, 3.0)})
        assert np.array_equal(together.x[..., node], alone.x)


def test_a_drive_alone_a_list_of_one_and_an_array_of_drives():
    drive = rc.sinusoid(0.2, 3.0, offset=0.1)
    alone = rc.simulate(running_sum, 1.0, 0.01, u=drive).x
    assert np.array_equal(rc.simulate(running_sum, 1.0, 0.01, u={"slope": [drive]}).x[..., 0], alone)
    row = np.array([drive, rc.step(1.0, at=0.5)], dtype=object)
    assert np.array_equal(rc.simulate(running_sum, 1.0, 0.01, u={"slope": row}).x[..., 0], alone)


def test_offset_is_the_constant_part():
    with_offset = rc.simulate(rc.damped, 1.0, 0.01, u={"F_x": rc.step(0.0, at=0.0, offset=0.4)})
    assert np.array_equal(with_offset.x, rc.simulate(rc.damped, 1.0, 0.01, u={"F_x": 0.4}).x)


def coloured(sd, tau, n, nodes, dt, seed=3, method="heun"):
    """The noise that the integrator saw, (n, nodes): slopes of a running sum, the mean over each step."""
    run = rc.simulate(
        running_sum, n * dt, dt, x0=np.zeros((1, nodes)), method=method, seed=seed,
        sigma={"slope": rc.ornstein_uhlenbeck(sd, tau)},
    )  # fmt: skip
    return np.diff(run["a"], axis=0) / dt


def test_coloured_noise_has_its_variance_and_memory_from_the_start():
    sd, tau, dt, n, nodes = 0.8, 0.05, 0.01, 400, 2000
    seen = coloured(sd, tau, n, nodes, dt)
    decay = np.exp(-dt / tau)
    # Mean of the two ends of a step: variance sd^2 (1 + decay)/2, and decay times as much between neighbours... both
    # to 4 standard errors, 2000 independent nodes; in time there are n dt/tau independent stretches more.
    wanted = sd**2 * (1 + decay) / 2
    assert seen[0].var() == pytest.approx(wanted, rel=4 * np.sqrt(2 / nodes))
    assert seen.var() == pytest.approx(wanted, rel=4 * np.sqrt(2 / (nodes * n * dt / (2 * tau))))
    lagged = np.mean(seen[:-1] * seen[1:])
    assert lagged == pytest.approx(sd**2 * (1 + decay) ** 2 / 4, rel=4 * np.sqrt(2 / (nodes * n * dt / (2 * tau))))
    ten = np.mean(seen[:-10] * seen[10:])
    assert ten == pytest.approx(
        sd**2 * decay**9 * (1 + decay) ** 2 / 4, abs=4 * sd**2 / np.sqrt(nodes * n * dt / (2 * tau))
    )


def test_coloured_noise_per_node_and_on_its_own_seed():
    one = coloured(0.5, 0.1, 50, 1, 0.01)
    three = coloured([0.5, 1.0, 0.5], [0.1, 0.1, 0.3], 50, 3, 0.01)
    assert np.array_equal(three[:, 0], one[:, 0])
    # Another node has a path of its own, and so has another seed.
    assert np.abs(np.corrcoef(three[:, 1], one[:, 0])[0, 1]) < 0.9
    assert not np.array_equal(coloured(0.5, 0.1, 50, 1, 0.01, seed=4), one)


def test_white_and_coloured_noise_on_one_target_are_different_paths():
    seen = coloured(1.0, 1e-3, 2000, 1, 0.01)[:, 0]
    white = np.diff(rc.simulate(running_sum, 20.0, 0.01, sigma={"slope": 1.0}, method="heun", seed=3)["a"])
    # Independent paths: the correlation of 2000 pairs is below 4/sqrt(2000).
    assert abs(np.corrcoef(seen, white)[0, 1]) < 4 / np.sqrt(2000)


def test_noise_on_an_additive_input_is_noise_on_its_state():
    """An input that enters its state's rate with weight 1: the same law, by another stream of numbers."""
    ends = [
        rc.simulate(rc.damped, 1.0, 0.01, x0=np.zeros((2, 4000)), sigma={name: 0.4}, method="heun").x[-1]
        for name in ("x", "F_x")
    ]  # fmt: skip
    alpha, omega = -0.5, TURN
    # Both states together: sigma^2 (1 - e^{2 alpha t})/(2 |alpha|) is their summed variance, from noise on one alone.
    wanted = 0.4**2 * (1 - np.exp(2 * alpha)) / (2 * abs(alpha))
    assert not np.array_equal(*ends)
    for end in ends:
        # 4 standard errors of a sum of squares of two normal numbers, 4000 times; Heun's bias is (omega dt)^2 = 0.4 %.
        assert (end**2).sum(axis=0).mean() == pytest.approx(wanted, rel=4 * np.sqrt(2 / 4000) + (omega * 0.01) ** 2)


def test_a_path_depends_on_seed_node_and_step_alone():
    """Not on how many nodes there are, how often samples are kept, what else is noisy, or the strength."""
    options = {"seed": 11, "method": "euler"}
    long = rc.simulate(running_sum, 3.0, 0.01, x0=np.zeros((1, 20)), sigma=0.5, **options).x
    assert np.array_equal(rc.simulate(running_sum, 1.0, 0.01, x0=np.zeros((1, 20)), sigma=0.5, **options).x, long[:101])
    assert np.array_equal(rc.simulate(running_sum, 3.0, 0.01, sigma=0.5, **options).x, long[..., 0])
    thin = rc.simulate(running_sum, 3.0, 0.01, x0=np.zeros((1, 20)), sigma=0.5, every=7, **options).x
    assert np.array_equal(thin, long[::7])
    both = rc.simulate(rc.damped, 0.01, 0.01, x0=[0.0, 0.0], sigma={"x": 0.5, "y": 0.5}, **options).x
    one = rc.simulate(rc.damped, 0.01, 0.01, x0=[0.0, 0.0], sigma={"y": 0.5}, **options).x
    assert both[1, 1] == one[1, 1] != 0
    double = rc.simulate(running_sum, 3.0, 0.01, x0=np.zeros((1, 20)), sigma=1.0, **options).x
    assert np.array_equal(double, 2 * long)


def test_white_noise_through_a_nonlinearity_is_refused_and_coloured_is_not():
    with pytest.raises(ValueError, match=r"white noise on the input P_E .*nonlinearity.*ornstein_uhlenbeck"):
        rc.simulate(rc.wilson_cowan, 0.1, 1e-3, sigma={"P_E": 0.1})
    run = rc.simulate(rc.wilson_cowan, 0.1, 1e-3, sigma={"P_E": rc.ornstein_uhlenbeck(0.1, 0.01)})
    assert np.isfinite(run.x).all() and run.x[1:].std() > 0
