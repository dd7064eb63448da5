"""Lower a network's integrator to one small WebAssembly module.

One module serves every graph of a model with one kind of coupling: the number of nodes, weights, delay, parameters of
each node and their states are data. Exports (pointers and counts are i32, numbers in memory little-endian, float64
unless said to be whole: those have 64 bits):

- `integrate(r0, r1, ...)`, the kernel of `rosetta_core.coupled` in floats with RK4; its arguments are those of `_run`
  below. Arrays have one column for each node and lie row by row.
- `say(x, p, E, n)`: what n nodes emit, (n_sums, n).
- `__heap_base`: the first byte that the caller may use.

r0 (16 bytes: steps done, and node) and r1 (8 bytes) are where numba's calling convention returns its results.
"""

import inspect
from functools import cache
from types import CellType, FunctionType
from typing import Any

from numba import njit, types
from numba.core.dispatcher import Dispatcher
from numba.np.numpy_support import carray

from rosetta_core._jit import OPTIONS, inner, python_function
from rosetta_core.coupled import coupled
from rosetta_core.coupling import coupling_kernels
from rosetta_core.edges import moments_of
from rosetta_core.network import Network
from rosetta_core.noise import NOISE_ROW, line_length
from rosetta_core.runge_kutta import CHUNK, TABLEAUX, Layout
from rosetta_core.web.lower import kept, linked

NETWORK_LIMIT = 30_000
RK4 = TABLEAUX["rk4"]
POINTS = 4


def network_wasm(net: Network, delayed: bool = False, noise: str | None = None, alone: bool = False) -> bytes:
    """The module of a network's model and coupling, kept like that of a model; its weights and delays do not count.

    delayed: whether the module knows delays, which cost time where there are none. noise: the input that noise enters
    by; without it noise is on every state. alone: whether the nodes never hear each other, which saves half the time.
    """
    entries = _entries(net, delayed, noise, alone)
    what = f"network {net.coupling} {net.where} {delayed} {noise or ''} {alone or ''}".rstrip()
    return kept(net.model.name, what, tuple(entries.values()), lambda: lower_network(net, delayed, noise, alone))


def lower_network(net: Network, delayed: bool = False, noise: str | None = None, alone: bool = False) -> bytes:
    """Lower a network to a module of at most 30 kB; raises ModuleNotFoundError without a linker."""
    C, W, i4, f8 = types.CPointer(types.float64), types.CPointer(types.int64), types.int32, types.float64
    run_types = types.UniTuple(types.int64, 2)(
        C, C, C, C, W, C, W, W, f8, i4, i4, i4, C, C, C, C, W, W, W, C, i4, W, W, W, C, i4, W, C, i4, C, i4, W, i4, i4,
        i4, i4, i4, i4, i4, C, C, C, C, C, C
    )  # fmt: skip
    signatures = {"integrate": run_types, "say": types.void(C, C, C, i4)}
    entries = {name: (signatures[name], function) for name, function in _entries(net, delayed, noise, alone).items()}
    return linked(f"the network module of {net.model.name!r}", entries, NETWORK_LIMIT)


def network_sizes(net: Network, noise: str | None = None) -> dict[str, Any]:
    """What the page must know to lay out the memory: numbers of rows, what gets noise, and room for a chunk of it."""
    targets = _targets(net, noise)
    return {
        "state": len(net.state),
        "params": len(net.params),
        "inputs": len(net.inputs),
        "sums": net.n_sums,
        "targets": list(targets),
        "noise": CHUNK * len(targets),
        "line": 2 * line_length(CHUNK),
    }


def _targets(net: Network, noise: str | None) -> tuple[int, ...]:
    """What gets noise, as indices into states followed by inputs."""
    n = len(net.state)
    return tuple(range(n)) if noise is None else (n + [q.name for q in net.inputs].index(noise),)


