"""Wendling and the laminar model against closed forms, their unmerged originals and independently computed values."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, defaults, printed, rhythm
from scipy.optimize import brentq, minimize_scalar, root
from scipy.signal import welch

import rosetta_core as rc
from rosetta_core.models.lanmm import equilibrium as laminar_equilibrium
from rosetta_core.models.lanmm import lanmm
from rosetta_core.models.wendling import equilibrium, equilibrium_drive, wendling

W = defaults(wendling.params)
W_VALUES = tuple(W.values())
L_VALUES = np.array(list(defaults(lanmm.params).values()))


def rate(v, v0=6.0):
    return 5.0 / (1 + np.exp(0.56 * (v0 - v)))


def rk4(slope, x, dt, steps):
    """Plain Runge-Kutta of order 4, apart from the package's."""
    samples = [x]
    for _ in range(steps):
        k1 = slope(x)
        k2 = slope(x + dt / 2 * k1)
        k3 = slope(x + dt / 2 * k2)
        k4 = slope(x + dt * k3)
        x = x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        samples.append(x)
    return np.array(samples)


@pytest.mark.parametrize("y", [-4.0, 1.0, 2.6, 5.0, 8.0])
def test_wendling_branch_is_at_rest(y):
    for name in ("wendling_2002", "sustained_spikes", "low_voltage_rapid", "modeldb_97983"):
        values = defaults(wendling.with_preset(name).params)
        x, drive = equilibrium(y, **values), float(equilibrium_drive(y, **values))
        # Sums of terms up to 1e7 mV/s^2 (g^2 y3), rounded to 1e-16 of that.
        np.testing.assert_allclose(wendling.rhs(0.0, tuple(x), tuple(values.values()), (drive,)), 0.0, atol=2e-8)
        assert wendling.output(tuple(x), tuple(values.values())) == pytest.approx(y, abs=1e-12)


def test_wendling_folds_and_hopf_point_of_the_correct_equations():
    for ends, sign, expected in (((1.0, 4.0), -1, 121.596), ((4.0, 6.5), 1, -32.956)):
        fold = minimize_scalar(lambda y, s=sign: s * equilibrium_drive(y, **W), bounds=ends, method="bounded")
        # Half a unit of the last digit printed; the extremum is good to 1e-9 in the drive.
        assert sign * fold.fun == pytest.approx(expected, abs=6e-4)

    def growth(y):
        found = np.linalg.eigvals(rc.jacobian(wendling, equilibrium(y, **W), W_VALUES, [0.0]))
        return found[found.imag > 1.0].real.max()

    y = brentq(growth, 5.6, 5.75, xtol=1e-12)
    assert float(equilibrium_drive(y, **W)) == pytest.approx(-24.004, abs=6e-4)


def original_wendling(A, B, G, a, b, g, drive):
    """The ten equations of 2002, y2 and y4 apart."""
    C = 135.0
    gains, rates = np.array([A, A, B, G, B]), np.array([a, a, b, g, b])

    def slope(x):
        y, dy = x[:5], x[5:]
        felt = np.array([
            rate(y[1] - y[2] - y[3]),
            drive + 0.8 * C * rate(C * y[0]),
            0.25 * C * rate(0.25 * C * y[0]),
            0.8 * C * rate(0.3 * C * y[0] - 0.1 * C * y[4]),
            rate(0.25 * C * y[0]),
        ])  # fmt: skip
        return np.concatenate([dy, gains * rates * felt - 2 * rates * dy - rates**2 * y])

    return slope


