"""Rate models of a push-pull pair into each other: master equation, Wilson-Cowan (both forms), NMM1.

All are one pair, x_X = D_X^-1 S(W x + h)_X with the logistic S and up to three first-order stages in a row,
D_X = (1 + tau_m d/dt)(1 + tau_r d/dt)(1 + tau_d d/dt): membrane, rise, decay. They differ in which stages are instant.
Fixed points are the same; an instant stage of time tau shifts an eigenvalue L with rate 1/T by the share tau/T. Without
self-excitation two stages are not enough for a rhythm and four are: with tau_r = e tau_d the loop K of an NMM1 pair
rings from K_c = (1 + e)^2/e, so the limit e -> 0 loses the Hopf bifurcation unless w_EE > 0.
Castaldo et al. 2026, doi:10.1016/j.physrep.2026.05.004, sections 4 to 6.
"""

from typing import Any, NamedTuple

import numpy as np

from rosetta_core.analysis.fixed_points import eigenvalues, fixed_points, rest_near
from rosetta_core.analysis.linear import transfer
from rosetta_core.model import Model
from rosetta_core.models.master import master
from rosetta_core.models.nmm1_loop import nmm1_loop
from rosetta_core.models.wilson_cowan import wilson_cowan
from rosetta_core.models.wilson_cowan_voltage import wilson_cowan_voltage
from rosetta_core.simulation import simulate
from rosetta_core.translate.translation import Error, Sides, StateMap, Translation, Validity, setting

WORDS = "the stages that are taken as instant are much faster than the one that is kept"
LIMIT, TOLERANCE = 0.05, 0.25
STAGES = ("membrane", "rise", "decay")


class Pair(NamedTuple):
    """W (2, 2) with signs and h (2,), slopes of the sigmoids in them; times (3, 2) in s; size (2,) of a state over x;
    slope (2,): h is slope times the input P, less a constant."""

    W: np.ndarray
    h: np.ndarray
    times: np.ndarray
    size: np.ndarray
    slope: np.ndarray


def to_wilson_cowan(
    model: Model, *, keep: str | None = None, x: Any = None, p: Any = None, u: Any = None
) -> Translation:
    """A Wilson-Cowan pair for `master` or `nmm1_loop`, all stages but one instant: tau is that one's time.

    keep: "membrane" (fast synapses) or "decay" (fast membranes and rises); left out, the slower one. Activities are
    shares of the largest rate; slopes and thresholds go into weights and inputs. x: the fixed point of the test, by
    name; left out, there must be one only. The small parameter is the time of the stages taken away over the time kept,
    the larger of both populations; `again` scales the former. error.eigenvalue: of the leading ones (order 1);
    error.transfer from P_E to E up to the rate of the kept stage (order 1). Keyword of `check`: `highest` (Hz).
    """
    source_p, source_u = setting(model, p, u)
    pair = _pair(model, source_p, source_u, (master, nmm1_loop))
    if keep is None:
        keep = "membrane" if pair.times[0].min() > pair.times[2].max() else "decay"
    if keep not in ("membrane", "decay") or not pair.times[STAGES.index(keep)].all():
        raise ValueError(f"keep wants a stage that {model.name} has, 'membrane' or 'decay', got {keep!r}")
    kept = pair.times[STAGES.index(keep)]
    w = pair.W * [1, -1] + 0.0
    weights = dict(zip(("w_EE", "w_EI", "w_IE", "w_II"), w.ravel(), strict=True))
    new_p = setting(wilson_cowan, _PLAIN | weights | {"tau_E": kept[0], "tau_I": kept[1]})[0]
    new_u = {"P_E": float(pair.h[0]), "P_I": float(pair.h[1])}
    value = float(((pair.times.sum(axis=0) - kept) / kept).max())

    def again(wanted: float) -> Translation:
        scaled = _stages(model, source_p, pair, [wanted / value if stage != keep else 1.0 for stage in STAGES])
        return to_wilson_cowan(model, keep=keep, x=x, p=scaled, u=source_u)

    ways = _activities(model, pair, keep == "decay")
    signal = "E" if model.rhs is nmm1_loop.rhs else "r_E" if keep == "membrane" else "s_E"
    return _translation(model, wilson_cowan, (source_p, source_u, new_p, new_u), ways, pair, value, again, x, signal)


