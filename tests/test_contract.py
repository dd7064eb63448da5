"""What every model must be, checked over all of them."""

import pickle
import re

import numpy as np
import pytest
from models_for_tests import defaults, draws, escape, fastest, logistic, sizes, span

import rosetta_core as rc

EPS = np.finfo(float).eps
every_model = pytest.mark.parametrize("model", rc.MODELS, ids=lambda m: m.name)


@every_model
def test_kernels_return_tuples_of_finite_floats(model):
    for x, p, u in draws(model, 20):
        slope = model.rhs(0.0, tuple(x), tuple(p), tuple(u))
        assert len(slope) == len(model.state)
        assert np.isfinite(slope).all()
        said = model.emit(tuple(x), tuple(p))
        assert isinstance(said, tuple) and said and np.isfinite(said).all()
        assert isinstance(model.output(tuple(x), tuple(p)), float)
        assert np.isfinite(model.output(tuple(x), tuple(p)))


@every_model
def test_python_and_compiled_kernel_are_the_same_function(model):
    for x, p, u in draws(model, 20, seed=2):
        compiled = model.rhs(0.0, tuple(x), tuple(p), tuple(u))
        plain = np.array(model.rhs.py_func(0.0, tuple(x), tuple(p), tuple(u)), dtype=float)
        # Python has numpy's exp, sin and cos, kernels the package's: each is good to 1.5 roundings of its value, and an
        # argument of size 100 or less is the same in both. Else the operations and their order are the same.
        np.testing.assert_array_less(np.abs(plain - compiled), 8 * EPS * sizes(model, x, p, u) + 1e-300)


@every_model
def test_emission_and_output_in_python_and_compiled(model):
    for x, p, _ in draws(model, 20, seed=4):
        for kernel in (model.emit, model.output):
            compiled, plain = (np.ravel(f(tuple(x), tuple(p))) for f in (kernel, kernel.py_func))
            # Sums of at most twenty terms, each a sigmoid or a weight times a state, of size below 1000 in all.
            np.testing.assert_allclose(plain, compiled, rtol=8 * EPS, atol=20 * EPS * max(1.0, np.abs(x).max()))


@every_model
def test_jacobian_by_complex_step_is_the_central_difference(model):
    for x, p, u in draws(model, 10, seed=3):
        exact, size = rc.jacobian(model, x, p, u), sizes(model, x, p, u)
        for j, row in enumerate(model.state):
            h = 1e-4 * span(row)
            wide, narrow = (_central(model, x, p, u, j, step) for step in (h, h / 2))
            # D(h) = f' + h^2 f'''/6 + O(h^4): the narrow difference is off by a third of what separates the two, and
            # by its own rounding. h^4 f^(5) is 1e-8 times as large, relative to the scale on which the model bends.
            truncation, rounding = np.abs(wide - narrow), 8 * EPS * size / h
            np.testing.assert_array_less(np.abs(exact[:, j] - narrow), 0.5 * truncation + rounding + 1e-300)


def _central(model, x, p, u, j, h):
    up, down = x.copy(), x.copy()
    up[j], down[j] = x[j] + h, x[j] - h
    slopes = [np.array(model.rhs(0.0, tuple(at), tuple(p), tuple(u))) for at in (up, down)]
    return (slopes[0] - slopes[1]) / (up[j] - down[j])


@every_model
def test_declaration_is_complete(model):
    assert re.fullmatch(r"10\.\d{4,9}/\S+", model.source)
    assert re.fullmatch(r"[a-z][a-z0-9_]*", model.name)
    for row in (*model.state, *model.params, *model.inputs):
        assert row.unit and row.meaning and row.low < row.high
        assert model.quantity(row.name) is row
    assert model.signal.unit and model.signal.meaning and model.signal.low < model.signal.high


@every_model
def test_presets_load_and_run(model):
    for preset in model.presets:
        assert re.fullmatch(r"10\.\d{4,9}/\S+", preset.source) and preset.where
        loaded = model.with_preset(preset.name)
        for name, value in preset.values:
            row = loaded.quantity(name)
            assert row.default == value and row.admits(value) and row.low <= value <= row.high
        touched = {name for name, _ in preset.values}
        for row in (*model.state, *model.params, *model.inputs):
            assert row.name in touched or loaded.quantity(row.name) == row
        rate = fastest(loaded)
        assert np.isfinite(rc.simulate(loaded, 20 / rate, 0.05 / rate).x).all()
    with pytest.raises(ValueError, match=r"has no preset 'nobody_2099'"):
        model.with_preset("nobody_2099")


@every_model
def test_a_model_survives_the_way_to_another_process(model):
    back = pickle.loads(pickle.dumps(model))
    assert back == model
    # The kernel itself, so that what is compiled for one is compiled for the other.
    assert back.rhs is model.rhs and back.emit is model.emit and back.output is model.output
    for each in model.presets:
        loaded = model.with_preset(each.name)
        assert pickle.loads(pickle.dumps(loaded)) == loaded


