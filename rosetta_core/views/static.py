"""The picture that stands in for an explorer where no script runs: the same views, from the same kernel, natively."""

import numpy as np
from matplotlib.axes import Axes
from scipy.signal import welch

from rosetta_core.analysis.linear import noise_spectrum
from rosetta_core.book.exploration_parts import Exploration
from rosetta_core.book.exploration_views import WIDE
from rosetta_core.integrate import Trajectory
from rosetta_core.views import exploration_words as words
from rosetta_core.views.circles import density
from rosetta_core.views.figures import Figure, axes, show
from rosetta_core.views.labels import label, probability_label
from rosetta_core.views.networks import network_picture
from rosetta_core.views.palette import role
from rosetta_core.views.plots import bifurcation, name_line, spectrum
from rosetta_core.views.static_run import late, parameters, rest, run, setting, shown, still
from rosetta_core.views.static_views import control_map, diagram, energy, errors, phase, phasor, poles, response, time

_STANDS = 60  # places at which a sweep stands still, each way


def picture(exploration: Exploration) -> Figure:
    """The views at the starting setting: a time series takes a row, the others share one."""
    if exploration.network:
        return network_picture(exploration, setting(exploration))
    wide = [view for view in exploration.views if view["kind"] in WIDE]
    square = [view for view in exploration.views if view["kind"] not in WIDE]
    across = max(len(square), 1)
    rows = [[f"wide {i}"] * 2 * across for i in range(len(wide))]
    if square:  # a response is two panels, one above the other
        split = [view["kind"] == "response" for view in square]
        names = [[f"{i} {k if two else 0}" for i, two in enumerate(split) for _ in (0, 1)] for k in (0, 1)]
        rows += names if any(split) else names[:1]
    heights = [1.0] * len(wide) + ([0.85, 0.85] if len(rows) == len(wide) + 2 else [1.7] * bool(square))
    figure, placed = axes(mosaic=rows, height=1.75 * sum(heights), height_ratios=heights)
    now = setting(exploration)
    traj = run(exploration, now)
    for i, view in enumerate(wide):
        _DRAW[view["kind"]](placed[f"wide {i}"], exploration, view, now, traj)
    for i, view in enumerate(square):
        if view["kind"] == "response":
            response((placed[f"{i} 0"], placed[f"{i} 1"]), exploration, view, now, traj)
        else:
            _DRAW[view["kind"]](placed[f"{i} 0"], exploration, view, now, traj)
    return show(figure, alt=exploration.alt)


def _bifurcation(ax: Axes, exploration: Exploration, view: dict, now: dict, traj: Trajectory) -> None:
    control = next(c for c in exploration.controls if c.name == view["parameter"])
    end = traj.x[late(traj) :]
    here = (now[control.name], float(np.sqrt((end**2).sum(axis=1).mean())))
    p = {q.name: now[q.name] for q in exploration.model.params}
    span = (control.low, control.high)
    bifurcation(ax, exploration.model, control.name, span, top=view["top"], p=p, here=here)
    if exploration.sweep is not None:
        for way, points in zip(("up", "down"), hysteresis(exploration, now), strict=True):
            ax.plot(*points.T, **role("drive").line)
            a, r = points[len(points) // 2]
            name_line(ax, a, r, way, role("drive").light, "above")


def hysteresis(exploration: Exploration, now: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """Amplitude along the sweep, (n, 2) up and (n, 2) down: each stand goes on from where the last one ended."""
    sweep = exploration.sweep
    assert sweep is not None
    up = np.linspace(sweep.low, sweep.high, _STANDS)
    state, points = exploration.x0, []
    for stand, value in enumerate([*up, *up[::-1]]):
        traj = run(exploration, now | {sweep.name: float(value)}, state, seed=stand)
        end = traj.x[late(traj) :]
        points.append((value, np.sqrt((end**2).sum(axis=1).mean())))
        state = dict(zip((q.name for q in exploration.model.state), traj.x[-1].tolist(), strict=True))
    return np.array(points[:_STANDS]), np.array(points[_STANDS:])


def _spectrum(ax: Axes, exploration: Exploration, view: dict, now: dict, traj: Trajectory) -> None:
    spacing = exploration.run.dt * exploration.run.every
    frequency, power = welch(shown(exploration, traj, view["of"]), 1 / spacing, nperseg=view["segment"])
    kept = (frequency > 0) & (frequency <= view["high"])
    spectrum(ax, frequency[kept], power[kept], exploration.model, exploration.model.state[0].name)
    ax.set_ylabel(words.density(exploration.model, view["of"]))
    at = rest(exploration, now, traj)
    if at is not None and np.real(at.eigenvalues).max() < 0 and now["sigma"] > 0:
        p, u = parameters(exploration, now), still(exploration, now)
        theory = noise_spectrum(exploration.model, now["sigma"], view["of"], frequency[kept], x=at.x, p=p, u=u)
        ax.plot(frequency[kept], theory, **role("translated").line)
    ax.set_xlim(0, view["high"])
    ax.set_ylim(*(10.0**d for d in view["decades"]))


def _histogram(ax: Axes, exploration: Exploration, view: dict, now: dict, traj: Trajectory) -> None:
    radius = np.hypot(*traj.x[len(traj.t) // 10 :].T)
    ax.hist(radius, bins=36, range=(0, view["top"]), density=True, color=role("output").light, alpha=0.28, rwidth=0.92)
    if now["sigma"] > 0:
        r = np.linspace(0, view["top"], 181)
        p = {q.name: now[q.name] for q in exploration.model.params}
        ax.plot(r, density(exploration.model, r, now["sigma"], p), **role("translated").line)
    ax.set_xlim(0, view["top"])
    ax.set_xlabel(label(None, "r"))
    ax.set_ylabel(probability_label("r"))


_DRAW = {
    "time": time,
    "phase": phase,
    "poles": poles,
    "phasor": phasor,
    "energy": energy,
    "map": control_map,
    "diagram": diagram,
    "bifurcation": _bifurcation,
    "spectrum": _spectrum,
    "histogram": _histogram,
    "errors": errors,
}
