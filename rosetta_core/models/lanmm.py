"""LaNMM, the laminar neural mass model: a deep alpha circuit (P1, SS, SST) and a superficial gamma circuit (P2, PV).

Fourteen synapses join five populations. Each is a second-order filter of a rate times its number of contacts, so
synapses of one type from one population are one filter with several weights: eight filters remain, five of the
populations and three of the inputs. The difference between two such synapses, each divided by its contacts, decays
at the rate of the filter after any start; nothing else is lost.

Filters hold the potential (mV) for one contact; `_k` is the k-th synapse of the published list:
1 SS to P1, 2 SST to P1, 3 input to P1, 4 P1 to SS, 5 P1 to SST, 6 P2 to P2, 7 PV to P2, 8 input to P2, 9 P2 to PV,
10 PV to PV, 11 P2 to P1, 12 P1 to P2, 13 P1 to PV, 14 input to PV; 2 is slow GABA, 7 and 10 are fast GABA, the others
AMPA. The rate that drives a synapse is that of its presynaptic population.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import inner, kernel
from rosetta_core.model import Model, Quantity, preset
from rosetta_core.operators import sigmoid


@inner
def potentials(x, p):
    """Mean potentials (mV) of P1, SS, SST, P2 and PV."""
    P1, SS, SST, P2, PV, in_P1, in_P2, in_PV = x[:8]
    C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13, C14 = p[:14]
    return (
        C1 * SS + C2 * SST + C3 * in_P1 + C11 * P2,
        C4 * P1,
        C5 * P1,
        C6 * P2 + C7 * PV + C8 * in_P2 + C12 * P1,
        C9 * P2 + C10 * PV + C13 * P1 + C14 * in_PV,
    )


@kernel
def rhs(t, x, p, u):
    P1, SS, SST, P2, PV, in_P1, in_P2, in_PV, dP1, dSS, dSST, dP2, dPV, din_P1, din_P2, din_PV = x
    A_ampa, a_ampa, A_slow, a_slow, A_fast, a_fast, e0, v0, v0_P2, r = p[14:]
    p_P1, p_P2, p_PV = u
    v_P1, v_SS, v_SST, v_P2, v_PV = potentials(x, p)
    return (
        dP1,
        dSS,
        dSST,
        dP2,
        dPV,
        din_P1,
        din_P2,
        din_PV,
        a_ampa * (A_ampa * sigmoid(v_P1, e0, v0, r) - 2.0 * dP1 - a_ampa * P1),
        a_ampa * (A_ampa * sigmoid(v_SS, e0, v0, r) - 2.0 * dSS - a_ampa * SS),
        a_slow * (A_slow * sigmoid(v_SST, e0, v0, r) - 2.0 * dSST - a_slow * SST),
        a_ampa * (A_ampa * sigmoid(v_P2, e0, v0_P2, r) - 2.0 * dP2 - a_ampa * P2),
        a_fast * (A_fast * sigmoid(v_PV, e0, v0, r) - 2.0 * dPV - a_fast * PV),
        a_ampa * (A_ampa * p_P1 - 2.0 * din_P1 - a_ampa * in_P1),
        a_ampa * (A_ampa * p_P2 - 2.0 * din_P2 - a_ampa * in_P2),
        a_ampa * (A_ampa * p_PV - 2.0 * din_PV - a_ampa * in_PV),
    )


@kernel
def emit(x, p):
    v = potentials(x, p)
    e0, v0, v0_P2, r = p[20:]
    return (sigmoid(v[0], e0, v0, r), sigmoid(v[3], e0, v0_P2, r))


@kernel
def output(x, p):
    v = potentials(x, p)
    return 0.5 * (v[0] + v[3])


class Rest(NamedTuple):
    """A fixed point: the state (16,) and the inputs (p_P1, p_P2, p_PV) (3,) in 1/s that hold it."""

    state: np.ndarray
    drives: np.ndarray


def equilibrium(v_P1: float, v_P2: float, v_PV: float, p: ArrayLike) -> Rest:
    """The fixed point with these potentials (mV); `p` (24,) are the parameters in the order of the model. Exact.

    Each input enters linearly, so any three potentials are a fixed point under some inputs: solve for the two or
    three that should be zero. ValueError where an input has no contact (C3, C8 or C14 is zero).
    """
    C = np.concatenate([[np.nan], np.asarray(p, dtype=float)[:14]])
    A_ampa, a_ampa, A_slow, a_slow, A_fast, a_fast, e0, v0, v0_P2, r = np.asarray(p, dtype=float)[14:]
    if not C[[3, 8, 14]].all():
        raise ValueError(f"each input wants a contact: C3, C8, C14 must not be zero, got {C[3]}, {C[8]}, {C[14]}")

    def rate(v: float, threshold: float) -> float:
        return 2 * e0 / (1 + np.exp(r * (threshold - v)))

    P1 = A_ampa / a_ampa * rate(v_P1, v0)
    P2 = A_ampa / a_ampa * rate(v_P2, v0_P2)
    PV = A_fast / a_fast * rate(v_PV, v0)
    SS = A_ampa / a_ampa * rate(C[4] * P1, v0)
    SST = A_slow / a_slow * rate(C[5] * P1, v0)
    in_P1 = (v_P1 - C[1] * SS - C[2] * SST - C[11] * P2) / C[3]
    in_P2 = (v_P2 - C[6] * P2 - C[7] * PV - C[12] * P1) / C[8]
    in_PV = (v_PV - C[9] * P2 - C[10] * PV - C[13] * P1) / C[14]
    inputs = np.array([in_P1, in_P2, in_PV])
    return Rest(np.concatenate([[P1, SS, SST, P2, PV], inputs, np.zeros(8)]), a_ampa / A_ampa * inputs)


_SOURCES = ("P1", "SS", "SST", "P2", "PV", "in_P1", "in_P2", "in_PV")
_RANGES = (0.2, 0.2, 2.2, 0.2, 0.7, 12.0, 12.0, 12.0)
_MEANINGS = tuple(f"filtered rate of {n}, per contact" for n in _SOURCES[:5]) + tuple(
    f"filtered input to {n}, per contact" for n in ("P1", "P2", "PV")
)
_INHIBITORY = ("SST", "PV")
_CONTACTS = (
    ("C1", 108.0, "SS to P1"), ("C2", 33.7, "SST to P1"), ("C3", 1.0, "input to P1"), ("C4", 135.0, "P1 to SS"),
    ("C5", 33.75, "P1 to SST"), ("C6", 70.0, "P2 to P2"), ("C7", 550.0, "PV to P2"), ("C8", 1.0, "input to P2"),
    ("C9", 200.0, "P2 to PV"), ("C10", 100.0, "PV to PV"), ("C11", 80.0, "P2 to P1"), ("C12", 200.0, "P1 to P2"),
    ("C13", 30.0, "P1 to PV"), ("C14", 1.0, "input to PV"),
)  # fmt: skip
_PSYCHEDELIC = 1.3846153846
_DOI = "10.1016/j.neuroimage.2023.119938"
_CODE = "10.1101/2025.03.19.644090"
_FILE = "parameter file of the published code"


def _filter(name: str, size: float, meaning: str) -> Quantity:
    low, high = (-size, 0.0) if name in _INHIBITORY else (0.0, size)
    return Quantity(name, 0.0, "mV", low, high, meaning)


lanmm = Model(
    name="lanmm",
    title="Laminar neural mass model",
    rhs=rhs,
    emit=emit,
    output=output,
    state=tuple(_filter(n, size, meaning) for n, size, meaning in zip(_SOURCES, _RANGES, _MEANINGS, strict=True))
    + tuple(
        Quantity(f"d{n}", 0.0, "mV/s", -10.0 * size, 10.0 * size, f"slope of {n}")
        for n, size in zip(_SOURCES, _RANGES, strict=True)
    ),
    params=(
        *(Quantity(n, v, "1", 0.5 * v, 1.5 * v, f"contacts, {way}", "nonnegative") for n, v, way in _CONTACTS),
        Quantity("A_ampa", 3.25, "mV", 2.0, 5.0, "gain of AMPA synapses", "positive"),
        Quantity("a_ampa", 100.0, "1/s", 50.0, 150.0, "rate of AMPA synapses", "positive"),
        Quantity("A_slow", -22.0, "mV", -40.0, -10.0, "gain of slow GABA synapses"),
        Quantity("a_slow", 50.0, "1/s", 25.0, 100.0, "rate of slow GABA synapses", "positive"),
        Quantity("A_fast", -30.0, "mV", -50.0, -10.0, "gain of fast GABA synapses"),
        Quantity("a_fast", 220.0, "1/s", 100.0, 350.0, "rate of fast GABA synapses", "positive"),
        Quantity("e0", 2.5, "1/s", 0.5, 5.0, "half of the highest firing rate", "positive"),
        Quantity("v0", 6.0, "mV", 3.0, 9.0, "potential at half of the highest rate, all but P2"),
        Quantity("v0_P2", 1.0, "mV", -1.0, 6.0, "potential at half of the highest rate, P2"),
        Quantity("r", 0.56, "1/mV", 0.2, 0.8, "steepness of the sigmoid", "positive"),
    ),
    inputs=(
        Quantity("p_P1", 200.0, "1/s", 0.0, 500.0, "pulse rate to P1"),
        Quantity("p_P2", 90.0, "1/s", 0.0, 500.0, "pulse rate to P2"),
        Quantity("p_PV", 0.0, "1/s", 0.0, 300.0, "pulse rate to PV"),
    ),
    signal=Quantity(
        "(v_P1 + v_P2)/2", 0.0, "mV", -10.0, 15.0,
        "mean potential of both pyramidal populations; not the laminar LFP, which weights currents by their depth",
    ),
    source=_DOI,
    presets=(
        preset("healthy", source=_CODE, where=_FILE, C2=33.7, C7=550.0, p_P1=200.0, p_P2=90.0),
        preset("mci", source=_CODE, where=_FILE, note="fewer contacts of PV", C7=300.0, p_P1=200.0, p_P2=90.0),
        preset("alzheimer", source=_CODE, where=_FILE, note="fewer contacts of PV", C7=140.0, p_P1=200.0, p_P2=90.0),
        preset(
            "psychedelic", source=_CODE, where=_FILE, note="excitation of P1 times 1.3846, C1, C3 and C11",
            C1=108.0 * _PSYCHEDELIC, C3=_PSYCHEDELIC, C11=80.0 * _PSYCHEDELIC, p_P1=200.0, p_P2=90.0,
        ),
        preset(
            "rosetta_2026_fig_6_4", source="10.1016/j.physrep.2026.05.004", where="Fig. 6.4",
            note="no input to P2: alpha and gamma set in apart, at p_P1 = 104 and 455", p_P1=200.0, p_P2=0.0,
        ),
    ),
)  # fmt: skip
