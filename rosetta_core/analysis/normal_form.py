"""The normal form of a Hopf point: any rung as a Stuart-Landau oscillator near the birth of its rhythm.

Projection on the critical eigenvectors (Kuznetsov 2004, doi:10.1007/978-1-4757-3978-7, section 5.4):
dz/dt = (alpha + i omega) z + c1 |z|^2 z. Second and third derivatives come from exact Jacobians along lines.
"""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np

from rosetta_core._jit import python_function
from rosetta_core.analysis.critical import HopfEquations, newton, pair_near
from rosetta_core.analysis.curves import Scaled, scaled
from rosetta_core.analysis.problem import Problem, flat_state, problem
from rosetta_core.analysis.starts import equilibria, refined
from rosetta_core.derivatives import TINY
from rosetta_core.model import unknown

Criticality = Literal["supercritical", "subcritical", "degenerate"]
LINES = 12  # distances at which Jacobians are compared, each half of the one before
NEGLIGIBLE = 1e-7  # of the terms that add up to the first Lyapunov coefficient: below, its sign is not known


class NormalForm(NamedTuple):
    """Stuart-Landau coefficients at the Hopf point `value` of a quantity, for the amplitude r of one variable.

    dr/dt = alpha r - gamma r^3, dtheta/dt = omega - beta r^2, r being the amplitude of the first harmonic, in the unit
    of that variable. At another value v near by, alpha is alpha_slope (v - value) and omega has grown by omega_slope
    (v - value): see `at`. x (n,) is the state at rest, omega in rad/s, slopes in 1/s per unit of the quantity, gamma
    and beta in 1/s per squared unit of the variable. c1 (complex, 1/s) is the coefficient for eigenvectors q, p in the
    units of the model with |q| = 1 and p^* q = 1; lyapunov is l1 = Re c1/omega (1).
    """

    value: float
    x: np.ndarray
    omega: float
    alpha_slope: float
    omega_slope: float
    gamma: float
    beta: float
    criticality: Criticality
    amplitude_of: str
    c1: complex
    lyapunov: float

    def __repr__(self) -> str:
        return (
            f"NormalForm({self.criticality} at {self.value:.10g}, omega {self.omega:.6g} rad/s, amplitude of "
            f"{self.amplitude_of}: gamma {self.gamma:.6g}, beta {self.beta:.6g})"
        )

    def at(self, value: float) -> tuple[float, float, float, float]:
        """alpha, omega, gamma, beta at a value of the quantity: parameters of `stuart_landau`."""
        way = value - self.value
        return self.alpha_slope * way, self.omega + self.omega_slope * way, self.gamma, self.beta

    def cycle(self, value: float) -> tuple[float, float]:
        """Amplitude and frequency (Hz) of the cycle at a value, to first order; ValueError on the side without one."""
        alpha, omega, gamma, beta = self.at(value)
        if not alpha * gamma > 0:
            side = "above" if self.alpha_slope * gamma > 0 else "below"
            raise ValueError(f"the cycle exists {side} {self.value:.10g} (to first order), got {value!r}")
        return float(np.sqrt(alpha / gamma)), float((omega - beta * alpha / gamma) / (2 * np.pi))


class Coefficients(NamedTuple):
    """c1 for |q| = 1, slope of the eigenvalue (complex), and eigenvector q (n,) in the units of the model.

    size is the sum of the absolute values that c1 is the sum of: accuracy is relative to it. simple: whether no other
    eigenvalue is within 1e-6 of the pair; otherwise c1 says nothing about what begins there. n_unstable: how many
    eigenvalues beside the pair have a positive real part.
    """

    omega: float
    c1: complex
    slope: complex
    q: np.ndarray
    size: float
    simple: bool
    n_unstable: int


