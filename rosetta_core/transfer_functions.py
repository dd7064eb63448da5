"""Transfer functions: the stationary firing rate (Hz) of a population against its input, and its slope.

Every function takes the input I first and broadcasts over numpy arrays, in all arguments. Time constants are in s.
The neurons of `lif_siegert` and `eif` have potentials and inputs in mV above rest; those of the QIF functions are
dimensionless. White noise enters all of them alike,

    tau dV = (F(V) + I) dt + sigma sqrt(tau) dW,

so that sigma has the unit of I, and a leaky membrane without threshold has variance sigma^2/2. F(V) is -V (LIF),
-V + delta_T exp((V - v_T)/delta_T) (EIF) or V^2 (QIF). `qif_gaussian` and `qif_cauchy` have no noise: there the
constant inputs are spread by that law. See Castaldo et al. 2026, doi:10.1016/j.physrep.2026.05.004, Table 4.2.
"""

from typing import Any

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import ArrayLike as Array

from rosetta_core._jit import kernel
from rosetta_core.elementary import exp

_SPENT = 45.0  # exp(-45) = 3e-20: what lies further down than this does not change a sum
_NODES, _WEIGHTS = ((part + shift) / 2 for part, shift in zip(leggauss(80), (1.0, 0.0), strict=True))
"""Gauss-Legendre rule with 80 points on (0, 1)."""


def _arrays(*arguments: Array) -> list[np.ndarray]:
    return [np.array(a) for a in np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in arguments))]


def _demand(condition: Any, wanted: str, got: Any) -> None:
    if not np.all(condition):
        raise ValueError(f"{wanted} is wanted, got {got}")


def sigmoid(I: Array, *, e0: Array, v0: Array, r: Array) -> np.ndarray:
    """2 e0/(1 + exp(r (v0 - I))) in Hz; I and v0 in mV, e0 in Hz, r in 1/mV. Relative error 1e-15 (1 + |r (v0 - I)|).

    Wilson & Cowan 1972, doi:10.1016/S0006-3495(72)86068-5; Jansen & Rit 1995, doi:10.1007/BF00199471.
    """
    from scipy.special import expit  # here, as below, because it would slow `import rosetta_core`

    I, e0, v0, r = _arrays(I, e0, v0, r)
    return 2 * e0 * expit(r * (I - v0))


def sigmoid_gain(I: Array, *, e0: Array, v0: Array, r: Array) -> np.ndarray:
    """Slope of `sigmoid` (Hz/mV), at most r e0/2, at I = v0."""
    I, e0, v0, r = _arrays(I, e0, v0, r)
    return 2 * e0 * wilson_cowan_gain(I, a=r, theta=v0)


def wilson_cowan(I: Array, *, a: Array, theta: Array, shift: Array = 0.0) -> np.ndarray:
    """Active share 1/(1 + exp(-a (I - theta))) - shift/(1 + exp(a theta)); I and theta in one unit, a in its inverse.

    shift = 1 makes rest without input 0, as in Wilson & Cowan 1972, doi:10.1016/S0006-3495(72)86068-5; 0 is the plain
    logistic of most later work. Absolute error below 1e-15 (1 + |a (I - theta)|).
    """
    from scipy.special import expit

    I, a, theta, shift = _arrays(I, a, theta, shift)
    return expit(a * (I - theta)) - shift * expit(-a * theta)


def wilson_cowan_gain(I: Array, *, a: Array, theta: Array) -> np.ndarray:
    """Slope of `wilson_cowan` (per unit of I), at most a/4, at I = theta; the shift does not change it."""
    from scipy.special import expit

    I, a, theta = _arrays(I, a, theta)
    return a * expit(a * (I - theta)) * expit(a * (theta - I))


def qif_cauchy(I: Array, *, delta: Array, tau: Array) -> np.ndarray:
    """Rate (Hz) of QIF neurons with Lorentzian inputs, centre I, half width delta >= 0: closed form.

    sqrt(I + sqrt(I^2 + delta^2))/(sqrt(2) pi tau); sqrt(I)/(pi tau) for I >> delta, delta/(2 pi tau sqrt(-I)) for
    I << -delta, written so that neither loses digits. Montbrio, Pazo & Roxin 2015, doi:10.1103/PhysRevX.5.021028.
    """
    I, delta, tau = _arrays(I, delta, tau)
    _demand((delta >= 0) & (tau > 0), "delta >= 0 and tau > 0", f"delta = {delta}, tau = {tau}")
    far = np.hypot(I, delta)
    with np.errstate(invalid="ignore", divide="ignore"):
        inside = np.where(I >= 0, I + far, np.where(far > 0, delta * (delta / (far - I)), 0.0))
    return np.sqrt(inside / 2) / (np.pi * tau)


