"""Jansen-Rit against its closed forms and against values computed by independent code."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check, defaults, derivative, rhythm
from scipy.optimize import brentq, fsolve, minimize_scalar

import rosetta_core as rc
from rosetta_core.models.jansen_rit import (
    ALPHA_START,
    SPIKE_START,
    equilibria,
    equilibrium,
    equilibrium_drive,
    equilibrium_slope,
    folds,
    half_turn_frequency,
    jansen_rit,
    loop_gains,
    phase_lag,
    synapse,
    transfer,
)

P = defaults(jansen_rit.params)
VALUES = tuple(P.values())
RNG = np.random.default_rng(7)
DRAWS = [{q.name: RNG.uniform(q.low, q.high) for q in jansen_rit.params} for _ in range(60)]


def jacobian_at(y):
    return rc.jacobian(jansen_rit, equilibrium(y, **P), VALUES, [float(equilibrium_drive(y, **P))])


def hopf_pair(y):
    """Eigenvalue of positive imaginary part with the largest real part."""
    found = np.linalg.eigvals(jacobian_at(y))
    found = found[found.imag > 1.0]
    return found[found.real.argmax()]


def unstable(y):
    return int((np.linalg.eigvals(jacobian_at(y)).real > 0).sum())


def hopf_near(y):
    return brentq(lambda y: hopf_pair(y).real, y - 0.1, y + 0.1, xtol=1e-13)


@pytest.mark.parametrize("y", [-3.0, 0.5, 2.58, 4.0, 5.33, 6.7, 9.0, 13.0])
def test_the_closed_branch_is_at_rest_and_its_slope_is_the_derivative(y):
    x, drive = equilibrium(y, **P), float(equilibrium_drive(y, **P))
    # The slopes are sums of terms up to 1e5 mV/s^2, rounded to 1e-16 of that.
    np.testing.assert_allclose(jansen_rit.rhs(0.0, tuple(x), VALUES, (drive,)), 0.0, atol=1e-9)
    assert jansen_rit.output(tuple(x), VALUES) == pytest.approx(y, abs=1e-13)
    h = 1e-4
    slope = (equilibrium_drive(y + h, **P) - equilibrium_drive(y - h, **P)) / (2 * h)
    # Central difference: h^2/6 times a third derivative below 1e3, rounding 1e-13/h.
    assert equilibrium_slope(y, **P) == pytest.approx(slope, abs=h**2 / 6 * 1e3 + 1e-13 / h)


@pytest.mark.parametrize("y", [0.5, 4.0, 6.7, 9.0])
def test_every_eigenvalue_closes_the_loop_and_the_determinant_is_the_slope_of_the_branch(y):
    for s in np.linalg.eigvals(jacobian_at(y)):
        gains = loop_gains(s, y, **P)
        # An eigenvalue is good to 1e-13 of the norm (1e4); the loop gain changes by less than 0.1 per 1/s there.
        assert gains.excitatory + gains.inhibitory == pytest.approx(1.0, abs=1e-8)
    # det J = a^4 b^2 (1 - L(0)), and 1 - L(0) = A/a dp/dy.
    expected = P["a"] ** 4 * P["b"] ** 2 * P["A"] / P["a"] * float(equilibrium_slope(y, **P))
    assert np.linalg.det(jacobian_at(y)) == pytest.approx(expected, rel=1e-9, abs=1e-3)


def test_folds_are_where_the_reference_has_them():
    found = folds(**P)
    assert len(found) == 2
    for y, row in zip(found, (REFERENCE["r4.jr.sn0"], REFERENCE["r4.jr.sn1"]), strict=True):
        check(row, [float(equilibrium_drive(y, **P)), y], [row["value"]["p"], row["value"]["y"]])
        # The real eigenvalue that passes zero there: one more unstable direction on the other side.
        assert [unstable(y - 0.01), unstable(y + 0.01)] == row["value"]["nun"]


def test_no_fold_is_missed_and_none_is_invented():
    counts = set()
    for p in DRAWS:
        found = folds(**p)
        # Steps of 0.3 uV; a pair of folds closer than that has no chance among 60 draws.
        y = np.linspace(p["v0"] - 30, p["v0"] + 30, 200_001)
        slope = equilibrium_slope(y, **p)
        crossings = np.flatnonzero((slope[:-1] < 0) != (slope[1:] < 0))
        assert len(found) == crossings.size
        np.testing.assert_array_less(np.abs(np.array(found) - y[crossings] - 1.5e-4), 1.5e-4 + 1e-9)
        counts.add(len(found))
    assert counts >= {0, 2}


def test_two_folds_are_found_when_they_have_just_been_born():
    def lowest(C):
        return minimize_scalar(
            equilibrium_slope, bounds=(4.0, 8.0), args=tuple((P | {"C": C}).values()), method="bounded",
            options={"xatol": 1e-10},
        )  # fmt: skip

    # With the number of contacts the branch gets its first fold at a cusp; beyond it they part as the square root.
    cusp = brentq(lambda C: lowest(C).fun, 40.0, 90.0, xtol=1e-11)
    assert folds(**(P | {"C": cusp * (1 - 1e-8)})) == ()
    low, high = folds(**(P | {"C": cusp * (1 + 1e-8)}))
    further = folds(**(P | {"C": cusp * (1 + 4e-8)}))
    assert low < lowest(cusp).x < high
    assert high - low < 1e-3
    # The next term is smaller by the distance itself, 1e-3; C is known to 1e-11 where 1e-7 counts.
    assert (further[1] - further[0]) / (high - low) == pytest.approx(2.0, rel=1e-3)


def test_equilibria_are_three_between_the_folds_and_one_outside():
    low, high = (float(equilibrium_drive(y, **P)) for y in reversed(folds(**P)))
    for drive, count in ((low - 1e-6, 1), (low + 1e-6, 3), (0.0, 3), (high - 1e-6, 3), (high + 1e-6, 1), (400.0, 1)):
        found = equilibria(drive, **P)
        assert len(found) == count
        assert list(found) == sorted(found)
        for y in found:
            # Slopes are sums of terms up to 1e5 mV/s^2, rounded to 1e-16 of that; y to 1e-12 mV times 1e4 1/s^2.
            slope = jansen_rit.rhs(0.0, tuple(equilibrium(y, **P)), VALUES, (drive,))
            np.testing.assert_allclose(slope, 0.0, atol=1e-7)


def test_no_equilibrium_is_missed():
    for p in DRAWS:
        drive = RNG.uniform(0, 400)
        found = equilibria(drive, **p)
        y = np.linspace(-120, 120, 400_001)
        miss = equilibrium_drive(y, **p) - drive
        crossings = np.flatnonzero((miss[:-1] > 0) != (miss[1:] > 0))
        np.testing.assert_allclose(found, y[crossings] + 3e-4, atol=3e-4 + 1e-9, rtol=0)


def test_a_column_without_a_loop_has_no_fold_and_one_equilibrium():
    weak = P | {"C": 10.0}
    assert folds(**weak) == ()
    assert len(equilibria(120.0, **weak)) == 1
    with pytest.raises(ValueError, match="must be positive"):
        folds(**(P | {"C": 0.0}))
    with pytest.raises(ValueError, match="finite input"):
        equilibria(float("nan"), **P)
    with pytest.raises(ValueError, match="must be positive"):
        equilibria(120.0, **(P | {"A": -3.25}))


@pytest.mark.parametrize("y", [0.5, 4.0, 6.7, 9.0])
def test_transfer_function_is_that_of_the_jacobian_and_starts_at_the_slope_of_the_branch(y):
    x, drive = equilibrium(y, **P), float(equilibrium_drive(y, **P))
    J = rc.jacobian(jansen_rit, x, VALUES, [drive])
    into = np.zeros(6)
    into[4] = P["A"] * P["a"]
    seen = np.array([0.0, 1.0, -1.0, 0.0, 0.0, 0.0])
    for s in (0.0, 20j, 65j, 300j, 15 + 40j):
        expected = seen @ np.linalg.solve(s * np.eye(6) - J, into)
        # The condition number of s - J is below 1e6.
        assert complex(transfer(s, y, **P)) == pytest.approx(expected, rel=1e-9)
    assert float(np.real(transfer(0.0, y, **P))) == pytest.approx(1 / float(equilibrium_slope(y, **P)), rel=1e-12)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_hopf_points_by_eigenvalues(number):
    row = REFERENCE[f"r4.jr.hopf{number}"]
    wanted = row["value"]
    y = hopf_near(wanted["y"])
    drive = float(equilibrium_drive(y, **P))
    check(row, [drive, y, hopf_pair(y).imag / (2 * np.pi)], [wanted["p"], wanted["y"], wanted["f_Hz"]])
    check(row, np.sort(np.linalg.eigvals(jacobian_at(y)).real)[-3], wanted["other_max_re"])
    assert [unstable(y - 0.01), unstable(y + 0.01)] == wanted["nun"]
    # d lambda/d p through y; all changes on a scale of 1 mV.
    change = derivative(hopf_pair, y, 2e-3) / float(equilibrium_slope(y, **P))
    check(row, [change.real, change.imag], [wanted["Re_dlam_dp"], wanted["Im_dlam_dp"]])


@pytest.mark.parametrize("number", [0, 1, 2])
def test_barkhausen_gives_the_same_points_without_eigenvalues(number):
    row = REFERENCE[f"r7.barkhausen.JRstandard.{number}"]
    _, frequency, y, *_ = row["value"]

    def miss(at):
        gains = loop_gains(2j * np.pi * at[1], at[0], **P)
        total = gains.excitatory + gains.inhibitory - 1
        return [total.real, total.imag]

    # Newton's steps end at 1e-12 of the unknowns; the row asks for 1e-6.
    y, frequency = fsolve(miss, [y * 1.01, frequency * 0.99], xtol=1e-12)
    gains = loop_gains(2j * np.pi * frequency, y, **P)
    found = [float(equilibrium_drive(y, **P)), frequency, y]
    for gain in gains:
        found += [abs(gain), np.degrees(np.angle(gain))]
    for one, wanted in zip(found, row["value"][:7], strict=True):
        assert one == pytest.approx(wanted, rel=row["tolerance"])


def test_two_synapses_in_series():
    row = REFERENCE["r7.JRlag.a"]
    check(row, np.degrees(phase_lag(row["parameters"]["f_Hz"], 100.0, 50.0)))
    check(REFERENCE["r7.f180.a"], half_turn_frequency(100.0, 50.0))
    f = np.array([1.0, 7.0, 11.0])
    series = synapse(2j * np.pi * f, 3.25, 100.0) * synapse(2j * np.pi * f, 22.0, 50.0)
    np.testing.assert_allclose(np.angle(series), phase_lag(f, 100.0, 50.0), rtol=1e-14)


def test_two_rhythms_at_one_input_and_one_at_the_mean_input():
    # Half a unit of the last digit of the table this is held to.
    for drive, start, frequency, extrema in (
        (120.0, SPIKE_START, 2.3846, (1.226, 11.170)),
        (120.0, ALPHA_START, 10.468, (5.890, 7.956)),
        (220.0, ALPHA_START, 10.94, (6.088, 9.034)),
    ):
        # A disturbance fades by 7 % a cycle or more: 60 s leave nothing. RK4 at 0.2 ms is exact to (a dt)^4/120 = 1e-9.
        end = rc.simulate(jansen_rit, 60.0, 2e-4, x0=start, u={"p": drive}, every=300_000).x[-1]
        run = rc.simulate(jansen_rit, 1.5, 2e-4, x0=end, u={"p": drive})
        found = rhythm(run, lambda x: x[1] - x[2], VALUES, (drive,))
        assert found.frequency == pytest.approx(frequency, abs=6e-5 if drive == 120 and frequency < 3 else 6e-3)
        assert (found.low, found.high) == pytest.approx(extrema, abs=6e-4)


def test_emitted_rate_and_presets():
    x = equilibrium(6.0, **P)
    # At threshold the sigmoid is e0; what is emitted is what the pyramidal cells filter.
    assert jansen_rit.emit(tuple(x), VALUES) == pytest.approx((2.5,), rel=1e-14)
    assert x[0] == pytest.approx(P["A"] / P["a"] * 2.5, rel=1e-14)
    assert jansen_rit.with_preset("grimbert_faugeras_bistable").quantity("p").default == 120.0
    assert defaults(jansen_rit.with_preset("jansen_rit_1995").params) == P
