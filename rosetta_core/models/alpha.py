"""Alpha synapse: the critically damped second-order filter, the synapse of Jansen and Rit.

tau^2 s'' + 2 tau s' + s = gain rate, with z = s'. The response to one spike is gain t/tau^2 exp(-t/tau), and the gain
is its area. The biexponential synapse with equal time constants, whose closed forms serve here.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Preset, preset
from rosetta_core.models.biexponential import GAIN, PAPER, RATE, Peak, S, Z, tau_row
from rosetta_core.models.biexponential import group_delay as group_delay_of_two
from rosetta_core.models.biexponential import impulse_response as impulse_response_of_two
from rosetta_core.models.biexponential import peak as peak_of_two
from rosetta_core.models.biexponential import transfer as transfer_of_two

JANSEN_RIT = "10.1007/BF00199471"


@kernel
def rhs(t, x, p, u):
    s, z = x
    gain, tau = p
    (rate,) = u
    return (z, (gain * rate - s - 2.0 * tau * z) / (tau * tau))


@kernel
def emit(x, p):
    return (x[0],)


@kernel
def output(x, p):
    return x[0]


def impulse_response(t: ArrayLike, gain: float, tau: float) -> np.ndarray:
    """Response gain t/tau^2 exp(-t/tau) (unit of gain per s) to one spike at t = 0; 0 before it. t and tau in s."""
    return impulse_response_of_two(t, gain, tau, tau)


def peak(gain: float, tau: float) -> Peak:
    """Peak of the impulse response: gain/(e tau), at t = tau."""
    return peak_of_two(gain, tau, tau)


def transfer(frequency: ArrayLike, gain: float, tau: float) -> np.ndarray:
    """Complex response gain/(1 + i w tau)^2 to a rate that swings at frequency w/2 pi (Hz)."""
    return transfer_of_two(frequency, gain, tau, tau)


def group_delay(frequency: ArrayLike, tau: float) -> np.ndarray:
    """Delay 2 tau/(1 + w^2 tau^2) (s) of a slow envelope on a carrier of frequency w/2 pi (Hz)."""
    return group_delay_of_two(frequency, tau, tau)


class Alpha(NamedTuple):
    """Gain (mV s) and time constant (s) of an alpha synapse."""

    gain: float
    tau: float


def from_jansen_rit(A: float, a: float) -> Alpha:
    """gain = A/a and tau = 1/a from the convention h(t) = A a t exp(-a t), A in mV, a in 1/s.

    There A is not the area: the response peaks at A/e, and its area is A/a. Jansen & Rit 1995,
    doi:10.1007/BF00199471.
    """
    if not a > 0:
        raise ValueError(f"a rate constant a > 0 (1/s) is wanted, got {a}")
    return Alpha(A / a, 1 / a)


def _jansen_rit(name: str, A: float, a: float) -> Preset:
    gain, tau = from_jansen_rit(A, a)
    note = f"gain = A/a and tau = 1/a, from A = {A:g} mV and a = {a:g} 1/s."
    return preset(name, JANSEN_RIT, "standard parameter values", note, gain=gain, tau=tau)


alpha = Model(
    name="alpha",
    title="Alpha synapse",
    rhs=rhs,
    emit=emit,
    output=output,
    state=(S, Z),
    params=(GAIN, tau_row("tau", 0.01, "rise and decay time")),
    inputs=(RATE,),
    signal=S,
    source=PAPER,
    presets=(
        _jansen_rit("jansen_rit_excitatory", 3.25, 100.0),
        _jansen_rit("jansen_rit_inhibitory", 22.0, 50.0),
    ),
)
