"""What is measured from a run: electrode signals, BOLD, spectra, connectivity, phases and cycles.

Functions take a run as `simulate` returns it, a `Signal`, or an array with time along the first axis and its sampling
interval in s. scipy is loaded at the first call that needs it.
"""

from rosetta_core.observe.connectivity import (
    Coherence,
    FcDynamics,
    coherence,
    covariance,
    envelope_correlation,
    fc_dynamics,
    functional_connectivity,
    phase_locking,
    similarity,
)
from rosetta_core.observe.cycles import Crossings, Cycles, crossing_frequency, cycles
from rosetta_core.observe.haemodynamics import Bold, bold
from rosetta_core.observe.phases import (
    Analytic,
    analytic_signal,
    bandpass,
    metastability,
    modulation_index,
    order_parameter,
    phase,
    synchrony,
)
from rosetta_core.observe.series import Signal, proxy
from rosetta_core.observe.spectra import Spectrum, degrees_of_freedom, welch

__all__ = [
    "Analytic",
    "Bold",
    "Coherence",
    "Crossings",
    "Cycles",
    "FcDynamics",
    "Signal",
    "Spectrum",
    "analytic_signal",
    "bandpass",
    "bold",
    "coherence",
    "covariance",
    "crossing_frequency",
    "cycles",
    "degrees_of_freedom",
    "envelope_correlation",
    "fc_dynamics",
    "functional_connectivity",
    "metastability",
    "modulation_index",
    "order_parameter",
    "phase",
    "phase_locking",
    "proxy",
    "similarity",
    "synchrony",
    "welch",
]
