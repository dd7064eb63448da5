"""The claims of chapter 5 about two populations in a loop: lag against loss, by the package's own kernels."""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE

import rosetta_core as rc
from rosetta_core.models.nmm1_loop import equilibrium, oscillation_onset
from rosetta_core.translate import loop_gain

TURN = 2 * np.pi


def loop_rates(tau_E, tau_I, share):
    """Rates of `nmm1_loop` with these decays (s) and rise over decay."""
    return {"rise_E": 1 / (share * tau_E), "decay_E": 1 / tau_E, "rise_I": 1 / (share * tau_I), "decay_I": 1 / tau_I}


def leading(p):
    """Leading eigenvalue of the loop's kernel at its one fixed point."""
    return rc.eigenvalues(rc.nmm1_loop, rc.fixed_points(rc.nmm1_loop, p)[0].x, p)[0]


def at_gain(wanted, tau_E, tau_I, share):
    """Leading eigenvalue at a loop gain: the input P_I moves with the weight, so the point of rest stays."""
    base = loop_rates(tau_E, tau_I, share)
    point = equilibrium(base)
    # Weight w of E on I with P_I changed by -(change of w) E keeps the equilibrium and scales the gain.
    w = 100.0 * wanted / point.gain
    return rc.eigenvalues(
        rc.nmm1_loop,
        rc.fixed_points(rc.nmm1_loop, base)[0].x,
        {**base, "w_IE": w},
        {"P_I": -2.0 - (w - 100.0) * point.E},
    )[0]


@pytest.mark.claim("c-5.8")
def test_the_loop_of_jansen_and_rit_synapses_wants_a_gain_of_four_and_a_half():
    for factor, sign in ((1 - 1e-6, -1), (1 + 1e-6, 1)):
        pole = at_gain(4.5 * factor, 0.01, 0.02, 1.0)
        # The eigenvalue moves by some 10 1/s per unit of gain: 5e-5 1/s here, far above rounding.
        assert np.sign(pole.real) == sign
        assert abs(pole.imag) / TURN == pytest.approx(REFERENCE["r7.f180.a"]["value"], rel=1e-5)
    there = np.array([REFERENCE["r7.f180.a"]["value"]])
    H = [rc.transfer(rc.alpha, "rate", "s", there, p={"gain": 1.0, "tau": tau})[0] for tau in (0.01, 0.02)]
    assert -np.degrees(np.angle(H)).sum() == pytest.approx(180.0, abs=1e-9)
    # At equal times the price is lowest, 4.
    ratios = np.geomspace(0.1, 10, 41)
    prices = [oscillation_onset(0.01 * q, 0.01).gain for q in ratios]
    assert min(prices) == pytest.approx(4.0, rel=1e-12) and ratios[np.argmin(prices)] == pytest.approx(1.0)


@pytest.mark.claim("c-5.9")
@pytest.mark.parametrize("share", [1.0, 0.5, 0.1, 0.02])
@pytest.mark.parametrize(("tau_E", "tau_I"), [(0.01, 0.02), (0.01, 0.01), (0.03, 0.008)])
def test_unlike_stages_and_unlike_populations_raise_the_price(share, tau_E, tau_I):
    price = share + 1 / share + tau_E / tau_I + tau_I / tau_E
    turning = 1 / np.sqrt(share * tau_E * tau_I)
    assert oscillation_onset((share * tau_E, tau_E), (share * tau_I, tau_I)) == pytest.approx((price, turning))
    below, above = (at_gain(price * factor, tau_E, tau_I, share) for factor in (1 - 1e-5, 1 + 1e-5))
    assert below.real < 0 < above.real
    # A gain off by 1e-5 moves the turning by as little.
    assert abs(above.imag) == pytest.approx(turning, rel=1e-4)
    if (share, tau_E) == (0.1, 0.01):
        assert price == pytest.approx({0.02: 12.6, 0.01: 12.1}[tau_I])


@pytest.mark.claim("c-5.10")
def test_quicker_rises_silence_the_loop():
    quick = {"rise_E": 1000.0, "rise_I": 500.0}
    assert equilibrium().gain == pytest.approx(7.0, abs=0.01)
    assert equilibrium(quick) == pytest.approx(equilibrium())
    swing, silent = (rc.simulate(rc.nmm1_loop, 3.0, 2e-4, p=p)["I"][-5000:] for p in ({}, quick))
    ups = np.sum((swing[:-1] < swing.mean()) & (swing[1:] >= swing.mean()))
    assert np.ptp(swing) > 0.6 and ups == 11
    # The slowest rate is 24.8 1/s: exp(-49) is left after 2 s.
    assert leading(quick).real == pytest.approx(-24.8, abs=0.05)
    assert np.ptp(silent) < 1e-9


inner = rc.alpha.rhs


@rc.kernel
def alone_rhs(t, x, p, u):
    s, z = x
    strength, tau = p
    return inner(t, (s, z), (1.0, tau), (-strength * s,))


@rc.kernel
def alone_emit(x, p):
    return (x[0],)


@pytest.mark.claim("c-5.11")
@pytest.mark.parametrize("strength", [0.5, 10.0, 1e4])
def test_one_population_with_an_alpha_synapse_never_swings(strength):
    state = rc.alpha.state
    params = (
        rc.Quantity("strength", 1.0, "1/(mV s)", 0.0, 1e5, "inhibition of itself"),
        rc.Quantity("tau", 0.02, "s", 0.001, 0.3, "time constant", "positive"),
    )
    alone = rc.Model("alone", "a population that inhibits itself", alone_rhs, alone_emit, state, params, (), "-")
    poles = np.linalg.eigvals(rc.jacobian(alone, np.zeros(2), [strength, 0.02], []))
    # Rounding of a root is relative to its size, sqrt(strength)/tau.
    assert poles.real * 0.02 == pytest.approx([REFERENCE["r5.nmm1.nohopf"]["value"]] * 2, abs=1e-12 * (1 + strength))


