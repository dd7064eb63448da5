"""Any rung at a stable focus as a linear resonator: its slowest pair of modes, and what that leaves out.

With J q = (alpha + i omega) q, p^* J = (alpha + i omega) p^*, p^* q = 1 and a variable w.x the projection
z = 2 (w.q) p^*.(x - x0) obeys dz/dt = (alpha + i omega) z + 2 (w.q) p^* B du but for squares of the deviation, and its
real part is the share of the pair in the variable.

Two errors, kept apart. Lost modes: what the rest of the spectrum adds to transfer function and covariance; that does
not depend on any strength, and a model of two states has none. Lost curvature: of the terms of second and third order
in the deviation; even ones make a mean and a second harmonic, which act back on the first harmonic through one more
factor of the deviation, and the cubic does so at once. The answer to a sinusoid of amplitude A therefore departs from
proportion by O(A^2) of itself; so does the covariance under noise, by O(sigma^2), but a drive has no statistical error
in its way and is the test here.
"""

from typing import Any, NamedTuple

import numpy as np
from scipy import linalg

from rosetta_core.analysis.fixed_points import eigenvalues, fixed_points, rest_near
from rosetta_core.analysis.linear import covariance
from rosetta_core.analysis.normal_form import amplitude_weights
from rosetta_core.analysis.problem import Problem, problem
from rosetta_core.drive import sinusoid
from rosetta_core.model import Model
from rosetta_core.models.damped import damped
from rosetta_core.noise import ornstein_uhlenbeck
from rosetta_core.simulation import simulate
from rosetta_core.translate.comparison import answer, crossing, driven, gain_error, resonance_band, shaped, variable
from rosetta_core.translate.translation import Error, Sides, StateMap, Translation, Validity, setting

SETTLED = 9.0  # time constants until a run counts as steady: e^-9 of what was left is 1e-4 of the error measured


class Focus(NamedTuple):
    """A stable focus x (n,), its slowest turning pair (1/s), and directions: x - x0 = Re(z out), z = into . (x - x0).

    slowest and fastest are the rates (1/s) of the slowest decay and of the largest eigenvalue; others counts the modes
    beside the pair. asked varies the input that is pushed.
    """

    asked: Problem
    x: np.ndarray
    pair: complex
    out: np.ndarray
    into: np.ndarray
    name: str
    slowest: float
    fastest: float
    others: int


def to_resonator(
    model: Any, input: str | None = None, *, output: str = "output", x: Any = None, p: Any = None, u: Any = None,
    drive: float | None = None, tolerance: float = 0.01,
) -> Translation:  # fmt: skip
    """A model, or a network without delays, at a stable focus as a damped oscillator, driven through an input.

    output: the state (in a network of its first node) or "output" whose deviation is the resonator's x, in its unit.
    x: the fixed point, by name or as an array; left out, the only stable one. input: the first one, if left out; in a
    network that of all nodes. drive: amplitude of the sinusoid at the resonance by which the curvature is measured, in
    the unit of the input; left out, what moves the output by a hundredth of its declared range.
    Errors of the lost modes: eigenvalue; transfer, of the complex gain from half to one and a half of the frequency;
    covariance, of the variance of the output under noise on the input that remembers for a radian of the rhythm. Error
    of the lost curvature: amplitude, by how much proportion to the drive overstates the first harmonic, O(drive^2).
    check(frequencies=..., drive=..., tau=...): other frequencies (Hz), amplitude, memory of the noise (s).
    """
    inputs = [row.name for row in model.inputs]
    asked = problem(model, inputs[0] if input is None else input, p, u)
    if asked.name not in inputs:
        raise ValueError(
            f"model {model.name!r}: {asked.name} is a parameter; name an input to drive: {', '.join(inputs)}"
        )
    focus = focus_of(asked, x, output)
    small = drive
    if small is None:
        row = model.signal if output == "output" else next(each for each in model.state if each.name == output)
        gain = abs(complex(gains(focus, np.array([focus.pair.imag / (2 * np.pi)]))[0][0]))
        small = 0.01 * (row.high - row.low) / gain
    if not small > 0:
        raise ValueError(f"the drive is an amplitude in the unit of {asked.name}, positive, got {drive!r}")
    return _translated(focus, float(small), tolerance, None)


