"""One experiment on two and three rungs, a model in another's units, and translations one after the other."""

import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core.translate.dressing import dressed
from rosetta_core.translate.kuramoto import to_kuramoto
from rosetta_core.translate.path import composed
from rosetta_core.translate.protocol import protocol
from rosetta_core.translate.stuart_landau import to_stuart_landau

INPUTS = {"P_I": -6.0}


@pytest.fixture(scope="module")
def cycle():
    return to_stuart_landau(rc.wilson_cowan, "P_E", near=1.5, at=1.51, u=INPUTS)


@pytest.fixture(scope="module")
def focus():
    return to_stuart_landau(rc.wilson_cowan, "P_E", near=1.5, at=1.6, u=INPUTS)


def phases(found):
    return to_kuramoto(found.target, p=found.p, u=found.u)


def test_dressed_it_answers_in_the_units_of_the_source(focus):
    model = dressed(focus, "P_E")
    assert [row.name for row in model.inputs] == ["P_E"] and model.signal == rc.wilson_cowan.signal
    f = np.linspace(15, 40, 40)
    bare = [rc.transfer(rc.stuart_landau, name, "re", f, x=np.zeros(2), p=focus.p) for name in ("u_re", "u_im")]
    gains = focus.drives["P_E"]
    # The same linear equations with the gains taken into the model: rounding.
    expected = gains["u_re"] * bare[0] + gains["u_im"] * bare[1]
    found = rc.transfer(model, "P_E", "output", f, x=np.zeros(2))
    assert np.allclose(found, expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())
    # At rest it sends and shows what the source does.
    x = rc.fixed_points(rc.wilson_cowan, u={**INPUTS, "P_E": 1.6})[0].x
    p = tuple(row.default for row in model.params)
    assert model.output((0.0, 0.0), p) == pytest.approx(x[0], abs=1e-9)
    assert model.emit((0.0, 0.0), p)[0] == pytest.approx(x[0], abs=1e-9)


def test_refusals(cycle, focus):
    with pytest.raises(ValueError, match="P_E"):
        dressed(cycle, "P")
    with pytest.raises(ValueError, match="not a network"):
        dressed(to_kuramoto(rc.network(rc.stuart_landau, np.array([[0.0, 1.0], [1.0, 0.0]]), gain=0.01)))
    with pytest.raises(ValueError, match="one source at one setting"):
        protocol([cycle, focus], amplitude=0.01, noise=0.01)
    with pytest.raises(ValueError, match="amplitude wants a positive number"):
        protocol(cycle, amplitude=0.0, noise=0.01)
    with pytest.raises(ValueError, match="one translation or more"):
        protocol([], amplitude=0.1, noise=0.01)


def test_two_translations_in_a_row_are_measured_as_one(cycle):
    whole = composed(cycle, phases, input="P_E")
    assert whole.source is rc.wilson_cowan and whole.target is rc.kuramoto
    # Phases keep the frequency and the shape of the oscillator between, so these errors are its own.
    for name in ("frequency", "amplitude", "waveform"):
        assert getattr(whole.error, name) == pytest.approx(getattr(cycle.error, name), abs=1e-5), name
    found = whole.scan([1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4])
    for name, order in (("frequency", 2.0), ("amplitude", 1.0), ("waveform", 0.5), ("phase_response", 0.5)):
        assert found.order[name] == pytest.approx(order, abs=0.1), name
    assert "kuramoto" in whole.report() and "Hopf" in whole.report()


def test_states_go_there_and_back(cycle):
    whole = composed(cycle, phases, input="P_E")
    theta = np.linspace(-3, 3, 13)[None]
    there = whole.x_map.forward(whole.x_map.backward(theta))
    # The way back is onto the predicted circle, from which both maps are exact.
    assert np.allclose(np.exp(1j * there), np.exp(1j * theta), atol=1e-9)


def test_one_experiment_on_three_rungs(cycle):
    rungs = [cycle, composed(cycle, phases, input="P_E")]
    drive = [24, 27.5, 28, 28.5, 32]
    found = protocol(rungs, input="P_E", amplitude=1e-4, noise=5e-4, gain=2e-3, frequencies=drive, turns=100)
    assert found.rungs == ("wilson_cowan", "stuart_landau", "kuramoto")
    assert found.spectrum.shape == (3, found.frequency.size) and found.response.shape[0] == len(found.tongues) == 3
    apart = found.differences()
    # At a seventh of the distance that is trusted with 20 %: waveform and phase response are off by up to 10 %. A phase
    # ignores what the drive does to the amplitude, its pull over the rate of return: 0.1 rad/s over 2 alpha = 0.8 1/s.
    assert (apart["phase_response"] < 0.1).all()
    assert apart["tongue"][0] < 0.1 and apart["tongue"][1] < 0.13
    assert (apart["connectivity"] < 0.1).all()
    assert (apart["resonance"] < 0.1).all()


def test_at_a_focus_there_are_no_phases(focus):
    found = protocol(focus, input="P_E", amplitude=1e-2, noise=2e-2, gain=2e-2, frequencies=[20, 25, 27, 29, 34])
    assert found.phase is None and found.tongues is None
    apart = found.differences()
    assert apart["resonance"][0] < 3 * focus.error.transfer
    # Both answer the same samples: what is left is the error of the transfer function, 0.6 %.
    assert apart["spectrum"][0] < 0.05 and apart["connectivity"][0] < 0.05
