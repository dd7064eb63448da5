"""A run that settles into a rhythm, and the pieces of it that end where they began."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from rosetta_core.analysis import collocation as col
from rosetta_core.analysis.collocation import Orbit
from rosetta_core.analysis.problem import Problem
from rosetta_core.model import Model
from rosetta_core.simulation import simulate

SAMPLES = 40000  # of one look at a run
LOOKS = 4  # each four times as long as the one before
RETURNS = (1e-4, 1e-3, 2e-2)  # how near to its start a cycle of the run must come, against the size of the rhythm


def where(asked: Problem) -> str:
    rows = (*asked.model.params, *asked.model.inputs)
    numbers = np.concatenate([a.reshape(len(a), -1)[:, 0] for a in (asked.p, asked.u)])
    return ", ".join(f"{row.name} = {number:g}" for row, number in zip(rows, numbers, strict=True))


def ranges(asked: Problem) -> np.ndarray:
    """Size (n,) of each state's declared range: the unit in which distances are measured."""
    return np.repeat([row.high - row.low for row in asked.model.state], asked.n_nodes).astype(float)


def returns(asked: Problem, x: np.ndarray, scale: np.ndarray) -> Iterator[Orbit]:
    """Nearly closed orbits in looks at a run, each longer than the last; ArithmeticError at a fixed point."""
    if (np.abs(asked.f(x, asked.value)) / scale).max() < 1e-9:
        x = x + 1e-3 * scale * np.cos(np.arange(x.size))  # rest itself would stay where it is
    angle = np.repeat([row.unit == "rad" for row in asked.model.state], asked.n_nodes)
    slowest = _step(asked, x)
    for look in range(LOOKS):
        every = 4**look
        for shorter in range(4):
            dt = slowest / 4**shorter
            try:
                t, states = _run(asked, x, SAMPLES * every * dt, dt, every)
            except (FloatingPointError, ValueError) as error:
                failed = error
                continue
            if dt * max(fastest(asked, row) for row in states[:: SAMPLES // 50]) < 0.5:
                break
        else:
            raise ArithmeticError(f"{asked.model.name} with {where(asked)}: no step is small enough: {failed}")
        x = np.where(angle, np.angle(np.exp(1j * states[-1])), states[-1])
        _refuse_rest(asked, states, scale)
        yield from _closings(asked, t, states, x, scale, dt)


def _run(asked: Problem, x: np.ndarray, t1: float, dt: float, every: int) -> tuple[np.ndarray, np.ndarray]:
    shape = (len(asked.model.state), asked.n_nodes) if not isinstance(asked.model, Model) else (-1,)
    run = simulate(asked.model, t1, dt, p=asked.p, u=asked.u, x0=x.reshape(shape), every=every)
    return run.t, run.x.reshape(len(run.t), -1)


def fastest(asked: Problem, x: np.ndarray) -> float:
    return float(np.abs(np.linalg.eigvals(asked.jacobian(x, asked.value))).max(initial=1e-9))


def _step(asked: Problem, x: np.ndarray) -> float:
    """A step (s) that turns or shrinks the fastest mode at x by 0.2, and moves no state by a hundredth of its range."""
    speed = float(np.abs(asked.f(x, asked.value) / ranges(asked)).max())
    return 0.2 / max(fastest(asked, x), 20 * speed)


def _refuse_rest(asked: Problem, states: np.ndarray, scale: np.ndarray) -> None:
    """ArithmeticError if the run has come near to a stable fixed point and hardly moves."""
    x, late = states[-1], states[-len(states) // 4 :]
    if (np.ptp(late, axis=0) / scale).max() > 1e-2:
        return
    for _ in range(20):
        try:
            x = x - np.linalg.solve(asked.jacobian(x, asked.value), asked.f(x, asked.value))
        except np.linalg.LinAlgError:
            return
    if not np.isfinite(x).all() or (np.abs(x - states[-1]) / scale).max() > 1e-2:
        return
    if np.linalg.eigvals(asked.jacobian(x, asked.value)).real.max() < 0:
        first = zip(asked.model.state, x.reshape(-1, asked.n_nodes)[:, 0], strict=True)
        state = ", ".join(f"{row.name} = {v:.6g}" for row, v in first)
        raise ArithmeticError(
            f"{asked.model.name}: no limit cycle was reached with {where(asked)}: the run ends at the fixed point "
            f"{state}. Try another x0, or parameters beyond a bifurcation"
        )


def _closings(
    asked: Problem, t: np.ndarray, states: np.ndarray, start: np.ndarray, scale: np.ndarray, dt: float
) -> Iterator[Orbit]:
    """Pieces of a run that end where they began, the nearest returns first."""
    round_trip = np.repeat([2 * np.pi if row.unit == "rad" else 0.0 for row in asked.model.state], asked.n_nodes)
    late = states[len(states) // 2 :]
    size = np.minimum(np.ptp(late, axis=0), np.where(round_trip > 0, round_trip, np.inf)) + 1e-9 * scale
    apart = late - late[-1]
    turns = np.where(round_trip > 0, np.round(apart / np.where(round_trip > 0, round_trip, 1.0)), 0.0)
    apart = (apart - turns * round_trip) / size
    ahead = asked.f(late[-1], asked.value) / size
    ahead = ahead / np.linalg.norm(ahead)
    across = apart @ ahead
    rising = np.flatnonzero((across[:-1] < 0) & (across[1:] >= 0) & (np.abs(np.diff(across)) < 0.5))[:-1][-100:]
    if not rising.size:
        return
    gap = t[1] - t[0]
    rate = gap * np.array([[asked.f(late[k + j], asked.value) / size for j in (0, 1)] for k in rising])
    rise = rate @ ahead
    part = np.array([_crossing(across[k], across[k + 1], *each) for k, each in zip(rising, rise, strict=True)])
    hermite = [_hermite(part, apart[rising + j], rate[:, j], j) for j in (0, 1)]
    distance = np.abs(hermite[0] + hermite[1]).max(axis=1)
    tried = None
    for near in RETURNS:
        found = np.flatnonzero((distance < near) & (np.abs(turns[rising] - turns[rising + 1]).max(axis=1) == 0))
        if found.size and found[-1] != tried:
            tried = found[-1]
            k = rising[tried]
            period = float(t[len(late) - 1] - t[k] - part[tried] * gap)
            yield _sampled(asked, start, period, dt, -turns[k] * round_trip)


def _crossing(before: float, after: float, slope: float, next_slope: float) -> float:
    """Where between 0 and 1 the cubic with these ends and slopes passes 0: Newton's method from the straight line."""
    at = before / (before - after)
    for _ in range(3):
        value = _hermite(at, before, slope, 0) + _hermite(at, after, next_slope, 1)
        rise = 6 * at * (1 - at) * (after - before) + (1 - at) * (1 - 3 * at) * slope + at * (3 * at - 2) * next_slope
        at = float(np.clip(at - value / rise, 0.0, 1.0)) if rise > 0 else at
    return at


def _hermite(at: Any, value: Any, slope: Any, end: int) -> Any:
    """Share of one end in the cubic through two values with their slopes."""
    at = np.asarray(at)[..., None] if np.ndim(value) > np.ndim(at) else at
    if end == 0:
        return (1 - at) ** 2 * ((1 + 2 * at) * value + at * slope)
    return at**2 * ((3 - 2 * at) * value - (1 - at) * slope)


def _sampled(asked: Problem, x: np.ndarray, period: float, dt: float, turn: np.ndarray) -> Orbit:
    """One period of a run from x on an even, fine mesh."""
    n_intervals = 500
    every = max(int(np.ceil(period / dt / (n_intervals * col.DEGREE))), 1)
    steps = every * n_intervals * col.DEGREE
    _, states = _run(asked, x, period * (1 + 0.1 / steps), period / steps, every)
    return Orbit(np.linspace(0, 1, n_intervals + 1), states, period, asked.value, turn)
