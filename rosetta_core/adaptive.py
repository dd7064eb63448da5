"""The adaptive reference: scipy's DOP853 on the same kernel, to check any result of the fixed steps."""

from typing import Any

import numpy as np
import scipy

from rosetta_core import arguments as given
from rosetta_core.drive import ROW, wave
from rosetta_core.integrate import Trajectory, failure
from rosetta_core.model import Model, values

RTOL = 1e-10


def simulate_adaptively(
    model: Any, t1: float, dt: float, *, p: Any, x0: Any, u: Any, every: int, sigma: Any, seed: int, history: Any
) -> Trajectory:
    """Run a model, or a network without delays, by DOP853; see `simulate`.

    Relative tolerance 1e-10, absolute tolerance that times the range of each state. A drive with jumps is met where
    the steps happen to fall, to within the tolerance.
    """
    steps, every = given.steps_of(t1, dt, every)
    if given.noise(model, sigma, dt).targets:
        raise ValueError("method 'dop853' chooses its own steps, so it can have no noise; use 'heun' with sigma")
    if history is not None or getattr(model, "delayed", False):
        raise ValueError("method 'dop853' knows no delays; use 'heun' or 'rk4', and halve dt to see the error")
    P = values(model.name, "parameter", model.params, p)
    X = values(model.name, "initial state", model.state, x0)
    inputs = given.inputs(model, u)
    single = isinstance(model, Model)
    if single:
        n, many = given.nodes(model, X, P, inputs.constants, drives=inputs.waves.shape[1])
        X, P, U, waves = (given.columns(a, n, n) for a in (X, P, inputs.constants, inputs.waves))
    else:
        n, many = model.n_nodes, True
        X, P, U, waves = given.network_columns(model, n, x0=X, p=P, u=inputs.constants, drives=inputs.waves)
    rows = waves.reshape(len(model.inputs), ROW, n)

    def slopes(t: float, flat: np.ndarray) -> np.ndarray:
        x, now = flat.reshape(X.shape), U
        if inputs.driven:
            now = U + np.array([[wave(t, *row[:, i], inputs.samples) for i in range(n)] for row in rows])
        if not single:
            return model.field(x, P, now, t).ravel()
        return np.array([model.rhs(t, tuple(x[:, i]), tuple(P[:, i]), tuple(now[:, i])) for i in range(n)]).T.ravel()

    times = np.arange(steps // every + 1) * (every * dt)
    size = np.repeat([max(abs(row.low), abs(row.high)) for row in model.state], n)
    # No step longer than the time between samples: a short pulse of the drive is then not stepped over.
    longest = {"max_step": dt} if inputs.driven else {}
    with np.errstate(over="ignore", invalid="ignore"):
        run = scipy.integrate.solve_ivp(
            slopes, (0.0, times[-1]), X.ravel(), method="DOP853", t_eval=times, rtol=RTOL, atol=RTOL * size, **longest
        )
    if not run.success or not np.isfinite(run.y).all():
        x = run.y[:, -1].reshape(X.shape) if run.t.size else X
        node = int(np.abs(x).max(axis=0).argmax())
        where = f", node {node}" if many else ""
        raise failure(model, x[:, node], P[:, node], float(run.t[-1]) if run.t.size else 0.0, dt, where)
    x = run.y.T.reshape(len(times), *X.shape)
    return Trajectory(model, times, x if many else x[..., 0], dt, "dop853", P if many else P[:, 0], seed)
