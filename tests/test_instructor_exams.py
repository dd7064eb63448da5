"""The numbers in the solutions of the exam items, recomputed.

A solution in instructor/chNN/exam.md ends with a table of its numbers. The test reads them there, so text and test
cannot part: a row that nothing here computes fails, and so does a row whose number the sentences above it do not hold.
Where there is another road than that of the solution, it is taken: a simulation, an integral, eigenvalues, a root.
"""

import numpy as np
from exams_for_tests import check, exact, off_by
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq, minimize_scalar

import rosetta_core as rc
from rosetta_core.models.damped import second_order
from rosetta_core.models.kuramoto import ott_antonsen, synchrony
from rosetta_core.models.stuart_landau import asymptotic_phase, phase_response

TURN = 2 * np.pi
PAIR = np.array([[0.0, 1.0], [1.0, 0.0]])


def root_of_variance(decay, **more):
    """Standard deviation of x of a damped oscillator under noise of strength 1."""
    return np.sqrt(np.asarray(rc.covariance(rc.damped, 1.0, output="x", p={"alpha": -decay, **more})).item())


def height(decay, hertz, f):
    """Spectral density of x at f (Hz) under noise of strength 1."""
    return rc.noise_spectrum(rc.damped, 1.0, "x", np.array([f]), p={"alpha": -decay, "omega": TURN * hertz})[0]


def run(model, t1, dt=1e-3, **setting):
    """Times and complex state of a run of a pair."""
    found = rc.simulate(model, t1, dt, **setting)
    return found.t, found.x[:, 0] + 1j * found.x[:, 1]


def test_numbers_of_chapter_1():
    slope = np.polyfit([0.0, 0.125, 0.25], np.log([1.2, 0.9, 0.675]), 1)[0]
    fade = brentq(lambda t: np.exp(slope * t) - 0.05, 0, 10)
    ring = exact(alpha=slope, omega=TURN / 0.125, time_to_a_twentieth=fade, turns=fade / 0.125)
    ring |= exact(alpha_of_the_other=np.log(0.05) / (2 * fade))

    def pole(a):
        return max(np.linalg.eigvals([[a, -90.0], [40.0, -50.0]]), key=lambda found: found.imag)

    def discriminant(b):
        _, minus_trace, determinant = np.poly([[30.0, -b], [40.0, -50.0]])
        return minus_trace**2 - 4 * determinant

    still = brentq(lambda a: pole(a).real, 30, 60)
    # It stops turning where the two roots of its characteristic polynomial meet.
    meet = brentq(discriminant, 1, 90)
    groups = exact(pitch=pole(30.0).imag / TURN, memory=-1 / pole(30.0).real, weakest_pull=meet)
    groups |= exact(a_at_the_border=still, pitch_at_the_border=pole(still).imag / TURN)

    def settled(d):
        p = {"a": 30.0, "b": 90.0, "c": 40.0, "d": d}
        return run(rc.linear, 12.0, p=p, x0=(0.0, 0.0), u={"F_x": 42.0})[1][-1]

    first, second = settled(-50.0), settled(-35.0)
    # The slower of the two pairs has faded by exp(-2.5 * 12) = 1e-13 at the end.
    moved = off_by(1e-12, x=first.real, y=first.imag, x_with_less_leak=second.real, y_with_less_leak=second.imag)
    check("ch01", ring, groups, moved, steps_of_two_methods())


