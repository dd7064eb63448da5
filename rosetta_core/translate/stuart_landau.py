"""Any rung near the birth of its rhythm as a Stuart-Landau oscillator: the normal form, and how wrong it is.

At a Hopf point with A q = i omega q, p^* A = i omega p^*, p^* q = 1 the state is x = x0 + Re(z q/(w.q)), w.x being the
variable whose first harmonic has the amplitude |z|, and z obeys dz/dt = (alpha + i omega) z - (gamma + i beta) |z|^2 z
but for terms of fifth order (Kuznetsov 2004, doi:10.1007/978-1-4757-3978-7, section 5.4). gamma and beta are those at
the Hopf point; alpha + i omega is the eigenvalue, and x0 the equilibrium, at the value that is asked for. The tangent
of the eigenvalue would do to the same order. Its error of the amplitude is 14 times as large at the Hopf point of
Figure 5.1a of doi:10.1016/j.physrep.2026.05.004, 150 times at the upper one of Jansen and Rit, equal in PING, and a
fifth in the loop of two synapses: the eigenvalue is taken because with it the focus beside the point is exact.

Orders, d being the distance from the Hopf point and r = O(d^(1/2)): squared amplitude and frequency of the cycle are
analytic in d and right to the first power, so that amplitude and frequency are wrong by O(d) and O(d^2) of themselves;
the second harmonic, O(r^2), makes waveform and phase response wrong by O(r) = O(d^(1/2)). At a focus what the critical
pair leaves out of the transfer function stays finite while its peak grows as 1/d: O(d).
"""

from typing import Any

import numpy as np

from rosetta_core.analysis.cycles import cycles
from rosetta_core.analysis.fixed_points import eigenvalues
from rosetta_core.analysis.orbits import Cycle
from rosetta_core.analysis.problem import problem
from rosetta_core.models.stuart_landau import limit_cycle as circle
from rosetta_core.models.stuart_landau import stuart_landau
from rosetta_core.translate.comparison import (
    N_PHASES,
    Rhythm,
    answer,
    closed,
    compared,
    crossing,
    driven,
    gain_error,
    resonance_band,
    rhythm,
    shaped,
)
from rosetta_core.translate.expansion import Expansion, Here, expansion, here, state_map
from rosetta_core.translate.translation import Error, Sides, Translation, Validity, setting

CYCLE = {"frequency": 2.0, "amplitude": 1.0, "waveform": 0.5, "phase_response": 0.5}
FOCUS = {"transfer": 1.0}


def to_stuart_landau(
    model: Any, name: str, *, near: float, at: float, p: Any = None, u: Any = None, amplitude_of: str = "output",
    unstable: bool = False, tolerance: float | None = None,
) -> Translation:  # fmt: skip
    """A model, or a network without delays, at the value `at` of a parameter or input, as a Stuart-Landau oscillator.

    Expanded at the Hopf point nearest to `near`; |z| is the amplitude of a state (in a network of its first node) or of
    the "output", in its unit, and re its deviation from rest. On the side of the cycle the errors are those of its
    frequency, amplitude, waveform and phase response; on the other side those of the eigenvalue and of the transfer
    function from half to one and a half of the frequency. `valid.limit` is measured: up to there all errors of
    `valid.order` are within `tolerance` (0.2 with a cycle, 0.05 at a focus). The push goes through the input `name`
    or, if that is a parameter, through the first input.
    Where the cycle is unstable ValueError says that there is no small cycle to translate, unless unstable=True.
    check(input=..., n_phases=..., frequencies=...): which input, phases of the cycle, frequencies (Hz) at a focus.
    """
    asked = problem(model, name, p, u)
    found = expansion(asked, near, amplitude_of)
    _refuse(found, float(at), unstable)
    return _translated(found, float(at), tolerance, None)


