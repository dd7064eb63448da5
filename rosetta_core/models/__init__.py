"""The rungs, one file each, in the order of the book."""

from rosetta_core.models.bautin import bautin
from rosetta_core.models.damped import damped
from rosetta_core.models.harmonic import harmonic
from rosetta_core.models.stuart_landau import stuart_landau

LADDER = (harmonic, damped, stuart_landau)
"""The rungs from the bottom up."""

MODELS = (*LADDER, bautin)
"""All models: the rungs, and the variants that a chapter needs to show where a rung ends."""

__all__ = ["LADDER", "MODELS", "bautin", "damped", "harmonic", "stuart_landau"]
