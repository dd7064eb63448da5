"""Neural mass models, rung by rung: one kernel per model, run natively by numba and in the page by WebAssembly."""

from rosetta_core._jit import kernel
from rosetta_core.check import check
from rosetta_core.drive import Drive, pulse, sampled, sinusoid, step
from rosetta_core.integrate import Trajectory, simulate
from rosetta_core.model import Model, Quantity, jacobian
from rosetta_core.models import LADDER, MODELS, bautin, damped, harmonic, stuart_landau

__version__ = "0.1.0"

__all__ = [
    "LADDER",
    "MODELS",
    "Drive",
    "Model",
    "Quantity",
    "Trajectory",
    "bautin",
    "check",
    "damped",
    "harmonic",
    "jacobian",
    "kernel",
    "pulse",
    "sampled",
    "simulate",
    "sinusoid",
    "step",
    "stuart_landau",
]
