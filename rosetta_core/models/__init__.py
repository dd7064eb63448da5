"""The rungs, one file each, in the order of the book."""

from .bautin import bautin
from .damped import damped
from .harmonic import harmonic
from .stuart_landau import stuart_landau

LADDER = (harmonic, damped, stuart_landau)
"""The rungs from the bottom up."""

MODELS = (*LADDER, bautin)
"""All models: the rungs, and the variants that a chapter needs to show where a rung ends."""

__all__ = ["LADDER", "MODELS", "bautin", "damped", "harmonic", "stuart_landau"]
