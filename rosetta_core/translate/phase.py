"""Any rung with a cycle to a phase: its frequency, its response to pushes, and how the nodes of a network pull it.

On a cycle that returns deviations at the rate g (the slowest Floquet exponent), weak pushes p of size e move the phase
by d phi/dt = omega + Z(phi) . p, and the state beside the cycle by e/g. That displacement changes the rate of the phase
by e^2/g: the width of a tongue, which is as e, is wrong by the share e/g, and so is the phase after a time 1/e.
A Kuramoto oscillator is what stays if of Z, or of the interaction H, only the mean and the first harmonic are kept;
what that costs does not vanish with e. Malkin; Kuramoto 1984, doi:10.1007/978-3-642-69689-3.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from rosetta_core.analysis.locking import locking
from rosetta_core.analysis.orbits import Cycle, limit_cycle, step_along
from rosetta_core.analysis.phase import Interaction, PhaseResponse, interaction_function, isochrons, phase_response
from rosetta_core.model import Model, unknown
from rosetta_core.models.kuramoto import kuramoto
from rosetta_core.network import Network, network
from rosetta_core.simulation import simulate
from rosetta_core.translate.translation import Error, Sides, StateMap, Translation, Validity, setting

ASSUMES = ("a stable cycle", "pushes much weaker than what brings states back to it")
WORDS = "pushes move the phase much more slowly than the cycle takes deviations back"
LIMIT, TOLERANCE = 0.05, 0.05


@dataclass(frozen=True, repr=False, kw_only=True)
class PhaseTranslation(Translation):
    """A translation to phases that keeps what the Kuramoto oscillator leaves out.

    response is the whole phase response; interaction, of a network, the whole H, else None.
    """

    response: PhaseResponse
    interaction: Interaction | None


def to_phase(
    model: Model, input: str, *, drive: float | None = None, p: Any = None, u: Any = None, x0: Any = None,
    cycle: Cycle | None = None,
) -> PhaseTranslation:  # fmt: skip
    """A Kuramoto oscillator with the frequency of the cycle, pushed as the named input pushes it.

    p, u, x0 as in `limit_cycle`, which finds the cycle unless it is given. `.drives` says what a change of an input of
    the model is for the target: the mean of its phase response Z goes into u, the first harmonic into h_sin and h_cos,
    whose lag is set so that the named input needs h_sin alone. Phase 0 is at the largest output.

    drive: amplitude of the test in the unit of the input; left out, a quarter of what `valid` allows. The small
    parameter is the fastest push max|Z| drive over the `return_rate`; `again` chooses the drive. error.frequency: how
    far the edges of the 1:1 tongue of a sine of that amplitude are from where Z puts them, relative to half of its
    width, the larger of the two (order 1, of Stuart-Landau 2, by its symmetry); error.phase_response: root mean square
    of the harmonics of Z that are left out, relative to the swing of Z. Keyword of `check`: `drive`.
    """
    names = [row.name for row in model.inputs]
    if not isinstance(model, Model):
        raise ValueError(f"a model is wanted here, got the network {model.name}; `to_phases` takes networks")
    if input not in names:
        raise ValueError(unknown(model.name, "input", input, names))
    source_p, source_u = setting(model, p, u)
    cycle = limit_cycle(model, p=p, u=u, x0=x0) if cycle is None else cycle
    response = phase_response(model, cycle=cycle, n_phases=512)
    Z = response.of(input)
    rate, steep = return_rate(cycle), float(np.abs(Z).max())
    if steep < 1e-12 * response.omega:
        raise ValueError(f"{model.name}: {input} does not move the phase of this cycle; name another input")
    drive = 0.25 * LIMIT * rate / steep if drive is None else drive
    mean, size, lag = _first(Z)
    turned = -lag - np.pi / 2
    numbers = {"omega": response.omega, "lag": turned}, {"u": 0.0, "h_sin": 0.0, "h_cos": 0.0}
    left = float(np.std(Z - size * np.sin(response.phase - lag)) / np.ptp(Z))

    def measure(*, drive: float = drive) -> Error:
        near = np.array([1 - 5 * size * drive / response.omega, 1 + 5 * size * drive / response.omega])
        found = locking(model, input, cycle.frequency * near, [drive], p=p, u=u, cycle=cycle)
        edges = np.array([found.low - found.predicted_low, found.high - found.predicted_high])
        error = float(2 * np.abs(edges).max() / (found.predicted_high - found.predicted_low)[0])
        return Error(f"edges of the 1:1 tongue under a sine of {drive:.4g} on {input}", error, phase_response=left)

    def again(value: float) -> PhaseTranslation:
        return to_phase(model, input, drive=value * rate / steep, p=source_p, u=source_u, cycle=cycle)

    def sides() -> Sides:
        kept = mean + size * np.sin(response.phase - lag)
        unit = f"rad/({model.quantity(input).unit} s)"
        return Sides("phase", "rad", response.phase, f"phase response to {input}", unit, Z, kept)

    valid = Validity(WORDS, "push/return rate", "1", steep * drive / rate, LIMIT, TOLERANCE, {"frequency": 1.0})
    return PhaseTranslation(
        model, kuramoto, source_p, source_u, *numbers, _map(response), valid, ASSUMES, measure(), measure, again, sides,
        drives=_drives(response, turned), response=response, interaction=None,
    )  # fmt: skip


def to_phases(
    net: Network, *, p: Any = None, u: Any = None, x0: Any = None, cycle: Cycle | None = None
) -> PhaseTranslation:
    """A Kuramoto network for a network of equal nodes that have a cycle each: the first harmonic of H, with its lag.

    p, u, x0 (of a node, as in `limit_cycle`) say on which cycle the nodes are without coupling, or `cycle` does.
    `.interaction` keeps all of H(psi) = H_0 + A sin(psi - lag) + ...; H_0 goes into the frequencies. The small
    parameter is the largest |H| times the weights that reach a node over the `return_rate`; `again` scales weights.

    error.state is the largest difference of phases (rad) between the network and the phase equations with all of H
    (order 1), and error.waveform the root mean square of what the first harmonic leaves out of H, relative to the swing
    of H. Keywords of `check`: `duration` (s; else 3 over the fastest pull), `spread` (rad) of the phases at the
    beginning, and `harmonics`, how many of H are kept: 1 is the Kuramoto network itself, None all.
    """
    if not isinstance(net, Network):
        raise ValueError(f"a network is wanted here, got the model {net.name}; `to_phase` takes models")
    source_p, source_u = setting(net, p, u)
    here, there = ({name: _equal(name, each) for name, each in part.items()} for part in (source_p, source_u))
    node = net.model
    cycle = limit_cycle(node, p=here, u=there, x0=x0) if cycle is None else cycle
    response = phase_response(node, cycle=cycle, n_phases=512)
    into = node.inputs[net.where[0]].name if net.channels == (0,) else None
    found = interaction_function(node, into, coupling=net.coupling, response=response)
    mean, size, lag = _first(found.H)
    left = float(np.std(found.H - size * np.sin(found.psi - lag)) / np.ptp(found.H)) if size else 0.0
    rate, most = return_rate(cycle), float(np.abs(found.H).max() * np.abs(net.weights).sum(axis=1).max())
    if not most > 0:
        raise ValueError(f"{net.name}: the coupling does not move the phases of this cycle")
    target = network(kuramoto, net.weights * size, coupling="sine")
    many = np.ones(net.n_nodes)
    new_p = {"omega": response.omega + mean * net.strengths, "lag": lag * many}

    def measure(*, duration: float | None = None, spread: float = 1.0, harmonics: int | None = None) -> Error:
        t, phases, predicted = _both(
            net, response, found, 3 / most if duration is None else duration, spread, harmonics
        )
        apart = float(np.abs(np.angle(np.exp(1j * (phases - predicted)))).max())
        kept = "all of H" if harmonics is None else f"{harmonics} harmonics of H"
        text = f"phases (rad) after {t[-1]:.4g} s by {kept}, begun {spread:g} rad apart on the cycle"
        return Error(text, waveform=left, state=apart)

    def again(value: float) -> PhaseTranslation:
        scaled = network(node, net.weights * (value * rate / most), coupling=net.coupling, into=into)  # type: ignore[arg-type]
        return to_phases(scaled, p=source_p, u=source_u, cycle=cycle)

    def sides() -> Sides:
        return Sides(
            "phase difference", "rad", found.psi, "interaction", "rad/s", found.H, mean + size * np.sin(found.psi - lag)
        )

    valid = Validity(WORDS, "pull/return rate", "1", most / rate, LIMIT, TOLERANCE, {"state": 1.0})
    return PhaseTranslation(
        net, target, source_p, source_u, new_p, {"u": 0 * many, "h_sin": 0 * many, "h_cos": 0 * many}, _map(response),
        valid, (*ASSUMES, "equal nodes"), measure(), measure, again, sides,
        drives=_drives(response, lag), response=response, interaction=found,
    )  # fmt: skip


def return_rate(cycle: Cycle) -> float:
    """How fast the slowest deviation from a cycle decays (1/s), at most omega: averaging over a turn wants that too."""
    if not cycle.stable:
        raise ValueError(f"a phase wants a stable cycle; the largest multiplier here is {cycle.multipliers[0]:.4g}")
    largest = float(np.abs(cycle.multipliers).max(initial=0.0))
    return min(-np.log(largest), 2 * np.pi) / cycle.period if largest else 2 * np.pi / cycle.period


def _equal(name: str, each: np.ndarray) -> float:
    if np.ptp(each):
        raise ValueError(
            f"nodes with equal parameters and inputs are wanted, got {name} from {each.min()} to {each.max()}"
        )
    return float(each[0])


def _first(wave: np.ndarray) -> tuple[float, float, float]:
    """mean, size >= 0 and lag (rad) of mean + size sin(phase - lag), the best such wave for even samples."""
    parts = np.fft.rfft(wave) / len(wave)
    return float(parts[0].real), float(2 * abs(parts[1])), float(-np.angle(1j * parts[1]))


def _drives(response: PhaseResponse, lag: float) -> dict[str, dict[str, float]]:
    """Each input as inputs of a Kuramoto oscillator with that lag: mean + h_sin cos(phase + lag) - h_cos sin(...)."""
    found = {}
    for row in response.cycle.problem.model.inputs:
        mean, size, late = _first(response.of(row.name))
        ahead = -late - np.pi / 2 - lag
        found[row.name] = {"u": mean, "h_sin": float(size * np.cos(ahead)), "h_cos": float(size * np.sin(ahead))}
    return found


def _ways(response: PhaseResponse) -> tuple[Any, Any]:
    """Whole states (n_state, ...) to the phases (1, ...) they will have on the cycle, and back to the cycle."""
    model = response.cycle.problem.model

    def forward(x: np.ndarray) -> np.ndarray:
        points = {row.name: each for row, each in zip(model.state, x, strict=True)}
        return isochrons(model, points, response=response).phase[None]

    def backward(theta: np.ndarray) -> np.ndarray:
        return np.moveaxis(response.at(theta[0])[0], -1, 0)

    return forward, backward


def _map(response: PhaseResponse) -> StateMap:
    return StateMap("asymptotic phase without coupling; back to the point of the cycle", *_ways(response))


def _both(
    net: Network, response: PhaseResponse, found: Interaction, duration: float, spread: float, harmonics: int | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times (s), and phases (nodes,) at the end by the network and by the phase equations, in a frame that turns."""
    cycle, start = response.cycle, np.linspace(0, spread, net.n_nodes)
    asked, (forward, backward) = cycle.problem, _ways(response)
    turns = max(round(duration / cycle.period), 1)
    steps = step_along(cycle)
    t1 = turns * cycle.period
    p, u = ({row.name: v for row, v in zip(rows, values, strict=True)} for rows, values in (
        (asked.model.params, asked.p), (asked.model.inputs, asked.u)))  # fmt: skip
    run = simulate(net, t1 * (1 + 1e-9), cycle.period / steps, p=p, u=u, x0=backward(start[None]), every=steps * turns)
    phases = forward(run.x[-1])[0]
    parts = np.fft.rfft(found.H) / len(found.H)
    parts[1:] *= 2
    k = np.arange(len(parts))[: None if harmonics is None else harmonics + 1]
    heard = net.weights.toarray()

    def drift(t: float, phase: np.ndarray) -> np.ndarray:
        waves = np.exp(1j * k[:, None] * phase)  # of H(phase_j - phase_i), a product for each harmonic
        sums = waves @ heard.T
        return np.real(np.einsum("k,ki->i", parts[k], sums / waves))

    drifted = solve_ivp(drift, (0, t1), start, method="DOP853", rtol=1e-9, atol=1e-10).y[:, -1]
    return run.t, phases, drifted
