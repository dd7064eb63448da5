"""Ensembles: the bits of single runs, statistics that numpy would give, any executor, and a clean stop."""

import signal
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core import observe
from rosetta_core.ensemble import SETS

SL, JR = rc.stuart_landau, rc.jansen_rit
ALPHA = np.linspace(-0.5, 1.0, 2 * SETS + 5)
ALL = ("mean", "variance", "minimum", "maximum", "frequency", "spectrum")


def run(model=SL, t1=2.0, dt=0.01, **options):
    return rc.ensemble(model, t1, dt, **{"progress": False, **options})


def test_every_set_is_the_run_alone():
    options = {
        "x0": [0.3, 0.1], "seed": 7, "sigma": {"re": 0.2, "u_im": rc.ornstein_uhlenbeck(0.3, 0.05)}, "every": 3,
        "u": {"u_re": rc.sinusoid(0.2, 1.0)},
    }  # fmt: skip
    result = run(p={"alpha": ALPHA}, **options)
    together = rc.simulate(SL, 2.0, 0.01, p={"alpha": ALPHA}, **options)
    assert result.shape == ALPHA.shape and result.x.shape == (67, 2, ALPHA.size)
    assert np.array_equal(result.t, together.t) and np.array_equal(result.x, together.x)
    assert np.array_equal(result["im"], together["im"])
    alone = rc.simulate(SL, 2.0, 0.01, p={"alpha": ALPHA[0]}, **options)
    assert np.array_equal(result.x[..., 0], alone.x)


def test_seeds_one_for_each_set():
    result = run(x0=[0.3, 0.1], sigma=0.2, seed=[4, 9, 4])
    for index, seed in enumerate((4, 9, 4)):
        assert np.array_equal(result.x[..., index], rc.simulate(SL, 2.0, 0.01, x0=[0.3, 0.1], sigma=0.2, seed=seed).x)
    assert not np.array_equal(result.x[..., 0], result.x[..., 1])


