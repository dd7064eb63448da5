"""The numbers in the solutions of the exam items of Chapters 5 and 6, recomputed; see test_instructor_exams.py.

Where the solution has a formula, here stand roots of polynomials, integrals, Jacobians and simulations.
"""

import numpy as np
from exams_for_tests import check, exact, off_by
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq, minimize_scalar
from scipy.special import expit
from scipy.stats import norm

import rosetta_core as rc
from rosetta_core import transfer_functions as tf
from rosetta_core.models.wilson_cowan import entries, equilibria, special_points

TURN = 2 * np.pi
FINE = {"rtol": 1e-11, "atol": 1e-13}


def test_numbers_of_chapter_5():
    def answer(t1, gain, rise, decay):
        """Peak (time, height) and end of the answer to one spike, integrated."""

        def slope(_, x):
            return x[1], (-x[0] - (rise + decay) * x[1]) / (rise * decay)

        found = solve_ivp(slope, (0, t1), (0.0, gain / rise / decay), events=lambda t, x: x[1], **FINE)
        return found.t_events[0][0], found.y_events[0][0][0], found.y[0, -1]

    when, height, left = answer(0.02, 0.05, 0.002, 0.008)
    like = brentq(lambda tau: answer(0.02, 0.05, tau, tau)[1] - height, 0.003, 0.008)
    mean = rc.simulate(
        rc.biexponential, 0.4, 1e-4, p={"gain": 0.05, "tau_rise": 0.002, "tau_decay": 0.008}, u={"rate": 15.0}
    )
    one = {
        "time of the peak": 1e3 * when,
        "height": height,
        "mean": mean["s"][-1],
        "time constant of the alpha": 1e3 * like,
    }
    one |= {"left of the biexponential": left, "left of the alpha": answer(0.02, 0.05, like, like)[2]}
    # The integrator keeps 11 digits; after 50 decay times exp(-50) of the start is left.
    found = {name: (value, 1e-7) for name, value in one.items()}
    check("ch05", found, balance(), shunt(), loops(), stages())


def balance():
    """The numbers of item 5.2: areas by integration, what is passed from the Jacobian of the model."""

    def area(height, tau):
        return quad(lambda t: height * t / tau * np.exp(1 - t / tau), 0, 60 * tau)[0]

    up, down, by_heights = area(0.8, 0.006), area(1.5, 0.018), 5 * 1.5 / 0.8
    found = exact(
        rate_that_balances=5 * down / up, rate_by_heights=by_heights, below_rest_by=5 * down - by_heights * up
    )
    for name, tau in (("excitation", 0.006), ("inhibition", 0.018)):
        gain = rc.transfer(rc.alpha, "rate", "s", 40.0, p={"gain": 1.0, "tau": tau}).item()
        found |= {f"passed by {name}": (abs(gain), 0), f"{name} late by": (-1e3 * np.angle(gain) / (TURN * 40), 0)}
    return found


def shunt():
    """The numbers of item 5.3, from the course of the potential."""

    def settled(g_I, V_I, currents=False, t=1.0):
        def slope(_, V):
            return (-V + 0.2 * (70 - (0 if currents else V)) + g_I * (V_I - (0 if currents else V))) / 0.02

        return solve_ivp(slope, (0, t), [0.0], **FINE).y[0, -1]

    end = settled(0.5, 0)
    # An exponential approach has the share exp(-t/tau) left at t.
    tau = -0.01 / np.log(1 - settled(0.5, 0, t=0.01) / end)
    found = off_by(1e-8, settles_at=settled(0.5, -10), with_currents=settled(0.5, -10, True), with_a_shunt=end)
    back = brentq(lambda g: settled(g, -10), 0.5, 3)
    return found | off_by(1e-6, back_at_rest=back, time_to_get_there=1e3 * tau)


