"""Grids of an ensemble: every combination of the values on its axes."""

from collections.abc import Mapping
from typing import Any

import numpy as np


def combined(*given_sets: Any) -> tuple[dict[str, np.ndarray], tuple[int, ...], list[Any]]:
    """Every combination of the arrays: axes by name, their lengths, and the arguments with one value for each set."""
    axes: dict[str, np.ndarray] = {}
    for kind, part in zip(("p", "x0", "u", "seed"), given_sets, strict=True):
        if kind != "seed" and not isinstance(part, Mapping) and np.shape(part) != ():
            raise TypeError(f"with grid=True give {kind} by name: {kind}={{'name': array}}, got an array")
        items = part.items() if isinstance(part, Mapping) else [("seed", part)] if kind == "seed" else []
        axes |= {name: np.asarray(values) for name, values in items if not callable(values) and np.shape(values) != ()}
    if not axes:
        raise ValueError("grid=True wants at least one array among p, x0, u and seed")
    for name, axis in axes.items():
        if axis.ndim > 1 or axis.size == 0:
            raise ValueError(f"an axis of a grid is one row of values; {name} has shape {axis.shape}")
    wide = dict(zip(axes, (a.ravel() for a in np.meshgrid(*axes.values(), indexing="ij")), strict=True))
    shape = tuple(axis.size for axis in axes.values())
    parts = [{n: wide.get(n, v) for n, v in part.items()} if isinstance(part, Mapping) else part for part in given_sets]
    parts[3] = wide.get("seed", given_sets[3])
    return axes, shape, parts
