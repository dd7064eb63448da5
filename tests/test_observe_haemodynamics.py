"""BOLD: the closed-form steady state, an independent integration, the linearised gain, and refusals."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import rosetta_core as rc
from rosetta_core import observe
from rosetta_core.models.balloon_windkessel import balloon_windkessel, steady_state

TWO_PI = 2 * np.pi
FRISTON = {"kappa": 0.65, "gamma": 0.41, "tau": 0.98, "alpha": 0.32, "rho": 0.34, "V0": 0.02}


def balloon(z, t1, times, p=FRISTON):
    """States by scipy from the equations of Friston et al. 2003, written out here once more, and the signal (%)."""

    def slopes(t, x):
        s, f, v, q = x
        out = v ** (1 / p["alpha"])
        taken = f * (1 - (1 - p["rho"]) ** (1 / f)) / p["rho"]
        return [z(t) - p["kappa"] * s - p["gamma"] * (f - 1), s, (f - out) / p["tau"], (taken - out * q / v) / p["tau"]]

    run = solve_ivp(slopes, (0, t1), [0, 1, 1, 1], t_eval=times, method="DOP853", rtol=1e-12, atol=1e-13, max_step=0.25)
    return run.y.T, percent(run.y[2], run.y[3], p)


def percent(v, q, p=FRISTON):
    return 100 * p["V0"] * (7 * p["rho"] * (1 - q) + 2 * (1 - q / v) + (2 * p["rho"] - 0.2) * (1 - v))


def test_bold_settles_where_the_closed_form_says():
    z = np.array([-0.1, 0.0, 0.05, 0.2, 0.3])
    found = observe.bold(np.tile(z, (201, 1)), 1.0)
    f = 1 + z / FRISTON["gamma"]
    v = f ** FRISTON["alpha"]
    q = v * (1 - (1 - FRISTON["rho"]) ** (1 / f)) / FRISTON["rho"]
    # The slowest mode decays at kappa/2 = 0.325 1/s: exp(-65) of the start is left after 200 s.
    np.testing.assert_allclose(found.states[-1], [0 * z, f, v, q], atol=1e-9, rtol=0)
    np.testing.assert_allclose(found.x[-1], percent(v, q), atol=1e-9, rtol=0)
    assert (np.diff(found.x[-1]) > 0).all()  # more activity, more signal
    assert found.unit == "%" and found.t[-1] == pytest.approx(200.0)


@pytest.mark.parametrize("name", ["friston_2003", "stephan_2007", "spm12"])
def test_every_published_set_settles_and_the_revised_coefficients_are_those_of_stephan(name):
    model = balloon_windkessel.with_preset(name)
    p = np.array([row.default for row in model.params])
    found = observe.bold(np.full(301, 0.1), 1.0, model=model).x[-1]
    assert found == pytest.approx(float(steady_state(0.1, p).bold), abs=1e-9)
    if name != "friston_2003":
        # Stephan et al. 2007 at 1.5 T: k1 = 4.3 40.3 rho 0.04, k2 = 25 rho 0.04, k3 = 0 (epsilon = 1).
        np.testing.assert_allclose(p[6:], [4.3 * 40.3 * p[4] * 0.04, 25 * p[4] * 0.04, 0.0], rtol=1e-14)


def test_bold_of_a_block_follows_an_independent_integration():
    dt = 0.02
    t = dt * np.arange(2001)
    z = np.interp(t, [0, 1, 2, 12, 13, 40], [0, 0, 0.2, 0.2, 0, 0])
    states, signal = balloon(lambda s: np.interp(s, t, z), 40.0, t)
    found = observe.bold(z, dt, step=0.01)
    # RK4 with rates up to 1/(alpha tau) = 3.2 1/s: (3.2 dt/2)^5/120 a step over 4000 steps is 1e-8, times the 2 %.
    np.testing.assert_allclose(found.states, states, atol=1e-8, rtol=0)
    np.testing.assert_allclose(found.x, signal, atol=2e-8, rtol=0)


@pytest.mark.parametrize(
    ("name", "peak", "undershoot"), [("friston_2003", (3.0, 4.0), (8.0, 11.0)), ("spm12", (4.5, 5.5), (11.0, 15.0))]
)
def test_a_second_of_activity_gives_a_peak_after_seconds_and_then_an_undershoot(name, peak, undershoot):
    t = 0.01 * np.arange(4000)
    found = observe.bold(0.2 * (t < 1), 0.01, model=balloon_windkessel.with_preset(name))
    high, low = int(np.argmax(found.x)), int(np.argmin(found.x))
    assert peak[0] < found.t[high] < peak[1] and undershoot[0] < found.t[low] < undershoot[1]
    assert found.x[high] > 0.5 and -0.2 * found.x[high] < found.x[low] < -0.05 * found.x[high]


def test_a_lasting_step_overshoots_and_its_end_undershoots():
    t = 0.01 * np.arange(10001)
    found = observe.bold(0.2 * (t < 60), 0.01)
    plateau = float(steady_state(0.2).bold)
    high = int(np.argmax(found.x))
    # The damped frequency of flow is sqrt(gamma - kappa^2/4) = 0.55 rad/s, half a turn 5.7 s; the balloon adds 1 s.
    assert 6.0 < found.t[high] < 7.5 and 1.05 * plateau < found.x[high] < 1.2 * plateau
    assert found.x[5990] == pytest.approx(plateau, rel=1e-6)
    assert 66.0 < found.t[np.argmin(found.x)] < 69.0 and found.x.min() < -0.1 * plateau


def test_bold_converges_with_order_four():
    t = 0.5 * np.arange(41)
    z = 0.15 + 0.1 * np.sin(t)
    _, exact = balloon(lambda s: np.interp(s, t, z), 20.0, t)
    errors = [np.abs(observe.bold(z, 0.5, step=h, tr=0.5).x - exact).max() for h in (1 / 16, 1 / 32, 1 / 64)]
    first, second = np.log2(errors[0] / errors[1]), np.log2(errors[1] / errors[2])
    # The observed order is 4 + c h; one step of extrapolation leaves c' h^2, below 0.02 for c = 2.4 and h = 1/32.
    assert 2 * second - first == pytest.approx(4, abs=0.05)


def test_small_slow_activity_is_amplified_as_the_linearised_equations_say():
    f, size, dt = 0.05, 1e-4, 0.01
    t = dt * np.arange(20001)
    found = observe.bold(size * np.cos(TWO_PI * f * t), dt)
    p = np.array([row.default for row in balloon_windkessel.params])
    rest = np.array([0.0, 1.0, 1.0, 1.0])
    slope = rc.jacobian(balloon_windkessel, rest, p, np.zeros(1))
    _, _, dv, dq = np.linalg.solve(TWO_PI * 1j * f * np.eye(4) - slope, [1, 0, 0, 0])
    gain = 100 * 0.02 * (-7 * 0.34 * dq + 2 * (dv - dq) - (2 * 0.34 - 0.2) * dv)
    last = found.t > 100  # five periods; the transient is exp(-32)
    turned = 2 * np.mean(found.x[last] * np.exp(-TWO_PI * 1j * f * found.t[last])) / size
    # Averaging over 0.01 s takes (pi f dt)^2/2 = 1e-6; the second harmonic is of order size and averages out.
    assert turned == pytest.approx(gain, rel=1e-4)


def test_bold_is_sampled_at_the_ends_of_steps_and_averaged_before():
    t = 1e-3 * np.arange(30001)
    z = 0.1 + 0.1 * np.sin(TWO_PI * 0.1 * t)
    fine = observe.bold(z, t, gain=1.0)
    coarse = observe.bold(np.stack([z, z], axis=1), 1e-3, tr=2.0)
    np.testing.assert_allclose(coarse.t, 2.0 * np.arange(16), atol=1e-9)
    np.testing.assert_array_equal(coarse.x[:, 1], fine.x[::200])
    _, signal = balloon(lambda s: 0.1 + 0.1 * np.sin(TWO_PI * 0.1 * s), 30.0, coarse.t)
    # Averaging takes (pi 0.1 0.01)^2/2 = 5e-6 of a swing below 2 %; straight lines between averages take as much.
    np.testing.assert_allclose(coarse.x[:, 0], signal, atol=4e-5, rtol=0)
    shifted = observe.bold(5 * z + 3, 1e-3, gain=0.2, baseline=3.0, tr=2.0)
    np.testing.assert_allclose(shifted.x, coarse.x[:, 0], atol=1e-12)


def test_bold_refuses_activity_and_intervals_without_meaning():
    with pytest.raises(ValueError, match=r"stops the blood flow.*lower the gain or the baseline"):
        observe.bold(np.full(100, -2.0), 0.5)
    with pytest.raises(ValueError, match=r"tr must be a whole multiple of 0\.01 s"):
        observe.bold(np.zeros(1000), 0.01, tr=0.025)
    with pytest.raises(ValueError, match=r"longer than the record of 9\.99 s"):
        observe.bold(np.zeros(1000), 0.01, tr=20.0)
    for name in ("tr", "step"):
        with pytest.raises(ValueError, match=f"{name} must be a positive number of seconds, got -1"):
            observe.bold(np.zeros(1000), 0.01, **{name: -1.0})
    with pytest.raises(ValueError, match="gain wants a finite number and baseline"):
        observe.bold(np.zeros((100, 2)), 0.5, baseline=np.zeros(3))
