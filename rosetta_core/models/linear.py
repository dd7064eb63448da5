"""Any linear pair: what x and y do to themselves and to each other, in four numbers; every portrait of the plane."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Quantity


@kernel
def rhs(t, x, p, u):
    x, y = x
    a, b, c, d = p
    F_x, F_y = u
    return (a * x - b * y + F_x, c * x + d * y + F_y)


@kernel
def emit(x, p):
    return x


@kernel
def output(x, p):
    return x[0]


class Invariants(NamedTuple):
    """Trace (1/s) and determinant (1/s^2): all that the poles depend on."""

    trace: float
    determinant: float


def invariants(a: float, b: float, c: float, d: float) -> Invariants:
    """Trace a + d and determinant a d + b c of dx/dt = a x - b y, dy/dt = c x + d y; entries in 1/s."""
    return Invariants(a + d, a * d + b * c)


def poles(a: float, b: float, c: float, d: float) -> np.ndarray:
    """The two poles T/2 +- sqrt(T^2/4 - D) (1/s), complex (2,), the one that grows faster first."""
    trace, determinant = invariants(a, b, c, d)
    half, root = trace / 2, np.sqrt(complex(trace**2 / 4 - determinant))
    return np.array([half + root, half - root])


def solution(t: ArrayLike, x0: ArrayLike, a: float, b: float, c: float, d: float) -> np.ndarray:
    """The pair (x, y), shape (2, ...), at times t (s) from x0 (2,) without drive, exactly for any entries.

    With h = T/2 and k^2 = D - h^2 the matrix exponential is exp(h t) [cos(k t) + (A - h) sin(k t)/k]; k may be
    imaginary, and sin(k t)/k is t at k = 0.
    """
    t, start = np.asarray(t, dtype=float), np.asarray(x0, dtype=float)
    trace, determinant = invariants(a, b, c, d)
    half = trace / 2
    k = np.sqrt(complex(determinant - half**2))
    turn, lean = np.cos(k * t).real, (t * np.sinc(k * t / np.pi)).real
    slope = np.array([[a - half, -b], [c, d - half]]) @ start
    return np.exp(half * t) * (np.multiply.outer(start, turn) + np.multiply.outer(slope, lean))


linear = Model(
    name="linear",
    title="Linear pair",
    rhs=rhs,
    emit=emit,
    state=(
        Quantity("x", 1.0, "1", -2.0, 2.0, "displacement, the push"),
        Quantity("y", 0.0, "1", -2.0, 2.0, "quadrature, the pull"),
    ),
    params=(
        Quantity("a", 0.0, "1/s", -5.0, 5.0, "what x does to itself; the trace is a + d"),
        Quantity("b", 1.0, "1/s", -5.0, 5.0, "how y pulls x down; the determinant is a d + b c"),
        Quantity("c", 4.0, "1/s", -5.0, 5.0, "how x pushes y up"),
        Quantity("d", -1.0, "1/s", -5.0, 5.0, "what y does to itself"),
    ),
    inputs=(
        Quantity("F_x", 0.0, "1/s", -2.0, 2.0, "drive of x"),
        Quantity("F_y", 0.0, "1/s", -2.0, 2.0, "drive of y"),
    ),
    source="10.1201/9780429492563",
    output=output,
    signal=Quantity("x", 0.0, "1", -2.0, 2.0, "displacement"),
)
