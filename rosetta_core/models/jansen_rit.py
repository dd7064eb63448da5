"""Jansen-Rit: pyramidal cells with one excitatory and one inhibitory loop, each through a second-order synapse.

y0, y1, y2 (mV) are what the pyramidal cells send out, receive as excitation and receive as inhibition; y3, y4, y5
(mV/s) are their slopes. The four numbers of contacts are C1 = C, C2 = 0.8 C, C3 = C4 = 0.25 C. The output y1 - y2 is
the mean potential of the pyramidal cells.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Quantity, preset
from rosetta_core.operators import sigmoid


@kernel
def rhs(t, x, p, u):
    y0, y1, y2, y3, y4, y5 = x
    A, B, a, b, C, e0, v0, r = p
    (p,) = u
    pyramidal = sigmoid(y1 - y2, e0, v0, r)
    excitatory = sigmoid(C * y0, e0, v0, r)
    inhibitory = sigmoid(0.25 * C * y0, e0, v0, r)
    # In this order one multiply-add follows each sigmoid, and A a p is the same at every step.
    return (
        y3,
        y4,
        y5,
        A * a * pyramidal - (2.0 * a * y3 + a * a * y0),
        A * a * 0.8 * C * excitatory + (-2.0 * a * y4 + A * a * p - a * a * y1),
        B * b * 0.25 * C * inhibitory - (2.0 * b * y5 + b * b * y2),
    )


@kernel
def emit(x, p):
    e0, v0, r = p[5:]
    return (sigmoid(x[1] - x[2], e0, v0, r),)


@kernel
def output(x, p):
    return x[1] - x[2]


def _rate(v: ArrayLike, e0: float, v0: float, r: float) -> tuple[np.ndarray, np.ndarray]:
    """Sigmoid (1/s) and its slope (1/(s mV)) at v (mV)."""
    rate = 2 * e0 / (1 + np.exp(r * (v0 - np.asarray(v, dtype=float))))
    return rate, r * rate * (1 - rate / (2 * e0))


def equilibrium(
    y: float, A: float, B: float, a: float, b: float, C: float, e0: float, v0: float, r: float
) -> np.ndarray:
    """The state (6,) that rests at the output y (mV), under the input `equilibrium_drive(y, ...)`."""
    y0 = A / a * _rate(y, e0, v0, r)[0]
    y2 = B / b * 0.25 * C * _rate(0.25 * C * y0, e0, v0, r)[0]
    return np.array([y0, y + y2, y2, 0.0, 0.0, 0.0])


def equilibrium_drive(
    y: ArrayLike, A: float, B: float, a: float, b: float, C: float, e0: float, v0: float, r: float
) -> np.ndarray:
    """Input p (1/s) that holds the output at rest at y (mV), same shape as y: the whole branch of fixed points.

    p(y) = a/A [y + B/b C4 S(C3 A/a S(y))] - C2 S(C1 A/a S(y)), exact (doi:10.1162/neco.2006.18.12.3052).
    """
    y0 = A / a * _rate(y, e0, v0, r)[0]
    pull = B / b * 0.25 * C * _rate(0.25 * C * y0, e0, v0, r)[0]
    return a / A * (np.asarray(y, dtype=float) + pull) - 0.8 * C * _rate(C * y0, e0, v0, r)[0]


def equilibrium_slope(
    y: ArrayLike, A: float, B: float, a: float, b: float, C: float, e0: float, v0: float, r: float
) -> np.ndarray:
    """Slope dp/dy (1/(s mV)) of the branch, same shape as y. It is zero at a fold (saddle-node)."""
    rate, slope = _rate(y, e0, v0, r)
    y0, turn = A / a * rate, A / a * slope
    pull = B / b * (0.25 * C) ** 2 * _rate(0.25 * C * y0, e0, v0, r)[1] * turn
    return a / A * (1 + pull) - 0.8 * C**2 * _rate(C * y0, e0, v0, r)[1] * turn


def folds(A: float, B: float, a: float, b: float, C: float, e0: float, v0: float, r: float) -> tuple[float, ...]:
    """Outputs y (mV), rising, at every fold (saddle-node) of the branch, dp/dy = 0, to 1e-12 mV; empty without one.

    None is missed but two within 1e-6 mV of each other, which is a cusp. The excitatory loop makes the slope negative
    only where S'(y) is large, within log(0.8 (C A/a)^2 (r e0)^2)/r of v0; there cells are halved until the slope at
    the middle is more than half a cell times a bound of |d2p/dy2|, and so keeps its sign. ValueError for gains, rates
    or contacts that are not positive.
    """
    values = A, B, a, b, C, e0, v0, r
    if not min(A, B, a, b, C, e0, r) > 0:
        raise ValueError(f"A, B, a, b, C, e0 and r must be positive, got A, B, a, b, C, e0, v0, r = {values}")
    strength = 0.8 * (C * A / a) ** 2 * (r * e0) ** 2
    if strength <= 1:
        return ()
    reach, bound = np.log(strength) / r, _bend(*values)
    width = 2 * reach / 64
    left = v0 - reach + width * np.arange(64)
    edges = [left, np.array([v0 + reach])]
    while left.size and width > 1e-6:
        left = left[np.abs(equilibrium_slope(left + width / 2, *values)) <= bound * width / 2]
        width /= 2
        left = np.concatenate([left, left + width])
        edges.append(left)
    y = np.unique(np.concatenate(edges))
    falls = equilibrium_slope(y, *values) < 0
    return tuple(_root(equilibrium_slope, y[k], y[k + 1], values) for k in np.flatnonzero(falls[:-1] != falls[1:]))


def equilibria(
    drive: float, A: float, B: float, a: float, b: float, C: float, e0: float, v0: float, r: float
) -> tuple[float, ...]:
    """Outputs y (mV), rising, of all fixed points under the input `drive` (1/s), to 1e-12 mV away from a fold.

    Between two folds the branch p(y) is monotone, so each piece holds one root or none: none is missed. Every fixed
    point has 0 <= y1 - A/a p <= A/a C2 2 e0 and 0 <= y2 <= B/b C4 2 e0, which bounds y. ValueError as
    for `folds`, and for an input that is not finite.
    """
    if not np.isfinite(drive):
        raise ValueError(f"a finite input (1/s) is wanted, got drive = {drive}")
    values = A, B, a, b, C, e0, v0, r
    turns = folds(*values)
    low = A / a * drive - B / b * 0.25 * C * 2 * e0
    high = A / a * (drive + 0.8 * C * 2 * e0)
    ends = [low, *(y for y in turns if low < y < high), high]

    def excess(y: float, *at: float) -> float:
        return float(equilibrium_drive(y, *at)) - drive

    above = [excess(y, *values) > 0 for y in ends]
    return tuple(_root(excess, ends[k], ends[k + 1], values) for k in range(len(ends) - 1) if above[k] != above[k + 1])


def _bend(A: float, B: float, a: float, b: float, C: float, e0: float, v0: float, r: float) -> float:
    """Bound of |d2p/dy2| (1/(s mV^2)) on the branch, from the largest |S'| = r e0/2 and |S''| = r^2 e0/sqrt(27)."""
    slope, curve = r * e0 / 2, r**2 * e0 / np.sqrt(27)
    push, pull = (
        curve * (contacts * A / a * slope) ** 2 + slope * contacts * A / a * curve for contacts in (C, 0.25 * C)
    )
    return float(a / A * B / b * 0.25 * C * pull + 0.8 * C * push)


