"""Montbrio-Pazo-Roxin: the exact mean field of all-to-all quadratic integrate-and-fire neurons, s = r.

tau dr/dt = Delta/(pi tau) + 2 r v,  tau dv/dt = v^2 + eta_bar + I - (pi tau r)^2 + J tau r.

r is the rate (Hz), v the mean potential (dimensionless), tau the membrane time constant (s). eta_bar is the centre and
Delta the half-width of the Lorentzian distribution of excitability, which has no mean. Exact as the number of neurons
grows without bound (doi:10.1103/PhysRevX.5.021028).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import inner, kernel
from rosetta_core.model import Model, Quantity, preset


@inner
def qif_slopes(r, v, tau, Delta, current):
    """Slopes of r (Hz/s) and v (1/s) of a population under the dimensionless current eta_bar + I + synapses."""
    field = np.pi * tau * r
    return (Delta / (np.pi * tau) + 2.0 * r * v) / tau, (v * v + current - field * field) / tau


@kernel
def rhs(t, x, p, u):
    r, v = x
    tau, Delta, eta_bar, J = p
    (I,) = u
    return qif_slopes(r, v, tau, Delta, eta_bar + I + J * tau * r)


@kernel
def emit(x, p):
    return (p[0] * x[0],)


@kernel
def output(x, p):
    return x[1]


class Point(NamedTuple):
    """A point on the branch of fixed points: excitability eta_bar (1), rate (Hz), potential (1)."""

    eta_bar: float
    r: float
    v: float


class Cusp(NamedTuple):
    """Where the two folds meet: excitability eta_bar (1), coupling J (1), rate (Hz)."""

    eta_bar: float
    J: float
    r: float


def resting_potential(r: ArrayLike, tau: float, Delta: float) -> np.ndarray:
    """Potential v = -Delta/(2 pi tau r) of the fixed point with rate r (Hz) > 0; tau in s. Same shape as r."""
    return -Delta / (2 * np.pi * tau * _positive(r))


def equilibrium_excitability(r: ArrayLike, tau: float, Delta: float, J: float) -> np.ndarray:
    """eta_bar (+ I) that holds the rate r (Hz) > 0 at rest, same shape as r: the whole branch of fixed points; exact.

    eta_bar = (pi tau r)^2 - v^2 - J tau r with v = -Delta/(2 pi tau r); tau in s.
    """
    scaled = tau * _positive(r)
    return (np.pi * scaled) ** 2 - (Delta / (2 * np.pi * scaled)) ** 2 - J * scaled


def fixed_points(tau: float, Delta: float, eta_bar: float, J: float) -> tuple[Point, ...]:
    """All fixed points (one or three) for Delta > 0, lowest rate first; eta_bar may include a constant input I.

    With R = tau r they are the positive roots of pi^2 R^4 - J R^3 - eta_bar R^2 - Delta^2/(4 pi^2). Relative error
    about 1e-15 over the distance to a fold; at a fold itself the double root is good to 1e-7.
    """
    if not Delta > 0:
        raise ValueError(f"fixed points with a rate above zero want Delta > 0, got {Delta}")
    roots = _positive_roots(np.array([np.pi**2, -J, -eta_bar, 0.0, -((Delta / (2 * np.pi)) ** 2)]))
    return tuple(Point(eta_bar, R / tau, -Delta / (2 * np.pi * R)) for R in roots)


def folds(tau: float, Delta: float, J: float) -> tuple[Point, ...]:
    """Both folds (saddle-nodes) of the branch, lower rate first; empty where J is below the cusp.

    With R = tau r they are the positive roots of 2 pi^2 R^4 - J R^3 + Delta^2/(2 pi^2); accuracy as in `fixed_points`.
    """
    roots = _positive_roots(np.array([2 * np.pi**2, -J, 0.0, 0.0, Delta**2 / (2 * np.pi**2)]))
    return tuple(
        Point(float(equilibrium_excitability(R / tau, tau, Delta, J)), R / tau, -Delta / (2 * np.pi * R)) for R in roots
    )


def cusp(tau: float, Delta: float) -> Cusp:
    """J = (8 pi/3) (3/4)^(1/4) sqrt(Delta), eta_bar = -sqrt(3) Delta, tau r = (3/4)^(1/4) sqrt(Delta)/pi; exact."""
    root = 0.75**0.25 * np.sqrt(Delta)
    return Cusp(-np.sqrt(3) * Delta, 8 * np.pi / 3 * root, root / (np.pi * tau))


def focus_boundary(tau: float, Delta: float, J: float) -> Point:
    """Where node turns to focus on the branch, tau r = J/(2 pi^2), J > 0: above this rate fixed points ring; exact."""
    if not J > 0:
        raise ValueError(f"a boundary between node and focus wants J > 0 (else every fixed point rings), got {J}")
    r = J / (2 * np.pi**2 * tau)
    return Point(float(equilibrium_excitability(r, tau, Delta, J)), r, float(resting_potential(r, tau, Delta)))


def eigenvalues(r: float, v: float, tau: float, J: float) -> np.ndarray:
    """Both eigenvalues (1/s, complex) at a fixed point: [2 v +- sqrt(2 R (J - 2 pi^2 R))]/tau, R = tau r.

    Their sum is 4 v/tau < 0, so there is no Hopf bifurcation.
    """
    R = tau * r
    root = np.sqrt(complex(2 * R * (J - 2 * np.pi**2 * R)))
    return np.array([2 * v + root, 2 * v - root]) / tau


def rate_response(s: complex | np.ndarray, r: float, v: float, tau: float) -> np.ndarray:
    """Response of the rate (Hz per unit of current) at the complex frequency s (1/s), without recurrent coupling.

    H_r(s) = 2 r/[(tau s - 2 v)^2 + (2 pi tau r)^2]: a resonance near the frequency r. H_r(0) is the slope of
    `transfer_functions.qif_cauchy`. Exact for the linearised mean field.
    """
    return 2 * r / ((tau * np.asarray(s) - 2 * v) ** 2 + (2 * np.pi * tau * r) ** 2)


class Field(NamedTuple):
    """Rate (Hz) and mean potential (1)."""

    r: np.ndarray
    v: np.ndarray


def uncoupled_flow(t: ArrayLike, r0: float, v0: float, tau: float, Delta: float, current: float) -> Field:
    """r(t), v(t) from (r0, v0) without coupling (J = 0) under eta_bar + I = `current`; t, tau in s. Exact, Delta > 0.

    W = pi tau r + i v obeys tau dW/dt = -i (W^2 - F^2), F^2 = current - i Delta; so (W - F)/(W + F) turns and shrinks
    as exp(-2 i F t/tau). At rest W = F, whose rate is `transfer_functions.qif_cauchy`.
    """
    if not Delta > 0:
        raise ValueError(f"an attracting mean field wants Delta > 0, got {Delta}")
    F = np.sqrt(complex(current, -Delta))
    start = np.pi * tau * r0 + 1j * v0
    q = (start - F) / (start + F) * np.exp(-2j * F * np.asarray(t, dtype=float) / tau)
    W = F * (1 + q) / (1 - q)
    return Field(W.real / (np.pi * tau), W.imag)


def order_parameter(r: ArrayLike, v: ArrayLike, tau: float) -> np.ndarray:
    """Kuramoto order parameter Z = <exp(i theta)>, V = tan(theta/2), from rate (Hz) and potential: the conformal map.

    Z = (1 - conj W)/(1 + conj W), W = pi tau r + i v; r >= 0 is mapped to |Z| <= 1.
    """
    W = np.conj(np.pi * tau * np.asarray(r, dtype=float) + 1j * np.asarray(v, dtype=float))
    return (1 - W) / (1 + W)


def rate_and_potential(Z: ArrayLike, tau: float) -> Field:
    """Inverse of `order_parameter`: W = (1 - conj Z)/(1 + conj Z), |Z| <= 1; full synchrony at Z = -1 has no image."""
    Z = np.conj(np.asarray(Z, dtype=complex))
    if (Z == -1).any():
        raise ValueError("Z = -1 is all neurons at the spike, where r and v are infinite; |Z + 1| > 0 is wanted")
    W = (1 - Z) / (1 + Z)
    return Field(W.real / (np.pi * tau), W.imag)


def _positive(r: ArrayLike) -> np.ndarray:
    r = np.asarray(r, dtype=float)
    if not (r > 0).all():
        raise ValueError(f"a fixed point has a rate above zero; got r = {r.min()} Hz")
    return r


def _positive_roots(polynomial: np.ndarray) -> list[float]:
    """Real positive roots in rising order, after two steps of Newton."""
    roots = np.roots(polynomial)
    real = roots[(np.abs(roots.imag) < 1e-7 * np.abs(roots)) & (roots.real > 0)].real
    slope = np.polyder(polynomial)
    for _ in range(2):
        steep = np.polyval(slope, real)
        real = real - np.divide(np.polyval(polynomial, real), steep, out=np.zeros_like(real), where=steep != 0)
    return sorted(float(R) for R in real)


_DOI = "10.1103/PhysRevX.5.021028"

mpr = Model(
    name="mpr",
    title="Montbrio-Pazo-Roxin mean field",
    rhs=rhs,
    emit=emit,
    output=output,
    state=(
        Quantity("r", 8.0, "1/s", 0.0, 200.0, "population rate", "nonnegative"),
        Quantity("v", -2.0, "1", -3.0, 3.0, "mean potential"),
    ),
    params=(
        Quantity("tau", 0.01, "s", 0.005, 0.05, "membrane time constant", "positive"),
        Quantity("Delta", 1.0, "1", 0.1, 3.0, "half-width of the excitabilities", "nonnegative"),
        Quantity("eta_bar", -5.0, "1", -10.0, 5.0, "centre of the excitabilities"),
        Quantity("J", 15.0, "1", -20.0, 20.0, "recurrent coupling; positive excites"),
    ),
    inputs=(Quantity("I", 0.0, "1", -5.0, 5.0, "current into every neuron"),),
    signal=Quantity("v", 0.0, "1", -3.0, 3.0, "mean potential, a proxy of the LFP"),
    source=_DOI,
    presets=(
        preset(
            "montbrio_2015_fig2", source=_DOI, where="Fig. 2",
            note="time in membrane time constants, so tau = 1 s; the input is 3 for 30 s, or 3 sin(pi t/20)",
            tau=1.0, Delta=1.0, eta_bar=-5.0, J=15.0, I=0.0, r=0.08113444195011972, v=-1.9616199885831656,
        ),
    ),
)  # fmt: skip
