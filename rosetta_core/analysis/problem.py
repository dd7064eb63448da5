"""A model, or a network without delays, as one vector field of a state and one number that varies.

Everything in `rosetta_core.analysis` works on a `Problem`: it never asks which model it has.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import inlined, inner
from rosetta_core.derivatives import differentiated
from rosetta_core.model import Model, unknown, values


@dataclass(frozen=True, eq=False)
class Problem:
    """dx/dt = f(x, value), where `value` is the parameter or input called `name`; made by `problem`.

    x is a flat array (n,): a model's state, or that of a network as state * n_nodes + node. p (n_params[, n_nodes]) and
    u (n_inputs[, n_nodes]) are what does not vary. In a network the value is that of the first node; what others differ
    by from it stays, so that equal nodes stay equal.
    """

    model: Any
    name: str
    p: np.ndarray
    u: np.ndarray

    @property
    def n(self) -> int:
        """Number of equations."""
        return len(self.model.state) * self.n_nodes

    @property
    def n_nodes(self) -> int:
        """Number of nodes; 1 for a model."""
        return getattr(self.model, "n_nodes", 1)

    @property
    def value(self) -> float:
        """The present value of what varies (of the first node of a network)."""
        _, array, row = self._place
        return float(np.ravel(array[row])[0])

    @property
    def row(self) -> Any:
        """The Quantity of what varies."""
        return self.model.quantity(self.name) if isinstance(self.model, Model) else self.model.model.quantity(self.name)

    def at(self, value: float) -> tuple[np.ndarray, np.ndarray]:
        """Parameters and inputs with the value put in."""
        which, array, row = self._place
        changed = array.copy()
        changed[row] = self._moved(value)
        return (changed, self.u) if which == "p" else (self.p, changed)

    def f(self, x: ArrayLike, value: float) -> np.ndarray:
        """Rate of change (n,) at one state."""
        if isinstance(self.model, Model):
            p, u = self.at(value)
            return np.array(self.model.rhs(0.0, tuple(np.asarray(x, dtype=float)), tuple(p), tuple(u)))
        return self.model.field(np.reshape(x, (-1, self.n_nodes)), *self.at(value)).ravel()

    def jacobian(self, x: ArrayLike, value: float) -> np.ndarray:
        """Jacobian (n, n) with respect to the state, exact to rounding."""
        return self.fields(np.reshape(x, (-1, 1)), value)[1][..., 0]

    def by_value(self, x: ArrayLike, value: float) -> np.ndarray:
        """Derivative (n,) of the rate of change with respect to what varies, exact to rounding."""
        return self.fields(np.reshape(x, (-1, 1)), value)[2][:, 0]

    def fields(self, points: ArrayLike, value: float | np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """At many states (n, m), for one value or m: rates (n, m), Jacobians (n, n, m), d rate / d value (n, m)."""
        points = np.asarray(points, dtype=float)
        which, _, row = self._place
        p, u = (np.repeat(each[..., None], points.shape[1], axis=-1) for each in (self.p, self.u))
        (p if which == "p" else u)[row] = self._moved(np.broadcast_to(value, points.shape[1:]))
        return self.under(points, p, u)

    def under(self, points: np.ndarray, p: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """`fields` at states (n, m) with other p (n_params[, n_nodes], m) and u (n_inputs[, n_nodes], m) at each."""
        n, m = points.shape
        which, _, row = self._place
        row += len(self.model.state) + (0 if which == "p" else len(p))
        if isinstance(self.model, Model):
            rates, slopes = differentiated(
                alone(self.model.rhs), n, (points, p, u, points[:0]), np.append(np.arange(n), row)
            )
            return rates, slopes[:, :n], slopes[:, n]
        found = self.model.linear(points.reshape(-1, self.n_nodes, m), p, u, row)
        slopes = np.empty((m, n, n))
        for k in range(m):
            slopes[k] = found.jacobian(k)
        return found.rates.reshape(n, m), np.moveaxis(slopes, 0, 2), found.by_row.reshape(n, m)

    def _moved(self, value: float | np.ndarray) -> np.ndarray:
        """What varies, (n_nodes,) + the shape of value in a network, when the first node has the value."""
        _, array, row = self._place
        apart = array[row] - self.value
        value = np.asarray(value, dtype=float)
        # Without a difference nothing is added, so that equal nodes have the value to the last bit.
        return np.add.outer(apart, value) if apart.any() else np.broadcast_to(value, apart.shape + value.shape)

    @cached_property
    def _place(self) -> tuple[str, np.ndarray, int]:
        for which, rows, array in (("p", self.model.params, self.p), ("u", self.model.inputs, self.u)):
            names = [each.name for each in rows]
            if self.name in names:
                return which, array, names.index(self.name)
        raise AssertionError  # `problem` has looked the name up


def problem(model: Any, name: str, p: Any = None, u: Any = None) -> Problem:
    """A `Problem` from a model or a network without delays, what varies by its name, and values as in `simulate`."""
    names = [row.name for row in (*model.params, *model.inputs)]
    if name not in names:
        raise ValueError(unknown(model.name, "parameter or input", name, names))
    if getattr(model, "delayed", False):
        raise ValueError(f"{model.name} has delays; its analysis wants a network without them")
    arrays = []
    for kind, rows, given in (("parameter", model.params, p), ("input", model.inputs, u)):
        found = values(model.name, kind, rows, given)
        if isinstance(model, Model):
            if found.ndim != 1:
                raise ValueError(
                    f"model {model.name!r}: one value for each {kind} is wanted here, got shape {found.shape}"
                )
        else:
            found = np.broadcast_to(found if found.ndim == 2 else found[:, None], (len(rows), model.n_nodes)).copy()
        arrays.append(found)
    return Problem(model, name, *arrays)


def flat_state(model: Any, x: Any) -> np.ndarray:
    """A state by name or as an array, as the flat array (n,) of a `Problem`; the model's default where left out."""
    found = values(model.name, "state", model.state, x)
    nodes = getattr(model, "n_nodes", None)
    if nodes is None:
        return found.astype(float)
    return np.broadcast_to(found if found.ndim == 2 else found[:, None], (len(model.state), nodes)).ravel().copy()


@cache
def alone(rhs: Any) -> Any:
    """The rates of a model as `rosetta_core.derivatives` wants them, with a fourth tuple that is empty."""
    rhs = inlined(rhs)

    @inner
    def rates(t, x, p, u, nothing):
        return rhs(t, x, p, u)

    return rates
