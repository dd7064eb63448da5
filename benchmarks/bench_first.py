"""The first result in a new process, with the compiled code of an earlier one on disk."""

import subprocess
import sys
import time

from yardstick import Row

IMPORT = "import rosetta_core as rc"
FIRST = {
    "Jansen-Rit, one node, one second": "rc.simulate(rc.jansen_rit, 1.0, 1e-4)",
    "noisy Jansen-Rit, one node, one second": "rc.simulate(rc.jansen_rit, 1.0, 1e-4, method='heun', sigma={'p': 2.0})",
    "10,000 QIF neurons, one membrane time constant": "rc.QIFNetwork().run(1.0, 1e-3, drive=3.0, start=-2.0)",
    "64 parameter sets of Jansen-Rit, one second": (
        "rc.ensemble(rc.jansen_rit, 1.0, 1e-4, u={'p': [100.0 + 3 * k for k in range(64)]}, reduce='mean', settle=0.5)"
    ),
    "80 Stuart-Landau nodes with delays, a tenth of a second": (
        "import numpy as np\nW = np.ones((80, 80)) - np.eye(80)\n"
        "rc.simulate(rc.network(rc.stuart_landau, W, delays=0.01 * W, gain=0.01), 0.1, 1e-4, method='heun')"
    ),
}


def until_ready(code: str, repeats: int = 7) -> float:
    """Seconds from the start of a new interpreter to the result of the code, least of several after one to warm up."""
    best = float("inf")
    for attempt in range(repeats + 1):
        start = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-c", f"{code}\nprint('ready', flush=True)"], stdout=subprocess.PIPE, text=True
        ) as process:
            said = process.stdout.readline() if process.stdout else ""
            taken = time.perf_counter() - start
        if said != "ready\n" or process.returncode:
            raise RuntimeError(f"the new process failed: {code}")
        if attempt:
            best = min(best, taken)
    return best


def rows() -> list[Row]:
    """One row with the goal; the others, and the imports alone, for orientation."""
    group, unit = "Start", "s of wall time"
    found = []
    for label, code in FIRST.items():
        goal = 1.0 if not found else None
        found.append(
            Row(group, f"First result in a new process: {label}", unit, until_ready(f"{IMPORT}\n{code}"), goal=goal)
        )
    for label, code in (
        ("The import of the package alone", IMPORT),
        ("The import of numba and numpy alone", "import numba"),
    ):
        found.append(Row(group, label, unit, until_ready(code)))
    return found
