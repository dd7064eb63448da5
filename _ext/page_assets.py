"""What a page loads: the theme's files, and of everything else only what is named here.

Extensions add scripts and styles to every page, some from other hosts. The theme's layout does not print those
lists; it prints the two made here, `page_styles` and `page_scripts`, paths below the root of the site.
"""

from __future__ import annotations

import json
import pathlib
import re

import static_widgets
from sphinx.application import Sphinx

ROOT = pathlib.Path(__file__).resolve().parents[1]
VIEWS_STYLE = ROOT / "rosetta_core" / "views" / "style.css"
THEME_STYLES = ("reading.css", "chrome.css", "boxes.css", "print.css")
SEARCH_SCRIPTS = (
    "documentation_options.js",
    "search.js",
    "doctools.js",
    "sphinx_highlight.js",
    "language_data.js",
    "searchtools.js",
)
# Jupyter Book loads these. Theme, site.js and boxes.py do their work, and thebe names other hosts.
UNUSED = ("sphinx_thebe", "sphinx_togglebutton", "sphinx_copybutton", "sphinx_comments")
# Asset of an extension -> what a page must contain for the asset to be served to it.
ON_DEMAND = {"sphinx-design.min.css": r'class="[^"]*\bsd-', "design-tabs.js": r"sd-tab-set"}


def on_demand(assets: list, body: str) -> list[str]:
    """Paths of the extension assets this page has a use for."""
    names = [str(getattr(asset, "filename", asset) or "") for asset in assets]
    return [
        name
        for name in dict.fromkeys(names)
        for part, needs in ON_DEMAND.items()
        if name.endswith(part) and re.search(needs, body)
    ]


def silence_unused(app: Sphinx, config) -> None:
    """Take the listeners of the unused extensions off before they write into pages."""
    for listeners in list(app.events.listeners.values()):
        for listener in list(listeners):
            if getattr(listener.handler, "__module__", "").partition(".")[0] in UNUSED:
                app.disconnect(listener.id)


def serve(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    body = context.get("body", "")
    styles = on_demand(context["css_files"], body)
    if 'class="katex"' in body:
        styles.append("_static/katex/katex.css")
    styles.append("_static/views.css")
    styles += [f"_static/{name}" for name in THEME_STYLES]
    scripts = ["_static/site.js", *on_demand(context["script_files"], body)]
    if template == "search.html":
        scripts += [*(f"_static/{name}" for name in SEARCH_SCRIPTS), "searchindex.js"]
    if 'class="rc-widget"' in body:
        modules, sheets = share_modules(app, page, context)
        styles += sheets
        scripts += [*modules, "_static/loader.js"]
    context["page_styles"], context["page_scripts"] = styles, scripts


def share_modules(app: Sphinx, page: str, context: dict) -> tuple[list[str], list[str]]:
    """Write modules and styles of the page's widgets as files shared by all pages; put the state in the context."""
    states, modules, styles = static_widgets.page_state(static_widgets.widget_models(app.env, page))
    folder = pathlib.Path(app.outdir) / "_static" / "modules"
    folder.mkdir(parents=True, exist_ok=True)
    for key, source in modules.items():
        # A classic script that holds the text: a module cannot be imported from a file: address.
        text = f'(window.rcModules=window.rcModules||{{}})["{key}"]={json.dumps(source)};\n'
        (folder / f"{key}.js").write_text(text, "utf8")
    site_style = VIEWS_STYLE.read_text("utf8").strip()
    own_styles = {key: sheet for key, sheet in styles.items() if sheet.strip() != site_style}
    for key, sheet in own_styles.items():
        (folder / f"{key}.css").write_text(sheet, "utf8")
    # "<" is escaped so that no text of the state can end the script element.
    context["widget_state"] = json.dumps(states, separators=(",", ":")).replace("<", "\\u003c")
    return (
        [f"_static/modules/{key}.js" for key in modules],
        [f"_static/modules/{key}.css" for key in own_styles],
    )


def write_views_style(app: Sphinx, error: Exception | None) -> None:
    if not error and app.builder.format == "html":
        target = pathlib.Path(app.outdir) / "_static" / "views.css"
        target.write_text(VIEWS_STYLE.read_text("utf8"), "utf8")


def prune_static(app: Sphinx, error: Exception | None) -> None:
    """Files no page asks for leave the site: nobody should have to wonder what they are for."""
    if error or app.builder.format != "html":
        return
    site = pathlib.Path(app.outdir)
    asked = {"_static/favicon.svg"}
    for page in site.rglob("*.html"):
        asked |= {
            name.split("?")[0]
            for name in re.findall(r'(?:href|src)="(?:\.\./)*(_static/[^"]+)"', page.read_text("utf8"))
        }
    for path in sorted((site / "_static").rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_file() and name not in asked and not name.startswith("_static/katex/"):
            path.unlink()


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", silence_unused, priority=1)
    # After every other extension has added its own (the latest of them uses 501).
    app.connect("html-page-context", serve, priority=990)
    app.connect("build-finished", write_views_style)
    app.connect("build-finished", prune_static, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
