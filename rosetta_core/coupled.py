"""The integrator of networks: all nodes go through a stage together, and hear each other in between."""

from functools import cache
from typing import Any

from rosetta_core._jit import inlined, inner, kernel
from rosetta_core._tuples import adder, axpy, filled, finite, load_many, store_many
from rosetta_core.drive import drives
from rosetta_core.lanes import WIDTH
from rosetta_core.noise import forcing
from rosetta_core.runge_kutta import CHUNK, LOAD, STORE, Layout, Tableau, _combination, noisy_parts


@cache
def sums_ahead(n_sums: int, moments: int, points: int) -> Any:
    """Kernel that adds up what comes over the far edges during the next WIDTH steps, into T.

    T[(moment * WIDTH + step) * n_sums + sum, target]. The samples of a source lie side by side in time, so one
    register holds one target's sum at WIDTH steps.
    """

    @kernel
    def ahead(start, source, back, weights, H, n_nodes, now, T, line):
        for moment in range(moments):
            for channel in range(n_sums):
                for target in range(start.size - 1):
                    total = filled(0.0)
                    for edge in range(start[target], start[target + 1]):
                        row = channel * n_nodes + source[edge]
                        oldest = now - back[moment, edge]
                        for k in range(points):
                            total = axpy(total, weights[moment * points + k, edge], load_many(H, row, oldest + k, 1))
                    store_many(line, 0, 0, total)
                    for step in range(WIDTH):
                        T[(moment * WIDTH + step) * n_sums + channel, target] = line[0, step]

    return ahead


@cache
def sums_now(n_sums: int, points: int) -> Any:
    """Kernel that adds what comes over the near edges, or writes it where there is nothing to add to."""

    @kernel
    def add(start, source, back, weights, moment, H, n_nodes, now, S, first_row):
        for target in range(start.size - 1):
            for channel in range(n_sums):
                total = 0.0
                for edge in range(start[target], start[target + 1]):
                    row, oldest = channel * n_nodes + source[edge], now - back[moment, edge]
                    for k in range(points):
                        total += weights[moment * points + k, edge] * H[row, oldest + k]
                S[first_row + channel, target] += total

    return add


@inner
def direct_sums(direct, start, source, weights, same, n_sums, E, Q):
    """Weighted sums Q of what is being emitted, E, over the edges without delay."""
    for channel in range(n_sums):
        for target in range(0, Q.shape[1], WIDTH):
            total = filled(0.0)
            for node in range(direct.shape[0]):
                total = axpy(total, E[channel, node], load_many(direct, node, target, 1))
            store_many(Q, channel, target, total)
        for target in range(start.size - 1):
            total_one = 0.0
            for edge in range(start[target], start[target + 1]):
                total_one += weights[0, edge] * E[channel, source[edge]]
            Q[channel, target] += total_one


# Bounds of loops in floats are read from arrays: the page's compiler would unroll loops whose length it knows.
@inner
def plain_sums(direct, start, source, weights, same, n_sums, E, Q):
    """The same in floats, along the edges alone; a target whose edges are those of the one before has its sums."""
    for channel in range(E.shape[0]):
        for target in range(start.size - 1):
            total = 0.0
            if same[target]:
                total = Q[channel, target - 1]
            else:
                for edge in range(start[target], start[target + 1]):
                    total += weights[0, edge] * E[channel, source[edge]]
            Q[channel, target] = total


