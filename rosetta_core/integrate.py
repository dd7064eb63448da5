"""`simulate`: check everything, run the integrator in blocks, return a `Trajectory` or say what went wrong."""

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core.drive import ROW, Drive
from rosetta_core.model import Model, Quantity, jacobian, unknown, values
from rosetta_core.runge_kutta import TABLEAUX, Tableau, integrator

# Between two blocks Python can answer Ctrl-C; a block of the slowest rung takes well under a second.
BLOCK = 1 << 20


@dataclass(frozen=True)
class Trajectory:
    """Samples of a run: t (n_samples,) in s, x (n_samples, n_state) or (n_samples, n_state, n_nodes), by name too."""

    model: Model
    t: np.ndarray
    x: np.ndarray
    dt: float
    method: str
    sigma: np.ndarray = field(repr=False)
    seed: int = 0

    def __getitem__(self, name: str) -> np.ndarray:
        """Samples of one state by its name: (n_samples,) or (n_samples, n_nodes)."""
        names = [row.name for row in self.model.state]
        if name not in names:
            raise KeyError(unknown(self.model.name, "state", name, names))
        return self.x[:, names.index(name)]


def simulate(
    model: Model,
    t1: float,
    dt: float,
    *,
    p: Mapping[str, Any] | ArrayLike | None = None,
    x0: Mapping[str, Any] | ArrayLike | None = None,
    u: Mapping[str, Any] | ArrayLike | Drive | None = None,
    method: str = "rk4",
    every: int = 1,
    sigma: float | Mapping[str, float] | ArrayLike = 0.0,
    seed: int = 0,
) -> Trajectory:
    """Run a model from t = 0 to t1 (s) with the fixed step dt (s).

    p, x0, u: parameters, initial state and inputs, by name (missing names take their defaults) or as an array in the
    order of the model's rows. A value per node, in an array of length n_nodes, makes many uncoupled nodes. An input
    may be a drive (`step`, `pulse`, `sinusoid`, `sampled`), the same for all nodes.
    method: "euler", "heun" or "rk4", of order 1, 2 and 4 while the drive is smooth; a jump of the drive that falls
    between two steps costs the order. every: keep one sample in so many steps; sample 0 is x0 at t = 0. The run ends
    at the last whole step that does not pass t1.
    sigma: white noise, dx = f dt + sigma dW, in unit of state per square root of second: one number for all states, a
    mapping by name or an array. The path depends on (seed, node, step) alone.

    Raises ValueError or TypeError before the run for input without meaning, among it a step that is too large to be
    stable at x0, and FloatingPointError when a state stops being finite during the run.
    """
    tableau = _tableau(method)
    n_steps, every = _steps(t1, dt, every)
    P = values(model.name, "parameter", model.params, p)
    X = values(model.name, "initial state", model.state, x0)
    U, waves, samples = _inputs(model, u)
    noise = _noise(model, sigma)
    seed = _whole("seed", seed, 0)
    X, P, U, many = _nodes(model, X, P, U)
    _stable(model, X, P, U, dt, tableau)
    out = _room(n_steps // every + 1, X.shape, every)
    out[0] = X
    run = integrator(
        model.rhs,
        (len(model.state), len(model.params), len(model.inputs)),
        tableau,
        bool(waves.any()),
        bool(noise.any()),
    )
    block = max(BLOCK // (every * X.shape[1]), 1) * every
    for first in range(0, n_steps, block):
        steps = min(block, n_steps - first)
        kept = out[first // every + 1 : (first + steps) // every + 1]
        done, node = run(X, P, U, waves, samples, noise, 0.0, dt, first, steps, every, seed, kept)
        if done < steps:
            raise _blown_up(model, P[:, node], (first + done + 1) * dt, dt, node if many else None)
    t = np.arange(out.shape[0]) * (every * dt)
    return Trajectory(model, t, out if many else out[:, :, 0], dt, method, noise[:, 0], seed)


def _tableau(method: str) -> Tableau:
    if method not in TABLEAUX:
        near = difflib.get_close_matches(str(method).lower(), TABLEAUX, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"method must be one of {', '.join(map(repr, TABLEAUX))}, got {method!r}{hint}")
    return TABLEAUX[method]


def _steps(t1: float, dt: float, every: int) -> tuple[int, int]:
    for name, value in (("t1", t1), ("dt", dt)):
        if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
            raise TypeError(f"{name} must be a number of seconds, got {value!r}")
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} must be a positive, finite number of seconds, got {value}")
    if dt > t1:
        raise ValueError(f"the step dt = {dt} s is longer than the run t1 = {t1} s; choose dt <= t1")
    ratio = float(t1 / dt)
    # 0.3 / 0.1 is 2.9999999999999996: a quotient that is whole but for rounding counts as whole.
    whole = math.isclose(ratio, round(ratio), rel_tol=1e-12)
    return round(ratio) if whole else math.floor(ratio), _whole("every", every, 1)


def _whole(name: str, value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if value < least or value > 2**53:
        raise ValueError(f"{name} must be a whole number from {least} to 2**53, got {value}")
    return int(value)


def _room(n_samples: int, shape: tuple[int, ...], every: int) -> np.ndarray:
    try:
        return np.empty((n_samples, *shape))
    except (MemoryError, ValueError) as error:
        size = 8 * n_samples * math.prod(shape)
        raise MemoryError(
            f"{n_samples} samples of {math.prod(shape)} numbers need {size / 1e9:.3g} GB; "
            f"keep fewer: raise every = {every}, or shorten the run"
        ) from error


def _inputs(model: Model, u: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Constants (n_inputs[, n_nodes]), rows of the drives (4 n_inputs, 1) and the samples they refer to."""
    names = [row.name for row in model.inputs]
    if isinstance(u, Drive):
        if len(names) != 1:
            raise ValueError(
                f"model {model.name!r} has {len(names)} inputs ({', '.join(names)}): "
                "say which one the drive feeds, as u={'name': drive}"
            )
        u = {names[0]: u}
    drives = {n: d for n, d in u.items() if isinstance(d, Drive)} if isinstance(u, Mapping) else {}
    constants = {n: d.offset if n in drives else d for n, d in u.items()} if isinstance(u, Mapping) else u
    for name, value in constants.items() if isinstance(constants, Mapping) else ():
        if callable(value):
            raise TypeError(
                f"input {name} got the function {getattr(value, '__name__', value)!r}, which cannot run inside the "
                "kernel; use rosetta_core.step, pulse or sinusoid, or sample it: sampled(f(t), dt)"
            )
    U = values(model.name, "input", model.inputs, constants)
    waves, samples = np.zeros((len(names), ROW)), [0.0]
    for name, drive in drives.items():
        waves[names.index(name)] = drive.row(len(samples))
        samples.extend(drive.samples)
    return U, waves.reshape(-1, 1), np.array(samples)


def _noise(model: Model, sigma: Any) -> np.ndarray:
    rows = tuple(
        Quantity(r.name, 0.0, f"{r.unit}/sqrt(s)", 0.0, 1.0, f"noise on {r.meaning}", "nonnegative")
        for r in model.state
    )
    if not isinstance(sigma, Mapping) and np.ndim(sigma) == 0:
        sigma = {row.name: sigma for row in rows}
    noise = values(model.name, "noise sigma", rows, sigma)
    if noise.ndim != 1:
        raise ValueError(f"model {model.name!r}: sigma wants one number per state, got shape {noise.shape}")
    return np.ascontiguousarray(noise[:, None])


def _nodes(model: Model, *arrays: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool]:
    """The three arrays as contiguous (rows, n_nodes), and whether there are many nodes."""
    counts = {a.shape[1] for a in arrays if a.ndim == 2}
    if len(counts) > 1:
        shapes = ", ".join(f"{n} {a.shape}" for n, a in zip(("x0", "p", "u"), arrays, strict=True))
        raise ValueError(f"model {model.name!r}: p, x0 and u must agree on the number of nodes, got {shapes}")
    n = counts.pop() if counts else 1
    if n == 0:
        raise ValueError(f"model {model.name!r}: at least one node is wanted, got arrays of length 0")
    x, p, u = (np.ascontiguousarray(np.broadcast_to(a if a.ndim == 2 else a[:, None], (a.shape[0], n))) for a in arrays)
    # X is written to, so it must not share memory with what the caller holds.
    return x.copy(), p, u, any(a.ndim == 2 for a in arrays)


def _stable(model: Model, X: np.ndarray, P: np.ndarray, U: np.ndarray, dt: float, tableau: Tableau) -> None:
    """Refuse a step at which the method is unstable for the fastest mode of the system linearised at x0."""
    for node in range(X.shape[1]):
        J = jacobian(model, X[:, node], P[:, node], U[:, node])
        if not np.isfinite(J).all():
            where = f" at node {node}" if X.shape[1] > 1 else ""
            raise ValueError(f"model {model.name!r} has no finite slope at the initial state {X[:, node]}{where}")
        fastest = float(np.abs(np.linalg.eigvals(J)).max(initial=0.0))
        if fastest * dt > tableau.reach:
            raise ValueError(
                f"dt = {dt:g} s is too large for {tableau.name!r} on model {model.name!r}: its fastest rate at the "
                f"initial state is {fastest:.4g} 1/s, so dt must stay below {tableau.reach / fastest:.4g} s"
            )


def _blown_up(model: Model, p: np.ndarray, t: float, dt: float, node: int | None) -> FloatingPointError:
    where = "" if node is None else f", node {node}"
    given = ", ".join(f"{row.name} = {v:g}" for row, v in zip(model.params, p, strict=True))
    return FloatingPointError(
        f"model {model.name!r}: the state stopped being finite at t = {t:g} s (dt = {dt:g} s{where}; {given}). "
        "Either the equations grow without bound with these parameters, or dt is too large: try dt / 4"
    )
