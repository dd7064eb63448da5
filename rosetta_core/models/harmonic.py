"""The harmonic oscillator: a push and a pull of equal strength, for ever."""

import numpy as np

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Quantity


@kernel
def rhs(t, x, p, u):
    x, y = x
    (omega,) = p
    F_x, F_y = u
    return (-omega * y + F_x, omega * x + F_y)


@kernel
def emit(x, p):
    return x


@kernel
def output(x, p):
    return x[0]


def solution(t: np.ndarray, z0: complex, omega: float) -> np.ndarray:
    """z(t) = x + i y from z0 without drive: z0 exp(i omega t); t in s, omega in rad/s."""
    return z0 * np.exp(1j * omega * np.asarray(t))


harmonic = Model(
    name="harmonic",
    title="Harmonic oscillator",
    rhs=rhs,
    emit=emit,
    state=(
        Quantity("x", 1.0, "1", -2.0, 2.0, "displacement, the push"),
        Quantity("y", 0.0, "1", -2.0, 2.0, "quadrature, the pull"),
    ),
    params=(Quantity("omega", 2 * np.pi, "rad/s", 0.5, 20.0, "angular frequency", "positive"),),
    inputs=(
        Quantity("F_x", 0.0, "1/s", -2.0, 2.0, "drive of x"),
        Quantity("F_y", 0.0, "1/s", -2.0, 2.0, "drive of y"),
    ),
    source="10.1016/j.physrep.2026.05.004",
    output=output,
    signal=Quantity("x", 0.0, "1", -2.0, 2.0, "displacement"),
)
