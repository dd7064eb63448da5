"""Neural mass models, rung by rung: one kernel per model, run natively by numba and in the page by WebAssembly."""

# ruff: noqa: F405 - those functions of `analysis` that are the package's, too, are named in __all__ alone
import importlib
from typing import TYPE_CHECKING, Any

from rosetta_core._jit import kernel
from rosetta_core.check import check
from rosetta_core.connectome import Connectome, load_connectome, synthetic_connectome
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
    linear,
    master,
    mpr,
    mpr_pair,
    nmm1_loop,
    nonlinear_damping,
    ping,
    ping_first_order,
    qif_first_order,
    qif_nmm1,
    qif_nmm1_membrane,
    qif_rate,
    qif_second_order,
    stuart_landau,
    theta,
    wendling,
    wilson_cowan,
    wilson_cowan_voltage,
)
from rosetta_core.network import Network, network
from rosetta_core.noise import ornstein_uhlenbeck
from rosetta_core.simulation import simulate
from rosetta_core.spiking import QIFNetwork

if TYPE_CHECKING:
    from rosetta_core import analysis, observe, transfer_functions, translate
    from rosetta_core.analysis import *  # noqa: F403

__version__ = "0.4.0"

__all__ = [
    "LADDER",
    "MODELS",
    "Connectome",
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
    "linear",
    "load_connectome",
    "locking",
    "lyapunov_exponents",
    "master",
    "modulated",
    "mpr",
    "mpr_pair",
    "network",
    "nmm1_loop",
    "noise_spectrum",
    "nonlinear_damping",
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
    "qif_nmm1",
    "qif_nmm1_membrane",
    "qif_rate",
    "qif_second_order",
    "sampled",
    "simulate",
    "sinusoid",
    "step",
    "stuart_landau",
    "synthetic_connectome",
    "theta",
    "transfer",
    "transfer_functions",
    "translate",
    "two_parameter",
    "wendling",
    "wilson_cowan",
    "wilson_cowan_voltage",
]


def __getattr__(name: str) -> Any:
    # On top of large parts of scipy, and loaded when first used: some modules, and what `analysis` answers, which is
    # all of __all__ that is not here.
    if name in ("analysis", "observe", "transfer_functions", "translate"):
        return importlib.import_module(f"rosetta_core.{name}")
    if name in __all__:
        return getattr(importlib.import_module("rosetta_core.analysis"), name)
    raise AttributeError(f"module 'rosetta_core' has no attribute {name!r}")
