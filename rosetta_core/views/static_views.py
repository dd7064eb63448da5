"""Static drawings of the views of an exploration: the same that the page draws, at the starting setting."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from rosetta_core.book.exploration_parts import Exploration
from rosetta_core.integrate import Trajectory
from rosetta_core.views import exploration_words as words
from rosetta_core.views.diagrams import SHAPES
from rosetta_core.views.labels import label, row
from rosetta_core.views.palette import role
from rosetta_core.views.plots import name_line, phase_plane
from rosetta_core.views.precomputed import precomputed
from rosetta_core.views.static_run import answer, drives, gains, late, parameters, rest, rests, shown, still, twin_run

_MARKER = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D", "cross": "x", "plus": "+"}
_ERRORS = {"amplitude": "push", "frequency": "pull", "waveform": "ghost"}
_ROLES = ("push", "pull", "translated", "drive")
Now = dict[str, float]

_MOST = 1000  # samples of an orbit: in a picture that stands still, later turns lie over earlier ones


def _role(exploration: Exploration, name: str) -> str:
    """As roleOf in shown.js: slopes of other states count for none."""
    names = [q.name for q in exploration.model.state if not q.name.endswith("_slope")]
    return _ROLES[names.index(name)] if name in names[: len(_ROLES)] else "output"


def time(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    """States and the output against time; the drive along the lower edge, the twin over its run."""
    model, begin = exploration.model, traj.t[-1] - view.get("last", traj.t[-1])
    several = len(view["show"]) > 1 or exploration.twin is not None
    for name in view["show"]:
        drawn, values = role(_role(exploration, name)), shown(exploration, traj, name)
        ax.plot(traj.t, values, **drawn.line)
        if several:
            text = "output" if name == "output" else row(model, name).text
            name_line(ax, traj.t[-1], float(values[-1]), text, drawn.light)
    if exploration.twin is not None:
        found = precomputed(exploration, exploration.twin)
        other = twin_run(exploration, found, now, traj, begin)
        for name in set(view["show"]) & set(other):
            ax.plot(traj.t[-len(other[name]) :], other[name], **role("translated").line)
    low, high = view["y"]
    if view.get("drive"):
        signal = next(iter(drives(exploration, now).values()))
        t = np.linspace(begin, traj.t[-1], 600)
        size = abs(now["drive_amplitude"]) or 1.0
        raw = np.array([signal(float(at)) - signal.offset for at in t])
        ax.plot(t, low + (high - low) * (0.12 + 0.1 * raw / size), color=role("drive").light, linewidth=1.2)
        ax.annotate("drive", (begin, low + 0.24 * (high - low)), color=role("drive").light, fontsize=9)
    ax.set_xlim(begin, traj.t[-1])
    ax.set_ylim(low, high)
    ax.set_xlabel(label(None, "t"))
    ax.set_ylabel(words.time_label(model, view["show"]))


def phase(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    """The run in the plane of two states, over flow and nullclines where the model has no more than two."""
    model = exploration.model
    names = [q.name for q in model.state]
    index = [names.index(name) for name in view["show"]]
    if len(names) == 2:
        # The page writes a square with one `top`; other ranges need not be centred on zero.
        plane: dict[str, Any] = {"top": view["top"]} if "top" in view else {"x": view["x"], "y": view["y"]}
        p, u = parameters(exploration, now), still(exploration, now)
        phase_plane(ax, model, **plane, p=p, u=u, nullclines=now["sigma"] == 0)
        for point in rests(exploration, now):
            shape = "X" if point.kind == "saddle" else "o"
            face = role("ink").light if np.real(point.eigenvalues).max() < 0 else role("paper").light
            ax.plot(*point.x, shape, color=role("ink").light, markerfacecolor=face, markersize=6, clip_on=True)
    else:
        at = rest(exploration, now, traj)
        if at is not None:
            filled = role("ink").light if np.real(at.eigenvalues).max() < 0 else "none"
            ax.plot(*at.x[index], "o", color=role("ink").light, markerfacecolor=filled, markersize=6)
        ax.set_xlim(*view["x"])
        ax.set_ylim(*view["y"])
        ax.set_box_aspect(1)
        ax.set_xlabel(label(model, view["show"][0]))
        ax.set_ylabel(label(model, view["show"][1]))
    if exploration.twin is None:
        ax.plot(*traj.x[: min(late(traj) + 1, _MOST), index].T, color=role("ghost").light, linewidth=0.8)
    ax.plot(*traj.x[max(late(traj), len(traj.t) - _MOST) :, index].T, **role("output").line)
    if exploration.twin is not None:
        last = next((each.get("last") for each in exploration.views if each["kind"] == "time"), None)
        begin = 0.0 if last is None else traj.t[-1] - last
        other = twin_run(exploration, precomputed(exploration, exploration.twin), now, traj, begin)
        way = np.stack([other[name] for name in view["show"]])
        angle = np.unwrap(np.arctan2(*(way - way.mean(axis=1, keepdims=True))))
        ax.plot(*way[:, np.abs(angle - angle[-1]) < 2 * np.pi], **role("translated").line)  # the last turn


def poles(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    """Eigenvalues at rest in the complex plane; the half-plane in which everything dies out is shaded."""
    at = rest(exploration, now, traj)
    values = np.array([]) if at is None else at.eigenvalues
    ends = []
    for part, given in ((np.real(values), view.get("x")), (np.imag(values), view.get("y"))):
        reach = 1.3 * np.abs(part).max(initial=1e-3)
        ends.append(given or [-reach, reach])
    ax.axvspan(min(ends[0][0], 0), min(ends[0][1], 0), color=role("wash").light, zorder=0)
    ax.axvline(0, color=role("line").light, linewidth=0.8)
    ax.axhline(0, color=role("line").light, linewidth=0.8)
    ax.plot(np.real(values), np.imag(values), "x", color=role("push").light, markersize=8, markeredgewidth=2)
    for place, side, text in ((0.02, "left", "dies out"), (0.98, "right", "grows")):
        ax.text(place, 0.98, text, transform=ax.transAxes, ha=side, va="top", color=role("ghost").light, fontsize=9)
    ax.set_xlim(*ends[0])
    ax.set_ylim(*ends[1])
    ax.set_box_aspect(1)
    ax.set_xlabel("real part (1/s)")
    ax.set_ylabel("imaginary part (rad/s)")


def response(pair: tuple[Axes, Axes], exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    """Gain above, phase below: linear theory dashed, the run a ring at the present frequency."""
    at, here = rest(exploration, now, traj), now["drive_frequency"]
    ran = answer(exploration, now, traj, view["of"])
    low, high = view["frequency"]
    frequency = np.linspace(low, high, 200)
    measured = (abs(ran) / abs(now["drive_amplitude"]), float(np.degrees(np.angle(ran))))
    if at is not None:
        found = gains(exploration, now, at, view["of"], frequency)
        lines = (np.abs(found), np.degrees(np.unwrap(np.angle(found))))
        near = lines[1][np.abs(frequency - here).argmin()]
        measured = (measured[0], measured[1] + 360 * round((float(near) - measured[1]) / 360))
        for ax, values in zip(pair, lines, strict=True):
            ax.plot(frequency, values, **role("translated").line)
    for ax, value in zip(pair, measured, strict=True):
        ax.plot(here, value, "o", color=role("push").light, markerfacecolor="none", markersize=9, markeredgewidth=1.8)
        ax.set_xlim(low, high)
    if view.get("decades"):
        pair[0].set_yscale("log")
    pair[0].set_ylim(*view["gain"])
    pair[0].set_ylabel(words.gain_label(exploration, view["of"]))
    pair[1].set_ylabel("phase (°)")
    pair[1].set_xlabel(label(None, "f"))


def phasor(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    """Drive and response as arrows; the ring is linear theory."""
    at, top = rest(exploration, now, traj), view["top"]
    ran = answer(exploration, now, traj, view["of"])
    for point, kind, text in ((0.75 * top + 0j, "drive", "drive"), (ran, "push", "response")):
        colour = role(kind).light
        ax.annotate("", (point.real, point.imag), (0, 0), arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.8})
        name_line(ax, point.real, point.imag, text, colour, "above")
    if at is not None:
        size = now["drive_amplitude"]
        ring = size * gains(exploration, now, at, view["of"], np.array([now["drive_frequency"]]))[0]
        colour = role("translated").light
        ax.plot(ring.real, ring.imag, "o", color=colour, markerfacecolor="none", markersize=8, markeredgewidth=1.6)
    ax.set_xlim(-top, top)
    ax.set_ylim(-top, top)
    ax.set_box_aspect(1)
    ax.set_xlabel(f"{words.axis(exploration.model, view['of'])}, in step")
    ax.set_ylabel("a quarter turn ahead")


def energy(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    """x^2 + y^2 against time; the dotted line is the start."""
    values = (traj.x**2).sum(axis=1)
    ax.axhline(values[0], **role("ghost").line)
    ax.semilogy(traj.t, values, **role("output").line)
    ax.set_xlim(0, traj.t[-1])
    ax.set_ylim(*(10.0**d for d in view["decades"]))
    ax.set_xlabel(label(None, "t"))
    ax.set_ylabel("energy x² + y²")


def control_map(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    """Curves and named regions in the plane of two controls, and the ring where the exploration starts."""
    data = precomputed(exploration, view["data"])
    for curve in data["curves"]:
        drawn = role(curve.get("role", "output"))
        dash = (0, (4, 2.5)) if curve.get("dashed") else "-"
        ax.plot(curve["x"], curve["y"], color=drawn.light, linestyle=dash, linewidth=1.4)
        at = curve.get("at", len(curve["x"]) - 1)
        if curve["text"]:
            name_line(ax, curve["x"][at], curve["y"][at], curve["text"], drawn.light, "above")
    for region in data["regions"]:
        ax.text(region["x"], region["y"], region["text"], ha="center", va="center", fontsize=9)
    ends = {c.name: (c.low, c.high) for c in exploration.controls}
    colour = role("push").light
    place = (now[view["x"]], now[view["y"]])
    ax.plot(*place, "o", color=colour, markerfacecolor="none", markersize=9, markeredgewidth=1.8)
    ax.set_xlim(*ends[view["x"]])
    ax.set_ylim(*ends[view["y"]])
    ax.set_box_aspect(1)
    ax.set_xlabel(words.entry(exploration, view["x"]).label)
    ax.set_ylabel(words.entry(exploration, view["y"]).label)


def errors(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    """Errors of the twin over the distance from its origin, and a line at the present one."""
    data = precomputed(exploration, view["data"])
    for curve in data["curves"]:
        drawn = role(_ERRORS[curve["name"]])
        ax.loglog(data["x"], curve["y"], **drawn.line)
        at = round(0.3 * len(data["x"]))
        name_line(ax, data["x"][at], curve["y"][at], curve["name"], drawn.light, "above")
    twin = precomputed(exploration, exploration.twin or "")
    ax.axvline(twin["origin"] - now[twin["along"]], color=role("line").light, linewidth=1)
    ax.set_xlim(data["x"][0], data["x"][-1])
    ax.set_ylim(*(10.0**d for d in view["decades"]))
    ax.set_box_aspect(1)
    ax.set_xlabel(words.distance_label(exploration))
    ax.set_ylabel("size of the error (%)")


def diagram(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    """The precomputed diagram, with what the run sweeps at the present value."""
    data, ink = precomputed(exploration, view["data"]), role("output").light
    for curve in data["curves"]:
        dash, width = ("-", 1.8) if curve["stable"] else ((0, (4, 2.5)), 1.1)
        ax.plot(curve["x"], curve["y"], color=ink, linestyle=dash, linewidth=width)
    named = set()
    for event in data["events"]:
        face = ink if event["filled"] else "none"
        ax.plot(event["x"], event["y"], _MARKER[event["marker"]], color=ink, markerfacecolor=face, markersize=6)
        if event["text"] not in named:
            name_line(ax, event["x"], event["y"], event["text"], role("ghost").light, "above")
        named.add(event["text"])
    values = shown(exploration, traj, data["y"]["name"])[late(traj) :]
    here, colour = now[view["parameter"]], role("push").light
    ax.plot([here, here], [values.min(), values.max()], "o-", color=colour, markerfacecolor="none", markersize=8)
    control = next(c for c in exploration.controls if c.name == view["parameter"])
    ax.set_xlim(control.low, control.high)
    if "y" in view:
        ax.set_ylim(*view["y"])
    ax.set_box_aspect(1)
    ax.set_xlabel(data["x"]["label"])
    ax.set_ylabel(data["y"]["label"])


assert {shape for shape, _ in SHAPES.values()} <= set(_MARKER)
