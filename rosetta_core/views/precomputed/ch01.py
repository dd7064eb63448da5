"""Chapter 1: the map of linear portraits, with what y does to itself (the trace) and the push c (the determinant)."""

from typing import Any

import numpy as np

from rosetta_core.book.exploration_parts import Exploration


def portraits(exploration: Exploration) -> dict[str, Any]:
    """Borders of the portraits at a = 0, b = 1: c = d^2/4 between turning and creeping, c = 0, and d = 0 above it."""
    ranges = {control.name: (control.low, control.high) for control in exploration.controls}
    (left, right), (bottom, top) = ranges["d"], ranges["c"]
    d = np.linspace(max(left, -2 * top**0.5), min(right, 2 * top**0.5), 61)
    parabola = {"text": "c = d²/4", "x": d.tolist(), "y": (d**2 / 4).tolist(), "at": 8}
    axis = {"text": "", "x": [left, right], "y": [0.0, 0.0]}
    undamped = {"text": "", "x": [0.0, 0.0], "y": [0.0, top], "dashed": True, "role": "ghost"}
    named = [("spiral in", 0.36 * left, 0.84 * top), ("spiral out", 0.5 * right, 0.84 * top)]
    named += [("node, in", 0.82 * left, 0.22 * top), ("node, out", 0.82 * right, 0.06 * top)]
    named += [("saddle", 0.0, 0.5 * bottom)]
    return {
        "curves": [parabola, axis, undamped],
        "regions": [{"text": text, "x": x, "y": y} for text, x, y in named],
    }
