"""Kernels of the QIF network: one step of every neuron, the spikes inside the step, the synapses between steps.

The Riccati equation tau dV/dt = V^2 + a with constant a moves V along a circle through infinity. Over a step h, with
d = h/tau, u = V d and x = a d^2, the flow is the Moebius map

    u -> (u q + x p)/(q - u p),    p/q = tan(sqrt x)/sqrt x    (tanh where x < 0).

Here p/q is the fourth convergent of the continued fraction of tan, (105 - 10 x)/(105 - 45 x + x^2). It is a Moebius
map as well, so the spike is passed, not cut off; resting and threshold voltages are exact for every x; and since
q^2 + x p^2 is positive for all real x, the order of the neurons on the circle is kept. The step turns a neuron by
sqrt x times 1 - e(x), where e(x) is at most x^4/99225: 1e-9 at x = 0.1, 1e-5 at x = 1, and 1.6e-3 at x = 4. A neuron
fires once in a step if q - u p < 0, and not otherwise; that holds while sqrt x < pi, and LIMIT keeps to x <= 4.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import config, types
from numba.extending import intrinsic

from rosetta_core._jit import inner, kernel
from rosetta_core.elementary import exp_real, word_bits

LIMIT = 4.0
# Neurons whose spikes are looked for together, at first, and then where there are some. Indices of neurons are
# unsigned: a signed one could count from the end, and the test for that keeps a loop from being vector code.
BLOCK, GROUP = np.uint64(256), np.uint64(64)
ORDER, WINDOW, BETA, M11, M12, M21, M22, MEAN_S, MEAN_Z, WEIGHT, CHARGE = range(11)  # columns of a synapse
S, Z, MEAN = range(3)  # columns of its state: s (Hz), its companion, the mean of s over the next step (Hz)
FIRED, REST, FIRST, SECOND = range(4)  # sums over the spikes of a step: 1, f, exp(-f beta), f beta exp(-f beta)
_NEVER_ZERO = 1e-290  # changes no number that matters; without it infinity / infinity could follow a division by zero


class Parts(NamedTuple):
    """What stays the same in a run: neurons ends[k]:ends[k + 1] are population k.

    x0 (n,) is eta d^2; d, top (the largest x0) are (populations,); gain (target, source) turns s into x; synapses
    (populations, 11); timed (populations,) says where the moments of spikes are wanted. sums (populations, 4) and
    room (2, BLOCK) are there to work in.
    """

    x0: np.ndarray
    ends: np.ndarray
    d: np.ndarray
    top: np.ndarray
    gain: np.ndarray
    synapses: np.ndarray
    timed: np.ndarray
    sums: np.ndarray
    room: np.ndarray


class State(NamedTuple):
    """What a step changes: u (n,), state of the synapses (populations, 3), recent spikes (populations, window, 2).

    `recent` has the number of spikes of each of the last steps, and the sum of the parts of the step after them.
    """

    u: np.ndarray
    synapse: np.ndarray
    recent: np.ndarray


class Bins(NamedTuple):
    """What is kept: spikes in each bin, Z (real, imaginary) and s at the end of it; (bins, populations[, 2])."""

    counts: np.ndarray
    order: np.ndarray
    s: np.ndarray


class Notes(NamedTuple):
    """Spikes noted: which neurons are watched (n,), and moments (s) and neurons of the spikes of one call."""

    watched: np.ndarray
    when: np.ndarray
    who: np.ndarray


@intrinsic
def _fused(context, a, b, c):
    return types.float64(a, b, c), lambda context, builder, signature, arguments: builder.fma(*arguments)


def _rounded_twice(a: float, b: float, c: float) -> float:
    return a * b + c


# a b + c, rounded once when compiled: faster, and the same on every machine.
fused: Any = _rounded_twice if config.DISABLE_JIT else _fused  # type: ignore[attr-defined]


@inner
def turn(u, x):
    """u after the step, and a number that is negative where the neuron fired in it."""
    p = fused(-10.0, x, 105.0)
    q = fused(x - 45.0, x, 105.0)
    below = fused(-u, p, q) + _NEVER_ZERO
    return fused(u, q, x * p) / below, below


@inner
def sweep(u, x0, common, first, last):
    """Move neurons first..last - 1 by one step; the number of those that fired. Vector code: no branch, no call."""
    fired = 0  # counted by the sign bit, which is faster than a comparison
    for j in range(first, last):
        u[j], below = turn(u[j], x0[j] + common)
        fired += np.int64(word_bits(below) >> np.uint64(63))
    return fired


@inner
def since_spike(u, x):
    """Part of the step that has passed since the spike of a neuron that is at u at the end of it, between 0 and 1.

    It is atan(sqrt(x)/-u)/sqrt(x) (artanh where x < 0), for small angles by a continued fraction good to 6e-10.
    """
    w = -1.0 / u
    z = x * w * w
    if abs(z) < 0.05:
        part = w * (945.0 + (735.0 + 64.0 * z) * z) / (945.0 + (1050.0 + 225.0 * z) * z)
    elif x > 0.0:
        part = np.arctan2(np.sqrt(x), -u) / np.sqrt(x)
    else:
        part = np.arctanh(np.sqrt(-x) * w) / np.sqrt(-x)
    return min(max(part, 0.0), 1.0)


@inner
def sweep_and_find(k, u, x0, common, first, last, mark, groups, beta, sums, watched, when, who, used, now, h):
    """As `sweep` for population k, block by block; then adds what those that fired send to row k of `sums`.

    Notes the spikes of the watched neurons in the step that ends at `now` (s); returns the number of spikes noted.
    """
    for low in range(first, last, BLOCK):
        high = min(low + BLOCK, last)
        fired = 0
        for j in range(low, high):
            u[j], below = turn(u[j], x0[j] + common)
            mark[j - low] = below
            fired += np.int64(word_bits(below) >> np.uint64(63))
        if fired == 0:
            continue
        sums[k, FIRED] += fired
        for group in range(groups.shape[0]):
            hits = 0
            for j in range(groups.shape[1]):  # most groups have no spike, and this loop is vector code
                hits += np.int64(word_bits(groups[group, j]) >> np.uint64(63))
            near = low + np.uint64(group) * GROUP
            if hits == 0 or near >= high:
                continue
            for j in range(near, min(near + GROUP, high)):
                if mark[j - low] < 0.0:
                    part = since_spike(u[j], x0[j] + common)
                    fading = exp_real(-beta * part)
                    sums[k, REST] += part
                    sums[k, FIRST] += fading
                    sums[k, SECOND] += beta * part * fading
                    if watched[j]:
                        when[used] = now - part * h
                        who[used] = j
                        used += 1
    return used


@inner
def transmit(k, synapses, state, recent, sums, clock):
    """Bring the synapse of population k to the end of the step and find its mean over the next one.

    The input of a step is fixed at its beginning, so what a spike could not give in its own step is added to the next:
    each spike gives its whole charge 1/N, and the error is of second order in the step.
    """
    fired, rest, first, second = sums[k, FIRED], sums[k, REST], sums[k, FIRST], sums[k, SECOND]
    order, window, weight = synapses[k, ORDER], np.int64(synapses[k, WINDOW]), synapses[k, WEIGHT]
    if order == 0.0 and window == 1:  # the spikes that come in the next step replace those that leave
        state[k, S] = state[k, MEAN] = weight * fired
    elif order == 0.0:
        now, oldest = clock % window, (clock + 1) % window
        state[k, Z] += fired - recent[k, now, 0]
        recent[k, now, 0], recent[k, now, 1] = fired, rest
        state[k, S] = weight * state[k, Z]
        state[k, MEAN] = weight * (state[k, Z] + rest - recent[k, oldest, 1])
    else:
        second *= order - 1.0
        given = first + second
        s = synapses[k, M11] * state[k, S] + synapses[k, M12] * state[k, Z]
        z = synapses[k, M21] * state[k, S] + synapses[k, M22] * state[k, Z]
        s += weight * (second if order == 2.0 else first)
        z += weight * (first - second)
        state[k, S], state[k, Z] = s, z
        state[k, MEAN] = synapses[k, MEAN_S] * s + synapses[k, MEAN_Z] * z + synapses[k, CHARGE] * (fired - given)


@inner
def order_parameter(u, d, first, last, room):
    """Mean of exp(i theta), theta = 2 atan V, as its real and imaginary part; summed in lanes, which is vector code."""
    re, im = room[0], room[1]
    per_d = 1.0 / d
    re[:] = 0.0
    im[:] = 0.0
    for low in range(first, last, BLOCK):
        for j in range(low, min(low + BLOCK, last)):
            v = min(max(u[j] * per_d, -1e150), 1e150)
            scale = 1.0 / (1.0 + v * v)
            re[j - low] += (1.0 - v * v) * scale
            im[j - low] += 2.0 * v * scale
    return re.sum() / (last - first), im.sum() / (last - first)


@kernel
def advance(parts, state, bins, notes, drive, first, steps, every, clock, h):
    """Advance all populations by up to `steps` steps of h (s): (steps done, spikes noted, population or -1).

    drive (populations, steps) is in units of x; `first` steps of the run are done, and `clock` steps were before it.
    It stops early where the notebook of spikes could overflow and, with the number of the population, where a neuron
    would turn too far in one step.
    """
    x0, ends, d, top, gain, synapses, timed, sums, room = parts
    u, synapse, recent = state
    mark, groups = room[0], room[0].reshape((-1, np.int64(GROUP)))
    counts, order, s = bins
    watched, when, who = notes
    used, populations, noted = 0, d.size, np.int64(watched.sum())
    kept, left = first // every, every - first % every
    for i in range(steps):
        if used + noted > when.size:
            return i, used, -1
        now = (first + i + 1) * h
        left -= 1
        for k in range(populations):
            common = drive[k, i]
            for source in range(populations):
                common += gain[k, source] * synapse[source, MEAN]
            if not top[k] + common <= LIMIT:
                return i, used, k
            sums[k, FIRED] = sums[k, REST] = sums[k, FIRST] = sums[k, SECOND] = 0.0
            if timed[k]:
                used = sweep_and_find(k, u, x0, common, ends[k], ends[k + 1], mark, groups, synapses[k, BETA], sums,
                                      watched, when, who, used, now, h)  # fmt: skip
            else:
                sums[k, FIRED] = sweep(u, x0, common, ends[k], ends[k + 1])
        for k in range(populations):
            transmit(k, synapses, synapse, recent, sums, clock + first + i)
            counts[kept, k] += np.int64(sums[k, FIRED])
            if left == 0:
                order[kept, k, 0], order[kept, k, 1] = order_parameter(u, d[k], ends[k], ends[k + 1], room)
                s[kept, k] = synapse[k, S]
        if left == 0:
            kept, left = kept + 1, every
    return steps, used, -1


def synapse_row(kind: str, n: int, tau_s: float, dt: float) -> list[float]:
    """The row that `transmit` reads, for n neurons: exact decay over a step and mean over it; tau_s and dt in s."""
    if kind == "instantaneous":
        window = round(tau_s / dt)
        return [0, window, 0, 0, 0, 0, 0, 0, 0, 1 / (n * window * dt), 0]
    b = dt / tau_s
    fade, gone = np.exp(-b), -np.expm1(-b)
    weight, charge = 1 / (n * tau_s), 1 / (n * dt)
    if kind == "first_order":
        return [1, 1, b, fade, 0, 0, 0, gone / b, 0, weight, charge]
    mean_s, mean_z = (2 * gone - b * fade) / b, (gone - b * fade) / b
    return [2, 1, b, (1 + b) * fade, b * fade, -b * fade, (1 - b) * fade, mean_s, mean_z, weight, charge]


def aligned(row: np.ndarray) -> np.ndarray:
    """A copy that begins at a multiple of 64 bytes, so that no vector lies across two lines of the cache."""
    room = np.empty(row.size + 7)
    first = -room.ctypes.data // 8 % 8
    room[first : first + row.size] = row
    return room[first : first + row.size]


def parts(n: np.ndarray, eta: np.ndarray, J: np.ndarray, d: np.ndarray, dt: float, rows: list[list[float]]) -> Parts:
    """All numbers of a run in units of its step: sizes (populations,), eta (n,), J (target, source), d = dt/tau."""
    ends = np.concatenate([[0], np.cumsum(n)]).astype(np.uint64)
    x0, synapses = aligned(eta * np.repeat(d**2, n)), np.array(rows, dtype=float)
    timed = (synapses[:, ORDER] > 0) | (synapses[:, WINDOW] > 1)
    top = np.maximum.reduceat(x0, ends[:-1].astype(int))
    return Parts(
        x0, ends, d, top, J * (dt * d)[:, None], synapses, timed, np.zeros((n.size, 4)), np.empty((2, int(BLOCK)))
    )
