"""What every benchmark shares: hand-written C beside this file, clocks, checks that both sides agree, rows of a table.

A yardstick is a competent C program for the same equations, method and step. Both sides run in turn in one process,
so that whatever else the machine does falls on both, and the best time of each counts.
"""

import ctypes
import functools
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
FLAGS = ("-O3", "-march=native", "-ffast-math")
AT_LEAST, AT_MOST, BUDGET = 3, 100, 4.0  # calls of each side, and seconds of both together

ARRAY = np.ctypeslib.ndpointer(dtype=np.float64, flags="C_CONTIGUOUS")
NUMBER, WHOLE = ctypes.c_double, ctypes.c_long
Clock = Callable[[], float]


class Disagreement(RuntimeError):
    """The two sides of a comparison do not compute the same, so their times must not be compared."""


@dataclass(frozen=True)
class Row:
    """One line of the table: our cost and, where there is one, that of the reference, both in `unit`.

    goal is the largest ratio to the reference that will do, or, without a reference, the largest cost; None where the
    line only informs. check says how the two sides were found to agree.
    """

    group: str
    workload: str
    unit: str
    ours: float
    reference: float | None = None
    against: str = ""
    goal: float | None = None
    check: str = ""

    @property
    def ratio(self) -> float | None:
        """Our cost over that of the reference."""
        return None if self.reference is None else self.ours / self.reference

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.goal is None:
            return None
        return (self.ours if self.ratio is None else self.ratio) <= self.goal

    @property
    def record(self) -> dict[str, Any]:
        """All of it, for the file of results."""
        return asdict(self) | {"ratio": self.ratio, "met": self.met}


def compiler() -> tuple[str, ...]:
    """gcc; where there is none the clang that the book's own tools bring, so that agreement can be checked anywhere."""
    return ("gcc",) if shutil.which("gcc") else (sys.executable, "-m", "ziglang", "cc")


def compiler_version() -> str:
    """First line of what the compiler says of itself."""
    said = subprocess.run([*compiler(), "--version"], check=True, capture_output=True, text=True)
    return said.stdout.splitlines()[0]


@functools.cache
def compiled(name: str, *more: str) -> ctypes.CDLL:
    """The C file of that name, compiled once, with `more` flags, in a folder that is removed at the end."""
    folder = tempfile.TemporaryDirectory(prefix="yardstick-")
    part, library = (Path(folder.name) / f"{name}.{ending}" for ending in ("o", "so"))
    subprocess.run([*compiler(), *FLAGS, *more, "-fPIC", "-c", "-o", part, HERE / f"{name}.c"], check=True)
    # Linked without -ffast-math, with which gcc adds code that switches subnormal numbers off in the whole process.
    subprocess.run([*compiler(), "-shared", "-o", library, part, "-lm", "-pthread"], check=True)
    loaded = ctypes.CDLL(str(library))
    loaded.folder = folder
    return loaded


def function(name: str, *types: Any, of: str = "run", flags: Sequence[str] = ()) -> Callable[..., None]:
    """The C function `of` from the file `name`, with these argument types; it returns nothing."""
    found = compiled(name, *flags)[of]
    found.argtypes, found.restype = list(types), None
    return found


def side_by_side(*works: Callable[[], object], clock: Clock = time.process_time, budget: float = BUDGET) -> list[float]:
    """Seconds of the fastest call of each, taken in turn, after one call of each to warm up."""
    best, start = [float("inf")] * len(works), time.perf_counter()
    for attempt in range(AT_MOST + 1):
        for side, work in enumerate(works):
            begun = clock()
            work()
            taken = clock() - begun
            if attempt:
                best[side] = min(best[side], taken)
        if attempt >= AT_LEAST and time.perf_counter() - start > budget:
            break
    return best


def same_numbers(what: str, ours: np.ndarray, reference: np.ndarray, within: float) -> str:
    """Raise Disagreement unless two deterministic results agree; returns what the table says of it."""
    ours, reference = np.asarray(ours), np.asarray(reference)
    if ours.shape != reference.shape:
        raise Disagreement(f"{what}: shapes {ours.shape} and {reference.shape} differ")
    largest = float(np.abs(ours - reference).max())
    if not largest <= within:
        raise Disagreement(f"{what}: the two sides differ by {largest:.3g}; rounding explains {within:.0e}")
    return f"results differ by {largest:.0e} at most"


def same_statistics(what: str, ours: np.ndarray, reference: np.ndarray, within: float = 5.0) -> str:
    """Raise Disagreement unless two stationary records (samples, series) have one mean and one variance.

    The error of each is the spread over 32 stretches of the record, each much longer than the memory of the process;
    `within` counts standard errors of the difference. 5 of them happen by chance once in 10**5 comparisons.
    """
    worst = 0.0
    for power in (1, 2):
        estimates = [_stretches(record, power) for record in (np.asarray(ours), np.asarray(reference))]
        difference = estimates[0].mean(axis=0) - estimates[1].mean(axis=0)
        error = np.sqrt(sum(e.var(axis=0, ddof=1) / len(e) for e in estimates))
        worst = max(worst, float(np.abs(difference / error).max()))
    if not worst <= within:
        raise Disagreement(f"{what}: mean or variance differ by {worst:.1f} standard errors; {within:g} are allowed")
    return f"mean and variance within {worst:.1f} standard errors"


def _stretches(record: np.ndarray, power: int, count: int = 32) -> np.ndarray:
    length = len(record) // count
    moved = record - record.mean(axis=0) if power == 2 else record
    return (moved[: count * length] ** power).reshape(count, length, -1).mean(axis=1)


def largest_rise(costs: Iterable[float]) -> float:
    """How many times a cost exceeds any of those before it, at most: 1 or less for costs that never rise."""
    costs = np.asarray(list(costs))
    return float((costs[1:] / np.minimum.accumulate(costs)[:-1]).max())


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The power of the size with which the cost grows, by a straight line through the logarithms: 1 is linear."""
    return float(np.polyfit(np.log(np.asarray(sizes)), np.log(np.asarray(costs)), 1)[0])


def table(rows: Sequence[Row]) -> str:
    """All rows as text, one block for each group."""
    lines: list[str] = []
    for group in dict.fromkeys(row.group for row in rows):
        lines += ["", f"{group:70}{'ours':>10}{'reference':>11}{'ratio':>8}{'goal':>7}"]
        for row in (row for row in rows if row.group == group):
            reference = "" if row.reference is None else f"{row.reference:.4g}"
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
            verdict = {None: "", True: "  met", False: "  MISSED"}[row.met]
            goal = "" if row.goal is None else f"{row.goal:g}"
            lines.append(f"  {row.workload:68}{row.ours:10.4g}{reference:>11}{ratio:>8}{goal:>7}{verdict}")
            lines.append(f"    {row.unit}" + "".join(f"; {part}" for part in (row.against, row.check) if part))
    return "\n".join(lines)
