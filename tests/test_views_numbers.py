"""The numbers in the page are the package's: run, branches, density and spectrum, computed by the page's own code."""

import base64
import json

import numpy as np
import pytest
from scipy.signal import welch

import rosetta_core as rc
from rosetta_core.models.bautin import fold
from rosetta_core.models.stuart_landau import amplitude_density, limit_cycle
from rosetta_core.views.bundle import module
from rosetta_core.web import wasm, workspace

NAMES = {"kernel": "Kernel", "radial": "attractor, diagram, radialDensity", "spectrum": "welch, linearSpectrum"}


def call(page, entry: str, body: str, model: rc.Model, **given):  # type: ignore[no-untyped-def]
    """Result of the JavaScript `body`: m holds the exports of js/<entry>.js; `kernel` and `given` are in scope."""
    sizes = {"state": len(model.state), "params": len(model.params), "inputs": len(model.inputs)}
    sizes["workspace"] = list(workspace(model))
    script = """async ([source, kernelSource, wasm, sizes, given, body]) => {
      const load = (text) => import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
      const { Kernel } = await load(kernelSource);
      const kernel = await Kernel.load(wasm, sizes);
      const run = new Function("m", "kernel", "given", body);
      return run(await load(source), kernel, given);
    }"""
    sources = [module(name) + f"\nexport {{ {NAMES[name]} }};" for name in (entry, "kernel")]
    values = [*sources, base64.b64encode(wasm(model)).decode(), sizes, json.loads(json.dumps(given)), body]
    return page.evaluate(script, values)


def setting(model: rc.Model, sigma: float = 0.0, **p: float) -> dict:
    return {"p": [p.get(q.name, q.default) for q in model.params], "u": [0.0] * len(model.inputs), "sigma": sigma}


@pytest.mark.parametrize("sigma", [0.0, 0.2])
def test_a_run_in_the_page_is_simulate_bit_for_bit(page, sigma: float) -> None:
    model = rc.stuart_landau
    timing = {"dt": 0.01, "steps": 3000, "every": 3, "first": 0, "seed": 7}
    body = "const r = kernel.run([0.3, -0.1], given.setting, given.timing); return [[...r.x], r.end, r.steps];"
    x, end, steps = call(page, "kernel", body, model, setting=setting(model, sigma), timing=timing)
    traj = rc.simulate(model, 30.0, 0.01, x0={"re": 0.3, "im": -0.1}, every=3, sigma=sigma, seed=7, fused=False)
    assert steps == 3000 and end == traj.x[-1].tolist()
    assert np.array_equal(np.reshape(x, (-1, 2)), traj.x[1:])


def test_a_long_run_grows_the_memory(page) -> None:
    model = rc.damped
    timing = {"dt": 0.001, "steps": 600_000, "every": 1, "first": 0, "seed": 0}
    body = "const r = kernel.run([1, 0], given.setting, given.timing); return [r.n, ...r.end];"
    n, x, y = call(page, "kernel", body, model, setting=setting(model, alpha=-0.01), timing=timing)
    # the method's own error is far below the 1e-9 of a cycle that 600 turns could collect
    assert n == 600_000 and np.hypot(x, y) == pytest.approx(np.exp(-6.0), rel=1e-6)


def test_branches_in_the_page_are_the_closed_forms(page) -> None:
    model = rc.bautin
    body = "return m.diagram(kernel, given.setting, 0, [-0.6, 0.4], 1.3);"
    for gamma in (-1.0, -0.5, 0.7):
        found = call(page, "radial", body, model, setting=setting(model, gamma=gamma))
        events = {event["kind"]: event for event in found["events"]}
        assert events["hopf"]["parameter"] == pytest.approx(0.0, abs=1e-9)
        if gamma < 0:
            exact = fold(gamma, 1.0)
            # the parabola in r^2 is exact; what is left is rounding, amplified by the second difference
            assert events["fold"]["parameter"] == pytest.approx(exact.alpha, abs=1e-9)
            assert events["fold"]["radius"] == pytest.approx(exact.radius, abs=1e-5)
        else:
            assert set(events) == {"hopf"}
        for branch in found["branches"]:
            alpha, r = (np.array(branch[key]) for key in ("parameter", "radius"))
            moving = r > 1e-3
            assert alpha[moving] == pytest.approx(gamma * r[moving] ** 2 + r[moving] ** 4, abs=1e-9)


