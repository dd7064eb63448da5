"""Any rung whose rhythm begins by a saddle-node on its circle, as a theta (quadratic integrate-and-fire) neuron.

At the fold J q = 0, p J = 0, p.q = 1; along x = x0 + xi q the flow is dxi/dt = a mu + b xi^2 with a = p.df/dmu,
b = p.B(q, q)/2 and mu the distance from the fold (Kuznetsov 2004, doi:10.1007/978-1-4757-3978-7, section 3.3). With
V = b tau xi that is tau dV/dt = V^2 + eta, eta = a b tau^2 mu, and V = tan(theta/2). The passage takes pi/sqrt(a b mu).

Orders: the rest of the circle takes a time that stays finite as mu goes to 0, beside a passage that grows as mu^(-1/2),
so that frequency and phase response are wrong by O(mu^(1/2)) of themselves.
"""

from typing import Any, NamedTuple

import numpy as np

from rosetta_core.analysis.collocation import Orbit
from rosetta_core.analysis.critical import FoldEquations
from rosetta_core.analysis.curves import scaled
from rosetta_core.analysis.cycles import CycleBranch, cycles
from rosetta_core.analysis.hopf import Fold, fold
from rosetta_core.analysis.normal_form import along_line, states_line
from rosetta_core.analysis.orbits import Cycle, cycle_near, limit_cycle
from rosetta_core.analysis.phase import phase_response
from rosetta_core.analysis.problem import Problem, problem
from rosetta_core.models.theta import theta
from rosetta_core.translate.comparison import N_PHASES, crossing, shaped
from rosetta_core.translate.translation import Error, Sides, StateMap, Translation, Validity, relative, setting


class Circle(NamedTuple):
    """A saddle-node on a circle: value and state x (n,) of the fold, its vectors q, p (n,) with p.q = 1, and a and b.

    q has the length 1 in the declared ranges of the states. next is the rate (1/s) of the slowest other mode, 0 if
    there is none, side the sign of the values with a rhythm, branch the cycles on that side.
    """

    asked: Problem
    value: float
    x: np.ndarray
    q: np.ndarray
    p: np.ndarray
    a: float
    b: float
    next: float
    side: float
    branch: CycleBranch


def to_theta(
    model: Any, name: str, *, near: float, at: float, p: Any = None, u: Any = None, tau: float | None = None,
    tolerance: float = 0.1,
) -> Translation:  # fmt: skip
    """A model, or a network without delays, at the value `at` of a parameter or input, as a theta neuron.

    near: about where the saddle-node is that the rhythm comes out of; its cycle must end there as a SNIC, which is
    checked by following it. tau: the membrane time constant (s), a free choice, as eta/tau^2 is what counts; left out,
    the time of the slowest other mode at the fold, so that V counts in units in which the square is still the law.
    Errors: frequency, of limit cycles of both, and phase_response to a push of `name`, both phases from the first
    harmonic of the response. ValueError on the side where the model rests, or where no circle goes through the fold.
    check(n_phases=...). Where the cycle waits for more than some 40 times the time it takes elsewhere, the mesh of
    cycles leaves about 0.01 of the phase response.
    """
    asked = problem(model, name, p, u)
    point = _fold_near(asked, float(near))
    return _translated(_circle(asked, point, float(at)), float(at), tau, tolerance, None)


def _fold_near(asked: Problem, near: float) -> Fold:
    row, error = asked.row, None
    for share in (0.01, 0.04, 0.16):
        reach = share * (row.high - row.low)
        try:
            return fold(asked.model, asked.name, (near - reach, near + reach), p=asked.p, u=asked.u)
        except ValueError as failed:
            error = failed
            if "folds lie" in str(failed):
                break
    raise ValueError(f"{asked.model.name}: no fold was found near {asked.name} = {near:.8g}: {error}") from error


