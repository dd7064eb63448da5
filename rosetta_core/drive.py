"""Inputs that vary in time, evaluated inside the integrator.

Step, pulse, pulse train, sinusoid, amplitude-modulated carrier, chirp and sampled signal. A drive is one row of
numbers [kind, a, b, c, d, e], so the compiled integrator of a model serves every drive.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from rosetta_core._jit import inner, kernel
from rosetta_core.elementary import sine_cosine

ROW = 6
STEP, PULSES, SINUSOID, CARRIER, CHIRP, SAMPLED = range(1, 7)  # a row of zeros is no drive


@inner
def _sampled(t, first, count, dt, samples):
    position = t / dt
    k = min(max(math.floor(position), 0), count - 1)
    after = min(k + 1, count - 1)
    part = min(max(position - k, 0.0), 1.0)
    return samples[first + k] + part * (samples[first + after] - samples[first + k])


@kernel
def wave(t, kind, a, b, c, d, e, samples):
    """Value at time t (s) of a drive given by its row of numbers; `samples` holds the values of sampled drives."""
    if SINUSOID <= kind <= CHIRP:
        phase, size = b * t + c, a
        if kind == CARRIER:
            size = a * (1.0 + e * sine_cosine(d * t)[0])
        if kind == CHIRP:
            within = min(max(t, 0.0), d)
            phase = b * t + (c - b) * within * (t - 0.5 * within) / d + e
        return size * sine_cosine(phase)[0]
    if kind == STEP:
        return a if t >= b else 0.0
    if kind == PULSES:
        # The pulse that may be on is the last one that has begun.
        start = b + min(max(math.floor((t - b) / d), 0.0), e - 1.0) * d
        return a if start <= t < start + c else 0.0
    if kind == SAMPLED:
        return _sampled(t, int(a), int(b), c, samples)
    return 0.0


@dataclass(frozen=True)
class Drive:
    """A signal for one input of a model, made by `step`, `pulse`, `sinusoid` and so on. Call it with t in s."""

    kind: int
    numbers: tuple[float, ...]
    offset: float = 0.0
    samples: tuple[float, ...] = ()

    def __call__(self, t: float) -> float:
        """Value at time t (s), in the unit of the input."""
        return self.offset + float(wave(float(t), *self.row(0), np.asarray(self.samples or (0.0,))))

    def row(self, first_sample: int) -> np.ndarray:
        """The numbers the kernel reads, (6,); `first_sample` is where this drive's samples begin."""
        numbers = (float(first_sample), *self.numbers) if self.kind == SAMPLED else self.numbers
        row = np.zeros(ROW)
        row[0] = self.kind
        row[1 : 1 + len(numbers)] = numbers
        return row


def step(amplitude: float, at: float, offset: float = 0.0) -> Drive:
    """`offset` before time `at` (s), `offset + amplitude` from then on."""
    return Drive(STEP, _finite(amplitude=amplitude, at=at), _finite(offset=offset)[0])


def pulse(amplitude: float, at: float, width: float, offset: float = 0.0) -> Drive:
    """`offset + amplitude` from `at` for `width` seconds, `offset` at other times. Width must be positive."""
    _positive(width=width)
    numbers = (*_finite(amplitude=amplitude, at=at, width=width), 2.0 * width, 1.0)
    return Drive(PULSES, numbers, _finite(offset=offset)[0])


def pulse_train(
    amplitude: float, at: float, width: float, frequency: float, count: int | None = None, offset: float = 0.0
) -> Drive:
    """Pulses of `width` seconds, the first at `at` (s), `frequency` a second (Hz), `count` in all (None: no end)."""
    _positive(width=width, frequency=frequency)
    if width * frequency >= 1:
        raise ValueError(
            f"pulses of {width} s at {frequency} Hz would overlap; keep width below 1/frequency = {1 / frequency} s"
        )
    if count is not None and (isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 1):
        raise ValueError(f"the drive's count must be a whole number of pulses, 1 or more, or None, got {count!r}")
    last = 2.0**53 if count is None else float(count)
    numbers = (*_finite(amplitude=amplitude, at=at), float(width), 1.0 / frequency, last)
    return Drive(PULSES, numbers, _finite(offset=offset)[0])


