"""The address of the site itself leads to the front page of the book."""

from __future__ import annotations

import pathlib

from sphinx.application import Sphinx

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={target}">
<link rel="icon" type="image/svg+xml" href="_static/favicon.svg">
</head>
<body><main><h1>{title}</h1><p><a href="{target}">Open the book</a></p></main></body>
</html>
"""


def write(app: Sphinx, error: Exception | None) -> None:
    if not error and app.builder.format == "html":
        target = app.builder.get_target_uri(app.config.root_doc)
        (pathlib.Path(app.outdir) / "index.html").write_text(
            PAGE.format(title=app.config.html_title, target=target), "utf8"
        )


def setup(app: Sphinx) -> dict:
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
