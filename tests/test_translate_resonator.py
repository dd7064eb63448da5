"""Any rung at a focus as a resonator, networks at rest as functional connectivity, and nodes made to resonate."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check
from scipy.integrate import quad

import rosetta_core as rc
from rosetta_core.models.stuart_landau import amplitude_density
from rosetta_core.translate.connectivity import covariance_of_identical_nodes, functional_connectivity
from rosetta_core.translate.focus import to_wilson_cowan_focus
from rosetta_core.translate.resonator import to_resonator

UPPER = next(f.x for f in rc.fixed_points(rc.jansen_rit, None, {"p": 50.0})[::-1] if f.kind == "stable focus")


def held(found, values=None):
    scan = found.scan(values)
    assert scan.value.size >= 5
    assert scan.order["amplitude"] == pytest.approx(found.valid.order["amplitude"], abs=0.1), scan


def test_wilson_cowan_loses_no_mode_and_its_curvature_grows_with_the_square():
    found = to_resonator(rc.wilson_cowan, u={"P_E": 2.0})
    held(found)
    # Two states: what the resonator has is all there is.
    assert max(found.error.transfer, found.error.covariance, found.error.eigenvalue) < 1e-10
    J = rc.jacobian(rc.wilson_cowan, found.x_map.backward(np.zeros(2)), None, {"P_E": 2.0})
    # T6 of the ladder: half of the trace, and the root of the determinant less its square.
    assert found.p["alpha"] == pytest.approx(np.trace(J) / 2, rel=1e-12)
    assert found.p["omega"] == pytest.approx(np.sqrt(np.linalg.det(J) - np.trace(J) ** 2 / 4), rel=1e-12)


@pytest.mark.parametrize(
    ("model", "u", "x", "most"),
    # Lost modes: by how much the model's gain differs, at most, in the band.
    [
        (rc.jansen_rit, {"p": 350.0}, None, 0.005),
        (rc.jansen_rit, {"p": 50.0}, UPPER, 0.005),
        (rc.mpr, {"I": 3.0}, None, 1e-9),
        (rc.ing, {"I": 4.0}, None, 0.1),
    ],
)
def test_other_rungs(model, u, x, most):
    found = to_resonator(model, u=u, x=x)
    held(found, found.valid.limit / 2.0 ** np.arange(2, 7))
    assert found.error.transfer < most
    # The sum of the modes' shares is the whole: without its other modes the model's gain is the resonator's.
    sides = found.sides()
    apart = np.abs(sides.source - sides.target).max() / np.abs(sides.source).max()
    assert apart == pytest.approx(found.error.transfer, rel=1e-12)


def test_mean_field_up_state_resonates_at_its_rate():
    found = to_resonator(rc.mpr, p={"J": 15.0, "Delta": 1.0, "eta_bar": -5.0, "tau": 1.0}, x=[1.0306, -0.1544])
    # The ladder's eigenvalue at the upper fixed point.
    assert found.p["alpha"] == pytest.approx(-0.3089, abs=1e-4) and found.p["omega"] == pytest.approx(3.3186, abs=1e-4)


def test_outside_the_limit_the_error_is_larger_and_valid_says_no():
    found = to_resonator(rc.wilson_cowan, u={"P_E": 2.0})
    assert found.again(0.98 * found.valid.limit).valid
    beyond = found.again(1.1 * found.valid.limit)
    assert not beyond.valid and abs(beyond.error.amplitude) > beyond.valid.tolerance


def test_a_network_keeps_one_mode_of_its_many():
    W = np.array([[0.0, 1.0], [1.0, 0.0]])
    net = rc.network(rc.wilson_cowan, W, gain=0.1, coupling="additive", into="P_E")
    found = to_resonator(net, u={"P_E": 2.2})
    # Equal pushes reach only the mode in which both go together; noise of its own in each node reaches the other too.
    assert found.error.transfer < 1e-9 and 0.2 < found.error.covariance < 0.6
    one = to_resonator(rc.wilson_cowan, p={"w_EE": 12.1}, u={"P_E": 2.2})
    assert found.p["alpha"] == pytest.approx(one.p["alpha"], rel=1e-9)
    assert found.error.amplitude == pytest.approx(one.error.amplitude, rel=1e-3)


def test_states_and_pushes_go_there_and_back():
    found = to_resonator(rc.jansen_rit, u={"p": 350.0})
    z = np.random.default_rng(2).normal(size=(2, 5))
    np.testing.assert_allclose(found.x_map.forward(found.x_map.backward(z)), z, atol=1e-10)
    # The push of the target is the pair's share of the answer.
    p = found.drives["p"]
    gain = rc.transfer(rc.damped, "F_x", "x", [5.0], x=[0, 0], p=found.p) * p["F_x"]
    gain = gain + rc.transfer(rc.damped, "F_y", "x", [5.0], x=[0, 0], p=found.p) * p["F_y"]
    assert found.sides(frequencies=[5.0]).target == pytest.approx(gain, rel=1e-12)


def test_without_a_focus_there_is_nothing_to_translate():
    with pytest.raises(ValueError, match="nothing turns"):
        to_resonator(rc.mpr, p={"J": 15.0, "Delta": 1.0, "eta_bar": -5.0, "tau": 1.0}, x=[0.081134, -1.96163])
    with pytest.raises(ValueError, match="it is not stable"):
        to_resonator(rc.wilson_cowan, u={"P_E": 1.4}, x=rc.fixed_points(rc.wilson_cowan, None, {"P_E": 1.4})[-1].x)
    with pytest.raises(ValueError, match="name an input"):
        to_resonator(rc.wilson_cowan, "w_EE", u={"P_E": 2.0})


def test_noise_that_is_not_weak_departs_by_its_square():
    # E |z|^4 = 2 (E |z|^2)^2 for small noise, and the variance is short of sigma^2/(2 |alpha|) by 4 gamma Var/|alpha|.
    alpha, gamma = -1.0, 0.7
    lost = []
    for sigma in (0.02, 0.04, 0.08):
        true = quad(lambda r, s=sigma: r**2 * amplitude_density(r, alpha, gamma, s), 0, 12 * sigma, epsabs=1e-14)[0] / 2
        linear = rc.covariance(rc.stuart_landau, sigma, output="re", p={"alpha": alpha, "gamma": gamma})[0, 0]
        lost.append((linear - true) / true)
        # The next term is of the order of the square of this one; quadrature leaves 1e-6.
        expected = 4 * gamma * true / -alpha
        assert lost[-1] == pytest.approx(expected, rel=20 * expected, abs=3e-6)
    assert np.polyfit(np.log([0.02, 0.04, 0.08]), np.log(lost), 1)[0] == pytest.approx(2.0, abs=0.1)


def five_nodes():
    q = REFERENCE["r1.net5.a.cov"]["parameters"]
    net = rc.network(rc.damped, np.array(q["C"]), gain=q["G"])
    return net, {"alpha": np.full(5, q["a"]), "omega": 2 * np.pi * np.array(q["f_Hz"])}, q["sigma"]


def test_functional_connectivity_of_independent_code():
    net, p, sigma = five_nodes()
    found = functional_connectivity(net, sigma, p=p)
    check(REFERENCE["r1.net5.a.cov"], found.covariance)
    check(REFERENCE["r1.net5.a.fc"], found.correlation)


def test_functional_connectivity_of_a_long_run():
    net, p, sigma = five_nodes()
    found = functional_connectivity(net, sigma, p=p)
    run = found.check(seed=3)
    # Each entry is within five standard errors, and all together deviate as chance would have it.
    assert (np.abs(run.covariance - found.covariance) < 5 * run.covariance_error).all()
    assert run.error < 2 * run.expected < 0.2
    with pytest.raises(ValueError, match="20 stretches"):
        found.check(duration=1.0)


def test_functional_connectivity_of_rungs_at_rest():
    W = np.array([[0.0, 1.0, 0.5], [1.0, 0.0, 0.0], [0.5, 0.0, 0.0]])
    net = rc.network(rc.wilson_cowan, W, gain=1.0, coupling="additive", into="P_E")
    noise = {"P_E": rc.ornstein_uhlenbeck(0.05, 0.005)}
    found = functional_connectivity(net, noise, u={"P_E": -5.0})
    run = found.check(seed=1)
    assert run.error < 2.5 * run.expected
    assert found.correlation[0, 1] > found.correlation[0, 2] > found.correlation[1, 2] > 0


def test_identical_nodes_have_a_closed_form_without_omega():
    W = np.array([[0.0, 1.0, 0.3, 0.0], [1.0, 0.0, 0.0, 0.7], [0.3, 0.0, 0.0, 0.2], [0.0, 0.7, 0.2, 0.0]])
    closed = covariance_of_identical_nodes(W, 2.0, -1.5, 0.4)
    for omega in (1.0, 60.0):
        found = functional_connectivity(rc.network(rc.damped, W, gain=2.0), 0.4, p={"alpha": -1.5, "omega": omega})
        # The Lyapunov equation against its closed form: rounding.
        np.testing.assert_allclose(found.covariance, closed, rtol=1e-12)
    with pytest.raises(ValueError, match="symmetric weights"):
        covariance_of_identical_nodes(np.triu(W), 2.0, -1.5, 0.4)
    with pytest.raises(ValueError, match="at rest"):
        covariance_of_identical_nodes(W, 2.0, 0.5, 0.4)
    with pytest.raises(ValueError, match="wants a network"):
        functional_connectivity(rc.damped, 0.4)


def test_a_node_designed_as_a_resonator():
    wanted = {"alpha": -8.0, "omega": 62.0}
    found = to_wilson_cowan_focus(wanted)
    held(found)
    assert max(found.error.eigenvalue, found.error.transfer) < 1e-10
    # There and back: the general translation finds the two numbers again.
    again = to_resonator(rc.wilson_cowan, "P_E", output="E", p=found.p, u=found.u, x=[0.3, 0.3])
    assert again.p == pytest.approx(wanted, rel=1e-10)
    other = to_wilson_cowan_focus(wanted, E=0.4, I=0.25, tau_E=0.01, tau_I=0.02, balance=2.0)
    assert other.p["w_EI"] == pytest.approx(2 * other.p["w_IE"]) and other.error.eigenvalue < 1e-10
    z = np.array([[0.01], [0.02]])
    np.testing.assert_allclose(other.x_map.backward(other.x_map.forward(z)), z, atol=1e-14)
    with pytest.raises(ValueError, match="must not be negative"):
        to_wilson_cowan_focus({"alpha": -200.0, "omega": 20.0})
    with pytest.raises(ValueError, match="alpha < 0"):
        to_wilson_cowan_focus({"alpha": 1.0})
