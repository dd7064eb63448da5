"""Simulation against closed forms and against values computed by independent code."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check
from scipy.integrate import quad
from scipy.stats import norm

import rosetta_core as rc
from rosetta_core.models.bautin import cycle_radii, fold
from rosetta_core.models.damped import solution as damped_solution
from rosetta_core.models.damped import spectrum, susceptibility
from rosetta_core.models.harmonic import solution as harmonic_solution
from rosetta_core.models.stuart_landau import (
    amplitude_density,
    asymptotic_phase,
    limit_cycle,
    phase_response,
    radius_at,
)

TWO_PI = 2 * np.pi


def z_of(run):
    return run.x[:, 0] + 1j * run.x[:, 1]


def rk4_bound(rate, dt, t1, size):
    """Global error of RK4 on a problem whose fastest rate is `rate`: local error (rate dt)^5/120 a step, `size` of x.

    The factor 4 covers the growth of local errors along the flows used here.
    """
    return 4 * (rate * dt) ** 5 / 120 * (t1 / dt) * size + 1e-13


@pytest.mark.parametrize("alpha", [-0.7, 0.0, 0.3])
def test_linear_rungs_follow_the_exponential(alpha):
    dt, t1, omega = 1e-3, 3.0, TWO_PI
    z0 = 0.8 - 0.3j
    run = rc.simulate(rc.damped, t1, dt, p={"alpha": alpha, "omega": omega}, x0=[z0.real, z0.imag])
    bound = rk4_bound(abs(alpha + 1j * omega), dt, t1, 0.9 * np.exp(max(alpha, 0) * t1))
    np.testing.assert_allclose(z_of(run), damped_solution(run.t, z0, alpha, omega), atol=bound, rtol=0)
    if alpha == 0:
        run = rc.simulate(rc.harmonic, t1, dt, p={"omega": omega}, x0=[z0.real, z0.imag])
        np.testing.assert_allclose(z_of(run), harmonic_solution(run.t, z0, omega), atol=bound, rtol=0)


def test_susceptibility_is_the_response_to_a_rotating_drive():
    alpha, omega, f = -1.5, 6.0, 0.8
    u = {"F_x": rc.sinusoid(0.3, f, phase=0.25), "F_y": rc.sinusoid(0.3, f)}
    run = rc.simulate(rc.damped, 20.0, 1e-3, p={"alpha": alpha, "omega": omega}, u=u)
    expected = 0.3 * susceptibility(TWO_PI * f, alpha, omega) * np.exp(1j * TWO_PI * f * run.t[-1])
    # After 20 s the transient exp(-30) is spent; the rest is RK4's error.
    assert abs(z_of(run)[-1] - expected) < rk4_bound(abs(alpha + 1j * omega), 1e-3, 20.0, 1.0)


def test_spectrum_integrates_to_the_variance():
    total, _ = quad(lambda f: spectrum(f, -0.8, TWO_PI, 0.5), -np.inf, np.inf, points=None, limit=400)
    # quad stops at 1.5e-8 of absolute error.
    assert total == pytest.approx(0.5**2 / (2 * 0.8), abs=3e-8)


@pytest.mark.parametrize("alpha", [-1.0, -0.1, 0.0, 1e-9, 0.2, 1.0])
@pytest.mark.parametrize("r0", [0.05, 0.6, 1.9])
def test_stuart_landau_amplitude_follows_the_explicit_solution(alpha, r0):
    dt, t1, gamma = 1e-3, 8.0, 1.3
    p = {"alpha": alpha, "gamma": gamma, "beta": 0.7, "omega": 3.0}
    run = rc.simulate(rc.stuart_landau, t1, dt, p=p, x0=[r0, 0.0])
    rate = 3.0 + abs(alpha) + 3 * gamma * max(r0, 1.0) ** 2
    expected = radius_at(run.t, r0, alpha, gamma)
    np.testing.assert_allclose(np.abs(z_of(run)), expected, atol=rk4_bound(rate, dt, t1, 1.0), rtol=0)


def test_explicit_amplitude_is_smooth_through_the_bifurcation_and_never_overflows():
    t = np.array([0.0, 1.0, 50.0, 1e6])
    at_zero = 0.5 / np.sqrt(1 + 2 * 1.0 * 0.25 * t)
    np.testing.assert_allclose(radius_at(t, 0.5, 0.0, 1.0), at_zero, rtol=1e-15)
    # d r / d alpha is at most t r/2, so a step of 1e-9 in alpha changes r by less than 3e-8 up to t = 50 s.
    np.testing.assert_allclose(radius_at(t[:3], 0.5, 1e-9, 1.0), at_zero[:3], atol=3e-8, rtol=0)
    assert radius_at(1e6, 0.5, 0.25, 1.0) == pytest.approx(0.5, rel=1e-15)
    assert radius_at(1e6, 0.5, -0.25, 1.0) == 0.0


@pytest.mark.parametrize(("alpha", "beta"), [(0.25, 0.0), (0.5, 1.5), (1.0, -2.0)])
def test_cycle_radius_frequency_and_return_rate(alpha, beta):
    p = {"alpha": alpha, "omega": TWO_PI, "gamma": 1.0, "beta": beta}
    cycle = limit_cycle(**p)
    dt, t1 = 1e-3, 40.0
    run = rc.simulate(rc.stuart_landau, t1, dt, p=p, x0=[cycle.radius, 0.0])
    z = z_of(run)
    bound = rk4_bound(TWO_PI + 4, dt, t1, cycle.radius)
    assert np.ptp(np.abs(z)) < bound
    turned = np.unwrap(np.angle(z))[-1]
    assert turned / (TWO_PI * t1) == pytest.approx(cycle.frequency, abs=bound / cycle.radius)
    # A small push in amplitude fades as exp(-2 alpha t); at second order the rate changes by the push relative to R.
    push = 1e-4
    t, r = run.t[:2001], cycle.radius
    pushed = rc.simulate(rc.stuart_landau, 2.0, dt, p=p, x0=[r * (1 + push), 0.0])
    slope = np.polyfit(t, np.log(np.abs(z_of(pushed)) - r), 1)[0]
    assert -slope == pytest.approx(cycle.return_rate, rel=2 * push)


def test_phase_is_conserved_along_isochrons_and_its_gradient_is_the_phase_response():
    p = {"alpha": 0.8, "omega": 5.0, "gamma": 1.5, "beta": 0.9}
    alpha, gamma, beta = p["alpha"], p["gamma"], p["beta"]
    run = rc.simulate(rc.stuart_landau, 3.0, 1e-3, p=p, x0=[0.3, 0.4])
    phase = np.unwrap(asymptotic_phase(z_of(run), gamma, beta, alpha))
    turning = TWO_PI * limit_cycle(**p).frequency
    np.testing.assert_allclose(phase - phase[0], turning * run.t, atol=rk4_bound(10.0, 1e-3, 3.0, 3.0), rtol=0)
    r, h = np.sqrt(alpha / gamma), 1e-5
    for angle in np.linspace(0, TWO_PI, 7):
        z = r * np.exp(1j * angle)
        slope = [
            np.angle(np.exp(1j * (asymptotic_phase(z + h * d, gamma, beta, alpha)
                                  - asymptotic_phase(z - h * d, gamma, beta, alpha)))) / (2 * h)
            for d in (1, 1j)
        ]  # fmt: skip
        # Central difference: truncation h^2 |phase'''|/6 < 1e-9 on a circle of radius 0.73, rounding 1e-16/h.
        np.testing.assert_allclose(slope, phase_response(angle, alpha, gamma, beta), atol=2e-9, rtol=0)


def test_amplitude_density_is_normalised_peaks_where_it_should_and_meets_a_long_run():
    for alpha, sigma in ((0.5, 0.2), (-0.5, 0.3), (0.0, 0.4), (1.0, 0.05)):
        area, _ = quad(lambda r, a=alpha, s=sigma: amplitude_density(r, a, 1.0, s), 0, 4, limit=300, points=[0.1, 1])
        # Simpson with 4097 points is exact to 1e-10 here; quad stops at 1.5e-8.
        assert area == pytest.approx(1.0, abs=3e-8)
    alpha, sigma, dt = 0.5, 0.3, 0.01
    run = rc.simulate(rc.stuart_landau, 4000.0, dt, p={"alpha": alpha}, sigma=sigma, method="heun", seed=11)
    r2 = np.abs(z_of(run)[2000:]) ** 2
    expected, _ = quad(lambda r: r**2 * amplitude_density(r, alpha, 1.0, sigma), 0, 4)
    # Correlation time about 1/(2 alpha) = 1 s, so about 2000 independent samples of spread 0.25: 4 standard errors.
    assert r2.mean() == pytest.approx(expected, abs=4 * r2.std() / np.sqrt(2000))


def test_published_resting_region_lives_on_its_noise():
    model, sigma = rc.stuart_landau.with_preset("deco_2017"), 0.02
    alpha, omega, gamma, _ = (row.default for row in model.params)
    assert 0.04 < omega / TWO_PI < 0.07
    np.testing.assert_allclose(np.linalg.eigvals(rc.jacobian(model, [0.0, 0.0])).real, -0.02, rtol=1e-14)
    # s = r^2 has the density exp[(alpha s/2 - gamma s^2/4) 2/sigma^2], s > 0: a Gaussian about alpha/gamma = -0.02 of
    # standard deviation sigma/sqrt(gamma) = 0.02, cut at one of them. Its mean is 0.0105; the linear one is 0.02.
    wanted = -0.02 + 0.02 * norm.pdf(1.0) / norm.sf(1.0)
    power, _ = quad(lambda r: r * r * amplitude_density(r, alpha, gamma, sigma), 0, 1)
    assert power == pytest.approx(wanted, rel=1e-8)
    run = rc.simulate(model, 1000.0, 0.1, x0=np.zeros((2, 400)), sigma=sigma, method="heun", every=2000, seed=3)
    # Memory below 1/(2 x 0.02/s) = 25 s, samples 200 s apart, the first at 200 s: 2000 of them; five standard errors.
    s = (run.x[1:] ** 2).sum(axis=1)
    assert s.mean() == pytest.approx(wanted, abs=5 * s.std() / np.sqrt(s.size))
    assert abs(s.mean() - sigma**2 / abs(alpha)) > 20 * s.std() / np.sqrt(s.size)


def test_bautin_cycles_are_where_the_fold_says():
    edge = fold(-1.0, 1.0)
    assert (edge.alpha, edge.radius) == pytest.approx((-0.25, np.sqrt(0.5)), rel=1e-15)
    assert cycle_radii(-0.26, -1.0, 1.0) == ()
    low, high = cycle_radii(-0.1, -1.0, 1.0)
    assert low < edge.radius < high
    p = {"alpha": -0.1, "gamma": -1.0, "delta": 1.0}
    for start, end in ((low * 0.99, 0.0), (low * 1.01, high), (1.5, high)):
        run = rc.simulate(rc.bautin, 200.0, 0.01, p=p, x0=[start, 0.0])
        # Both attractors draw at a rate of at least 0.1/s, so 200 s leave less than exp(-20) of the distance.
        assert np.abs(z_of(run)[-1]) == pytest.approx(end, abs=1e-6)


def test_independent_reference_values():
    row = REFERENCE["r2.sl.a.r"]
    p = sl_parameters(row)
    cycle = limit_cycle(**p)
    check(row, cycle.radius)
    check(REFERENCE["r2.sl.a.Om"], TWO_PI * cycle.frequency)
    check(REFERENCE["r2.sl.a.floquet"], [-cycle.return_rate, np.exp(-cycle.return_rate / cycle.frequency)])
    for key in ("r2.sl.a.prc0.0000", "r2.sl.a.prc1.0472"):
        angle = float(key.rsplit("prc")[1])
        angle = np.pi / 3 if angle else 0.0
        check(REFERENCE[key], phase_response(angle, p["alpha"], p["gamma"], p["beta"]))
    run = rc.simulate(rc.stuart_landau, 0.3, 1e-4, p=p, x0=[0.1, 0.0])
    check(REFERENCE["r2.sl.a.z0.3"], run.x[-1])


def sl_parameters(row):
    """Our names for the reference's a, b, c, omega in dz/dt = (a + i omega) z - (b + i c)|z|^2 z."""
    q = row["parameters"]
    return {"alpha": q["a"], "omega": q["omega"], "gamma": q["b"], "beta": q["c"]}