def to_nmm1(model: Model, *, rise: float = 0.01, x: Any = None, p: Any = None, u: Any = None) -> Translation:
    """An `nmm1_loop` for `master` (its membranes instant) or `wilson_cowan` (with rises `rise` times tau put in).

    The loop has no self-connections: w_EE = w_II = 0 is wanted. The small parameter is the time of the membranes over
    that of the decays, or `rise`; order and errors as in `to_wilson_cowan`.
    """
    source_p, source_u = setting(model, p, u)
    pair = _pair(model, source_p, source_u, (master, wilson_cowan))
    if pair.W[0, 0] or pair.W[1, 1]:
        raise ValueError(f"nobody hears itself in nmm1_loop: w_EE = w_II = 0 is wanted, got {pair.W.diagonal()}")
    added = model.rhs is wilson_cowan.rhs
    if added and not rise > 0:
        raise ValueError(f"rise, the rise time over tau, must be above 0, got {rise}")
    decay = pair.times[0] if added else pair.times[2]
    faster = rise * decay if added else pair.times[1]
    new_p = {"gain_E": 1.0, "gain_I": 1.0, "e0": 0.5, "v0": 0.0, "rho": 1.0}
    for k, name in enumerate("EI"):
        new_p |= {f"rise_{name}": 1 / faster[k], f"decay_{name}": 1 / decay[k]}
    new_p |= {"w_EI": -float(pair.W[0, 1]), "w_IE": float(pair.W[1, 0])}
    new_u = {"P_E": float(pair.h[0]), "P_I": float(pair.h[1])}
    value = rise if added else float((pair.times[0] / decay).max())

    def again(wanted: float) -> Translation:
        if added:
            return to_nmm1(model, rise=wanted, x=x, p=source_p, u=source_u)
        return to_nmm1(model, x=x, p=_stages(model, source_p, pair, [wanted / value, 1.0, 1.0]), u=source_u)

    def forward(states: np.ndarray) -> np.ndarray:
        if added:
            return np.array([states[0], 0 * states[0], states[1], 0 * states[1]])
        return states[[1, 2, 4, 5]] / np.repeat(pair.size, 2).reshape(4, *[1] * (states.ndim - 1))

    signal, numbers = "E" if added else "s_E", (source_p, source_u, new_p, new_u)
    return _translation(model, nmm1_loop, numbers, (forward, None), pair, value, again, x, signal)


