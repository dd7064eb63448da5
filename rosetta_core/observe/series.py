"""`proxy`: what an electrode would record from a run; and the checks that every measure shares."""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, Protocol, TypeGuard, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import kernel
from rosetta_core._tuples import load


@runtime_checkable
class Run(Protocol):
    """What a run brings: t (n_samples,) in s, x (n_samples, n_state[, n_nodes]), p (n_params[, n_nodes]), its model.

    The model, of one node or of a network, tells its `output`, `signal` and `state`.
    """

    @property
    def t(self) -> np.ndarray: ...
    @property
    def x(self) -> np.ndarray: ...
    @property
    def p(self) -> np.ndarray: ...
    @property
    def model(self) -> Any: ...


@dataclass(frozen=True, eq=False)
class Signal:
    """A sampled signal: t (n_samples,) in s, x (n_samples[, n_nodes]) in `unit`, with its name and meaning."""

    t: np.ndarray
    x: np.ndarray
    name: str
    unit: str
    meaning: str


def proxy(trajectory: Run) -> Signal:
    """The EEG/LFP proxy of a run: `model.output` of every sample, with name, unit and meaning from `model.signal`.

    (n_samples,) for one node, (n_samples, n_nodes) for many; the numbers are those of the kernel, to the last bit.
    """
    if not isinstance(trajectory, Run):
        raise TypeError(
            f"proxy wants a run with t, x, p and model, as simulate returns it, got {type(trajectory).__name__}"
        )
    model, row = trajectory.model, trajectory.model.signal
    x, p = np.asarray(trajectory.x, dtype=float), np.asarray(trajectory.p, dtype=float)
    n_state = len(model.state)
    if x.ndim not in (2, 3) or x.shape[1] != n_state or x.shape[0] != np.size(trajectory.t):
        raise ValueError(
            f"a run of {np.size(trajectory.t)} samples and {n_state} states wants x of shape "
            f"({np.size(trajectory.t)}, {n_state}[, n_nodes]), got {x.shape}"
        )
    return Signal(np.asarray(trajectory.t), outputs(model, x, p), row.name, row.unit, row.meaning)


def outputs(model: Any, x: np.ndarray, p: np.ndarray) -> np.ndarray:
    """`model.output` of states x (n_samples, n_state[, n_nodes]) with p (n_params[, n_nodes]), without the state axis.

    Parameters of one column serve all nodes.
    """
    columns = x[:, :, None] if x.ndim == 2 else x
    sets = p[:, None] if p.ndim == 1 else p
    if sets.ndim != 2 or sets.shape[1] not in (1, columns.shape[2]):
        raise ValueError(f"p wants one column or one for each of the {columns.shape[2]} nodes, got shape {p.shape}")
    found = np.empty((columns.shape[0], columns.shape[2]))
    sets = np.ascontiguousarray(np.broadcast_to(sets, (sets.shape[0], columns.shape[2])))
    _sampler(model.output, columns.shape[1], sets.shape[0])(np.ascontiguousarray(columns), sets, found)
    return found[:, 0] if x.ndim == 2 else found


@cache
def _sampler(output: Any, n_state: int, n_params: int) -> Any:
    # Compiled, because an output that calls a compiled part of a kernel does not run on arrays in Python.
    @kernel
    def fill(x, p, out):
        for sample in range(out.shape[0]):
            for node in range(out.shape[1]):
                out[sample, node] = output(load(x[sample], 0, node, n_state), load(p, 0, node, n_params))

    return fill


class Series(NamedTuple):
    """A checked array x (n_samples, ...) and its sampling interval dt (s)."""

    x: np.ndarray
    dt: float


def series(x: Run | Signal | ArrayLike, dt: float | ArrayLike | None, *, ndim: tuple[int, ...] = (1, 2)) -> Series:
    """Samples and sampling interval of what a measure was given, or an error that says what is wrong with it.

    dt: sampling interval in s, or the sample times (n_samples,), which must be even; None where x brings its own.
    """
    x = observed(x)
    if isinstance(x, Signal):
        x, dt = x.x, x.t if dt is None else dt
    samples = checked(x, ndim)
    if dt is None:
        raise TypeError("an array needs its sampling interval dt in s, for instance welch(x, 1e-3)")
    return Series(samples, _interval(dt, samples.shape[0]))