def test_the_attractor_and_its_rate_are_the_closed_forms(page) -> None:
    body = "return given.cases.map(([setting, r]) => m.attractor(kernel, setting, r, 1));"
    sl, memory = rc.stuart_landau, rc.bautin
    cases = [(setting(sl, alpha=0.25), r) for r in (1e-6, 0.1, 0.5, 1.7)] + [(setting(sl, alpha=-0.3), 0.8)]
    found = call(page, "radial", body, sl, cases=cases)
    cycle = limit_cycle(0.25, 1.0, 1.0, 0.0)
    for goal in found[:4]:
        # the rate is a central difference of step 1e-5: its error is h^2 times a third derivative of order one
        assert goal["radius"] == pytest.approx(cycle.radius, abs=1e-9)
        assert goal["rate"] == pytest.approx(cycle.return_rate, abs=1e-8)
    assert (found[4]["radius"], found[4]["rate"]) == (0, pytest.approx(0.3, abs=1e-8))
    window = [(setting(memory, alpha=-0.15), r) for r in (0.3, 0.6)]  # the watershed is at 0.43
    quiet, loud = call(page, "radial", body, memory, cases=window)
    assert quiet["radius"] == 0 and loud["radius"] == pytest.approx(np.sqrt((1 + np.sqrt(0.4)) / 2), abs=1e-9)


def test_density_in_the_page_is_the_closed_form(page) -> None:
    model = rc.stuart_landau
    body = "return m.radialDensity(kernel, given.setting, 1.2, 180);"
    for alpha, sigma in ((-0.8, 0.15), (0.3, 0.15), (0.1, 0.4)):
        found = call(page, "radial", body, model, setting=setting(model, sigma, alpha=alpha))
        exact = amplitude_density(np.array(found["r"]), alpha, 1.0, sigma)
        # trapezoidal rule with h = 1/150: h^2/12 times the curvature of log p, at most 2e2 here, times the peak
        assert found["p"] == pytest.approx(exact, abs=2e-3 * exact.max())


def test_spectrum_in_the_page_is_scipys_and_the_linear_theory_holds(page) -> None:
    model = rc.damped
    timing = {"dt": 0.02, "steps": 400_000, "every": 5, "first": 0, "seed": 2}
    body = """const r = kernel.run([0, 0], given.setting, given.timing);
      const x = Float64Array.from({ length: r.n }, (_, i) => r.x[2 * i]);
      const w = m.welch(x, r.dt, 512);
      return [w.frequency, w.power, m.linearSpectrum(kernel, given.setting, w.frequency)];"""
    found = call(page, "spectrum", body, model, setting=setting(model, 0.1), timing=timing)
    frequency, power, theory = map(np.array, found)
    traj = rc.simulate(model, 8000.0, 0.02, x0={"x": 0, "y": 0}, every=5, sigma=0.1, seed=2)
    f, scipys = welch(traj["x"][1:], 10.0, nperseg=512)
    assert frequency == pytest.approx(f[1:-1]) and power == pytest.approx(scipys[1:-1], rel=1e-9)
    from rosetta_core.models.damped import spectrum

    assert theory == pytest.approx(2 * spectrum(frequency, -0.5, 2 * np.pi, 0.1), rel=1e-6)
    near = np.abs(frequency - 1) < 0.3
    # 311 half-overlapping segments: 6 % standard error each, a mean over 31 lines stays within 5 %
    assert np.mean(power[near] / theory[near]) == pytest.approx(1.0, abs=0.05)