@pytest.mark.parametrize("of", ["output", "im"])
@pytest.mark.parametrize("settle", [0.0, 0.37])
def test_reductions_are_those_of_the_trajectory(of, settle):
    dt, every, skip = 0.01, 2, round(settle / 0.02)
    options = {"p": {"alpha": ALPHA[-40:], "beta": 0.4}, "x0": [0.3, 0.1], "u": {"u_re": 0.5}, "every": every}
    path = run(t1=10.0, **options)["re" if of == "output" else of][1:]
    y, frequencies = path[skip:], np.array([0.0, 0.9, 1.7, 25.0])
    found = run(t1=10.0, reduce=ALL, of=of, settle=settle, level=0.1, frequencies=frequencies, **options)
    n, size = len(y), np.abs(y).max()
    assert np.array_equal(found["minimum"], y.min(axis=0)) and np.array_equal(found["maximum"], y.max(axis=0))
    # Sums of n numbers of that size in another order, each sum rounded.
    np.testing.assert_allclose(found["mean"], y.mean(axis=0), atol=n * 1e-16 * size, rtol=0)
    np.testing.assert_allclose(found["variance"], y.var(axis=0), atol=4 * n * 1e-16 * size**2, rtol=0)
    # What counts as zero is the mean over the second half of settling, or the first sample.
    zero = path[skip // 2 : skip].mean(axis=0) if settle else path[0]
    window = np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2
    waves = np.exp(-2j * np.pi * np.outer(frequencies, np.arange(n)) * every * dt) @ (window[:, None] * (y - zero))
    density = 2 * np.abs(waves) ** 2 * every * dt / (window**2).sum()
    # A phase of 250 turns is good to 250 2 pi 1e-16, in a sum of n numbers: relative to the largest sum there can be.
    most = 2 * (size * n / 2) ** 2 * every * dt / (window**2).sum()
    np.testing.assert_allclose(found["spectrum"], density, atol=4 * 2e-13 * most, rtol=0)
    for index in (0, 20, 39):
        wanted = observe.crossing_frequency(y[:, index], every * dt, level=0.1).frequency
        assert found["frequency"][index] == pytest.approx(wanted, rel=1e-12)


def test_one_statistic_is_the_same_as_among_others():
    names = ("mean", "variance", "minimum", "maximum", "frequency")
    settings = {"p": {"alpha": [0.3, 0.5, 0.9]}, "t1": 8.0, "x0": [0.5, 0.0], "settle": 2.0}
    together = run(reduce=names, **settings)
    assert all(np.array_equal(run(reduce=name, **settings)[name], together[name]) for name in names)


def test_the_variance_of_a_small_swing_about_a_large_mean():
    """Without settling, too: 1e-3 about 100 would be lost to rounding in a sum of squares."""
    found = run(rc.damped, 4.0, p={"alpha": 0.0, "omega": 2 * np.pi}, x0=np.array([[100.0, 100.001], [0.0, 0.0]]),
                u={"F_y": -200 * np.pi}, reduce="variance")  # fmt: skip
    # x = 100 + 0.001 cos(2 pi t): four whole turns, variance 1e-6/2; RK4 and rounding are 1e-9 of a swing.
    assert found["variance"][0] < 1e-20
    assert found["variance"][1] == pytest.approx(5e-7, rel=1e-6)


def test_spectrum_of_a_sinusoid_and_frequency_of_a_rhythm():
    found = run(
        rc.harmonic, 20.0, 0.01, p={"omega": 2 * np.pi * np.array([1.0, 2.0])}, x0=[1.0, 0.0],
        reduce=("spectrum", "frequency"), frequencies=[1.0, 2.0, 5.0], settle=4.0,
    )  # fmt: skip
    # A line of amplitude 1 in a Hann window of 16 s: half its square over the noise bandwidth 1.5/16 Hz, times its
    # leakage onto the line itself, 1; 16 s hold whole turns, so other lines see nothing (rounding, RK4's drift 1e-5).
    np.testing.assert_allclose(np.diag(found["spectrum"]), 0.5 / (1.5 / 16), rtol=1e-4)
    assert found["spectrum"][2].max() < 1e-6 and found["spectrum"][0, 1] < 1e-6
    # Crossings by a straight line are off by (omega dt)^2/8 of a step.
    np.testing.assert_allclose(found["frequency"], [1.0, 2.0], rtol=1e-5)


def test_a_resting_set_has_no_frequency():
    found = run(p={"alpha": [-2.0, 1.0]}, t1=30.0, x0=[0.5, 0.0], reduce="frequency", level=0.3, settle=10.0)
    assert np.isnan(found["frequency"][0]) and found["frequency"][1] == pytest.approx(1.0, rel=1e-4)


def test_grid():
    alpha, omega, seed = [0.1, 0.5, 0.9], [3.0, 6.0], [1, 2, 3, 4]
    found = run(
        p={"alpha": alpha, "omega": omega}, x0={"re": 0.4}, seed=seed, sigma=0.1, reduce=("mean", "maximum"), grid=True
    )
    assert found.shape == (3, 2, 4) and list(found.axes) == ["alpha", "omega", "seed"]
    assert np.array_equal(found.axes["omega"], omega)
    alone = rc.simulate(SL, 2.0, 0.01, p={"alpha": 0.9, "omega": 3.0}, x0={"re": 0.4}, seed=2, sigma=0.1)
    assert found["maximum"][2, 0, 1] == alone["re"][1:].max()
    drives = [rc.sinusoid(0.2, 1.0), rc.step(0.3, at=0.5)]
    kept = run(p={"alpha": alpha}, x0={"im": [0.0, 0.2]}, u={"u_re": drives}, grid=True)
    assert kept.x.shape == (201, 2, 3, 2, 2) and list(kept.axes) == ["alpha", "im", "u_re"]
    one = rc.simulate(SL, 2.0, 0.01, p={"alpha": 0.5}, x0={"im": 0.2}, u={"u_re": drives[1]})
    assert np.array_equal(kept.x[:, :, 1, 1, 1], one.x)


def test_one_set():
    found = run(p={"alpha": 0.3}, reduce="mean")
    assert found.shape == (1,) and found["mean"].shape == (1,)


OPTIONS = {
    "p": {"A": np.linspace(3.0, 3.5, SETS + 20)},
    "t1": 0.2,
    "dt": 1e-3,
    "reduce": ("mean", "variance"),
    "settle": 0.05,
}


@pytest.fixture(scope="module")
def by_default():
    return run(JR, **OPTIONS)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_any_number_of_threads_gives_the_same_bits(threads, by_default):
    with ThreadPoolExecutor(threads) as pool:
        found = run(JR, executor=pool, **OPTIONS)
        assert pool.submit(lambda: "still usable").result() == "still usable"
    assert all(np.array_equal(found[name], by_default[name]) for name in ("mean", "variance"))


def test_processes(by_default):
    import multiprocessing

    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = run(JR, executor=pool, **OPTIONS)
    assert np.array_equal(found["mean"], by_default["mean"])


@pytest.mark.parametrize("processes", [False, True])
@pytest.mark.filterwarnings("ignore")
def test_dask(processes, by_default):
    from distributed import Client

    with Client(n_workers=1, threads_per_worker=2, processes=processes, dashboard_address=None) as client:
        found = run(JR, executor=client.get_executor(), **OPTIONS)
    assert np.array_equal(found["mean"], by_default["mean"])


def workers():
    return [t for t in threading.enumerate() if t.name.startswith("ThreadPoolExecutor")]


@pytest.mark.parametrize("reduce", [("mean",), ()])
def test_interrupted_it_stops_soon_and_leaves_nothing_running(reduce):
    """Ctrl-C during a run that would take a quarter of an hour."""
    # Compiled before, so that the signal meets the run.
    sets = {"p": {"alpha": np.linspace(-0.5, 1.0, 4 * SETS)}, "reduce": reduce, "every": 1000}
    run(t1=20.0, **sets)
    before, former = set(workers()), signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(1.0, signal.raise_signal, [signal.SIGINT]).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run(t1=1e6, **sets)
    signal.signal(signal.SIGINT, former)
    # A block of steps and a turn of the waiting loop are each below a second on a machine that has nothing else to do.
    assert time.monotonic() - start < 20
    assert set(workers()) <= before


class Broken(ThreadPoolExecutor):
    """An executor whose third task is interrupted, and that remembers what became of the others."""

    def __init__(self):
        super().__init__(1)
        self.given = []

    def submit(self, function, /, *args, **kwargs):
        future = Future() if len(self.given) != 2 else super().submit(self.interrupted)
        self.given.append(future)
        return future

    @staticmethod
    def interrupted():
        raise KeyboardInterrupt


def test_an_error_in_one_block_cancels_the_rest():
    with Broken() as pool, pytest.raises(KeyboardInterrupt):
        run(p={"alpha": np.linspace(0, 1, 5 * SETS)}, executor=pool, reduce="mean")
    assert len(pool.given) == 5
    assert all(future.cancelled() for future in pool.given if future is not pool.given[2])


def test_a_progress_bar_on_request(capsys):
    run(p={"alpha": [0.1, 0.2]}, reduce="mean", progress=True)
    assert "steps" in capsys.readouterr().err
    run(p={"alpha": [0.1, 0.2]}, reduce="mean", progress=False)
    run(p={"alpha": [0.1, 0.2]}, reduce="mean")  # no terminal, no bar
    assert capsys.readouterr().err == ""
