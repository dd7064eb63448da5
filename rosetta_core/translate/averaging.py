"""A weakly nonlinear oscillator as a Stuart-Landau oscillator, by averaging over a turn.

Without its weak terms the model turns at omega about its rest; with p^* J0 = i omega p^* and x - x0 = Re(z q/q_1) the
full equation is dz/dt = i omega z + w(z), and averaging keeps of the weak w what turns along with z = A exp(i theta):
c(A) = <w exp(-i theta)>/A = alpha + i shift - (gamma + i beta) A^2, exactly so for terms of first and third degree:
Guckenheimer & Holmes 1983, doi:10.1007/978-1-4612-1140-2, section 4.1.

Orders, e being the size of the weak terms: what does not turn along makes a ripple of O(e) in the orbit, and acts on
the mean rates at O(e^2). So frequency is wrong by O(e^2); waveform, phase response, and a run over a time 1/e, by O(e).
The size of the swing is wrong by O(e^2) for damping alone, whose ripple is a quarter of a turn from the ends of the
swing (it is odd under the reversal of time), and by O(e) with a spring that is not linear.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from rosetta_core.analysis.fixed_points import fixed_points, rest_near
from rosetta_core.analysis.problem import Problem, problem
from rosetta_core.models.stuart_landau import limit_cycle as circle
from rosetta_core.models.stuart_landau import stuart_landau
from rosetta_core.simulation import simulate
from rosetta_core.translate.comparison import N_PHASES, Rhythm, closed, compared, crossing, driven, rhythm
from rosetta_core.translate.translation import Error, Sides, StateMap, Translation, Validity, setting

TURN = 64  # points of the mean over a turn: exact for polynomials up to that degree


class Mean(NamedTuple):
    """The averaged oscillator: rest x (2,), directions out and into (2,) complex, the four numbers, and its symmetry.

    damping_only: whether the weak terms are odd under a reversal of time.
    """

    asked: Problem
    x: np.ndarray
    out: np.ndarray
    into: np.ndarray
    p: dict[str, float]
    damping_only: bool

    def states(self, z: np.ndarray) -> np.ndarray:
        """States (k, 2) of z (k,)."""
        return self.x + np.real(np.outer(z, self.out))


def by_averaging(
    model: Any, weak: str | Sequence[str] = ("epsilon", "kappa"), *, x: Any = None, p: Any = None, u: Any = None,
    amplitude: float | None = None, tolerance: float = 0.1,
) -> Translation:  # fmt: skip
    """A model of two states whose rest is a centre when the parameters `weak` are 0, as a Stuart-Landau oscillator.

    |z| is the amplitude of the first state, re its deviation from rest. x: the rest, by name or as an array; left out,
    there must be one. amplitude: where the mean rate is read, and half of it; only terms of other than first and third
    degree make it matter; left out, a third of the first state's range. The small parameter is the first of `weak`; the
    others go with it in proportion.
    Errors: where there is a cycle its frequency, amplitude, waveform and phase response, solved for on both sides;
    everywhere the state, of two runs from `amplitude` over the time in which the weak terms make themselves felt.
    check(start=..., duration=...): amplitude and length (s) of these runs.
    """
    names = (weak,) if isinstance(weak, str) else tuple(weak)
    asked = problem(model, names[0], p, u)
    if asked.n != 2:
        raise ValueError(f"averaging over a turn wants a model of two states, {model.name} has {asked.n}")
    given = setting(model, *asked.at(asked.value))[0]
    if given[names[0]] == 0:
        names = tuple(sorted(names, key=lambda each: given[each] == 0))
        asked = problem(model, names[0], p, u)
        if given[names[0]] == 0:
            raise ValueError(f"{', '.join(names)} are all 0: nothing weak is left to average")
    first = model.state[0]
    size = (first.high - first.low) / 6 if amplitude is None else float(amplitude)
    return _translated(model, names, given, setting(model, p, u)[1], x, size, tolerance, None)


def mean(model: Any, weak: Sequence[str], p: dict[str, float], u: dict[str, float], x: Any, amplitude: float) -> Mean:
    """`Mean` of a model with the given parameters, expanded about the centre that it has without the weak ones."""
    asked, bare = problem(model, weak[0], p, u), problem(model, weak[0], {**p, **dict.fromkeys(weak, 0.0)}, u)
    if x is None:
        found = fixed_points(model, bare.p, bare.u)
        if len(found) != 1:
            raise ValueError(f"{model.name}: one rest is wanted, {len(found)} were found; name one by x=")
        rest = np.ravel(found[0].x)
    else:
        rest = rest_near(model, x, bare.p, bare.u)
    J = bare.jacobian(rest, bare.value)
    omega = float(np.sqrt(max(np.linalg.det(J), 0.0)))
    if not abs(np.trace(J)) < 1e-9 * omega:
        raise ValueError(
            f"{model.name}: without {', '.join(weak)} its rest must be a centre, but it grows at "
            f"{np.trace(J) / 2:.4g} 1/s and turns at {omega:.4g} rad/s; name the parameters that are weak"
        )
    # q_1 = 1 and the left vector with into . q = 2; im is a quarter of a turn behind re.
    out = np.array([1.0, (1j * omega - J[0, 0]) / J[0, 1]])
    left = np.array([1.0, J[0, 1] / (1j * omega - J[1, 1])])
    into = 2 * left / (left @ out)

    def weak_rate(z: np.ndarray) -> np.ndarray:
        points = rest[:, None] + np.real(np.outer(out, z))
        return into @ (asked.fields(points, asked.value)[0] - J @ (points - rest[:, None]))

    turn = np.exp(2j * np.pi * np.arange(TURN) / TURN)
    whole, half = (complex(np.mean(weak_rate(A * turn) / turn) / A) for A in (amplitude, amplitude / 2))
    cubic = (whole - half) / (0.75 * amplitude**2)
    linear = half - cubic * amplitude**2 / 4
    there, mirrored = weak_rate(amplitude * turn), weak_rate(amplitude * turn.conj())
    odd = bool(np.abs(mirrored - there.conj()).max() < 1e-9 * np.abs(there).max())
    # Means that vanish do so to rounding of what they are means of.
    least = 1e-13 * float(np.abs(there).max()) / amplitude
    linear, cubic = _cleaned(linear, least), _cleaned(cubic, least / amplitude**2)
    numbers = {"alpha": linear.real, "omega": omega + linear.imag, "gamma": -cubic.real, "beta": -cubic.imag}
    return Mean(asked, rest, out, into, {name: float(value) + 0.0 for name, value in numbers.items()}, odd)


def _cleaned(value: complex, least: float) -> complex:
    return complex(*(part if abs(part) > least else 0.0 for part in (value.real, value.imag)))


def _both_cycles(found: Mean, input: str) -> tuple[Rhythm, Rhythm]:
    radius, frequency, _ = circle(**found.p)
    pushed = problem(found.asked.model, input, found.asked.p, found.asked.u)
    drive = found.into @ driven(found.asked.model, input, found.x, pushed.p, pushed.u)

    def turning(phase: np.ndarray) -> np.ndarray:
        return radius * np.exp(1j * np.sign(frequency) * phase)

    def target_states(phase: np.ndarray) -> np.ndarray:
        return np.stack([np.real(turning(phase)), np.imag(turning(phase))], axis=1)

    period = 1 / abs(frequency)
    source = closed(found.asked, found.asked.value, period, lambda phase: found.states(turning(phase)))
    target = closed(problem(stuart_landau, "alpha", found.p), found.p["alpha"], period, target_states)
    name = found.asked.model.state[0].name
    return (
        rhythm(source, name, lambda x: pushed.fields(x.T, pushed.value)[2].T, N_PHASES),
        rhythm(target, "re", lambda _: np.array([np.real(drive), np.imag(drive)]), N_PHASES),
    )


def _runs(found: Mean, start: float, duration: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times (k,), and states (k, 2) of both as the model has them, from the same state."""
    dt = 2 * np.pi / found.p["omega"] / 200
    asked = found.asked
    source = simulate(
        asked.model, duration, dt, p=asked.p, u=asked.u, x0=found.states(np.array([start + 0j]))[0], every=4
    )
    target = simulate(stuart_landau, duration, dt, p=found.p, x0=[start, 0.0], every=4)
    return source.t, source.x, found.states(target.x[:, 0] + 1j * target.x[:, 1])


