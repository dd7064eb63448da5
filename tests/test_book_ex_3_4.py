"""Exercise 3.4: typical wrong answers each get their own diagnosis, and fair other answers pass."""

import numpy as np
import pytest
from scipy.signal import hilbert

from rosetta_core.book.exercises.ex_3_4 import CLOSE, limit_cycle, recordings
from rosetta_core.check import check


def rhythm(x):
    """Whether the second half of a recording is a ring."""
    late = x[x.size // 2 :]
    return np.mean(late**4) < 2.25 * np.mean(late**2) ** 2


def transient_kept(x, fs):
    _, frequency = limit_cycle(x, fs)
    return (np.sqrt(2 * np.mean(x**2)), frequency) if rhythm(x) else (0.0, 0.0)


def fft_bin_of_the_half(x, fs):
    amplitude, _ = limit_cycle(x, fs)
    late = x[x.size // 2 :]
    frequency = np.fft.rfftfreq(late.size, 1 / fs)[np.argmax(np.abs(np.fft.rfft(late)))]
    return (amplitude, frequency) if amplitude else (0.0, 0.0)


def fft_bin_of_the_whole(x, fs):
    amplitude, _ = limit_cycle(x, fs)
    frequency = np.fft.rfftfreq(x.size, 1 / fs)[np.argmax(np.abs(np.fft.rfft(x)))]
    return (amplitude, frequency) if amplitude else (0.0, 0.0)


def noise_taken_for_a_rhythm(x, fs):
    late = x[x.size // 2 :]
    before = np.flatnonzero((late[:-1] < 0) & (late[1:] >= 0))
    crossings = before + late[before] / (late[before] - late[before + 1])
    return np.sqrt(2 * np.mean(late**2)), fs / np.mean(np.diff(crossings))


def everything_taken_for_noise(x, fs):
    return 0.0, 0.0


def small_rhythms_missed(x, fs):
    amplitude, frequency = limit_cycle(x, fs)
    return (amplitude, frequency) if amplitude > 0.8 else (0.0, 0.0)


def scaled(amplitude=1.0, frequency=1.0):
    def answer(x, fs):
        a, f = limit_cycle(x, fs)
        return amplitude * a, frequency * f

    return answer


def of_solution(change):
    """A wrong answer made from the right one: change(amplitude, frequency, fs), cycles only."""

    def answer(x, fs):
        a, f = limit_cycle(x, fs)
        return change(a, f, fs) if a else (0.0, 0.0)

    return answer


MUTANTS = {
    "The transient is still in your average": transient_kept,
    "Hz off: the size of a bin of the Fourier transform": fft_bin_of_the_half,
    "You found a rhythm in 3 of the 3 recordings that are noise": noise_taken_for_a_rhythm,
    "You return zero for every recording": everything_taken_for_noise,
    "You return zero for 1 of the 5 cycles": small_rhythms_missed,
    "that is the height from trough to peak": scaled(amplitude=2.0),
    "the root mean square of x": scaled(amplitude=1 / np.sqrt(2)),
    "that is rad/s": scaled(frequency=2 * np.pi),
    "A wave crosses zero twice a turn": scaled(frequency=2.0),
    "Are two turns counted as one": scaled(frequency=0.5),
    "You return the period": of_solution(lambda a, f, fs: (a, 1 / f)),
    "turns per sample": of_solution(lambda a, f, fs: (a, f / fs)),
    "The two numbers have changed places": of_solution(lambda a, f, fs: (f, a)),
    "At alpha = 1 your amplitude is 5.1% too large": scaled(amplitude=1.05),
    "At alpha = 1 your frequency is 0.0965 Hz too high": scaled(frequency=1.01),
}


def unfinished(x, fs):
    raise NotImplementedError


SLIPS = {
    "Your function returned nothing": lambda x, fs: None,
    "I wanted two real numbers, (amplitude, frequency)": lambda x, fs: (1.0, 2.0, 3.0),
    "your function returned 'loud'": lambda x, fs: "loud",
    "your function returned [[1], [2, 3]]": lambda x, fs: [[1], [2, 3]],
    "Was something divided by zero": lambda x, fs: (1.0, float("nan")),
    "finite and not negative": lambda x, fs: (-1.0, 10.0),
    "Not implemented yet": unfinished,
    "with ZeroDivisionError: division by zero": lambda x, fs: (1 / 0, 0),
    "with TypeError": lambda x: (1.0, 10.0),
}


@pytest.mark.parametrize(("message", "mutant"), (MUTANTS | SLIPS).items())
def test_a_wrong_answer_hears_what_it_did(message, mutant):
    result = check("ex-3.4", mutant)
    assert not result.passed
    assert message in result.message


def test_each_diagnosis_is_its_own():
    heard = [check("ex-3.4", mutant).message for mutant in MUTANTS.values()]
    for message in MUTANTS:
        assert sum(message in words for words in heard) == 1, message


def test_a_bin_of_the_whole_record_does_not_pass():
    assert not check("ex-3.4", fft_bin_of_the_whole).passed


def by_the_analytic_signal(x, fs):
    """Another fair way: mean envelope and mean slope of the phase, edges cut; ring or heap by the envelope."""
    z = hilbert(x)[x.size // 2 : -int(fs)]
    if np.std(np.abs(z)) > 0.25 * np.mean(np.abs(z)):
        return 0.0, 0.0
    phase = np.unwrap(np.angle(z))
    return np.mean(np.abs(z)), np.polyfit(np.arange(z.size) / fs, phase, 1)[0] / (2 * np.pi)


def by_peaks(x, fs):
    """Another: half the height from the lowest to the highest sample, turns counted to the nearest sample."""
    late = x[x.size // 2 :]
    if not rhythm(x):
        return [0, 0]
    up = np.flatnonzero((late[:-1] < 0) & (late[1:] >= 0))
    return np.array([np.ptp(late) / 2, (up.size - 1) * fs / (up[-1] - up[0])])


@pytest.mark.parametrize("answer", [by_the_analytic_signal, by_peaks])
def test_another_fair_answer_passes(answer):
    assert check("ex-3.4", answer).passed, check("ex-3.4", answer).message


def test_the_reader_may_spoil_the_signal():
    def careless(x, fs):
        answer = limit_cycle(x, fs)
        x[:] = 0
        return answer

    assert check("ex-3.4", careless).passed
    assert check("ex-3.4", careless).passed


def test_foci_and_cycles_are_well_apart():
    """Ring or heap is decided with room: the least of the heaps stands 0.55 above the line, the cycles 0.74 below."""
    for recording in recordings():
        late = recording.x[recording.x.size // 2 :]
        shape = np.mean(late**4) / np.mean(late**2) ** 2
        assert shape > 2.8 if recording.alpha < 0 else shape < 1.51


def test_size_alone_does_not_tell_noise_from_rhythm():
    size = {r.alpha: np.std(r.x[r.x.size // 2 :]) for r in recordings()}
    assert min(s for alpha, s in size.items() if alpha > 0) < min(s for alpha, s in size.items() if alpha < 0)
    assert max(s for alpha, s in size.items() if alpha > 0) > max(s for alpha, s in size.items() if alpha < 0)


def test_eight_values_of_alpha_and_bins_that_miss():
    assert len({recording.alpha for recording in recordings()}) == 8
    for recording in recordings():
        if recording.alpha > 0:
            # Half way between the bins of the whole record; a quarter of the way between those of its half.
            assert abs(recording.frequency * 60 % 1 - 0.5) < 1e-9
            assert 0.0025 < recording.slack < 0.0039  # the docstring asks for 0.0025; a bin is 0.0083 Hz away
            assert abs(limit_cycle(recording.x, recording.fs)[0] / recording.amplitude - 1) < CLOSE / 10
