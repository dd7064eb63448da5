"""The synthetic connectome keeps its rule, and a reader's own file is loaded or refused with a reason."""

import numpy as np
import pytest

import rosetta_core as rc

SEEDS = range(5)


def modularity(weights: np.ndarray, module: np.ndarray) -> float:
    """Newman's Q of a weighted graph."""
    strength, total = weights.sum(axis=0), weights.sum()
    return float(((weights - np.outer(strength, strength) / total) * (module[:, None] == module)).sum() / total)


def rewired(weights: np.ndarray, seed: int) -> np.ndarray:
    """The same degrees, other partners: random swaps of the ends of two connections (Maslov & Sneppen)."""
    chance, found = np.random.default_rng(seed), weights.copy()
    edges = np.argwhere(np.triu(found) > 0)
    for _ in range(10 * len(edges)):
        k, m = chance.choice(len(edges), 2, replace=False)
        (a, b), (c, d) = edges[k], edges[m][:: chance.choice([-1, 1])]
        if len({a, b, c, d}) == 4 and found[a, d] == 0 == found[c, b]:
            for i, j, p, q in ((a, b, a, d), (c, d, c, b)):
                found[p, q] = found[q, p] = found[i, j]
                found[i, j] = found[j, i] = 0
            edges[k], edges[m] = (a, d), (c, b)
    return found


@pytest.mark.parametrize("n", [2, 5, 40, 90])
def test_shapes_symmetry_and_scale(n):
    """The largest eigenvalue is exact to rounding of the eigenvalue solver, n times the unit roundoff."""
    found = rc.synthetic_connectome(n, modules=min(4, n))
    weights, lengths, positions, module = found
    assert weights.shape == lengths.shape == (n, n) and positions.shape == (n, 3)
    assert np.array_equal(weights, weights.T) and not np.diag(weights).any() and (weights >= 0).all()
    assert np.linalg.eigvalsh(weights)[-1] == pytest.approx(1, abs=n * 1e-15)
    assert np.allclose(lengths, np.linalg.norm(positions[:, None] - positions, axis=2), atol=1e-12)
    assert (np.linalg.norm(positions, axis=1) <= 60).all() and (np.diff(module) >= 0).all()
    assert np.ptp(np.bincount(module)) <= 1, "modules of nearly one size"
    reached = np.linalg.matrix_power(np.eye(n) + (weights > 0), n)
    assert (reached > 0).all(), "no part is cut off"


@pytest.mark.parametrize("seed", SEEDS)
def test_modules_beyond_what_degrees_explain(seed):
    weights, _, _, module = rc.synthetic_connectome(60, seed=seed)
    chance = [modularity(rewired(weights, k), module) for k in range(10)]
    assert modularity(weights, module) > max(chance) + 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_near_ones_are_joined_more_often_and_more_strongly(seed):
    """The slope of log weight against length is -1/18 per mm, but for the factors of hubs, which are less than 0.02."""
    weights, lengths, _, _ = rc.synthetic_connectome(90, seed=seed)
    upper = np.triu_indices(90, 1)
    there = weights[upper] > 0
    assert lengths[upper][there].mean() < 0.75 * lengths[upper][~there].mean()
    slope = np.polyfit(lengths[upper][there], np.log(weights[upper][there]), 1)[0]
    assert slope == pytest.approx(-1 / 18, abs=0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_few_hubs_carry_much(seed):
    """Strengths have a heavy tail: skewed to the right, and the largest above twice the middle."""
    strength = rc.synthetic_connectome(90, seed=seed).weights.sum(axis=0)
    apart = strength - strength.mean()
    assert (apart**3).mean() / (apart**2).mean() ** 1.5 > 0.5
    assert strength.max() > 2 * np.median(strength)


def test_same_seed_same_connectome():
    first, again, other = (rc.synthetic_connectome(30, seed=seed) for seed in (3, 3, 4))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first.weights, other.weights)


def test_density_is_met():
    """Of 780 pairs, to the few that hold the parts together."""
    for density in (0.1, 0.25, 1.0):
        weights = rc.synthetic_connectome(40, density=density).weights
        assert density * 780 - 1 <= np.count_nonzero(np.triu(weights)) <= density * 780 + 20


