"""Transfer functions, spectra and covariances against closed forms, reference values and long runs."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check
from scipy.integrate import quad
from scipy.linalg import expm

import rosetta_core as rc
from rosetta_core import observe
from rosetta_core.analysis.fixed_points import eigenvalues, fixed_points
from rosetta_core.analysis.linear import covariance, noise_spectrum, transfer
from rosetta_core.models.alpha import transfer as alpha_transfer
from rosetta_core.models.biexponential import transfer as biexponential_transfer
from rosetta_core.models.damped import spectrum, susceptibility
from rosetta_core.models.exponential import transfer as exponential_transfer
from rosetta_core.models.jansen_rit import equilibria
from rosetta_core.models.jansen_rit import transfer as jansen_rit_transfer
from rosetta_core.models.mpr import rate_response

TWO_PI = 2 * np.pi
F = np.array([0.0, 0.3, 1.0, 4.0, 11.0, 40.0])
# Solving 2 pi i f - J loses at most its condition, below 1e4 for these models, times the rounding.
EXACT = 1e-11


def values_of(model, rows, **changed):
    return [changed.get(row.name, row.default) for row in rows]


# ---- transfer ----


def test_damped_oscillator_answers_as_its_susceptibility_says():
    p = {"alpha": -0.7, "omega": 8.0}
    here, there = (susceptibility(sign * TWO_PI * F, -0.7, 8.0) for sign in (1, -1))
    # A real drive turns both ways; x is the real part of what it makes, y the imaginary part.
    np.testing.assert_allclose(transfer(rc.damped, "F_x", "x", F, p=p), (here + there.conj()) / 2, rtol=EXACT)
    np.testing.assert_allclose(transfer(rc.damped, "F_x", "y", F, p=p), (here - there.conj()) / 2j, rtol=EXACT)
    assert transfer(rc.damped, "F_x", "x", 1.0, p=p).shape == ()
    assert transfer(rc.damped, "F_x", "x", F.reshape(2, 3), p=p).shape == (2, 3)


@pytest.mark.parametrize(
    ("model", "closed_form"),
    [
        (rc.exponential, exponential_transfer),
        (rc.alpha, alpha_transfer),
        (rc.biexponential, biexponential_transfer),
    ],
)
def test_synapses_filter_as_their_transfer_functions_say(model, closed_form):
    wanted = closed_form(F, *values_of(model, model.params))
    np.testing.assert_allclose(transfer(model, model.inputs[0].name, "s", F), wanted, rtol=EXACT)


@pytest.mark.parametrize("drive", [30.0, 100.0, 220.0, 400.0])
def test_jansen_rit_answers_as_its_loops_say(drive):
    p = values_of(rc.jansen_rit, rc.jansen_rit.params)
    outputs = equilibria(drive, *p)
    points = fixed_points(rc.jansen_rit, u={"p": drive})
    assert len(points) == len(outputs) == (1 if drive > 113.6 else 3)
    for y, point in zip(outputs, sorted(points, key=lambda each: each.x[1] - each.x[2]), strict=True):
        found = transfer(rc.jansen_rit, "p", "output", F, x=point.x, u={"p": drive})
        # y is known to 1e-12 mV; near the fold at 113.6 the answer changes by 1e3 of itself per mV.
        np.testing.assert_allclose(found, jansen_rit_transfer(TWO_PI * 1j * F, y, *p), rtol=1e-8)


def test_mean_field_of_uncoupled_neurons_answers_as_the_dynamic_sigmoid_says():
    p = {"J": 0.0, "eta_bar": 1.5, "tau": 0.02}
    (point,) = fixed_points(rc.mpr, p)
    wanted = rate_response(TWO_PI * 1j * F, *point.x, 0.02)
    np.testing.assert_allclose(transfer(rc.mpr, "I", "r", F, p=p), wanted, rtol=EXACT)
    # A potential that may be rounded is put right.
    np.testing.assert_allclose(transfer(rc.mpr, "I", "r", F, x=np.round(point.x, 2), p=p), wanted, rtol=EXACT)


def test_a_steady_input_moves_the_fixed_point_by_the_gain_at_zero_frequency():
    h = 1e-4
    rest = [fixed_points(rc.wilson_cowan, u={"P_E": 0.5 + sign * h})[0].x for sign in (-1, 1)]
    for k, name in enumerate("EI"):
        slope = (rest[1][k] - rest[0][k]) / (2 * h)
        # Central difference: h^2 of the third derivative, below 10, and rounding 1e-13/h.
        assert transfer(rc.wilson_cowan, "P_E", name, 0.0, u={"P_E": 0.5}).real == pytest.approx(slope, abs=1e-6)


def test_gains_of_a_network():
    W = np.array([[0.0, 1.0, 0.0], [0.5, 0.0, 0.2], [0.0, 2.0, 0.0]])
    omega = np.array([5.0, 6.0, 9.0])
    net, p = rc.network(rc.damped, W), {"alpha": -1.0, "omega": omega}
    M = np.diag(-1.0 + 1j * omega) + W - np.diag(W.sum(axis=1))
    found = transfer(net, "F_x", "x", F, p=p)
    for f, gain in zip(F, found, strict=True):
        here, there = (np.linalg.inv(sign * TWO_PI * 1j * f * np.eye(3) - M) for sign in (1, -1))
        np.testing.assert_allclose(gain, (here + there.conj()) / 2, rtol=1e-10, atol=1e-14)


# ---- noise ----

MASTER = {"P_E": 2.0}


def test_spectrum_and_covariance_of_the_damped_oscillator():
    p = {"alpha": -0.7, "omega": 8.0}
    found = noise_spectrum(rc.damped, 0.3, "output", F, p=p)
    # One-sided is twice two-sided.
    np.testing.assert_allclose(found, 2 * spectrum(F, -0.7, 8.0, 0.3), rtol=EXACT)
    np.testing.assert_allclose(covariance(rc.damped, 0.3, p=p), 0.3**2 / 1.4 * np.eye(2), rtol=EXACT, atol=1e-15)


@pytest.mark.parametrize(
    ("model", "u", "sigma", "name"),
    [
        (rc.wilson_cowan, {"P_E": -4.0}, {"P_E": rc.ornstein_uhlenbeck(0.2, 0.03), "I": 0.01}, "E"),
        (rc.mpr, {"I": 3.0}, {"I": rc.ornstein_uhlenbeck(0.1, 0.01), "v": rc.ornstein_uhlenbeck(2.0, 0.2)}, "r"),
        (rc.jansen_rit, {"p": 400.0}, {"p": 3.0}, "output"),
        (rc.master, MASTER, {"r_E": 0.2, "P_I": rc.ornstein_uhlenbeck(0.3, 0.01)}, "output"),
    ],
)
def test_the_spectrum_integrates_to_the_variance(model, u, sigma, name):
    # Two ways that share the Jacobian only: Lyapunov's equation with coloured noise as states, and a sum over
    # frequencies. f = tan(angle) c maps the half line on a finite interval.
    c = 10.0
    area, _ = quad(
        lambda a: float(noise_spectrum(model, sigma, name, c * np.tan(a), x=rest(model, u), u=u)) * c / np.cos(a) ** 2,
        0, np.pi / 2 - 1e-9, epsrel=1e-8, limit=400,
    )  # fmt: skip
    variance = float(covariance(model, sigma, output=name, x=rest(model, u), u=u)[0, 0])
    # White noise on the rate itself leaves c 1e-9 beyond the end; quad stops at 1e-8.
    assert area == pytest.approx(variance, rel=1e-6)


RESTS = {}


def rest(model, u):
    if model.name not in RESTS:
        (RESTS[model.name],) = (each.x for each in fixed_points(model, u=u) if each.kind.startswith("stable"))
    return RESTS[model.name]


def test_fast_coloured_noise_is_white():
    p = {"alpha": -0.7, "omega": 8.0}
    white = covariance(rc.damped, {"x": 0.3}, p=p)
    for tau in (1e-3, 1e-4):
        # Integrated over time, noise of variance sd^2 is white noise of sd sqrt(2 tau), but for |J| tau.
        found = covariance(rc.damped, {"x": rc.ornstein_uhlenbeck(0.3 / np.sqrt(2 * tau), tau)}, p=p)
        assert np.abs(found - white).max() < 2 * 8.0 * tau * white.max()


FIVE = REFERENCE["r1.net5.a.cov"]["parameters"]
P5 = {"alpha": FIVE["a"], "omega": TWO_PI * np.array(FIVE["f_Hz"])}
NET5 = rc.network(rc.damped, np.array(FIVE["C"]), gain=FIVE["G"])


def test_five_resonators_of_the_reference():
    S = covariance(NET5, FIVE["sigma"], p=P5)
    of_x = covariance(NET5, FIVE["sigma"], output="x", p=P5)
    np.testing.assert_array_equal(of_x, S[:5, :5])
    check(REFERENCE["r1.net5.a.cov"], of_x)
    check(REFERENCE["r1.net5.a.fc"], of_x / np.sqrt(np.outer(np.diag(of_x), np.diag(of_x))))
    check(REFERENCE["r1.net5.a.lagcov"], (expm(0.02 * NET5.jacobian(np.zeros((2, 5)), P5)) @ S)[:5, :5])
    # The reference is two-sided.
    check(REFERENCE["r1.net5.a.psd"], noise_spectrum(NET5, FIVE["sigma"], "x", 10.0, p=P5) / 2)
    slowest = eigenvalues(NET5, np.zeros((2, 5)), P5)[0]
    check(REFERENCE["r1.net5.a.eig"], [slowest.real, abs(slowest.imag)])


@pytest.mark.parametrize("omega", [2.0, 30.0])
def test_covariance_on_a_symmetric_graph_is_independent_of_the_frequency(omega):
    rng = np.random.default_rng(4)
    C = rng.uniform(0, 1, (12, 12)) * (rng.uniform(size=(12, 12)) < 0.4)
    C = np.triu(C, 1) + np.triu(C, 1).T
    net, sigma, decay, G = rc.network(rc.damped, C, gain=0.7), 0.2, 1.3, 0.7
    wanted = sigma**2 / 2 * np.linalg.inv(decay * np.eye(12) + G * (np.diag(C.sum(axis=1)) - C))
    found = covariance(net, sigma, output="output", p={"alpha": -decay, "omega": omega})
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-14)


def test_noise_of_each_node_on_its_own():
    sigma = {"x": np.array([0.1, 0.0, 0.4, 0.0, 0.0]), "F_y": rc.ornstein_uhlenbeck([0.0, 0.3, 0.0, 0.0, 1.0], 0.02)}
    one_by_one = [
        {"x": 0.1 * np.eye(5)[0]}, {"x": 0.4 * np.eye(5)[2]},
        {"F_y": rc.ornstein_uhlenbeck(0.3 * np.eye(5)[1], 0.02)}, {"F_y": rc.ornstein_uhlenbeck(np.eye(5)[4], 0.02)},
    ]  # fmt: skip
    for measure in (lambda s: covariance(NET5, s, p=P5), lambda s: noise_spectrum(NET5, s, "y", F, p=P5)):
        # Independent sources add up, to the rounding of Lyapunov's equation.
        whole, parts = measure(sigma), sum(measure(each) for each in one_by_one)
        assert np.abs(whole - parts).max() < 1e-12 * np.abs(whole).max()


# ---- against runs ----


def welch_agrees(run, wanted, segment, low, high):
    """Share of frequencies between low and high (Hz) at which a run's 95 % interval holds `wanted(f)`."""
    found = observe.welch(run.output, run.t[1], segment=segment)
    part = (found.frequency > low) & (found.frequency < high)
    wanted = wanted(found.frequency[part])
    return np.mean((found.low[part] < wanted) & (wanted < found.high[part]))


