"""What `simulate` and `ensemble` are given, checked at once and turned into the arrays that the integrators read."""

import difflib
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from rosetta_core.drive import ROW, Drive
from rosetta_core.lanes import WIDTH
from rosetta_core.model import Quantity, jacobian, unknown, values
from rosetta_core.noise import BEFORE, NOISE_ROW, OrnsteinUhlenbeck, draw, line_length
from rosetta_core.runge_kutta import TABLEAUX, Tableau

OWN_KEYS = 1 << 32  # the keys of Ornstein-Uhlenbeck noise begin here, so that white noise on the same target differs


class Inputs(NamedTuple):
    """Constants (n_inputs[, n_nodes]), rows of drives (ROW n_inputs, nodes or 1), their samples, whose they are."""

    constants: np.ndarray
    waves: np.ndarray
    samples: np.ndarray
    driven: str


class Noise(NamedTuple):
    """Targets as indices into states followed by inputs, their keys, and rows for `rosetta_core.noise.forcing`."""

    targets: tuple[int, ...]
    keys: np.ndarray
    rows: np.ndarray
    sd: np.ndarray


def tableau(method: str) -> Tableau:
    """The tableau of a method by its name."""
    if method not in TABLEAUX:
        near = difflib.get_close_matches(str(method).lower(), TABLEAUX, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"method must be one of {', '.join(map(repr, TABLEAUX))}, got {method!r}{hint}")
    return TABLEAUX[method]


def steps_of(t1: float, dt: float, every: int) -> tuple[int, int]:
    """Whole steps of dt that do not pass t1, and `every`."""
    for name, value in (("t1", t1), ("dt", dt)):
        seconds(name, value)
    if dt > t1:
        raise ValueError(f"the step dt = {dt} s is longer than the run t1 = {t1} s; choose dt <= t1")
    ratio = float(t1 / dt)
    # 0.3 / 0.1 is 2.9999999999999996: a quotient that is whole but for rounding counts as whole.
    near = math.isclose(ratio, round(ratio), rel_tol=1e-12)
    return round(ratio) if near else math.floor(ratio), whole("every", every, 1)


def seconds(name: str, value: Any) -> float:
    """A positive, finite number of seconds."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise TypeError(f"{name} must be a number of seconds, got {value!r}")
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a positive, finite number of seconds, got {value}")
    return float(value)


def whole(name: str, value: Any, least: int) -> int:
    """A whole number from `least` to 2**53."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if value < least or value > 2**53:
        raise ValueError(f"{name} must be a whole number from {least} to 2**53, got {value}")
    return int(value)


def room(n_samples: int, shape: tuple[int, ...], remedy: str) -> np.ndarray:
    """An array for the samples, or a MemoryError that says how to keep fewer."""
    size = 8 * n_samples * math.prod(shape)
    try:
        if size > _memory():
            raise MemoryError
        return np.empty((n_samples, *shape))
    except (MemoryError, ValueError) as error:
        raise MemoryError(
            f"{n_samples} samples of {math.prod(shape)} numbers need {size / 1e9:.3g} GB; keep fewer: {remedy}"
        ) from error


def _memory() -> float:
    """Bytes of memory in the machine, or no limit where the system does not say."""
    import os

    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return math.inf


def inputs(model: Any, u: Any) -> Inputs:
    """Inputs by name or as an array; any of them may be a drive, or one drive or number for each node."""
    names = [row.name for row in model.inputs]
    if isinstance(u, Drive):
        if len(names) != 1:
            raise ValueError(
                f"model {model.name!r} has {len(names)} inputs ({', '.join(names)}): "
                "say which one the drive feeds, as u={'name': drive}"
            )
        u = {names[0]: u}
    if not isinstance(u, Mapping):
        U = values(model.name, "input", model.inputs, u)
        return Inputs(U, np.zeros((ROW * len(names), 1)), np.zeros(1), "")
    constants, drives = {}, {}
    for name, given in u.items():
        constants[name], found = _split(name, given)
        if found:
            drives[name] = found
    U = values(model.name, "input", model.inputs, constants)
    columns = max((len(found) for found in drives.values()), default=1)
    waves, samples = np.zeros((len(names), ROW, columns)), [0.0]
    for name, found in drives.items():
        for column in range(columns):
            drive = found[column if len(found) > 1 else 0]
            if drive is not None and (column == 0 or len(found) > 1):
                waves[names.index(name), :, column] = drive.row(len(samples))
                samples.extend(drive.samples)
            elif drive is not None:
                waves[names.index(name), :, column] = waves[names.index(name), :, 0]
    driven = "" if not drives else "shared" if columns == 1 else "each"
    return Inputs(U, waves.reshape(-1, columns), np.array(samples), driven)


