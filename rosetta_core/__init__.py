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
    from rosetta_core import observe, transfer_functions

__version__ = "0.2.0"

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
    "bautin",
    "biexponential",
    "check",
    "chirp",
    "damped",
    "ensemble",
    "exponential",
    "harmonic",
    "ing",
    "jacobian",
    "jansen_rit",
    "kernel",
    "kuramoto",
    "lanmm",
    "master",
    "modulated",
    "mpr",
    "network",
    "nmm1_loop",
    "observe",
    "ornstein_uhlenbeck",
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
    "transfer_functions",
    "wendling",
    "wilson_cowan",
]


def __getattr__(name: str) -> Any:
    # Modules on top of large parts of scipy: loaded when they are first used.
    if name in ("observe", "transfer_functions"):
        return importlib.import_module(f"rosetta_core.{name}")
    raise AttributeError(f"module 'rosetta_core' has no attribute {name!r}")
