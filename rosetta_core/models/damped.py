"""The damped oscillator: a push and a pull that lose (alpha < 0) or gain a fixed fraction each second."""

from typing import NamedTuple

import numpy as np

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Quantity, preset


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


class SecondOrder(NamedTuple):
    """alpha (1/s) and omega (rad/s) of the oscillator x'' + 2 zeta w0 x' + w0^2 x = force."""

    alpha: float
    omega: float


def second_order(f0: float, zeta: float) -> SecondOrder:
    """The same oscillator written with a displacement x and its slope v: w0 = 2 pi f0 (f0 in Hz), damping ratio zeta.

    y = (alpha x - v)/omega, and a force on v is the drive F_y = -force/omega; alpha = -zeta w0 and
    omega = w0 sqrt(1 - zeta^2). ValueError unless f0 > 0 and 0 <= zeta < 1: beyond, nothing turns.
    """
    if not (f0 > 0 and 0 <= zeta < 1):
        raise ValueError(f"f0 > 0 and a damping ratio of at least 0 and below 1 are wanted, got {f0} Hz and {zeta}")
    w0 = 2 * np.pi * f0
    return SecondOrder(-zeta * w0, w0 * float(np.sqrt(1 - zeta * zeta)))


class Resonance(NamedTuple):
    """Peak of the displacement: frequency (Hz), size (1) against a steady force, width (Hz) at half power.

    decrement is the logarithm (1) of the ratio of two free swings in sequence.
    """

    frequency: float
    gain: float
    bandwidth: float
    decrement: float


def resonance(f0: float, zeta: float) -> Resonance:
    """Resonance of x'' + 2 zeta w0 x' + w0^2 x = force, exactly; w0 = 2 pi f0, f0 in Hz.

    The peak is at f0 sqrt(1 - 2 zeta^2), half power at f0 sqrt(1 - 2 zeta^2 +- 2 zeta sqrt(1 - zeta^2)). ValueError for
    zeta >= 1/sqrt(2), where a steady force moves it most; the bandwidth is nan for zeta > sin(pi/8) = 0.383, where the
    answer to a steady force is already above half power.
    """
    if not (f0 > 0 and 0 < zeta < np.sqrt(0.5)):
        raise ValueError(f"f0 > 0 and 0 < zeta < 1/sqrt(2) are wanted for a peak, got f0 = {f0} Hz, zeta = {zeta}")
    turn = float(np.sqrt(1 - zeta * zeta))
    centre, half = 1 - 2 * zeta * zeta, 2 * zeta * turn
    width = 2 * half / (np.sqrt(centre + half) + np.sqrt(centre - half)) if centre >= half else np.nan
    return Resonance(f0 * float(np.sqrt(centre)), 1 / half, f0 * float(width), 2 * np.pi * zeta / turn)


damped = Model(
    name="damped",
    title="Damped oscillator",
    rhs=rhs,
    emit=emit,
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
    source="10.1016/j.physrep.2026.05.004",
    output=output,
    signal=Quantity("x", 0.0, "1", -2.0, 2.0, "displacement"),
    presets=(
        preset(
            "ponce_alvarez_2024",
            source="10.1038/s41598-024-53105-0",
            where="the authors' program, github.com/adrianponce/Linear-Hopf-model, run_simulations_vs_LNA.m",
            note="the mean node of a network of 250: alpha is Gaussian with a standard deviation of 0.3, omega with a "
            "fifth of its mean; diffusive coupling by a connectome, gain 3; noise of sigma = 0.01 on x and y",
            alpha=-1.0,
            omega=2 * np.pi,
        ),
    ),
)