def qif_cauchy_gain(I: Array, *, delta: Array, tau: Array) -> np.ndarray:
    """Slope of `qif_cauchy` (Hz per unit of I): the rate over 2 sqrt(I^2 + delta^2); delta > 0."""
    I, delta, tau = _arrays(I, delta, tau)
    _demand(delta > 0, "delta > 0", delta)
    return qif_cauchy(I, delta=delta, tau=tau) / (2 * np.hypot(I, delta))


def qif_gaussian(I: Array, *, sigma: Array, tau: Array) -> np.ndarray:
    """Rate (Hz) of QIF neurons with constant Gaussian inputs of mean I and standard deviation sigma >= 0.

    The mean of sqrt(input)/(pi tau) over inputs > 0: sqrt(I)/(pi tau) for I >> sigma; far below threshold it falls as
    exp(-I^2/(2 sigma^2)), to 0 by underflow under I = -38 sigma. Relative error 1e-13 (1 + |I|/(1000 sigma)).
    """
    return _spread(I, sigma, tau)[0]


def qif_gaussian_gain(I: Array, *, sigma: Array, tau: Array) -> np.ndarray:
    """Slope of `qif_gaussian` (Hz per unit of I), the mean of 1/(2 pi tau sqrt(input)) over inputs > 0; sigma > 0."""
    _demand(np.asarray(sigma) > 0, "sigma > 0", sigma)
    return _spread(I, sigma, tau)[1]


def _spread(I: Array, sigma: Array, tau: Array) -> tuple[np.ndarray, np.ndarray]:
    """Rate and gain under a Gaussian spread: with input = sigma y^2, integrals of the normal density at y^2 - x."""
    I, sigma, tau = _arrays(I, sigma, tau)
    _demand((sigma >= 0) & (tau > 0), "sigma >= 0 and tau > 0", f"sigma = {sigma}, tau = {tau}")
    width = np.where(sigma > 0, sigma, 1.0)
    x = I / width
    # Trapezoidal rule on an even entire function, over where it is above exp(-_SPENT) of its peak.
    reach = np.sqrt(np.minimum(x, 0.0) ** 2 + 2 * _SPENT)
    low = np.sqrt(np.maximum(x - reach, 0.0))[..., None]
    high = np.sqrt(np.where(x > 0, x + reach, 2 * _SPENT / (reach + np.abs(x))))[..., None]
    y = low + (high - low) * np.linspace(0, 1, 513)
    f = np.exp(-((y * y - x[..., None]) ** 2) / 2) * (high - low) / (512 * np.sqrt(2 * np.pi) * np.pi * tau[..., None])
    f[..., 0] /= 2
    rate = np.sqrt(width) * (2 * y * y * f).sum(axis=-1)
    certain = np.sqrt(np.maximum(I, 0.0)) / (np.pi * tau)
    return np.where(sigma > 0, rate, certain), f.sum(axis=-1) / np.sqrt(width)


def qif_noise(I: Array, *, sigma: Array, tau: Array) -> np.ndarray:
    """Rate (Hz) of the QIF neuron with Gaussian white noise, reset from plus to minus infinity.

    1/rate = tau sqrt(pi) integral over x of exp(-I x^2 - sigma^4 x^6/48), for the noise of this module; without noise
    sqrt(I)/(pi tau), and 0 for I <= 0. Relative error 1e-12; underflows to 0 where (8/3) |I|^(3/2)/sigma^2 > 700.
    Brunel & Latham 2003, Neural Computation 15:2281.
    """
    return _qif(I, sigma, tau)[0]


def qif_noise_gain(I: Array, *, sigma: Array, tau: Array) -> np.ndarray:
    """Slope of `qif_noise` (Hz per unit of I): rate times the mean of x^2 under the integrand; sigma > 0."""
    _demand(np.asarray(sigma) > 0, "sigma > 0", sigma)
    return np.prod(_qif(I, sigma, tau), axis=0)