def to_voltage_form(model: Model, *, p: Any = None, u: Any = None) -> Translation:
    """`wilson_cowan` as `wilson_cowan_voltage`: v = W x + P, and back x = W^-1 (v - P). Exact if tau_E = tau_I.

    Wanted are plain sigmoids (shift = r = 0, k = 1) and weights that can be inverted. With two time constants both
    forms still have the same fixed points and eigenvalues, J' = W J W^-1 there; trajectories differ. The small
    parameter is |ln(tau_I/tau_E)| and `again` changes tau_I. error.state: two runs from x0, largest difference of the
    potentials relative to the largest of them (order 1). Keywords of `check`: `duration` (s), `step` (s), `x0` (2,).
    """
    source_p, source_u = setting(model, p, u)
    pair = _pair(model, source_p, source_u, (wilson_cowan,))
    W = np.array([[source_p["w_EE"], -source_p["w_EI"]], [source_p["w_IE"], -source_p["w_II"]]])
    if abs(np.linalg.det(W)) < 1e-12 * np.abs(W).max() ** 2:
        raise ValueError(f"weights that can be inverted are wanted, or v does not tell x; got {W.tolist()}")
    P = np.array([source_u["P_E"], source_u["P_I"]])
    taus = pair.times[0]
    value = float(abs(np.log(taus[1] / taus[0])))
    new_p = {row.name: source_p[row.name] for row in wilson_cowan_voltage.params}

    def lifted(x: np.ndarray) -> np.ndarray:
        return np.tensordot(W, x, 1) + P.reshape(2, *[1] * (np.ndim(x) - 1))

    def lowered(v: np.ndarray) -> np.ndarray:
        return np.tensordot(np.linalg.inv(W), v - P.reshape(2, *[1] * (np.ndim(v) - 1)), 1)

    def runs(duration: float | None, step: float | None, x0: Any) -> tuple[np.ndarray, ...]:
        duration = 5 * float(taus.max()) if duration is None else duration
        step = float(taus.min()) / 200 if step is None else step
        x0 = np.asarray((0.3, 0.1) if x0 is None else x0, dtype=float)
        one = simulate(model, duration, step, p=source_p, u=source_u, x0=x0)
        other = simulate(wilson_cowan_voltage, duration, step, p=new_p, u=source_u, x0=lifted(x0))
        return one.t, lifted(one.x.T), other.x.T

    def measure(*, duration: float | None = None, step: float | None = None, x0: Any = None) -> Error:
        t, truth, found = runs(duration, step, x0)
        off = float(np.abs(found - truth).max() / np.abs(truth).max())
        return Error(f"potentials of {t[-1]:.4g} s from one state", state=off)

    def sides(*, duration: float | None = None, step: float | None = None, x0: Any = None) -> Sides:
        t, truth, found = runs(duration, step, x0)
        return Sides("time", "s", t, "v_E", "1", truth[0], found[0])

    def again(wanted: float) -> Translation:
        return to_voltage_form(model, p=source_p | {"tau_I": source_p["tau_E"] * np.exp(wanted)}, u=source_u)

    words = "both populations have one time constant"
    valid = Validity(words, "|ln(tau_I/tau_E)|", "1", value, LIMIT, TOLERANCE, {"state": 1.0})
    maps = StateMap("v = W x + P, and back", lifted, lowered)
    return Translation(
        model, wilson_cowan_voltage, source_p, source_u, new_p, source_u, maps, valid, ("plain sigmoids",), measure(),
        measure, again, sides, {"P_E": {"P_E": 1.0}, "P_I": {"P_I": 1.0}},
    )  # fmt: skip


_PLAIN = dict.fromkeys(("a_E", "a_I", "k_E", "k_I"), 1.0)
_PLAIN |= dict.fromkeys(("theta_E", "theta_I", "r_E", "r_I", "shift"), 0.0)


def _pair(model: Model, p: Any, u: Any, wanted: tuple[Model, ...]) -> Pair:
    """The normal form of the three; ValueError for another model, or sigmoids that are not plain."""
    if not (isinstance(model, Model) and model.rhs in [each.rhs for each in wanted]):
        names = " or ".join(each.name for each in wanted)
        raise ValueError(f"one node of {names} is wanted here, got {getattr(model, 'name', model)!r}")
    P, none = np.array([u["P_E"], u["P_I"]]), np.zeros(2)
    if model.rhs is wilson_cowan.rhs:
        odd = {name: p[name] for name in ("shift", "r_E", "r_I") if p[name]}
        odd |= {name: p[name] for name in ("k_E", "k_I") if p[name] != 1}
        if odd:
            raise ValueError(f"plain sigmoids are wanted, shift = r = 0 and k = 1; got {odd}")
        slope, theta = np.array([p["a_E"], p["a_I"]]), np.array([p["theta_E"], p["theta_I"]])
        W, size = np.array([[p["w_EE"], -p["w_EI"]], [p["w_IE"], -p["w_II"]]]), np.ones(2)
        times = np.array([[p["tau_E"], p["tau_I"]], none, none])
    elif model.rhs is master.rhs:
        slope, theta = np.array([p["rho_E"], p["rho_I"]]), np.array([p["v0_E"], p["v0_I"]])
        W, size = np.array([[p["w_EE"], -p["w_EI"]], [p["w_IE"], -p["w_II"]]]), np.full(2, 2 * p["e0"])
        times = np.array([[p[f"tau_{stage}{x}"] for x in "EI"] for stage in "mrd"])
    else:
        slope, theta = np.full(2, p["rho"]), np.full(2, p["v0"])
        W, size = np.array([[0.0, -p["w_EI"]], [p["w_IE"], 0.0]]), 2 * p["e0"] * np.array([p["gain_E"], p["gain_I"]])
        times = np.array([none, *(1 / np.array([p[f"{stage}_{x}"] for x in "EI"]) for stage in ("rise", "decay"))])
    return Pair(slope[:, None] * W * size, slope * (P - theta), times, size, slope)


