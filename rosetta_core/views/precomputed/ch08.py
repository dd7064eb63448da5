"""Chapter 8: Wilson-Cowan's Stuart-Landau twin and its errors, its tongue, and how two columns pull each other."""

from itertools import groupby
from typing import Any

import numpy as np

import rosetta_core as rc
from rosetta_core.analysis.problem import problem
from rosetta_core.book.exploration_parts import Exploration
from rosetta_core.models.stuart_landau_forced import locked_intervals
from rosetta_core.translate.expansion import expansion, here
from rosetta_core.views.static_run import setting

_ERRORS = ("amplitude", "frequency", "waveform")


def twin(exploration: Exploration) -> dict[str, Any]:
    """What `rc.translate.to_stuart_landau` makes of Wilson-Cowan at every stand of the slider of P_E.

    The Hopf point is the one nearest to P_E's default. E and I are the point of rest plus the real part of
    (eigenvector / its E part) times z.
    """
    now, model = setting(exploration), exploration.model
    control = _control(exploration, "P_E")
    found = expansion(problem(model, "P_E", *_given(exploration)), now["P_E"], "E")
    stands = np.linspace(control.low, control.high, round((control.high - control.low) / control.step) + 1)
    places = [here(found, float(value)) for value in stands]
    numbers: dict[str, Any] = {name: _short([at.p[name] for at in places]) for name in ("alpha", "omega")}
    shown = {
        row.name: {
            "weights": [float(found.out[k].real), float(-found.out[k].imag)],
            "offset": _short([at.x[k] for at in places]),
        }
        for k, row in enumerate(model.state)
    }
    numbers |= {"gamma": found.form.gamma, "beta": found.form.beta}
    return {
        "model": "stuart_landau", "text": "twin", "along": "P_E", "origin": found.form.value, "p": numbers,
        "shown": shown,
    }  # fmt: skip


def errors(exploration: Exploration) -> dict[str, Any]:
    """Sizes of the errors that `to_stuart_landau` measures, in per cent, over the distance from the Hopf point.

    Distances from a hundredth to all of the way to the low end of P_E's slider.
    """
    p, u = _given(exploration)
    start = setting(exploration)["P_E"]
    first = rc.translate.to_stuart_landau(exploration.model, "P_E", near=start, at=start, p=p, u=u, amplitude_of="E")
    origin = start + first.valid.value
    shares = np.concatenate([np.geomspace(0.01, 0.5, 21), np.linspace(0.5, 1.0, 26)[1:]])
    distances = shares * (origin - _control(exploration, "P_E").low)
    found = [first.again(float(distance)).error for distance in distances]
    curves = [{"name": name, "y": _short([100 * abs(getattr(each, name)) for each in found])} for name in _ERRORS]
    return {"x": _short(distances), "curves": curves}


def tongue(exploration: Exploration) -> dict[str, Any]:
    """Where a sinusoid on P_E locks the cycle 1:1: by `rc.locking`, for its twin in closed form, and to first order."""
    p, u = _given(exploration)
    model, hertz, size = exploration.model, *(_control(exploration, f"drive_{what}") for what in _DRIVE)
    amplitudes = size.high * np.linspace(0, 1, 33)[1:] ** 1.5  # the tip wants the finer steps
    found = rc.locking(model, "P_E", (0.9 * hertz.low, 1.1 * hertz.high), amplitudes, p=p, u=u)
    heights = np.concatenate([[0.0], amplitudes])
    wedge = [np.concatenate([[found.frequency], edge]) for edge in (found.predicted_low, found.predicted_high)]
    curves = [_dashed(edge, heights, "ghost") for edge in wedge]
    curves += [_dashed(edge, heights, "translated") for edge in _twin_tongue(exploration, heights)]
    for k in (0, 1):
        kinds = [max(locks, key=_width).kinds[k] for locks in found.locks]
        edge = np.concatenate([[found.frequency], (found.low, found.high)[k]])
        curves += _parts(edge, heights, kinds)
    _name(curves, found.frequency, size.high)
    width = hertz.high - hertz.low
    regions = [
        {"text": "locked", "x": found.frequency, "y": 0.72 * size.high},
        {"text": "free", "x": hertz.low + 0.12 * width, "y": 0.2 * size.high},
        {"text": "free", "x": hertz.high - 0.12 * width, "y": 0.2 * size.high},
    ]
    return {"curves": curves, "regions": regions}