def _qif(I: Array, sigma: Array, tau: Array) -> tuple[np.ndarray, np.ndarray]:
    """Rate and mean square of x under the integrand."""
    I, sigma, tau = _arrays(I, sigma, tau)
    _demand((sigma >= 0) & (tau > 0), "sigma >= 0 and tau > 0", f"sigma = {sigma}, tau = {tau}")
    # In x = y/s the exponent is D u + u^3/48, u = y^2, with one parameter D left. Where D < 0 it peaks at u = well.
    s = np.where(sigma > 0, sigma, 1.0) ** (2 / 3)
    D = I / s**2
    well = 4 * np.sqrt(np.maximum(-D, 0.0))
    peak = well**3 / 24
    with np.errstate(divide="ignore"):
        further = np.sqrt(np.where(D > 0, (_SPENT / np.maximum(D, 0.0)) ** 2, 16 * _SPENT / well))
    top = well + np.minimum(further, np.cbrt(48 * _SPENT))
    y = np.sqrt(top)[..., None] * np.linspace(0, 1, 1025)
    u = y * y
    f = np.exp(-(D[..., None] * u + u**3 / 48 + peak[..., None]))
    f[..., 0] /= 2
    total = f.sum(axis=-1)
    area = 2 * total * y[..., 1] / s
    square = (f * u).sum(axis=-1) / total / s**2
    rate = np.exp(-peak) / (tau * np.sqrt(np.pi) * area)
    return np.where(sigma > 0, rate, np.sqrt(np.maximum(I, 0.0)) / (np.pi * tau)), square


def lif_siegert(
    I: Array, *, sigma: Array, tau: Array, v_threshold: Array, v_reset: Array, refractory: Array = 0.0
) -> np.ndarray:
    """Rate (Hz) of the leaky integrate-and-fire neuron with Gaussian white noise; potentials and sigma in mV.

    1/rate = refractory + tau sqrt(pi) integral of exp(x^2)(1 + erf x) from (v_reset - I)/sigma to
    (v_threshold - I)/sigma; for sigma = 0 the time from reset to threshold, and 0 where I does not reach it. Written
    with erfcx(x) = exp(x^2) erfc(x) and the largest exponent taken out: relative error 1e-12, no overflow.
    Siegert 1951, doi:10.1103/PhysRev.81.617; Brunel 2000, doi:10.1023/A:1008925309027.
    """
    return _lif(I, sigma, tau, v_threshold, v_reset, refractory)[0]


def lif_siegert_gain(
    I: Array, *, sigma: Array, tau: Array, v_threshold: Array, v_reset: Array, refractory: Array = 0.0
) -> np.ndarray:
    """Slope of `lif_siegert` (Hz/mV); sigma > 0.

    rate^2 tau sqrt(pi)/sigma times [exp(b^2)(1 + erf b) - exp(a^2)(1 + erf a)], a and b the limits of the integral.
    """
    _demand(np.asarray(sigma) > 0, "sigma > 0", sigma)
    return _lif(I, sigma, tau, v_threshold, v_reset, refractory)[1]


def _lif(*arguments: Array) -> tuple[np.ndarray, np.ndarray]:
    """Rate and gain of the leaky neuron."""
    from scipy.special import erfcx

    I, sigma, tau, v_threshold, v_reset, refractory = _arrays(*arguments)
    _demand((sigma >= 0) & (tau > 0) & (refractory >= 0), "sigma >= 0, tau > 0, refractory >= 0", arguments)
    _demand(v_threshold > v_reset, "v_threshold > v_reset", f"{v_threshold} and {v_reset} mV")
    spread = np.where(sigma > 0, sigma, 1.0)
    a, b = (v_reset - I) / spread, (v_threshold - I) / spread
    up = np.maximum(b, 0.0)
    with np.errstate(under="ignore", over="ignore"):
        damp = np.exp(-up * up)  # the integral is damp^-1 times what follows
        below = _integral_of_erfcx(np.maximum(-b, 0.0), np.maximum(-a, 0.0)) * damp
        passage = tau * np.sqrt(np.pi) * (below + _rising(np.maximum(a, 0.0), up))
        rate = damp / (refractory * damp + passage)
        ends = [
            np.where(x > 0, 2 * np.exp(x * x - up * up), 0.0) + np.where(x > 0, -1, 1) * erfcx(np.abs(x)) * damp
            for x in (a, b)
        ]
        gain = (rate / (refractory * damp + passage)) * tau * np.sqrt(np.pi) / spread * (ends[1] - ends[0])
    fires = v_threshold < I
    drop = np.log(np.where(fires, I - v_reset, 1.0) / np.where(fires, I - v_threshold, 0.5))
    certain = np.where(fires, 1 / (refractory + tau * drop), 0.0)
    return np.where(sigma > 0, rate, certain), gain


