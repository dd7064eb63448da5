"""The Rosetta table: every arrow, every link, every number, and the powers that the errors follow."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core.analysis.locking import Tongue
from rosetta_core.translate import Experiment
from rosetta_core.translate.path import ARROWS
from rosetta_core.translate.reference_points import POINTS, measured, named, translation
from rosetta_core.views import rosetta
from rosetta_core.views.ladder import RUNGS
from rosetta_core.views.models import model_cards
from rosetta_core.views.translations import experiment
from rosetta_core.views.translator import SAMPLES, Translator, arrow
from rosetta_core.views.translator import drawn as picture_of

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "chapters" / "rosetta-table.md").read_text("utf-8")
every_point = pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)


@pytest.fixture(scope="module")
def table() -> str:
    return rosetta.table().markdown


def slug(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def targets(page: str) -> set[str]:
    """The places of a page that a link may name, from its source or from what makes it."""
    if page == "models":
        return set(re.findall(r"^\(([\w-]+)\)=$", model_cards().markdown, re.M))
    if page == "tested":
        return set(re.findall(r'id="([\w-]+)"', rosetta.held().markdown))
    text = (ROOT / "chapters" / f"{page}.md").read_text("utf-8")
    return set(re.findall(r"^\(([\w-]+)\)=$", text, re.M)) | {slug(h) for h in re.findall(r"^## (.+)$", text, re.M)}


def test_rows_are_the_rungs_of_the_ladder(table: str) -> None:
    assert [row.rung for row in rosetta.ROWS] == [rung.name for rung in RUNGS]
    titles = re.findall(r'<th scope="row"[^>]*>([^<]+)</th>', table)
    assert titles == [rung.title for rung in RUNGS]
    assert table.count("<td") == 7 * len(RUNGS)
    known = {model.name for model in rc.MODELS}
    assert {variant for row in rosetta.ROWS for variant in row.variants} <= known


def test_every_arrow_of_the_path_has_a_reference_point() -> None:
    for each in ARROWS:
        assert [p for p in POINTS if p.source.name in each.sources and p.target.name == each.target], each
    assert len({point.name for point in POINTS}) == len(POINTS)
    with pytest.raises(ValueError, match="no arrow 'up'; there are damped-to-harmonic"):
        named("up")


@every_point
def test_its_number_in_the_table_is_that_of_the_translation(point, table: str) -> None:
    (shown,) = re.findall(rf'→ {re.escape(point.target.title)}</strong>: ([^<]+)\s*<small class="keep">'
                          rf'(?:(?!</small>).)*tested.html#arrow-{point.name}"', table)  # fmt: skip
    error, name, value = re.match(r"([\d.e−]+) % in ([\w ]+?) where .* is ([\d.]+)", shown).groups()
    found = translation(point)
    # Two digits are shown: half a unit of the second is at most a twentieth of the number.
    assert float(error) == pytest.approx(100 * abs(found.error.measured()[point.quoted]), rel=0.05)
    assert float(value) == pytest.approx(found.valid.value, rel=0.05)
    assert name == rosetta.ERRORS[point.quoted]
    assert found.valid and 1.5 * found.valid.value < found.valid.limit, "well inside"


@every_point
def test_the_predicted_power_stands_where_the_scan_fits_it(point) -> None:
    scan, found = measured(point), translation(point)
    assert len(scan.values) >= 5
    low = scan.values <= found.valid.limit / 4 * (1 + 1e-9) if point.doublings[0] < -3 else scan.values > 0
    assert low.sum() >= 3
    fitted = np.polyfit(np.log(scan.values[low]), np.log(scan.errors(point.quoted)[low]), 1)[0]
    # A fit over octaves of the small parameter; what the next power of it bends is below a tenth.
    assert fitted == pytest.approx(found.valid.order[point.quoted], abs=0.1)


def test_every_link_leads_to_a_place_that_is_there(table: str) -> None:
    links = set(re.findall(r'href="([\w-]+)\.html#([\w-]+)"', table))
    assert len(links) > 60 and table.count("href=") == len(re.findall(r'href="[\w-]+\.html#', table))
    places = {page: targets(page) for page in {page for page, _ in links}}
    assert [link for link in links if link[1] not in places[link[0]]] == []


def test_links_say_where_they_lead_without_their_place(table: str) -> None:
    labels = re.findall(r'<a href="[^"]+" aria-label="([^"]+)">(\w+)</a>', table)
    assert len(labels) == table.count("<a ")
    assert all(label.startswith(f"{word}: ") for label, word in labels)


@pytest.mark.parametrize("file", sorted({p.held_by for p in POINTS} | {row.test for row in rosetta.ROWS}))
def test_the_files_that_hold_them_name_what_they_hold(file: str) -> None:
    text = (ROOT / "tests" / f"{file}.py").read_text("utf-8")
    for point in POINTS:
        if point.held_by == file:
            assert re.search(rf"\b{point.make.__name__}\(", text) and ".scan(" in text, point.name
    for row in rosetta.ROWS:
        if row.test == file:
            assert re.search(rf"\b{row.rung}\b", text), row.rung


def test_before_its_chapter_is_written_a_rung_leads_to_its_figures_or_its_model(monkeypatch) -> None:
    monkeypatch.setattr(rosetta, "written", lambda: {3: "03-stuart-landau"})
    row = {each.rung: each for each in rosetta.ROWS}
    assert rosetta.section(3, "alone", row["stuart_landau"]) == "03-stuart-landau.html#sec-3-alone"
    assert rosetta.section(9, "alone", row["jansen_rit"]) == "reproduced.html#jansen-rit"
    assert rosetta.section(11, "alone", row["theta"]) == "models.html#model-theta"


@pytest.mark.parametrize(
    ("name", "error", "value"),
    [
        ("wilson-cowan-to-stuart-landau", "0.016 %", "0.01 from"),
        ("stuart-landau-to-kuramoto", "0.0044 of a radian", "0.0056 of"),
        ("nmm1-loop-to-wilson-cowan", "5.8 %", "0.02 of"),
        ("mpr-to-qif-rate", "0.075 %", "a tenth of"),
        ("wilson-cowan-to-theta", "2.9 %", "0.00098 beyond"),
    ],
)
def test_captions_have_the_numbers_of_their_figures(name: str, error: str, value: str) -> None:
    point = named(name)
    found, (caption,) = (
        translation(point),
        re.findall(rf"caption: \|\n(.+)\n(?:(?!caption).|\n)*?named\(\"{name}\"", PAGE),
    )
    assert error in caption and value in caption
    size, told = abs(found.error.measured()[point.quoted]), float(error.split()[0])
    # Captions print two digits: up to a twentieth.
    assert told == pytest.approx(size if "radian" in error else 100 * size, rel=0.05)
    assert float(value.split()[0].replace("a", "0.1")) == pytest.approx(found.valid.value, rel=0.02)


def test_ten_times_as_far_is_ten_times_as_wrong_as_the_caption_says() -> None:
    found = translation(named("wilson-cowan-to-stuart-landau"))
    # Half of the last digit that the sentence prints.
    assert 100 * found.again(0.1).error.amplitude == pytest.approx(0.16, abs=0.005)


@every_point
def test_the_explorer_has_the_curves_and_errors_of_the_translations(point) -> None:
    made, scan = arrow(point), measured(point)
    assert made["values"] == pytest.approx(scan.values, rel=1e-5)
    for i, each in enumerate(scan.translations):
        sides, shown = each.sides(), made["sides"][i]
        *ends, low, high = shown["ends"]
        assert ends == pytest.approx([sides.across[0], sides.across[-1]], rel=1e-7)
        x = np.linspace(sides.across[0], sides.across[-1], SAMPLES)
        for curve, y in ((shown["source"], sides.source), (shown["target"], sides.target)):
            heights = (
                low + (high - low) * np.array([int(curve[k : k + 2], 36) for k in range(0, 2 * SAMPLES, 2)]) / 1295
            )
            y = np.abs(y) if np.iscomplexobj(y) else y
            # Half of one of 1295 steps, and eight digits of both ends.
            assert np.abs(heights - np.interp(x, sides.across, y)).max() <= (high - low) / 2500 + 1e-7 * abs(high)
        for error, name in zip(made["errors"], each.valid.order, strict=True):
            assert error["sizes"][i] == pytest.approx(max(abs(each.error.measured()[name]), 1e-12), rel=5e-3)
        assert made["trusted"][i] == bool(each.valid)
    options = {o["id"]: o for o in made["predict"]["options"]}
    power = {2.0: "square", 1.0: "first power", 0.5: "root"}[scan.translations[0].valid.order[point.quoted]]
    assert power in options[made["predict"]["answer"]]["text"]


def test_the_explorer_is_light_and_has_a_version_without_scripts() -> None:
    widget = Translator()
    assert len(json.dumps(widget.arrows)) < 150_000
    data, _ = widget._repr_mimebundle_()
    for point in POINTS:
        assert point.title in data["text/html"]
    assert "<svg" in data["text/html"] and len(data["image/png"]) > 10_000


def test_an_experiment_is_drawn_with_every_rung_on_every_axis() -> None:
    axis = np.linspace(1.0, 3.0, 21)
    both = np.array([np.exp(-((axis - 2) ** 2)), 0.9 * np.exp(-((axis - 2) ** 2))])
    amplitude = np.array([0.1, 0.2])
    tongues = tuple(
        Tongue((1, 1), amplitude, 2 - w * amplitude, 2 + w * amplitude, 2 - amplitude, 2 + amplitude, 2.0, ((), ()))
        for w in (1.0, 0.8)
    )
    found = Experiment(("a", "b"), "P", axis, both, axis, both, axis, both, tongues, np.eye(2), np.zeros((2, 2, 2)))
    drawn = experiment(
        found, ("one", "two"), "1", alt="Four panels with two lines each, made for this test alone."
    ).figure
    assert [len(ax.lines) for ax in drawn.axes] == [2, 2, 2, 4]
    np.testing.assert_array_equal(drawn.axes[3].lines[3].get_xdata(), tongues[1].high)
    rest = found._replace(phase=None, response=None, tongues=None)
    drawn = experiment(
        rest, ("one", "two"), "1", alt="Two panels with two lines each, made for this test alone."
    ).figure
    assert [len(ax.lines) for ax in drawn.axes] == [2, 2]


def test_a_translation_is_drawn_with_both_sides_and_all_its_errors() -> None:
    figure = picture_of(named("damped-to-harmonic"))
    left, right = figure.figure.axes
    sides = translation(named("damped-to-harmonic")).sides()
    np.testing.assert_array_equal(left.lines[0].get_ydata(), sides.source)
    np.testing.assert_array_equal(left.lines[1].get_ydata(), sides.target)
    np.testing.assert_allclose(right.lines[0].get_ydata(), measured(named("damped-to-harmonic")).errors("state"))
    assert "power 1" in figure.alt or "power 0.99" in figure.alt
