"""Exercise 7.4: every fixed point of a Wilson-Cowan pair with plain sigmoids, and the type of each.

Five sets that no chapter shows, with one point or three, all five types, and unequal cross weights and time constants,
so that a lost saddle, exchanged weights, a forgotten leak and a forgotten time constant each show. The truth is
`wilson_cowan.equilibria`, which cannot miss a point, and the trace and determinant of its `entries`.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from rosetta_core.models.wilson_cowan import entries, equilibria, wilson_cowan

PRAISE = "Every point of five pairs found, saddles too, and each called by its right name."
KINDS = ("stable node", "stable focus", "unstable node", "unstable focus", "saddle")
NEAR = 1e-6
"""How far a point may be off: a root finder reaches 1e-12, and the nearest two points of a set are 0.02 apart."""

_NAMES = ("w_EE", "w_EI", "w_IE", "w_II", "a_E", "theta_E", "a_I", "theta_I", "tau_E", "tau_I", "P_E", "P_I")
_ROWS = (
    (12.0, 11.0, 13.0, 2.0, 1.0, 0.0, 1.0, 0.0, 0.010, 0.010, -3.45, -6.0),
    (10.0, 6.0, 10.0, 1.0, 1.2, 2.0, 2.0, 3.5, 0.010, 0.025, 1.0, 0.0),
    (3.25, 2.5, 3.75, 0.0, 4.0, 1.0, 4.0, 1.0, 0.010, 0.020, 0.31, 0.0),
    (9.0, 4.0, 13.0, 11.0, 1.2, 2.8, 1.0, 4.0, 0.020, 0.010, -0.6, 0.0),
    (14.0, 9.0, 12.0, 0.5, 1.0, 0.0, 1.0, 0.0, 0.004, 0.020, -2.5, -6.5),
)


def fixed_points(p):
    """Fixed points of a Wilson-Cowan pair: a list of (E, I, kind), E rising.

    p: dict of w_EE, w_EI, w_IE, w_II, a_E, theta_E, a_I, theta_I,
    tau_E, tau_I (s), P_E, P_I. The first letter of a weight is the
    target: w_EI is how strongly I holds E down. The pair is
    tau_E E' = -E + S_E(w_EE E - w_EI I + P_E),
    tau_I I' = -I + S_I(w_IE E - w_II I + P_I),
    S(x) = 1/(1 + exp(-a (x - theta))). Wanted: all points to 1e-6.
    kind: "stable node", "stable focus", "unstable node",
    "unstable focus" or "saddle".
    """

    # begin solution
    from scipy.optimize import brentq

    def S(x, who):
        return 1 / (1 + np.exp(-p[f"a_{who}"] * (x - p[f"theta_{who}"])))

    def pair(x):  # the total input x of E fixes E, and the nullcline of E fixes I
        E = S(x, "E")
        return E, (p["w_EE"] * E + p["P_E"] - x) / p["w_EI"]

    def miss(x):  # zero where I, too, stands still
        E, I = pair(x)
        return I - S(p["w_IE"] * E - p["w_II"] * I + p["P_I"], "I")

    x = np.linspace(p["P_E"] - p["w_EI"] - 1, p["P_E"] + p["w_EE"] + 1, 20001)
    found = []
    for i in np.flatnonzero(np.diff(np.sign(miss(x)))):
        E, I = pair(brentq(miss, x[i], x[i + 1], xtol=1e-13))
        s_E, s_I = p["a_E"] * E * (1 - E), p["a_I"] * I * (1 - I)
        own_E = (p["w_EE"] * s_E - 1) / p["tau_E"]
        own_I = -(p["w_II"] * s_I + 1) / p["tau_I"]
        cross = p["w_EI"] * s_E * p["w_IE"] * s_I / (p["tau_E"] * p["tau_I"])
        trace, determinant = own_E + own_I, own_E * own_I + cross
        kind = "stable " if trace < 0 else "unstable "
        kind += "focus" if trace**2 < 4 * determinant else "node"
        found.append((E, I, "saddle" if determinant < 0 else kind))
    return sorted(found)
    # end solution


solution = fixed_points


class Point(NamedTuple):
    """A fixed point, its type, and the names that it would have without the leak and without the time constants."""

    E: float
    I: float
    kind: str
    leakless: str
    timeless: str


def sets() -> tuple[dict[str, float], ...]:
    """The five sets of numbers."""
    return tuple(dict(zip(_NAMES, row, strict=True)) for row in _ROWS)


def _points(q: dict[str, float]) -> tuple[Point, ...]:
    u = {name: q[name] for name in ("P_E", "P_I")}
    p = {name: value for name, value in q.items() if name not in u}
    tau = np.array([[q["tau_E"]], [q["tau_I"]]])
    found = []
    for E, I in equilibria(wilson_cowan, p, u):
        J = entries(E, I, wilson_cowan, p)
        names = (_kind(J), _kind(J + np.eye(2) / tau), _kind(J * tau))
        found.append(Point(float(E), float(I), *names))
    return tuple(found)


def _kind(J: np.ndarray) -> str:
    trace, determinant = float(np.trace(J)), float(np.linalg.det(J))
    if determinant < 0:
        return "saddle"
    return ("stable " if trace < 0 else "unstable ") + ("focus" if trace**2 < 4 * determinant else "node")


@cache
def truth() -> tuple[tuple[Point, ...], ...]:
    """The points of the five sets."""
    return tuple(_points(q) for q in sets())


@cache
def _exchanged() -> tuple[tuple[Point, ...], ...]:
    """The points of the five sets with the two cross weights in each other's place."""
    return tuple(_points(q | {"w_EI": q["w_IE"], "w_IE": q["w_EI"]}) for q in sets())


