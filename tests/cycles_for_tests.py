"""The reference values and the rule they are held by; cycles: their frequency, extrema, closure and multipliers."""

import json
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

import rosetta_core as rc

REFERENCE = {row["id"]: row for row in json.loads((Path(__file__).parent / "reference.json").read_text())}


def check(row, found, wanted=None, tolerance=None):
    """Hold `found` to the row's value (or to the part `wanted` of it), by the tolerance rule of the reference."""
    wanted = np.asarray(row["value"] if wanted is None else wanted, dtype=float)
    found = np.asarray(found, dtype=float)
    assert found.shape == wanted.shape, (row["id"], found.shape, wanted.shape)
    scale = np.max(np.abs(wanted), axis=0 if wanted.ndim == 2 else None, keepdims=True)
    allowed = (tolerance or row["tolerance"]) * np.maximum(np.abs(wanted), 1e-3 * scale)
    np.testing.assert_array_less(np.abs(found - wanted), np.maximum(allowed, 1e-300), err_msg=row["id"])


def printed(identity, *found):
    """Hold each number to the nearest of those in the text of a classic figure, r9.*, by the tolerance given there."""
    row = REFERENCE[identity]
    numbers = np.array([float(number) for number in re.findall(r"-?\d+\.?\d*", row["value"].replace("+-", ""))])
    share, percent = re.fullmatch(r"([\d.e-]+)(%?).*", row["tolerance"]).groups()
    for each in found:
        nearest = numbers[np.abs(numbers - each).argmin()]
        assert abs(nearest - each) <= float(share) / (100 if percent else 1) * abs(each), (identity, each, nearest)


def derivative(function, x, h):
    """Central difference of order 4: truncation h^4/30 of the fifth derivative, rounding of the function over h."""
    return (function(x - 2 * h) - 8 * function(x - h) + 8 * function(x + h) - function(x + 2 * h)) / (12 * h)


class Rhythm:
    """A signal y (n,) with its slope (n,) at steps of dt (s); between samples a cubic, with error dt^4 |y''''|/384.

    frequency is that of upward crossings of the middle between the extrema, in Hz, 0 for a signal flatter than `flat`;
    high and low are the extrema of the last full cycle (of the whole signal if it is flat).
    """

    def __init__(self, y, slope, dt, flat=1e-4):
        self.y, self.slope, self.dt = np.asarray(y), np.asarray(slope), dt
        middle = 0.5 * (self.y.max() + self.y.min())
        starts = np.flatnonzero((self.y[:-1] < middle) & (self.y[1:] >= middle))
        if np.ptp(self.y) < flat:
            self.frequency, self.high, self.low = 0.0, self.y.max(), self.y.min()
            return
        assert starts.size >= 3, "the run holds fewer than two cycles"
        crossings = [dt * (k + self._root(self._cubic(k) - np.poly1d([middle]))) for k in starts]
        self.periods = np.diff(crossings)
        self.frequency = 1 / self.periods[-1]
        last = slice(starts[-2], starts[-1] + 2)
        self.high, self.low = self._extremum(last, 1), self._extremum(last, -1)

    def _cubic(self, k):
        y0, y1 = self.y[k], self.y[k + 1]
        d0, d1 = self.slope[k] * self.dt, self.slope[k + 1] * self.dt
        return np.poly1d([2 * (y0 - y1) + d0 + d1, 3 * (y1 - y0) - 2 * d0 - d1, d0, y0])

    @staticmethod
    def _root(polynomial):
        roots = polynomial.roots
        real = roots[np.abs(roots.imag) < 1e-9].real
        inside = real[(real > -1e-9) & (real < 1 + 1e-9)]
        assert inside.size, "no root between the two samples"
        return float(inside[0])

    def _extremum(self, part, sign):
        k = part.start + int(np.argmax(sign * self.y[part]))
        k -= bool(sign * self.slope[k] < 0)
        cubic = self._cubic(k)
        return float(cubic(self._root(cubic.deriv())))


