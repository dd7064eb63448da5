"""Branches of equilibria: whole published diagrams, exact folds, closed curves, and branches from anywhere."""

import os

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import rosetta_core as rc
from rosetta_core.analysis.continuation import continuation
from rosetta_core.analysis.fixed_points import fixed_points
from rosetta_core.models.jansen_rit import equilibrium_drive


def kinds(branch):
    return [(event.kind, event.detail) for event in branch.events]


def residual(branch):
    """Largest rate of change along a branch, in units of the terms that it is the sum of."""
    worst, size = 0.0, np.array([row.high - row.low for row in branch.problem.model.state])
    width = np.ptp(branch.values)
    for x, value in zip(branch.x, branch.values, strict=True):
        terms = np.abs(branch.problem.jacobian(x, value)) @ np.maximum(np.abs(x), size)
        terms += np.abs(branch.problem.by_value(x, value)) * max(abs(value), width)
        worst = max(worst, float(np.max(np.abs(branch.problem.f(x, value)) / np.maximum(terms, 1e-300))))
    return worst


def test_jansen_rit_diagram():
    branch = continuation(rc.jansen_rit, "p", (-100.0, 400.0))
    assert kinds(branch) == [
        ("end", "span"), ("fold", ""), ("fold", ""), ("hopf", "subcritical"), ("hopf", "supercritical"),
        ("hopf", "supercritical"), ("end", "span"),
    ]  # fmt: skip
    snic, _, low, high, back, fold = REFERENCE["r4.jr.range"]["value"]
    check(REFERENCE["r4.jr.range"], [event.value for event in branch.events[1:-1]], [snic, fold, back, low, high])
    for k in range(3):
        row, event = REFERENCE[f"r4.jr.hopf{k}"], branch.events[3 + k]
        check(row, [event.value, event.frequency], [row["value"]["p"], row["value"]["f_Hz"]], tolerance=1e-8)
        check(row, event.x[1] - event.x[2], row["value"]["y"])
    for k in range(2):
        row = REFERENCE[f"r4.jr.sn{k}"]
        check(row, branch.events[1 + k].value, row["value"]["p"])
    # Every point is on the closed-form branch p(y), whose slope is at most 60 1/(s mV) here, and y good to 1e-12.
    p = {row.name: row.default for row in rc.jansen_rit.params}
    np.testing.assert_allclose(branch.values, equilibrium_drive(branch["output"], **p), atol=1e-8)
    np.testing.assert_array_equal(branch["output"], branch["y1"] - branch["y2"])
    assert residual(branch) < 1e-12
    # Away from where there are three.
    for drive, stable in ((-80.0, True), (250.0, False), (380.0, True)):
        near = np.abs(branch.values - drive)
        assert bool(branch.stable[near.argmin()]) == stable


def test_both_sections_of_the_wilson_cowan_figure():
    # Figure 5.1 of doi:10.1016/j.physrep.2026.05.004, to the digits of the ladder.
    branch = continuation(rc.wilson_cowan, "P_E", (-6.0, 6.0))
    wanted = [("fold", -3.30048), ("fold", -3.59005), ("hopf", 1.53150)]
    assert [event.kind for event in branch.events[1:-1]] == [kind for kind, _ in wanted]
    np.testing.assert_allclose([event.value for event in branch.events[1:-1]], [v for _, v in wanted], atol=6e-6)
    branch = continuation(rc.wilson_cowan, "P_I", (-10.0, 0.0), u={"P_E": 0.0})
    assert kinds(branch)[1:-1] == [("hopf", "supercritical")] * 2
    # Symmetric about -5, as the equations are.
    low, high = branch.events[1:-1]
    assert low.value + high.value == pytest.approx(-10.0, abs=1e-10)
    assert high.value == pytest.approx(-3.29318, abs=6e-6)


@pytest.mark.parametrize("name", ["wc72", "wc72k1"])
def test_wilson_cowan_1972_diagram(name):
    model = rc.wilson_cowan.with_preset("wilson_cowan_1972" + name[4:].replace("k1", "_k1"))
    branch = continuation(model, "P_E", (0.0, 4.0))
    folds = [event.value for event in branch.events if event.kind == "fold"]
    check(REFERENCE[f"r3.{name}.sn"], folds, [row[0] for row in REFERENCE[f"r3.{name}.sn"]["value"]])
    (hopf,) = [event for event in branch.events if event.kind == "hopf"]
    check(REFERENCE[f"r3.{name}.hopf0"], hopf.value, REFERENCE[f"r3.{name}.hopf0"]["value"]["P"], tolerance=1e-8)


