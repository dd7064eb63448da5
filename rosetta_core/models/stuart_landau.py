"""Stuart-Landau: the normal form of the Hopf bifurcation, the birth of a rhythm.

In z = re + i im the equation is dz/dt = (alpha + i omega) z - (gamma + i beta) |z|^2 z + u.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Quantity, preset


@kernel
def rhs(t, x, p, u):
    re, im = x
    alpha, omega, gamma, beta = p
    u_re, u_im = u
    r2 = re * re + im * im
    return (
        (alpha - gamma * r2) * re - (omega - beta * r2) * im + u_re,
        (omega - beta * r2) * re + (alpha - gamma * r2) * im + u_im,
    )


@kernel
def emit(x, p):
    return x


@kernel
def output(x, p):
    return x[0]


class LimitCycle(NamedTuple):
    """Radius (1), frequency (Hz) and return rate (1/s, positive when stable) of the cycle."""

    radius: float
    frequency: float
    return_rate: float


def limit_cycle(alpha: float, omega: float, gamma: float, beta: float) -> LimitCycle:
    """The cycle of radius sqrt(alpha/gamma); ValueError where there is none (alpha/gamma <= 0)."""
    if not alpha * gamma > 0:
        raise ValueError(f"a cycle wants alpha and gamma of one sign, got alpha = {alpha}, gamma = {gamma}")
    turning = omega - beta * alpha / gamma
    return LimitCycle(float(np.sqrt(alpha / gamma)), turning / (2 * np.pi), 2 * alpha)


def radius_at(t: ArrayLike, r0: float, alpha: float, gamma: float) -> np.ndarray:
    """Amplitude r(t) from r0 > 0, exactly; t in s. At alpha = 0 the power law r0/sqrt(1 + 2 gamma r0^2 t).

    Written so that nothing cancels near alpha = 0 and nothing overflows for large t.
    """
    t = np.asarray(t, dtype=float)
    # r^2 = r0^2 e^{2 alpha t} / (1 + gamma r0^2 (e^{2 alpha t} - 1)/alpha), above and below divided by what would grow.
    rate = abs(alpha)
    fading = np.exp(-2 * rate * t)
    rising = 2 * t if rate == 0 else -np.expm1(-2 * rate * t) / rate
    if alpha >= 0:
        return r0 / np.sqrt(fading + gamma * r0**2 * rising)
    return r0 * np.sqrt(fading / (1 + gamma * r0**2 * rising))


def asymptotic_phase(z: ArrayLike, gamma: float, beta: float, alpha: float) -> np.ndarray:
    """Phase (rad) at which the state z will end up on the cycle: arg z - beta/(2 gamma) ln(gamma |z|^2/alpha)."""
    z = np.asarray(z, dtype=complex)
    return np.angle(z) - beta / (2 * gamma) * np.log(gamma * np.abs(z) ** 2 / alpha)


def phase_response(phase: ArrayLike, alpha: float, gamma: float, beta: float) -> np.ndarray:
    """Gradient of the phase on the cycle (rad per unit of re and of im), shape (2, ...); needs alpha, gamma > 0."""
    phase = np.asarray(phase, dtype=float)
    s, c = np.sin(phase), np.cos(phase)
    return np.array([-beta * c - gamma * s, gamma * c - beta * s]) / np.sqrt(alpha * gamma)


def amplitude_density(r: ArrayLike, alpha: float, gamma: float, sigma: float) -> np.ndarray:
    """Stationary probability density (1) of |z| under white noise sigma (1/sqrt s) on re and im.

    p(r) ~ r exp[(alpha r^2/2 - gamma r^4/4)/D], D = sigma^2/2, for any omega and beta; gamma > 0. Normalised by
    Simpson's rule on 4097 points up to where the density is below exp(-40) of its peak.
    """
    if not (gamma > 0 and sigma > 0):
        raise ValueError(f"a stationary density wants gamma > 0 and sigma > 0, got gamma = {gamma}, sigma = {sigma}")
    from scipy.integrate import simpson  # here, because it would double the time of `import rosetta_core`

    d = sigma**2 / 2

    def log_weight(r: np.ndarray) -> np.ndarray:
        return np.log(np.maximum(r, 1e-300)) + (alpha * r**2 / 2 - gamma * r**4 / 4) / d

    # The peak solves 1/r + (alpha r - gamma r^3)/D = 0; beyond r^2 = 2 r_peak^2 + sqrt(160 D/gamma) nothing is left.
    peak_square = (alpha + np.sqrt(alpha**2 + 4 * gamma * d)) / (2 * gamma)
    peak = log_weight(np.sqrt(peak_square))
    grid = np.linspace(0, np.sqrt(2 * peak_square + np.sqrt(160 * d / gamma)), 4097)
    area = simpson(np.exp(log_weight(grid) - peak), x=grid)
    r = np.asarray(r, dtype=float)
    return np.where(r > 0, np.exp(log_weight(np.abs(r)) - peak), 0.0) / area


stuart_landau = Model(
    name="stuart_landau",
    title="Stuart-Landau oscillator",
    rhs=rhs,
    emit=emit,
    state=(
        Quantity("re", 0.1, "1", -2.0, 2.0, "real part of z, the push"),
        Quantity("im", 0.0, "1", -2.0, 2.0, "imaginary part of z, the pull"),
    ),
    params=(
        Quantity("alpha", 0.5, "1/s", -1.0, 1.0, "growth rate at rest, the distance from the Hopf bifurcation"),
        Quantity("omega", 2 * np.pi, "rad/s", 0.0, 20.0, "angular frequency at rest"),
        Quantity("gamma", 1.0, "1/s", -1.0, 2.0, "saturation, how the growth slows with amplitude"),
        Quantity("beta", 0.0, "1/s", -4.0, 4.0, "shear, how the turning slows with amplitude"),
    ),
    inputs=(
        Quantity("u_re", 0.0, "1/s", -2.0, 2.0, "drive of the real part"),
        Quantity("u_im", 0.0, "1/s", -2.0, 2.0, "drive of the imaginary part"),
    ),
    source="10.1016/j.physrep.2026.05.004",
    output=output,
    signal=Quantity("re", 0.0, "1", -2.0, 2.0, "real part of z"),
    presets=(
        preset(
            "rosetta_2026_fig_3_1",
            source="10.1016/j.physrep.2026.05.004",
            where="Figure 3.1",
            note="there alpha goes from -10 to 10 1/s; this is its middle",
            alpha=0.0,
            omega=1.0,
            gamma=1.0,
            beta=0.0,
        ),
        *(
            preset(
                f"rosetta_2026_bias_{name}",
                source="10.1016/j.physrep.2026.05.004",
                where="Appendix H, an oscillator under a constant bias",
                note=f"the bias is {bias} there: {what} the Hopf bifurcation at sqrt(2.125) = 1.458",
                alpha=1.0,
                omega=2.0,
                gamma=1.0,
                beta=0.0,
                u_re=bias,
            )
            for name, bias, what in (("cycle", 0.5, "a cycle, below"), ("rest", 2.0, "a fixed point, above"))
        ),
        preset(
            "deco_2017",
            source="10.1038/s41598-017-03073-5",
            where="one region of the homogeneous model, with alpha as in Fig. 2 of doi:10.1162/netn_a_00299",
            note="omega is the middle of the band of BOLD, 0.04 to 0.07 Hz, in which each region has its own; noise of "
            "sigma = 0.02 on re and im (0.01 in later programs); diffusive coupling, the largest weight 0.2",
            alpha=-0.02,
            omega=2 * np.pi * 0.055,
            gamma=1.0,
            beta=0.0,
        ),
    ),
)
