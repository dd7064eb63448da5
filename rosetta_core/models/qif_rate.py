"""Rate equations with the transfer function of QIF neurons: what is left of their mean field when its membrane is fast.

Phi(i) = sqrt((i + sqrt(i^2 + Delta^2))/2)/(pi tau_m) is the rate of QIF neurons with Lorentzian excitabilities under
the current i = eta_bar + I + J tau_m s. In `qif_nmm1` the rate follows it at once, r = Phi, and a second-order synapse
takes time: tau_s s' = z, tau_s z' = r - 2 z - s. In `qif_nmm1_membrane` the rate takes the effective membrane time,
tau_eff r' = Phi - r, tau_eff = Delta/(2 pi Phi sqrt(i^2 + Delta^2)), which is the first correction; in `qif_rate` there
is no synapse, s = r. Devalle, Roxin & Montbrio 2017, doi:10.1371/journal.pcbi.1005881; Clusella et al. 2023,
doi:10.1007/s00422-022-00952-7.
"""

import numpy as np

from rosetta_core._jit import inner, kernel
from rosetta_core.elementary import sqrt
from rosetta_core.model import Model, Quantity
from rosetta_core.models.mpr import mpr
from rosetta_core.models.qif_synaptic import qif_second_order, second_order


@inner
def steady_rate(current, tau_m, Delta):
    """Phi (Hz) and 1/tau_eff (1/s), to rounding for any current."""
    far = sqrt(current * current + Delta * Delta)
    half = 0.5 * (current + far)
    # Below zero `half` has lost digits; it is the root q of q^2 - current q = Delta^2/4, and this is Newton's step.
    field = sqrt((half * half + 0.25 * Delta * Delta) / far)
    return field / (np.pi * tau_m), 2.0 * field * far / (tau_m * Delta)


@kernel
def rhs_nmm1(t, x, p, u):
    s, z = x
    tau_m, tau_s, Delta, eta_bar, J = p
    (I,) = u
    rate, _ = steady_rate(eta_bar + I + J * tau_m * s, tau_m, Delta)
    return second_order(rate, s, z, tau_s)


@kernel
def rhs_membrane(t, x, p, u):
    r, s, z = x
    tau_m, tau_s, Delta, eta_bar, J = p
    (I,) = u
    rate, quick = steady_rate(eta_bar + I + J * tau_m * s, tau_m, Delta)
    ds, dz = second_order(r, s, z, tau_s)
    return ((rate - r) * quick, ds, dz)


@kernel
def rhs_rate(t, x, p, u):
    (r,) = x
    tau_m, Delta, eta_bar, J = p
    (I,) = u
    rate, quick = steady_rate(eta_bar + I + J * tau_m * r, tau_m, Delta)
    return ((rate - r) * quick,)


@kernel
def emit(x, p):
    return (p[0] * x[0],)


@kernel
def emit_membrane(x, p):
    return (p[0] * x[1],)


def effective_membrane_time(r: float, tau_m: float, Delta: float) -> float:
    """tau_eff (s) at the rate r (Hz) > 0: 4 |v| tau_m/(4 v^2 + 4 pi^2 tau_m^2 r^2), v = -Delta/(2 pi tau_m r)."""
    field = np.pi * tau_m * r
    return tau_m * 2 * Delta * field / (Delta**2 + 4 * field**4)


_RATE = mpr.state[0]
_PARAMS = tuple(row._replace(domain="positive") if row.name == "Delta" else row for row in qif_second_order.params)
_SYNAPSE = qif_second_order.state[2:]
_SIGNAL = Quantity("s", 0.0, "1/s", 0.0, 200.0, "synaptic activation")

qif_nmm1 = Model(
    name="qif_nmm1",
    title="Neural mass with the QIF transfer function",
    rhs=rhs_nmm1,
    emit=emit,
    state=_SYNAPSE,
    params=_PARAMS,
    inputs=qif_second_order.inputs,
    signal=_SIGNAL,
    source="10.1007/s00422-022-00952-7",
)

qif_nmm1_membrane = Model(
    name="qif_nmm1_membrane",
    title="Neural mass with the QIF transfer function and its membrane",
    rhs=rhs_membrane,
    emit=emit_membrane,
    state=(_RATE, *_SYNAPSE),
    params=_PARAMS,
    inputs=qif_second_order.inputs,
    signal=_RATE,
    source="10.1371/journal.pcbi.1005881",
)

qif_rate = Model(
    name="qif_rate",
    title="Rate equation with the QIF transfer function",
    rhs=rhs_rate,
    emit=emit,
    state=(_RATE,),
    params=tuple(row for row in _PARAMS if row.name != "tau_s"),
    inputs=qif_second_order.inputs,
    signal=_RATE,
    source="10.1371/journal.pcbi.1005881",
)
