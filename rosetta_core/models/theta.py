"""Theta neuron: one spiking neuron on a circle, a phase that pauses when the drive is weak.

tau d theta/dt = 1 - cos(theta) + (1 + cos(theta)) (eta + I). With V = tan(theta/2) this is the quadratic
integrate-and-fire neuron tau dV/dt = V^2 + eta + I, and the spike, V at infinity, is the ordinary point theta = pi.
Ermentrout & Kopell 1986, doi:10.1137/0146017.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import inner, kernel
from rosetta_core.elementary import cos
from rosetta_core.model import Model, Quantity


@kernel
def rhs(t, x, p, u):
    (theta,) = x
    tau, eta = p
    (I,) = u
    c = cos(theta)
    return ((1.0 - c + (1.0 + c) * (eta + I)) / tau,)


@inner
def pulse(theta):
    """(2/3)(1 - cos theta)^2: largest at the spike, 0 and flat opposite to it, mean 1 over the circle."""
    away = 1.0 - cos(theta)
    return 2.0 / 3.0 * away * away


@kernel
def emit(x, p):
    return (pulse(x[0]),)


@kernel
def output(x, p):
    return pulse(x[0])


def voltage(theta: ArrayLike) -> np.ndarray:
    """V = tan(theta/2) (1) of the quadratic integrate-and-fire neuron; theta in rad."""
    return np.tan(np.asarray(theta, dtype=float) / 2)


def phase(V: ArrayLike) -> np.ndarray:
    """theta = 2 atan(V) (rad), from -pi to pi; infinite V is the spike."""
    return 2 * np.arctan(np.asarray(V, dtype=float))


def period(eta: float, tau: float) -> float:
    """Time between two spikes (s): pi tau/sqrt(eta), for a drive eta > 0; tau in s. Its inverse is the rate in Hz."""
    if not (eta > 0 and tau > 0):
        raise ValueError(f"a theta neuron spikes for ever where eta > 0, with tau > 0; got eta = {eta}, tau = {tau}")
    return float(np.pi * tau / np.sqrt(eta))


def frequency(eta: ArrayLike, tau: float) -> np.ndarray:
    """Rate (Hz) under the constant drive eta: sqrt(eta)/(pi tau) where eta > 0, else 0; tau in s."""
    if not tau > 0:
        raise ValueError(f"a membrane time constant tau > 0 (s) is wanted, got {tau}")
    return np.sqrt(np.maximum(np.asarray(eta, dtype=float), 0.0)) / (np.pi * tau)


class Equilibria(NamedTuple):
    """Resting phase and threshold (rad), and the rate (1/s) at which rest is approached and the threshold left."""

    rest: float
    threshold: float
    rate: float


def equilibria(eta: float, tau: float) -> Equilibria:
    """Rest -2 atan(sqrt(-eta)) and threshold +2 atan(sqrt(-eta)) for eta < 0; eigenvalues -rate and +rate.

    They meet at eta = 0 and vanish: a saddle-node on the invariant circle, so the rate of spikes grows from zero.
    """
    if not (eta < 0 and tau > 0):
        raise ValueError(f"rest wants eta < 0, with tau > 0; got eta = {eta}, tau = {tau}")
    k = np.sqrt(-eta)
    return Equilibria(float(-2 * np.arctan(k)), float(2 * np.arctan(k)), float(2 * k / tau))


def solution(t: ArrayLike, theta0: float, eta: float, tau: float) -> np.ndarray:
    """theta(t) in (-pi, pi] from theta0 under constant drive of any sign; t and tau in s, angles in rad.

    V = N/M with dN/ds = eta M, dM/ds = -N, s = t/tau, is linear and passes through the spike without a pole. For
    eta < 0 both are divided by cosh, so nothing overflows. Accuracy 1e-15 (1 + sqrt(|eta|) t/tau) rad.
    """
    s = np.asarray(t, dtype=float) / tau
    n0, m0 = np.sin(theta0 / 2), np.cos(theta0 / 2)
    k = np.sqrt(abs(eta))
    if eta > 0:
        c, d = np.cos(k * s), np.sin(k * s) / k
    elif eta < 0:
        c, d = np.ones_like(s), np.tanh(k * s) / k
    else:
        c, d = np.ones_like(s), s
    theta = 2 * np.arctan2(c * n0 + eta * d * m0, c * m0 - d * n0)
    return np.pi - np.mod(np.pi - theta, 2 * np.pi)


def phase_response(phi: ArrayLike, eta: float) -> np.ndarray:
    """Advance of the phase per kick of V, (1 - cos phi)/sqrt(eta) (rad), never negative: type I; eta > 0.

    phi (rad) runs evenly in time from one spike (0) to the next (2 pi); a pulse of input I of area A (s) kicks V by
    A/tau.
    """
    if not eta > 0:
        raise ValueError(f"a phase response wants a neuron that spikes, eta > 0; got eta = {eta}")
    return (1 - np.cos(np.asarray(phi, dtype=float))) / np.sqrt(eta)


theta = Model(
    name="theta",
    title="Theta neuron",
    rhs=rhs,
    emit=emit,
    output=output,
    state=(Quantity("theta", 0.0, "rad", -np.pi, np.pi, "phase of the neuron; the spike is at pi"),),
    params=(
        Quantity("tau", 0.01, "s", 0.005, 0.05, "membrane time constant", "positive"),
        Quantity("eta", 0.1, "1", -1.0, 1.0, "constant drive; it spikes for ever where this is positive"),
    ),
    inputs=(Quantity("I", 0.0, "1", -1.0, 1.0, "current on top of the constant drive"),),
    signal=Quantity("pulse", 0.0, "1", 0.0, 8 / 3, "pulse sent to other neurons, largest at the spike"),
    source="10.1137/0146017",
)
