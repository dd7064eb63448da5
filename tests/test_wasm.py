"""The number on the page is the number of the package: in a browser, every module gives the kernel's own bits."""

import base64
import sys

import numpy as np
import pytest
from models_for_tests import draws, logistic

import rosetta_core as rc
from rosetta_core.drive import ROW
from rosetta_core.noise import NOISE_ROW
from rosetta_core.runge_kutta import TABLEAUX, integrator
from rosetta_core.web import lower, wasm, workspace
from rosetta_core.web.lower import LIMIT, page_layout

MODELS = (*rc.MODELS, logistic)

JAVASCRIPT = """
async ({bytes, x, p, u, waves, samples, sigma, dt, steps, every, seed, points, workspace}) => {
  const code = Uint8Array.from(atob(bytes), c => c.charCodeAt(0));
  const module = await WebAssembly.compile(code);
  const memory = new WebAssembly.Memory({initial: 32});
  const {exports} = await WebAssembly.instantiate(module, {env: {memory}});
  const f = new Float64Array(memory.buffer);
  let free = Math.ceil(exports.__heap_base.value / 8);
  const put = (values) => { const at = free; f.set(values, at); free += values.length; return 8 * at; };
  const r0 = put([0, 0]), r1 = put([0]), at = put(x), P = put(p), U = put(u), W = put(waves), S = put(samples);
  const G = put(sigma), work = workspace.map(count => put(new Array(count).fill(0)));
  const out = put(new Array(Math.floor(steps / every) * x.length).fill(0));
  exports.integrate(r0, r1, at, P, U, W, S, samples.length, G, 0, dt, 0, steps, every, seed, ...work,
    x.length, u.length, workspace[5], out);
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
    assert len(module) <= LIMIT
    assert b"Py" not in module and b"numba" not in module
    assert module == lower(model)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_module_equals_kernel_bit_for_bit(model, tab):
    """RK4 with noise and every kind of drive (600 000 steps of two models), and the field at 50 points: the same bits.

    Both sides compute in floats; the lanes of `simulate` round a product and a sum once instead of twice.
    """
    x, p, u = (np.array([row.default for row in rows]) for rows in (model.state, model.params, model.inputs))
    drives = [
        rc.sinusoid(0.3, 1.7, 0.2), rc.pulse_train(0.4, 2.0, 0.3, 1.1, count=9), rc.sampled([0.1, -0.2, 0.3], 0.7),
        rc.step(0.1, 1.0), rc.modulated(0.3, 11.0, 1.3, 0.7), rc.chirp(0.2, 1.0, 9.0, 20.0),
    ]  # fmt: skip
    every, seed, names = 300, 12345, [row.name for row in model.state]
    dt = min(1e-4, 0.05 / np.abs(np.linalg.eigvals(rc.jacobian(model, x, p, u))).max(initial=1.0))
    n_state, n_inputs = len(model.state), len(model.inputs)
    points = np.array([at for at, _, _ in draws(model, 50, seed=5)])
    layout = page_layout(model)
    for drive in drives:
        steps = 600_000 if drive is drives[0] and model in (rc.stuart_landau, rc.jansen_rit) else 12_000
        waves = np.concatenate([drive.row(0), np.zeros(ROW * (n_inputs - 1))])
        samples = np.array(drive.samples or (0.0,))
        sigma = np.full(n_state, 0.01) if names[0] != "r" else np.zeros(n_state)  # a rate must not become negative
        out = np.empty((steps // every * n_state, 1))
        run = integrator(model.rhs, TABLEAUX["rk4"], layout)
        noise = np.zeros((NOISE_ROW * n_state, 1))
        noise[::NOISE_ROW, 0] = sigma / np.sqrt(dt)
        sizes = workspace(model)
        done, _ = run(
            x[:, None].copy(), p[:, None].copy(), u[:, None].copy(), waves[:, None], samples, noise, np.arange(n_state),
            np.zeros((n_state, 1)), np.array([seed]), np.array([0]), 0.0, dt, 0, steps, every, np.empty((sizes[5], 1)),
            np.empty((sizes[6], 1)), np.empty((2, sizes[7] // 2)), out,
        )  # fmt: skip
        there = tab.evaluate(
            JAVASCRIPT,
            {
                "bytes": base64.b64encode(wasm(model)).decode(),
                **{k: v.ravel().tolist() for k, v in {"x": x, "p": p, "u": u, "points": points}.items()},
                **{k: v.tolist() for k, v in {"waves": waves, "samples": samples, "sigma": sigma}.items()},
                "dt": dt,
                "steps": steps,
                "every": every,
                "seed": seed,
                "workspace": sizes,
            },
        )
        assert there["imports"] == ["memory"]
        assert there["exports"] == ["__heap_base", "field", "integrate"]
        assert there["done"] == done == steps
        assert np.isfinite(out).all()
        assert np.array_equal(np.array(there["path"]), out.ravel())
        field = [model.rhs(0.0, tuple(at), tuple(p), tuple(u)) for at in points]
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
            "waves": [0.0] * 2 * ROW,
            "workspace": workspace(rc.stuart_landau),
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
