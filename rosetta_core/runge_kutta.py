"""Explicit Runge-Kutta integration of any model: Euler, Heun and RK4 from their tableaux, with drive and noise.

Noise enters as a forcing that is constant over each step. With white noise Euler's tableau then is the Euler-Maruyama
method, Heun's the stochastic Heun method; both have strong order 1 for additive noise, and so has RK4, which keeps its
order 4 as the noise goes to zero. Kloeden & Platen 1992, doi:10.1007/978-3-662-12616-5.
"""

from functools import cache
from typing import Any, NamedTuple

from rosetta_core._jit import inlined, inner, kernel
from rosetta_core._tuples import (
    adder,
    align_stack,
    axpy,
    finite,
    load,
    load_many,
    load_one,
    plus,
    store,
    store_many,
    store_one,
)
from rosetta_core.drive import drives
from rosetta_core.lanes import WIDTH
from rosetta_core.noise import forcing

CHUNK = 64
"""Steps whose drive and noise are computed ahead; one at a time on the page, where small code matters more."""


class Tableau(NamedTuple):
    """A Runge-Kutta method: stages a, weights b, nodes c, order, and how far its stability reaches on the real axis."""

    name: str
    a: tuple[tuple[float, ...], ...]
    b: tuple[float, ...]
    c: tuple[float, ...]
    order: int
    reach: float

    @property
    def moments(self) -> tuple[float, ...]:
        """The different nodes: where inside a step the right-hand side is evaluated."""
        return tuple(sorted(set(self.c)))


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


class Layout(NamedTuple):
    """What a compiled integrator is made for, beside its model and tableau.

    flavour: "float" for the page, "one" node, "many" nodes. driven: "" (no drive), "shared" by all nodes, "each" node
    its own. targets: what gets noise, as indices into states followed by inputs.
    """

    n_state: int
    n_params: int
    n_inputs: int
    flavour: str = "one"
    driven: str = ""
    targets: tuple[int, ...] = ()


LOAD = {"float": load, "one": load_one, "many": load_many}
STORE = {"float": store, "one": store_one, "many": store_many}


def _combination(weights: tuple[float, ...]) -> Any:
    """Kernel (x, h, ks) -> x + h * sum of weights[i] * ks[i]; stages of one weight are added first."""

    @inner
    def same(x, h, ks):
        return x

    combined = same
    for weight in dict.fromkeys(w for w in weights if w != 0.0):
        combined = _with_term(combined, weight, [i for i, w in enumerate(weights) if w == weight])
    return combined


def _with_term(previous: Any, weight: float, stages: list[int]) -> Any:
    first, *others = stages

    @inner
    def sum_of(ks):
        return ks[first]

    for index in others:
        sum_of = _with_one_more(sum_of, index)

    @inner
    def one_more(x, h, ks):
        return axpy(previous(x, h, ks), h * weight, sum_of(ks))

    return one_more


def _with_one_more(previous: Any, index: int) -> Any:
    @inner
    def both(ks):
        return plus(previous(ks), ks[index])

    return both


def noisy_parts(layout: Layout) -> tuple[Any, Any]:
    """Kernels (inputs, forcing) and (slopes, forcing) that add to each its part of the noise."""
    n, targets = layout.n_state, layout.targets
    states = tuple(m for m, target in enumerate(targets) if target < n)
    inputs = tuple(m for m, target in enumerate(targets) if target >= n)
    return (
        _adding(layout.n_inputs, tuple(targets[m] - n for m in inputs), inputs),
        _adding(n, tuple(targets[m] for m in states), states),
    )


def _adding(size: int, where: tuple[int, ...], which: tuple[int, ...]) -> Any:
    @inner
    def unchanged(values, extra):
        return values

    added = unchanged
    for index, number in zip(where, which, strict=True):
        added = _with_one_added(added, adder(size, (index,)), number)
    return added


def _with_one_added(previous: Any, add: Any, number: int) -> Any:
    @inner
    def one_more(values, extra):
        return add(previous(values, extra), (extra[number],))

    return one_more


