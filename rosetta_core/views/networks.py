"""Explorations of networks: what the page must know, the run, and the static picture."""

from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from rosetta_core.book.exploration_networks import (
    NETWORK_WIDE,
    NetworkPlan,
    is_phase,
    network_parameters,
    network_start,
    turns,
)
from rosetta_core.book.exploration_parts import Exploration
from rosetta_core.book.symbols import Symbol
from rosetta_core.integrate import Trajectory
from rosetta_core.models.kuramoto import synchrony
from rosetta_core.simulation import simulate
from rosetta_core.views import labels
from rosetta_core.views.figures import Figure, axes, show
from rosetta_core.views.pairs import bands, difference
from rosetta_core.views.palette import role
from rosetta_core.views.plots import name_line
from rosetta_core.views.spikes import SPIKE_DRAW, SPIKE_WORDS, spike_words

GAINS = 25
_ORDER, _AMPLITUDE = "order R (1)", "amplitude ({})"
Now = dict[str, float]


def network_entry(exploration: Exploration, name: str) -> Symbol:
    """Words for `gain`, `spread` and `delay`."""
    plan = _plan(exploration)
    model = plan.net.model
    unit, axis, meaning = "s", "delay", "time that a signal takes between two nodes"
    if name in ("count", "bin", "sigma"):
        unit, axis, meaning = spike_words(name, plan)
    if name == "gain":
        pulled = model.inputs[plan.net.where[0]].unit
        unit = pulled if plan.net.coupling == "sine" or model.state[0].unit == "1" else "1"
        axis, meaning = "coupling", "what the weights are multiplied with"
    if name == "spread":
        row = labels.row(model, plan.spread or "")
        unit, axis, meaning = row.unit, f"spread of {row.text}", f"width of the distribution of {row.text}"
    letter = plan.symbols[name]
    return Symbol(letter, name, letter, meaning, axis, unit, ())


def network_spec(exploration: Exploration) -> dict[str, Any]:
    """Graph, differences between nodes, start and words, as plain JSON."""
    from rosetta_core.web import network_sizes

    plan = _plan(exploration)
    model, (target, source) = plan.net.model, np.nonzero(plan.weights)
    edges = [[int(i), int(j), float(plan.weights[i, j])] for i, j in zip(target, source, strict=True)]
    names = [q.name for q in model.params]
    return {
        "nodes": plan.net.n_nodes,
        "edges": None if plan.graph == "all-to-all" else edges,
        "shape": plan.shape.tolist(),
        "spread": -1 if plan.spread is None else names.index(plan.spread),
        "start": plan.start.ravel().tolist(),
        "phase": is_phase(model),
        "turns": turns(model),
        "sizes": network_sizes(plan.net, plan.noise),
        "words": _words(exploration) | SPIKE_WORDS,
        "settle": plan.settle,
    }


def network_module(exploration: Exploration) -> bytes:
    """The WebAssembly module, with delays where there can be any."""
    from rosetta_core.web import network_wasm

    plan = _plan(exploration)
    delayed = plan.values["delay"] > 0 or any(control.name == "delay" for control in exploration.controls)
    return network_wasm(plan.net, delayed, plan.noise, alone=plan.graph == "none")


def network_time_label(exploration: Exploration, state: str) -> str:
    """Axis text of a state, of an angle that of its cosine."""
    model = exploration.model
    return f"cos {labels.row(model, state).text} (1)" if is_phase(model) else labels.label(model, state)


def network_run(exploration: Exploration, now: Now) -> Trajectory:
    """The exploration's run at a setting: the same bits as on the page.

    A step of an input ends one run and begins another, with the next seed, where the first one stopped.
    """
    plan, how, drive = _plan(exploration), exploration.run, exploration.drive
    u = {q.name: now[q.name] for q in plan.net.inputs}
    sigma: Any = now["sigma"] if plan.noise is None else {plan.noise: now["sigma"]}
    given = {"p": network_parameters(plan, now), "every": how.every, "sigma": sigma, "fused": False}
    net, x0 = plan.built(now), network_start(plan, exploration.x0)
    if drive is None:
        return simulate(net, how.t1, how.dt, u=u, x0=x0, seed=how.seed, **given)
    start, (driven,) = drive.start["drive_start"], drive.inputs
    before = simulate(net, start, how.dt, u=u, x0=x0, seed=how.seed, **given)
    u[driven] += now["drive_amplitude"]
    after = simulate(net, how.t1 - start, how.dt, u=u, x0=before.x[-1], seed=how.seed + 1, **given)
    t, x = np.concatenate([before.t, start + after.t[1:]]), np.concatenate([before.x, after.x[1:]])
    return replace(before, t=t, x=x)


