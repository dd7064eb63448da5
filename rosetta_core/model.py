"""The contract of a model: a pure function on tuples of floats, and one row of meaning for each of its numbers."""

import difflib
import importlib
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import kernel, python_function

Domain = Literal["real", "positive", "nonnegative"]


class Quantity(NamedTuple):
    """A state, parameter or input: name, default, unit, range for sliders and tests, meaning, and hard domain."""

    name: str
    default: float
    unit: str
    low: float
    high: float
    meaning: str
    domain: Domain = "real"

    def admits(self, value: float) -> bool:
        """Whether the value has a meaning: finite, and positive or not negative where that is asked."""
        if not math.isfinite(value):
            return False
        return {"real": True, "positive": value > 0, "nonnegative": value >= 0}[self.domain]


class Preset(NamedTuple):
    """A published set of values: for parameters, inputs or initial states by name, in the units of the model's rows.

    `source` is the DOI of the paper, `where` the table or figure in it; `note` says what was converted or corrected.
    """

    name: str
    values: tuple[tuple[str, float], ...]
    source: str
    where: str
    note: str = ""


def preset(name: str, source: str, where: str, note: str = "", **values: float) -> Preset:
    """A `Preset` from keyword arguments."""
    return Preset(name, tuple(values.items()), source, where, note)


@kernel
def first_state(x, p):
    return x[0]


@dataclass(frozen=True)
class Model:
    """A rung of the ladder: dx/dt = rhs(t, x, p, u), t in s, with states x, parameters p and inputs u.

    `rhs`, `emit` and `output` are kernels on tuples of floats in the order of the rows of `state`, `params` and
    `inputs`. Write them in real arithmetic, without complex() and abs(): derivatives come from complex steps through
    the same code. `emit(x, p)` is the tuple that other nodes receive; `output(x, p)` is the number that an electrode
    would record, or the nearest to it that the rung has, and `signal` says what it means and in which unit; left out,
    they are the first state. `source` is the DOI of the equations, `presets` are published sets of values.
    """

    name: str
    title: str
    rhs: Any
    emit: Any
    state: tuple[Quantity, ...]
    params: tuple[Quantity, ...]
    inputs: tuple[Quantity, ...]
    source: str
    output: Any = first_state
    signal: Quantity | None = None
    presets: tuple[Preset, ...] = ()

    def with_preset(self, name: str) -> "Model":
        """The same model with the values of a preset as defaults; a range that is too narrow for one is widened."""
        found = {each.name: each for each in self.presets}
        if name not in found:
            raise ValueError(unknown(self.name, "preset", name, list(found)))
        new = dict(found[name].values)

        def renewed(rows: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
            return tuple(
                row._replace(default=v, low=min(row.low, v), high=max(row.high, v))
                for row in rows
                for v in (new.get(row.name, row.default),)
            )

        return replace(self, state=renewed(self.state), params=renewed(self.params), inputs=renewed(self.inputs))

    def __post_init__(self) -> None:
        if self.signal is None:
            object.__setattr__(self, "signal", self.state[0])
        names = [row.name for row in (*self.state, *self.params, *self.inputs)]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"model {self.name!r}: names must differ, got {', '.join(twice)} more than once")
        for row in (*self.state, *self.params, *self.inputs):
            if not (row.low <= row.default <= row.high and row.admits(row.low) and row.admits(row.high)):
                raise ValueError(
                    f"model {self.name!r}: {row.name} wants low <= default <= high inside its domain "
                    f"({row.domain}), got {row.low}, {row.default}, {row.high}"
                )
        for each in self.presets:
            for name, value in each.values:
                if not self.quantity(name).admits(value):
                    raise ValueError(
                        f"model {self.name!r}, preset {each.name!r}: {name} = {value} is outside its domain"
                    )

    def __reduce__(self) -> tuple[Any, ...]:
        # Compiled kernels travel by name, so that another process finds them, and their machine code, for itself.
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return _restored, (values | {name: _by_name(values[name]) for name in ("rhs", "emit", "output")},)

    def quantity(self, name: str) -> Quantity:
        """The row of a state, parameter or input by its name."""
        rows = {row.name: row for row in (*self.state, *self.params, *self.inputs)}
        if name not in rows:
            raise ValueError(unknown(self.name, "quantity", name, list(rows)))
        return rows[name]

    def __repr__(self) -> str:
        return (
            f"Model({self.name}: state {', '.join(r.name for r in self.state)}; "
            f"parameters {', '.join(r.name for r in self.params)}; inputs {', '.join(r.name for r in self.inputs)})"
        )


