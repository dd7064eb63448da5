"""Runs of uncoupled nodes: check everything, integrate in blocks, return a `Trajectory` or say what went wrong."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from rosetta_core import arguments as given
from rosetta_core._jit import kernel, python_function
from rosetta_core._tuples import load_one, store_one
from rosetta_core.drive import ROW, wave
from rosetta_core.lanes import WIDTH
from rosetta_core.model import Model, unknown, values
from rosetta_core.noise import line_length
from rosetta_core.runge_kutta import CHUNK, Layout, Tableau, identity, integrator

# Between two blocks Python can answer Ctrl-C; a block of the slowest rung takes well under a second.
BLOCK = 1 << 20


@dataclass(frozen=True)
class Trajectory:
    """Samples of a run: t (n_samples,) in s, x (n_samples, n_state) or (n_samples, n_state, n_nodes), by name too.

    p are the parameters (n_params,) or (n_params, n_nodes) that the run had.
    """

    model: Any
    t: np.ndarray
    x: np.ndarray
    dt: float
    method: str
    p: np.ndarray = field(repr=False)
    seed: int = 0

    def __getitem__(self, name: str) -> np.ndarray:
        """Samples of one state by its name: (n_samples,) or (n_samples, n_nodes)."""
        names = [row.name for row in self.model.state]
        if name not in names:
            raise KeyError(unknown(self.model.name, "state", name, names))
        return self.x[:, names.index(name)]

    @property
    def output(self) -> np.ndarray:
        """What an electrode would record, or nearest to it, `model.signal`: (n_samples,) or (n_samples, n_nodes)."""
        n_samples, n_state = self.x.shape[:2]
        x = np.ascontiguousarray(self.x.reshape(n_samples, n_state, -1))
        p = np.ascontiguousarray(np.broadcast_to(self.p.reshape(len(self.p), -1), (len(self.p), x.shape[2])))
        out = np.empty((n_samples, x.shape[2]))
        _outputs(self.model.output, n_state, len(p))(x.reshape(-1, x.shape[2]), p, out)
        return out.reshape(n_samples, *self.x.shape[2:])


@cache
def _outputs(output: Any, n_state: int, n_params: int) -> Any:
    @kernel
    def outputs(x, p, out):
        for sample in range(out.shape[0]):
            for node in range(out.shape[1]):
                state = load_one(x, sample * n_state, node, n_state)
                store_one(out, sample, node, (output(state, load_one(p, 0, node, n_params)),))

    return outputs


class Problem(NamedTuple):
    """A run of uncoupled nodes, checked: arrays with one column for each node, and what the integrator is made for."""

    model: Any
    tableau: Tableau
    layout: Layout
    X: np.ndarray
    P: np.ndarray
    inputs: given.Inputs
    noise: given.Noise
    seeds: np.ndarray
    streams: np.ndarray
    nodes: int
    many: bool


def simulate_model(
    model: Model, t1: float, dt: float, *, p: Any, x0: Any, u: Any, method: str, every: int, sigma: Any, seed: int,
    fused: bool,
) -> Trajectory:  # fmt: skip
    """Run uncoupled nodes of a model; see `simulate`."""
    steps, every = given.steps_of(t1, dt, every)
    problem = prepare(model, dt, p, x0, u, method, sigma, given.whole("seed", seed, 0), fused=fused)
    X = problem.X
    out = given.room(steps // every + 1, X.shape, f"raise every = {every}, or shorten the run")
    out[0] = X
    block = max(BLOCK // (every * X.shape[1]), 1) * every
    for first, state in states(problem, dt, steps, block):
        kept = out[first // every + 1 : min(first + block, steps) // every + 1]
        advance(problem, state, dt, first, min(block, steps - first), every, kept)
    t = np.arange(out.shape[0]) * (every * dt)
    x, P = (
        (out[..., : problem.nodes], problem.P[:, : problem.nodes]) if problem.many else (out[..., 0], problem.P[:, 0])
    )
    return Trajectory(model, t, x, dt, method, P, seed)


def prepare(
    model: Model, dt: float, p: Any, x0: Any, u: Any, method: str, sigma: Any, seed: Any, fused: bool = True,
    in_groups: bool = False,
) -> Problem:  # fmt: skip
    """Check the arguments of a run and lay them out in columns; where every node has a seed, each is node 0 of its own.

    in_groups: one node, too, takes a whole group of lanes.
    """
    tableau = given.tableau(method)
    P = values(model.name, "parameter", model.params, p)
    X = values(model.name, "initial state", model.state, x0)
    inputs = given.inputs(model, u)
    noise = given.noise(model, sigma, dt)
    n, many = given.nodes(
        model, X, P, inputs.constants, drives=inputs.waves.shape[1], noise=noise.rows.shape[1], seeds=np.size(seed)
    )
    width = given.padded(n, in_groups) if fused else n
    X, P, U = (given.columns(a, n, width) for a in (X, P, inputs.constants))
    given.check_step(model, X[:, :n], P[:, :n], U[:, :n], dt, tableau)
    given.check_white(model, noise, X[:, 0], P[:, 0], U[:, 0])
    waves, rows, sd = (given.spread(each, n, width) for each in (inputs.waves, noise.rows, noise.sd))
    streams = np.arange(n) if np.ndim(seed) == 0 else np.zeros(n)
    last = np.minimum(np.arange(width), n - 1)
    flavour = "float" if not fused else "many" if in_groups or n > 1 else "one"
    layout = Layout(len(X), len(P), len(U), flavour, inputs.driven, noise.targets)
    return Problem(
        model, tableau, layout, X, P, inputs._replace(constants=U, waves=waves), noise._replace(rows=rows, sd=sd),
        np.broadcast_to(seed, n)[last].astype(np.int64), streams[last].astype(np.int64), n, many,
    )  # fmt: skip


class State(NamedTuple):
    """What a run changes: states X, Ornstein-Uhlenbeck processes eta, and room for drives and noise ahead."""

    X: np.ndarray
    eta: np.ndarray
    D: np.ndarray
    F: np.ndarray
    line: np.ndarray


def fresh(problem: Problem) -> State:
    """The state at t = 0."""
    width = WIDTH if problem.layout.flavour == "many" else 1
    eta = given.start_noise(problem.noise, problem.seeds, problem.streams)
    D = np.empty(
        (len(problem.tableau.moments) * CHUNK * problem.layout.n_inputs if problem.layout.driven else 0, width)
    )
    F = np.empty((CHUNK * len(problem.noise.targets), width))
    return State(problem.X.copy(), eta, D, F, np.empty((2, line_length(CHUNK))))


def states(problem: Problem, dt: float, steps: int, block: int) -> Any:
    """Pairs (first step, state) for the blocks of a run; the state is one object that the run changes."""
    state = fresh(problem)
    for first in range(0, steps, block):
        yield first, state


def advance(
    problem: Problem, state: State, dt: float, first: int, steps: int, every: int, out: np.ndarray,
    observe: Any = identity, n_observed: int = 0, first_set: int | None = None,
) -> None:  # fmt: skip
    """Run `steps` steps from step number `first`; out (steps // every, n_observed, nodes) is filled."""
    run = integrator(problem.model.rhs, problem.tableau, problem.layout, observe, n_observed)
    _, waves, samples, _ = problem.inputs
    _, keys, rows, _ = problem.noise
    arrays = (problem.P, problem.inputs.constants, waves, samples, rows, keys)
    before = state.X.copy(), state.eta.copy()
    flat = out.reshape(-1, out.shape[-1])
    done, node = run(
        state.X, *arrays, state.eta, problem.seeds, problem.streams, 0.0, dt, first, steps, every,
        state.D, state.F, state.line, flat,
    )  # fmt: skip
    if done < steps:
        raise blown_up(problem, before, dt, first, done, node, first_set)


def blown_up(
    problem: Problem, before: tuple[np.ndarray, np.ndarray], dt: float, first: int, done: int, node: int,
    first_set: int | None = None,
) -> FloatingPointError:  # fmt: skip
    """The error for a run that left the finite numbers: the same steps again, node by node, up to the one that fails.

    `before` are X and eta at step `first`, `node` the first of the group that failed. In an ensemble nodes are sets,
    the first of these set number `first_set`.
    """
    group = range(node, min(node + WIDTH, problem.nodes)) if problem.layout.flavour == "many" else [node]
    taken = {each: _steps_alone(problem, before, dt, first, done + CHUNK, each)[0] for each in group}
    node = min(group, key=taken.__getitem__)
    steps = taken[node]
    _, x = _steps_alone(problem, before, dt, first, steps, node)
    where = f", node {node}" if problem.many else ""
    if first_set is not None:
        where = f", set {first_set + node}"
    bad = _next_step(problem, x, node, (first + steps) * dt, dt)
    return failure(problem.model, bad, problem.P[:, node], (first + steps + 1) * dt, dt, where)


def failure(model: Any, x: np.ndarray, p: np.ndarray, t: float, dt: float, where: str) -> FloatingPointError:
    """The error that names model, states, time, step and parameters; x is where a step from finite numbers led to."""
    bad = ~np.isfinite(x)
    if not bad.any():
        bad = np.abs(x) == np.abs(x).max()
    names = ", ".join(row.name for row, is_bad in zip(model.state, bad, strict=True) if is_bad)
    found = "".join(f", {row.name} = {v:g}" for row, v in zip(model.params, p, strict=True))
    return FloatingPointError(
        f"model {model.name!r}: {names} stopped being finite at t = {t:g} s (dt = {dt:g} s{where}{found}). "
        "Either the equations grow without bound with these parameters, or dt is too large: try dt / 4"
    )


def _steps_alone(
    problem: Problem, before: tuple[np.ndarray, np.ndarray], dt: float, first: int, steps: int, node: int
) -> tuple[int, np.ndarray]:
    """How many of the steps one node of a run can take when it is alone, and its state after the last finite chunk."""
    one, driven = slice(node, node + 1), problem.layout.driven
    flavour = "float" if problem.layout.flavour == "float" else "one"
    layout = problem.layout._replace(flavour=flavour, driven="shared" if driven else "")
    run = integrator(problem.model.rhs, problem.tableau, layout)
    X, P, U, waves, rows, eta = (
        np.ascontiguousarray(a[:, one] if a.shape[1] > 1 else a).copy()
        for a in (
            before[0], problem.P, problem.inputs.constants, problem.inputs.waves, problem.noise.rows, before[1]
        )
    )  # fmt: skip
    D = np.empty((len(problem.tableau.moments) * CHUNK * layout.n_inputs, 1))
    F = np.empty((CHUNK * len(layout.targets), 1))
    taken, _ = run(
        X, P, U, waves, problem.inputs.samples, rows, problem.noise.keys, eta, problem.seeds[one],
        problem.streams[one], 0.0, dt, first, steps, max(steps, 1), D, F, np.empty((2, line_length(CHUNK))),
        np.empty((layout.n_state, 1)),
    )  # fmt: skip
    return taken, X[:, 0]


def _next_step(problem: Problem, x: np.ndarray, node: int, t: float, h: float) -> np.ndarray:
    """One step in Python, without the noise, which is small beside a state that overflows."""
    rhs, p = python_function(problem.model.rhs), tuple(problem.P[:, node])
    waves, samples = problem.inputs.waves, problem.inputs.samples
    rows = waves[:, node if waves.shape[1] > 1 else 0].reshape(-1, ROW)
    ks: list[np.ndarray] = []
    with np.errstate(all="ignore"):
        for a, c in zip(problem.tableau.a, problem.tableau.c, strict=True):
            u = problem.inputs.constants[:, node] + [wave(t + c * h, *row, samples) for row in rows]
            at = sum((h * weight * k for weight, k in zip(a, ks, strict=True)), x)
            ks.append(np.array(rhs(t + c * h, tuple(at), p, tuple(u))))
        return sum((h * weight * k for weight, k in zip(problem.tableau.b, ks, strict=True)), x)