def test_jansen_rit_under_white_noise_follows_its_spectrum():
    u, sigma = {"p": 400.0}, {"p": 0.5}
    (point,) = fixed_points(rc.jansen_rit, u=u)
    run = rc.simulate(rc.jansen_rit, 600.0, 5e-4, u=u, sigma=sigma, x0=point.x, method="heun", every=4, seed=3)
    share = welch_agrees(run, lambda f: noise_spectrum(rc.jansen_rit, sigma, "output", f, u=u), 6.0, 1.0, 40.0)
    # 234 frequencies, of which neighbours share about half: the share scatters by 0.02. Smoothing by the window, width
    # 0.25 Hz against a line of 1 Hz, the step, (rate dt)^2/6 < 0.1 %, and the curvature cost less than the interval.
    assert share == pytest.approx(0.95, abs=0.07)
    variance = float(covariance(rc.jansen_rit, sigma, output="output", u=u)[0, 0])
    # About 600 s times a decay of at least 2/s of independent samples, so 4 standard errors of sqrt(2/1200).
    assert run.output.var() == pytest.approx(variance, rel=4 * np.sqrt(2 / 1200))


def test_wilson_cowan_under_coloured_noise_follows_its_spectrum():
    sigma = {"P_E": rc.ornstein_uhlenbeck(0.02, 0.02)}
    u = {"P_E": -4.0}
    x = rest(rc.wilson_cowan, u)
    run = rc.simulate(rc.wilson_cowan, 400.0, 5e-4, u=u, sigma=sigma, x0=x, method="heun", every=4, seed=5)
    found = observe.welch(run.x[:, 0], 2e-3, segment=4.0)
    part = (found.frequency > 1.0) & (found.frequency < 60.0)
    wanted = noise_spectrum(rc.wilson_cowan, sigma, "E", found.frequency[part], x=x, u=u)
    share = np.mean((found.low[part] < wanted) & (wanted < found.high[part]))
    assert share == pytest.approx(0.95, abs=0.07)


