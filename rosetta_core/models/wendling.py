"""Wendling 2002: Jansen-Rit with a second, fast inhibition, which the slow one holds back.

The five synapses of 2002 need four filters: y2, the slow inhibition of the pyramidal cells, is C4 y4, because both
see the same cells through the same synapse. After any start y2 - C4 y4 decays at the rate b, so nothing is lost.
Contacts: C1 = C, C2 = 0.8 C, C3 = C4 = 0.25 C, C5 = 0.3 C, C6 = 0.1 C, C7 = 0.8 C. The pyramidal potential, and the
output, is y1 - C4 y4 - y3.
"""

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Preset, Quantity, preset
from rosetta_core.operators import sigmoid


@kernel
def rhs(t, x, p, u):
    y0, y1, y3, y4, dy0, dy1, dy3, dy4 = x
    A, B, G, a, b, g, C, e0, v0, r = p
    (p,) = u
    pyramidal = sigmoid(y1 - 0.25 * C * y4 - y3, e0, v0, r)
    excitatory = 0.8 * C * sigmoid(C * y0, e0, v0, r)
    fast = 0.8 * C * sigmoid(0.3 * C * y0 - 0.1 * C * y4, e0, v0, r)
    slow = sigmoid(0.25 * C * y0, e0, v0, r)
    return (
        dy0,
        dy1,
        dy3,
        dy4,
        a * (A * pyramidal - 2.0 * dy0 - a * y0),
        a * (A * (p + excitatory) - 2.0 * dy1 - a * y1),
        g * (G * fast - 2.0 * dy3 - g * y3),
        b * (B * slow - 2.0 * dy4 - b * y4),
    )


@kernel
def emit(x, p):
    C, e0, v0, r = p[6:]
    return (sigmoid(x[1] - 0.25 * C * x[3] - x[2], e0, v0, r),)


@kernel
def output(x, p):
    return x[1] - 0.25 * p[6] * x[3] - x[2]


def equilibrium(
    y: float, A: float, B: float, G: float, a: float, b: float, g: float, C: float, e0: float, v0: float, r: float
) -> np.ndarray:
    """The state (8,) that rests at the output y (mV), under the input `equilibrium_drive(y, ...)`."""
    y0, y3, y4 = _rest(np.asarray(y, dtype=float), A, B, G, a, b, g, C, e0, v0, r)
    return np.array([y0, y + 0.25 * C * y4 + y3, y3, y4, 0.0, 0.0, 0.0, 0.0])


def equilibrium_drive(
    y: ArrayLike, A: float, B: float, G: float, a: float, b: float, g: float, C: float, e0: float, v0: float, r: float
) -> np.ndarray:
    """Input p (1/s) that holds the output at rest at y (mV), same shape as y: the whole branch of fixed points; exact.

    Its extrema are the folds (saddle-nodes).
    """
    y = np.asarray(y, dtype=float)
    y0, y3, y4 = _rest(y, A, B, G, a, b, g, C, e0, v0, r)
    return a / A * (y + 0.25 * C * y4 + y3) - 0.8 * C * _rate(C * y0, e0, v0, r)


