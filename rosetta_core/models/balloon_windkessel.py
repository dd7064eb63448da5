"""Balloon-Windkessel: how neural activity becomes blood flow, blood volume, deoxyhaemoglobin and the BOLD signal.

Not a rung of the ladder but its usual last link to fMRI. Equations and values of Friston, Harrison and Penny 2003,
after Buxton, Wong and Frank 1998 (10.1002/mrm.1910390602) and Friston et al. 2000 (10.1006/nimg.2000.0630). Flow,
volume and deoxyhaemoglobin are relative to rest. The signal is the percent change of

    100 V0 [k1 (1 - q) + k2 (1 - q/v) + k3 (1 - v)].

Two sets of coefficients are in use: the classical one of 2003 (`classical_coefficients`, the default) and the one
revised by Obata et al. 2004 (10.1016/j.neuroimage.2003.08.040) and generalised by Stephan et al. 2007
(`revised_coefficients`, presets "stephan_2007" and "spm12").
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numba import types
from numba.extending import overload
from numpy.typing import ArrayLike

from rosetta_core._jit import kernel
from rosetta_core.elementary import exp, sqrt
from rosetta_core.elementary import log as log_normal
from rosetta_core.model import Model, Quantity, preset, values


def log(x):
    """log(x) inside and outside kernels; complex x too. NaN for x < 0, so that a run stops there."""
    return np.log(x)


@overload(log, inline="always")
def _log(x):
    if isinstance(x, types.Complex):
        return lambda x: np.log(x)
    return lambda x: log_normal(x) + 0.0 * sqrt(x)


@kernel
def rhs(t, x, p, u):
    s, f, v, q = x
    kappa, gamma, tau, alpha, rho, _, _, _, _ = p
    (z,) = u
    flow = f + 0.0 * sqrt(f)  # NaN where the flow would turn round, which the equations do not describe
    outflow = exp(log(v) / alpha)
    extraction = 1.0 - exp(log(1.0 - rho) / flow)
    return (
        z - kappa * s - gamma * (flow - 1.0),
        s,
        (flow - outflow) / tau,
        (flow * extraction / rho - outflow * q / v) / tau,
    )


@kernel
def emit(x, p):
    return x


@kernel
def output(x, p):
    _, _, v, q = x
    _, _, _, _, _, V0, k1, k2, k3 = p
    return 100.0 * V0 * (k1 * (1.0 - q) + k2 * (1.0 - q / v) + k3 * (1.0 - v))


class Coefficients(NamedTuple):
    """k1, k2, k3 (1) of the signal equation."""

    k1: float
    k2: float
    k3: float


def classical_coefficients(rho: float) -> Coefficients:
    """7 rho, 2, 2 rho - 0.2, for 1.5 T and an echo time of 40 ms (Friston et al. 2003, after Buxton et al. 1998)."""
    return Coefficients(7 * rho, 2.0, 2 * rho - 0.2)


def revised_coefficients(
    rho: float, epsilon: float = 1.0, TE: float = 0.04, nu0: float = 40.3, r0: float = 25.0
) -> Coefficients:
    """4.3 nu0 rho TE, epsilon r0 rho TE, 1 - epsilon (Obata et al. 2004; Stephan et al. 2007).

    epsilon: ratio of the signal from inside to the signal from outside the vessels at rest, poorly known; 1 is the
    prior mean of 2007. TE: echo time in s. nu0: frequency offset in Hz at the wall of a vessel of fully deoxygenated
    blood; r0: slope (1/s) of the relaxation rate inside the vessels against deoxygenation. Both defaults hold at 1.5 T
    and are not scaled to other fields.
    """
    return Coefficients(4.3 * nu0 * rho * TE, epsilon * r0 * rho * TE, 1 - epsilon)


class SteadyState(NamedTuple):
    """Flow f, volume v, deoxyhaemoglobin q (relative to rest, 1) and BOLD signal (%) under constant activity."""

    flow: np.ndarray
    volume: np.ndarray
    deoxyhaemoglobin: np.ndarray
    bold: np.ndarray


def steady_state(z: ArrayLike, p: Mapping[str, Any] | ArrayLike | None = None) -> SteadyState:
    """f = 1 + z/gamma, v = f**alpha, q = v E(f)/rho with E = 1 - (1 - rho)**(1/f), exactly; z in 1/s^2, p as usual.

    Activity that asks for a flow of zero or less (z <= -gamma) has no steady state: ValueError.
    """
    z = np.asarray(z, dtype=float)
    _, gamma, _, alpha, rho, V0, k1, k2, k3 = _parameters(p)
    f = 1 + z / gamma
    if not np.all(f > 0):
        raise ValueError(f"the flow 1 + z/gamma must stay positive: z > {-gamma:g} is wanted, got {np.min(z):g}")
    v = f**alpha
    extraction = -np.expm1(np.log1p(-rho) / f) / rho
    q = v * extraction
    return SteadyState(f, v, q, 100 * V0 * (k1 * (1 - q) + k2 * (1 - extraction) + k3 * (1 - v)))


def transfer_function(frequency: ArrayLike, p: Mapping[str, Any] | ArrayLike | None = None) -> np.ndarray:
    """BOLD (%) per unit of activity z (1/s^2) for small activity about rest, complex; frequency in Hz.

    Exact for the equations linearised at rest; for activity of size z the error is of order z**2.
    """
    kappa, gamma, tau, alpha, rho, V0, k1, k2, k3 = _parameters(p)
    iw = 2j * np.pi * np.asarray(frequency, dtype=float)
    flow = 1 / (iw**2 + kappa * iw + gamma)
    volume = flow / (tau * iw + 1 / alpha)
    # Oxygen flows in as f E(f)/rho, of slope 1 + (1 - rho) log(1 - rho)/rho; it leaves as v**(1/alpha - 1) q.
    inflow = 1 + (1 - rho) * np.log1p(-rho) / rho
    deoxyhaemoglobin = (inflow * flow - (1 / alpha - 1) * volume) / (tau * iw + 1)
    return 100 * V0 * ((k2 - k3) * volume - (k1 + k2) * deoxyhaemoglobin)


def _parameters(p: Mapping[str, Any] | ArrayLike | None) -> np.ndarray:
    found = values(balloon_windkessel.name, "parameter", balloon_windkessel.params, p)
    if found.ndim != 1:
        raise ValueError(f"one set of parameters is wanted, got an array of shape {found.shape}")
    return found


_RHO, _RHO_SPM12 = 0.34, 0.4
_CLASSICAL = classical_coefficients(_RHO)._asdict()
_RATES = {"kappa": 0.65, "gamma": 0.41, "tau": 0.98, "alpha": 0.32, "rho": _RHO}

balloon_windkessel = Model(
    name="balloon_windkessel",
    title="Balloon-Windkessel haemodynamics",
    rhs=rhs,
    emit=emit,
    output=output,
    state=(
        Quantity("s", 0.0, "1/s", -0.1, 0.1, "vasodilatory signal"),
        Quantity("f", 1.0, "1", 0.8, 1.5, "blood flow relative to rest", "positive"),
        Quantity("v", 1.0, "1", 0.9, 1.3, "venous volume relative to rest", "positive"),
        Quantity("q", 1.0, "1", 0.6, 1.1, "deoxyhaemoglobin relative to rest", "positive"),
    ),
    params=(
        Quantity("kappa", 0.65, "1/s", 0.5, 1.0, "decay rate of the vasodilatory signal", "positive"),
        Quantity("gamma", 0.41, "1/s^2", 0.3, 0.6, "feedback of the flow on its signal", "positive"),
        Quantity("tau", 0.98, "s", 0.7, 2.5, "transit time through the balloon", "positive"),
        Quantity("alpha", 0.32, "1", 0.2, 0.5, "Grubb's exponent: volume = flow^alpha at rest", "positive"),
        Quantity("rho", _RHO, "1", 0.2, 0.6, "fraction of oxygen taken from the blood at rest", "positive"),
        Quantity("V0", 0.02, "1", 0.01, 0.06, "venous volume as a fraction of tissue at rest", "positive"),
        Quantity("k1", _CLASSICAL["k1"], "1", 1.0, 4.5, "signal from outside the vessels; goes with rho"),
        Quantity("k2", _CLASSICAL["k2"], "1", 0.0, 2.5, "signal from inside the vessels; may go with rho"),
        Quantity("k3", _CLASSICAL["k3"], "1", -1.0, 1.0, "signal of the volume; may go with rho"),
    ),
    inputs=(Quantity("z", 0.0, "1/s^2", -0.02, 0.3, "neural activity, scaled: z/gamma is the rise of the flow"),),
    signal=Quantity("bold", 0.0, "%", -2.0, 5.0, "change of the BOLD signal from rest"),
    source="10.1016/S1053-8119(03)00202-7",
    presets=(
        preset(
            "friston_2003",
            "10.1016/S1053-8119(03)00202-7",
            "Table 1 (prior means) and the signal equation",
            "the default",
            V0=0.02,
            **_RATES,
            **_CLASSICAL,
        ),
        preset(
            "stephan_2007",
            "10.1016/j.neuroimage.2007.07.040",
            "revised coefficients of the signal equation",
            "rates and V0 of friston_2003; epsilon is free there, its prior mean 1 is taken; constants for 1.5 T",
            V0=0.02,
            **_RATES,
            **revised_coefficients(_RHO)._asdict(),
        ),
        preset(
            "spm12",
            "10.1016/j.neuroimage.2007.07.040",
            "as in the program SPM12, files spm_fx_fmri.m and spm_gx_fmri.m",
            "values of the program, which differ from those of the paper: longer transit, V0 of 4 %",
            kappa=0.64,
            gamma=0.32,
            tau=2.0,
            alpha=0.32,
            rho=_RHO_SPM12,
            V0=0.04,
            **revised_coefficients(_RHO_SPM12)._asdict(),
        ),
    ),
)