def _root(function: Callable[..., Any], low: float, high: float, values: tuple[float, ...]) -> float:
    from scipy.optimize import brentq  # here, because it would slow `import rosetta_core`

    return float(brentq(function, low, high, args=values, xtol=1e-13))


class LoopGains(NamedTuple):
    """Gain (complex, 1) once round the excitatory and once round the inhibitory loop, its minus sign included."""

    excitatory: np.ndarray
    inhibitory: np.ndarray


def loop_gains(
    s: complex | np.ndarray, y: float, A: float, B: float, a: float, b: float, C: float, e0: float, v0: float, r: float
) -> LoopGains:
    """Open-loop gains at the complex frequency s (1/s) around the fixed point with output y (mV).

    s is an eigenvalue where the two add up to one (Barkhausen's condition); exact for the linearised model.
    """
    rate, slope = _rate(y, e0, v0, r)
    y0 = A / a * rate
    push = synapse(s, A, a) ** 2 * slope * 0.8 * C**2 * _rate(C * y0, e0, v0, r)[1]
    pull = synapse(s, A, a) * synapse(s, B, b) * slope * (0.25 * C) ** 2 * _rate(0.25 * C * y0, e0, v0, r)[1]
    return LoopGains(push, -pull)


def synapse(s: complex | np.ndarray, gain: float, rate: float) -> np.ndarray:
    """Transfer function (mV s) of the synapse h(t) = gain rate t exp(-rate t): gain rate / (s + rate)^2.

    s and rate in 1/s, gain in mV.
    """
    return np.asarray(gain * rate / (np.asarray(s) + rate) ** 2)


