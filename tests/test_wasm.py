"""The number on the page is the number of the package: in a browser, every module gives the kernel's own bits."""

import base64
import sys

import numpy as np
import pytest
from models_for_tests import draws, logistic

import rosetta_core as rc
from rosetta_core.runge_kutta import TABLEAUX, integrator
from rosetta_core.web import lower, wasm

MODELS = (*rc.MODELS, logistic)

JAVASCRIPT = """
async ({bytes, x, p, u, waves, samples, sigma, dt, steps, every, seed, points}) => {
  const code = Uint8Array.from(atob(bytes), c => c.charCodeAt(0));
  const module = await WebAssembly.compile(code);
  const memory = new WebAssembly.Memory({initial: 32});
  const {exports} = await WebAssembly.instantiate(module, {env: {memory}});
  const f = new Float64Array(memory.buffer);
  let free = Math.ceil(exports.__heap_base.value / 8);
  const put = (values) => { const at = free; f.set(values, at); free += values.length; return 8 * at; };
  const r0 = put([0, 0]), r1 = put([0]), at = put(x), P = put(p), U = put(u), W = put(waves), S = put(samples);
  const G = put(sigma), out = put(new Array(Math.floor(steps / every) * x.length).fill(0));
  exports.integrate(r0, r1, at, P, U, W, S, samples.length, G, 0, dt, 0, steps, every, seed, out);
  const done = Number(new BigInt64Array(memory.buffer)[r0 / 8]);
  const path = Array.from(f.subarray(out / 8, free));
  const Q = put(points), F = put(new Array(points.length).fill(0));
  exports.field(r0, r1, Q, points.length / x.length, P, U, F);
  return {
    done, path, field: Array.from(f.subarray(F / 8, free)),
    imports: WebAssembly.Module.imports(module).map(i => i.name),
    exports: WebAssembly.Module.exports(module).map(i => i.name).sort(),
  };
}
"""


@pytest.fixture(scope="module")
def tab(browser):
    """A blank page that stays open for all models."""
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_module_is_small_and_hides_no_python(model):
    module = wasm(model)
    assert len(module) <= 10_000
    assert b"Py" not in module and b"numba" not in module
    assert module == lower(model)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_module_equals_kernel_bit_for_bit(model, tab):
    """600 000 RK4 steps with noise and every kind of drive, and the field at 50 points: not one bit differs."""
    (x, p, u), *_ = draws(model, 1, seed=4)
    if "alpha" in [row.name for row in model.params]:
        p[0] = -abs(p[0])  # a growing linear mode would leave the numbers within seconds
    if "gamma" in [row.name for row in model.params]:
        p[2] = abs(p[2]) + 0.1
    drives = [rc.sinusoid(0.3, 1.7, 0.2), rc.pulse(0.4, 2.0, 3.0), rc.sampled([0.1, -0.2, 0.3], 0.7), rc.step(0.1, 1.0)]
    dt, steps, every, seed = 1e-4, 600_000, 300, 12345
    sizes = len(model.state), len(model.params), len(model.inputs)
    points = np.array([at for at, _, _ in draws(model, 50, seed=5)])
    for drive in drives:
        waves = np.concatenate([drive.row(0), np.zeros(4 * (sizes[2] - 1))])
        samples = np.array(drive.samples or (0.0,))
        sigma = np.full(sizes[0], 0.1)
        out = np.empty((steps // every, sizes[0], 1))
        run = integrator(model.rhs, sizes, TABLEAUX["rk4"], True, True)
        state, inputs = x[:, None].copy(), u[:, None] * 0.1
        done, _ = run(
            state,
            p[:, None].copy(),
            inputs,
            waves[:, None],
            samples,
            sigma[:, None],
            0.0,
            dt,
            0,
            steps,
            every,
            seed,
            out,
        )
        there = tab.evaluate(
            JAVASCRIPT,
            {
                "bytes": base64.b64encode(wasm(model)).decode(),
                **{k: v.ravel().tolist() for k, v in {"x": x, "p": p, "u": inputs, "points": points}.items()},
                **{k: v.tolist() for k, v in {"waves": waves, "samples": samples, "sigma": sigma}.items()},
                "dt": dt,
                "steps": steps,
                "every": every,
                "seed": seed,
            },
        )
        assert there["imports"] == ["memory"]
        assert there["exports"] == ["__heap_base", "field", "integrate"]
        assert there["done"] == done == steps
        assert np.isfinite(out).all()
        assert np.array_equal(np.array(there["path"]), out.ravel())
        field = [model.rhs(0.0, tuple(at), tuple(p), tuple(inputs[:, 0])) for at in points]
        assert np.array_equal(np.array(there["field"]), np.ravel(field))


def test_a_run_that_leaves_the_numbers_says_how_far_it_came(tab):
    there = tab.evaluate(
        JAVASCRIPT,
        {
            "bytes": base64.b64encode(wasm(rc.stuart_landau)).decode(),
            "x": [1.0, 0.0],
            "p": [0.5, 6.0, -1.0, 0.0],
            "u": [0.0, 0.0],
            "points": [0.0, 0.0],
            "waves": [0.0] * 8,
            "samples": [0.0],
            "sigma": [0.0, 0.0],
            "dt": 1e-3,
            "steps": 2000,
            "every": 1,
            "seed": 0,
        },
    )
    # r^2 passes every bound at ln(3/2) = 0.4055 s.
    assert 405 <= there["done"] <= 415


def test_without_a_linker_the_error_names_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "ziglang", None)
    with pytest.raises(ModuleNotFoundError, match=r"ziglang.*pip install 'rosetta-core\[views\]'"):
        lower(rc.harmonic)
