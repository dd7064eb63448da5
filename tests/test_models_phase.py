"""Kuramoto and theta: phases against closed forms, integrals and populations."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check, printed
from scipy.integrate import quad

import rosetta_core as rc
from rosetta_core._jit import python_function
from rosetta_core.models.kuramoto import (
    adler,
    critical_coupling,
    finite_synchrony,
    frequencies,
    incoherent_order,
    kuramoto,
    order_parameter,
    ott_antonsen,
    synchrony,
)
from rosetta_core.models.theta import (
    equilibria,
    frequency,
    period,
    phase,
    phase_response,
    pulse,
    solution,
    theta,
    voltage,
)

TWO_PI = 2 * np.pi


def rk4_bound(rate, dt, t1):
    """Global error of RK4 where the fastest rate is `rate`: (rate dt)^5/120 a step, times 4 for its growth."""
    return 4 * (rate * dt) ** 5 / 120 * (t1 / dt) + 1e-12


def population(omega, K, start, dt, steps, lag=0.0):
    """Order parameter (steps + 1,) of all-to-all coupled oscillators, the model's own right-hand side under RK4."""
    rhs = python_function(kuramoto.rhs)

    def slope(phases):
        field = K * order_parameter(phases)
        return rhs(0.0, (phases,), (omega, lag), (0.0, field.imag, field.real))[0]

    phases, out = np.array(start, dtype=float), []
    for _ in range(steps):
        out.append(order_parameter(phases))
        k1 = slope(phases)
        k2 = slope(phases + dt / 2 * k1)
        k3 = slope(phases + dt / 2 * k2)
        k4 = slope(phases + dt * k3)
        phases = phases + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return np.array([*out, order_parameter(phases)])


def test_field_of_one_neighbour_is_adlers_equation():
    eps, phi, lag, omega, at = 1.2, 2.1, 0.4, 3.0, 0.7
    (slope,) = kuramoto.rhs(0.0, (at,), (omega, lag), (0.5, eps * np.sin(phi), eps * np.cos(phi)))
    assert slope == pytest.approx(omega + 0.5 + eps * np.sin(phi - at - lag), rel=1e-15)
    assert kuramoto.emit((at,), (omega, lag)) == (at,)
    assert kuramoto.output((at,), (omega, lag)) == pytest.approx(np.cos(at), rel=1e-15)


@pytest.mark.parametrize(("detuning", "strength", "lag"), [(1.01, 1.0, 0.0), (-2.0, 1.2, 0.3), (3.0, 0.0, 0.0)])
def test_beat_is_adlers(detuning, strength, lag):
    lock = adler(detuning, strength)
    assert not lock.locked
    turns, dt = 3, 1e-3
    t1 = turns * TWO_PI / abs(lock.beat)
    steps = round(t1 / dt)
    options = {"p": {"omega": detuning, "lag": lag}, "u": {"h_cos": strength}, "x0": [0.2]}
    run = rc.simulate(kuramoto, t1, t1 / steps, **options)
    # Where the phase nearly stands still an error of time is an error of phase times the ratio of the two speeds.
    slowest = abs(detuning) - strength
    bound = rk4_bound(abs(detuning) + strength, dt, t1) * (abs(detuning) + strength) / slowest
    assert run["theta"][-1] - 0.2 == pytest.approx(np.sign(detuning) * turns * TWO_PI, abs=bound)


def test_locked_phase_is_adlers_and_two_oscillators_lock_when_they_differ_by_less_than_the_coupling():
    lock = adler(0.6, 1.0)
    assert lock.locked and lock.beat == 0
    run = rc.simulate(kuramoto, 40.0, 0.01, p={"omega": 0.6, "lag": 0.2}, u={"h_cos": 1.0})
    # Attraction at cos(psi) = 0.8 per s leaves exp(-32).
    assert run["theta"][-1] == pytest.approx(lock.phase - 0.2, abs=1e-12)
    pair = rc.network(kuramoto, [[0.0, 0.5], [0.5, 0.0]], coupling="sine")
    for gap, locked in ((0.99, True), (1.01, False)):
        assert adler(gap, 1.0).locked is locked
        run = rc.simulate(pair, 200.0, 0.02, p={"omega": [gap, 0.0]}, x0={"theta": [0.0, 0.0]})
        # Two phases that differ by psi have R = |cos(psi/2)|: locked R stays above sqrt(1/2), drifting it passes 0.
        assert (np.abs(order_parameter(run["theta"])).min() > np.sqrt(0.5)) is np.bool_(locked)
        if locked:
            # The slower of the two ways to the locked state, sqrt(1 - 0.99^2) = 0.14 per s, leaves exp(-28).
            psi = run["theta"][-1, 0] - run["theta"][-1, 1]
            assert psi == pytest.approx(adler(gap, 1.0).phase, abs=1e-9)
    with pytest.raises(ValueError, match="strength must not be negative"):
        adler(1.0, -1.0)


