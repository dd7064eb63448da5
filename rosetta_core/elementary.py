"""exp, the falling sigmoid, log and the sine and cosine of a turn, without a library call.

The same bits come out natively, in lanes and in WebAssembly. Written as plain arithmetic, so LLVM treats them as it
treats a model. Models call ``exp``, ``sin``, ``cos`` and ``sqrt``; the drive and the noise call the others.
"""

from typing import Any

import numpy as np
from numba import config, types
from numba.extending import intrinsic, overload

from rosetta_core._jit import inlined, inner, kernel
from rosetta_core.lanes import MANY, WORDS, Lanes, alike, bits_of, constant, llvm_call, multiply_add, splat, widest

_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93145751953125e-1
_LN2_LOW = 1.42860682030941723212e-6
_ROUND = 6755399441055744.0  # 1.5 * 2**52: adding and subtracting it rounds to the nearest whole number
_SQRT2 = 1.4142135623730951
_TURN = 0.15915494309189535  # 1 / (2 pi)
_TWO52 = 4503599627370496.0
_TWO52_BITS = np.uint64(0x4330000000000000)
_ONE_BITS = np.uint64(0x3FF0000000000000)
_MANTISSA = np.uint64(0x000FFFFFFFFFFFFF)


@intrinsic
def _scaled(context, x, shifted):
    """x * 2**k, where shifted = 1.5 * 2**52 + k for a whole number k; neither x nor the result may be subnormal."""

    def generate(context, builder, signature, arguments):
        x, shifted = arguments
        word = bits_of(x.type)
        # The lowest bits of `shifted` are k; moved up they add to the exponent of x.
        exponent = builder.shl(builder.bitcast(shifted, word), constant(word, 52))
        return builder.bitcast(builder.add(builder.bitcast(x, word), exponent), x.type)

    return x(x, x), generate


def _extreme(sign: str) -> Any:
    """Intrinsic that gives x where it is on this side of y, else y."""

    @intrinsic
    def extreme(context, x, y):
        def generate(context, builder, signature, arguments):
            x, y = alike(builder, *arguments)
            return builder.select(builder.fcmp_ordered(sign, x, y), x, y)

        return widest(x, y)(*(each if isinstance(each, Lanes) else types.float64 for each in (x, y))), generate

    return extreme


@intrinsic
def _choose(context, x, value, yes, no):
    """`yes` where x equals the number `value`, else `no`."""

    def generate(context, builder, signature, arguments):
        x, value, yes, no = arguments
        return builder.select(builder.fcmp_ordered("==", *alike(builder, x, value)), yes, no)

    result = widest(x)
    return result(x, types.float64, result, result), generate


@intrinsic
def _float_bits(context, words):
    """The floats whose bits are these words."""
    result = MANY if words == WORDS else types.float64
    return result(words), lambda c, b, s, a: b.bitcast(a[0], c.get_value_type(result))


@intrinsic
def _word_bits(context, x):
    """The bits of floats as words."""
    result = WORDS if x == MANY else types.uint64
    return result(x), lambda c, b, s, a: b.bitcast(a[0], c.get_value_type(result))


@intrinsic
def _fma(context, a, b, c):
    """a * b + c, rounded once in lanes and twice in floats."""
    element = widest(a, b, c)

    def generate(context, builder, signature, arguments):
        kind = context.get_value_type(element)
        return multiply_add(builder, element, *(splat(builder, v, kind) for v in arguments))

    sort = [each if isinstance(each, Lanes) else types.float64 for each in (a, b, c)]
    return element(*sort), generate


@intrinsic
def _square_root(context, x):
    return x(x), lambda c, b, s, a: llvm_call(b, "sqrt", a[0])


if config.DISABLE_JIT:  # type: ignore[attr-defined]

    def scaled(x: float, shifted: float) -> float:
        return x * 2.0 ** (shifted - _ROUND)

    smaller, larger = min, max

    def choose(x: float, value: float, yes: float, no: float) -> float:
        return yes if x == value else no

    def float_bits(words: Any) -> float:
        return float(np.uint64(words).view(np.float64))

    def fma(a: float, b: float, c: float) -> float:
        return a * b + c

    def word_bits(x: float) -> Any:
        return np.float64(x).view(np.uint64)

