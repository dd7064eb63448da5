"""Maps of Chapter 4: where a driven Stuart-Landau oscillator is locked."""

from typing import Any

import numpy as np

from rosetta_core.book.exploration_parts import Exploration
from rosetta_core.models.stuart_landau_forced import bogdanov_takens, tongue_edges
from rosetta_core.views.static_run import setting


def tongue(exploration: Exploration) -> dict[str, Any]:
    """The 1:1 tongue over drive frequency (Hz) and strength (1/s), in closed form: saddle-node and Hopf edges.

    For the drive F exp(i Omega t) of `stuart_landau`, with the exploration's alpha > 0, gamma, beta and omega.
    """
    now = setting(exploration)
    alpha, gamma, beta, omega = (now[name] for name in ("alpha", "gamma", "beta", "omega"))
    ends = {c.name: (c.low, c.high) for c in exploration.controls}
    (low, high), (weak, strong) = ends["drive_frequency"], ends["drive_amplitude"]
    own = (omega - beta * alpha / gamma) / (2 * np.pi)
    points = sorted(bogdanov_takens(alpha, gamma, beta), key=lambda point: -point.detuning)  # lower frequency first
    # Both saddle-nodes are one curve from Bogdanov-Takens to Bogdanov-Takens through the tip, along which rho = |z|^2
    # rises from alpha/(2 gamma) to where the root of `tongue_edges` vanishes, and falls again on the other side.
    steep = 3 * gamma**2 - beta**2
    most = alpha * (2 * gamma + np.sqrt(gamma**2 + beta**2)) / steep if steep > 0 else 4 * alpha / gamma
    way = np.linspace(0, np.pi, 161)
    rho = alpha / (2 * gamma) + (most - alpha / (2 * gamma)) * np.sin(way)
    detuning, F = (np.where(way < np.pi / 2, *pair) for pair in tongue_edges(np.sqrt(rho), alpha, gamma, beta))
    kept = np.isfinite(F)
    x, y = (omega - detuning[kept]) / (2 * np.pi), F[kept]
    curves: list[dict[str, Any]] = [{"text": "saddle-node", "x": _short(x), "y": _short(y), "at": 12}]
    for sign, point in zip((1, -1), points, strict=True):
        rising = np.linspace(point.F, max(strong, point.F), 81)
        turn = alpha * beta / (2 * gamma) + sign * np.sqrt(np.maximum(2 * gamma * rising**2 / alpha - alpha**2 / 4, 0))
        x = (omega - turn) / (2 * np.pi)
        word = "" if sign > 0 else "Hopf"
        curves.append({"text": word, "x": _short(x), "y": _short(rising), "role": "pull", "dashed": True, "at": 50})
    height = weak + 0.7 * (strong - weak)
    regions = [
        {"text": "locked", "x": own, "y": height},
        {"text": "slips", "x": low + 0.13 * (high - low), "y": weak + 0.2 * (strong - weak)},
        {"text": "slips", "x": high - 0.13 * (high - low), "y": weak + 0.2 * (strong - weak)},
    ]
    return {"curves": curves, "regions": regions}


def _short(values: np.ndarray) -> list[float]:
    return [float(f"{value:.5g}") for value in values]
