"""How fast it is, as ratios measured side by side in one run: `make bench`. Prints one table; tests nothing."""

import ctypes
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp

import rosetta_core as rc

DT, STEPS = 1e-3, 1_000_000
P = np.array([0.5, 2 * np.pi, 1.0, 0.3])


def seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Processor time of the fastest of several calls, after one to warm up."""
    work()
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def by_hand_in_c() -> Callable[[], np.ndarray] | None:
    """The yardstick, or None on a machine without gcc."""
    if shutil.which("gcc") is None:
        return None
    library = Path(tempfile.mkdtemp()) / "yardstick.so"
    source = Path(__file__).with_name("stuart_landau.c")
    flags = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, "-o", library, source], check=True)
    run = ctypes.CDLL(str(library)).run
    pointer = np.ctypeslib.ndpointer(dtype=float, flags="C_CONTIGUOUS")
    run.argtypes = [pointer, pointer, ctypes.c_double, ctypes.c_long, ctypes.c_long, pointer]

    def call() -> np.ndarray:
        x, out = np.array([0.1, 0.0]), np.empty((STEPS // 1000, 2))
        run(x, P, DT, STEPS, 1000, out)
        return x

    return call


def in_python(steps: int) -> np.ndarray:
    """RK4 in a plain Python loop on numpy arrays, as a notebook would have it."""

    def slope(z: complex) -> complex:
        return (P[0] + 1j * P[1]) * z - (P[2] + 1j * P[3]) * abs(z) ** 2 * z

    z = 0.1 + 0j
    for _ in range(steps):
        a = slope(z)
        b = slope(z + DT / 2 * a)
        c = slope(z + DT / 2 * b)
        d = slope(z + DT * c)
        z += DT / 6 * (a + 2 * b + 2 * c + d)
    return np.array([z.real, z.imag])


def new_process(code: str) -> float:
    """Wall time of a new interpreter that runs the code, least of three."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    def ours(**options) -> rc.Trajectory:
        return rc.simulate(rc.stuart_landau, STEPS * DT, DT, p=P, every=1000, **options)

    base = seconds(ours)
    rows = [("simulate, RK4, one node", base)]
    hand = by_hand_in_c()
    if hand is not None:
        # Same method, same steps: the two may differ by rounding over a million steps, no more.
        assert np.allclose(hand(), ours().x[-1], atol=1e-9)
        rows.append(("the same by hand in C, gcc -O3 -march=native -ffast-math", seconds(hand)))
    rows.append(("with noise", seconds(lambda: ours(sigma=0.1))))
    rows.append(("with a sinusoidal drive", seconds(lambda: ours(u={"u_re": rc.sinusoid(0.1, 1.0)}))))
    assert np.allclose(in_python(1000), rc.simulate(rc.stuart_landau, 1.0, DT, p=P).x[-1], atol=1e-12)
    rows.append(("the same in a Python loop", seconds(lambda: in_python(STEPS // 100), 2) * 100))

    def adaptive() -> object:
        return solve_ivp(
            lambda t, x: rc.stuart_landau.rhs(t, tuple(x), tuple(P), (0.0, 0.0)),
            (0, STEPS * DT / 100), [0.1, 0.0], method="DOP853", rtol=1e-9, atol=1e-12,
        )  # fmt: skip

    rows.append(("scipy DOP853 on the same kernel, rtol 1e-9", seconds(adaptive, 2) * 100))
    print(f"Stuart-Landau, {STEPS * DT:.0f} s of model time at dt = {DT * 1e3:g} ms\n")
    for label, value in rows:
        print(f"{label:60s} {value / STEPS * 1e9:10.1f} ns/step {value / base:10.2f} x")
    bare, imported = new_process("import numba, scipy, yaml"), new_process("import rosetta_core")
    first = new_process("import rosetta_core as rc; rc.simulate(rc.stuart_landau, 1.0, 1e-3)")
    print(f"\nnew process: numba, scipy {bare:.2f} s, import {imported:.2f} s, first result {first:.2f} s")


if __name__ == "__main__":
    main()
