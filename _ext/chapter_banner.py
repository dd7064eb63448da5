"""The head of a chapter, from its front matter: time, three ways through it, the notebook, how to cite it."""

from __future__ import annotations

import html
import pathlib

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

log = logging.getLogger(__name__)
ROOT = pathlib.Path(__file__).resolve().parents[1]
# The headings of the chapter template (one order for the whole book) that make the short way.
SKIM = ("A puzzle", "Intuition", "Misconception", "Summary card")
SKIM_MINUTES = 15
FIELDS = {"chapter": int, "title": str, "minutes": dict, "outcomes": list}


def front_matter(path: pathlib.Path) -> dict:
    """The YAML between the first two lines of dashes; {} where there is none."""
    text = path.read_text("utf8")
    return yaml.safe_load(text.split("---\n", 2)[1]) if text.startswith("---\n") else {}


def citation() -> dict:
    """Title, version, authors and year from CITATION.cff, the one place that says them."""
    said = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))
    names = [
        author["name"] if "name" in author else f"{author['family-names']}, {author['given-names']}"
        for author in said["authors"]
    ]
    year = str(said.get("date-released", ""))[:4]
    return {"title": said["title"], "version": str(said["version"]), "authors": names, "year": year}


def check(matter: dict, docname: str) -> bool:
    """Warn of a missing or wrongly typed field; True if the banner can be printed."""
    wrong = [name for name, kind in FIELDS.items() if not isinstance(matter.get(name), kind)]
    if not wrong and not all(isinstance(matter["minutes"].get(name), int) for name in ("read", "explore", "exercises")):
        wrong = ["minutes: {read, explore, exercises}"]
    if wrong:
        log.warning("front matter wants %s", ", ".join(wrong), location=docname, type="chapter")
    return not wrong


def banner(matter: dict, notebook: str, sections: dict[str, str]) -> str:
    minutes = matter["minutes"]
    lesson = minutes["read"] + minutes["explore"]
    deep = lesson + minutes["exercises"]
    short = ", ".join(f'<a href="#{sections[title]}">{html.escape(title)}</a>' for title in SKIM if title in sections)
    return f"""<div class="chapter-banner" role="group" aria-label="About this chapter">
<p class="chapter-time">{minutes["read"]} min to read, {minutes["explore"]} min to explore,
{minutes["exercises"]} min of exercises</p>
<dl class="paths">
<div><dt>Skim <span>{SKIM_MINUTES} min</span></dt><dd>{short}</dd></div>
<div><dt>Lesson <span>{lesson} min</span></dt><dd>straight through, every exploration, the quiz</dd></div>
<div><dt>Deep <span>{deep} min</span></dt><dd>the lesson, with pencil, code and all exercises</dd></div>
</dl>
<p class="chapter-actions"><a class="button" href="{notebook}" download>Download the executed notebook</a></p>
{cite(matter)}
</div>"""


def cite(matter: dict) -> str:
    book = citation()
    key = f"rosetta_ladder_ch{int(matter['chapter']):02d}"
    authors = "; ".join(book["authors"])
    title = f"{matter['title']} (chapter {matter['chapter']})"
    plain = f"{authors} ({book['year']}). {title}. In: {book['title']}, version {book['version']}."
    fields = {
        "author": " and ".join(f"{{{name}}}" for name in book["authors"]),
        "title": title,
        "booktitle": book["title"],
        "year": book["year"],
        "note": f"version {book['version']}",
    }
    bibtex = f"@incollection{{{key},\n" + "".join(f"  {k} = {{{v}}},\n" for k, v in fields.items() if v) + "}"
    return (
        f'<details class="cite"><summary>Cite this chapter</summary><p>{html.escape(plain)}</p>'
        f'<div class="highlight"><pre>{html.escape(bibtex)}</pre></div></details>'
    )


def insert(app: Sphinx, doctree: nodes.document) -> None:
    docname = app.env.docname
    matter = front_matter(pathlib.Path(app.env.doc2path(docname)))
    if "chapter" not in matter or not check(matter, docname):
        return
    heading = next(doctree.findall(nodes.title), None)
    if heading is None:
        return
    sections = {
        section[0].astext(): section["ids"][0]
        for section in doctree.findall(nodes.section)
        if isinstance(section[0], nodes.title)
    }
    for title in SKIM:
        if title not in sections:
            log.warning("a chapter has a section %r", title, location=docname, type="chapter")
    notebook = pathlib.PurePosixPath(docname).name + ".ipynb"
    place = heading.parent.index(heading) + 1
    heading.parent.insert(place, nodes.raw("", banner(matter, notebook, sections), format="html"))


def add_version(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    context["book_version"] = citation()["version"]


def setup(app: Sphinx) -> dict:
    app.connect("doctree-read", insert)
    app.connect("html-page-context", add_version)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
