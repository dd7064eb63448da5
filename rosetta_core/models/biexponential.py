"""Biexponential synapse: a second-order filter with a rise and a decay, from arriving spikes to a mean potential.

tau_rise tau_decay s'' + (tau_rise + tau_decay) s' + s = gain rate, with z = s'. The response to one spike is
gain (exp(-t/tau_decay) - exp(-t/tau_rise))/(tau_decay - tau_rise), and the gain is its area. The closed forms take
tau_rise = 0 (the exponential synapse) and tau_rise = tau_decay (the alpha synapse) without loss of digits.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Quantity, preset

PAPER = "10.1016/j.physrep.2026.05.004"


@kernel
def rhs(t, x, p, u):
    s, z = x
    gain, tau_rise, tau_decay = p
    (rate,) = u
    return (z, (gain * rate - s - (tau_rise + tau_decay) * z) / (tau_rise * tau_decay))


@kernel
def emit(x, p):
    return (x[0],)


@kernel
def output(x, p):
    return x[0]


class Receptor(NamedTuple):
    """Range of the rise and of the decay time of a receptor (s)."""

    rise: tuple[float, float]
    decay: tuple[float, float]


RECEPTORS = {
    "AMPA": Receptor((0.0, 0.002), (0.002, 0.005)),
    "NMDA": Receptor((0.003, 0.015), (0.04, 0.1)),
    "GABA_A": Receptor((0.0, 0.002), (0.006, 0.02)),
    "GABA_B": Receptor((0.025, 0.05), (0.1, 0.3)),
}
"""Generic ranges by receptor: Castaldo et al. 2026, doi:10.1016/j.physrep.2026.05.004, Table 4.1."""


class Peak(NamedTuple):
    """Time (s) and value (unit of gain per s) of the largest response to one spike."""

    time: float
    value: float


def _ordered(tau_rise: float, tau_decay: float) -> tuple[float, float]:
    """The faster and the slower of two time constants that may not both vanish."""
    if not (tau_rise >= 0 and tau_decay >= 0 and tau_rise + tau_decay > 0):
        raise ValueError(f"time constants must not be negative, and not both 0; got {tau_rise} and {tau_decay} s")
    return min(tau_rise, tau_decay), max(tau_rise, tau_decay)


def impulse_response(t: ArrayLike, gain: float, tau_rise: float, tau_decay: float) -> np.ndarray:
    """Response (unit of gain per s) to one spike at t = 0; 0 before it. t and the time constants in s, in any order.

    Relative error below 1e-14 (1 + t/tau_rise), also where the time constants agree. Its area is the gain.
    """
    fast, slow = _ordered(tau_rise, tau_decay)
    t = np.asarray(t, dtype=float)
    late = np.maximum(t, 0.0)
    if fast == 0:
        return np.where(t >= 0, gain / slow * np.exp(-late / slow), 0.0)
    apart = late * ((slow - fast) / slow / fast)
    # (1 - exp(-apart))/apart without cancellation, 1 at 0.
    share = np.where(apart > 0, -np.expm1(-apart) / np.where(apart > 0, apart, 1.0), 1.0)
    return np.where(t >= 0, gain * late / fast / slow * np.exp(-late / slow) * share, 0.0)


def peak(gain: float, tau_rise: float, tau_decay: float) -> Peak:
    """Peak of the impulse response: at tau_rise tau_decay ln(tau_decay/tau_rise)/(tau_decay - tau_rise).

    With q = tau_decay/tau_rise its value is gain/tau_decay q^(-1/(q - 1)); gain/(e tau) at equal times, gain/tau_decay
    at once for tau_rise = 0.
    """
    fast, slow = _ordered(tau_rise, tau_decay)
    if fast == 0:
        return Peak(0.0, gain / slow)
    excess = (slow - fast) / fast
    share = float(np.log1p(excess) / excess) if excess else 1.0
    return Peak(slow * share, float(gain / slow * np.exp(-share)))


def transfer(frequency: ArrayLike, gain: float, tau_rise: float, tau_decay: float) -> np.ndarray:
    """Complex response gain/((1 + i w tau_rise)(1 + i w tau_decay)) to a rate that swings at frequency w/2 pi (Hz)."""
    _ordered(tau_rise, tau_decay)
    w = 2j * np.pi * np.asarray(frequency, dtype=float)
    return gain / ((1 + w * tau_rise) * (1 + w * tau_decay))


def group_delay(frequency: ArrayLike, tau_rise: float, tau_decay: float) -> np.ndarray:
    """Delay (s) of a slow envelope on a carrier of `frequency` (Hz): the sum of tau/(1 + w^2 tau^2), w = 2 pi f."""
    _ordered(tau_rise, tau_decay)
    w = 2 * np.pi * np.asarray(frequency, dtype=float)
    return tau_rise / (1 + (w * tau_rise) ** 2) + tau_decay / (1 + (w * tau_decay) ** 2)


def tau_row(name: str, default: float, meaning: str) -> Quantity:
    """Row of a time constant of a synapse."""
    return Quantity(name, default, "s", 0.001, 0.3, meaning, "positive")


GAIN = Quantity("gain", 0.1, "mV s", 0.0, 1.0, "area under the response to one spike", "nonnegative")
RATE = Quantity("rate", 0.0, "1/s", 0.0, 300.0, "rate of arriving spikes")
S = Quantity("s", 0.0, "mV", -10.0, 10.0, "mean postsynaptic potential")
Z = Quantity("z", 0.0, "mV/s", -1000.0, 1000.0, "slope of the mean postsynaptic potential")

biexponential = Model(
    name="biexponential",
    title="Biexponential synapse",
    rhs=rhs,
    emit=emit,
    output=output,
    state=(S, Z),
    params=(GAIN, tau_row("tau_rise", 0.002, "rise time"), tau_row("tau_decay", 0.01, "decay time")),
    inputs=(RATE,),
    signal=S,
    source=PAPER,
    presets=tuple(
        preset(
            name, PAPER, "Table 4.1", "The middles of the two ranges; the gain is not in the table.",
            tau_rise=sum(ranges.rise) / 2, tau_decay=sum(ranges.decay) / 2,
        )
        for name, ranges in RECEPTORS.items()
    ),
)  # fmt: skip
