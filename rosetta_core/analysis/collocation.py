"""Orthogonal collocation of closed orbits: Gauss points, condensation of intervals, Newton's method, an adapted mesh.

An orbit is a piecewise polynomial of degree 4 in s = t/period on N intervals of [0, 1]. It obeys dx/ds = period f at
four Gauss points of each interval; at the ends of intervals its error falls as N^-8. Method: de Boor & Swartz 1973,
doi:10.1137/0710052; Ascher, Mattheij & Russell 1995, doi:10.1137/1.9781611971231.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csc_array
from scipy.sparse.linalg import splu

DEGREE = 4
GAUSS, WEIGHTS = (np.polynomial.legendre.leggauss(DEGREE)[0] + 1) / 2, np.polynomial.legendre.leggauss(DEGREE)[1] / 2
NODES = np.arange(DEGREE + 1) / DEGREE
FOLDINGS = 3.0  # of the speed in one interval
LOOSE, TIGHT = 1e-5, 1e-9  # the last steps of Newton's method, in units of `scale`


def basis(at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values and slopes of the polynomials that are 1 at one node and 0 at the others, (len(at), DEGREE + 1)."""
    powers = np.linalg.inv(np.vander(NODES, increasing=True))
    order = np.arange(DEGREE + 1)
    slopes = order * np.asarray(at)[:, None] ** np.maximum(order - 1, 0)
    return np.vander(at, DEGREE + 1, increasing=True) @ powers, slopes @ powers


VALUE, SLOPE = basis(GAUSS)


class Orbit(NamedTuple):
    """mesh (N + 1,) from 0 to 1; x (N * DEGREE + 1, n) at equal parts of each interval; period (s); varied value.

    turn (n,) is what the states gain in one period: zeros, but for angles that go round.
    """

    mesh: np.ndarray
    x: np.ndarray
    period: float
    value: float
    turn: np.ndarray

    def __repr__(self) -> str:
        return f"Orbit({len(self.mesh) - 1} intervals, period {self.period:.6g} s, value {self.value:.8g})"

    @property
    def s(self) -> np.ndarray:
        """Fraction of the period at the rows of x."""
        return np.append((self.mesh[:-1, None] + np.diff(self.mesh)[:, None] * NODES[:-1]).ravel(), 1.0)


class Border(NamedTuple):
    """One linear equation beside the orbit's own: x . orbit.x + period * orbit.period + value * orbit.value = right."""

    x: np.ndarray
    period: float
    value: float
    right: float

    def of(self, orbit: Orbit) -> float:
        """The left side."""
        return float(np.sum(self.x * orbit.x)) + self.period * orbit.period + self.value * orbit.value


Field = Callable[[np.ndarray, np.ndarray, float], tuple[np.ndarray, np.ndarray, np.ndarray]]
"""(points (n, m), s (m,), value) -> rates (n, m), Jacobians (n, n, m), derivatives by the varied value (n, m)."""


def pieces(rows: np.ndarray) -> np.ndarray:
    """Rows (N * DEGREE + 1, n) of an orbit by interval, (N, DEGREE + 1, n)."""
    n_intervals = len(rows) // DEGREE
    return rows[np.arange(n_intervals)[:, None] * DEGREE + np.arange(DEGREE + 1)]


def gauss_points(orbit: Orbit) -> np.ndarray:
    """Fractions of the period at which the equations hold, (N * DEGREE,)."""
    return (orbit.mesh[:-1, None] + np.diff(orbit.mesh)[:, None] * GAUSS).ravel()


class Linear(NamedTuple):
    """Interval by interval, what follows from a change of its first state, the period, the value, and the residual.

    parts (N, DEGREE, n, n + 3): the changes at the other nodes; their last row is the next interval's first state.
    """

    parts: np.ndarray

    @property
    def steps(self) -> np.ndarray:
        """Derivative of the state at the end of each interval by that at its start, (N, n, n)."""
        return self.parts[:, -1, :, : self.parts.shape[2]]