_DRIVE = ("frequency", "amplitude")


def _dashed(edge: np.ndarray, heights: np.ndarray, role: str) -> dict[str, Any]:
    return {"text": "", "x": _short(edge), "y": _short(heights), "role": role, "dashed": True}


def _twin_tongue(exploration: Exploration, heights: np.ndarray) -> np.ndarray:
    """Both edges (2, k) of the twin's tongue in Hz: of a push to and fro it feels the half that turns its way."""
    p, u = _given(exploration)
    at = u["P_E"]
    made = rc.translate.to_stuart_landau(exploration.model, "P_E", near=at, at=at, p=p, u=u, amplitude_of="E")
    push = made.drives["P_E"]
    half = np.hypot(push["u_re"], push["u_im"]) / 2
    omega, others = made.p["omega"], [made.p[name] for name in ("alpha", "gamma", "beta")]
    tip = omega - others[0] * others[2] / others[1]
    rows = [[tip, tip]]
    for height in heights[1:]:
        low, high = max(locked_intervals(half * height, *others), key=lambda pair: pair[1] - pair[0])
        rows.append([omega - high, omega - low])
    return np.array(rows).T / (2 * np.pi)


def _width(lock: Any) -> float:
    return lock.high - lock.low


def _parts(edge: np.ndarray, heights: np.ndarray, kinds: list[str]) -> list[dict[str, Any]]:
    """One side of the tongue from its tip, cut where its kind changes: saddle-nodes solid, torus points dashed."""
    parts, end = [], 0
    for kind, same in groupby(kinds):
        start, end = end, end + len(list(same))
        if kind != "span":
            style = {} if kind == "saddle-node" else {"role": "pull", "dashed": True}
            parts.append(
                {"text": "", "x": _short(edge[start : end + 1]), "y": _short(heights[start : end + 1]), **style}
            )
    return parts


def _name(curves: list[dict[str, Any]], middle: float, top: float) -> None:
    """A word on the left-hand curve of each kind, at a height of its own."""
    for role, word, share in (("ghost", "first order", 0.42), ("translated", "twin", 0.62), ("pull", "pair", 0.85)):
        left = next((c for c in curves if c.get("role") == role and c["x"][-1] < middle), None)
        if left:
            left |= {"text": word, "at": int(np.abs(np.array(left["y"]) - share * top).argmin())}


def pull(exploration: Exploration) -> dict[str, Any]:
    """The interaction function of the network's coupling, for an uncoupled node: omega (rad/s) and waves of H.

    H(psi) = Re sum over k of waves[k] exp(i k psi), rad/s per unit of the gain; a delay is not in it.
    """
    p, u = _given(exploration)
    plan = exploration.network
    assert plan is not None
    response = rc.phase_response(exploration.model, p=p, u=u, n_phases=512)
    found = rc.interaction_function(exploration.model, plan.into, coupling=plan.net.coupling, response=response)
    waves = np.fft.rfft(found.H)[:13] / len(found.H) * np.array([1.0, *[2.0] * 12])
    return {"omega": response.omega, "waves": [_short([wave.real, wave.imag]) for wave in waves]}


def _given(exploration: Exploration) -> tuple[dict[str, float], dict[str, float]]:
    now, model = setting(exploration), exploration.model
    p, u = ({q.name: now[q.name] for q in rows} for rows in (model.params, model.inputs))
    return p, u


def _control(exploration: Exploration, name: str) -> Any:
    return next(control for control in exploration.controls if control.name == name)


def _short(values: Any) -> list[float]:
    return [float(f"{value:.8g}") for value in values]
