"""Networks: many nodes of one model that hear each other through weights and delays."""

import difflib
import math
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from rosetta_core.coupling import coupling_kernels
from rosetta_core.model import Model, unknown, values

Coupling = Literal["diffusive", "additive", "sine"]
COUPLINGS = ("diffusive", "additive", "sine")
NORMALISATIONS = ("rows", "largest", "spectral")


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
        slopes = [
            self._slope(t, tuple(x[:, i]), P[:, i], U[:, i], sums, s)
            for i, (sums, s) in enumerate(zip(self._sums(x, P).T, self.strengths, strict=True))
        ]
        return np.array(slopes).T

    def jacobian(self, x: ArrayLike, p: Any = None, u: Any = None, t: float = 0.0) -> np.ndarray:
        """Jacobian of the field, exact to rounding; index state * n_nodes + node in rows and columns. No delays."""
        x, P, U = self._arrays(x, p, u)
        n, N, m = len(self.state), self.n_nodes, self.n_sums
        sums, strengths, tiny = self._sums(x, P), self.strengths, 1e-30
        own, heard, said = np.empty((n, n, N)), np.empty((n, m, N)), np.empty((m, n, N))
        say, _ = coupling_kernels(self)
        for i in range(N):
            at, p_i = x[:, i].astype(complex), tuple(P[:, i])
            for j in range(n):
                moved = at.copy()
                moved[j] += tiny * 1j
                own[:, j, i] = np.imag(self._slope(t, tuple(moved), p_i, U[:, i], sums[:, i], strengths[i])) / tiny
                said[:, j, i] = np.imag(say(tuple(moved), p_i)) / tiny
            for j in range(m):
                moved = sums[:, i].astype(complex)
                moved[j] += tiny * 1j
                heard[:, j, i] = np.imag(self._slope(t, tuple(at), p_i, U[:, i], moved, strengths[i])) / tiny
        edges = self.weights.tocoo()
        J = np.zeros((n, N, n, N))
        J[:, np.arange(N), :, np.arange(N)] = np.moveaxis(own, 2, 0)
        links = np.einsum("e,sce,cde->sde", edges.data, heard[:, :, edges.row], said[:, :, edges.col])
        where: Any = (slice(None), edges.row, slice(None), edges.col)
        np.add.at(J, where, np.moveaxis(links, 2, 0))
        return J.reshape(n * N, n * N)

    def by_quantity(self, x: ArrayLike, which: str, row: int, p: Any = None, u: Any = None) -> np.ndarray:
        """Derivative (n_state, n_nodes) of the field by one parameter ("p") or input ("u") of all nodes."""
        x, P, U = self._arrays(x, p, u)
        P, U = P.astype(complex), U.astype(complex)
        (P if which == "p" else U)[row] += 1e-30j
        sums, strengths = self._sums(x, P), self.strengths
        slopes = [
            self._slope(0.0, tuple(x[:, i].astype(complex)), P[:, i], U[:, i], sums[:, i], strengths[i])
            for i in range(self.n_nodes)
        ]
        return np.imag(slopes).T / 1e-30

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

    def _sums(self, x: np.ndarray, P: np.ndarray) -> np.ndarray:
        say, _ = coupling_kernels(self)
        return np.array([say(tuple(x[:, i]), tuple(P[:, i])) for i in range(self.n_nodes)]).T @ self.weights.T

    def _slope(self, t: float, x: Any, p: Any, u: Any, sums: Any, strength: float) -> Any:
        _, hear = coupling_kernels(self)
        u = list(u)
        for index, extra in zip(self.where, hear(x, tuple(p), tuple(sums), strength), strict=True):
            u[index] = u[index] + extra
        return getattr(self.rhs, "py_func", self.rhs)(t, x, tuple(p), tuple(u))

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
