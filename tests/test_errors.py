"""Bad input is refused at once, in words: what was wanted, what came, what to try."""

import numpy as np
import pytest
from models_for_tests import escape

import rosetta_core as rc
from rosetta_core.models.bautin import cycle_radii, fold
from rosetta_core.models.stuart_landau import amplitude_density, limit_cycle

SL = rc.stuart_landau

# Each case: keyword arguments of simulate (t1 = 1, dt = 0.01 unless given), the error, and words it must say.
CASES = {
    "unknown parameter": ({"p": {"alhpa": 1.0}}, ValueError, ["alhpa", "did you mean 'alpha'", "omega"]),
    "unknown state": ({"x0": {"z": 1.0}}, ValueError, ["initial state", "'z'", "re, im"]),
    "unknown input": ({"u": {"u_er": 1.0}}, ValueError, ["u_er", "did you mean 'u_re'"]),
    "unknown noise target": ({"sigma": {"r": 1.0}}, ValueError, ["noise sigma", "'r'", "re, im"]),
    "wrong shape of p": ({"p": [1.0, 2.0]}, ValueError, ["(4,)", "alpha, omega, gamma, beta", "(2,)"]),
    "wrong shape of x0": ({"x0": np.ones((2, 3, 4))}, ValueError, ["(2,)", "n_nodes", "(2, 3, 4)"]),
    "matrix for one parameter": ({"p": {"alpha": np.ones((2, 2))}}, ValueError, ["alpha", "(2, 2)"]),
    "wrong shape of u": ({"u": [1.0]}, ValueError, ["(2,)", "u_re, u_im", "(1,)"]),
    "wrong shape of sigma": ({"sigma": [0.1, 0.1, 0.1]}, ValueError, ["(2,)", "(3,)"]),
    "sigma for other nodes": (
        {"sigma": np.ones((2, 3)), "p": {"alpha": [1, 2]}},
        ValueError,
        ["number of nodes", "(4, 2)", "noise for 3 nodes"],
    ),
    "drives for other nodes": (
        {"u": {"u_re": [rc.step(1.0, at=0.5)] * 3}, "p": {"alpha": [1, 2]}},
        ValueError,
        ["(2, 3)", "drives for 3 nodes"],
    ),
    "two lengths of noise": (
        {"sigma": {"re": [0.1, 0.2], "im": rc.ornstein_uhlenbeck([0.1, 0.2, 0.3], 1.0)}},
        ValueError,
        ["noise on re", "3 (one per node)", "got 2"],
    ),
    "coloured noise on nothing": (
        {"sigma": rc.ornstein_uhlenbeck(0.1, 1.0)},
        TypeError,
        ["sigma={'name'", "re, im, u_re"],
    ),
    "coloured noise on a stranger": ({"sigma": {"r": rc.ornstein_uhlenbeck(0.1, 1.0)}}, ValueError, ["'r'", "u_im"]),
    "history of one node": ({"history": lambda t: [1.0, 0.0]}, ValueError, ["history is for networks", "x0 alone"]),
    "lengths that disagree": ({"p": {"alpha": [1, 2], "beta": [1, 2, 3]}}, ValueError, ["alpha (2,)", "beta (3,)"]),
    "nodes that disagree": ({"p": {"alpha": [1, 2]}, "x0": np.ones((2, 3))}, ValueError, ["(2, 3)", "(4, 2)"]),
    "no nodes": ({"p": {"alpha": []}}, ValueError, ["at least one node"]),
    "NaN parameter": ({"p": {"alpha": np.nan}}, ValueError, ["alpha", "finite", "nan", "default"]),
    "infinite state": ({"x0": [np.inf, 0.0]}, ValueError, ["re", "finite", "inf"]),
    "infinite parameter at a node": ({"p": {"beta": [0.0, np.inf]}}, ValueError, ["beta", "node 1"]),
    "NaN input": ({"u": {"u_im": np.nan}}, ValueError, ["u_im", "finite"]),
    "text for a number": ({"p": {"alpha": "half"}}, TypeError, ["alpha", "number", "'half'"]),
    "negative noise": ({"sigma": -0.1}, ValueError, ["nonnegative", "-0.1"]),
    "negative duration": ({"t1": -1.0}, ValueError, ["t1", "positive", "-1.0"]),
    "no duration": ({"t1": 0.0}, ValueError, ["t1", "positive"]),
    "negative step": ({"dt": -0.1}, ValueError, ["dt", "positive"]),
    "NaN step": ({"dt": np.nan}, ValueError, ["dt", "finite"]),
    "text step": ({"dt": "0.1"}, TypeError, ["dt", "seconds"]),
    "step longer than run": ({"dt": 2.0}, ValueError, ["dt = 2.0", "t1 = 1.0", "dt <= t1"]),
    "unstable step": ({"t1": 100.0, "dt": 1.0}, ValueError, ["too large", "fastest rate", "below 0.44"]),
    "unknown method": ({"method": "rk5"}, ValueError, ["'rk5'", "'euler', 'heun', 'rk4'", "did you mean 'rk4'"]),
    "every zero": ({"every": 0}, ValueError, ["every", "from 1"]),
    "every fraction": ({"every": 1.5}, TypeError, ["every", "whole number"]),
    "negative seed": ({"seed": -1}, ValueError, ["seed", "from 0"]),
    "Python function as input": ({"u": {"u_re": np.sin}}, TypeError, ["u_re", "sin", "sampled"]),
    "drive without a name": ({"u": rc.step(1.0, at=0.5)}, ValueError, ["2 inputs", "u_re, u_im", "u={'name': drive}"]),
}


