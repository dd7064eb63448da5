"""Ten thousand Jansen-Rit parameter sets, five seconds each, on two cores: `ensemble` beside C with two threads."""

import os
import time
from collections.abc import Callable

import numpy as np
from yardstick import ARRAY, NUMBER, WHOLE, Row, function, same_numbers, side_by_side

import rosetta_core as rc

DT, SECONDS, SETTLE, SIDE = 1e-4, 5.0, 1.0, 100
FIXED = {"B": 22.0, "a": 100.0, "b": 50.0, "C": 135.0, "e0": 2.5, "v0": 6.0, "r": 0.56}


def grid(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Excitatory gain A (mV) and input p (1/s) of each of side**2 sets."""
    gain, drive = np.meshgrid(np.linspace(3.1, 3.4, side), np.linspace(150.0, 300.0, side))
    return gain.ravel(), drive.ravel()


def by_hand(side: int, seconds: float) -> Callable[[], np.ndarray]:
    """Mean of y1 - y2 (mV) of each set over t > SETTLE, by C with a thread for each core."""
    run = function("jansen_rit_many", ARRAY, ARRAY, NUMBER, WHOLE, WHOLE, WHOLE, WHOLE, ARRAY)
    gain, drive = grid(side)
    fixed = (np.full(gain.size, FIXED[name]) for name in ("B", "a", "b", "C", "e0", "v0", "r"))
    values, steps = np.array([gain, *fixed, drive]), round(seconds / DT)

    def call() -> np.ndarray:
        mean = np.empty(gain.size)
        run(np.zeros((6, gain.size)), values, DT, gain.size, steps, round(SETTLE / DT), os.cpu_count() or 1, mean)
        return mean

    return call


def ours(side: int, seconds: float) -> Callable[[], np.ndarray]:
    """The same by `ensemble`, with its own way of sharing the work."""
    gain, drive = grid(side)

    def call() -> np.ndarray:
        return rc.ensemble(
            rc.jansen_rit, seconds, DT, p={**FIXED, "A": gain}, u={"p": drive}, x0=np.zeros(6), method="heun",
            reduce=("mean",), settle=SETTLE, progress=False,
        )["mean"]  # fmt: skip

    return call


def agree(side: int, seconds: float) -> str:
    """Compare the means of all sets."""
    # Potentials of 10 mV, and rounding of 1e-16 a step, which stable motion does not amplify: 5e4 * 1e-15 at most. One
    # sample more or less in the mean would show as 1e-4.
    return same_numbers("many Jansen-Rit", ours(side, seconds)(), by_hand(side, seconds)(), within=1e-8)


def rows() -> list[Row]:
    """In wall time, since both sides use all cores; and, for a machine that has other work, in processor time."""
    check, scale = agree(SIDE, SECONDS), 1e3 / (SIDE * SIDE * SECONDS)
    words = f"{SIDE * SIDE:,} Jansen-Rit parameter sets, 5 s each, Heun, dt 0.1 ms, all cores"
    against = "C by hand, in vectors, a thread for each core"
    found = []
    for clock, unit, goal in ((time.perf_counter, "wall", 0.6), (time.process_time, "processor", None)):
        mine, theirs = side_by_side(ours(SIDE, SECONDS), by_hand(SIDE, SECONDS), clock=clock, budget=20.0)
        found.append(Row("Many nodes", words, f"ms of {unit} time per model-second", mine * scale, theirs * scale,
                         against, goal, check))  # fmt: skip
    return found
