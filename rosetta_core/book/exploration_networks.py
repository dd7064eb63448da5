"""The `network:` of an exploration: many nodes of its model, checked (explorations/README.md), and its views."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from rosetta_core.book.exploration_pairs import PAIR_VIEWS, PAIR_WIDE, pair_measurements, pair_view
from rosetta_core.book.exploration_spikes import (
    SPIKE_VIEWS,
    SPIKE_WIDE,
    check_spikes,
    spike_keys,
    spike_measurements,
    spike_values,
    spike_view,
)
from rosetta_core.book.exploration_views import DrivePlan, span
from rosetta_core.book.reading import BookError, keys, known, listing, number, text
from rosetta_core.connectome import synthetic_connectome
from rosetta_core.model import Model
from rosetta_core.models.kuramoto import frequencies
from rosetta_core.network import COUPLINGS, Network, network

RESERVED = ("gain", "spread", "delay", "count", "bin")
GRAPHS = ("all-to-all", "pair", "ring", "chain", "connectome", "none")
LAWS = ("lorentzian", "gaussian", "linear")
MOST_NODES, MOST_ALONE = 100, 400
MOST_MODES = 12
NETWORK_VIEWS = {  # kind: (required keys, optional keys)
    "time": (("show",), ("top", "y", "last", "nodes")),
    "circle": ((), ("top",)),
    "order": ((), ("theory", "last")),
    "sweep-curve": (("low", "high"), ("of", "top", "theory")),
    "matrix": (("of",), ()),
    "modes": (("control", "y"), ()),
}
NETWORK_WIDE = ("time", "order", *SPIKE_WIDE, *PAIR_WIDE)
_OPTIONAL = ("into", "gain", "spread", "delay", "start", "seed", "symbols", "noise", "count", "bin", "settle")


@dataclass(frozen=True)
class NetworkPlan:
    """A checked `network:`. weights (n, n); shape (n,): in how many widths a node differs in the parameter `spread`.

    values holds the start values of the reserved names in use, start (n_state, n) what is added to x0. noise is the
    input that noise enters by (else it is on every state), settle (s) what is left out before spikes are counted.
    """

    net: Network
    graph: str
    weights: np.ndarray
    into: str | None
    spread: str | None
    law: str | None
    shape: np.ndarray
    start: np.ndarray
    values: dict[str, float]
    symbols: dict[str, str]
    noise: str | None = None
    settle: float = 0.0

    def built(self, now: dict[str, float]) -> Network:
        """The network at a setting."""
        coupling: Any = self.net.coupling
        delays = now.get("delay", 0.0) or None
        return network(self.net.model, self.weights, gain=now["gain"], coupling=coupling, into=self.into, delays=delays)


def network_plan(row: Any, model: Model, dt: float, where: str) -> NetworkPlan:
    """Check `network:`, but for what the controls have to say about it."""
    keys(row, where, ("nodes", "weights", "coupling"), _OPTIONAL)
    n, graph = row["nodes"], row["weights"]
    most = MOST_ALONE if graph == "none" else MOST_NODES
    if type(n) is not int or not 2 <= n <= most:
        raise BookError(f"{where}: wanted nodes, a whole number from 2 to {most}; got {n!r}")
    known(graph, GRAPHS, f"{where}, weights")
    known(row["coupling"], COUPLINGS, f"{where}, coupling")
    if graph == "pair" and n != 2:
        raise BookError(f"{where}: a pair wants nodes: 2; got {n}")
    taken = {q.name for q in (*model.state, *model.params, *model.inputs)} & set(RESERVED)
    if taken:
        raise BookError(f"{where}: {model.name!r} has a quantity {taken.pop()!r}, the name of a control of networks")
    try:
        net = network(model, weights_of(graph, n), coupling=row["coupling"], into=row.get("into"))
    except ValueError as error:
        raise BookError(f"{where}: {error}") from error
    values = {"gain": number(row.get("gain", 1.0), f"{where}, gain")}
    spread = row.get("spread")
    if spread is not None:
        keys(spread, f"{where}, spread", ("name", "law"), ("width", "seed"))
        known(spread["name"], [q.name for q in model.params], f"{where}, spread")
        known(spread["law"], LAWS, f"{where}, spread, law")
        values["spread"] = number(spread.get("width", 0.0), f"{where}, spread, width")
    values["delay"] = number(row.get("delay", 0.0), f"{where}, delay")
    if values["delay"] and not values["delay"] >= dt:
        raise BookError(f"{where}, delay: wanted 0 or at least one step of {dt} s; got {values['delay']} s")
    noise = row.get("noise")
    letters = {"gain": "K", "spread": "Δ", "delay": "τ", "count": "N", "bin": "h"}
    if noise is not None:
        known(noise, [q.name for q in model.inputs], f"{where}, noise")
        letters["sigma"] = "σ"
    given = row.get("symbols") or {}
    for name in given:
        known(name, letters, f"{where}, symbols")
    values |= spike_values(row, n, dt, where)
    return NetworkPlan(
        net, graph, weights_of(graph, n), row.get("into"), spread and spread["name"], spread and spread["law"],
        _shape(spread, n, where), _start(row, model, n, where), values,
        letters | {name: text(letter, where) for name, letter in given.items()}, noise, row.get("settle", 0.0),
    )  # fmt: skip


def weights_of(graph: str, n: int) -> np.ndarray:
    """Weights (target, source) of a named graph."""
    if graph == "all-to-all":
        return np.full((n, n), 1.0 / n)
    if graph == "none":
        return np.zeros((n, n))
    if graph == "connectome":
        return synthetic_connectome(n, modules=min(4, n)).weights
    line = np.eye(n, k=1) + np.eye(n, k=-1)
    return np.maximum(line, np.roll(line, 1, axis=(0, 1))) if graph == "ring" and n > 2 else line


def _shape(spread: dict[str, Any] | None, n: int, where: str) -> np.ndarray:
    """The numbers that the width multiplies, one for each node."""
    if spread is None:
        return np.zeros(n)
    laws = {
        "lorentzian": lambda: frequencies(n, 1.0),
        "gaussian": lambda: ndtri((2 * np.arange(n) + 1) / (2 * n)),
        "linear": lambda: np.linspace(-1.0, 1.0, n),
    }
    shape = laws[spread["law"]]()
    return shape if "seed" not in spread else _chance(spread["seed"], where).permutation(shape)


def _start(row: dict[str, Any], model: Model, n: int, where: str) -> np.ndarray:
    given, states = row.get("start") or {}, [q.name for q in model.state]
    chance = _chance(row["seed"], where) if "seed" in row else None
    start = np.zeros((len(states), n))
    for name, ends in given.items():
        known(name, states, f"{where}, start")
        first, last = (number(end, f"{where}, start, {name}") for end in listing(ends, f"{where}, start", 2, 2))
        start[states.index(name)] = np.linspace(first, last, n) if chance is None else chance.uniform(first, last, n)
    return start


def _chance(seed: Any, where: str) -> np.random.Generator:
    if type(seed) is not int or seed < 0:
        raise BookError(f"{where}: wanted a whole seed >= 0; got {seed!r}")
    return np.random.default_rng(seed)


def check_network(
    plan: NetworkPlan, row: dict[str, Any], drive: DrivePlan | None, controls: tuple[Any, ...], where: str
) -> None:
    """What the rest of the exploration must not have, and what the controls must not do."""
    for key in ("measure", "twin"):
        if row.get(key):
            raise BookError(f"{where}: a network has no {key!r}; leave it out")
    moving = {control.name: control for control in controls}
    if {"dt", "method"} & {r.get("name") for r in row["controls"]}:
        raise BookError(f"{where}: a network runs with RK4 and the dt of its run; leave out controls dt and method")
    check_spikes(row, drive, controls, where)
    if "gain" not in moving and "gain" not in row["network"] and plan.graph != "none":
        raise BookError(f"{where}: wanted a gain, as a number or as a control of that name")
    delay = moving.get("delay")
    dt, carry = row["run"]["dt"], row["run"].get("carry", False)
    if carry and (delay or plan.values["delay"]):
        raise BookError(f"{where}: a delay wants a past, which `carry` does not keep; leave one of them out")
    if delay and (delay.low < 0 or 0 < delay.low < dt or delay.step < dt):
        raise BookError(f"{where}: control delay wants low 0 or at least dt = {dt} s, and steps of at least dt")


def check_network_views(rows: Any, plan: NetworkPlan, moving: Any, where: str) -> tuple[dict[str, Any], ...]:
    """The views of a network with their defaults filled in; moving are the names of the controls."""
    views = tuple(_view(row, plan, list(moving), where) for row in listing(rows, where, 1, 3))
    kinds = {view["kind"] for view in views}
    if kinds & {*SPIKE_VIEWS} and kinds & {"order", "sweep-curve", "modes"}:
        raise BookError(f"{where}: where spikes are counted, order and modes are not; leave one of them out")
    return views


def _view(row: Any, plan: NetworkPlan, moving: list[str], where: str) -> dict[str, Any]:
    kind = str(row.get("kind") if isinstance(row, dict) else row)
    known(kind, (*NETWORK_VIEWS, *SPIKE_VIEWS, *PAIR_VIEWS), where)
    here, model = f"{where}, {kind}", plan.net.model
    if kind in SPIKE_VIEWS:
        spike_keys(kind, row, here)
        return spike_view(row, model, plan.law, "bin" in plan.values, moving, here)
    if kind in PAIR_VIEWS:
        return pair_view(row, model, plan.graph, moving, here)
    required, optional = NETWORK_VIEWS[kind]
    keys(row, here, ("kind", *(key for key in required if row.get(key) != 0)), (*required, *optional))
    if kind in ("circle", "order", "sweep-curve") and row.get("of") != "amplitude" and not turns(model):
        raise BookError(f"{here}: wants a model with one angle or with two states; {model.name!r} is neither")
    if "theory" in row:
        known(row["theory"], ("lorentzian",), f"{here}, theory")
        if plan.law != "lorentzian" or plan.graph != "all-to-all" or plan.net.coupling != "sine":
            raise BookError(f"{here}: that theory belongs to sine coupling, all-to-all, with law: lorentzian")
    if kind == "modes":
        return _modes(row, plan, moving, here)
    if kind == "matrix":
        known(row["of"], ("weights", "correlation"), here)
    if kind == "sweep-curve":
        low, high = span([row["low"], row["high"]], here)
        known(row.get("of", "order"), ("order", "amplitude"), here)
        return {"of": "order", "top": 1.0, **row, "low": low, "high": high}
    if kind == "circle":
        return {"top": 1.15 if is_phase(model) else 1.5, **row}
    return _time(row, plan, here) if kind == "time" else dict(row)


def _time(row: dict[str, Any], plan: NetworkPlan, where: str) -> dict[str, Any]:
    states, n = [q.name for q in plan.net.state], plan.net.n_nodes
    known(listing(row["show"], where, 1, 1)[0], states, where)
    if ("top" in row) == ("y" in row):
        raise BookError(f"{where}: wanted either top or y: [low, high]")
    y = span(row["y"], where) if "y" in row else [-number(row["top"], where), number(row["top"], where)]
    nodes = listing(row.get("nodes", list(range(min(3, n)))), f"{where}, nodes", 1, 6)
    for node in nodes:
        known(node, range(n), f"{where}, nodes")
    return {**row, "y": y, "nodes": nodes}


def _modes(row: dict[str, Any], plan: NetworkPlan, moving: list[str], where: str) -> dict[str, Any]:
    known(row["control"], moving, f"{where}, control")
    model, n = plan.net.model, plan.net.n_nodes
    if len(model.state) * n > MOST_MODES or plan.values["delay"] or "delay" in moving:
        raise BookError(f"{where}: wants at most {MOST_MODES} states in all, and no delay")
    zero = (0.0,) * len(model.state)
    slopes = model.rhs(0.0, zero, tuple(q.default for q in model.params), (0.0,) * len(model.inputs))
    if any(slopes):
        raise BookError(f"{where}: wants a model that rests at zero; {model.name!r} does not")
    return {**row, "y": span(row["y"], where)}


def is_phase(model: Model) -> bool:
    """Whether the only state is an angle."""
    return len(model.state) == 1 and model.state[0].unit == "rad"


def turns(model: Model) -> bool:
    """Whether a node has an angle: its state, or that of its two states about zero."""
    return is_phase(model) or len(model.state) == 2


def network_measurements(model: Model, views: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """Names that a text in `says` may use beside parameters, inputs and reserved names."""
    views = tuple(views)
    if any(view["kind"] in SPIKE_VIEWS for view in views):
        return spike_measurements(views)
    modes = ("mode_low", "mode_high", "mode_gap") if any(view["kind"] == "modes" for view in views) else ()
    modes += pair_measurements(views)
    return ("amplitude", *modes, *(("order", "frequency", "spread_frequency", "locked") if turns(model) else ()))


def network_start(plan: NetworkPlan, x0: dict[str, float]) -> np.ndarray:
    """Initial states (n_state, n_nodes)."""
    common = np.array([x0.get(q.name, q.default) for q in plan.net.state])
    return common[:, None] + plan.start


def network_parameters(plan: NetworkPlan, now: dict[str, float]) -> np.ndarray:
    """Parameters (n_params, n_nodes)."""
    names, n = [q.name for q in plan.net.params], plan.net.n_nodes
    p = np.array([[now[name]] * n for name in names])
    if plan.spread is not None:
        p[names.index(plan.spread)] += now["spread"] * plan.shape
    return p
