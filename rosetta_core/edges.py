"""The edges of a network as tables for the integrator: where in the past each one reads, and with which weights.

A signal that takes d steps is read between samples, by the straight line through two of them for Euler and Heun and by
the cubic through four for RK4, so that the order of the method is kept where the past is smooth.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from rosetta_core.lanes import WIDTH
from rosetta_core.network import Network
from rosetta_core.runge_kutta import Tableau


class Edges(NamedTuple):
    """Edges sorted by target; those of target i are start[i] to start[i + 1].

    back (moments, edges) is how many steps before the present the oldest sample lies, weights (moments * points,
    edges) are what its `points` successive samples count.
    """

    start: np.ndarray
    source: np.ndarray
    back: np.ndarray
    weights: np.ndarray


class Wiring(NamedTuple):
    """Instantaneous edges, delayed ones by reach, and how many steps of the past they need.

    direct (n_nodes, columns) are weights[source, target] of a dense network, (0, columns) of a sparse one. far edges
    read nothing that is younger than WIDTH steps, so their sums are known that long ahead; near ones do. same (columns)
    is 1 where a run in floats may give a target the sums of the one before it. strengths
    (1, columns) are the sums of the weights of each target.
    """

    direct: np.ndarray
    now: Edges
    near: Edges
    far: Edges
    same: np.ndarray
    strengths: np.ndarray
    depth: int


def moments_of(tableau: Tableau) -> tuple[float, ...]:
    """Where in a step delayed signals are needed; those at its start are those at the end of the step before."""
    return (*(c for c in tableau.moments if 0 < c < 1), 1.0)


def wire(net: Network, tableau: Tableau, dt: float, columns: int, many: bool = True) -> Wiring:
    """Tables for a network; targets beyond the last node repeat it. A delay below one step is refused.

    many=False: for a run in floats, which walks along the edges one by one: nothing dense, nothing far.
    """
    W = net.weights
    delays = np.zeros(W.nnz) if net.delays is None else net.delays
    lags = delays / dt
    too_short = (lags > 0) & (lags < 1 - 1e-9)
    if too_short.any():
        shortest = float(delays[delays > 0].min())
        raise ValueError(
            f"network {net.name}: the shortest delay is {shortest} s, less than one step dt = {dt} s; "
            f"use dt = {shortest} s or less, or make that delay zero"
        )
    at = np.minimum(np.arange(columns), net.n_nodes - 1)
    points = 2 if tableau.order < 4 else 4
    moments = moments_of(tableau)
    delayed = lags > 0
    back, weights = _stencils(lags[delayed], W.data[delayed], moments, points)
    far = np.all(back >= WIDTH + points - 2, axis=0) & many
    dense = many and W.nnz - delayed.sum() > net.n_nodes**2 / 8
    direct = np.zeros((net.n_nodes if dense else 0, columns))
    if dense:
        whole = W.copy()
        whole.data = np.where(delayed, 0.0, W.data)
        direct = np.ascontiguousarray(whole.toarray().T[:, at])
    empty = np.zeros((1, int((~delayed).sum())), dtype=np.int64), W.data[~delayed][None]
    now = _sorted(W, ~delayed, *empty, at) if not dense else _none(1, 1, columns)
    near, distant = (_part(W, delayed, back, weights, which, at) for which in (np.logical_not(far), far))
    depth = int(back.max(initial=0)) + 2
    # In floats the weights of a target are added from left to right, as a page can do it.
    strengths = net.strengths if many else W @ np.ones(net.n_nodes)
    same = np.zeros(columns, dtype=np.int64) if many else _same(W, delays)
    return Wiring(direct, now, near, distant, same, strengths[None, at], depth)


def _same(W: Any, delays: np.ndarray) -> np.ndarray:
    """1 for each target whose sources, weights and delays are those of the target before."""
    rows = [slice(W.indptr[i], W.indptr[i + 1]) for i in range(W.shape[0])]
    same = [all(np.array_equal(each[a], each[b]) for each in (W.indices, W.data, delays)) for a, b in pairwise(rows)]
    return np.array([False, *same], dtype=np.int64)


def _part(
    W: Any, delayed: np.ndarray, back: np.ndarray, weights: np.ndarray, which: np.ndarray, at: np.ndarray
) -> Edges:
    chosen = np.flatnonzero(delayed)[which]
    mask = np.zeros(W.nnz, dtype=bool)
    mask[chosen] = True
    return _sorted(W, mask, back[:, which], weights[:, which], at)


def _sorted(W: Any, mask: np.ndarray, back: np.ndarray, weights: np.ndarray, at: np.ndarray) -> Edges:
    """The chosen edges of a matrix in compressed rows, for the targets `at`."""
    rows = np.repeat(np.arange(W.shape[0]), np.diff(W.indptr))[mask]
    bounds = np.searchsorted(rows, np.arange(W.shape[0] + 1))
    lengths = np.diff(bounds)[at]
    order = np.concatenate([np.arange(bounds[i], bounds[i + 1]) for i in at]) if len(rows) else np.zeros(0, dtype=int)
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    source = np.ascontiguousarray(W.indices[mask][order].astype(np.int64))
    return Edges(start, source, np.ascontiguousarray(back[:, order]), np.ascontiguousarray(weights[:, order]))


def _none(moments: int, points: int, columns: int) -> Edges:
    return Edges(
        np.zeros(columns + 1, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros((moments, 0), dtype=np.int64),
        np.zeros((moments * points, 0)),
    )  # fmt: skip


def _stencils(
    lags: np.ndarray, strengths: np.ndarray, moments: tuple[float, ...], points: int
) -> tuple[np.ndarray, np.ndarray]:
    """For each moment of a step: how far back the oldest sample lies, and the weights of Lagrange's interpolation."""
    back = np.empty((len(moments), lags.size), dtype=np.int64)
    weights = np.empty((len(moments) * points, lags.size))
    for m, moment in enumerate(moments):
        lag = lags - moment
        near = np.round(lag)
        lag = np.where(np.abs(lag - near) < 1e-9, near, lag)
        # The newest sample is the present at the latest: one point on the young side of the lag, or none to spare.
        newest = np.maximum(np.floor(lag).astype(np.int64) - (points // 2 - 1), 0)
        back[m] = newest + points - 1
        position = back[m] - lag  # of what is wanted, counted from the oldest sample
        for k in range(points):
            others = [j for j in range(points) if j != k]
            part = np.prod([(position - j) / (k - j) for j in others], axis=0)
            weights[m * points + k] = strengths * part
    return back, weights
