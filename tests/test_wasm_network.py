"""The network on the page is that of the package: in a browser, its module gives the same bits as `simulate`."""

import base64

import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core.views.bundle import HERE
from rosetta_core.web import lower_network, network_sizes, network_wasm
from rosetta_core.web.lower_network import NETWORK_LIMIT

N = 9
LOAD = """async ({bytes, sizes}) => {
  const bits = (values) => Array.from(values);
  const kernel = await window.NetworkKernel.load(bytes, sizes);
  window.runs = (job) => {
    const began = performance.now();
    const run = kernel.run(job.x, job.setting, job.timing);
    return { ms: performance.now() - began, x: job.short ? [] : bits(run.x), end: run.end, steps: run.steps };
  };
}"""


def sparse(n: int, seed: int) -> np.ndarray:
    """Random weights, two thirds of them there."""
    chance = np.random.default_rng(seed)
    return chance.uniform(0.2, 1.0, (n, n)) * (chance.random((n, n)) < 2 / 3)


RING = np.roll(np.eye(N), 1, axis=1) + np.roll(np.eye(N), -1, axis=1)
CASES = {
    "kuramoto": (rc.kuramoto, sparse(N, 1), {"coupling": "sine", "gain": 0.7}, 0.01),
    "kuramoto, mean field": (rc.kuramoto, np.full((N, N), 1 / N), {"coupling": "sine", "gain": 3.1}, 0.01),
    "stuart_landau": (rc.stuart_landau, sparse(N, 2), {"coupling": "diffusive", "gain": 0.3}, 0.01),
    "damped": (rc.damped, RING, {"coupling": "additive", "gain": 0.9, "into": "F_y"}, 0.01),
    "jansen_rit": (rc.jansen_rit, RING, {"coupling": "additive", "gain": 1.3, "into": "p"}, 1e-3),
}


def made(case: str, delay: float = 0.0) -> tuple[rc.Network, float]:
    model, weights, how, dt = CASES[case]
    return rc.network(model, weights, delays=delay or None, **how), dt


def load(tab, net: rc.Network, delayed: bool, noise: str | None = None, alone: bool = False) -> None:  # type: ignore[no-untyped-def]
    source = (HERE / "js" / "network.js").read_text("utf-8").replace("export ", "")
    tab.evaluate(f"() => {{ {source}; window.NetworkKernel = NetworkKernel; }}")
    module = base64.b64encode(network_wasm(net, delayed, noise, alone)).decode()
    tab.evaluate(LOAD, {"bytes": module, "sizes": network_sizes(net, noise)})


