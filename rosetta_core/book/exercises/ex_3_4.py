"""Exercise 3.4: amplitude and frequency of a limit cycle, from one noisy recording.

Eight recordings of Re z from the package's own Stuart-Landau unit, 60 s each, alpha from -10 to 6 1/s. Three foci
(alpha < 0) ring with the amplitude of the cycles, so size does not tell them apart, but shape does: <x^4>/<x^2>^2 is
3 for a Gaussian and 1.5 for a sinusoid. Over the last 30 s its standard deviation at a focus is
sqrt(4.5/(30 |alpha|)) <= 0.19, four times less than the distance from either value to the middle.
The five cycles are graded against the closed form. Their noise is 1 % of the radius per square root of a second.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from rosetta_core.models.stuart_landau import limit_cycle as closed_form
from rosetta_core.models.stuart_landau import stuart_landau
from rosetta_core.simulation import simulate

DURATION = 60.0
PRAISE = "Five rhythms measured, three noises turned away. Your function finds a ring where there is one."


def limit_cycle(x, fs):
    """Amplitude (unit of x) and frequency (Hz) of the rhythm in x.

    Returns (0.0, 0.0) if x is only noise that rings.
    x: samples (n,) of the real part of one noisy Stuart-Landau unit,
    fs of them a second, 60 s in all. A recording begins far from its
    final state; the transient is over by half time. A rhythm is a
    noisy cycle (alpha > 0); noise that rings is a noisy focus
    (alpha < 0), and may be as large.
    Wanted: the amplitude to 2 %, the frequency to 0.0025 Hz.
    """
    # begin solution
    x = x[x.size // 2 :]
    power = np.mean(x**2)
    # A sinusoid has <x^4>/<x^2>^2 = 1.5, a Gaussian 3; the line is drawn half way.
    if np.mean(x**4) > 2.25 * power**2:
        return 0.0, 0.0
    before = np.flatnonzero((x[:-1] < 0) & (x[1:] >= 0))
    # A straight line between two samples places the upward crossing within a fraction of a sample.
    crossings = before + x[before] / (x[before] - x[before + 1])
    frequency = fs * (crossings.size - 1) / (crossings[-1] - crossings[0])
    return np.sqrt(2 * power), frequency
    # end solution


solution = limit_cycle


@dataclass(frozen=True)
class Recording:
    """A signal x (n,) at fs Hz, with its alpha (1/s), its true answer, and how far from that an answer may be."""

    alpha: float
    x: np.ndarray
    fs: float
    amplitude: float
    frequency: float
    slack: float
    """Hz."""


@cache
def recordings() -> tuple[Recording, ...]:
    """The eight signals, from fixed seeds; the cycles' frequencies lie half way between bins of 1/60 Hz."""
    foci = [(-10.0, 9.0, 250.0), (-6.0, 11.0, 200.0), (-4.0, 10.0, 200.0)]
    cycles = [  # alpha (1/s), half bins, gamma (1/s), beta/gamma, fs (Hz)
        (1.0, 1165, 0.25, 1.0, 200.0),
        (1.5, 953, 1.5, -0.5, 250.0),
        (2.5, 1381, 10.0, 0.8, 200.0),
        (4.0, 661, 1.0, -1.0, 400.0),
        (6.0, 1547, 0.7, 0.5, 250.0),
    ]
    noises = [_focus(*row, seed=341 + i) for i, row in enumerate(foci)]
    return (*noises, *(_cycle(*row, seed=346 + i) for i, row in enumerate(cycles)))


def _focus(alpha: float, frequency: float, fs: float, seed: int) -> Recording:
    p = {"alpha": alpha, "omega": 2 * np.pi * frequency, "gamma": 0.1, "beta": 0.0}
    # Var x = sigma^2 / (2 |alpha|) = 0.5, the power of a sinusoid of amplitude 1.
    x = _record(p, x0=3.0, sigma=np.sqrt(-alpha), fs=fs, seed=seed)
    return Recording(alpha, x, fs, 0.0, 0.0, 0.0)