def transfer(
    s: complex | np.ndarray, y: float, A: float, B: float, a: float, b: float, C: float, e0: float, v0: float, r: float
) -> np.ndarray:
    """Transfer function (mV s) from the input p to the output, at the fixed point with output y (mV); s in 1/s.

    One excitatory synapse over one minus both `loop_gains`; exact for the linearised model. At s = 0 it is dy/dp.
    """
    gains = loop_gains(s, y, A, B, a, b, C, e0, v0, r)
    return synapse(s, A, a) / (1 - gains.excitatory - gains.inhibitory)


def phase_lag(frequency: ArrayLike, a: float, b: float) -> np.ndarray:
    """Phase (rad, negative) of an excitatory and an inhibitory synapse in series at the frequency (Hz); a, b in 1/s."""
    w = 2 * np.pi * np.asarray(frequency, dtype=float)
    return -2 * (np.arctan(w / a) + np.arctan(w / b))


def half_turn_frequency(a: float, b: float) -> float:
    """Frequency (Hz) at which both synapses together lag by half a turn: sqrt(a b)/(2 pi); a, b in 1/s."""
    return float(np.sqrt(a * b) / (2 * np.pi))


SPIKE_START = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
"""At p = 120 1/s the state at rest leads to the slow, spike-like rhythm (2.38 Hz)."""

ALPHA_START = (0.13, 23.9, 16.2, 0.0, 0.0, 0.0)
"""At p = 120 1/s this state leads to the alpha rhythm (10.47 Hz)."""

_DOI = "10.1007/BF00199471"

jansen_rit = Model(
    name="jansen_rit",
    title="Jansen-Rit column",
    rhs=rhs,
    emit=emit,
    output=output,
    state=(
        Quantity("y0", 0.0, "mV", 0.0, 0.2, "output of the pyramidal cells, filtered"),
        Quantity("y1", 0.0, "mV", 0.0, 40.0, "excitation of the pyramidal cells"),
        Quantity("y2", 0.0, "mV", 0.0, 40.0, "inhibition of the pyramidal cells"),
        Quantity("y3", 0.0, "mV/s", -5.0, 5.0, "slope of y0"),
        Quantity("y4", 0.0, "mV/s", -500.0, 500.0, "slope of y1"),
        Quantity("y5", 0.0, "mV/s", -500.0, 500.0, "slope of y2"),
    ),
    params=(
        Quantity("A", 3.25, "mV", 2.0, 8.0, "excitatory synaptic gain", "positive"),
        Quantity("B", 22.0, "mV", 10.0, 40.0, "inhibitory synaptic gain", "positive"),
        Quantity("a", 100.0, "1/s", 50.0, 150.0, "rate of the excitatory synapse", "positive"),
        Quantity("b", 50.0, "1/s", 25.0, 100.0, "rate of the inhibitory synapse", "positive"),
        Quantity("C", 135.0, "1", 60.0, 270.0, "number of contacts", "nonnegative"),
        Quantity("e0", 2.5, "1/s", 0.5, 5.0, "half of the highest firing rate", "positive"),
        Quantity("v0", 6.0, "mV", 3.0, 9.0, "potential at half of the highest firing rate"),
        Quantity("r", 0.56, "1/mV", 0.2, 0.8, "steepness of the sigmoid", "positive"),
    ),
    inputs=(Quantity("p", 220.0, "1/s", 0.0, 400.0, "pulse rate from elsewhere"),),
    signal=Quantity("y1 - y2", 0.0, "mV", -10.0, 20.0, "mean potential of the pyramidal cells, a proxy of the EEG"),
    source=_DOI,
    presets=(
        preset(
            "jansen_rit_1995",
            source=_DOI,
            where="standard values in the text; input 120 to 320 1/s, here its mean",
            A=3.25, B=22.0, a=100.0, b=50.0, C=135.0, e0=2.5, v0=6.0, r=0.56, p=220.0,
        ),
        preset(
            "grimbert_faugeras_bistable",
            source="10.1162/neco.2006.18.12.3052",
            where="between p = 113.6 and 137.4, where two rhythms coexist",
            note="standard values of 1995; start at ALPHA_START or at SPIKE_START",
            A=3.25, B=22.0, a=100.0, b=50.0, C=135.0, e0=2.5, v0=6.0, r=0.56, p=120.0,
        ),
    ),
)  # fmt: skip
