"""The network of spikes against one neuron's closed form, its own refinement, exact sums, and the mean field."""

import re

import numpy as np
import pytest
from cycles_for_tests import REFERENCE
from scipy.integrate import solve_ivp

import rosetta_core as rc
from rosetta_core import _qif
from rosetta_core.models.mpr import fixed_points, mpr
from rosetta_core.models.ping import equilibrium
from rosetta_core.spiking import QIFNetwork

# Published protocols with tau_s = dt = 1 ms: by N, the RMS of the rate against the mean field in bins of 0.1 s, to
# 30 %, and the mean rate (Hz) at the end of the time before and from 50 % to 75 % of the run.
STEP, SINUSOID = ({int(r[0]): r for r in REFERENCE[k]["value"] if r[1] == 1e-3} for k in ("r6.step", "r6.sin"))
STEP_RMS, SINUSOID_RMS = ({n: row[2] for n, row in rows.items()} for rows in (STEP, SINUSOID))
STEP_MEANS = {n: (row[5], row[6]) for n, row in STEP.items()}
PUBLISHED = {"tau": 1.0, "Delta": 1.0, "eta_bar": -5.0, "J": 15.0}


@pytest.mark.parametrize("x", [1e-4, 0.1, 1.0, 3.99])
@pytest.mark.parametrize("eta", [0.3, 40.0])
def test_one_neuron_fires_as_often_as_the_closed_form_says(x, eta):
    tau = 0.013
    dt = tau * np.sqrt(x / eta)
    rate = np.sqrt(eta) / (np.pi * tau)
    run = QIFNetwork(n=1, eta_bar=eta, delta=0.0, J=0.0, tau=tau).run(400 / rate, dt, raster=1)
    found = (run.spike_t.size - 1) / (run.spike_t[-1] - run.spike_t[0])
    # A step turns sqrt(x) (1 - e), e <= x^4/99225; the moment within a step is good to e + 6e-10 of it, rounding adds.
    assert abs(found / rate - 1) < x**4 / 99225 + 1e-9 * np.sqrt(x) / 400 + 1e-12
    spread = np.ptp(np.diff(run.spike_t)) / dt
    assert spread < 2 * (x**4 / 99225 + 6e-10) * (np.pi / np.sqrt(x) + 1) + 1e-10 / np.sqrt(x)


def test_current_adds_to_the_excitability_and_a_silent_neuron_rests():
    quiet = QIFNetwork(n=3, eta_bar=-4.0, delta=0.0, J=0.0)
    run = quiet.run(8.0, 1e-2, start=[-5.0, 0.0, 1.99], bin=0.1)
    # The flow draws to -2 at the rate 2 sqrt(4)/tau: (V + 2)/(V - 2), at most 400 at first, falls by exp(-32).
    np.testing.assert_allclose(run.V, -2.0, atol=4 * 400 * np.exp(-32), rtol=0)
    # 50 s of 3/pi Hz, and of each neuron one spike more or less.
    assert quiet.run(50.0, 1e-2, drive=13.0, bin=50.0).rate[0, 0] == pytest.approx(3 / np.pi, abs=1 / 50)


def test_a_step_keeps_the_order_of_voltages_on_the_circle():
    u = np.tan(np.linspace(-np.pi / 2 + 1e-3, np.pi / 2 - 1e-3, 4001))
    for x in (-1e6, -100.0, -1.0, 0.0, 1e-8, 1.0, 4.0):
        angle = np.unwrap([2 * np.arctan(_qif.turn(each, x)[0]) for each in u])
        # Once round for once round; where the map draws all voltages together, steps below rounding.
        assert (np.diff(angle) > -1e-12).all() and angle[-1] - angle[0] < 2 * np.pi
    # Within a step of length 1 those fire that are nearer than that to the spike: tan(pi/2 - 1), to e(1) = 1e-5.
    assert np.array_equal([_qif.turn(each, 1.0)[1] < 0 for each in u], u > 1 / np.tan(1.0))