else:
    smaller, larger = _extreme("<"), _extreme(">")
    scaled: Any = _scaled
    choose: Any = _choose
    fma: Any = _fma
    float_bits: Any = _float_bits
    word_bits: Any = _word_bits


def exp(x):
    """exp(x) inside and outside kernels; complex x too. Largest relative error 3.3e-16 for |x| <= 700.

    In kernels real arguments are clipped to [-700, 700]: 9.9e-305 stands for zero there, and nothing overflows.
    """
    return np.exp(x)


@overload(exp, inline="always")
def _exp(x):
    if isinstance(x, types.Complex):
        return lambda x: np.exp(x)
    return lambda x: exp_real(x)


def falling(x, top):
    """top / (1 + exp(x)) inside and outside kernels; complex x too. Relative error below 5.6e-16 for |x| <= 700.

    In kernels real arguments are clipped as those of `exp`.
    """
    return top / (1.0 + np.exp(x))


@overload(falling, inline="always")
def _falling(x, top):
    if isinstance(x, types.Complex) or isinstance(top, types.Complex):
        return lambda x, top: top / (1.0 + np.exp(x))
    return lambda x, top: falling_real(x, top)


def sin(x):
    """sin(x), x in rad, inside and outside kernels; complex x too. Absolute error below 3e-16 (1 + |x|)."""
    return np.sin(x)


@overload(sin, inline="always")
def _sin(x):
    if isinstance(x, types.Complex):
        return lambda x: np.sin(x)
    if isinstance(x, Lanes):
        return lambda x: _sine_cosine(x * _TURN)[0]
    return lambda x: sine_cosine(x * _TURN)[0]


def cos(x):
    """cos(x), x in rad, inside and outside kernels; complex x too. Absolute error below 3e-16 (1 + |x|)."""
    return np.cos(x)


@overload(cos, inline="always")
def _cos(x):
    if isinstance(x, types.Complex):
        return lambda x: np.cos(x)
    if isinstance(x, Lanes):
        return lambda x: _sine_cosine(x * _TURN)[1]
    return lambda x: sine_cosine(x * _TURN)[1]


def sqrt(x):
    """Square root inside and outside kernels; complex x too. Correctly rounded for real x >= 0."""
    return np.sqrt(x)


@overload(sqrt, inline="always")
def _sqrt(x):
    if isinstance(x, Lanes):
        return lambda x: _square_root(x)
    return lambda x: np.sqrt(x)


@inner
def reduced(x):
    """r and `shifted` with exp(x) = 2**k exp(r), |r| <= ln(2)/2; shifted holds k as `scaled` wants it."""
    x = smaller(larger(x, -700.0), 700.0)
    shifted = fma(x, _LOG2_E, _ROUND)
    k = shifted - _ROUND
    return fma(k, -_LN2_LOW, fma(k, -_LN2_HIGH, x)), shifted


@inner
def exp_real(x):
    """exp by reduction to |r| <= ln(2)/2, a polynomial of degree 11 and a scaling.

    The polynomial is 1 + r + r^2 q(r), q interpolating (exp(r) - 1 - r)/r^2 at Chebyshev's nodes: relative error below
    1.7e-17. Its terms are added in pairs and fours, so that the sum is ready sooner than one after the other.
    """
    r, shifted = reduced(x)
    r2 = r * r
    r4 = r2 * r2
    low = fma(r2, fma(r, 0.16666666666666669, 0.5000000000000001), 1.0 + r)
    middle = fma(r2, fma(r, 1.9841269863040545e-4, 1.3888888917196719e-3),
                 fma(r, 8.333333333330065e-3, 4.1666666666624164e-2))  # fmt: skip
    high = fma(r2, fma(r, 2.510037583256132e-8, 2.762007587998348e-7),
               fma(r, 2.7557268480310024e-6, 2.4801521322368692e-5))  # fmt: skip
    return scaled(fma(r4, fma(r4, high, middle), low), shifted)