def test_eight_equations_are_the_ten_of_2002():
    values = defaults(wendling.with_preset("sustained_spikes").params)
    slope = original_wendling(*(values[n] for n in ("A", "B", "G", "a", "b", "g")), 90.0)
    dt, steps = 5e-4, 1000
    ten = rk4(slope, np.zeros(10), dt, steps)
    ours = rc.simulate(wendling, dt * steps, dt, p=values, u={"p": 90.0}, x0=np.zeros(8))
    found = [wendling.output(tuple(x), tuple(values.values())) for x in ours.x]
    # The same arithmetic but for its order: rounding of 1e-16 of 1e5 mV/s^2, grown by spikes over half a second.
    np.testing.assert_allclose(found, ten[:, 1] - ten[:, 2] - ten[:, 3], atol=1e-8, rtol=0)
    # From a start where y2 is not C4 y4, the gap decays as a solution of the synapse alone: (1 + b t) exp(-b t).
    start = np.zeros(10)
    start[2] = 1.0
    ten = rk4(slope, start, dt, steps)
    t = dt * np.arange(steps + 1)
    gap = ten[:, 2] - 33.75 * ten[:, 4]
    # RK4's error in the gap: t (b dt)^4 b/120 exp(-b t) < 1e-8.
    np.testing.assert_allclose(gap, (1 + 50 * t) * np.exp(-50 * t), atol=1e-8, rtol=0)


def lfp(x, p=None):
    C = 135.0
    return x[1] - 0.25 * C * x[3] - x[2]


@pytest.mark.parametrize("number", [0, 1, 2, 6])
def test_wendling_without_noise(number):
    row = REFERENCE[f"r4.wendling.{number}"]
    width, frequency, mean, *_ = row["value"]
    p = wendling_parameters(row)
    values = tuple(defaults(wendling.params, **p).values())
    end = rc.simulate(wendling, 60.0, 2e-4, p=p, u={"p": 90.0}, x0=np.zeros(8), every=300_000).x[-1]
    run = rc.simulate(wendling, 0.9, 2e-4, p=p, u={"p": 90.0}, x0=end)
    found = rhythm(run, lfp, values, (90.0,))
    # The reference took RK4 steps of 1/2048 s: (g dt)^4/120 = 3e-5 at g = 500 1/s, far within its tolerance.
    assert found.frequency == pytest.approx(frequency, rel=3e-5)
    assert found.high - found.low == pytest.approx(width, rel=3e-5, abs=1e-9)
    if number == 2:
        printed("r9.8", found.frequency, found.high - found.low)
    if not width:
        assert found.high == pytest.approx(mean, rel=1e-9)


def wendling_parameters(row):
    return {name: row["parameters"][name] for name in ("A", "B", "G", "a", "b", "g")}


@pytest.mark.parametrize("number", [0, 1, 2, 6])
def test_wendling_with_the_published_noise(number):
    row = REFERENCE[f"r4.wendling.{number}"]
    *_, wanted, spread = row["value"]
    p, hold, found = wendling_parameters(row), 1 / 512, []
    for seed in range(6):
        draws = np.random.default_rng(seed).normal(90.0, 30.0, round(60 / hold) + 1)
        # Straight lines between the draws have the spectrum of steps to 1e-3 below 20 Hz: the same area each.
        run = rc.simulate(wendling, 60.0, hold / 2, p=p, u=rc.sampled(draws, hold), x0=np.zeros(8))
        y = run.output[5120::2]
        f, density = welch(y, 1 / hold, nperseg=2048)
        f, density = f[f > 1], density[f > 1]
        median = f[np.searchsorted(np.cumsum(density), density.sum() / 2)]
        found.append([f[density.argmax()], median, y.std(), y.mean()])
    # Six seeds on each side; the spread of one seed is the row's, ours of 55 s against 115 s is 1.5 times as large; a
    # frequency is good to a bin of the spectrum, 0.25 Hz.
    allowed = row["tolerance"] * np.abs(wanted) + 4 * 1.5 * np.array(spread) / np.sqrt(6) + [0.25, 0.25, 0, 0]
    np.testing.assert_array_less(np.abs(np.mean(found, axis=0) - wanted), allowed)


# ---- laminar ----