def _refuse(found: Expansion, at: float, unstable: bool) -> None:
    form, name = found.form, found.asked.name
    where = f"{found.asked.model.name}: the Hopf point at {name} = {form.value:.8g} is {form.criticality}"
    if form.criticality == "degenerate":
        raise ValueError(f"{where}: the pair is not simple, or the cubic term does not decide what begins there")
    row = found.asked.row
    if abs(at - form.value) <= 1e-9 * max(row.high - row.low, abs(form.value)):
        raise ValueError(f"{where}; at that very value the rhythm has no size to compare; give another value `at`")
    rising = form.alpha_slope * (at - form.value) > 0
    if not unstable and form.criticality == "subcritical":
        raise ValueError(
            f"{where} (gamma = {form.gamma:.5g} is negative): no small cycle to translate. Growth rises with amplitude "
            "there: the small cycle is unstable, on the side of the stable equilibrium, and beyond the point the "
            "rhythm is large at once; unstable=True translates the unstable cycle"
        )
    if not unstable and found.n_unstable:
        raise ValueError(
            f"{where}, but {found.n_unstable} other eigenvalues grow there: no small cycle to translate that a run "
            "would stay on. unstable=True gives the unstable cycle"
        )
    if form.criticality == "subcritical" and rising:
        raise ValueError(
            f"{where}: at {name} = {at:.8g} the equilibrium is unstable and no small cycle surrounds it; "
            f"its unstable cycle is {'below' if form.alpha_slope > 0 else 'above'} {form.value:.8g}"
        )


def drive_of(found: Expansion, at: Here, input: str) -> complex:
    """What a unit of an input pushes z by, u_re + i u_im."""
    return complex(found.into @ driven(found.asked.model, input, at.x, *found.asked.at(at.value)))


def both_rhythms(found: Expansion, at: Here, input: str, n_phases: int) -> tuple[Rhythm, Rhythm]:
    """The cycles of the model and of the oscillator, each solved for, with the response to a push of an input."""
    asked = found.asked
    pushed = problem(asked.model, input, *asked.at(at.value))
    drive = drive_of(found, at, input)
    radius, frequency, _ = circle(**at.p)

    def turning(phase: np.ndarray) -> np.ndarray:
        return radius * np.exp(1j * np.sign(frequency) * phase)

    def source_states(phase: np.ndarray) -> np.ndarray:
        return at.x + np.real(np.outer(turning(phase), found.out))

    def target_states(phase: np.ndarray) -> np.ndarray:
        return np.stack([np.real(turning(phase)), np.imag(turning(phase))], axis=1)

    period = 1 / abs(frequency)
    source = _cycle(found, at.value, period, source_states)
    target = closed(problem(stuart_landau, "alpha", at.p), at.p["alpha"], period, target_states)
    name = found.form.amplitude_of
    return (
        rhythm(source, name, lambda x: pushed.fields(x.T, pushed.value)[2].T, n_phases),
        rhythm(target, "re", lambda _: np.array([drive.real, drive.imag]), n_phases),
    )


def _cycle(found: Expansion, value: float, period: float, states: Any) -> Cycle:
    """The model's cycle that was born at the Hopf point: solved for from the prediction, or followed from there."""
    asked, form = found.asked, found.form
    p, u = asked.at(value)
    try:
        return closed(problem(asked.model, asked.name, p, u), value, period, states)
    except ArithmeticError:
        way = value - form.value
        branch = cycles(asked.model, form, asked.name, (form.value - way, value + 0.2 * way), p=p, u=u)
        try:
            # A cycle of a branch has the branch's problem, whose own value is that of its start.
            return branch.at(value)[0]._replace(problem=problem(asked.model, asked.name, p, u))
        except (ArithmeticError, IndexError):
            raise ArithmeticError(
                f"{asked.model.name}: the cycle of the Hopf point at {asked.name} = {form.value:.8g} was not found "
                f"at {value:.8g}: its branch ends at {branch.ends[1].value:.8g} ({branch.ends[1].kind}), and a cycle "
                "smaller than about 1e-4 of the declared ranges cannot be told from rest"
            ) from None


