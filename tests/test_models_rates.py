"""Phases, synapses, the master equation and Wilson-Cowan: closed forms, limits, reference values and simulations."""

from importlib import import_module

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check, rhythm
from scipy.integrate import quad, solve_ivp

import rosetta_core as rc
from rosetta_core._jit import python_function
from rosetta_core.operators import sigmoid

# By import_module, because the package may give a model the name of its module.
_alpha, _biexponential, _exponential, _kuramoto, _master, _theta, _wc = (
    import_module(f"rosetta_core.models.{name}")
    for name in ("alpha", "biexponential", "exponential", "kuramoto", "master", "theta", "wilson_cowan")
)
alpha, biexponential, exponential = _alpha.alpha, _biexponential.biexponential, _exponential.exponential
kuramoto, theta, master, wilson_cowan = _kuramoto.kuramoto, _theta.theta, _master.master, _wc.wilson_cowan
TWO_PI = 2 * np.pi
SETS = {"wc72": "wilson_cowan_1972", "wc72k1": "wilson_cowan_1972_k1", "wcdaf": "daffertshofer_van_wijk_2011"}


def numbers(model, **changed):
    return tuple(tuple(changed.get(r.name, r.default) for r in rows) for rows in (model.params, model.inputs))


def test_field_of_one_neighbour_is_adlers_equation():
    eps, phi, lag, omega, at = 1.2, 2.1, 0.4, 3.0, 0.7
    (slope,) = kuramoto.rhs(0.0, (at,), (omega, lag), (0.5, eps * np.sin(phi), eps * np.cos(phi)))
    assert slope == pytest.approx(omega + 0.5 + eps * np.sin(phi - at - lag), rel=1e-15)
    assert kuramoto.emit((at,), (omega, lag)) == (at,)
    assert kuramoto.output((at,), (omega, lag)) == pytest.approx(np.cos(at), rel=1e-15)


@pytest.mark.parametrize(("detuning", "lag"), [(1.3, 0.0), (-2.0, 0.3), (0.6, 0.2)])
def test_beat_and_locked_phase_are_adlers(detuning, lag):
    lock = _kuramoto.adler(detuning, 1.0)
    t1 = 40.0 if lock.locked else 3 * TWO_PI / abs(lock.beat)
    run = rc.simulate(kuramoto, t1, t1 / 20000, p={"omega": detuning, "lag": lag}, u={"h_cos": 1.0}, x0=[0.2])
    # Locked, the start fades as exp(-0.8 t). Drifting, three beats are three turns; RK4 is exact to 1e-10 here.
    wanted = lock.phase - lag if lock.locked else 0.2 + np.sign(detuning) * 3 * TWO_PI
    assert run["theta"][-1] == pytest.approx(wanted, abs=1e-9)


def test_critical_couplings():
    K_c = _kuramoto.critical_coupling
    found = [K_c(1.5), K_c(1.5, "gaussian"), K_c(1.5, "uniform"), K_c(0.0, "identical", noise=0.7), K_c(1.5, lag=1.0)]
    assert found == pytest.approx([3.0, 1.5 * np.sqrt(8 / np.pi), 6 / np.pi, 1.4, 3 / np.cos(1.0)], rel=1e-14)
    assert K_c(1.5, noise=0.25) == pytest.approx(3.5, rel=1e-15)


@pytest.mark.parametrize("K", [2.5, 3.0, 4.0])
def test_order_of_a_lorentzian_population_and_of_its_quantiles(K):
    check(REFERENCE[f"r2.kuramoto.D1K{K:g}"], _kuramoto.synchrony(K, 1.0))
    omega, row = _kuramoto.frequencies(1000, 1.0), REFERENCE[f"r2.kuramoto.D1K{K:g}.N1000"]
    # The mean frequency is taken off with a rounding of 1e-13; the iteration stops at steps of 1e-13.
    check(row, _kuramoto.finite_synchrony(omega + 7.0, K), tolerance=1e-11)

    def slope(phases):
        field = K * _kuramoto.order_parameter(phases)
        return python_function(kuramoto.rhs)(0.0, (phases,), (omega, 0.0), (0.0, field.imag, field.real))[0]

    phases, dt, orders = np.zeros(1000), 0.05, []
    for _ in range(5000):
        k1 = slope(phases)
        k2 = slope(phases + dt / 2 * k1)
        k3 = slope(phases + dt / 2 * k2)
        phases = phases + dt / 6 * (k1 + 2 * k2 + 2 * k3 + slope(phases + dt * k3))
        orders.append(abs(_kuramoto.order_parameter(phases)))
    check(row, np.mean(orders[1000:]))


