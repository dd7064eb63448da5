"""Pseudo-arclength along a branch of closed orbits: steps, multipliers, and events between two steps.

Method: Keller 1977; Doedel, Keller & Kernevez 1991, doi:10.1142/S0218127491000555.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from rosetta_core.analysis import collocation as col
from rosetta_core.analysis.collocation import Border, Orbit
from rosetta_core.analysis.floquet import multipliers, transitions, transverse

KINDS = ("fold", "period doubling", "torus")
ROUGH, MOST_INTERVALS = 3e-5, 320
STILL = 1e-10  # of its unit for a unit of arclength: a value that moves less, as around a centre, has no folds

Tangent = tuple[np.ndarray, float, float]


class Point(NamedTuple):
    """An orbit, the direction of the branch there, its multipliers, and the numbers whose signs tell of `KINDS`."""

    orbit: Orbit
    tangent: Tangent
    multipliers: np.ndarray
    tests: tuple[float, float, float]

    @property
    def stable(self) -> bool:
        """Whether all multipliers are inside the unit circle."""
        return bool((np.abs(self.multipliers) < 1).all())

    def turned(self) -> "Point":
        """The same point, to go the other way."""
        x, period, value = self.tangent
        fold, doubling, torus = self.tests
        return self._replace(tangent=(-x, -period, -value), tests=(-fold, doubling, torus))


class Event(NamedTuple):
    """A located event, and how far (in value, relative to the period if forced) a mesh twice as fine moved it."""

    kind: str
    orbit: Orbit
    error: float


class Path(NamedTuple):
    """What does not change along a branch. scale (n,) of the states and width of the value are its units of length.

    A branch of cycles has a free phase, fixed step by step, and varies a value; a `forced` one keeps its value, and its
    period, that of the drive, varies.
    """

    field: col.Field
    scale: np.ndarray
    width: float
    forced: bool = False

    def sizes(self, orbit: Orbit) -> np.ndarray:
        """Unit (n,) of each state on an orbit: its swing, but not less than a thousandth of `scale`."""
        return np.maximum(np.ptp(orbit.x, axis=0), 1e-3 * self.scale)

    def pin(self, orbit: Orbit) -> Border:
        """The equation that does not ask how far along the branch to go."""
        return col.keep_value(orbit) if self.forced else col.phase_condition(orbit, self.sizes(orbit))

    def metric(self, orbit: Orbit, tangent: Tangent) -> Border:
        """The scalar product with a direction, as an equation whose right side is that of the orbit itself."""
        x, period, value = tangent
        at_gauss = np.einsum("ij,kjn->kin", col.VALUE, col.pieces(x)) / self.scale**2
        row = col.weighted(orbit, at_gauss) / len(self.scale)
        border = Border(row, period / orbit.period**2, value / self.width**2, 0.0)
        return border._replace(right=border.of(orbit))

    def product(self, orbit: Orbit, one: Tangent, other: Tangent) -> float:
        """Scalar product of two directions."""
        return self.metric(orbit, one).of(orbit._replace(x=other[0], period=other[1], value=other[2]))

    def unit(self, orbit: Orbit, tangent: Tangent) -> Tangent:
        """A direction of length 1."""
        size = float(np.sqrt(self.product(orbit, tangent, tangent)))
        return tangent[0] / size, tangent[1] / size, tangent[2] / size

    def point(self, orbit: Orbit, linear: col.Linear, pin: Border, ahead: Border) -> Point:
        """Direction and multipliers at an orbit that solves its equations; the direction goes along `ahead`."""
        borders = pin._replace(right=0.0), ahead._replace(right=1.0)
        tangent = self.unit(orbit, col.solve(linear, orbit, borders, homogeneous=True))
        scale = self.sizes(orbit)
        if self.forced:
            others = multipliers(transitions(self.field, orbit, linear, scale)[0])
        else:
            others = transverse(self.field, orbit, linear, scale)
        # Each factor over a number above 0 that is its size: a product of large multipliers would overflow.
        one, other = 1 / (1 + np.abs(others)), others / (1 + np.abs(others))
        pairs = (np.outer(one, one) - np.outer(other, other))[np.triu_indices(len(others), 1)]
        turn = float(tangent[1] / orbit.period if self.forced else tangent[2] / self.width)
        turn = turn if abs(turn) > STILL else 0.0
        tests = turn, float(np.prod(one + other).real), float(np.prod(pairs).real)
        return Point(orbit, tangent, others, tests)

    def closed(self, guess: Orbit, pin: Border, ahead: Border, most: int = 12) -> tuple[Point, int]:
        """The point of the branch near a guess that obeys both equations, and the steps of Newton's method."""
        orbit, linear, count = col.newton(self.field, guess, (pin, ahead), self.sizes(guess), most)
        return self.point(orbit, linear, pin, ahead), count

    def step(self, base: Point, size: float) -> tuple[Point, int]:
        """The point at an arclength `size` from the base; ArithmeticError if there is none so near."""
        (x, period, value), orbit = base.tangent, base.orbit
        guess = orbit._replace(
            x=orbit.x + size * x, period=orbit.period + size * period, value=orbit.value + size * value
        )
        if guess.period <= 0:
            raise ArithmeticError("the step is too long")
        ahead = self.metric(orbit, base.tangent)
        return self.closed(guess, self.pin(guess), ahead._replace(right=ahead.right + size), 8)

    def remeshed(self, point: Point, n_intervals: int | None = None) -> Point:
        """The same point on a new mesh: of the size that its roughness asks for, if none is given."""
        if n_intervals is None:
            now = len(point.orbit.mesh) - 1
            rough = col.roughness(point.orbit, self.sizes(point.orbit))
            smooth = now * float(np.clip((rough / ROUGH) ** (1 / (col.DEGREE + 1)), 0.8, 1.5))
            linger = 2 * col.foldings(point.orbit, self.sizes(point.orbit)).sum() / col.FOLDINGS
            n_intervals = int(np.clip(max(smooth, linger), 30, MOST_INTERVALS))
        orbit, x = col.adapted(point.orbit, n_intervals, self.sizes(point.orbit), point.tangent[0])
        return point._replace(orbit=orbit, tangent=(x, *point.tangent[1:]))

    def events(self, base: Point, point: Point, size: float) -> list[Event]:
        """What happens between a base and the point at an arclength `size` from it, in order."""
        found = []
        for which, kind in enumerate(KINDS):
            if base.tests[which] * point.tests[which] < 0 and (which < 2 or _rotating(base, point)):
                at, coarse = self._located(base, size, which)
                _, fine = self._located(self.remeshed(base, 2 * len(base.orbit.mesh) - 2), size, which)
                moved = abs(fine.value - coarse.value)
                found.append((at, Event(kind, fine, abs(fine.period / coarse.period - 1) if self.forced else moved)))
        return [event for _, event in sorted(found, key=lambda each: each[0])]

    def _located(self, base: Point, size: float, which: int) -> tuple[float, Orbit]:
        """Where between the base and the next point a test changes its sign, and the orbit there."""
        test: Callable[[float], float] = lambda part: self.step(base, part)[0].tests[which]  # noqa: E731
        low, high = 0.0, size
        if test(low) * test(high) > 0:  # on another mesh the event is not quite where it was
            low, high = -0.2 * size, 1.2 * size
        try:
            fine = 1e-6 * size if which == 0 else 1e-10  # at a fold the value is flat
            at = float(brentq(test, low, high, xtol=fine, maxiter=40))  # type: ignore[arg-type]
        except (ValueError, RuntimeError) as error:
            raise ArithmeticError(f"a {KINDS[which]} near {base.orbit.value:g} cannot be located") from error
        return at, self.step(base, at)[0].orbit


def _rotating(base: Point, point: Point) -> bool:
    """Whether a pair that crosses the unit circle is complex there, and not real with inverse multipliers."""
    near = [each[np.argmin(np.abs(np.abs(each) - 1))] for each in (base.multipliers, point.multipliers)]
    return all(abs(each.imag) > 1e-6 for each in near)