def shares(omega, taus):
    """Lags (degrees) of stages with times taus (s) at omega (rad/s), and what each passes, from their kernel."""
    frequency = np.array([omega / TURN])
    H = [rc.transfer(rc.exponential, "rate", "s", frequency, p={"gain": 1.0, "tau": tau})[0] for tau in taus]
    return -np.degrees(np.angle(H)), np.abs(H)


WORKED = {  # time constants (s), Hz, lags (degrees), what is left, wanted, what comes back of a loop gain of 7.0
    "every step": ((0.01, 0.01, 0.02, 0.02), 11.25, (35.3, 35.3, 54.7, 54.7), 0.222, 4.5, 1.56),
    "last steps missing": ((0.01, 0.004, 0.02, 0.002), 25.2, (57.7, 32.3, 72.5, 17.5), 0.130, 7.7, 0.91),
    "excitatory rise": ((0.001, 0.01, 0.02, 0.02), 16.4, (5.9, 45.9, 64.1, 64.1), 0.132, 7.58, 0.92),
    "inhibitory rise": ((0.002, 0.02, 0.01, 0.01), 18.8, (13.3, 67.1, 49.8, 49.8), 0.158, 6.34, 1.11),
}
QUICK = {
    "every step": {},
    "last steps missing": {"rise_E": 500.0, "rise_I": 250.0},
    "excitatory rise": {"rise_E": 1000.0},
    "inhibitory rise": {"rise_I": 500.0},
}


@pytest.mark.claim("c-5.16")
@pytest.mark.parametrize("case", WORKED)
def test_lag_against_loss_on_paper_and_by_the_cut(case):
    taus, frequency, lags, left, wanted, back = WORKED[case]
    opened = loop_gain(rc.nmm1_loop, "I", "E_slope", p=QUICK[case])
    omega = TURN * opened.frequency[0]
    found, passed = shares(omega, taus)
    # Half of the digits that the text prints.
    assert omega / TURN == pytest.approx(frequency, abs=0.05 if case != "every step" else 5e-3)
    assert found == pytest.approx(lags, abs=0.05)
    assert passed.prod() == pytest.approx(left, abs=5e-4)
    assert 1 / passed.prod() == pytest.approx(wanted, abs=5e-3)
    assert opened.gain[0] == pytest.approx(back, abs=5e-3)
    # Two roads to one number, by the same Jacobians: a root found to 1e-13, and rounding.
    assert found.sum() == pytest.approx(180.0, abs=1e-9)
    assert opened.gain[0] == pytest.approx(-opened.steady * passed.prod(), rel=1e-10)
    # What the cut says of the closed loop.
    assert (leading(QUICK[case]).real > 0) == (back > 1)


@pytest.mark.claim("c-5.16")
def test_one_quick_rise_silences_the_loop_if_it_is_the_excitatory_one():
    ranges = [np.ptp(rc.simulate(rc.nmm1_loop, 8.0, 5e-4, p={name: rate})["I"][-2000:]) for name, rate in
              (("rise_E", 1000.0), ("rise_I", 500.0))]  # fmt: skip
    # The slowest rate of the first is 1.7 1/s: exp(-12) of a push of 0.5 mV is left after 7 s.
    assert ranges[0] < 1e-5 and ranges[1] > 0.3
    # Three stages, by Routh and Hurwitz: (a1 a2/a3) - 1, the same for 10, 20, 20 ms and 10, 10, 20 ms.
    for short, long in (((1e-9, 0.01), 0.02), (0.01, (1e-9, 0.02))):
        assert oscillation_onset(short, long).gain == pytest.approx(9.0, rel=1e-6)
    assert 1 - shares(TURN * 18.83, (0.002,))[1][0] == pytest.approx(0.03, abs=5e-3)


def test_the_third_worked_loop():
    heavy = {"w_IE": 200.0, "rise_E": 798.0, "rise_I": 399.0}
    opened = loop_gain(rc.nmm1_loop, "I", "E_slope", p=heavy)
    # The solution rounds the loop gain to 10.6 and the rates to whole numbers: 1 in 800 of both at most.
    assert -opened.steady == pytest.approx(10.6, abs=0.05)
    assert opened.gain[0] == pytest.approx(1.0, abs=2e-3)
    assert opened.frequency[0] == pytest.approx(31.8, abs=0.05)
    # Slower rises swing, quicker ones do not.
    assert leading({**heavy, "rise_E": 790.0, "rise_I": 395.0}).real > 0
    assert leading({**heavy, "rise_E": 806.0, "rise_I": 403.0}).real < 0
    share = (11.25 / 40) ** 2
    wanted = oscillation_onset((0.01 * share, 0.01), (0.02 * share, 0.02))
    assert wanted.gain == pytest.approx(15.2, abs=0.05) and wanted.omega / TURN == pytest.approx(40.0, abs=0.02)
    alike = 1 / (TURN * 40)
    assert alike == pytest.approx(0.004, abs=5e-5)
    assert oscillation_onset(alike, alike) == pytest.approx((4.0, TURN * 40))
