"""The damped oscillator and a network of five against values computed by independent code, and their closed forms."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check, printed
from scipy.linalg import expm, solve_continuous_lyapunov
from scipy.optimize import brentq, minimize_scalar

import rosetta_core as rc
from rosetta_core.models.damped import damped, resonance, second_order

TWO_PI = 2 * np.pi
F0, ZETA = (REFERENCE["r1.ho.a.fd"]["parameters"][key] for key in ("f0_Hz", "zeta"))
W0 = TWO_PI * F0
ALPHA, OMEGA = second_order(F0, ZETA)
TO_X_AND_V = np.array([[1.0, 0.0], [ALPHA, -OMEGA]])


def answer(f):
    """|x| under a force cos(2 pi f t), from the Jacobian; the force on v is the drive -force/omega of y."""
    J = rc.jacobian(damped, [0.0, 0.0], {"alpha": ALPHA, "omega": OMEGA})
    return abs(np.linalg.solve(1j * TWO_PI * f * np.eye(2) - J, [0.0, -1 / OMEGA])[0])


def test_resonance_of_the_second_order_form():
    found = resonance(F0, ZETA)
    check(REFERENCE["r1.ho.a.fd"], OMEGA / TWO_PI)
    check(REFERENCE["r1.ho.a.fpeak"], found.frequency)
    check(REFERENCE["r1.ho.a.gain"], found.gain)
    check(REFERENCE["r1.ho.a.Q"], found.bandwidth)
    check(REFERENCE["r1.ho.a.logdec"], found.decrement)
    printed("r9.1", found.frequency, found.gain)
    # By the model's own answer: a peak is flat, so its place is good to the root of the rounding only.
    peak = minimize_scalar(lambda f: -answer(f), bounds=(9.0, 11.0), method="bounded", options={"xatol": 1e-9})
    assert peak.x == pytest.approx(found.frequency, rel=1e-6)
    assert -peak.fun / answer(0.0) == pytest.approx(found.gain, rel=1e-11)
    half = -peak.fun / np.sqrt(2)
    edges = [brentq(lambda f: answer(f) - half, *ends, xtol=1e-13) for ends in ((5.0, peak.x), (peak.x, 15.0))]
    assert edges[1] - edges[0] == pytest.approx(found.bandwidth, rel=1e-10)
    # Two swings are a turn apart.
    assert found.decrement == pytest.approx(-ALPHA * TWO_PI / OMEGA, rel=1e-14)


def test_weak_and_strong_damping_have_their_limits():
    weak = resonance(1.0, 1e-6)
    # To first order in zeta the width is 2 zeta and the gain 1/(2 zeta); the next terms are zeta^2.
    assert weak == pytest.approx((1.0, 5e5, 2e-6, TWO_PI * 1e-6), rel=1e-11)
    assert np.isnan(resonance(1.0, 0.39).bandwidth) and np.isfinite(resonance(1.0, 0.38).bandwidth)
    for bad in (lambda: resonance(10.0, 0.8), lambda: second_order(10.0, 1.0), lambda: second_order(-1.0, 0.1)):
        with pytest.raises(ValueError, match="wanted"):
            bad()


def test_free_swing_of_the_second_order_form():
    # From x = 1, v = 0; RK4 errs by (w0 dt)^5/120 = 1e-18 a step.
    run = rc.simulate(damped, 0.05, 1e-5, p={"alpha": ALPHA, "omega": OMEGA}, x0=[1.0, ALPHA / OMEGA])
    check(REFERENCE["r1.ho.a.x50ms"], run["x"][-1])
    # x'' + 2 zeta w0 x' + w0^2 x = 0 along the run, with the derivatives of the model.
    J = rc.jacobian(damped, run.x[-1], {"alpha": ALPHA, "omega": OMEGA})
    x, v, a = (float((np.linalg.matrix_power(J, k) @ run.x[-1])[0]) for k in range(3))
    assert a == pytest.approx(-2 * ZETA * W0 * v - W0**2 * x, abs=1e-12 * W0**2)


def test_variances_of_the_second_order_form_under_noise():
    row = REFERENCE["r1.ho.a.var"]
    J = rc.jacobian(damped, [0.0, 0.0], {"alpha": ALPHA, "omega": OMEGA})
    # The noise sigma = 1 on v is 1/omega on y.
    S = solve_continuous_lyapunov(J, -np.diag([0.0, 1 / OMEGA**2]))
    for found, wanted in zip(np.diag(TO_X_AND_V @ S @ TO_X_AND_V.T), row["value"], strict=True):
        assert found == pytest.approx(wanted, rel=row["tolerance"])


# ---- five resonators ----

FIVE = REFERENCE["r1.net5.a.cov"]["parameters"]
NET = rc.network(damped, FIVE["C"], gain=FIVE["G"])
PARAMETERS = {"alpha": FIVE["a"], "omega": TWO_PI * np.array(FIVE["f_Hz"])}
A = NET.jacobian(np.zeros((2, 5)), PARAMETERS)
NOISE = FIVE["sigma"] ** 2 * np.eye(10)
S = solve_continuous_lyapunov(A, -NOISE)


def test_covariances_and_spectra_of_five_resonators():
    check(REFERENCE["r1.net5.a.cov"], S[:5, :5])
    spread = np.sqrt(np.diag(S)[:5])
    check(REFERENCE["r1.net5.a.fc"], S[:5, :5] / np.outer(spread, spread))
    leading = np.linalg.eigvals(A)
    leading = leading[leading.real.argmax()]
    check(REFERENCE["r1.net5.a.eig"], [leading.real, abs(leading.imag)])
    check(REFERENCE["r1.net5.a.lagcov"], (expm(0.02 * A) @ S)[:5, :5])
    R = np.linalg.inv(TWO_PI * 10j * np.eye(10) - A)
    check(REFERENCE["r1.net5.a.psd"], np.diag(R @ NOISE @ R.conj().T).real[:5])


def test_a_run_under_noise_has_the_covariance():
    run = rc.simulate(NET, 400.0, 1e-3, p=PARAMETERS, sigma=FIVE["sigma"], method="heun", seed=4)
    x = run["x"][2000:]
    # 1/(2 x 7.3/s) of memory: 400 s hold 5000 independent samples of each product. Five standard errors, and Heun's
    # bias: as if damping were smaller by (omega dt)^4/(8 dt) = 0.002/s of 7.3.
    allowed = 5 * np.sqrt((S[:5, :5] ** 2 + np.outer(np.diag(S)[:5], np.diag(S)[:5])) / 5000) + 1e-3 * S[0, 0]
    np.testing.assert_array_less(np.abs(np.cov(x.T) - S[:5, :5]), allowed)


def test_covariance_of_identical_resonators_does_not_depend_on_their_frequency():
    W = np.array(FIVE["C"])
    for f in (1.0, 10.0):
        A = NET.jacobian(np.zeros((2, 5)), {"alpha": -5.0, "omega": TWO_PI * f})
        found = solve_continuous_lyapunov(A, -NOISE)[:5, :5]
        wanted = 0.5 * np.linalg.inv(5.0 * np.eye(5) + FIVE["G"] * (np.diag(W.sum(axis=1)) - W))
        np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_change_of_the_spectra_with_the_coupling():
    # S = R D R*, R = (i w - J)^-1: the first change is R dJ S and its adjoint. The form R (dJ C + C dJ*) R*, with the
    # covariance C, is printed in the literature; its integral over frequencies alone is right.
    change = rc.network(damped, np.roll(np.eye(5), 1, axis=0) * 0.7).jacobian(np.zeros((2, 5)), PARAMETERS)
    change -= rc.network(damped, np.zeros((5, 5))).jacobian(np.zeros((2, 5)), PARAMETERS)
    w, h = TWO_PI * 9.7j * np.eye(10), 1e-6

    def spectra(J):
        R = np.linalg.inv(w - J)
        return R @ NOISE @ R.conj().T

    exact = (spectra(A + h * change) - spectra(A - h * change)) / (2 * h)
    R = np.linalg.inv(w - A)
    half = R @ change @ spectra(A)
    # Central difference: relative h^2 |R dJ|^2, rounding 1e-16/(h |R dJ|).
    assert np.abs(half + half.conj().T - exact).max() < 1e-8 * np.abs(exact).max()
    printed = R @ (change @ S + S @ change.T) @ R.conj().T
    assert np.abs(printed - exact).max() > 0.1 * np.abs(exact).max()


def test_published_network_of_250_has_the_covariance_of_its_real_matrix():
    model, n, gain, sigma = damped.with_preset("ponce_alvarez_2024"), 250, 3.0, 0.01
    rng = np.random.default_rng(250)
    alpha, omega = (model.quantity(name).default for name in ("alpha", "omega"))
    p = {"alpha": rng.normal(alpha, 0.3, n), "omega": omega * (1 + 0.2 * rng.normal(size=n))}
    # In place of the connectome, a random one: sparse, symmetric, its weights over a few powers of ten.
    C = np.triu(np.exp(rng.normal(-4, 1.5, (n, n))) * (rng.random((n, n)) < 0.3), 1)
    C = C + C.T
    # The real matrix of x and y side by side, as the authors write it.
    M = np.diag(p["alpha"]) - gain * np.diag(C.sum(axis=1)) + gain * C
    A = np.block([[M, -np.diag(p["omega"])], [np.diag(p["omega"]), M]])
    assert np.linalg.eigvals(A).real.max() < 0
    wanted = solve_continuous_lyapunov(A, -(sigma**2) * np.eye(2 * n))
    net = rc.network(model, C, gain=gain)
    np.testing.assert_allclose(net.jacobian(np.zeros((2, n)), p), A, rtol=1e-12, atol=1e-13)
    found = rc.covariance(net, sigma, p=p)
    # Both solve by Schur's form: rounding times the ratio of the fastest to the slowest rate, here below 100.
    np.testing.assert_allclose(found, wanted, atol=1e-12 * np.abs(wanted).max(), rtol=0)
    np.testing.assert_allclose(rc.covariance(net, sigma, output="x", p=p), wanted[:n, :n], atol=1e-16, rtol=0)
