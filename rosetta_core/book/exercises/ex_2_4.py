"""Exercise 2.4: the quality factor of a resonator, from two hours of its answer to noise.

Twenty recordings of damped oscillators under white noise, without the error of any step: at times 1/fs apart the
state z = x + i y obeys z' = exp((alpha + i omega)/fs) z + noise. Each has its own f between 8 and 12 Hz and quality
Q = omega/2|alpha| between 4 and 8, and rides on a slow drift of many times its own size. Two hours hold 20 000
memories and more: the fit of the solution scatters by 1 to 2 %, half-power points of a spectrum in segments of 8 s by
3 to 4 %.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

DURATION = 7200.0
FS = 40.0
COUNT = 20
CLOSE = 0.1
PRAISE = (
    "Twenty resonators within 10 %. You read a memory off a spectrum, and did not let the drift talk you out of it."
)


def q_factor(x, fs):
    """Quality factor omega/(2 |alpha|) of the resonator in x.

    x: samples (n,) of a damped oscillator under white noise, fs of
    them a second, two hours in all, plus a drift slower than 0.1 Hz
    that may be much larger. The resonance lies between 8 and 12 Hz;
    Q is its frequency over the full width of the peak of the power
    spectral density at half of its height, between 4 and 8.
    Wanted: Q to 10 %, one number.
    """
    # begin solution
    n = int(8 * fs)
    window = np.hanning(n)
    pieces = [x[k : k + n] - x[k : k + n].mean() for k in range(0, x.size - n + 1, n // 2)]
    power = np.mean([np.abs(np.fft.rfft(window * piece)) ** 2 for piece in pieces], axis=0)
    f = np.fft.rfftfreq(n, 1 / fs)
    power[f < 5] = 0  # drift, and nothing that was asked
    f0, near = f[power.argmax()], 1.0
    for _ in range(2):
        band = abs(f - f0) < near
        # 1/S = a ((f - f0)^2 + h^2), and each value of 1/S scatters by a fixed share of itself.
        a, b, c = np.polyfit(f[band], 1 / power[band], 2, w=power[band])
        f0 = -b / (2 * a)
        h = np.sqrt(c / a - f0**2)
        near = 1.5 * h
    return f0 / (2 * h)
    # end solution


solution = q_factor


class Recording(NamedTuple):
    """A signal x (n,) at FS, with its true quality factor and frequency (Hz)."""

    x: np.ndarray
    quality: float
    frequency: float


@cache
def recordings() -> tuple[Recording, ...]:
    """The twenty signals, from fixed seeds."""
    return tuple(_recording(seed) for seed in range(COUNT))


def _recording(seed: int) -> Recording:
    from scipy.signal import lfilter

    chance, n = np.random.default_rng(2400 + seed), int(DURATION * FS)
    frequency, quality = chance.uniform(8, 12), chance.uniform(4, 8)
    omega = 2 * np.pi * frequency
    step = np.exp((-omega / (2 * quality) + 1j * omega) / FS)
    noise = (chance.standard_normal(n) + 1j * chance.standard_normal(n)) * np.sqrt(1 - abs(step) ** 2)
    # The first state has the stationary variance, 1 in x and in y.
    noise[0] /= np.sqrt(1 - abs(step) ** 2)
    t = np.arange(n) / n
    phase, size = chance.uniform(0, 2 * np.pi, 5), chance.uniform(5, 20, 5)
    # Nine cycles at most: 0.00125 Hz.
    drift = 20 + sum(
        a * np.sin(2 * np.pi * (2 * k + 1) * t + b) for k, (a, b) in enumerate(zip(size, phase, strict=True))
    )
    x = np.real(lfilter([1.0], [1.0, -step], noise)) + drift
    return Recording(x, quality, frequency)


def grade(answer: Callable[[np.ndarray, float], Any]) -> str | None:
    """The first thing that is wrong with a function q_factor(x, fs), or None."""
    found = []
    for recording in recordings():
        x = recording.x.copy()
        reply = answer(x, FS)
        complaint = _shape(reply)
        if complaint:
            return complaint
        if not np.array_equal(x, recording.x):
            return "Your function changed the x it was given. Work on a copy: x = x - x.mean() makes one."
        found.append(float(reply))
    true, frequency = (np.array([getattr(each, name) for each in recordings()]) for name in ("quality", "frequency"))
    ratio = np.array(found) / true
    return _slip(ratio, true, frequency) or _scatter(ratio) or _worst(ratio, true, frequency)


def _shape(reply: Any) -> str | None:
    if reply is None:
        return "Your function returned nothing. Is there a `return` on every path?"
    try:
        array = np.asarray(reply)
    except ValueError:
        array = np.asarray(None)
    if array.shape != () or array.dtype.kind not in "iuf":
        return f"I wanted one real number, Q; your function returned {reply!r}."
    if not np.isfinite(array):
        return (
            "Q is a finite number. Was something divided by zero, or were the half-power points on one side not found?"
        )
    return None


def _slip(ratio: np.ndarray, true: np.ndarray, frequency: np.ndarray) -> str | None:
    """Answers that are right up to a factor, which names the slip; all within 12 % in the middle."""
    turn = 2 * np.pi
    # A Lorentzian 1/(1 + u^2) has fallen to the share s of its height at u = sqrt(1/s - 1).
    slips = [
        (ratio, np.sqrt(np.sqrt(2) + 1), "Your Q is 1.55 times too large: you took the width where the power is 0.71"
         " of its top. 1/sqrt(2) is half the power in an amplitude; your spectrum is a power already, so take 0.5."),
        (ratio, 1 / np.sqrt(3), "Your Q is 1.7 times too small: you took the width where the amplitude is half of its"
         " top. There the power is a quarter. Half the power is meant."),
        (ratio, 2.0, "Your Q is twice the true one: you divided by half the width. The full width counts, from one"
         " half-power point to the other."),
        (ratio, 0.5, "Your Q is half the true one. The full width at half power is |alpha|/pi in Hz, once."),
        (ratio, turn, "Your Q is 2 pi times too large: frequency and width must be in one unit, both in Hz or both in"
         " rad/s."),
        (ratio, 1 / turn, "Your Q is 2 pi times too small: frequency and width must be in one unit, both in Hz or both"
         " in rad/s."),
        (ratio * true**2, 1.0, "You return the width over the frequency. Q is one over that."),
        (ratio * true**2 / frequency, 1.0, "You return the width, in Hz. Q is the peak's frequency divided by it."),
        (ratio * true / frequency, 1.0, "You return the frequency of the peak. Q is that, divided by the width."),
    ]  # fmt: skip
    return next((words for got, wrong, words in slips if abs(np.median(got) / wrong - 1) < 0.12 and _alike(got)), None)


def _alike(ratio: np.ndarray) -> bool:
    """Whether twenty ratios are one number, up to the scatter of a fair estimate."""
    return bool(np.all(np.abs(ratio / np.median(ratio) - 1) < 0.2))


def _scatter(ratio: np.ndarray) -> str | None:
    if np.median(ratio) < 0.05:
        return (
            "Your Q is near zero: the highest point of your spectrum lies at the slow drift, not at the resonance. "
            "Take the mean off each segment (a trend, if you like), and look for the peak above the drift."
        )
    if np.median(ratio) > 5:
        return (
            f"Your Q is {np.median(ratio):.0f} times too large, typically: you measured one tooth of a spectrum that "
            "was not averaged. Cut the record into segments of some seconds, and average their spectra."
        )
    if np.all(ratio < 1 + CLOSE) and np.median(ratio) < 1 - CLOSE:
        return (
            f"Your Q is too small nearly everywhere, by {1 - np.median(ratio):.0%}: the peak is wider than the "
            "resonance. Are your segments so short that they blur it? Try 8 s."
        )
    return None


def _worst(ratio: np.ndarray, true: np.ndarray, frequency: np.ndarray) -> str | None:
    k = int(np.abs(ratio - 1).argmax())
    if abs(ratio[k] - 1) <= CLOSE:
        return None
    missed, side = int((np.abs(ratio - 1) > CLOSE).sum()), "small" if ratio[k] < 1 else "large"
    return (
        f"{COUNT - missed} of {COUNT} are within 10 %. The worst, Q = {true[k]:.1f} at {frequency[k]:.1f} Hz, is "
        f"{abs(ratio[k] - 1):.0%} too {side}. A fit of many points around the peak scatters less than two half-power "
        "points."
    )
