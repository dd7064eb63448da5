"""Diagrams: lines by stability, markers by event, labels from the table, and the small JSON of a page."""

import json
from itertools import pairwise

import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core.views import figures
from rosetta_core.views.comparison import Row, beside_another_code, recorded, side_by_side
from rosetta_core.views.diagrams import axis_label, of_branch, of_cycles, page_diagram, thinned

SPAN = (-100.0, 400.0)


@pytest.fixture(scope="module")
def column():
    return rc.continuation(rc.jansen_rit, "p", SPAN)


@pytest.fixture(scope="module")
def rhythms(column):
    births = [event for event in column.events if event.kind == "hopf"]
    return [rc.cycles(rc.jansen_rit, birth, "p", SPAN) for birth in births[:2]]


def drawn(draw, *arguments, **options):
    """Lines and markers of a picture: (line style, data) of lines, (marker, filled, data) of markers, all texts."""
    _, ax = figures.axes()
    draw(ax, *arguments, **options)
    lines = [(line.get_linestyle(), line.get_xydata()) for line in ax.lines if line.get_marker() == "None"]
    markers = [
        (line.get_marker(), line.get_markerfacecolor() == line.get_color(), tuple(line.get_xydata()[0]))
        for line in ax.lines
        if line.get_marker() != "None"
    ]
    return ax, lines, markers, [text.get_text() for text in ax.texts]