SPREADS = {
    "lorentzian": lambda w, s: s / np.pi / (w * w + s * s),
    "gaussian": lambda w, s: np.exp(-w * w / (2 * s * s)) / (np.sqrt(TWO_PI) * s),
    "uniform": lambda w, s: (abs(w) <= s) / (2 * s),
}


@pytest.mark.parametrize("spread", SPREADS)
def test_critical_coupling_solves_the_condition_of_stability(spread):
    g = SPREADS[spread]
    assert critical_coupling(1.3, spread) == pytest.approx(2 / (np.pi * g(0.0, 1.3)), rel=1e-14)
    for width, noise in ((1.0, 0.5), (0.4, 2.0), (3.0, 0.05)):
        edge = width if spread == "uniform" else 60 * (width + noise)
        marks = [noise, width, 5 * (noise + width)] if spread != "uniform" else None

        def resonance(w, width=width, noise=noise):
            return 2 * g(w, width) * noise / (noise**2 + w**2)

        total = quad(resonance, 0, edge, points=marks, epsrel=1e-11, epsabs=0, limit=500)[0]
        if spread == "lorentzian":
            total += quad(resonance, edge, np.inf, epsrel=1e-8)[0]
        # quad stops at 1e-11; the Gaussian beyond 60 widths is nothing.
        assert 2 / total == pytest.approx(critical_coupling(width, spread, noise), rel=1e-9)


def test_critical_coupling_with_lag_and_of_identical_oscillators():
    K_c = critical_coupling
    found = [
        K_c(1.5),
        K_c(1.5, "gaussian"),
        K_c(1.5, "uniform"),
        K_c(0.0, "identical", noise=0.7),
        K_c(1.5, noise=0.25),
    ]
    assert found == pytest.approx([3.0, 1.5 * np.sqrt(8 / np.pi), 6 / np.pi, 1.4, 3.5], rel=1e-14)
    K = critical_coupling(0.5, lag=1.0)
    assert pytest.approx(1.0 / np.cos(1.0), rel=1e-15) == K
    # Above it a small order grows, below it fades: at the rate K cos(lag)/2 - width.
    for factor in (0.9, 1.1):
        grown = ott_antonsen(2.0, 1e-6, factor * K, 0.5, lag=1.0) / 1e-6
        assert grown == pytest.approx(np.exp(2 * 0.5 * (factor - 1)), rel=1e-10)
    for bad, message in (
        ({"width": 1.0, "spread": "cauchy"}, "'lorentzian'"),
        ({"width": -1.0}, "must not be negative"),
        ({"width": 0.0}, "belongs to 'identical'"),
        ({"width": 1.0, "lag": 1.6}, "never synchronises"),
        ({"width": 1.0, "spread": "gaussian", "lag": 0.1}, "closed form"),
    ):
        with pytest.raises(ValueError, match=message):
            critical_coupling(**bad)


@pytest.mark.parametrize("spread", SPREADS)
def test_synchrony_solves_kuramotos_condition(spread):
    g, width = SPREADS[spread], 0.8
    threshold = critical_coupling(width, spread)
    assert synchrony(0.999 * threshold, width, spread) == 0
    for factor in (1.01, 1.5, 4.0):
        K = factor * threshold
        R = synchrony(K, width, spread)
        locked = min(1.0, width / (K * R)) if spread == "uniform" else 1.0

        def share(x, K=K, R=R):
            return K * np.cos(x) ** 2 * g(K * R * np.sin(x), width)

        edge = np.arcsin(locked)
        # quad stops at 1e-11, and at the edge of the uniform spread the integrand is cut by hand.
        assert 2 * quad(share, 0, edge * (1 - 1e-15), epsrel=1e-11, limit=300)[0] == pytest.approx(1, abs=1e-9)


