"""Neural mass models, rung by rung: one kernel per model, run natively by numba and in the page by WebAssembly."""

from ._jit import kernel
from .drive import Drive, pulse, sampled, sinusoid, step
from .integrate import Trajectory, simulate
from .model import Model, Quantity, jacobian
from .models import LADDER, MODELS, bautin, damped, harmonic, stuart_landau

__version__ = "0.1.0"

__all__ = [
    "LADDER",
    "MODELS",
    "Drive",
    "Model",
    "Quantity",
    "Trajectory",
    "bautin",
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
