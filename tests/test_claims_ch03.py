"""The claims of chapter 3, each by the package's own kernels. A claim without its test fails the build of the book."""

import numpy as np
import pytest
from scipy.signal import welch

import rosetta_core as rc
from rosetta_core.models.bautin import cycle_radii, fold
from rosetta_core.models.stuart_landau import amplitude_density, radius_at

TURN = 2 * np.pi


def amplitude(traj):
    """Distance from rest, (n_samples,) or (n_samples, n_nodes), of a model with two states."""
    return np.hypot(traj.x[:, 0], traj.x[:, 1])


def phase(traj):
    """Angle in rad, without jumps."""
    return np.unwrap(np.arctan2(traj.x[:, 1], traj.x[:, 0]), axis=0)


# RK4 multiplies a turning state by 1 - (omega dt)^6/144 in each step: a false damping of this many 1/s.
def false_damping(omega, dt):
    return (omega * dt) ** 6 / (144 * dt)


@pytest.mark.claim("c-3.1")
@pytest.mark.parametrize(("alpha", "gamma", "beta"), [(0.5, 1.0, 0.0), (1.0, 0.25, 2.0), (0.3, 2.0, -1.0)])
def test_every_start_ends_on_the_circle(alpha, gamma, beta):
    p = {"alpha": alpha, "gamma": gamma, "beta": beta}
    start = np.array([0.01, 0.3, 2.0])
    traj = rc.simulate(rc.stuart_landau, 25 / alpha, 0.01, p=p, x0={"re": start, "im": 0 * start}, every=10)
    # False damping shifts the radius by its ratio to 2 alpha: 7e-8 of it. A distance left after 25/alpha from 0.01
    # is below (r*/0.01)^2 exp(-50) / 2 < 1e-16. The steepest start adds a local error below 1e-7.
    assert np.allclose(amplitude(traj)[-1], np.sqrt(alpha / gamma), rtol=1e-6, atol=0)


@pytest.mark.claim("c-3.2")
def test_shear_changes_the_frequency_and_not_the_circle():
    beta = np.array([-2.0, 0.0, 1.0, 3.0])
    p = {"alpha": 0.5, "gamma": 2.0, "beta": beta}
    traj = rc.simulate(rc.stuart_landau, 60, 0.01, p=p, x0={"re": 0.4})
    angle = phase(traj)
    turning = (angle[-1] - angle[3000]) / 30.0
    # RK4 is off by (turning dt)^5/120 in each step, (turning dt)^4/120 < 3e-7 of the frequency.
    assert np.allclose(turning, TURN - beta * 0.5 / 2.0, rtol=1e-6, atol=0)
    assert np.allclose(amplitude(traj)[-1], 0.5, rtol=1e-6, atol=0)


@pytest.mark.claim("c-3.3")
def test_near_the_birth_the_cycle_is_small_and_takes_50_s_to_settle():
    radius, dt = np.sqrt(0.01), 0.005
    traj = rc.simulate(rc.stuart_landau, 50.0, dt, p={"alpha": 0.01}, x0={"re": 1.001 * radius}, every=10_000)
    assert radius == pytest.approx(0.1)
    left = (amplitude(traj)[-1] - radius) / (0.001 * radius)
    # The start is 1e-3 off, so the rate is right to 1.5e-3; false damping moves the radius by 1e-6 of itself at most.
    assert false_damping(TURN, dt) / 0.02 < 1e-6
    assert np.log(left) == pytest.approx(-1.0, abs=3e-3)


@pytest.mark.claim("c-3.4")
@pytest.mark.parametrize(("start", "seconds"), [(1.0, 49.5), (0.1, 4950.0)])
def test_at_the_birth_the_decay_is_a_power_law(start, seconds):
    dt = 0.01
    traj = rc.simulate(rc.stuart_landau, seconds, dt, p={"alpha": 0.0}, x0={"re": start}, every=round(seconds / dt))
    # False damping over the whole run, 2e-4 of the amplitude in the longer one.
    assert amplitude(traj)[-1] == pytest.approx(start / 10, rel=1e-6 + 1.1 * false_damping(TURN, dt) * seconds)
    assert radius_at(seconds, start, 0.0, 1.0) == pytest.approx(start / 10, rel=1e-12)


