"""Arnold tongues: edges against independent code, against the weak-drive limit, and against plain simulation."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE
from hypothesis import given, settings
from hypothesis import strategies as st

import rosetta_core as rc
from rosetta_core.analysis.locking import locking
from rosetta_core.analysis.orbits import limit_cycle

TWO_PI = 2 * np.pi
OMEGA = 12.0
TURNING = {"u_re": 0.25, "u_im": 0.0}
DRIVES = (0.1, 0.3, 0.5, 0.8, 1.2)


@pytest.mark.parametrize("shape", ["a1b1c0", "a1b1c1"])
def test_the_tongue_of_stuart_landau_meets_the_reference(shape):
    q = REFERENCE[f"r2.force.{shape}.F0.1.lock"]["parameters"]
    p = {"alpha": q["a"], "gamma": q["b"], "beta": q["c"], "omega": OMEGA}
    found = locking(rc.stuart_landau, TURNING, [(OMEGA - 4) / TWO_PI, (OMEGA + 3) / TWO_PI], DRIVES, p=p)
    assert found.frequency == pytest.approx((OMEGA - q["c"]) / TWO_PI, rel=1e-8)
    for k, drive in enumerate(DRIVES):
        ((low, high),) = [(each.low, each.high) for each in found.locks[k]]
        wanted = np.sort(OMEGA - np.array(REFERENCE[f"r2.force.{shape}.F{drive}.lock"]["value"]))
        # The reference is good to 1e-7, ours to `error` and 1e-9.
        assert TWO_PI * np.array([low, high]) == pytest.approx(wanted, abs=2e-7)
        assert found.locks[k][0].error < 1e-9
        assert (found.low[k], found.high[k]) == (low, high)
        weak = np.sort(OMEGA - np.array(REFERENCE[f"r2.force.{shape}.F{drive}.phase"]["value"]))
        edges = np.array([found.predicted_low[k], found.predicted_high[k]])
        assert TWO_PI * edges == pytest.approx(weak, abs=1e-7)
        # A saddle-node on the side of nu where the reference has one at the edge, else its Hopf point.
        for kind, edge in zip(found.locks[k][0].kinds, wanted, strict=True):
            folds = [OMEGA - row[1] for row in REFERENCE[f"r2.force.{shape}.F{drive}.sn"]["value"]]
            at_fold = min((abs(fold - edge) for fold in folds), default=1.0) < 1e-6
            assert kind == ("saddle-node" if at_fold else "torus")


def drift(model, name, amplitude, frequency, u, x0, cycle):
    """Turns that the rhythm gains on a 1:1 drive in 300 of its periods, after 300 more."""
    steps = 400
    drive = rc.sinusoid(amplitude, frequency, offset=u[name])
    run = rc.simulate(model, 600 / frequency, 1 / frequency / steps, u={name: drive}, x0=x0)
    signal = run.output[300 * steps :]
    middle = (cycle.output.max() + cycle.output.min()) / 2
    return np.count_nonzero((signal[:-1] < middle) & (signal[1:] >= middle)) - 300


def test_a_real_drive_of_jansen_rit_locks_inside_and_slips_outside():
    cycle = limit_cycle(rc.jansen_rit)
    found = locking(rc.jansen_rit, "p", [9.0, 13.0], [0.5, 5.0], cycle=cycle)
    for k in range(2):
        width = found.high[k] - found.low[k]
        for at, locked in ((found.low[k] + 0.1 * width, True), (found.low[k] - 0.4 * width, False)):
            slip = drift(rc.jansen_rit, "p", found.amplitude[k], at, {"p": 220.0}, cycle.x[0], cycle)
            # Outside the beat is sqrt(0.9^2 - 0.5^2) of the width: 0.1 Hz or more, for 27 s.
            assert (abs(slip) <= 1) == locked
    # First order in the amplitude: the relative error of the width falls with it.
    wrong = (found.high - found.low) / (found.predicted_high - found.predicted_low) - 1
    assert abs(wrong[0]) < 0.1 * abs(wrong[1]) + 0.02
    assert (found.low[1] < found.low[0]) and (found.high[1] > found.high[0])


def test_higher_ratios():
    model = rc.wilson_cowan
    free = limit_cycle(model)
    twice = locking(model, "P_E", [1.5 * free.frequency, 2.5 * free.frequency], [0.02, 0.1], ratio=(1, 2), cycle=free)
    # The tongue of order 1:2 opens in proportion to the amplitude, as predicted; that of 2:1 faster than that.
    width = twice.predicted_high - twice.predicted_low
    assert (np.abs(twice.low - twice.predicted_low) < 0.1 * width).all()
    assert (np.abs(twice.high - twice.predicted_high) < 0.1 * width).all()
    width = (twice.high - twice.low) / (twice.predicted_high - twice.predicted_low)
    assert width == pytest.approx([1.0, 1.0], rel=0.1)
    half = locking(model, "P_E", [0.4 * free.frequency, 0.6 * free.frequency], [0.05, 0.1], ratio=(2, 1), cycle=free)
    assert half.predicted_low == pytest.approx([free.frequency / 2] * 2, rel=1e-12)
    narrow = half.high - half.low
    # Second order: twice the amplitude, four times the width, up to terms of relative order amplitude^2 and shifts.
    assert narrow[1] / narrow[0] == pytest.approx(4.0, rel=0.3)


def test_the_span_cuts_a_tongue():
    p = {"alpha": 1.0, "gamma": 1.0, "beta": 0.0, "omega": OMEGA}
    centre = OMEGA / TWO_PI
    found = locking(rc.stuart_landau, TURNING, [centre - 0.2, centre + 0.05], [0.8], p=p)
    (lock,) = found.locks[0]
    assert lock.kinds == ("torus", "span") and lock.high == pytest.approx(centre + 0.05, rel=1e-15)
    assert TWO_PI * lock.low == pytest.approx(OMEGA - 1.0148891565092, abs=1e-7)


def test_errors_say_what_to_try():
    for change, words in (
        ({"input": "u"}, "no input 'u'"),
        ({"frequencies": [1.0]}, "least and a largest"),
        ({"frequencies": [-1.0, 2.0]}, "above 0 Hz"),
        ({"amplitudes": [0.2, 0.1]}, "rising values"),
        ({"amplitudes": [0.0]}, "rising values"),
        ({"ratio": (2, 2)}, "without a common factor"),
        ({"ratio": (0, 1)}, "whole numbers"),
    ):
        arguments = {"input": "u_re", "frequencies": [0.5, 2.0], "amplitudes": [0.1]} | change
        with pytest.raises(ValueError, match=words):
            locking(rc.stuart_landau, **arguments)
    with pytest.raises(ArithmeticError, match="fixed point"):
        locking(rc.stuart_landau, "u_re", [0.5, 2.0], [0.1], p={"alpha": -0.2})


@settings(max_examples=6, deadline=None, derandomize=True)
@given(st.floats(0.3, 1.0), st.floats(0.5, 2.0), st.floats(-1.0, 1.0), st.floats(0.01, 0.1))
def test_any_weakly_driven_circle_locks_as_predicted(alpha, gamma, beta, share):
    p = {"alpha": alpha, "gamma": gamma, "beta": beta, "omega": 9.0}
    radius, turning = np.sqrt(alpha / gamma), 9.0 - beta * alpha / gamma
    amplitude = share * alpha * radius / (1 + (beta / gamma) ** 2)
    found = locking(rc.stuart_landau, TURNING, [turning / TWO_PI - 1, turning / TWO_PI + 1], [amplitude], p=p)
    wide = TWO_PI * (found.high[0] - found.low[0]) / 2
    # Ladder 1.3: F sqrt(1 + beta^2/gamma^2)/r, to second order in F over alpha r: here the share.
    assert wide == pytest.approx(amplitude * np.hypot(1, beta / gamma) / radius, rel=2 * share)
    assert found.locks[0][0].kinds == ("saddle-node", "saddle-node")