def normal_form(model: Any, name: str, value: float, *, p: Any = None, u: Any = None, x0: Any = None,
                amplitude_of: str = "output") -> NormalForm:  # fmt: skip
    """The Stuart-Landau oscillator that a model, or a network without delays, is near a Hopf point.

    value: where the Hopf point is, as `hopf` finds it or as printed; it is refined, and must lie within a hundredth of
    the declared range (or of the value, if that is more). x0: a state near the one at rest; left out, the equilibrium
    nearest to a Hopf point is taken. amplitude_of: the state (in a network that of its first node) or "output" whose
    amplitude r is. Coefficients are good to about 1e-9. ValueError where there is no Hopf point near.
    """
    asked = problem(model, name, p, u)
    row = asked.row
    reach = max(row.high - row.low, abs(value))
    view = scaled((asked,), (0.0, reach))
    z = _hopf_near(view, float(value), x0)
    (x, values), found = view.place(z), coefficients(view, z)
    weights = amplitude_weights(asked, x, float(values[0]), amplitude_of)
    r = 2 * abs(weights @ found.q)
    if r < 1e-12 * np.abs(weights * view.size).max() * np.abs(found.q / view.size).max():
        raise ValueError(f"{model.name}: {amplitude_of} takes no part in the rhythm; name another variable")
    gamma, beta = (float(0.0 - part / r**2) for part in (found.c1.real, found.c1.imag))
    return NormalForm(
        float(values[0]), x, found.omega, found.slope.real, found.slope.imag, gamma, beta,
        criticality(found), amplitude_of, found.c1, found.c1.real / found.omega,
    )  # fmt: skip


def criticality(found: Coefficients) -> Criticality:
    """Which way the rhythm begins, by the sign of the first Lyapunov coefficient."""
    if not found.simple or abs(found.c1.real) <= NEGLIGIBLE * found.size:
        return "degenerate"
    return "supercritical" if found.c1.real < 0 else "subcritical"


def _hopf_near(view: Scaled, value: float, x0: Any) -> np.ndarray:
    """The Hopf point within a hundredth of the width of a value."""
    asked = view.problems[0]
    starts = equilibria(asked, value) if x0 is None else [refined(asked, flat_state(asked.model, x0), value)]
    found, tried = [], []
    for x in starts:
        if x is None:
            continue
        z = view.point(x, value)
        try:
            equations = HopfEquations(view, pair_near(view.field(z)[1][:, : view.n]))
        except ArithmeticError:
            continue
        here = equations.here
        tried.append(f"{here.sum / 2:.4g} +- {abs(here.sum**2 / 4 - here.product) ** 0.5:.4g} i")
        better = newton(equations, z)
        if better is not None and equations.here.product > 0 and abs(better[-1] - z[-1]) < 0.01:
            found.append(better)
    if not found:
        seen = f"; the pairs nearest to the axis are {', '.join(tried)} 1/s" if tried else "; nothing is at rest there"
        raise ValueError(
            f"{asked.model.name}: no Hopf point near {asked.name} = {value:.10g} ({asked.row.unit}){seen}; "
            f"find one with hopf(model, {asked.name!r}, bracket)"
        )
    return min(found, key=lambda z: abs(z[-1] * view.width[0] - value))


def coefficients(view: Scaled, z: np.ndarray, spectrum: np.ndarray | None = None) -> Coefficients:
    """`Coefficients` at a Hopf point z of a view; with two varied quantities the slope is that along the first.

    spectrum are the eigenvalues there, where they are known.
    """
    n = view.n
    A = view.field(z)[1][:, :n]
    spectrum = np.linalg.eigvals(A) if spectrum is None else spectrum
    q, p, omega = critical_vectors(A, spectrum)
    first, second = {}, {}
    for part, direction in (("u", np.real(q)), ("v", np.imag(q))):
        first[part], second[part] = along_line(states_line(view, z, direction))

    def B(h: np.ndarray) -> np.ndarray:
        return first["u"] @ h + 1j * (first["v"] @ h)

    conjugate = q.conj()
    bent_conjugate = first["u"] - 1j * first["v"]
    cubic = (second["u"] + second["v"]) @ q
    mean = -2 * B(np.linalg.solve(A, B(conjugate)))
    double = bent_conjugate @ np.linalg.solve(2j * omega * np.eye(n) - A, B(q))
    parts = np.array([p.conj() @ term / 2 for term in (cubic, mean, double)])
    slope = p.conj() @ along_line(_branch(view, z))[0] @ q / view.width[0]
    physical = q * view.size
    unit = np.linalg.norm(physical)
    others = spectrum[np.minimum(np.abs(spectrum - 1j * omega), np.abs(spectrum + 1j * omega)).argsort()[2:]]
    simple = bool((np.abs(others - 1j * omega) > 1e-6 * np.abs(spectrum).max()).all())
    return Coefficients(omega, complex(parts.sum() / unit**2), complex(slope), physical / unit,
                        float(np.abs(parts).sum() / unit**2), simple, int((np.real(others) > 0).sum()))  # fmt: skip