def steps_of_two_methods():
    """The numbers of item 1.4 from what one step really does to a state that turns."""
    omega = TURN * 40

    def rk4(q):
        return 1 + 1j * q - q**2 / 2 - 1j * q**3 / 6 + q**4 / 24

    euler = brentq(lambda h: 60 / h * np.log1p((omega * h) ** 2) / 2 - np.log(1.01), 1e-10, 1e-6)
    h = brentq(lambda h: 60 / h * np.log(abs(rk4(omega * h))) - np.log(0.99), 1e-4, 1e-3)
    q, steps = omega * h, 60 / h
    late, ahead = steps * (q - np.angle(rk4(q))), steps * (2 * np.arcsin(q / 2) - q)
    found = {"Euler step": (1e9 * euler, 0), "Euler steps": (1e-9 * 60 / euler, 0)}
    # The item uses the first term of the loss, q^6/144. The next one takes q^2/8 = 0.3 % off it, so the step, which
    # goes with the fifth root, is 0.07 % longer. The lag, with h^4 and its own next term q^2 * 5/42, moves by 0.6 %.
    found |= {"RK4 step": (1e3 * h, 7e-4 * 1e3 * h), "RK4 steps": (1e-3 * steps, 7e-4 * 1e-3 * steps)}
    return found | {"RK4 is late by": (late, 6e-3 * late), "symplectic Euler is ahead by": (ahead, 2e-3 * ahead)}


def test_numbers_of_chapter_2():
    alpha, omega = second_order(12.0, 0.25)

    def answer(f):
        return complex(rc.transfer(rc.damped, "F_x", "y", f, p={"alpha": alpha, "omega": omega}))

    peak = minimize_scalar(lambda f: -abs(answer(f)), bounds=(5, 15), method="bounded", options={"xatol": 1e-7}).x
    # A search on a flat top finds its place to the root of 1e-16, and its height to 1e-15.
    clocks = exact(ring=omega / TURN, quarter_turn=brentq(lambda f: answer(f).real, 5, 15))
    clocks |= off_by(1e-6, widest=peak, times_wider=abs(answer(peak)) / abs(answer(1e-9)))

    def driven(hertz):
        u = {"F_x": rc.sinusoid(20.0, hertz, 0.25), "F_y": rc.sinusoid(20.0, hertz)}
        return run(rc.damped, 6.0, 1e-4, p={"alpha": -4.0, "omega": 20 * np.pi}, x0={"x": 0.0}, u=u)

    (t, tuned), (_, off) = driven(10.0), driven(11.0)
    late = -np.degrees(np.angle(off[-1] * np.exp(-22j * np.pi * t[-1])))
    when = np.interp(0.95 * abs(tuned[-1]), abs(tuned), t)
    # exp(-24) = 4e-11 of the start is left; RK4 is off by (omega dt)^4/120 = 1e-11; a time lies between two samples.
    shaken = {"in tune": (abs(tuned[-1]), 1e-9), "off": (abs(off[-1]), 1e-9), "late by": (late, 1e-6)}
    shaken |= {"time to 95 %": (when, 1e-6)}

    chain = rc.network(rc.damped, [[0, 1, 0], [1, 0, 1], [0, 1, 0]], gain=1.0)
    spread = rc.covariance(chain, 1.0, output="x", p={"alpha": -2.0, "omega": 20 * np.pi})
    row = exact(joined=spread[0, 1] / np.sqrt(spread[0, 0] * spread[1, 1]), ends=spread[0, 2] / spread[0, 0])
    check("ch02", clocks, shaken, pole_of_a_spectrum(), row, two_with_a_delay())


def pole_of_a_spectrum():
    """The numbers of item 2.3 from the spectrum of the kernel, whose width does not know the pitch."""

    def width(decay):
        half = height(decay, 900, 900) / 2
        low, high = (brentq(lambda f: height(decay, 900, f) - half, *span) for span in ((897, 900), (900, 903)))
        return high - low

    decay = brentq(lambda decay: width(decay) - 1.6, 4, 6)
    sigma = np.sqrt(80) / root_of_variance(decay)
    found = {
        "alpha": -decay,
        "quality": 9 / width(decay),
        "memory": 1 / decay,
        "noise": sigma,
        "variance of the second": (sigma * root_of_variance(decay / 2)) ** 2,
        "record": brentq(lambda t: (decay * t) ** -0.5 - 0.05, 1, 1000),
        "segment": 1.5 / (width(decay) / 5),
    }
    # The solution leaves out the peak at -omega, which widens the other by (alpha/2 omega)^2, at this pitch 2e-7.
    return {name: (value, 1e-6 * abs(value)) for name, value in found.items()}