def test_uniform_spread_jumps():
    K = critical_coupling(1.0, "uniform")
    assert synchrony(K * (1 - 1e-9), 1.0, "uniform") == 0
    # Near the jump R - pi/4 grows as (K - K_c)^(2/3), 1e-6 for 1e-9.
    assert synchrony(K * (1 + 1e-9), 1.0, "uniform") == pytest.approx(np.pi / 4, abs=1e-5)


@pytest.mark.parametrize("K", [2.5, 3.0, 4.0])
def test_kuramoto_reference_values(K):
    check(REFERENCE[f"r2.kuramoto.D1K{K:g}"], synchrony(K, 1.0))
    assert critical_coupling(1.0) == REFERENCE[f"r2.kuramoto.D1K{K:g}"]["parameters"]["Kc"]
    omega = frequencies(1000, 1.0)
    assert omega[0] == -omega[-1] and np.median(omega) == pytest.approx(0, abs=1e-15)
    row = REFERENCE[f"r2.kuramoto.D1K{K:g}.N1000"]
    # The mean frequency is taken off with a rounding of 1e-13; the iteration stops at steps of 1e-13.
    check(row, finite_synchrony(omega + 7.0, K), tolerance=1e-11)
    R = np.abs(population(omega, K, np.zeros(1000), 0.05, 5000))[1000:]
    check(row, R.mean())
    if K == 3:
        printed("r9.3", critical_coupling(1.0), synchrony(3.0, 1.0), R.mean())


def test_synchrony_of_few():
    assert finite_synchrony([1.0, 1.0, 1.0], 0.5) == 1.0
    # Two that differ by g lock for K > g, at R = cos(psi/2) with sin(psi) = g/K.
    assert finite_synchrony([0.0, 0.9], 1.0) == pytest.approx(np.cos(np.arcsin(0.9) / 2), abs=1e-12)
    assert finite_synchrony([0.0, 1.1], 1.0) == 0.0
    with pytest.raises(ValueError, match="K > 0"):
        finite_synchrony([0.0, 1.0], -1.0)


def test_ott_antonsen_is_the_reference_and_a_large_population():
    check(REFERENCE["r2.kuramoto.D1.OA"], ott_antonsen(2.0, 0.1, 3.0, 1.0))
    n, dt, lag = 4000, 0.01, 0.6
    rng = np.random.default_rng(5)
    # On the invariant manifold: phases from a wrapped Lorentzian, R = exp(-scale), apart from the frequencies.
    start = rng.permutation(frequencies(n, -np.log(0.3)))
    R = np.abs(population(frequencies(n, 0.5), 3.0, start, dt, 400, lag))
    expected = ott_antonsen(dt * np.arange(401), R[0], 3.0, 0.5, lag)
    # Chance correlations of phase and frequency are of order 1/sqrt(n) = 0.016: four of them.
    assert np.abs(R - expected).max() < 4 / np.sqrt(n)
    assert expected[-1] - expected[0] > 0.3


def test_incoherent_order_is_the_mean_of_many_draws():
    rng = np.random.default_rng(3)
    R = np.abs(order_parameter(rng.uniform(0, TWO_PI, (20000, 50))))
    # Standard error R sqrt(4/pi - 1)/sqrt(20000) is 0.4 % of R; the finite-n correction at n = 50 is 0.25 %.
    assert R.mean() == pytest.approx(incoherent_order(50), rel=4 * 0.004 + 0.0025)
    assert order_parameter(np.zeros((3, 4)), axis=0).shape == (4,)
    assert order_parameter([0.0, np.pi]) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("eta", [0.02, 0.3, 1.0])