def critical_vectors(A: np.ndarray, spectrum: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """q, p with A q = i omega q, p^* A = i omega p^*, |q| = p^* q = 1, omega > 0, of the pair nearest to the axis.

    spectrum are the eigenvalues of A.
    """
    here = pair_near(A, found=spectrum)
    omega = float(np.sqrt(max(here.product, 0.0)))
    small = here.P.T @ A @ here.V
    values, vectors = np.linalg.eig(small)
    q = here.V @ vectors[:, int(np.imag(values).argmax())]
    values, vectors = np.linalg.eig(small.T)
    p = here.P @ vectors[:, int(np.imag(values).argmin())]
    q = q / np.linalg.norm(q)
    return q, p / (q.conj() @ p), omega


def states_line(view: Scaled, z: np.ndarray, direction: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Function of t (m,): the Jacobians (m, n, n) at x + t direction, for a direction of any length, t in its unit."""
    y, values = z[: view.n], view.place(z)[1]

    def at(t: np.ndarray) -> np.ndarray:
        return view.jacobians(y[:, None] + direction[:, None] * t, 0, values, np.full(t.size, values[0]))

    return at


def _branch(view: Scaled, z: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Function of t (m,): the Jacobians (m, n, n) on the tangent of the branch, the first value moving by t widths."""
    n, derivatives = view.n, view.field(z)[1]
    moves = -np.linalg.solve(derivatives[:, :n], derivatives[:, n])
    y, values = z[:n], view.place(z)[1]

    def at(t: np.ndarray) -> np.ndarray:
        return view.jacobians(y[:, None] + moves[:, None] * t, 0, values, values[0] + t * view.width[0])

    return at


def along_line(J: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """First and second derivative (n, n) of J(t) at 0, from J at 0 and at halving distances on both sides.

    Differences are extrapolated to distance 0 (Ridders 1982, doi:10.1016/S0141-1195(82)80057-0), the error of each
    being what the two it comes from differ by.
    """
    t = 0.5 ** np.arange(1, LINES + 1)
    found = J(np.concatenate([t, -t, [0.0]]))
    plus, minus, middle = found[:LINES], found[LINES:-1], found[-1]
    h = t[:, None, None]
    return _extrapolated((plus - minus) / (2 * h)), _extrapolated(((plus - middle) + (minus - middle)) / h**2)


def _extrapolated(rows: np.ndarray) -> np.ndarray:
    best, least = rows[-1], np.inf
    column = rows
    for power in range(1, 7):
        with np.errstate(all="ignore"):
            next_column = column[1:] + (column[1:] - column[:-1]) / (4.0**power - 1)
            errors = np.maximum(np.abs(next_column - column[1:]), np.abs(next_column - column[:-1])).max(axis=(1, 2))
        errors = np.where(np.isfinite(errors), errors, np.inf)
        k = int(errors.argmin())
        if errors[k] < least:
            best, least = next_column[k], float(errors[k])
        column = next_column
    return best


def amplitude_weights(asked: Problem, x: np.ndarray, value: float, name: str) -> np.ndarray:
    """Derivative (n,) of a state, or of the output, with respect to the state; of the first node in a network."""
    names, nodes = [row.name for row in asked.model.state], asked.n_nodes
    weights = np.zeros(x.size)
    if name in names:
        weights[names.index(name) * nodes] = 1.0
        return weights
    if name != "output":
        raise ValueError(unknown(asked.model.name, "state", name, [*names, "output"]))
    p = tuple(asked.at(value)[0].reshape(-1, nodes)[:, 0])
    output, first = python_function(asked.model.output), x[::nodes].astype(complex)
    for k in range(first.size):
        moved = first.copy()
        moved[k] += TINY * 1j
        weights[k * nodes] = np.imag(output(tuple(moved), p)) / TINY
    return weights