def two_with_a_delay():
    """The numbers of item 2.5: the covariance of the pair, and the integral over its spectrum with the delay."""
    both = rc.covariance(rc.network(rc.damped, PAIR, gain=0.5), 1.0, output="x", p={"alpha": -0.5, "omega": 20 * np.pi})

    def power(nu, sign):
        return 1 / abs(1j * nu + 1.0 - 20j * np.pi - sign * 0.5 * np.exp(-0.05j * nu)) ** 2

    together, apart = (quad(power, -1000, 1000, (s,), points=[20 * np.pi], limit=1000)[0] for s in (1, -1))
    found = exact(without_delay=both[0, 1] / both[0, 0], with_delay=0.5 * np.cos(20 * np.pi * 0.05) / (0.5 + 0.5))
    # Beyond 1000 rad/s 2e-3 is missing from each integral, nearly the same from both, of a sum above 8.
    assert together + apart > 8
    return found | {"with delay, exact": ((together - apart) / (together + apart), 5e-4)}


def test_numbers_of_chapter_3():
    p = {"alpha": 0.3, "gamma": 1.2, "beta": 6.0, "omega": 18 * np.pi}
    t, z = run(rc.stuart_landau, 60.0, p=p, x0={"re": 0.05})
    size, hertz = abs(z[-1]), np.unwrap(np.angle(z[-20_001:]))[[0, -1]] @ [-1, 1] / 20 / TURN
    knocked = abs(run(rc.stuart_landau, 2.0, p=p, x0={"re": size * 1.0001})[1]) - size
    # RK4 damps falsely by (omega dt)^6/(144 dt) = 2e-7 per second and turns too slowly by (omega dt)^4/120 = 1e-7; the
    # start of 0.05 has faded by exp(-0.6 * 50). A knock of 1e-4 settles at 2 alpha up to 1.5e-4.
    clock = off_by(3e-6, size=size, frequency=hertz)
    clock |= {"time to 90 %": (np.interp(0.9 * size, abs(z[:20_000]), t[:20_000]), 1e-4)}
    clock |= {"time to forget": (2.0 / np.log(knocked[0] / knocked[-1]), 1.5e-4 * 1.7)}

    rate = np.array([-0.8, 0.0, 1.2, 0.0, -0.25, 0.0])  # of r, highest power first
    small, large = np.sort([r.real for r in np.roots(rate) if abs(r.imag) < 1e-9 < r.real])
    end = minimize_scalar(lambda r: 0.8 * r**4 - 1.2 * r**2, bounds=(0.1, 2), method="bounded", options={"xatol": 1e-9})
    slope = np.polyder(rate)
    # Simple roots of a quintic are good to 1e-13, and the place of a minimum to the root of that.
    jump = off_by(1e-6, smaller_size=small, larger_size=large, last_alpha=end.fun, size_at_the_last_alpha=end.x)
    jump |= off_by(1e-6, rate_at_the_smaller=np.polyval(slope, small), rate_at_the_larger=np.polyval(slope, large))
    check("ch03", clock, jump, knock_with_shear(), heap_before_and_after(), whispers(), largest_starts())


def knock_with_shear():
    """The numbers of item 3.3: two runs side by side, one of them knocked."""
    p, size = {"alpha": 0.5, "gamma": 1.0, "beta": 1.5, "omega": 16 * np.pi + 0.75}, np.sqrt(0.5)
    ends = [run(rc.stuart_landau, 30.0, p=p, x0={"re": size * knock, "im": 0.0})[1][-1] for knock in (1.0, 1.3)]
    lag = np.angle(ends[0] / ends[1])
    undoing = brentq(lambda share: asymptotic_phase(size * share + 0j, 1.0, 1.5, 0.5) - lag, 0.5, 1.0)
    # Both runs turn too slowly by the same (omega dt)^4/120 of a turn; the knock has faded by exp(-30).
    return off_by(1e-5, lag=lag, undoing_knock=undoing) | off_by(1e-3, lag_in_time=1e3 * lag / (16 * np.pi))


