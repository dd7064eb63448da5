"""Chapter 7's table of sets, worked examples and pencil exercise, and the pulse that finds an excitable pair."""

import re
from pathlib import Path

import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core.models.wilson_cowan import bogdanov_takens, entries, equilibria, linear

WC = rc.wilson_cowan
SLICE = {"P_I": -6.0}
PAGE = (Path(__file__).parents[1] / "chapters" / "07-wilson-cowan.md").read_text(encoding="utf-8")
TABLE = re.findall(r"^\| (the book's|`\w+`) \|(.*)\|$", PAGE, re.MULTILINE)


def test_the_table_of_sets_prints_what_the_presets_hold():
    names = ("w_EE", "w_EI", "w_IE", "w_II", "a_E", "theta_E", "a_I", "theta_I", "shift", "tau_E", "tau_I")
    assert len(TABLE) == 5
    for name, row in TABLE:
        model = WC if name == "the book's" else WC.with_preset(name.strip("`"))
        printed = [float(number) for number in re.findall(r"[\d.]+", row.rsplit("|", 1)[0])]
        values = {q.name: q.default for q in model.params}
        scale = np.array([1.0] * 9 + [1e3] * 2)  # times are printed in ms
        np.testing.assert_allclose(np.array([values[n] for n in names]) * scale, printed, rtol=1e-12)


@pytest.mark.claim("c-7.19")
def test_a_pulse_finds_out_whether_the_pair_is_excitable():
    rest, saddle, _ = equilibria(WC, u=SLICE | {"P_E": -3.35})
    assert linear(*saddle, WC).determinant < 0
    runs = [
        rc.simulate(WC, 1.5, 2e-4, x0=rest, u=SLICE | {"P_E": rc.pulse(height, 0.1, 0.01, offset=-3.35)})
        for height in (0.5, 0.6)
    ]
    tops = [run["E"].max() for run in runs]
    # Half of the last digit printed.
    assert [rest[0], *tops] == pytest.approx([0.07, 0.12, 0.52], abs=5e-3)
    assert tops[0] < saddle[0] < tops[1]
    for run in runs:  # rest again: after the pulse changes die out at 17 per second, exp(-17) in the last second
        assert np.abs(run.x[-1] - rest).max() < 1e-6


@pytest.mark.parametrize(
    ("P_E", "rest", "own", "trace", "determinant", "hertz"),
    [
        (1.8, (0.75778, 0.81273), (120.3, -130.4), -10.2, 24_540, 24.9),
        (1.2, (0.7065, 0.7333), (148.8, -139.1), 9.7, 37_690, 30.9),
        (1.6, (0.7392, 0.7857), (131.3, -133.7), -2.36, 29_178, 27.2),
    ],
)
def test_the_worked_examples(P_E, rest, own, trace, determinant, hertz):
    ((E, I),) = equilibria(WC, u=SLICE | {"P_E": P_E})
    J, (T, D) = entries(E, I, WC), linear(E, I, WC)
    # One in the fourth digit of what the page prints, and half of the last one of trace and frequency.
    np.testing.assert_allclose([E, I], rest, rtol=0, atol=5.1e-5)
    assert [J[0, 0], J[1, 1]] == pytest.approx(own, abs=0.051)
    np.testing.assert_allclose([T, D], [trace, determinant], rtol=2e-4, atol=0.051)
    assert np.sqrt(D - T**2 / 4) / (2 * np.pi) == pytest.approx(hertz, abs=0.05)


def test_the_slopes_of_the_second_example():
    ((E, I),) = equilibria(WC, u=SLICE | {"P_E": 1.6})
    np.testing.assert_allclose([E * (1 - E), I * (1 - I)], [0.1928, 0.1684], rtol=0, atol=5e-5)
    # The ring of the first fades in 0.2 s, and the same steps on the other side grow.
    T = [linear(*equilibria(WC, u=SLICE | {"P_E": P_E})[0], WC).trace for P_E in (1.8, 1.2)]
    assert -2 / T[0] == pytest.approx(0.2, abs=5e-3) and T[1] > 0


def test_pencil_exercise_the_paradox():
    model = WC.with_preset("neuromatch_cycle")
    ((E, I),) = equilibria(model, u={"P_E": 1.5})
    J, (T, D) = entries(E, I, model), linear(E, I, model)
    assert [(J[0, 0] * 0.001 + 1) / 6.4, J[1, 0] * 0.002 / 6.0] == pytest.approx([0.17286, 0.24889], abs=1e-5)
    assert J.ravel() == pytest.approx([106, -830, 747, -649], abs=0.6)
    np.testing.assert_allclose([T, D], [-543, 5.51e5], rtol=1e-3)
    assert np.sqrt(D - T**2 / 4) == pytest.approx(690, rel=2e-3)
    assert -J[0, 0] * J[1, 0] / 6.0 / D * 0.01 == pytest.approx(-0.00024, abs=5e-6)
    (pushed,) = equilibria(model, u={"P_E": 1.5, "P_I": 0.01})
    assert pushed[1] - I == pytest.approx(-0.00025, abs=5e-6)
    assert (1 - J[1, 1] * 0.001) / 6.4 == pytest.approx(0.258, abs=5e-4)


def test_pencil_exercise_the_corner():
    s_I = max(np.roots([20, 20, -1]))
    s_E = (1 + s_I) / 6
    E, I = ((1 - np.sqrt(1 - 4 * s)) / 2 for s in (s_E, s_I))
    P_E = np.log(E / (1 - E)) - 12 * E + 12 * I
    P_I = np.log(I / (1 - I)) - 12 * E + 2 * I
    # Half of the last digits printed.
    assert [s_I, s_E, E, I] == pytest.approx([0.0477, 0.1746, 0.2254, 0.0502], abs=5e-5)
    np.testing.assert_allclose([P_E, P_I], [-3.337, -5.544], rtol=0, atol=5e-4)
    # The same point by the package: the only one of the four with both below 1/2.
    corners = bogdanov_takens(12.0, 12.0, 12.0, 2.0)
    (mine,) = corners[(corners[:, 2:] < 0.5).all(axis=1)]
    np.testing.assert_allclose(mine, [P_E, P_I, E, I], rtol=0, atol=1e-9)


def test_pencil_exercise_the_pauses():
    distance, period = np.array([1e-2, 1e-3, 1e-4]), np.array([0.300, 0.385, 0.470])
    steps = np.diff(period)
    assert steps == pytest.approx([0.085, 0.085], rel=1e-9)
    assert np.log(10) / steps[0] == pytest.approx(27.1, abs=0.05)
    # A SNIC would have multiplied by more, twice.
    assert (np.sqrt(distance[:-1] / distance[1:]) > 2 * period[1:] / period[:-1]).all()