def _by_name(compiled: Any) -> Any:
    """Module and name of a kernel that can be imported, else the kernel."""
    function = python_function(compiled)
    found = getattr(sys.modules.get(function.__module__), function.__name__, None)
    return (function.__module__, function.__name__) if found is compiled else compiled


def _restored(values: dict[str, Any]) -> Model:
    for name in ("rhs", "emit", "output"):
        if isinstance(values[name], tuple):
            module, attribute = values[name]
            values[name] = getattr(importlib.import_module(module), attribute)
    return Model(**values)


def unknown(model: str, kind: str, name: object, names: list[str]) -> str:
    """Message for a name that does not exist, with the nearest one that does."""
    near = difflib.get_close_matches(str(name), names, n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"model {model!r} has no {kind} {name!r}; it has {', '.join(names) or 'none'}{hint}"


def values(
    model: str, kind: str, rows: tuple[Quantity, ...], given: Mapping[str, Any] | ArrayLike | None
) -> np.ndarray:
    """Numbers for the rows, (n_rows,) for one node or (n_rows, n_nodes) for many.

    `given` is None (defaults), a mapping by name whose missing names take the default and whose values are numbers or
    arrays of one length n_nodes, or an array in the order of the rows. Raises ValueError with what was wanted.
    """
    names = [row.name for row in rows]
    if given is None:
        given = {}
    if isinstance(given, Mapping):
        for name in given:
            if name not in names:
                raise ValueError(unknown(model, kind, name, names))
        columns = [_number(model, kind, row.name, given.get(row.name, row.default)) for row in rows]
        lengths = {c.shape for c in columns if c.ndim}
        if len(lengths) > 1:
            found = ", ".join(f"{n} {c.shape}" for n, c in zip(names, columns, strict=True) if c.ndim)
            raise ValueError(f"model {model!r}: arrays of one length (a value per node) are wanted, got {found}")
        out = np.array(np.broadcast_arrays(*columns)) if columns else np.zeros(0)
    else:
        out = np.array(_number(model, kind, "array", given))
        if out.ndim == 0 and len(rows) == 1:
            out = out.reshape(1)
        if out.ndim not in (1, 2) or out.shape[0] != len(rows):
            raise ValueError(
                f"model {model!r}: the {kind} array wants shape ({len(rows)},) or ({len(rows)}, n_nodes) "
                f"in the order {', '.join(names)}; got shape {out.shape}"
            )
    _check_domain(model, kind, rows, out)
    return out


def _number(model: str, kind: str, name: str, value: Any) -> np.ndarray:
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"model {model!r}: {kind} {name} wants a number or an array of numbers, got {value!r}"
        ) from error
    if array.ndim > 1 and name != "array":
        raise ValueError(
            f"model {model!r}: {kind} {name} wants a number or one value per node, got shape {array.shape}"
        )
    return array


def _check_domain(model: str, kind: str, rows: tuple[Quantity, ...], out: np.ndarray) -> None:
    for row, numbers in zip(rows, np.atleast_2d(out.T).T, strict=True):
        inside = {"real": True, "positive": numbers > 0, "nonnegative": numbers >= 0}[row.domain]
        bad = np.flatnonzero(~(np.isfinite(numbers) & inside))
        if bad.size:
            value = numbers[bad[0]]
            wanted = "finite" if not math.isfinite(value) else row.domain
            where = f" at node {bad[0]}" if out.ndim == 2 else ""
            raise ValueError(
                f"model {model!r}: {kind} {row.name} ({row.meaning}, {row.unit}) must be {wanted}, "
                f"got {value}{where}; its default is {row.default:g}"
            )


def jacobian(model: Any, x: ArrayLike, p: Any = None, u: Any = None, t: float = 0.0) -> np.ndarray:
    """Jacobian d rhs / d x, (n_state, n_state), at one state, by the complex step: exact to rounding.

    x (n_state,), p and u by name or as arrays in the order of the model's rows, defaults where left out; t in s. For a
    network without delays x is (n_state, n_nodes), and rows and columns count state * n_nodes + node.
    """
    if not isinstance(model, Model):
        return model.jacobian(x, p, u, t)
    x = values(model.name, "state", model.state, x)
    p, u = values(model.name, "parameter", model.params, p), values(model.name, "input", model.inputs, u)
    columns = []
    for j in range(len(model.state)):
        shifted = x.astype(complex)
        shifted[j] += 1e-30j
        slope = model.rhs(float(t), tuple(shifted), tuple(p), tuple(u))
        columns.append(np.imag(slope) / 1e-30)
    return np.array(columns).T