def linearise(field: Field, orbit: Orbit) -> Linear:
    """Newton's equations of every interval, its inner nodes eliminated; ArithmeticError if that is not possible."""
    n, N, h = orbit.x.shape[1], len(orbit.mesh) - 1, np.diff(orbit.mesh)
    local = pieces(orbit.x)
    points = np.einsum("ij,kjn->nki", VALUE, local).reshape(n, -1)
    rates, slopes, by_value = field(points, gauss_points(orbit), orbit.value)
    if not (np.isfinite(rates).all() and np.isfinite(slopes).all()):
        raise ArithmeticError("the rates of change are not finite on the orbit")
    rates, by_value = (a.reshape(n, N, DEGREE).transpose(1, 2, 0) for a in (rates, by_value))
    slopes = slopes.reshape(n, n, N, DEGREE).transpose(2, 3, 0, 1)
    pace = orbit.period * h[:, None, None]
    blocks = -np.einsum("ij,kiab->kiajb", VALUE, slopes * pace[..., None])
    every = np.arange(n)
    blocks[:, :, every, :, every] += SLOPE
    right = np.empty((N, DEGREE, n, n + 3))
    right[..., :n] = -blocks[:, :, :, 0]
    right[..., n] = rates * h[:, None, None]
    right[..., n + 1] = by_value * pace
    right[..., n + 2] = rates * pace - np.einsum("ij,kjn->kin", SLOPE, local)
    size = DEGREE * n
    try:
        found = np.linalg.solve(blocks[:, :, :, 1:].reshape(N, size, size), right.reshape(N, size, n + 3))
    except np.linalg.LinAlgError as error:
        raise ArithmeticError("the equations of an interval are singular") from error
    return Linear(found.reshape(N, DEGREE, n, n + 3))