@pytest.mark.claim("c-3.5")
def test_a_rhythm_born_with_a_jump_holds_on_to_the_fold():
    alpha = np.array([-0.02, 0.02, -0.24, -0.26])
    start = np.array([0.01, 0.01, 1.0, 1.0])
    p = {"alpha": alpha, "gamma": -1.0, "delta": 1.0}
    end = amplitude(rc.simulate(rc.bautin, 600, 0.02, p=p, x0={"re": start, "im": 0 * start}, every=30_000))[-1]
    # The slowest way: from 0.01 at |alpha| = 0.02 the distance falls by exp(-12) in 600 s.
    assert end[0] < 1e-6
    assert end[1] == pytest.approx(np.sqrt((1 + np.sqrt(1 + 4 * 0.02)) / 2), rel=1e-4)
    assert end[2] == pytest.approx(np.sqrt(0.6), rel=1e-4)
    assert end[3] < 1e-6
    assert fold(-1.0, 1.0) == pytest.approx((-0.25, np.sqrt(0.5)))
    assert cycle_radii(0.0, -1.0, 1.0)[-1] == pytest.approx(1.0)
    # At alpha = -0.1 both live, and an unstable circle of radius 0.336 parts them.
    small, large = cycle_radii(-0.1, -1.0, 1.0)
    p["alpha"] = -0.1
    start = np.array([0.98, 1.02]) * small
    end = amplitude(rc.simulate(rc.bautin, 400, 0.02, p=p, x0={"re": start, "im": 0 * start}, every=20_000))[-1]
    assert end[0] < 1e-6
    assert end[1] == pytest.approx(large, rel=1e-4)


def driven(alpha, drive, seconds=1500.0):
    """Amplitude under a drive that turns exactly in tune, at 1 Hz."""
    u = {"u_re": rc.sinusoid(drive, 1.0, 0.25), "u_im": rc.sinusoid(drive, 1.0)}
    p = {"alpha": alpha, "omega": TURN}
    return amplitude(rc.simulate(rc.stuart_landau, seconds, 0.01, p=p, u=u, every=1000))[-1]


@pytest.mark.claim("c-3.6")
@pytest.mark.parametrize("alpha", [-1.0, -0.5])
def test_below_the_birth_the_response_is_linear(alpha):
    # The cube takes away gamma F^2/|alpha|^3 of it, 8e-4 at most.
    assert driven(alpha, 0.01) == pytest.approx(0.01 / -alpha, rel=1e-3)


@pytest.mark.claim("c-3.7")
def test_at_the_birth_a_thousandth_of_the_drive_gives_a_tenth_of_the_response():
    loud, soft = driven(0.0, 1.0), driven(0.0, 1e-3)
    # False damping a lowers r by a/(3 r^2) of itself: 1.5e-6 of it at r = 0.1.
    assert loud == pytest.approx(1.0, rel=1e-5)
    assert soft == pytest.approx(0.1, rel=1e-5)


@pytest.mark.claim("c-3.8")
def test_a_drive_holds_a_detuning_of_009_and_loses_one_of_011():
    # In the frame of the drive: the detuning takes the place of omega, and the drive stands still.
    p = {"alpha": 1.0, "omega": np.array([0.09, 0.11])}
    traj = rc.simulate(rc.stuart_landau, 3000, 0.05, p=p, x0={"re": 1.0}, u={"u_re": 0.1}, every=10)
    held, lost = phase(traj).T
    # The slowest rate in the held state is sqrt(F^2 - detuning^2) = 0.04: exp(-60) is left after 1500 s.
    assert np.ptp(held[3000:]) < 1e-9
    crossings = np.interp(np.arange(3, 20) * TURN, lost, traj.t)
    # Reference: 2 pi / 0.04558338 s, by an integrator with a tolerance of 1e-12. Straight lines between samples
    # 0.5 s apart misplace a crossing by less than the curvature, 0.02 rad/s^2 * 0.5^2 / 8 / 0.2 rad/s = 3 ms.
    assert np.diff(crossings).mean() == pytest.approx(137.8, abs=0.05)


