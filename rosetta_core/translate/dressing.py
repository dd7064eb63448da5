"""A translated model in the units of the rung it came from, so that both take the same stimulus and answer alike.

The dressed model has the target's states and equations. Its one input is an input of the source, counted from its
present value, and enters through `Translation.drives`; its output and what it emits are those of the source, through
the way back of the state map: to first order around rest, and the first harmonic of a phase.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from rosetta_core._jit import inlined, inner, kernel, python_function
from rosetta_core.analysis.fixed_points import fixed_points
from rosetta_core.elementary import cos, sin
from rosetta_core.model import Model, Quantity, unknown
from rosetta_core.translate.translation import Translation, setting

PHASES = 64
MOST_INPUTS = 3


class Kernels(NamedTuple):
    """rhs, emit and output of a dressed model."""

    rhs: Any
    emit: Any
    output: Any


@cache
def dressed_kernels(rhs: Any, n_state: int, n_params: int, n_inputs: int, angle: bool) -> Kernels:
    """Parameters: those of the target, base and gain of each of its inputs, then what is seen, and what is sent.

    Seen is c0 + c1 x1 + c2 x2 + ..., or c0 + c1 cos + c2 sin of an `angle`; sent likewise.
    """
    inside, fed = inlined(rhs), feeding(n_inputs, n_params)
    seen = n_params + 2 * n_inputs
    sent = seen + (3 if angle else n_state + 1)

    @kernel
    def dressed_rhs(t, x, p, u):
        return inside(t, x, p[:n_params], fed(p, u[0]))

    if angle:

        @kernel
        def dressed_output(x, p):
            return p[seen] + p[seen + 1] * cos(x[0]) + p[seen + 2] * sin(x[0])

        @kernel
        def dressed_emit(x, p):
            return (p[sent] + p[sent + 1] * cos(x[0]) + p[sent + 2] * sin(x[0]),)

        return Kernels(dressed_rhs, dressed_emit, dressed_output)

    @kernel
    def dressed_output(x, p):
        total = p[seen]
        for i in range(n_state):
            total = total + p[seen + 1 + i] * x[i]
        return total

    @kernel
    def dressed_emit(x, p):
        total = p[sent]
        for i in range(n_state):
            total = total + p[sent + 1 + i] * x[i]
        return (total,)

    return Kernels(dressed_rhs, dressed_emit, dressed_output)


def feeding(n_inputs: int, k: int) -> Any:
    """The target's inputs from one: base + gain times it, for one to three inputs, their numbers from the k-th on."""

    @inner
    def one(p, u):
        return (p[k] + p[k + 1] * u,)

    @inner
    def two(p, u):
        return p[k] + p[k + 1] * u, p[k + 2] + p[k + 3] * u

    @inner
    def three(p, u):
        return p[k] + p[k + 1] * u, p[k + 2] + p[k + 3] * u, p[k + 4] + p[k + 5] * u

    return (one, two, three)[n_inputs - 1]


def dressed(found: Translation, input: str | None = None) -> Model:
    """The target with the source's `input` (left out, the first) and the source's output; its defaults are the setting.

    The input is 0 where the translation was made. ValueError for a network, for a target with more than three inputs,
    or where the translation does not say how the input drives it or how its states look on the source's side.
    """
    source, target, back = found.source, found.target, found.x_map.backward
    if not (isinstance(source, Model) and isinstance(target, Model)):
        raise ValueError("a single node can be dressed, not a network; translate a node and couple it with `network`")
    names = [row.name for row in source.inputs]
    input = names[0] if input is None else input
    if input not in names:
        raise ValueError(unknown(source.name, "input", input, names))
    gains = found.drives.get(input)
    if gains is None or back is None or not 1 <= len(target.inputs) <= MOST_INPUTS:
        raise ValueError(
            f"{target.name} cannot be dressed as {source.name}: that wants to know how {input} drives it, a way back "
            f"to the source's states, and one to {MOST_INPUTS} inputs"
        )
    angle = len(target.state) == 1 and target.state[0].unit == "rad"
    kernels = dressed_kernels(target.rhs, len(target.state), len(target.params), len(target.inputs), angle)
    fed = [
        (f"{kind}_{row.name}", number, f"{kind} of {row.name}")
        for row in target.inputs
        for kind, number in (("base", found.u[row.name]), ("gain", gains.get(row.name, 0.0)))
    ]
    looks = [
        (f"{what}_{k}", c, f"part {k} of the {what}")
        for what, cs in _seen(found, back, angle)
        for k, c in enumerate(cs)
    ]
    rows = [_free(name, float(value), text) for name, value, text in (*fed, *looks)]
    drive, here = source.quantity(input), float(found.source_u[input])
    push = drive._replace(default=0.0, low=min(drive.low - here, 0.0), high=max(drive.high - here, 0.0), domain="real")
    return Model(
        name=f"{target.name}_as_{source.name}", title=f"{target.title} in the units of {source.title}", rhs=kernels.rhs,
        emit=kernels.emit, output=kernels.output, state=target.state,
        params=(*at_setting(target, found.p, found.u).params, *rows), inputs=(push,), signal=source.signal,
        source=target.source,
    )  # fmt: skip


def at_setting(model: Model, p: Any, u: Any) -> Model:
    """The same model with p and u as defaults, and ranges that hold them."""

    def with_values(rows: tuple[Quantity, ...], numbers: dict[str, float]) -> tuple[Quantity, ...]:
        return tuple(
            row._replace(default=v, low=min(row.low, v), high=max(row.high, v))
            for row in rows
            for v in (float(numbers[row.name]),)
        )

    every_p, every_u = setting(model, p, u)
    return replace(model, params=with_values(model.params, every_p), inputs=with_values(model.inputs, every_u))


def _free(name: str, value: float, text: str) -> Quantity:
    return Quantity(name, value, "1", min(-1.0, 2 * value), max(1.0, 2 * value), text)


def _seen(found: Translation, back: Callable[[np.ndarray], np.ndarray], angle: bool) -> list[tuple[str, np.ndarray]]:
    """Coefficients of the source's output and of what it emits, by the target's states."""
    source, target = found.source, found.target
    if angle:
        turns = np.arange(PHASES) * 2 * np.pi / PHASES
        states, basis = turns[None], np.stack([np.ones(PHASES), np.cos(turns), np.sin(turns)], axis=1)
    else:
        rest = fixed_points(target, found.p, found.u)[0].x
        # Central differences, of a size at which neither rounding nor curvature shows.
        steps = np.diag([1e-4 * (row.high - row.low) for row in target.state])
        states = rest[:, None] + np.concatenate([steps, -steps], axis=1)
        basis = np.concatenate([np.ones((len(states.T), 1)), states.T], axis=1)
    x = np.asarray(back(states), dtype=float)
    p = tuple(float(found.source_p[row.name]) for row in source.params)
    output, emit = python_function(source.output), python_function(source.emit)
    seen = {"output": [output(tuple(each), p) for each in x.T], "emission": [emit(tuple(each), p)[0] for each in x.T]}
    return [(name, np.linalg.lstsq(basis, np.array(y, dtype=float), rcond=None)[0]) for name, y in seen.items()]