@pytest.mark.parametrize(("n", "more"), [(1, {}), (10, {"modules": 0}), (10, {"modules": 11}), (10, {"density": 0})])
def test_what_makes_no_connectome_is_refused(n, more):
    with pytest.raises(ValueError, match=r"wanted n >= 2, 1 <= modules <= n and 0 < density <= 1; got"):
        rc.synthetic_connectome(n, **more)


def test_files_come_back(tmp_path):
    """Weights are divided by an eigenvalue that is 1 to rounding."""
    made = rc.synthetic_connectome(12)
    np.savez(tmp_path / "own.npz", **made._asdict())
    for name in ("weights", "lengths"):
        np.savetxt(tmp_path / f"{name}.csv", getattr(made, name), delimiter=",", fmt="%.18g")
    whole = rc.load_connectome(tmp_path / "own.npz")
    assert np.array_equal(whole.module, made.module) and np.array_equal(whole.positions, made.positions)
    for found in (whole, rc.load_connectome(tmp_path / "weights.csv", tmp_path / "lengths.csv")):
        assert np.allclose(found.weights, made.weights, rtol=1e-13) and np.array_equal(found.lengths, made.lengths)
    assert rc.load_connectome(tmp_path / "weights.csv", tmp_path / "lengths.csv").module is None


def test_directed_weights_become_their_mean(tmp_path):
    weights, lengths = np.array([[0.0, 2.0], [0.0, 0.0]]), np.full((2, 2), 30.0)
    np.savez(tmp_path / "own.npz", weights=weights, lengths=lengths)
    found = rc.load_connectome(tmp_path / "own.npz")
    assert np.array_equal(found.weights, [[0, 1], [1, 0]]) and np.array_equal(found.lengths, [[0, 30], [30, 0]])


EYE, ONES = np.eye(3), np.ones((3, 3))
BAD = {
    "lengths want the shape of the weights": {"weights": ONES, "lengths": np.ones((2, 2))},
    "wants the arrays weights and lengths; it has weights": {"weights": ONES},
    r"weights want a square table .* got shape \(2, 3\)": {"weights": ONES[:2], "lengths": ONES},
    "finite numbers that are not negative; got nan from node 1 to 0": {
        "weights": ONES * [1, np.nan, 1],
        "lengths": ONES,
    },
    "finite numbers that are not negative; got -1.0": {"weights": -ONES, "lengths": ONES},
    "wants a length above 0 mm; got 0.0 between": {"weights": ONES, "lengths": 0 * ONES},
    "the weights are all zero": {"weights": EYE, "lengths": ONES},
    "module want one row for each of 3 nodes; got 2": {"weights": ONES, "lengths": ONES, "module": np.zeros(2)},
}


@pytest.mark.parametrize("message", BAD)
def test_a_bad_file_is_refused(tmp_path, message):
    np.savez(tmp_path / "own.npz", **BAD[message])
    with pytest.raises(ValueError, match=message):
        rc.load_connectome(tmp_path / "own.npz")


def test_what_is_no_table_is_refused(tmp_path):
    (tmp_path / "w.csv").write_text("a,b\n1,2\n")
    (tmp_path / "w.txt").write_text("1")
    with pytest.raises(ValueError, match=r"say lengths='...csv'"):
        rc.load_connectome(tmp_path / "w.csv")
    with pytest.raises(ValueError, match=r"w.csv: wanted numbers with commas, rows of one length, no header"):
        rc.load_connectome(tmp_path / "w.csv", tmp_path / "w.csv")
    with pytest.raises(ValueError, match=r"ends in .csv or .npz; got w.txt"):
        rc.load_connectome(tmp_path / "w.txt")
    with pytest.raises(ValueError, match=r"there is no file none.npz"):
        rc.load_connectome(tmp_path / "none.npz")


def test_it_is_a_network():
    """Linear nodes on it are stable for coupling below their decay: the largest eigenvalue is 1."""
    made = rc.synthetic_connectome(20)
    for gain, stable in ((0.9, True), (1.1, False)):
        net = rc.network(rc.damped, made.weights, gain=gain, coupling="additive")
        rates = np.linalg.eigvals(net.jacobian(np.zeros((2, 20)), {"alpha": -1.0}))
        assert (rates.real.max() < 0) == stable