def both_gains(found: Expansion, at: Here, input: str, frequencies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Complex gains (k,) of the model and of the oscillator at rest, from an input to the variable."""
    asked = found.asked
    p, u = asked.at(at.value)
    drive = drive_of(found, at, input)
    source = answer(asked.model, input, found.form.amplitude_of, frequencies, shaped(asked, at.x), p, u)
    parts = [answer(stuart_landau, name, "re", frequencies, np.zeros(2), at.p) for name in ("u_re", "u_im")]
    return source, drive.real * parts[0] + drive.imag * parts[1]


def _measured(found: Expansion, at: Here, input: str, n_phases: int = N_PHASES, frequencies: Any = None) -> Error:
    where = f"at {found.asked.name} = {at.value:.8g}, push through {input}"
    if at.exists:
        errors = compared(*both_rhythms(found, at, input, n_phases), at.rest)
        return Error(f"limit cycles {where}", **errors)
    f = resonance_band(at.p["alpha"], at.p["omega"]) if frequencies is None else np.asarray(frequencies, dtype=float)
    asked = found.asked
    true = eigenvalues(asked.model, shaped(asked, at.x), *asked.at(at.value))[0]
    return Error(
        f"focus {where}, {f.min():.4g} to {f.max():.4g} Hz",
        transfer=gain_error(*both_gains(found, at, input, f)),
        eigenvalue=float(abs(eigenvalues(stuart_landau, np.zeros(2), at.p)[0] - true) / abs(true)),
    )


def reach_of(found: Expansion, at: Here, input: str, tolerance: float, order: dict[str, float]) -> float:
    """The distance from the Hopf point, on this side of it, up to which all errors in order are within a tolerance."""
    origin, way = found.form.value, at.value - found.form.value

    def worst(distance: float) -> float:
        try:
            there = here(found, origin + np.sign(way) * distance)
            errors = _measured(found, there, input).measured()
        except (ArithmeticError, ValueError):
            return np.inf
        return max(abs(errors.get(each, np.inf)) for each in order)

    row = found.asked.row
    return crossing(worst, abs(way), tolerance, min(order.values()), max(row.high - row.low, abs(way)))


def _translated(found: Expansion, value: float, tolerance: float | None, limit: float | None) -> Translation:
    asked, form, at = found.asked, found.form, here(found, value)
    name, way, inputs = asked.name, value - form.value, [row.name for row in asked.model.inputs]
    first = name if name in inputs else inputs[0]
    order = CYCLE if at.exists else FOCUS
    allowed = (0.2 if at.exists else 0.05) if tolerance is None else tolerance
    reach = reach_of(found, at, first, allowed, order) if limit is None else limit
    pushes = {each: drive_of(found, at, each) for each in inputs}

    def measure(*, input: str = first, n_phases: int = N_PHASES, frequencies: Any = None) -> Error:
        return _measured(found, at, input, n_phases, frequencies)

    def again(distance: float) -> Translation:
        return _translated(found, form.value + float(np.sign(way)) * distance, allowed, reach)

    def sides(what: str | None = None, *, input: str = first, n_phases: int = N_PHASES) -> Sides:
        return _sides(found, at, what or ("waveform" if at.exists else "transfer"), input, n_phases)

    words = (
        f"close to the Hopf point at {name} = {form.value:.8g}, on the side with{'' if at.exists else 'out'} a cycle"
    )
    small = f"distance of {name} from the Hopf point"
    return Translation(
        asked.model, stuart_landau, *setting(asked.model, *asked.at(value)), at.p, {"u_re": 0.0, "u_im": 0.0},
        state_map(found, at), Validity(words, small, asked.row.unit, abs(way), reach, allowed, order),
        _assumptions(found), measure(), measure, again, sides,
        {each: {"u_re": one.real, "u_im": one.imag} for each, one in pushes.items()},
    )  # fmt: skip


def _assumptions(found: Expansion) -> tuple[str, ...]:
    form = found.form
    return (
        f"normal form at the {form.criticality} Hopf point {found.asked.name} = {form.value:.8g}, to third order in z",
        "alpha and omega are the eigenvalue at the equilibrium here, gamma and beta those at the Hopf point",
        "other modes follow at once",
    )


def _sides(found: Expansion, at: Here, what: str, input: str, n_phases: int) -> Sides:
    asked, name = found.asked, found.form.amplitude_of
    units = {row.name: row.unit for row in (*asked.model.state, *asked.model.inputs)}
    unit = asked.model.signal.unit if name == "output" else units[name]
    if at.exists and what in ("waveform", "phase_response"):
        source, target = both_rhythms(found, at, input, n_phases)
        if what == "waveform":
            return Sides("phase", "rad", source.phase, name, unit, source.y, target.y + at.rest)
        per = f"rad/s per {units[input]}"
        return Sides("phase", "rad", source.phase, f"response to {input}", per, source.response, target.response)
    if not at.exists and what == "transfer":
        f = resonance_band(at.p["alpha"], at.p["omega"])
        gains = both_gains(found, at, input, f)
        return Sides("frequency", "Hz", f, f"gain from {input}", f"{unit} per {units[input]}", *gains)
    raise ValueError(f"sides are 'waveform' or 'phase_response' of a cycle, 'transfer' at a focus, got {what!r}")
