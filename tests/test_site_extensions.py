"""The Sphinx extensions by themselves: what they collect, what they number, what they refuse."""

import importlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from pybtex.database import parse_string

sys.path.append(str(Path(__file__).resolve().parents[1] / "_ext"))
build_math, chapter_banner, claims, fresh_chapters, math_fonts, plain_notebooks, static_widgets = map(
    importlib.import_module,
    ["build_math", "chapter_banner", "claims", "fresh_chapters", "math_fonts", "plain_notebooks", "static_widgets"],
)


def paragraph(*children: nodes.Node) -> nodes.paragraph:
    return nodes.paragraph("", "", *children)


def words(sentence: list[nodes.Node]) -> str:
    return "".join(node.astext() for node in sentence)


def test_the_sentence_of_a_claim_is_the_one_before_the_tick():
    tick = claims.claim("", "", claim="c-1.1")
    paragraph(nodes.Text("First. The radius is "), nodes.math("", "r"), nodes.Text(" at most. "), tick)
    assert words(claims.sentence_before(tick)) == "The radius is r at most."


def test_a_tick_may_stand_before_the_full_stop():
    tick = claims.claim("", "", claim="c-1.1")
    paragraph(nodes.Text("One. Two "), tick, nodes.Text(". Three."))
    assert words(claims.sentence_before(tick)) == "Two"


def test_two_ticks_in_one_paragraph_have_two_sentences():
    first, second = (claims.claim("", "", claim=name) for name in ("c-1.1", "c-1.2"))
    paragraph(nodes.Text("It rings. "), first, nodes.Text(" It sings. "), second)
    assert words(claims.sentence_before(first)) == "It rings."
    assert words(claims.sentence_before(second)).strip() == "It sings."


MARKED = """
import pytest

@pytest.mark.claim("c-1.1", "c-1.2")
def test_x():
    assert rings()

class TestB:
    @pytest.mark.parametrize("n", [1])
    @pytest.mark.claim("c-1.1")
    def test_y(self, n):
        assert sings(n)
"""


def test_markers_are_read_from_the_source(tmp_path):
    (tmp_path / "test_a.py").write_text(MARKED)
    held = claims.marked_tests(tmp_path)
    assert {name: [one.name for one in tests] for name, tests in held.items()} == {
        "c-1.1": ["test_x", "test_y"],
        "c-1.2": ["test_x"],
    }
    assert held["c-1.1"][0].file == "tests/test_a.py"


def test_each_comma_stays_with_its_own_formula():
    formulas = [nodes.math("", letter) for letter in "abc"]
    text = [nodes.Text(", ") for _ in formulas]
    document = new_document("page")
    document += paragraph(*(node for pair in zip(formulas, text, strict=True) for node in pair), nodes.Text("end"))
    build_math.keep_punctuation(SimpleNamespace(), document)
    assert document.astext() == "a, b, c, end"
    assert [node.astext() for node in document.findall(nodes.inline)] == ["a,", "b,", "c,"]


def test_formula_becomes_html_and_mathml():
    html = build_math.typeset(r"\dot z = (\alpha + i\omega) z", True)
    assert html.startswith('<span class="katex-display">') and "<math" in html and "α" in html


def test_formula_that_cannot_be_read_says_why():
    dukpy = pytest.importorskip("dukpy")
    with pytest.raises(dukpy.JSRuntimeError, match="ParseError"):
        build_math.typeset(r"\frac{1", False)


@pytest.mark.parametrize(
    ("tex", "nowrap", "wanted"),
    [
        ("a = b", False, "a = b"),
        (r"a &= b \\ c &= d", False, r"\begin{split}a &= b \\ c &= d\end{split}"),
        ("a = b\n\nc = d", False, r"\begin{aligned}&a = b\\&c = d\end{aligned}"),
        (r"\begin{align}a\end{align}", True, r"\begin{align*}a\end{align*}"),
    ],
)
def test_display_maths_is_wrapped_as_sphinx_would(tex, nowrap, wanted):
    assert build_math.as_display(tex, nowrap) == wanted


def test_glyphs_are_those_drawn_in_formulas_only(tmp_path):
    page = '<p>xyz</p><span class="katex-html"><span>a<span>β</span></span><svg><path d="M0"/></svg>c</span><p>q</p>'
    (tmp_path / "page.html").write_text(page, "utf8")
    assert math_fonts.glyphs_in(tmp_path) == "acβ"


def test_subset_font_is_smaller_and_keeps_its_glyphs(tmp_path):
    from fontTools.ttLib import TTFont

    source = math_fonts.KATEX / "fonts" / "KaTeX_Math-Italic.woff2"
    math_fonts.write_subset(source, tmp_path / "font.woff2", "αω")
    assert (tmp_path / "font.woff2").stat().st_size < source.stat().st_size / 4
    assert {ord("α"), ord("ω")} <= set(TTFont(tmp_path / "font.woff2").getBestCmap())


