"""A pair of nodes in an exploration: the difference of their phases over time, and the bands that theory predicts."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from rosetta_core.book.exploration_parts import Exploration
from rosetta_core.integrate import Trajectory
from rosetta_core.views import exploration_words as words
from rosetta_core.views.labels import label
from rosetta_core.views.palette import role
from rosetta_core.views.precomputed import precomputed

AXIS = "phase difference (°)"
_DELAYS = 241


def crossings(t: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Times at which x rises through the middle of what it sweeps late, by straight lines between samples."""
    late = x[1 + (len(x) - 1) // 2 :]  # the page does not keep the sample at 0
    above = x - (late.min() + late.max()) / 2
    i = np.flatnonzero((above[:-1] < 0) & (above[1:] >= 0))
    return t[i] + (t[i + 1] - t[i]) * above[i] / (above[i] - above[i + 1])


def differences(t: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where node 2 is in its period (turns) whenever node 1 of x (n, 2) rises: times and shares."""
    first, second = crossings(t, x[:, 0]), crossings(t, x[:, 1])
    k = np.searchsorted(second, first, side="right") - 1
    kept = (k >= 0) & (k < len(second) - 1)
    k, first = k[kept], first[kept]
    return first, (first - second[k]) / (second[k + 1] - second[k])


def folded(turns: np.ndarray) -> np.ndarray:
    """Differences between 0 (in step) and 180 degrees (half a turn apart), whoever is ahead."""
    return 360 * np.abs(turns - np.round(turns))


def pair_values(traj: Trajectory) -> dict[str, float]:
    """`difference` (degrees), `hold` (1: it stands still) and `pace` (Hz) over the last quarter, as on the page."""
    begin = 0.75 * traj.t[-1]
    t, turns = differences(traj.t, traj.x[:, 0])
    mean = np.exp(2j * np.pi * turns[t >= begin]).mean()
    rises = crossings(traj.t, traj.x[:, 0, 0])
    rises = rises[rises >= begin]
    return {
        "difference": float(folded(np.angle(mean) / (2 * np.pi))),
        "hold": float(abs(mean)),
        "pace": float((len(rises) - 1) / (rises[-1] - rises[0])),
    }


def pulled(data: dict[str, Any], psi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The interaction function of `bands` data and its slope at phase differences (rad)."""
    waves = np.array([complex(*wave) for wave in data["waves"]])
    k = np.arange(len(waves))
    parts = waves * np.exp(1j * np.asarray(psi)[..., None] * k)
    return np.real(parts.sum(axis=-1)), np.real((1j * k * parts).sum(axis=-1))


def theory(data: dict[str, Any], gain: float, delay: np.ndarray, apart: float) -> tuple[np.ndarray, np.ndarray]:
    """Angular frequency W (rad/s), and rate (1/s) at which a small change of the phase difference `apart` grows.

    apart is 0 or pi: both nodes then turn at W = omega + gain H(apart - W delay), and the rate is
    -2 gain H'(apart - W delay). W by Newton's method from omega.
    """
    W = np.full(np.shape(delay), data["omega"])
    for _ in range(20):
        H, slope = pulled(data, apart - W * delay)
        W = W - (W - data["omega"] - gain * H) / (1 + gain * slope * delay)
    return W, -2 * gain * pulled(data, apart - W * delay)[1]


def difference(ax: Axes, exploration: Exploration, view: dict, now: dict, traj: Trajectory) -> None:
    """Phase difference over time, folded to 0 to 180 degrees."""
    t, turns = differences(traj.t, traj.x[:, 0])
    ax.plot(t, folded(turns), **role("output").line)
    ax.set(xlim=(traj.t[-1] - view.get("last", traj.t[-1]), traj.t[-1]), ylim=(-8, 188), yticks=[0, 90, 180])
    ax.set(xlabel=label(None, "t"), ylabel=AXIS)


def bands(ax: Axes, exploration: Exploration, view: dict, now: dict, traj: Trajectory) -> None:
    """Over the delay, where being in step or half a turn apart is stable, by theory, and the run as a ring."""
    data = precomputed(exploration, view["data"])
    control = next(c for c in exploration.controls if c.name == "delay")
    delays = np.linspace(control.low, control.high, _DELAYS)
    for apart, at in ((0.0, 0.0), (np.pi, 180.0)):
        rate = theory(data, now["gain"], delays, apart)[1]
        ax.plot(delays, np.full(_DELAYS, at), ":", color=role("ghost").light, linewidth=1)
        ax.plot(delays, np.where(rate < 0, at, np.nan), color=role("translated").light, linewidth=4, alpha=0.9)
        ax.text(delays[-1], at + (26 if at == 0 else -26), "in step" if at == 0 else "half a turn apart", ha="right",
                va="center", fontsize=9, color=role("translated").light)  # fmt: skip
    here = (now["delay"], pair_values(traj)["difference"])
    ax.plot(*here, "o", color=role("push").light, markerfacecolor="none", markersize=9, markeredgewidth=1.8)
    ax.set(xlim=(control.low, control.high), ylim=(-30, 210), yticks=[0, 90, 180])
    ax.set(xlabel=words.entry(exploration, "delay").label, ylabel=AXIS)
