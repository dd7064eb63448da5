"""A widget on the page: its static version in the HTML, its live version beside it, nothing that is dead.

myst-nb would print either the widget or the picture of it. Here an anywidget prints both, and the loader puts
the live one in place of the other once it runs; an ordinary ipywidgets widget, which needs a Python
kernel, prints its static version alone. The embedded state keeps the anywidgets only, and names their shared
module and style by digest instead of repeating them.
"""

from __future__ import annotations

import hashlib
import json

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

log = logging.getLogger(__name__)
VIEW = "application/vnd.jupyter.widget-view+json"
# Traits of the widget base classes: the page has no comm, no layout manager, no tooltip.
UNUSED_TRAITS = ("layout", "tabbable", "tooltip", "_dom_classes", "_anywidget_id")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def widget_models(env: BuildEnvironment, docname: str) -> dict[str, dict]:
    """Model id -> saved model, as myst-nb took it from the executed notebook."""
    scripts = getattr(env, "nb_metadata", {}).get(docname, {}).get("js_files", {})
    _, attributes = scripts.get("ipywidgets_state", (None, {}))
    return json.loads(attributes["body"])["state"] if "body" in attributes else {}


def anywidgets(models: dict[str, dict]) -> dict[str, dict]:
    return {key: model["state"] for key, model in models.items() if model.get("model_name") == "AnyModel"}


def page_state(models: dict[str, dict]) -> tuple[dict[str, dict], dict[str, str], dict[str, str]]:
    """(state per anywidget, modules by digest, style sheets by digest); the state names them by digest."""
    states, modules, styles = {}, {}, {}
    for key, state in anywidgets(models).items():
        kept = {
            name: value
            for name, value in state.items()
            if name not in UNUSED_TRAITS and not name.startswith(("_model_", "_view_"))
        }
        for name, shelf in (("_esm", modules), ("_css", styles)):
            text = kept.pop(name, "")
            if text:
                kept[name] = digest(text)
                shelf[kept[name]] = text
        states[key] = kept
    return states, modules, styles


class StaticAndLive(SphinxPostTransform):
    """Runs before myst-nb selects one output of a bundle (its priority is 4)."""

    default_priority = 3
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        models = widget_models(self.env, self.env.docname)
        live = anywidgets(models)
        for bundle in list(self.document.findall(nodes.container)):
            if bundle.get("nb_element") != "mime_bundle":
                continue
            by_type = {child["mime_type"]: child for child in bundle.findall(nodes.container) if "mime_type" in child}
            if VIEW not in by_type:
                continue
            view, static = by_type[VIEW], by_type.get("text/html")
            if static is None or not static.children:
                log.warning(
                    "a widget without a static version (text/html) would be dead on the page; "
                    "display an explorer, a quiz or live(...) instead",
                    location=bundle,
                    type="widget",
                )
                continue
            model_id = json.loads(view.astext().partition(">")[2].rpartition("<")[0])["model_id"]
            if model_id in live:
                opening = f'<div class="rc-widget" data-model="{model_id}">'
                wrapped = [_raw(opening), *static.children, _raw("</div>")]
            else:
                wrapped = list(static.children)
            bundle.children = [nodes.container("", *wrapped, mime_type="text/html")]
            bundle.children[0].parent = bundle


def _raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")


def setup(app: Sphinx) -> dict:
    app.add_post_transform(StaticAndLive)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