@cache
def late_sums(n_sums: int, moments: int, points: int, many: bool) -> Any:
    """Kernel that fills S with the delayed sums of a step: block 0 for its start, block m + 1 for its moment m."""
    ahead, near_sums = sums_ahead(n_sums, moments, points), sums_now(n_sums, points)
    last = moments * n_sums

    @inner
    def in_lanes(i, near, far, same, H, n_nodes, now, T, S, line):
        if i % WIDTH == 0:
            ahead(far[0], far[1], far[2], far[3], H, n_nodes, now, T, line)
        for channel in range(n_sums):
            S[channel, :] = S[last + channel, :]
        for m in range(moments):
            for channel in range(n_sums):
                S[(m + 1) * n_sums + channel, :] = T[(m * WIDTH + i % WIDTH) * n_sums + channel, :]
            near_sums(near[0], near[1], near[2], near[3], m, H, n_nodes, now, S, (m + 1) * n_sums)

    @inner
    def one_by_one(i, near, far, same, H, n_nodes, now, T, S, line):
        start, source, back, weights = near
        rows, samples, final = H.shape[0] // n_nodes, weights.shape[0] // back.shape[0], S.shape[0]
        for channel in range(rows):
            for target in range(n_nodes):
                S[channel, target] = S[final - rows + channel, target]
        for row in range(rows, final):
            m, channel = row // rows - 1, row % rows
            for target in range(n_nodes):
                total = 0.0
                if same[target]:
                    total = S[row, target - 1]
                else:
                    for edge in range(start[target], start[target + 1]):
                        at, oldest = channel * n_nodes + source[edge], now - back[m, edge]
                        for k in range(samples):
                            total += weights[m * samples + k, edge] * H[at, oldest + k]
                S[row, target] = total

    return in_lanes if many else one_by_one


@inner
def _rows(A):
    return A.shape[0]


def _known(number: int) -> Any:
    @inner
    def known(A):
        return number

    return known


@inner
def _no_slopes(K, node):
    return ()


def _with_slopes(previous: Any, stage: int, n_state: int, read: Any) -> Any:
    """Kernel (K, node) -> the slopes of one more stage, a tuple for each."""

    @inner
    def one_more(K, node):
        return previous(K, node) + (read(K, stage * n_state, node, n_state),)

    return one_more