def heap_before_and_after():
    """The numbers of item 3.4: widths, variances and heights of the kernel, and moments of a heap by integration."""

    def decay(width):
        return brentq(lambda d: height(d, 1000, 1000 + width / 2) - height(d, 1000, 1000) / 2, 0.5, 6)

    wide, narrow = decay(1.0), decay(0.5)
    moment = [quad(lambda r, k=k: r ** (k + 1) * np.exp(-(r**2) / 2), 0, np.inf)[0] for k in range(3)]
    # The width does not know the pitch. At 1000 Hz the peak at -omega adds (alpha/2 omega)^2 = 6e-8 to a height.
    found = off_by(1e-6, alpha_before=-wide, alpha_after=-narrow)
    found |= off_by(1e-6, factor_of_the_variance=(root_of_variance(narrow) / root_of_variance(wide)) ** 2)
    found |= off_by(1e-6, factor_of_the_height=height(narrow, 1000, 1000) / height(wide, 1000, 1000))
    return found | off_by(1e-7, ratio_of_a_heap=np.sqrt(moment[2] * moment[0] / moment[1] ** 2 - 1))


def whispers():
    """The numbers of item 3.5: a run to the end, and the Jacobian there."""
    p, found = {"alpha": 0.0, "gamma": 4.0, "omega": 0.0}, []
    for drive in (0.032, 0.004):
        end = run(rc.stuart_landau, 600.0, 0.05, p=p, x0={"re": 1.0, "im": 0.0}, u={"u_re": drive})[1][-1]
        slopes = np.linalg.eigvals(rc.jacobian(rc.stuart_landau, (end.real, end.imag), p, {"u_re": drive})).real
        found += [end.real, -slopes.min()]
    # The slower one, held at 0.12 per second, has faded by exp(-72) after 600 s.
    names = ("response", "rate of return", "response to the weak drive", "rate under the weak drive")
    return {name: (value, 1e-9) for name, value in zip(names, found, strict=True)}


def largest_starts():
    """The numbers of item 3.6: both rungs simulated over ten memories."""

    def excess(start, alpha):
        kept = [
            abs(run(model, 10 / -alpha, 0.01, p={"alpha": alpha, **more}, x0=(start, 0.0))[1][-1])
            for model, more in ((rc.damped, {}), (rc.stuart_landau, {"gamma": 1.6}))
        ]
        return kept[0] / kept[1] - 1

    far, near = (brentq(lambda r, a=a: excess(r, a) - 0.03, 0.02, 0.5, xtol=1e-7) for a in (-0.8, -0.08))
    # After ten memories exp(-20) of the cube's work is still to come, and both runs share the false damping of RK4.
    return off_by(1e-6, largest_start=far, largest_start_nearer_the_birth=near)


def test_numbers_of_chapter_4():
    phases = np.linspace(0, TURN, 100_001)
    Z = phase_response(phases, 2.0, 2.0, 1.0)[0]
    pull, lag = 0.15 * Z.max(), 1.5 * np.pi - phases[Z.argmax()]

    def lead(detuning, t, events=None):
        accuracy = {"rtol": 1e-10, "atol": 1e-12, "events": events}
        return solve_ivp(lambda _, psi: detuning - pull * np.sin(psi + lag), (0, t), [0.0], **accuracy)

    slip = lead(0.20, 100.0, lambda _, psi: psi[0] - TURN).t_events[0][0]
    # The response is sampled every 6e-5 rad, and its top is flat: the pull is right to 2e-9, the lag to a sample.
    follow = off_by(1e-4, pull=pull, lag=lag, lead=lead(0.12, 300.0).y[0, -1], slip=slip)

    def turned(knock):
        return asymptotic_phase(knock + 0.5j, 1.0, 0.0, 0.25) - np.pi / 2

    # A knock ten thousand times smaller shows the slope to 1e-8.
    slope = 1e4 * turned(0.05e-4)
    knock = {"phase change": (slope, 1e-6), "late by": (-1e3 * slope / (20 * np.pi), 1e-5)}
    knock |= {"exact change": (turned(0.05), 0)}
    check("ch04", follow, knock, crowd(), window_of_death(), slow_tract())


