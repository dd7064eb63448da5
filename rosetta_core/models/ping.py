"""PING: excitatory and inhibitory quadratic integrate-and-fire populations, the exact mean field of both.

For the population x in {E, I}, with rates r and synapses s in Hz, times in s, v dimensionless:
tau_x dr_x/dt = Delta_x/(pi tau_x) + 2 r_x v_x
tau_x dv_x/dt = v_x^2 + eta_x + I_x - (pi tau_x r_x)^2 + tau_x (J_xE s_E - J_xI s_I)
The synapses see the rate of their own population, through a second-order filter in `ping` and a first-order filter in
`ping_first_order`. All J are positive; the first index is the target.
"""

from typing import NamedTuple

import numpy as np

from rosetta_core._jit import inner, kernel
from rosetta_core.model import Model, Quantity, preset
from rosetta_core.models.mpr import qif_slopes, resting_potential
from rosetta_core.models.qif_synaptic import first_order, second_order


@inner
def populations(r_E, v_E, s_E, r_I, v_I, s_I, p, u):
    """Slopes of r_E, v_E, r_I, v_I; the same whatever the synapses are."""
    tau_E, tau_I, _, _, Delta_E, Delta_I, eta_E, eta_I, J_EE, J_EI, J_IE, J_II = p
    I_E, I_I = u
    into_E = eta_E + I_E + tau_E * (J_EE * s_E - J_EI * s_I)
    into_I = eta_I + I_I + tau_I * (J_IE * s_E - J_II * s_I)
    dr_E, dv_E = qif_slopes(r_E, v_E, tau_E, Delta_E, into_E)
    dr_I, dv_I = qif_slopes(r_I, v_I, tau_I, Delta_I, into_I)
    return dr_E, dv_E, dr_I, dv_I


@kernel
def rhs(t, x, p, u):
    r_E, v_E, s_E, z_E, r_I, v_I, s_I, z_I = x
    dr_E, dv_E, dr_I, dv_I = populations(r_E, v_E, s_E, r_I, v_I, s_I, p, u)
    ds_E, dz_E = second_order(r_E, s_E, z_E, p[2])
    ds_I, dz_I = second_order(r_I, s_I, z_I, p[3])
    return (dr_E, dv_E, ds_E, dz_E, dr_I, dv_I, ds_I, dz_I)


@kernel
def rhs_first_order(t, x, p, u):
    r_E, v_E, s_E, r_I, v_I, s_I = x
    dr_E, dv_E, dr_I, dv_I = populations(r_E, v_E, s_E, r_I, v_I, s_I, p, u)
    return (dr_E, dv_E, first_order(r_E, s_E, p[2]), dr_I, dv_I, first_order(r_I, s_I, p[3]))


@kernel
def emit(x, p):
    return (p[0] * x[2],)


@kernel
def output(x, p):
    return x[1]


class Rest(NamedTuple):
    """A fixed point: both currents eta + I (1) that hold it, and both potentials (1)."""

    into_E: float
    into_I: float
    v_E: float
    v_I: float


def equilibrium(
    r_E: float, r_I: float, tau_E: float, tau_I: float, Delta_E: float, Delta_I: float,
    J_EE: float, J_EI: float, J_IE: float, J_II: float,
) -> Rest:  # fmt: skip
    """The fixed point with these rates (Hz) > 0: there s = r and z = 0, whatever the synapses. Exact.

    Any two rates are a fixed point under some currents eta_E + I_E and eta_I + I_I; the paper's sweep sets them equal.
    """
    v_E = float(resting_potential(r_E, tau_E, Delta_E))
    v_I = float(resting_potential(r_I, tau_I, Delta_I))
    into_E = (np.pi * tau_E * r_E) ** 2 - v_E**2 - tau_E * (J_EE * r_E - J_EI * r_I)
    into_I = (np.pi * tau_I * r_I) ** 2 - v_I**2 - tau_I * (J_IE * r_E - J_II * r_I)
    return Rest(into_E, into_I, v_E, v_I)


_REPORT = "10.1016/j.physrep.2026.05.004"
_TIMES = {"tau_E": 0.015, "tau_I": 0.0075, "tau_sE": 0.01, "tau_sI": 0.0025}
_SPREADS = {"Delta_E": 1.0, "Delta_I": 1.0, "eta_E": 0.0, "eta_I": 0.0}
_GLOBAL = {"J_EE": 15.0, "J_EI": 15.0, "J_IE": 15.0, "J_II": 30.0}
_MODEL_A = {
    "tau_E": 0.01, "tau_I": 0.01, "tau_sE": 0.002, "tau_sI": 0.008, "Delta_E": 1.0, "Delta_I": 1.0,
    "eta_E": 0.0, "eta_I": -5.0, "J_EE": 0.0, "J_EI": 15.0, "J_IE": 15.0, "J_II": 0.0,
}  # fmt: skip


