"""What every model must be, checked over the whole ladder."""

import re

import numpy as np
import pytest
from models_for_tests import draws

import rosetta_core as rc

every_model = pytest.mark.parametrize("model", rc.MODELS, ids=lambda m: m.name)


@every_model
def test_rhs_and_emit_return_tuples_of_finite_floats(model):
    for x, p, u in draws(model, 20):
        slope = model.rhs(0.0, tuple(x), tuple(p), tuple(u))
        assert len(slope) == len(model.state)
        assert np.isfinite(slope).all()
        assert np.isfinite(model.emit(tuple(x), tuple(p))).all()


@every_model
def test_python_and_compiled_kernel_are_the_same_function(model):
    for x, p, u in draws(model, 20, seed=2):
        compiled = model.rhs(0.0, tuple(x), tuple(p), tuple(u))
        plain = model.rhs.py_func(0.0, tuple(x), tuple(p), tuple(u))
        # Same operations in the same order, no contraction: the bits are the same.
        assert tuple(map(float, plain)) == compiled


@every_model
def test_jacobian_by_complex_step_is_the_central_difference(model):
    h = 1e-5
    for x, p, u in draws(model, 10, seed=3):
        exact = rc.jacobian(model, x, p, u)
        columns = []
        for j in range(x.size):
            e = h * np.eye(x.size)[j]
            up, down = (np.array(model.rhs(0.0, tuple(x + s * e), tuple(p), tuple(u))) for s in (1, -1))
            columns.append((up - down) / (2 * h))
        # Truncation h^2/6 |f'''| with |f'''| < 500 in the declared ranges, rounding 2e-16 |f| / h with |f| < 200.
        np.testing.assert_allclose(np.array(columns).T, exact, atol=h**2 * 500 / 6 + 2e-16 * 200 / h, rtol=0)


@every_model
def test_declaration_is_complete(model):
    assert re.fullmatch(r"10\.\d{4,9}/\S+", model.source)
    assert re.fullmatch(r"[a-z][a-z0-9_]*", model.name)
    for row in (*model.state, *model.params, *model.inputs):
        assert row.unit and row.meaning and row.low < row.high
        assert model.quantity(row.name) is row


@every_model
def test_runs_alone_forced_noisy_and_in_numbers_and_repeats_bit_for_bit(model):
    drive = {model.inputs[0].name: rc.sinusoid(0.1, 1.0)}
    for options in ({}, {"u": drive}, {"sigma": 0.1}, {"u": drive, "sigma": 0.1}):
        first, again = (rc.simulate(model, 0.5, 0.001, seed=3, **options).x for _ in range(2))
        assert first.shape == (501, len(model.state))
        assert np.isfinite(first).all()
        assert np.array_equal(first, again)
    many = rc.simulate(model, 0.1, 0.001, x0=np.ones((len(model.state), 3)) * 0.2)
    assert many.x.shape == (101, len(model.state), 3)
    assert np.array_equal(many.x[..., 0], many.x[..., 2])


def test_ladder_is_the_order_of_the_book_and_models_hold_it():
    assert [m.name for m in rc.LADDER] == ["harmonic", "damped", "stuart_landau"]
    assert set(rc.LADDER) < set(rc.MODELS)
    assert len({m.name for m in rc.MODELS}) == len(rc.MODELS)


def test_trajectory_shapes_times_and_names():
    run = rc.simulate(rc.stuart_landau, 1.0, 0.01, every=5)
    assert run.t.shape == (21,) and run.x.shape == (21, 2)
    assert run.t[0] == 0 and abs(run.t[-1] - 1.0) < 1e-15
    assert np.array_equal(run["im"], run.x[:, 1])
    dense = rc.simulate(rc.stuart_landau, 1.0, 0.01)
    assert np.array_equal(dense.x[::5], run.x)
    nodes = rc.simulate(rc.stuart_landau, 1.0, 0.01, p={"alpha": [-0.5, 0.5, 1.0]})
    assert nodes.x.shape == (101, 2, 3) and nodes["re"].shape == (101, 3)
    for node, alpha in enumerate((-0.5, 0.5, 1.0)):
        alone = rc.simulate(rc.stuart_landau, 1.0, 0.01, p={"alpha": alpha})
        assert np.array_equal(nodes.x[..., node], alone.x)


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
    whole = rc.simulate(rc.stuart_landau, 1.0, 0.01, **options)
    monkeypatch.setattr("rosetta_core.integrate.BLOCK", 7)
    assert np.array_equal(rc.simulate(rc.stuart_landau, 1.0, 0.01, **options).x, whole.x)