def drawn(net: rc.Network, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """States and parameters of the nodes, around the model's defaults."""
    chance = np.random.default_rng(seed)
    x, p = (np.array([row.default for row in rows])[:, None] for rows in (net.state, net.params))
    n = net.n_nodes
    return x + 0.3 * chance.random((len(x), n)), p * (1 + 0.05 * chance.standard_normal((len(p), n)))


@pytest.fixture(scope="module")
def tab(browser):
    """A blank page that stays open for all networks."""
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("delayed", [False, True], ids=["at once", "delayed"])
@pytest.mark.parametrize("case", CASES)
def test_a_run_equals_the_package_bit_for_bit(case, delayed, tab):
    """With and without noise; delays of a whole number of steps, of a fraction, and just one step long."""
    dt = CASES[case][3]
    net, _ = made(case)
    load(tab, net, delayed)
    x, p = drawn(net, 5)
    weights, gain, steps, every = CASES[case][1], CASES[case][2]["gain"], 1200, 7
    for delay in (0.0, dt, 17 * dt, 23.37 * dt) if delayed else (0.0,):
        for sigma in (0.0, 0.02) if case.startswith("kuramoto") else (0.02,):
            net, _ = made(case, delay)
            ours = rc.simulate(net, steps * dt, dt, x0=x, p=p, sigma=sigma, seed=12345, every=every, fused=False)
            u = [[row.default] * N for row in net.inputs]
            theirs = tab.evaluate("job => runs(job)", {
                "x": x.ravel().tolist(),
                "setting": {"p": p.tolist(), "u": u, "sigma": sigma,
                            "graph": {"weights": weights.tolist(), "gain": gain, "delay": delay}},
                "timing": {"dt": dt, "steps": steps, "every": every, "first": 0, "seed": 12345},
            })  # fmt: skip
            assert theirs["steps"] == steps
            assert np.ptp(ours.x[-1]) > 0 and np.isfinite(ours.x).all()
            assert np.array_equal(np.array(theirs["x"]), ours.x[1:].ravel()), (delay, sigma)


@pytest.mark.parametrize("case", ["kuramoto", "stuart_landau"])
def test_rounding_twice_is_the_same_network(case):
    """In lanes and in floats: over 300 steps they part by rounding only, with delays of all kinds side by side."""
    model, weights, how, dt = CASES[case]
    chance = np.random.default_rng(7)
    delays = np.where(chance.random((N, N)) < 0.5, 0.0, dt * chance.uniform(1, 60, (N, N)))
    net = rc.network(model, weights, delays=delays, **how)
    x, p = drawn(net, 8)
    lanes, floats = (rc.simulate(net, 300 * dt, dt, x0=x, p=p, sigma=0.02, fused=fused) for fused in (True, False))
    assert np.allclose(lanes.x, floats.x, rtol=0, atol=1e-11 * np.abs(lanes.x).max())


def test_a_run_can_go_on(tab):
    """Two halves make the whole, with noise too: the numbers depend on (seed, node, step) alone."""
    net, dt = made("stuart_landau")
    load(tab, net, False)
    x, p = drawn(net, 6)
    graph = {"weights": CASES["stuart_landau"][1].tolist(), "gain": 0.3, "delay": 0.0}
    job = {"setting": {"p": p.tolist(), "u": [[0.0] * N] * 2, "sigma": 0.1, "graph": graph}}
    end = x.ravel().tolist()
    for first in (0, 130):
        timing = {"dt": dt, "steps": 130, "every": 130, "first": first, "seed": 3}
        end = tab.evaluate("job => runs(job)", {**job, "x": end, "timing": timing})["end"]
    ours = rc.simulate(net, 260 * dt, dt, x0=x, p=p, sigma=0.1, seed=3, fused=False)
    assert np.array_equal(end, ours.x[-1].ravel())


@pytest.mark.parametrize("alone", [False, True], ids=["any graph", "alone"])
def test_noise_can_enter_by_an_input(alone, tab):
    """Theta neurons, whose input counts for nothing at the spike; a module without coupling has the same bits."""
    weights = np.zeros((N, N)) if alone else sparse(N, 3)
    net = rc.network(rc.theta, weights, coupling="additive", gain=0.2)
    load(tab, net, False, "I", alone)
    x, p = drawn(net, 4)
    ours = rc.simulate(net, 0.6, 1e-3, x0=x, p=p, sigma={"I": 0.1}, seed=12345, every=3, fused=False)
    theirs = tab.evaluate("job => runs(job)", {
        "x": x.ravel().tolist(),
        "setting": {"p": p.tolist(), "u": [[0.0] * N], "sigma": 0.1,
                    "graph": {"weights": weights.tolist(), "gain": 0.2, "delay": 0}},
        "timing": {"dt": 1e-3, "steps": 600, "every": 3, "first": 0, "seed": 12345},
    })  # fmt: skip
    assert np.array_equal(np.array(theirs["x"]), ours.x[1:].ravel())
    still = rc.simulate(net, 0.6, 1e-3, x0=x, p=p, every=3, fused=False)
    assert np.abs(ours.x[-1] - still.x[-1]).min() > 0.01, "every node has felt it"


def test_a_run_that_leaves_the_numbers_says_how_far_it_came(tab):
    """With gamma < 0, r^2 passes every bound at ln(3/2)/(2 alpha) = 0.4055 s, in the one node that is not at rest."""
    net = rc.network(rc.stuart_landau, np.zeros((2, 2)), coupling="diffusive")
    load(tab, net, False)
    p = [[0.5] * 2, [6.0] * 2, [-1.0] * 2, [0.0] * 2]
    setting = {"p": p, "u": [[0.0] * 2] * 2, "sigma": 0, "graph": {"weights": [[0, 0], [0, 0]], "gain": 1, "delay": 0}}
    timing = {"dt": 1e-3, "steps": 2000, "every": 1, "first": 0, "seed": 0}
    there = tab.evaluate("job => runs(job)", {"x": [0.0, 1.0, 0.0, 0.0], "setting": setting, "timing": timing})
    assert 405 <= there["steps"] <= 415


def test_a_crowd_answers_within_two_frames(tab):
    """80 Kuramoto oscillators, 20 s at dt = 0.01: two frames at 60 Hz on a quiet machine, twice that is the bound."""
    n = 80
    net = rc.network(rc.kuramoto, np.full((n, n), 1 / n), coupling="sine")
    load(tab, net, False)
    job = {
        "short": True,
        "x": np.linspace(0, 6, n).tolist(),
        "setting": {"p": [[6.0] * n, [0.0] * n], "u": [[0.0] * n] * 3, "sigma": 0,
                    "graph": {"weights": [[1 / n] * n] * n, "gain": 2.0, "delay": 0}},
        "timing": {"dt": 0.01, "steps": 2000, "every": 1, "first": 0, "seed": 0},
    }  # fmt: skip
    assert min(tab.evaluate("job => runs(job)", job)["ms"] for _ in range(5)) < 4 * 1000 / 60


@pytest.mark.parametrize("case", ["kuramoto", "stuart_landau", "jansen_rit"])
def test_module_is_small_the_same_again_and_hides_no_python(case):
    """Also where the same network has run natively before in this process."""
    net, dt = made(case, 0.05)
    rc.simulate(net, 0.2, dt, fused=False, sigma=0.02)
    for delayed in (False, True):
        module = network_wasm(net, delayed)
        assert len(module) <= NETWORK_LIMIT
        assert b"Py" not in module and b"numba" not in module
        assert len(lower_network(net, delayed)) < NETWORK_LIMIT
