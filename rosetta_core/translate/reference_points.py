"""One reference point for each arrow of the ladder: where table, figures and explorer make it, and its test.

Every setting is that of a test or of a paper that the test names, well inside the region in which the arrow is trusted.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from rosetta_core import models as m
from rosetta_core.model import Model
from rosetta_core.models.mpr import equilibrium_excitability
from rosetta_core.network import network
from rosetta_core.spiking import QIFNetwork
from rosetta_core.translate.averaging import by_averaging
from rosetta_core.translate.circle import to_theta
from rosetta_core.translate.focus import to_wilson_cowan_focus
from rosetta_core.translate.harmonic import to_damped, to_harmonic
from rosetta_core.translate.kuramoto import to_kuramoto, with_amplitude
from rosetta_core.translate.mean_field import to_ping, to_qif_nmm1, to_qif_rate
from rosetta_core.translate.phase import to_phase
from rosetta_core.translate.rates import to_nmm1, to_voltage_form, to_wilson_cowan
from rosetta_core.translate.realisation import to_wilson_cowan_cycle
from rosetta_core.translate.resonator import to_resonator
from rosetta_core.translate.spikes import to_mean_field
from rosetta_core.translate.stuart_landau import to_stuart_landau
from rosetta_core.translate.translation import Translation

DOUBLINGS = (-5.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0)


class Point(NamedTuple):
    """An arrow at one setting: source and target rung, how it is made, the error that is quoted, and its test file.

    `doublings` are the values of the small parameter for a scan, as powers of 2 of the limit. `crowd` names the source
    where it is a network of many.
    """

    source: Model
    target: Model
    make: Callable[..., Translation]
    quoted: str
    held_by: str
    setting: Callable[[], Translation]
    doublings: tuple[float, ...] = DOUBLINGS
    crowd: str = ""

    @property
    def spoken(self) -> str:
        """The source for readers: what it is a crowd of, or the model's title."""
        return self.crowd or self.source.title

    @property
    def name(self) -> str:
        """For links and lists: source and target, unlike that of any other point."""
        return f"{self.source.name}-to-{self.target.name}".replace("_", "-")

    @property
    def title(self) -> str:
        """For readers."""
        return f"{self.spoken} → {self.target.title}"


class Measured(NamedTuple):
    """A translation over its small parameter: values (k,), and what each has as errors and as both sides."""

    values: np.ndarray
    translations: tuple[Translation, ...]

    def errors(self, name: str) -> np.ndarray:
        """Sizes (k,) of one of the errors."""
        return np.abs([each.error.measured()[name] for each in self.translations])


def _point(
    source: Model, target: Model, make: Callable[..., Translation], quoted: str, held_by: str, *given: Any,
    again: float | None = None, doublings: tuple[float, ...] = DOUBLINGS, crowd: str = "", **named: Any,
) -> Point:  # fmt: skip
    def setting() -> Translation:
        found = make(*given, **named)
        return found if again is None else found.again(again)

    return Point(source, target, make, quoted, held_by, setting, doublings, crowd)


def _hopf(model: Model, name: str, near: float, at: float, **named: Any) -> Point:
    held_by = "test_translate_stuart_landau"
    return _point(
        model, m.stuart_landau, to_stuart_landau, "amplitude", held_by, model, name, near=near, at=at, **named
    )


def _resonator(model: Model, input: str, value: float, drive: float) -> Point:
    held_by = "test_translate_resonator"
    return _point(
        model, m.damped, to_resonator, "amplitude", held_by, model, input, u={input: value}, drive=drive
    )  # fmt: skip


_TWO = np.array([[0.0, 1.0], [1.0, 0.0]])
_CYCLE = {"alpha": 1.0, "omega": 6.28, "gamma": 1.0, "beta": 0.5}
# Rate 20 Hz of a population that inhibits itself through a synapse ten times as slow as its membrane.
_SLOW = {"tau_m": 0.01, "tau_s": 0.1, "Delta": 1.0, "J": -20.0}
_SLOW |= {"eta_bar": float(equilibrium_excitability(20.0, 0.01, 1.0, -20.0))}
_NO_SELF = {"w_EE": 0.0, "w_II": 0.0}
_FIGURE = {"tau_E": 1.0, "tau_I": 1.0}  # figure 5.1a of doi:10.1016/j.physrep.2026.05.004 counts time in these
_FIGURE_HOPF = 1.5315010404

