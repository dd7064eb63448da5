"""The exact mean field of quadratic integrate-and-fire neurons against its closed forms and independent values."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check, printed
from scipy.integrate import solve_ivp

import rosetta_core as rc
from rosetta_core.models.mpr import (
    cusp,
    eigenvalues,
    equilibrium_excitability,
    fixed_points,
    focus_boundary,
    folds,
    mpr,
    order_parameter,
    rate_and_potential,
    rate_response,
    resting_potential,
    uncoupled_flow,
)
from rosetta_core.models.mpr_pair import mpr_pair
from rosetta_core.models.ping import equilibrium as pair_equilibrium
from rosetta_core.models.qif_synaptic import (
    equilibrium,
    equilibrium_current,
    hopf,
    ing,
    open_loop,
    qif_first_order,
    qif_second_order,
)
from rosetta_core.transfer_functions import qif_cauchy, qif_cauchy_gain

PUBLISHED = mpr.with_preset("montbrio_2015_fig2")
TAU, DELTA = 0.013, 0.7


def parameters(row):
    q = row["parameters"]
    return {"tau": q["tau"], "Delta": q["Delta"], "eta_bar": q["eta"], "J": q["J"]}


@pytest.mark.parametrize("name", ["eta-5J15D1tau1", "eta-2J15D1tau1", "eta5J-10D1tau1"])
def test_fixed_points_and_their_eigenvalues(name):
    row = REFERENCE[f"r5.mpr.fp.{name}"]
    p = parameters(row)
    found = []
    for point in fixed_points(**p):
        one, other = eigenvalues(point.r, point.v, p["tau"], p["J"])
        found.append([point.r, point.v, one.real, one.imag, other.real, other.imag])
    check(row, found)


@pytest.mark.parametrize("J", [10, 15, 20])
def test_folds_and_the_boundary_between_node_and_focus(J):
    low, high = folds(1.0, 1.0, J)
    check(REFERENCE[f"r5.mpr.sn.D1J{J}"], [low.eta_bar, high.eta_bar, low.r, high.r])
    edge = focus_boundary(1.0, 1.0, J)
    check(REFERENCE[f"r5.mpr.fn.D1J{J}"], [edge.eta_bar, edge.r])


def test_cusp_is_where_both_folds_meet():
    found = cusp(1.0, 1.0)
    check(REFERENCE["r5.mpr.cusp.D1"], [found.eta_bar, found.J, found.r])
    printed("r9.9", found.eta_bar, found.J)
    assert len(fixed_points(1.0, 1.0, -5.0, 15.0)) == 3  # of which two attract
    found = cusp(TAU, DELTA)
    assert folds(TAU, DELTA, found.J * (1 - 1e-9)) == ()
    low, high = folds(TAU, DELTA, found.J * (1 + 1e-8))
    # Near a cusp the folds lie the square root of the distance apart: 1e-4 of r.
    assert low.r < found.r < high.r
    assert (low.r, high.r) == pytest.approx((found.r, found.r), rel=3e-4)


@pytest.mark.parametrize("J", [-12.0, 0.0, 9.0, 15.0])
def test_branch_in_physical_units_is_at_rest_and_its_eigenvalues_are_those_of_the_jacobian(J):
    for r in np.geomspace(0.5, 300.0, 7):
        v, eta = float(resting_potential(r, TAU, DELTA)), float(equilibrium_excitability(r, TAU, DELTA, J))
        p = (TAU, DELTA, eta, J)
        # Terms up to (pi tau r)^2/tau = 1e4, rounded to 1e-16 of that.
        np.testing.assert_allclose(mpr.rhs(0.0, (r, v), p, (0.0,)), 0.0, atol=1e-10)
        expected = np.sort_complex(np.linalg.eigvals(rc.jacobian(mpr, [r, v], p, [0.0])))
        np.testing.assert_allclose(np.sort_complex(eigenvalues(r, v, TAU, J)), expected, rtol=1e-7, atol=1e-7)
        assert any(point.r == pytest.approx(r, rel=1e-7) for point in fixed_points(TAU, DELTA, eta, J))


def test_linear_response_is_that_of_the_jacobian_and_starts_at_the_slope_of_the_static_curve():
    for current in (-3.0, 0.0, 2.0, 20.0):
        r = float(qif_cauchy(current, delta=DELTA, tau=TAU))
        v = float(resting_potential(r, TAU, DELTA))
        J = rc.jacobian(mpr, [r, v], [TAU, DELTA, current, 0.0], [0.0])
        for s in (0.0, 50.0j, 300.0j, 20 + 100j):
            expected = np.linalg.solve(s * np.eye(2) - J, [0.0, 1 / TAU])[0]
            assert rate_response(s, r, v, TAU) == pytest.approx(expected, rel=1e-11)
        slope = float(qif_cauchy_gain(current, delta=DELTA, tau=TAU))
        assert float(rate_response(0.0, r, v, TAU)) == pytest.approx(slope, rel=1e-13)


def test_without_coupling_the_run_is_the_explicit_solution():
    r0, v0, current, dt, t1 = 15.0, -0.5, 3.0, 1e-5, 0.1
    p = {"tau": TAU, "Delta": DELTA, "eta_bar": current, "J": 0.0}
    run = rc.simulate(mpr, t1, dt, p=p, x0=[r0, v0])
    exact = uncoupled_flow(run.t, r0, v0, TAU, DELTA, current)
    # RK4: the fastest rate is 2 |v| / tau + 2 pi r < 1500 1/s along this orbit, so (rate dt)^5/120 a step, x of 100.
    bound = (1500 * dt) ** 5 / 120 * (t1 / dt) * 100 + 1e-11
    np.testing.assert_allclose(run["r"], exact.r, atol=bound, rtol=0)
    np.testing.assert_allclose(run["v"], exact.v, atol=bound, rtol=0)
    late = uncoupled_flow(10.0, r0, v0, TAU, DELTA, current)
    assert float(late.r) == pytest.approx(float(qif_cauchy(current, delta=DELTA, tau=TAU)), rel=1e-14)


@pytest.mark.parametrize("name", ["r0.5v0", "r0.1v-1", "r1v2"])
def test_conformal_map(name):
    row = REFERENCE[f"r5.Z.{name}"]
    q = row["parameters"]
    Z = complex(order_parameter(q["r"], q["v"], q["tau"]))
    check(row, [Z.real, Z.imag, abs(Z)])
    back = rate_and_potential(Z, q["tau"])
    assert (float(back.r), float(back.v)) == pytest.approx((q["r"], q["v"]), rel=1e-14, abs=1e-14)


def test_mean_field_and_order_parameter_move_alike():
    eta, J = -1.3, 6.0
    rng = np.random.default_rng(4)
    for r, v in zip(rng.uniform(0.5, 90, 20), rng.uniform(-2, 2, 20), strict=True):
        dr, dv = mpr.rhs(0.0, (r, v), (TAU, DELTA, eta, J), (0.0,))
        W = np.pi * TAU * r - 1j * v
        through_map = -2 / (1 + W) ** 2 * (np.pi * TAU * dr - 1j * dv)
        Z = order_parameter(r, v, TAU)
        ott_antonsen = -0.5j * (Z - 1) ** 2 + 0.5 * (Z + 1) ** 2 * (-DELTA + 1j * (eta + J * TAU * r))
        assert TAU * through_map == pytest.approx(ott_antonsen, abs=1e-12)
        assert abs(Z) < 1


def published_run(current, t1, x0, dt=1e-3):
    return rc.simulate(PUBLISHED, t1, dt, u={"I": current}, x0=x0)


def test_step_protocol_of_2015():
    row = REFERENCE["r5.mpr.step"]
    start = [row.default for row in PUBLISHED.state]
    on = published_run(3.0, 30.0, start)
    off = published_run(0.0, 10.0, on.x[-1])
    found = []
    for t, *_ in row["value"]:
        x = start if t < 0 else on.x[round(t * 1000)] if t <= 30 else off.x[round((t - 30) * 1000)]
        found.append([t, *x])
    # RK4: rates up to 2 pi r = 13 per s, so (0.013)^5/120 a step over 40,000 steps is below 1e-8.
    check(row, found)
    # It ends on the focus: the two states at rest are the reference's.
    assert found[-1][1] == pytest.approx(1.03, abs=0.02)


def test_sinusoidal_protocol_of_2015():
    row = REFERENCE["r5.mpr.sin"]
    run = published_run(rc.sinusoid(3.0, 1 / 40), 80.0, [row.default for row in PUBLISHED.state])
    check(row, [[t, *run.x[round(t * 1000)]] for t, *_ in row["value"]])


@pytest.mark.parametrize(("model", "order"), [(qif_first_order, 1), (qif_second_order, 2), (ing, 2)])
def test_eigenvalues_close_the_loop_through_the_synapse(model, order):
    sign = -1.0 if model is ing else 1.0
    for r, J in ((3.0, 5.0), (30.0, 8.0), (60.0, -14.0), (150.0, 20.0)):
        current = float(equilibrium_current(r, TAU, DELTA, J))
        x = equilibrium(r, TAU, DELTA, order)
        p = (TAU, 0.004, DELTA, 0.0, sign * J)
        np.testing.assert_allclose(model.rhs(0.0, tuple(x), p, (current,)), 0.0, atol=1e-10)
        for s in np.linalg.eigvals(rc.jacobian(model, x, p, [current])):
            assert open_loop(s, r, TAU, 0.004, DELTA, J, order) == pytest.approx(1.0, abs=1e-8)


def test_first_and_second_order_differ_and_a_wrong_order_is_refused():
    assert hopf(30.0, TAU, 0.004, DELTA, 1).J < hopf(30.0, TAU, 0.004, DELTA, 2).J < 0
    with pytest.raises(ValueError, match="order 1 or 2"):
        hopf(30.0, TAU, 0.004, DELTA, 3)
    with pytest.raises(ValueError, match="rate above zero"):
        resting_potential(0.0, TAU, DELTA)
    with pytest.raises(ValueError, match="Delta > 0"):
        fixed_points(TAU, 0.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="J > 0"):
        focus_boundary(TAU, DELTA, -1.0)
    with pytest.raises(ValueError, match="Z = -1"):
        rate_and_potential(-1.0, TAU)


@pytest.mark.parametrize("name", ["eta1J-10D1", "eta1J2D1"])
def test_slow_synapses_make_the_static_curve_exact(name):
    row = REFERENCE[f"r5.conv.{name}"]
    q = row["parameters"]
    tau, Delta, J, I = q["tau_m"], q["Delta"], q["J"], q["step_I"]
    (before,) = fixed_points(tau, Delta, q["eta"], J)
    (after,) = fixed_points(tau, Delta, q["eta"] + I, J)

    def heuristic(t, y):  # time in tau_s
        current = q["eta"] + I + J * tau * y[0]
        return [y[1], float(qif_cauchy(current, delta=Delta, tau=tau)) - 2 * y[1] - y[0]]

    grid = np.linspace(0, 12, 2401)
    simple = solve_ivp(heuristic, (0, 12), [before.r, 0.0], "DOP853", grid, rtol=1e-12, atol=1e-12).y[0]
    found = []
    for ratio, *_ in row["value"]:
        tau_s = ratio * tau
        # A twentieth of a millisecond, or less: the fastest rate is below 700 1/s, so RK4 errs by (0.035)^4/120.
        every = max(round(tau_s / 200 / 5e-5), 1)
        p = {"tau_m": tau, "tau_s": tau_s, "Delta": Delta, "eta_bar": q["eta"], "J": J}
        run = rc.simulate(
            qif_second_order, 12 * tau_s, tau_s / 200 / every, p=p, u={"I": I}, every=every,
            x0=equilibrium(before.r, tau, Delta, 2),
        )  # fmt: skip
        gap = (run["s"] - simple) / (after.r - before.r)
        found.append([ratio, np.abs(gap).max(), np.sqrt(np.mean(gap**2))])
    check(row, found)


def test_error_of_the_static_curve_is_in_proportion_to_the_speed_of_the_synapse():
    # At r = 0.2/tau, Delta = 1 and J = -20 the static loop gain is -1.945; eigenvalues count in 1/tau_s.
    tau, r, J, shares = 1.0, 0.2, -20.0, np.array([0.1, 0.03, 0.01])
    current, errors = float(equilibrium_current(r, tau, 1.0, J)), []
    gain = J * tau * float(rate_response(0.0, r, float(resting_potential(r, tau, 1.0)), tau))
    assert gain == pytest.approx(-1.945, abs=5e-4)
    static = -1 + np.sqrt(complex(gain))
    for share in shares:
        p = (tau, tau / share, 1.0, 0.0, J)
        found = np.linalg.eigvals(rc.jacobian(qif_second_order, equilibrium(r, tau, 1.0, 2), p, [current]))
        errors.append(np.abs(found * tau / share - static).min())
    # Digits of the table this is held to; then order one, with a second order of a twentieth at 0.1.
    assert errors == pytest.approx([0.0947, 0.0280, 0.0093], abs=6e-5)
    assert np.polyfit(np.log(shares), np.log(errors), 1)[0] == pytest.approx(1, abs=0.05)


# ---- Two populations, E and I ----

SANZ_PERL = mpr_pair.with_preset("sanz_perl_2023")


def pair_parameters(model):
    return {row.name: row.default for row in model.params}


def pair_jacobian(x, tau_E, tau_I, Delta_E, Delta_I, eta_E, eta_I, J_EE, J_EI, J_IE, J_II):
    """By hand, term by term."""
    r_E, v_E, r_I, v_I = x
    return np.array([
        [2 * v_E / tau_E, 2 * r_E / tau_E, 0, 0],
        [J_EE - 2 * np.pi**2 * tau_E * r_E, 2 * v_E / tau_E, -J_EI, 0],
        [0, 0, 2 * v_I / tau_I, 2 * r_I / tau_I],
        [J_IE, 0, -J_II - 2 * np.pi**2 * tau_I * r_I, 2 * v_I / tau_I],
    ])  # fmt: skip


def test_published_pair_rests_close_to_its_onset():
    (point,) = rc.fixed_points(SANZ_PERL)
    # Half a unit of the last digit of the numbers, found by independent code at Delta_I = 47.
    np.testing.assert_allclose(point.x[[0, 2]], [4.505, 2.848], atol=5e-4, rtol=0)
    slow = np.linalg.eigvals(pair_jacobian(point.x, **pair_parameters(SANZ_PERL)))
    slow = slow[slow.real.argmax()]
    assert slow.real == pytest.approx(-0.410, abs=5e-4) and abs(slow.imag) == pytest.approx(19.75, abs=5e-3)
    # The onset lies at a narrower Delta_I: there the Jacobian by hand has a pair without damping.
    onset = rc.hopf(SANZ_PERL, "Delta_I", (30.0, 47.0))
    found = np.linalg.eigvals(pair_jacobian(onset.x, **(pair_parameters(SANZ_PERL) | {"Delta_I": onset.value})))
    found = found[found.real.argmax()]
    # The real part changes by 0.046 per unit of Delta_I, which is found to better than 1e-6.
    assert abs(found.real) < 5e-8 and abs(found.imag) == pytest.approx(onset.omega, rel=1e-8)
    assert onset.criticality == "supercritical"


def test_pair_in_other_units_is_the_same_pair():
    # Currents over c, potentials over its root: R = tau r shrinks with the root, and so do couplings and, in
    # membrane time constants, rates of change. The defaults are the published pair with c = eta_I = 40, tau = 10 ms.
    root = np.sqrt(40.0)
    (here,), (there,) = rc.fixed_points(mpr_pair), rc.fixed_points(SANZ_PERL)
    np.testing.assert_allclose(here.x * [0.01, 1, 0.01, 1], there.x / root, rtol=1e-9)
    found, wanted = (
        np.sort_complex(np.linalg.eigvals(rc.jacobian(model, point.x)))
        for model, point in ((mpr_pair, here), (SANZ_PERL, there))
    )
    np.testing.assert_allclose(0.01 * found, wanted / root, rtol=1e-8)


def test_pair_is_at_rest_where_ping_is():
    q = pair_parameters(mpr_pair)
    point = pair_equilibrium(50.0, 90.0, **{name: q[name] for name in q if not name.startswith("eta")})
    inputs = {"I_E": point.into_E - q["eta_E"], "I_I": point.into_I - q["eta_I"]}
    x = (50.0, point.v_E, 90.0, point.v_I)
    slopes = mpr_pair.rhs(0.0, x, tuple(q.values()), tuple(inputs.values()))
    # Terms up to (pi tau r)^2/tau = 800, rounded to 1e-16 of that.
    np.testing.assert_allclose(slopes, 0.0, atol=1e-11)


def test_pair_without_a_path_between_its_populations_is_two_of_them():
    q = pair_parameters(mpr_pair) | {"J_EI": 0.0, "J_IE": 0.0, "tau_I": 0.013}
    both = rc.simulate(mpr_pair, 0.2, 1e-4, p=q, x0=[20.0, -0.5, 40.0, 0.2])
    for x, sign, x0 in (("E", 1, [20.0, -0.5]), ("I", -1, [40.0, 0.2])):
        p = {"tau": q[f"tau_{x}"], "Delta": q[f"Delta_{x}"], "eta_bar": q[f"eta_{x}"], "J": sign * q[f"J_{x}{x}"]}
        alone = rc.simulate(mpr, 0.2, 1e-4, p=p, x0=x0)
        # The same sums in another order: rounding of 1e-16 a step on a motion that ends at rest.
        np.testing.assert_allclose(both[f"r_{x}"], alone["r"], rtol=1e-11)