def test_a_model_whose_kernels_have_other_names_travels_too():
    for model in (logistic, escape):
        back = pickle.loads(pickle.dumps(model))
        at = tuple(row.default for row in model.state), tuple(row.default for row in model.params), (0.3,)
        assert back.name == model.name and back.rhs(0.0, *at) == model.rhs(0.0, *at)


@every_model
def test_runs_alone_and_repeats_bit_for_bit(model):
    dt = 0.02 / fastest(model)
    first, again = (rc.simulate(model, 200 * dt, dt) for _ in range(2))
    assert first.x.shape == (201, len(model.state))
    assert np.isfinite(first.x).all() and np.isfinite(first.output).all()
    assert np.array_equal(first.x, again.x)
    assert np.array_equal(first.x[0], defaults(model)[0])
    # The proxy of a trajectory is the kernel at each sample; in a lane a product and a sum may round once.
    wanted = [model.output(tuple(x), tuple(first.p)) for x in first.x]
    np.testing.assert_allclose(first.output, wanted, rtol=8 * EPS, atol=20 * EPS * max(1.0, np.abs(first.x).max()))


def test_ladder_is_the_order_of_the_book_and_models_hold_it():
    names = [m.name for m in rc.LADDER]
    assert names == [
        "harmonic", "damped", "stuart_landau", "kuramoto", "exponential", "alpha", "biexponential", "master",
        "wilson_cowan", "nmm1_loop", "jansen_rit", "wendling", "lanmm", "theta", "mpr", "qif_first_order",
        "qif_second_order", "ing", "ping",
    ]  # fmt: skip
    assert set(rc.LADDER) < set(rc.MODELS)
    assert len({m.name for m in rc.MODELS}) == len(rc.MODELS)


def test_trajectory_shapes_times_and_names():
    run = rc.simulate(rc.stuart_landau, 1.0, 0.01, every=5)
    assert run.t.shape == (21,) and run.x.shape == (21, 2)
    assert run.t[0] == 0 and abs(run.t[-1] - 1.0) < 1e-15
    assert np.array_equal(run["im"], run.x[:, 1])
    dense = rc.simulate(rc.stuart_landau, 1.0, 0.01)
    assert np.array_equal(dense.x[::5], run.x)
    assert np.array_equal(rc.simulate(rc.stuart_landau, 1.0, 0.01, every=7).x, dense.x[::7])
    nodes = rc.simulate(rc.stuart_landau, 1.0, 0.01, p={"alpha": [-0.5, 0.5, 1.0]})
    assert nodes.x.shape == (101, 2, 3) and nodes["re"].shape == nodes.output.shape == (101, 3)
    for node, alpha in enumerate((-0.5, 0.5, 1.0)):
        alone = rc.simulate(rc.stuart_landau, 1.0, 0.01, p={"alpha": alpha})
        assert np.array_equal(nodes.x[..., node], alone.x)
        assert np.array_equal(nodes.p[:, node], alone.p)


def test_a_run_ends_at_the_last_whole_step():
    assert rc.simulate(rc.harmonic, 1.0, 0.1).t[-1] == pytest.approx(1.0, abs=1e-15)
    assert rc.simulate(rc.harmonic, 1.0, 0.03).t[-1] == pytest.approx(0.99, abs=1e-15)
    assert rc.simulate(rc.harmonic, 0.3, 0.1).t.size == 4


def test_arguments_are_not_written_to_and_may_be_arrays():
    x0, p, u = np.array([0.3, 0.1]), np.array([0.5, 6.0, 1.0, 0.0]), np.array([0.1, 0.0])
    kept = [a.copy() for a in (x0, p, u)]
    by_array = rc.simulate(rc.stuart_landau, 1.0, 0.01, x0=x0, p=p, u=u)
    by_name = rc.simulate(rc.stuart_landau, 1.0, 0.01, x0={"re": 0.3, "im": 0.1}, p={"omega": 6.0}, u={"u_re": 0.1})
    assert np.array_equal(by_array.x, by_name.x)
    assert all(np.array_equal(a, b) for a, b in zip((x0, p, u), kept, strict=True))


def test_blocks_do_not_show(monkeypatch):
    options = {"sigma": 0.2, "seed": 5, "every": 3, "u": {"u_re": rc.sinusoid(0.2, 0.7)}}
    nodes = {"p": {"alpha": np.linspace(-0.5, 0.5, 20)}}
    whole, many = (rc.simulate(rc.stuart_landau, 1.0, 0.01, **options, **more).x for more in ({}, nodes))
    monkeypatch.setattr("rosetta_core.integrate.BLOCK", 7)
    assert np.array_equal(rc.simulate(rc.stuart_landau, 1.0, 0.01, **options).x, whole)
    assert np.array_equal(rc.simulate(rc.stuart_landau, 1.0, 0.01, **options, **nodes).x, many)