def _entries(net: Network, delayed: bool, noise: str | None, alone: bool) -> dict[str, Any]:
    say, hear = coupling_kernels(net)
    sizes = len(net.state), len(net.params), len(net.inputs)
    return _kernels(net.rhs, say, hear, net.where, net.n_sums, *sizes, delayed, _targets(net, noise), alone)


@cache
def _kernels(rhs: Any, say: Any, hear: Any, where: tuple[int, ...], n_sums: int, n_state: int, n_params: int,
             n_inputs: int, delayed: bool, targets: tuple[int, ...], alone: bool) -> dict[str, Any]:  # fmt: skip
    n_targets = len(targets)
    layout = Layout(n_state, n_params, n_inputs, "float", "", targets)
    run, emissions = coupled(rhs, say, hear, where, n_sums, RK4, layout, moments_of(RK4), POINTS, delayed, not alone)
    made: dict[int, Any] = {}
    run, emissions, n_line = _afresh(run, made), _afresh(emissions, made), line_length(CHUNK)

    # `noisy` is n_targets or, where the strength is zero, 0: then F stays zero and no number is drawn. Sizes that are
    # known here are arguments all the same, so that loops over them stay loops.
    @inner
    def integrate(x, p, u, noise, keys, eta, seeds, streams, dt, first, steps, every, F, line, A, C,
                  now_start, now_source, now_back, now_weights, n_now, start, source, back, weights, n_late,
                  same, strengths, depth, H, n_past, clock, n, noisy, states, stages, sums, moments, points,
                  XS, K, E, Q, S, out):  # fmt: skip
        X = carray(x, (n_state, n))
        now = (carray(now_start, (n + 1,)), carray(now_source, (n_now,)), carray(now_back, (1, n_now)),
               carray(now_weights, (1, n_now)))  # fmt: skip
        late = (carray(start, (n + 1,)), carray(source, (n_late,)), carray(back, (moments, n_late)),
                carray(weights, (moments * points, n_late)))  # fmt: skip
        none = carray(x, (0, 0))
        return run(
            X, carray(p, (n_params, n)), carray(u, (n_inputs, n)), none, carray(x, (0,)),
            carray(noise, (NOISE_ROW * n_targets, 1)), carray(keys, (noisy,)), carray(eta, (n_targets, n)),
            carray(seeds, (n,)), carray(streams, (n,)), 0.0, dt, first, steps, every, none,
            carray(F, (CHUNK * n_targets, n)), carray(line, (2, n_line)), carray(A, (stages, stages)),
            carray(C, (stages,)), none, now, late, late, carray(same, (n,)), carray(strengths, (1, n)), depth,
            carray(H, (sums * n, n_past)), carray(clock, (1,)), n, carray(XS, (n_state, n)),
            carray(K, (stages * states, n)), carray(E, (sums, n)), carray(Q, (sums, n)),
            carray(S, ((moments + 1) * sums, n)), none, carray(out, (steps // every * n_state, n)),
        )  # fmt: skip

    @inner
    def told(x, p, E, n):
        emissions(carray(x, (n_state, n)), carray(p, (n_params, n)), carray(E, (n_sums, n)))

    return {"integrate": integrate, "say": told}


def _afresh(compiled: Any, made: dict[int, Any]) -> Any:
    """A copy of a kernel and of all that it calls, none of it compiled yet.

    What has run natively is optimised for this processor, and would come along with its unrolled loops.
    """
    if id(compiled) not in made:
        function = python_function(compiled)
        names = inspect.getclosurevars(function)
        called = {n: v for n, v in {**names.globals, **names.nonlocals}.items() if isinstance(v, Dispatcher)}
        new = {name: _afresh(value, made) for name, value in called.items()}
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        closure = tuple(CellType(new.get(name, cell.cell_contents)) for name, cell in cells)
        copy = FunctionType(function.__code__, {**function.__globals__, **new}, function.__name__, None, closure)
        made[id(compiled)] = njit(**OPTIONS, forceinline="forceinline" in compiled.targetoptions)(copy)
    return made[id(compiled)]
