"""Cycles and equilibria of a model whose equations do not change when the plane is turned: read off its kernel.

At the point (r, 0) the first component of the right-hand side is the growth g(r) of the radius. Where g is affine in
the parameter, a cycle of radius r needs the one value of it that makes g(r) vanish: the branch, drawn by its radius.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from rosetta_core.model import Model, values


class Branch(NamedTuple):
    """A piece of one kind: parameter and radius, both (n,), and whether a small change dies out."""

    parameter: np.ndarray
    radius: np.ndarray
    stable: bool


class Event(NamedTuple):
    """Where the stability changes: kind "hopf" or "fold", parameter, radius."""

    kind: str
    parameter: float
    radius: float


class Diagram(NamedTuple):
    """Branches of cycles and of the equilibrium, and the events between them."""

    branches: tuple[Branch, ...]
    events: tuple[Event, ...]


def growth(model: Model, radius: np.ndarray, p: Mapping[str, float] | None = None) -> np.ndarray:
    """Growth dr/dt (unit of the state per s) at the radii, without drive."""
    rhs = getattr(model.rhs, "py_func", model.rhs)
    numbers = tuple(values(model.name, "parameter", model.params, p))
    return rhs(0.0, (radius, 0.0 * radius), numbers, (0.0,) * len(model.inputs))[0]


def diagram(
    model: Model, parameter: str, span: tuple[float, float], top: float, p: Mapping[str, float] | None = None
) -> Diagram:
    """Branches against a parameter over `span`, radii up to `top`.

    Wants two states and a growth that is affine in the parameter.
    """
    if len(model.state) != 2:
        raise ValueError(f"a diagram of radii wants a model with two states, {model.name!r} has {len(model.state)}")
    radius = np.linspace(0, top, 401)
    radius[0] = 1e-6 * top
    none, one = (growth(model, radius, {**(p or {}), parameter: value}) for value in (0.0, 1.0))
    needed = -none / (one - none)
    slope = np.gradient(needed, radius)
    stable = (one - none) * slope > 0
    cuts = [0, *(np.flatnonzero(np.diff(stable)) + 1), radius.size]
    pieces = []
    for start, stop in pairwise(cuts):
        part = slice(max(start - 1, 0), stop)
        pieces.append(Branch(needed[part], radius[part], bool(stable[start])))
    onset, ends = float(needed[0]), sorted(span)
    rest = [(ends[0], min(onset, ends[1]), True), (max(onset, ends[0]), ends[1], False)]
    pieces += [Branch(np.array([a, b]), np.zeros(2), ok) for a, b, ok in rest if a < b]
    events = [Event("hopf", onset, 0.0)]
    events += [Event("fold", *_turn(needed, radius, cut)) for cut in cuts[1:-1]]
    return Diagram(tuple(pieces), tuple(e for e in events if ends[0] <= e.parameter <= ends[1]))


def _turn(needed: np.ndarray, radius: np.ndarray, near: int) -> tuple[float, float]:
    """Where the branch turns back: the vertex of the parabola through three samples, in the square of the radius."""
    middle = int(np.clip(near, 2, radius.size - 2))
    square = radius[middle - 1 : middle + 2] ** 2
    a, b, c = np.polyfit(square, needed[middle - 1 : middle + 2], 2)
    return float(c - b * b / (4 * a)), float(np.sqrt(-b / (2 * a)))


def density(model: Model, radius: np.ndarray, sigma: float, p: Mapping[str, float] | None = None) -> np.ndarray:
    """Stationary probability density of the radius under white noise on both states.

    sigma in unit of the state per square root of second. p(r) ~ r exp(integral of the growth / D), D = sigma^2/2, by
    the trapezoidal rule on 4001 radii up to twice the largest asked for.
    """
    if not sigma > 0:
        raise ValueError(f"a stationary density wants noise, sigma > 0; got {sigma}")
    r = np.linspace(0, 2 * float(np.max(radius)), 4001)
    r[0] = 1e-9 * r[1]
    g = growth(model, r, p)
    work = np.concatenate([[0.0], np.cumsum(np.diff(r) * (g[1:] + g[:-1]) / 2)])
    log = np.log(r) + work / (sigma**2 / 2)
    weight = np.exp(log - log.max())
    return np.interp(radius, r, weight / np.trapezoid(weight, r))
