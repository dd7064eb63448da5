"""A Wilson-Cowan node with the four numbers of a Stuart-Landau oscillator, and the way back."""

import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core.translate.realisation import KEPT, node_at, to_wilson_cowan_cycle
from rosetta_core.translate.stuart_landau import to_stuart_landau

WANTED = {"alpha": 0.02, "omega": 6.28, "gamma": 1.0, "beta": 2.0}


def back(found, scale=None):
    """The four numbers of a node, for the amplitude of E in units of the scale."""
    again = to_stuart_landau(
        rc.wilson_cowan, "P_E", near=found.u["P_E"], at=found.u["P_E"], p=found.p, u=found.u, amplitude_of="E"
    )
    size = 1.0 if scale is None else scale
    return again, np.array([again.p["alpha"], again.p["omega"], again.p["gamma"] * size**2, again.p["beta"] * size**2])


def test_closed_normal_form_is_the_general_one():
    for E, I in [(0.3, 0.4), (0.73328, 0.77663), (0.2, 0.15)]:
        node = node_at(E, I, KEPT, 1.5)
        P_E = np.log(E / (1 - E)) - node.p["w_EE"] * E + 12 * I
        p = {**node.p, "tau_E": 1.0, "tau_I": 1.5}
        form = rc.normal_form(rc.wilson_cowan, "P_E", P_E, p=p, u={"P_I": node.P_I}, x0=[E, I], amplitude_of="E")
        # The general form differentiates numerically, to about 1e-9.
        found, wanted = (node.omega, node.gamma, node.beta), (form.omega, form.gamma, form.beta)
        np.testing.assert_allclose(found, wanted, rtol=1e-7)


@pytest.mark.parametrize("change", [{}, {"alpha": -0.3}, {"omega": 250.0, "alpha": 1.0, "gamma": 40.0, "beta": 90.0}])
def test_round_trip_returns_the_four_numbers(change):
    wanted = WANTED | change
    found = to_wilson_cowan_cycle(wanted)
    size = np.sqrt(wanted["gamma"] / back(found)[0].p["gamma"])
    assert f"E moves by {size:.4g} for a unit of re" in found.assumptions
    # alpha and omega by the eigenvalue, beta/gamma by Newton's method on exact forms: the general form's 1e-9 is left.
    np.testing.assert_allclose(back(found, size)[1], [wanted[k] for k in WANTED], rtol=1e-7)
    z = np.array([[0.01, 0.0], [0.02, -0.03]])
    np.testing.assert_allclose(found.x_map.backward(found.x_map.forward(z)), z, atol=1e-14)
    np.testing.assert_allclose(found.x_map.forward(z)[0] - found.x_map.forward(0 * z)[0], size * z[0], atol=1e-14)


def test_a_given_scale_fixes_both_activities():
    figure = node_at(0.73328, 0.77663, KEPT, 1.0)
    ratio, shear = figure.gamma / figure.omega, figure.beta / figure.gamma
    wanted = {"alpha": 0.02, "omega": 6.28, "gamma": 6.28 * ratio * 0.25, "beta": 6.28 * ratio * 0.25 * shear}
    found = to_wilson_cowan_cycle(wanted, scale=0.5)
    # The Hopf point is found to 1e-9, and its coefficients with it.
    np.testing.assert_allclose(back(found, 0.5)[1], [wanted[k] for k in WANTED], rtol=1e-7)


def test_the_node_oscillates_as_told():
    found = to_wilson_cowan_cycle(WANTED)
    # From the plane of the rhythm; relative errors as measured by the translation.
    start = found.x_map.forward(np.array([np.sqrt(0.02), 0.0]))
    cycle = rc.limit_cycle(rc.wilson_cowan, p=found.p, u=found.u, x0=start)
    frequency = (6.28 - 2.0 * 0.02) / (2 * np.pi)
    # The mesh of a cycle leaves an error of 1e-7.
    assert cycle.frequency / frequency - 1 == pytest.approx(found.error.frequency, abs=3e-7)
    size = start[0] - found.x_map.forward(np.zeros(2))[0]
    assert cycle.amplitude["E"] / size - 1 == pytest.approx(found.error.amplitude, abs=2e-5)


def test_errors_against_alpha():
    cycle = to_wilson_cowan_cycle(WANTED)
    scan = cycle.scan(0.02 / 2.0 ** np.arange(5))
    for name, order in cycle.valid.order.items():
        # A fit over octaves of the small parameter; what the next power of it bends is below a tenth.
        assert scan.order[name] == pytest.approx(order, abs=0.1), (name, scan)
    rest = to_wilson_cowan_cycle(WANTED | {"alpha": -0.1})
    assert rest.scan(0.2 / 2.0 ** np.arange(5)).order["transfer"] == pytest.approx(1.0, abs=0.1)
    beyond = cycle.again(1.15 * cycle.valid.limit)
    assert cycle.valid and not beyond.valid and beyond.error.worst > beyond.valid.tolerance


def test_a_push_is_told_to_both_inputs():
    found = to_wilson_cowan_cycle(WANTED | {"alpha": -0.1})
    x, f = found.x_map.forward(np.zeros(2)), np.array([0.9, 1.0, 1.1])
    size = found.x_map.forward(np.array([1e-3, 0.0]))[0] / 1e-3 - x[0] / 1e-3
    gains = [rc.transfer(rc.wilson_cowan, name, "E", f, x=x, p=found.p, u=found.u) for name in ("P_E", "P_I")]
    for name in ("u_re", "u_im"):
        told = sum(found.drives[name][each] * gain for each, gain in zip(("P_E", "P_I"), gains, strict=True))
        wanted = rc.transfer(rc.stuart_landau, name, "re", f, x=[0, 0], p=found.source_p)
        # Directions are those of the Hopf point: an error of first order in alpha, as of the transfer function.
        assert np.abs(told / size - wanted).max() < 3 * found.error.transfer * np.abs(wanted).max()


def test_numbers_that_no_node_has_are_refused():
    with pytest.raises(ValueError, match=r"has beta/gamma = -2; these reach from 0\.2"):
        to_wilson_cowan_cycle(WANTED | {"beta": -2.0})
    with pytest.raises(ValueError, match=r"leave scale out"):
        to_wilson_cowan_cycle(WANTED | {"gamma": 1e-6, "beta": 2e-6}, scale=1.0)
    with pytest.raises(ValueError, match="gamma > 0"):
        to_wilson_cowan_cycle(WANTED | {"gamma": -1.0})
    with pytest.raises(ValueError, match="an alpha that is not 0"):
        to_wilson_cowan_cycle(WANTED | {"alpha": 0.0})
    with pytest.raises(ValueError, match=r"too large|is not reached"):
        to_wilson_cowan_cycle(WANTED | {"alpha": 6.0})
    with pytest.raises(ValueError, match="kept wants"):
        to_wilson_cowan_cycle(WANTED, kept={"w_EE": 1.0})
    # Free choices: stronger weights and a slower inhibition make a node without shear,
    flat = to_wilson_cowan_cycle(
        WANTED | {"alpha": 0.01, "beta": 0.0}, kept={"w_EI": 20.0, "w_IE": 20.0}, tau_ratio=2.0
    )
    assert flat.p["tau_I"] == pytest.approx(2 * flat.p["tau_E"]) and flat.valid
    # and the round trip holds for these too.
    strong = to_wilson_cowan_cycle(WANTED | {"beta": 13.0}, kept={"w_IE": 30.0})
    numbers = back(strong)[1]
    assert strong.p["w_IE"] == 30.0 and numbers[3] / numbers[2] == pytest.approx(13.0, rel=1e-7)
