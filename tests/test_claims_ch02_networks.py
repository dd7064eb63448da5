"""The claims of chapter 2 on coupled oscillators and on translations, each by the package's own kernels."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check
from scipy.integrate import quad
from scipy.special import lambertw

import rosetta_core as rc
from rosetta_core.translate.resonator import to_resonator

TURN = 2 * np.pi
SLOW = {"alpha": -0.5, "omega": TURN}
PAIR = np.array([[0.0, 1.0], [1.0, 0.0]])


def from_rest(nodes):
    return {"x": np.zeros(nodes), "y": np.zeros(nodes)}


def crossed(g):
    return rc.network(rc.damped, PAIR, gain=g, coupling="additive", into="F_y")


def modes(net, delta, alpha=-0.05):
    found = rc.eigenvalues(net, np.zeros((2, 2)), {"alpha": alpha, "omega": TURN + np.array([delta, -delta])})
    return found[np.imag(found) > 0]


@pytest.mark.claim("c-2.11")
def test_crossed_units_keep_a_gap_as_wide_as_the_coupling():
    delta = np.linspace(-1.5, 1.5, 61)
    frequencies = np.array([np.sort(modes(crossed(1.0), d).imag) for d in delta])
    gap = frequencies[:, 1] - frequencies[:, 0]
    # What is left out turns the wrong way: a relative error of (g/4 omega)^2 of the frequency.
    # Of next order is that times delta/omega.
    slack = 2 * TURN * (1.0 / (4 * TURN)) ** 2 * (1 + 1.5 / TURN)
    assert frequencies[:, 0] == pytest.approx(TURN - np.sqrt(delta**2 + 0.25), abs=slack)
    assert frequencies[:, 1] == pytest.approx(TURN + np.sqrt(delta**2 + 0.25), abs=slack)
    assert gap.min() == pytest.approx(1.0, rel=0.005) and delta[gap.argmin()] == pytest.approx(0, abs=1e-12)
    # Equal units exactly: frequencies sqrt(omega (omega +- g)).
    assert frequencies[30] ** 2 == pytest.approx(TURN * (TURN + np.array([-1, 1])), rel=1e-11)


@pytest.mark.claim("c-2.12")
def test_beats_and_how_much_goes_across():
    g = 0.2
    for delta in (0.0, 0.1, 0.2):
        p = {"alpha": -0.01, "omega": TURN + np.array([delta, -delta])}
        run = rc.simulate(crossed(g), 80.0, 0.005, p=p, x0={"x": np.array([1.0, 0.0]), "y": np.zeros(2)})
        energy = (run.x**2).sum(axis=1) * np.exp(0.02 * run.t)[:, None]
        # The part that turns the wrong way ripples by g/(2 omega) = 1.6 % of the amplitude, twice that of the energy.
        assert energy[:, 1].max() == pytest.approx(g**2 / (g**2 + 4 * delta**2), abs=0.035)
        beat = TURN / np.sqrt(4 * delta**2 + g**2)
        back = int(np.argmax(energy[: int(1.4 * beat / 0.005), 1]))
        assert 0.005 * back == pytest.approx(beat / 2, rel=0.1)
        assert energy[int(beat / 0.005) if beat < 80 else -1, 0] == pytest.approx(1.0, abs=0.05)


@pytest.mark.claim("c-2.13")
def test_units_drawn_to_each_other_share_a_frequency_or_a_memory():
    K, alpha = 0.5, -0.05
    net = rc.network(rc.damped, PAIR, gain=K)
    for delta in (0.0, 0.2, 0.4, 0.6, 1.5):
        found = modes(net, delta, alpha)
        root = np.sqrt(complex(K**2 - delta**2))
        wanted = np.array([alpha - K + 1j * TURN + sign * root for sign in (1, -1)])
        order = (lambda z: np.argsort(z.real)) if delta < K else (lambda z: np.argsort(z.imag))
        # Simple eigenvalues of order one: rounding times a condition below 1000.
        assert found[order(found)] == pytest.approx(wanted[order(wanted)], abs=1e-11)
        frequencies, memories = np.ptp(found.imag) < 1e-9, np.ptp(found.real) < 1e-9
        assert frequencies == (delta < K) and memories == (delta > K)


BRAIN = rc.synthetic_connectome(40)
UPPER = np.triu_indices(40, 1)


def correlation(S):
    return S / np.sqrt(np.outer(np.diag(S), np.diag(S)))


@pytest.mark.claim("c-2.14")
def test_covariance_of_equal_units_has_a_closed_form_without_their_frequency():
    L = np.diag(BRAIN.weights.sum(axis=1)) - BRAIN.weights
    closed = 0.125 * np.linalg.inv(0.5 * np.eye(40) + 4.0 * L)
    net = rc.network(rc.damped, BRAIN.weights, gain=4.0)
    for hertz in (1.0, 10.0, 40.0):
        found = rc.covariance(net, 0.5, output="x", p={"alpha": -0.5, "omega": TURN * hertz})
        # Lyapunov's equation to rounding times the ratio of the rates, 250/0.5.
        assert found == pytest.approx(closed, abs=1e-12)
    # The common pattern never feels the network: its variance is that of a unit alone.
    assert np.full(40, 40**-0.5) @ closed @ np.full(40, 40**-0.5) == pytest.approx(0.25)


@pytest.mark.claim("c-2.15")
def test_correlation_walks_along_paths():
    L = np.diag(BRAIN.weights.sum(axis=1)) - BRAIN.weights
    found = correlation(np.linalg.inv(0.5 * np.eye(40) + 4.0 * L))[UPPER]
    joined = BRAIN.weights[UPPER] > 0
    # Half of the last digit that the sentence prints.
    assert found[joined].mean() == pytest.approx(0.20, abs=0.005)
    assert found[~joined].mean() == pytest.approx(0.06, abs=0.005)
    assert found[~joined].min() > 0


@pytest.mark.claim("c-2.16")
def test_five_detuned_resonators_agree_with_the_reference():
    five = REFERENCE["r1.net5.a.cov"]["parameters"]
    net = rc.network(rc.damped, five["C"], gain=five["G"])
    p, sigma = {"alpha": five["a"], "omega": TURN * np.array(five["f_Hz"])}, five["sigma"]
    S = rc.covariance(net, sigma, output="x", p=p)
    check(REFERENCE["r1.net5.a.cov"], S)
    check(REFERENCE["r1.net5.a.fc"], correlation(S))
    leading = rc.eigenvalues(net, np.zeros((2, 5)), p)[0]
    check(REFERENCE["r1.net5.a.eig"], [leading.real, abs(leading.imag)])
    # The reference is two-sided and in rad/s: half of ours.
    check(REFERENCE["r1.net5.a.psd"], 0.5 * rc.noise_spectrum(net, sigma, "x", 10.0, p=p))
    np.testing.assert_allclose(S, REFERENCE["r1.net5.a.cov"]["value"], rtol=1e-10)


@pytest.mark.claim("c-2.17")
def test_a_delay_turns_a_pull_into_its_opposite():
    alpha, K = -0.2, 0.2
    b = alpha - K + 1j * TURN

    def variance(sign, tau):
        def power(nu):
            return 1 / abs(1j * nu - b - sign * K * np.exp(-1j * nu * tau)) ** 2

        return quad(power, -500, 500, points=[TURN], limit=2000)[0]

    def exact(tau):
        together, apart = variance(1, tau), variance(-1, tau)
        return (together - apart) / (together + apart)

    assert [exact(0.0), exact(0.25)] == pytest.approx([0.5, 0.0], abs=0.01)
    assert exact(0.5) == pytest.approx(-0.43, abs=0.005)
    assert K * np.cos(TURN * 0.5) / (K - alpha) == pytest.approx(-0.5)
    for tau in (0.25, 0.5):
        net = rc.network(rc.damped, PAIR, gain=K, delays=tau)
        run = rc.simulate(net, 8000.0, 0.01, p={"alpha": alpha}, x0=from_rest(2), sigma=0.5, seed=5, every=10)
        # A correlation of 8000 s with memories of 2.5 to 5 s: standard error 1/sqrt(8000/5) = 0.025 at most.
        assert np.corrcoef(run["x"][500:].T)[0, 1] == pytest.approx(exact(tau), abs=4 * 0.025)
    # With a smaller coupling the formula is right to the order of K tau.
    small = 0.02
    pole = {
        s: alpha - small + 1j * TURN + lambertw(s * small * 0.5 * np.exp(-(b + K - small) * 0.5)) / 0.5 for s in (1, -1)
    }
    for sign in (1, -1):
        assert pole[sign] == pytest.approx(
            alpha - small + 1j * TURN + sign * small * np.exp(-(alpha + 1j * TURN) * 0.5),
            abs=2 * small**2 * 0.5 * np.exp(-2 * alpha * 0.5),
        )
    assert pole[-1].real > pole[1].real


@pytest.mark.claim("c-2.19")
def test_a_jansen_rit_column_as_a_resonator():
    found = to_resonator(rc.jansen_rit, "p", u={"p": 400.0})
    # Half of the last digit that the sentence prints.
    assert found.p["omega"] / TURN == pytest.approx(10.9, abs=0.05)
    assert found.p["alpha"] == pytest.approx(-1.74, abs=0.005)
    error = found.error
    assert error.transfer == pytest.approx(0.0095, abs=5e-5)
    assert error.covariance == pytest.approx(0.0069, abs=5e-5)
    assert error.amplitude == pytest.approx(0.0167, abs=5e-5)
    assert found.valid.value == pytest.approx(0.92, abs=0.005)
    assert found.valid.limit == pytest.approx(0.71, abs=0.005)
    scan = found.scan(found.valid.limit / 2.0 ** np.arange(4, -1, -1))
    assert scan.order["amplitude"] == pytest.approx(2.0, abs=0.1)
    node = to_resonator(rc.wilson_cowan.with_preset("abeysuriya_2018"), "P_E", output="E")
    assert node.error.transfer < 1e-12 and node.error.amplitude < 0.001
    assert node.p["omega"] / TURN == pytest.approx(9.34, abs=0.005)


@pytest.mark.claim("c-2.22")
def test_correlation_along_a_chain_falls_by_one_factor_per_link():
    net = rc.network(rc.damped, np.eye(20, k=1) + np.eye(20, k=-1), gain=2.0)
    found = correlation(rc.covariance(net, 1.0, output="x", p=SLOW))
    q = 0.61
    assert 0.5 * q == pytest.approx(2.0 * (1 - q) ** 2, rel=0.01)
    # Nine links from either end, what the ends reflect is q^18 = 1e-4 in the middle and more towards them.
    assert found[9, 10:13] == pytest.approx(q ** np.arange(1, 4), rel=0.01)


@pytest.mark.claim("c-2.23")
def test_detuning_costs_correlation():
    net = rc.network(rc.damped, PAIR, gain=0.5)
    for delta, wanted in [(0.0, 0.5), (1.0, 0.25), (0.3, 0.5 / (1 + 0.09))]:
        p = {"alpha": -0.5, "omega": TURN + np.array([delta, -delta])}
        # The same numbers by two routes: rounding.
        assert correlation(rc.covariance(net, 1.0, output="x", p=p))[0, 1] == pytest.approx(wanted, abs=1e-12)
