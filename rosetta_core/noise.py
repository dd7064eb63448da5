"""Counter-based normal numbers: each depends on (seed, stream, step) alone, so a path needs no state.

The generator is Threefry-2x64 with 13 rounds, the fewest that pass all of BigCrush (Salmon et al. 2011,
doi:10.1145/2063384.2063405), followed by the Box-Muller transform.
"""

from typing import Any

import numpy as np

from rosetta_core._jit import inner, kernel
from rosetta_core.elementary import log, sine_cosine

_PARITY = np.uint64(0x1BD11BDAA9FC1A22)
_UNIT = 2.0**-53


@inner
def _rotate(x, bits):
    return (x << np.uint64(bits)) | (x >> np.uint64(64 - bits))


@inner
def _four_rounds(a, b, r0, r1, r2, r3):
    a += b
    b = _rotate(b, r0) ^ a
    a += b
    b = _rotate(b, r1) ^ a
    a += b
    b = _rotate(b, r2) ^ a
    a += b
    b = _rotate(b, r3) ^ a
    return a, b


@kernel
def threefry(counter0, counter1, key0, key1):
    """Two random 64-bit words for a counter and a key of two 64-bit words each."""
    key2 = _PARITY ^ key0 ^ key1
    a, b = counter0 + key0, counter1 + key1
    a, b = _four_rounds(a, b, 16, 42, 12, 31)
    a, b = a + key1, b + key2 + np.uint64(1)
    a, b = _four_rounds(a, b, 16, 32, 24, 21)
    a, b = a + key2, b + key0 + np.uint64(2)
    a, b = _four_rounds(a, b, 16, 42, 12, 31)
    a, b = a + key0, b + key1 + np.uint64(3)
    a += b
    b = _rotate(b, 16) ^ a
    return a, b


@kernel
def normal_pair(seed, pair, stream, step):
    """Two independent standard normal numbers; all four arguments are whole numbers.

    `stream` is the node, `step` the step of the integrator, `pair` counts pairs of states within a node. The tails
    end at sqrt(106 ln 2) = 8.57 standard deviations, which a run of 10**16 draws would reach once.
    """
    a, b = threefry(np.uint64(step), np.uint64(stream), np.uint64(seed), np.uint64(pair))
    # Uniform on (0, 1): the middle of one of 2**53 cells, so that the logarithm never meets zero.
    first = (np.float64(np.int64(a >> np.uint64(11))) + 0.5) * _UNIT
    turns = np.float64(np.int64(b >> np.uint64(11))) * _UNIT
    radius = np.sqrt(-2.0 * log(first))
    s, c = sine_cosine(turns)
    return radius * c, radius * s


def normals(n: int) -> Any:
    """Kernel (seed, stream, step) -> tuple of n standard normal numbers."""

    @inner
    def none(seed, stream, step):
        return ()

    drawn = none
    for pair in range((n + 1) // 2):
        drawn = _with_pair(drawn, pair, 2 * pair + 1 < n)
    return drawn


def _with_pair(previous: Any, pair: int, both: bool) -> Any:
    @inner
    def two(seed, stream, step):
        return previous(seed, stream, step) + normal_pair(seed, pair, stream, step)

    @inner
    def one(seed, stream, step):
        return previous(seed, stream, step) + (normal_pair(seed, pair, stream, step)[0],)

    return two if both else one