def focus_of(asked: Problem, x: Any, output: str) -> Focus:
    """The stable focus of a problem at or near a state, with the directions of its slowest turning pair."""
    model, (p, u) = asked.model, asked.at(asked.value)
    if x is None:
        stable = [each for each in fixed_points(model, p, u) if np.real(each.eigenvalues[0]) < 0]
        if len(stable) != 1:
            raise ValueError(
                f"{model.name}: one stable fixed point is wanted, but there are {len(stable)}; name one by x="
            )
        rest = np.ravel(stable[0].x)
    else:
        rest = rest_near(model, x, p, u)
    sizes = np.array([row.high - row.low for row in model.state for _ in range(asked.n_nodes)])
    J = asked.jacobian(rest, asked.value) * sizes / sizes[:, None]
    found, left, right = (np.asarray(part) for part in linalg.eig(J, left=True))  # pyright: ignore
    turning = np.flatnonzero(np.imag(found) > 1e-9 * np.abs(found).max())
    if np.real(found).max() >= 0 or not turning.size:
        listed = ", ".join(f"{each:.4g}" for each in eigenvalues(model, shaped(asked, rest), p, u)[:4])
        what = "nothing turns" if not turning.size else "it is not stable"
        raise ValueError(
            f"{model.name}: no resonator at this fixed point, for {what}: its eigenvalues are {listed} 1/s"
        )
    k = turning[np.real(found[turning]).argmax()]
    q, dual = right[:, k] * sizes, left[:, k].conj() / sizes
    dual = dual / (dual @ q)
    weights = amplitude_weights(asked, rest, asked.value, output)
    seen = weights @ q
    if abs(seen) < 1e-12 * np.abs(weights * q).max(initial=1e-300) or not weights.any():
        raise ValueError(f"{model.name}: {output} takes no part in the slowest turning pair; name another variable")
    return Focus(
        asked, rest, complex(found[k]), q / seen, 2 * seen * dual, output,
        float(-np.real(found).max()), float(np.abs(found).max()), found.size - 2,
    )  # fmt: skip


def push_of(focus: Focus) -> complex:
    """F_x + i F_y for a unit of the input."""
    asked = focus.asked
    return complex(focus.into @ driven(asked.model, asked.name, focus.x, *asked.at(asked.value)))


