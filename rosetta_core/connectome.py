"""A connectome to practise on, made by a documented rule, and a way to load one's own.

The rule: parcels lie at random in a ball of the size of a hemisphere, sorted into modules by nearness. Two parcels are
joined at random with a chance that falls exponentially with the distance between them (Ercsey-Ravasz et al. 2013,
doi:10.1016/j.neuron.2013.07.036, found a length of 5.3 mm in the macaque; here it is 18 mm, for a larger brain) and
that rises within a module and with the richness of both ends. A few rich parcels, drawn from a lognormal distribution,
become hubs, which join each other more often than others do: a rich club (van den Heuvel & Sporns 2011,
doi:10.1523/JNEUROSCI.3539-11.2011). The weight of a connection falls with its length by the same rule and has a
lognormal factor of its own.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

RADIUS = 60.0  # mm
FALL = 18.0  # mm over which the chance and the weight of a connection fall by e
RICHNESS, SCATTER = 0.7, 0.5  # standard deviations of the logarithms
WITHIN = 3.0  # how much more likely a connection is inside a module


class Connectome(NamedTuple):
    """weights (n, n), symmetric, zero diagonal, largest eigenvalue 1; lengths (n, n) in mm; positions (n, 3) in mm.

    module (n,) are whole numbers from 0. A loaded one has positions and modules if its file has them, else None.
    """

    weights: np.ndarray
    lengths: np.ndarray
    positions: np.ndarray | None
    module: np.ndarray | None


def synthetic_connectome(n: int, modules: int = 4, seed: int = 0, density: float = 0.25) -> Connectome:
    """n parcels by the rule at the top of this file; the same (n, modules, seed, density) give the same connectome.

    density is the share of pairs that are joined, met to one pair, unless more are needed to hold all parcels
    together: every parcel is joined to the nearest of those before it, so no part is cut off. Parcels of a module
    stand together in the order. Raises ValueError unless 2 <= n, 1 <= modules <= n and 0 < density <= 1.
    """
    if n < 2 or not 1 <= modules <= n or not 0 < density <= 1:
        raise ValueError(
            f"wanted n >= 2, 1 <= modules <= n and 0 < density <= 1; got n = {n}, modules = {modules}, "
            f"density = {density}"
        )
    chance = np.random.default_rng(seed)
    direction = chance.standard_normal((n, 3))
    distance = RADIUS * chance.random(n) ** (1 / 3)
    positions = direction * (distance / np.linalg.norm(direction, axis=1))[:, None]
    module = _modules(positions, modules)
    order = np.argsort(module, kind="stable")
    positions, module = positions[order], module[order]
    lengths = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    rich = np.exp(RICHNESS * chance.standard_normal(n))
    near = np.exp(-lengths / FALL)
    likely = near * rich[:, None] * rich[None] * np.where(module[:, None] == module[None], WITHIN, 1.0)
    upper = np.triu_indices(n, 1)
    # Drawing without replacement, each pair with its own chance: the largest of log(chance) + Gumbel noise.
    drawn = np.log(likely[upper]) + chance.gumbel(size=upper[0].size)
    joined = np.zeros((n, n), dtype=bool)
    wanted = np.argsort(-drawn)[: max(round(density * drawn.size), 1)]
    joined[upper[0][wanted], upper[1][wanted]] = True
    for node in range(1, n):
        joined[np.argmin(lengths[node, :node]), node] = True
    strength = near * np.sqrt(rich[:, None] * rich[None])
    strength[upper] *= np.exp(SCATTER * chance.standard_normal(upper[0].size))
    weights = np.where(joined, strength, 0.0)
    weights = weights + weights.T
    return Connectome(weights / np.linalg.eigvalsh(weights)[-1], lengths, positions, module)


def load_connectome(path: str | Path, lengths: str | Path | None = None) -> Connectome:
    """A connectome from a reader's own file; its weights are made symmetric and divided by their largest eigenvalue.

    An .npz holds the arrays weights and, in mm, lengths, and if it likes positions and module. A .csv (numbers with
    commas, one row for each target, no header) holds the weights; the .csv of `lengths` holds the lengths. The diagonal
    is taken to be zero. Raises ValueError for what is missing, not square, not finite, negative, not symmetric in its
    pattern, or not as large as the weights.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"wanted a .csv or .npz file with weights; there is no file {path.name}")
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as held:
            found = {name: held[name] for name in held.files}
        missing = [name for name in ("weights", "lengths") if name not in found]
        if missing:
            raise ValueError(f"{path.name} wants the arrays weights and lengths; it has {', '.join(found) or 'none'}")
    elif path.suffix == ".csv":
        if lengths is None:
            raise ValueError(f"{path.name} holds weights; say lengths='...csv' for the lengths in mm")
        found = {"weights": _table(path), "lengths": _table(Path(lengths))}
    else:
        raise ValueError(f"wanted a file that ends in .csv or .npz; got {path.name}")
    weights = _square("weights", found["weights"])
    distances = _square("lengths", found["lengths"])
    if distances.shape != weights.shape:
        raise ValueError(f"lengths want the shape of the weights {weights.shape}; got {distances.shape}")
    joined = (weights + weights.T) > 0
    if (distances[joined] <= 0).any():
        i, j = np.argwhere(joined & (distances <= 0))[0]
        raise ValueError(f"a connection wants a length above 0 mm; got {distances[i, j]} between nodes {j} and {i}")
    weights = (weights + weights.T) / 2
    largest = float(np.linalg.eigvalsh(weights)[-1])
    if not largest > 0:
        raise ValueError("the weights are all zero; at least one connection is wanted")
    parts = [found.get("positions"), found.get("module")]
    for name, part in zip(("positions", "module"), parts, strict=True):
        if part is not None and len(part) != len(weights):
            raise ValueError(f"{name} want one row for each of {len(weights)} nodes; got {len(part)}")
    return Connectome(weights / largest, (distances + distances.T) / 2, *parts)


