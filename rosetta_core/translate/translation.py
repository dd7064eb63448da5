"""What a translation between two rungs is: the other model, how states map, where it holds, and how wrong it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import fill
from typing import Any, NamedTuple

import numpy as np

from rosetta_core.analysis.problem import problem
from rosetta_core.model import Model


class Error(NamedTuple):
    """Relative errors of a translation, each measured on the `test`; None where a quantity has no meaning there.

    frequency and amplitude of a rhythm; waveform: root mean square of the difference over one period, phases aligned,
    relative to that of the source's swing; phase_response likewise; transfer: largest difference of the gains over the
    band, relative to the largest gain; covariance: Frobenius norm of the difference, relative; eigenvalue: difference
    of the leading ones, relative to its modulus; state: largest difference of two runs, relative to the largest state.
    """

    test: str
    frequency: float | None = None
    amplitude: float | None = None
    waveform: float | None = None
    phase_response: float | None = None
    transfer: float | None = None
    covariance: float | None = None
    eigenvalue: float | None = None
    state: float | None = None

    def measured(self) -> dict[str, float]:
        """The errors that were measured, by name."""
        return {name: value for name, value in self._asdict().items() if name != "test" and value is not None}

    @property
    def worst(self) -> float:
        """The largest of them in size."""
        return max(map(abs, self.measured().values()))


class Validity(NamedTuple):
    """Where a translation may be trusted, in words and as a number: while 0 <= `value` <= `limit` it says yes.

    name and unit are those of the small parameter, value what it is here. At `limit` the errors in `order` are within
    `tolerance`; order holds the power of the small parameter that each error is predicted to follow.
    """

    words: str
    name: str
    unit: str
    value: float
    limit: float
    tolerance: float
    order: Mapping[str, float]

    def __bool__(self) -> bool:
        return bool(0 <= self.value <= self.limit)

    def __str__(self) -> str:
        unit = "" if self.unit == "1" else f" {self.unit}"
        return f"{'yes' if self else 'no'}: {self.name} is {self.value:.4g}{unit}, trusted up to {self.limit:.4g}{unit}"


class StateMap(NamedTuple):
    """How states correspond: `forward` takes states of the source, (n_source, ...), to those of the target.

    `backward` goes the other way; either is None where there is no such way. `words` says it in a sentence.
    """

    words: str
    forward: Callable[[np.ndarray], np.ndarray] | None
    backward: Callable[[np.ndarray], np.ndarray] | None = None


class Sides(NamedTuple):
    """The same quantity of both rungs, to be drawn over each other: `source` and `target` (k,) over `across` (k,).

    across_name and across_unit belong to the horizontal axis (time in s, frequency in Hz, phase in rad), name and unit
    to the vertical one. `complex` values are drawn as their size.
    """

    across_name: str
    across_unit: str
    across: np.ndarray
    name: str
    unit: str
    source: np.ndarray
    target: np.ndarray


class Scan(NamedTuple):
    """Errors over the small parameter: `value` (k,), errors (k,) by name, and the order fitted to each."""

    name: str
    unit: str
    value: np.ndarray
    errors: dict[str, np.ndarray]
    order: dict[str, float]


@dataclass(frozen=True, repr=False)
class Translation:
    """A model, its equivalent on another rung, and a measured error.

    `source` with `source_p`, `source_u` became `target` with `p` and `u` (values by name; a network's may be arrays).
    x_map maps states, `valid` says where this holds (`bool(valid)`), `assumptions` what was taken for granted, `error`
    what was measured on a stated test. `measure(**protocol)` measures again on a protocol of one's own, `again(value)`
    is the same translation at another value of the small parameter, `sides()` gives both rungs' signals. `drives` says
    how small changes of an input of the source enter the target: for each, the change of the target's inputs per unit,
    so that one stimulus can be given to both.
    """

    source: Any
    target: Any
    source_p: Mapping[str, Any]
    source_u: Mapping[str, Any]
    p: Mapping[str, Any]
    u: Mapping[str, Any]
    x_map: StateMap
    valid: Validity
    assumptions: tuple[str, ...]
    error: Error
    measure: Callable[..., Error]
    again: Callable[[float], "Translation"]
    sides: Callable[..., Sides]
    drives: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def check(self, **protocol: Any) -> Error:
        """The error, measured again; keywords are those of the function that made this translation for its test."""
        return self.measure(**protocol)

    def scan(self, values: Sequence[float] | np.ndarray | None = None) -> Scan:
        """The errors at other values of the small parameter, and the order of each, fitted on logarithmic axes.

        Left out, seven values from limit/64 to limit, each twice the one before. Errors below 1e-13, where rounding
        has taken over, are left out of the fit; the order is nan if fewer than three remain.
        """
        wanted = self.valid.limit / 2.0 ** np.arange(6, -1, -1) if values is None else np.asarray(values, dtype=float)
        if wanted.ndim != 1 or wanted.size < 2 or not (np.isfinite(wanted).all() and (wanted > 0).all()):
            raise ValueError(f"a scan wants two or more positive values of {self.valid.name}, got {values!r}")
        found = [self.again(float(value)).error.measured() for value in wanted]
        errors = {name: np.array([each.get(name, np.nan) for each in found]) for name in found[0]}
        return Scan(self.valid.name, self.valid.unit, wanted, errors, {n: _order(wanted, e) for n, e in errors.items()})

    def report(self) -> str:
        """One readable table: what became what, what was assumed, where it holds, and the error."""
        rows = [
            ("from", _named(self.source, self.source_p, self.source_u)),
            ("to", _named(self.target, self.p, self.u)),
        ]
        rows += [("states", self.x_map.words), ("assumes", "; ".join(self.assumptions))]
        rows += [("holds where", self.valid.words), ("holds here", str(self.valid)), ("test", self.error.test)]
        rows += [
            (f"error in {name.replace('_', ' ')}", _percent(value)) for name, value in self.error.measured().items()
        ]
        wide = max(len(name) for name, _ in rows) + 2
        return "\n".join(
            fill(text, 88, initial_indent=f"{name:<{wide}}", subsequent_indent=" " * wide) for name, text in rows
        )

    def __repr__(self) -> str:
        errors = ", ".join(f"{name} {_percent(value)}" for name, value in self.error.measured().items())
        return f"Translation({self.source.name} -> {self.target.name}; {self.valid}; error: {errors})"


def setting(model: Any, p: Any = None, u: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """All parameters and inputs of a model or network by name, the defaults where p and u say nothing."""
    asked = problem(model, (*model.params, *model.inputs)[0].name, p, u)

    def named(rows: Sequence[Any], numbers: np.ndarray) -> dict[str, Any]:
        columns = np.asarray(numbers).reshape(len(rows), -1)
        single = isinstance(model, Model)
        return {row.name: float(c[0]) if single else c.copy() for row, c in zip(rows, columns, strict=True)}

    return named(model.params, asked.p), named(model.inputs, asked.u)


def relative(found: float, true: float) -> float:
    """(found - true) / |true|."""
    return float((found - true) / abs(true))


def _order(value: np.ndarray, error: np.ndarray) -> float:
    kept = np.isfinite(error) & (np.abs(error) > 1e-13)
    if kept.sum() < 3:
        return float("nan")
    return float(np.polyfit(np.log(value[kept]), np.log(np.abs(error[kept])), 1)[0])


def _named(model: Any, p: Mapping[str, Any], u: Mapping[str, Any]) -> str:
    texts = [f"{name}={_number(value)}" for name, value in {**p, **u}.items()]
    return f"{model.name}({', '.join(texts)})"


def _number(value: Any) -> str:
    numbers = np.unique(np.asarray(value, dtype=float))
    return f"{numbers[0]:.6g}" if numbers.size == 1 else f"{numbers[0]:.4g}..{numbers[-1]:.4g}"


def _percent(value: float) -> str:
    return f"{100 * value:.3g} %"
