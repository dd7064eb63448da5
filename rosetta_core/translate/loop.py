"""Barkhausen's reading of a rhythm: open one connection and ask what comes back round the loop, when, and how large."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from rosetta_core.analysis.fixed_points import fixed_points, rest_near
from rosetta_core.model import Model, jacobian, unknown


class LoopGain(NamedTuple):
    """What returns when one connection is opened and fed with exp(2 pi i f t), as a complex gain.

    frequency (k,) in Hz, rising, and gain (k,): where the signal comes back in phase with what was sent, so that an
    inhibition, half a turn by itself, has been turned by 180 degrees more; and how large it is there. Where such a gain
    is 1 the closed loop has a pair of eigenvalues on the imaginary axis: a Hopf bifurcation. steady: the gain at 0 Hz.
    """

    frequency: np.ndarray
    gain: np.ndarray
    steady: float
    cut: np.ndarray
    entry: tuple[int, int, float]

    def at(self, frequency: ArrayLike) -> np.ndarray:
        """The complex gain at frequencies (Hz) of any shape."""
        f = np.asarray(frequency, dtype=float)
        return np.array([self._at(2 * np.pi * each) for each in f.ravel()]).reshape(f.shape)

    def _at(self, omega: float) -> complex:
        to, origin, weight = self.entry
        n = len(self.cut)
        return complex(weight * np.linalg.solve(1j * omega * np.eye(n) - self.cut, np.eye(n)[:, to])[origin])


def loop_gain(model: Model, origin: str, into: str, *, x: Any = None, p: Any = None, u: Any = None) -> LoopGain:
    """Gain round the loop through the connection by which the state `origin` enters the rate of change of `into`.

    That one entry of the Jacobian at a fixed point is opened, all else stays closed. x: the fixed point, by name or as
    an array, and may be rounded; left out, there must be one only. p and u as in `simulate`. Crossings are sought from
    a thousandth of the slowest to a thousand times the fastest rate of the opened loop.
    """
    names = [row.name for row in model.state]
    for name in (origin, into):
        if name not in names:
            raise ValueError(unknown(model.name, "state", name, names))
    if x is None:
        found = fixed_points(model, p, u)
        if len(found) != 1:
            raise ValueError(f"model {model.name!r}: one fixed point is wanted, got {len(found)}; say which one by x=")
        rest = found[0].x
    else:
        rest = rest_near(model, x, p, u)
    cut = jacobian(model, rest, p, u)
    to, at = names.index(into), names.index(origin)
    weight = float(cut[to, at])
    if weight == 0 or to == at:
        raise ValueError(f"model {model.name!r}: {origin} does not enter the rate of {into} through a connection")
    cut[to, at] = 0.0
    bare = LoopGain(np.zeros(0), np.zeros(0), 0.0, cut, (to, at, weight))
    rates = np.abs(np.linalg.eigvals(cut))
    grid = np.geomspace(1e-3 * max(rates.min(), 1e-6 * rates.max()), 1e3 * rates.max(), 6001)
    back = np.array([bare._at(omega) for omega in grid])
    # A root that is a point of the grid is left to its neighbours.
    sure = np.abs(np.imag(back)) > 1e-12 * np.abs(back)
    grid, turned = grid[sure], np.imag(back)[sure]
    changes = np.flatnonzero(turned[:-1] * turned[1:] < 0)
    roots = [brentq(lambda w: bare._at(w).imag, grid[k], grid[k + 1], xtol=1e-13 * grid[k]) for k in changes]
    pairs = [(omega / (2 * np.pi), bare._at(omega).real) for omega in roots]  # type: ignore[operator]
    ahead = np.array([pair for pair in pairs if pair[1] > 0]).reshape(-1, 2)
    return bare._replace(frequency=ahead[:, 0], gain=ahead[:, 1], steady=bare._at(0.0).real)