def onset(*times):
    """Loop gain and frequency at which a negative loop of stages begins to swing: roots of its polynomial."""

    def first(gain):
        polynomial = np.array([1.0])
        for tau in times:
            polynomial = np.polymul(polynomial, [tau, 1.0])
        polynomial[-1] += gain
        return max(np.roots(polynomial), key=lambda root: (root.real, root.imag))

    gain = brentq(lambda gain: first(gain).real, 1.01, 60)
    return gain, first(gain).imag / TURN


def loops():
    """The numbers of item 5.4."""
    found = {}
    for name, times in (
        ("", (0.005, 0.005, 0.02, 0.02)),
        (" with quick inhibition", (0.005, 0.005, 0.008, 0.008)),
        (" with quick rises", (0.001, 0.005, 0.004, 0.02)),
    ):
        gain, hertz = onset(*times)
        # The roots of such a polynomial are good to 1e-9.
        found |= {f"onset{name}": (gain, 1e-6), f"frequency{name}": (hertz, 1e-6)}
    share = brentq(lambda e: onset(e * 0.005, 0.005, e * 0.02, 0.02)[0] - 8, 0.1, 0.9)
    # The slope of K_c there is 1 - 1/share^2, -11, so 1e-6 of K_c is less than 1e-6 of the share.
    late = brentq(lambda f: np.angle(-np.exp(-2j * np.pi * f * 0.05)), 7, 13)
    back = abs(-np.exp(-2j * np.pi * late * 0.05))
    return found | off_by(1e-6, quickest_rise_over_decay=share, onset_with_delays=1 / back, frequency_with_delays=late)


def stages():
    """The numbers of items 5.5 and 5.6."""
    three, four, ten, slow = (onset(*[tau] * n) for n, tau in ((3, 0.008), (4, 0.008), (10, 0.0024), (4, 0.025)))
    found = off_by(1e-5, onset_of_three=three[0], frequency_of_three=three[1], onset_of_four=four[0])
    found |= off_by(1e-5, frequency_of_four=four[1], frequency_of_a_slow_loop=slow[1])
    return found | off_by(1e-3, onset_of_ten=ten[0])


def best_logistic(spread):
    """Steepness of the logistic that stays closest to a normal curve of that spread, to 1e-4 of it."""
    y = spread * np.linspace(-4, 4, 8001)
    normal = norm.cdf(y / spread)
    # The largest of distances a thousandth of a spread apart misses the true one by 1e-7.
    far = minimize_scalar(lambda a: np.abs(expit(a * y / spread) - normal).max(), bounds=(1.5, 1.9), method="bounded")
    return far.x / spread


def test_numbers_of_chapter_6():
    density, scatter = norm(11, 3).pdf, -3 / norm.ppf(0.16)

    noisy = quad(lambda theta: density(theta) * norm.cdf((5 - theta) / 4), -20, 40)[0]
    # 16 % of the item is 15.9 %, which would be a spread of 3.00 and not of 3.02 mV.
    curve = exact(spread=scatter, slope_in_the_middle=density(11.0), share_at_5_mV=100 * quad(density, -20, 5)[0])
    best = best_logistic(3.0)
    curve |= off_by(1e-4, steepness=best) | off_by(2e-3, share_by_the_logistic=100 * expit(-6 * best))
    curve |= off_by(1e-8, share_with_noise=100 * noisy, spread_with_noise=-6 / norm.ppf(noisy))
    check("ch06", curve, cauchy(), counts(), itself(), remembers(), pipette())


def cauchy():
    """The numbers of item 6.2: rates of single neurons, added up over a Lorentzian."""

    def rate(I, delta):
        # A neuron with the input q^2 fires sqrt(q^2)/(pi tau) times a second; q makes the tail of the integral tame.
        def part(q):
            return 2 * q**2 / (0.01 * np.pi) * delta / np.pi / ((q**2 - I) ** 2 + delta**2)

        return quad(part, 0, 3, limit=500)[0] + quad(part, 3, np.inf, limit=500)[0]

    def alone(_, theta):
        return (1 - np.cos(theta) + 4 * (1 + np.cos(theta))) / 0.01

    lap = solve_ivp(alone, (0, 0.1), [-np.pi], events=lambda t, theta: theta[0] - np.pi, **FINE).t_events[0][0]
    found = {f"rate at {I}".replace("-", "−"): (rate(I, 0.5), 1e-5) for I in (-1, 0, 4)}
    width = brentq(lambda delta: rate(-1, delta) - 2, 0.05, 0.5)
    return found | {"rate of equal neurons at 4": (1 / lap, 1e-6), "half-width": (width, 1e-6)}


