"""Twins of Chapter 8: the Stuart-Landau oscillator that Wilson-Cowan is near its Hopf point."""

from typing import Any

import numpy as np

import rosetta_core as rc
from rosetta_core.book.exploration_parts import Exploration
from rosetta_core.views.static_run import setting


def twin(exploration: Exploration) -> dict[str, Any]:
    """The normal form at the Hopf point nearest to P_E's default; its parameters and centre follow P_E.

    E and I are the point of rest plus the real part of (eigenvector / its E part) times z. Rest follows P_E with
    its slope and curvature at the Hopf point.
    """
    now, model = setting(exploration), exploration.model
    p, u = ({q.name: now[q.name] for q in rows} for rows in (model.params, model.inputs))
    control = next(c for c in exploration.controls if c.name == "P_E")
    found = rc.normal_form(model, "P_E", now["P_E"], p=p, u=u, amplitude_of="E")
    away = control.default - found.value
    values, vectors = np.linalg.eig(rc.jacobian(model, found.x, p, u | {"P_E": found.value}))
    q = vectors[:, np.argmax(np.imag(values))]
    shape = q / q[0]
    rest, slope, curvature = _rest(model, found, p, u)
    numbers = {
        "alpha": [found.alpha_slope * away, {"P_E": found.alpha_slope}],
        "omega": [found.omega + found.omega_slope * away, {"P_E": found.omega_slope}],
        "gamma": [found.gamma, {}],
        "beta": [found.beta, {}],
    }
    shown = {}
    for k, row in enumerate(model.state):
        centre = [rest[k] + slope[k] * away + curvature[k] * away**2, {"P_E": slope[k] + 2 * curvature[k] * away}]
        weights = [float(shape[k].real), float(-shape[k].imag)]
        shown[row.name] = {"weights": weights, "offset": [*centre, {"P_E": curvature[k]}]}
    return {"model": "stuart_landau", "text": "twin", "p": numbers, "shown": shown}


def _rest(model: rc.Model, found: Any, p: dict, u: dict) -> tuple[list[float], list[float], list[float]]:
    """Where rest is at the Hopf point, and its first and half its second derivative by P_E, by differences of 1e-3."""
    h = 1e-3
    from rosetta_core.analysis.fixed_points import rest_near

    below, at, above = (rest_near(model, found.x, p, u | {"P_E": found.value + way}) for way in (-h, 0.0, h))
    first, second = (above - below) / (2 * h), (above - 2 * at + below) / h**2
    return np.ravel(at).tolist(), np.ravel(first).tolist(), (np.ravel(second) / 2).tolist()
