"""The damped oscillator: a push and a pull that lose (alpha < 0) or gain a fixed fraction each second."""

import numpy as np

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Quantity


@kernel
def rhs(t, x, p, u):
    x, y = x
    alpha, omega = p
    F_x, F_y = u
    return (alpha * x - omega * y + F_x, omega * x + alpha * y + F_y)


@kernel
def emit(x, p):
    return x


@kernel
def output(x, p):
    return x[0]


def solution(t: np.ndarray, z0: complex, alpha: float, omega: float) -> np.ndarray:
    """z(t) = x + i y from z0 without drive: z0 exp((alpha + i omega) t); t in s, alpha in 1/s, omega in rad/s."""
    return z0 * np.exp((alpha + 1j * omega) * np.asarray(t))


def susceptibility(drive: np.ndarray, alpha: float, omega: float) -> np.ndarray:
    """Response of z to exp(i drive t) (s): 1 / (i (drive - omega) - alpha); `drive` and omega in rad/s."""
    return 1.0 / (1j * (np.asarray(drive) - omega) - alpha)


def spectrum(frequency: np.ndarray, alpha: float, omega: float, sigma: float) -> np.ndarray:
    """Two-sided power spectral density (1/Hz) of x under white noise sigma (1/sqrt s) on x and y, alpha < 0.

    Its integral over all frequencies (Hz) is the variance sigma**2 / (2 |alpha|).
    """
    f = 2 * np.pi * np.asarray(frequency)
    return 0.5 * sigma**2 * (1 / (alpha**2 + (f - omega) ** 2) + 1 / (alpha**2 + (f + omega) ** 2))


damped = Model(
    name="damped",
    title="Damped oscillator",
    rhs=rhs,
    emit=emit,
    output=output,
    state=(
        Quantity("x", 1.0, "1", -2.0, 2.0, "displacement, the push"),
        Quantity("y", 0.0, "1", -2.0, 2.0, "quadrature, the pull"),
    ),
    params=(
        Quantity("alpha", -0.5, "1/s", -5.0, 0.5, "growth rate; negative is damping"),
        Quantity("omega", 2 * np.pi, "rad/s", 0.5, 20.0, "angular frequency", "positive"),
    ),
    inputs=(
        Quantity("F_x", 0.0, "1/s", -2.0, 2.0, "drive of x"),
        Quantity("F_y", 0.0, "1/s", -2.0, 2.0, "drive of y"),
    ),
    signal=Quantity("x", 0.0, "1", -2.0, 2.0, "displacement"),
    source="10.1016/j.physrep.2026.05.004",
)