@pytest.mark.parametrize("case", CASES)
def test_simulate_refuses(case):
    options, error, words = CASES[case]
    options = {"t1": 1.0, "dt": 0.01, **options}
    with pytest.raises(error) as raised:
        rc.simulate(SL, **options)
    for word in words:
        assert word in str(raised.value)
    # And nothing was left half done: the same call with good input runs.
    assert np.isfinite(rc.simulate(SL, 0.1, 0.01).x).all()


def test_value_outside_its_meaning():
    with pytest.raises(ValueError, match=r"omega .*must be positive, got -3"):
        rc.simulate(rc.harmonic, 1.0, 0.01, p={"omega": -3.0})
    with pytest.raises(ValueError, match=r"delta .*must be nonnegative, got -1"):
        rc.simulate(rc.bautin, 1.0, 0.01, p={"delta": -1.0})


def test_a_run_that_blows_up_stops_at_once_and_names_model_time_step_and_values():
    with pytest.raises(FloatingPointError) as raised:
        # r^2 = 1/(e^{-2 alpha t} (1 + 1) - 2 ...) leaves every bound at t = ln(3/2)/1 s for alpha = 0.5, gamma = -1.
        rc.simulate(SL, 1e6, 1e-3, p={"gamma": -1.0}, x0=[1.0, 0.0])
    for word in ("'stuart_landau': re, im stopped", "t = 0.4", "dt = 0.001", "gamma = -1", "dt / 4"):
        assert word in str(raised.value)


RUNS_INTO_INFINITY = {
    "alone": lambda: rc.simulate(escape, 1e6, 1e-3),
    "driven and noisy": lambda: rc.simulate(escape, 1e6, 1e-3, u=rc.sinusoid(0.1, 1.0), sigma={"rests": 0.1}),
    "a node": lambda: rc.simulate(escape, 10.0, 1e-3, x0={"escapes": [0.0] * 18 + [1.0, 0.5]}),
    "a network": lambda: rc.simulate(rc.network(escape, np.zeros((20, 20))), 10.0, 1e-3, x0=ONE_ESCAPES),
    "a delayed network": lambda: rc.simulate(
        rc.network(escape, np.eye(20), gain=0.1, delays=0.01), 10.0, 1e-3, x0=ONE_ESCAPES, method="heun"
    ),
    "a set": lambda: rc.ensemble(escape, 10.0, 1e-3, x0=ONE_ESCAPES, progress=False),
    "a set that is reduced": lambda: rc.ensemble(escape, 10.0, 1e-3, x0=ONE_ESCAPES, reduce="mean", progress=False),
    "adaptive": lambda: rc.simulate(escape, 10.0, 1e-3, method="dop853"),
}  # fmt: skip
ONE_ESCAPES = np.array([np.zeros(20), [0.0] * 18 + [1.0, 0.5]])


@pytest.mark.parametrize("case", RUNS_INTO_INFINITY)
def test_the_error_names_the_state_the_node_and_the_time(case):
    """b' = b^2 from 1 is infinite at t = 1; RK4 passes it by a few steps, Heun by some more; the other state rests."""
    with pytest.raises(
        FloatingPointError, match=r"'escape( x 20)?': escapes stopped being finite at t = (0\.99|1 s|1\.0[01])"
    ) as raised:
        RUNS_INTO_INFINITY[case]()
    where = {"a node": "node 18", "a network": "node 18", "a delayed network": "node 18", "a set": "set 18"}
    assert where.get(case.removesuffix(" that is reduced"), "dt = 0.001") in str(raised.value)


