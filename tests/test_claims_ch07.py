"""The claims of chapter 7, each by the package's own kernels, against independent values where there are any."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check
from scipy.optimize import brentq

import rosetta_core as rc
from rosetta_core.models.wilson_cowan import (
    bogdanov_takens,
    bogdanov_takens_threshold,
    entries,
    equilibria,
    linear,
    locus,
    special_points,
)

WC = rc.wilson_cowan
SLICE = {"P_I": -6.0}
OLD, OLD_K1 = WC.with_preset("wilson_cowan_1972"), WC.with_preset("wilson_cowan_1972_k1")
ISN = WC.with_preset("neuromatch_cycle")


def near(found, wanted, slack):
    return (np.abs(np.subtract(found, wanted)) < slack).all()


def hopf_points(model, p=None, u=None, sweep="P_E"):
    return [point for point in special_points(model, p, u, sweep) if point.kind == "hopf"]


@pytest.mark.claim("c-7.1")
def test_without_self_excitation_the_trace_is_negative_everywhere():
    random = np.random.default_rng(3)
    names = ("w_EI", "w_IE", "w_II", "tau_E", "tau_I")
    for row in random.uniform([1, 1, 0, 0.002, 0.002], [20, 20, 10, 0.05, 0.05], (20, 5)):
        p = dict(zip(names, row, strict=True)) | {"w_EE": 0.0}
        E, I = random.uniform(0.001, 0.999, (2, 200))  # each is an equilibrium of some pair of inputs
        # J_EE = -1/tau_E exactly, and J_II is at most -1/tau_I; rounding is 1e-15 of them.
        most = (-1 / p["tau_E"] - 1 / p["tau_I"]) * (1 - 1e-12)
        assert (linear(E, I, WC, p).trace <= most).all()
        # And where nothing rests: states and inputs drawn apart.
        for state, drive in zip(random.uniform(0, 1, (20, 2)), random.uniform(-10, 10, (20, 2)), strict=True):
            u = {"P_E": drive[0], "P_I": drive[1]}
            assert np.trace(rc.jacobian(WC, state, p, u)) <= most
    # With equal time constants and slope 1 the trace can vanish for w_EE > 8, and for no less.
    E = np.linspace(0.01, 0.99, 99)
    assert np.isnan(locus(E, "hopf", WC, {"w_EE": 7.99, "w_II": 0.0})).all()
    assert np.isfinite(locus(E, "hopf", WC, {"w_EE": 8.01, "w_II": 0.0})).any()
    # The strongest loop of the declared range has no Hopf point.
    assert not hopf_points(WC, {"w_EE": 0.0, "w_EI": 20.0, "w_IE": 20.0}, SLICE)


@pytest.mark.claim("c-7.2")
def test_two_memories_and_a_saddle():
    model = WC.with_preset("neuromatch_bistable")
    points = equilibria(model)
    # Half a unit of the last digit printed.
    np.testing.assert_allclose(points, [[0, 0], [0.337, 0.168], [0.938, 0.672]], rtol=0, atol=5e-4)
    values = [np.linalg.eigvals(entries(*point, model)) for point in points]
    assert (values[0].real < 0).all() and (values[0].imag != 0).all()
    assert values[1].real.prod() < 0 and (values[1].imag == 0).all()
    assert (values[2].real < 0).all() and (values[2].imag == 0).all()
    (low, high) = (point for point in special_points(model) if point.kind == "fold")
    assert near([low.P, high.P], [-0.8410, 0.4575], 5.1e-5)


@pytest.mark.claim("c-7.3")
def test_the_slice_of_figure_5_1a():
    first, second, birth = special_points(WC, u=SLICE)
    assert [first.kind, second.kind, birth.kind] == ["fold", "fold", "hopf"]
    # Half a unit of the last digit printed.
    assert near([first.P, second.P, birth.P], [-3.59005, -3.30048, 1.53150], 5e-6)
    assert birth.frequency == pytest.approx(27.9, abs=0.05)
    swing = rc.cycles(WC, rc.hopf(WC, "P_E", (1.4, 1.6), u=SLICE), "P_E", (-6, 6), u=SLICE)
    assert [end.kind for end in swing.ends] == ["hopf", "snic"]
    assert swing.ends[1].value == pytest.approx(second.P, abs=1e-6)


@pytest.mark.claim("c-7.4")
def test_a_quarter_of_the_distance_doubles_the_period_at_a_snic():
    fold = special_points(WC, u=SLICE)[1].P
    late, soon = (
        rc.limit_cycle(WC, u=SLICE | {"P_E": fold + d}, x0={"E": 0.3, "I": 0.1}).period for d in (0.001, 0.004)
    )
    assert near([soon, late], [0.717, 1.477], 5e-4)
    assert near(late / soon, 2.06, 5e-3)


@pytest.mark.claim("c-7.5")
def test_the_rhythm_of_1972_ends_at_a_saddle_with_a_logarithm():
    P, _, _, _, escape, _ = REFERENCE["r3.wc72.hom"]["value"]
    folds = [point.P for point in special_points(OLD) if point.kind == "fold"]
    # The unstable eigenvalue of the saddle at that input, by the kernel: the reference's P is good to 1e-9.
    (saddle,) = (row for row in equilibria(OLD, u={"P_E": P}) if linear(*row, OLD).determinant < 0)
    assert max(np.linalg.eigvals(entries(*saddle, OLD)).real) == pytest.approx(escape, rel=1e-6)
    assert near(P, 1.06819, 5e-6) and near(escape, 26.94, 0.005)
    assert max(folds) == pytest.approx(1.08733, abs=5e-6) and max(folds) > P
    swing = rc.cycles(OLD, rc.hopf(OLD, "P_E", (1.8, 1.95)), "P_E", (0.9, 2.5))
    (far,), (close,) = (swing.at(P + d) for d in (1e-4, 1e-5))
    # The law has a correction of the order of d log d, and here the ends are 1e-4 away: 1 % of a step.
    assert close.period - far.period == pytest.approx(np.log(10) / escape, rel=0.02)
    assert np.log(10) / escape == pytest.approx(0.085, abs=5e-4)


@pytest.mark.claim("c-7.6")
def test_the_slice_of_figure_5_1b_has_two_soft_births():
    ends = hopf_points(WC, u={"P_E": 0.0}, sweep="P_I")
    # Half of the last digit that the sentence prints.
    assert [end.P for end in ends] == pytest.approx([-6.70682, -3.29318], abs=5e-6)
    assert len(special_points(WC, u={"P_E": 0.0}, sweep="P_I")) == 2
    for end in ends:
        assert end.frequency == pytest.approx(34.5, abs=0.05)
        assert rc.normal_form(WC, "P_I", end.P, u={"P_E": 0.0}, amplitude_of="E").criticality == "supercritical"


@pytest.mark.claim("c-7.7")
def test_bogdanov_takens_points_and_their_threshold():
    points = bogdanov_takens(12.0, 12.0, 12.0, 2.0)
    assert points.shape == (4, 4)
    assert points[0, :2] == pytest.approx([-3.33659, -5.54411], abs=5e-6)
    for P_E, P_I, E, I in points:
        u = {"P_E": P_E, "P_I": P_I}
        # They are at rest, and trace and determinant vanish there: rounding times the entries, 300 1/s and more.
        assert np.abs(WC.rhs(0.0, (E, I), tuple(row.default for row in WC.params), (P_E, P_I))).max() < 1e-10
        assert abs(np.trace(rc.jacobian(WC, [E, I], None, u))) < 1e-9
        assert abs(np.linalg.det(rc.jacobian(WC, [E, I], None, u))) < 1e-6
    assert bogdanov_takens_threshold(12.0, 2.0) == pytest.approx(43.2, rel=1e-12)
    assert bogdanov_takens(12.0, 6.5, 6.5, 2.0).size == 0 and bogdanov_takens(12.0, 6.6, 6.6, 2.0).size
    # The product along s_I, as the page writes it, falls to the threshold; a little above it the four are two pairs.
    s_I = points[0, 3] * (1 - points[0, 3])
    assert 6 * (4 + 1 / (s_I + s_I**2)) == pytest.approx(144, rel=1e-9)
    close = bogdanov_takens(12.0, 43.2 * (1 + 1e-12), 1.0, 2.0)
    # s_I is below 1/4 by about 1e-12 of it, and I off 1/2 by the root of that.
    assert np.abs(close[:2, 3] - 0.5).max() < 1e-5 and close[2, 2] - close[0, 2] > 0.1


@pytest.mark.claim("c-7.18")
@pytest.mark.parametrize(("P_I", "end"), [(-5.46, "homoclinic"), (-5.50, "snic"), (-7.2, "snic"), (-7.6, "homoclinic")])
def test_snic_and_homoclinic_end_join_away_from_the_bogdanov_takens_points(P_I, end):
    u = {"P_I": P_I}
    birth = hopf_points(WC, u=u)[-1].P
    swing = rc.cycles(WC, rc.hopf(WC, "P_E", (birth - 0.02, birth + 0.02), u=u), "P_E", (-9, 9), u=u)
    assert [one.kind for one in swing.ends] == ["hopf", end]
    # The nearest Bogdanov-Takens point of this side has another input, -5.544 or -12.13.
    assert np.abs(bogdanov_takens(12.0, 12.0, 12.0, 2.0)[:, 1] - P_I).min() > 0.04


@pytest.mark.claim("c-7.8")
def test_the_rhythm_of_1972():
    cycle = rc.limit_cycle(OLD, u={"P_E": 1.25}, x0={"E": 0.25, "I": 0.1})
    row = next(row for row in REFERENCE["r3.wc72.lcP"]["value"] if row[0] == 1.25)
    assert 1 / cycle.period == pytest.approx(row[1], rel=1e-6)
    check(REFERENCE["r3.wc72.period"], cycle.period / 0.008)
    assert near(1 / cycle.period, 25.0, 0.05) and near(row[2:4], [0.270, 0.103], 5e-4)
    # The cycle is closed to 1e-7, the reference good to 1e-6.
    assert near([cycle.maximum["E"], cycle.minimum["E"]], row[2:4], 1.1e-6)


@pytest.mark.claim("c-7.9")
@pytest.mark.parametrize(("model", "wanted", "k"), [(OLD, 1.8793, (0.9945, 0.9994)), (OLD_K1, 1.9093, (1.0, 1.0))])
def test_the_birth_moves_with_k(model, wanted, k):
    (birth,) = hopf_points(model)
    assert near(birth.P, wanted, 5e-5)
    name = "wc72" if model is OLD else "wc72k1"
    assert near(birth.P, REFERENCE[f"r3.{name}.hopf0"]["value"]["P"], 1e-9)
    values = {row.name: row.default for row in model.params}
    # Half of the last digit that the sentence prints.
    assert (values["k_E"], values["k_I"]) == pytest.approx(k, abs=5e-5)
    assert pytest.approx(0.9945, abs=5e-5) == 1 / (1 + np.exp(-1.3 * 4.0))


@pytest.mark.claim("c-7.10")
def test_without_shift_and_refractoriness_there_is_no_birth():
    plain = {"shift": 0.0, "r_E": 0.0, "r_I": 0.0, "k_E": 1.0, "k_I": 1.0}
    found = special_points(OLD, plain)
    assert [point.kind for point in found] == ["fold"] * 4
    # The two lower folds; the end of the rhythm is the upper of the two.
    assert [point.P for point in found[:2]] == pytest.approx([0.7531, 0.9698], abs=5e-5)


@pytest.mark.claim("c-7.11")
def test_resonance_outside_the_birth():
    gain = np.abs(rc.transfer(WC, "P_E", "E", np.array([24.9, 5.0]), u=SLICE | {"P_E": 1.8}))
    assert near(gain, [2.35, 0.105], [0.005, 0.0005])
    # P_E, place, width at half the power, half of its last digit; both again from trace and determinant.
    for P_E, place, width, digits in ((1.8, 24.9, 1.6, 0.05), (1.6, 27.2, 0.37, 0.005)):
        u = SLICE | {"P_E": P_E}
        f = np.linspace(20, 35, 15001)
        size = np.abs(rc.transfer(WC, "P_E", "E", f, u=u))
        ((E, I),) = equilibria(WC, u=u)
        T, D = linear(E, I, WC)
        found = [f[size.argmax()], np.sqrt(D - T**2 / 4) / (2 * np.pi)]
        assert near(found, place, 0.05)
        assert near([np.ptp(f[size > size.max() / np.sqrt(2)]), -T / (2 * np.pi)], width, digits)
    # By a run: a drive of 1e-5 moves E by 1e-4, where the sigmoid bends by 1e-4 of its slope; exp(-1.18 * 9) of the
    # start is left.
    assert near(size.max(), 10.4, 0.05)
    drive = rc.sinusoid(1e-5, f[size.argmax()], offset=1.6)
    run = rc.simulate(WC, 10.0, 2e-4, x0={"E": E, "I": I}, u=SLICE | {"P_E": drive}, every=2)
    assert np.ptp(run["E"][run.t > 9.0]) / 2e-5 == pytest.approx(size.max(), rel=5e-3)


@pytest.mark.claim("c-7.12")
def test_a_common_set_rests_below_its_birth():
    model = WC.with_preset("abeysuriya_2018")
    ((E, I),) = equilibria(model)
    value = np.linalg.eigvals(entries(E, I, model))[0]
    # Three digits are printed.
    assert [abs(value.imag) / (2 * np.pi), -value.real] == pytest.approx([9.34, 17.8], rel=1e-3)
    (birth,) = hopf_points(model)
    assert near(birth.P, 0.39606, 5e-6) and near(birth.frequency, 12.9, 0.05)
    assert {row.name: row.default for row in model.inputs}["P_E"] == 0.31
    assert {row.name: row.default for row in model.params}["w_EE"] == 3.25
    (other,) = hopf_points(model, {"w_EE": 3.5})
    assert near(other.P, 0.33587, 5e-6)


@pytest.mark.claim("c-7.13")
def test_two_silent_columns_begin_to_swing_at_the_fold_of_a_stronger_one():
    def upper_fold(G):
        return [point.P for point in special_points(WC, {"w_EE": 12.0 + G}, SLICE) if point.kind == "fold"][1]

    threshold = brentq(lambda G: upper_fold(G) + 3.5, 1.0, 3.0, xtol=1e-8)
    assert threshold == pytest.approx(2.178, abs=5e-4)
    wiring, both = np.array([[0.0, 1.0], [1.0, 0.0]]), SLICE | {"P_E": -3.5}
    ranges = []
    for G in (0.98 * threshold, 1.02 * threshold):
        net = rc.network(WC, wiring, gain=G, coupling="additive", into="P_E")
        run = rc.simulate(net, 6.0, 5e-4, x0={"E": np.array([0.3, 0.1]), "I": np.array([0.1, 0.05])}, u=both)
        ranges.append(np.ptp(run["E"][-6000:], axis=0))
    # Below: rest, reached at 6 per second or faster, exp(-18) after 3 s. Above: the whole loop.
    assert ranges[0].max() < 1e-4 and ranges[1].min() > 0.5


@pytest.mark.claim("c-7.14")
def test_a_push_to_the_brake_lowers_it_where_E_would_run_away():
    for P_E, wanted, sign in ((1.5, (0.515, 0.512, 0.506), 1), (2.5, (0.652, 0.663, 0.674), -1)):
        rests = []
        for P_I in (0.0, 0.1, 0.2):
            (point,) = equilibria(ISN, u={"P_E": P_E, "P_I": P_I})
            J = entries(*point, ISN)
            assert np.trace(J) < 0 < np.linalg.det(J) and np.sign(J[0, 0]) == sign
            rests.append(point)
        E, I = np.array(rests).T
        assert near(I, wanted, 5e-4) and (np.diff(E) < 0).all()
        run = rc.simulate(ISN, 0.06, 1e-5, x0={"E": E[0], "I": I[0]}, u={"P_E": P_E, "P_I": rc.step(0.1, 0.01)})
        # First up: with E where it was the rate of I is that of a pushed I alone, positive.
        assert run["I"][1050] > I[0] + 1e-3
        if sign > 0:  # some three and a half milliseconds, of a push as small as this; a step is 10 us
            later = run.t > 0.0105
            assert run.t[later][np.argmax(run["I"][later] < I[0])] - 0.01 == pytest.approx(0.0036, abs=5e-5)
        # What is left of the ring after 50 ms is exp(-223 * 0.05) = 1e-5 of it, at most.
        assert [run["E"][-1], run["I"][-1]] == pytest.approx([E[1], I[1]], abs=1e-5)


@pytest.mark.claim("c-7.15")
def test_the_paradox_begins_where_E_neither_drives_nor_damps_itself():
    def own(P_E):
        (point,) = equilibria(ISN, u={"P_E": P_E})
        return entries(*point, ISN)[0, 0]

    border = brentq(own, 1.3, 2.5, xtol=1e-9)
    assert border == pytest.approx(1.607, abs=5e-4)
    # The formula of the page against a difference of rests, whose error is of second order in the push.
    for P_E in (1.3, border, 2.0):
        (E, I), (_, up), (_, down) = (equilibria(ISN, u={"P_E": P_E, "P_I": q})[0] for q in (0.0, 1e-4, -1e-4))
        J = entries(E, I, ISN)
        push = J[1, 0] / 6.0  # J_IE = w_IE s_I / tau_I
        assert (up - down) / 2e-4 == pytest.approx(-J[0, 0] * push / np.linalg.det(J), abs=1e-6)