def _split(name: str, given: Any) -> tuple[Any, list[Drive | None]]:
    """The constant part of an input, and its drives: none, one for all nodes, or one for each."""
    if isinstance(given, Drive):
        return given.offset, [given]
    if callable(given):
        raise TypeError(
            f"input {name} got the function {getattr(given, '__name__', given)!r}, which cannot run inside the "
            "kernel; use rosetta_core.step, pulse, sinusoid and so on, or sample it: sampled(f(t), dt)"
        )
    in_a_row = isinstance(given, (list, tuple)) or (isinstance(given, np.ndarray) and given.dtype == object)
    if in_a_row and any(isinstance(each, Drive) for each in given):
        found = [each if isinstance(each, Drive) else None for each in given]
        return [each.offset if isinstance(each, Drive) else each for each in given], found
    return given, []


def noise(model: Any, sigma: Any, dt: float) -> Noise:
    """White and Ornstein-Uhlenbeck noise on states and inputs; see `simulate` for what sigma may be."""
    rows = tuple(
        Quantity(r.name, 0.0, f"{r.unit} sqrt(s)", 0.0, 1.0, f"noise on {r.meaning}", "nonnegative")
        for r in (*model.state, *model.inputs)
    )
    names, n_state = [row.name for row in rows], len(model.state)
    if not isinstance(sigma, Mapping):
        if isinstance(sigma, OrnsteinUhlenbeck):
            raise TypeError(f"say what the noise is on: sigma={{'name': ...}} with a name among {', '.join(names)}")
        if np.ndim(sigma) == 0:
            sigma = {row.name: sigma for row in model.state}
        else:
            strength = values(model.name, "noise sigma", rows[:n_state], sigma)
            sigma = dict(zip(names, strength, strict=False))
    for name in sigma:
        if name not in names:
            raise ValueError(unknown(model.name, "noise sigma", name, names))
    coloured = {name: each for name, each in sigma.items() if isinstance(each, OrnsteinUhlenbeck)}
    white = {name: each for name, each in sigma.items() if name not in coloured}
    strength = values(model.name, "noise sigma", rows, white)
    targets, keys, found, sds = [], [], [], []
    for index, name in enumerate(names):
        if name in coloured:
            given = coloured[name].sd, coloured[name].tau
            sd, tau = np.broadcast_arrays(*(np.asarray(each, dtype=float) for each in given))
            decay = np.exp(-dt / tau)
            _append(targets, keys, index, index + OWN_KEYS)
            found.append([0.0 * sd, decay, sd * np.sqrt(-np.expm1(-2 * dt / tau))])
            sds.append(sd)
        elif np.any(strength[index]):
            _append(targets, keys, index, index)
            found.append([strength[index] / math.sqrt(dt), 0.0 * strength[index], 0.0 * strength[index]])
            sds.append(0.0 * strength[index])
    columns = max((np.size(each) for row in found for each in row), default=1)
    table = np.zeros((NOISE_ROW * len(found), columns))
    for index, row in enumerate(found):
        for part, numbers in enumerate(row):
            table[NOISE_ROW * index + part] = _one_or_all(names[targets[index]], numbers, columns)
    sd = np.array([_one_or_all("sd", each, columns) for each in sds]).reshape(len(found), columns)
    return Noise(tuple(targets), np.array(keys, dtype=np.int64), table, sd)


def _append(targets: list[int], keys: list[int], target: int, key: int) -> None:
    targets.append(target)
    keys.append(key)


def _one_or_all(name: str, numbers: Any, columns: int) -> np.ndarray:
    if np.size(numbers) not in (1, columns):
        raise ValueError(f"noise on {name}: one number or {columns} (one per node) are wanted, got {np.size(numbers)}")
    return np.broadcast_to(np.ravel(numbers), (columns,))


def check_white(model: Any, found: Noise, x: np.ndarray, p: np.ndarray, u: np.ndarray) -> None:
    """Refuse white noise on an input that does not enter linearly: it has no limit as the step goes to zero."""
    n = len(model.state)
    for index, target in enumerate(found.targets):
        if target < n or found.keys[index] >= OWN_KEYS:
            continue
        row, probe = model.inputs[target - n], np.array(u, dtype=float)
        reach = max(1.0, abs(probe[target - n]), 0.1 * (row.high - row.low))
        slopes = []
        for side in (-1, 0, 1):
            probe[target - n] = u[target - n] + side * reach
            slopes.append(np.array(model.rhs(0.0, tuple(x), tuple(p), tuple(probe)), dtype=float))
        bend, size = np.abs(slopes[0] - 2 * slopes[1] + slopes[2]), np.abs(slopes).max() + np.abs(slopes[2] - slopes[0])
        # A sum of terms of this size rounds to 1e-16 of it; a sigmoid bends by a good part of it.
        if (bend > 1e-10 * size).any():
            raise ValueError(
                f"model {model.name!r}: white noise on the input {row.name} passes through a nonlinearity, so it has "
                f"no limit as dt goes to 0; give it a memory, sigma={{{row.name!r}: ornstein_uhlenbeck(sd, tau)}}"
            )


