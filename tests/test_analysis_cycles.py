"""Limit cycles, their branches with events and ends, and Lyapunov exponents: against closed forms and other code."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check, printed
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import rosetta_core as rc
from rosetta_core.analysis.cycles import cycles
from rosetta_core.analysis.hopf import hopf
from rosetta_core.analysis.lyapunov import lyapunov_exponents
from rosetta_core.analysis.orbits import limit_cycle
from rosetta_core.models.bautin import cycle_radii, fold
from rosetta_core.models.jansen_rit import ALPHA_START
from rosetta_core.models.stuart_landau import limit_cycle as circle

FIG_11 = rc.wilson_cowan.with_preset("wilson_cowan_1972")


@rc.kernel
def beside_rhs(t, x, p, u):
    # A circle of radius 1 with two more states, linear in them, that turn by `twist` with it or by half of it.
    re, im, a, b = x
    grow, spread, twist = p
    away = 1.0 - re * re - im * im
    side = u[0]
    return (
        away * re - im,
        away * im + re,
        (grow + spread * re) * a + (spread * im - twist) * b + side,
        (spread * im + twist) * a + (grow - spread * re) * b,
    )


@rc.kernel
def first(x, p):
    return (x[0],)


def quantity(name, low, default, high):
    return rc.Quantity(name, default, "1", low, high, name)


beside = rc.Model(
    name="beside",
    title="A circle and what is beside it",
    rhs=beside_rhs,
    emit=first,
    state=(*(quantity(name, -2.0, 0.5, 2.0) for name in ("re", "im")), *(quantity(n, -1.0, 0.1, 1.0) for n in "ab")),
    params=(quantity("grow", -1, -0.3, 1), quantity("spread", 0, 0.0, 1), quantity("twist", 0, 0.5, 3)),
    inputs=(quantity("side", -1, 0.0, 1),),
    source="a closed form of these tests",
)


def test_the_circle_of_stuart_landau():
    for alpha, omega, gamma, beta in ((0.5, 6.0, 1.0, 0.0), (5.0, 62.8, 2.0, 3.0), (0.02, 10.0, 0.7, -1.5)):
        p = {"alpha": alpha, "omega": omega, "gamma": gamma, "beta": beta}
        exact, found = circle(**p), limit_cycle(rc.stuart_landau, p=p)
        # The estimate holds for the mesh before the last: what is left is smaller. Extrema are those of polynomials
        # between samples 1/1280 of a period apart: a parabola through three errs by (2 pi/1280)^4/100 of the radius.
        assert found.error < 1e-7
        assert found.frequency == pytest.approx(exact.frequency, rel=found.error)
        assert np.hypot(*found.x.T) == pytest.approx(exact.radius, rel=found.error)
        for name in ("re", "im"):
            assert found.maximum[name] == pytest.approx(exact.radius, rel=1e-9)
            assert found.amplitude[name] == pytest.approx(exact.radius, rel=1e-9)
        assert found.multipliers == pytest.approx([np.exp(-exact.return_rate / exact.frequency)], rel=1e-6)
        assert found.flow == pytest.approx(1, abs=1e-9) and found.stable
        np.testing.assert_array_equal(found.of("re"), found.output)
    found = limit_cycle(rc.stuart_landau, p={"alpha": 5.0, "omega": 20 * np.pi, "gamma": 2.0, "beta": 3.0})
    largest = found.multipliers[0].real
    check(REFERENCE["r2.sl.a.floquet"], [np.log(largest) / found.period, largest], tolerance=1e-7)


def test_rhythms_of_jansen_rit():
    row = REFERENCE["r4.jr.rest"]
    for drive, frequency in row["value"]:
        if frequency:
            found = limit_cycle(rc.jansen_rit, u={"p": drive})
            check(row, [found.frequency], [frequency])
        else:
            with pytest.raises(ArithmeticError, match=f"p = {drive:g}: the run ends at the fixed point y0 = "):
                limit_cycle(rc.jansen_rit, u={"p": drive})
    for key, start in (("r4.jr.alpha", ALPHA_START), ("r4.jr.spike", None)):
        row = REFERENCE[key]
        for wanted in row["value"]:
            if wanted[0] > 113.9 and wanted[0] < 137 and wanted[4] is not None:
                found = limit_cycle(rc.jansen_rit, u={"p": wanted[0]}, x0=start)
                largest = np.abs(found.multipliers).max()
                # The sampled output passes its peak by less than |y''| dt^2/8: 1e-4 mV with 320 samples.
                assert [found.output.max(), found.output.min()] == pytest.approx(wanted[2:4], abs=5e-4)
                check(row, [found.frequency, largest], [wanted[1], wanted[4]], tolerance=2e-5)
    rows = REFERENCE["r4.jr.snic"]
    check(rows, [limit_cycle(rc.jansen_rit, u={"p": row[0]}).frequency for row in rows["value"]],
          [row[1] for row in rows["value"]])  # fmt: skip


def test_rhythms_of_the_other_rungs():
    found = limit_cycle(FIG_11)
    check(REFERENCE["r3.wc72.period"], found.period / 0.008)
    printed("r9.5", found.minimum["E"], found.maximum["E"])
    row = REFERENCE["r5.ing2.lc"]
    q = row["parameters"]
    p = {"eta_bar": q["eta"], "J": -q["J"], "Delta": q["Delta"], "tau_m": q["tau_m"], "tau_s": q["tau_syn"]}
    found = limit_cycle(rc.qif_second_order, p=p)
    check(row, [found.frequency, found.maximum["r"], found.minimum["r"]])
    eta, tau = 0.3, 0.02
    turning = limit_cycle(rc.theta, p={"eta": eta, "tau": tau})
    assert turning.frequency == pytest.approx(np.sqrt(eta) / (np.pi * tau), rel=turning.error)
    assert turning.x[-1] - turning.x[0] == pytest.approx(2 * np.pi, rel=1e-12) and turning.multipliers.size == 0


def test_two_nodes_of_stuart_landau_in_step():
    net = rc.network(rc.stuart_landau, [[0, 1.0], [1, 0]], gain=0.3)
    p = {"alpha": 1.0, "gamma": 1.0, "beta": 0.0, "omega": 6.0}
    found = limit_cycle(net, p=p, x0=np.array([[0.5, 0.4], [0.0, 0.1]]), n_intervals=10, tolerance=1e-4)
    # In step: the circle of one node. Out of step the linear part changes by -2 gain: phases return at 2 gain, radii
    # at 2 alpha and 2 alpha + 2 gain.
    rates = -np.log(np.abs(found.multipliers)) / found.period
    assert rates == pytest.approx([0.6, 2.0, 2.6], rel=1e-4)
    assert found.maximum["re"] == pytest.approx([1.0, 1.0], rel=1e-4)
    assert found.output.shape == (len(found.t), 2)


def test_the_whole_diagram_of_jansen_rit():
    row = REFERENCE["r4.jr.range"]
    snic, turn, first_hopf, last_hopf, subcritical, _ = row["value"]
    alpha = cycles(rc.jansen_rit, hopf(rc.jansen_rit, "p", (60.0, 120.0)), "p", (-60.0, 400.0))
    assert [each.kind for each in alpha.ends] == ["hopf", "hopf"] and alpha.events == () and alpha.stable.all()
    assert [each.value for each in alpha.ends] == pytest.approx([first_hopf, last_hopf], abs=1e-9)
    slow = cycles(rc.jansen_rit, hopf(rc.jansen_rit, "p", (-30.0, 20.0)), "p", (-60.0, 400.0))
    assert [each.kind for each in slow.ends] == ["hopf", "snic"]
    assert [each.value for each in slow.ends] == pytest.approx([subcritical, snic], abs=1e-8)
    (event,) = slow.events
    # Both codes locate the fold on their own meshes; ours says how well.
    assert event.kind == "fold" and event.value == pytest.approx(turn, abs=2 * event.error + 1e-8)
    assert event.error < 1e-6
    printed("r9.6", event.value, slow.ends[1].value)
    # T = rate/sqrt(d) + constant. Two periods of the reference, at d = 0.0037 and 0.0137, give the rate up to terms of
    # order sqrt(d1 d2)/rate, 1 %; the branch stops at d = 0.01, where the fitted value is good to 1 % of d.
    (near, far) = [(row[0] - snic, 1 / row[1]) for row in REFERENCE["r4.jr.snic"]["value"][:2]]
    rate = (near[1] - far[1]) / (near[0] ** -0.5 - far[0] ** -0.5)
    assert slow.ends[1].growth.rate == pytest.approx(rate, rel=0.01)
    assert slow.ends[1].growth.value == pytest.approx(snic, abs=1e-4)
    before = np.arange(len(slow.value)) <= event.index
    np.testing.assert_array_equal(slow.stable, ~before)
    at = sorted((each for each in (*alpha.at(120.0), *slow.at(120.0)) if each.stable), key=lambda each: each.frequency)
    assert [each.frequency for each in at] == pytest.approx([2.38456622131, 10.46826757110], rel=1e-7)
    with_alpha = alpha.at(315.0)[0]
    # Half the swing of the sampled output: 1e-4 of it with 80 samples or more.
    assert np.ptp(with_alpha.output) / 2 == pytest.approx(REFERENCE["r4.jr.slcheck"]["value"][0], rel=2e-3)


def test_branches_of_wilson_cowan_end_as_they_should():
    model = rc.wilson_cowan.with_preset("figure_5_1a")
    found = cycles(model, limit_cycle(model), "P_E", (-10.0, 10.0))
    assert [each.kind for each in found.ends] == ["snic", "hopf"]
    # Printed to five decimals.
    assert [each.value for each in found.ends] == pytest.approx([-3.30048, 1.53150], abs=6e-6)
    mirrored = rc.wilson_cowan.with_preset("figure_5_1b")
    found = cycles(mirrored, limit_cycle(mirrored), "P_I", (-10.0, 0.0))
    assert [each.kind for each in found.ends] == ["hopf", "hopf"]
    # The diagram is symmetrical about P_I = -5.
    assert sum(each.value for each in found.ends) == pytest.approx(-10.0, abs=1e-8)
    assert found.ends[1].value == pytest.approx(-3.29318, abs=6e-6)


def test_a_homoclinic_end_grows_with_the_eigenvalue_of_its_saddle():
    found = cycles(FIG_11, limit_cycle(FIG_11), "P_E", (0.0, 3.0))
    first_end, last = found.ends
    assert (first_end.kind, last.kind) == ("homoclinic", "hopf")
    assert last.value == pytest.approx(REFERENCE["r3.wc72.hopf0"]["value"]["P"], abs=1e-9)
    leaving = np.linalg.eigvals(rc.jacobian(FIG_11, first_end.x, None, {"P_E": first_end.value})).real
    assert leaving.min() < 0 < leaving.max()
    assert np.abs(FIG_11.rhs(0.0, tuple(first_end.x), tuple(found.problem.p), (first_end.value, 0.0))).max() < 1e-8
    # T = -log(distance)/leaving + constant, up to terms that fade by half from the first fitted period to the last.
    assert first_end.growth.rate == pytest.approx(leaving.max(), rel=0.05)
    assert first_end.growth.misfit < 0.2 * first_end.growth.other
    # det of the monodromy is exp of the integral of the trace: with the trace of the saddle below 0 it only shrinks.
    assert found.stable.all() and np.abs(found.multipliers[0]).max() < 1e-12
    row = REFERENCE["r3.wc72.hopf0.lc"]
    for wanted in row["value"]:
        (near,) = found.at(row["parameters"]["PH"] + wanted[0])
        assert near.amplitude["E"] == pytest.approx(wanted[1], rel=1e-6)
        assert 2 * np.pi * near.frequency == pytest.approx(wanted[4], rel=1e-6)
        if wanted[7] is not None:
            assert near.multipliers[0].real == pytest.approx(wanted[7], abs=1e-6)


def test_a_fold_of_cycles_in_closed_form():
    edge = fold(-1.0, 1.0)
    start = hopf(rc.bautin, "alpha", (-0.1, 0.1), p={"gamma": -1.0, "delta": 1.0})
    found = cycles(rc.bautin, start, "alpha", (-1.0, 0.5), p={"gamma": -1.0, "delta": 1.0})
    (event,) = found.events
    assert event.value == pytest.approx(edge.alpha, abs=1e-10) and event.error < 1e-10
    assert np.hypot(*event.x) == pytest.approx(edge.radius, rel=1e-5)  # it goes as the root of the error of alpha
    radii = sorted(each.maximum["re"] for each in found.at(-0.1))
    assert radii == pytest.approx(cycle_radii(-0.1, -1.0, 1.0), rel=1e-8)
    assert [each.kind for each in found.ends] == ["hopf", "edge"] and found.value[-1] == 0.5


def test_period_doubling_and_torus_in_closed_form():
    # In axes that turn by half the angle of the circle, a and b grow at grow +- spread; after a period the axes have
    # turned by pi: the multipliers are -exp(2 pi (grow +- spread)).
    half = limit_cycle(beside, p={"spread": 0.2})
    wanted = -np.exp(2 * np.pi * np.array([-0.1, -0.5]))
    assert sorted(half.multipliers.real) == pytest.approx(sorted([*wanted, np.exp(-4 * np.pi)]), rel=1e-6)
    found = cycles(beside, half, "grow", (-1.0, 0.1))
    doublings = [each.value for each in found.events if each.kind == "period doubling"]
    assert doublings == pytest.approx([-0.2], abs=1e-8)
    # Without spread they turn by 2 pi twist and grow at `grow`: a torus at 0.
    found = cycles(beside, limit_cycle(beside, p={"twist": 0.3}), "grow", (-1.0, 0.3))
    assert [(each.kind, round(each.value, 7)) for each in found.events] == [("torus", 0.0)]
    assert not found.stable[-1] and found.stable[0]


def test_exponents_of_cycles():
    p = {"alpha": 0.5, "gamma": 1.3, "beta": 0.7, "omega": 6.0}
    found = lyapunov_exponents(rc.stuart_landau, 40.0, 1e-3, p=p, settle=40.0)
    # RK4's rates are off by rate (rate dt)^4/120 < 1e-10; from settling exp(-40) is left.
    assert found.exponents == pytest.approx([0.0, -1.0], abs=1e-8)
    assert found.dimension == pytest.approx(1.0, abs=1e-7)
    cycle = limit_cycle(rc.jansen_rit)
    steps = 200
    found = lyapunov_exponents(rc.jansen_rit, 200 * cycle.period, cycle.period / steps, every=10, settle=10.0)
    wanted = np.log(np.abs(cycle.multipliers)) / cycle.period
    # Whole periods, 20 blocks of ten: what is left is RK4's error at 0.05 a step, 1e-5 of the fastest rate.
    assert found.exponents[:3] == pytest.approx([0.0, *wanted[:2]], abs=5e-3)
    net = rc.network(rc.stuart_landau, [[0, 1.0], [1, 0]], gain=0.3)
    found = lyapunov_exponents(net, 4.0, 1e-2, p=p | {"beta": 0.0}, settle=20.0, every=20)
    assert found.exponents == pytest.approx([0.0, -0.6, -1.0, -1.6], abs=1e-4)


def test_exponents_of_chaos():
    @rc.kernel
    def rhs(t, x, p, u):
        return (p[0] * (x[1] - x[0]), x[0] * (p[1] - x[2]) - x[1] + u[0], x[0] * x[1] - p[2] * x[2])

    rows = (quantity("sigma", 1, 10.0, 20), quantity("rho", 0, 28.0, 50), quantity("b", 0.1, 8 / 3, 5))
    state = tuple(quantity(name, -40, 1.0, 60) for name in "xyz")
    lorenz = rc.Model("lorenz", "Lorenz 1963", rhs, first, state, rows, (quantity("I", -1, 0.0, 1),), "10.1175/x")
    found = lyapunov_exponents(lorenz, 400.0, 0.005)
    # 0.9056, 0 and -14.5721 (Sprott 2003); the divergence -(sigma + 1 + b) is their sum, exactly but for RK4.
    assert found.exponents.sum() == pytest.approx(-(10 + 1 + 8 / 3), abs=2e-3)
    assert found.exponents == pytest.approx([0.9056, 0.0, -14.5721], abs=5 * found.errors.max() + 2e-3)
    assert found.dimension == pytest.approx(2.062, abs=0.01)
    with pytest.raises(ArithmeticError, match="lorenz: no limit cycle was reached"):
        limit_cycle(lorenz)


def test_errors_say_what_to_try():
    with pytest.raises(ArithmeticError, match=r"re = .*Try another x0"):
        limit_cycle(rc.stuart_landau, p={"alpha": -0.5})
    cycle = limit_cycle(rc.stuart_landau)
    with pytest.raises(ValueError, match=r"alpha = 0.5 of the start is outside the span"):
        cycles(rc.stuart_landau, cycle, "alpha", (-1.0, 0.2))
    with pytest.raises(ValueError, match="two different finite values"):
        cycles(rc.stuart_landau, cycle, "alpha", (1.0, 1.0))
    with pytest.raises(ValueError, match="did you mean 'alpha'"):
        cycles(rc.stuart_landau, cycle, "alhpa", (0.0, 1.0))
    with pytest.raises(ValueError, match="no state 'rr'"):
        cycle.of("rr")
    with pytest.raises(ValueError, match="no eigenvalue is near"):
        wrong = hopf(rc.stuart_landau, "alpha", (-0.5, 0.5))._replace(omega=1.0)
        cycles(rc.stuart_landau, wrong, "alpha", (-1.0, 1.0))
    for bad in ({"t1": -1.0}, {"dt": np.nan}, {"n": 3}, {"t1": 0.01}):
        with pytest.raises(ValueError, match=r"must be|wants at least"):
            lyapunov_exponents(rc.stuart_landau, **({"t1": 1.0, "dt": 1e-3} | bad))


MODELS = [model for model in rc.LADDER if model.params]


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_parameters_give_a_cycle_or_a_clear_error(data):
    model = data.draw(st.sampled_from(MODELS))
    values = {}
    for rows in (model.params, model.inputs):
        shares = data.draw(st.lists(st.floats(0, 1), min_size=len(rows), max_size=len(rows)))
        values |= {row.name: row.low + share * (row.high - row.low) for row, share in zip(rows, shares, strict=True)}
    p, u = ({row.name: values[row.name] for row in rows} for rows in (model.params, model.inputs))
    try:
        found = limit_cycle(model, p=p, u=u)
    except ArithmeticError as error:
        assert model.name in str(error) and " = " in str(error)
        return
    except ValueError as error:
        assume("must be" not in str(error))
        raise
    rates = found.problem.fields(found.x.T, found.problem.value)[0].T
    # A converged orbit obeys its equation: the slope of the polynomials at the ends of intervals is the field.
    assert found.stable and found.error < 1e-7 and np.isfinite(rates).all()
    steps = found.t[4] - found.t[0]
    slope = (-25 * found.x[0] + 48 * found.x[1] - 36 * found.x[2] + 16 * found.x[3] - 3 * found.x[4]) / (3 * steps)
    size = np.abs(rates).max(axis=0) + 1e-12
    assert (np.abs(slope - rates[0]) < 1e-3 * size).all()
