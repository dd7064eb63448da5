"""What `cycles` returns: a branch of limit cycles, its events, and why it ends where it does."""

from typing import NamedTuple

import numpy as np

from rosetta_core.analysis.collocation import Orbit
from rosetta_core.analysis.orbits import Cycle, cycle_near
from rosetta_core.analysis.period import Growth
from rosetta_core.analysis.problem import Problem


class CycleEvent(NamedTuple):
    """A fold of cycles ("fold"), "period doubling" or "torus": its value, the cycle's period (s), a state x (n,) on it.

    error: how far the value moved when it was located again on a mesh twice as fine. index: the row it follows.
    """

    kind: str
    value: float
    period: float
    x: np.ndarray
    error: float
    index: int

    def __repr__(self) -> str:
        return f"CycleEvent({self.kind}, {self.value:.8g}, period {self.period:.6g} s)"


class CycleEnd(NamedTuple):
    """Where a branch ends, and why.

    kind: "hopf" (amplitude 0; x is the equilibrium), "snic" or "homoclinic" (the period grows as `growth` says;
    value is where it would be infinite, x the saddle-node, found for itself, or the saddle), "unclear" (it grows, but
    by neither law), "edge" (of the span), "steps" or "lost" (no further orbit was found).
    """

    kind: str
    value: float
    period: float
    x: np.ndarray
    growth: Growth | None = None

    def __repr__(self) -> str:
        return f"CycleEnd({self.kind}, {self.value:.8g}, period {self.period:.6g} s)"


class CycleBranch(NamedTuple):
    """Cycles along a branch, k of them in order: value of what varies, period (s), frequency (Hz), all (k,).

    minimum, maximum (k, n) of the states and output_minimum, output_maximum (k,) of the model's output (mean over the
    nodes of a network); multipliers (k, n - 1) without that of the flow, nan at a Hopf point; stable (k,). events lie
    between rows, ends are two. orbits (k) are closed again, at any value, by `at`.
    """

    name: str
    value: np.ndarray
    period: np.ndarray
    frequency: np.ndarray
    minimum: np.ndarray
    maximum: np.ndarray
    output_minimum: np.ndarray
    output_maximum: np.ndarray
    multipliers: np.ndarray
    stable: np.ndarray
    events: tuple[CycleEvent, ...]
    ends: tuple[CycleEnd, CycleEnd]
    orbits: tuple[Orbit, ...]
    problem: Problem

    def __repr__(self) -> str:
        events = ", ".join(f"{event.kind} {event.value:.6g}" for event in self.events)
        ends = " to ".join(f"{end.kind} {end.value:.6g}" for end in self.ends)
        model = self.problem.model.name
        return f"CycleBranch({model}, {self.name} from {ends}, {self.value.size} cycles, {events or 'no events'})"

    def at(self, value: float) -> tuple[Cycle, ...]:
        """All cycles of the branch at one value, each closed to the accuracy of `limit_cycle`."""
        found, last = [], self.value.size - 2
        for k in np.flatnonzero((self.value[:-1] - value) * (self.value[1:] - value) <= 0):
            counts_later = self.value[k + 1] == value and (k < last or self.ends[1].kind == "hopf")
            if self.value[k] != self.value[k + 1] and not counts_later:
                near = min(self.orbits[k : k + 2], key=lambda o: (np.ptp(o.x, axis=0).max() == 0, abs(o.value - value)))
                found.append(cycle_near(self.problem, near._replace(value=float(value))))
        return tuple(found)
