"""Master equation of the push-pull pair: rates and synapses that both take their time.

For the population X in {E, I}, with the rate r_X (1/s) and its synapse s_X (1/s), the rate as others feel it,

    tau_mX r_X' = -r_X + phi_X(v_X),    tau_rX tau_dX s_X'' + (tau_rX + tau_dX) s_X' + s_X = r_X,    z_X = s_X',

with v_E = w_EE s_E - w_EI s_I + P_E, v_I = w_IE s_E - w_II s_I + P_I and phi_X(v) = 2 e0/(1 + exp(rho_X (v0_X - v))).
Weights carry the target first; they are magnitudes, inhibition is subtracted, and they hold the synapse's gain.

Three limits, each with an error in proportion to the time constants that vanish. Fast synapses, tau_r and tau_d -> 0,
leave s = r: the Wilson-Cowan equations, with time constants tau_m. Fast membranes, tau_m -> 0, leave r = phi(v): the
neural mass with second-order synapses (NMM1). tau_m and tau_r -> 0 leave first-order synapses: Wilson-Cowan again,
of s in place of r, with time constants tau_d. With E = r_E/(2 e0) the Wilson-Cowan weights are 2 e0 w.
Castaldo et al. 2026, doi:10.1016/j.physrep.2026.05.004, section 4.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Quantity, values
from rosetta_core.operators import sigmoid


@kernel
def rhs(t, x, p, u):
    r_E, s_E, z_E, r_I, s_I, z_I = x
    w_EE, w_EI, w_IE, w_II, tau_mE, tau_mI, tau_rE, tau_dE, tau_rI, tau_dI, e0, v0_E, rho_E, v0_I, rho_I = p
    P_E, P_I = u
    return (
        (-r_E + sigmoid(w_EE * s_E - w_EI * s_I + P_E, e0, v0_E, rho_E)) / tau_mE,
        z_E,
        (r_E - s_E - (tau_rE + tau_dE) * z_E) / (tau_rE * tau_dE),
        (-r_I + sigmoid(w_IE * s_E - w_II * s_I + P_I, e0, v0_I, rho_I)) / tau_mI,
        z_I,
        (r_I - s_I - (tau_rI + tau_dI) * z_I) / (tau_rI * tau_dI),
    )


@kernel
def emit(x, p):
    return (x[1],)


@kernel
def output(x, p):
    return p[0] * x[1] - p[1] * x[4]


def _parameters(p: object) -> dict[str, float]:
    numbers = values("master", "parameter", master.params, p)
    if numbers.ndim != 1:
        raise ValueError(f"one value per parameter is wanted, got an array of shape {numbers.shape}")
    return dict(zip((row.name for row in master.params), map(float, numbers), strict=True))


class Inputs(NamedTuple):
    """Inputs (mV) to the two populations."""

    P_E: np.ndarray
    P_I: np.ndarray


def equilibrium_input(r_E: ArrayLike, r_I: ArrayLike, p: object = None) -> Inputs:
    """The inputs that hold the pair at the rates r_E, r_I (1/s), there s = r and z = 0: all equilibria, explicitly.

    `p` as in `simulate`. The rates must lie between 0 and 2 e0, both excluded.
    """
    q = _parameters(p)
    r_E, r_I = np.asarray(r_E, dtype=float), np.asarray(r_I, dtype=float)
    top = 2 * q["e0"]
    for r in (r_E, r_I):
        if not ((r > 0) & (r < top)).all():
            raise ValueError(f"rates between 0 and 2 e0 = {top:g} 1/s are wanted (both excluded), got {r}")
    v_E, v_I = (q[f"v0_{x}"] + np.log(r / (top - r)) / q[f"rho_{x}"] for x, r in (("E", r_E), ("I", r_I)))
    return Inputs(v_E - q["w_EE"] * r_E + q["w_EI"] * r_I, v_I - q["w_IE"] * r_E + q["w_II"] * r_I)


def loop_gains(r_E: float, r_I: float, p: object = None) -> np.ndarray:
    """Gains ((G_EE, G_EI), (G_IE, G_II)) at an equilibrium with these rates: each weight times its target's slope phi'.

    phi' = rho r (1 - r/(2 e0)). All are magnitudes (1); shape (2, 2).
    """
    q = _parameters(p)
    slopes = np.array([q[f"rho_{x}"] * r * (1 - r / (2 * q["e0"])) for x, r in (("E", r_E), ("I", r_I))])
    return slopes[:, None] * np.array([[q["w_EE"], q["w_EI"]], [q["w_IE"], q["w_II"]]])


def characteristic(r_E: float, r_I: float, p: object = None) -> np.poly1d:
    """Polynomial of degree 6 whose roots (1/s) are the eigenvalues at an equilibrium with these rates.

    (D_E - G_EE)(D_I + G_II) + G_EI G_IE with D_X = (1 + tau_mX x)(1 + tau_rX x)(1 + tau_dX x). A time constant that
    vanishes takes one root to minus infinity; the rest are the eigenvalues of the limit.
    """
    q = _parameters(p)
    (G_EE, G_EI), (G_IE, G_II) = loop_gains(r_E, r_I, p)
    D_E, D_I = (
        np.poly1d([q[f"tau_m{x}"], 1]) * np.poly1d([q[f"tau_r{x}"], 1]) * np.poly1d([q[f"tau_d{x}"], 1]) for x in "EI"
    )
    return (D_E - G_EE) * (D_I + G_II) + G_EI * G_IE


class Onset(NamedTuple):
    """Loop gain G_EI G_IE at which a pair starts to oscillate (1) and the angular frequency there (rad/s)."""

    gain: float
    omega: float


def oscillation_onset(tau_m: float, tau_r: float, tau_d: float) -> Onset:
    """Hopf bifurcation of a pair without self-connections whose two populations share their time constants (s).

    [(1 + tau_m x)(1 + tau_r x)(1 + tau_d x)]^2 + gain = 0 at x = i omega: omega^2 = 1/a_2 and
    gain = (a_1 - a_3/a_2)^2/a_2, with a_k the sum of all products of k time constants. 64/27 where the three agree;
    (1 + q)^2/q with q = tau_r/tau_d for tau_m = 0 (NMM1). With two of the three 0 the gain is infinite: then the pair
    is a Wilson-Cowan pair without self-excitation and never oscillates.
    """
    taus = np.array([tau_m, tau_r, tau_d], dtype=float)
    if not ((taus >= 0).all() and np.count_nonzero(taus) >= 2):
        raise ValueError(f"time constants must not be negative, and one of three may be 0; got {taus.tolist()} s")
    _, a1, a2, a3 = np.poly(-taus)
    return Onset(float((a1 - a3 / a2) ** 2 / a2), float(1 / np.sqrt(a2)))


def _weight(name: str, default: float, meaning: str) -> Quantity:
    return Quantity(name, default, "mV s", 0.0, 20.0, meaning, "nonnegative")


def _tau(name: str, default: float, meaning: str) -> Quantity:
    return Quantity(name, default, "s", 0.001, 0.1, meaning, "positive")


def _population(x: str, who: str) -> tuple[Quantity, ...]:
    return (
        Quantity(f"r_{x}", 2.0, "1/s", 0.0, 5.0, f"firing rate of the {who} population"),
        Quantity(f"s_{x}", 1.5, "1/s", 0.0, 5.0, f"synapses of the {who} population: its rate as others feel it"),
        Quantity(f"z_{x}", 0.0, "1/s^2", -500.0, 500.0, f"slope of the synapses of the {who} population"),
    )


master = Model(
    name="master",
    title="Master equation of the push-pull pair",
    rhs=rhs,
    emit=emit,
    output=output,
    state=(*_population("E", "excitatory"), *_population("I", "inhibitory")),
    params=(
        _weight("w_EE", 2.0, "weight from E to E"),
        _weight("w_EI", 8.0, "weight from I to E, subtracted"),
        _weight("w_IE", 8.0, "weight from E to I"),
        _weight("w_II", 0.0, "weight from I to I, subtracted"),
        _tau("tau_mE", 0.01, "membrane time constant of E"),
        _tau("tau_mI", 0.01, "membrane time constant of I"),
        _tau("tau_rE", 0.001, "rise time of the synapses of E"),
        _tau("tau_dE", 0.005, "decay time of the synapses of E"),
        _tau("tau_rI", 0.001, "rise time of the synapses of I"),
        _tau("tau_dI", 0.01, "decay time of the synapses of I"),
        Quantity("e0", 2.5, "1/s", 0.5, 10.0, "half of the largest rate", "positive"),
        Quantity("v0_E", 6.0, "mV", 0.0, 10.0, "potential at half of the largest rate of E"),
        Quantity("rho_E", 0.56, "1/mV", 0.1, 1.0, "steepness of the sigmoid of E", "positive"),
        Quantity("v0_I", 6.0, "mV", 0.0, 10.0, "potential at half of the largest rate of I"),
        Quantity("rho_I", 0.56, "1/mV", 0.1, 1.0, "steepness of the sigmoid of I", "positive"),
    ),
    inputs=(
        Quantity("P_E", 20.0, "mV", -20.0, 50.0, "input to E"),
        Quantity("P_I", -10.0, "mV", -50.0, 50.0, "input to I"),
    ),
    signal=Quantity("v_E", 0.0, "mV", -40.0, 10.0, "potential that the pair makes in E, w_EE s_E - w_EI s_I"),
    source="10.1016/j.physrep.2026.05.004",
)
"""The defaults take Jansen and Rit's sigmoid, add membranes of 10 ms and synapses like AMPA and GABA_A."""
