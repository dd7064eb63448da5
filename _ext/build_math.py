"""Maths at build time: KaTeX runs in the JavaScript engine of a Python wheel, the page gets HTML and MathML.

No script reaches the reader. Numbers and cross references are those of Sphinx; a formula that KaTeX cannot
read is a build warning, hence an error.
"""

from __future__ import annotations

import functools
import pathlib
import re

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

log = logging.getLogger(__name__)
KATEX = pathlib.Path(__file__).resolve().parents[1] / "vendor" / "katex"
RENDER = """
function render(tex, display) {
  return katex.renderToString(tex, {displayMode: display, output: "htmlAndMathml", throwOnError: true,
    trust: false, strict: function (code) { return code === "newLineInDisplayMode" ? "ignore" : "error"; }});
} 0
"""
NUMBERED_ENVIRONMENT = re.compile(r"\\(begin|end)\{(equation|align|gather|alignat)\}")
SHORT = 24  # characters of TeX that fit a line of a phone unbroken


@functools.cache
def _engine():
    """One engine per process, made at the first formula."""
    from dukpy import JSInterpreter

    engine = JSInterpreter()
    engine.evaljs("var self = globalThis, window = globalThis; 0")
    engine.evaljs((KATEX / "katex.min.js").read_text("utf8") + "; 0")
    engine.evaljs(RENDER)
    return engine


@functools.cache
def typeset(tex: str, display: bool) -> str:
    """HTML with MathML of one formula; raises dukpy.JSRuntimeError with KaTeX's own message."""
    return str(_engine().evaljs("render(dukpy.tex, dukpy.display)", tex=tex, display=display))


def _html(writer, node: nodes.Node, tex: str, display: bool) -> str:
    from dukpy import JSRuntimeError

    try:
        return typeset(tex, display)
    except JSRuntimeError as error:
        said = re.search(r"ParseError:[^\n]*", str(error))
        log.warning("%s in the formula %r", said[0] if said else error, tex, location=node, type="math")
        return f'<code class="math-error">{writer.encode(tex)}</code>'


def as_display(tex: str, nowrap: bool) -> str:
    """What Sphinx wraps in LaTeX environments, written for KaTeX; blank lines part aligned equations."""
    tex = tex.strip()
    if nowrap:  # an amsmath environment: the number is Sphinx's, hence the starred form
        return NUMBERED_ENVIRONMENT.sub(r"\\\1{\2*}", tex)
    parts = [part.strip() for part in re.split(r"\n\s*\n", tex) if part.strip()]
    parts = [
        rf"\begin{{split}}{part}\end{{split}}" if r"\\" in part and not part.startswith(r"\begin{") else part
        for part in parts
    ]
    if len(parts) < 2:
        return parts[0] if parts else ""
    return r"\begin{aligned}" + r"\\".join("&" + part for part in parts) + r"\end{aligned}"


def visit_math(writer, node: nodes.math) -> None:
    writer.body.append(writer.starttag(node, "span", "", CLASS="math"))
    writer.body.append(_html(writer, node, node.astext(), False) + "</span>")
    raise nodes.SkipNode


def visit_math_block(writer, node: nodes.math_block) -> None:
    writer.body.append(writer.starttag(node, "div", CLASS="math"))
    # A wide equation scrolls inside its own box; site.js lets the keyboard reach a box that scrolls.
    label = f"Equation {get_node_equation_number(writer, node)}" if node.get("number") else "Equation"
    writer.body.append(f'<div class="scroll-area" data-label="{label}">')
    writer.body.append(_html(writer, node, as_display(node.astext(), bool(node.get("nowrap"))), True) + "</div>")
    if node.get("number"):
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, "Link to this equation")
        writer.body.append("</span>")
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def link_eqref(app: Sphinx, doctree: nodes.document) -> None:
    r"""A formula that is only \eqref{label} becomes Sphinx's own cross reference."""
    for node in list(doctree.findall(nodes.math)):
        match = re.fullmatch(r"\s*\\eqref\{([^}]*)\}\s*", node.astext())
        if match:
            label = match[1]
            node.replace_self(
                addnodes.pending_xref(
                    "",
                    nodes.literal(label, label, classes=["xref", "eq"]),
                    refdomain="math",
                    reftype="eq",
                    reftarget=label,
                    refdoc=app.env.docname,
                    refexplicit=False,
                    refwarn=True,
                )
            )


def keep_punctuation(app: Sphinx, doctree: nodes.document) -> None:
    """A comma never begins a line: a short formula and the punctuation behind it stay together."""
    for node in list(doctree.findall(nodes.math)):
        after = node.next_node(descend=False, siblings=True)
        mark = re.match(r"[.,;:!?)]+", after.astext()) if isinstance(after, nodes.Text) else None
        if isinstance(after, nodes.Text) and mark and len(node.astext()) <= SHORT:
            # By identity: texts are equal where they read the same, and a paragraph may hold ", " twice.
            place = next(i for i, child in enumerate(node.parent.children) if child is after)
            node.parent[place] = nodes.Text(after.astext()[mark.end() :])
            node.replace_self(nodes.inline("", "", node.deepcopy(), nodes.Text(mark[0]), classes=["keep"]))


def use_build_math(app: Sphinx, config) -> None:
    # myst-parser asks for MathJax by setting its own classes; the renderer chosen here never reads them.
    config.html_math_renderer = "build"
    config.myst_update_mathjax = False


def setup(app: Sphinx) -> dict:
    app.add_html_math_renderer("build", (visit_math, None), (visit_math_block, None))
    app.connect("config-inited", use_build_math, priority=900)
    app.connect("doctree-read", link_eqref)
    app.connect("doctree-read", keep_punctuation)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
