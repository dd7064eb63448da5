"""One ES module from several small ones, by concatenation: the sources stay readable, nothing has to be installed."""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import .*? from "\./([\w-]+)\.js";\n', re.M)
_EXPORT = re.compile(r"^export (?!default)", re.M)


@cache
def module(entry: str, *vendored: str) -> str:
    """Source of js/<entry>.js after all that it imports, each once; vendored files come first as they are."""
    order: list[str] = []

    def visit(name: str) -> None:
        source = (HERE / "js" / f"{name}.js").read_text("utf-8")
        for needed in _IMPORT.findall(source):
            if needed not in order:
                visit(needed)
        order.append(name)

    visit(entry)
    sources = [(HERE / "js" / f"{name}.js").read_text("utf-8") for name in order]
    parts = [(HERE / "vendor" / name).read_text("utf-8") for name in vendored]
    return "\n".join(parts + [_EXPORT.sub("", _IMPORT.sub("", source)) for source in sources])


@cache
def stylesheet(*vendored: str) -> str:
    """The book's style sheet after the vendored ones."""
    parts = [(HERE / "vendor" / name).read_text("utf-8") for name in vendored]
    return "\n".join([*parts, (HERE / "style.css").read_text("utf-8")])