@cache
def _pattern(N: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the condensed matrix, in the order that `solve` writes its entries."""
    chain, inner = np.arange(N * n), np.arange(n)
    rows = [np.repeat(chain, n), chain, np.repeat(chain, 2), N * n + inner, N * n + inner]
    columns = [
        (np.arange(N)[:, None, None] * n + np.zeros((n, 1), int) + inner).ravel(), chain + n,
        np.tile([(N + 1) * n, (N + 1) * n + 1], N * n), inner, N * n + inner,
    ]  # fmt: skip
    size = (N + 1) * n + 2
    rows.append(np.repeat([size - 2, size - 1], size))
    columns.append(np.tile(np.arange(size), 2))
    return np.concatenate(rows), np.concatenate(columns)


def solve(
    linear: Linear, orbit: Orbit, borders: tuple[Border, Border], homogeneous: bool = False
) -> tuple[np.ndarray, float, float]:
    """Newton's changes of x (like orbit.x), period and value.

    With `homogeneous` instead the solution of the linear equations whose right sides are 0 and those of the borders.
    """
    N, _, n, _ = linear.parts.shape
    own = pieces(np.arange(len(orbit.x))[:, None])[:, 1:, 0]
    start = np.arange(N) * DEGREE
    last, right = [], np.zeros((N + 1) * n + 2)
    for k, border in enumerate(borders):
        row = np.zeros((N + 1, n + 3))
        row[:N] = np.einsum("kja,kjab->kb", border.x[own], linear.parts)
        row[:N, :n] += border.x[start] - np.pad(border.x[start[1:]], ((1, 0), (0, 0)))
        last.append(np.concatenate([row[:, :n].ravel(), row[:, n : n + 2].sum(axis=0) + [border.period, border.value]]))
        right[(N + 1) * n + k] = border.right - (0.0 if homogeneous else border.of(orbit) + row[:, n + 2].sum())
    if not homogeneous:
        right[: N * n] = linear.parts[:, -1, :, n + 2].ravel()
        right[N * n : (N + 1) * n] = orbit.x[0] + orbit.turn - orbit.x[-1]
    entries = np.concatenate([
        -linear.steps.ravel(), np.ones(N * n), -linear.parts[:, -1, :, n : n + 2].ravel(), -np.ones(n), np.ones(n),
        *last,
    ])  # fmt: skip
    try:
        found = splu(csc_array((entries, _pattern(N, n)), shape=(right.size, right.size))).solve(right)
    except RuntimeError as error:
        raise ArithmeticError("the equations of the orbit are singular: it is not isolated") from error
    if not np.isfinite(found).all():
        raise ArithmeticError("the equations of the orbit have no finite solution")
    starts, (period, value) = found[:-2].reshape(N + 1, n), found[-2:]
    factors = np.column_stack([starts[:N], np.tile([period, value, 0.0 if homogeneous else 1.0], (N, 1))])
    change = np.empty_like(orbit.x)
    change[0] = starts[0]
    change[1:] = np.einsum("kjab,kb->kja", linear.parts, factors).reshape(-1, n)
    return change, float(period), float(value)


def weighted(orbit: Orbit, at_gauss: np.ndarray) -> np.ndarray:
    """Row w with sum(w * dx) = integral over s of dx . y, y (N, DEGREE, n) being given at the Gauss points."""
    local = np.einsum("k,i,ij,kin->kjn", np.diff(orbit.mesh), WEIGHTS, VALUE, at_gauss)
    row = np.zeros_like(orbit.x)
    row[:-1] = local[:, :-1].reshape(-1, orbit.x.shape[1])
    row[DEGREE::DEGREE] += local[:, -1]
    return row


def phase_condition(orbit: Orbit, scale: np.ndarray) -> Border:
    """An orbit near this one may not slide along it: the difference has no part along dx/ds, in the mean over s."""
    slope = np.einsum("ij,kjn->kin", SLOPE, pieces(orbit.x)) / np.diff(orbit.mesh)[:, None, None] / scale
    row = weighted(orbit, slope / scale) / max(np.sqrt(np.mean(slope**2)), 1e-300)
    return Border(row, 0.0, 0.0, float(np.sum(row * orbit.x)))


def keep_value(orbit: Orbit) -> Border:
    """The varied value stays as it is."""
    return Border(np.zeros_like(orbit.x), 0.0, 1.0, orbit.value)


def newton(
    field: Field, orbit: Orbit, borders: tuple[Border, Border], scale: np.ndarray, most: int = 12
) -> tuple[Orbit, Linear, int]:
    """The orbit near a guess, its `Linear` and the number of steps; `borders` makes the last two equations.

    Steps end below 1e-9 of `scale` (n,) and of the period, or below 1e-5 when rounding stops them from shrinking.
    ArithmeticError when they do not get there.
    """
    before = np.inf
    for count in range(1, most + 1):
        linear = linearise(field, orbit)
        dx, dT, dv = solve(linear, orbit, borders)
        size = max(float(np.abs(dx / scale).max()), abs(dT) / orbit.period)
        if not size < 1e3 or orbit.period + dT <= 0:
            break
        orbit = orbit._replace(x=orbit.x + dx, period=orbit.period + dT, value=orbit.value + dv)
        if size < TIGHT or (size < LOOSE and before < LOOSE and size > 0.1 * before):
            return orbit, linearise(field, orbit), count
        if count > 5 and size > before:
            break
        before = size
    raise ArithmeticError("Newton's method does not converge")


def _fifth(orbit: Orbit, scale: np.ndarray) -> np.ndarray:
    """Size of the derivative of order DEGREE + 1 in each interval, (N,), from the jumps of the one before."""
    h = np.diff(orbit.mesh)
    differences = np.array([1.0, -4.0, 6.0, -4.0, 1.0]) * DEGREE**DEGREE
    fourth = np.einsum("j,kjn->kn", differences, pieces(orbit.x) / scale) / h[:, None] ** DEGREE
    jumps = np.abs(fourth - np.roll(fourth, 1, axis=0)) / ((h + np.roll(h, 1)) / 2)[:, None]
    return ((jumps + np.roll(jumps, -1, axis=0)) / 2).sum(axis=1)


def roughness(orbit: Orbit, scale: np.ndarray) -> float:
    """Largest error of the polynomials between their nodes, in units of scale (n,): an estimate."""
    # The product of the distances to the five nodes is at most 3.6e-3 of h^5; 5! = 120.
    return float((np.diff(orbit.mesh) ** (DEGREE + 1) * _fifth(orbit, scale)).max() * 3.6e-3 / 120)


def foldings(orbit: Orbit, scale: np.ndarray) -> np.ndarray:
    """By how many factors e the speed changes in each interval, (N,): how much a cycle lingers."""
    speed = np.abs(pieces(orbit.x)[:, [1, -1]] - pieces(orbit.x)[:, [0, -2]]) / scale
    first, last = speed.max(axis=2).T + 1e-14
    return np.abs(np.log(last / first)) * DEGREE / (DEGREE - 1)


def adapted(orbit: Orbit, n_intervals: int, scale: np.ndarray, *others: np.ndarray) -> tuple[Any, ...]:
    """The orbit, and other rows like its x, on a mesh that shares its error of interpolation out evenly.

    A part of the intervals goes where the speed changes by factors: there the error is small, but the period is made.
    """
    h = np.diff(orbit.mesh)
    size = _fifth(orbit, scale) ** (1 / (DEGREE + 1)) * h
    lingering = foldings(orbit, scale) + 1e-12
    share = min(lingering.sum() / FOLDINGS / n_intervals, 0.5)
    even = (size + 0.2 * size.sum() * h + 1e-12 * h) / (1.2 * size.sum() + 1e-12)
    total = np.append(0.0, np.cumsum((1 - share) * even + share * lingering / lingering.sum()))
    mesh = np.interp(np.linspace(0, total[-1], n_intervals + 1), total, orbit.mesh)
    mesh[[0, -1]] = 0.0, 1.0
    fresh = orbit._replace(mesh=mesh)
    rows = [evaluate(orbit.mesh, each, fresh.s) for each in (orbit.x, *others)]
    return orbit._replace(mesh=mesh, x=rows[0]), *rows[1:]


def evaluate(mesh: np.ndarray, x: np.ndarray, s: np.ndarray) -> np.ndarray:
    """Values (len(s), n) of the piecewise polynomial x (N * DEGREE + 1, n) at s in [0, 1]."""
    k = np.clip(np.searchsorted(mesh, s, side="right") - 1, 0, len(mesh) - 2)
    values, _ = basis((s - mesh[k]) / np.diff(mesh)[k])
    return np.einsum("sj,sjn->sn", values, pieces(x)[k])