def _cycle(alpha: float, half_bins: int, gamma: float, shear: float, fs: float, seed: int) -> Recording:
    frequency = half_bins / (2 * DURATION)
    p = {"alpha": alpha, "omega": 2 * np.pi * frequency + alpha * shear, "gamma": gamma, "beta": gamma * shear}
    truth = closed_form(**p)
    x = _record(p, x0=1e-3 * truth.radius, sigma=0.01 * truth.radius, fs=fs, seed=seed)
    # Noise sigma = 0.01 r turns the phase by diffusion, D = 0.01^2/2 (1 + (beta/gamma)^2) rad^2/s, so over the last
    # 30 s a perfect clock reads the frequency with standard deviation sqrt(2 D/30)/(2 pi); allow five of them, and
    # one sample of doubt about when the last turn ended. That is 0.0025 to 0.0038 Hz; a bin is 0.0083 Hz away.
    diffusion = 0.5e-4 * (1 + shear**2)
    half = DURATION / 2
    slack = 5 * np.sqrt(2 * diffusion / half) / (2 * np.pi) + truth.frequency / (fs * half)
    return Recording(alpha, x, fs, truth.radius, truth.frequency, slack)


def _record(p: dict[str, float], x0: float, sigma: float, fs: float, seed: int) -> np.ndarray:
    every = int(2000 / fs)  # steps of 0.5 ms
    run = simulate(
        stuart_landau, DURATION, 1 / (fs * every), p=p, x0={"re": x0, "im": 0.0}, every=every, sigma=sigma, seed=seed
    )
    return run["re"]


CLOSE = 0.02
"""Relative slack of the amplitude: at 19 samples a turn the mean height of the highest samples is 0.5 % low, and
the largest of sixty independent amplitudes under this noise is 1.3 % high; both are fair estimates."""


def grade(answer: Callable[[np.ndarray, float], Any]) -> str | None:
    """The first thing that is wrong with a function limit_cycle(x, fs), or None."""
    pairs = []
    for recording in recordings():
        reply = answer(recording.x.copy(), recording.fs)
        complaint = _shape(reply)
        if complaint:
            return complaint
        pairs.append(tuple(float(part) for part in reply))
    noises = [pair for pair, recording in zip(pairs, recordings(), strict=True) if recording.alpha < 0]
    cycles = [recording for recording in recordings() if recording.alpha > 0]
    amplitude, frequency = np.array(pairs[len(noises) :]).T
    return (
        _missed(amplitude, frequency, noises)
        or _units(amplitude, frequency, cycles)
        or _noise(noises)
        or _transient(amplitude, cycles)
        or _bins(frequency, cycles)
        or _worst(amplitude, frequency, cycles)
    )


def _shape(reply: Any) -> str | None:
    if reply is None:
        return "Your function returned nothing. Is there a `return amplitude, frequency` on every path?"
    try:
        array = np.asarray(reply)
    except ValueError:
        array = np.asarray(None)
    if array.shape != (2,) or array.dtype.kind not in "iuf":
        return f"I wanted two real numbers, (amplitude, frequency); your function returned {reply!r}."
    if not np.isfinite(array).all() or (array < 0).any():
        return (
            f"Amplitude and frequency are finite and not negative; your function returned {reply!r}. "
            "Was something divided by zero, or a logarithm taken of nothing?"
        )
    return None


def _missed(amplitude: np.ndarray, frequency: np.ndarray, noises: list) -> str | None:
    missed = int(((amplitude == 0) | (frequency == 0)).sum())
    if not missed:
        return None
    every = "every recording" if missed == amplitude.size and not np.any(noises) else f"{missed} of the 5 cycles"
    return (
        f"You return zero for {every}. A rhythm may be small, or slow to start; "
        "look at the histogram of x in the second half: two horns make a rhythm, one heap makes noise."
    )