def sinusoid(amplitude: float, frequency: float, phase: float = 0.0, offset: float = 0.0) -> Drive:
    """offset + amplitude sin(2 pi (frequency t + phase)); frequency in Hz, phase in turns (0.25 makes a cosine)."""
    _positive(frequency=frequency)
    return Drive(SINUSOID, _finite(amplitude=amplitude, frequency=frequency, phase=phase), _finite(offset=offset)[0])


def modulated(
    amplitude: float, carrier: float, modulation: float, depth: float = 1.0, phase: float = 0.0, offset: float = 0.0
) -> Drive:
    """A carrier whose amplitude is modulated: offset + amplitude (1 + depth sin(2 pi modulation t)) sin(carrier ...).

    `carrier` and `modulation` are frequencies in Hz, `phase` is the carrier's in turns, depth 1 modulates down to zero.
    """
    _positive(carrier=carrier, modulation=modulation)
    numbers = _finite(amplitude=amplitude, carrier=carrier, phase=phase, modulation=modulation, depth=depth)
    return Drive(CARRIER, numbers, _finite(offset=offset)[0])


def chirp(
    amplitude: float, start: float, end: float, duration: float, phase: float = 0.0, offset: float = 0.0
) -> Drive:
    """A sinusoid whose frequency goes from `start` to `end` (Hz) in a straight line over `duration` (s), then stays."""
    _positive(start=start, end=end, duration=duration)
    numbers = _finite(amplitude=amplitude, start=start, end=end, duration=duration, phase=phase)
    return Drive(CHIRP, numbers, _finite(offset=offset)[0])


def sampled(values: Sequence[float] | np.ndarray, dt: float) -> Drive:
    """A recorded signal: values[k] at time k dt (s), straight lines between, the end values held outside."""
    signal = np.asarray(values, dtype=float)
    if signal.ndim != 1 or signal.size < 2:
        raise ValueError(f"a sampled drive wants at least two values in one row, got an array of shape {signal.shape}")
    if not np.isfinite(signal).all():
        bad = int(np.flatnonzero(~np.isfinite(signal))[0])
        raise ValueError(f"a sampled drive wants finite values, got {signal[bad]} at index {bad}")
    _positive(dt=dt)
    return Drive(SAMPLED, (float(signal.size), float(dt)), 0.0, tuple(signal.tolist()))


def _finite(**numbers: float) -> tuple[float, ...]:
    for name, value in numbers.items():
        if not math.isfinite(value):
            raise ValueError(f"the drive's {name} must be a finite number, got {value}")
    return tuple(float(v) for v in numbers.values())


def _positive(**numbers: float) -> None:
    for name, value in numbers.items():
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"the drive's {name} must be positive and finite, got {value}")


@cache
def drives(n_inputs: int, moments: tuple[float, ...]) -> Any:
    """Kernel that writes the drives of `steps` steps at the moments of a step (0 its start, 1 its end).

    D[(moment * steps + step) * n_inputs + input, column] is what comes on top of the constant inputs; waves
    (ROW n_inputs, columns) holds the rows of the drives, read from column `first_column` on.
    """

    # Bounds of loops are read from arrays: the page's compiler would unroll loops whose length it knows.
    @inner
    def fill(waves, first_column, columns, samples, t0, dt, first, steps, D):
        n_moments = min(len(moments), D.shape[0])
        for index in range(waves.shape[0] // ROW):
            for column in range(columns):
                row, at = ROW * index, first_column + column
                kind = waves[row, at]
                a, b, c, d, e = (
                    waves[row + 1, at], waves[row + 2, at], waves[row + 3, at], waves[row + 4, at], waves[row + 5, at]
                )  # fmt: skip
                for m in range(n_moments):
                    for i in range(steps):
                        t = t0 + (first + i) * dt + moments[m] * dt
                        D[(m * steps + i) * n_inputs + index, column] = wave(t, kind, a, b, c, d, e, samples)

    return fill
