"""Arnold tongues: the frequencies and amplitudes at which a periodic input takes a rhythm along, cycle for cycle."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core.analysis import collocation as col
from rosetta_core.analysis.arclength import Event, Path, Point
from rosetta_core.analysis.collocation import Orbit
from rosetta_core.analysis.orbits import Cycle, limit_cycle
from rosetta_core.analysis.phase import phase_response
from rosetta_core.analysis.problem import Problem
from rosetta_core.analysis.settling import ranges
from rosetta_core.model import unknown

FIRST, LARGEST, SMALLEST = (
    0.01,
    0.1,
    1e-6,
)  # steps of arclength, in swings of the free cycle and logarithms of the period
MOST = 400
NAMES = {"fold": "saddle-node", "period doubling": "period doubling", "torus": "torus"}


class Lock(NamedTuple):
    """An interval of drive frequencies (Hz) with a stable locked state, and what ends it on each side.

    kinds: "saddle-node", "torus", "period doubling", or "span" where the frequencies that were asked for end. error:
    how far either edge moved, relative to its frequency, when it was located again on a mesh twice as fine.
    """

    low: float
    high: float
    kinds: tuple[str, str]
    error: float


class Tongue(NamedTuple):
    """The n:m tongue: the oscillator goes round n times in m periods of the drive.

    amplitude (k,) in the unit of the input; low, high (k,) in Hz: the edges of the widest interval of `locks` (k), nan
    where nothing locks inside the span. predicted_low, predicted_high (k,): by the phase response, for a weak drive.
    frequency: of the rhythm without drive, in Hz.
    """

    ratio: tuple[int, int]
    amplitude: np.ndarray
    low: np.ndarray
    high: np.ndarray
    predicted_low: np.ndarray
    predicted_high: np.ndarray
    locks: tuple[tuple[Lock, ...], ...]
    frequency: float

    def __repr__(self) -> str:
        n, m = self.ratio
        span = f"{self.amplitude[0]:.4g} to {self.amplitude[-1]:.4g}"
        return f"Tongue({n}:{m} of {self.frequency:.6g} Hz, {self.amplitude.size} amplitudes, {span})"


def locking(
    model: Any, input: str | Mapping[str, float], frequencies: ArrayLike, amplitudes: ArrayLike, *,
    ratio: tuple[int, int] = (1, 1), p: Any = None, u: Any = None, x0: Any = None, cycle: Cycle | None = None,
) -> Tongue:  # fmt: skip
    """Where u + amplitude sin(2 pi (frequency t + phase)) locks the rhythm that `limit_cycle` finds (or `cycle`).

    input: the name of an input, or names with phases in turns ({"u_re": 0.25, "u_im": 0.0} turns to the left).
    frequencies: their least and largest are the span in Hz; amplitudes: rising, above 0. p, u, x0 as in `simulate`.

    The locked orbits of one amplitude form a curve along which the phase against the drive varies. It is followed, with
    its Floquet multipliers, all the way round or to the ends of the span, and folds and torus points are located on it
    by collocation to 1e-9 of their frequency on their mesh (`Lock.error` says what the mesh leaves). States locked
    elsewhere, on curves that are not joined to this one, are not found. ArithmeticError where an amplitude is too far
    from the one before to follow the orbit.
    """
    span, amplitudes = (np.ravel(np.asarray(each, dtype=float)) for each in (frequencies, amplitudes))
    span = np.sort(span)
    if span.size < 2 or not (np.isfinite(span).all() and span[0] > 0 and span[0] < span[-1]):
        raise ValueError(f"frequencies want a least and a largest value above 0 Hz, got {frequencies}")
    if not (amplitudes.size and np.isfinite(amplitudes).all() and (np.diff(amplitudes, prepend=0.0) > 0).all()):
        raise ValueError(f"amplitudes want rising values above 0, got {amplitudes}")
    n, m = ratio
    if not all(isinstance(each, (int, np.integer)) and each > 0 for each in ratio) or np.gcd(n, m) != 1:
        raise ValueError(f"ratio wants two whole numbers above 0 without a common factor, got {ratio}")
    pushes = {input: 0.0} if isinstance(input, str) else dict(input)
    names = [row.name for row in model.inputs]
    for each in pushes:
        if each not in names:
            raise ValueError(unknown(model.name, "input", each, names))
    cycle = limit_cycle(model, p=p, u=u, x0=x0) if cycle is None else cycle
    rows = [(names.index(each), float(phase)) for each, phase in pushes.items()]
    swing = np.maximum(np.ptp(cycle.x, axis=0), 1e-3 * ranges(cycle.problem))
    path = Path(forced_field(cycle.problem, rows, m), swing, 1.0, forced=True)
    limits = (m / span[-1], m / span[0])
    found, seed = [], _tiled(cycle.orbit, n)
    for amplitude in amplitudes:
        seed = _raised(path, seed, float(amplitude))
        points, gaps = _followed(path, seed, limits)
        found.append(_locks(points, gaps, m, limits))
        seed = min(points, key=lambda each: np.abs(each.multipliers).max(initial=0.0)).orbit  # the most stable one
    none = Lock(np.nan, np.nan, ("", ""), np.nan)
    widest = np.array([max(locks, key=lambda each: each.high - each.low, default=none)[:2] for locks in found])
    shift = _weak(cycle, pushes, ratio)
    edges = m / n * (cycle.frequency + amplitudes[:, None] * shift)
    return Tongue(
        (n, m), amplitudes, widest[:, 0], widest[:, 1], edges[:, 0], edges[:, 1], tuple(found), cycle.frequency
    )


def forced_field(asked: Problem, rows: list[tuple[int, float]], m: int) -> col.Field:
    """Rates along m periods of the drive, whose amplitude is the varied value; rows: indices of inputs and phases."""

    def driven(s: np.ndarray, amplitude: float) -> np.ndarray:
        u = np.repeat(asked.u[..., None], len(s), axis=-1)
        for row, phase in rows:
            u[row] += amplitude * np.sin(2 * np.pi * (m * s + phase))
        return u

    def field(points: np.ndarray, s: np.ndarray, amplitude: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rates, slopes, _ = asked.under(points, np.repeat(asked.p[..., None], len(s), axis=-1), driven(s, amplitude))
        # The amplitude is kept while an orbit is closed, so the derivative by it is never asked for: zeros will do.
        return rates, slopes, np.zeros_like(rates)

    return field


def _tiled(orbit: Orbit, n: int) -> Orbit:
    """n cycles one after the other as one orbit, without a drive."""
    mesh = np.append((orbit.mesh[:-1] + np.arange(n)[:, None]).ravel(), n) / n
    x = np.concatenate([orbit.x[:-1] + k * orbit.turn for k in range(n)] + [orbit.x[-1:] + (n - 1) * orbit.turn])
    return Orbit(mesh, x, n * orbit.period, 0.0, n * orbit.turn)


def _raised(path: Path, orbit: Orbit, amplitude: float) -> Orbit:
    """The locked orbit at a higher amplitude: of the phase of the free cycle, later of the last period."""
    gone, step = orbit.value, amplitude - orbit.value
    while gone < amplitude:
        step = min(step, amplitude - gone)
        guess = orbit._replace(value=gone + step)
        rest = col.Border(np.zeros_like(orbit.x), 1.0, 0.0, orbit.period)
        orders = (rest, col.phase_condition(orbit, path.sizes(orbit)))
        for pin in orders if gone > 0 else orders[1:]:
            try:
                orbit = col.newton(path.field, guess, (pin, col.keep_value(guess)), path.sizes(guess))[0]
                gone += step
                break
            except ArithmeticError:
                continue
        else:
            step /= 2
            if step < 1e-3 * amplitude:
                raise ArithmeticError(
                    f"no locked orbit could be followed from amplitude {gone:g} to {amplitude:g}; "
                    "begin with smaller amplitudes, or closer ones"
                )
    return orbit


Gaps = list[list[Event]]


def _followed(path: Path, orbit: Orbit, limits: tuple[float, float]) -> tuple[list[Point], Gaps]:
    """The curve of locked orbits through this one: points in order, and the events in each gap between two."""
    pin = col.keep_value(orbit)
    start = path.closed(orbit, pin, col.phase_condition(orbit, path.sizes(orbit)))[0]
    start = path.remeshed(start)
    ahead, gaps, closed = _one_way(path, start, limits)
    if closed:
        return ahead, gaps
    behind, early, _ = _one_way(path, start.turned(), limits)
    return behind[:0:-1] + ahead, [gap[::-1] for gap in early[::-1]] + gaps


def _one_way(path: Path, start: Point, limits: tuple[float, float]) -> tuple[list[Point], Gaps, bool]:
    points, gaps, base, size = [start], [], start, FIRST
    home = path.metric(start.orbit, start.tangent)
    while len(points) < MOST:
        met: list[Event] = []
        try:
            point, count = path.step(base, size)
            far = size > 1e-4 and path.product(base.orbit, base.tangent, point.tangent) < 0.9
            met = [] if far else path.events(base, point, size)
        except ArithmeticError:
            point, count, far = base, 9, True
        if far:
            size /= 3
            if size < SMALLEST:
                where = f"amplitude {base.orbit.value:g} are lost at period {base.orbit.period:g} s"
                raise ArithmeticError(f"the locked orbits at {where}; narrow the span, or choose other amplitudes")
            continue
        gaps.append(met)
        points.append(point)
        if not limits[0] <= point.orbit.period <= limits[1]:
            return points, gaps, False
        if len(points) > 4 and _home(path, start, home, base, point):
            return points, gaps, True
        size = min(size * (1.6 if count <= 3 else 1.0 if count <= 5 else 0.5), LARGEST)
        base = path.remeshed(point)
    return points, gaps, False


def _home(path: Path, start: Point, home: col.Border, base: Point, point: Point) -> bool:
    """Whether the last step has passed the start: its plane is crossed forwards, near to it."""
    s = start.orbit.s
    there = [each.orbit._replace(x=col.evaluate(each.orbit.mesh, each.orbit.x, s)) for each in (base, point)]
    before, after = (home.of(each) - home.of(start.orbit) for each in there)
    apart = there[1].x - start.orbit.x
    return before < 0 <= after and float(np.sqrt(np.mean((apart / path.scale) ** 2))) < 3 * LARGEST


def _locks(points: list[Point], gaps: Gaps, m: int, limits: tuple[float, float]) -> tuple[Lock, ...]:
    """Stable stretches of a curve as intervals of frequency, joined where they overlap."""
    stretches = []
    for one, other, events in zip(points, points[1:], gaps, strict=False):
        inner = [(m / each.orbit.period, NAMES[each.kind], each.error) for each in events]
        marks = [(m / one.orbit.period, "", 0.0), *inner, (m / other.orbit.period, "", 0.0)]
        # Stability is known at both points; between two events of one step it is unknown, and not claimed.
        if one.stable:
            stretches.append(sorted(marks[:2]))
        if other.stable and (inner or not one.stable):
            stretches.append(sorted(marks[-2:]))
    merged: list[Lock] = []
    for low, high in sorted(stretches):
        if not merged or low[0] > merged[-1].high * (1 + 1e-12):
            merged.append(Lock(low[0], high[0], (low[1], high[1]), max(low[2], high[2])))
        elif high[0] >= merged[-1].high:
            last = merged[-1]
            kind = high[1] if high[0] > last.high else high[1] or last.kinds[1]
            merged[-1] = Lock(last.low, high[0], (last.kinds[0], kind), max(last.error, high[2]))
    return tuple(_clipped(each, m / limits[1], m / limits[0]) for each in merged)


def _clipped(lock: Lock, low: float, high: float) -> Lock:
    low, high = float(low), float(high)
    kinds = ("span" if lock.low <= low else lock.kinds[0], "span" if lock.high >= high else lock.kinds[1])
    return Lock(max(lock.low, low), min(lock.high, high), kinds, lock.error)


def _weak(cycle: Cycle, pushes: dict[str, float], ratio: tuple[int, int]) -> np.ndarray:
    """Least and largest change (2,) of the oscillator's frequency (Hz) in the lock of a drive of amplitude 1, at first.

    A sinusoid at m times the frequency meets harmonic m of the phase response; for n > 1 there is none, and the tongue
    is thinner than its first order.
    """
    n, m = ratio
    if n > 1:
        return np.zeros(2)
    response = phase_response(cycle.problem.model, cycle=cycle, n_phases=512)
    parts = [np.fft.fft(response.of(name))[m] / 512 * np.exp(-2j * np.pi * phase) for name, phase in pushes.items()]
    return np.array([-1.0, 1.0]) * abs(sum(parts)) / np.pi / 2