def _population(x: str, who: str, *more: Quantity) -> tuple[Quantity, ...]:
    return (
        Quantity(f"r_{x}", 60.0, "1/s", 0.0, 100.0, f"rate of the {who} cells", "nonnegative"),
        Quantity(f"v_{x}", -0.2, "1", -2.0, 1.0, f"mean potential of the {who} cells"),
        Quantity(f"s_{x}", 60.0, "1/s", 0.0, 100.0, f"synapses of the {who} cells", "nonnegative"),
        *more,
    )


def _slope(x: str) -> Quantity:
    return Quantity(f"z_{x}", 0.0, "1/s", -100.0, 100.0, f"slope of s_{x}, times tau_s{x}")


def _params(**d: float) -> tuple[Quantity, ...]:
    return (
        Quantity("tau_E", d["tau_E"], "s", 0.005, 0.05, "membrane time constant, excitatory", "positive"),
        Quantity("tau_I", d["tau_I"], "s", 0.005, 0.05, "membrane time constant, inhibitory", "positive"),
        Quantity("tau_sE", d["tau_sE"], "s", 0.002, 0.05, "time constant of AMPA synapses", "positive"),
        Quantity("tau_sI", d["tau_sI"], "s", 0.002, 0.05, "time constant of GABA synapses", "positive"),
        Quantity("Delta_E", d["Delta_E"], "1", 0.3, 3.0, "half-width of the excitabilities, excitatory", "nonnegative"),
        Quantity("Delta_I", d["Delta_I"], "1", 0.3, 3.0, "half-width of the excitabilities, inhibitory", "nonnegative"),
        Quantity("eta_E", d["eta_E"], "1", -10.0, 10.0, "centre of the excitabilities, excitatory"),
        Quantity("eta_I", d["eta_I"], "1", -10.0, 10.0, "centre of the excitabilities, inhibitory"),
        Quantity("J_EE", d["J_EE"], "1", 0.0, 20.0, "excitation of E", "nonnegative"),
        Quantity("J_EI", d["J_EI"], "1", 0.0, 20.0, "inhibition of E", "nonnegative"),
        Quantity("J_IE", d["J_IE"], "1", 0.0, 20.0, "excitation of I", "nonnegative"),
        Quantity("J_II", d["J_II"], "1", 0.0, 40.0, "inhibition of I", "nonnegative"),
    )


def _inputs(I_E: float, I_I: float) -> tuple[Quantity, ...]:
    return (
        Quantity("I_E", I_E, "1", -5.0, 20.0, "current into every excitatory neuron"),
        Quantity("I_I", I_I, "1", -5.0, 20.0, "current into every inhibitory neuron"),
    )


_SIGNAL = Quantity("v_E", 0.0, "1", -3.0, 3.0, "mean potential of the excitatory cells, a proxy of the LFP")

ping = Model(
    name="ping",
    title="Pyramidal-interneuron gamma (PING)",
    rhs=rhs,
    emit=emit,
    output=output,
    state=(*_population("E", "excitatory", _slope("E")), *_population("I", "inhibitory", _slope("I"))),
    params=_params(**_TIMES, **_SPREADS, **_GLOBAL),
    inputs=_inputs(10.0, 10.0),
    signal=_SIGNAL,
    source=_REPORT,
    presets=(
        preset(
            "rosetta_2026_ping", source=_REPORT, where="Table A.1 and Fig. 7.3",
            note="ms and kHz turned to s and Hz; the printed J are multiplied by the global coupling 15 that the "
            "figure needs; the swept drive enters both populations, the printed equation gives it to E only; "
            "the rate equation has Delta/(pi tau), where the print has Delta",
            **_TIMES, **_SPREADS, **_GLOBAL, I_E=10.0, I_I=10.0,
        ),
        preset(
            "rosetta_2026_ping_e_only", source=_REPORT, where="Table A.1 with the drive of Eq. 7.9",
            note="as rosetta_2026_ping, but the drive enters E alone, as printed: the rhythm sets in at I_E = 0.871",
            **_TIMES, **_SPREADS, **_GLOBAL, I_E=10.0, I_I=0.0,
        ),
        preset(
            "rosetta_2026_ping_printed", source=_REPORT, where="Table A.1",
            note="the table as printed, without the global coupling: no Hopf bifurcation in the range of the figure",
            **_TIMES, **_SPREADS, J_EE=1.0, J_EI=1.0, J_IE=1.0, J_II=2.0, I_E=10.0, I_I=10.0,
        ),
    ),
)  # fmt: skip

ping_first_order = Model(
    name="ping_first_order",
    title="PING with first-order synapses",
    rhs=rhs_first_order,
    emit=emit,
    output=output,
    state=(*_population("E", "excitatory"), *_population("I", "inhibitory")),
    params=_params(**_MODEL_A),
    inputs=_inputs(10.0, 0.0),
    signal=_SIGNAL,
    source="10.1371/journal.pcbi.1005881",
)