def gains(focus: Focus, frequencies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Complex gains (k,) from the input to the variable, of the model and of the resonator."""
    asked = focus.asked
    source = answer(asked.model, asked.name, focus.name, frequencies, shaped(asked, focus.x), *asked.at(asked.value))
    push, p = push_of(focus), {"alpha": focus.pair.real, "omega": focus.pair.imag}
    parts = [answer(damped, name, "x", frequencies, np.zeros(2), p) for name in ("F_x", "F_y")]
    return source, push.real * parts[0] + push.imag * parts[1]


def variances(focus: Focus, tau: float | None = None) -> tuple[float, float]:
    """Variance of the variable under noise of standard deviation 1 on the input, of the model and of the resonator.

    tau (s): memory of the noise, of which each node of a network has its own; left out, that of a radian of the rhythm.
    Weak white noise cannot be meant: through an input inside a sigmoid it has no limit.
    """
    asked, alpha, omega = focus.asked, focus.pair.real, focus.pair.imag
    (p, u), memory = asked.at(asked.value), 1 / omega if tau is None else tau
    noise = {asked.name: ornstein_uhlenbeck(1.0, memory)}
    source = covariance(asked.model, noise, output=focus.name, x=shaped(asked, focus.x), p=p, u=u)[0, 0]
    total = 0.0
    for push in _node_pushes(focus):
        A = np.array([[alpha, -omega, push.real], [omega, alpha, push.imag], [0.0, 0.0, -1 / memory]])
        total += linalg.solve_continuous_lyapunov(A, -np.diag([0.0, 0.0, 2 / memory]))[0, 0]
    return float(source), float(total)


def _node_pushes(focus: Focus) -> np.ndarray:
    """F_x + i F_y for a unit of the input of each node, (n_nodes,)."""
    asked = focus.asked
    column = driven(asked.model, asked.name, focus.x, *asked.at(asked.value))
    return (focus.into * column).reshape(-1, asked.n_nodes).sum(axis=0)


def harmonic_answer(focus: Focus, drive: float, periods: int = 16) -> complex:
    """First harmonic of the variable per unit of a sinusoid of this amplitude at the resonance, from a steady run.

    RK4 with at most a fiftieth of the fastest rate and 1/256 of the period: its error of (1/50)^4 is far below that of
    the curvature for drives that move anything. The start is the answer of linear theory.
    """
    asked = focus.asked
    model, (p, u), rate = asked.model, asked.at(asked.value), focus.pair.imag
    steps = int(max(256, np.ceil(2 * np.pi / rate * focus.fastest * 50)))
    waiting = int(np.ceil(SETTLED / focus.slowest * rate / (2 * np.pi)))
    dt = 2 * np.pi / rate / steps
    column = driven(model, asked.name, focus.x, p, u)
    J = asked.jacobian(focus.x, asked.value)
    # cos(rate t) is the sinusoid a quarter of a period ahead.
    x0 = focus.x + np.real(np.linalg.solve(1j * rate * np.eye(focus.x.size) - J, column * drive))
    inputs: dict[str, Any] = {row.name: u[k] for k, row in enumerate(model.inputs)}
    waves = [
        sinusoid(drive, rate / (2 * np.pi), phase=0.25, offset=float(each)) for each in np.ravel(inputs[asked.name])
    ]
    inputs[asked.name] = waves[0] if isinstance(model, Model) else waves
    every = max(steps // 64, 1)
    run = simulate(
        model, (waiting + periods) * steps * dt * (1 + 1e-12), dt, p=p, u=inputs, x0=shaped(asked, x0), every=every
    )
    flat = run.x.reshape(len(run.t), -1)
    last = run.t > waiting * steps * dt - 0.5 * dt
    t, y = run.t[last], variable(asked, focus.name, flat[last])
    # A fit of harmonics does not mind that samples need not close a period.
    harmonics = np.stack([f(k * rate * t) for k in range(1, 6) for f in (np.cos, np.sin)] + [np.ones_like(t)], axis=1)
    found = np.linalg.lstsq(harmonics, y, rcond=None)[0]
    return complex(found[0], -found[1]) / drive


def _measured(focus: Focus, drive: float, frequencies: Any, tau: float | None) -> Error:
    f = (
        resonance_band(focus.pair.real, focus.pair.imag)
        if frequencies is None
        else np.asarray(frequencies, dtype=float)
    )
    asked, source_target, both = focus.asked, gains(focus, f), variances(focus, tau)
    at, f0 = shaped(asked, focus.x), np.array([focus.pair.imag / (2 * np.pi)])
    leading = eigenvalues(asked.model, at, *asked.at(asked.value))[0]
    own = eigenvalues(damped, np.zeros(2), {"alpha": focus.pair.real, "omega": focus.pair.imag})[0]
    return Error(
        f"{f.min():.4g} to {f.max():.4g} Hz from {asked.name} to {focus.name}; noise on {asked.name}; "
        f"a sinusoid of {drive:.4g} at {f0[0]:.4g} Hz",
        amplitude=curvature(focus, drive),
        transfer=gain_error(*source_target),
        covariance=abs(both[1] - both[0]) / both[0],
        eigenvalue=float(abs(own - leading) / abs(leading)),
    )


def curvature(focus: Focus, drive: float) -> float:
    """By how much proportion overstates the size of the first harmonic, relative to what it is."""
    proportion = abs(complex(gains(focus, np.array([focus.pair.imag / (2 * np.pi)]))[0][0]))
    found = abs(harmonic_answer(focus, drive))
    return (proportion - found) / found


def reach(focus: Focus, drive: float, tolerance: float) -> float:
    """The drive up to which the curvature stays within a tolerance; at most a thousand times the one given."""

    def worst(value: float) -> float:
        try:
            return abs(curvature(focus, value))
        except FloatingPointError:
            return np.inf

    return crossing(worst, drive, tolerance, 2.0, 1000 * drive)


def _translated(focus: Focus, drive: float, tolerance: float, limit: float | None) -> Translation:
    asked, model = focus.asked, focus.asked.model
    p = {"alpha": focus.pair.real, "omega": focus.pair.imag}
    most = reach(focus, drive, tolerance) if limit is None else limit
    push, unit = push_of(focus), asked.row.unit

    def measure(*, frequencies: Any = None, drive: float = drive, tau: float | None = None) -> Error:
        return _measured(focus, drive, frequencies, tau)

    def again(value: float) -> Translation:
        return _translated(focus, value, tolerance, most)

    def sides(*, frequencies: Any = None) -> Sides:
        f = (
            resonance_band(focus.pair.real, focus.pair.imag)
            if frequencies is None
            else np.asarray(frequencies, dtype=float)
        )
        return Sides("frequency", "Hz", f, f"gain from {asked.name}", f"per {unit}", *gains(focus, f))

    slow = "no other mode" if not focus.others else f"{focus.others} other modes, which are left out"
    words = f"small deviations: a drive of {asked.name} whose answer is proportional"
    valid = Validity(words, f"amplitude of {asked.name}", unit, drive, most, tolerance, {"amplitude": 2.0})
    return Translation(
        model, damped, *setting(model, *asked.at(asked.value)), p, {"F_x": 0.0, "F_y": 0.0}, state_map(focus), valid,
        ("deviations from the fixed point are small", f"the pair {focus.pair:.5g} 1/s beside {slow}"),
        measure(), measure, again, sides, {asked.name: {"F_x": push.real, "F_y": push.imag}},
    )  # fmt: skip


def state_map(focus: Focus) -> StateMap:
    """States to z = x + i y by the projection on the pair, and back to the plane that it spans."""
    n = focus.x.size

    def forward(x: np.ndarray) -> np.ndarray:
        z = focus.into @ (np.reshape(x, (n, -1)) - focus.x[:, None])
        return np.stack([np.real(z), np.imag(z)]).reshape(2, *np.shape(x)[1:])

    def backward(z: np.ndarray) -> np.ndarray:
        flat = np.reshape(z, (2, -1))
        x = focus.x[:, None] + np.real(np.outer(focus.out, flat[0] + 1j * flat[1]))
        return x.reshape(n, *np.shape(z)[1:])

    return StateMap(f"x + i y = into . (state - rest); x is the share of the pair in {focus.name}", forward, backward)
