"""The Rosetta stone as code: a model at an operating point becomes its equivalent on another rung, with an error."""

from rosetta_core.translate.averaging import by_averaging
from rosetta_core.translate.circle import to_theta
from rosetta_core.translate.connectivity import covariance_of_identical_nodes, functional_connectivity
from rosetta_core.translate.dressing import dressed
from rosetta_core.translate.focus import to_wilson_cowan_focus
from rosetta_core.translate.harmonic import in_frame, out_of_frame, to_damped, to_harmonic
from rosetta_core.translate.kuramoto import to_kuramoto, with_amplitude
from rosetta_core.translate.loop import loop_gain
from rosetta_core.translate.mean_field import matched_population, to_ping, to_qif_nmm1, to_qif_rate
from rosetta_core.translate.path import composed, translate, ways
from rosetta_core.translate.phase import to_phase, to_phases
from rosetta_core.translate.protocol import Experiment, protocol
from rosetta_core.translate.rates import to_nmm1, to_voltage_form, to_wilson_cowan
from rosetta_core.translate.realisation import to_wilson_cowan_cycle
from rosetta_core.translate.resonator import to_resonator
from rosetta_core.translate.spikes import (
    order_parameter_to_rate_voltage,
    rate_voltage_to_order_parameter,
    to_mean_field,
)
from rosetta_core.translate.stuart_landau import to_stuart_landau
from rosetta_core.translate.translation import Error, Scan, Sides, StateMap, Translation, Validity

__all__ = [
    "Error",
    "Experiment",
    "Scan",
    "Sides",
    "StateMap",
    "Translation",
    "Validity",
    "by_averaging",
    "composed",
    "covariance_of_identical_nodes",
    "dressed",
    "functional_connectivity",
    "in_frame",
    "loop_gain",
    "matched_population",
    "order_parameter_to_rate_voltage",
    "out_of_frame",
    "protocol",
    "rate_voltage_to_order_parameter",
    "to_damped",
    "to_harmonic",
    "to_kuramoto",
    "to_mean_field",
    "to_nmm1",
    "to_phase",
    "to_phases",
    "to_ping",
    "to_qif_nmm1",
    "to_qif_rate",
    "to_resonator",
    "to_stuart_landau",
    "to_theta",
    "to_voltage_form",
    "to_wilson_cowan",
    "to_wilson_cowan_cycle",
    "to_wilson_cowan_focus",
    "translate",
    "ways",
    "with_amplitude",
]
