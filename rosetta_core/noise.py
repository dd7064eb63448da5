"""Counter-based normal numbers: each depends on (seed, node, target, step) alone, so a path needs no state.

The generator is Threefry-2x64 with 13 rounds, the fewest that pass all of BigCrush (Salmon et al. 2011,
doi:10.1145/2063384.2063405), followed by the Box-Muller transform. The two numbers of one draw serve two steps.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.extending import intrinsic

from rosetta_core._jit import inner, kernel
from rosetta_core._tuples import store_many
from rosetta_core.elementary import float_bits, log, sine_cosine, sqrt
from rosetta_core.lanes import WIDTH, WORDS

BEFORE = 1 << 60  # the step whose number starts an Ornstein-Uhlenbeck process; no run gets there
NOISE_ROW = 3  # numbers that describe the noise on one target
_PARITY = np.uint64(0x1BD11BDAA9FC1A22)
_ONE_BITS = np.uint64(0x3FF0000000000000)


@dataclass(frozen=True)
class OrnsteinUhlenbeck:
    """Coloured noise: stationary standard deviation `sd` (numbers, or one per node) and correlation time `tau` (s)."""

    sd: Any
    tau: Any


def ornstein_uhlenbeck(sd: Any, tau: Any) -> OrnsteinUhlenbeck:
    """Noise with memory, d eta = -eta/tau dt + sd sqrt(2/tau) dW, begun in its stationary state.

    On a state `sd` has the unit of its rate (unit of state per second), on an input the unit of the input; tau in s.
    It is stepped exactly; the integrator sees its mean over each step, so the path has strong order 1.
    Uhlenbeck & Ornstein 1930, doi:10.1103/PhysRev.36.823.
    """
    for name, value, least in (("sd", sd, 0.0), ("tau", tau, math.ulp(0.0))):
        array = np.asarray(value, dtype=float)
        if array.ndim > 1 or not np.isfinite(array).all() or (array < least).any():
            wanted = "positive" if least else "not negative"
            raise ValueError(
                f"ornstein_uhlenbeck wants {name} finite and {wanted}, one number or one per node, got {value}"
            )
    if np.ndim(sd) and np.ndim(tau) and np.size(sd) != np.size(tau):
        raise ValueError(
            f"ornstein_uhlenbeck wants sd and tau for the same nodes, got {np.size(sd)} and {np.size(tau)}"
        )
    return OrnsteinUhlenbeck(sd, tau)


@inner
def _rotate(x, bits):
    return (x << np.uint64(bits)) | (x >> np.uint64(64 - bits))


@inner
def _four_rounds(a, b, r0, r1, r2, r3):
    a = a + b
    b = _rotate(b, r0) ^ a
    a = a + b
    b = _rotate(b, r1) ^ a
    a = a + b
    b = _rotate(b, r2) ^ a
    a = a + b
    b = _rotate(b, r3) ^ a
    return a, b


@kernel
def threefry(counter0, counter1, key0, key1):
    """Two random 64-bit words for a counter and a key of two 64-bit words each."""
    key2 = _PARITY ^ key0 ^ key1
    a, b = _four_rounds(counter0 + key0, counter1 + key1, 16, 42, 12, 31)
    a, b = _four_rounds(a + key1, b + (key2 + np.uint64(1)), 16, 32, 24, 21)
    a, b = _four_rounds(a + key2, b + (key0 + np.uint64(2)), 16, 42, 12, 31)
    a, b = a + key0, b + (key1 + np.uint64(3))
    a = a + b
    b = _rotate(b, 16) ^ a
    return a, b


@inner
def _normals(a, b):
    """Two independent standard normal numbers from two random words."""
    # Uniform on (0, 1): the middle of one of 2**52 cells, so that the logarithm never meets zero.
    first = float_bits((a >> np.uint64(12)) | _ONE_BITS) - (1.0 - 2.0**-53)
    turns = float_bits((b >> np.uint64(12)) | _ONE_BITS) - 1.0
    radius = sqrt(-2.0 * log(first))
    s, c = sine_cosine(turns)
    return radius * c, radius * s


@kernel
def normal_pair(seed, target, node, pair):
    """Two independent standard normal numbers; all four arguments are whole numbers.

    `pair` is the step of the integrator divided by two, `target` counts what the noise is put on. The tails end at
    sqrt(106 ln 2) = 8.57 standard deviations, which a run of 10**16 draws would reach once.
    """
    a, b = threefry(np.uint64(pair), np.uint64(node), np.uint64(seed), np.uint64(target))
    return _normals(a, b)


@intrinsic
def _counting(context, first):
    """Lanes of words: first, first + 1, first + 2, ..."""

    def generate(context, builder, signature, arguments):
        kind = context.get_value_type(WORDS)
        start = builder.insert_element(ir.Constant(kind, ir.Undefined), arguments[0], ir.Constant(ir.IntType(32), 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), kind.count), [0] * kind.count)
        everywhere = builder.shuffle_vector(start, ir.Constant(kind, ir.Undefined), zeros)
        return builder.add(everywhere, ir.Constant(kind, list(range(kind.count))))

    return WORDS(types.uint64), generate


def line_length(steps: int) -> int:
    """Numbers in each of the two rows that `draw` needs for that many steps."""
    return steps // 2 + 1 + WIDTH


@cache
def draw(wide: bool) -> Any:
    """Kernel (seed, target, node, first, steps, line): the number of step k into line[k % 2, k // 2 - first // 2]."""

    @inner
    def in_lanes(seed, target, node, first, steps, line):
        start = first >> 1
        for pair in range(0, ((first + steps - 1) >> 1) - start + 1, WIDTH):
            a, b = threefry(_counting(np.uint64(start + pair)), np.uint64(node), np.uint64(seed), np.uint64(target))
            store_many(line, 0, pair, _normals(a, b))

    @inner
    def one_by_one(seed, target, node, first, steps, line):
        start = first >> 1
        for pair in range(((first + steps - 1) >> 1) - start + 1):
            line[0, pair], line[1, pair] = normal_pair(seed, target, node, start + pair)

    return in_lanes if wide and not config.DISABLE_JIT else one_by_one  # type: ignore[attr-defined]


@cache
def forcing(n_targets: int, wide: bool) -> Any:
    """Kernel that fills F[step * n_targets + target, lane] with the noise of `steps` steps for nodes node, node + 1...

    noise (NOISE_ROW n_targets, nodes or 1) holds for each target the strength of white noise over the square root of
    the step, and the decay and the kick of an Ornstein-Uhlenbeck process, whose present values are eta (n_targets,
    nodes). `keys` (n_targets) tell the targets apart, seeds and streams (nodes) the nodes.
    """
    numbers = draw(wide)

    @inner
    def fill(noise, keys, eta, seeds, streams, node, lanes, first, steps, line, F):
        for target in range(keys.size):
            for lane in range(lanes):
                at = node + lane
                column = at if noise.shape[1] > 1 else 0
                row = NOISE_ROW * target
                white, decay, kick = noise[row, column], noise[row + 1, column], noise[row + 2, column]
                numbers(seeds[at], keys[target], streams[at], first, steps, line)
                now, start = eta[target, at], first >> 1
                for i in range(steps):
                    number = line[(first + i) & 1, ((first + i) >> 1) - start]
                    later = decay * now + kick * number
                    F[i * n_targets + target, lane] = white * number + 0.5 * (now + later)
                    now = later
                eta[target, at] = now

    return fill
