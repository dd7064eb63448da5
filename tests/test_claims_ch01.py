"""The claims of chapter 1, each by the package's own kernels. A claim without its test fails the build of the book."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check

import rosetta_core as rc
from rosetta_core.models.damped import second_order
from rosetta_core.models.linear import invariants, poles, solution

TURN = 2 * np.pi
EPS = np.finfo(float).eps


def amplitude(traj):
    """Distance from the middle, (n_samples,) or (n_samples, n_nodes), of a model with two states."""
    return np.hypot(traj.x[:, 0], traj.x[:, 1])


def angle(traj):
    """Angle in rad, without jumps."""
    return np.unwrap(np.arctan2(traj.x[:, 1], traj.x[:, 0]), axis=0)


# RK4 multiplies a turning state by 1 - (omega dt)^6/144 and turns it by (omega dt)^5/120 too little in each step.
def rk4_loss(omega, dt, seconds):
    return (omega * dt) ** 6 / 144 * seconds / dt


def rk4_lag(omega, dt, seconds):
    return (omega * dt) ** 5 / 120 * seconds / dt


@pytest.mark.claim("c-1.1")
def test_every_start_has_its_own_circle_and_all_take_the_same_time():
    start, dt = np.array([0.01, 1.0, 100.0]), 1e-3
    traj = rc.simulate(rc.harmonic, 1.0, dt, x0={"x": start, "y": 0 * start})
    # Loss and lag of one turn are 4e-10 and 8e-11; rounding adds a thousandth of that.
    assert np.allclose(amplitude(traj) / start, 1.0, rtol=0, atol=1.1 * rk4_loss(TURN, dt, 1.0) + 1e-12)
    assert np.allclose(angle(traj)[-1], TURN, rtol=0, atol=1.1 * rk4_lag(TURN, dt, 1.0) + 1e-12)


@pytest.mark.claim("c-1.2")
def test_a_damped_ring_falls_by_e_in_two_seconds_and_to_61_percent_in_a_turn():
    traj = rc.simulate(rc.damped, 4.0, 1e-3, p={"alpha": -0.5, "omega": TURN})
    r = amplitude(traj)
    # RK4's error is (|lambda| dt)^5/120 a step, 4e-7 over four seconds at most.
    assert r[[2000, 4000]] == pytest.approx([np.exp(-1), np.exp(-2)], rel=1e-6)
    tops = traj["x"][[0, 1000, 2000, 3000]]
    assert tops[1:] / tops[:-1] == pytest.approx(np.exp(-0.5), rel=1e-6)
    assert np.exp(-0.5) == pytest.approx(0.61, abs=0.005)


@pytest.mark.claim("c-1.3")
def test_a_pair_turns_where_push_times_pull_exceeds_the_square_of_half_the_difference():
    random = np.random.default_rng(1)
    for a, b, c, d in random.uniform(-5, 5, (2000, 4)):
        eigenvalues = np.linalg.eigvals(rc.jacobian(rc.linear, [0.0, 0.0], [a, b, c, d]))
        # Of 2000 random pairs none is so close to the border that rounding, 1e-14, decides.
        assert abs(b * c - (a - d) ** 2 / 4) > 1e-9
        assert bool(np.iscomplex(eigenvalues).any()) == (b * c > (a - d) ** 2 / 4)


def leaning(q, steps):
    """Amplitudes under symplectic Euler in steps of q rad, and the last angle."""
    x, y, turned, found = 1.0, 0.0, 0.0, np.empty(steps + 1)
    found[0] = 1.0
    for k in range(steps):
        before = np.arctan2(y, x)
        x = x - q * y
        y = y + q * x
        turned += (np.arctan2(y, x) - before) % TURN
        found[k + 1] = np.hypot(x, y)
    return found, turned


@pytest.mark.claim("c-1.4")
def test_euler_feeds_the_circle():
    run = {"p": {"omega": 1.0}, "method": "euler"}
    r = amplitude(rc.simulate(rc.harmonic, 62.85, 0.1, **run))
    assert r.size == 629 and r[-1] == pytest.approx(22.7, abs=0.05)
    # A step is two products and two sums: 628 of them round by 4 * 628 eps at most, relative to the amplitude.
    assert r == pytest.approx(1.01 ** (np.arange(629) / 2), rel=4 * 628 * EPS)
    # Half the step, half the growth: log(1 + q^2)/(2 q) = q/2 to within q^2/2 of itself.
    half = amplitude(rc.simulate(rc.harmonic, 62.825, 0.05, **run))
    assert np.log(half[-1]) / np.log(r[-1]) == pytest.approx(0.5, rel=0.01)


@pytest.mark.claim("c-1.5")
def test_symplectic_euler_leans_and_runs_fast():
    q = 0.1
    for turns in (10, 10_000):
        r, turned = leaning(q, round(turns * TURN / q))
        # x^2 + y^2 - q x y is kept, so 1/(1 + q/2) <= r^2 <= 1/(1 - q/2).
        assert r.min() > 1 / np.sqrt(1 + q / 2) - 1e-9 and r.max() < 1 / np.sqrt(1 - q / 2) + 1e-9
        assert max(r.max() - 1, 1 - r.min()) == pytest.approx(0.026, abs=5e-4)
    r, turned = leaning(q, 628)
    # 2 arcsin(q/2) = q + q^3/24 a step; on the leaning ellipse the angle is off by q/4 at most, here after whole turns.
    assert np.degrees(turned - 62.8) == pytest.approx(1.5, abs=0.05)


@pytest.mark.claim("c-1.6")
def test_rk4_takes_four_millionths_in_ten_turns():
    traj = rc.simulate(rc.harmonic, 62.85, 0.1, p={"omega": 1.0})
    lost = 1 - amplitude(traj)[-1]
    # The next term of the loss, q^8/1152, is an eighth of q^2 = 0.1 % of the first; half the square of the sum less.
    assert lost == pytest.approx(628 * 0.1**6 / 144, rel=2e-3)
    assert lost == pytest.approx(4.4e-6, abs=0.05e-6)
    # The lag is 628 q^5/120 to within q^2 of itself.
    assert np.degrees(62.8 - angle(traj)[-1]) == pytest.approx(0.003, abs=5e-5)


@pytest.mark.claim("c-1.7")
def test_a_constant_push_moves_the_centre_sideways():
    dt = 1e-3
    traj = rc.simulate(rc.harmonic, 1.0, dt, x0={"x": 0.0}, u={"F_x": 1.0})
    # Over one turn of 1000 equal steps sinusoids average out exactly; what is left is RK4's loss and lag, below 1e-9.
    assert traj.x[:-1].mean(axis=0) == pytest.approx([0.0, 1 / TURN], abs=1e-9)
    assert traj["y"].max() == pytest.approx(2 / TURN, abs=1e-9)
    assert traj["y"].max() / 2 == pytest.approx(0.159, abs=5e-4)
    (rest,) = rc.fixed_points(rc.damped, {"alpha": -0.5, "omega": TURN}, {"F_x": 1.0})
    assert complex(*rest.x) == pytest.approx(-1 / (-0.5 + TURN * 1j), abs=1e-12)
    assert rest.x == pytest.approx([0.013, 0.158], abs=5e-4)


@pytest.mark.claim("c-1.8")
def test_a_kick_doubles_or_stops_as_the_phase_will_have_it():
    # A pulse of 1 ms and 1000 per second is a kick of 1; the state turns by 0.0063 rad meanwhile, and each half of the
    # kick misses its phase by a quarter of that.
    for at, left in [(1.0, 2.0), (0.5, 0.0)]:
        u = {"F_x": rc.pulse(1000.0, at - 0.0005, 0.001)}
        r = amplitude(rc.simulate(rc.harmonic, 3.0, 1e-4, u=u))
        assert r[-1] == pytest.approx(left, abs=0.0063 / 4)
        assert r[-1] == pytest.approx(r[15_000], abs=1e-9)


def turning(size, hertz):
    """A drive that turns as size exp(2 pi i hertz t)."""
    return {"F_x": rc.sinusoid(size, hertz, 0.25), "F_y": rc.sinusoid(size, hertz)}


@pytest.mark.claim("c-1.9")
def test_in_tune_the_undamped_amplitude_grows_without_bound():
    traj = rc.simulate(rc.harmonic, 100.0, 1e-3, x0={"x": 0.0}, u=turning(0.5, 1.0), every=1000)
    # Loss and lag of RK4 over 100 s are below 1e-7 of the amplitude.
    assert amplitude(traj) == pytest.approx(0.5 * traj.t, rel=1e-6, abs=1e-9)


@pytest.mark.claim("c-1.10")
def test_detuning_and_damping_bound_the_response():
    traj = rc.simulate(rc.harmonic, 40.0, 1e-3, x0={"x": 0.0}, u=turning(0.5, 1.15), every=5)
    bound = 2 * 0.5 / (TURN * 0.15)
    # The beat has its top every 6.7 s; a sample within 2.5 ms of it is lower by 3e-6.
    assert amplitude(traj).max() == pytest.approx(bound, rel=1e-5)
    traj = rc.simulate(rc.damped, 40.0, 1e-3, p={"alpha": -0.5, "omega": TURN}, x0={"x": 0.0}, u=turning(0.5, 1.0))
    # exp(-20) is left of the way; RK4's false damping is 4e-7 of alpha.
    assert amplitude(traj)[-1] == pytest.approx(1.0, rel=1e-6)


@pytest.mark.claim("c-1.11")
def test_noise_drives_the_undamped_pair_away_and_the_damped_one_to_a_balance():
    nodes, sigma = 20_000, 0.5
    start = {"x": np.zeros(nodes)}
    for model, expected in [(rc.harmonic, 2 * sigma**2 * 10.0), (rc.damped, sigma**2 / 0.5)]:
        end = rc.simulate(model, 10.0, 0.01, x0=start, sigma=sigma, seed=8, every=1000).x[-1]
        # r^2 is exponentially distributed, so its mean over n nodes is known to 1/sqrt(n) = 0.7 %; four are allowed.
        # The steps cost (omega dt)^2/12 = 3e-4, and exp(-10) is left of the way to balance.
        assert np.mean(end[0] ** 2 + end[1] ** 2) == pytest.approx(expected, rel=0.03)


unit = rc.harmonic.rhs


@rc.kernel
def swap_rhs(t, x, p, u):
    x1, y1, x2, y2 = x
    omega, kappa = p
    one = unit(t, (x1, y1), (omega,), (-kappa * y2, kappa * x2))
    return one + unit(t, (x2, y2), (omega,), (-kappa * y1, kappa * x1))


@pytest.mark.claim("c-1.12")
def test_a_coupling_a_quarter_turn_ahead_passes_all_energy_across():
    names = [("x1", 1.0), ("y1", 0.0), ("x2", 0.0), ("y2", 0.0)]
    state = tuple(rc.Quantity(name, value, "1", -2, 2, name) for name, value in names)
    params = tuple(rc.Quantity(name, value, "1/s", 0, 9, name) for name, value in [("omega", TURN), ("kappa", 0.5)])
    swap = rc.Model("swap", "two pendulums", swap_rhs, rc.harmonic.emit, state, params, (), rc.harmonic.source)
    dt = np.pi / 4000
    traj = rc.simulate(swap, 4000.5 * dt, dt)
    z1, z2 = traj["x1"] + 1j * traj["y1"], traj["x2"] + 1j * traj["y2"]
    # The faster of the two modes turns at omega + kappa; RK4 is late by 1e-8 in 3.1 s, and loses less.
    error = rk4_lag(TURN + 0.5, dt, np.pi) * 1.1
    assert np.abs(z1 - np.cos(0.5 * traj.t) * np.exp(1j * TURN * traj.t)).max() < error
    assert np.abs(z2 - 1j * np.sin(0.5 * traj.t) * np.exp(1j * TURN * traj.t)).max() < error
    assert np.abs(z1[-1]) < error and np.abs(z2[-1]) == pytest.approx(1.0, abs=error)
    assert np.abs(z1) ** 2 + np.abs(z2) ** 2 == pytest.approx(1.0, abs=2 * error)


@pytest.mark.claim("c-1.13")
def test_a_pull_towards_each_other_costs_half_the_energy():
    pair = rc.network(rc.harmonic, [[0, 1], [1, 0]], gain=0.5, coupling="diffusive")
    traj = rc.simulate(pair, 20.0, 1e-3, x0={"x": np.array([1.0, 0.0]), "y": np.zeros(2)}, every=10)
    z = traj.x[:, 0] + 1j * traj.x[:, 1]
    # exp(-20) = 2e-9 of the difference is left; RK4 loses 9e-9 and is late by 2e-6 rad in 20 s.
    assert np.abs(z[-1]) == pytest.approx([0.5, 0.5], abs=2e-8)
    assert np.abs(z[-1, 0] - z[-1, 1]) < 1e-8
    assert np.sum(np.abs(z[-1]) ** 2) == pytest.approx(0.5, abs=4e-8)
    apart = np.abs(z[:, 0] - z[:, 1])
    # K = 0.5, so the difference dies at 2 K = 1 per second.
    assert apart[:500] == pytest.approx(np.exp(-traj.t[:500]), rel=1e-6)


@pytest.mark.claim("c-1.14")
def test_without_knocks_the_damped_pair_fades_and_the_rhythm_stays():
    for model, p, seed, left in [
        (rc.damped, {"alpha": -0.3, "omega": TURN}, 14, None),
        (rc.stuart_landau, {"alpha": 1.0}, 2, 1.0),
    ]:
        shaken = rc.simulate(model, 60.0, 0.005, p=p, sigma=0.5, seed=seed)
        r = amplitude(rc.simulate(model, 20.0, 0.005, p=p, x0=shaken.x[-1]))
        if left is None:
            # RK4's false damping, (omega dt)^6/(144 dt) = 1.3e-9 per second.
            assert r[2000] / r[0] == pytest.approx(np.exp(-3.0), rel=1e-6)
            assert r[2000] / r[0] == pytest.approx(0.05, abs=1e-3)
        else:
            # What is off the circle shrinks at 2 alpha = 2 per second: exp(-40) is left.
            assert r[-1] == pytest.approx(left, abs=1e-6)


@pytest.mark.claim("c-1.15")
def test_leaving_out_the_damping_is_an_error_of_first_order():
    alpha = np.array([-1e-4, -1e-3, -0.01, -0.1, -0.5])
    p = {"alpha": alpha, "omega": TURN}
    both = {"x0": {"x": np.ones(5), "y": np.zeros(5)}, "every": 1000}
    undamped, damped = rc.simulate(rc.harmonic, 1.0, 1e-3, **both), rc.simulate(rc.damped, 1.0, 1e-3, p=p, **both)
    missing = 1 - amplitude(damped)[-1] / amplitude(undamped)[-1]
    # Both lose the same to RK4, up to alpha/omega of it: 1e-10.
    assert missing == pytest.approx(1 - np.exp(alpha), abs=1e-9)
    assert missing[2:] == pytest.approx([0.01, 0.095, 0.39], abs=5e-3)
    order = np.log(missing[1] / missing[0]) / np.log(10)
    # The next term, -alpha^2/2, lowers the slope by 5e-4 between these two.
    assert order == pytest.approx(1.0, abs=1e-3)
    assert angle(damped)[-1] == pytest.approx(angle(undamped)[-1], abs=1e-9)


@pytest.mark.claim("c-1.16")
def test_stable_poles_do_not_forbid_a_large_transient():
    entries = (-1.0, 0.0, 20.0, -1.0)
    assert poles(*entries) == pytest.approx([-1.0, -1.0])
    p = dict(zip("abcd", entries, strict=True))
    traj = rc.simulate(rc.linear, 10.0, 1e-3, p=p, x0={"x": 1.0, "y": 0.0})
    # y = 20 t exp(-t), whose top at t = 1 is a sample; RK4 is right to 1e-12.
    assert traj["y"].max() == pytest.approx(20 / np.e, rel=1e-9)
    assert traj["y"].max() == pytest.approx(7.4, abs=0.05)
    assert traj.x[-1] == pytest.approx(solution(10.0, [1.0, 0.0], *entries), abs=1e-9)


@pytest.mark.claim("c-1.17")
def test_the_damped_frequency_and_the_decrement():
    w0, zeta = 20 * np.pi, 0.1
    pole = poles(0.0, w0, w0, -2 * zeta * w0)[0]
    check(REFERENCE["r1.ho.a.fd"], abs(pole.imag) / TURN)
    check(REFERENCE["r1.ho.a.logdec"], -TURN * pole.real / abs(pole.imag))
    # The same numbers by two routes: rounding.
    assert complex(*second_order(10.0, zeta)) == pytest.approx(complex(pole.real, abs(pole.imag)), rel=1e-12)
    assert abs(pole.imag) / TURN == pytest.approx(9.95, abs=0.005)
    assert np.exp(TURN * pole.real / abs(pole.imag)) == pytest.approx(0.53, abs=0.005)
    assert invariants(0.0, w0, w0, -2 * w0).determinant == pytest.approx(w0**2)
    assert poles(0.0, w0, w0, -2 * w0) == pytest.approx([-w0, -w0], rel=1e-7)


@pytest.mark.claim("c-1.18")
def test_euler_makes_the_damped_ring_of_the_poster_grow():
    p, h = {"alpha": -0.3, "omega": 62.8}, 1e-3
    r = amplitude(rc.simulate(rc.damped, 1.0, h, p=p, method="euler"))
    growth = np.log(r[-1] / r[0])
    # log|1 + lambda h|^2 / (2 h) = alpha + (omega^2 - alpha^2) h/2 to within (omega h)^4/(4 h) = 0.004 per second.
    assert growth == pytest.approx(-0.3 + 62.8**2 * h / 2, abs=0.006)
    assert r[-1] / r[0] == pytest.approx(5.3, abs=0.05)
    border = 2 * 0.3 / (0.3**2 + 62.8**2)
    assert border == pytest.approx(0.15e-3, abs=0.005e-3)
    for step, sign in [(0.99 * border, -1), (1.01 * border, 1)]:
        r = amplitude(rc.simulate(rc.damped, 20.0, step, p=p, method="euler"))
        assert np.sign(r[-1] - r[0]) == sign
