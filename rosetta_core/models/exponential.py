"""Exponential synapse: a first-order filter from the rate of arriving spikes to a mean potential.

tau s' + s = gain rate. One spike makes s jump by gain/tau at once, and the jump decays as exp(-t/tau); the gain is the
area under it. The biexponential synapse without its rise, whose closed forms serve here.
"""

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import kernel
from rosetta_core.model import Model, preset
from rosetta_core.models.biexponential import GAIN, PAPER, RATE, RECEPTORS, Peak, S, tau_row
from rosetta_core.models.biexponential import group_delay as group_delay_of_two
from rosetta_core.models.biexponential import impulse_response as impulse_response_of_two
from rosetta_core.models.biexponential import peak as peak_of_two
from rosetta_core.models.biexponential import transfer as transfer_of_two


@kernel
def rhs(t, x, p, u):
    (s,) = x
    gain, tau = p
    (rate,) = u
    return ((gain * rate - s) / tau,)


@kernel
def emit(x, p):
    return (x[0],)


@kernel
def output(x, p):
    return x[0]


def impulse_response(t: ArrayLike, gain: float, tau: float) -> np.ndarray:
    """Response gain/tau exp(-t/tau) (unit of gain per s) to one spike at t = 0; 0 before it. t and tau in s."""
    return impulse_response_of_two(t, gain, 0.0, tau)


def peak(gain: float, tau: float) -> Peak:
    """Peak of the impulse response: gain/tau, at once."""
    return peak_of_two(gain, 0.0, tau)


def transfer(frequency: ArrayLike, gain: float, tau: float) -> np.ndarray:
    """Complex response gain/(1 + i w tau) to a rate that swings at frequency w/2 pi (Hz)."""
    return transfer_of_two(frequency, gain, 0.0, tau)


def group_delay(frequency: ArrayLike, tau: float) -> np.ndarray:
    """Delay tau/(1 + w^2 tau^2) (s) of a slow envelope on a carrier of frequency w/2 pi (Hz)."""
    return group_delay_of_two(frequency, 0.0, tau)


exponential = Model(
    name="exponential",
    title="Exponential synapse",
    rhs=rhs,
    emit=emit,
    output=output,
    state=(S,),
    params=(GAIN, tau_row("tau", 0.01, "decay time")),
    inputs=(RATE,),
    signal=S,
    source=PAPER,
    presets=tuple(
        preset(
            name, PAPER, "Table 4.1", "The middle of the range of the decay; its rise and the gain are left out.",
            tau=sum(ranges.decay) / 2,
        )
        for name, ranges in RECEPTORS.items()
    ),
)  # fmt: skip