def test_ott_antonsen_and_the_order_of_few():
    check(REFERENCE["r2.kuramoto.D1.OA"], _kuramoto.ott_antonsen(2.0, 0.1, 3.0, 1.0))
    assert _kuramoto.finite_synchrony([1.0, 1.0, 1.0], 0.5) == 1.0
    # Two that differ by g lock for K > g, at R = cos(psi/2) with sin(psi) = g/K.
    assert _kuramoto.finite_synchrony([0.0, 0.9], 1.0) == pytest.approx(np.cos(np.arcsin(0.9) / 2), abs=1e-12)
    assert _kuramoto.finite_synchrony([0.0, 1.1], 1.0) == 0.0
    with pytest.raises(ValueError, match="K > 0"):
        _kuramoto.finite_synchrony([0.0, 1.0], -1.0)


@pytest.mark.parametrize("eta", [0.05, 0.8])
def test_theta_neuron_is_the_quadratic_neuron_and_spikes_at_its_frequency(eta):
    tau, t1 = 0.02, 3 / float(_theta.frequency(eta, 0.02))
    run = rc.simulate(theta, t1, t1 / 20000, p={"tau": tau, "eta": eta - 0.02}, u={"I": 0.02}, x0=[0.3])
    # RK4 at (2/tau) dt < 0.01, magnified by the ratio 1/eta of the fastest and the slowest speed, is below 1e-9.
    assert run["theta"][-1] - 0.3 == pytest.approx(3 * TWO_PI, abs=1e-9)
    for V in (-3.0, 0.2, 5.0):
        (speed,) = theta.rhs(0.0, (float(_theta.phase(V)),), (tau, eta), (0.1,))
        # dV = (1 + V^2)/2 dtheta.
        assert speed * (1 + V * V) / 2 == pytest.approx((V * V + eta + 0.1) / tau, rel=1e-13)
    assert _theta.frequency([-1.0, 0.0], tau).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("kind", "size", "rate"), [("exc", "A_mV", "a"), ("inh", "B_mV", "b")])
def test_synapses_of_the_reference(kind, size, rate):
    row = REFERENCE[f"r7.alpha.{kind}.a"]
    q = row["parameters"]
    gain, tau = _alpha.from_jansen_rit(q[size], q[rate])
    H, area = _alpha.transfer(q["f_Hz"], gain, tau), quad(_alpha.impulse_response, 0, 60 * tau, args=(gain, tau))[0]
    check(row, [abs(H), np.degrees(np.angle(H)), gain, *_alpha.peak(gain, tau), area])
    H = _exponential.transfer(q["f_Hz"], 1.0, tau)
    check(REFERENCE[f"r7.first.{kind}.a"], [abs(H), np.degrees(np.angle(H))])
    preset = alpha.with_preset(f"jansen_rit_{kind}{'itatory' if kind == 'exc' else 'ibitory'}")
    assert [each.default for each in preset.params] == [gain, tau]
    row, times = REFERENCE["r7.biexp.a"], (0.002, 0.01)
    H, late = _biexponential.transfer(10.0, 1.0, *times), _biexponential.impulse_response(0.005, 1.0, *times)
    check(row, [abs(H), np.degrees(np.angle(H)), *_biexponential.peak(1.0, *times), late])


SYNAPSES = [
    (exponential, _exponential, (0.01,), [100.0], lambda t: np.exp(-t / 0.01) / 0.01),
    (alpha, _alpha, (0.01,), [0.0, 1e4], lambda t: t / 1e-4 * np.exp(-t / 0.01)),
    (biexponential, _biexponential, (0.002, 0.01), [0.0, 5e4], lambda t: (np.exp(-t / 0.01) - np.exp(-500 * t)) / 8e-3),
]


