"""How fast it is, measured beside C in one run: `make bench`. Prints a table and writes results.json beside itself."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import bench_first
import bench_growth
import bench_many
import bench_network
import bench_single
import bench_spiking
from yardstick import FLAGS, Row, compiler_version, table

import rosetta_core

RESULTS = Path(__file__).with_name("results.json")
PACKAGES = ("numpy", "scipy", "numba", "llvmlite")


def processor() -> str:
    """Name of the processor, as far as the system says."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def circumstances() -> dict[str, Any]:
    """The machine, the versions, the date, and how busy the machine was with other work."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": platform.system(),
        "compiler": compiler_version(),
        "flags": " ".join(FLAGS),
        "python": platform.python_version(),
        "rosetta_core": rosetta_core.__version__,
        **{name: version(name) for name in PACKAGES},
    }


def measured() -> tuple[list[Row], list[bench_growth.Series]]:
    """All rows and all series; each group is printed when it is ready."""
    found: list[Row] = []

    def add(rows: list[Row]) -> None:
        print(table(rows), flush=True)
        found.extend(rows)

    for bench in (bench_single, bench_network, bench_many, bench_spiking, bench_first):
        add(bench.rows())
    series = bench_growth.all_series()
    add(bench_growth.rows(series))
    return found, series


def main() -> None:
    """Measure, print, write."""
    before = circumstances()
    rows, series = measured()
    results = before | {"rows": [row.record for row in rows], "growth": [each.record for each in series]}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    for each in series:
        numbers = "  ".join(f"{size:,g}: {cost:.3g}" for size, cost in zip(each.sizes, each.costs, strict=True))
        print(f"\n{each.name}, {each.cost} against {each.size}\n  {numbers}")
    missed = [row.workload for row in rows if row.met is False]
    print(
        f"\n{sum(row.met is True for row in rows)} goals met, {len(missed)} missed"
        + "".join(f"\n  {m}" for m in missed)
    )


if __name__ == "__main__":
    main()
