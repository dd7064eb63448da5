"""Rhythms of Jansen-Rit against values computed by independent code: both branches of cycles, their ends and folds."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check, closed, defaults, printed, rhythm
from scipy.optimize import brentq

import rosetta_core as rc
from rosetta_core.models.jansen_rit import (
    SPIKE_START,
    equilibrium,
    equilibrium_drive,
    folds,
    jansen_rit,
    loop_gains,
)

P = defaults(jansen_rit.params)
VALUES = tuple(P.values())
ALPHA, SPIKE = (np.array(REFERENCE[key]["value"]) for key in ("r4.jr.alpha", "r4.jr.spike"))


def settled(starts, drives, settle, dt=2e-4):
    """States (6, n_drives) after `settle` s from one start, or one start for each drive."""
    starts = np.asarray(starts, dtype=float)
    x0 = starts if starts.ndim == 2 else np.broadcast_to(starts[:, None], (6, len(drives)))
    return rc.simulate(jansen_rit, settle, dt, x0=x0, u={"p": drives}, every=round(settle / dt)).x[-1]


def extrema(cycle, samples=2000):
    """`Rhythm` of the output along three periods."""
    dt = cycle.period / samples
    run = rc.simulate(jansen_rit, 3 * cycle.period, dt, x0=cycle.x0, u=cycle.u)
    return rhythm(run, lambda x: x[1] - x[2], VALUES, (cycle.u["p"],))


def held(key, starts, rows):
    """Close the orbits of the rows [p, f, high, low, multiplier] of a branch and hold all of them to it."""
    found = []
    for start, (drive, frequency, *_) in zip(starts.T, rows, strict=True):
        cycle = closed(jansen_rit, start, 1 / frequency, {"p": drive})
        shape = extrema(cycle)
        found.append([drive, 1 / cycle.period, shape.high, shape.low, cycle.multiplier])
    # RK4 in steps of a 4000th of the period is exact to 1e-9 at the slowest; multipliers carry 1e-9 of derivatives.
    check(REFERENCE[key], found, rows)
    return np.array(found)


def test_alpha_branch():
    def inside(drive):
        return equilibrium(brentq(lambda y: float(equilibrium_drive(y, **P)) - drive, 5.4, 9.0), **P)

    # From near the unstable fixed point inside each cycle, for below p = 113.6 the state at rest is stable, too.
    starts = np.array([inside(drive) for drive in ALPHA[:, 0]]).T
    starts[1] += 0.2
    found = held("r4.jr.alpha", settled(starts, ALPHA[:, 0], 60.0), ALPHA)
    classic = found[(found[:, 0] >= 120) & (found[:, 0] <= 315), 1]
    printed("r9.7", classic[0], classic[-1])
    assert (np.diff(classic) > 0).all()


def test_spike_branch():
    held("r4.jr.spike", settled(SPIKE_START, SPIKE[:, 0], 40.0), SPIKE)


def test_attractors_from_the_state_at_rest():
    wanted = np.array(REFERENCE["r4.jr.rest"]["value"])
    # The slowest way to a steady state, at p = 330, has the rate -0.2 1/s: 60 s leave 1e-5 of some millivolts.
    drives = wanted[:, 0]
    run = rc.simulate(jansen_rit, 2.5, 2e-4, x0=settled(SPIKE_START, drives, 60.0), u={"p": drives})
    found = [rhythm(run, lambda x: x[1] - x[2], VALUES, (drive,), node=k) for k, drive in enumerate(drives)]
    check(REFERENCE["r4.jr.rest"], [[drive, beat.frequency] for drive, beat in zip(drives, found, strict=True)], wanted)


def test_square_root_law_at_the_snic():
    row = REFERENCE["r4.jr.snic"]
    wanted = np.array(row["value"])
    starts = settled(SPIKE_START, wanted[:, 0], 12.0)
    fold = float(equilibrium_drive(folds(**P)[0], **P))
    found = []
    for start, (drive, near, _) in zip(starts.T, wanted, strict=True):
        # The slow passage takes most of 10 s; steps of 0.5 ms or less keep the period to (a dt)^4/120 = 5e-8.
        frequency = 1 / closed(jansen_rit, start, 1 / near, {"p": drive}, steps=20_000).period
        found.append([drive, frequency, frequency**2 / (drive - fold)])
    check(row, found)


def test_small_cycle_below_the_upper_hopf_point():
    row = REFERENCE["r4.jr.slcheck"]
    half, _, frequency, _ = row["value"]
    cycle = closed(jansen_rit, settled(equilibrium(8.2, **P), [315.0], 100.0)[:, 0], 1 / frequency, {"p": 315.0})
    shape = extrema(cycle)
    check(row, [0.5 * (shape.high - shape.low), 1 / cycle.period], [half, frequency])


def fold_of_cycles():
    """Input and period (s) at which the spike branch turns: the largest input over the period, which knows no fold."""
    start, drive = settled(SPIKE_START, [137.3], 40.0)[:, 0], 137.3
    periods, drives = np.array([0.219, 0.217, 0.215, 0.213, 0.211, 0.209, 0.207, 0.205]), []
    for period in periods:
        cycle = closed(jansen_rit, start, period, {"p": drive}, free="p")
        start, drive = cycle.x0, cycle.u["p"]
        drives.append(drive)
    curve = np.poly1d(np.polyfit(periods - 0.212, drives, 6))
    turns = curve.deriv().roots
    turn = float(turns[np.abs(turns).argmin()].real)
    return float(curve(turn)), turn + 0.212


def test_spike_branch_turns_and_ends_where_the_reference_has_it():
    value, tolerance = REFERENCE["r4.jr.lc0"]["value"], REFERENCE["r4.jr.lc0"]["tolerance"]
    drive, period = fold_of_cycles()
    # The fit of degree 6 over +-3 % of the period leaves 1e-8.
    assert (drive, period) == pytest.approx(value["folds"][0], rel=tolerance)
    drive, period = value["end"]
    cycle = closed(jansen_rit, settled(SPIKE_START, [drive], 10.0)[:, 0], period, {"p": drive})
    assert cycle.period == pytest.approx(period, rel=tolerance)


def test_landmarks_of_the_diagram():
    def loop_gain(omega, y):
        gains = loop_gains(1j * omega, y, **P)
        return gains.excitatory + gains.inhibitory

    def miss(y):
        omega = brentq(lambda w: loop_gain(w, y).imag, 30.0, 100.0)
        return loop_gain(omega, y).real - 1

    # A Hopf point is where the loop's gain is 1 on the imaginary axis.
    hopfs = [brentq(miss, y - 0.05, y + 0.05, xtol=1e-12) for y in (6.74, 8.08, 5.94)]
    snic, *points = (float(equilibrium_drive(y, **P)) for y in (folds(**P)[0], *hopfs, folds(**P)[1]))
    check(REFERENCE["r4.jr.range"], [snic, fold_of_cycles()[0], *points])
    printed("r9.6", snic, fold_of_cycles()[0], *points)