@pytest.mark.claim("c-3.9")
def test_ten_times_the_noise_makes_the_peak_a_hundred_times_as_high_and_no_narrower():
    runs = [
        rc.simulate(rc.stuart_landau, 20_000, 0.02, p={"alpha": -1.0}, sigma=s, seed=5, every=5) for s in (0.003, 0.03)
    ]
    (f, weak), (_, strong) = (welch(run["re"][500:], fs=10.0, nperseg=512) for run in runs)
    near = np.abs(f - 1.0) < 1.0
    # One seed, so the two paths differ by the cube alone: it takes 4 gamma/|alpha| Var x = 0.2 % of the variance and
    # adds as much to the width, together below 1 % at every frequency.
    assert np.allclose(strong[near] / weak[near], 100.0, rtol=0.01)
    z = runs[1]["re"][500:] + 1j * runs[1]["im"][500:]
    memory = abs(np.mean(z[10:] * z[:-10].conj())) / np.mean(np.abs(z) ** 2)
    # The width of a peak is the rate at which the autocorrelation forgets. In 20 000 s there are 20 000 independent
    # pairs, so exp(-1) is found within 0.007; four of these are allowed.
    assert memory == pytest.approx(np.exp(-1.0), abs=0.028)


@pytest.mark.claim("c-3.10")
def test_the_crater_opens_at_zero_for_any_noise():
    near, nearer = 0.02, 0.01
    for sigma in (0.1, 0.3, 1.0):
        for alpha in (-0.2, -0.01, 0.01, 0.2):
            here, centre = (amplitude_density(r, alpha, 1.0, sigma) / r for r in (near, nearer))
            assert (here > centre) == (alpha > 0)
    traj = rc.simulate(rc.stuart_landau, 200_000, 0.02, p={"alpha": 0.5}, sigma=0.3, seed=4, every=50)
    r = amplitude(traj)[100:]
    centre = np.mean(r < 0.2) / (np.pi * 0.2**2)
    rim = np.mean(np.abs(r - np.sqrt(0.5)) < 0.05) / (np.pi * (0.757107**2 - 0.657107**2))
    # P(r*)/P(0) = exp(alpha^2/(2 gamma sigma^2)) = 4.01; over the disc of radius 0.2 the centre is exp(0.11) fuller at
    # its edge, 1.06 on average, over the rim 0.99. The disc holds 1.5 % of some 50 000 independent states: 4 %.
    assert rim / centre == pytest.approx(np.exp(0.5**2 / (2 * 0.3**2)) * 0.99 / 1.06, rel=0.12)


@pytest.mark.claim("c-3.11")
def test_shear_turns_a_knock_outwards_into_a_lasting_lag():
    p = {"alpha": 1.0, "gamma": 1.0, "beta": 1.0, "omega": TURN + 1.0}
    angle = phase(rc.simulate(rc.stuart_landau, 30, 0.005, p=p, x0={"re": np.array([2.0, 1.0]), "im": np.zeros(2)}))
    lag = angle[:, 1] - angle[:, 0]
    # What is left of the knock after 15 s is exp(-30). RK4's error is of order dt^4: 1e-8 during the fast return.
    assert np.allclose(lag[3000:], np.log(2), atol=1e-7)
    assert np.log(2) / TURN == pytest.approx(0.110, abs=5e-4)


unit = rc.stuart_landau.rhs


@rc.kernel
def pair_rhs(t, x, p, u):
    x1, y1, x2, y2 = x
    alpha, omega, detuning, K = p
    first = unit(t, (x1, y1), (alpha, omega + detuning / 2, 1.0, 0.0), (K * (x2 - x1), K * (y2 - y1)))
    second = unit(t, (x2, y2), (alpha, omega - detuning / 2, 1.0, 0.0), (K * (x1 - x2), K * (y1 - y2)))
    return first + second


@rc.kernel
def pair_emit(x, p):
    return x


@pytest.mark.claim("c-3.12")
def test_two_units_drift_die_and_lock_as_the_coupling_grows():
    state = tuple(rc.Quantity(name, 0.5, "1", -2.0, 2.0, name) for name in ("x1", "y1", "x2", "y2"))
    values = {"alpha": 1.0, "omega": TURN, "detuning": 4.0, "K": 0.5}
    params = tuple(rc.Quantity(name, value, "1/s", -20.0, 20.0, name) for name, value in values.items())
    pair = rc.Model("pair", "two coupled units", pair_rhs, pair_emit, state, params, (), "10.1016/0167-2789(90)90007-C")
    for K, worst in [(0.5, 0.5), (1.5, -0.5), (3.0, np.sqrt(5) - 2)]:
        at_rest = rc.jacobian(pair, np.zeros(4), [1.0, TURN, 4.0, K], [])
        assert np.linalg.eigvals(at_rest).real.max() == pytest.approx(worst, abs=1e-12)
    traj = rc.simulate(pair, 80, 0.005, p={"K": np.array([0.5, 1.5, 3.0])}, every=10)
    z1, z2 = traj["x1"] + 1j * traj["y1"], traj["x2"] + 1j * traj["y2"]
    apart = np.unwrap(np.angle(z1 / z2), axis=0)
    late = slice(1000, None)
    assert np.ptp(apart[late, 0]) > 2 * TURN and np.abs(z1[late, 0]).min() > 0.3  # they drift, and go on
    assert np.abs(z1[-1, 1]) < np.exp(-0.5 * 70)  # rate 0.5 for 80 s, with e^5 to spare for the start
    # Locked: RK4 is off by its false damping over the return rate, below 1e-7.
    assert np.abs([z1[-1, 2], z2[-1, 2]]) == pytest.approx([0.486] * 2, abs=5e-4)
    assert np.abs(z1[-1, 2]) == pytest.approx(np.sqrt(np.sqrt(5) - 2), rel=1e-6)
    assert np.ptp(apart[late, 2]) < 1e-6