def crowd():
    """The numbers of item 4.3: Ott and Antonsen's growth, Kuramoto's condition, an integral, and 20 000 crowds."""

    def growth(K):
        return np.log(ott_antonsen(np.array([0.0, 1.0]), 1e-6, K, 0.6)[1] / 1e-6)

    K = brentq(lambda K: synchrony(K, 0.6) - 0.8, 1.3, 10)
    held = quad(lambda w: 0.6 / np.pi / (w**2 + 0.36), -0.8 * K, 0.8 * K)[0]
    arrows = np.exp(1j * np.random.default_rng(4).uniform(0, TURN, (20_000, 200)))
    # An order of 1e-6 grows exponentially up to its square. R by chance scatters by half of its mean, 0.03, so the mean
    # of 20 000 by 0.03/141 = 2e-4; four times that covers this seed, and 1/(16 n) of R is what the formula leaves out.
    found = off_by(1e-6, onset=brentq(growth, 0.5, 2), coupling=K, held=held, growth=growth(K))
    return found | off_by(8e-4, chance=np.abs(arrows.mean(axis=1)).mean())


def window_of_death():
    """The numbers of item 4.4: eigenvalues of the network at rest, and runs of the network and of one unit."""

    def rest(K, gap=8.0):
        net = rc.network(rc.stuart_landau, PAIR, gain=K)
        p = {"alpha": 1.5, "omega": 20 * np.pi + gap / 2 * np.array([1.0, -1.0])}
        return net, p, rc.eigenvalues(net, np.zeros((2, 2)), p).real.max()

    low, high = (brentq(lambda K: rest(K)[2], *span) for span in ((1.2, 2.0), (5.5, 7.0)))
    narrow = brentq(lambda gap: rest(gap / 2, gap)[2], 2.5, 3.5)
    net, p, _ = rest(8.0)
    pair = rc.simulate(net, 20.0, 1e-3, p=p, x0={"re": np.array([0.5, 0.4]), "im": np.zeros(2)}).x[-1]
    alone = run(rc.stuart_landau, 20.0, p={"alpha": 1.5, "omega": 20 * np.pi}, x0={"re": 0.5, "im": 0.0})[1][-1]
    # False damping of (omega dt)^6/(144 dt) = 4e-7 per second; the tip is a double root, good to the root of 1e-15.
    sizes = off_by(1e-5, size_together=np.hypot(*pair)[0], size_alone=abs(alone))
    return off_by(1e-6, lower_end=low, upper_end=high, narrowest_difference=narrow) | sizes


def slow_tract():
    """The numbers of item 4.5: two phases with a delay, begun near the state that is stable."""

    def pace(delay, apart):
        net = rc.network(rc.kuramoto, PAIR, gain=4.0, delays=delay, coupling="sine")
        x0 = {"theta": np.array([0.0, apart])}
        theta = rc.simulate(net, 20.0, 5e-4, p={"omega": 20 * np.pi}, x0=x0)["theta"][:, 0]
        return (theta[-1] - theta[-10_001]) / 5 / TURN

    # They settle at 2 K |cos| > 5 per second, exp(-75) in 15 s; a constant pace is exact for RK4.
    return off_by(1e-6, pace_apart=pace(0.035, 2.8), pace_in_phase=pace(0.0175, 0.3))