def test_laminar_diagram():
    branch = continuation(rc.lanmm, "p_P1", (-100.0, 600.0), u={"p_P2": 0.0})
    found = [(event.kind, event.value) for event in branch.events[1:-1]]
    # Figure 6.4, to the digits of the ladder, with 33.7 for the synapse from SST to P1.
    wanted = [("fold", 103.870), ("fold", -65.299), ("hopf", 363.312), ("hopf", 454.644)]
    assert [kind for kind, _ in found] == [kind for kind, _ in wanted]
    np.testing.assert_allclose([v for _, v in found], [v for _, v in wanted], atol=6e-4)
    other = continuation(rc.lanmm, "p_P1", (300.0, 600.0), p={"C2": 33.75}, u={"p_P2": 0.0})
    hopfs = [event.value for event in other.events if event.kind == "hopf"]
    np.testing.assert_allclose(hopfs, [365.097, 455.757], atol=6e-4)


def test_gamma_diagrams():
    row = REFERENCE["r5.ing2.hopf"]
    branch = continuation(rc.ing, "I", (0.0, 90.0))
    hopfs = [event.value for event in branch.events if event.kind == "hopf"]
    check(row, hopfs, [one["par"] for one in row["value"]])
    branch = continuation(rc.ping, "I_E", (-3.0, 20.0), u={"I_I": 0.0})
    # The drive into the excitatory cells alone: the ladder has -0.537, 0.149 and 0.8708.
    found = [event.value for event in branch.events[1:-1]]
    np.testing.assert_allclose(found, [0.149, -0.537, 0.8708], atol=5e-4)


def test_mean_field_bistability():
    row = REFERENCE["r5.mpr.sn.D1J15"]
    branch = continuation(rc.mpr, "eta_bar", (-10.0, 0.0), p={"tau": 1.0, "eta_bar": -6.0})
    folds = [event for event in branch.events if event.kind == "fold"]
    check(row, [*(event.value for event in folds), *(event.x[0] for event in folds)])
    # At eta = -5 there are three: the ladder has r = 0.081134 (node), 0.472980 (saddle), 1.030597 (focus).
    crossing = np.flatnonzero(np.diff(np.sign(branch.values + 5.0)))
    assert [int(branch.n_unstable[k]) for k in crossing] == [0, 1, 0]
    assert [bool(branch.eigenvalues[k].imag.any()) for k in crossing] == [False, False, True]


def test_forced_stuart_landau_folds():
    for F in (0.1, 0.3, 0.5, 0.8, 1.2):
        for c in (0.0, 1.0):
            row = REFERENCE[f"r2.force.a1b1c{c:.0f}.F{F}.sn"]
            p, u = {"alpha": 1.0, "gamma": 1.0, "beta": c}, {"u_re": F}
            found = []
            # Where folds come in two branches (a closed one and the rest), all that cross two lines are followed.
            for omega in (c + 0.01, -4.0):
                for rest in fixed_points(rc.stuart_landau, p | {"omega": omega}, u):
                    branch = continuation(
                        rc.stuart_landau, "omega", (-6.0, 8.0), p=p | {"omega": omega}, u=u, x0=rest.x
                    )
                    assert residual(branch) < 1e-12
                    found += [(e.x @ e.x, e.value) for e in branch.events if e.kind == "fold"]
            wanted = row["value"]
            for rho, nu, _ in wanted:
                off = [max(abs(r - rho), abs(v - nu)) for r, v in found]
                # At F = 1/2, c = 0 two folds are Bogdanov-Takens points, too: rho = 1/2.
                assert min(off) < 1e-8
            for r, v in found:
                assert min(max(abs(r - rho), abs(v - nu)) for rho, nu, _ in wanted) < 1e-8


def test_isolated_branch_comes_back_to_its_start():
    # Weak drive: the locked states form a closed curve around the cycle, the third lies near zero.
    p, u = {"alpha": 1.0, "gamma": 1.0, "beta": 0.0, "omega": 0.0}, {"u_re": 0.3}
    branch = continuation(rc.stuart_landau, "omega", (-2.0, 2.0), p=p, u=u, x0=[1.1, 0.02])
    assert kinds(branch) == [("end", "closed"), ("fold", ""), ("fold", ""), ("end", "closed")]
    wanted = abs(REFERENCE["r2.force.a1b1c0.F0.3.sn"]["value"][0][1])
    np.testing.assert_allclose([abs(e.value) for e in branch.events[1:-1]], wanted, rtol=1e-10)