@cache
def coupled(rhs: Any, say: Any, hear: Any, where: tuple[int, ...], n_sums: int, tableau: Tableau, layout: Layout,
            moments: tuple[float, ...], points: int, delayed: bool, direct: bool) -> Any:  # fmt: skip
    """Kernel that runs a network; returns (steps done, first node of the group that stopped being finite).

    X, P, U, waves to streams, D, F, line as in `rosetta_core.runge_kutta.integrator`, with D and F one column for each
    node where they differ. A (stages, stages) and C are the tableau. wiring are the tables of `rosetta_core.edges`;
    H (n_sums * nodes, samples) is the past, clock[0] its present column. XS, K, E, Q, S, T are room for a step.
    The flavour of the layout is "many", or "float" for the page; there all delayed edges are near ones.
    """
    n_state, n_params, n_inputs, flavour, driven, targets = layout
    many = flavour == "many"
    width, read, write = WIDTH if many else 1, LOAD[flavour], STORE[flavour]
    read_shared, now_sums = LOAD["one" if many else flavour], direct_sums if many else plain_sums
    rhs = inlined(rhs)
    fill_drives, fill_noise = drives(n_inputs, tableau.moments), forcing(len(targets), many)
    shared, each, noisy, n_targets = driven == "shared", driven == "each", bool(targets), len(targets)
    onto_inputs, onto_slopes = noisy_parts(layout)
    on_top, onto_heard = adder(n_inputs, tuple(range(n_inputs))), adder(n_inputs, where)
    stages, order = len(tableau.b), tuple(tableau.moments.index(c) for c in tableau.c)
    count_stages = _known(stages) if many else _rows
    # Which block of S a stage reads: block 0 is the start of the step, block m + 1 the moment m.
    blocks = tuple(0 if c == 0 else moments.index(c) + 1 for c in tableau.c)
    arrived, delayed_sums = _combination(tableau.b), late_sums(n_sums, len(moments), points, many)

    all_slopes = _no_slopes
    for stage in range(stages):
        all_slopes = _with_slopes(all_slopes, stage, n_state, read)

    @inner
    def reach(stage, X, P, h, A, XS, K, E):
        """The states at which a stage looks, and what they emit."""
        for node in range(0, X.shape[1], width):
            x = read(X, 0, node, n_state)
            for j in range(stage):
                if A[stage, j] != 0.0:
                    x = axpy(x, h * A[stage, j], read(K, j * n_state, node, n_state))
            write(XS, 0, node, x)
            if direct:
                write(E, 0, node, say(x, read(P, 0, node, n_params)))

    @inner
    def slopes(stage, i, t, P, U, D, F, steps, strengths, XS, K, Q, S):
        for node in range(0, XS.shape[1], width):
            x, p = read(XS, 0, node, n_state), read(P, 0, node, n_params)
            u = read(U, 0, node, n_inputs)
            if shared:
                u = on_top(u, read_shared(D, (order[stage] * steps + i) * n_inputs, 0, n_inputs))
            if each:
                u = on_top(u, read(D, (order[stage] * steps + i) * n_inputs, node, n_inputs))
            heard = read(S, blocks[stage] * n_sums, node, n_sums)
            if direct:
                heard = axpy(heard, 1.0, read(Q, 0, node, n_sums))
            (strength,) = read(strengths, 0, node, 1)
            u = onto_heard(u, hear(x, p, heard, strength))
            if noisy:
                f = read(F, i * n_targets, node, n_targets)
                k = onto_slopes(rhs(t, x, p, onto_inputs(u, f)), f)
            else:
                k = rhs(t, x, p, u)
            write(K, stage * n_state, node, k)

    @inner
    def told(X, P, E):
        for node in range(0, X.shape[1], width):
            write(E, 0, node, say(read(X, 0, node, n_state), read(P, 0, node, n_params)))

    @kernel
    def emissions(X, P, E):
        """What every node emits in the states X."""
        told(X, P, E)

    @inner
    def remember(X, P, E, H, n_nodes, depth, clock):
        """Write the present into the past; where the room ends, its youngest part moves to the front."""
        told(X, P, E)
        now = clock[0] + 1
        if now == H.shape[1]:
            for row in range(H.shape[0]):
                for k in range(depth):
                    H[row, k] = H[row, now - depth + k]
            now = depth
        clock[0] = now
        for channel in range(E.shape[0]):
            for node in range(n_nodes):
                H[channel * n_nodes + node, now] = E[channel, node]

    @kernel
    def run(X, P, U, waves, samples, noise, keys, eta, seeds, streams, t0, dt, first, steps, every, D, F, line, A,
            C, dense, now_edges, near, far, same, strengths, depth, H, clock, n_nodes, XS, K, E, Q, S, T,
            out):  # fmt: skip
        columns = X.shape[1]
        for done in range(0, steps, CHUNK):
            count = min(CHUNK, steps - done)
            if shared:
                fill_drives(waves, 0, 1, samples, t0, dt, first + done, count, D)
            if each:
                fill_drives(waves, 0, columns, samples, t0, dt, first + done, count, D)
            if noisy:
                fill_noise(noise, keys, eta, seeds, streams, 0, columns, first + done, count, line, F)
            for i in range(count):
                t = t0 + (first + done + i) * dt
                if delayed:
                    delayed_sums(i, near, far, same, H, n_nodes, clock[0], T, S, line)
                for stage in range(count_stages(A)):
                    reach(stage, X, P, dt, A, XS, K, E)
                    if direct:
                        now_sums(dense, now_edges[0], now_edges[1], now_edges[3], same, n_sums, E, Q)
                    slopes(stage, i, t + C[stage] * dt, P, U, D, F, count, strengths, XS, K, Q, S)
                for node in range(0, columns, width):
                    x = arrived(read(X, 0, node, n_state), dt, all_slopes(K, node))
                    if not finite(x):
                        return done + i, node
                    write(X, 0, node, x)
                if delayed:
                    remember(X, P, E, H, n_nodes, depth, clock)
                if (done + i + 1) % every == 0:
                    row = ((done + i + 1) // every - 1) * n_state
                    for s in range(n_state):
                        for node in range(columns):
                            out[row + s, node] = X[s, node]
        return steps, 0

    return run, emissions
