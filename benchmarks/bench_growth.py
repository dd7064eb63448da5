"""How cost and memory grow: with the nodes, with the edges, and with the length of an ensemble's run."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from yardstick import Row, exponent, largest_rise, side_by_side

import rosetta_core as rc

DT = 1e-4
NODES = (1, 2, 4, 8, 16, 32, 100, 316, 1000, 3162, 10_000)
ALL_TO_ALL = (11, 32, 101, 317, 1001)
SPARSE = (100, 1000, 10_000, 100_000, 1_000_000)
LENGTHS = (1.0, 10.0, 100.0, 1000.0)
SETS = 128
MEMORY = f"""
import sys
from pathlib import Path
import numpy as np, rosetta_core as rc
rc.ensemble(rc.jansen_rit, float(sys.argv[1]), {DT}, u={{"p": np.linspace(100.0, 300.0, {SETS})}}, method="heun",
            reduce=("mean", "variance"), settle=0.5, progress=False)
status = Path("/proc/self/status")
if status.exists():  # getrusage would count what the parent had when it started this process
    print(next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM")))
else:
    import resource
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2)
"""


@dataclass(frozen=True)
class Series:
    """How something grows: costs against sizes, with what both are."""

    name: str
    size: str
    cost: str
    sizes: tuple[float, ...]
    costs: tuple[float, ...]

    @property
    def record(self) -> dict[str, Any]:
        """All of it, for the file of results."""
        return asdict(self)


def nodes() -> Series:
    """ns for each node and step of uncoupled Jansen-Rit nodes with gains of their own."""

    def work(n: int, steps: int) -> Callable[[], object]:
        p = {"A": np.linspace(3.1, 3.4, n)} if n > 1 else {"A": 3.25}
        return lambda: rc.simulate(rc.jansen_rit, steps * DT, DT, p=p, method="heun", every=steps)

    costs = [1e9 / n * _per_step(lambda steps, n=n: work(n, steps), max(1_000_000 // n, 100)) for n in NODES]
    return Series("nodes", "uncoupled nodes", "ns per node and step", NODES, tuple(costs))


def all_to_all(delayed: bool) -> Series:
    """us for each step of Stuart-Landau networks in which every node hears every other."""
    sizes, costs = [], []
    for n in ALL_TO_ALL:
        sizes.append(n * (n - 1))
        W = np.random.default_rng(n).random((n, n)) * (1 - np.eye(n)) / n
        costs.append(1e6 * _of_network(W, delayed, n, sizes[-1]))
    name = f"all to all, {'delays' if delayed else 'no delays'}"
    return Series(name, "edges", "us per step", tuple(sizes), tuple(costs))


def sparse(delayed: bool) -> Series:
    """us for each step of 1000 Stuart-Landau nodes with so many edges, between any two."""
    from scipy.sparse import csr_array

    costs, n = [], 1000
    for edges in SPARSE:
        rng = np.random.default_rng(edges)
        at = rng.choice(n * n, edges, replace=False)
        W = csr_array((rng.random(edges) * n / edges, (at // n, at % n)), shape=(n, n))
        costs.append(1e6 * _of_network(W, delayed, n, edges))
    return Series(f"1000 nodes, {'delays' if delayed else 'no delays'}", "edges", "us per step", SPARSE, tuple(costs))


def memory() -> Series:
    """Largest memory (MB) of a new process that runs an ensemble of so many model-seconds and keeps its statistics."""
    used = []
    for seconds in LENGTHS:
        said = subprocess.run([sys.executable, "-c", MEMORY, str(seconds)], check=True, capture_output=True, text=True)
        used.append(float(said.stdout))
    return Series("memory", "model-seconds of each set", "MB", LENGTHS, tuple(used))


def rows(series: list[Series]) -> list[Row]:
    """The goals that the series are held to, from these same series."""
    by_name = {each.name: each for each in series}
    flat = largest_rise(by_name["nodes"].costs)
    found = [Row("Growth", "Cost per node and step, 1 to 10,000 uncoupled nodes", "largest rise", flat, goal=1.25)]
    for name in ("all to all, no delays", "all to all, delays"):
        power = exponent(by_name[name].sizes, by_name[name].costs)
        words = f"Cost per step, {by_name[name].sizes[0]:,} to {by_name[name].sizes[-1]:,} edges, {name}"
        found.append(Row("Growth", words, "power of the number of edges", power, goal=1.05))
    rise = largest_rise(by_name["memory"].costs)
    words = f"Memory of {SETS} sets with statistics, {LENGTHS[0]:g} to {LENGTHS[-1]:g} model-seconds"
    return [*found, Row("Growth", words, "largest rise", rise, goal=1.05)]


def all_series() -> list[Series]:
    """Every measurement of growth."""
    return [nodes(), *(f(delayed) for f in (all_to_all, sparse) for delayed in (False, True)), memory()]


def _of_network(weights: Any, delayed: bool, n: int, edges: int) -> float:
    delays = None
    if delayed:
        # 1 to 20 ms: further back than a step, as between regions of a brain.
        delays = weights.copy()
        if isinstance(weights, np.ndarray):
            delays = np.where(weights > 0, np.random.default_rng(1).uniform(1e-3, 20e-3, weights.shape), 0.0)
        else:
            delays.data = np.random.default_rng(1).uniform(1e-3, 20e-3, edges)
    net = rc.network(rc.stuart_landau, weights, delays=delays, gain=0.1, coupling="diffusive", into="u_re")
    given = {"p": {"alpha": -0.5, "omega": 62.8}, "method": "heun"}
    steps = max(2_000_000 // (edges + 10 * n), 50)
    return _per_step(lambda steps: lambda: rc.simulate(net, steps * DT, DT, every=steps, **given), steps)


def _per_step(work: Callable[[int], Callable[[], object]], steps: int) -> float:
    """Seconds for each step, from two runs of different length: what a call costs in itself is left out."""
    short, long = side_by_side(work(steps), work(3 * steps), budget=1.0)
    return (long - short) / (2 * steps)
