"""Lyapunov exponents: how fast neighbouring states part, direction by direction."""

import math
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from rosetta_core._jit import kernel
from rosetta_core._tuples import load_complex, store_complex
from rosetta_core.analysis.problem import Problem, flat_state, problem
from rosetta_core.analysis.settling import ranges
from rosetta_core.derivatives import TINY
from rosetta_core.model import Model
from rosetta_core.simulation import simulate

BLOCKS = 20  # of a run, for the errors
APART = 1e-6  # of a state's range, between neighbouring runs of a network


class Lyapunov(NamedTuple):
    """exponents (n,) in 1/s, largest first; errors (n,): standard errors of the means over 20 blocks of the run.

    t (20,) in s and running (20, n): the exponents as they were after each block. dimension: Kaplan and Yorke's, nan
    when too few exponents were asked for.
    """

    exponents: np.ndarray
    errors: np.ndarray
    t: np.ndarray
    running: np.ndarray
    dimension: float

    def __repr__(self) -> str:
        exponents = np.array2string(self.exponents, threshold=8, precision=4, max_line_width=200)
        return f"Lyapunov({exponents} 1/s, dimension {self.dimension:.4g}, {self.t[-1]:.4g} s)"


def lyapunov_exponents(
    model: Any, t1: float, dt: float, *, n: int | None = None, p: Any = None, u: Any = None, x0: Any = None,
    settle: float | None = None, every: int = 10,
) -> Lyapunov:  # fmt: skip
    """The n largest exponents (all if left out) of a model, or of a network without delays, over t1 seconds.

    p, u (constant) and x0 as in `simulate`; `settle` seconds go by first, t1/5 if left
    out, in which the tangent vectors turn into their directions. RK4 with step dt; tangent
    vectors are made orthonormal (QR) after each `every` steps. In a model they follow the variational equation exactly,
    by a complex step through the integrator; in a network they are central differences of runs 1e-6 of a range apart,
    good to about 1e-9 per interval. What is left is the error of RK4 and that of a finite run, given as `errors` (on a
    cycle, whose blocks repeat, the true error is smaller and falls as 1/t1). FloatingPointError if the run blows up.
    """
    for name, number in (("t1", t1), ("dt", dt)):
        if not (math.isfinite(number) and number > 0):
            raise ValueError(f"{name} must be positive and finite, in s; got {number}")
    asked = problem(model, (*model.params, *model.inputs)[0].name, p, u)
    n = asked.n if n is None else n
    if not 1 <= n <= asked.n:
        raise ValueError(f"n must be between 1 and the {asked.n} states of {model.name}, got {n}")
    intervals = int(t1 / (dt * every) / BLOCKS * (1 + 1e-9)) * BLOCKS
    if intervals < 1:
        raise ValueError(f"t1 = {t1:g} s wants at least {BLOCKS} times every * dt = {every * dt:g} s")
    early = int((t1 / 5 if settle is None else settle) / (dt * every))
    x, Q = flat_state(model, x0), np.linalg.qr(np.random.default_rng(0).standard_normal((asked.n, n)))[0]
    follow = _model_logs if isinstance(model, Model) else _network_logs
    logs = follow(asked, x, Q, dt, early + intervals, every)[early:]
    if not np.isfinite(logs).all():
        raise FloatingPointError(f"{model.name}: a state stopped being finite with dt = {dt:g} s; try dt / 4")
    blocks = logs.reshape(BLOCKS, -1, n).mean(axis=1) / (every * dt)
    running = np.cumsum(blocks, axis=0) / np.arange(1, BLOCKS + 1)[:, None]
    order = np.argsort(-running[-1], kind="stable")
    errors = blocks.std(axis=0, ddof=1) / np.sqrt(BLOCKS)
    t = np.arange(1, BLOCKS + 1) * (intervals // BLOCKS * every * dt)
    return Lyapunov(running[-1][order], errors[order], t, running[:, order], _dimension(running[-1][order], asked.n))


def _dimension(exponents: np.ndarray, n: int) -> float:
    """Kaplan and Yorke's dimension: how many exponents add up to zero, the last one in part."""
    sums = np.cumsum(exponents)
    whole = int(np.searchsorted(-sums, 0, side="right"))
    if whole == len(exponents):
        return float(n) if whole == n else math.nan
    return whole + (sums[whole - 1] / -exponents[whole] if whole else 0.0)


def _after(asked: Problem, columns: np.ndarray, t1: float, dt: float) -> np.ndarray:
    """States (n, m) after t1 seconds; ValueError and FloatingPointError as of `simulate`."""
    steps = max(int(t1 / dt * (1 + 1e-9)), 1)
    if isinstance(asked.model, Model):
        return simulate(asked.model, steps * dt * (1 + 1e-12), dt, p=asked.p, u=asked.u, x0=columns, every=steps).x[-1]
    found = np.empty_like(columns)
    for k, column in enumerate(columns.T):
        x0 = column.reshape(-1, asked.n_nodes)
        run = simulate(asked.model, steps * dt * (1 + 1e-12), dt, p=asked.p, u=asked.u, x0=x0, every=steps)
        found[:, k] = run.x[-1].ravel()
    return found


def _model_logs(asked: Problem, x: np.ndarray, Q: np.ndarray, dt: float, intervals: int, every: int) -> np.ndarray:
    """Logarithms (intervals, n) of the growth of each direction."""
    logs = np.empty((intervals, Q.shape[1]))
    run = variations(asked.model.rhs, asked.n, len(asked.p), len(asked.u))
    p, u = (a[:, None].astype(complex) for a in (asked.p, asked.u))
    run(x.copy(), np.ascontiguousarray(Q), p, u, dt, every, logs)
    return logs


def _network_logs(asked: Problem, x: np.ndarray, Q: np.ndarray, dt: float, intervals: int, every: int) -> np.ndarray:
    logs, small = np.empty((intervals, Q.shape[1])), APART * ranges(asked)[:, None]
    for k in range(intervals):
        around = np.column_stack([x[:, None], x[:, None] + small * Q, x[:, None] - small * Q])
        found = _after(asked, around, every * dt, dt)
        ahead, behind = np.split(found[:, 1:], 2, axis=1)
        Q, R = np.linalg.qr((ahead - behind) / (2 * small))
        x, logs[k] = found[:, 0], np.log(np.abs(np.diag(R)))
    return logs


@cache
def variations(rhs: Any, n: int, n_params: int, n_inputs: int) -> Callable[..., None]:
    """Kernel (x, Q, p, u, dt, every, logs): RK4 on states with tiny imaginary parts, which are the tangent vectors.

    x (n,), Q (n, m) orthonormal, p (n_params, 1) and u (n_inputs, 1) complex; logs (intervals, m) is filled.
    """

    @kernel
    def slope(x, p, u, out):
        store_complex(out, 0, 0, rhs(0.0, load_complex(x, 0, 0, n), load_complex(p, 0, 0, n_params),
                                     load_complex(u, 0, 0, n_inputs)))  # fmt: skip

    @kernel
    def run(x, Q, p, u, dt, every, logs):
        z, y, total = np.empty((n, 1), np.complex128), np.empty((n, 1), np.complex128), np.empty((n, 1), np.complex128)
        out = np.empty((n, 1), np.complex128)
        for interval in range(logs.shape[0]):
            for k in range(Q.shape[1]):
                z[:, 0] = x + 1j * TINY * Q[:, k]
                for _ in range(every):
                    slope(z, p, u, out)
                    total[:] = out
                    y[:] = z + 0.5 * dt * out
                    slope(y, p, u, out)
                    total += 2.0 * out
                    y[:] = z + 0.5 * dt * out
                    slope(y, p, u, out)
                    total += 2.0 * out
                    y[:] = z + dt * out
                    slope(y, p, u, out)
                    z += dt / 6.0 * (total + out)
                Q[:, k] = z[:, 0].imag / TINY
            x[:] = z[:, 0].real
            for k in range(Q.shape[1]):
                for j in range(k):
                    Q[:, k] -= np.sum(Q[:, j] * Q[:, k]) * Q[:, j]
                size = np.sqrt(np.sum(Q[:, k] * Q[:, k]))
                Q[:, k] /= size
                logs[interval, k] = np.log(size)

    return run
