"""Wilson-Cowan in the voltage form: what a population sums over time is its potential, not its rate.

tau_E v_E' = -v_E + w_EE S_E(v_E) - w_EI S_I(v_I) + P_E and tau_I v_I' = -v_I + w_IE S_E(v_E) - w_II S_I(v_I) + P_I,
with S(v) = 1/(1 + exp(-a (v - theta))). With one time constant v = W x + P makes it the activity form of
`wilson_cowan`, x being E and I. Ermentrout & Terman 2010, doi:10.1007/978-0-387-87708-2.
"""

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Quantity
from rosetta_core.models.wilson_cowan import wilson_cowan
from rosetta_core.operators import logistic


@kernel
def rhs(t, x, p, u):
    v_E, v_I = x
    w_EE, w_EI, w_IE, w_II, a_E, theta_E, a_I, theta_I, tau_E, tau_I = p
    P_E, P_I = u
    E = logistic(a_E * (v_E - theta_E))
    I = logistic(a_I * (v_I - theta_I))
    return ((-v_E + w_EE * E - w_EI * I + P_E) / tau_E, (-v_I + w_IE * E - w_II * I + P_I) / tau_I)


@kernel
def emit(x, p):
    return (logistic(p[4] * (x[0] - p[5])),)


@kernel
def output(x, p):
    return x[0]


wilson_cowan_voltage = Model(
    name="wilson_cowan_voltage",
    title="Wilson-Cowan populations, voltage form",
    rhs=rhs,
    emit=emit,
    output=output,
    state=(
        Quantity("v_E", 0.0, "1", -20.0, 20.0, "potential of the excitatory population"),
        Quantity("v_I", 0.0, "1", -20.0, 20.0, "potential of the inhibitory population"),
    ),
    params=wilson_cowan.params[:10],
    inputs=wilson_cowan.inputs,
    source="10.1007/978-0-387-87708-2",
)
