"""Numbers from the front matter: `chapter: 3` makes Figure 3.n, Table 3.n and equation (3.n).

Sphinx counts documents in the order of the table of contents; this book grows from the middle, so a chapter
says its own number. `TocTreeCollector.assign_section_numbers` is the seam (sphinx-multitoc-numbering uses it
too): everything that prints a number reads the table it fills.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx.util import logging

log = logging.getLogger(__name__)


def chapter_of(env: BuildEnvironment, docname: str) -> int | None:
    """The chapter number a document declares, or None for front and back matter."""
    said = env.metadata.get(docname, {}).get("chapter")
    return int(said) if said is not None and str(said).isdigit() else None


def assign_chapter_numbers(self: TocTreeCollector, env: BuildEnvironment) -> list[str]:
    """Fill env.toc_secnumbers; returns the documents whose number changed."""
    before, env.toc_secnumbers = env.toc_secnumbers, {}
    owner: dict[int, str] = {}
    for docname in sorted(env.found_docs):
        chapter = chapter_of(env, docname)
        if chapter is None:
            continue
        if chapter in owner:
            log.warning("chapter %d is both %s and %s", chapter, owner[chapter], docname, type="chapter")
        owner[chapter] = docname
        # None: a section has no number of its own; figures and equations in it fall back to the chapter's.
        references = list(env.tocs[docname].findall(nodes.reference))
        numbers: dict[str, tuple[int, ...] | None] = {entry["anchorname"]: None for entry in references}
        env.toc_secnumbers[docname] = numbers | {"": (chapter,)}  # type: ignore[assignment]
        env.titles[docname]["secnumber"] = (chapter,)
        if references:
            references[0]["secnumber"] = (chapter,)
    return [doc for doc in owner.values() if env.toc_secnumbers[doc] != before.get(doc)]


def setup(app: Sphinx) -> dict:
    TocTreeCollector.assign_section_numbers = assign_chapter_numbers  # type: ignore[method-assign]
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
