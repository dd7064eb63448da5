"""A saddle-node on a circle as a theta neuron: the square-root law, its constant, and what it leaves out."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE

import rosetta_core as rc
from rosetta_core.models.theta import frequency
from rosetta_core.translate.circle import to_theta


@pytest.fixture(scope="module")
def wilson_cowan():
    return to_theta(rc.wilson_cowan, "P_E", near=-3.3, at=-3.2995)


@pytest.fixture(scope="module")
def jansen_rit():
    return to_theta(rc.jansen_rit, "p", near=113.6, at=113.59)


def constant(found):
    """f^2 by the distance from the saddle-node, Hz^2 per unit, as the neuron has it."""
    return found.p["eta"] / (np.pi * found.p["tau"]) ** 2 / found.valid.value


@pytest.mark.parametrize("rung", ["wilson_cowan", "jansen_rit"])
def test_errors_grow_with_the_root_of_the_distance(rung, request):
    found = request.getfixturevalue(rung)
    scan = found.scan(4e-3 / 1.45 ** np.arange(6))
    for name, order in found.valid.order.items():
        # A fit over octaves of the small parameter; what the next power of it bends is below a tenth.
        assert scan.order[name] == pytest.approx(order, abs=0.1), (name, scan)


def test_places_of_the_ladder(wilson_cowan, jansen_rit):
    # Half a unit of the last printed digit.
    assert wilson_cowan.source_u["P_E"] - wilson_cowan.valid.value == pytest.approx(-3.30048, abs=6e-6)
    assert jansen_rit.source_u["p"] - jansen_rit.valid.value == pytest.approx(113.586, abs=6e-4)


def test_jansen_rit_square_root_law_of_independent_code(jansen_rit):
    rows = np.array(REFERENCE["r4.jr.snic"]["value"])
    for p, f, _ in rows[:2]:
        there = jansen_rit.again(p - 113.5862732128)
        told = float(frequency(there.p["eta"], there.p["tau"]))
        # The reference integrates to 1e-5; its distance from the saddle-node, 0.0037, is known to 1e-9.
        assert told / f - 1 == pytest.approx(there.error.frequency, abs=3e-5)
    # f^2/distance of the reference falls from its limit by a term in the root of the distance: two rows give the limit.
    root = np.sqrt(rows[:2, 0] - 113.5862732128)
    slope = (rows[1, 2] - rows[0, 2]) / (root[1] - root[0])
    # What is left is of the order of the distance, of which the second row's is 0.014.
    assert constant(jansen_rit) == pytest.approx(rows[0, 2] - slope * root[0], rel=0.014)


def test_frequency_of_the_neuron_is_that_of_its_formula(wilson_cowan):
    f = float(frequency(wilson_cowan.p["eta"], wilson_cowan.p["tau"]))
    cycle = rc.limit_cycle(rc.wilson_cowan, u=wilson_cowan.source_u, x0=[0.1, 0.0])
    # The mesh of a cycle leaves an error of 1e-7.
    assert f / cycle.frequency - 1 == pytest.approx(wilson_cowan.error.frequency, abs=1e-6)


def test_the_time_constant_is_a_free_choice(wilson_cowan):
    other = to_theta(rc.wilson_cowan, "P_E", near=-3.3, at=-3.2995, tau=0.02)
    assert other.p["tau"] == 0.02
    assert other.p["eta"] / 0.02**2 == pytest.approx(wilson_cowan.p["eta"] / wilson_cowan.p["tau"] ** 2, rel=1e-12)
    # Frequency and response are the same but for the error of the neuron's own cycle, 1e-7.
    for name in ("frequency", "phase_response"):
        assert getattr(other.error, name) == pytest.approx(getattr(wilson_cowan.error, name), abs=1e-6)


def test_theta_is_its_own_normal_form():
    found = to_theta(rc.theta, "eta", near=0.0, at=0.1, p={"tau": 0.01}, tau=0.01)
    # 1 - cos theta + (1 + cos theta) eta is, in V = tan(theta/2), exactly V^2 + eta.
    assert found.p == pytest.approx({"tau": 0.01, "eta": 0.1}, rel=1e-9)
    assert abs(found.error.frequency) < 1e-9 and found.error.phase_response < 1e-6
    with pytest.raises(ValueError, match="give tau"):
        to_theta(rc.theta, "eta", near=0.0, at=0.1)


def test_outside_the_limit_the_error_is_larger_and_valid_says_no(wilson_cowan):
    assert wilson_cowan.valid and wilson_cowan.error.worst < wilson_cowan.valid.tolerance
    beyond = wilson_cowan.again(1.2 * wilson_cowan.valid.limit)
    assert not beyond.valid and beyond.error.worst > beyond.valid.tolerance


def test_states_near_the_ghost_go_there_and_back(wilson_cowan):
    angle = np.array([[-0.3, 0.0, 0.2]])
    x = wilson_cowan.x_map.backward(angle)
    np.testing.assert_allclose(wilson_cowan.x_map.forward(x), angle, atol=1e-12)
    # There the drift is that of the neuron: tau dtheta/dt = 1 - cos theta + (1 + cos theta) eta.
    p, eta = wilson_cowan.source_p, wilson_cowan.p["eta"]
    small = wilson_cowan.x_map.backward(np.array([[0.02]]))[:, 0]
    rate = np.array(rc.wilson_cowan.rhs(0.0, tuple(small), tuple(p.values()), tuple(wilson_cowan.source_u.values())))
    moved = wilson_cowan.x_map.forward((small + 1e-7 * rate)[:, None])[0, 0]
    drift = (moved - 0.02) / 1e-7
    told = (1 - np.cos(0.02) + (1 + np.cos(0.02)) * eta) / wilson_cowan.p["tau"]
    # The next term of the flow is of third order in V, beside V^2 + eta: here V = 0.01.
    assert drift == pytest.approx(told, rel=0.1)


def test_what_is_no_saddle_node_on_a_circle_is_refused():
    with pytest.raises(ValueError, match=r"two equilibria are there; the rhythm is above"):
        to_theta(rc.wilson_cowan, "P_E", near=-3.3, at=-3.4)
    with pytest.raises(ValueError, match=r"no circle goes through|unstable equilibria"):
        to_theta(rc.mpr, "eta_bar", near=-3.136, at=-3.0, p={"J": 15.0, "Delta": 1.0, "tau": 1.0})
    with pytest.raises(ValueError, match="no fold was found"):
        to_theta(rc.wilson_cowan, "P_E", near=8.0, at=8.1)
