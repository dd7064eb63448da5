"""Spikes of a network in an exploration: counted natively as on the page, and drawn for the static picture."""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from rosetta_core.book.exploration_networks import NetworkPlan, network_parameters
from rosetta_core.book.exploration_parts import Exploration
from rosetta_core.integrate import Trajectory
from rosetta_core.models.theta import frequency
from rosetta_core.views import labels
from rosetta_core.views.palette import role

RATE, SHARE, SPREAD = "population rate (Hz)", "share that fires (1)", "standard deviation (Hz)"
COUNTED = "neurons counted N (1)"
SPIKE_WORDS = {"rate": RATE, "active": SHARE, "deviation": SPREAD, "counted": COUNTED}
OWN = 9  # neurons whose curve alone is drawn
Now = dict[str, float]


class Spikes(NamedTuple):
    """Turns (samples, neurons) since the start of the run; bins (counts, neurons), `before` of them before `begin`.

    begin and width are in samples of d seconds. The measured time goes from `begin` to the end.
    """

    turns: np.ndarray
    bins: np.ndarray
    before: int
    begin: int
    width: int
    d: float

    @property
    def edges(self) -> np.ndarray:
        """Times (s) at which bins begin, and at which the last one ends."""
        return self.d * (self.begin + self.width * (np.arange(len(self.bins) + 1) - self.before))

    def rate(self, count: int) -> np.ndarray:
        """Mean rate (Hz) of the first neurons in every bin."""
        return self.bins[:, :count].sum(axis=1) / (count * self.width * self.d)

    def deviation(self, size: int) -> float:
        """Standard deviation (Hz) over bins of the rate of `size` neurons: root mean square over all such groups.

        Of ten bins, so with the divisor of a sample.
        """
        late = self.bins[self.before :]
        groups = late.shape[1] // size
        sums = late[:, : groups * size].reshape(len(late), groups, size).sum(axis=2)
        return float(np.sqrt(sums.var(axis=0, ddof=1).mean()) / (size * self.width * self.d))


def spikes(exploration: Exploration, now: Now, traj: Trajectory) -> Spikes:
    """A neuron has fired whenever its phase has passed pi, and never turns back there."""
    plan, run, drive = _plan(exploration), exploration.run, exploration.drive
    turns = np.floor((traj.x[:, 0] + np.pi) / (2 * np.pi)).astype(int)
    d = run.dt * run.every
    settled = _nearest(plan.settle / d)
    begin = _nearest(drive.start["drive_start"] / d) if drive else settled
    width = max(_nearest(now["bin"] / d), 1)
    before, after = (begin - settled) // width, (len(turns) - 1 - begin) // width
    edges = begin + width * np.arange(-before, after + 1)
    return Spikes(turns, np.diff(turns[edges], axis=0), before, begin, width, d)


def _nearest(value: float) -> int:
    return int(np.floor(value + 0.5))


def spike_values(exploration: Exploration, now: Now, traj: Trajectory) -> dict[str, float]:
    """What a sentence may name, as the page measures it; rates in Hz, `overshoot` in percent."""
    found, count = spikes(exploration, now, traj), int(now["count"])
    rate = found.rate(count)[found.before :]
    drive = exploration.drive
    step = now["drive_amplitude"] if drive else 0.0
    static = float(own_rates(exploration, now, step).mean())
    return {
        "rate": float(rate.mean()),
        "rate_sd": float(rate.std(ddof=1)),
        "law_sd": found.deviation(1) / np.sqrt(count),
        "active": float((found.turns[-1, :count] > found.turns[found.begin, :count]).mean()),
        "static": static,
        "static_before": float(own_rates(exploration, now, 0.0).mean()),
        "peak": float(rate.max()),
        "overshoot": 100 * (float(rate.max()) / static - 1) if static > 0 else 0.0,
        **_logistic_values(now, now.get("I", 0.0)),
    }


def own_rates(exploration: Exploration, now: Now, more: float) -> np.ndarray:
    """Rate (Hz) that each counted neuron has alone, with `more` on top of the input."""
    p = network_parameters(_plan(exploration), now)[:, : int(now["count"])]
    return np.array([float(frequency(eta + now["I"] + more, tau)) for tau, eta in p.T])


def logistic(now: Now, I: np.ndarray | float) -> np.ndarray:
    """The logistic with middle and slope of the share of neurons above a Gaussian threshold."""
    from scipy.special import expit

    return expit(4 * _steepness(now) * (np.asarray(I) + now["eta"]))


def _steepness(now: Now) -> float:
    return 1 / (np.sqrt(2 * np.pi) * now["spread"])


def _logistic_values(now: Now, I: float) -> dict[str, float]:
    if not now.get("spread", 0.0) > 0:
        return {}
    return {"logistic": float(logistic(now, I)), "steepness": _steepness(now)}


