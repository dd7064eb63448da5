"""Fixed points of a model or of a network without delays: all of them, each with its eigenvalues and its kind."""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from rosetta_core.analysis._search import Field, check_isolated, distinct, newton, search
from rosetta_core.analysis.problem import flat_state, problem
from rosetta_core.model import Model

MODEL_STARTS, NETWORK_STARTS = 64, 4


class FixedPoint(NamedTuple):
    """State at rest (n_state[, n_nodes]), eigenvalues (1/s, complex, as many as states) and a word for its kind.

    The eigenvalues stand in order of falling real part; for the kinds see `kind`.
    """

    x: np.ndarray
    eigenvalues: np.ndarray
    kind: str

    def __repr__(self) -> str:
        state = np.array2string(self.x.ravel(), threshold=8, edgeitems=3, precision=6, max_line_width=200)
        return f"FixedPoint({self.kind}, x = {state}, first eigenvalue {self.eigenvalues[0]:.4g} 1/s)"


def fixed_points(model: Any, p: Any = None, u: Any = None, *, starts: int | None = None) -> tuple[FixedPoint, ...]:
    """All fixed points under constant inputs, in order of rising states, the first state first; may be empty.

    p and u as in `simulate`. States that are angles (rad) are taken modulo 2 pi, into their declared range. Points with
    a negative state that must not be negative are left out. The declared ranges of the states say where to look: a
    fixed point may lie outside. Each is exact to about 1e-12 of the ranges, or 1e-8 at a fold; two closer than 1e-7 of
    them are one. starts: how many points Newton's method starts from, 64 for a model; curves through what it finds, and
    from four more points, make up for what it misses.

    A network is searched from the uniform states at which its average node rests and from `starts` others (4), by
    Newton's method alone: weakly coupled nodes with several fixed points each have exponentially many together, of
    which these are a few. ValueError where fixed points are not isolated, as on a circle of them.
    """
    single = isinstance(model, Model)
    count = (MODEL_STARTS if single else NETWORK_STARTS) if starts is None else starts
    if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 1:
        raise ValueError(f"starts must be a whole number of at least 1, got {starts!r}")
    field = _field(model, p, u)
    if single:
        found = search(model.name, field, int(count))
    else:
        points = np.concatenate([_uniform(model, p, u), field.spread(int(count))], axis=1)
        found = distinct(field, newton(field, points), points[:, :0])
        check_isolated(model.name, field, found)
    order = np.lexsort(np.round((found - field.low[:, None]) / field.widths[:, None], 6)[::-1])
    shape = (-1,) if single else (len(model.state), model.n_nodes)
    out = []
    for k in order:
        values = _ordered(np.linalg.eigvals(field.at(found[:, [k]])[1][..., 0]))
        out.append(FixedPoint(found[:, k].reshape(shape), values, kind(values)))
    return tuple(out)


def eigenvalues(model: Any, x: Any, p: Any = None, u: Any = None) -> np.ndarray:
    """Eigenvalues (1/s, complex) of the Jacobian at a state x, by falling real part; x, p and u as in `simulate`."""
    return _ordered(np.linalg.eigvals(_field(model, p, u).at(flat_state(model, x)[:, None])[1][..., 0]))


def kind(values: np.ndarray) -> str:
    """A word for a fixed point with these eigenvalues (1/s).

    "stable node" or "stable focus": all real parts are negative, and the slowest are real or a pair. "unstable node" or
    "unstable focus": likewise with all positive, by the fastest; a point at which only pairs grow, while other
    directions shrink, is an unstable focus too. "saddle": a real one grows while others shrink. "centre": a pair on the
    imaginary axis and nothing that grows. "degenerate": 0 is an eigenvalue and nothing grows. Real and imaginary parts
    below 1e-9 and 1e-6 of the largest eigenvalue count as 0: rounding makes a pair of a double one, 1e-8 apart.
    """
    values = _ordered(np.asarray(values, dtype=complex))
    size = np.abs(values).max(initial=0.0)
    zero, straight = 1e-9 * size, 1e-6 * size
    growing = values[np.real(values) > zero]
    turns = bool(abs(values[0].imag) > straight)
    if growing.size == 0:
        if values[0].real < -zero:
            return "stable focus" if turns else "stable node"
        return "centre" if np.all(np.abs(np.imag(values[np.real(values) >= -zero])) > straight) else "degenerate"
    if growing.size < values.size and np.any(np.abs(np.imag(growing)) <= straight):
        return "saddle"
    return "unstable focus" if turns else "unstable node"


def rest_near(model: Any, x: Any, p: Any = None, u: Any = None) -> np.ndarray:
    """The fixed point, flat (n,), within a hundredth of the ranges of a state x that may be rounded.

    ValueError where Newton's method finds none so near: x is where the model rests, not a place to search from.
    """
    field, start = _field(model, p, u), flat_state(model, x)[:, None]
    found = newton(field, start)
    if found.shape[1] and field.apart(found, start)[0] < 0.01:
        return found[:, 0]
    raise ValueError(
        f"model {model.name!r}: a state at rest is wanted, but at x = {np.array2string(start[:, 0], threshold=8)} "
        f"rates of change reach {np.abs(field.at(start)[0]).max():.3g} per second; take one of fixed_points"
    )


def _ordered(values: np.ndarray) -> np.ndarray:
    """Eigenvalues by falling real part, the rounding of a pair apart; a pair with its positive imaginary part first."""
    digits = 1e-12 * np.abs(values).max(initial=1e-300)
    return values[np.lexsort((-np.imag(values), -np.round(np.real(values) / digits)))]


def _field(model: Any, p: Any, u: Any) -> Field:
    setup = problem(model, (*model.params, *model.inputs)[0].name, p, u)
    single, nodes, rows = isinstance(model, Model), setup.n_nodes, model.state

    def at(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        with np.errstate(all="ignore"):
            return setup.fields(points, setup.value)[:2]

    angle = np.array([row.unit == "rad" for row in rows])
    low, high = np.array([row.low for row in rows]), np.array([row.high for row in rows])
    widths = np.where(angle, 1.0, np.where(high > low, high - low, 1.0))
    least = np.array([-np.inf if row.domain == "real" else 0.0 for row in rows])
    low, high, widths, angle, least = (np.repeat(each, nodes) for each in (low, high, widths, angle, least))
    return Field(at, low, high, widths, angle, least, np.ones(low.size)).measured(MODEL_STARTS if single else 4)


def _uniform(net: Any, p: Any, u: Any) -> np.ndarray:
    """States (n, k) of a network whose nodes all rest where one with mean parameters, inputs and neighbours does."""
    from scipy import sparse  # here, because it would slow `import rosetta_core`

    setup = problem(net, (*net.params, *net.inputs)[0].name, p, u)
    means = setup.p.mean(axis=1), setup.u.mean(axis=1)
    if net.coupling == "diffusive":
        found = search(net.name, _field(net.model, *means), MODEL_STARTS)
    else:
        mean = replace(net, weights=sparse.csr_array([[float(net.strengths.mean())]]), delays=None)
        field = _field(mean, *means)
        points = field.spread(MODEL_STARTS)
        found = distinct(field, newton(field, points), points[:, :0])
    return np.repeat(found, net.n_nodes, axis=0)
