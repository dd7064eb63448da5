"""What an explorer computes in the page, against the package: rest, poles, gain, drives, methods, measurements."""

import base64
import json

import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core.views.bundle import module
from rosetta_core.web import wasm, workspace

NAMES = {
    "rest": "jacobianAt, newton, described, restsIn, pushOf, transferAt",
    "eigen": "eigenvalues, solve, solveAt",
    "measure": "gridOf, swing",
    "drive": "wavesOf, driveAt, stillInputs",
    "spectrum": "linearSpectrum",
}


def call(page, body: str, model: rc.Model, method: str = "rk4", **given):  # type: ignore[no-untyped-def]
    """Result of the JavaScript `body`, with all that NAMES exports, `kernel` and `given` in scope."""
    sizes = {"state": len(model.state), "params": len(model.params), "inputs": len(model.inputs)}
    sizes["workspace"] = list(workspace(model))
    exported = ", ".join(NAMES.values())
    source = f"{module('explorer')}\nexport {{ Kernel, {exported} }};"
    script = """async ([source, wasm, sizes, given, body, names]) => {
      const m = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
      const kernel = await m.Kernel.load(wasm, sizes);
      return new Function(...names, "kernel", "given", body)(...names.map((n) => m[n]), kernel, given);
    }"""
    code = base64.b64encode(wasm(model, method)).decode()
    values = [source, code, sizes, json.loads(json.dumps(given)), body, exported.split(", ")]
    return page.evaluate(script, values)


def setting(model: rc.Model, sigma: float = 0.0, **changed: float) -> dict:
    p, u = ([changed.get(q.name, q.default) for q in rows] for rows in (model.params, model.inputs))
    return {"p": p, "u": u, "sigma": sigma}


def by_name(model: rc.Model, given: dict) -> tuple[dict, dict]:
    return tuple(
        dict(zip((q.name for q in rows), given[key], strict=True))
        for rows, key in ((model.params, "p"), (model.inputs, "u"))
    )  # type: ignore[return-value]


MODELS = [rc.damped, rc.wilson_cowan, rc.mpr, rc.jansen_rit, rc.wendling, rc.lanmm]


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_jacobian_and_poles_are_the_packages(page, model: rc.Model) -> None:
    given = setting(model)
    p, u = by_name(model, given)
    for point in rc.fixed_points(model, p, u):
        body = "return described(kernel, given.setting, newton(kernel, given.setting, given.x));"
        found = call(page, body, model, setting=given, x=(point.x * (1 + 1e-3) + 1e-6).tolist())
        assert found["x"] == pytest.approx(point.x, rel=1e-8, abs=1e-8)
        exact = rc.jacobian(model, point.x, p, u)
        size = np.abs(exact).max()
        # Central differences of step 1e-5: the square of it times a third derivative, which for these models is below
        # 1e3 of the largest entry, and rounding over the step, 1e-16/1e-5.
        assert np.abs(np.array(found["jacobian"]) - exact).max() < 1e-7 * size
        poles = np.array([complex(*pole) for pole in found["poles"]])
        assert np.all(np.diff(poles.real) <= 1e-8 * size)
        exact_poles = list(np.linalg.eigvals(exact))
        radius = np.abs(exact_poles).max()
        for pole in poles:  # double eigenvalues (alpha synapses) move by the root of the error
            nearest = min(exact_poles, key=lambda other: abs(other - pole))
            assert abs(nearest - pole) < 1e-3 * radius
            exact_poles.remove(nearest)
        assert found["poles"][0][0] == pytest.approx(point.eigenvalues[0].real, abs=1e-6 * radius)


def test_eigenvalues_of_matrices_are_numpys(page) -> None:
    rng = np.random.default_rng(3)
    matrices = [rng.normal(size=(n, n)) for n in (2, 3, 4, 6, 9, 16)]
    turns = np.diag(np.ones(5), 1)
    turns[-1, 0] = 1.0  # a cycle of six: roots of unity, on which unshifted steps would stand still
    matrices += [turns, np.diag([3.0, -1.0, 2.0]), np.zeros((3, 3)), np.triu(np.ones((4, 4)))[::1] * 2.0]
    for matrix in matrices:
        found = call(page, "return eigenvalues(given.matrix);", rc.damped, matrix=matrix.tolist())
        # traces of powers stay well conditioned where single eigenvalues (a triangle of ones) are not
        poles = np.array([complex(*pole) for pole in found])
        assert len(poles) == len(matrix)
        for power in (1, 2, 3):
            trace = np.trace(np.linalg.matrix_power(matrix, power))
            assert np.sum(poles**power) == pytest.approx(trace, abs=1e-9 * (1 + np.linalg.norm(matrix) ** power))


@pytest.mark.parametrize("preset", [preset.name for preset in rc.wilson_cowan.presets])
def test_all_points_of_rest_are_found(page, preset: str) -> None:
    model = rc.wilson_cowan.with_preset(preset)
    body = """const grid = gridOf([-0.1, 1.1], [-0.1, 1.1], 41);
      return restsIn(kernel, given.setting, grid, kernel.field(grid, given.setting), 40);"""
    given = setting(model)
    found = call(page, body, model, setting=given)
    exact = rc.fixed_points(model, *by_name(model, given))
    found = sorted(found, key=lambda point: point["x"])
    assert len(found) == len(exact)
    for one, other in zip(found, sorted(exact, key=lambda point: point.x.tolist()), strict=True):
        # Newton's last step is below 1e-11 and its error the square of that, over the slope
        assert one["x"] == pytest.approx(other.x.tolist(), abs=1e-9)
        assert (one["kind"] == "saddle") == (other.kind == "saddle")
        assert (one["kind"] == "stable") == other.kind.startswith("stable")


