"""Models that only tests need: one that uses the package's own exp, and parameter samples for all models."""

import numpy as np

from rosetta_core import Model, Quantity, kernel
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
    output=_output,
    state=(Quantity("a", 0.1, "1", 0.0, 1.0, "activity"),),
    params=(Quantity("tau", 0.1, "s", 0.01, 1.0, "time constant", "positive"),),
    inputs=(Quantity("drive", 0.0, "1", -5.0, 5.0, "drive"),),
    signal=Quantity("a", 0.0, "1", 0.0, 1.0, "activity"),
    source="10.1016/S0006-3495(72)86068-5",
)


def draws(model: Model, count: int, seed: int = 1) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """(x, p, u) drawn evenly inside the declared ranges."""
    rng = np.random.default_rng(seed)

    def inside(rows):
        return np.array([rng.uniform(row.low, row.high) for row in rows])

    return [(inside(model.state), inside(model.params), inside(model.inputs)) for _ in range(count)]
