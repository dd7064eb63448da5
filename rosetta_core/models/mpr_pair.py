"""An excitatory and an inhibitory population of quadratic integrate-and-fire neurons, their exact mean field, s = r.

For the population x in {E, I}, with rates r in Hz, times in s, v dimensionless:
tau_x dr_x/dt = Delta_x/(pi tau_x) + 2 r_x v_x
tau_x dv_x/dt = v_x^2 + eta_x + I_x - (pi tau_x r_x)^2 + tau_x (J_xE r_E - J_xI r_I)
It is `ping` with synapses that take no time. All J are positive; the first index is the target.
"""

import numpy as np

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Quantity, preset
from rosetta_core.models.mpr import qif_slopes
from rosetta_core.models.ping import ping


@kernel
def rhs(t, x, p, u):
    r_E, v_E, r_I, v_I = x
    tau_E, tau_I, Delta_E, Delta_I, eta_E, eta_I, J_EE, J_EI, J_IE, J_II = p
    I_E, I_I = u
    dr_E, dv_E = qif_slopes(r_E, v_E, tau_E, Delta_E, eta_E + I_E + tau_E * (J_EE * r_E - J_EI * r_I))
    dr_I, dv_I = qif_slopes(r_I, v_I, tau_I, Delta_I, eta_I + I_I + tau_I * (J_IE * r_E - J_II * r_I))
    return (dr_E, dv_E, dr_I, dv_I)


@kernel
def emit(x, p):
    return (p[0] * x[0],)


@kernel
def output(x, p):
    return x[1]


_DOI = "10.1162/netn_a_00299"
_PUBLISHED = {
    "Delta_E": 40.0, "Delta_I": 47.0, "eta_E": 30.0, "eta_I": 40.0, "J_EE": 50.0, "J_EI": 20.0, "J_IE": 20.0,
    "J_II": 20.0,
}  # fmt: skip
# The same pair with currents counted in eta_I and potentials in its root, as the paper prints it: couplings shrink with
# the root, and time with it. At a membrane time constant of 10 ms its rhythm then is one of 50 Hz.
_SCALED = {
    name: value / (np.sqrt(_PUBLISHED["eta_I"]) if name[0] == "J" else _PUBLISHED["eta_I"])
    for name, value in _PUBLISHED.items()
}


def _row(row: Quantity) -> Quantity:
    default = _SCALED.get(row.name, 0.01)
    return row._replace(default=float(default), high=max(row.high, float(default)))


mpr_pair = Model(
    name="mpr_pair",
    title="Two Montbrio-Pazo-Roxin populations, E and I",
    rhs=rhs,
    emit=emit,
    output=output,
    state=tuple(row for row in ping.state if row.name[0] in "rv"),
    params=tuple(_row(row) for row in ping.params if not row.name.startswith("tau_s")),
    inputs=tuple(row._replace(default=0.0) for row in ping.inputs),
    signal=ping.signal,
    source=_DOI,
    presets=(
        preset(
            "sanz_perl_2023", source=_DOI, where="exact mean field, one region, the homogeneous optimum of Fig. 3A",
            note="time in membrane time constants, so tau = 1 s; inhibitory couplings carry a minus sign there; "
            "Delta_I is the paper's d_i = 1.175 times eta_I; between regions the paper has G = 1.04",
            tau_E=1.0, tau_I=1.0, **_PUBLISHED,
            r_E=0.7813, v_E=-0.4196, r_I=0.7813, v_I=-0.4196,
        ),
    ),
)  # fmt: skip