def test_the_set_that_fails_is_counted_through_all_blocks():
    with pytest.raises(FloatingPointError, match="set 299"):
        rc.ensemble(escape, 10.0, 1e-3, x0={"escapes": [0.0] * 299 + [1.0]}, reduce="mean", progress=False)


def test_a_run_too_long_to_keep_says_how_to_keep_less():
    with pytest.raises(MemoryError, match=r"1000000000000001 samples .* raise every = 1"):
        rc.simulate(SL, 1e12, 1e-3)


def test_an_ensemble_too_large_for_memory_says_so_before_it_runs():
    alpha = np.linspace(0.0, 1.0, 10_000)
    with pytest.raises(
        MemoryError, match=r"need \S+ GB; keep fewer: raise every = 1, or keep statistics only: reduce="
    ):
        rc.ensemble(SL, 1e6, 1e-3, p={"alpha": alpha}, progress=False)
    few = rc.ensemble(SL, 0.1, 1e-3, p={"alpha": alpha}, reduce="mean", progress=False)
    assert np.isfinite(few["mean"]).all()


def test_an_initial_state_without_a_slope_is_refused():
    with pytest.raises(ValueError, match="no finite slope"), np.errstate(all="ignore"):
        rc.simulate(SL, 1.0, 0.01, x0=[1e200, 0.0])


def test_unknown_names_of_results_and_quantities():
    run = rc.simulate(SL, 0.1, 0.01)
    with pytest.raises(KeyError, match="did you mean"):
        run["ree"]
    with pytest.raises(ValueError, match="no quantity"):
        SL.quantity("kappa")


DRIVES = [
    (lambda: rc.step(np.nan, at=0.0), "amplitude must be a finite"),
    (lambda: rc.step(1.0, at=np.inf), "at must be a finite"),
    (lambda: rc.pulse(1.0, at=0.0, width=0.0), "width must be positive"),
    (lambda: rc.sinusoid(1.0, frequency=-2.0), "frequency must be positive"),
    (lambda: rc.sampled([1.0], 0.1), "at least two values"),
    (lambda: rc.sampled([1.0, np.nan], 0.1), "index 1"),
    (lambda: rc.sampled([1.0, 2.0], 0.0), "dt must be positive"),
    (
        lambda: rc.pulse_train(1.0, at=0.0, width=0.3, frequency=4.0),
        "would overlap; keep width below 1/frequency = 0.25",
    ),
    (lambda: rc.pulse_train(1.0, at=0.0, width=0.1, frequency=4.0, count=0), "count must be a whole number"),
    (lambda: rc.modulated(1.0, carrier=0.0, modulation=1.0), "carrier must be positive"),
    (lambda: rc.chirp(1.0, start=1.0, end=2.0, duration=0.0), "duration must be positive"),
    (lambda: rc.ornstein_uhlenbeck(-1.0, 0.1), "sd finite and not negative"),
    (lambda: rc.ornstein_uhlenbeck(1.0, 0.0), "tau finite and positive"),
    (lambda: rc.ornstein_uhlenbeck([1.0, 2.0], [0.1, 0.2, 0.3]), "same nodes, got 2 and 3"),
]


@pytest.mark.parametrize(("make", "words"), DRIVES)
def test_drives_refuse(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_model_declarations_refuse():
    row = SL.params[0]
    keep = {k: getattr(SL, k) for k in ("title", "rhs", "emit", "output", "state", "inputs", "signal", "source")}
    with pytest.raises(ValueError, match="names must differ"):
        rc.Model(name="twice", params=(row, row), **keep)
    with pytest.raises(ValueError, match="low <= default <= high"):
        rc.Model(name="outside", params=(row._replace(default=99.0),), **keep)


def test_a_kernel_may_not_hide_code_behind_a_module():
    from rosetta_core import noise
    from rosetta_core._jit import digest

    def hidden(x):
        return noise.normal_pair(0, 0, 0, x)

    with pytest.raises(TypeError, match="import the function itself by name"):
        digest(hidden)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: limit_cycle(-1.0, 1.0, 1.0, 0.0), "one sign"),
        (lambda: amplitude_density(1.0, 1.0, -1.0, 0.1), "gamma > 0"),
        (lambda: fold(1.0, 1.0), "gamma < 0 < delta"),
        (lambda: cycle_radii(1.0, 1.0, 0.0), "delta > 0"),
    ],
)
def test_closed_forms_refuse_what_has_no_answer(call, words):
    with pytest.raises(ValueError, match=words):
        call()