def spike_words(name: str, plan: NetworkPlan) -> tuple[str, str, str]:
    """Unit, name on an axis and meaning of `count`, `bin`, and of `sigma` where noise enters by an input."""
    if name == "count":
        return "1", "neurons counted", "number of neurons whose spikes are counted"
    if name == "bin":
        return "s", "bin", "width of the bins in which spikes are counted"
    entry = labels.row(plan.net.model, plan.noise or "")
    unit = "s^0.5" if entry.unit == "1" else f"{entry.unit} s^0.5"
    return unit, "noise", f"strength of the white noise in {entry.text}"


def sizes(nodes: int) -> list[int]:
    """1, 2, 5, 10, ... and all."""
    steps = [lead * 10**decade for decade in range(3) for lead in (1, 2, 5)]
    return [*(size for size in steps if size < nodes), nodes]


def _plan(exploration: Exploration) -> NetworkPlan:
    assert exploration.network is not None
    return exploration.network


def _raster(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    found, shown = spikes(exploration, now, traj), min(int(now["count"]), view["rows"])
    settled = found.begin - found.before * found.width
    fired = np.diff(found.turns[settled:, :shown], axis=0) > 0
    sample, neuron = np.nonzero(fired)
    t, row = (settled + 1 + sample) * found.d, neuron + 1
    ticks = np.stack([np.stack([t, row - 0.4], -1), np.stack([t, row + 0.4], -1)], 1).reshape(-1, 2)
    one = Path(ticks, np.tile([Path.MOVETO, Path.LINETO], len(t)))  # a mark for each would be four times as long
    ax.add_patch(PathPatch(one, edgecolor=role("push").light, facecolor="none", linewidth=1.2))
    ax.set(xlim=(_plan(exploration).settle, traj.t[-1]), ylim=(0, shown + 1))
    ax.set(xlabel=labels.label(None, "t"), ylabel="neuron")


def _rate(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    found, drive = spikes(exploration, now, traj), exploration.drive
    rate, edges = found.rate(int(now["count"])), found.edges
    ax.stairs(rate, edges, baseline=None, color=role("output").light, linewidth=1.6)
    if view.get("static") and now["sigma"] == 0:
        levels = [float(own_rates(exploration, now, more).mean()) for more in (0.0, now.get("drive_amplitude", 0.0))]
        at = drive.start["drive_start"] if drive else edges[0]
        ax.plot([edges[0], at, at, edges[-1]], np.repeat(levels, 2), **role("translated").line)
    else:
        ax.plot(edges[[0, -1]], [rate.mean()] * 2, **role("ghost").line)
    if drive:
        ax.axvline(drive.start["drive_start"], **role("drive").line)
    ax.set(xlim=(_plan(exploration).settle, traj.t[-1]), ylim=(0, view["top"]))
    ax.set(xlabel=labels.label(None, "t"), ylabel=RATE)


def _fluctuation(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    found, nodes = spikes(exploration, now, traj), _plan(exploration).net.n_nodes
    one, low = found.deviation(1), view["y"][0]
    ends = np.array([1, nodes])
    ax.plot(ends, np.maximum(one / np.sqrt(ends), low), **role("translated").line)
    ax.plot(sizes(nodes), [max(found.deviation(n), low) for n in sizes(nodes)], "o", color=role("output").light)
    here = int(now["count"]), max(float(found.rate(int(now["count"]))[found.before :].std(ddof=1)), low)
    ax.plot(*here, "o", color=role("push").light, markerfacecolor="none", markersize=9, markeredgewidth=1.8)
    ax.set(xscale="log", yscale="log", xlim=(0.8, 1.25 * nodes), ylim=view["y"])
    ax.set(xlabel=COUNTED, ylabel=SPREAD)


def _transfer(ax: Axes, exploration: Exploration, view: dict, now: Now, traj: Trajectory) -> None:
    control = next(each for each in exploration.controls if each.name == "I")
    I, count = np.linspace(control.low, control.high, 241), int(now["count"])
    rates = np.array([own_rates(exploration, now | {"I": float(each)}, 0.0) for each in I])
    curves = (rates > 0) * view["top"] if view["of"] == "active" else rates
    for j in own(count):
        ax.plot(I, curves[:, j], **role("ghost").line)
    ax.plot(I, curves.mean(axis=1), **role("output").line)
    if "theory" in view and now["spread"] > 0:
        ax.plot(I, logistic(now, I), **role("translated").line)
    here = now["I"], spike_values(exploration, now, traj)["active" if view["of"] == "active" else "rate"]
    ax.plot(*here, "o", color=role("push").light, markerfacecolor="none", markersize=9, markeredgewidth=1.8)
    ax.set(xlim=(control.low, control.high), ylim=(-0.03 * view["top"], 1.05 * view["top"]))
    ax.set(xlabel=labels.label(exploration.model, "I"), ylabel=SHARE if view["of"] == "active" else RATE)


def own(count: int) -> list[int]:
    """Neurons whose own curve is drawn, evenly among those counted."""
    return sorted({(2 * i + 1) * count // (2 * OWN) for i in range(OWN)})


SPIKE_DRAW = {"raster": _raster, "rate": _rate, "fluctuation": _fluctuation, "transfer": _transfer}