@pytest.mark.claim("c-3.13")
def test_a_ringing_and_a_rhythm_share_a_peak_and_differ_in_amplitude():
    run = {"t1": 4000.0, "dt": 1e-3, "every": 5}
    ring = rc.simulate(rc.damped, p={"alpha": -2.05, "omega": 20 * np.pi}, sigma=1.44, seed=11, **run)
    sing = rc.simulate(rc.stuart_landau, p={"alpha": 20, "omega": 20 * np.pi, "gamma": 20}, sigma=1.8, seed=12, **run)
    found = []
    for traj in (ring, sing):
        r = amplitude(traj)[1000:]
        f, power = welch(traj.x[1000:, 0], fs=200, nperseg=1024)
        z = (traj.x[:, 0] + 1j * traj.x[:, 1])[1000:]
        left = [abs(np.mean(z[lag:] * z[:-lag].conj())) for lag in (40, 120)]  # after 0.2 s and 0.6 s
        width = np.log(left[0] / left[1]) / 0.4 / np.pi
        found.append((f[power.argmax()], width, r.std() / r.mean(), np.mean(r**2) / 2))
    peaks, widths, spreads, powers = np.array(found).T
    assert np.allclose(peaks, 10.0, atol=200 / 1024)  # one bin
    # A peak is as wide as its state forgets fast: 2.05/pi and, by the radial Fokker-Planck operator, 2.054/pi
    # Hz. In 4000 s what is left after 0.6 s, 0.29, is found within 0.01, so the width to 0.03 Hz; three are allowed.
    assert np.allclose(widths, 0.65, atol=0.09)
    # 4000 s hold 8000 independent amplitudes: each power is found within 1.2 %, their ratio within 1.7 %; and 3 %.
    assert powers[0] / powers[1] == pytest.approx(1.0, abs=0.03 + 0.017)
    # sqrt(4/pi - 1) for the heap, from the density for the ring; both are found within 0.005.
    grid = np.linspace(1e-4, 2.5, 2501)
    weight = amplitude_density(grid, 20.0, 20.0, 1.8)
    mean, square = np.sum(grid * weight) / weight.sum(), np.sum(grid**2 * weight) / weight.sum()
    assert spreads == pytest.approx([np.sqrt(4 / np.pi - 1), np.sqrt(square - mean**2) / mean], abs=0.01)
    assert spreads == pytest.approx([0.52, 0.22], abs=0.015)


@pytest.mark.claim("c-3.14")
def test_the_price_of_linearity_is_of_second_order():
    start = np.array([0.01, 0.02, 0.04, 0.1, 0.3, 1.0])
    setting = {"alpha": -1.0, "omega": TURN}
    linear = amplitude(rc.simulate(rc.damped, 12.0, 0.01, p=setting, x0={"x": start, "y": 0 * start}))[-1]
    full = amplitude(rc.simulate(rc.stuart_landau, 12.0, 0.01, p=setting, x0={"re": start, "im": 0 * start}))[-1]
    excess = linear / full - 1
    # After 12 s the ring-down lacks exp(-24) of its end. RK4's own error on the cube is below 1e-7 of the excess.
    assert np.allclose(excess, np.sqrt(1 + start**2) - 1, rtol=1e-5)
    assert np.allclose(excess[3:], [0.005, 0.044, 0.414], rtol=0.01)
    order = np.polyfit(np.log(start[:3]), np.log(excess[:3]), 1)[0]
    # The next term, -start^4/8, lowers the local slope by start^2/2 < 1e-3.
    assert order == pytest.approx(2.0, abs=1e-3)
