"""What the explorations and the quiz of chapter 7 say in words, each by the package's own kernels."""

import numpy as np
import pytest
from scipy.optimize import brentq

import rosetta_core as rc
from rosetta_core.book.explorations import load_exploration
from rosetta_core.models.wilson_cowan import bogdanov_takens, entries, equilibria, special_points

WC = rc.wilson_cowan
SLICE = {"P_I": -6.0}
ISN, TWO = WC.with_preset("neuromatch_cycle"), WC.with_preset("neuromatch_bistable")


def accepted(name, value):
    """Whether a find takes the value, and no start or preset of the exploration gives it away."""
    exploration = load_exploration(name)
    low, high = exploration.find.accept
    shown = [control.default for control in exploration.controls if control.name == "P_E"]
    shown += [preset.set["P_E"] for preset in exploration.presets if "P_E" in preset.set]
    return low < value < high and not any(low <= one <= high for one in shown)


def test_the_loud_point_goes_before_the_bend():
    assert [len(equilibria(TWO, {"w_EE": w})) for w in (7.87, 7.89)] == [1, 3]
    # The curve of E rises somewhere if w_EE a_E / 4 > 1; the top of the slope is missed by 1e-5 of it on this grid.
    assert pytest.approx(3.33, abs=5e-3) == 4 / 1.2
    E = np.linspace(0.01, 0.95, 500)
    tops = [entries(E, 0.3, TWO, {"w_EE": w})[:, 0, 0].max() for w in (3.32, 3.35)]
    assert tops[0] < 0 < tops[1]
    assert accepted("ch07-nullclines", max(point.P for point in special_points(TWO)))


def frequency(distance):
    u = SLICE | {"P_E": special_points(WC, u=SLICE)[1].P + distance}
    return 1 / rc.limit_cycle(WC, u=u, x0={"E": 0.3, "I": 0.1}).period


def test_where_half_the_distance_begins_to_make_seven_tenths_of_the_frequency():
    fold, birth = special_points(WC, u=SLICE)[1].P, special_points(WC, u=SLICE)[2].P
    there = brentq(lambda d: frequency(d) - 10, 0.1, 0.3, xtol=1e-5)
    # Half of the last digit printed.
    assert [there, fold + there] == pytest.approx([0.16, -3.14], abs=5e-3)
    assert accepted("ch07-sweep", fold + there)
    ratios = [frequency(d / 2) / frequency(d) for d in (0.16, 0.08, 0.02, 0.001, (birth - fold) / 2)]
    # "About 0.7" is 0.68 to 0.72, the root of one half among them; halfway it is 0.8.
    assert ratios[:4] == pytest.approx([0.7] * 4, abs=0.02) and ratios[4] > 0.78


def test_a_step_of_the_slider_near_the_end_takes_three_tenths_of_the_frequency():
    exploration = load_exploration("ch07-sweep")
    fold, step = special_points(WC, u=SLICE)[1].P, exploration.controls[0].step
    far, close = (frequency(P_E - fold) for P_E in (-3.28, -3.29))
    # Half of the last digit printed; "half" and "seven tenths" to a twentieth.
    assert [far, close, far / 2] == pytest.approx([3.4, 2.3, 1.7], abs=0.05)
    assert [(-3.29 - fold) / (-3.28 - fold), close / far] == pytest.approx([0.5, 0.7], abs=0.025)
    # The run holds two turns in its last quarter at either, so that the sentence under the views has the number.
    assert step == 0.01 and close * exploration.run.t1 / 4 > 2


def answer(P_E, push):
    """Lasting change of I under a lasting push."""
    (before,), (after,) = (equilibria(ISN, u={"P_E": P_E, "P_I": P_I}) for P_I in (0.0, push))
    return after[1] - before[1]


def test_a_strong_push_beyond_the_border_lowers_what_a_weak_one_raises():
    # Half of the digit printed; the other is a change of 0.008 that the sentence shows with three digits.
    assert answer(1.7, 0.1) == pytest.approx(0.001, abs=5e-4) and answer(1.7, 0.4) < -5e-3
    border = brentq(lambda P_E: answer(P_E, 0.4), 1.6, 2.0)
    assert border == pytest.approx(1.793, abs=5e-4) and accepted("ch07-paradox", border)


def test_a_small_release_raises_I_and_a_large_one_lowers_it():
    (released,) = (one for one in load_exploration("ch07-paradox").presets if one.label == "brake released")
    assert answer(released.set["P_E"], released.set["drive_amplitude"]) > 1e-3 and answer(1.5, -0.3) < -1e-3
    own = [entries(*equilibria(ISN, u={"P_E": 1.5, "P_I": P_I})[0], ISN)[0, 0] for P_I in (-0.1, -0.3)]
    assert own[0] > 0 > own[1]


def test_the_presets_of_the_push_start_at_rest():
    exploration = load_exploration("ch07-paradox")
    starts = [(exploration.x0, next(c.default for c in exploration.controls if c.name == "P_E"))]
    starts += [(one.x0, one.set["P_E"]) for one in exploration.presets]
    for x0, P_E in starts:
        # Half of the third digit.
        assert [x0["E"], x0["I"]] == pytest.approx(equilibria(ISN, u={"P_E": P_E})[0], abs=6e-4)


def test_weak_cross_weights_leave_the_folds_of_E_alone():
    weak = {"w_EI": 0.1, "w_IE": 0.1}
    # w_EE s_E = 1 with a slope of 1/4 at most wants w_EE above 4.
    assert [len(special_points(WC, weak | {"w_EE": w}, SLICE)) for w in (3.9, 4.1)] == [0, 2]
    assert bogdanov_takens(12.0, 0.1, 0.1, 2.0).size == 0
