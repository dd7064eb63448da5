"""What an explorer shows but does not compute in the page: one module per chapter, one function per map or diagram.

`data: ch04.tongue` in an exploration is `tongue(exploration)` in ch04.py here. A function returns plain JSON types, at
most 40 kB of them, for one of these purposes:

- map: {"curves": [{"text", "x": [...], "y": [...]}, ...], "regions": [{"text", "x", "y"}, ...]}, in the units of the
  two controls. Optional in a curve: "role" (of the palette), "dashed", and "at", the index where its text stands.
- diagram: what `rosetta_core.views.diagrams.page_diagram` gives.
- twin: {"model": name, "text": what to call it, "along": control, "origin": its value where the twin is exact, "p":
  {parameter: NUMBER, ...}, "shown": {name: {"weights": [...], "offset": NUMBER}, ...}}. A shown value is the weighted
  sum of the twin's states plus the offset. A NUMBER is one number, or a list of them at stands of that control spaced
  evenly from its low to its high end, with straight lines between. The twin has two states and does not change when
  their plane is turned. It settles beside the run, and where the time view begins it is turned to the phase of the run:
  the amplitude is its own.
- errors: {"x": distances from the twin's origin, below it, "curves": [{"name", "y": per cent}, ...]}.
- bands: {"omega": rad/s of a node alone, "waves": [[re, im], ...] of its interaction function, see ch08.py}.
"""

import importlib
import json
from functools import cache
from typing import Any

from rosetta_core.book.exploration_parts import Exploration

LIMIT = 40_000

_made: dict[tuple[str, str], Any] = {}


def precomputed(exploration: Exploration, data: str) -> Any:
    """Result of the function that `data` names, computed once; ValueError where there is none or it is too large."""
    key = (f"{exploration.id} {exploration.model.name} {exploration.fixed} {exploration.controls}", data)
    if key not in _made:
        _made[key] = _call(exploration, data)
    return _made[key]


@cache
def _module(name: str) -> Any:
    try:
        return importlib.import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        raise ValueError(f"no module precomputed/{name}.py; write one with the function that is wanted") from error


def _call(exploration: Exploration, data: str) -> Any:
    module, _, function = data.partition(".")
    found = getattr(_module(module), function, None)
    if not callable(found):
        raise ValueError(f"{exploration.id}: no function {function!r} in precomputed/{module}.py")
    made = found(exploration)
    size = len(json.dumps(made, allow_nan=False))
    if size > LIMIT:
        raise ValueError(f"{exploration.id}: {data} gives {size} bytes; at most {LIMIT} are allowed, so thin it out")
    return made