def grade(answer: Callable[[dict[str, float]], Any]) -> str | None:
    """The first thing that is wrong with a function fixed_points(p), or None."""
    replies = []
    for q in sets():
        reply = answer(dict(q))
        complaint = _shape(reply)
        if complaint:
            return complaint
        replies.append([(float(E), float(I), kind) for E, I, kind in reply])
    return _places(replies) or _order(replies) or _types(replies)


def _shape(reply: Any) -> str | None:
    if reply is None:
        return "Your function returned nothing. Is there a `return found` at its end?"
    wanted = 'I wanted a list of (E, I, kind), for example [(0.2, 0.1, "stable node")]; your function returned '
    try:
        rows = [tuple(row) for row in reply]
        places = np.array([[float(E), float(I)] for E, I, _ in rows])
    except (TypeError, ValueError):
        return f"{wanted}{reply!r}."
    if places.size and not np.isfinite(places).all():
        return f"A fixed point has finite E and I; your function returned {reply!r}."
    other = next((kind for _, _, kind in rows if kind not in KINDS), None)
    return None if other is None else f"A kind is one of {', '.join(KINDS)}; your function says {other!r}."


def _all_at(replies: list, wanted: Any) -> bool:
    """Whether the places of all replies, in any order, are those wanted."""
    return all(_misses(r, w) == [] and len(r) == len(w) for r, w in zip(replies, wanted, strict=True))


def _misses(reply: list, wanted: Any) -> list:
    """The points wanted that no row of the reply is near."""
    return [point for point in wanted if not any(_distance(row, point) < NEAR for row in reply)]


def _distance(row: Any, point: Any) -> float:
    return max(abs(row[0] - point[0]), abs(row[1] - point[1]))


def _places(replies: list) -> str | None:
    if _all_at(replies, truth()):
        return None
    if _all_at(replies, _exchanged()):
        return (
            "These are the points of the pair with w_EI and w_IE in each other's place. Here the first letter is the "
            "target: w_EI stands in the line of E and multiplies I. Other books write it the other way round."
        )
    if _all_at([[(I, E) for E, I, _ in reply] for reply in replies], truth()):
        return "E and I have changed places in your rows: return (E, I, kind), E first."
    for reply, wanted in zip(replies, truth(), strict=True):
        missed = _misses(reply, wanted)
        if not missed and len(reply) > len(wanted):
            return (
                f"Of {len(wanted)} points you return {len(reply)}: some are counted twice, or are not at rest. "
                "Two starts that end within 1e-6 of each other found the same point."
            )
        if missed and len(missed) < len(wanted) and all(point.kind == "saddle" for point in missed):
            return (
                f"You miss the saddle at E = {missed[0].E:.3f}, I = {missed[0].I:.3f}. No run ends there, and few "
                "starts of a root finder do. Walk along one nullcline and look for every change of sign."
            )
    number, reply, wanted = next((k, r, w) for k, (r, w) in enumerate(zip(replies, truth(), strict=True), 1)
                                 if _misses(r, w) or len(r) != len(w))  # fmt: skip
    missed = _misses(reply, wanted)
    return (
        f"In set {number} you return {len(reply)} points where there are {len(wanted)}, and none of yours is within "
        f"1e-6 of E = {missed[0].E:.4f}, I = {missed[0].I:.4f}. Put your points into both right sides: are they zero?"
    )


def _order(replies: list) -> str | None:
    if all([row[0] for row in reply] == sorted(row[0] for row in reply) for reply in replies):
        return None
    return "All points are there, but not by rising E: sort the list before you return it."


def _types(replies: list) -> str | None:
    said = [[row[2] for row in reply] for reply in replies]
    if said == [[point.kind for point in points] for points in truth()]:
        return None
    if said == [[point.leakless for point in points] for points in truth()]:
        return (
            "The points are right, but their types are those of a Jacobian without the leak. The rate of E holds -E, "
            "and its derivative is -1/tau_E, whatever the sigmoid does."
        )
    if said == [[point.timeless for point in points] for points in truth()]:
        return (
            "The points are right, but their types are those of equal time constants. Divide the first row of the "
            "Jacobian by tau_E and the second by tau_I: a slow I changes what a point is."
        )
    number, point, kind = next((k, point, kind) for k, (points, kinds) in enumerate(zip(truth(), said, strict=True), 1)
                               for point, kind in zip(points, kinds, strict=True) if kind != point.kind)  # fmt: skip
    return (
        f"In set {number} the point E = {point.E:.4f}, I = {point.I:.4f} is a {point.kind}; you call it {kind}. "
        "A negative determinant is a saddle; else the trace tells stable from not, and trace^2 < 4 det a focus."
    )