def network_picture(exploration: Exploration, now: Now) -> Figure:
    """The views at a setting: those over time take a row, the others share one."""
    wide = [view for view in exploration.views if view["kind"] in NETWORK_WIDE]
    square = [view for view in exploration.views if view["kind"] not in NETWORK_WIDE]
    rows = [[f"wide {i}"] * max(len(square), 1) for i in range(len(wide))]
    rows += [[str(i) for i in range(len(square))]] if square else []
    heights = [1.0] * len(wide) + [1.7] * bool(square)
    figure, placed = axes(mosaic=rows, height=1.75 * sum(heights), height_ratios=heights)
    traj = network_run(exploration, now)
    for i, view in enumerate(wide):
        _DRAW[view["kind"]](placed[f"wide {i}"], exploration, view, now, traj)
    for i, view in enumerate(square):
        _DRAW[view["kind"]](placed[str(i)], exploration, view, now, traj)
    return show(figure, alt=exploration.alt)


def angles(exploration: Exploration, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Angles and radii (..., n_nodes) of states (..., n_state, n_nodes)."""
    if is_phase(exploration.model):
        return x[..., 0, :], np.ones_like(x[..., 0, :])
    return np.arctan2(x[..., 1, :], x[..., 0, :]), np.hypot(x[..., 0, :], x[..., 1, :])


def order(exploration: Exploration, x: np.ndarray) -> np.ndarray:
    """R of states (..., n_state, n_nodes)."""
    return np.abs(np.exp(1j * angles(exploration, x)[0]).mean(axis=-1))


def late_values(exploration: Exploration, traj: Trajectory) -> dict[str, float]:
    """R and amplitude over the last quarter, as the page measures them."""
    x = traj.x[1 + int(0.75 * (len(traj.t) - 1)) :]
    if turns(exploration.model):
        radius = angles(exploration, x)[1]
        return {"order": float(order(exploration, x).mean()), "amplitude": float(np.sqrt((radius**2).mean()))}
    first = x[:, 0]
    return {"amplitude": float(np.sqrt(((first - first.mean(axis=0)) ** 2).mean()))}


def _plan(exploration: Exploration) -> NetworkPlan:
    assert exploration.network is not None
    return exploration.network


def _words(exploration: Exploration) -> dict[str, str]:
    model = exploration.model
    gain = network_entry(exploration, "gain")
    found = {"order": _ORDER, "amplitude": _AMPLITUDE.format(model.state[0].unit), "gain": gain.label}
    if is_phase(model):
        letter = labels.row(model, model.state[0].name).text
        return found | {"across": f"cos {letter} (1)", "up": f"sin {letter} (1)"}
    if len(model.state) == 2:
        return found | {key: labels.label(model, q.name) for key, q in zip(("across", "up"), model.state, strict=True)}
    return found


def _time(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    x = traj[view["show"][0]]
    x = np.cos(x) if is_phase(exploration.model) else x
    for i, node in enumerate(view["nodes"]):
        drawn = role(("push", "pull", "ghost")[min(i, 2)])
        ax.plot(traj.t, x[:, node], **drawn.line)
    height, last = view["y"][1] - view["y"][0], -np.inf
    for i in np.argsort(x[-1, view["nodes"]]):  # two numbers never on top of each other
        node = view["nodes"][i]
        last = max(float(x[-1, node]), last + 0.13 * height)
        name_line(ax, traj.t[-1], last, str(node + 1), role(("push", "pull", "ghost")[min(i, 2)]).light)
    ax.set(xlim=_last(view, traj), ylim=view["y"])
    ax.set(xlabel=labels.label(None, "t"), ylabel=network_time_label(exploration, view["show"][0]))


def _last(view: dict, traj: Trajectory) -> tuple[float, float]:
    return traj.t[-1] - view.get("last", traj.t[-1]), traj.t[-1]


def _circle(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    plan, words = _plan(exploration), _words(exploration)
    turn = np.linspace(0, 2 * np.pi, 121)
    ax.plot(np.cos(turn), np.sin(turn), color=role("line").light, linewidth=0.8)
    angle, radius = angles(exploration, traj.x[-1])
    odd = np.arange(plan.net.n_nodes) % 2 == 1
    slow = plan.shape < 0 if plan.shape.any() else odd
    for chosen, kind, face in ((~slow, "push", role("push").light), (slow, "pull", role("paper").light)):
        place = (radius * np.cos(angle))[chosen], (radius * np.sin(angle))[chosen]
        ax.plot(*place, "o", color=role(kind).light, markerfacecolor=face, markersize=4)
    mean = (radius * np.exp(1j * angle)).mean()
    if abs(mean) >= 0.02:
        ax.annotate("", (mean.real, mean.imag), (0, 0), arrowprops={"arrowstyle": "-|>", "color": role("output").light})
    ax.set(
        xlim=(-view["top"], view["top"]), ylim=(-view["top"], view["top"]), xlabel=words["across"], ylabel=words["up"]
    )
    ax.set_aspect("equal")


def _order(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    ax.plot(traj.t, order(exploration, traj.x), **role("output").line)
    if "theory" in view and now["sigma"] == 0:
        ax.axhline(_theory(now["gain"], now), **role("translated").line)
    ax.set(xlim=_last(view, traj), ylim=(0, 1.05), xlabel=labels.label(None, "t"), ylabel=_ORDER)


def _theory(gain: float, now: Now) -> float:
    return synchrony(gain, now["spread"]) if gain > 0 and now["spread"] > 0 else float(gain > 0)


def _sweep_curve(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    gains, of = np.linspace(view["low"], view["high"], GAINS), view["of"]
    found = [late_values(exploration, network_run(exploration, now | {"gain": float(gain)}))[of] for gain in gains]
    ax.plot(gains, found, ".-", color=role("output").light, linewidth=1.2)
    if "theory" in view and now["sigma"] == 0:
        fine = np.linspace(view["low"], view["high"], 201)
        ax.plot(fine, [_theory(float(gain), now) for gain in fine], **role("translated").line)
    here = now["gain"], late_values(exploration, traj)[of]
    ax.plot(*here, "o", color=role("push").light, markerfacecolor="none", markersize=9, markeredgewidth=1.8)
    ax.set(xlim=(view["low"], view["high"]), ylim=(-0.03 * view["top"], 1.05 * view["top"]))
    ax.set(xlabel=network_entry(exploration, "gain").label, ylabel=_words(exploration)[of])


def _matrix(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    plan = _plan(exploration)
    values = plan.weights
    if view["of"] == "correlation":
        x = traj.x[1 + (len(traj.t) - 1) // 4 :, 0]
        values = np.corrcoef((np.cos(x) if is_phase(exploration.model) else x).T)
    most = values[~np.eye(len(values), dtype=bool)].max() if view["of"] == "weights" else 1.0
    # One path for each of five shades: a picture inside a themed figure would keep the colours of one theme.
    for kind, sign in (("push", 1), ("pull", -1)):
        share = np.clip(sign * values / most, 0, 1)
        shade = np.round(5 * (np.sqrt(share) if view["of"] == "weights" else share)).astype(int)
        for level in range(1, 6):
            _cells(ax, shade == level, role(kind).light, level / 5)
    words = ("weight from node", "to node") if view["of"] == "weights" else ("correlation of node", "with node")
    edge = len(values) + 0.5
    ax.set(xlim=(0.5, edge), ylim=(0.5, edge), xlabel=words[0], ylabel=words[1])
    ax.set_aspect("equal")


def _cells(ax: Axes, there: np.ndarray, colour: str, alpha: float) -> None:
    """The cells of a matrix as one shape: neighbours in a row are one rectangle."""
    corners: list[np.ndarray] = []
    for i, row in enumerate(there):
        ends = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]]))) + 0.5
        for left, right in ends.reshape(-1, 2):
            low, high = i + 0.5, i + 1.5
            corners.append(np.array([(left, low), (right, low), (right, high), (left, high), (left, low)]))
    if corners:
        shape = Path.make_compound_path(*(Path(each, closed=True) for each in corners))
        ax.add_patch(PathPatch(shape, facecolor=colour, alpha=alpha, linewidth=0))


def modes(exploration: Exploration, now: Now) -> np.ndarray:
    """Frequencies (Hz) above zero of the network made linear at zero, lowest first."""
    plan = _plan(exploration)
    rest = np.zeros((len(plan.net.state), plan.net.n_nodes))
    u = {q.name: now[q.name] for q in plan.net.inputs}
    found = np.linalg.eigvals(plan.built(now).jacobian(rest, network_parameters(plan, now), u)).imag / (2 * np.pi)
    return np.sort(found[found > 1e-6])


def _modes(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    name = view["control"]
    control = next(each for each in exploration.controls if each.name == name)
    places = np.linspace(control.low, control.high, 61)
    for more, style in (({"gain": 0.0}, role("ghost").line), ({}, role("output").line)):
        curves = [modes(exploration, now | {name: float(place)} | more) for place in places]
        for k in range(max(map(len, curves))):
            ax.plot(places, [curve[k] if len(curve) > k else np.nan for curve in curves], **style)
    here = modes(exploration, now)
    ax.plot(np.full(len(here), now[name]), here, "o", color=role("push").light, markerfacecolor="none", markersize=8)
    words = (
        network_entry(exploration, name) if name in _plan(exploration).symbols else labels.row(exploration.model, name)
    )
    ax.set(xlim=(control.low, control.high), ylim=view["y"], xlabel=words.label, ylabel=labels.label(None, "f"))


_DRAW = {
    "time": _time,
    "circle": _circle,
    "order": _order,
    "sweep-curve": _sweep_curve,
    "matrix": _matrix,
    "modes": _modes,
    "difference": difference,
    "bands": bands,
    **SPIKE_DRAW,
}