def test_theta_neuron_spikes_with_its_period(eta):
    tau = 0.01
    spikes, steps = 4, 8000
    t1 = spikes * period(eta, tau)
    run = rc.simulate(theta, t1, t1 / steps, p={"tau": tau, "eta": eta}, x0=[0.3])
    # One turn per spike. The speed is between 2 eta/tau and 2/tau, which magnifies errors of time by their ratio.
    bound = rk4_bound(2 / tau, t1 / steps, t1) * max(1, 1 / eta)
    assert run["theta"][-1] - 0.3 == pytest.approx(spikes * TWO_PI, abs=bound)
    assert frequency([-1.0, 0.0, eta], tau) == pytest.approx([0.0, 0.0, 1 / period(eta, tau)], rel=1e-15)


@pytest.mark.parametrize("eta", [-0.5, 0.0, 0.3])
@pytest.mark.parametrize("theta0", [-2.0, 0.1, 2.5])
def test_explicit_phase_is_the_run(eta, theta0):
    tau, dt, t1 = 0.02, 1e-5, 0.1
    run = rc.simulate(theta, t1, dt, p={"tau": tau, "eta": eta}, x0=[theta0])
    off = np.exp(1j * run["theta"]) - np.exp(1j * solution(run.t, theta0, eta, tau))
    assert np.abs(off).max() < 10 * rk4_bound(2 / tau, dt, t1)
    far = solution([1e3, 1e6], theta0, eta, tau)
    assert np.isfinite(far).all() and (np.abs(far) <= np.pi).all()
    if eta < 0:
        rest, threshold, rate = equilibria(eta, tau)
        # Below the threshold it falls back to rest, above it spikes and then comes to rest.
        assert far == pytest.approx(rest, abs=1e-12)
        for angle, sign in ((rest, -1), (threshold, 1)):
            (slope,) = theta.rhs(0.0, (angle,), (tau, eta), (0.0,))
            assert abs(slope) < 1e-12
            assert rc.jacobian(theta, [angle], [tau, eta], [0.0])[0, 0] == pytest.approx(sign * rate, rel=1e-13)


def test_voltage_is_the_quadratic_integrate_and_fire_neuron():
    angle, h = np.linspace(-2.5, 2.5, 11), 1e-6
    assert phase(voltage(angle)) == pytest.approx(angle, rel=1e-14)
    for a in angle:
        (speed,) = theta.rhs(0.0, (a,), (0.01, 0.2), (0.1,))
        slope = (voltage(a + h) - voltage(a - h)) / (2 * h) * speed
        # Central difference: h^2 |tan'''|/6 < 1e-9 relative here.
        assert slope == pytest.approx((voltage(a) ** 2 + 0.3) / 0.01, rel=1e-8)


def test_phase_response_is_the_shift_of_the_next_spike():
    eta, tau, kick = 0.4, 0.01, 1e-6
    T = period(eta, tau)
    for share in (0.1, 0.35, 0.5, 0.8):
        V = -np.sqrt(eta) / np.tan(np.pi * share)

        def time_left(V):
            return tau / np.sqrt(eta) * (np.pi / 2 - np.arctan(V / np.sqrt(eta)))

        advance = TWO_PI * (time_left(V) - time_left(V + kick)) / T
        # The next order in the kick is relative kick |V|/(V^2 + eta), rounding 1e-16/kick.
        assert advance / kick == pytest.approx(phase_response(TWO_PI * share, eta), rel=1e-5)
        assert solution(T * share, np.pi, eta, tau) == pytest.approx(phase(V), abs=1e-12)
    area, _ = quad(lambda a: float(pulse(a)), 0, TWO_PI)
    assert area / TWO_PI == pytest.approx(1, rel=1e-12)
    assert theta.output((np.pi,), (0.01, 0.1)) == pytest.approx(theta.signal.high, rel=1e-15)


def test_theta_closed_forms_say_where_they_hold():
    with pytest.raises(ValueError, match="eta > 0"):
        period(-0.1, 0.01)
    with pytest.raises(ValueError, match="eta < 0"):
        equilibria(0.1, 0.01)
    with pytest.raises(ValueError, match="eta > 0"):
        phase_response(0.0, 0.0)
    with pytest.raises(ValueError, match="a spread is wanted"):
        synchrony(1.0, 0.0, "identical")
    with pytest.raises(ValueError, match="at least one oscillator"):
        incoherent_order(0)
