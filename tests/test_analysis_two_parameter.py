"""Curves of folds and Hopf points in two quantities: exact cusps and double zeros, and what happens on either side."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check

import rosetta_core as rc
from rosetta_core.analysis.continuation import continuation
from rosetta_core.analysis.hopf import fold, hopf
from rosetta_core.analysis.two_parameter import bogdanov_takens, cusp, two_parameter

PLANE = ("P_E", "P_I")
SPANS = ((-10.0, 10.0), (-12.0, 2.0))


def of_kind(curve, kind):
    return [event for event in curve.events if event.kind == kind]


def test_wilson_cowan_fold_and_hopf_curves_meet_where_the_closed_form_says():
    # tr = 0 and det = 0 for w_EE = w_EI = w_IE = 12, w_II = 2, slopes s = x (1 - x): 12 s_x = 2 + 2 s_y and
    # 144 s_x s_y = (1 + 2 s_y)^2, a quadratic: the ladder has s_y = 0.0477226, s_x = 0.1746204.
    s_y = min(np.roots([20.0, 20.0, -1.0]).real, key=abs)
    s_x = (2 + 2 * s_y) / 12
    E, I = (0.5 - np.sqrt(0.25 - s) for s in (s_x, s_y))
    exact = [np.log(E / (1 - E)) - 12 * E + 12 * I, np.log(I / (1 - I)) - 12 * E + 2 * I]
    branch = continuation(rc.wilson_cowan, "P_E", (-6.0, 6.0))
    fold_event, hopf_event = (next(e for e in branch.events if e.kind == kind) for kind in ("fold", "hopf"))
    folds = two_parameter(rc.wilson_cowan, fold_event, PLANE, SPANS)
    (meeting,) = of_kind(folds, "bogdanov-takens")
    np.testing.assert_allclose(meeting.values, (-3.33659, -5.54411), atol=5e-6)
    np.testing.assert_allclose(meeting.values, exact, atol=1e-9)
    hopfs = two_parameter(rc.wilson_cowan, hopf_event, PLANE, SPANS)
    (meeting,) = of_kind(hopfs, "bogdanov-takens")
    # The mirror point: E -> 1 - E, I -> 1 - I.
    np.testing.assert_allclose(meeting.values, [-exact[0], -10.0 - exact[1]], atol=1e-9)
    assert meeting.frequency == 0.0 and (hopfs.frequency[1:-1] > 0).all()
    # Every point of the curve has trace zero.
    for x, (P_E, P_I) in zip(hopfs.x, hopfs.values, strict=True):
        assert abs(np.trace(rc.jacobian(rc.wilson_cowan, x, u={"P_E": P_E, "P_I": P_I}))) < 1e-7


def test_criticality_changes_where_the_curve_says():
    point = hopf(rc.wilson_cowan, "P_E", (1.0, 2.0))
    curve = two_parameter(rc.wilson_cowan, point, PLANE, SPANS)
    (change,) = of_kind(curve, "generalised hopf")
    found = {}
    for k in (-1, 1):
        P_I = change.values[1] + 0.2 * k
        nearest = np.abs(curve.values[:, 1] - P_I).argmin()
        P_E = curve.values[nearest, 0]
        beside = hopf(
            rc.wilson_cowan, "P_E", (P_E - 0.3, P_E + 0.3), u={"P_I": curve.values[nearest, 1]}, x0=curve.x[nearest]
        )
        assert beside.value == pytest.approx(P_E, abs=1e-8)
        found[k] = beside.criticality
    assert set(found.values()) == {"subcritical", "supercritical"}


def test_three_hopf_points_of_jansen_rit_are_one_curve():
    branch = continuation(rc.jansen_rit, "p", (-100.0, 400.0))
    events = [event for event in branch.events if event.kind == "hopf"]
    ends = []
    for event in events:
        curve = two_parameter(rc.jansen_rit, event, ("p", "B"), ((-200.0, 600.0), (5.0, 60.0)))
        (meeting,) = of_kind(curve, "bogdanov-takens")
        (change,) = of_kind(curve, "generalised hopf")
        ends.append([*meeting.values, *change.values])
    np.testing.assert_allclose(ends, [ends[0]] * 3, rtol=1e-7)
    # The lower end is on the curve of folds, too.
    lower = next(event for event in branch.events if event.kind == "fold" and event.value < 0)
    curve = two_parameter(rc.jansen_rit, lower, ("p", "B"), ((-200.0, 600.0), (5.0, 60.0)))
    (meeting,) = of_kind(curve, "bogdanov-takens")
    np.testing.assert_allclose(meeting.values, ends[0][:2], rtol=1e-7)


def test_mean_field_cusp_is_exact():
    row = REFERENCE["r5.mpr.cusp.D1"]
    start = fold(rc.mpr, "eta_bar", (-4.0, -2.5), p={"tau": 1.0})
    curve = two_parameter(rc.mpr, start, ("eta_bar", "J"), ((-10.0, 0.0), (0.0, 20.0)), p={"tau": 1.0})
    (event,) = of_kind(curve, "cusp")
    check(row, [*event.values, event.x[0]])
    found = cusp(rc.mpr, ("eta_bar", "J"), (-2.0, 9.0), p={"tau": 1.0})
    check(row, [*found.values, found.x[0]])
    # For another width: J_c = (8 pi/3) (3/4)^(1/4) sqrt(Delta), eta_c = -sqrt(3) Delta.
    found = cusp(rc.mpr, ("eta_bar", "J"), (-4.0, 12.0), p={"tau": 0.02, "Delta": 2.0})
    exact = [-2 * np.sqrt(3.0), 8 * np.pi / 3 * 0.75**0.25 * np.sqrt(2.0)]
    np.testing.assert_allclose(found.values, exact, rtol=1e-9)


@pytest.mark.parametrize("c", [0.0, 1.0])
def test_forced_stuart_landau_double_zeros_and_cusps_are_exact(c):
    p = {"alpha": 1.0, "gamma": 1.0, "beta": c}
    names, spans = ("omega", "u_re"), ((-2.0, 5.0), (0.01, 3.5))
    for find, key in ((bogdanov_takens, "BT"), (cusp, "cusp")):
        row = REFERENCE[f"r2.force.a1b1c{c:.0f}.{key}"]
        found = [
            find(rc.stuart_landau, names, (nu + 0.02, F + 0.01), p=p, spans=spans).values for nu, F in row["value"]
        ]
        check(row, found)


def test_forced_stuart_landau_hopf_curve():
    # F^2 = rho [(alpha/2)^2 + (nu - rho c)^2] with rho = alpha/(2 gamma), where the determinant is positive.
    p = {"alpha": 1.0, "gamma": 1.0, "beta": 0.0}
    start = hopf(rc.stuart_landau, "omega", (0.9, 1.2), p=p, u={"u_re": 0.8})
    curve = two_parameter(rc.stuart_landau, start, ("omega", "u_re"), ((-2.0, 3.0), (0.0, 2.0)), p=p, u={"u_re": 0.8})
    nu, F = curve.values.T
    np.testing.assert_allclose(F**2, 0.5 * (0.25 + nu**2), rtol=1e-10)
    np.testing.assert_allclose(curve.frequency, np.sqrt(np.maximum(nu**2 - 0.25, 0.0)) / (2 * np.pi), atol=1e-6)
    (meeting,) = of_kind(curve, "bogdanov-takens")
    check(REFERENCE["r2.force.a1b1c0.BT"], meeting.values, REFERENCE["r2.force.a1b1c0.BT"]["value"][0])


def test_no_double_zero_below_the_threshold_of_cross_coupling():
    # The ladder: w_EI w_IE > 43.2 for w_EE = 12, w_II = 2.
    near = (-3.3, -5.5)
    for weight, exists in ((np.sqrt(43.3), True), (np.sqrt(43.1), False)):
        p = {"w_EI": weight, "w_IE": weight}
        if exists:
            assert bogdanov_takens(rc.wilson_cowan, PLANE, near, p=p).kind == "bogdanov-takens"
        else:
            with pytest.raises(ValueError, match="no bogdanov-takens point on a curve of folds near"):
                bogdanov_takens(rc.wilson_cowan, PLANE, near, p=p)


def test_what_cannot_be_followed_is_told():
    point = hopf(rc.wilson_cowan, "P_E", (1.0, 2.0))
    with pytest.raises(ValueError, match=r"no hopf at P_E = 1.53150104 with the p and u given"):
        two_parameter(rc.wilson_cowan, point, PLANE, SPANS, p={"w_EE": 8.0})
    with pytest.raises(ValueError, match="two different names and a span for each"):
        two_parameter(rc.wilson_cowan, point, ("P_E", "P_E"), SPANS)
    end = continuation(rc.wilson_cowan, "P_E", (-6.0, 6.0)).events[0]
    with pytest.raises(ValueError, match="a fold or a Hopf point is wanted"):
        two_parameter(rc.wilson_cowan, end, PLANE, SPANS)
    with pytest.raises(ValueError, match="near wants two finite values"):
        cusp(rc.mpr, ("eta_bar", "J"), (np.nan, 1.0))