def counts():
    """The numbers of item 6.3, from the matrix of covariances of the counts."""

    def scatter(n, q, c):
        mean = 8 * 0.025
        covariance = q * mean * ((1 - c) * np.eye(n) + c)
        return np.sqrt(covariance.sum()) / (n * mean)

    two, many = scatter(1000, 0.4, 0.03), scatter(2000, 0.4, 0.03)
    # The square of the scatter is a floor and a part over n, so two sizes give the floor.
    floor = 2 * many**2 - two**2
    found = exact(at_random=scatter(200, 1, 0), more_regular=scatter(200, 0.4, 0), correlated=scatter(200, 0.4, 0.03))
    equal = 1000 * (two**2 - floor) / floor
    return found | off_by(1e-9, floor=np.sqrt(floor)) | {"neurons where both are equal": (equal, 1e-6)}


def itself():
    """The numbers of item 6.4: the population as a Wilson-Cowan pair whose I says nothing, r = 8 E."""
    p = {"w_EE": 16.0, "w_EI": 0.0, "w_IE": 1.0, "w_II": 0.0, "a_E": 0.5, "theta_E": 12.0, "tau_E": 0.01}
    low, high = sorted(point.P for point in special_points(rc.wilson_cowan, p, {}) if point.kind == "fold")
    rest = equilibria(rc.wilson_cowan, p, {"P_E": 4.0})
    silent, middle, active = 8 * rest[:, 0]
    v = np.linspace(0, 24, 24_001)
    weakest = [1 / tf.sigmoid_gain(v, e0=4.0, v0=12.0, r=r).max() for r in (0.5, 1.0)]
    found = off_by(1e-9, lower_end=low, upper_end=high, silent_state=silent, middle_state=middle, active_state=active)
    growth = entries(*rest[1], rc.wilson_cowan, p)[0, 0]
    found |= off_by(1e-6, growth=growth)
    return found | exact(weakest_feedback=weakest[0], weakest_feedback_among_equals=weakest[1])


def remembers():
    """The numbers of item 6.5, from rest and Jacobian of the exact mean field."""

    def rest(I, delta):
        p = {"tau": 0.01, "Delta": delta, "eta_bar": I, "J": 0.0}
        (point,) = rc.fixed_points(rc.mpr, p=p)
        return point.x[0], rc.eigenvalues(rc.mpr, point.x, p)[0]

    (before, _), (after, way), (_, unlike) = rest(-0.4, 0.1), rest(0.4, 0.1), rest(0.4, 0.2)
    hertz, memory = way.imag / TURN, -1 / way.real
    found = off_by(1e-8, rate_before=before, rate_after=after, frequency_of_the_ring=hertz, forgets_within=1e3 * memory)
    return found | off_by(1e-8, turns=hertz * memory, forgets_when_unlike_within=-1e3 / unlike.real)


def pipette():
    """The numbers of item 6.6: the best logistic of a normal curve, and a mean of curves with scattered middles."""
    own = brentq(lambda spread: best_logistic(spread) - 1.13, 1.0, 2.0)
    y, middles = np.linspace(-8, 8, 3201), np.linspace(-12, 12, 2401)
    mean = (norm.cdf(y[:, None], middles, own) * norm.pdf(middles, 0, 2)).sum(axis=1) * 0.01
    # Its deviation is where it passes 84.13 %; the searches end at 1e-4 of a steepness.
    crowd = np.interp(norm.cdf(1), mean, y)
    found = off_by(1e-3, own_noise=own, spread_of_the_crowd=crowd, right_steepness=best_logistic(crowd))
    return found | off_by(2e-3, too_steep_by=1.13 / best_logistic(crowd))
