"""Views of a pair of nodes in an exploration, checked: their difference in phase, and its bands over the delay."""

from collections.abc import Iterable
from typing import Any

from rosetta_core.book.reading import BookError, keys, known, text
from rosetta_core.model import Model

PAIR_VIEWS = {  # kind: (required keys, optional keys)
    "difference": ((), ("last",)),
    "bands": (("data",), ()),
}
PAIR_WIDE = ("difference", "bands")


def pair_view(row: dict[str, Any], model: Model, graph: str, moving: Iterable[str], where: str) -> dict[str, Any]:
    """A view of a pair; moving are the names of the controls."""
    kind = row["kind"]
    required, optional = PAIR_VIEWS[kind]
    keys(row, where, ("kind", *required), optional)
    if graph != "pair" or model.state[0].unit == "rad":
        raise BookError(f"{where}: wants weights: pair, and a model whose first state swings; an angle has `circle`")
    if kind == "bands":
        known("delay", moving, f"{where}, controls")
        text(row["data"], where)
    return dict(row)


def pair_measurements(views: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """Names that a text in `says` may use where a pair is shown."""
    kinds = {view["kind"] for view in views}
    found = ("difference", "hold", "pace") if kinds & set(PAIR_VIEWS) else ()
    return (*found, *(("theory_in", "theory_anti", "theory_pace") if "bands" in kinds else ()))
