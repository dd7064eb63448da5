"""The page of reproduced figures: its cells are run, and every number in its tables, captions and boxes is held."""

from pathlib import Path

import jupytext
import numpy as np
import pytest
from cycles_for_tests import REFERENCE
from scipy.optimize import minimize_scalar
from scipy.signal import welch

import rosetta_core as rc
from rosetta_core.models.wendling import equilibrium_drive
from rosetta_core.views import comparison
from rosetta_core.views.variants import ping_together, wendling_with

PAGE = Path(__file__).parents[1] / "chapters" / "reproduced.md"


class Run:
    """The page after its run: its text, the rows of all its tables in order, its variables."""

    def __init__(self) -> None:
        self.text, self.rows, self.names = " ".join(PAGE.read_text("utf-8").split()), [], {}
        plain = comparison.side_by_side

        def kept(*rows):
            self.rows += rows
            return plain(*rows)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(comparison, "side_by_side", kept)
            for cell in jupytext.read(PAGE).cells:
                if cell.cell_type == "code":
                    exec(compile(cell.source, PAGE.name, "exec"), self.names)


@pytest.fixture(scope="module")
def page():
    return Run()


def jr(row, key):
    return REFERENCE[f"r4.jr.{row}"]["value"][key]


# By independent code or closed form, not by this package; the tolerance is half a unit of the last digit where
# there is no more. (name of the row, value, absolute tolerance), in the order of the page.
EXPECTED = [
    ("Hopf point, γ = 1", 0.0, 1e-12),
    ("largest real part at α = 10, γ = 1", np.sqrt(10), 1e-6),
    ("largest real part at α = −10, γ = −1", np.sqrt(10), 1e-6),
    ("fold", -3.59005, 5e-6),
    ("fold, and end of the rhythm", -3.30048, 5e-6),
    ("the same from the rhythm", -3.30048, 5e-6),
    ("Hopf point", 1.53150, 5e-6),
    ("frequency there", 1.75254 / (2 * np.pi * 0.01), 1e-3),
    ("lower Hopf point", -6.70682, 5e-6),
    ("upper Hopf point", -3.29318, 5e-6),
    ("frequency at both", 2.16781 / (2 * np.pi * 0.01), 1e-3),
    ("Bogdanov-Takens point 1, $P_E$", -7.45747, 5e-6),
    ("Bogdanov-Takens point 1, $P_I$", -12.13339, 5e-6),
    ("Bogdanov-Takens point 2, $P_E$", -3.33659, 5e-6),
    ("Bogdanov-Takens point 2, $P_I$", -5.54411, 5e-6),
    ("Bogdanov-Takens point 3, $P_E$", 3.33659, 5e-6),
    ("Bogdanov-Takens point 3, $P_I$", -4.45589, 5e-6),
    ("Bogdanov-Takens point 4, $P_E$", 7.45747, 5e-6),
    ("Bogdanov-Takens point 4, $P_I$", 2.13339, 5e-6),
    ("threshold of $w_{EI} w_{IE}$", 43.2, 1e-12),
    ("fold", jr("sn1", "p"), 1e-6),
    ("fold, and end of the spike-like rhythm", jr("sn0", "p"), 1e-6),
    ("the same from the rhythm", jr("sn0", "p"), 1e-6),
    ("fold of cycles", jr("lc0", "folds")[0][0], 1e-6),
    ("subcritical Hopf point", jr("hopf0", "p"), 1e-6),
    ("lower Hopf point of alpha", jr("hopf1", "p"), 1e-6),
    ("upper Hopf point of alpha", jr("hopf2", "p"), 1e-6),
    ("frequency of the spike-like rhythm at p = 120 1/s", 2.384566, 1e-5),
    ("its least output", 1.226, 5e-4),
    ("its largest output", 11.170, 5e-4),
    ("frequency of the alpha rhythm at p = 120 1/s", 10.468, 5e-4),
    ("its least output", 5.890, 5e-4),
    ("its largest output", 7.956, 5e-4),
    ("2002: lower fold", -32.956, 5e-4),
    ("2002: upper fold", 121.596, 5e-4),
    ("2002: Hopf point", -24.004, 5e-4),
    ("as printed: first Hopf point, figure", 368.95, 5e-3),
    ("as printed: first Hopf point, text", 368.95, 5e-3),
    ("as printed: second Hopf point, figure", 1398.89, 5e-3),
    ("as printed: second Hopf point, text", 1398.89, 5e-3),
    ("only the sign corrected: upper fold", jr("sn0", "p"), 1e-6),
    ("lower fold", -65.299, 5e-4),
    ("upper fold, onset of alpha", 103.870, 5e-4),
    ("end of alpha", 363.312, 5e-4),
    ("its frequency there", 10.83, 5e-3),
    ("onset of gamma", 454.644, 5e-4),
    ("its frequency there", 40.30, 5e-3),
    ("fold of cycles", 153.7, 0.1),  # the article reads about 153; `test_folds_of_cycles...` has the digits
    ("fold of cycles", 154.6, 0.1),
    ("90 1/s into P2: onset of gamma", 97.796, 5e-4),
    ("its frequency there", 38.9, 5e-2),
    ("torus point of alpha", 190.3, 0.1),  # held by simulation on both sides in `test_two_rhythms...`
    ("torus point of gamma", 356.8, 0.1),
    (r"cusp, $J/\sqrt{\Delta}$", 8 * np.pi / 3 * 0.75**0.25, 1e-8),
    (r"cusp, $\bar\eta/\Delta$", -np.sqrt(3), 1e-8),
    (r"cusp, rate times $\tau$", 0.75**0.25 / np.pi, 1e-7),
    ("J = 15: fold of the active state", REFERENCE["r5.mpr.sn.D1J15"]["value"][1], 1e-8),
    ("J = 15: fold of the quiet state", REFERENCE["r5.mpr.sn.D1J15"]["value"][0], 1e-8),
    ("lower Hopf point", 5.32212, 5e-6),
    ("upper Hopf point", 76.70112, 5e-6),
    ("frequency at the lower one", 54.55, 5e-3),
    ("frequency at the upper one", 255.5, 5e-2),
    ("lower fold", -1.3216, 5e-5),
    ("upper fold", 0.2684, 2e-4),
    ("lower Hopf point", 1.11045, 5e-6),
    ("its frequency", 53.97, 5e-3),
    ("upper Hopf point", 67.6653, 5e-5),
    ("its frequency", 229.9, 5e-2),
    ("highest peak of the excitatory rate", 0.53, 5e-3),
    ("at the current", 11.0, 1.0),
    ("current into E alone: Hopf point", 0.8708, 5e-5),
    ("its frequency", 50.11, 5e-3),
    ("Bogdanov-Takens point, detuning", 0.5, 1e-7),
    ("Bogdanov-Takens point, drive", 0.5, 1e-7),
    ("cusp, detuning", 1 / np.sqrt(3), 1e-7),
    ("cusp, drive", np.sqrt(8 / 27), 1e-7),
    ("saddle-node at drive 0.3 1/s", 0.3037052247462, 1e-8),
    ("width of the tongue at 0.3 1/s, from orbits", 2 * 0.3037052247462, 1e-7),
    ("Hopf point at drive 0.8 1/s", np.sqrt(1.03), 1e-8),
    ("constant push that stops ω = 2 rad/s", np.sqrt(2.125), 1e-8),
]


