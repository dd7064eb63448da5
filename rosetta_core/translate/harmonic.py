"""Damping taken out, or put in: damped <-> harmonic oscillator, exact in a frame that shrinks with the swing.

z = u exp(alpha t) turns dz/dt = (alpha + i omega) z into du/dt = i omega u. In the same frame, alpha left out costs
|1 - exp(alpha t)| of the state, of the first order in alpha.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core.model import Model
from rosetta_core.models.damped import damped
from rosetta_core.models.harmonic import harmonic
from rosetta_core.simulation import simulate
from rosetta_core.translate.comparison import crossing
from rosetta_core.translate.translation import Error, Sides, StateMap, Translation, Validity, setting

STEPS = 200  # of RK4 in a turn: an error of (2 pi/200)^5/120 in each, 5e-8 after one turn


def to_harmonic(p: Any = None, *, duration: float | None = None, tolerance: float = 0.1) -> Translation:
    """A damped oscillator, p as for `damped`, as a harmonic one of the same omega: alpha is left out.

    Error: of the state, in runs of `duration` (s; one turn, if left out) from (1, 0); its order in alpha is 1.
    check(duration=..., frame=True): another length; in the frame of `in_frame`, in which nothing is lost but digits.
    """
    numbers = setting(damped, p)[0]
    return _translated(damped, harmonic, numbers["alpha"], numbers["omega"], duration, tolerance, None)


def to_damped(p: Any = None, *, alpha: float, duration: float | None = None, tolerance: float = 0.1) -> Translation:
    """A harmonic oscillator, p as for `harmonic`, as a damped one with the growth rate alpha (1/s), which it lacks.

    Errors and keywords as in `to_harmonic`.
    """
    return _translated(harmonic, damped, float(alpha), setting(harmonic, p)[0]["omega"], duration, tolerance, None)


def in_frame(t: ArrayLike, x: ArrayLike, alpha: float) -> np.ndarray:
    """States x (k, 2) of a damped oscillator at times t (k,) in the frame in which they are those of a harmonic one."""
    return np.asarray(x, dtype=float) * np.exp(-alpha * np.asarray(t, dtype=float))[:, None]


def out_of_frame(t: ArrayLike, x: ArrayLike, alpha: float) -> np.ndarray:
    """States x (k, 2) of a harmonic oscillator at times t (k,) as those of a damped one."""
    return in_frame(t, x, -alpha)


def _run(model: Model, alpha: float, omega: float, duration: float) -> tuple[np.ndarray, np.ndarray]:
    p = {"alpha": alpha, "omega": omega} if model is damped else {"omega": omega}
    run = simulate(model, duration * (1 + 1e-12), 2 * np.pi / omega / STEPS, p=p, x0=[1.0, 0.0])
    return run.t, run.x


def _translated(
    source: Model, target: Model, alpha: float, omega: float, duration: float | None, tolerance: float,
    limit: float | None,
) -> Translation:  # fmt: skip
    length = 2 * np.pi / omega if duration is None else float(duration)

    def apart(rate: float, seconds: float, frame: bool = False) -> float:
        (t, one), (_, other) = (_run(model, rate, omega, seconds) for model in (source, target))
        if frame:
            one, other = (in_frame(t, x, rate if m is damped else 0.0) for m, x in ((source, one), (target, other)))
        return float(np.abs(one - other).max() / np.abs(one).max())

    most = limit
    if most is None:
        start, sign = (abs(alpha) or 0.01 * omega), -1.0 if alpha == 0 else float(np.sign(alpha))
        most = crossing(lambda rate: apart(sign * rate, length), start, tolerance, 1.0, 100 * omega)

    def measure(*, duration: float = length, frame: bool = False) -> Error:
        where = " in the frame exp(alpha t)" if frame else ""
        return Error(f"runs of {duration:.4g} s from (1, 0){where}", state=apart(alpha, duration, frame))

    def again(value: float) -> Translation:
        rate = value if alpha > 0 else -value
        return _translated(source, target, rate, omega, duration, tolerance, most)

    def sides(*, duration: float = length) -> Sides:
        (t, one), (_, other) = (_run(model, alpha, omega, duration) for model in (source, target))
        return Sides("time", "s", t, "x", "1", one[:, 0], other[:, 0])

    def same(x: np.ndarray) -> np.ndarray:
        return np.array(x, dtype=float)

    order = {"state": 1.0}
    given = [{"alpha": alpha, "omega": omega} if model is damped else {"omega": omega} for model in (source, target)]
    return Translation(
        source, target, given[0], setting(source)[1], given[1], {"F_x": 0.0, "F_y": 0.0},
        StateMap("the same x and y; exact for x exp(-alpha t), y exp(-alpha t) of the damped one", same, same),
        Validity(f"runs of {length:.4g} s, short against 1/alpha", "alpha", "1/s", abs(alpha), most, tolerance, order),
        ("the swing neither grows nor shrinks",), measure(), measure, again, sides,
        {"F_x": {"F_x": 1.0, "F_y": 0.0}, "F_y": {"F_x": 0.0, "F_y": 1.0}},
    )  # fmt: skip