def _integral_of_erfcx(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Integral of erfcx from a to b >= a >= 0: with x = sinh(y) the integrand is nearly constant."""
    from scipy.special import erfcx

    low, high = np.arcsinh(a), np.arcsinh(b)
    y = low[..., None] + (high - low)[..., None] * _NODES
    return (high - low) * ((erfcx(np.sinh(y)) * np.cosh(y)) @ _WEIGHTS)


def _rising(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Integral of exp(x^2 - b^2)(1 + erf x) from a to b >= a >= 0, as far down from b as exp(-45)."""
    from scipy.special import erf

    depth = b - np.sqrt(np.maximum(b * b - _SPENT, 0.0))
    width = np.minimum(b - a, depth)
    x = b[..., None] - width[..., None] * _NODES
    return width * ((np.exp(x * x - (b * b)[..., None]) * (1 + erf(x))) @ _WEIGHTS)


@kernel
def _threshold_integration(I, sigma, tau, v_T, delta_T, v_reset, v_cut, refractory, bottom, cells):
    """Density per unit of flux from the cut down to the bottom; see `eif`."""
    above = max(int(cells * (v_cut - v_reset) / (v_cut - bottom)), 1)
    below = max(cells - above, 1)
    steps = ((v_cut - v_reset) / above, (v_reset - bottom) / below)
    p, mass, flux = 0.0, 0.0, 1.0
    v, source = v_cut, 1.0
    for part in range(2):
        h = steps[part]
        for _ in range(above if part == 0 else below):
            middle = v - 0.5 * h
            drift = I - middle + delta_T * exp((middle - v_T) / delta_T)
            slope = 2.0 * drift * h / (sigma * sigma)
            # -dp/dv = (2/sigma^2)(tau flux - drift p), solved exactly over the cell with the drift at its middle.
            fade = exp(-slope)
            if abs(slope) < 1e-3:
                share = 1.0 - slope * (0.5 - slope * (1.0 / 6.0 - slope / 24.0))
                rest = 0.5 - slope * (1.0 / 6.0 - slope * (1.0 / 24.0 - slope / 120.0))
            else:
                share = (1.0 - fade) / slope
                rest = (1.0 - share) / slope
            inflow = source * flux * tau * 2.0 * h / (sigma * sigma)
            mass += h * (p * share + inflow * rest)
            p = p * fade + inflow * share
            v -= h
            if p > 1e200:
                p, mass, flux = p * 1e-200, mass * 1e-200, flux * 1e-200
        source = 0.0
    return flux / (refractory * flux + mass)


def eif(
    I: Array,
    *,
    sigma: Array,
    tau: Array,
    v_T: Array,
    delta_T: Array,
    v_reset: Array,
    v_cut: Array | None = None,
    refractory: Array = 0.0,
    cells: int = 20000,
) -> np.ndarray:
    """Rate (Hz) of the exponential integrate-and-fire neuron with Gaussian white noise; all potentials in mV.

    v_T is where the exponential current starts a spike, delta_T its sharpness, v_cut where the spike is cut (by
    default v_T + 30 delta_T, beyond which a spike takes less than 1e-13 tau). Threshold integration: the stationary
    density per unit of flux is integrated down from v_cut, exactly within each of `cells` cells of constant drift,
    to 7 sigma below the reset and the rest; the rate is one over its area. The error falls with cells^-2; by default
    it is below 1e-5 for sigma and delta_T of at least 0.5 mV.
    Fourcaud-Trocme et al. 2003, doi:10.1523/JNEUROSCI.23-37-11628.2003; Richardson 2007,
    doi:10.1103/PhysRevE.76.021919.
    """
    if not (isinstance(cells, (int, np.integer)) and cells >= 100):
        raise ValueError(f"cells must be a whole number of at least 100, got {cells!r}")
    cut = np.asarray(v_T) + 30 * np.asarray(delta_T) if v_cut is None else v_cut
    parts = _arrays(I, sigma, tau, v_T, delta_T, v_reset, cut, refractory)
    I, sigma, tau, _, delta_T, v_reset, cut, refractory = parts
    _demand(np.isfinite(parts), "finite arguments", parts)
    sound = (sigma > 0) & (tau > 0) & (delta_T > 0) & (refractory >= 0)
    _demand(sound, "sigma, tau, delta_T > 0 and refractory >= 0", parts)
    _demand(cut > v_reset, "v_cut > v_reset", f"{cut} and {v_reset} mV")
    rows = zip(*map(np.ravel, (*parts, np.minimum(I, v_reset) - 7 * sigma)), strict=True)
    return np.array([_threshold_integration(*map(float, row), cells) for row in rows]).reshape(I.shape)
