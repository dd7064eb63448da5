"""Small repairs to the HTML of other extensions, so that every page passes axe and fits a phone."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx

TABLE = re.compile(r"<table\b.*?</table>", re.S)


def repair_body(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """A wide table scrolls inside its own box (site.js lets the keyboard reach it); a summary is named by its text."""
    body = context.get("body", "")
    body = TABLE.sub(lambda table: f'<div class="scroll-area" data-label="Table">{table[0]}</div>', body)
    context["body"] = body.replace('<summary aria-label="Toggle hidden content">', "<summary>")


def visit_citation(writer, node: nodes.citation) -> None:
    """docutils gives the entries of its role="list" another role; a list wants items."""
    if not isinstance(node.parent.children[max(node.parent.index(node) - 1, 0)], nodes.citation) or (
        node.parent.index(node) == 0
    ):
        writer.body.append('<div role="list" class="citation-list">\n')
    writer.body.append(writer.starttag(node, "div", classes=["citation"], role="listitem"))


def depart_citation(writer, node: nodes.citation) -> None:
    writer.body.append("</div>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        writer.body.append("</div>\n")


def setup(app: Sphinx) -> dict:
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    app.connect("html-page-context", repair_body)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
