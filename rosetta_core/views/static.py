"""The picture that stands in for an explorer where no script runs: the same views, from the same kernel, natively."""

import numpy as np
from matplotlib.axes import Axes
from scipy.signal import welch

from rosetta_core.book.explorations import Exploration
from rosetta_core.integrate import Trajectory
from rosetta_core.model import jacobian, values
from rosetta_core.simulation import simulate
from rosetta_core.views.circles import density
from rosetta_core.views.figures import Figure, axes, show
from rosetta_core.views.labels import label, probability_label, row, states_label
from rosetta_core.views.palette import role
from rosetta_core.views.plots import bifurcation, name_line, phase_plane, spectrum, time_series

_STANDS = 60  # places at which a sweep stands still, each way


def setting(exploration: Exploration) -> dict[str, float]:
    """Parameters, inputs and sigma that the exploration starts with."""
    model = exploration.model
    declared = {q.name: q.default for q in (*model.params, *model.inputs)} | {"sigma": 0.0}
    return declared | exploration.fixed | {control.name: control.default for control in exploration.controls}


def run(
    exploration: Exploration, now: dict[str, float], x0: dict[str, float] | None = None, seed: int = 0
) -> Trajectory:
    """The exploration's run at a setting."""
    model, plan = exploration.model, exploration.run
    return simulate(
        model,
        plan.t1,
        plan.dt,
        p={q.name: now[q.name] for q in model.params},
        u={q.name: now[q.name] for q in model.inputs},
        x0=exploration.x0 if x0 is None else x0,
        every=plan.every,
        sigma=now["sigma"],
        seed=plan.seed + seed,
    )


def picture(exploration: Exploration) -> Figure:
    """The views at the starting setting: a time series takes a row, the others share one."""
    wide = [view for view in exploration.views if view["kind"] == "time"]
    square = [view for view in exploration.views if view["kind"] != "time"]
    rows = [["wide"] * max(len(square), 1)] * bool(wide) + [[str(i) for i in range(len(square))]] * bool(square)
    heights = [1.0] * bool(wide) + [1.7] * bool(square)
    figure, placed = axes(mosaic=rows, height=1.75 * sum(heights), height_ratios=heights)
    now = setting(exploration)
    traj = run(exploration, now)
    for name, view in [("wide", view) for view in wide] + [(str(i), view) for i, view in enumerate(square)]:
        _DRAW[view["kind"]](placed[name], exploration, view, now, traj)
    return show(figure, alt=exploration.alt)


def _time(ax: Axes, exploration: Exploration, view: dict, now: dict, traj: Trajectory) -> None:
    names = {q.name: i for i, q in enumerate(exploration.model.state)}
    many = len(view["show"]) > 1
    for state in view["show"]:
        text = row(exploration.model, state).text if many else ""
        time_series(ax, traj, state, kind=("push", "pull")[names[state] % 2], name=text)
    if many:
        ax.set_ylabel(states_label(exploration.model))
    ax.set_xlim(traj.t[-1] - view.get("last", traj.t[-1]), traj.t[-1])
    ax.set_ylim(-view["top"], view["top"])


def _phase(ax: Axes, exploration: Exploration, view: dict, now: dict, traj: Trajectory) -> None:
    p = {q.name: now[q.name] for q in exploration.model.params}
    phase_plane(ax, exploration.model, top=view["top"], p=p, nullclines=now["sigma"] == 0)
    late = int(0.75 * len(traj.t))
    ax.plot(*traj.x[: late + 1].T, color=role("ghost").light, linewidth=0.8)
    ax.plot(*traj.x[late:].T, **role("output").line)


def _bifurcation(ax: Axes, exploration: Exploration, view: dict, now: dict, traj: Trajectory) -> None:
    control = next(c for c in exploration.controls if c.name == view["parameter"])
    late = traj.x[int(0.75 * len(traj.t)) :]
    here = (now[control.name], float(np.sqrt((late**2).sum(axis=1).mean())))
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
        late = traj.x[int(0.75 * len(traj.t)) :]
        points.append((value, np.sqrt((late**2).sum(axis=1).mean())))
        state = dict(zip((q.name for q in exploration.model.state), traj.x[-1].tolist(), strict=True))
    return np.array(points[:_STANDS]), np.array(points[_STANDS:])


def _spectrum(ax: Axes, exploration: Exploration, view: dict, now: dict, traj: Trajectory) -> None:
    spacing = exploration.run.dt * exploration.run.every
    frequency, power = welch(traj[view["of"]], 1 / spacing, nperseg=view["segment"])
    shown = (frequency > 0) & (frequency <= view["high"])
    spectrum(ax, frequency[shown], power[shown], exploration.model, view["of"])
    theory = linear_spectrum(exploration, now, frequency[shown])
    if theory is not None:
        ax.plot(frequency[shown], theory, **role("translated").line)
    ax.set_xlim(0, view["high"])
    ax.set_ylim(*(10.0**d for d in view["decades"]))


def linear_spectrum(exploration: Exploration, now: dict[str, float], frequency: np.ndarray) -> np.ndarray | None:
    """One-sided density (1/Hz) of the first state of the model made linear at rest; None where rest is unstable."""
    model = exploration.model
    p = values(model.name, "parameter", model.params, {q.name: now[q.name] for q in model.params})
    J = jacobian(model, np.zeros(len(model.state)), p, np.zeros(len(model.inputs)))
    if np.linalg.eigvals(J).real.max() >= 0 or now["sigma"] == 0:
        return None
    response = np.linalg.inv(2j * np.pi * frequency[:, None, None] * np.eye(len(J)) - J)
    return 2 * now["sigma"] ** 2 * (np.abs(response[:, 0, :]) ** 2).sum(axis=1)


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
    "time": _time,
    "phase": _phase,
    "bifurcation": _bifurcation,
    "spectrum": _spectrum,
    "histogram": _histogram,
}
