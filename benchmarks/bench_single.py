"""One node: Jansen-Rit without and with noise beside C; Stuart-Landau beside C, a Python loop and scipy."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp
from yardstick import ARRAY, NUMBER, WHOLE, Row, function, same_numbers, same_statistics, side_by_side

import rosetta_core as rc

DT, EVERY, LENGTH = 1e-4, 100, 100.0
JANSEN_RIT = {"A": 3.25, "B": 22.0, "a": 100.0, "b": 50.0, "C": 135.0, "e0": 2.5, "v0": 6.0, "r": 0.56}
INPUT = 220.0
VALUES = np.array([*JANSEN_RIT.values(), INPUT])
START = np.array([0.13, 23.9, 16.2, 0.0, 0.0, 0.0])
METHODS = {"euler": (0, "Euler-Maruyama"), "heun": (1, "Heun"), "rk4": (2, "RK4")}
SIGMA = 2.0  # strength of the noise on the input p, 1/s times the square root of a second
GROUP, COST = "One node", "ms per model-second"
IN_A_VECTOR = ("-DSIGMOIDS=4",)
Work = Callable[[], np.ndarray]


def rows() -> list[Row]:
    """Every row of this group; the two sides are compared before they are timed."""
    return [row for method in ("heun", "rk4") for row in _quiet(method)] + [
        row for method in ("euler", "heun") for row in _noisy(method)
    ] + _stuart_landau()  # fmt: skip


def by_hand(length: float, method: str, flags: tuple[str, ...] = ()) -> Work:
    """Six states after each hundredth step, by C."""
    run = function("jansen_rit", ARRAY, ARRAY, NUMBER, WHOLE, WHOLE, WHOLE, ARRAY, flags=flags)
    steps = round(length / DT)

    def call() -> np.ndarray:
        out = np.empty((steps // EVERY, 6))
        run(START.copy(), VALUES, DT, steps, EVERY, METHODS[method][0], out)
        return out

    return call


def noisy_by_hand(length: float, method: str, seed: int, way: str = "run_noisy") -> Work:
    """The same with noise on the input."""
    run = function("jansen_rit", ARRAY, ARRAY, NUMBER, NUMBER, WHOLE, WHOLE, WHOLE, WHOLE, ARRAY, of=way)
    steps = round(length / DT)

    def call() -> np.ndarray:
        out = np.empty((steps // EVERY, 6))
        run(START.copy(), VALUES, SIGMA, DT, steps, EVERY, METHODS[method][0], seed, out)
        return out

    return call


def ours(length: float, method: str, **options: Any) -> Work:
    """The same by `simulate`."""
    given = {"p": JANSEN_RIT, "u": {"p": INPUT}, "x0": START, "method": method, "every": EVERY} | options
    return lambda: rc.simulate(rc.jansen_rit, length, DT, **given).x[1:]


def agree(length: float, method: str, flags: tuple[str, ...] = ()) -> str:
    """Compare the two sides, number by number."""
    # Rounding of 1e-16 of 40 mV a step adds up along the phase of a stable cycle: over 1e6 steps 4e-9, and the slopes
    # are a hundred times larger than the potentials.
    return same_numbers(f"Jansen-Rit, {method}", ours(length, method)(), by_hand(length, method, flags)(), within=1e-6)


def agree_with_noise(length: float, method: str) -> str:
    """Compare mean and variance of the output, after a second; a cycle lasts 0.1 s."""
    output = np.array([[0.0, 1.0, -1.0, 0.0, 0.0, 0.0]]).T
    records = (ours(length, method, sigma={"p": SIGMA}, seed=1)(), noisy_by_hand(length, method, 2)())
    return same_statistics(f"noisy Jansen-Rit, {method}", *(record[100:] @ output for record in records))


def _quiet(method: str) -> list[Row]:
    words = f"Jansen-Rit, one node, {METHODS[method][1]}, dt 0.1 ms"
    check, other = agree(LENGTH, method), agree(LENGTH, method, IN_A_VECTOR)
    mine, plain, wide = side_by_side(
        ours(LENGTH, method), by_hand(LENGTH, method), by_hand(LENGTH, method, IN_A_VECTOR)
    )  # fmt: skip
    scale = 1e3 / LENGTH
    return [
        Row(GROUP, words, COST, mine * scale, plain * scale, "C by hand", 1.0, check),
        Row(GROUP, words, COST, mine * scale, wide * scale, "C by hand, its sigmoids in one vector", None, other),
    ]


def _noisy(method: str) -> list[Row]:
    words = f"Jansen-Rit, one node, noise on the input, {METHODS[method][1]}, dt 0.1 ms"
    check = agree_with_noise(640.0, method)
    mine, plain, ahead = side_by_side(
        ours(LENGTH, method, sigma={"p": SIGMA}, seed=3),
        noisy_by_hand(LENGTH, method, 4),
        noisy_by_hand(LENGTH, method, 4, "run_noisy_ahead"),
    )
    scale = 1e3 / LENGTH
    return [
        Row(GROUP, words, COST, mine * scale, plain * scale, "C by hand", 1.3, check),
        Row(GROUP, words, COST, mine * scale, ahead * scale, "C by hand, noise drawn ahead in vectors", None, check),
    ]


SL_DT, SL_STEPS = 1e-3, 1_000_000
SL = np.array([0.5, 2 * np.pi, 1.0, 0.3])


def stuart_landau_by_hand() -> np.ndarray:
    """End state by C."""
    run = function("stuart_landau", ARRAY, ARRAY, NUMBER, WHOLE, WHOLE, ARRAY)
    x, kept = np.array([0.1, 0.0]), np.empty((SL_STEPS // 1000, 2))
    run(x, SL, SL_DT, SL_STEPS, 1000, kept)
    return x


def _stuart_landau() -> list[Row]:
    words, unit, step = "Stuart-Landau, one node, RK4, dt 1 ms", "ns per step", 1e9 / SL_STEPS

    def run(**options: Any) -> np.ndarray:
        return rc.simulate(rc.stuart_landau, SL_STEPS * SL_DT, SL_DT, p=SL, every=1000, **options).x[-1]

    # A million steps of rounding on the phase, 1e6 * 1e-16 * 2 pi.
    check = same_numbers("Stuart-Landau, rk4", run(), stuart_landau_by_hand(), within=1e-9)
    mine, hand, noisy, driven = (cost * step for cost in side_by_side(
        run, stuart_landau_by_hand, lambda: run(sigma=0.1), lambda: run(u={"u_re": rc.sinusoid(0.1, 1.0)})
    ))  # fmt: skip
    found = [
        Row(GROUP, words, unit, mine, hand, "C by hand", None, check),
        Row(GROUP, f"{words}, with noise", unit, noisy, mine, "the same without"),
        Row(GROUP, f"{words}, with a sinusoidal drive", unit, driven, mine, "the same without"),
    ]
    short = rc.simulate(rc.stuart_landau, 1.0, SL_DT, p=SL).x[-1]
    agrees = same_numbers("Python loop", in_python(1000), short, within=1e-12)
    for other, work, agreement in (
        ("a loop in plain Python", lambda: in_python(SL_STEPS // 100), agrees),
        ("scipy's DOP853 on the same kernel, rtol 1e-9", _adaptive, ""),
    ):
        (cost,) = side_by_side(work, budget=0.5)
        found.append(Row(GROUP, words, unit, mine, cost * 100 * step, other, None, agreement))
    return found


def in_python(steps: int) -> np.ndarray:
    """RK4 in a plain Python loop, as a notebook would have it."""

    def slope(z: complex) -> complex:
        return (SL[0] + 1j * SL[1]) * z - (SL[2] + 1j * SL[3]) * abs(z) ** 2 * z

    z = 0.1 + 0j
    for _ in range(steps):
        a = slope(z)
        b = slope(z + SL_DT / 2 * a)
        c = slope(z + SL_DT / 2 * b)
        d = slope(z + SL_DT * c)
        z += SL_DT / 6 * (a + 2 * b + 2 * c + d)
    return np.array([z.real, z.imag])


def _adaptive() -> object:
    """A hundredth of the run."""
    return solve_ivp(
        lambda t, x: rc.stuart_landau.rhs(t, tuple(x), tuple(SL), (0.0, 0.0)),
        (0, SL_STEPS * SL_DT / 100), [0.1, 0.0], method="DOP853", rtol=1e-9, atol=1e-12,
    )  # fmt: skip