POINTS = (
    _point(m.damped, m.harmonic, to_harmonic, "state", "test_translate_averaging", {"alpha": -0.02, "omega": 6.0}),
    _point(m.harmonic, m.damped, to_damped, "state", "test_translate_averaging", {"omega": 6.0}, alpha=-0.02),
    _point(
        m.nonlinear_damping, m.stuart_landau, by_averaging, "frequency", "test_translate_averaging",
        m.nonlinear_damping, p={"epsilon": 0.05},
    ),
    _resonator(m.wilson_cowan, "P_E", 2.0, 0.002),
    _resonator(m.jansen_rit, "p", 350.0, 0.03),
    _resonator(m.mpr, "I", 3.0, 0.0278),
    _hopf(m.wilson_cowan, "P_E", 1.5, _FIGURE_HOPF - 0.01, p=_FIGURE, amplitude_of="E"),
    _hopf(m.nmm1_loop, "P_E", 9.9, 10.0),
    _hopf(m.jansen_rit, "p", 89.83, 92.0),
    _hopf(m.ing, "I", 5.322, 5.342),
    _hopf(m.ping, "I_E", 0.8708, 0.8908, u={"I_I": 0.0}),
    _point(
        m.stuart_landau, m.wilson_cowan, to_wilson_cowan_cycle, "amplitude", "test_translate_realisation",
        {"alpha": 0.02, "omega": 6.28, "gamma": 1.0, "beta": 2.0},
    ),
    _point(
        m.damped, m.wilson_cowan, to_wilson_cowan_focus, "amplitude", "test_translate_resonator",
        {"alpha": -8.0, "omega": 62.0}, again=0.002,
    ),
    _point(
        m.stuart_landau, m.kuramoto, to_kuramoto, "state", "test_translate_phase",
        network(m.stuart_landau, _TWO, gain=0.01), p=_CYCLE, doublings=DOUBLINGS[1:],
    ),
    _point(
        m.kuramoto, m.stuart_landau, with_amplitude, "state", "test_translate_phase",
        network(m.kuramoto, _TWO, gain=0.3, coupling="sine"),
    ),
    _point(
        m.wilson_cowan, m.kuramoto, to_phase, "frequency", "test_translate_phase", m.wilson_cowan, "P_E", u={"P_E": 0.0}
    ),
    _point(
        m.master, m.wilson_cowan, to_wilson_cowan, "eigenvalue", "test_translate_rates", m.master, keep="membrane",
        again=0.02,
    ),
    _point(m.nmm1_loop, m.wilson_cowan, to_wilson_cowan, "eigenvalue", "test_translate_rates", m.nmm1_loop, again=0.02),
    _point(
        m.master, m.nmm1_loop, to_nmm1, "eigenvalue", "test_translate_rates", m.master, p={"w_EE": 0.0}, again=0.02
    ),
    _point(
        m.wilson_cowan, m.nmm1_loop, to_nmm1, "eigenvalue", "test_translate_rates", m.wilson_cowan, p=_NO_SELF,
        u={"P_E": 4.0},
    ),
    _point(
        m.wilson_cowan, m.wilson_cowan_voltage, to_voltage_form, "state", "test_translate_rates", m.wilson_cowan,
        u={"P_E": 1.0}, again=0.02,
    ),
    _point(m.nmm1_loop, m.ping, to_ping, "eigenvalue", "test_translate_mean_field", m.nmm1_loop, again=0.02),
    _point(
        m.qif_second_order, m.qif_nmm1, to_qif_nmm1, "eigenvalue", "test_translate_mean_field", m.qif_second_order,
        p=_SLOW, again=0.03,
    ),
    _point(
        m.mpr, m.qif_rate, to_qif_rate, "transfer", "test_translate_mean_field", m.mpr, x=[8.11344, -1.96162], again=0.1
    ),
    _point(
        m.wilson_cowan, m.theta, to_theta, "frequency", "test_translate_circle", m.wilson_cowan, "P_E", near=-3.3,
        at=-3.2995,
    ),
    _point(
        m.jansen_rit, m.theta, to_theta, "frequency", "test_translate_circle", m.jansen_rit, "p", near=113.6, at=113.59
    ),
    # The finest of these values is a network of 26 000 neurons.
    _point(
        m.theta, m.mpr, to_mean_field, "state", "test_translate_spikes", QIFNetwork(n=10000, eta_bar=-5.0, J=15.0),
        doublings=(-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0), crowd="Network of QIF neurons",
    ),
)  # fmt: skip
"""Every arrow, from the bottom of the ladder up. Neurons, spike by spike, are the theta neuron's rung."""


@cache
def translation(point: Point) -> Translation:
    """The arrow at its reference point."""
    return point.setting()


@cache
def measured(point: Point) -> Measured:
    """The arrow at all values of its small parameter."""
    there = translation(point)
    values = there.valid.limit * 2.0 ** np.array(point.doublings)
    return Measured(values, tuple(there.again(float(value)) for value in values))


def named(name: str) -> Point:
    """The point of that name; ValueError lists them."""
    found = {point.name: point for point in POINTS}
    if name not in found:
        raise ValueError(f"no arrow {name!r}; there are {', '.join(found)}")
    return found[name]