def test_every_number_of_the_tables_is_expected(page):
    assert [row.what for row in page.rows] == [what for what, *_ in EXPECTED]
    wrong = [(what, row.here, value) for row, (what, value, near) in zip(page.rows, EXPECTED, strict=True)
             if not abs(row.here - value) <= near]  # fmt: skip
    assert wrong == []


def test_only_the_two_numbers_of_the_text_differ_from_what_was_published(page):
    assert [(row.what, row.published) for row in page.rows if not row.agrees] == [
        ("as printed: first Hopf point, text", "600"),
        ("as printed: second Hopf point, text", "1750"),
    ]


def test_captions_say_what_the_tables_say(page):
    found = {}
    for row in page.rows:
        found.setdefault(row.what, []).append(row.here)
    for said, value in (
        ("27.9 Hz at the Hopf point", found["frequency there"][0]),
        ("stable from the fold at 113.6", found["the same from the rhythm"][1]),
        ("the fold of cycles at 137.4", found["fold of cycles"][0]),
        ("it spikes 2.38 times a second", found["frequency of the spike-like rhythm at p = 120 1/s"][0]),
        ("an alpha rhythm of 10.5 Hz", found["frequency of the alpha rhythm at p = 120 1/s"][0]),
        ("a rhythm between 369 and", found["as printed: first Hopf point, figure"][0]),
        ("and 1399 1/s.", found["as printed: second Hopf point, figure"][0]),
        ("alpha (up to 363 1/s)", found["end of alpha"][0]),
        ("gamma (from 455 1/s)", found["onset of gamma"][0]),
        ("gamma begins at 97.8 1/s", found["90 1/s into P2: onset of gamma"][0]),
        ("Between the two torus points, 190 and", found["torus point of alpha"][0]),
        ("and 357 1/s, neither", found["torus point of gamma"][0]),
        ("begins softly at 54.6 Hz", found["frequency at the lower one"][0]),
        ("until it fades at 255 Hz", found["frequency at the upper one"][0]),
        ("It begins at 54.0 Hz", found["its frequency"][0]),
        ("are highest, 0.53 spikes per ms", found["highest peak of the excitatory rate"][0]),
        ("the rhythm begins at 0.871", found["current into E alone: Hopf point"][0]),
    ):
        number = next(word.strip("(.,") for word in said.split() if any(c.isdigit() for c in word))
        assert said in page.text
        assert f"{value:.{len(number.partition('.')[2])}f}" == number, said


