"""Synapses as filters and the master equation: closed forms, limits, reference values and simulations."""

from importlib import import_module

import numpy as np
import pytest
from cycles_for_tests import REFERENCE, check
from scipy.integrate import quad, solve_ivp

import rosetta_core as rc
from rosetta_core import transfer_functions
from rosetta_core._jit import python_function
from rosetta_core.operators import logistic, sigmoid

# By import_module, because the package gives a model the name of its module.
_alpha, _biexponential, _exponential, _master = (
    import_module(f"rosetta_core.models.{name}") for name in ("alpha", "biexponential", "exponential", "master")
)
alpha, biexponential, exponential = _alpha.alpha, _biexponential.biexponential, _exponential.exponential
master, wilson_cowan = _master.master, rc.wilson_cowan


def numbers(model, **changed):
    return tuple(tuple(changed.get(r.name, r.default) for r in rows) for rows in (model.params, model.inputs))


def test_operators_are_the_same_function_with_complex_numbers():
    assert logistic(0.7) == pytest.approx(1 / (1 + np.exp(-0.7)), rel=1e-15)
    assert sigmoid(6.0, 2.5, 6.0, 0.56) == 2.5
    slope = getattr(sigmoid, "py_func", sigmoid)(6 + 1e-30j, 2.5, 6.0, 0.56).imag / 1e-30
    assert slope == pytest.approx(0.56 * 2.5 / 2, rel=1e-15)


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


def test_biexponential_synapse_of_the_reference():
    row = REFERENCE["r7.biexp.a"]
    times = row["parameters"]["tau_r"], row["parameters"]["tau_d"]
    H, late = _biexponential.transfer(row["parameters"]["f_Hz"], 1.0, *times), 0.005
    size = _biexponential.impulse_response(late, 1.0, *times)
    check(row, [abs(H), np.degrees(np.angle(H)), *_biexponential.peak(1.0, *times), size])


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
    x = (0.2, 3.0)
    one, two = alpha.rhs(0.0, x, (0.4, 0.01), (5.0,)), biexponential.rhs(0.0, x, (0.4, 0.01, 0.01), (5.0,))
    assert one == pytest.approx(two, rel=1e-14)
    for name, (rise, decay) in _biexponential.RECEPTORS.items():
        both, one = biexponential.with_preset(name), exponential.with_preset(name)
        assert rise[0] < both.quantity("tau_rise").default < rise[1]
        assert decay[0] < both.quantity("tau_decay").default == one.quantity("tau").default < decay[1]
    for bad in (lambda: _alpha.from_jansen_rit(3.25, 0.0), lambda: _biexponential.peak(1.0, 0.0, 0.0)):
        with pytest.raises(ValueError, match=r"wanted|not be negative"):
            bad()


def test_inhibition_through_one_second_order_synapse_never_oscillates():
    row, tau, tau_m = REFERENCE["r5.nmm1.nohopf"], 0.005, 0.01
    for J, I in ((1.0, 5.0), (20.0, 1.0), (500.0, 80.0)):
        slope = float(transfer_functions.qif_cauchy_gain(I, delta=1.0, tau=tau_m))
        A = rc.jacobian(alpha, [0.0, 0.0], [1.0, tau], [0.0])
        A[1, 0] -= J * tau_m * slope / tau**2  # the rate falls by J tau_m slope per unit of s
        check(row, np.linalg.eigvals(A).real * tau, np.full(2, row["value"]))


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
