"""Kuramoto's phase oscillator with Sakaguchi's lag: all that is left of a rhythm when its amplitude does not matter.

d theta/dt = omega + u + h_sin cos(theta + lag) - h_cos sin(theta + lag). The field h_cos + i h_sin = K R exp(i psi)
of a population of order R pulls by K R sin(psi - theta - lag), one neighbour at phase phi, h_sin = K sin(phi) and
h_cos = K cos(phi), by K sin(phi - theta - lag).
Sources: Kuramoto 1975, doi:10.1007/BFb0013365; Sakaguchi & Kuramoto 1986, doi:10.1143/PTP.76.576.
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import kernel
from rosetta_core.elementary import cos, sin
from rosetta_core.model import Model, Quantity
from rosetta_core.models.stuart_landau import radius_at

Spread = Literal["lorentzian", "gaussian", "uniform", "identical"]


@kernel
def rhs(t, x, p, u):
    (theta,) = x
    omega, lag = p
    shift, h_sin, h_cos = u
    turned = theta + lag
    return (omega + shift + h_sin * cos(turned) - h_cos * sin(turned),)


@kernel
def emit(x, p):
    return (x[0],)


@kernel
def output(x, p):
    return cos(x[0])


def order_parameter(theta: ArrayLike, axis: int = -1) -> np.ndarray:
    """Mean of exp(i theta) over the oscillators along `axis`; theta in rad. Its modulus is R, from 0 to 1."""
    return np.exp(1j * np.asarray(theta, dtype=float)).mean(axis=axis)


def incoherent_order(n: int) -> float:
    """Mean of R for n independent, uniform phases: sqrt(pi/(4 n)); the relative error is about 1/(8 n)."""
    if n < 1:
        raise ValueError(f"at least one oscillator is wanted, got n = {n}")
    return float(np.sqrt(np.pi / (4 * n)))


def frequencies(n: int, width: float, centre: float = 0.0) -> np.ndarray:
    """n Lorentzian frequencies (rad/s) of half width `width`, without chance, smallest first: shape (n,).

    They are quantiles, centre + width tan(pi (2j - n - 1)/(2 (n + 1))), j = 1 ... n.
    """
    j = np.arange(1, n + 1)
    return centre + width * np.tan(np.pi * (2 * j - n - 1) / (2 * (n + 1)))


def critical_coupling(width: float, spread: Spread = "lorentzian", noise: float = 0.0, lag: float = 0.0) -> float:
    """Coupling K (rad/s) at which the incoherent state of infinitely many oscillators loses its stability.

    width (rad/s): half width of a Lorentzian, standard deviation of a Gaussian, half the interval of a uniform
    spread; 0 with "identical". noise (rad^2/s): D of white phase noise, d theta = ... dt + sqrt(2 D) dW. lag (rad)
    with "lorentzian" and "identical" only; there is no closed form for the others.
    It solves 1 = (K/2) integral of g(omega) D/(D^2 + omega^2), which without noise is K = 2/(pi g(0)): 2 width,
    width sqrt(8/pi), 4 width/pi. Strogatz 2000, doi:10.1016/S0167-2789(00)00094-4.
    """
    _check_spread(spread, width, noise)
    if spread in ("lorentzian", "identical"):
        if not np.cos(lag) > 0:
            raise ValueError(f"with |lag| >= pi/2 coupling never synchronises; a smaller lag is wanted, got {lag} rad")
        return float(2 * (width + noise) / np.cos(lag))
    if lag != 0:
        raise ValueError(f"a lag has a closed form for 'lorentzian' and 'identical' only, got {spread!r} and lag {lag}")
    if spread == "uniform":
        return float(2 * width / np.arctan2(width, noise))
    from scipy.special import erfcx  # here, because it would slow `import rosetta_core`

    return float(np.sqrt(8 / np.pi) * width / erfcx(noise / (np.sqrt(2) * width)))


def _check_spread(spread: str, width: float, noise: float = 0.0) -> None:
    if spread not in ("lorentzian", "gaussian", "uniform", "identical"):
        raise ValueError(f"spread must be 'lorentzian', 'gaussian', 'uniform' or 'identical', got {spread!r}")
    if not (width >= 0 and noise >= 0):
        raise ValueError(f"width and noise must not be negative, got width = {width}, noise = {noise}")
    if (spread == "identical") != (width == 0):
        raise ValueError(f"width 0 belongs to 'identical' and to nothing else, got width = {width} and {spread!r}")


def synchrony(K: float, width: float, spread: Spread = "lorentzian", lag: float = 0.0) -> float:
    """Stationary R of infinitely many oscillators without noise, on the synchronous branch; 0 below the threshold.

    Lorentzian: sqrt(1 - K_c/K), with any lag. Gaussian and uniform (no lag): the root of Kuramoto's condition
    1 = K integral of cos^2(x) g(K R sin x) dx, to 1e-12. The uniform spread jumps from 0 to pi/4 at K_c.
    """
    if spread == "identical":
        raise ValueError("identical oscillators without noise end at R = 1; a spread is wanted")
    threshold = critical_coupling(width, spread, lag=lag)
    if threshold >= K:
        return 0.0
    if spread == "lorentzian":
        return float(np.sqrt(1 - threshold / K))
    from scipy.optimize import brentq

    if spread == "uniform":  # all are locked: R = mean of sqrt(1 - (omega/KR)^2), with q = width/(K R)
        q = brentq(lambda q: K * q * (np.sqrt(1 - q * q) + np.arcsin(q) / q) / 2 - width, 1e-300, 1.0, xtol=1e-15)
        return float(width / (K * q))
    from scipy.special import ive

    # The integral over the Gaussian, with y = (K R/2 width)^2: sqrt(pi/8) (K/width) e^-y (I0(y) + I1(y)) = 1.
    y = brentq(lambda y: ive(0, y) + ive(1, y) - threshold / K, 0.0, (K / width) ** 2, xtol=1e-15)
    return float(2 * width * np.sqrt(y) / K)


def ott_antonsen(t: ArrayLike, R0: float, K: float, width: float, lag: float = 0.0) -> np.ndarray:
    """R(t) from R0 > 0 of infinitely many oscillators with Lorentzian frequencies; t in s, K and width in rad/s.

    dR/dt = -width R + (K cos(lag)/2) R (1 - R^2): the amplitude of a Stuart-Landau oscillator with growth
    K cos(lag)/2 - width and saturation K cos(lag)/2, so the solution is the same. It is exact for phases that start on
    the invariant manifold (for one: drawn from a wrapped Lorentzian), and attracts the others.
    Ott & Antonsen 2008, doi:10.1063/1.2930766.
    """
    half = K * np.cos(lag) / 2
    return radius_at(t, R0, half - width, half)


def finite_synchrony(omega: ArrayLike, K: float) -> float:
    """Stationary R of a finite set of frequencies omega (n,) (rad/s): the largest root of Kuramoto's condition for it.

    R = mean of sqrt(1 - (w/(K R))^2) over all n, where the drifting, with |w| > K R, count 0 (exact if they cancel in
    pairs); w is omega less its mean. The mean over the locked grows with R, so iteration from R = 1 falls to the
    largest root and cannot pass it. It stops at steps below 1e-13; right at the onset the rest is about 3e-7.
    """
    w = np.asarray(omega, dtype=float)
    if not (w.ndim == 1 and w.size and K > 0):
        raise ValueError(f"frequencies of shape (n,) and K > 0 are wanted, got shape {w.shape} and K = {K}")
    square = ((w - w.mean()) / K) ** 2
    R, new = 2.0, 1.0
    while new > 0 and R - new > 1e-13:
        R = new
        new = float(np.sqrt(np.maximum(1 - square / R**2, 0)).mean())
    return new


class Locking(NamedTuple):
    """Whether an oscillator locks to a drive, at which phase lead (rad; nan if not), and the beat (rad/s; 0 if so)."""

    locked: bool
    phase: float
    beat: float


def adler(detuning: float, strength: float) -> Locking:
    """Adler's equation d psi/dt = detuning - strength sin(psi), both in rad/s, strength >= 0.

    Locked where |detuning| <= strength, at psi = asin(detuning/strength); else psi slips at the mean rate
    sqrt(detuning^2 - strength^2), with the sign of the detuning. Two oscillators with coupling G/2 each obey it with
    psi = theta_1 - theta_2, detuning omega_1 - omega_2 and strength G. Adler 1946, doi:10.1109/JRPROC.1946.229930.
    """
    if not strength >= 0:
        raise ValueError(f"strength must not be negative, got {strength}; a negative one is a shift of psi by pi")
    if abs(detuning) <= strength:
        return Locking(True, float(np.arcsin(detuning / strength)) if strength else 0.0, 0.0)
    beat = np.sqrt((abs(detuning) - strength) * (abs(detuning) + strength))
    return Locking(False, float("nan"), float(np.copysign(beat, detuning)))


kuramoto = Model(
    name="kuramoto",
    title="Kuramoto phase oscillator",
    rhs=rhs,
    emit=emit,
    output=output,
    state=(Quantity("theta", 0.0, "rad", -np.pi, np.pi, "phase"),),
    params=(
        Quantity("omega", 2 * np.pi * 10, "rad/s", 0.0, 300.0, "natural angular frequency"),
        Quantity("lag", 0.0, "rad", -1.5, 1.5, "phase lag of the coupling"),
    ),
    inputs=(
        Quantity("u", 0.0, "rad/s", -20.0, 20.0, "what is added to the frequency"),
        Quantity("h_sin", 0.0, "rad/s", -20.0, 20.0, "sine component of the field that pulls the phase"),
        Quantity("h_cos", 0.0, "rad/s", -20.0, 20.0, "cosine component of the field that pulls the phase"),
    ),
    signal=Quantity("cos_theta", 0.0, "1", -1.0, 1.0, "cos(theta): a rhythm of constant amplitude"),
    source="10.1007/BFb0013365",
)