def rhythm(run, signal, p, u, flat=1e-4, node=None):
    """`Rhythm` of signal(x) along a run; `signal` takes a state, or the slopes of one, and must be linear.

    p and u are the parameters and inputs (tuples) of that node in the order of the model.
    """
    x = run.x if node is None else run.x[:, :, node]
    slope = np.array([signal(run.model.rhs(0.0, tuple(row), tuple(p), tuple(u))) for row in x])
    return Rhythm(np.array([signal(row) for row in x]), slope, run.t[1] - run.t[0], flat)


def defaults(rows, **changed):
    """Values of a model's rows as a dictionary, some of them changed."""
    return {**{row.name: row.default for row in rows}, **changed}


class Cycle(NamedTuple):
    """A closed orbit: a state on it, its period (s), the inputs by name, and its monodromy matrix."""

    x0: np.ndarray
    period: float
    u: dict
    monodromy: np.ndarray

    @property
    def multiplier(self):
        """Largest modulus of the multipliers but for the one that belongs to the flow, 1."""
        found = np.linalg.eigvals(self.monodromy)
        return np.abs(np.delete(found, np.abs(found - 1).argmin())).max()


PARTS = 10


def _along(model, x, period, u, free, steps):
    """State after one period, its derivatives by state and by the input `free` (n, n + 1), and the parameters.

    Central differences over a tenth of the period at a time: over a whole one they would lose what it contracts.
    """
    n, t1 = len(model.state), period / PARTS
    sizes = np.array([row.high - row.low for row in model.state])
    size = max(abs(u[free]), 1.0) if free else 1.0
    shifts = 3e-6 * np.hstack([np.zeros((n + 1, 1)), np.eye(n + 1), -np.eye(n + 1)])
    total, inputs = np.eye(n, n + 1), u | {free: u[free] + size * shifts[n]} if free else u
    for _ in range(PARTS):
        around = x[:, None] + sizes[:, None] * shifts[:n]
        run = rc.simulate(model, t1, t1 / (steps // PARTS), x0=around, u=inputs, every=steps // PARTS)
        x = run.x[-1, :, 0]
        slopes = (run.x[-1, :, 1 : n + 2] - run.x[-1, :, n + 2 :]) / 6e-6 / np.append(sizes, size)
        total = slopes[:, :n] @ total
        total[:, n] += slopes[:, n]
    return x, total, tuple(run.p[:, 0])


def closed(model, x, period, u, free=None, steps=4000):
    """`Cycle` near a state x and a period, by Newton's method; `free` names the input to find for the period as given.

    Left out, the period is found. Derivatives are exact to about 1e-9, which slows Newton's last steps and moves no
    root. ArithmeticError if ten steps do not close the orbit.
    """
    x, u, n = np.array(x, dtype=float), dict(u), len(model.state)
    sizes = np.array([row.high - row.low for row in model.state])
    for _ in range(10):
        end, slopes, p = _along(model, x, period, u, free, steps)
        values = tuple(u.get(row.name, row.default) for row in model.inputs)
        speed = np.array([model.rhs(0.0, tuple(at), p, values) for at in (x, end)])
        system = np.zeros((n + 1, n + 1))
        system[:n, :n] = slopes[:, :n] - np.eye(n)
        system[:n, n] = slopes[:, n] if free else speed[1]
        system[n, :n] = speed[0] / sizes**2  # no move along the orbit
        move = np.linalg.solve(system, np.append(x - end, 0.0))
        x = x + move[:n]
        if free:
            u[free] += move[n]
        else:
            period += move[n]
        if np.abs(move[:n] / sizes).max() < 1e-10:
            return Cycle(x, float(period), u, slopes[:, :n])
    raise ArithmeticError(f"the orbit of {model.name} does not close near the period {period} s")