def _felt(found: Mean, start: float) -> float:
    """The time in which the fastest of the weak rates, at the amplitude `start`, does its work (s)."""
    p = found.p
    return 1 / max(abs(p["alpha"]), abs(p["gamma"]) * start**2, abs(p["beta"]) * start**2)


def _measured(found: Mean, start: float, duration: float) -> Error:
    _, source, target = _runs(found, start, duration)
    state = float(np.abs(source - target)[:, 0].max() / np.abs(source - found.x)[:, 0].max())
    input, runs = found.asked.model.inputs[0].name, f"runs of {duration:.4g} s from an amplitude of {start:.4g}"
    if not (found.p["alpha"] * found.p["gamma"] > 0):
        return Error(runs, state=state)
    errors = compared(*_both_cycles(found, input), float(found.x[0]))
    return Error(f"limit cycles, push through {input}; {runs}", **errors, state=state)


def _translated(
    model: Any, weak: tuple[str, ...], p: dict[str, float], u: dict[str, float], x: Any, amplitude: float,
    tolerance: float, limit: float | None,
) -> Translation:  # fmt: skip
    found, size, row = mean(model, weak, p, u, x, amplitude), abs(p[weak[0]]), model.quantity(weak[0])
    order = {"state": 1.0}
    if found.p["alpha"] * found.p["gamma"] > 0:
        swing = 2.0 if found.damping_only else 1.0
        order |= {"frequency": 2.0, "amplitude": swing, "waveform": 1.0, "phase_response": 1.0}

    def scaled(value: float) -> dict[str, float]:
        return {**p, **{name: p[name] * value / size for name in weak}}

    def worst(value: float) -> float:
        try:
            there = mean(model, weak, scaled(value), u, x, amplitude)
            errors = _measured(there, amplitude, _felt(there, amplitude)).measured()
        except (ArithmeticError, ValueError):
            return np.inf
        return max(abs(errors.get(name, np.inf)) for name in order)

    most = crossing(worst, size, tolerance, 1.0, 100 * size) if limit is None else limit

    def measure(*, start: float = amplitude, duration: float | None = None) -> Error:
        return _measured(found, start, _felt(found, start) if duration is None else duration)

    def again(value: float) -> Translation:
        return _translated(model, weak, scaled(value), u, x, amplitude, tolerance, most)

    def sides(*, start: float = amplitude, duration: float | None = None) -> Sides:
        t, source, target = _runs(found, start, _felt(found, start) if duration is None else duration)
        first = model.state[0]
        return Sides("time", "s", t, first.name, first.unit, source[:, 0], target[:, 0])

    def forward(states: np.ndarray) -> np.ndarray:
        z = found.into @ (np.reshape(states, (2, -1)) - found.x[:, None])
        return np.stack([np.real(z), np.imag(z)]).reshape(np.shape(states))

    def backward(z: np.ndarray) -> np.ndarray:
        flat = np.reshape(z, (2, -1))
        return found.states(flat[0] + 1j * flat[1]).T.reshape(np.shape(z))

    pushes = {
        each.name: complex(found.into @ driven(model, each.name, found.x, found.asked.p, found.asked.u))
        for each in model.inputs
    }
    name = model.state[0].name
    return Translation(
        model, stuart_landau, p, u, found.p, {"u_re": 0.0, "u_im": 0.0},
        StateMap(f"{name} = rest + Re z, z turning at omega without the weak terms", forward, backward),
        Validity(
            f"{', '.join(weak)} small, so that a turn changes little", weak[0], row.unit, size, most, tolerance, order
        ),
        ("weak terms change little within a turn: only what turns along with z counts", "one rest, and no other mode"),
        measure(), measure, again, sides,
        {each: {"u_re": one.real, "u_im": one.imag} for each, one in pushes.items()},
    )  # fmt: skip
