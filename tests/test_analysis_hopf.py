"""Hopf points, folds and normal forms: closed forms, printed numbers, and values computed by independent code."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check

import rosetta_core as rc
from rosetta_core.analysis.fixed_points import fixed_points
from rosetta_core.analysis.hopf import fold, hopf
from rosetta_core.analysis.normal_form import along_line, normal_form
from rosetta_core.models.stuart_landau import limit_cycle

WILSON_COWAN = {"wc72": "wilson_cowan_1972", "wc72k1": "wilson_cowan_1972_k1", "wcdaf": "daffertshofer_van_wijk_2011"}
# Bistable: on the upper branch, where the default state does not lead.
UPPER = [0.1, 20.0, 13.0, 0.0, 0.0, 0.0]


def held(row, point, form, names, size=1.0, sign=1.0):
    """Hold a Hopf point and its normal form to a row of the reference; names are its keys, in that order.

    size turns the unit of the amplitude into the reference's; sign is that of its varied quantity against ours.
    """
    row, values = (row, row["value"]) if isinstance(row, dict) else row
    wanted = [values[name] for name in names]
    found = [
        sign * point.value, point.frequency, sign * form.alpha_slope, sign * form.omega_slope,
        form.gamma / size**2, form.beta / size**2,
    ]  # fmt: skip
    for one, other in zip(found, wanted, strict=True):
        check(row, one, other)
    assert point.criticality == form.criticality


@pytest.mark.parametrize("name", WILSON_COWAN)
def test_wilson_cowan_hopf_points_and_their_normal_forms(name):
    model, row = rc.wilson_cowan.with_preset(WILSON_COWAN[name]), REFERENCE[f"r3.{name}.hopf0"]
    wanted = row["value"]
    point = hopf(model, "P_E", (wanted["P"] - 0.2, wanted["P"] + 0.3))
    form = normal_form(model, "P_E", point.value, amplitude_of="E")
    held(row, point, form, ("P", "f_Hz", "Re_dlam_dP", "Im_dlam_dP", "SL_b_E", "SL_c_E"))
    check(row, [point.x[0], point.x[1], point.omega, point.lyapunov], [wanted[k] for k in ("E", "I", "omega", "l1")])
    check(row, [form.c1.real, form.c1.imag], [wanted["Re_c1"], wanted["Im_c1"]])
    assert point.criticality == wanted["kind"]


@pytest.mark.parametrize("name", WILSON_COWAN)
def test_wilson_cowan_folds(name):
    model, row = rc.wilson_cowan.with_preset(WILSON_COWAN[name]), REFERENCE[f"r3.{name}.sn"]
    for P, E, I, trace in row["value"]:
        found = fold(model, "P_E", (P - 0.05, P + 0.05), x0=[E, I])
        check(row, [found.value, *found.x], [P, E, I])
        # One eigenvalue is zero, so that the trace is the other.
        assert found.n_unstable == (trace > 0)


@pytest.mark.parametrize("k", range(3))
def test_jansen_rit_hopf_points_and_their_normal_forms(k):
    row = REFERENCE[f"r4.jr.hopf{k}"]
    p = row["value"]["p"]
    point = hopf(rc.jansen_rit, "p", (p - 20, p + 20))
    form = normal_form(rc.jansen_rit, "p", point.value)
    held(row, point, form, ("p", "f_Hz", "Re_dlam_dp", "Im_dlam_dp", "SL_b_y", "SL_c_y"))
    assert (point.criticality, point.n_unstable) == (row["value"]["kind"], 0)
    # The ladder's numbers, to the digits printed there.
    assert form.gamma == pytest.approx((-1.9015, 0.32138, 0.37573)[k], abs=1e-4)


@pytest.mark.parametrize("k", range(2))
def test_jansen_rit_folds(k):
    row = REFERENCE[f"r4.jr.sn{k}"]
    found = fold(rc.jansen_rit, "p", (row["value"]["p"] - 10, row["value"]["p"] + 10))
    check(row, [found.value, found.x[1] - found.x[2]], [row["value"]["p"], row["value"]["y"]])
    # Of the two branches that meet, the quieter has as many unstable directions as the fold itself.
    assert (found.opens, found.n_unstable) == (("below", "above")[k], min(row["value"]["nun"]))


def test_jansen_rit_cycle_beside_the_upper_hopf_point():
    row = REFERENCE["r4.jr.slcheck"]
    amplitude, frequency = normal_form(rc.jansen_rit, "p", 315.6964).cycle(315.0)
    # Against the same prediction by independent code.
    check(row, [amplitude, frequency], [row["value"][1], row["value"][3]], tolerance=1e-7)


@pytest.mark.parametrize("k", range(4))
def test_inhibitory_loop_hopf_points_and_their_normal_forms(k):
    row = REFERENCE[f"r5.ing{k}.hopf"]
    q = row["parameters"]
    model = rc.qif_first_order if q["order"] == 1 else rc.qif_second_order
    name, sign = ("J", -1.0) if q["vary"] == "J" else ("eta_bar", 1.0)
    p = {"Delta": q["Delta"], "tau_m": q["tau_m"], "tau_s": q["tau_syn"]}
    p |= {"eta_bar": q["eta"]} if "eta" in q else {"J": -q["J"]}
    for wanted in row["value"]:
        at = sign * wanted["par"]
        point = hopf(model, name, (at - 1.0, at + 1.0), p=p)
        form = normal_form(model, name, point.value, p=p, amplitude_of="r")
        names = ("par", "f_Hz", "Re_dlam", "Im_dlam", "SL_b_R", "SL_c_R")
        # The reference's amplitude is that of R = tau_m r.
        held((row, wanted), point, form, names, q["tau_m"], sign)
        check(row, [point.x[0], point.x[1]], [wanted["r_Hz"], wanted["v"]])


@pytest.mark.parametrize("name", ["pingA", "pingC"])
def test_ping_hopf_points_and_their_normal_forms(name):
    row = REFERENCE[f"r5.{name}.hopf"]
    q = row["parameters"]
    p = {
        "tau_E": q["te"], "tau_I": q["ti"], "tau_sE": q["tse"], "tau_sI": q["tsi"], "Delta_E": q["De"],
        "Delta_I": q["Di"], "J_EE": q["Jee"], "J_EI": q["Jei"], "J_IE": q["Jie"], "J_II": q["Jii"], "eta_I": q["ei"],
    }  # fmt: skip
    for wanted in row["value"]:
        at = wanted["eta_e"]
        inputs = {"I_E": 0.0, "I_I": 0.0}
        point = hopf(rc.ping_first_order, "eta_E", (at - 0.5, at + 0.5), p=p, u=inputs)
        form = normal_form(rc.ping_first_order, "eta_E", point.value, p=p, u=inputs, amplitude_of="r_E")
        names = ("eta_e", "f_Hz", "Re_dlam", "Im_dlam", "SL_b_Re", "SL_c_Re")
        held((row, wanted), point, form, names, q["te"])


@pytest.mark.parametrize(
    ("model", "name", "u", "value", "frequency", "digits"),
    [
        # Figure 5.1 of doi:10.1016/j.physrep.2026.05.004; time there counts in tau, here 0.01 s.
        (rc.wilson_cowan, "P_E", {"P_I": -6.0}, 1.53150, 1.75254 / (0.02 * np.pi), 1e-5),
        (rc.wilson_cowan, "P_I", {"P_E": 0.0}, -6.70682, 2.16781 / (0.02 * np.pi), 1e-5),
        (rc.wilson_cowan, "P_I", {"P_E": 0.0}, -3.29318, 2.16781 / (0.02 * np.pi), 1e-5),
        # Figure 6.4, with 33.7 for the synapse from SST to P1.
        (rc.lanmm, "p_P1", {"p_P2": 0.0}, 363.312, 10.83, 1e-3),
        (rc.lanmm, "p_P1", {"p_P2": 0.0}, 454.644, 40.30, 1e-3),
        # Figures 7.2 and 7.3. With the drive into both populations I_E = I_I, so that the other is held at the value.
        (rc.ing, "I", {}, 5.32212, 54.55, 1e-5),
        (rc.ing, "I", {}, 76.70112, 255.5, 1e-5),
        (rc.ping, "I_E", {"I_I": 1.11045}, 1.11045, 53.97, 1e-5),
        (rc.ping, "I_E", {"I_I": 67.6653}, 67.6653, 229.9, 1e-4),
        (rc.ping, "I_E", {"I_I": 0.0}, 0.8708, 50.11, 1e-4),
    ],
)
def test_hopf_points_of_the_ladder(model, name, u, value, frequency, digits):
    found = hopf(model, name, (value - 0.1, value + 0.1), u=u)
    # Half a unit of the last printed digit, and for PING the error that its other input brings: a few times that.
    assert found.value == pytest.approx(value, abs=3 * digits)
    assert found.frequency == pytest.approx(frequency, abs=0.006 if frequency < 100 else 0.06)


def test_wendling_2002_with_the_gains_of_the_figure():
    gains = {"A": 3.25, "B": 22.0, "G": 10.0}
    for value in (121.596, -32.956):
        assert fold(rc.wendling, "p", (value - 5, value + 5), p=gains).value == pytest.approx(value, abs=1e-3)
    assert hopf(rc.wendling, "p", (-30.0, -10.0), p=gains).value == pytest.approx(-24.004, abs=1e-3)


def test_mean_field_folds_at_three_strengths_of_coupling():
    for J in (10.0, 15.0, 20.0):
        row = REFERENCE[f"r5.mpr.sn.D1J{J:.0f}"]
        low, high, r_low, r_high = row["value"]
        for eta, r in ((low, r_low), (high, r_high)):
            # The reference has tau = 1 s.
            found = fold(rc.mpr, "eta_bar", (eta - 0.2, eta + 0.2), p={"tau": 1.0, "J": J})
            check(row, [found.value, found.x[0]], [eta, r])


def test_wilson_cowan_coefficients_printed_for_unit_eigenvectors():
    # The ladder counts time in tau = 0.01 s.
    for name, u, value, c1 in (
        ("P_E", {"P_I": -6.0}, 1.5315, 14.6251 + 27.0608j),
        ("P_I", {"P_E": 0.0}, -3.29318, 13.5314 + 31.6085j),
        ("P_I", {"P_E": 0.0}, -6.70682, 13.5314 + 31.6085j),
    ):
        form = normal_form(rc.wilson_cowan, name, value, u=u)
        assert -form.c1 * 0.01 == pytest.approx(c1, abs=1e-4)


def test_stuart_landau_is_its_own_normal_form():
    p = {"omega": 7.0, "gamma": 1.3, "beta": -0.7}
    form = normal_form(rc.stuart_landau, "alpha", 0.0, p=p, amplitude_of="im")
    # Polynomials of degree 3: differences are exact but for rounding.
    np.testing.assert_allclose(form.at(0.2), (0.2, 7.0, 1.3, -0.7), rtol=1e-12)
    cycle = limit_cycle(0.2, 7.0, 1.3, -0.7)
    np.testing.assert_allclose(form.cycle(0.2), (cycle.radius, cycle.frequency), rtol=1e-12)
    assert form.criticality == "supercritical"
    reverse = normal_form(rc.stuart_landau, "alpha", 0.0, p=p | {"gamma": -0.5})
    assert (reverse.gamma, reverse.criticality) == (pytest.approx(-0.5, rel=1e-12), "subcritical")
    with pytest.raises(ValueError, match="the cycle exists above"):
        form.cycle(-0.1)


def test_a_linear_oscillator_has_a_degenerate_hopf_point():
    found = hopf(rc.damped, "alpha", (-1.0, 0.5), p={"omega": 4.0})
    assert found.criticality == "degenerate"
    np.testing.assert_allclose([found.value, found.omega, found.slope], [0.0, 4.0, 1.0], atol=1e-12)


def test_biased_stuart_landau_loses_its_hopf_point_to_a_neutral_saddle():
    p = {"alpha": 1.0, "gamma": 1.0, "beta": 0.0, "omega": 2.0}
    # |c| = sqrt(2.125) for the bias of the ladder: alpha = gamma = 1, omega = 2.
    assert hopf(rc.stuart_landau, "u_re", (1.2, 1.8), p=p).value == pytest.approx(np.sqrt(2.125), rel=1e-12)
    for F in (0.5, 0.8, 1.2):
        for c in (0.0, 1.0):
            row = REFERENCE[f"r2.force.a1b1c{c:.0f}.F{F}.hopf"]
            q, u = {"alpha": 1.0, "gamma": 1.0, "beta": c}, {"u_re": F}
            for nu, determinant, omega in row["value"]:
                bracket = (nu - 0.05, nu + 0.05)
                # The equilibrium there has |z|^2 = 1/2.
                z = F / (-0.5 - 1j * (nu - c / 2))
                if determinant > 1e-9:
                    found = hopf(rc.stuart_landau, "omega", bracket, p=q, u=u, x0=[z.real, z.imag])
                    check(row, [found.value, found.omega], [nu, omega])
                elif determinant < -1e-9:
                    with pytest.raises(ValueError, match="neutral saddle") as told:
                        hopf(rc.stuart_landau, "omega", bracket, p=q, u=u, x0=[z.real, z.imag])
                    assert f"at omega = {nu:.8g} two real" in str(told.value)


def test_amplitude_predicted_by_the_normal_form_meets_the_cycle():
    model, distance = rc.wilson_cowan, 0.1
    form = normal_form(model, "P_E", 1.5315, amplitude_of="E")
    drive = form.value - distance
    first, frequency = form.cycle(drive)
    run = rc.simulate(model, 8.0, 1e-4, x0=form.x + [first, 0.0], u={"P_E": drive}, every=80_000)
    path = rc.simulate(model, 0.1, 1e-5, x0=run.x[-1], u={"P_E": drive})
    amplitude = np.ptp(path["E"]) / 2
    beats = np.diff(np.flatnonzero(np.diff(np.sign(path["E"] - path["E"].mean())) > 0))
    # A slope instead of the eigenvalue itself: an error of the order of the distance, here 2.3 %.
    assert first == pytest.approx(amplitude, rel=0.03)
    assert frequency == pytest.approx(1e5 / beats[0], rel=0.01)
    # With the eigenvalue at that drive what is left is the next order of the normal form: the ladder has 0.16 %.
    rest = fixed_points(model, u={"P_E": drive})[0]
    grown = np.sqrt(rest.eigenvalues.real.max() / form.gamma)
    assert grown == pytest.approx(amplitude, rel=2e-3)


def test_derivatives_along_a_line_are_good_to_ten_digits():
    first, second = along_line(lambda t: np.exp(3 * t)[:, None, None] * [[1.0, -2.0], [0.5, 4.0]])
    np.testing.assert_allclose(first, 3 * np.array([[1.0, -2.0], [0.5, 4.0]]), rtol=1e-11)
    # A second difference divides rounding by the square of a step that truncation keeps near 0.05.
    np.testing.assert_allclose(second, 9 * np.array([[1.0, -2.0], [0.5, 4.0]]), rtol=1e-10)


def ring(n_nodes):
    """Neighbours on a ring, each hearing two others with half the weight."""
    W = np.roll(np.eye(n_nodes), 1, axis=1)
    return 0.5 * (W + W.T)


def test_hopf_point_of_a_ring_of_oscillators_is_that_of_its_slowest_wave():
    # Modes k of diffusive coupling: alpha - G (1 - cos(2 pi k/N)); the uniform one is the first.
    net = rc.network(rc.stuart_landau, ring(6), gain=0.4)
    found = hopf(net, "alpha", (-0.3, 0.1))
    np.testing.assert_allclose([found.value, found.omega, found.slope], [0.0, 2 * np.pi, 1.0], atol=1e-10)
    assert (found.criticality, found.n_unstable) == ("supercritical", 0)
    form = normal_form(net, "alpha", found.value, p={"gamma": 1.3, "beta": 0.4})
    np.testing.assert_allclose((form.gamma, form.beta), (1.3, 0.4), rtol=1e-9)


def test_hopf_point_of_ninety_jansen_rit_columns():
    # 540 equations. Rows of weights add up to 1: at rest and in the first mode all nodes are one that hears itself.
    rng = np.random.default_rng(0)
    W = rng.random((90, 90))
    np.fill_diagonal(W, 0.0)
    net = rc.network(rc.jansen_rit, W, gain=10.0, coupling="additive", normalise="rows")
    one = rc.network(rc.jansen_rit, [[1.0]], gain=10.0, coupling="additive")
    alone = hopf(one, "p", (390.0, 330.0))
    found = hopf(net, "p", (390.0, 330.0))
    # An eigenvalue of a matrix of this size is good to about 1e-11 of the largest, over a slope of 0.015.
    assert found.value == pytest.approx(alone.value, rel=1e-8)
    assert found.frequency == pytest.approx(alone.frequency, rel=1e-8)
    assert (found.criticality, found.n_unstable) == (alone.criticality, 0)


def test_what_is_asked_for_in_vain_is_told():
    with pytest.raises(ValueError, match=r"no Hopf point with p between -40 and -20.*2 of 6 eigenvalues"):
        hopf(rc.jansen_rit, "p", (-40.0, -20.0), x0=[0.07, 14.0, 9.0, 0.0, 0.0, 0.0])
    with pytest.raises(ValueError, match=r"2 Hopf points lie in the bracket, at p = 89.82910797, 315.6964281"):
        hopf(rc.jansen_rit, "p", (80.0, 400.0), x0=UPPER)
    with pytest.raises(ValueError, match="2 folds lie in the bracket"):
        fold(rc.jansen_rit, "p", (-60.0, 120.0))
    with pytest.raises(ValueError, match="no fold with p between 150 and 200"):
        fold(rc.jansen_rit, "p", (150.0, 200.0))
    for name, bracket, told in (("p", (80.0, 80.0), "a span of two different"), ("P", (80.0, 90.0), "input 'P'")):
        with pytest.raises(ValueError, match=told):
            hopf(rc.jansen_rit, name, bracket)
    with pytest.raises(ValueError, match="no equilibrium was found anywhere at omega"):
        hopf(rc.kuramoto, "omega", (10.0, 20.0))
    with pytest.raises(ValueError, match=r"no Hopf point near p = 150 .*find one with hopf"):
        normal_form(rc.jansen_rit, "p", 150.0)
    with pytest.raises(ValueError, match="has no state 'x'"):
        normal_form(rc.stuart_landau, "alpha", 0.0, amplitude_of="x")


def test_a_rhythm_of_one_population_alone_and_of_two_equal_nodes():
    # The inhibitory half of PING, cut off, is the loop of r5.ing0.
    wanted = REFERENCE["r5.ing0.hopf"]["value"][0]["par"]
    p = {"J_EE": 0.0, "J_EI": 0.0, "J_IE": 0.0, "Delta_I": 0.3, "eta_I": 4.0, "tau_sI": 0.005}
    found = hopf(rc.ping_first_order, "J_II", (2.0, 4.0), p=p)
    check(REFERENCE["r5.ing0.hopf"], found.value, wanted)
    with pytest.raises(ValueError, match="r_E takes no part in the rhythm"):
        normal_form(rc.ping_first_order, "J_II", found.value, p=p, amplitude_of="r_E")
    # Two nodes that do not hear each other begin together: which way, the normal form of one pair cannot say.
    pair = rc.network(rc.stuart_landau, np.zeros((2, 2)))
    assert hopf(pair, "alpha", (-0.3, 0.2)).criticality == "degenerate"
