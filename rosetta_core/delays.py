"""`simulate` for networks: the past that delays need, and the run of all nodes together."""

from collections.abc import Callable
from typing import Any

import numpy as np

from rosetta_core import arguments as given
from rosetta_core._jit import python_function
from rosetta_core.coupled import coupled, sums_now
from rosetta_core.coupling import coupling_kernels
from rosetta_core.edges import Wiring, moments_of, wire
from rosetta_core.integrate import BLOCK, Problem, Trajectory, failure
from rosetta_core.lanes import WIDTH
from rosetta_core.model import values
from rosetta_core.network import Network
from rosetta_core.noise import line_length
from rosetta_core.runge_kutta import CHUNK, Layout, Tableau


def simulate_network(
    net: Network, t1: float, dt: float, *, p: Any, x0: Any, u: Any, method: str, every: int, sigma: Any, seed: int,
    history: Any, fused: bool,
) -> Trajectory:  # fmt: skip
    """Run a network; see `simulate`."""
    steps, every = given.steps_of(t1, dt, every)
    n, tableau = net.n_nodes, given.tableau(method)
    width = given.padded(n, True) if fused else n
    wiring = wire(net, tableau, dt, width, fused)
    past = _earlier(net, history, dt, wiring.depth)
    x0 = past[-1] if x0 is None and past is not None else x0
    problem = _problem(net, dt, p, x0, u, tableau, sigma, given.whole("seed", seed, 0), fused)
    check_coupled_step(net, problem, dt)
    layout, delayed, direct = problem.layout, net.delayed, bool(wiring.direct.size or wiring.now.source.size)
    say, hear = coupling_kernels(net)
    moments, points = moments_of(tableau), 2 if tableau.order < 4 else 4
    run, emissions = coupled(
        net.rhs, say, hear, net.where, net.n_sums, tableau, layout, moments, points, delayed, direct
    )  # fmt: skip
    H, S = _emitted(net, problem, wiring, emissions, past, points, len(moments))
    X, clock, stages = problem.X, np.array([wiring.depth]), len(tableau.b)
    A = np.zeros((stages, stages))
    for row, weights in enumerate(tableau.a):
        A[row, : len(weights)] = weights
    eta = given.start_noise(problem.noise, problem.seeds, problem.streams)
    each = width if layout.driven == "each" else 1
    D = np.empty((len(tableau.moments) * CHUNK * layout.n_inputs if layout.driven else 0, each))
    F, line = np.empty((CHUNK * len(layout.targets), width)), np.empty((2, line_length(CHUNK)))
    room = [np.zeros((rows, width)) for rows in (layout.n_state, stages * layout.n_state, net.n_sums, net.n_sums)]
    T = np.empty((len(moments) * WIDTH * net.n_sums, width))
    out = given.room(steps // every + 1, X.shape, f"raise every = {every}, or shorten the run")
    out[0] = X
    _, waves, samples, _ = problem.inputs
    block = max(BLOCK // (every * (width + net.weights.nnz // 8)), 1) * every
    for first in range(0, steps, block):
        count = min(block, steps - first)
        kept = out[first // every + 1 : (first + count) // every + 1].reshape(-1, width)
        done, node = run(
            X, problem.P, problem.inputs.constants, waves, samples, problem.noise.rows, problem.noise.keys, eta,
            problem.seeds, problem.streams, 0.0, dt, first, count, every, D, F, line, A, np.array(tableau.c),
            wiring.direct, tuple(wiring.now), tuple(wiring.near), tuple(wiring.far), wiring.same,
            wiring.strengths, wiring.depth, H, clock, n, *room, S, T, kept,
        )  # fmt: skip
        if done < count:
            raise _blown_up(net, problem, room[1], node, (first + done + 1) * dt, dt)
    t = np.arange(out.shape[0]) * (every * dt)
    return Trajectory(net, t, out[..., :n], dt, method, problem.P[:, :n], seed)


def _blown_up(net: Network, problem: Problem, K: np.ndarray, node: int, t: float, dt: float) -> FloatingPointError:
    """The error for a group of nodes that left the finite numbers: X is where its last step began, K its slopes."""
    group = slice(node, min(node + WIDTH, net.n_nodes))
    slopes = K.reshape(len(problem.tableau.b), *problem.X.shape)[..., group]
    with np.errstate(all="ignore"):
        x = problem.X[:, group] + dt * np.tensordot(problem.tableau.b, slopes, 1)
    lane = int(np.argmin(np.isfinite(x).all(axis=0)))
    return failure(net, x[:, lane], problem.P[:, node + lane], t, dt, f", node {node + lane}")


def _problem(
    net: Network, dt: float, p: Any, x0: Any, u: Any, tableau: Tableau, sigma: Any, seed: int, fused: bool
) -> Problem:
    """The arguments of a run with one column for each node, padded to whole groups of lanes unless in floats."""
    n = net.n_nodes
    P = values(net.name, "parameter", net.params, p)
    X = values(net.name, "initial state", net.state, x0)
    inputs, noise = given.inputs(net, u), given.noise(net, sigma, dt)
    width = given.padded(n, True) if fused else n
    X, P, U, *_ = given.network_columns(
        net, width, x0=X, p=P, u=inputs.constants, drives=inputs.waves, noise=noise.rows
    )
    given.check_white(net, noise, X[:, 0], P[:, 0], U[:, 0])
    waves, rows, sd = (given.spread(each, n, width) for each in (inputs.waves, noise.rows, noise.sd))
    streams = np.minimum(np.arange(width), n - 1)
    layout = Layout(len(X), len(P), len(U), "many" if fused else "float", inputs.driven, noise.targets)
    return Problem(
        net, tableau, layout, X, P, inputs._replace(constants=U, waves=waves), noise._replace(rows=rows, sd=sd),
        np.full(width, seed), streams, n, True,
    )  # fmt: skip


def check_coupled_step(net: Network, problem: Problem, dt: float) -> None:
    """Refuse a step that is unstable for a node alone, or for one that its neighbours, at rest, pull to themselves.

    On a symmetric graph the fastest mode of diffusive coupling is at least as fast as that, and at most twice.
    """
    n, tableau = net.n_nodes, problem.tableau
    X, P, U = problem.X[:, :n], problem.P[:, :n], problem.inputs.constants[:, :n]
    given.check_step(net.model, X, P, U, dt, tableau)
    if net.coupling != "diffusive":
        return
    node = int(np.abs(net.strengths).argmax())
    fastest = _pulled_rate(net, X[:, node], P[:, node], U[:, node], net.strengths[node])
    if fastest * dt > tableau.reach:
        raise ValueError(
            f"dt = {dt:g} s is too large for {tableau.name!r} on the network {net.name}: with its diffusive coupling "
            f"node {node} has rates up to {fastest:.4g} 1/s, so dt must stay below {tableau.reach / fastest:.4g} s"
        )


def _pulled_rate(net: Network, x: np.ndarray, p: np.ndarray, u: np.ndarray, strength: float) -> float:
    """Fastest rate (1/s) of a node whose inputs receive strength * (what it emits at x - what it emits)."""
    rhs, emit = python_function(net.rhs), python_function(net.emit)
    here, columns = emit(tuple(x), tuple(p)), []
    for j in range(len(x)):
        moved, heard = x.astype(complex), u.astype(complex)
        moved[j] += 1e-30j
        said = emit(tuple(moved), tuple(p))
        for channel, index in zip(net.channels, net.where, strict=True):
            heard[index] += strength * (here[channel] - said[channel])
        columns.append(np.imag(rhs(0.0, tuple(moved), tuple(p), tuple(heard))) / 1e-30)
    return float(np.abs(np.linalg.eigvals(np.array(columns))).max())


def _emitted(
    net: Network, problem: Problem, wiring: Wiring, emissions: Any, past: np.ndarray | None, points: int, moments: int
) -> tuple[np.ndarray, np.ndarray]:
    """What was emitted up to t = 0, (n_sums * nodes, samples), and room for sums with those of t = 0 filled in."""
    n, width, depth = net.n_nodes, problem.X.shape[1], wiring.depth
    S = np.zeros(((moments + 1) * net.n_sums, width))
    if not net.delayed:
        return np.zeros((0, 1)), S
    H, E = np.zeros((net.n_sums * n, 4 * depth + 256)), np.empty((net.n_sums, width))
    for k in range(depth + 1):
        emissions(problem.X if past is None or k == depth else given.columns(past[k], n, width), problem.P, E)
        H[:, k] = E[:, :n].ravel()
    add = sums_now(net.n_sums, points)
    for edges in (wiring.near, wiring.far):
        add(*edges, moments - 1, H, n, depth - 1, S, moments * net.n_sums)
    return H, S


def _earlier(net: Network, history: Any, dt: float, depth: int) -> np.ndarray | None:
    """States (depth + 1, n_state, n_nodes) at t = -depth dt to 0, or None for the initial state for ever."""
    if history is None:
        return None
    if not net.delayed:
        raise ValueError(f"network {net.name} has no delays, so it has no use for a history; it starts from x0")
    shape = (len(net.state), net.n_nodes)
    if isinstance(history, Callable):
        found = [np.asarray(history(-k * dt), dtype=float) for k in range(depth, -1, -1)]
        wrong = [each.shape for each in found if each.shape not in (shape, shape[:1])]
        if wrong:
            raise ValueError(f"network {net.name}: history(t) must return shape {shape} or {shape[:1]}, got {wrong[0]}")
        past = np.array([np.broadcast_to(each.reshape(shape[0], -1), shape) for each in found])
    else:
        past = np.asarray(history, dtype=float)
        if past.ndim != 3 or past.shape[1:] != shape or len(past) < depth + 1:
            raise ValueError(
                f"network {net.name}: history wants at least {depth + 1} samples of shape {shape}, dt = {dt:g} s apart "
                f"and the last one at t = 0, for its longest delay; got shape {past.shape}"
            )
        past = past[-depth - 1 :]
    if not np.isfinite(past).all():
        raise ValueError(f"network {net.name}: history must be finite at every sample from t = {-depth * dt:g} s to 0")
    return past