def _rest(
    y: np.ndarray, A: float, B: float, G: float, a: float, b: float, g: float, C: float, e0: float, v0: float, r: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y0 = A / a * _rate(y, e0, v0, r)
    y4 = B / b * _rate(0.25 * C * y0, e0, v0, r)
    return y0, G / g * 0.8 * C * _rate(0.3 * C * y0 - 0.1 * C * y4, e0, v0, r), y4


def _rate(v: np.ndarray, e0: float, v0: float, r: float) -> np.ndarray:
    return 2 * e0 / (1 + np.exp(r * (v0 - v)))


_DOI = "10.1046/j.1460-9568.2002.01985.x"
_NOTE = (
    "A, B, G as usually quoted from that figure; checked against secondary sources only. "
    "The input is noise of mean 90 and standard deviation 30 1/s, held for 1/512 s"
)


def _activity(name: str, B: float, G: float) -> Preset:
    return preset(name, source=_DOI, where="the six types of activity", note=_NOTE, A=5.0, B=B, G=G, p=90.0)


wendling = Model(
    name="wendling",
    title="Wendling column",
    rhs=rhs,
    emit=emit,
    output=output,
    state=(
        Quantity("y0", 0.0, "mV", 0.0, 0.3, "output of the pyramidal cells, filtered"),
        Quantity("y1", 0.0, "mV", 0.0, 40.0, "excitation of the pyramidal cells"),
        Quantity("y3", 0.0, "mV", 0.0, 10.0, "fast inhibition of the pyramidal cells"),
        Quantity("y4", 0.0, "mV", 0.0, 2.0, "slow inhibition, per contact"),
        Quantity("dy0", 0.0, "mV/s", -5.0, 5.0, "slope of y0"),
        Quantity("dy1", 0.0, "mV/s", -500.0, 500.0, "slope of y1"),
        Quantity("dy3", 0.0, "mV/s", -500.0, 500.0, "slope of y3"),
        Quantity("dy4", 0.0, "mV/s", -20.0, 20.0, "slope of y4"),
    ),
    params=(
        Quantity("A", 3.25, "mV", 2.0, 8.0, "excitatory synaptic gain", "positive"),
        Quantity("B", 22.0, "mV", 0.0, 60.0, "slow inhibitory synaptic gain", "nonnegative"),
        Quantity("G", 10.0, "mV", 0.0, 40.0, "fast inhibitory synaptic gain", "nonnegative"),
        Quantity("a", 100.0, "1/s", 50.0, 150.0, "rate of the excitatory synapse", "positive"),
        Quantity("b", 50.0, "1/s", 25.0, 100.0, "rate of the slow inhibitory synapse", "positive"),
        Quantity("g", 500.0, "1/s", 200.0, 600.0, "rate of the fast inhibitory synapse", "positive"),
        Quantity("C", 135.0, "1", 60.0, 270.0, "number of contacts", "nonnegative"),
        Quantity("e0", 2.5, "1/s", 0.5, 5.0, "half of the highest firing rate", "positive"),
        Quantity("v0", 6.0, "mV", 3.0, 9.0, "potential at half of the highest firing rate"),
        Quantity("r", 0.56, "1/mV", 0.2, 0.8, "steepness of the sigmoid", "positive"),
    ),
    inputs=(Quantity("p", 90.0, "1/s", 0.0, 400.0, "pulse rate from elsewhere"),),
    signal=Quantity(
        "y1 - C4 y4 - y3", 0.0, "mV", -20.0, 30.0, "mean potential of the pyramidal cells, a proxy of the LFP"
    ),
    source=_DOI,
    presets=(
        preset(
            "wendling_2002",
            source=_DOI,
            where="standard values",
            note="A, B as in Jansen and Rit 1995; G = 10 mV as in doi:10.1016/j.physrep.2026.05.004",
            A=3.25, B=22.0, G=10.0, a=100.0, b=50.0, g=500.0, C=135.0, e0=2.5, v0=6.0, r=0.56,
        ),
        _activity("normal_background", 50.0, 15.0),
        _activity("sporadic_spikes", 40.0, 15.0),
        _activity("sustained_spikes", 25.0, 15.0),
        _activity("slow_rhythm", 10.0, 15.0),
        _activity("low_voltage_rapid", 5.0, 25.0),
        _activity("slow_quasi_sinusoidal", 15.0, 0.0),
        preset(
            "modeldb_97983",
            source="10.1046/j.1460-9568.2002.01985.x",
            where="ModelDB entry 97983",
            note="defaults of the published code; also J Clin Neurophysiol 22:343 (2005)",
            A=3.5, B=20.0, G=15.0, a=100.0, b=30.0, g=350.0, p=90.0,
        ),
    ),
)  # fmt: skip