@pytest.mark.parametrize(("model", "module", "taus", "kick", "formula"), SYNAPSES, ids=["first", "alpha", "biexp"])
def test_response_to_a_spike_and_to_a_swinging_rate(model, module, taus, kick, formula):
    gain, f, dt = 0.3, 10.0, 1e-5
    p = dict(zip([row.name for row in model.params], (gain, *taus), strict=True))
    run = rc.simulate(model, 0.1, dt, p=p, x0=gain * np.array(kick))
    # RK4 with dt/tau <= 0.005: 0.005^5/120 a step, 1e4 steps, of a peak of 30.
    np.testing.assert_allclose(run["s"], module.impulse_response(run.t, gain, *taus), atol=1e-9)
    np.testing.assert_allclose(module.impulse_response(run.t, gain, *taus), gain * formula(run.t), atol=1e-12)
    top = module.peak(gain, *taus)
    # The curve bends by less than peak/tau_rise^2, and the nearest sample is dt/2 away.
    assert run["s"].max() == pytest.approx(top.value, rel=(dt / min(taus)) ** 2 / 8)
    assert abs(run.t[run["s"].argmax()] - top.time) <= dt
    assert quad(module.impulse_response, 0, 0.6, args=(gain, *taus))[0] == pytest.approx(gain, abs=1e-8)
    run = rc.simulate(model, 0.6, dt, p=p, u={"rate": rc.sinusoid(5.0, f, offset=20.0)})
    H, late = module.transfer(f, gain, *taus), run.t > 0.5
    wave = 20 * gain + 5 * (H * np.exp(2j * np.pi * f * run.t[late])).imag
    np.testing.assert_allclose(run["s"][late], wave, atol=1e-9)  # the transient is exp(-50)
    turn = np.angle(module.transfer(f + 1e-3, gain, *taus) / module.transfer(f - 1e-3, gain, *taus))
    assert -turn / (4e-3 * np.pi) == pytest.approx(module.group_delay(f, *taus), rel=1e-6)


def test_nearly_equal_times_and_receptors():
    t = np.linspace(1e-3, 0.1, 50)
    near = _biexponential.impulse_response(t, 1.0, 0.01, 0.01 * (1 + 1e-9))
    # To first order the ratio is 1 + (t/(2 tau) - 1) 1e-9.
    np.testing.assert_allclose(near, _alpha.impulse_response(t, 1.0, 0.01), rtol=5e-9)
    for name, (rise, decay) in _biexponential.RECEPTORS.items():
        both, one = biexponential.with_preset(name), exponential.with_preset(name)
        assert rise[0] < both.quantity("tau_rise").default < rise[1]
        assert decay[0] < both.quantity("tau_decay").default == one.quantity("tau").default < decay[1]


def test_master_equilibria_and_eigenvalues():
    p = {"w_II": 3.0, "tau_mI": 0.02, "v0_I": 4.0, "rho_E": 0.8}
    for r_E, r_I in ((0.3, 4.0), (2.0, 1.5), (4.5, 2.5)):
        u = _master.equilibrium_input(r_E, r_I, p)
        P, U = numbers(master, **p, P_E=float(u.P_E), P_I=float(u.P_I))
        x = (r_E, r_E, 0.0, r_I, r_I, 0.0)
        assert np.abs(master.rhs(0.0, x, P, U)).max() < 1e-10  # rounding, 1e-14 of 50 mV, at 1/(s mV) over 10 ms
        # A root of a polynomial carries its rounding over its distances to the others, here a tenth of it at least.
        found, wanted = np.linalg.eigvals(rc.jacobian(master, x, P, U)), _master.characteristic(r_E, r_I, p).roots
        assert max(np.abs(wanted - root).min() / abs(root) for root in found) < 1e-9
    with pytest.raises(ValueError, match="between 0 and"):
        _master.equilibrium_input(5.0, 1.0)


@pytest.mark.parametrize("taus", [(0.01, 0.001, 0.005), (0.01, 0.01, 0.01), (0.002, 0.01, 0.05)])
def test_master_starts_to_oscillate_at_its_closed_form(taus):
    onset = _master.oscillation_onset(*taus)
    w = np.sqrt(onset.gain) / 0.7  # at half of the largest rate the slope is rho e0/2 = 0.7/(s mV)
    names = [f"tau_{part}{x}" for x in "EI" for part in "mrd"]
    p = {"w_EE": 0.0, "w_II": 0.0, "w_EI": w, "w_IE": w, **dict(zip(names, 2 * taus, strict=True))}
    roots = _master.characteristic(2.5, 2.5, p).roots
    # Rounding of coefficients over the distance to the next root, as above.
    assert np.abs(roots - 1j * onset.omega).min() < 1e-9 * onset.omega
    limit = _master.oscillation_onset(0.0, 0.1 * 0.02, 0.02)
    assert limit == pytest.approx((1.1**2 / 0.1, 1 / (np.sqrt(0.1) * 0.02)), rel=1e-13)
    with pytest.raises(ValueError, match="one of three may be 0"):
        _master.oscillation_onset(0.0, 0.0, 0.01)


WEIGHTS, DRIVE, START = {"w_EE": 4.0, "w_EI": 6.0, "w_IE": 5.0, "w_II": 1.0}, (9.0, 1.0), np.array([1.0, 2.0])
TAUS = {"tau_mE": 0.01, "tau_mI": 0.02, "tau_rE": 0.005, "tau_rI": 0.008, "tau_dE": 0.01, "tau_dI": 0.02}
FINE = {"rtol": 1e-10, "atol": 1e-11}


