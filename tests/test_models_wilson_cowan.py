"""Wilson-Cowan: its explicit equilibria against independent values, the Jacobian and simulations."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check, derivative, rhythm

import rosetta_core as rc
from rosetta_core.models.wilson_cowan import (
    bogdanov_takens,
    bogdanov_takens_threshold,
    branch,
    entries,
    equilibria,
    linear,
    locus,
    special_points,
    wilson_cowan,
)

SWEEPS = (("figure_5_1a", "P_E"), ("figure_5_1b", "P_I"), ("abeysuriya_2018", "P_E"))
SETS = {"wc72": "wilson_cowan_1972", "wc72k1": "wilson_cowan_1972_k1", "wcdaf": "daffertshofer_van_wijk_2011"}
every_set = pytest.mark.parametrize("name", SETS)


def numbers(model, **inputs):
    p = [row.default for row in model.params]
    return p, [inputs.get(row.name, row.default) for row in model.inputs]


def jacobian_at(model, E, I, P_E, P_I=0.0):
    return rc.jacobian(model, [E, I], *numbers(model, P_E=P_E, P_I=P_I))


@every_set
def test_folds_and_hopf_points_are_those_of_independent_code(name):
    model = wilson_cowan.with_preset(SETS[name])
    points = special_points(model, u={"P_I": 0.0})
    folds = [(f.P, f.E, f.I, float(linear(f.E, f.I, model).trace)) for f in points if f.kind == "fold"]
    row = REFERENCE[f"r3.{name}.sn"]
    wanted = np.array(sorted(row["value"]))
    check(row, np.array(sorted(folds))[:, :3], wanted[:, :3])
    # Of the fourth entry ("trace sign value") only the sign is meant: it is off the trace at the fold by up to 5e-4.
    assert np.array_equal(np.sign([fold[3] for fold in sorted(folds)]), np.sign(wanted[:, 3]))
    (hopf,) = (point for point in points if point.kind == "hopf")
    row = REFERENCE[f"r3.{name}.hopf0"]
    wanted = [row["value"][key] for key in ("P", "E", "I", "f_Hz", "omega")]
    check(row, [hopf.P, hopf.E, hopf.I, hopf.frequency, 2 * np.pi * hopf.frequency], wanted)


@every_set
def test_growth_and_turning_at_the_hopf_point_are_those_of_independent_code(name):
    model, row = wilson_cowan.with_preset(SETS[name]), REFERENCE[f"r3.{name}.hopf0"]
    hopf = next(point for point in special_points(model) if point.kind == "hopf")

    def pair(P):
        ((E, I),) = (x for x in equilibria(model, u={"P_E": P}) if abs(x[0] - hopf.E) < 0.01)
        found, vectors = np.linalg.eig(jacobian_at(model, E, I, P))
        return found[found.imag.argmax()], vectors[:, found.imag.argmax()]

    slope, q = derivative(lambda P: pair(P)[0], hopf.P, 2e-4), np.abs(pair(hopf.P)[1])
    assert row["value"]["kind"] == "supercritical"
    wanted = [row["value"][key] for key in ("Re_dlam_dP", "Im_dlam_dP", "absqE", "absqI")]
    # Eigenvalues change on a scale of 0.03 in P: truncation (h/0.03)^4/30; equilibria to 1e-12 move them by 1e-9.
    check(row, [slope.real, slope.imag, *q], wanted)


@every_set
def test_loop_at_the_hopf_point_is_that_of_independent_code(name):
    model, row = wilson_cowan.with_preset(SETS[name]), REFERENCE[f"r7.wc.{name}.0"]
    hopf = next(point for point in special_points(model) if point.kind == "hopf")
    (J_EE, J_EI), (J_IE, J_II) = J = jacobian_at(model, hopf.E, hopf.I, hopf.P)
    # The input found to 1e-11 moves the slopes, a few hundred 1/s, by as much.
    np.testing.assert_allclose(entries(hopf.E, hopf.I, model), J, rtol=1e-10)
    w = 2j * np.pi * hopf.frequency
    open_loop = J_EI * J_IE / ((w - J_EE) * (w - J_II))
    angles = np.degrees(np.angle([open_loop, 1 / (w - J_EE), 1 / (w - J_II)]))
    check(row, [hopf.frequency, J_EE, J_EI, J_IE, J_II, abs(open_loop), *angles])


@pytest.mark.parametrize(("name", "P"), [("wc72", "0"), ("wc72", "1.25"), ("wc72k1", "0"), ("wc72k1", "1.25"),
                                         ("wcdaf", "0.5"), ("wcdaf", "1")])  # fmt: skip
def test_equilibria_and_their_eigenvalues_are_those_of_independent_code(name, P):
    row = REFERENCE[f"r3.{name}.fp.P{P}"]
    model, P = wilson_cowan.with_preset(SETS[name]), float(P)
    found, wanted = equilibria(model, u={"P_E": P}), np.array(row["value"])
    # The reference is good to 1e-7; rest without input is exactly 0, here to the 1e-12 of the search.
    np.testing.assert_allclose(found, wanted[:, :2], rtol=row["tolerance"], atol=1e-12)
    for (E, I), line in zip(found, wanted, strict=True):
        eigenvalues = np.linalg.eigvals(jacobian_at(model, E, I, P))
        order = np.lexsort((-eigenvalues.imag, -eigenvalues.real))
        check(row, [part for v in eigenvalues[order] for part in (v.real, v.imag)], line[2:])


def test_figure_5_1_is_where_the_paper_has_it():
    a, b = (wilson_cowan.with_preset(f"figure_5_1{part}") for part in "ab")
    found = [(point.kind, point.P) for point in special_points(a)]
    wanted = [("fold", -3.59005), ("fold", -3.30048), ("hopf", 1.53150)]
    assert [kind for kind, _ in found] == [kind for kind, _ in wanted]
    # Half a unit of the last digit given.
    np.testing.assert_allclose([P for _, P in found], [P for _, P in wanted], atol=5e-6, rtol=0)
    assert 2 * np.pi * special_points(a)[2].frequency * 0.01 == pytest.approx(1.75254, abs=5e-6)
    one, two = special_points(b, sweep="P_I")
    assert pytest.approx((-6.70682, -3.29318), abs=5e-6) == (one.P, two.P)
    # Mirror images: E and I to 1 - E and 1 - I, P_I to -10 - P_I; the roots are found to 1e-11.
    assert pytest.approx(-10, abs=1e-10) == one.P + two.P
    assert 2 * np.pi * 0.01 * two.frequency == pytest.approx(2.16781, abs=5e-6)


def test_published_sets_that_do_not_sing_by_themselves():
    model = wilson_cowan.with_preset("abeysuriya_2018")
    hopf = next(point for point in special_points(model) if point.kind == "hopf")
    # Digits of the table this is held to.
    assert (hopf.P, hopf.frequency) == pytest.approx((0.39606, 12.89), abs=5e-3)
    ((E, I),) = equilibria(model)
    pair = np.linalg.eigvals(jacobian_at(model, E, I, 0.31))
    assert (pair.real < 0).all() and abs(pair.imag).max() / (2 * np.pi) == pytest.approx(9.3, abs=0.05)
    other = {"w_EE": 3.5}  # the value of other programs, as the preset's note says, to its digits
    hopf = next(point for point in special_points(model, p=other) if point.kind == "hopf")
    (rest,) = rc.fixed_points(model, p=other)
    assert pytest.approx(0.33587, abs=5e-6) == hopf.P
    assert abs(rest.eigenvalues.imag).max() / (2 * np.pi) == pytest.approx(10.0, abs=0.05)
    plain = wilson_cowan.with_preset("wilson_cowan_1972")
    points = special_points(plain, p={"shift": 0.0, "r_E": 0.0, "r_I": 0.0, "k_E": 1.0, "k_I": 1.0})
    assert {point.kind for point in points} == {"fold"}
    assert [point.P for point in points[:2]] == pytest.approx([0.7531, 0.9698], abs=5e-5)


@pytest.mark.parametrize("name", [preset.name for preset in wilson_cowan.presets])
@pytest.mark.parametrize("sweep", ["P_E", "P_I"])
def test_branch_is_where_the_slope_vanishes_and_linear_is_its_jacobian(name, sweep):
    model = wilson_cowan.with_preset(name)
    fixed = "P_I" if sweep == "P_E" else "P_E"
    here = dict(zip(("P_E", "P_I"), numbers(model)[1], strict=True))[fixed]
    lines = branch(np.linspace(-6, 8, 41), model, sweep=sweep)
    inside = np.isfinite(lines.P)
    assert inside.sum() >= 3
    for E, I, P in zip(*(column[inside] for column in lines), strict=True):
        u = {sweep: float(P), fixed: here}
        slope = model.rhs(0.0, (E, I), *(tuple(v) for v in numbers(model, **u)))
        # Rounding in x of 1e-15 |weight| and in the logarithm, over tau >= 0.008 s.
        np.testing.assert_allclose(slope, 0, atol=1e-14 * 20 / 0.008)
        J = jacobian_at(model, E, I, **u)
        trace, determinant = linear(E, I, model)
        assert trace == pytest.approx(np.trace(J), rel=1e-9, abs=1e-9)
        assert determinant == pytest.approx(np.linalg.det(J), rel=1e-8, abs=1e-6)


def test_no_equilibrium_is_missed_next_to_a_fold_or_anywhere():
    model = wilson_cowan.with_preset("figure_5_1a")
    low, high = (point.P for point in special_points(model)[:2])
    counts = [len(equilibria(model, u={"P_E": P})) for P in (low - 1e-9, low + 1e-9, high - 1e-9, high + 1e-9)]
    assert counts == [1, 3, 3, 1]
    three = equilibria(model, u={"P_E": -3.4})
    assert (np.diff(three[:, 0]) > 0).all()
    for E, I in three:
        assert np.abs(model.rhs(0.0, (E, I), *(tuple(v) for v in numbers(model, P_E=-3.4)))).max() < 1e-9


def test_published_equilibria():
    # A unit of the last digit.
    found = equilibria(wilson_cowan.with_preset("neuromatch_bistable"))
    np.testing.assert_allclose(found, [[0, 0], [0.337, 0.168], [0.938, 0.673]], atol=1e-3)
    model = wilson_cowan.with_preset("neuromatch_cycle")
    # More input to I lowers the rate of I where E amplifies itself, and raises it where E does not.
    for P_E, rates_of_I in ((1.5, [0.515, 0.506]), (2.5, [0.652, 0.674])):
        found = [equilibria(model, u={"P_E": P_E, "P_I": P_I})[0, 1] for P_I in (0.0, 0.2)]
        assert found == pytest.approx(rates_of_I, abs=1e-3)
        amplifies = entries(*equilibria(model, u={"P_E": P_E})[0], model)[0, 0] > 0
        assert amplifies == (P_E < 2)


def test_rhythm_at_birth_grows_with_the_square_root_and_starts_at_the_frequency_of_the_hopf_point():
    model = wilson_cowan.with_preset("figure_5_1a")
    hopf = special_points(model)[2]
    inputs = {"P_E": hopf.P - np.array([0.1, 0.05, 0.02, 0.01])}
    # The nearest attracts at 2 x 0.166/s: 60 s leave exp(-20) of what the start is off. RK4 feigns a growth rate of
    # (omega dt)^6/(144 dt) = 6e-8/s, which is nothing against 0.166/s.
    start = rc.simulate(model, 60.0, 2e-4, x0=[hopf.E + 0.03, hopf.I], u=inputs, every=300_000).x[-1]
    run = rc.simulate(model, 0.3, 2e-4, x0=start, u=inputs)
    found = [rhythm(run, lambda x: x[0], *numbers(model, P_E=P), node=k) for k, P in enumerate(inputs["P_E"])]
    # A unit and a half of the last digit of the table this is held to.
    half = [0.5 * (beat.high - beat.low) for beat in found]
    assert half == pytest.approx([0.048067, 0.034368, 0.021885, 0.015510], abs=1.5e-6)
    # Linear in the distance, so the ratio is 2 up to the next order, which is a few times the distance.
    off = np.array([beat.frequency for beat in found]) - hopf.frequency
    assert off[2] / off[3] == pytest.approx(2, abs=0.1)
    assert abs(off[3]) < 0.02 * hopf.frequency


@pytest.mark.parametrize(("name", "sweep"), SWEEPS)
def test_loci_pass_through_the_points_of_a_sweep(name, sweep):
    model = wilson_cowan.with_preset(name)
    swept, held = (0, 1) if sweep == "P_E" else (1, 0)
    points = special_points(model, sweep=sweep)
    assert points
    for point in points:
        near = locus(point.I, point.kind, model)[int(point.E > 0.5)][[swept, held, 2]]
        # Roots are found to 1e-11 in P, folds and trace both with slopes of order 1.
        assert near == pytest.approx([point.P, model.inputs[held].default, point.E], abs=1e-8)


def test_bogdanov_takens_points_and_threshold():
    assert bogdanov_takens_threshold(12.0, 2.0) == pytest.approx(43.2, rel=1e-15)
    points = bogdanov_takens(12.0, 12.0, 12.0, 2.0)
    assert points.shape == (4, 4)
    for wanted in ((-3.33659, -5.54411), (3.33659, -4.45589)):
        assert np.abs(points[:, :2] - wanted).max(axis=1).min() < 5e-6
    model = wilson_cowan.with_preset("figure_5_1a")
    for P_E, P_I, E, I in points:
        # There the fold locus and the trace zero meet; the Hopf locus ends, its determinant 0 up to rounding.
        assert locus(I, "fold", model)[int(E > 0.5)] == pytest.approx([P_E, P_I, E], abs=1e-10)
        assert np.isfinite(locus([I - 1e-6, I + 1e-6], "hopf", model)[int(E > 0.5), :, 0]).sum() == 1
        J = jacobian_at(model, E, I, P_E, P_I)
        assert np.abs(model.rhs(0.0, (E, I), *(tuple(v) for v in numbers(model, P_E=P_E, P_I=P_I)))).max() < 1e-10
        # Both eigenvalues vanish; entries are a few hundred 1/s.
        assert abs(np.trace(J)) < 1e-10 and abs(np.linalg.det(J)) < 1e-8
    # By brute force: the least product over the slopes that both sigmoids can have.
    for w_EE, w_II in ((12.0, 2.0), (20.0, 5.0), (9.0, 4.0), (16.0, 0.0)):
        s = np.linspace(1e-4, 0.25, 40001)
        s = s[(2 + w_II * s) / w_EE <= 0.25 + 1e-12]
        least = (w_EE * (1 + w_II * s) ** 2 / (s * (2 + w_II * s))).min()
        # The grid has a step of 6e-6 in s, on which the product varies by less than 1e-4 of itself.
        assert bogdanov_takens_threshold(w_EE, w_II) == pytest.approx(least, rel=2e-4)
    edge = bogdanov_takens_threshold(12.0, 2.0)
    assert bogdanov_takens(12.0, edge / 10 * 0.999, 10.0, 2.0).shape == (0, 4)
    assert bogdanov_takens(12.0, edge / 10 * 1.001, 10.0, 2.0).shape == (4, 4)


def test_without_self_excitation_nothing_is_born():
    points = special_points(wilson_cowan, p={"w_EE": 0.0})
    assert [point for point in points if point.kind == "hopf"] == []


def test_bad_requests_say_what_was_wanted():
    with pytest.raises(ValueError, match="'P_E' or 'P_I', got 'P'"):
        special_points(wilson_cowan, sweep="P")
    with pytest.raises(ValueError, match="cross weight is 0"):
        branch(0.0, wilson_cowan, p={"w_IE": 0.0})
    with pytest.raises(ValueError, match="the trace is never 0"):
        bogdanov_takens_threshold(6.0, 2.0)
    with pytest.raises(ValueError, match="one value per parameter"):
        equilibria(wilson_cowan, u={"P_E": [0.0, 1.0]})
    with pytest.raises(ValueError, match="w_EE"):
        rc.simulate(wilson_cowan, 0.1, 1e-3, p={"w_EE": -1.0})