def _circle(asked: Problem, point: Fold, at: float) -> Circle:
    view = scaled((asked,), (0.0, 1.0))
    z = view.point(point.x, point.value)
    A = view.field(z)[1]
    null = FoldEquations(view, A[:, : view.n]).at(z)
    p = null.p / (null.p @ null.q)
    a = float(p @ A[:, view.n])
    b = float(p @ along_line(states_line(view, z, null.q))[0] @ null.q) / 2
    rates = np.sort(np.abs(np.linalg.eigvals(A[:, : view.n])))
    side, name = float(np.sign(a * b)), asked.name
    if (at - point.value) * side <= 0:
        raise ValueError(
            f"{asked.model.name}: at {name} = {at:.8g} two equilibria are there; the rhythm is "
            f"{'above' if side > 0 else 'below'} {point.value:.8g}"
        )
    if point.n_unstable:
        raise ValueError(f"{asked.model.name}: the fold at {name} = {point.value:.8g} is one of unstable equilibria")
    try:
        branch = _rhythms(asked, point, at)
    except ArithmeticError as error:
        raise ValueError(
            f"{asked.model.name}: no circle goes through the fold at {name} = {point.value:.8g}: a run that leaves it "
            f"finds no rhythm ({error})"
        ) from error
    if not any(
        end.kind == "snic" and abs(end.value - point.value) < 1e-3 * abs(at - point.value) for end in branch.ends
    ):
        raise ValueError(
            f"{asked.model.name}: no circle goes through the fold at {name} = {point.value:.8g}: the cycles beyond it "
            f"end at {', '.join(f'{end.value:.8g} ({end.kind})' for end in branch.ends)}"
        )
    return Circle(
        asked, point.value, point.x, null.q * view.size, p / view.size, a, b, float(rates[1:2].sum()), side, branch
    )


def _rhythms(asked: Problem, point: Fold, at: float) -> CycleBranch:
    """The cycles from the fold on, through the one that a run from the ghost of the saddle-node settles into."""
    row, way = asked.row, at - point.value
    far = max(abs(way), 2e-3 * (row.high - row.low)) * np.sign(way)
    p, u = asked.at(point.value + far)
    start = limit_cycle(asked.model, p=p, u=u, x0=shaped(asked, point.x))
    width = 0.02 * (row.high - row.low) * np.sign(way)
    span = (point.value - 0.1 * width, point.value + max(1.5 * abs(far), abs(width)) * np.sign(way))
    return cycles(asked.model, start, asked.name, span, p=p, u=u)


def cycle_at(found: Circle, value: float) -> Cycle:
    """The model's cycle at a value, closed; ArithmeticError beyond its branch."""
    on, asked = found.branch.at(value), found.asked
    if not on:
        raise ArithmeticError(
            f"{asked.model.name}: no cycle was followed to {asked.name} = {value:.8g}; the branch reaches "
            f"from {found.branch.value.min():.8g} to {found.branch.value.max():.8g}"
        )
    # A cycle of a branch has the branch's problem, whose own value is that of its start.
    return max(on, key=lambda cycle: cycle.period)._replace(problem=problem(asked.model, asked.name, *asked.at(value)))


def _turned(response: np.ndarray) -> np.ndarray:
    """A phase response with the phase 0 where its first harmonic is lowest."""
    parts = np.fft.rfft(response)
    shift = np.angle(-parts[1])
    return np.fft.irfft(parts * np.exp(-1j * shift * np.arange(parts.size)), response.size)


def _neuron(numbers: dict[str, float]) -> Cycle:
    """The neuron's cycle, closed from its solution: a run takes the long pause of a small eta for rest."""
    asked, root = problem(theta, "eta", numbers), np.sqrt(numbers["eta"])
    spike = np.linspace(-np.pi, np.pi, 41)[1:-1]
    mesh = np.unique(np.concatenate([np.linspace(0, 1, 41), 0.5 + np.arctan(np.tan(spike / 2) / root) / np.pi]))
    guess = Orbit(mesh, np.empty(0), np.pi * numbers["tau"] / root, numbers["eta"], np.array([2 * np.pi]))
    inside = 2 * np.arctan(root * np.tan(np.pi * (guess.s[1:-1] - 0.5)))
    return cycle_near(asked, guess._replace(x=np.concatenate([[-np.pi], inside, [np.pi]])[:, None]))