def observed(x: Any) -> Any:
    """The proxy of a run; anything else as it is."""
    return proxy(x) if hasattr(x, "model") else x


def checked(x: Any, ndim: tuple[int, ...], what: str = "a signal") -> np.ndarray:
    """x as a finite real array with time first."""
    if isinstance(x, Signal):
        x = x.x
    samples = np.asarray(x)
    if samples.dtype.kind not in "biuf":
        raise TypeError(f"{what} wants real numbers, got {samples.dtype}")
    samples = samples.astype(float)
    if samples.ndim not in ndim:
        shapes = {1: "(n_samples,)", 2: "(n_samples, n_nodes)"}
        wanted = " or ".join(shapes[n] for n in ndim)
        hint = "; take one node: x[:, node]" if samples.ndim == 2 else ""
        raise ValueError(f"{what} wants shape {wanted}, time first, got {samples.shape}{hint}")
    if samples.shape[0] < 2 or 0 in samples.shape:
        raise ValueError(f"{what} wants at least two samples, got an array of shape {samples.shape}")
    bad = ~np.isfinite(samples)
    if bad.any():
        first = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueError(
            f"{what} wants finite numbers, got {samples[first]} at index {first} "
            f"({int(bad.sum())} of {bad.size} values are not finite)"
        )
    return samples


def _interval(dt: float | ArrayLike, n: int) -> float:
    given = np.asarray(dt, dtype=float)
    if given.ndim == 1 and given.shape[0] == n and np.isfinite(given).all():
        steps = np.diff(given)
        mean = (given[-1] - given[0]) / (n - 1)
        # Times made as k * dt carry a rounding error of a few units in the last place of the largest time.
        if mean > 0 and np.abs(steps - mean).max() <= 1e-6 * mean + 8 * np.spacing(np.abs(given).max()):
            return float(mean)
        raise ValueError(
            f"the sample times must be even and rising; their steps go from {steps.min():g} to {steps.max():g} s: "
            "interpolate to even times first, for instance with numpy.interp"
        )
    if given.ndim != 0 or not (np.isfinite(given) and given > 0):
        raise ValueError(f"dt must be a positive number of seconds or the {n} sample times, got {dt!r}")
    return float(given)


def many(samples: np.ndarray, what: str, least: int = 2) -> np.ndarray:
    """The samples again, once they have at least `least` nodes."""
    if samples.ndim != 2 or samples.shape[1] < least:
        raise ValueError(f"{what} wants shape (n_samples, n_nodes) with at least {least} nodes, got {samples.shape}")
    return samples


def is_number(value: Any) -> TypeGuard[float]:
    """Whether the value is one finite real number."""
    real = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    return real and math.isfinite(value)


def seconds(name: str, value: float, *, zero: bool = False) -> float:
    """A positive, finite number of seconds, or zero if asked."""
    if not is_number(value) or value < 0 or (value == 0 and not zero):
        wanted = "zero or a positive" if zero else "a positive"
        raise ValueError(f"{name} must be {wanted} number of seconds, got {value!r}")
    return float(value)


def fraction(name: str, value: float, *, zero: bool = False) -> float:
    """A number between 0 and 1, 1 excluded, 0 only if asked."""
    if not is_number(value) or not 0 <= value < 1 or (value == 0 and not zero):
        raise ValueError(f"{name} must be below 1 and {'at least' if zero else 'above'} 0, got {value!r}")
    return float(value)


def band_edges(band: tuple[float, float], dt: float, n: int) -> tuple[float, float]:
    """The edges (Hz) of a band that lies inside (0, Nyquist) and of which the record holds at least three periods."""
    try:
        low, high = (float(edge) for edge in band)
    except (TypeError, ValueError) as error:
        raise ValueError(f"a band is (low, high) in Hz, got {band!r}") from error
    nyquist = 0.5 / dt
    if not 0 < low < high < nyquist:
        raise ValueError(
            f"a band wants 0 < low < high < {nyquist:g} Hz (half the sampling rate), got {low:g} to {high:g} Hz"
        )
    if n * dt * low < 3:
        raise ValueError(
            f"the record of {n * dt:g} s is too short for {low:g} Hz: three periods, {3 / low:g} s, are wanted"
        )
    return low, high
