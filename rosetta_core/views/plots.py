"""The four views of every rung, drawn with matplotlib: time series, phase plane, bifurcation diagram, spectrum."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from rosetta_core.integrate import Trajectory
from rosetta_core.model import Model, values
from rosetta_core.views.circles import diagram
from rosetta_core.views.labels import density_label, label
from rosetta_core.views.palette import role

MARKER = {"hopf": "o", "fold": "s", "end": "x", "bogdanov-takens": "D"}


def name_line(ax: Axes, x: float, y: float, text: str, colour: str, place: str = "right") -> None:
    """Write the name of a line beside its end: no legend to look up."""
    offset, side = {"right": ((5, 0), "left"), "above": ((0, 5), "center"), "left": ((-5, 0), "right")}[place]
    ax.annotate(
        text,
        (x, y),
        xytext=offset,
        textcoords="offset points",
        ha=side,
        va="bottom" if place == "above" else "center",
        color=colour,
        annotation_clip=False,
    )


def time_series(
    ax: Axes, traj: Trajectory, state: str, *, kind: str = "push", name: str = "", axis: bool = True
) -> None:
    """One state against time, in the colour and dash of its role; `name` is written at the end of the line.

    `axis=False` leaves the axis labels to an earlier line.
    """
    drawn = role(kind)
    ax.plot(traj.t, traj[state], **drawn.line)
    ax.set_xlim(traj.t[0], traj.t[-1])
    if name:
        name_line(ax, traj.t[-1], float(np.ravel(traj[state][-1])[0]), name, drawn.light)
    if axis:
        ax.set_xlabel(label(None, "t"))
        ax.set_ylabel(label(traj.model, state))


def phase_plane(
    ax: Axes,
    model: Model,
    *,
    top: float | None = None,
    x: tuple[float, float] | None = None,
    y: tuple[float, float] | None = None,
    p: Mapping[str, float] | None = None,
    u: Mapping[str, float] | None = None,
    arrows: int = 15,
    nullclines: bool = True,
) -> None:
    """Flow (unit arrows) and nullclines of a model with two states, on [-top, top] squared or in the ranges x and y.

    A nullcline has the colour of the variable whose rate it cancels. Draw trajectories over it with `ax.plot`.
    """
    first, second = (row.name for row in model.state)
    numbers = tuple(values(model.name, "parameter", model.params, p))
    drive = tuple(values(model.name, "input", model.inputs, u))
    if (top is None) == (x is None) or (x is None) != (y is None):
        raise ValueError(f"a phase plane wants either top or x and y, each (low, high); got top = {top}, {x}, {y}")
    ends = [(-top, top)] * 2 if top is not None else [x or (0.0, 1.0), y or (0.0, 1.0)]
    widths = [high - low for low, high in ends]

    def flow(n: int) -> tuple[np.ndarray, ...]:
        across, up = np.meshgrid(*(np.linspace(low, high, n) for low, high in ends))
        places = zip(across.ravel().tolist(), up.ravel().tolist(), strict=True)
        slopes = np.array([model.rhs(0.0, at, numbers, drive) for at in places])
        return across, up, *slopes.T.reshape(2, n, n)

    _arrows(ax, *flow(arrows), widths=widths, length=0.64 / arrows)
    if nullclines:
        across, up, dx, dy = flow(121)
        for rate, kind in ((dx, "push"), (dy, "pull")):
            dash = "dashed" if kind == "pull" else "solid"
            ax.contour(across, up, rate, [0.0], colors=role(kind).light, linewidths=1.0, linestyles=dash, alpha=0.8)
    if top is None:
        ax.set_box_aspect(1)
    else:
        ax.set_aspect("equal")
    ax.set_xlim(*ends[0])
    ax.set_ylim(*ends[1])
    ax.set_xlabel(label(model, first))
    ax.set_ylabel(label(model, second))


def _arrows(
    ax: Axes, x: np.ndarray, y: np.ndarray, dx: np.ndarray, dy: np.ndarray, widths: list[float], length: float
) -> None:
    """Arrows of one length, a share of the width, centred on the points, as one line: shapes would weigh far more."""
    dx, dy = dx / widths[0], dy / widths[1]
    speed = np.hypot(dx, dy)
    scale = length / np.where(speed > 0, speed, 1.0)
    dx, dy, gap = dx * scale, dy * scale, np.full(x.shape, np.nan)
    tip = (dx / 2, dy / 2)
    barbs = [(tip[0] - 0.36 * dx + s * 0.2 * dy, tip[1] - 0.36 * dy - s * 0.2 * dx) for s in (1, -1)]
    corners = [(-dx / 2, -dy / 2), tip, (gap, gap), barbs[0], tip, barbs[1], (gap, gap)]
    xs, ys = (np.stack([corner[k] for corner in corners], axis=-1) * widths[k] for k in (0, 1))
    xs, ys = (x[..., None] + xs).ravel(), (y[..., None] + ys).ravel()
    ax.plot(xs, ys, color=role("line").light, linewidth=0.7, alpha=0.6)


def bifurcation(
    ax: Axes,
    model: Model,
    parameter: str,
    span: tuple[float, float],
    *,
    top: float,
    p: Mapping[str, float] | None = None,
    here: tuple[float, float] | None = None,
) -> None:
    """Radii of cycles and equilibria against a parameter: stable solid, unstable dashed, Hopf a circle, fold a square.

    `here` (parameter, radius) is drawn as a ring. For models that do not change when the plane is turned.
    """
    ink = role("output").light
    found = diagram(model, parameter, span, top, p)
    for branch in found.branches:
        style = "-" if branch.stable else (0, (4, 2.5))
        ax.plot(
            branch.parameter,
            branch.radius,
            color=ink,
            linewidth=1.8 if branch.stable else 1.1,
            linestyle=style,
        )
    for event in found.events:
        ax.plot(event.parameter, event.radius, MARKER[event.kind], color=ink, markersize=6, clip_on=False)
    if here is not None:
        ax.plot(*here, "o", color=role("push").light, markerfacecolor="none", markersize=9, markeredgewidth=1.8)
    ax.set_xlim(span)
    ax.set_ylim(-0.04 * top, top)
    ax.set_xlabel(label(model, parameter))
    ax.set_ylabel(label(None, "r"))


def spectrum(
    ax: Axes,
    frequency: np.ndarray,
    power: np.ndarray,
    model: Model,
    state: str,
    *,
    kind: str = "push",
    name: str = "",
) -> None:
    """Power density of a state (its unit squared per Hz, logarithmic) against frequency (Hz)."""
    drawn = role(kind)
    ax.semilogy(frequency, power, **drawn.line)
    if name:
        peak = int(np.argmax(power))
        name_line(ax, float(frequency[peak]), float(power[peak]), name, drawn.light)
    ax.set_xlabel(label(None, "f"))
    ax.set_ylabel(density_label(model, state))