def _both(found: Circle, value: float, numbers: dict[str, float], n_phases: int) -> tuple[Any, ...]:
    """Frequencies and phase responses of the model and of the neuron, to a unit of what varies."""
    drive = found.a * found.b * numbers["tau"] ** 2
    neuron = _neuron(numbers)
    model = cycle_at(found, value)
    responses = [
        phase_response(each.problem.model, cycle=each, n_phases=n_phases).of(name) * unit
        for each, name, unit in ((model, found.asked.name, 1.0), (neuron, "I", drive))
    ]
    return model.frequency, neuron.frequency, _turned(responses[0]), _turned(responses[1])


def _measured(found: Circle, value: float, numbers: dict[str, float], n_phases: int = N_PHASES) -> Error:
    true, told, source, target = _both(found, value, numbers, n_phases)
    return Error(
        f"limit cycles at {found.asked.name} = {value:.8g}, push of {found.asked.name}",
        frequency=relative(told, true),
        phase_response=float(np.linalg.norm(target - source) / np.linalg.norm(source)),
    )


def _translated(found: Circle, value: float, tau: float | None, tolerance: float, limit: float | None) -> Translation:
    asked, mu, order = found.asked, abs(value - found.value), {"frequency": 0.5, "phase_response": 0.5}
    if tau is None and not found.next:
        raise ValueError(f"{asked.model.name} has one state, and so no other mode that sets a time; give tau (s)")
    time = 1 / found.next if tau is None else float(tau)

    def numbers(distance: float) -> dict[str, float]:
        return {"tau": time, "eta": abs(found.a * found.b) * time**2 * distance}

    def worst(distance: float) -> float:
        try:
            errors = _measured(found, found.value + found.side * distance, numbers(distance)).measured()
        except (ArithmeticError, ValueError):
            return np.inf
        return max(map(abs, errors.values()))

    reach = float(np.abs(found.branch.value - found.value).max())
    most = crossing(worst, mu, tolerance, 0.5, reach) if limit is None else limit

    def measure(*, n_phases: int = N_PHASES) -> Error:
        return _measured(found, value, numbers(mu), n_phases)

    def again(distance: float) -> Translation:
        return _translated(found, found.value + found.side * distance, tau, tolerance, most)

    def sides(*, n_phases: int = N_PHASES) -> Sides:
        _, _, source, target = _both(found, value, numbers(mu), n_phases)
        phase = np.arange(n_phases) * 2 * np.pi / n_phases
        return Sides("phase", "rad", phase, f"response to {asked.name}", f"rad/s per {asked.row.unit}", source, target)

    unit = found.b * time

    def forward(x: np.ndarray) -> np.ndarray:
        V = unit * (found.p @ (np.reshape(x, (found.x.size, -1)) - found.x[:, None]))
        return 2 * np.arctan(V).reshape(1, *np.shape(x)[1:])

    def backward(angle: np.ndarray) -> np.ndarray:
        xi = np.tan(np.reshape(angle, (1, -1)) / 2) / unit
        return (found.x[:, None] + found.q[:, None] * xi).reshape(found.x.size, *np.shape(angle)[1:])

    where = f"close to the saddle-node on a circle at {asked.name} = {found.value:.8g}"
    words = "theta = 2 atan(b tau p.(x - x0)), near the saddle-node; far from it on the circle the two differ"
    return Translation(
        asked.model, theta, *setting(asked.model, *asked.at(value)), numbers(mu), {"I": 0.0},
        StateMap(words, forward, backward),
        Validity(where, f"distance of {asked.name} from the saddle-node", asked.row.unit, mu, most, tolerance, order),
        ("all the time is spent near the saddle-node", f"tau = {time:.4g} s is a choice: only eta/tau^2 counts"),
        measure(), measure, again, sides, {asked.name: {"I": found.a * found.b * time**2}},
    )  # fmt: skip
