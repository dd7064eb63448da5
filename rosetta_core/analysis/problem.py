"""A model, or a network without delays, as one vector field of a state and one number that varies.

Everything in `rosetta_core.analysis` works on a `Problem`: it never asks which model it has.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import kernel
from rosetta_core._tuples import load_complex, store_complex
from rosetta_core.model import Model, unknown, values

TINY = 1e-30  # of a complex step: its square is lost in any rounding


@dataclass(frozen=True, eq=False)
class Problem:
    """dx/dt = f(x, value), where `value` is the parameter or input called `name`; made by `problem`.

    x is a flat array (n,): a model's state, or that of a network as state * n_nodes + node. p (n_params[, n_nodes]) and
    u (n_inputs[, n_nodes]) are what does not vary. In a network the value is that of every node.
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
        _, array, row = self._place()
        return float(np.ravel(array[row])[0])

    @property
    def row(self) -> Any:
        """The Quantity of what varies."""
        return self.model.quantity(self.name) if isinstance(self.model, Model) else self.model.model.quantity(self.name)

    def at(self, value: float) -> tuple[np.ndarray, np.ndarray]:
        """Parameters and inputs with the value put in."""
        which, array, row = self._place()
        changed = array.copy()
        changed[row] = value
        return (changed, self.u) if which == "p" else (self.p, changed)

    def f(self, x: ArrayLike, value: float) -> np.ndarray:
        """Rate of change (n,) at one state."""
        if self.n_nodes == 1 and isinstance(self.model, Model):
            p, u = self.at(value)
            return np.array(self.model.rhs(0.0, tuple(np.asarray(x, dtype=float)), tuple(p), tuple(u)))
        return self.model.field(np.reshape(x, (-1, self.n_nodes)), *self.at(value)).ravel()

    def jacobian(self, x: ArrayLike, value: float) -> np.ndarray:
        """Jacobian (n, n) with respect to the state, exact to rounding."""
        if isinstance(self.model, Model):
            return self.fields(np.reshape(x, (-1, 1)), value)[1][..., 0]
        return self.model.jacobian(np.reshape(x, (-1, self.n_nodes)), *self.at(value))

    def by_value(self, x: ArrayLike, value: float) -> np.ndarray:
        """Derivative (n,) of the rate of change with respect to what varies, exact to rounding."""
        if isinstance(self.model, Model):
            return self.fields(np.reshape(x, (-1, 1)), value)[2][:, 0]
        which, _, row = self._place()
        return self.model.by_quantity(np.reshape(x, (-1, self.n_nodes)), which, row, *self.at(value)).ravel()

    def fields(self, points: ArrayLike, value: float | np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """At many states (n, m), for one value or m: rates (n, m), Jacobians (n, n, m), d rate / d value (n, m)."""
        points = np.ascontiguousarray(points, dtype=float)
        n, m = points.shape
        if not isinstance(self.model, Model):
            each = np.broadcast_to(value, m)
            return (
                np.stack([self.f(points[:, k], each[k]) for k in range(m)], axis=-1),
                np.stack([self.jacobian(points[:, k], each[k]) for k in range(m)], axis=-1),
                np.stack([self.by_value(points[:, k], each[k]) for k in range(m)], axis=-1),
            )
        which, _, row = self._place()
        p, u = (np.ascontiguousarray(np.broadcast_to(a[:, None], (a.size, m))).copy() for a in (self.p, self.u))
        (p if which == "p" else u)[row] = value
        rates, slopes, by_value = np.empty((n, m)), np.empty((n * n, m)), np.empty((n, m))
        derivatives(self.model.rhs, n, len(p), len(u))(points, p, u, which == "p", row, rates, slopes, by_value)
        return rates, slopes.reshape(n, n, m), by_value

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
def derivatives(rhs: Any, n: int, n_params: int, n_inputs: int) -> Any:
    """Kernel (points, p, u, of_p, row, rates, slopes, by_value): the field and its derivatives at many states.

    points (n, m), p (n_params, m), u (n_inputs, m); rates (n, m), slopes (n * n, m) with row i * n + j for
    d f_i / d x_j, by_value (n, m) with respect to row `row` of p or u.
    """

    @kernel
    def all_points(points, p, u, of_p, row, rates, slopes, by_value):
        x, q, w = (
            np.empty((n, 1), np.complex128),
            np.empty((n_params, 1), np.complex128),
            np.empty((n_inputs, 1), np.complex128),
        )
        out = np.empty((n, 1), np.complex128)
        for k in range(points.shape[1]):
            x[:, 0], q[:, 0], w[:, 0] = points[:, k], p[:, k], u[:, k]
            for j in range(n + 1):
                if j < n:
                    x[j, 0] += TINY * 1j
                elif of_p:
                    q[row, 0] += TINY * 1j
                else:
                    w[row, 0] += TINY * 1j
                store_complex(out, 0, 0, rhs(0.0, load_complex(x, 0, 0, n), load_complex(q, 0, 0, n_params),
                                             load_complex(w, 0, 0, n_inputs)))  # fmt: skip
                for i in range(n):
                    if j < n:
                        slopes[i * n + j, k] = out[i, 0].imag / TINY
                    else:
                        by_value[i, k] = out[i, 0].imag / TINY
                if j < n:
                    x[j, 0] = points[j, k]
            for i in range(n):
                rates[i, k] = out[i, 0].real

    return all_points