@inner
def falling_real(x, top):
    """top / (1 + exp(x)) with one division, which makes exp cheaper: exp(r) = (E + r)/(E - r) with E = r coth(r/2).

    E is even, so five powers of z = r^2 do where exp takes eleven of r: (E - 2)/z is interpolated at Chebyshev's nodes,
    with a relative error of exp below 1.2e-18.
    """
    r, shifted = reduced(x)
    z = r * r
    z2 = z * z
    high = fma(z2, 4.143769423035882e-8, fma(z, -1.653406009991112e-6, 6.613756471665357e-5))
    even = fma(z2, high, fma(z, -2.7777777777564486e-3, 0.1666666666666666))
    even = fma(z, even, 2.0)
    below = even - r
    return top * below / (below + scaled(even + r, shifted))


@kernel
def log(x):
    """Natural logarithm of a positive normal number. Error below 2.3e-16 max(1, |log x|).

    The mantissa m is brought to [1/sqrt 2, sqrt 2); log m = 2 artanh(s), s = (m - 1)/(m + 1), |s| <= 0.1716, whose
    series is cut after s**21 (remainder below 5e-18 relative).
    """
    bits = word_bits(x)
    # A whole number below 2**52 under the exponent of 2**52 is the float 2**52 + that number.
    k = float_bits((bits >> np.uint64(52)) | _TWO52_BITS) - (_TWO52 + 1023.0)
    m = float_bits((bits & _MANTISSA) | _ONE_BITS)
    # Move the exponent of the upper half up by one.
    up = choose(larger(m, _SQRT2), _SQRT2, 0.0, 1.0)
    m = m * (1.0 - 0.5 * up)
    k = k + up
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    q = 1.0 / 21.0
    q = (q * z + 1.0 / 19.0) * z + 1.0 / 17.0
    q = (q * z + 1.0 / 15.0) * z + 1.0 / 13.0
    q = (q * z + 1.0 / 11.0) * z + 1.0 / 9.0
    q = (q * z + 1.0 / 7.0) * z + 1.0 / 5.0
    q = q * z + 1.0 / 3.0
    series = 2.0 * s + 2.0 * s * (z * q)
    return k * _LN2_HIGH + (series + k * _LN2_LOW)


@kernel
def sine_cosine(turns):
    """(sin, cos) of 2 pi `turns`. Absolute error below 3e-16 where |turns| < 2**51.

    Counted in turns the reduction to an eighth of a turn is exact; the series in |a| <= pi/4 are cut at a**17 and
    a**16 (remainders below 1e-18).
    """
    quarter = (4.0 * turns + _ROUND) - _ROUND
    a = (turns - 0.25 * quarter) * 6.283185307179586
    z = a * a
    s = 1.0 / 355687428096000.0
    s = (s * z - 1.0 / 1307674368000.0) * z + 1.0 / 6227020800.0
    s = (s * z - 1.0 / 39916800.0) * z + 1.0 / 362880.0
    s = (s * z - 1.0 / 5040.0) * z + 1.0 / 120.0
    s = s * z - 1.0 / 6.0
    s = a + a * (z * s)
    c = 1.0 / 20922789888000.0
    c = (c * z - 1.0 / 87178291200.0) * z + 1.0 / 479001600.0
    c = (c * z - 1.0 / 3628800.0) * z + 1.0 / 40320.0
    c = (c * z - 1.0 / 720.0) * z + 1.0 / 24.0
    c = (c * z - 0.5) * z + 1.0
    # Which quarter of the turn, from -2 to 2; a swap of sine and cosine and two signs.
    which = quarter - 4.0 * ((0.25 * quarter + _ROUND) - _ROUND)
    odd = which * which
    s, c = choose(odd, 1.0, c, s), choose(odd, 1.0, -s, c)
    back = choose(which, -1.0, -1.0, choose(odd, 4.0, -1.0, 1.0))
    return back * s, back * c


# Inlined in lanes, for speed; called in floats, so that the page's modules stay small.
_sine_cosine = inlined(sine_cosine)