SAVED = {
    "w1": {"model_name": "AnyModel", "state": {"_esm": "code", "_css": "css", "n": 1, "layout": "IPY_MODEL_x"}},
    "w2": {"model_name": "AnyModel", "state": {"_esm": "code", "_css": "", "n": 2, "_view_name": "AnyView"}},
    "w3": {"model_name": "FloatSliderModel", "state": {"value": 1.0}},
}


def test_state_keeps_live_widgets_and_shares_their_module():
    states, modules, styles = static_widgets.page_state(SAVED)
    key = static_widgets.digest("code")
    assert modules == {key: "code"} and list(styles.values()) == ["css"]
    assert states["w2"] == {"n": 2, "_esm": key}
    assert set(states) == {"w1", "w2"}
    assert json.dumps(states).count("code") == 0


def test_ingredients_change_with_the_package(tmp_path):
    (tmp_path / "rosetta_core").mkdir()
    kernel = tmp_path / "rosetta_core" / "kernel.py"
    kernel.write_text("a = 1")
    before = fresh_chapters.digest_of_ingredients(tmp_path)
    assert fresh_chapters.digest_of_ingredients(tmp_path) == before
    kernel.write_text("a = 2")
    assert fresh_chapters.digest_of_ingredients(tmp_path) != before


@pytest.mark.parametrize(("warnings", "error", "kept"), [(0, None, True), (1, None, False), (0, OSError(), False)])
def test_a_build_with_a_warning_is_not_built_upon(tmp_path, warnings, error, kept):
    (tmp_path / "environment.pickle").write_bytes(b"")
    app = SimpleNamespace(_warncount=warnings, doctreedir=tmp_path)
    fresh_chapters.forget_failed_build(app, error)
    assert (tmp_path / "environment.pickle").exists() == kept


def test_front_matter_is_read_and_checked(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text("---\nchapter: 3\nminutes: {read: 45}\n---\n\n# Title\n")
    matter = chapter_banner.front_matter(page)
    assert matter["chapter"] == 3
    said: list[str] = []
    monkeypatch.setattr(chapter_banner.log, "warning", lambda text, *args, **kwargs: said.append(text % args))
    assert not chapter_banner.check(matter, "page")
    assert "title" in said[0] and "outcomes" in said[0]
    page.write_text("no front matter\n")
    assert chapter_banner.front_matter(page) == {}


def test_vendored_names_are_not_those_of_standard_modules():
    """Sphinx silently ignores an extension that is named like a module of Python (`site`)."""
    names = {path.stem for path in Path(build_math.__file__).parent.glob("*.py")}
    assert not names & set(sys.stdlib_module_names)


BIBLIOGRAPHY = """@book{k, author={Kuznetsov, Yuri A.}, title={T}, year={2004}, doi={10.1/x}}
@article{a, author={A, X and B, Y and de C, Z}, title={T}, year={1990}}"""
NUMBERS = {"page": {"displaymath": {"equation-eq-r": (3, 2)}, "figure": {"fig-b": (3, 1)}}}


@pytest.mark.parametrize(
    ("myst", "markdown"),
    [
        ("so {eq}`eq-r` and {numref}`fig-b`", "so (3.2) and Figure 3.1"),
        ("It rings {claim}`c-3.1`.", "It rings."),
        ("{cite}`k` and {cite}`a`", "([Kuznetsov 2004](https://doi.org/10.1/x)) and (A et al. 1990)"),
        ("(sec-x)=\n## Here", "## Here"),
        ("see [there](run-it.md) and [doi](https://doi.org/1)", "see there and [doi](https://doi.org/1)"),
        ("$$\nr = 1\n$$ (eq-r)", "$$\nr = 1 \\tag{3.2}\n$$"),
        ("```{math}\n:label: eq-r\nr = 1\n```", "$$\nr = 1 \\tag{3.2}\n$$"),
        ("```{limits}\nFar, {eq}`eq-r`.\n```", "> **Limits**\n>\n> Far, (3.2)."),
        (
            ":::{admonition} Hint\n:class: dropdown\nLook.\n\nAgain.\n:::",
            "<details><summary>Hint</summary>\n\nLook.\n\nAgain.\n\n</details>",
        ),
    ],
)
def test_notebook_text_is_plain(myst, markdown):
    works = parse_string(BIBLIOGRAPHY, "bibtex")
    plain = plain_notebooks.Plain(SimpleNamespace(toc_fignumbers=NUMBERS), "page", works)
    assert plain.markdown(myst) == markdown
