"""One experiment on several rungs: the same stimulus, the same noise, the same network, answers on common axes."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import python_function
from rosetta_core.analysis.fixed_points import eigenvalues, fixed_points
from rosetta_core.analysis.locking import Tongue, locking
from rosetta_core.analysis.orbits import Cycle, limit_cycle
from rosetta_core.analysis.problem import problem
from rosetta_core.drive import sampled, sinusoid
from rosetta_core.model import Model, unknown
from rosetta_core.network import network
from rosetta_core.observe.connectivity import functional_connectivity
from rosetta_core.observe.series import proxy
from rosetta_core.observe.spectra import welch
from rosetta_core.simulation import simulate
from rosetta_core.translate.comparison import rhythm
from rosetta_core.translate.dressing import at_setting, dressed
from rosetta_core.translate.translation import Translation

TURNS = 200  # length of a run, in periods
STEPS = 200  # of RK4 in a period


class Rung(NamedTuple):
    """A model in the units of the first rung: its base input, a state at rest or on the cycle, and the cycle if any."""

    name: str
    model: Model
    u: float
    start: np.ndarray
    cycle: Cycle | None


class Experiment(NamedTuple):
    """What every rung did, in the unit of the first rung's output; the first axis is that of `rungs`.

    frequency (f,) in Hz and spectrum (rungs, f), unit squared per Hz, under noise. drive (d,) in Hz and resonance
    (rungs, d): amplitude of the answer at the drive's frequency. phase (k,) in rad and response (rungs, k) in rad/s per
    unit of the input, and tongues, one for each rung; None where the first rung has no cycle. weights (n, n) and
    connectivity (rungs, n, n): correlation of the outputs in the network under noise.
    """

    rungs: tuple[str, ...]
    input: str
    frequency: np.ndarray
    spectrum: np.ndarray
    drive: np.ndarray
    resonance: np.ndarray
    phase: np.ndarray | None
    response: np.ndarray | None
    tongues: tuple[Tongue, ...] | None
    weights: np.ndarray
    connectivity: np.ndarray

    def differences(self) -> dict[str, np.ndarray]:
        """For every rung but the first, how far its answer is from the first one's.

        resonance, phase_response and tongue (its width): norm of the difference, relative to that of the first. For
        the spectrum root mean square in decades, over the frequencies of the drive; for the connectivity root mean
        square of correlations, off the diagonal.
        """
        near = (self.frequency >= self.drive.min()) & (self.frequency <= self.drive.max())
        off = ~np.eye(len(self.weights), dtype=bool)
        found = {"spectrum": _apart(np.log10(self.spectrum[:, near])), "resonance": _relative(self.resonance)}
        if self.response is not None and self.tongues is not None:
            found["phase_response"] = _relative(self.response)
            found["tongue"] = _relative(np.array([each.high - each.low for each in self.tongues]))
        found["connectivity"] = _apart(self.connectivity[:, off])
        return found


def protocol(
    translations: Translation | Sequence[Translation], *, input: str | None = None, amplitude: float, noise: float,
    gain: float = 0.0, weights: ArrayLike | None = None, frequencies: ArrayLike | None = None, seed: int = 0,
    turns: int = TURNS,
) -> Experiment:  # fmt: skip
    """The same experiment on a source and on its translations, all from the same source at the same setting.

    input: the source's input that is stimulated (left out, the first). amplitude of the drive in its unit; noise: its
    standard deviation, white up to half the sampling rate of 200 a period and the same samples for all; weights (n, n):
    a network (left out, two nodes that see each other), gain: how much of each node's emission, less that at the start,
    is added to the input of others, so that the operating point stays. frequencies (Hz) of the drive; left out, 25 from
    half to one and a half of the rhythm's own. turns: length of a run in periods, a quarter of which is left out.
    """
    chosen = (translations,) if isinstance(translations, Translation) else tuple(translations)
    if not chosen:
        raise ValueError("a protocol wants one translation or more, got none")
    first = chosen[0]
    for each in chosen[1:]:
        if each.source is not first.source or (each.source_p, each.source_u) != (first.source_p, first.source_u):
            raise ValueError(
                f"all translations must come from one source at one setting; {each!r} does not share that of {first!r}"
            )
    names = [row.name for row in first.source.inputs]
    name = names[0] if input is None else input
    if name not in names:
        raise ValueError(unknown(first.source.name, "input", name, names))
    for what, value in (("amplitude", amplitude), ("noise", noise)):
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"{what} wants a positive number in the unit of {name}, got {value!r}")
    W = np.array([[0.0, 1.0], [1.0, 0.0]]) if weights is None else np.asarray(weights, dtype=float)
    rungs = side_by_side(chosen, name)
    own = rungs[0].cycle.frequency if rungs[0].cycle else ringing(rungs[0])
    drive = own * np.linspace(0.5, 1.5, 25) if frequencies is None else np.asarray(frequencies, dtype=float).ravel()
    dt = 1 / (STEPS * own)
    frequency, spectrum, connectivity = _noisy(rungs, name, noise, W, gain, turns / own, dt, seed)
    cyclic = all(each.cycle for each in rungs)
    return Experiment(
        tuple(each.name for each in rungs), name, frequency, spectrum, drive,
        np.array([_driven(each, name, amplitude, drive, turns) for each in rungs]),
        *(_phases(rungs, name, amplitude, own) if cyclic else (None, None, None)), W, connectivity,
    )  # fmt: skip


def side_by_side(translations: Sequence[Translation], input: str) -> list[Rung]:
    """The source, then every target in its units, each on its cycle or at rest."""
    targets = [_rung(each.target.name, dressed(each, input), 0.0, None) for each in translations]
    first, back = translations[0], translations[0].x_map.backward
    start = None if back is None else np.asarray(back(targets[0].start), dtype=float)
    source = at_setting(first.source, first.source_p, first.source_u)
    return [_rung(source.name, source, float(first.source_u[input]), start), *targets]


def _rung(name: str, model: Model, u: float, start: np.ndarray | None) -> Rung:
    """A model with its cycle, if a run from `start` ends on one, and else with the stable rest that is nearest."""
    try:
        cycle = limit_cycle(model, x0=start)
        return Rung(name, model, u, cycle.x[0], cycle)
    except ArithmeticError:
        stable = [each.x for each in fixed_points(model) if each.eigenvalues[0].real < 0 or each.kind == "centre"]
    if not stable:
        raise ArithmeticError(f"{model.name}: neither a stable cycle nor a stable rest was found; nothing to compare")
    near = stable[0] if start is None else min(stable, key=lambda x: float(np.abs(x - start).max()))
    return Rung(name, model, u, near, None)


def ringing(rung: Rung) -> float:
    """Frequency (Hz) at which a rest rings."""
    leading = eigenvalues(rung.model, rung.start)[0]
    if leading.imag == 0:
        raise ValueError(f"{rung.name}: rest does not ring, so frequencies (Hz) of the drive are wanted")
    return float(abs(leading.imag) / (2 * np.pi))


def _driven(rung: Rung, input: str, amplitude: float, drive: np.ndarray, turns: int) -> np.ndarray:
    """Amplitude (d,) of the output at the drive's frequency, over whole periods in the last quarter of each run."""
    found = []
    for f in drive:
        periods = max(int(turns // 4), 1)
        run = simulate(
            rung.model, turns / f, 1 / (STEPS * f), x0=rung.start,
            u={input: sinusoid(amplitude, float(f), offset=rung.u)}, every=STEPS // 20,
        )  # fmt: skip
        y = proxy(run).x[-20 * periods :]
        found.append(2 * abs(np.mean(y * np.exp(-2j * np.pi * np.arange(y.size) / 20))))
    return np.array(found)


def _noisy(
    rungs: Sequence[Rung], input: str, noise: float, W: np.ndarray, gain: float, duration: float, dt: float, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spectrum of one node and connectivity of the network, every rung under the same samples of noise."""
    every, n = 10, len(W)
    samples = noise * np.random.default_rng(seed).normal(size=(n, int(duration / (every * dt)) + 2))
    spectra, correlations = [], []
    for rung in rungs:
        pushes = [sampled(rung.u + row, every * dt) for row in samples]
        alone = proxy(simulate(rung.model, duration, dt, x0=rung.start, u={input: pushes[0]}, every=every))
        late = alone.x[alone.x.size // 4 :]
        frequency, density = welch(late, every * dt, segment=duration / 16)[:2]
        spectra.append(density)
        p = tuple(row.default for row in rung.model.params)
        sent = float(python_function(rung.model.emit)(tuple(rung.start), p)[0])
        net = network(rung.model, W, gain=gain, coupling="additive", into=input)
        pushes = [
            sampled(rung.u - g + row, every * dt) for g, row in zip(gain * sent * W.sum(axis=1), samples, strict=True)
        ]
        x0 = np.repeat(rung.start[:, None], n, axis=1)
        run = proxy(simulate(net, duration, dt, x0=x0, u={input: pushes}, every=every))
        correlations.append(functional_connectivity(run.x[len(run.x) // 4 :]))
    shown = frequency <= 3 / (200 * dt)
    return frequency[shown], np.array(spectra)[:, shown], np.array(correlations)


def _phases(
    rungs: Sequence[Rung], input: str, amplitude: float, own: float
) -> tuple[np.ndarray, np.ndarray, tuple[Tongue, ...]]:
    """Phase responses, phase 0 where the output's first harmonic is largest, and tongues up to the amplitude."""
    responses, tongues = [], []
    for rung in rungs:
        assert rung.cycle is not None
        responses.append(rhythm(rung.cycle, "output", pushed(rung, input), 256))
        tongues.append(
            locking(rung.model, input, own * np.array([0.5, 1.5]), amplitude * np.arange(1, 5) / 4, cycle=rung.cycle)
        )
    return responses[0].phase, np.array([each.response for each in responses]), tuple(tongues)


def pushed(rung: Rung, input: str) -> Callable[[np.ndarray], np.ndarray]:
    """Change (k, n) of the rates by a unit of the input, at states (k, n)."""
    asked = problem(rung.model, input, u={input: rung.u})
    return lambda x: asked.fields(x.T, rung.u)[2].T


def _apart(answers: np.ndarray) -> np.ndarray:
    return np.sqrt(np.mean((answers[1:] - answers[0]) ** 2, axis=1))


def _relative(answers: np.ndarray) -> np.ndarray:
    flat = answers.reshape(len(answers), -1)
    return np.linalg.norm(flat[1:] - flat[0], axis=1) / np.linalg.norm(flat[0])