def test_what_the_boxes_say(page):
    # C6 y2 with y2 = C4 y4 is C4 = 0.25 C times C6 y4, C = 135.
    assert "is 34 times as large" in page.text and round(0.25 * 135) == 34
    assert "that is a width $\\pi\\tau = 23.6$ times as large" in page.text and round(np.pi * 7.5, 1) == 23.6
    for model, name, options in (
        (rc.wilson_cowan, "P_E", {"p": {"k_E": 2.0, "k_I": 2.0}, "u": {"P_I": -6.0}}),
        (rc.ing, "I", {"p": {"Delta": 7.5 * np.pi}}),
        (ping_together, "I_E", {"p": {"J_EE": 1.0, "J_EI": 1.0, "J_IE": 1.0, "J_II": 2.0}}),
    ):
        found = rc.continuation(model, name, {"P_E": (-20, 12), "I": (-3, 90), "I_E": (-3, 75)}[name], **options)
        assert "hopf" not in found.kinds and found.stable[[0, -1]].all()


def test_the_variants_are_the_models_where_they_should_be():
    x = np.random.default_rng(3).uniform(0, 1, 8)
    p = tuple(row.default for row in rc.wendling.params)
    ours = wendling_with(1.0, 0.1).rhs.py_func(0.0, tuple(x), p, (150.0,))
    # The same numbers by two routes: rounding.
    assert ours == pytest.approx(rc.wendling.rhs.py_func(0.0, tuple(x), p, (150.0,)), rel=1e-14)
    p = tuple(row.default for row in rc.ping.params)
    ours = ping_together.rhs.py_func(0.0, tuple(x), p, (3.0,))
    assert ours == rc.ping.rhs.py_func(0.0, tuple(x), p, (3.0, 3.0))


def test_folds_of_wendling_are_extrema_of_the_closed_branch():
    p = tuple(row.default for row in rc.wendling.params)
    # Both extrema lie between 2 and 6 mV: the branch rises, falls, rises.
    upper = minimize_scalar(lambda y: -float(equilibrium_drive(y, *p)), bounds=(1.0, 4.0), method="bounded")
    lower = minimize_scalar(lambda y: float(equilibrium_drive(y, *p)), bounds=(4.0, 6.5), method="bounded")
    found = sorted(e.value for e in rc.continuation(rc.wendling, "p", (-100, 400)).events if e.kind == "fold")
    # At an extremum an error of 1e-5 mV in y is one of 1e-8 in p.
    assert found == pytest.approx([lower.fun, -upper.fun], abs=1e-6)


def peaks(drive, x0):
    """Power of the output near alpha (7 to 13 Hz) and near gamma (37 to 43 Hz), after 20 s, the larger being 1."""
    run = rc.simulate(rc.lanmm, 40.0, 2e-4, u={"p_P1": drive, "p_P2": 90.0}, x0=x0, every=5)
    frequency, power = welch(run.output[len(run.t) // 2 :], 1000, nperseg=4096)
    bands = [power[(frequency > low) & (frequency < high)].max() for low, high in ((7, 13), (37, 43))]
    return np.array(bands) / max(bands)


def test_two_rhythms_at_once_between_the_torus_points(page):
    alpha, gamma = (event.value for found in page.names["driven_cycles"][::-1] for event in found.events)
    assert alpha < 230.0 and gamma > 330.0
    x0 = page.names["driven"].events[-2].x * 1.01
    # In between both rhythms have power, whatever their shapes; beyond, the other has none but a harmonic of alpha.
    for drive in (230.0, 330.0):
        assert peaks(drive, x0).min() > 0.05
    assert peaks(400.0, x0)[0] < 1e-6
    (below,) = [found for found in page.names["driven_cycles"] if found.events[0].value == alpha]
    (cycle,) = below.at(170.0)
    # A pure rhythm at 170: the simulation closes after one period. RK4 at 40 Hz and 0.2 ms is off by 1e-7 a period.
    run = rc.simulate(rc.lanmm, 20.0, 2e-4, u={"p_P1": 170.0, "p_P2": 90.0}, x0=cycle.x[0])
    late = np.interp(20.0 - cycle.period * np.array([0.0, 1.0, 3.0]), run.t, run.output)
    assert late == pytest.approx(late[[0, 0, 0]], abs=1e-3)


def test_folds_of_cycles_of_the_laminar_column_are_where_the_rhythm_jumps(page):
    low, high = (event.value for event in page.names["quiet_cycles"][0].events)
    counts = [len(page.names["quiet_cycles"][0].at(value)) for value in (low - 0.3, (low + high) / 2, high + 0.3)]
    assert counts == [1, 3, 1]