@cache
def runge_kutta(rhs: Any, tableau: Tableau, layout: Layout) -> Any:
    """Kernel (t, x, h, p, u, D, row, stride, f) -> x at t + h, one step of the method for this right-hand side.

    u are the constant inputs, D[row + moment * stride] the drives on top of them at the moments of the step, f the
    noise of the step on the targets of the layout.
    """
    moments, n_inputs, driven = tableau.moments, layout.n_inputs, bool(layout.driven)
    noisy = bool(layout.targets)
    if layout.flavour != "float":  # a page counts bytes, not nanoseconds
        rhs = inlined(rhs)
    read = LOAD["one" if layout.driven == "shared" and layout.flavour == "many" else layout.flavour]
    onto_inputs, onto_slopes = noisy_parts(layout)
    on_top = adder(n_inputs, tuple(range(n_inputs)))

    def stage(number: int) -> Any:
        moment, node = moments.index(tableau.c[number]), tableau.c[number]
        reached = _combination(tableau.a[number])

        @inner
        def slope(t, x, h, p, u, D, row, stride, f, ks):
            now = on_top(u, read(D, row + moment * stride, 0, n_inputs)) if driven else u
            k = rhs(t + node * h, reached(x, h, ks), p, onto_inputs(now, f) if noisy else now)
            return onto_slopes(k, f) if noisy else k

        return slope

    def with_stage(previous: Any, number: int) -> Any:
        slope = stage(number)

        @inner
        def one_more(t, x, h, p, u, D, row, stride, f):
            ks = previous(t, x, h, p, u, D, row, stride, f)
            return ks + (slope(t, x, h, p, u, D, row, stride, f, ks),)

        return one_more

    @inner
    def none(t, x, h, p, u, D, row, stride, f):
        return ()

    stages = none
    for number in range(len(tableau.b)):
        stages = with_stage(stages, number)
    arrived = _combination(tableau.b)

    @inner
    def step(t, x, h, p, u, D, row, stride, f):
        return arrived(x, h, stages(t, x, h, p, u, D, row, stride, f))

    return step


@inner
def identity(x, p):
    return x


@cache
def _advance(rhs: Any, tableau: Tableau, layout: Layout, observe: Any, n_observed: int) -> Any:
    """Kernel that runs the nodes of one group through up to CHUNK steps; returns how many were taken."""
    n_state, n_params, n_inputs, flavour, _, targets = layout
    step = runge_kutta(rhs, tableau, layout)
    read, write, n_targets, noisy = LOAD[flavour], STORE[flavour], len(targets), bool(targets)
    at_once = flavour == "many"

    @kernel
    def advance(X, P, U, D, F, node, t0, dt, first, steps, done, every, out):
        if at_once:
            align_stack()
        x, p, u = read(X, 0, node, n_state), read(P, 0, node, n_params), read(U, 0, node, n_inputs)
        f = read(X, 0, node, 0)
        wait, row = every - done % every, done // every * n_observed
        for i in range(steps):
            if noisy:
                f = read(F, i * n_targets, 0, n_targets)
            x = step(t0 + (first + i) * dt, x, dt, p, u, D, i * n_inputs, steps * n_inputs, f)
            if not at_once and not finite(x):
                return i
            wait -= 1
            if wait == 0:
                write(out, row, node, observe(x, p))
                wait, row = every, row + n_observed
        if at_once and not finite(x):
            return 0
        write(X, 0, node, x)
        return steps

    return advance


@cache
def integrator(rhs: Any, tableau: Tableau, layout: Layout, observe: Any = identity, n_observed: int = 0) -> Any:
    """Kernel that runs uncoupled nodes: run(X, P, U, ..., out) -> (steps done, node).

    X (n_state, nodes) is read and left at the end state, P (n_params, nodes), U (n_inputs, nodes). waves (ROW n_inputs,
    nodes or 1) and samples are the drives (`rosetta_core.drive`), noise, keys, eta, seeds and streams the noise
    (`rosetta_core.noise.forcing`), D, F and line room for CHUNK steps of both. The run starts at t0 + first * dt; out
    (steps // every * n_observed, nodes) receives observe(x, p) after every `every` steps.
    In the flavour "many" the number of nodes is a multiple of lanes.WIDTH. Fewer steps than asked: the state of a node
    stopped being finite; which one is known to the node, in the flavour "many" to a group and a chunk.
    """
    n_inputs, flavour, driven, targets = layout[2:]
    advance = _advance(rhs, tableau, layout, observe, n_observed or layout.n_state)
    width = WIDTH if flavour == "many" else 1
    fill_drives = drives(n_inputs, tableau.moments)
    fill_noise = forcing(len(targets), flavour != "float")
    shared, each, noisy = driven == "shared", driven == "each", bool(targets)
    chunk = 1 if flavour == "float" else CHUNK

    @kernel
    def run(X, P, U, waves, samples, noise, keys, eta, seeds, streams, t0, dt, first, steps, every, D, F, line, out):
        for done in range(0, steps, chunk):
            count, now = 1 if chunk == 1 else min(chunk, steps - done), first + done
            if shared:
                fill_drives(waves, 0, 1, samples, t0, dt, now, count, D)
            for node in range(0, X.shape[1], width):
                if each:
                    fill_drives(waves, node, width, samples, t0, dt, now, count, D)
                if noisy:
                    fill_noise(noise, keys, eta, seeds, streams, node, width, now, count, line, F)
                taken = advance(X, P, U, D, F, node, t0, dt, now, count, done, every, out)
                if taken < count:
                    return done + taken, node
        return steps, 0

    return run
