"""Neural mass models, rung by rung: one kernel per model, run natively by numba and in the page by WebAssembly."""

import importlib
from typing import TYPE_CHECKING, Any

from rosetta_core._jit import kernel
from rosetta_core.check import check
from rosetta_core.drive import Drive, chirp, modulated, pulse, pulse_train, sampled, sinusoid, step
from rosetta_core.ensemble import Ensemble, ensemble
from rosetta_core.integrate import Trajectory
from rosetta_core.model import Model, Preset, Quantity, jacobian, preset
from rosetta_core.models import (
    LADDER,
    MODELS,
    alpha,
    bautin,
    biexponential,
    damped,
    exponential,
    harmonic,
    ing,
    jansen_rit,
    kuramoto,
    lanmm,
    master,
    mpr,
    nmm1_loop,
    ping,
    ping_first_order,
    qif_first_order,
    qif_second_order,
    stuart_landau,
    theta,
    wendling,
    wilson_cowan,
)
from rosetta_core.network import Network, network
from rosetta_core.noise import ornstein_uhlenbeck
from rosetta_core.simulation import simulate
from rosetta_core.spiking import QIFNetwork

if TYPE_CHECKING:
    from rosetta_core import analysis, observe, transfer_functions
    from rosetta_core.analysis import (
        bogdanov_takens,
        continuation,
        covariance,
        cusp,
        cycles,
        eigenvalues,
        fixed_points,
        fold,
        hopf,
        interaction_function,
        isochrons,
        limit_cycle,
        locking,
        lyapunov_exponents,
        noise_spectrum,
        normal_form,
        phase_response,
        transfer,
        two_parameter,
    )

__version__ = "0.2.0"

ANALYSIS = (
    "bogdanov_takens",
    "continuation",
    "covariance",
    "cusp",
    "cycles",
    "eigenvalues",
    "fixed_points",
    "fold",
    "hopf",
    "interaction_function",
    "isochrons",
    "limit_cycle",
    "locking",
    "lyapunov_exponents",
    "noise_spectrum",
    "normal_form",
    "phase_response",
    "transfer",
    "two_parameter",
)
"""What `rosetta_core.analysis` answers, by the names under which the package has it too."""

__all__ = [
    "LADDER",
    "MODELS",
    "Drive",
    "Ensemble",
    "Model",
    "Network",
    "Preset",
    "QIFNetwork",
    "Quantity",
    "Trajectory",
    "alpha",
    "analysis",
    "bautin",
    "biexponential",
    "bogdanov_takens",
    "check",
    "chirp",
    "continuation",
    "covariance",
    "cusp",
    "cycles",
    "damped",
    "eigenvalues",
    "ensemble",
    "exponential",
    "fixed_points",
    "fold",
    "harmonic",
    "hopf",
    "ing",
    "interaction_function",
    "isochrons",
    "jacobian",
    "jansen_rit",
    "kernel",
    "kuramoto",
    "lanmm",
    "limit_cycle",
    "locking",
    "lyapunov_exponents",
    "master",
    "modulated",
    "mpr",
    "network",
    "nmm1_loop",
    "noise_spectrum",
    "normal_form",
    "observe",
    "ornstein_uhlenbeck",
    "phase_response",
    "ping",
    "ping_first_order",
    "preset",
    "pulse",
    "pulse_train",
    "qif_first_order",
    "qif_second_order",
    "sampled",
    "simulate",
    "sinusoid",
    "step",
    "stuart_landau",
    "theta",
    "transfer",
    "transfer_functions",
    "two_parameter",
    "wendling",
    "wilson_cowan",
]


def __getattr__(name: str) -> Any:
    # Modules on top of large parts of scipy: loaded when they are first used.
    if name in ("analysis", "observe", "transfer_functions"):
        return importlib.import_module(f"rosetta_core.{name}")
    if name in ANALYSIS:
        return getattr(importlib.import_module("rosetta_core.analysis"), name)
    raise AttributeError(f"module 'rosetta_core' has no attribute {name!r}")