def _modules(positions: np.ndarray, modules: int) -> np.ndarray:
    """Modules of nearly one size: seeds far from each other take their nearest free parcels, one each in turn."""
    seeds = [int(np.argmax(np.linalg.norm(positions, axis=1)))]
    while len(seeds) < modules:
        away = np.linalg.norm(positions[:, None] - positions[None, seeds], axis=2).min(axis=1)
        seeds.append(int(np.argmax(away)))
    distance = np.linalg.norm(positions[:, None] - positions[None, seeds], axis=2)
    module, free = np.full(len(positions), -1), np.ones(len(positions), dtype=bool)
    for turn in range(len(positions)):
        nearest = int(np.argmin(np.where(free, distance[:, turn % modules], np.inf)))
        module[nearest], free[nearest] = turn % modules, False
    return module


def _table(path: Path) -> np.ndarray:
    if not path.is_file():
        raise ValueError(f"wanted a .csv file; there is no file {path.name}")
    try:
        return np.loadtxt(path, delimiter=",", ndmin=2)
    except ValueError as error:
        raise ValueError(f"{path.name}: wanted numbers with commas, rows of one length, no header; {error}") from error


def _square(name: str, given: ArrayLike) -> np.ndarray:
    found = np.asarray(given, dtype=float)
    if found.ndim != 2 or found.shape[0] != found.shape[1] or len(found) < 2:
        raise ValueError(f"{name} want a square table (target, source) of at least two nodes; got shape {found.shape}")
    bad = np.argwhere(~(np.isfinite(found) & (found >= 0)))
    if len(bad):
        i, j = bad[0]
        raise ValueError(f"{name} want finite numbers that are not negative; got {found[i, j]} from node {j} to {i}")
    found = found.copy()
    np.fill_diagonal(found, 0.0)
    return found
