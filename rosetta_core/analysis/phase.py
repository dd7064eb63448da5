"""Phase of a limit cycle: its response to small pushes, the phase of states beside it, and how two nodes pull it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from rosetta_core._jit import python_function
from rosetta_core.analysis import collocation as col
from rosetta_core.analysis.orbits import Cycle, field_of, limit_cycle, outputs, step_along
from rosetta_core.analysis.problem import problem
from rosetta_core.coupling import coupling_kernels
from rosetta_core.derivatives import TINY
from rosetta_core.model import Model, unknown, values
from rosetta_core.network import network
from rosetta_core.simulation import simulate


class PhaseResponse(NamedTuple):
    """Shift of the phase (rad) by a small push of each state, for phases spread evenly over the cycle.

    phase (k,) in rad runs evenly in time from 0 at the largest output; x (k, n) is the cycle there, response (k, n) in
    rad per unit of the state. omega in rad/s: response . dx/dt = omega at every phase. error: largest departure from
    that, relative to omega. rows holds the response at the rows of `cycle.x`.
    """

    phase: np.ndarray
    x: np.ndarray
    response: np.ndarray
    omega: float
    error: float
    origin: float
    rows: np.ndarray
    cycle: Cycle

    def __repr__(self) -> str:
        name = self.cycle.problem.model.name
        return f"PhaseResponse({name}, {self.phase.size} phases, omega {self.omega:.6g} rad/s, error {self.error:.2g})"

    def of(self, name: str) -> np.ndarray:
        """Response to one state, rad per its unit, or to one input or parameter, rad per its unit and second.

        (k,), of a network (k, n_nodes) for a state; an input or parameter of a network is pushed in all nodes.
        """
        asked = self.cycle.problem
        names = [row.name for row in asked.model.state]
        if name in names:
            found = self.response.reshape(len(self.phase), len(names), -1)[:, names.index(name)]
            return found[:, 0] if isinstance(asked.model, Model) else found
        others = [row.name for row in (*asked.model.params, *asked.model.inputs)]
        if name not in others:
            raise ValueError(unknown(asked.model.name, "state, input or parameter", name, [*names, *others]))
        pushed = problem(asked.model, name, asked.p, asked.u)
        return np.einsum("kn,nk->k", self.response, pushed.fields(self.x.T, pushed.value)[2])

    def at(self, phase: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """The cycle and the response at phases (rad) of any shape (...): two arrays (..., n)."""
        phase = np.asarray(phase, dtype=float)
        s = (self.origin + phase.ravel() / (2 * np.pi)) % 1.0
        mesh = self.cycle.orbit.mesh
        found = [col.evaluate(mesh, rows, s).reshape(*phase.shape, -1) for rows in (self.cycle.x, self.rows)]
        return found[0], found[1]


def phase_response(
    model: Any, *, p: Any = None, u: Any = None, x0: Any = None, cycle: Cycle | None = None, n_phases: int = 256
) -> PhaseResponse:
    """The infinitesimal phase response of the rhythm that `limit_cycle` finds, or of `cycle`.

    The adjoint equation dZ/dt = -J(t)^T Z on the mesh of the cycle, normalised to Z . dx/dt = omega.
    """
    cycle = limit_cycle(model, p=p, u=u, x0=x0) if cycle is None else cycle
    asked, orbit = cycle.problem, cycle.orbit
    linear = col.linearise(field_of(asked), orbit)
    n = orbit.x.shape[1]
    total = np.eye(n)
    for step in linear.steps:
        total = step @ total
    found, vectors = np.linalg.eig(total.T)
    z = np.real(vectors[:, np.argmin(np.abs(found - 1))])
    starts = [z]
    for step in linear.steps[::-1]:
        starts.append(step.T @ starts[-1])
    starts = np.array(starts[::-1])
    inner = np.linalg.solve(linear.parts[:, :-1, :, :n].swapaxes(-1, -2), starts[:-1, None, :, None])[..., 0]
    rows = np.concatenate([np.concatenate([starts[:-1, None], inner], axis=1).reshape(-1, n), starts[-1:]])
    omega = 2 * np.pi / cycle.period
    along = np.einsum("kn,nk->k", rows, asked.fields(orbit.x.T, orbit.value)[0])
    scale = omega / float(np.median(along))
    origin = _largest_output(cycle)
    phase = np.arange(n_phases) * 2 * np.pi / n_phases
    error = float(np.abs(along * scale / omega - 1).max())
    bare = PhaseResponse(phase, rows, rows, omega, error, origin, rows * scale, cycle)
    x, response = bare.at(phase)
    return bare._replace(x=x, response=response)


def _largest_output(cycle: Cycle) -> float:
    """Fraction of the period at which the output, of a network its sum over the nodes, is largest."""
    asked, orbit = cycle.problem, cycle.orbit
    s = np.linspace(0, 1, 2001)[:-1]
    signal = outputs(asked, col.evaluate(orbit.mesh, orbit.x, s), orbit.value).reshape(len(s), -1).sum(axis=1)
    near = float(s[signal.argmax()])
    p, (output, nodes) = asked.at(orbit.value)[0], (python_function(asked.model.output), asked.n_nodes)

    def rise(at: float) -> float:
        x = col.evaluate(orbit.mesh, orbit.x, np.array([at % 1.0]))[0]
        moved = (x + 1j * TINY * asked.f(x, orbit.value)).reshape(-1, nodes)
        each = zip(moved.T, p.reshape(-1, nodes).T, strict=True)
        return float(sum(np.imag(output(tuple(a), tuple(b))) for a, b in each) / TINY)

    low, high = near - 1 / 2000, near + 1 / 2000
    if not rise(low) > 0 > rise(high):
        return near
    return float(brentq(rise, low, high, xtol=1e-13)) % 1.0  # type: ignore[arg-type]


class Isochrons(NamedTuple):
    """phase (rad, from -pi to pi) that each state will have on the cycle; nan where it does not get there.

    distance: how far each state was from the cycle in the end, relative to the swing; the error of the phase is of the
    order of its square.
    """

    phase: np.ndarray
    distance: np.ndarray

    def __repr__(self) -> str:
        found = int(np.isfinite(self.phase).sum())
        return f"Isochrons(shape {np.shape(self.phase)}, {found} of {np.size(self.phase)} states reach the cycle)"


def isochrons(
    model: Any, points: Any, *, p: Any = None, u: Any = None, x0: Any = None, response: PhaseResponse | None = None,
    most: int = 200,
) -> Isochrons:  # fmt: skip
    """Asymptotic phase of states: run for whole periods until they are on the cycle, then read the phase there.

    points: states by name, numbers or arrays of one shape (a meshgrid for a planar model), what is left out taking
    its default; p, u and x0 as in `limit_cycle`, whose cycle is meant, or `response` of the cycle meant. The run lasts
    until all states that come to the cycle are within 1e-5 of its swing, at most `most` periods. Phase 0 is that of
    `phase_response`.
    """
    response = phase_response(model, p=p, u=u, x0=x0) if response is None else response
    cycle, names = response.cycle, [row.name for row in model.state]
    if not cycle.stable:
        largest = cycle.multipliers[0]
        raise ValueError(f"{model.name}: isochrons want a stable cycle; the largest multiplier is {largest:.4g}")
    if not isinstance(model, Model):
        raise ValueError(f"isochrons want a model, got the network {model.name}; `phase_response` takes networks")
    grids = np.broadcast_arrays(*(np.asarray(points[name], dtype=float) for name in points))
    named = {name: grid.ravel() for name, grid in zip(points, grids, strict=True)}
    at = values(model.name, "state", model.state, named)
    shape = grids[0].shape if grids else ()
    ends = at.reshape(len(names), -1).astype(float)
    for periods in _lengths(cycle, most):
        ends = _carried(cycle, ends, periods)
        phase, distance = _read(response, ends.T)
        if not (distance[np.isfinite(phase)] > 1e-5).any():
            break
    return Isochrons(phase.reshape(shape), distance.reshape(shape))


def _lengths(cycle: Cycle, most: int) -> Iterator[int]:
    """Numbers of periods to go: until the slowest deviation is below 1e-4 of itself, and again, `most` together."""
    slowest = float(np.abs(cycle.multipliers).max(initial=0.0))
    each = int(np.clip(np.ceil(np.log(1e-4) / np.log(slowest)), 1, most)) if slowest > 1e-4 else 1
    for gone in range(0, most, each):
        yield min(each, most - gone)


def _carried(cycle: Cycle, x: np.ndarray, periods: int) -> np.ndarray:
    """States (n, k) after whole periods."""
    asked, steps, failed = cycle.problem, step_along(cycle), None
    for finer in (1, 4, 16):
        t1, dt = periods * cycle.period, cycle.period / (steps * finer)
        try:
            run = simulate(asked.model, t1 * (1 + 1e-9), dt, p=asked.p, u=asked.u, x0=x, every=periods * steps * finer)
            return run.x[-1]
        except (FloatingPointError, ValueError) as error:
            failed = error
    raise ArithmeticError(f"{asked.model.name}: some states cannot be followed to the cycle: {failed}") from failed


def _read(response: PhaseResponse, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Phase (k,) of states (k, n) near the cycle, and their distance from it."""
    model = response.cycle.problem.model
    angle = np.array([row.unit == "rad" for row in model.state])
    swing = np.ptp(response.cycle.x, axis=0)
    phase = np.linspace(0, 2 * np.pi, 1001)[:-1]

    def gap(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        apart = one - other
        apart[..., angle] -= 2 * np.pi * np.round(apart[..., angle] / (2 * np.pi))
        return apart

    ring, _ = response.at(phase)
    nearest = np.array([((gap(each, ring) / swing) ** 2).sum(axis=1).argmin() for each in x])
    found = phase[nearest]
    for _ in range(3):
        on, slope = response.at(found)
        found = found + np.clip((slope * gap(x, on)).sum(axis=1), -0.1, 0.1)
    distance = np.abs(gap(x, response.at(found)[0]) / swing).max(axis=1)
    found = np.where(distance < 0.01, np.angle(np.exp(1j * found)), np.nan)
    return found, distance


class Interaction(NamedTuple):
    """H (k,) in rad/s at the phase differences psi (k,) in rad: d phase_i/dt = omega + sum_j w_ij H(phase_j - phase_i).

    locked: pairs (psi, stable) of phase differences that two nodes with equal weights keep.
    """

    psi: np.ndarray
    H: np.ndarray
    locked: tuple[tuple[float, bool], ...]

    def __repr__(self) -> str:
        locked = ", ".join(f"{psi:.4g} rad {'stable' if stable else 'unstable'}" for psi, stable in self.locked)
        return f"Interaction({self.psi.size} phases, locked at {locked or 'no phase difference'})"

    def at(self, psi: ArrayLike) -> np.ndarray:
        """H at any phase difference (rad), by its Fourier series."""
        parts = np.fft.rfft(self.H) / len(self.H)
        parts[1:] *= 2
        waves = np.exp(1j * np.asarray(psi, dtype=float)[..., None] * np.arange(len(parts)))
        return np.real(waves @ parts)


def interaction_function(
    model: Model, into: str | None = None, *, coupling: Any = "diffusive", p: Any = None, u: Any = None, x0: Any = None,
    response: PhaseResponse | None = None,
) -> Interaction:  # fmt: skip
    """What a node on its cycle does, at weight 1, to the phase of another, averaged over the cycle: Malkin's theorem.

    into and coupling as in `network`; p, u, x0 as in `limit_cycle`, or `response` of the cycle meant. Exact for weak
    coupling; the error of the frequencies is of the order of the square of the weight.
    """
    response = phase_response(model, p=p, u=u, x0=x0, n_phases=512) if response is None else response
    net = network(model, np.array([[0.0, 1.0], [1.0, 0.0]]), coupling=coupling, into=into)
    say, hear = coupling_kernels(net)
    asked = response.cycle.problem
    pushes = [response.of(model.inputs[where].name) for where in net.where]
    x, p_here = [tuple(row) for row in response.x], tuple(asked.p)
    said = [say(each, p_here) for each in x]
    k = len(x)
    H = np.zeros(k)
    for shift in range(k):
        heard = np.array([hear(x[i], p_here, said[(i + shift) % k], 1.0) for i in range(k)])
        H[shift] = np.mean(sum(push * heard[:, j] for j, push in enumerate(pushes)))
    found = Interaction(response.phase, H, ())
    return found._replace(locked=_locked(found))


def _locked(found: Interaction) -> tuple[tuple[float, bool], ...]:
    """Zeros of H(-psi) - H(psi), the speed of the phase difference of two nodes; it is 0 at 0 and pi for any H."""
    speed = lambda psi: float(found.at(-psi) - found.at(psi))  # noqa: E731
    grid = np.linspace(0, 2 * np.pi, 361)[:-1] - 1e-3
    drift = np.array([speed(each) for each in grid])
    roots = []
    for k in np.flatnonzero(np.sign(drift) * np.sign(np.roll(drift, -1)) < 0):
        step = 2 * np.pi / 360
        root = brentq(speed, grid[k], grid[k] + step, xtol=1e-12)
        roots.append((float(root), bool(drift[k] > 0)))  # type: ignore[arg-type]
    size = np.abs(found.H).max(initial=0.0)
    return tuple(roots) if np.abs(drift).max() > 1e-9 * size else ()