def _stages(model: Model, p: Any, pair: Pair, factors: list[float]) -> dict[str, float]:
    """Parameters with the times of the three stages scaled."""
    times = pair.times * np.array(factors)[:, None]
    if model.rhs is master.rhs:
        return p | {f"tau_{s}{x}": float(times[i, k]) for i, s in enumerate("mrd") for k, x in enumerate("EI")}
    named = enumerate(("rise", "decay"), 1)
    return p | {f"{s}_{x}": float(1 / times[i, k]) for i, s in named for k, x in enumerate("EI")}


def _activities(model: Model, pair: Pair, synapses: bool) -> tuple[Any, Any]:
    """States of `master` or `nmm1_loop` to activities x, those of the synapses or the rates, and back at rest."""
    n = len(model.state)
    rows = [0, 2] if n == 4 else [1, 4] if synapses else [0, 3]
    filled = ((0, 0), (2, 1)) if n == 4 else ((0, 0), (1, 0), (3, 1), (4, 1))

    def forward(states: np.ndarray) -> np.ndarray:
        return states[rows] / pair.size.reshape(2, *[1] * (states.ndim - 1))

    def backward(x: np.ndarray) -> np.ndarray:
        states = np.zeros((n, *np.shape(x)[1:]))
        for row, k in filled:
            states[row] = x[k] * pair.size[k]
        return states

    return forward, backward


def _translation(
    source: Model, target: Model, numbers: Any, ways: Any, pair: Pair, value: float, again: Any, x: Any, signal: str
) -> Translation:
    source_p, source_u, p, u = numbers
    if x is None:
        found = fixed_points(source, source_p, source_u)
        if len(found) != 1:
            raise ValueError(f"{source.name}: one fixed point is wanted, got {len(found)}; say which one by x=")
        rest = found[0].x
    else:
        rest = rest_near(source, x, source_p, source_u)
    there = rest_near(target, ways[0](rest), p, u)

    def gains(highest: float | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        f = np.linspace(0, 1 / (2 * np.pi * pair.times.max()) if highest is None else highest, 101)
        truth = transfer(source, "P_E", signal, f, x=rest, p=source_p, u=source_u)
        return f, truth, pair.size[0] * pair.slope[0] * transfer(target, "P_E", "E", f, x=there, p=p, u=u)

    def measure(*, highest: float | None = None) -> Error:
        f, truth, found = gains(highest)
        leading = eigenvalues(source, rest, source_p, source_u)[0]
        others = eigenvalues(target, there, p, u)
        off = np.abs(others - leading).min() / np.abs(leading)
        text = f"leading eigenvalue, and gain from P_E to {signal} up to {f[-1]:.4g} Hz, at one fixed point"
        return Error(text, eigenvalue=float(off), transfer=float(np.abs(found - truth).max() / np.abs(truth).max()))

    def sides(*, highest: float | None = None) -> Sides:
        f, truth, found = gains(highest)
        unit = f"{source.quantity(signal).unit} per {source.quantity('P_E').unit}"
        return Sides("frequency", "Hz", f, f"gain from P_E to {signal}", unit, truth, found)

    order = {"eigenvalue": 1.0, "transfer": 1.0}
    valid = Validity(WORDS, "time taken away/time kept", "1", value, LIMIT, TOLERANCE, order)
    maps = StateMap("rates and potentials in shares of their largest value; back as at rest", *ways)
    drives = {name: {name: float(slope)} for name, slope in zip(("P_E", "P_I"), pair.slope, strict=True)}
    return Translation(
        source, target, source_p, source_u, p, u, maps, valid, ("all stages are first-order filters",), measure(),
        measure, again, sides, drives,
    )  # fmt: skip
