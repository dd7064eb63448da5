"""Cycles of Wilson-Cowan against values computed by independent code: at birth, along the branch, at their end."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, Cycle, check, closed, printed, rhythm

import rosetta_core as rc
from rosetta_core._jit import python_function
from rosetta_core.models.wilson_cowan import equilibria, linear, special_points, wilson_cowan

SETS = {"wc72": "wilson_cowan_1972", "wc72k1": "wilson_cowan_1972_k1", "wcdaf": "daffertshofer_van_wijk_2011"}
every_set = pytest.mark.parametrize("name", SETS)


def numbers(model, **inputs):
    p = [row.default for row in model.params]
    return p, [inputs.get(row.name, row.default) for row in model.inputs]


def settled(model, start, drives, settle, dt=1e-4):
    """States (2, n_drives) after `settle` s."""
    return rc.simulate(model, settle, dt, x0=start, u={"P_E": drives}, every=round(settle / dt)).x[-1]


def along(model, cycle, samples=4000):
    """`Rhythm` of E over three periods, and the multiplier: in the plane the exponential of the integral of the trace.

    On a closed orbit the rectangle rule is of every order, once a tenth of the samples resolves it.
    """
    dt = cycle.period / samples
    run = rc.simulate(model, 3 * cycle.period, dt, x0=cycle.x0, u=cycle.u)
    (p, u), field = numbers(model, **cycle.u), python_function(model.rhs)
    traces = [
        field(0.0, (E + 1e-30j, I), p, u)[0].imag / 1e-30 + field(0.0, (E, I + 1e-30j), p, u)[1].imag / 1e-30
        for E, I in run.x[:samples:10].tolist()
    ]
    return rhythm(run, lambda x: x[0], p, u, flat=0), float(np.exp(np.sum(traces) * 10 * dt))


@every_set
def test_cycles_from_the_start_of_the_reference(name):
    row = REFERENCE[f"r3.{name}.lcP"]
    model, dt = wilson_cowan.with_preset(SETS[name]), 1e-4
    drives = [line[0] for line in row["value"]]
    run = rc.simulate(model, 0.4, dt, x0=settled(model, [0.3, 0.1], drives, 6.0), u={"P_E": drives})
    found = []
    for node, P in enumerate(drives):
        beat = rhythm(run, lambda x: x[0], *numbers(model, P_E=P), node=node)
        # Of a steady state the reference gives the frequency, 0, alone.
        found.append((P, beat.frequency, beat.high, beat.low) if beat.frequency else (P, 0.0))
    assert [len(line) for line in found] == [len(line) for line in row["value"]]
    cycles = [[line for line in lines if len(line) == 4] for lines in (found, row["value"])]
    check(row, *cycles)
    if name == "wc72":
        _, frequency, high, low = found[drives.index(1.25)]
        check(REFERENCE["r3.wc72.period"], 1 / (frequency * 0.008))
        printed("r9.5", low, high, 1 / (frequency * 0.008))


@every_set
def test_cycles_near_their_birth(name):
    row = REFERENCE[f"r3.{name}.hopf0.lc"]
    model = wilson_cowan.with_preset(SETS[name])
    hopf = next(point for point in special_points(model) if point.kind == "hopf")
    # Half peak-to-peak of E, rad/s, multiplier; the columns between are predictions of a normal form.
    wanted = np.array([[line[0], line[1], line[4], line[7] or np.nan] for line in row["value"]])
    starts = settled(model, [hopf.E + 0.02, hopf.I], hopf.P + wanted[:, 0], 60.0)
    found = []
    for start, (distance, _, omega, _) in zip(starts.T, wanted, strict=True):
        cycle = closed(model, start, 2 * np.pi / omega, {"P_E": hopf.P + distance})
        shape, multiplier = along(model, cycle)
        # By differences the multiplier is good to 1e-8 of its distance from the other one, 1.
        assert cycle.multiplier == pytest.approx(multiplier, abs=1e-6)
        found.append([distance, 0.5 * (shape.high - shape.low), 2 * np.pi / cycle.period, multiplier])
    check(row, np.array(found)[:-1], wanted[:-1])
    check(row, found[-1][:3], wanted[-1, :3])


@pytest.mark.parametrize("name", ["wc72", "wc72k1"])
def test_branch_of_cycles(name):
    row = REFERENCE[f"r3.{name}.lcbranch0"]
    model, value = wilson_cowan.with_preset(SETS[name]), row["value"]
    points, lines = special_points(model), np.array(value["rows"])
    hopf = next(point for point in points if point.kind == "hopf")
    nearest = min((p.P for p in points if p.kind == "fold"), key=lambda P: abs(P - value["end_P"]))
    check(row, [hopf.P, nearest], [value["P_Hopf"], value["nearest_SN_P"]])
    found = []
    starts = settled(model, [hopf.E, hopf.I + 1e-3], lines[:2, 0], 60.0)
    for start, (P, period, *_) in zip(starts.T, lines[:2], strict=True):
        cycle = closed(model, start, period, {"P_E": P})
        shape, multiplier = along(model, cycle)
        found.append([P, cycle.period, shape.high, shape.low, multiplier])
    for P, period, *_ in lines[2:]:
        run = past_the_saddle(model, P, period)
        shape, turn = rhythm(run, lambda x: x[0], *numbers(model, P_E=P)), run.x[-round(period / 1e-4) :]
        _, multiplier = along(model, Cycle(turn[turn[:, 0].argmax()], period, {"P_E": P}, None), 20_000)
        found.append([P, 1 / shape.frequency, shape.high, shape.low, multiplier])
    check(row, np.array(found)[:, :4], lines[:, :4])
    # Of the multipliers from the seventh on, 1e-12 and less, the reference holds the rounding of its matrices.
    check(row, np.array(found)[:6], lines[:6])
    assert max(line[4] for line in found[6:]) < 1e-12
    assert [value["end_P"], value["end_T"]] == lines[-1, :2].tolist() and value["folds"] == []


def past_the_saddle(model, P, period):
    """Three turns or more on the cycle next to a saddle, from near the saddle, by 0.1 ms.

    A turn leaves 5e-3 of a disturbance, or less. RK4 at 10 us shifts the loop of the saddle by 1e-14 in P, where the
    period at the far end of the branch moves by 1e8 s per unit of P.
    """
    return rc.simulate(model, 1.0 + 4 * period, 1e-5, x0=beside_the_saddle(model, P)[0], u={"P_E": P}, every=10)


def beside_the_saddle(model, P, away=1e-6):
    """Point off the saddle along its unstable direction towards the cycle, the saddle, its eigenvalues, the rest."""
    rows = equilibria(model, u={"P_E": P})
    (k,) = (k for k, row in enumerate(rows) if linear(*row, model).determinant < 0)
    values, vectors = np.linalg.eig(rc.jacobian(model, rows[k], None, {"P_E": P}))
    # The cycle surrounds the equilibrium that is unstable, the rest is at the one that attracts.
    around, rest = sorted(rows[[k - 1, k + 1]], key=lambda row: linear(*row, model).trace, reverse=True)
    way = vectors[:, values.argmax()].real
    way = way * np.sign(way @ (around - rest))
    return rows[k] + away * way, rows[k], np.sort(values.real), rest


@every_set
def test_branch_ends_on_the_loop_of_a_saddle(name):
    row = REFERENCE[f"r3.{name}.hom"]
    model = wilson_cowan.with_preset(SETS[name])

    def comes_to_rest(drives):
        """Whether what leaves the saddle towards the cycle ends at rest, for each drive."""
        starts, _, _, rests = zip(*(beside_the_saddle(model, P) for P in drives), strict=True)
        end = settled(model, np.array(starts).T, drives, 1.5, 2e-5)
        return np.abs(end - np.array(rests).T).max(axis=0) < 0.02

    near = np.array(row["value"][0]) + np.array([-1e-3, 1e-3])
    for _ in range(6):
        drives = np.linspace(*near, 16)
        fates = comes_to_rest(drives)
        (turn,) = np.flatnonzero(fates[:-1] != fates[1:])
        near = drives[turn : turn + 2]
    # 2e-3 over 15^6 is 2e-10; a start 1e-6 off the saddle is 1e-12 off its unstable manifold.
    P = near.mean()
    _, saddle, values, _ = beside_the_saddle(model, P)
    check(row, [P, *saddle, *values, values.sum()])
