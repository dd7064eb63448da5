"""The Hopf point behind a translation: its two directions, the equilibrium that goes on from it, and the state map."""

from typing import NamedTuple

import numpy as np

from rosetta_core.analysis.continuation import continuation
from rosetta_core.analysis.curves import scaled
from rosetta_core.analysis.normal_form import NormalForm, amplitude_weights, critical_vectors, normal_form
from rosetta_core.analysis.problem import Problem
from rosetta_core.analysis.starts import equilibria, refined
from rosetta_core.translate.comparison import shaped, variable
from rosetta_core.translate.translation import StateMap


class Expansion(NamedTuple):
    """A Hopf point with its two directions: x - x0 = Re(z out) and z = into . (x - x0), both (n,) complex.

    n_unstable counts the eigenvalues beside the pair that grow.
    """

    asked: Problem
    form: NormalForm
    out: np.ndarray
    into: np.ndarray
    n_unstable: int


class Here(NamedTuple):
    """The oscillator at a value of the varied quantity: the equilibrium x (n,), its variable, and the four numbers.

    exists: whether the cycle is on this side of the Hopf point.
    """

    value: float
    x: np.ndarray
    rest: float
    p: dict[str, float]
    exists: bool


def expansion(asked: Problem, near: float, amplitude_of: str) -> Expansion:
    """The Hopf point nearest to a value, with the directions of its rhythm."""
    form = _nearest(asked, near, amplitude_of)
    view = scaled((asked,), (0.0, 1.0))
    A = view.field(view.point(form.x, form.value))[1][:, : view.n]
    spectrum = np.linalg.eigvals(A)
    q, p, omega = critical_vectors(A, spectrum)
    q, dual = q * view.size, p.conj() / view.size
    seen = amplitude_weights(asked, form.x, form.value, amplitude_of) @ q
    others = spectrum[np.minimum(np.abs(spectrum - 1j * omega), np.abs(spectrum + 1j * omega)).argsort()[2:]]
    return Expansion(asked, form, q / seen, 2 * seen * dual, int((np.real(others) > 0).sum()))


def _nearest(asked: Problem, near: float, amplitude_of: str) -> NormalForm:
    model, name = asked.model, asked.name
    p, u = asked.at(float(near))
    events = []
    try:
        return normal_form(model, name, near, p=p, u=u, amplitude_of=amplitude_of)
    except ValueError as error:
        if "no Hopf point near" not in str(error):
            raise
        row = asked.row
        span = (min(row.low, float(near)), max(row.high, float(near)))
        for x in equilibria(asked, float(near)):
            branch = continuation(model, name, span, p=p, u=u, x0=shaped(asked, x))
            events += [event for event in branch.events if event.kind == "hopf"]
        if not events:
            raise
    best = min(events, key=lambda event: abs(event.value - near))
    return normal_form(model, name, best.value, p=p, u=u, x0=shaped(asked, best.x), amplitude_of=amplitude_of)


def here(found: Expansion, value: float) -> Here:
    """The oscillator at a value: the equilibrium is followed there from the Hopf point, and its eigenvalue with it."""
    asked, form = found.asked, found.form
    x, eigenvalue, at = form.x, 1j * form.omega, form.value
    for step in np.linspace(form.value, value, 9)[1:]:
        slope = -np.linalg.solve(asked.jacobian(x, at), asked.by_value(x, at))
        moved = refined(asked, x + slope * (step - at), float(step))
        if moved is None:
            raise ValueError(
                f"{asked.model.name}: the equilibrium of the Hopf point ends before {asked.name} = {value:.8g}"
            )
        x, at = moved, float(step)
        spectrum = np.linalg.eigvals(asked.jacobian(x, at))
        eigenvalue = spectrum[np.abs(spectrum - eigenvalue).argmin()]
    if not eigenvalue.imag > 0:
        raise ValueError(
            f"{asked.model.name}: at {asked.name} = {value:.8g} the pair of the Hopf point does not turn any more"
        )
    numbers = {"alpha": float(eigenvalue.real), "omega": float(eigenvalue.imag)}
    rest = float(variable(asked, form.amplitude_of, x[None], value)[0])
    exists = numbers["alpha"] * form.gamma > 0
    return Here(float(value), x, rest, {**numbers, "gamma": form.gamma, "beta": form.beta}, exists)


def state_map(found: Expansion, at: Here) -> StateMap:
    """States to z = re + i im by the projection on the pair, and back to the plane that it spans."""

    def forward(x: np.ndarray) -> np.ndarray:
        z = found.into @ (np.reshape(x, (at.x.size, -1)) - at.x[:, None])
        return np.stack([np.real(z), np.imag(z)]).reshape(2, *np.shape(x)[1:])

    def backward(z: np.ndarray) -> np.ndarray:
        flat = np.reshape(z, (2, -1))
        x = at.x[:, None] + np.real(np.outer(found.out, flat[0] + 1j * flat[1]))
        return x.reshape(at.x.size, *np.shape(z)[1:])

    name = found.form.amplitude_of
    words = f"x = x0 + Re(z q/q_{name}), z = 2 q_{name} p*.(x - x0); re is the deviation of {name} from rest"
    return StateMap(words, forward, backward)
