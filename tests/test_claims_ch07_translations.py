"""The claims of chapter 7 about its two doors, to Stuart-Landau and to the theta neuron."""

import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core import translate
from rosetta_core.models.wilson_cowan import equilibria, linear, special_points

WC = rc.wilson_cowan
SLICE = {"P_I": -6.0}


@pytest.mark.claim("c-7.16")
def test_the_amplitude_through_the_hopf_door():
    birth = special_points(WC, u=SLICE)[-1].P
    form = rc.normal_form(WC, "P_E", birth, u=SLICE, amplitude_of="E")
    for distance, wanted, digits in ((0.01, 0.0002, 5e-5), (0.1, 0.0016, 5e-5)):
        found = translate.to_stuart_landau(WC, "P_E", near=birth, at=birth - distance, u=SLICE, amplitude_of="E")
        # `digits` is half of the last digit that the text prints.
        assert abs(found.error.amplitude) == pytest.approx(wanted, abs=digits)
        assert abs(found.error.frequency) < abs(found.error.amplitude)
        # Growth and frequency are those of the point of rest at the input, gamma and beta those of the Hopf point:
        # the eigenvalue by trace and determinant, the expansion by another call, both to rounding of differences.
        ((E, I),) = equilibria(WC, u=SLICE | {"P_E": birth - distance})
        T, D = linear(E, I, WC)
        assert [found.p["alpha"], found.p["omega"]] == pytest.approx([T / 2, np.sqrt(D - T**2 / 4)], rel=1e-8)
        assert [found.p["gamma"], found.p["beta"]] == pytest.approx([form.gamma, form.beta], rel=1e-6)
    assert found.valid.limit == pytest.approx(0.146, abs=5e-4)
    # There the phase response is wrong by the tolerance (the limit errs on the safe side), the frequency by 0.04 %.
    there = found.again(found.valid.limit).error
    assert abs(there.phase_response) == pytest.approx(0.2, abs=2e-3) and abs(there.waveform) < 0.15
    assert abs(there.frequency) == pytest.approx(4e-4, abs=5e-5)


@pytest.mark.claim("c-7.20")
@pytest.mark.parametrize(
    ("distance", "waveform", "response", "digits"), [(0.01, 0.036, 0.057, 5e-4), (0.1, 0.11, 0.17, 5e-3)]
)
def test_the_shape_goes_first_through_the_hopf_door(distance, waveform, response, digits):
    birth = special_points(WC, u=SLICE)[-1].P
    found = translate.to_stuart_landau(WC, "P_E", near=birth, at=birth - distance, u=SLICE, amplitude_of="E")
    # `digits` is half of the last digit that the text prints.
    assert abs(found.error.waveform) == pytest.approx(waveform, abs=digits)
    assert abs(found.error.phase_response) == pytest.approx(response, abs=digits)
    # A circle has no harmonics and keeps its centre: the two make the waveform's error, each more than half of it, but
    # for what is left of the first harmonic, below a tenth.
    sides = found.sides()
    c, miss = np.fft.rfft(sides.source), np.fft.rfft(sides.source - sides.target)
    swing = np.linalg.norm(c[1:]) * np.sqrt(2)
    harmonics, centre = np.linalg.norm(c[2:]) * np.sqrt(2) / swing, abs(miss[0]) / swing
    assert min(harmonics, centre) > 0.5 * waveform
    assert np.hypot(harmonics, centre) == pytest.approx(abs(found.error.waveform), rel=0.01)


@pytest.mark.claim("c-7.17")
def test_the_frequency_through_the_snic_door():
    fold = special_points(WC, u=SLICE)[1].P
    found = translate.to_theta(WC, "P_E", near=fold, at=fold + 0.002, u=SLICE)
    assert abs(found.error.frequency) == pytest.approx(0.042, abs=5e-4)
    assert abs(found.error.phase_response) == pytest.approx(0.072, abs=5e-4)
    assert found.valid.limit == pytest.approx(0.0039, abs=5e-5)
    # The pair's period is shorter by a fixed time; the next term of the period is of the order of the root of d.
    for distance in (1e-3, 2e-3):
        neuron = found.again(distance)
        period = rc.limit_cycle(WC, u=SLICE | {"P_E": fold + distance}, x0={"E": 0.3, "I": 0.1}).period
        assert period / (1 + neuron.error.frequency) - period == pytest.approx(0.045, abs=1e-3)
    scan = found.scan([2e-4, 5e-4, 1e-3, 2e-3, 3.5e-3])
    assert [scan.order["frequency"], scan.order["phase_response"]] == pytest.approx([0.5, 0.5], abs=0.1)
