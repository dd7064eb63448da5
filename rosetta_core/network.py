"""Networks: many nodes of one model that hear each other through weights and delays."""

import difflib
import math
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Literal, NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike

from rosetta_core.coupling import node_kernels
from rosetta_core.derivatives import differentiated
from rosetta_core.model import Model, unknown, values

Coupling = Literal["diffusive", "additive", "sine"]
COUPLINGS = ("diffusive", "additive", "sine")
NORMALISATIONS = ("rows", "largest", "spectral")


class Linear(NamedTuple):
    """A network near k points: rates (n, N, k), and their derivatives in parts, n states and N nodes.

    own (n, n, N, k): by the states of the node itself; heard (n, m, N, k): by each of m weighted sums; said
    (m, n, N, k): of what a node says by its states; by_row (n, N, k): by one quantity of all nodes.
    """

    weights: "scipy.sparse.csr_array"
    rates: np.ndarray
    own: np.ndarray
    heard: np.ndarray
    said: np.ndarray
    by_row: np.ndarray

    def jacobian(self, k: int) -> np.ndarray:
        """Jacobian (n N, n N) at point k: index state * N + node in rows and columns."""
        n, N = self.rates.shape[:2]
        nodes, edges, J = np.arange(N), self.weights.tocoo(), np.zeros((n, N, n, N))
        J[:, nodes, :, nodes] = np.moveaxis(self.own[..., k], 2, 0)
        heard, said = self.heard[..., k], self.said[..., k]
        for i, c, j in product(range(n), range(heard.shape[1]), range(n)):
            if heard[i, c].any() and said[c, j].any():
                J[i, edges.row, j, edges.col] += edges.data * heard[i, c, edges.row] * said[c, j, edges.col]
        return J.reshape(n * N, n * N)