def test_theta_neuron_turns_at_its_saddle_node():
    branch = continuation(rc.theta, "eta", (-1.0, 1.0), p={"eta": -0.5}, u={"I": 0.0}, x0=[-1.2])
    (fold,) = [event for event in branch.events if event.kind == "fold"]
    # cos(theta) = (1 + eta)/(1 - eta): the fold is at eta = 0, theta = 0.
    np.testing.assert_allclose([fold.value, fold.x[0]], 0.0, atol=1e-10)


def test_a_phase_oscillator_is_locked_on_a_closed_curve_of_angles():
    branch = continuation(rc.kuramoto, "u", (-20.0, 20.0), p={"omega": 0.0}, u={"h_sin": 3.0, "h_cos": 4.0}, x0=[0.5])
    assert branch.events[0].detail == "closed"
    folds = sorted(event.value for event in branch.events if event.kind == "fold")
    # Locked where |u| <= sqrt(3^2 + 4^2).
    np.testing.assert_allclose(folds, [-5.0, 5.0], rtol=1e-12)


def test_two_populations_that_push_each_other_branch_at_a_pitchfork():
    # In the mode (1, 1) the pair is a population with J + g tau, in the mode (1, -1) one with J - g tau: with J = 0
    # and g = -0.2 the second has the folds of J tau = 15 (r5.mpr.sn.D1J15, at the same r), the first none.
    row = REFERENCE["r5.mpr.sn.D1J15"]
    net = rc.network(rc.mpr, [[0.0, 1.0], [1.0, 0.0]], gain=-15.0, coupling="additive")
    branch = continuation(net, "eta_bar", (-5.0, 40.0), p={"tau": 1.0, "J": 0.0, "eta_bar": 0.0})
    assert branch["r"].shape == branch["output"].shape == (len(branch.values), 2)
    np.testing.assert_allclose(branch["r"][:, 0], branch["r"][:, 1], rtol=1e-9)
    points = [event for event in branch.events if event.kind == "branch point"]
    check(row, [event.x[0] for event in points], row["value"][2:])
    # On the branch of equal nodes eta differs by what they hear, 2 J r.
    check(row, [event.value - 30.0 * event.x[0] for event in points], row["value"][:2])


def test_a_branch_may_run_to_infinity():
    # gamma -> 0 leaves alpha z + u = gamma |z|^2 z: the state on the cycle's circle goes as 1/sqrt(gamma).
    p = {"alpha": 1.0, "omega": 0.0, "beta": 0.0, "gamma": 1.0}
    branch = continuation(rc.stuart_landau, "gamma", (-1.0, 2.0), p=p, u={"u_re": 0.2}, x0=[1.1, 0.0])
    end = branch.events[0]
    assert end.detail == "infinity"
    # A hundred ranges of 4: z = 400 = sqrt(alpha/gamma), corrected by u.
    assert end.value == pytest.approx(400.0**-2, rel=1e-3)


def test_what_cannot_be_done_is_told():
    with pytest.raises(ValueError, match="no equilibrium was found near x0 at p = 220"):
        continuation(rc.jansen_rit, "p", (0.0, 400.0), p={"r": 5.0}, x0=[1e9, 0, 0, 0, 0, 0])
    with pytest.raises(ValueError, match="wants a span of two different values, got"):
        continuation(rc.mpr, "tau", (0.0, 1.0))
    with pytest.raises(ArithmeticError, match="20 steps did not come to an end; the last point was p = "):
        continuation(rc.jansen_rit, "p", (-100.0, 400.0), most=20)
    branch = continuation(rc.mpr, "eta_bar", (-10.0, 0.0))
    with pytest.raises(KeyError, match="has no state 'R'"):
        branch["R"]


@pytest.mark.parametrize("model", rc.MODELS, ids=lambda model: model.name)
@settings(max_examples=int(os.environ.get("DRAWS", "20")), phases=(Phase.generate,))
@given(data=st.data())
def test_from_anywhere(model, data):
    """A branch, all of it converged, or an error that names the quantity and the value reached."""

    def inside(rows):
        return np.array([row.low + (row.high - row.low) * data.draw(st.floats(0.0, 1.0)) for row in rows])

    p, u = inside(model.params), inside(model.inputs)
    row = data.draw(st.sampled_from((*model.params, *model.inputs)))
    try:
        branch = continuation(model, row.name, (row.low, row.high), p=p, u=u)
    except (ValueError, ArithmeticError) as error:
        assert f"{row.name} = " in str(error)
        return
    assert residual(branch) < 1e-9
    assert {event.kind for event in branch.events} <= {"fold", "hopf", "branch point", "end"}
    # The span, but for the rounding of a division by its width.
    edge = 4e-16 * max(abs(row.low), abs(row.high))
    assert (branch.values >= row.low - edge).all() and (branch.values <= row.high + edge).all()
