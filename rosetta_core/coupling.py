"""What the nodes of a network say and hear, as kernels: diffusive, additive and sine coupling."""

from functools import cache
from typing import Any

from rosetta_core._jit import inlined, inner
from rosetta_core.elementary import cos, sin


def coupling_kernels(net: Any) -> tuple[Any, Any]:
    """Kernels say(x, p) -> what travels, and hear(x, p, sums, strength) -> what is added to the inputs `where`."""
    lag = next((i for i, row in enumerate(net.params) if row.name == "lag"), -1)
    return _kernels(net.emit, net.coupling, net.channels, lag)


def node_kernels(net: Any) -> tuple[Any, Any]:
    """Kernels told(t, x, p, u, heard) and moved(t, x, p, u, heard): what a node says, and its rates of change.

    heard: the weighted sums that reach the node, and the sum of its weights.
    """
    say, hear = coupling_kernels(net)
    return _node(net.rhs, say, hear, net.where, len(net.inputs), net.n_sums)


@cache
def _node(rhs: Any, say: Any, hear: Any, where: tuple[int, ...], n_inputs: int, n_sums: int) -> tuple[Any, Any]:
    rhs = inlined(rhs)

    @inner
    def told(t, x, p, u, heard):
        return say(x, p)

    @inner
    def none_yet(u, extra):
        return ()

    reached = none_yet
    for index in range(n_inputs):
        reached = _with_input(reached, index, where.index(index) if index in where else -1)

    @inner
    def moved(t, x, p, u, heard):
        return rhs(t, x, p, reached(u, hear(x, p, heard, heard[n_sums])))

    return told, moved


@cache
def _kernels(emit: Any, coupling: str, channels: tuple[int, ...], lag: int) -> tuple[Any, Any]:
    emit = inlined(emit)

    @inner
    def nothing(x, p):
        return ()

    emitted = nothing
    for channel in channels:
        emitted = _with_channel(emitted, emit, channel)

    @inner
    def say_waves(x, p):
        (angle,) = emitted(x, p)
        return sin(angle), cos(angle)

    @inner
    def hear_sums(x, p, sums, strength):
        return sums

    @inner
    def hear_waves(x, p, sums, strength):
        (angle,) = emitted(x, p)
        if lag >= 0:
            angle = angle + p[lag]
        return (sums[0] * cos(angle) - sums[1] * sin(angle),)

    if coupling == "sine":
        return say_waves, hear_waves
    if coupling == "additive":
        return emitted, hear_sums

    @inner
    def none_yet(x, p, sums, strength):
        return ()

    hear = none_yet
    for index in range(len(channels)):
        hear = _with_difference(hear, emitted, index)
    return emitted, hear


def _with_channel(previous: Any, emit: Any, channel: int) -> Any:
    @inner
    def one_more(x, p):
        return previous(x, p) + (emit(x, p)[channel],)

    return one_more


def _with_difference(previous: Any, emitted: Any, index: int) -> Any:
    @inner
    def one_more(x, p, sums, strength):
        return previous(x, p, sums, strength) + (sums[index] - strength * emitted(x, p)[index],)

    return one_more


def _with_input(previous: Any, index: int, channel: int) -> Any:
    """Kernel (u, extra) -> inputs, one more of them, with what it is given by a channel; -1 is none."""

    @inner
    def as_it_is(u, extra):
        return previous(u, extra) + (u[index],)

    @inner
    def with_more(u, extra):
        return previous(u, extra) + (u[index] + extra[channel],)

    return as_it_is if channel < 0 else with_more