@dataclass(frozen=True, eq=False)
class Network:
    """Nodes of one model on a graph; made by `network`. A state is an array (n_state, n_nodes).

    weights[target, source] (scipy.sparse, gain and normalisation included) and delays (s, in the order of
    weights.data, or None) are the edges. channels says which numbers of `emit` travel, where which inputs they reach.
    Without delays a network may stand wherever a model does: `field` and `jacobian` are its right-hand side.
    """

    model: Model
    weights: "scipy.sparse.csr_array"
    delays: np.ndarray | None
    coupling: str
    channels: tuple[int, ...]
    where: tuple[int, ...]

    def __getattr__(self, name: str) -> Any:
        if name in ("state", "params", "inputs", "signal", "output", "emit", "rhs", "source", "presets"):
            return getattr(self.model, name)
        raise AttributeError(f"Network has no attribute {name!r}")

    @property
    def name(self) -> str:
        """Model and size, for messages."""
        return f"{self.model.name} x {self.n_nodes}"

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return self.weights.shape[0]

    @property
    def delayed(self) -> bool:
        """Whether any signal takes time."""
        return self.delays is not None and bool(self.delays.any())

    @property
    def strengths(self) -> np.ndarray:
        """Sum of the weights that reach each node, (n_nodes,)."""
        return np.asarray(self.weights.sum(axis=1)).ravel()

    def with_preset(self, name: str) -> "Network":
        """The same network of the model with a preset."""
        return replace(self, model=self.model.with_preset(name))

    def field(self, x: ArrayLike, p: Any = None, u: Any = None, t: float = 0.0) -> np.ndarray:
        """Rate of change (n_state, n_nodes) at the state x of that shape; p and u as in `simulate`. No delays."""
        x, P, U = self._arrays(x, p, u)
        return self.linear(x[..., None], P[..., None], U[..., None], t=t, states=False).rates[..., 0]

    def jacobian(self, x: ArrayLike, p: Any = None, u: Any = None, t: float = 0.0) -> np.ndarray:
        """Jacobian of the field, exact to rounding; index state * n_nodes + node in rows and columns. No delays."""
        x, P, U = self._arrays(x, p, u)
        return self.linear(x[..., None], P[..., None], U[..., None], t=t).jacobian(0)

    def linear(
        self, x: np.ndarray, P: np.ndarray, U: np.ndarray, row: int | None = None, t: float = 0.0, states: bool = True
    ) -> "Linear":
        """The field and its derivatives at k points: x (n_state, n_nodes, k), P and U likewise; no delays.

        row: of states, parameters and inputs, one below the other, by which to differentiate as well, in all nodes at
        once. states: whether to differentiate by the states.
        """
        n, m, shape = len(self.state), self.n_sums, x.shape[1:]
        told, moved = node_kernels(self)
        parts = tuple(np.ascontiguousarray(a).reshape(len(a), -1) for a in (x, P, U))
        of_states = np.arange(n if states else 0)
        given = np.array([] if row is None else [row], dtype=np.intp)
        which = np.append(of_states, given)
        said, said_by = differentiated(told, m, (*parts, np.zeros((0, parts[0].shape[1]))), which, t)
        strengths = np.broadcast_to(self.strengths[:, None], shape).reshape(1, -1)
        heard = np.concatenate([self._sums(said.reshape(m, *shape)).reshape(m, -1), strengths])
        sums = sum(len(part) for part in parts) + np.arange(m)
        which = np.concatenate([of_states, sums, given]).astype(np.intp)
        rates, slopes = differentiated(moved, n, (*parts, heard), which, t)
        rates, slopes = rates.reshape(n, *shape), slopes.reshape(n, -1, *shape)
        said_by, s = said_by.reshape(m, -1, *shape), of_states.size
        by_row = np.zeros_like(rates)
        if row is not None:
            by_row = slopes[:, -1] + np.einsum("sc...,c...->s...", slopes[:, s : s + m], self._sums(said_by[:, -1]))
        return Linear(self.weights, rates, slopes[:, :s], slopes[:, s : s + m], said_by[:, :s], by_row)

    @property
    def n_sums(self) -> int:
        """How many weighted sums a node hears."""
        return 2 if self.coupling == "sine" else len(self.channels)

    def _arrays(self, x: ArrayLike, p: Any, u: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if self.delayed:
            raise ValueError(
                f"the network {self.name} has delays: its rate of change depends on the past, not on x alone"
            )
        wide = []
        for kind, rows, given in (("state", self.state, x), ("parameter", self.params, p), ("input", self.inputs, u)):
            found = values(self.name, kind, rows, given)
            wide.append(np.broadcast_to(found if found.ndim == 2 else found[:, None], (len(rows), self.n_nodes)))
        return wide[0], wide[1], wide[2]

    def _sums(self, said: np.ndarray) -> np.ndarray:
        """Weighted sums, of the shape of what is said: (n_sums, n_nodes, k)."""
        return np.stack([self.weights @ channel for channel in said])

    def __repr__(self) -> str:
        longest = "" if self.delays is None else f", delays up to {self.delays.max(initial=0.0):g} s"
        return f"Network({self.model.name}, {self.n_nodes} nodes, {self.weights.nnz} edges, {self.coupling}{longest})"


def network(
    model: Model,
    weights: "ArrayLike | scipy.sparse.sparray",
    *,
    delays: "ArrayLike | scipy.sparse.sparray | None" = None,
    gain: float = 1.0,
    coupling: Coupling = "diffusive",
    into: str | None = None,
    normalise: Literal["rows", "largest", "spectral"] | None = None,
) -> Network:
    """Couple nodes of a model: node i hears gain * sum_j weights[i, j] of what node j emits, delays[i, j] seconds ago.

    weights: (n_nodes, n_nodes), target first, a dense array or any scipy.sparse one. delays (s): a number, or an array
    of the same shape; zero is allowed, and any fraction of a step above one step. What is emitted is `model.emit`.
    coupling: "additive" adds the sum to an input; "diffusive" adds gain * sum_j weights[i, j] (theirs - own), own being
    never delayed; "sine" adds gain * sum_j weights[i, j] sin(theirs - own - lag), lag being the model's parameter of
    that name if it has one.
    into: the input that the coupling feeds, with the first number that is emitted. Left out, every number that is
    emitted goes into the input of the same place, when there are as many of both.
    normalise: "rows" (weights that reach a node add up to 1), "largest" (the largest is 1) or "spectral" (the largest
    modulus of an eigenvalue is 1); before the gain.
    """
    W = _edges("weights", weights)
    if W.shape[0] != W.shape[1] or W.shape[0] == 0:
        raise ValueError(f"weights want a square array (target, source), got shape {W.shape}")
    if not math.isfinite(gain):
        raise ValueError(f"gain must be finite, got {gain}")
    if coupling not in COUPLINGS:
        near = difflib.get_close_matches(str(coupling), COUPLINGS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"coupling must be one of {', '.join(map(repr, COUPLINGS))}, got {coupling!r}{hint}")
    W.data = W.data * (gain / _scale(W, normalise))
    lags = None if delays is None else _delays(W, delays)
    channels, where = _route(model, coupling, into)
    return Network(model, W, lags, coupling, channels, where)


def _edges(name: str, given: Any) -> "scipy.sparse.csr_array":
    if scipy.sparse.issparse(given):
        found = scipy.sparse.csr_array(given, dtype=float, copy=True)
    else:
        dense = np.asarray(given, dtype=float)
        if dense.ndim != 2:
            raise ValueError(f"{name} want a square array (target, source), got shape {dense.shape}")
        if not np.isfinite(dense).all():
            i, j = np.argwhere(~np.isfinite(dense))[0]
            raise ValueError(f"{name} must be finite, got {dense[i, j]} from node {j} to node {i}")
        found = scipy.sparse.csr_array(dense)
    found.sum_duplicates()
    found.eliminate_zeros()
    if not np.isfinite(found.data).all():
        raise ValueError(f"{name} must be finite, got {found.data[~np.isfinite(found.data)][0]}")
    return found


def _scale(W: "scipy.sparse.csr_array", normalise: Any) -> Any:
    """What every weight is divided by."""
    if normalise is None:
        return 1.0
    if normalise == "rows":
        sums = np.repeat(np.asarray(W.sum(axis=1)).ravel(), np.diff(W.indptr))
        if (sums == 0).any():
            raise ValueError("normalise='rows' wants rows whose sum is not zero; use 'largest' or 'spectral' instead")
        return sums
    if normalise not in NORMALISATIONS:
        raise ValueError(f"normalise must be None or one of {', '.join(map(repr, NORMALISATIONS))}, got {normalise!r}")
    size = np.abs(W.data).max(initial=0.0)
    if normalise == "spectral":
        size = np.abs(np.linalg.eigvals(W.toarray())).max()
    if size == 0:
        raise ValueError(f"normalise={normalise!r} wants weights of which the measure is not zero")
    return size


def _delays(W: "scipy.sparse.csr_array", delays: Any) -> np.ndarray:
    rows = np.repeat(np.arange(W.shape[0]), np.diff(W.indptr))
    if hasattr(delays, "toarray"):
        delays = delays.toarray() if delays.shape == W.shape else np.empty(delays.shape)
    given = np.asarray(delays, dtype=float)
    if given.ndim == 0:
        lags = np.full(W.nnz, float(given))
    elif given.shape == W.shape:
        lags = given[rows, W.indices]
    else:
        raise ValueError(f"delays want a number or the shape of the weights {W.shape}, got shape {given.shape}")
    bad = np.flatnonzero(~(np.isfinite(lags) & (lags >= 0)))
    if bad.size:
        i, j = rows[bad[0]], W.indices[bad[0]]
        raise ValueError(f"delays must be finite and not negative, got {lags[bad[0]]} s from node {j} to node {i}")
    return lags


def _route(model: Model, coupling: str, into: str | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Which numbers of `emit` travel, and which inputs they reach."""
    names = [row.name for row in model.inputs]
    probe = getattr(model.emit, "py_func", model.emit)
    emitted = len(probe(tuple(r.default for r in model.state), tuple(r.default for r in model.params)))
    if into is not None:
        if into not in names:
            raise ValueError(unknown(model.name, "input", into, names))
        return (0,), (names.index(into),)
    if coupling == "sine" or emitted == 1 == len(names) or emitted != len(names):
        if len(names) == 1 or coupling == "sine":
            return (0,), (0,)
        raise ValueError(
            f"model {model.name!r} emits {emitted} numbers and has the inputs {', '.join(names)}: say into='name'"
        )
    return tuple(range(emitted)), tuple(range(emitted))