def rates(s):
    v = 4 * s[0] - 6 * s[1] + DRIVE[0], 5 * s[0] - s[1] + DRIVE[1]
    return np.array([python_function(sigmoid)(each, 2.5, 6.0, 0.56) for each in v])


def wilson_cowan_run(t):
    p = {**{k: 5 * w for k, w in WEIGHTS.items()}, "tau_E": 0.01, "tau_I": 0.02, "theta_E": 6.0, "theta_I": 6.0}
    p, u = numbers(wilson_cowan, **p, a_E=0.56, a_I=0.56, P_E=DRIVE[0], P_I=DRIVE[1])
    return 5 * solve_ivp(lambda t, x: wilson_cowan.rhs(t, tuple(x), p, u), (0, 0.05), START / 5, t_eval=t, **FINE).y


def nmm1_run(t):
    rise, decay = np.array([0.005, 0.008]), np.array([0.01, 0.02])

    def slope(t, x):
        return np.concatenate([x[2:], (rates(x[:2]) - x[:2] - (rise + decay) * x[2:]) / (rise * decay)])

    return solve_ivp(slope, (0, 0.05), [*START, 0, 0], t_eval=t, **FINE).y[:2]


@pytest.mark.parametrize(("fast", "seen", "limit"), [
    (("tau_r", "tau_d"), [0, 3], wilson_cowan_run), (("tau_m", "tau_r"), [1, 4], wilson_cowan_run),
    (("tau_m",), [1, 4], nmm1_run),
])  # fmt: skip
def test_limits_of_the_master_equation_are_reached_with_order_one(fast, seen, limit):
    r_E, r_I = START if "tau_d" in fast else rates(START)
    x0, shares, errors = [r_E, START[0], 0.0, r_I, START[1], 0.0], (0.008, 0.004, 0.002), []
    for share in shares:
        taus = {name: tau * (share if name.startswith(fast) else 1) for name, tau in TAUS.items()}
        p, u = {**WEIGHTS, **taus}, dict(zip(("P_E", "P_I"), DRIVE, strict=True))
        run = rc.simulate(master, 0.05, 5e-6, p=p, u=u, x0=x0, every=20)
        errors.append(np.abs(run.x[:, seen].T - limit(run.t)).max())
    # c eps + O(eps^2): the second term is a fifth of the first at eps = 0.02.
    assert np.polyfit(np.log(shares), np.log(errors), 1)[0] == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("name", SETS)
def test_folds_hopf_point_loop_and_jacobian_of_the_reference(name):
    model = wilson_cowan.with_preset(SETS[name])
    points = _wc.special_points(model, u={"P_I": 0.0})
    row, folds = REFERENCE[f"r3.{name}.sn"], [point[1:4] for point in points if point.kind == "fold"]
    check(row, np.array(folds), np.array(sorted(row["value"]))[:, :3])
    (hopf,), row = (point for point in points if point.kind == "hopf"), REFERENCE[f"r3.{name}.hopf0"]
    check(row, hopf[1:], [row["value"][key] for key in ("P", "E", "I", "f_Hz")])
    J, x, omega = _wc.entries(hopf.E, hopf.I, model), [hopf.E, hopf.I], TWO_PI * hopf.frequency
    exact = rc.jacobian(model, x, *numbers(model, P_E=hopf.P, P_I=0.0))
    # The input found to 1e-11 moves the slopes, a few hundred 1/s, by as much.
    np.testing.assert_allclose(J, exact, rtol=1e-10)
    gain = J[0, 1] * J[1, 0] / ((1j * omega - J[0, 0]) * (1j * omega - J[1, 1]))
    lags = np.degrees(-np.angle([1j * omega - J[0, 0], 1j * omega - J[1, 1]]))
    check(REFERENCE[f"r7.wc.{name}.0"], [hopf.frequency, *J.ravel(), abs(gain), np.degrees(np.angle(gain)), *lags])


