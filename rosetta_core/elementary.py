"""exp, log and the sine and cosine of a turn, without a library call.

The same bits come out natively and in WebAssembly, and loops over nodes vectorise. Written as plain arithmetic, so
LLVM treats them as it treats a model. Models call ``exp``, ``sin`` and ``cos``; the drive and the noise call the others.
"""

import numpy as np
from numba import config, types
from numba.extending import intrinsic, overload

from rosetta_core._jit import inner

_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93145751953125e-1
_LN2_LOW = 1.42860682030941723212e-6
_ROUND = 6755399441055744.0  # 1.5 * 2**52: adding and subtracting it rounds to the nearest whole number
_SQRT2 = 1.4142135623730951
_TURN = 0.15915494309189535  # 1 / (2 pi)


@intrinsic
def _float_from_bits(context, bits):
    from llvmlite import ir

    return types.float64(types.int64), lambda c, b, s, a: b.bitcast(a[0], ir.DoubleType())


@intrinsic
def _bits_from_float(context, x):
    from llvmlite import ir

    return types.int64(types.float64), lambda c, b, s, a: b.bitcast(a[0], ir.IntType(64))


if config.DISABLE_JIT:  # type: ignore[attr-defined]

    def float_from_bits(bits: int) -> float:
        return float(np.int64(bits).view(np.float64))

    def bits_from_float(x: float) -> int:
        return int(np.float64(x).view(np.int64))

else:
    float_from_bits, bits_from_float = _float_from_bits, _bits_from_float


def exp(x):
    """exp(x) inside and outside kernels; complex x too. Largest relative error 2.3e-16 for |x| <= 700.

    In kernels real arguments are clipped to [-700, 700]: 9.9e-305 stands for zero there, and nothing overflows.
    """
    return np.exp(x)


@overload(exp, inline="always")
def _exp(x):
    if isinstance(x, types.Complex):
        return lambda x: np.exp(x)
    return lambda x: exp_real(x)


def sin(x):
    """sin(x), x in rad, inside and outside kernels; complex x too. Absolute error below 3e-16 (1 + |x|)."""
    return np.sin(x)


@overload(sin, inline="always")
def _sin(x):
    if isinstance(x, types.Complex):
        return lambda x: np.sin(x)
    return lambda x: sine_cosine(x * _TURN)[0]


def cos(x):
    """cos(x), x in rad, inside and outside kernels; complex x too. Absolute error below 3e-16 (1 + |x|)."""
    return np.cos(x)


@overload(cos, inline="always")
def _cos(x):
    if isinstance(x, types.Complex):
        return lambda x: np.cos(x)
    return lambda x: sine_cosine(x * _TURN)[1]


@inner
def exp_real(x):
    """exp by reduction to |r| <= ln(2)/2, Taylor's polynomial of degree 13 (truncation below 2e-18), and a scaling."""
    x = min(max(x, -700.0), 700.0)
    k = (x * _LOG2_E + _ROUND) - _ROUND
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    s = 1.0 / 6227020800.0
    s = s * r + 1.0 / 479001600.0
    s = s * r + 1.0 / 39916800.0
    s = s * r + 1.0 / 3628800.0
    s = s * r + 1.0 / 362880.0
    s = s * r + 1.0 / 40320.0
    s = s * r + 1.0 / 5040.0
    s = s * r + 1.0 / 720.0
    s = s * r + 1.0 / 120.0
    s = s * r + 1.0 / 24.0
    s = s * r + 1.0 / 6.0
    s = s * r + 0.5
    s = s * r + 1.0
    s = s * r + 1.0
    return s * float_from_bits((np.int64(k) + np.int64(1023)) << np.int64(52))


@inner
def log(x):
    """Natural logarithm of a positive normal number. Error below 2.3e-16 max(1, |log x|).

    The mantissa m is brought to [1/sqrt 2, sqrt 2); log m = 2 artanh(s), s = (m - 1)/(m + 1), |s| <= 0.1716, whose
    series is cut after s**21 (remainder below 5e-18 relative).
    """
    bits = bits_from_float(x)
    k = (bits >> np.int64(52)) - np.int64(1023)
    m = float_from_bits((bits & np.int64(0x000FFFFFFFFFFFFF)) | np.int64(0x3FF0000000000000))
    if m > _SQRT2:
        m = 0.5 * m
        k += np.int64(1)
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    q = 1.0 / 21.0
    q = q * z + 1.0 / 19.0
    q = q * z + 1.0 / 17.0
    q = q * z + 1.0 / 15.0
    q = q * z + 1.0 / 13.0
    q = q * z + 1.0 / 11.0
    q = q * z + 1.0 / 9.0
    q = q * z + 1.0 / 7.0
    q = q * z + 1.0 / 5.0
    q = q * z + 1.0 / 3.0
    series = 2.0 * s + 2.0 * s * (z * q)
    return np.float64(k) * _LN2_HIGH + (series + np.float64(k) * _LN2_LOW)


@inner
def sine_cosine(turns):
    """(sin, cos) of 2 pi `turns`. Absolute error below 3e-16 where |turns| < 2**51.

    Counted in turns the reduction to an eighth of a turn is exact; the series in |a| <= pi/4 are cut at a**17 and
    a**16 (remainders below 1e-18).
    """
    quarter = (4.0 * turns + _ROUND) - _ROUND
    a = (turns - 0.25 * quarter) * 6.283185307179586
    z = a * a
    s = 1.0 / 355687428096000.0
    s = s * z - 1.0 / 1307674368000.0
    s = s * z + 1.0 / 6227020800.0
    s = s * z - 1.0 / 39916800.0
    s = s * z + 1.0 / 362880.0
    s = s * z - 1.0 / 5040.0
    s = s * z + 1.0 / 120.0
    s = s * z - 1.0 / 6.0
    s = a + a * (z * s)
    c = 1.0 / 20922789888000.0
    c = c * z - 1.0 / 87178291200.0
    c = c * z + 1.0 / 479001600.0
    c = c * z - 1.0 / 3628800.0
    c = c * z + 1.0 / 40320.0
    c = c * z - 1.0 / 720.0
    c = c * z + 1.0 / 24.0
    c = (c * z - 0.5) * z + 1.0
    which = np.int64(quarter) & np.int64(3)
    if which == 0:
        return s, c
    if which == 1:
        return c, -s
    if which == 2:
        return -s, -c
    return -c, s
