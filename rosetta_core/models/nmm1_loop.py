"""Two populations with second-order synapses: the smallest neural mass (NMM1) that oscillates.

E excites I, I inhibits E, nobody hears itself. Each potential is the response of a synapse to a rate,
E'' = rise decay gain_E phi(P_E - w_EI I) - (rise + decay) E' - rise decay E, and I likewise from phi(P_I + w_IE E),
with rates rise and decay in 1/s (1/tau) and phi(v) = 2 e0/(1 + exp(rho (v0 - v))). Equal rise and decay make alpha
synapses, gain = A/a in the convention of Jansen & Rit 1995, doi:10.1007/BF00199471.
Castaldo et al. 2026, doi:10.1016/j.physrep.2026.05.004, section 6.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Quantity, preset, values
from rosetta_core.operators import sigmoid


@kernel
def rhs(t, x, p, u):
    E, E_slope, I, I_slope = x
    gain_E, rise_E, decay_E, gain_I, rise_I, decay_I, w_EI, w_IE, e0, v0, rho = p
    P_E, P_I = u
    to_I = gain_E * sigmoid(P_E - w_EI * I, e0, v0, rho)
    to_E = gain_I * sigmoid(P_I + w_IE * E, e0, v0, rho)
    return (
        E_slope,
        rise_E * decay_E * (to_I - E) - (rise_E + decay_E) * E_slope,
        I_slope,
        rise_I * decay_I * (to_E - I) - (rise_I + decay_I) * I_slope,
    )


@kernel
def emit(x, p):
    return (x[0],)


@kernel
def output(x, p):
    return -p[6] * x[2]


class Onset(NamedTuple):
    """Loop gain at which oscillation starts (1) and the angular frequency there (rad/s)."""

    gain: float
    omega: float


def oscillation_onset(tau_E: ArrayLike, tau_I: ArrayLike) -> Onset:
    """Hopf bifurcation of the loop: K_c and omega_0, from the time constants (s) of the two synapses.

    Each is one number (alpha synapse) or a pair (rise, decay). The eigenvalues solve
    (1 + tau_1 x)(1 + tau_2 x)(1 + tau_3 x)(1 + tau_4 x) + K = 0; with a_k the sum of all products of k time
    constants, omega^2 = a_1/a_3 and K_c = a_1 a_2/a_3 - a_4 (a_1/a_3)^2 - 1 (Routh-Hurwitz). For alpha synapses that
    is K_c = 2 + tau_E/tau_I + tau_I/tau_E, at least 4, and omega^2 = 1/(tau_E tau_I). As both rises vanish, K_c
    diverges: two first-order synapses do not oscillate.
    """
    taus = np.concatenate([np.broadcast_to(np.asarray(tau, dtype=float), (2,)) for tau in (tau_E, tau_I)])
    if not (np.isfinite(taus).all() and (taus > 0).all()):
        raise ValueError(f"positive time constants are wanted, got {tau_E} and {tau_I} s")
    scale = np.exp(np.log(taus).mean())
    _, a1, a2, a3, a4 = np.poly(-taus / scale)
    square = a1 / a3
    return Onset(float(a2 * square - a4 * square**2 - 1), float(np.sqrt(square) / scale))


class Point(NamedTuple):
    """The equilibrium: potentials E and I (mV), and the gain K of the loop there (1); it oscillates if K > K_c."""

    E: float
    I: float
    gain: float


def equilibrium(p: object = None, u: object = None) -> Point:
    """The one equilibrium for parameters p and inputs u (as in `simulate`), to 1e-12 mV.

    It is unique, because the loop feeds back negatively: more E, more I, less E.
    """
    from scipy.optimize import brentq  # here, because it would slow `import rosetta_core`

    rows = (*nmm1_loop.params, *nmm1_loop.inputs)
    numbers = (values("nmm1_loop", "parameter", nmm1_loop.params, p), values("nmm1_loop", "input", nmm1_loop.inputs, u))
    if any(part.ndim != 1 for part in numbers):
        raise ValueError(f"one value per parameter and input is wanted, got shapes {[part.shape for part in numbers]}")
    q = dict(zip((row.name for row in rows), map(float, np.concatenate(numbers)), strict=True))

    def phi(v: float) -> float:
        return float(q["e0"] * (1 + np.tanh(q["rho"] * (v - q["v0"]) / 2)))

    def inhibition(E: float) -> float:
        return q["gain_I"] * phi(q["P_I"] + q["w_IE"] * E)

    def excess(E: float) -> float:
        return E - q["gain_E"] * phi(q["P_E"] - q["w_EI"] * inhibition(E))

    E = brentq(excess, -1e-9, 2 * q["gain_E"] * q["e0"] + 1e-9, xtol=1e-14)
    I = inhibition(E)
    rates = phi(q["P_E"] - q["w_EI"] * I), phi(q["P_I"] + q["w_IE"] * E)
    slopes = [q["rho"] * rate * (1 - rate / (2 * q["e0"])) for rate in rates]
    return Point(E, I, q["gain_E"] * q["gain_I"] * q["w_EI"] * q["w_IE"] * slopes[0] * slopes[1])


def _rate(name: str, default: float, meaning: str) -> Quantity:
    return Quantity(name, default, "1/s", 3.0, 1000.0, meaning, "positive")


nmm1_loop = Model(
    name="nmm1_loop",
    title="Two populations with second-order synapses",
    rhs=rhs,
    emit=emit,
    output=output,
    state=(
        Quantity("E", 0.1, "mV", 0.0, 0.2, "excitatory postsynaptic potential"),
        Quantity("E_slope", 0.0, "mV/s", -10.0, 10.0, "slope of the excitatory potential"),
        Quantity("I", 0.5, "mV", 0.0, 2.2, "inhibitory postsynaptic potential, as a magnitude"),
        Quantity("I_slope", 0.0, "mV/s", -50.0, 50.0, "slope of the inhibitory potential"),
    ),
    params=(
        Quantity("gain_E", 0.0325, "mV s", 0.001, 0.5, "area under the response of E to one spike", "nonnegative"),
        _rate("rise_E", 100.0, "rate of rise of the excitatory synapse"),
        _rate("decay_E", 100.0, "rate of decay of the excitatory synapse"),
        Quantity("gain_I", 0.44, "mV s", 0.001, 1.0, "area under the response of I to one spike", "nonnegative"),
        _rate("rise_I", 50.0, "rate of rise of the inhibitory synapse"),
        _rate("decay_I", 50.0, "rate of decay of the inhibitory synapse"),
        Quantity("w_EI", 10.0, "1", 0.0, 100.0, "strength of the inhibition of E", "nonnegative"),
        Quantity("w_IE", 100.0, "1", 0.0, 200.0, "strength of the excitation of I", "nonnegative"),
        Quantity("e0", 2.5, "1/s", 0.5, 10.0, "half of the largest rate", "positive"),
        Quantity("v0", 6.0, "mV", 0.0, 10.0, "potential at half of the largest rate"),
        Quantity("rho", 0.56, "1/mV", 0.1, 1.0, "steepness of the sigmoid", "positive"),
    ),
    inputs=(
        Quantity("P_E", 17.0, "mV", -20.0, 60.0, "input to the excitatory population"),
        Quantity("P_I", -2.0, "mV", -20.0, 20.0, "input to the inhibitory population"),
    ),
    signal=Quantity("v_E", 0.0, "mV", -220.0, 0.0, "synaptic potential of the excitatory population, -w_EI I"),
    source="10.1016/j.physrep.2026.05.004",
    presets=(
        preset(
            "jansen_rit_synapses", "10.1007/BF00199471", "standard parameter values",
            "Synapses and sigmoid of Jansen and Rit, gain = A/a; weights and inputs are this book's, past the onset.",
            gain_E=3.25 / 100, rise_E=100.0, decay_E=100.0, gain_I=22 / 50, rise_I=50.0, decay_I=50.0,
            e0=2.5, v0=6.0, rho=0.56, w_EI=10.0, w_IE=100.0, P_E=17.0, P_I=-2.0,
        ),
    ),
)  # fmt: skip