@pytest.mark.parametrize("name", SETS)
def test_equilibria_and_cycles_of_the_reference(name):
    model, lines = wilson_cowan.with_preset(SETS[name]), REFERENCE[f"r3.{name}.lcP"]["value"]
    for row in (row for key, row in REFERENCE.items() if key.startswith(f"r3.{name}.fp.P")):
        P, wanted = row["parameters"]["P"], np.array(row["value"])
        found = _wc.equilibria(model, u={"P_E": P, "P_I": 0.0})
        # Rest without input is exactly 0, found to 1e-12.
        np.testing.assert_allclose(found, wanted[:, :2], rtol=row["tolerance"], atol=1e-12)
        pairs = wanted[:, 2::2] + 1j * wanted[:, 3::2]
        sums = [pairs.sum(axis=1).real, pairs.prod(axis=1).real]
        np.testing.assert_allclose(_wc.linear(*found.T, model), sums, rtol=2 * row["tolerance"])
    drives = [line[0] for line in lines]
    start = rc.simulate(model, 6.0, 1e-4, x0=[0.3, 0.1], u={"P_E": drives}, every=60000).x[-1]
    run = rc.simulate(model, 0.4, 1e-4, x0=start, u={"P_E": drives})
    for node, line in enumerate(lines):
        beat = rhythm(run, lambda x: x[0], *numbers(model, P_E=drives[node], P_I=0.0), node=node)
        found = [beat.frequency, beat.high, beat.low]
        # Of a steady state the row gives the frequency, 0, alone.
        check(REFERENCE[f"r3.{name}.lcP"], found[: len(line) - 1], line[1:])
        if (name, drives[node]) == ("wc72", 1.25):
            check(REFERENCE["r3.wc72.period"], 1 / (beat.frequency * 0.008))


def test_loci_pass_through_the_diagrams_of_figure_5_1_and_the_bogdanov_takens_points():
    a, b = (wilson_cowan.with_preset(f"figure_5_1{part}") for part in "ab")
    for model, sweep in ((a, "P_E"), (b, "P_I"), (wilson_cowan.with_preset("abeysuriya_2018"), "P_E")):
        points = _wc.special_points(model, sweep=sweep)
        swept, held = (0, 1) if sweep == "P_E" else (1, 0)
        for point in points:
            near = _wc.locus(point.I, point.kind, model)[int(point.E > 0.5)][[swept, held, 2]]
            # Roots are found to 1e-11 in P, folds and trace both with slopes of order 1.
            assert near == pytest.approx([point.P, model.inputs[held].default, point.E], abs=1e-8)
    found = [point.P for point in _wc.special_points(a)] + [point.P for point in _wc.special_points(b, sweep="P_I")]
    # Half a unit of the last digit given by the paper's table of numbers.
    assert found == pytest.approx([-3.59005, -3.30048, 1.53150, -6.70682, -3.29318], abs=5e-6)
    omega = [TWO_PI * 0.01 * (_wc.special_points(m, sweep=s)[-1].frequency) for m, s in ((a, "P_E"), (b, "P_I"))]
    assert omega == pytest.approx([1.75254, 2.16781], abs=5e-6)
    assert _wc.bogdanov_takens_threshold(12.0, 2.0) == pytest.approx(43.2, rel=1e-15)
    rows = _wc.bogdanov_takens(12.0, 12.0, 12.0, 2.0)
    for wanted in ((-3.33659, -5.54411), (3.33659, -4.45589)):
        assert np.abs(rows[:, :2] - wanted).max(axis=1).min() < 5e-6
    for P_E, P_I, E, I in rows:
        # There the fold locus and the trace zero meet; the Hopf locus ends, its determinant 0 up to rounding.
        assert _wc.locus(I, "fold", a)[int(E > 0.5)] == pytest.approx([P_E, P_I, E], abs=1e-10)
        assert np.isfinite(_wc.locus([I - 1e-6, I + 1e-6], "hopf", a)[int(E > 0.5), :, 0]).sum() == 1


def test_no_equilibrium_is_missed_next_to_a_fold_or_anywhere():
    model = wilson_cowan.with_preset("figure_5_1a")
    low, high = (point.P for point in _wc.special_points(model)[:2])
    counts = [len(_wc.equilibria(model, u={"P_E": P})) for P in (low - 1e-9, low + 1e-9, high - 1e-9, high + 1e-9)]
    assert counts == [1, 3, 3, 1]
    # A unit of the last digit.
    found = _wc.equilibria(wilson_cowan.with_preset("neuromatch_bistable"))
    np.testing.assert_allclose(found, [[0, 0], [0.337, 0.168], [0.938, 0.673]], atol=1e-3)
    nma = wilson_cowan.with_preset("neuromatch_cycle")
    # More input to I lowers the rate of I where E amplifies itself, and raises it where E does not.
    for P_E, rates_of_I in ((1.5, [0.515, 0.506]), (2.5, [0.652, 0.674])):
        found = [_wc.equilibria(nma, u={"P_E": P_E, "P_I": P_I})[0, 1] for P_I in (0.0, 0.2)]
        assert found == pytest.approx(rates_of_I, abs=1e-3)
        assert (_wc.entries(*_wc.equilibria(nma, u={"P_E": P_E})[0], nma)[0, 0] > 0) is np.bool_(P_E < 2)
