"""Explicit Runge-Kutta integration of any model: Euler, Heun and RK4 from their tableaux, with drive and noise.

Additive white noise enters as a forcing that is constant over each step. With Euler's tableau that is the
Euler-Maruyama method, with Heun's the stochastic Heun method; both have strong order 1 for additive noise, and so has
RK4, which keeps its order 4 as the noise goes to zero. Kloeden & Platen 1992, doi:10.1007/978-3-662-12616-5.
"""

import math
from functools import cache
from typing import Any, NamedTuple

from rosetta_core._jit import inner, kernel
from rosetta_core._tuples import axpy, load, scaled_product, store, total
from rosetta_core.drive import ROW, inputs
from rosetta_core.noise import normals


class Tableau(NamedTuple):
    """A Runge-Kutta method: stages a, weights b, nodes c, order, and how far its stability reaches on the real axis."""

    name: str
    a: tuple[tuple[float, ...], ...]
    b: tuple[float, ...]
    c: tuple[float, ...]
    order: int
    reach: float


TABLEAUX = {
    "euler": Tableau("euler", ((),), (1.0,), (0.0,), 1, 2.0),
    "heun": Tableau("heun", ((), (1.0,)), (1 / 2, 1 / 2), (0.0, 1.0), 2, 2.0),
    "rk4": Tableau(
        "rk4",
        ((), (1 / 2,), (0.0, 1 / 2), (0.0, 0.0, 1.0)),
        (1 / 6, 1 / 3, 1 / 3, 1 / 6),
        (0.0, 1 / 2, 1 / 2, 1.0),
        4,
        2.785293563405282,
    ),
}


def _combination(weights: tuple[float, ...]) -> Any:
    """Kernel (x, h, ks) -> x + h * sum of weights[i] * ks[i], leaving out the weights that are zero."""

    @inner
    def same(x, h, ks):
        return x

    combined = same
    for index, weight in enumerate(weights):
        if weight != 0.0:
            combined = _with_term(combined, index, weight)
    return combined


def _with_term(previous: Any, index: int, weight: float) -> Any:
    @inner
    def one_more(x, h, ks):
        return axpy(previous(x, h, ks), h * weight, ks[index])

    return one_more


def _with_stage(previous: Any, slope: Any, row: tuple[float, ...], node: float) -> Any:
    reached = _combination(row)

    @inner
    def one_more(t, x, h, p, u, waves, samples, w):
        ks = previous(t, x, h, p, u, waves, samples, w)
        return ks + (slope(t + node * h, reached(x, h, ks), p, u, waves, samples, w),)

    return one_more


@cache
def runge_kutta(rhs: Any, n_inputs: int, tableau: Tableau, driven: bool, noisy: bool) -> Any:
    """Kernel (t, x, h, p, u, waves, samples, w) -> x at t + h, one step of the method for this right-hand side.

    u are constant inputs (tuple), waves the rows of the drives on top of them (tuple, read only if `driven`), w the
    constant forcing that stands for the noise (tuple, read only if `noisy`).
    """
    inputs_at = inputs(n_inputs)

    @inner
    def slope(t, x, p, u, waves, samples, w):
        now = inputs_at(t, u, waves, samples) if driven else u
        k = rhs(t, x, p, now)
        return axpy(k, 1.0, w) if noisy else k

    @inner
    def first(t, x, h, p, u, waves, samples, w):
        return (slope(t, x, p, u, waves, samples, w),)

    stages = first
    for row, node in zip(tableau.a[1:], tableau.c[1:], strict=True):
        stages = _with_stage(stages, slope, row, node)
    arrived = _combination(tableau.b)

    @kernel
    def step(t, x, h, p, u, waves, samples, w):
        return arrived(x, h, stages(t, x, h, p, u, waves, samples, w))

    return step


@cache
def integrator(rhs: Any, sizes: tuple[int, int, int], tableau: Tableau, driven: bool, noisy: bool) -> Any:
    """Kernel that runs many uncoupled nodes; `sizes` counts states, parameters and inputs.

    run(X, P, U, waves, samples, sigma, t0, dt, first, steps, every, seed, out) -> (steps done, node).
    X (n_state, nodes) is read and left at the end state, P (n_params, nodes), U (n_inputs, nodes), waves
    (4 n_inputs, 1), sigma (n_state, 1); out (steps // every, n_state, nodes) receives the states after every `every`
    steps. The run starts at t0 + first * dt. Fewer steps than asked: the state of that node stopped being finite.
    """
    n_state, n_params, n_inputs = sizes
    step = runge_kutta(rhs, n_inputs, tableau, driven, noisy)
    draw = normals(n_state)
    n_waves = ROW * n_inputs

    @kernel
    def run(X, P, U, waves, samples, sigma, t0, dt, first, steps, every, seed, out):
        spread = 1.0 / math.sqrt(dt)
        rows = load(waves, 0, n_waves)
        for node in range(X.shape[1]):
            x = load(X, node, n_state)
            p = load(P, node, n_params)
            u = load(U, node, n_inputs)
            s = load(sigma, 0, n_state)
            w = s
            wait, sample = every, 0
            for i in range(steps):
                if noisy:
                    w = scaled_product(s, draw(seed, node, first + i), spread)
                x = step(t0 + (first + i) * dt, x, dt, p, u, rows, samples, w)
                if not math.isfinite(total(x)):
                    return i, node
                wait -= 1
                if wait == 0:
                    store(out[sample], node, x)
                    wait, sample = every, sample + 1
            store(X, node, x)
        return steps, 0

    return run
