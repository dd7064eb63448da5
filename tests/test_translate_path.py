"""Ways along the ladder: the shortest that can be gone, and what is said where none can."""

import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core import translate
from rosetta_core.translate.path import ARROWS


def test_the_shortest_way_comes_first():
    names = [[arrow.target for arrow in way] for way in translate.ways("jansen_rit", "harmonic")]
    assert names[0] == ["damped", "harmonic"]
    assert all(len(set(way)) == len(way) for way in names) and [len(way) for way in names] == sorted(map(len, names))


def test_every_arrow_joins_models_that_exist():
    known = {model.name for model in rc.MODELS}
    for arrow in ARROWS:
        assert {*arrow.sources, arrow.target} <= known


def test_one_arrow_is_its_own_function():
    found = translate.translate(rc.jansen_rit, rc.stuart_landau, at={"p": 300.0})
    same = translate.to_stuart_landau(rc.jansen_rit, "p", near=300.0, at=300.0)
    assert found.p == same.p and found.error == same.error


def test_two_arrows_and_the_error_of_both():
    found = translate.translate(rc.jansen_rit, "kuramoto", at={"p": 92.0}, through=["stuart_landau"])
    between = translate.translate(rc.jansen_rit, "stuart_landau", at={"p": 92.0})
    assert found.target is rc.kuramoto and found.valid
    # The phase goes round with the oscillator's own frequency, omega - alpha beta/gamma: a closed form.
    omega = between.p["omega"] - between.p["alpha"] * between.p["beta"] / between.p["gamma"]
    assert found.p["omega"] == pytest.approx(omega, rel=1e-12)
    # Its error is that of the first step where the second adds none, on the same cycle to the tolerance of 1e-7.
    assert found.error.frequency == pytest.approx(between.error.frequency, abs=1e-6)
    assert found.error.phase_response == pytest.approx(between.error.phase_response, abs=1e-3)


def test_the_bottom_of_the_ladder_keeps_the_frequency_alone():
    found = translate.translate(rc.damped, "harmonic", at={"alpha": -0.01})
    # exp(alpha t) over one turn of 1 s: 1 - exp(-0.01).
    assert found.error.state == pytest.approx(-np.expm1(-0.01), rel=1e-6)
    down = translate.translate(rc.wilson_cowan, "harmonic", at={"P_E": 1.6}, u={"P_I": -6.0})
    focus = translate.to_resonator(rc.wilson_cowan, "P_E", u={"P_E": 1.6, "P_I": -6.0})
    # The pole alpha + i omega loses alpha.
    lost = abs(focus.p["alpha"]) / np.hypot(focus.p["alpha"], focus.p["omega"])
    assert down.error.eigenvalue == pytest.approx(lost, rel=1e-6)


def test_where_there_is_no_way():
    with pytest.raises(ValueError, match="no way from damped to jansen_rit; arrows lead to"):
        translate.translate(rc.damped, rc.jansen_rit, at={"alpha": -1.0})
    with pytest.raises(ValueError, match="no small cycle to translate"):
        translate.translate(rc.jansen_rit, "stuart_landau", at={"p": -13.0})
    with pytest.raises(ValueError, match="at wants the operating point"):
        translate.translate(rc.jansen_rit, "stuart_landau", at={})
    with pytest.raises(ValueError, match="'P_e'"):
        translate.translate(rc.wilson_cowan, "stuart_landau", at={"P_e": 1.0})