def test_gain_and_noise_spectrum_are_the_packages(page) -> None:
    frequency = [0.5, 5.0, 9.0, 10.0, 11.0, 40.0]
    body = """const x = newton(kernel, given.setting, given.x);
      const J = jacobianAt(kernel, given.setting, x);
      const push = pushOf(kernel, given.setting, x, given.inputs);
      return [given.frequency.map((f) => transferAt(J, push, given.weights, f)),
        linearSpectrum(kernel, given.setting, given.frequency, x, given.weights)];"""
    for model, drive, of, weights in (
        (rc.jansen_rit, "p", "output", [0, 1, -1, 0, 0, 0]),
        (rc.wilson_cowan.with_preset("abeysuriya_2018"), "P_I", "E", [1, 0]),
    ):
        given = setting(model, sigma=0.03, **({"p": 50.0} if model.name == "jansen_rit" else {}))
        p, u = by_name(model, given)
        x = next(point.x for point in rc.fixed_points(model, p, u) if point.eigenvalues.real.max() < 0)
        inputs = [{"index": [q.name for q in model.inputs].index(drive), "phase": 0.0}]
        gains, power = call(
            page, body, model, setting=given, x=x.tolist(), inputs=inputs, weights=weights, frequency=frequency
        )
        exact = rc.transfer(model, drive, of, frequency, x=x, p=p, u=u)
        # the Jacobian's 1e-9 of its largest entry, times the condition of i w - J (below 1e3 here)
        assert np.array([complex(*gain) for gain in gains]) == pytest.approx(exact, rel=1e-5)
        assert power == pytest.approx(rc.noise_spectrum(model, 0.03, of, frequency, x=x, p=p, u=u), rel=1e-5)


DRIVES = {
    "constant": ({"drive_amplitude": 0.3}, rc.step(0.3, 0.0)),
    "step": ({"drive_amplitude": 0.3, "drive_start": 1.05}, rc.step(0.3, 1.05)),
    "pulse": ({"drive_amplitude": 0.3, "drive_start": 1.0, "drive_width": 0.35}, rc.pulse(0.3, 1.0, 0.35)),
    "pulses": (
        {"drive_amplitude": 0.3, "drive_start": 0.5, "drive_width": 0.1, "drive_frequency": 1.3},
        rc.pulse_train(0.3, 0.5, 0.1, 1.3),
    ),
    "sinusoid": ({"drive_amplitude": 0.3, "drive_frequency": 1.7}, rc.sinusoid(0.3, 1.7, 0.2)),
}


@pytest.mark.parametrize("kind", DRIVES)
@pytest.mark.parametrize("method", ["euler", "heun", "rk4"])
def test_a_driven_run_is_simulate_bit_for_bit(page, kind: str, method: str) -> None:
    values, drive = DRIVES[kind]
    model = rc.stuart_landau
    plan = {"kind": kind, "inputs": [{"index": 1, "phase": 0.2 if kind == "sinusoid" else 0.0}]}
    timing = {"dt": 0.01, "steps": 600, "every": 2, "first": 0, "seed": 3}
    body = """const waves = wavesOf(given.plan, given.values, 2);
      const r = kernel.run([0.3, -0.1], { ...given.setting, waves }, given.timing);
      const at = Array.from({ length: 40 }, (_, i) => driveAt(given.plan, given.values, 0.149 * i));
      const plain = kernel.run([0.3, -0.1], given.setting, given.timing);
      return [[...r.x], at, plain.end];"""
    given = {"setting": setting(model, sigma=0.1), "plan": plan, "values": values, "timing": timing}
    x, at, plain = call(page, body, model, method, **given)
    options = {"x0": {"re": 0.3, "im": -0.1}, "method": method, "every": 2, "sigma": 0.1, "seed": 3, "fused": False}
    traj = rc.simulate(model, 6.0, 0.01, u={"u_im": drive}, **options)
    assert np.array_equal(np.reshape(x, (-1, 2)), traj.x[1:])
    # what is drawn: the package's own sine is good to 1e-15, the browser's to about that
    assert at == pytest.approx([drive(0.149 * i) for i in range(40)], abs=1e-14)
    undriven = rc.simulate(model, 6.0, 0.01, **options)
    assert plain == undriven.x[-1].tolist(), "a drive is forgotten when it is gone"


def test_mean_extremes_and_frequency_of_a_swing(page) -> None:
    t = np.arange(4000) * 1e-3
    x = 2.0 + 0.7 * np.sin(2 * np.pi * 3.25 * t + 0.4)
    found = call(page, "return swing(Float64Array.from(given.x), 1e-3);", rc.damped, x=x.tolist())
    # Crossings are interpolated: the sine bends by (2 pi f dt)^2/8 = 5e-5 of its size between samples, 13 periods.
    assert found["frequency"] == pytest.approx(3.25, rel=1e-4)
    assert found["mean"] == pytest.approx(x.mean(), rel=1e-12)
    assert found["amplitude"] == pytest.approx(0.7, rel=2e-4) and found["maximum"] == x.max()
    flat = call(page, "return swing(new Float64Array(50).fill(3), 0.1);", rc.damped)
    assert (flat["frequency"], flat["amplitude"], flat["mean"]) == (0, 0, 3)


def test_what_stays_of_a_drive(page) -> None:
    body = "return given.kinds.map((kind) => stillInputs({ kind, inputs: [{ index: 1 }] }, given.values, [1, 2]));"
    found = call(page, body, rc.damped, kinds=list(DRIVES), values={"drive_amplitude": 0.5})
    assert dict(zip(DRIVES, found, strict=True)) == {
        "constant": [1, 2.5], "step": [1, 2.5], "pulse": [1, 2], "pulses": [1, 2], "sinusoid": [1, 2],
    }  # fmt: skip
