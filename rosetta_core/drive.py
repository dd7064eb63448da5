"""Inputs that vary in time: step, pulse, sinusoid and sampled signal, evaluated inside the integrator.

A drive is one row of numbers [kind, a, b, c], so the compiled integrator of a model serves every drive.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rosetta_core._jit import inner, kernel
from rosetta_core.elementary import sine_cosine

ROW = 4
STEP, PULSE, SINUSOID, SAMPLED = range(1, 5)  # a row of zeros is no drive


@kernel
def wave(t, kind, a, b, c, samples):
    """Value at time t (s) of a drive given by its row of numbers; `samples` holds the values of sampled drives."""
    if kind == STEP:
        return a if t >= b else 0.0
    if kind == PULSE:
        return a if b <= t < b + c else 0.0
    if kind == SINUSOID:
        s, _ = sine_cosine(b * t + c)
        return a * s
    if kind == SAMPLED:
        first, count = int(a), int(b)
        position = t / c
        k = min(max(math.floor(position), 0), count - 1)
        after = min(k + 1, count - 1)
        part = min(max(position - k, 0.0), 1.0)
        return samples[first + k] + part * (samples[first + after] - samples[first + k])
    return 0.0


@dataclass(frozen=True)
class Drive:
    """A signal for one input of a model; made by `step`, `pulse`, `sinusoid` or `sampled`. Call it with t in s."""

    kind: int
    numbers: tuple[float, ...]
    offset: float = 0.0
    samples: tuple[float, ...] = ()

    def __call__(self, t: float) -> float:
        """Value at time t (s), in the unit of the input."""
        return self.offset + float(wave(float(t), *self.row(0), np.asarray(self.samples or (0.0,))))

    def row(self, first_sample: int) -> np.ndarray:
        """The numbers the kernel reads, (4,); `first_sample` is where this drive's samples begin."""
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
    return Drive(PULSE, _finite(amplitude=amplitude, at=at, width=width), _finite(offset=offset)[0])


def sinusoid(amplitude: float, frequency: float, phase: float = 0.0, offset: float = 0.0) -> Drive:
    """offset + amplitude sin(2 pi (frequency t + phase)); frequency in Hz, phase in turns (0.25 makes a cosine)."""
    _positive(frequency=frequency)
    return Drive(SINUSOID, _finite(amplitude=amplitude, frequency=frequency, phase=phase), _finite(offset=offset)[0])


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


def inputs(n: int) -> Any:
    """Kernel (t, u, waves, samples) -> tuple of n inputs: the constants u plus the drives.

    `waves` is the rows of all drives, one after the other, as a tuple: an array would cost nearly three times as much.
    """

    @inner
    def none(t, u, waves, samples):
        return ()

    values = none
    for index in range(n):
        values = _with_input(values, index)
    return values


def _with_input(previous: Any, index: int) -> Any:
    kind, a, b, c = range(ROW * index, ROW * (index + 1))

    @inner
    def one_more(t, u, waves, samples):
        value = u[index] + wave(t, waves[kind], waves[a], waves[b], waves[c], samples)
        return previous(t, u, waves, samples) + (value,)

    return one_more
