"""A network of rungs at rest, moved by noise, as its functional connectivity: who goes with whom, by a linear equation.

With the Jacobian J at the fixed point and noise that adds the covariance Q a second, the covariance S obeys
J S + S J' = -Q (Lyapunov): exact for linear nodes, and for others with a relative error of the order of sigma^2.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core.analysis.fixed_points import eigenvalues, fixed_points, rest_near
from rosetta_core.analysis.linear import covariance
from rosetta_core.simulation import simulate

BATCHES = 20


class Simulated(NamedTuple):
    """Covariance and correlation (n_nodes, n_nodes) of a long run, with the standard error of each entry.

    error: Frobenius norm of the difference of the correlations, relative; expected: what chance alone makes of it,
    as a root mean square; duration (s) of the run that counted.
    """

    covariance: np.ndarray
    covariance_error: np.ndarray
    correlation: np.ndarray
    correlation_error: np.ndarray
    error: float
    expected: float
    duration: float


@dataclass(frozen=True, eq=False)
class Connectivity:
    """Covariance and correlation (n_nodes, n_nodes) of one number of each node, in its unit squared and without unit.

    slowest and fastest are the rates (1/s) of the slowest decay and of the largest eigenvalue at the fixed point x.
    """

    covariance: np.ndarray
    correlation: np.ndarray
    x: np.ndarray
    slowest: float
    fastest: float
    model: Any
    sigma: Any
    output: str
    p: Any
    u: Any

    def check(self, *, duration: float | None = None, dt: float | None = None, seed: int = 0) -> Simulated:
        """The same from a simulation by Heun's method of `duration` (s), by default 2000 times the slowest decay.

        dt, by default 1/20 of the fastest rate's time, leaves an error of a part in a thousand; the statistical error
        is that of means over 20 stretches, each of many decays.
        """
        length = 2000 / self.slowest if duration is None else float(duration)
        step = 0.05 / self.fastest if dt is None else float(dt)
        if length * self.slowest < 20 * BATCHES:
            raise ValueError(
                f"{BATCHES} stretches of 20 decays each are wanted for a statistical error: duration of at least "
                f"{20 * BATCHES / self.slowest:.4g} s, got {length:.4g} s"
            )
        every = max(int(0.25 / self.fastest / step), 1)
        run = simulate(
            self.model, length + 10 / self.slowest, step, p=self.p, u=self.u, x0=self.x, sigma=self.sigma,
            method="heun", every=every, seed=seed,
        )  # fmt: skip
        found = run.output if self.output == "output" else run[self.output]
        y = found[run.t >= 10 / self.slowest]
        y = y - y.mean(axis=0)
        parts = np.array([part.T @ part / len(part) for part in np.array_split(y, BATCHES)])
        related = np.array([_correlation(part) for part in parts])
        total = y.T @ y / len(y)
        errors = [each.std(axis=0, ddof=1) / np.sqrt(BATCHES) for each in (parts, related)]
        size = np.linalg.norm(self.correlation)
        return Simulated(
            total, errors[0], _correlation(total), errors[1],
            float(np.linalg.norm(_correlation(total) - self.correlation) / size),
            float(np.linalg.norm(errors[1]) / size), length,
        )  # fmt: skip


def functional_connectivity(
    network: Any, sigma: Any, *, output: str = "output", x: Any = None, p: Any = None, u: Any = None
) -> Connectivity:
    """The covariance and correlation of a network's nodes under weak noise at a stable fixed point, without running it.

    sigma, p and u as in `simulate`; output: the state of each node, or what its electrode records. x: the fixed point,
    by name or as an array; left out, the only stable one. Exact for linear nodes; `check` holds it against a simulation
    and states the statistical error of that.
    """
    if not hasattr(network, "weights"):
        raise ValueError(f"functional connectivity wants a network, got {getattr(network, 'name', network)!r}")
    if x is None:
        stable = [each for each in fixed_points(network, p, u) if np.real(each.eigenvalues[0]) < 0]
        if len(stable) != 1:
            raise ValueError(
                f"{network.name}: one stable fixed point is wanted, {len(stable)} were found; name one by x="
            )
        x = stable[0].x
    rest = rest_near(network, x, p, u).reshape(-1, network.n_nodes)
    rates = eigenvalues(network, rest, p, u)
    found = covariance(network, sigma, output=output, x=rest, p=p, u=u)
    slowest, fastest = -float(np.real(rates).max()), float(np.abs(rates).max())
    return Connectivity(found, _correlation(found), rest, slowest, fastest, network, sigma, output, p, u)


def covariance_of_identical_nodes(weights: ArrayLike, gain: float, alpha: float, sigma: float) -> np.ndarray:
    """Covariance (n, n) of x, for any omega: sigma^2/2 (|alpha| 1 + gain L)^-1, L the Laplacian of symmetric weights.

    Nodes dz_i/dt = (alpha + i omega) z_i + gain sum_j weights_ij (z_j - z_i), alpha < 0 (1/s), with white noise sigma
    on both parts. Rotation commutes with the coupling, and so drops out of Lyapunov's equation.
    """
    W = np.asarray(weights, dtype=float)
    if W.ndim != 2 or W.shape[0] != W.shape[1] or np.abs(W - W.T).max(initial=0.0) > 1e-12 * np.abs(W).max(initial=1.0):
        raise ValueError(f"symmetric weights (n, n) are wanted, got shape {W.shape}; otherwise omega matters")
    inside = -alpha * np.eye(len(W)) + gain * (np.diag(W.sum(axis=1)) - W)
    if np.linalg.eigvalsh(inside).min() <= 0:
        raise ValueError(
            f"the network must be at rest: alpha < 0 (and gain >= 0), got alpha = {alpha:g}, gain = {gain:g}"
        )
    return sigma**2 / 2 * np.linalg.inv(inside)


def _correlation(S: np.ndarray) -> np.ndarray:
    size = np.sqrt(np.diag(S))
    return S / np.outer(size, size)
