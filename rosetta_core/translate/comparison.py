"""Two rungs side by side: one variable over one period, its phase response, its transfer function, and what differs."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rosetta_core.analysis.collocation import Orbit
from rosetta_core.analysis.linear import transfer
from rosetta_core.analysis.orbits import Cycle, cycle_near, outputs
from rosetta_core.analysis.phase import phase_response
from rosetta_core.analysis.problem import Problem, problem
from rosetta_core.model import Model
from rosetta_core.translate.translation import relative

N_PHASES = 512


class Rhythm(NamedTuple):
    """One variable y (k,) over a period, and the phase response (k,) to a push, at phases spread evenly in time.

    Phase 0 is that of the variable's first harmonic: y is mean + amplitude cos(phase) + higher harmonics. frequency in
    Hz; amplitude is half of the swing; response in rad per second and unit of the push.
    """

    frequency: float
    amplitude: float
    y: np.ndarray
    response: np.ndarray

    @property
    def phase(self) -> np.ndarray:
        """Phases (k,) in rad from 0."""
        return np.arange(self.y.size) * 2 * np.pi / self.y.size


def shaped(asked: Problem, x: np.ndarray) -> np.ndarray:
    """A flat state (n,) as a model wants it, or as a network does, (n_state, n_nodes)."""
    return x if isinstance(asked.model, Model) else x.reshape(-1, asked.n_nodes)


def variable(asked: Problem, name: str, x: np.ndarray, value: float | None = None) -> np.ndarray:
    """A state, or the "output", of the first node at states (k, n): (k,)."""
    if name == "output":
        return outputs(asked, x, asked.value if value is None else value).reshape(len(x), -1)[:, 0]
    names = [row.name for row in asked.model.state]
    return x[:, names.index(name) * asked.n_nodes]


def rhythm(cycle: Cycle, name: str, push: Callable[[np.ndarray], np.ndarray], n_phases: int = N_PHASES) -> Rhythm:
    """`Rhythm` of a cycle in one variable; push gives for states (k, n) the change (k, n) of rates by a unit."""
    found = phase_response(cycle.problem.model, cycle=cycle, n_phases=n_phases)
    y = variable(cycle.problem, name, found.x, cycle.orbit.value)
    response = np.einsum("kn,kn->k", found.response, np.broadcast_to(push(found.x), found.x.shape))
    late = float(np.angle(np.fft.rfft(y)[1]))
    y, response = _moved(y, -late), _moved(response, -late)
    return Rhythm(cycle.frequency, (_top(y) + _top(-y)) / 2, y, response)


def _moved(y: np.ndarray, by: float) -> np.ndarray:
    """A periodic signal, later samples first: y(phase + by), by its Fourier series."""
    parts = np.fft.rfft(y)
    return np.fft.irfft(parts * np.exp(1j * by * np.arange(parts.size)), y.size)


def _top(y: np.ndarray) -> float:
    """Largest value between samples, by the parabola through three: an error of (2 pi/k)^4 of the swing."""
    k = int(y.argmax())
    before, top, after = y[k - 1], y[k], y[(k + 1) % y.size]
    bend = before - 2 * top + after
    return float(top - (after - before) ** 2 / (8 * bend)) if bend < 0 else float(top)


def compared(source: Rhythm, target: Rhythm, offset: float = 0.0) -> dict[str, float]:
    """Errors of the target's rhythm, as `Error` names them; offset is added to its y."""
    moving = source.y - source.y.mean()
    return {
        "frequency": relative(target.frequency, source.frequency),
        "amplitude": relative(target.amplitude, source.amplitude),
        "waveform": float(np.linalg.norm(target.y + offset - source.y) / np.linalg.norm(moving)),
        "phase_response": float(np.linalg.norm(target.response - source.response) / np.linalg.norm(source.response)),
    }


def closed(asked: Problem, value: float, period: float, states: Callable[[np.ndarray], np.ndarray]) -> Cycle:
    """The closed orbit near a predicted one, states(phase (k,)) -> (k, n) over one period (s), solved for.

    ArithmeticError if there is none, or if the nearest has less than half or more than twice the size or the period.
    """
    mesh = np.linspace(0, 1, 41)
    guess = Orbit(mesh, np.empty(0), period, value, np.zeros(asked.n))
    fractions = np.append((mesh[:-1, None] + np.arange(4) / 160).ravel(), 1.0)
    x = states(2 * np.pi * fractions)
    found = cycle_near(asked, guess._replace(x=x))
    sizes = np.ptp(found.x, axis=0) / np.maximum(np.ptp(x, axis=0), 1e-300)
    ratio = np.array([found.period / period, float(np.median(sizes))])
    if not ((ratio > 0.5) & (ratio < 2)).all():
        raise ArithmeticError("the nearest closed orbit is another one")
    return found


def answer(
    model: Any, input: str, name: str, frequencies: np.ndarray, x: np.ndarray, p: Any = None, u: Any = None
) -> np.ndarray:
    """Complex gain (k,) from an input, in a network that of all nodes at once, to a variable of the first node."""
    found = transfer(model, input, name, frequencies, x=x, p=p, u=u)
    return found if isinstance(model, Model) else found[:, 0, :].sum(axis=-1)


def driven(model: Any, input: str, x: np.ndarray, p: Any, u: Any) -> np.ndarray:
    """Change (n,) of all rates by a unit of an input, in a network of that of every node, at one state (n,)."""
    asked = problem(model, input, p, u)
    return asked.by_value(x, asked.value)


def resonance_band(alpha: float, omega: float, n: int = 201) -> np.ndarray:
    """Frequencies (Hz) from half to one and a half of omega/(2 pi), dense where a line of half width |alpha| is."""
    edge = np.arctan(0.5 * omega / abs(alpha))
    return (omega + abs(alpha) * np.tan(np.linspace(-edge, edge, n))) / (2 * np.pi)


def gain_error(source: np.ndarray, target: np.ndarray) -> float:
    """Largest difference of two complex gains, relative to the largest of the source."""
    return float(np.abs(target - source).max() / np.abs(source).max())


def crossing(worst: Callable[[float], float], start: float, tolerance: float, order: float, most: float) -> float:
    """The value, at most `most`, up to which an error that grows as a power `order` stays within a tolerance.

    By false position on logarithmic axes, to 1 % of the tolerance from below; an infinite error counts as too large.
    """
    low, high, at = 0.0, np.inf, min(start, most)
    for _ in range(30):
        error = worst(at)
        if error <= tolerance:
            low = max(low, at)
            if at >= most or error > 0.99 * tolerance:
                break
        else:
            high = min(high, at)
        way = (0.995 * tolerance / error) ** (1 / order) if np.isfinite(error) and error > 0 else 0.5
        at = min(at * float(np.clip(way, 0.05, 8.0)), most)
        if not low < at < high:
            at = np.sqrt(low * high) if low else high / 2
        if high < 1.001 * low:
            break
    return low