def _units(amplitude: np.ndarray, frequency: np.ndarray, cycles: list[Recording]) -> str | None:
    """Answers that are right up to a factor, which names the slip."""
    true_amplitude = np.array([c.amplitude for c in cycles])
    true_frequency = np.array([c.frequency for c in cycles])
    fs = np.array([c.fs for c in cycles])
    if _all_near(amplitude, true_frequency) and _all_near(frequency, true_amplitude):
        return "The two numbers have changed places: return the amplitude first, then the frequency."
    slips = [
        (frequency, 2 * np.pi * true_frequency, "Your frequency is 2 pi times too large: that is rad/s. Turns per"
         " second are asked; divide by 2 pi."),
        (frequency, 2 * true_frequency, "Your frequency is twice the true one. A wave crosses zero twice a turn:"
         " count the upward crossings only."),
        (frequency, true_frequency / 2, "Your frequency is half the true one. Are two turns counted as one?"),
        (frequency, 1 / true_frequency, "You return the period, in seconds. The frequency is one over it."),
        (frequency, true_frequency / fs, "Your frequency is in turns per sample. Multiply by fs, the samples per"
         " second."),
        (amplitude, 2 * true_amplitude, "Your amplitude is twice the radius of the cycle: that is the height from"
         " trough to peak. The amplitude is half of it."),
        (amplitude, true_amplitude / np.sqrt(2), "Your amplitude is the root mean square of x. A sinusoid of"
         " amplitude A has the root mean square A/sqrt(2): multiply by sqrt(2)."),
    ]  # fmt: skip
    return next((message for got, wrong, message in slips if _all_near(got, wrong)), None)


def _all_near(got: np.ndarray, wrong: np.ndarray) -> bool:
    return bool(np.all(np.abs(got - wrong) < 0.1 * wrong))


def _noise(noises: list) -> str | None:
    taken = int(np.any(noises, axis=1).sum())
    if not taken:
        return None
    return (
        f"You found a rhythm in {taken} of the 3 recordings that are noise (alpha < 0). A focus shaken by noise also "
        "has a peak in its spectrum and an amplitude. What it lacks is a ring: its values heap up at zero."
    )


def _transient(amplitude: np.ndarray, cycles: list[Recording]) -> str | None:
    """The slower the growth, the more of the record it fills, the lower an amplitude taken over all of it."""
    error = amplitude / np.array([c.amplitude for c in cycles]) - 1
    if error[0] < -CLOSE and error[0] == error.min() and abs(error[-1]) < CLOSE:
        return (
            f"Your amplitude is {-error[0]:.0%} too small where the rhythm grows slowly (alpha = {cycles[0].alpha:g}), "
            "and right where it grows fast. The transient is still in your average: drop the first half."
        )
    return None


def _bins(frequency: np.ndarray, cycles: list[Recording]) -> str | None:
    error = np.abs(frequency - [c.frequency for c in cycles])
    if (error > [c.slack for c in cycles]).any() and error.max() <= 1 / DURATION:
        return (
            f"Your frequencies are close, but up to {error.max():.3f} Hz off: the size of a bin of the Fourier "
            "transform, 1/(length of the record). The peak lies between two bins. Time many turns, or fit the peak."
        )
    return None


def _worst(amplitude: np.ndarray, frequency: np.ndarray, cycles: list[Recording]) -> str | None:
    for a, f, c in zip(amplitude, frequency, cycles, strict=True):
        if abs(a / c.amplitude - 1) > CLOSE:
            side = "small" if a < c.amplitude else "large"
            return f"At alpha = {c.alpha:g} your amplitude is {abs(a / c.amplitude - 1):.1%} too {side}."
        if abs(f - c.frequency) > c.slack:
            side = "low" if f < c.frequency else "high"
            return f"At alpha = {c.alpha:g} your frequency is {abs(f - c.frequency):.3g} Hz too {side}."
    return None