NETWORKS = {
    "first order": {"synapse": "first_order", "tau_s": 0.1},
    "second order": {"synapse": "second_order", "tau_s": 0.1},
    "instantaneous": {"synapse": "instantaneous", "tau_s": 0.064},
    "three kinds, three populations": {
        "n": (150, 100, 60), "eta_bar": (1.0, -1.0, 0.5), "tau": (1.0, 0.7, 0.5),
        "J": [[10.0, -8.0, 1.0], [9.0, -3.0, 0.0], [2.0, -4.0, -1.0]],
        "synapse": ("second_order", "first_order", "instantaneous"), "tau_s": (0.1, 0.08, 0.032),
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", NETWORKS)
def test_the_coupled_network_is_of_second_order_in_the_step(kind):
    network = QIFNetwork(**{"n": 200, "eta_bar": 1.0, "delta": 0.5, "J": 3.0, **NETWORKS[kind]})
    start = -2 + np.sin(1.3 * np.arange(network.eta.size))
    steps = 0.016 / 2.0 ** np.arange(5)

    def circle(dt):
        return np.exp(2j * np.arctan(network.run(6.4, dt, start=start, drive=np.sin).V))

    exact = circle(steps[-1] / 16)
    errors = [np.sqrt(np.mean(np.abs(circle(dt) - exact) ** 2)) for dt in steps]
    slope = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    # Where in the steps the some hundred spikes fall is chance, which moves each error by tens of per cent and the
    # slope over a factor of 16 by 0.2; an error of first order anywhere would give 1. The reference adds 1/256.
    assert slope == pytest.approx(2.0, abs=0.3)
    assert errors[-1] < 1e-3


@pytest.mark.parametrize("kind", NETWORKS)
def test_synapses_are_the_exact_sums_over_the_spikes(kind):
    network = QIFNetwork(**{"n": 50, "eta_bar": 2.0, "delta": 0.5, "J": 3.0, **NETWORKS[kind]})
    run = network.run(4.0, 4e-3, start=-1.0, bin=0.08, raster=network.eta.size)
    kinds, tau_s = network.synapse, network.tau_s
    population = np.searchsorted(np.cumsum(network.n), run.spike_neuron, side="right")
    for k, size in enumerate(network.n):
        ago = (run.t[:, None] - run.spike_t[population == k]) / tau_s[k]
        past = np.maximum(ago, 0.0)
        if kinds[k] == "instantaneous":  # the window ends where a step does, so whole steps leave it
            kernel = np.ceil(np.round(ago * tau_s[k] / 4e-3, 9)) <= tau_s[k] / 4e-3
        else:
            kernel = np.exp(-past) * (past if kinds[k] == "second_order" else 1.0)
        exact = np.where(ago >= 0, kernel, 0.0).sum(axis=1) / (size * tau_s[k])
        # Moments are good to 1e-9 of a step, the decay is exact.
        np.testing.assert_allclose(run.s[:, k], exact, atol=1e-8 * exact.max(), rtol=0)
    np.testing.assert_allclose(run.rate.sum(axis=0) * network.n * 0.08, np.bincount(population), rtol=1e-12)


def step(t):
    return 3.0 * (t < 30.0)


def protocol(drive, length, sizes, breaks=()):
    """RMS of the rate against the mean field, by N, and the mean rates that STEP_MEANS has; in bins of 0.1 s.

    40 s without drive from V = -2 come before. The mean field starts at its lower fixed point; its error is below 1e-8.
    """
    p, low = tuple(PUBLISHED.values()), fixed_points(**PUBLISHED)[0]
    edges = np.arange(round(length / 0.1) + 1) * 0.1
    spent, y = np.zeros(edges.size), np.array([low.r, low.v, 0.0])
    for begin, end in zip((0.0, *breaks), (*breaks, length), strict=True):
        inside = (edges > begin - 1e-9) & (edges < end + 1e-9)
        solved = solve_ivp(
            lambda t, x: (*mpr.rhs.py_func(t, tuple(x[:2]), p, (drive(t),)), x[0]), (begin, end), y,
            t_eval=np.clip(edges[inside], begin, end), method="DOP853", rtol=1e-9, atol=1e-11, max_step=0.5,
        )  # fmt: skip
        spent[inside], y = solved.y[2], solved.y[:, -1]
    errors, means = {}, {}
    for n in sizes:
        before = QIFNetwork(n=n).run(40.0, 1e-3, start=-2.0, bin=0.1)
        rate = QIFNetwork(n=n).run(length, 1e-3, start=before, drive=drive, bin=0.1).rate[:, 0]
        errors[n] = np.sqrt(np.mean((rate - np.diff(spent) / 0.1) ** 2))
        means[n] = before.rate[-200:].mean(), rate[rate.size // 2 : 3 * rate.size // 4].mean()
    return errors, means


def test_step_protocol_meets_the_mean_field_as_the_root_of_n():
    errors, means = protocol(step, 40.0, (1000, 3000, 5000, 10_000, 20_000, 50_000), breaks=(30.0,))
    for n, wanted in STEP_RMS.items():
        assert errors[n] == pytest.approx(wanted, rel=0.3)
        # 4 spikes of rounding at the edges of 20 s and 10 s; the scheme and the sampling are the same.
        np.testing.assert_allclose(means[n], STEP_MEANS[n], atol=4 / (10 * n), rtol=0)
    slope = np.polyfit(np.log(list(errors)), np.log(list(errors.values())), 1)[0]
    # Fluctuations fall as the root of N. One run each, of about 20 independent stretches in the ringing that makes most
    # of the error: 1/sqrt(2 * 20) = 16 % each, over a factor of 50 in N a slope good to 0.16/ln(50) * sqrt(2) = 0.06.
    assert slope == pytest.approx(-0.5, abs=0.06)


def test_sinusoidal_protocol_is_the_reference():
    errors, _ = protocol(rc.sinusoid(3.0, 1 / 40), 80.0, tuple(SINUSOID_RMS))
    assert errors == pytest.approx(SINUSOID_RMS, rel=0.3)


def test_order_parameter_gives_rate_and_potential():
    run = QIFNetwork(n=20_000).run(40.0, 1e-3, drive=3.0, start=-1.0, bin=0.1)
    up = fixed_points(**{**PUBLISHED, "eta_bar": -2.0})[-1]
    settled = run.t > 15.0
    r, v = (each[settled, 0] for each in run.mean_field)
    # Finite size: within some 1/sqrt(N) = 0.7 % of the scale of W = pi r + i v, which is 4.3; less in means.
    assert np.abs(r - run.rate[settled, 0]).max() < 0.1
    assert [r.mean(), r.mean()] == pytest.approx([run.rate[settled, 0].mean(), up.r], rel=0.01)
    assert v.mean() == pytest.approx(up.v, abs=0.03)
    assert (np.abs(run.Z) < 1).all() and np.array_equal(run.v[settled, 0], v)


def frequency(t, rate):
    """Upward crossings of the mean, in Hz, of a rhythm smoothed over a few bins."""
    smooth = np.convolve(rate - rate.mean(), np.hanning(11), "same")
    above = smooth > 0
    up = np.flatnonzero(~above[:-1] & above[1:])
    where = t[up] + (t[1] - t[0]) * smooth[up] / (smooth[up] - smooth[up + 1])
    return (up.size - 1) / (where[-1] - where[0])


def test_ing_has_the_frequency_of_its_mean_field():
    row = REFERENCE["r5.ing2.lc"]
    q = row["parameters"]
    network = QIFNetwork(n=10_000, eta_bar=q["eta"], delta=q["Delta"], J=-q["J"], tau=q["tau_m"],
                         synapse="second_order", tau_s=q["tau_syn"])  # fmt: skip
    run = network.run(1.2, 5e-5, bin=2.5e-4)
    settled, (wanted, high, _) = run.t > 0.3, row["value"]
    # The step's error is (dt/tau_s)^2/12 = 5e-5, phase noise of size 1/sqrt(N) adds up over 50 cycles; the peak is seen
    # in bins with some 400 spikes each, so to 5 %.
    assert frequency(run.t[settled], run.rate[settled, 0]) == pytest.approx(wanted, rel=0.01)
    assert np.quantile(run.rate[settled, 0], 0.99) == pytest.approx(high, rel=0.05)


def test_ping_has_the_frequency_of_its_mean_field():
    row = REFERENCE["r5.pingA.lc.10"]
    q = row["parameters"]
    network = QIFNetwork(
        n=(8000, 4000), eta_bar=(q["ee"], q["ei"]), delta=(q["De"], q["Di"]), tau=(q["te"], q["ti"]),
        J=[[q["Jee"], -q["Jei"]], [q["Jie"], -q["Jii"]]], synapse="first_order", tau_s=(q["tse"], q["tsi"]),
    )  # fmt: skip
    run = network.run(1.5, 5e-5, bin=2.5e-4)
    settled, wanted, lag = run.t > 0.3, row["value"][0], row["value"][-1] * 1e-3
    # Finite size as for ING; the frequency is known to the phase noise of 50 cycles.
    assert frequency(run.t[settled], run.rate[settled, 0]) == pytest.approx(wanted, rel=0.01)
    e, i = run.rate[settled].T
    overlap = [np.dot(e[: e.size - 40], i[shift : i.size - 40 + shift]) for shift in range(40)]
    # E leads by the lag of the peaks, found here by the largest overlap of two unlike waves: to a tenth of a cycle.
    assert np.argmax(overlap) * 2.5e-4 == pytest.approx(lag, abs=0.1 / wanted)


@pytest.mark.parametrize("kind", [*NETWORKS, "one step"])
def test_results_are_the_same_to_the_bit_whatever_is_recorded(kind):
    options = {"n": 300, "eta_bar": 1.0, "J": 3.0, **NETWORKS.get(kind, {})}
    first, again = (QIFNetwork(**options).run(3.2, 4e-3, drive=np.cos, bin=0.08) for _ in range(2))
    watched = QIFNetwork(**options).run(3.2, 4e-3, drive=np.cos, bin=0.016, raster=20)
    for name in ("rate", "Z", "s", "V"):
        assert np.array_equal(getattr(first, name), getattr(again, name)), name
    assert np.array_equal(watched.Z[4::5], first.Z) and np.array_equal(watched.s[4::5], first.s)
    assert np.array_equal(watched.V, first.V)
    np.testing.assert_allclose(watched.rate.reshape(-1, 5, first.rate.shape[1]).mean(axis=1), first.rate, rtol=1e-13)
    # Watching more neurons adds spikes and changes none.
    everybody = QIFNetwork(**options).run(3.2, 4e-3, drive=np.cos, bin=0.08, raster=np.arange(watched.V.size))
    of_interest = np.isin(everybody.spike_neuron, np.unique(watched.spike_neuron))
    assert np.array_equal(everybody.spike_t[of_interest], watched.spike_t) and (np.diff(everybody.spike_t) >= 0).all()
    # Two halves, one after the other, are the whole.
    whole = QIFNetwork(**options).run(1.6, 4e-3, start=first)
    half = QIFNetwork(**options).run(0.8, 4e-3, start=first)
    assert np.array_equal(QIFNetwork(**options).run(0.8, 4e-3, start=half).V, whole.V)


def test_the_stationary_start_is_that_of_the_mean_field_and_stays():
    n, tau, eta, J = 20_000, np.array([0.02, 0.01]), np.array([-1.0, -2.0]), np.array([[2.0, -6.0], [8.0, -1.0]])
    network = QIFNetwork(n=(n, n), tau=tau, eta_bar=eta, J=J, synapse=("first_order", "second_order"), tau_s=0.01)
    r = network.stationary_rates(0.5)
    rest = equilibrium(*r, *tau, 1.0, 1.0, J[0, 0], -J[0, 1], J[1, 0], -J[1, 1])
    # The quantiles lack the farthest tail, 2/sqrt(pi N) = 0.008 of pi tau r; the currents change ten times as fast.
    np.testing.assert_allclose([rest.into_E, rest.into_I], eta + 0.5, atol=0.1)
    for seed in (None, 3):
        run = network.run(1.0, 1e-4, bin=0.01, drive=0.5, seed=seed)
        # A bin holds r N bin spikes, s those of 2 tau_s or 4 tau_s; firing is regular, chance adds less than the root.
        noise = np.sqrt(r / (n * 0.01))
        assert (np.abs(run.rate - r) < 5 * noise).all() and (np.abs(run.s - r) < 5 * noise).all()
        np.testing.assert_allclose(run.rate.mean(axis=0), r, rtol=0.01)
        V = network.run(1e-4, 1e-4, drive=0.5, seed=seed).V
        a = network.eta + np.repeat(0.5 + tau * (J @ r), n)
        # A silent neuron is at rest; within a step of tau/100 the input is off by chance alone, and V by far less.
        np.testing.assert_allclose(V[a < 0], -np.sqrt(-a[a < 0]), atol=0.02)
        # Of the others half are above 0, by chance or evenly.
        assert np.mean(V[a > 1] > 0) == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(np.sum(a > 1)))


def test_excitabilities_follow_the_lorentzian():
    network = QIFNetwork(n=9, eta_bar=2.0, delta=0.5)
    j = np.arange(1, 10)
    np.testing.assert_allclose(network.eta, 2.0 + 0.5 * np.tan(np.pi * (2 * j - 10) / 20), rtol=1e-13)
    one, same, other = (QIFNetwork(n=5000, eta_bar=2.0, delta=0.5, seed=seed).eta for seed in (1, 1, 2))
    assert (one == same).all() and not (one == other).any()
    level = 0.5 + np.arctan((np.sort(one) - 2.0) / 0.5) / np.pi
    # Kolmogorov-Smirnov: one draw in 10^5 lies farther than 2.5/sqrt(n).
    assert np.abs(level - np.arange(1, 5001) / 5000).max() < 2.5 / np.sqrt(5000)


# What is wrong with a network or a run of it, the error, and what it must say.
CASES = [
    ({"delta": -1.0}, ValueError, "delta.*not be negative, got -1.0"),
    ({"n": 10.5}, TypeError, "n must be a whole number.*10.5"),
    ({"eta_bar": np.nan}, ValueError, "eta_bar must be finite, got nan"),
    ({"J": np.ones((2, 3))}, ValueError, r"square array \[target, source\].*\(2, 3\)"),
    ({"tau": 0.0}, ValueError, "tau must be .*positive.*0.0"),
    ({"synapse": "second"}, ValueError, "'second'.*did you mean 'second_order'"),
    ({"synapse": "first_order"}, TypeError, "tau_s.*None"),
    ({"n": (5, 5)}, ValueError, "n must be one value, or one for each of the 1 populations"),
    ({"seed": -1}, ValueError, "seed.*-1"),
    ({"dt": 0.2}, ValueError, "too large at t = 0 s.*largest dt that works"),
    ({"dt": 2.0}, ValueError, "longer than the run"),
    ({"t1": -1.0}, ValueError, "t1 must be .*positive"),
    ({"tau_s": 0.0105}, ValueError, "tau_s = 0.0105 s must be whole steps"),
    ({"bin": 0.0151}, ValueError, "bin.*whole steps.*0.015 s"),
    ({"drive": lambda t: np.nan if t > 0.5 else 0.0}, ValueError, "drive must be finite, got nan at t = 0.5005 s"),
    ({"drive": "loud"}, TypeError, "drive.*'loud'"),
    ({"drive": np.zeros(1000)}, ValueError, "drive.*1 populations"),
    ({"start": np.zeros(7)}, ValueError, r"start.*1000 neurons.*\(7,\)"),
    ({"start": QIFNetwork(n=10).run(1.0, 1e-3)}, ValueError, r"same n.*start=run\.V"),
    ({"raster": [1, 1000]}, ValueError, "raster.*from 0 to 999"),
    ({"drive": lambda t: np.exp(40 * t)}, FloatingPointError, "too large at t = 0.*largest dt"),
]


@pytest.mark.parametrize(("options", "error", "words"), CASES)
def test_bad_input_is_refused(options, error, words):
    options = dict(options)
    own = {name: options.pop(name) for name in list(options) if hasattr(QIFNetwork, name)}
    with pytest.raises(error, match=words):
        QIFNetwork(**{"n": 1000, **own}).run(**{"t1": 1.0, "dt": 1e-3, "start": -2.0, **options})


def test_the_step_that_the_message_names_works_and_a_little_more_does_not():
    network = QIFNetwork(n=1000)
    with pytest.raises(ValueError) as raised:
        network.run(1.0, 0.2, start=-2.0)
    largest = float(re.search(r"works is (\S+) s", str(raised.value))[1])
    # The fastest neuron turns by sqrt(x) = 2 at most, and the message leaves 1 % and rounds.
    assert largest == pytest.approx(2 / np.sqrt(network.eta[-1]), rel=0.02)
    assert np.isfinite(network.run(10 * largest, largest, start=-2.0).V).all()
    with pytest.raises(ValueError, match="too large"):
        network.run(1.0, 1.03 * largest, start=-2.0)
    with pytest.raises(ValueError, match="tau_s/2"):
        QIFNetwork(n=10, synapse="second_order", tau_s=0.01).run(1.0, 0.006)
