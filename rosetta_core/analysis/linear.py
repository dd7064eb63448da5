"""Linear response at a fixed point: transfer functions, spectra under noise, and covariances.

With the deviations dx/dt = J x + B w and y = C x: the transfer function is C (2 pi i f - J)^-1 B, the spectrum its
squared modulus times that of the noise, and the covariance S of x solves J S + S J' = -Q. Exact in the limit of weak
noise; the derivatives J, B, C are exact to rounding.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from rosetta_core import arguments
from rosetta_core.analysis.fixed_points import fixed_points, rest_near
from rosetta_core.analysis.problem import Problem, problem
from rosetta_core.derivatives import TINY
from rosetta_core.model import Model, jacobian, unknown


class _At(NamedTuple):
    """A linearised model: flat state x (n,), Jacobian J (n, n), and the numbers behind them."""

    setup: Problem
    x: np.ndarray
    J: np.ndarray

    def eigenvalue(self) -> complex:
        """The one with the largest real part."""
        found = np.linalg.eigvals(self.J)
        return complex(found[found.real.argmax()])


def transfer(
    model: Any, input: str, output: str, frequencies: ArrayLike, *, x: Any = None, p: Any = None, u: Any = None
) -> np.ndarray:
    """Complex gain from an input to a state, by its name, or to "output" (`model.output`), at a fixed point.

    An input exp(2 pi i f t) of small size makes the gain times it, when what else there was has faded: at an unstable
    fixed point that is formal. Unit: that of the state (of `model.signal`) per unit of the input. Shape as the
    frequencies (Hz); for a network (..., n_nodes, n_nodes), the node that answers first.
    x: the fixed point, by name or as an array, as from `fixed_points`; it may be rounded. Left out, there must be one
    only. p and u as in `simulate`. Relative error about 1e-14 times the condition of 2 pi i f - J.
    """
    names = [row.name for row in model.inputs]
    if input not in names:
        raise ValueError(unknown(model.name, "input", input, names))
    at = _linearised(model, x, p, u)
    f = _frequencies(frequencies)
    gains = _answers(at, f.ravel(), _gradient(at, output), _columns(at, len(model.state) + names.index(input)))
    return gains[:, 0, 0].reshape(f.shape) if isinstance(model, Model) else gains.reshape(*f.shape, *gains.shape[1:])


def noise_spectrum(
    model: Any, sigma: Any, output: str, frequencies: ArrayLike, *, x: Any = None, p: Any = None, u: Any = None
) -> np.ndarray:
    """One-sided power spectral density of a state or of "output" under weak noise, at a stable fixed point.

    sigma as in `simulate`: white noise or `ornstein_uhlenbeck`, on states and inputs, independent for each of them and
    each node. In unit of the output squared per Hz; the integral over f > 0 is the variance. Shape as the frequencies
    (Hz), for a network (..., n_nodes). x, p and u as in `transfer`.
    """
    at = _linearised(model, x, p, u, stable=True)
    f, C, total = _frequencies(frequencies), _gradient(at, output), 0.0
    for target, strength, tau in _sources(at, sigma):
        answers = _answers(at, f.ravel(), C, _columns(at, target))
        colour = 2 * strength**2
        if tau is not None:
            colour = colour * 2 * tau / (1 + (2 * np.pi * f.reshape(-1, 1) * tau) ** 2)
        total = total + np.sum(
            np.abs(answers) ** 2 * np.broadcast_to(colour, (f.size, at.setup.n_nodes))[:, None], axis=2
        )
    total = np.broadcast_to(total, (f.size, at.setup.n_nodes)) + 0.0
    return total[:, 0].reshape(f.shape) if isinstance(model, Model) else total.reshape(*f.shape, -1)


def covariance(
    model: Any, sigma: Any, *, output: str | None = None, x: Any = None, p: Any = None, u: Any = None
) -> np.ndarray:
    """Stationary covariance under weak noise at a stable fixed point; sigma, x, p and u as in `noise_spectrum`.

    Of all states (n, n), n = n_state or n_state n_nodes in the order state * n_nodes + node; or, with a state's name or
    "output", of that number in all nodes: (n_nodes, n_nodes), for a model (1, 1). By Lyapunov's equation, to about
    1e-14 times the ratio of the fastest to the slowest rate; coloured noise counts as states of its own.
    """
    at = _linearised(model, x, p, u, stable=True)
    n, nodes = at.setup.n, at.setup.n_nodes
    A, Q = at.J, np.zeros((n, n))
    for target, strength, tau in _sources(at, sigma):
        B = _columns(at, target)
        if tau is None:
            Q[:n, :n] += (B * strength**2) @ B.T
            continue
        size = len(A) + nodes
        wide, noisy = np.zeros((size, size)), np.zeros((size, size))
        wide[: len(A), : len(A)], noisy[: len(A), : len(A)] = A, Q
        wide[:n, len(A) :] = B
        wide[len(A) :, len(A) :] = np.diag(np.broadcast_to(-1 / tau, nodes))
        noisy[len(A) :, len(A) :] = np.diag(np.broadcast_to(2 * strength**2 / tau, nodes))
        A, Q = wide, noisy
    # States of one size, or the large ones would drown the small ones.
    sizes = np.ones(len(A))
    sizes[:n] = np.repeat([max(row.high - row.low, 1e-300) for row in model.state], nodes)
    S = linalg.solve_continuous_lyapunov(A * sizes / sizes[:, None], -Q / sizes / sizes[:, None])
    S = (0.5 * (S + S.T) * sizes * sizes[:, None])[:n, :n]
    if output is None:
        return S
    C = _gradient(at, output)
    return C @ S @ C.T


def _linearised(model: Any, x: Any, p: Any, u: Any, stable: bool = False) -> _At:
    setup = problem(model, (*model.params, *model.inputs)[0].name, p, u)
    if x is None:
        found = fixed_points(model, p, u)
        if len(found) != 1:
            listed = "; ".join(f"{np.array2string(each.x, threshold=8, precision=6)} ({each.kind})" for each in found)
            raise ValueError(
                f"model {model.name!r}: one fixed point is wanted, but there are {len(found)} here; "
                + (f"say which one by x=: {listed}" if found else "choose parameters or inputs under which it rests")
            )
        rest = found[0].x.ravel()
    else:
        rest = rest_near(model, x, p, u)
    J = jacobian(model, rest if isinstance(model, Model) else rest.reshape(-1, setup.n_nodes), setup.p, setup.u)
    at = _At(setup, rest, J)
    if stable:
        worst = at.eigenvalue()
        if worst.real > -1e-12 * np.abs(J).max():
            raise ValueError(
                f"model {model.name!r}: noise has a stationary spectrum and covariance at a stable fixed point only; "
                f"here the eigenvalue {worst.real:.6g} {worst.imag:+.6g}i (1/s) does not decay; choose other x, p or u"
            )
    return at


def _frequencies(frequencies: ArrayLike) -> np.ndarray:
    f = np.asarray(frequencies, dtype=float)
    if not np.isfinite(f).all():
        raise ValueError(f"frequencies (Hz) must be finite, got {frequencies}")
    return f


def _gradient(at: _At, output: str) -> np.ndarray:
    """C (n_nodes, n): derivative of the state or the output of each node by all states."""
    model, nodes = at.setup.model, at.setup.n_nodes
    names, C = [row.name for row in model.state], np.zeros((nodes, len(model.state), nodes))
    states, p = at.x.reshape(-1, nodes), at.setup.p.reshape(-1, nodes)
    if output in names:
        C[np.arange(nodes), names.index(output), np.arange(nodes)] = 1.0
    elif output == "output":
        for j in range(len(names)):
            moved = states.astype(complex)
            moved[j] += TINY * 1j
            for node in range(nodes):
                C[node, j, node] = np.imag(model.output(tuple(moved[:, node]), tuple(p[:, node]))) / TINY
    else:
        raise ValueError(unknown(model.name, "state or output", output, [*names, "output"]))
    return C.reshape(nodes, -1)


def _columns(at: _At, target: int) -> np.ndarray:
    """B (n, n_nodes): change of all rates by the noise on a state, or by an input, of each node."""
    model, nodes = at.setup.model, at.setup.n_nodes
    B, n_state = np.zeros((len(model.state), nodes, nodes)), len(model.state)
    if target < n_state:
        slopes = np.eye(n_state)[target][:, None]
    else:
        name = model.inputs[target - n_state].name
        setup = problem(model, name, at.setup.p, at.setup.u)
        slopes = setup.by_value(at.x, setup.value).reshape(-1, nodes)
    B[:, np.arange(nodes), np.arange(nodes)] = slopes
    return B.reshape(-1, nodes)


def _answers(at: _At, f: np.ndarray, C: np.ndarray, B: np.ndarray) -> np.ndarray:
    """C (2 pi i f - J)^-1 B for each frequency, (n_frequencies, rows of C, columns of B)."""
    triangle, turned = linalg.schur(at.J, output="complex")[:2]
    left, right, one = C @ turned, turned.conj().T @ B, np.eye(len(at.J))
    out = np.empty((f.size, len(C), B.shape[1]), dtype=complex)
    for k, each in enumerate(f):
        out[k] = left @ linalg.solve_triangular(2j * np.pi * each * one - triangle, right)
    return out


def _sources(at: _At, sigma: Any) -> list[tuple[int, np.ndarray, np.ndarray | None]]:
    """Targets (states, then inputs), strengths and correlation times (None: white noise), each (1,) or (n_nodes,)."""
    model, nodes = at.setup.model, at.setup.n_nodes
    # With a step of 1 s the table holds the strength of white noise itself.
    found = arguments.noise(model, sigma, 1.0)
    if found.rows.shape[1] not in (1, nodes):
        raise ValueError(
            f"model {model.name!r}: noise wants one number, or one for each of {nodes} nodes, got {found.rows.shape[1]}"
        )
    first = [np.reshape(part, (-1, nodes))[:, 0] for part in (at.x, at.setup.p, at.setup.u)]
    arguments.check_white(model, found, *first)
    names, out = [row.name for row in (*model.state, *model.inputs)], []
    for index, target in enumerate(found.targets):
        if found.keys[index] >= arguments.OWN_KEYS:
            tau = np.asarray(sigma[names[target]].tau, dtype=float)
            out.append((target, found.sd[index], np.atleast_1d(tau)))
        else:
            out.append((target, found.rows[arguments.NOISE_ROW * index], None))
    return out