def start_noise(found: Noise, seeds: np.ndarray, streams: np.ndarray) -> np.ndarray:
    """Ornstein-Uhlenbeck processes (targets, nodes) drawn from their stationary distribution."""
    eta, line = np.zeros((len(found.targets), streams.size)), np.zeros((2, line_length(1)))
    numbers = draw(False)
    for index, key in enumerate(found.keys):
        if key >= OWN_KEYS:
            for node in range(streams.size):
                numbers(int(seeds[node]), int(key), int(streams[node]), BEFORE, 1, line)
                eta[index, node] = found.sd[index, node if found.sd.shape[1] > 1 else 0] * line[0, 0]
    return eta


def nodes(model: Any, X: np.ndarray, P: np.ndarray, U: np.ndarray, **more: int) -> tuple[int, bool]:
    """Number of nodes on which all agree, and whether there are many; `more` are widths of drives, noise and seeds."""
    counts = {a.shape[1] for a in (X, P, U) if a.ndim == 2} | {width for width in more.values() if width > 1}
    if len(counts) > 1:
        shapes = ", ".join(f"{n} {a.shape}" for n, a in zip(("x0", "p", "u"), (X, P, U), strict=True))
        widths = "".join(f", {name} for {width} nodes" for name, width in more.items() if width > 1)
        raise ValueError(f"model {model.name!r}: p, x0 and u must agree on the number of nodes, got {shapes}{widths}")
    n = counts.pop() if counts else 1
    if n == 0:
        raise ValueError(f"model {model.name!r}: at least one node is wanted, got arrays of length 0")
    return n, bool(counts) or n > 1 or any(a.ndim == 2 for a in (X, P, U))


def network_columns(net: Any, padded: int, **given: np.ndarray) -> list[np.ndarray]:
    """Each array in columns, one for each node of a network, after a check that it has one or one for each node."""
    n = net.n_nodes
    for name, array in given.items():
        if array.ndim == 2 and array.shape[1] not in (1, n):
            raise ValueError(
                f"network {net.name}: {name} want one value, or one for each of {n} nodes, got {array.shape[1]}"
            )
    return [columns(array, n, padded) for array in given.values()]


def columns(array: np.ndarray, n: int, padded: int) -> np.ndarray:
    """A fresh array (rows, padded): one column for each node, the last one repeated up to a multiple of the lanes."""
    wide = np.broadcast_to(array if array.ndim == 2 else array[:, None], (array.shape[0], n))
    return np.ascontiguousarray(wide[:, np.minimum(np.arange(padded), n - 1)])


def spread(array: np.ndarray, n: int, padded: int) -> np.ndarray:
    """What is the same for all nodes as it is, (rows, 1), and the rest as in `columns`."""
    return array if array.shape[1] == 1 else columns(array, n, padded)


def padded(n: int, in_groups: bool = False) -> int:
    """The number of columns that many nodes take: whole groups of lanes, or one for one node unless in_groups."""
    return 1 if n == 1 and not in_groups else -(-n // WIDTH) * WIDTH


def check_step(model: Any, X: np.ndarray, P: np.ndarray, U: np.ndarray, dt: float, method: Tableau) -> None:
    """Refuse a step at which the method is unstable for the fastest mode of the system linearised at x0.

    Of many nodes 64 are looked at, evenly spaced: the others are left to the run, which stops where a state blows up.
    """
    n = X.shape[1]
    for node in range(n) if n <= 64 else np.linspace(0, n - 1, 64).astype(int):
        J = jacobian(model, X[:, node], P[:, node], U[:, node])
        if not np.isfinite(J).all():
            where = f" at node {node}" if X.shape[1] > 1 else ""
            raise ValueError(f"model {model.name!r} has no finite slope at the initial state {X[:, node]}{where}")
        fastest = float(np.abs(np.linalg.eigvals(J)).max(initial=0.0))
        if fastest * dt > method.reach:
            raise ValueError(
                f"dt = {dt:g} s is too large for {method.name!r} on model {model.name!r}: its fastest rate at the "
                f"initial state is {fastest:.4g} 1/s, so dt must stay below {method.reach / fastest:.4g} s"
            )
