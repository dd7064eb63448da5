"""Equilibria to start from: near a state, or all there are at one value of the quantity that varies."""

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse
from scipy.stats import qmc

from rosetta_core.analysis.curves import FLAT, scaled, solved
from rosetta_core.analysis.fixed_points import fixed_points
from rosetta_core.analysis.problem import Problem, flat_state, problem
from rosetta_core.model import Model


def equilibrium(asked: Problem, span: tuple[float, float], x0: Any = None) -> tuple[np.ndarray, float]:
    """An equilibrium (n,) near the state x0, and the value of the varied quantity (inside a span) at which it is.

    That is the present value, or the end of the span next to it. Newton's method starts from x0; without x0 from the
    default state and, where that leads nowhere, from all over the declared ranges, then at the ends and in the middle
    of the span. ValueError if there is none.
    """
    start, value = flat_state(asked.model, x0), float(np.clip(asked.value, *span))
    x = refined(asked, start, value)
    if x is not None:
        return x, value
    size = scaled((asked,), span).size
    tried = (value, *span, sum(span) / 2) if x0 is None else ()
    for value in tried:
        found = equilibria(asked, value)
        if found:
            return min(found, key=lambda each: float(np.abs((each - start) / size).max())), value
    raise ValueError(
        f"{asked.model.name}: no equilibrium was found {'anywhere' if x0 is None else 'near x0'} at {asked.name} = "
        f"{', '.join(f'{one:.10g}' for one in tried or (value,))} ({asked.row.unit}); try another x0 or another span"
    )


def refined(asked: Problem, start: np.ndarray, value: float) -> np.ndarray | None:
    """The equilibrium that Newton's method reaches from a state in at most 50 steps, none longer than half a range."""
    view = scaled((asked,), (0.0, 1.0))
    z = view.point(start, value)
    for _ in range(50):
        rates, derivatives = view.field(z)
        try:
            step = solved(derivatives[:, : view.n], -rates)
        except np.linalg.LinAlgError:
            return None
        size = np.abs(step).max()
        z[: view.n] += step * min(1.0, 0.5 / max(size, 1e-300))
        if not np.isfinite(size):
            return None
        if size < FLAT:
            return view.place(z)[0]
    return None


def equilibria(asked: Problem, value: float) -> list[np.ndarray]:
    """Equilibria (n,) at a value of the varied quantity: of a model all, by `fixed_points`.

    Of a network those next to its uniform states, in which all nodes rest where their average would, hearing itself.
    """
    if isinstance(asked.model, Model):
        try:
            return [np.ravel(each.x) for each in fixed_points(asked.model, *asked.at(value))]
        except ValueError as error:
            raise ValueError(f"at {asked.name} = {value:.10g} ({asked.row.unit}): {error}") from error
    net, (p, u) = asked.model, asked.at(value)
    weights = sparse.csr_array([[float(net.strengths.mean())]])
    average = problem(replace(net, weights=weights), asked.name, p.mean(axis=1), u.mean(axis=1))
    found: list[np.ndarray] = []
    for start in _starts(average):
        one = refined(average, start, value)
        if one is not None and _new(average, one, found):
            found.append(one)
    wide = [refined(asked, np.repeat(one, net.n_nodes), value) for one in found]
    distinct: list[np.ndarray] = []
    for x in wide:
        if x is not None and _new(asked, x, distinct):
            distinct.append(x)
    return distinct


def _starts(average: Problem) -> list[np.ndarray]:
    """Where a node rests alone, and 16 states in the declared ranges."""
    node, (p, u) = average.model.model, average.at(average.value)
    alone = [found.x for found in fixed_points(node, p[:, 0], u[:, 0])]
    rows = node.state
    spread = qmc.Sobol(len(rows), scramble=False).random(16)
    return alone + list(qmc.scale(spread, [row.low for row in rows], [row.high for row in rows]))


def _new(asked: Problem, x: np.ndarray, known: list[np.ndarray]) -> bool:
    size = scaled((asked,), (0.0, 1.0)).size
    return all(float(np.abs((x - other) / size).max()) > 1e-6 for other in known)