SYNAPSES = (  # presynaptic, postsynaptic, type, contacts; populations P1, SS, SST, P2, PV and the three inputs
    ("SS", "P1", "A", 108.0), ("SST", "P1", "S", 33.7), ("in1", "P1", "A", 1.0), ("P1", "SS", "A", 135.0),
    ("P1", "SST", "A", 33.75), ("P2", "P2", "A", 70.0), ("PV", "P2", "F", 550.0), ("in2", "P2", "A", 1.0),
    ("P2", "PV", "A", 200.0), ("PV", "PV", "F", 100.0), ("P2", "P1", "A", 80.0), ("P1", "P2", "A", 200.0),
    ("P1", "PV", "A", 30.0), ("in3", "PV", "A", 1.0),
)  # fmt: skip
TYPES = {"A": (3.25, 100.0), "S": (-22.0, 50.0), "F": (-30.0, 220.0)}


def original_laminar(drives):
    """The published form: a filter of its own for each of the fourteen synapses."""
    gain, speed = (np.array([TYPES[s[2]][k] for s in SYNAPSES]) for k in (0, 1))
    contacts = np.array([s[3] for s in SYNAPSES])

    def slope(x):
        y, dy = x[:14], x[14:]
        v = {n: sum(y[k] for k, s in enumerate(SYNAPSES) if s[1] == n) for n in ("P1", "SS", "SST", "P2", "PV")}
        felt = {n: rate(v[n], 1.0 if n == "P2" else 6.0) for n in v}
        felt |= dict(zip(("in1", "in2", "in3"), drives, strict=True))
        pre = np.array([felt[s[0]] for s in SYNAPSES])
        return np.concatenate([dy, speed * gain * contacts * pre - 2 * speed * dy - speed**2 * y])

    return slope


def test_eight_filters_are_the_fourteen_synapses():
    drives, dt, steps = (200.0, 90.0, 5.0), 2e-4, 2500
    full = rk4(original_laminar(drives), np.zeros(28), dt, steps)
    ours = rc.simulate(lanmm, dt * steps, dt, u=np.array(drives), x0=np.zeros(16))
    found = [lanmm.output(tuple(x), tuple(L_VALUES)) for x in ours.x]
    onto = [[k for k, s in enumerate(SYNAPSES) if s[1] == name] for name in ("P1", "P2")]
    expected = 0.5 * (full[:, onto[0]].sum(axis=1) + full[:, onto[1]].sum(axis=1))
    assert np.ptp(found[1000:]) > 1.0
    # The same arithmetic but for its order: rounding of 1e-16 of 1e6 mV/s^2, grown over half a second.
    np.testing.assert_allclose(found, expected, atol=1e-7, rtol=0)


def rest_of(v_P1, p_P2, values, guess=(-2.0, -2.0)):
    """Fixed point with the potential v_P1 and the inputs p_P2, p_PV = 0."""
    found = root(lambda v: laminar_equilibrium(v_P1, *v, values).drives[1:] - [p_P2, 0.0], guess, tol=1e-13)
    assert found.success
    return laminar_equilibrium(v_P1, *found.x, values)


def laminar_pair(v_P1, p_P2, values, band):
    """Eigenvalue with the largest real part among those with a frequency (Hz) in the band."""
    rest = rest_of(v_P1, p_P2, values)
    found = np.linalg.eigvals(rc.jacobian(lanmm, rest.state, values, rest.drives))
    hertz = found.imag / (2 * np.pi)
    found = found[(hertz > band[0]) & (hertz < band[1])]
    return found[found.real.argmax()]


ALPHA, GAMMA = (6.0, 16.0), (25.0, 60.0)


def laminar_hopf(ends, p_P2, band, values=L_VALUES):
    """Input to P1 (1/s) and frequency (Hz) at the Hopf point with v_P1 between the ends."""
    v = brentq(lambda v: laminar_pair(v, p_P2, values, band).real, *ends, xtol=1e-11)
    return rest_of(v, p_P2, values).drives[0], laminar_pair(v, p_P2, values, band).imag / (2 * np.pi)


