"""The rungs, one file each, in the order of the book."""

from rosetta_core.models.alpha import alpha
from rosetta_core.models.bautin import bautin
from rosetta_core.models.biexponential import biexponential
from rosetta_core.models.damped import damped
from rosetta_core.models.exponential import exponential
from rosetta_core.models.harmonic import harmonic
from rosetta_core.models.jansen_rit import jansen_rit
from rosetta_core.models.kuramoto import kuramoto
from rosetta_core.models.lanmm import lanmm
from rosetta_core.models.linear import linear
from rosetta_core.models.master import master
from rosetta_core.models.mpr import mpr
from rosetta_core.models.mpr_pair import mpr_pair
from rosetta_core.models.nmm1_loop import nmm1_loop
from rosetta_core.models.nonlinear_damping import nonlinear_damping
from rosetta_core.models.ping import ping, ping_first_order
from rosetta_core.models.qif_rate import qif_nmm1, qif_nmm1_membrane, qif_rate
from rosetta_core.models.qif_synaptic import ing, qif_first_order, qif_second_order
from rosetta_core.models.stuart_landau import stuart_landau
from rosetta_core.models.theta import theta
from rosetta_core.models.wendling import wendling
from rosetta_core.models.wilson_cowan import wilson_cowan
from rosetta_core.models.wilson_cowan_voltage import wilson_cowan_voltage

LADDER = (
    harmonic, damped, stuart_landau, kuramoto, exponential, alpha, biexponential, master, wilson_cowan, nmm1_loop,
    jansen_rit, wendling, lanmm, theta, mpr, qif_first_order, qif_second_order, ing, ping,
)  # fmt: skip
"""The rungs from the bottom up."""

MODELS = (
    *LADDER,
    bautin,
    ping_first_order,
    mpr_pair,
    linear,
    nonlinear_damping,
    wilson_cowan_voltage,
    qif_nmm1,
    qif_nmm1_membrane,
    qif_rate,
)
"""All models: the rungs, and the variants that a chapter needs to show where a rung ends."""

__all__ = ["LADDER", "MODELS", *(model.name for model in MODELS)]
