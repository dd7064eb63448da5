"""Markdown of slides and notes as HTML; formulas are typeset here, by the KaTeX that typesets the book."""

import html
import re
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from _ext.build_math import as_display, typeset
from rosetta_core.book.reading import BookError


def formula(tex: str, options: dict[str, Any]) -> str:
    """One formula as HTML with MathML."""
    from dukpy import JSRuntimeError

    display = options["display_mode"]
    try:
        return typeset(as_display(tex, nowrap=False) if display else tex.strip(), display)
    except JSRuntimeError as error:
        said = re.search(r"ParseError:[^\n]*", str(error))
        raise BookError(f"{said[0] if said else error} in the formula {tex!r}") from error


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, renderer=formula, double_inline=True)


def as_html(text: str, where: str) -> str:
    """Markdown with formulas in dollars; BookError names the place of one that KaTeX cannot read."""
    try:
        return _markdown().render(text)
    except BookError as error:
        raise BookError(f"{where}: {error}") from error


def plain(text: str) -> str:
    """Text of the quiz bank and of explorations, which holds no mark-up."""
    return html.escape(" ".join(text.split()), quote=False)
