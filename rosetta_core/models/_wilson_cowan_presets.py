"""Published sets of the Wilson-Cowan model."""

import math

from rosetta_core.model import preset


def saturation(a: float, theta: float) -> float:
    """Largest value of the shifted sigmoid, S(inf) - S(0) = 1/(1 + exp(-a theta)): the k of Wilson & Cowan 1972."""
    return 1 / (1 + math.exp(-a * theta))


WILSON_COWAN = "10.1016/S0006-3495(72)86068-5"
PAPER = "10.1016/j.physrep.2026.05.004"
_FIGURE = {
    "w_EE": 12.0, "w_EI": 12.0, "w_IE": 12.0, "w_II": 2.0, "a_E": 1.0, "theta_E": 0.0, "a_I": 1.0, "theta_I": 0.0,
    "tau_E": 0.01, "tau_I": 0.01, "r_E": 0.0, "r_I": 0.0, "k_E": 1.0, "k_I": 1.0, "shift": 0.0,
}  # fmt: skip
_FIGURE_NOTE = (
    "The paper's tau is 1; 10 ms is this book's choice. Its diagram needs the logistic function of height 1, "
    "though the table's e0 = 1 reads as height 2. The input that is not swept stands at the middle of the rhythm."
)
_1972 = {
    "w_EE": 16.0, "w_EI": 12.0, "w_IE": 15.0, "w_II": 3.0, "a_E": 1.3, "theta_E": 4.0, "a_I": 2.0, "theta_I": 3.7,
    "tau_E": 0.008, "tau_I": 0.008, "r_E": 1.0, "r_I": 1.0, "shift": 1.0, "P_E": 1.25, "P_I": 0.0,
}  # fmt: skip

PRESETS = (
    preset("figure_5_1a", PAPER, "Table A.1, Figure 5.1a", _FIGURE_NOTE, **_FIGURE, P_E=0.0, P_I=-6.0),
    preset("figure_5_1b", PAPER, "Table A.1, Figure 5.1b", _FIGURE_NOTE, **_FIGURE, P_E=0.0, P_I=-5.0),
    preset(
        "wilson_cowan_1972", WILSON_COWAN, "Figure 11",
        "k is the largest value of the shifted sigmoid; tau = 8 ms is the usual choice for the one time constant.",
        **_1972, k_E=saturation(1.3, 4.0), k_I=saturation(2.0, 3.7),
    ),
    preset(
        "wilson_cowan_1972_k1", WILSON_COWAN, "Figure 11",
        "The variant of most programs, k = 1 instead of the largest value of the shifted sigmoid.",
        **_1972, k_E=1.0, k_I=1.0,
    ),
    preset(
        "daffertshofer_van_wijk_2011", "10.3389/fninf.2011.00006", "as tabulated by Sanz-Leon et al. 2014",
        "Plain sigmoid, no refractoriness. Taken from the later table, with its tau of 10 ms.",
        w_EE=10.0, w_EI=6.0, w_IE=10.0, w_II=1.0, a_E=1.2, theta_E=2.0, a_I=2.0, theta_I=3.5, tau_E=0.01, tau_I=0.01,
        r_E=0.0, r_I=0.0, k_E=1.0, k_I=1.0, shift=0.0, P_E=0.5, P_I=0.0,
    ),
    preset(
        "abeysuriya_2018", "10.1371/journal.pcbi.1006007", "parameters of one node",
        "At this input the node is a damped focus near 9.3 Hz; its rhythm needs noise. Its Hopf point is 0.39606. "
        "Taken from a public program that cites the paper; others have w_EE = 3.5, which rings at 10.0 Hz and has its "
        "Hopf point at 0.33587.",
        w_EE=3.25, w_EI=2.5, w_IE=3.75, w_II=0.0, a_E=4.0, theta_E=1.0, a_I=4.0, theta_I=1.0, tau_E=0.01, tau_I=0.02,
        r_E=0.0, r_I=0.0, k_E=1.0, k_I=1.0, shift=0.0, P_E=0.31, P_I=0.0,
    ),
    preset(
        "borisyuk_kirillov_1992", "10.1007/BF00203668", "the oscillator of Hoppensteadt & Izhikevich 1997",
        "w_II = -2: here the inhibitory population excites itself. The time constants and the inputs, which the "
        "diagram sweeps, are this book's choice.",
        w_EE=10.0, w_EI=10.0, w_IE=10.0, w_II=-2.0, a_E=1.0, theta_E=0.0, a_I=1.0, theta_I=0.0, tau_E=0.01, tau_I=0.01,
        r_E=0.0, r_I=0.0, k_E=1.0, k_I=1.0, shift=0.0, P_E=0.0, P_I=-6.0,
    ),
)  # fmt: skip
