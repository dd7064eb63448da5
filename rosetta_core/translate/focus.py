"""A resonator built from two populations: a Wilson-Cowan node that rests as a focus with a given alpha and omega.

The Jacobian has four entries, alpha = trace/2 and alpha^2 + omega^2 = determinant fix two of them: the rest is chosen.
"""

from typing import Any

import numpy as np

from rosetta_core.analysis.fixed_points import eigenvalues
from rosetta_core.analysis.problem import problem
from rosetta_core.models.damped import damped
from rosetta_core.models.wilson_cowan import wilson_cowan
from rosetta_core.translate.comparison import driven, gain_error, resonance_band
from rosetta_core.translate.resonator import Focus, curvature, focus_of, gains, reach, state_map
from rosetta_core.translate.translation import Error, Sides, StateMap, Translation, Validity, setting


def to_wilson_cowan_focus(
    p: Any = None, *, E: float = 0.3, I: float = 0.3, w_II: float = 2.0, tau_E: float | None = None,
    tau_I: float | None = None, balance: float = 1.0, drive: float = 1e-3, tolerance: float = 0.01,
) -> Translation:  # fmt: skip
    """A Wilson-Cowan node at rest with alpha < 0 and omega of a damped oscillator, p as for `damped`.

    Chosen, with these defaults: activities E and I at rest, w_II, time constants (s; 1/omega, if left out),
    and balance = w_EI/w_IE; slopes 1, thresholds 0. Solved for: w_EE by the trace, w_EI w_IE by the determinant, P_E
    and P_I so that E and I are at rest. The oscillator's x is the deviation of E. ValueError where
    a weight would be negative.
    Errors as in `to_resonator`: two states have no other modes, so that only the curvature is left, of order drive^2,
    drive being the amplitude of a sinusoid on P_E.
    """
    numbers = setting(damped, p)[0]
    alpha, omega = numbers["alpha"], numbers["omega"]
    if not (alpha < 0 and 0 < E < 1 and 0 < I < 1 and balance > 0 and drive > 0):
        raise ValueError(
            f"alpha < 0, activities between 0 and 1, a positive balance and drive are wanted; "
            f"got alpha = {alpha:g}, E = {E:g}, I = {I:g}, balance = {balance:g}, drive = {drive:g}"
        )
    tau = [1 / omega if each is None else each for each in (tau_E, tau_I)]
    s_E, s_I = E * (1 - E), I * (1 - I)
    own_I = -(1 + w_II * s_I) / tau[1]
    own_E = 2 * alpha - own_I
    w_EE = (1 + tau[0] * own_E) / s_E
    product = tau[0] * tau[1] * (alpha**2 + omega**2 - own_E * own_I) / (s_E * s_I)
    if w_EE < 0 or product <= 0:
        raise ValueError(
            f"with these choices w_EE would be {w_EE:.4g} and w_EI w_IE {product:.4g}, which must not be negative; "
            "choose other time constants, activities or w_II"
        )
    w_IE = float(np.sqrt(product / balance))
    w_EI = balance * w_IE
    node = {"w_EE": w_EE, "w_EI": w_EI, "w_IE": w_IE, "w_II": w_II, "tau_E": tau[0], "tau_I": tau[1]}
    plain = {"a_E": 1.0, "theta_E": 0.0, "a_I": 1.0, "theta_I": 0.0, "r_E": 0.0, "r_I": 0.0, "k_E": 1.0, "k_I": 1.0}
    u = {
        "P_E": float(np.log(E / (1 - E)) - w_EE * E + w_EI * I),
        "P_I": float(np.log(I / (1 - I)) - w_IE * E + w_II * I),
    }
    asked = problem(wilson_cowan, "P_E", {**plain, "shift": 0.0, **node}, u)
    focus = focus_of(asked, [E, I], "E")
    times = f"tau_E = {tau[0]:.4g} s, tau_I = {tau[1]:.4g} s"
    chosen = f"chosen: E = {E:g}, I = {I:g}, w_II = {w_II:g}, {times}, w_EI/w_IE = {balance:g}"
    return _designed(numbers, focus, drive, tolerance, None, chosen)


def _designed(
    numbers: dict[str, float], focus: Focus, drive: float, tolerance: float, limit: float | None, chosen: str
) -> Translation:
    most = reach(focus, drive, tolerance) if limit is None else limit
    asked = focus.asked

    def both(frequencies: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        f = (
            resonance_band(focus.pair.real, focus.pair.imag)
            if frequencies is None
            else np.asarray(frequencies, dtype=float)
        )
        model, resonator = gains(focus._replace(pair=complex(numbers["alpha"], numbers["omega"])), f)
        return f, resonator, model

    def measure(*, drive: float = drive, frequencies: Any = None) -> Error:
        f, resonator, model = both(frequencies)
        apart = eigenvalues(wilson_cowan, focus.x, *asked.at(asked.value))[0] - complex(
            numbers["alpha"], numbers["omega"]
        )
        sine = f"a sinusoid of {drive:.4g} at {focus.pair.imag / 2 / np.pi:.4g} Hz"
        return Error(
            f"{f.min():.4g} to {f.max():.4g} Hz from P_E to E; {sine}",
            amplitude=-curvature(focus, drive) / (1 + curvature(focus, drive)),
            transfer=gain_error(resonator, model),
            eigenvalue=float(abs(apart) / abs(complex(numbers["alpha"], numbers["omega"]))),
        )

    def again(value: float) -> Translation:
        return _designed(numbers, focus, value, tolerance, most, chosen)

    def sides(*, frequencies: Any = None) -> Sides:
        return Sides("frequency", "Hz", (found := both(frequencies))[0], "gain from P_E", "1", *found[1:])

    columns = [
        complex(focus.into @ driven(wilson_cowan, name, focus.x, *asked.at(asked.value))) for name in ("P_E", "P_I")
    ]
    inverse = np.linalg.inv(np.array([[each.real for each in columns], [each.imag for each in columns]]))
    drives = {name: {"P_E": float(inverse[0, k]), "P_I": float(inverse[1, k])} for k, name in enumerate(("F_x", "F_y"))}
    turned, words = state_map(focus), "small deviations: a drive of P_E whose answer is proportional"
    valid = Validity(words, "amplitude of P_E", "1", drive, most, tolerance, {"amplitude": 2.0})
    return Translation(
        damped, wilson_cowan, numbers, setting(damped)[1], *setting(wilson_cowan, *asked.at(asked.value)),
        StateMap("(E, I) = rest + Re(z q), E by 1 for a unit of x", turned.backward, turned.forward), valid,
        (chosen, "solved for: w_EE, w_EI w_IE, P_E, P_I"), measure(), measure, again, sides, drives,
    )  # fmt: skip
