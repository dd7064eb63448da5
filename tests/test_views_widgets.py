"""Widgets without a browser: traits, linked sliders, static versions, the ladder, tables, and errors that help."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import ipywidgets
import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core import views
from rosetta_core.book.explorations import EXPLORATIONS, load_exploration
from rosetta_core.book.reading import BookError
from rosetta_core.book.symbols import symbols
from rosetta_core.models.bautin import fold
from rosetta_core.models.stuart_landau import amplitude_density, limit_cycle
from rosetta_core.views import ladder as ladder_function
from rosetta_core.views.bundle import module
from rosetta_core.views.ladder import RUNGS
from rosetta_core.views.pictures import picture
from rosetta_core.views.prepare import prepare
from rosetta_core.views.static import hysteresis, setting

ROOT = Path(__file__).resolve().parents[1]
VIEWS = ROOT / "rosetta_core" / "views"
NAMES = sorted(path.stem for path in EXPLORATIONS.glob("*.yml"))


@pytest.fixture
def birth() -> views.Explorer:
    return views.explore("ch03-birth")


def test_every_quantity_is_a_synchronised_trait(birth: views.Explorer) -> None:
    model = rc.stuart_landau
    for name in [q.name for q in model.params + model.inputs] + ["sigma", "x0"]:
        assert birth.trait_metadata(name, "sync"), name
    birth.alpha = 0.3
    assert birth.get_state("alpha") == {"alpha": 0.3}
    with pytest.raises(Exception, match="alpha"):
        birth.alpha = "large"


def test_controls_are_linked_both_ways(birth: views.Explorer) -> None:
    panel = birth.controls()
    sliders = dict(zip((c.name for c in birth.exploration.controls), panel.children, strict=True))
    assert isinstance(sliders["alpha"], ipywidgets.FloatSlider)
    assert (sliders["alpha"].min, sliders["alpha"].max) == (-1.0, 1.0)
    sliders["alpha"].value = 0.7
    assert birth.alpha == 0.7
    birth.beta = -1.5
    assert sliders["beta"].value == -1.5


@pytest.mark.parametrize("name", NAMES)
def test_an_explorer_has_a_static_version(name: str) -> None:
    data, _ = views.explore(name)._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "image/png", "text/plain"} <= set(data)
    html = data["text/html"]
    exploration = load_exploration(name)
    assert f'id="{name}"' in html and "<details" in html
    assert 'role="img"' in html and data["text/plain"] == exploration.alt.replace("\n", " ")
    assert len(gzip.compress(html.encode())) < 20_000
    assert "<script" not in html and "<input" not in html, "nothing that would be dead without a script"


@pytest.mark.parametrize("name", NAMES)
def test_what_the_page_is_told_is_plain_json(name: str) -> None:
    explorer = views.explore(name)
    spec = json.loads(json.dumps(explorer.spec, allow_nan=False))
    assert spec["id"] == name
    for control in spec["controls"]:
        assert all(control[key] for key in ("symbol", "axis", "meaning")) and "unit" in control
        assert getattr(explorer, control["name"]) == control["default"]
    for view in spec["views"]:
        if view["kind"] in ("sweep-curve", "transfer"):  # of the whole network, which has labels of its own
            continue
        for state in [*view.get("show", []), *([view["of"]] if "of" in view else [])]:
            assert state in spec["labels"]


def test_the_answers_to_find_are_the_closed_forms() -> None:
    def accepts(name: str, value: float) -> bool:
        low, high = load_exploration(name).find.accept
        return low < value < high

    cycle = limit_cycle(0.25, 2 * np.pi, 1.0, 0.0)
    assert cycle.radius == 0.5 and accepts("ch03-birth", 1 / cycle.return_rate)
    assert accepts("ch03-memory", fold(-0.6, 1.0).alpha)
    r = np.linspace(0.4, 0.6, 2001)
    assert r[np.argmax(amplitude_density(r, 0.23, 1.0, 0.1))] == pytest.approx(0.5, abs=1e-3)  # the grid is 1e-4
    assert accepts("ch03-noise", 0.23)


def test_numbers_in_the_replies() -> None:
    """What the explorations print as facts, from the model."""
    assert [limit_cycle(a, 1.0, 1.0, 0.0).radius for a in (0.04, 0.16)] == pytest.approx([0.2, 0.4])
    assert [1 / limit_cycle(a, 1.0, 1.0, 0.0).return_rate for a in (0.04, 0.16)] == pytest.approx([12.5, 3.125])
    assert limit_cycle(0.8, 2 * np.pi, 1.0, 3.0).frequency == pytest.approx(0.618, abs=5e-4)  # printed 0.62
    assert fold(-0.5, 1.0).alpha == -0.0625 and fold(-1.0, 1.0).alpha == -0.25


def test_the_sweep_remembers() -> None:
    exploration = load_exploration("ch03-memory")
    up, down = hysteresis(exploration, setting(exploration))
    inside = lambda points: points[(points[:, 0] > -0.22) & (points[:, 0] < -0.06), 1]  # noqa: E731
    assert inside(up).max() < 0.1 < 0.7 < inside(down).min()
    # below the fold both ways are silent, above the Hopf both are loud; the way down lags by at most a few stands
    assert down[down[:, 0] < -0.32, 1].max() < 0.1
    assert up[up[:, 0] > 0.1, 1].min() > 0.9


def test_a_name_that_a_widget_already_has_is_refused() -> None:
    exploration = load_exploration("ch03-birth")
    model = exploration.model
    params = (model.params[0]._replace(name="layout"), *model.params[1:])
    clash = rc.Model("clash", "Clash", model.rhs, model.emit, model.state, params, model.inputs, model.source)
    object.__setattr__(exploration, "model", clash)
    with pytest.raises(ValueError, match="a widget already has an attribute 'layout'; rename the quantity"):
        views.Explorer(exploration)


def test_an_unknown_exploration_lists_the_known_ones() -> None:
    with pytest.raises(BookError, match="ch03-birth"):
        views.explore("ch03-brith")


def test_modules_are_whole_and_name_no_host() -> None:
    for entry in ("explorer", "quiz"):
        source = module(entry)
        assert not re.search(r"^import |^export (?!default)", source, re.M)
        assert source.count("export default") == 1
        assert "http" not in source
    for path in (VIEWS / "js").glob("*.js"):
        assert len(path.read_text("utf-8").splitlines()) < 300, path.name


def test_vendored_files_are_what_VENDOR_says() -> None:
    listed = re.findall(r"^([0-9a-f]{64})  (\S+)$", (VIEWS / "vendor" / "VENDOR").read_text("utf-8"), re.M)
    assert {name for _, name in listed} == {p.name for p in (VIEWS / "vendor").iterdir()} - {"VENDOR", "LICENSE"}
    for digest, name in listed:
        assert hashlib.sha256((VIEWS / "vendor" / name).read_bytes()).hexdigest() == digest, name


def test_the_ladder_lights_a_rung_and_links_what_is_written() -> None:
    names, order = [rung.name for rung in RUNGS], [model.name for model in rc.LADDER]
    assert [name for name in names if name in order] == [name for name in order if name in names]
    written = {path.stem for path in (ROOT / "chapters").glob("[0-9]*.md")}
    chapters = {number: page for rung in RUNGS for number, page in rung.chapters.items()}
    assert {page for page in chapters.values() if page} == written
    assert all(page.startswith(f"{number:02}-") for number, page in chapters.items() if page)
    html = ladder_function("stuart_landau").html
    assert re.findall(r'<a href="([^"]+)"[^>]*aria-current="page"', html) == ["03-stuart-landau.html"]
    traces = [re.findall(r"[\d.]+,([\d.]+)", points) for points in re.findall(r'points="([^"]+)"', html)]
    assert len(traces) == len(RUNGS)
    for trace in traces:  # each moves, and none leaves its step of 28 for that of a neighbour
        assert 10 < max(map(float, trace)) - min(map(float, trace)) < 28
    assert "aria-current" not in ladder_function().html
    assert "> Stuart-Landau" in repr(ladder_function("stuart_landau"))
    with pytest.raises(ValueError, match="no rung 'stuart' on the ladder; the rungs are harmonic"):
        ladder_function("stuart")


def test_symbol_tables_are_markdown_with_tex() -> None:
    table = views.symbol_table("stuart_landau")._repr_mimebundle_()["text/markdown"]
    assert len(table.splitlines()) == 2 + 8
    assert r"| $\alpha$ | `alpha` |" in table and "| 1/s | 0.5 | −1 to 1 |" in table
    whole = views.symbol_table().markdown
    assert r"| $\delta$ | `delta` |" in whole and "| $t$ | `t` | time | s | all |" in whole
    titles = re.findall("^### (.*)$", whole, re.M)
    chapters = [int(title.removeprefix("New in Chapter ")) for title in titles[1:]]
    assert titles[0] == "Everywhere" and chapters[0] == 1 and chapters == sorted(set(chapters))
    assert len(re.findall(r"^\| \$", whole, re.M)) == len(symbols().rows)
    assert len(views.symbol_table(3).markdown.splitlines()) == 2 + len(symbols().chapter(3).rows)
    with pytest.raises(ValueError, match="no model 'sl'; there are harmonic"):
        views.symbol_table("sl")


@pytest.mark.parametrize("name", ["ch03", "ch03-warmup"])
def test_a_quiz_without_script_unfolds_every_feedback(name: str) -> None:
    quiz = views.quiz(name)
    data, _ = quiz._repr_mimebundle_()
    options = sum(len(row["options"]) for row in quiz.questions)
    assert data["text/html"].count("<details>") == options
    assert "<script" not in data["text/html"] and "<input" not in data["text/html"]
    assert all(option["feedback"] for row in quiz.questions for option in row["options"])


def test_pictures_of_a_quiz() -> None:
    assert "R at 0.94" in picture("branches").alt and "II" in picture("heap-and-ring").alt
    with pytest.raises(ValueError, match="no picture 'cat' for a quiz; there are branches, "):
        picture("cat")


def line(slope: float = 1.0) -> views.figures.Figure:
    figure, ax = views.figures.axes()
    ax.plot([0, 1], [0, slope])
    return views.figures.show(figure, alt=f"A straight line from zero with the slope {slope}, to try a live cell.")


def test_live_moves_in_a_notebook_and_stands_on_the_site() -> None:
    cell = views.live(line, slope=(0.0, 2.0, 0.5))
    cell.sliders["slope"].value = 2.0
    assert "2.0" in cell.figure.alt
    data, _ = cell._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert 'class="rc-live"' in data["text/html"] and 'href="run-it.html"' in data["text/html"]
    assert "slope 1.0" in data["text/plain"] and "<input" not in data["text/html"]


def test_live_names_a_slider_by_the_symbol_of_its_chapter() -> None:
    def drawn(r: float = 1.0) -> views.figures.Figure:
        return line(r)

    assert views.live(drawn, chapter=3, r=(0.0, 2.0, 0.5)).sliders["r"].description == "amplitude r (1)"


def test_live_wants_sliders_that_the_function_has() -> None:
    with pytest.raises(ValueError, match=r"line wants a parameter 'height' with a default value .* it has slope"):
        views.live(line, height=(0.0, 1.0, 0.1))
    with pytest.raises(ValueError, match=r"'slope' wants \(low, high, step\) with low <= 1.0 <= high; got \(2"):
        views.live(line, slope=(2.0, 3.0, 0.1))


def test_an_exploration_is_prepared_by_its_name() -> None:
    assert prepare("ch03-birth") == "ch03-birth"
    with pytest.raises(Exception, match="ch99-none"):
        prepare("ch99-none")
