"""Bautin normal form: Stuart-Landau with one more power, so that a jump (gamma < 0) finds somewhere to land.

In z = re + i im the equation is dz/dt = (alpha + i omega) z - (gamma + i beta) |z|^2 z - delta |z|^4 z + u.
"""

from typing import NamedTuple

import numpy as np

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Quantity
from rosetta_core.models.stuart_landau import stuart_landau


@kernel
def rhs(t, x, p, u):
    re, im = x
    alpha, omega, gamma, beta, delta = p
    u_re, u_im = u
    r2 = re * re + im * im
    growth = alpha - gamma * r2 - delta * r2 * r2
    turning = omega - beta * r2
    return (growth * re - turning * im + u_re, turning * re + growth * im + u_im)


@kernel
def emit(x, p):
    return x


@kernel
def output(x, p):
    return x[0]


class Fold(NamedTuple):
    """Where the stable and the unstable cycle meet and vanish: alpha (1/s) and radius (1)."""

    alpha: float
    radius: float


def fold(gamma: float, delta: float) -> Fold:
    """Fold of cycles at alpha = -gamma^2/(4 delta), r^2 = -gamma/(2 delta); wants gamma < 0 < delta."""
    if not (gamma < 0 < delta):
        raise ValueError(f"a fold of cycles wants gamma < 0 < delta, got gamma = {gamma}, delta = {delta}")
    return Fold(-(gamma**2) / (4 * delta), float(np.sqrt(-gamma / (2 * delta))))


def cycle_radii(alpha: float, gamma: float, delta: float) -> tuple[float, ...]:
    """Radii of all cycles, smallest first: the positive roots of alpha - gamma r^2 - delta r^4 = 0, delta > 0."""
    if not delta > 0:
        raise ValueError(f"the highest power must push back: delta > 0 is wanted, got {delta}")
    inside = gamma**2 + 4 * delta * alpha
    if inside < 0:
        return ()
    squares = sorted({(-gamma - np.sqrt(inside)) / (2 * delta), (-gamma + np.sqrt(inside)) / (2 * delta)})
    return tuple(float(np.sqrt(s)) for s in squares if s > 0)


bautin = Model(
    name="bautin",
    title="Bautin normal form",
    rhs=rhs,
    emit=emit,
    state=stuart_landau.state,
    params=(
        *(row._replace(default=-1.0) if row.name == "gamma" else row for row in stuart_landau.params),
        Quantity("delta", 1.0, "1/s", 0.1, 2.0, "saturation of fifth order", "nonnegative"),
    ),
    inputs=stuart_landau.inputs,
    source="10.1007/978-1-4757-3978-7",
    output=output,
    signal=stuart_landau.signal,
)
