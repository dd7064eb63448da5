"""A delayed, noisy network of 80 Stuart-Landau nodes beside C: coupled through x, and through x and y."""

from collections.abc import Callable

import numpy as np
from yardstick import ARRAY, NUMBER, WHOLE, Row, function, same_numbers, same_statistics, side_by_side

import rosetta_core as rc

DT, EVERY, NODES, GAIN, SIGMA = 1e-4, 10, 80, 0.5, 0.02
SL = np.array([-0.5, 2 * np.pi * 10, 1.0, 0.0])  # alpha, omega, gamma, beta: below the Hopf bifurcation at 10 Hz
WAYS = {1: {"into": "u_re"}, 2: {}}
WORDS = {1: "through x", 2: "through x and y"}


def brain() -> tuple[np.ndarray, np.ndarray]:
    """Weights (target, source), no self-connection, and delays (s): points on a sphere of 70 mm, reached at 6 m/s."""
    rng = np.random.default_rng(1)
    weights = rng.lognormal(size=(NODES, NODES))
    np.fill_diagonal(weights, 0.0)
    places = rng.normal(size=(NODES, 3))
    places *= 0.07 / np.linalg.norm(places, axis=1, keepdims=True)
    delays = np.linalg.norm(places[:, None] - places[None], axis=2) / 6.0
    np.fill_diagonal(delays, 0.0)
    return weights / weights.sum(axis=1, keepdims=True), np.where(weights > 0, np.maximum(delays, 2 * DT), 0.0)


def start() -> np.ndarray:
    """Initial states (2, nodes)."""
    return 0.1 * np.random.default_rng(2).normal(size=(2, NODES))


def by_hand(components: int, seconds: float, sigma: float, seed: int = 0) -> Callable[[], np.ndarray]:
    """States (samples, 2, nodes) by C."""
    run = function(
        "sl_network", ARRAY, ARRAY, ARRAY, ARRAY, *[NUMBER] * 3, *[WHOLE] * 5, ARRAY
    )  # z, parameters, weights, lag; gain, sigma, dt; n, components, steps, every, seed; kept
    weights, delays = brain()
    steps = round(seconds / DT)

    def call() -> np.ndarray:
        kept = np.empty((steps // EVERY, NODES, 2))
        z = np.ascontiguousarray(start().T)
        run(z, SL, weights, delays / DT, GAIN, sigma, DT, NODES, components, steps, EVERY, seed, kept)
        return kept.transpose(0, 2, 1)

    return call


def ours(components: int, seconds: float, sigma: float, seed: int = 0) -> Callable[[], np.ndarray]:
    """The same by `network` and `simulate`."""
    weights, delays = brain()
    whole = rc.network(rc.stuart_landau, weights, delays=delays, gain=GAIN, coupling="diffusive", **WAYS[components])
    given = {"p": SL, "x0": start(), "method": "heun", "every": EVERY, "sigma": sigma, "seed": seed}
    return lambda: rc.simulate(whole, seconds, DT, **given).x[1:]


def agree(components: int, seconds: float) -> str:
    """Compare the two sides without noise, number by number."""
    # Below the Hopf bifurcation rounding dies out: sums of 80 terms of 0.1 leave 1e-15.
    sides = (side(components, seconds, 0.0)() for side in (ours, by_hand))
    return same_numbers(f"Stuart-Landau network {WORDS[components]}", *sides, within=1e-12)


def agree_with_noise(components: int, seconds: float) -> str:
    """Compare the mean over nodes and its variance. A state is forgotten in 2 s, after which the comparison begins."""
    sides = (side(components, seconds, SIGMA, seed)() for side, seed in ((ours, 1), (by_hand, 2)))
    means = (record[2000:].mean(axis=2) for record in sides)
    return same_statistics(f"noisy Stuart-Landau network {WORDS[components]}", *means)


def rows() -> list[Row]:
    """Two rows; agreement first without noise, then with it, over 32 stretches of 6 s."""
    found = []
    for components, words in WORDS.items():
        check = f"{agree(components, 1.0)}; with noise {agree_with_noise(components, 194.0)}"
        mine, theirs = side_by_side(ours(components, 2.0, SIGMA), by_hand(components, 2.0, SIGMA), budget=6.0)
        found.append(
            Row("Network", f"80 Stuart-Landau nodes coupled {words}, delays, noise, Heun, dt 0.1 ms",
                "ms per model-second", mine / 2 * 1e3, theirs / 2 * 1e3, "C by hand", 1.0, check)
        )  # fmt: skip
    return found
