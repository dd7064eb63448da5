"""The executed notebook of every chapter lies beside its page and is offered for download."""

from __future__ import annotations

import pathlib

import nbformat
from plain_notebooks import plain_notebook
from sphinx.application import Sphinx

ROOT = pathlib.Path(__file__).resolve().parents[1]


def executed(app: Sphinx, docname: str) -> pathlib.Path:
    """Where myst-nb writes the notebook it executed."""
    return pathlib.Path(app.outdir).parent / "jupyter_execute" / f"{docname}.ipynb"


def is_notebook(app: Sphinx, docname: str) -> bool:
    return "kernelspec" in app.env.metadata.get(docname, {})


def offer(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if doctree is not None and is_notebook(app, page):
        context["notebook"] = pathlib.PurePosixPath(page).name + ".ipynb"


def write_notebooks(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    for docname in app.env.found_docs:
        source = executed(app, docname)
        if is_notebook(app, docname) and source.exists():
            target = pathlib.Path(app.outdir) / f"{docname}.ipynb"
            notebook = nbformat.read(source, as_version=4)
            plain = plain_notebook(notebook, app.env, docname, ROOT / "references.bib")
            nbformat.write(plain, target)


def setup(app: Sphinx) -> dict:
    app.connect("html-page-context", offer)
    app.connect("build-finished", write_notebooks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