def test_laminar_equilibrium_is_at_rest_and_refuses_an_input_without_contact():
    rng = np.random.default_rng(3)
    for _ in range(20):
        rest = laminar_equilibrium(*rng.uniform(-5, 10, 3), L_VALUES)
        slope = lanmm.rhs(0.0, tuple(rest.state), tuple(L_VALUES), tuple(rest.drives))
        # Sums of terms up to 1e6 mV/s^2, rounded to 1e-16 of that.
        np.testing.assert_allclose(slope, 0.0, atol=1e-8)
    cut = L_VALUES.copy()
    cut[7] = 0.0
    with pytest.raises(ValueError, match="C3, C8, C14 must not be zero"):
        laminar_equilibrium(1.0, 1.0, 1.0, cut)


def test_laminar_folds_and_hopf_points_without_input_to_the_upper_layer():
    for ends, sign, drive, potential in (((2.0, 3.0), -1, 103.870, 2.496), ((5.0, 5.8), 1, -65.299, 5.366)):
        fold = minimize_scalar(
            lambda v, s=sign: s * rest_of(v, 0.0, L_VALUES).drives[0], bounds=ends, method="bounded",
            options={"xatol": 1e-8},
        )  # fmt: skip
        assert sign * fold.fun == pytest.approx(drive, abs=1e-3)
        assert fold.x == pytest.approx(potential, abs=1e-3)
    # Half a unit of the last digit printed.
    assert laminar_hopf((8.4, 8.8), 0.0, ALPHA) == pytest.approx((363.312, 10.83), abs=6e-3)
    assert laminar_hopf((9.1, 9.4), 0.0, GAMMA) == pytest.approx((454.644, 40.30), abs=6e-3)
    rounded = L_VALUES.copy()
    rounded[1] = 33.75
    assert laminar_hopf((8.4, 8.8), 0.0, ALPHA, rounded)[0] == pytest.approx(365.097, abs=1e-3)
    assert laminar_hopf((9.1, 9.4), 0.0, GAMMA, rounded)[0] == pytest.approx(455.757, abs=1e-3)


def test_input_to_the_upper_layer_brings_gamma_into_the_alpha_window():
    drive, frequency = laminar_hopf((7.0, 7.1), 90.0, GAMMA)
    assert drive == pytest.approx(97.796, abs=1e-3)
    assert frequency == pytest.approx(38.9, abs=0.06)
    alpha, _ = laminar_hopf((8.5, 8.7), 90.0, ALPHA)
    assert drive < alpha < 363.312


def test_laminar_presets_change_what_they_say():
    base = defaults(lanmm.params)
    expected = {
        "healthy": {}, "mci": {"C7": 300.0}, "alzheimer": {"C7": 140.0}, "rosetta_2026_fig_6_4": {},
        "psychedelic": {name: base[name] * 1.3846153846 for name in ("C1", "C3", "C11")},
    }  # fmt: skip
    for name, changed in expected.items():
        assert defaults(lanmm.with_preset(name).params) == {**base, **changed}
    assert lanmm.with_preset("rosetta_2026_fig_6_4").quantity("p_P2").default == 0.0


def test_fewer_contacts_of_the_fast_cells_free_the_upper_layer():
    # With PV's contacts on P2 cut to a quarter the potential of P2, held down in health, rises above its threshold.
    rates = {}
    for name in ("healthy", "alzheimer"):
        model = lanmm.with_preset(name)
        run = rc.simulate(model, 4.0, 2e-4)
        p = tuple(defaults(model.params).values())
        rates[name] = np.mean([model.emit(tuple(x), p)[1] for x in run.x[10_000::5]])
    assert rates["alzheimer"] > rates["healthy"] + 0.5
