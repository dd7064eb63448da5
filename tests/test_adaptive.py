"""DOP853, the adaptive reference, against closed forms and against the fixed steps of every rung."""

import numpy as np
import pytest
from models_for_tests import defaults, fastest, span

import rosetta_core as rc
from rosetta_core.models.damped import solution
from rosetta_core.models.stuart_landau import limit_cycle, radius_at

RTOL = 1e-10  # of the method; an error of a step that stays is of this size, and a run adds up a few dozen of them


def adaptive(model, t1, dt, **options):
    return rc.simulate(model, t1, dt, method="dop853", **options)


def test_linear_and_nonlinear_closed_forms():
    run = adaptive(rc.damped, 3.0, 0.05, p={"alpha": -0.4, "omega": 5.0}, x0=[0.7, 0.2])
    exact = solution(run.t, 0.7 + 0.2j, -0.4, 5.0)
    # 61 samples, about twenty steps.
    np.testing.assert_allclose(run["x"] + 1j * run["y"], exact, atol=50 * RTOL, rtol=0)
    p = {"alpha": 0.6, "omega": 2.0, "gamma": 1.2, "beta": 0.5}
    run = adaptive(rc.stuart_landau, 4.0, 0.1, p=p, x0=[0.3, 0.0])
    r = radius_at(run.t, 0.3, p["alpha"], p["gamma"])
    turning = 2 * np.pi * limit_cycle(**p).frequency
    z = r * np.exp(1j * (turning * run.t + p["beta"] / p["gamma"] * np.log(r / 0.3)))
    np.testing.assert_allclose(run["re"] + 1j * run["im"], z, atol=50 * RTOL, rtol=0)
    assert run.method == "dop853" and run.t.shape == (41,) and run.x.shape == (41, 2)


@pytest.mark.parametrize("model", rc.LADDER, ids=lambda m: m.name)
def test_every_rung_agrees_with_the_fixed_steps(model):
    rate, entry = fastest(model), model.inputs[-1]
    t1 = 20 / rate
    options = {
        "x0": {model.state[0].name: model.state[0].default + 0.05 * span(model.state[0])},
        "u": {entry.name: entry.default + 0.1 * span(entry)},
    }  # fmt: skip
    coarse, fine = (rc.simulate(model, t1, t1 / n, every=n // 40, **options).x for n in (400, 800))
    found = adaptive(model, t1, t1 / 40, **options).x
    # Richardson: the fine run is off by 1/15 of what separates it from the coarse one; twice that for higher orders.
    # The tolerance is of each state's range or size.
    scale = np.abs(fine).max(axis=0) + [max(abs(row.low), abs(row.high)) for row in model.state]
    bound = 2 / 15 * np.abs(coarse - fine).max(axis=0) + 50 * RTOL * scale
    np.testing.assert_array_less(np.abs(found - fine).max(axis=0), bound)
    assert np.abs(found[-1] - defaults(model)[0]).max() > 0


def test_nodes_and_networks():
    p = {"alpha": [0.5, -0.5, 0.1]}
    u = {"u_re": [rc.sinusoid(0.3, 1.0), 0.2, rc.pulse(0.5, at=0.3, width=0.2)]}
    # The kinks of the pulse are met to the tolerance by DOP853 and on whole steps by RK4, which there has order 1: the
    # stage at the end of a step sees what the next one begins with, 0.5 dt/6 at most for each edge.
    fixed, found = (
        rc.simulate(rc.stuart_landau, 1.0, 1e-4, p=p, u=u, every=100),
        adaptive(rc.stuart_landau, 1.0, 0.01, p=p, u=u),
    )
    assert found.x.shape == (101, 2, 3)
    np.testing.assert_allclose(found.x[..., :2], fixed.x[..., :2], atol=100 * RTOL, rtol=0)
    np.testing.assert_allclose(found.x[..., 2], fixed.x[..., 2], atol=2e-4, rtol=0)
    weights = np.array([[0.0, 0.3, 0.1], [0.5, 0.0, 0.2], [0.2, 0.7, 0.0]])
    for net in (rc.network(rc.stuart_landau, weights, delays=0.0), rc.network(rc.kuramoto, weights, coupling="sine")):
        x0 = np.linspace(0.1, 1.0, 3 * len(net.state)).reshape(-1, 3)
        fixed, found = rc.simulate(net, 0.5, 1e-3, x0=x0, every=10), adaptive(net, 0.5, 0.01, x0=x0)
        # RK4 errs by (6.3 dt)^5/120 in each of 500 steps; the tolerance of DOP853 is of phases up to 31 rad.
        np.testing.assert_allclose(found.x, fixed.x, atol=50 * 31 * RTOL, rtol=0)
        assert np.array_equal(found.x[0], x0)


def test_it_keeps_every_and_the_time_of_the_last_whole_step():
    dense, thin = (adaptive(rc.damped, 1.0, 0.03, every=k) for k in (1, 3))
    assert dense.t[-1] == pytest.approx(0.99) and np.array_equal(thin.t, dense.t[::3])
    # Where it looks does not move its steps; the samples come from its own interpolant.
    np.testing.assert_allclose(thin.x, dense.x[::3], atol=50 * RTOL, rtol=0)


PAIR = np.ones((2, 2))
REFUSED = {
    "noise": (rc.damped, {"sigma": 0.1}, ValueError, ["chooses its own steps", "'heun' with sigma"]),
    "delays": (rc.network(rc.damped, PAIR, delays=0.1), {}, ValueError, ["knows no delays", "'heun' or 'rk4'"]),
    "history": (rc.damped, {"history": lambda t: [1.0, 0.0]}, ValueError, ["knows no delays"]),
    "nodes that disagree": (
        rc.network(rc.damped, PAIR), {"p": {"alpha": [0.1, 0.2, 0.3]}}, ValueError, ["each of 2 nodes", "got 3"],
    ),
    "infinity": (
        rc.stuart_landau, {"p": {"gamma": -1.0}, "x0": [1.0, 0.0]}, FloatingPointError,
        ["'stuart_landau': re stopped", "t = 0.4 s"],
    ),
    "infinity at a node": (
        rc.stuart_landau, {"p": {"gamma": [1.0, -1.0]}, "x0": [1.0, 0.0]}, FloatingPointError, ["node 1", "gamma = -1"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_it_refuses(case):
    model, options, error, words = REFUSED[case]
    with pytest.raises(error) as raised:
        adaptive(model, 1.0, 0.01, **options)
    for word in words:
        assert word in str(raised.value)