def test_a_network_under_noise_follows_its_spectra():
    run = rc.simulate(NET5, 400.0, 1e-3, p=P5, sigma=FIVE["sigma"], x0=[0.0, 0.0], method="heun", every=4, seed=8)
    share = welch_agrees(run, lambda f: noise_spectrum(NET5, FIVE["sigma"], "output", f, p=P5), 4.0, 2.0, 30.0)
    # Heun's spectrum at 60 rad/s and a step of 1 ms is off by (w dt)^2/3 = 0.1 %.
    assert share == pytest.approx(0.95, abs=0.05)


# ---- refusals ----


def test_errors_say_what_to_do():
    with pytest.raises(ValueError, match=r"there are 3 here; say which one by x=: .*saddle"):
        transfer(rc.jansen_rit, "p", "output", F, u={"p": 100.0})
    with pytest.raises(ValueError, match="has no input 'q'"):
        transfer(rc.jansen_rit, "q", "output", F)
    with pytest.raises(ValueError, match="has no state or output 'y9'"):
        transfer(rc.jansen_rit, "p", "y9", F)
    with pytest.raises(ValueError, match="a state at rest is wanted"):
        transfer(rc.jansen_rit, "p", "output", F, x=np.zeros(6))
    with pytest.raises(ValueError, match="finite"):
        transfer(rc.jansen_rit, "p", "output", [np.nan])
    with pytest.raises(ValueError, match="under which it rests"):
        transfer(rc.kuramoto, "u", "theta", F)
    grows = {"alpha": 0.2, "omega": 3.0}
    for measure in (
        lambda: noise_spectrum(rc.damped, 0.1, "x", F, p=grows),
        lambda: covariance(rc.damped, 0.1, p=grows),
    ):
        with pytest.raises(ValueError, match=r"the eigenvalue 0\.2 [+-]3i"):
            measure()
    with pytest.raises(ValueError, match="passes through a nonlinearity"):
        covariance(rc.wilson_cowan, {"P_E": 0.1}, x=rest(rc.wilson_cowan, {"P_E": -4.0}), u={"P_E": -4.0})
    with pytest.raises(ValueError, match="one for each of 5 nodes, got 3"):
        covariance(NET5, {"x": [0.1, 0.2, 0.3]}, p=P5)
    with pytest.raises(ValueError, match="has delays"):
        covariance(rc.network(rc.damped, np.eye(2), delays=0.1), 0.1)