def test_a_branch_is_solid_where_stable_and_dashed_elsewhere(column):
    ax, lines, markers, words = drawn(figures.branch, column)
    (low, fold), (other, hopf) = ([e.value for e in column.events if e.kind == kind][:2] for kind in ("fold", "hopf"))
    # From below: stable to the fold, unstable through the other one to the first Hopf point, stable, unstable, stable.
    assert [style for style, _ in lines] == ["-", "--", "-", "--", "-"]
    ends = [(xy[0, 0], xy[-1, 0]) for _, xy in lines]
    assert ends[0] == pytest.approx((-100, low)) and ends[1] == pytest.approx((low, other)) and fold < other < hopf
    for (_, before), (_, after) in pairwise(lines):
        assert (before[-1] == after[0]).all()
    assert sorted((marker, filled) for marker, filled, _ in markers) == [("o", True)] * 3 + [("s", True)] * 2
    assert words == ["fold", "fold", "Hopf, 7.24 Hz", "Hopf, 10.4 Hz", "Hopf, 11.2 Hz"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("input p (1/s)", "output y₁ \N{MINUS SIGN} y₂ (mV)")
    assert not drawn(figures.branch, column, words=False)[3]


def test_markers_are_where_the_events_are(column):
    exact = {round(e.value, 6): float(rc.jansen_rit.output.py_func(tuple(e.x), ())) for e in column.events[1:-1]}
    _, _, markers, _ = drawn(figures.branch, column)
    found = {round(x, 6): y for _, _, (x, y) in markers}
    assert found == pytest.approx(exact, abs=1e-12)
    _, _, markers, _ = drawn(figures.branch, column, "y1")
    assert sorted(y for *_, (_, y) in markers) == pytest.approx(sorted(e.x[1] for e in column.events[1:-1]), abs=1e-12)


def test_cycles_show_least_and_largest_and_what_befalls_them(rhythms):
    ax, lines, markers, words = drawn(figures.cycle_branch, rhythms[0])
    assert [style for style, _ in lines] == ["--", "-"] * 2  # least, then largest: unstable to the fold, then stable
    kinds = sorted((marker, filled) for marker, filled, _ in markers)
    # A Hopf point, a fold of cycles (open) and an end (cross), each on both lines.
    assert kinds == [("o", True)] * 2 + [("s", False)] * 2 + [("x", True)] * 2
    assert words == ["fold of cycles", "SNIC"] and len(ax.patches) == 1
    (fold,) = rhythms[0].events
    turn = [max(xy[:, 0].max() for _, xy in lines if xy[:, 0].max() > 130)]
    assert turn == pytest.approx([fold.value], abs=1e-9)
    # Where the line turns, its height is between those of the two cycles that meet there.
    tops = [cycle.output.max() for cycle in rhythms[0].at(fold.value - 1.0)]
    height = max(y for marker, _, (_, y) in markers if marker == "s")
    assert len(tops) == 2 and min(tops) < height < max(tops)


def test_frequency_of_cycles(rhythms):
    ax, lines, markers, _ = drawn(figures.cycle_branch, rhythms[1], "frequency")
    assert [style for style, _ in lines] == ["-"] and not ax.patches
    assert ax.get_ylabel() == "frequency f (Hz)"
    assert sorted(y for *_, (_, y) in markers) == pytest.approx([10.377059, 11.163571], abs=1e-5)  # the Hopf points'


@pytest.mark.parametrize("which", [0, 1])
def test_lines_between_computed_cycles_are_true_to_the_picture(rhythms, which):
    found = rhythms[which]
    tops = [piece for piece in of_cycles(found).pieces if piece.kind == "maximum"]
    frame = np.array([SPAN[1] - SPAN[0], 16.8])
    line = np.concatenate([np.stack([piece.x, piece.y], axis=1) for piece in tops]) / frame
    for k in range(3, len(found.value) - 3, 6):
        if abs(found.value[k] - found.value[k + 1]) > 1.0:
            value = (found.value[k] + found.value[k + 1]) / 2
            for cycle in found.at(value):
                point = np.array([value, cycle.output.max()]) / frame
                # 1/1000 of the picture for the cubic, and half the distance of two drawn points along it.
                gaps = np.linalg.norm(np.diff(line, axis=0), axis=1)
                near = int(np.linalg.norm(line - point, axis=1).argmin())
                off = np.linalg.norm(line[near] - point)
                along = gaps[max(near - 1, 0) : near + 1].max() / 2
                assert off < np.hypot(1e-3, along) + 1e-9


def test_torus_points_and_edges_of_the_span():
    driven = rc.continuation(rc.lanmm, "p_P1", (300.0, 420.0), u={"p_P2": 90.0})
    birth = next(event for event in driven.events if event.kind == "hopf")
    assert birth.value == pytest.approx(352.766335, abs=1e-5)
    start = rc.limit_cycle(rc.lanmm, u={"p_P1": 400.0, "p_P2": 90.0})
    found = rc.cycles(rc.lanmm, start, "p_P1", (320.0, 420.0))
    _, lines, markers, words = drawn(figures.cycle_branch, found, "frequency")
    assert sorted(style for style, _ in lines) == ["-", "--"]
    # Where the span cuts a branch there is no marker.
    assert [(marker, filled) for marker, filled, _ in markers] == [("o", False)] and words == ["torus"]
    # The branch from the Hopf point has it at 356.79516, with an error of 4e-9; this one says how far it may be off.
    assert markers[0][2][0] == found.events[0].value == pytest.approx(356.79516, abs=found.events[0].error)


def test_curves_in_two_quantities_have_their_corners():
    wedge = rc.two_parameter(
        rc.mpr, rc.fold(rc.mpr, "eta_bar", (-4.0, -2.5)), ("eta_bar", "J"), ((-12.0, 0.0), (0.0, 20.0))
    )
    ax, lines, markers, words = drawn(figures.curve, wedge, rc.mpr, name="folds")
    assert [style for style, _ in lines] == ["-"] and words == ["cusp", "folds"]
    assert markers == [("^", True, pytest.approx((-np.sqrt(3), 7.796217), abs=1e-5))]
    assert ax.get_xlabel().endswith("η̄ (1)") and ax.get_ylabel() == "coupling J (1)"
    p, names, spans = {"alpha": 1.0, "gamma": 1.0, "beta": 0.0}, ("omega", "u_re"), ((-2.0, 3.0), (0.01, 2.0))
    birth = rc.hopf(rc.stuart_landau, "omega", (0.9, 1.2), p=p, u={"u_re": 0.8})
    hopfs = rc.two_parameter(rc.stuart_landau, birth, names, spans, p=p, u={"u_re": 0.8})
    _, lines, markers, words = drawn(figures.curve, hopfs, rc.stuart_landau)
    assert lines[0][0] == "--"  # matplotlib's word for any dash pattern
    assert markers == [("D", True, pytest.approx((0.5, 0.5), abs=1e-7))] and words == ["Bogdanov-Takens"]


def test_a_tongue_marks_what_ends_the_locking():
    p = {"alpha": 1.0, "gamma": 1.0, "beta": 0.0, "omega": 12.0}
    found = rc.locking(rc.stuart_landau, {"u_re": 0.25, "u_im": 0.0}, [1.6, 2.2], [0.3, 0.8], p=p)
    ax, lines, markers, words = drawn(figures.tongue, found, rc.stuart_landau, "u_re")
    edges = [(found.low[0], 0.3), (found.low[1], 0.8), (found.high[0], 0.3), (found.high[1], 0.8)]
    assert [at for *_, at in markers] == edges
    # At 0.3 saddle-nodes, at 0.8 torus points on both sides: reference r2.force.a1b1c0.
    assert [(marker, filled) for marker, filled, _ in markers] == [("s", True), ("o", False)] * 2
    assert words == ["phase response"] and len(ax.collections) == 1
    assert all(tuple(xy[0]) == pytest.approx((12 / (2 * np.pi), 0.0)) for _, xy in lines)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("frequency f (Hz)", "drive uₓ (1/s)")


def test_the_json_of_a_page_is_small_and_says_all(column, rhythms):
    found = page_diagram(column, rhythms)
    text = json.dumps(found, separators=(",", ":"))
    assert len(text) < 10_000 and json.loads(text) == found
    assert (found["model"], found["x"]) == (
        "jansen_rit",
        {"name": "p", "label": "input p (1/s)", "low": -100, "high": 400},
    )
    assert [curve["stable"] for curve in found["curves"] if curve["kind"] == "rest"] == [True, False, True, False, True]
    events = [(e["kind"], e["marker"], e["filled"]) for e in found["events"]]
    assert events == (
        [("fold", "square", True)] * 2 + [("hopf", "circle", True)] * 3
        + [("fold of cycles", "square", False)] * 2 + [("end", "cross", True)] * 2
    )  # fmt: skip
    places = [event["x"] for event in found["events"]]
    exact = [113.586273, -41.301410, -12.147492, 89.829108, 315.696428, 137.379267, 137.379267, 113.586273, 113.586273]
    assert places == pytest.approx(exact, abs=1e-3)
    heights = [y for curve in found["curves"] for y in curve["y"]]
    assert (found["y"]["low"], found["y"]["high"]) == (min(heights), max(heights))
    pitch = page_diagram(column, rhythms, of="frequency")
    assert {curve["kind"] for curve in pitch["curves"]} == {"frequency"} and pitch["y"]["label"] == "frequency f (Hz)"
    assert [event["text"] for event in pitch["events"] if event["kind"] == "hopf"] == [
        "Hopf, 7.24 Hz", "Hopf, 10.4 Hz", "Hopf, 11.2 Hz",
    ]  # fmt: skip


@pytest.mark.parametrize("tolerance", [3e-4, 1e-3, 1e-2])
def test_what_is_left_out_is_as_little_as_it_says(column, rhythms, tolerance):
    found = page_diagram(column, rhythms, tolerance=tolerance)
    assert 0 < found["deviation"] <= tolerance
    pieces = [*of_branch(column).pieces, *(piece for each in rhythms for piece in of_cycles(each).pieces)]
    ys = np.concatenate([piece.y for piece in pieces])
    frame = np.array([SPAN[1] - SPAN[0], np.ptp(ys)])
    largest = 0.0
    for curve, piece in zip(found["curves"], pieces, strict=True):
        line = np.stack([curve["x"], curve["y"]], axis=1) / frame
        points = np.stack([piece.x, piece.y], axis=1) / frame
        largest = max(largest, max(float(to_line(point, line)) for point in points))
    # "deviation" measures each point against its own stretch: the whole line can only be nearer. Two digits are kept.
    assert largest <= found["deviation"] * 1.05


def to_line(point, line):
    """Distance of a point from a line of straight stretches."""
    start, chord = line[:-1], np.diff(line, axis=0)
    length = np.maximum((chord**2).sum(axis=1), 1e-300)
    along = np.clip(((point - start) * chord).sum(axis=1) / length, 0, 1)
    return np.linalg.norm(point - start - along[:, None] * chord, axis=1).min()


def test_thinning_keeps_corners_and_drops_straight_points():
    x = np.linspace(0, 1, 101)
    corner = np.stack([x, np.abs(x - 0.5)], axis=1)
    assert thinned(corner, 1e-6).tolist() == [0, 50, 100]
    there_and_back = np.stack([np.concatenate([x, x[::-1]]), np.zeros(202)], axis=1)
    assert {0, 201} < set(thinned(there_and_back, 1e-3).tolist())  # the turn is kept, though its chord has no length
    # A circle of radius 1 in stretches of angle a is off by 1 - cos(a/2): wanted 1e-3, so a = 0.0894 at most.
    turn = np.linspace(0, 2 * np.pi, 2001)
    kept = thinned(np.stack([np.cos(turn), np.sin(turn)], axis=1), 1e-3)
    assert 2 * np.pi / 0.0894 <= len(kept) - 1 <= 2.2 * 2 * np.pi / 0.0894


def test_refusals_say_what_was_wanted(column, rhythms):
    with pytest.raises(ValueError, match="wants at least one branch of cycles"):
        page_diagram(column, of="frequency")
    with pytest.raises(ValueError, match=r"tolerance wants a share of the picture between 0 and 0\.1, got 1"):
        page_diagram(column, tolerance=1)
    other = rc.continuation(rc.jansen_rit, "B", (20.0, 24.0))
    with pytest.raises(
        ValueError, match="a diagram of jansen_rit by B wants cycles of the same, got those of jansen_rit by p"
    ):
        page_diagram(other, rhythms)
    for draw, found in ((of_branch, column), (of_cycles, rhythms[0])):
        with pytest.raises(KeyError, match="no state 'height'"):
            draw(found, "height")


def test_labels_of_outputs():
    assert axis_label(rc.stuart_landau, "output") == "real part x (1)"  # a state is called by its name
    assert axis_label(rc.lanmm, "output") == "output (v_P1 + v_P2)/2 (mV)"
    network = rc.network(rc.jansen_rit, np.zeros((2, 2)))
    assert axis_label(network, "p") == "input p (1/s)"


def test_a_network_shows_the_mean_of_its_nodes():
    network = rc.network(rc.stuart_landau, np.zeros((2, 2)))
    found = rc.continuation(network, "alpha", (-1.0, -0.1), u={"u_re": np.array([0.2, 0.6])})
    (rest,) = of_branch(found, "re").pieces
    assert rest.y == pytest.approx(found["re"].mean(axis=1), abs=1e-15) and rest.stable


def test_numbers_side_by_side():
    rows = (Row("a", 1.2344, "1.23", None, "Hz"), Row("b", -2.0, "", -2.0000001), Row("c", 3.02, "3.0"))
    assert [row.agrees for row in rows] == [True, True, True]
    assert (
        not Row("d", 3.11, "3.0").agrees and not Row("e", 1.0, "", 1.00001).agrees and not Row("f", 2.0, "600").agrees
    )
    lines = side_by_side(*rows, Row("g", 0.5, "0.3")).markdown.split("\n")
    assert lines[0] == "| number | published | second way | here | unit | verdict |"
    assert lines[2] == "| a | 1.23 |  | 1.2344 | Hz | agrees |" and lines[5].endswith("| **differs** |")
    assert lines[3] == "| b |  | \N{MINUS SIGN}2 | \N{MINUS SIGN}2 |  | agrees |"
    assert side_by_side(Row("h", 1.0)).markdown.split("\n")[0] == "| number | here |"


def test_every_recorded_value_is_shown_beside_the_other_code(tmp_path):
    found = recorded()
    lines = beside_another_code(found).markdown.split("\n")
    titles = [line for line in lines if line.startswith("| *")]
    assert len(titles) == 3 and len(lines) == 2 + len(titles) + len(found["values"])
    at = next(value for value in found["values"] if value["id"] == "jr.alpha.period.250")
    (line,) = [line for line in lines if "at 250" in line]
    assert line.split(" | ")[2] == f"{at['auto']:.10g}" and line.split(" | ")[3] == f"{at['rosetta_core']:.10g}"
    assert all(abs(value["auto"] - value["rosetta_core"]) <= value["allowed"] for value in found["values"])
    with pytest.raises(FileNotFoundError, match="has it in benchmarks/continuation"):
        recorded(tmp_path / "comparison.json")


def test_a_word_stays_inside_the_picture(column):
    figure, ax = figures.axes(width=3.0)
    figures.branch(ax, column)
    figure.draw_without_rendering()
    frame = ax.get_window_extent()
    for word in ax.texts:
        # The room is judged by five points a letter: a letter may hang over.
        box = word.get_window_extent()
        assert frame.x0 - 12 < box.x0 and box.x1 < frame.x1 + 12, word.get_text()
