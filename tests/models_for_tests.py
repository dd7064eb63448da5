"""Models that only tests need, and for all models: samples of states and parameters, time scales and sizes of terms."""

from functools import cache

import numpy as np

from rosetta_core import Model, Quantity, jacobian, kernel, simulate
from rosetta_core.elementary import exp


@kernel
def _rhs(t, x, p, u):
    (a,) = x
    (tau,) = p
    (drive,) = u
    return ((-a + 1.0 / (1.0 + exp(-(drive + a)))) / tau,)


@kernel
def _emit(x, p):
    return x


@kernel
def _output(x, p):
    return x[0]


logistic = Model(
    name="logistic",
    title="A rate with a sigmoid",
    rhs=_rhs,
    emit=_emit,
    state=(Quantity("a", 0.1, "1", 0.0, 1.0, "activity"),),
    params=(Quantity("tau", 0.1, "s", 0.01, 1.0, "time constant", "positive"),),
    inputs=(Quantity("drive", 0.0, "1", -5.0, 5.0, "drive"),),
    source="10.1016/S0006-3495(72)86068-5",
    output=_output,
    signal=Quantity("a", 0.0, "1", 0.0, 1.0, "activity"),
)


@kernel
def _sum_rhs(t, x, p, u):
    return (u[0] + 0.0 * x[0],)


running_sum = Model(
    name="running_sum",
    title="The integral of the input",
    rhs=_sum_rhs,
    emit=_emit,
    state=(Quantity("a", 0.0, "1", -1.0, 1.0, "integral"),),
    params=(),
    inputs=(Quantity("slope", 0.0, "1/s", -1.0, 1.0, "slope"),),
    source="10.1000/test",
)


@kernel
def _pair_rhs(t, x, p, u):
    a, b = x
    return (u[0] - a, b * b)


escape = Model(
    name="escape",
    title="One state rests, the other reaches infinity at t = 1/b(0)",
    rhs=_pair_rhs,
    emit=_emit,
    state=(Quantity("rests", 0.0, "1", -1.0, 1.0, "state"), Quantity("escapes", 1.0, "1", 0.0, 2.0, "state")),
    params=(),
    inputs=(Quantity("u", 0.0, "1", -1.0, 1.0, "input"),),
    source="10.1000/test",
)


@kernel
def _clocked_rhs(t, x, p, u):
    return (0.3 * t - p[0] * x[0] + u[0],)


clocked = Model(
    name="clocked",
    title="A rate that grows with time",
    rhs=_clocked_rhs,
    emit=_emit,
    state=(Quantity("a", 0.1, "1", -1.0, 1.0, "state"),),
    params=(Quantity("rate", 0.7, "1/s", 0.1, 2.0, "rate of decay", "positive"),),
    inputs=(Quantity("u", 0.0, "1/s", -1.0, 1.0, "input"),),
    source="10.1000/test",
)


def draws(model: Model, count: int, seed: int = 1) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """(x, p, u) drawn evenly inside the declared ranges."""
    rng = np.random.default_rng(seed)

    def inside(rows):
        return np.array([rng.uniform(row.low, row.high) for row in rows])

    return [(inside(model.state), inside(model.params), inside(model.inputs)) for _ in range(count)]


def defaults(model: Model) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(x, p, u) by default."""
    return tuple(np.array([row.default for row in rows]) for rows in (model.state, model.params, model.inputs))


def span(row: Quantity) -> float:
    """Width of the range of a quantity, the size of what is small or large for it."""
    return row.high - row.low


@cache
def fastest(model: Model) -> float:
    """Fastest rate (1/s) on the way from the initial state: of the modes, or at which a state crosses its range."""

    def rate(x: np.ndarray) -> float:
        _, p, u = defaults(model)
        # A phase turns as fast as its sine changes, whatever its range.
        widths = np.array([1.0 if row.unit == "rad" else span(row) for row in model.state])
        modes = np.abs(np.linalg.eigvals(jacobian(model, x, p, u))).max()
        return float(max(modes, np.max(np.abs(model.rhs(0.0, tuple(x), tuple(p), tuple(u))) / widths)))

    first = rate(defaults(model)[0])
    way = simulate(model, 20 / first, 0.02 / first, every=20).x
    return max(rate(x) for x in way)


def sizes(model: Model, x: np.ndarray, p: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Sizes of the terms that each rate of change is the sum of: what its rounding is relative to, (n_state,)."""
    f, J = np.abs(model.rhs(0.0, tuple(x), tuple(p), tuple(u))), jacobian(model, x, p, u)
    parts = np.abs(J * x).sum(axis=1)
    return f + parts + np.abs(f - J @ x)
