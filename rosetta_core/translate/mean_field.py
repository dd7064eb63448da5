"""The exact mean field of QIF neurons (NMM2) to rate equations, and a rate model (NMM1) to QIF populations.

Linearised, the rate of the mean field answers a current by H(s) = 2 r/((tau s - 2 v)^2 + (2 pi tau r)^2), which is
Phi' (1 - tau_eff s + ...) with the slope Phi' of the QIF transfer function and tau_eff = -4 v tau/(4 v^2 +
(2 pi tau r)^2). Behind a synapse of time tau_s, s is of the size 1/tau_s: with r = Phi the eigenvalues miss by a share
tau/tau_s, with the filter Phi'/(1 + tau_eff s) by its square. The fast pair 2 v +- 2 pi i tau r is stable, so by
Fenichel's theorem the whole flow, not only its linear part, approaches the rate equation's as tau/tau_s -> 0.
Clusella et al. 2023, doi:10.1007/s00422-022-00952-7; Devalle et al. 2017, doi:10.1371/journal.pcbi.1005881.
"""

from typing import Any, NamedTuple

import numpy as np

from rosetta_core.analysis.fixed_points import eigenvalues, fixed_points, rest_near
from rosetta_core.analysis.linear import transfer
from rosetta_core.model import Model
from rosetta_core.models.mpr import mpr, resting_potential
from rosetta_core.models.nmm1_loop import equilibrium, nmm1_loop
from rosetta_core.models.ping import ping
from rosetta_core.models.qif_rate import qif_nmm1, qif_nmm1_membrane, qif_rate
from rosetta_core.models.qif_synaptic import ing, qif_second_order
from rosetta_core.translate.translation import Error, Sides, StateMap, Translation, Validity, setting

LIMIT, TOLERANCE = 0.1, 0.15
SLOW = 0.5  # of to_qif_rate, whose error is the square of it


class Population(NamedTuple):
    """Half-width Delta (1), centre or current eta (1) and membrane time tau_m (s) of QIF neurons."""

    Delta: float
    eta: float
    tau_m: float


def to_qif_nmm1(model: Model, *, membrane: bool = False, x: Any = None, p: Any = None, u: Any = None) -> Translation:
    """A rate model for `qif_second_order` or `ing`: same synapse, r = Phi; with `membrane`, tau_eff r' = Phi - r.

    x: the fixed point of the test, by name; left out, there must be one only. The small parameter is tau_m/tau_s, and
    `again` changes tau_s. error.eigenvalue: of the leading ones; error.transfer from I to s up to 1/tau_s; of order 1,
    with `membrane` 2. Keyword of `check`: `highest` (Hz). It fails for fast synapses: a population that inhibits itself
    through one second-order synapse never oscillates by r = Phi, and by the mean field it does (`ing`).
    """
    if not (isinstance(model, Model) and model.rhs in (qif_second_order.rhs, ing.rhs)):
        raise ValueError(f"one node of qif_second_order or ing is wanted, got {getattr(model, 'name', model)!r}")
    source_p, source_u = setting(model, p, u)
    target = qif_nmm1_membrane if membrane else qif_nmm1
    sign = -1.0 if model.rhs is ing.rhs else 1.0
    new_p = source_p | {"J": sign * source_p["J"]}
    value = source_p["tau_m"] / source_p["tau_s"]

    def forward(states: np.ndarray) -> np.ndarray:
        return states[[0, 2, 3]] if membrane else states[2:]

    def backward(states: np.ndarray) -> np.ndarray:
        s, z = states[-2:]
        current = source_p["eta_bar"] + source_u["I"] + new_p["J"] * source_p["tau_m"] * s
        r = states[0] if membrane else np.real(np.sqrt(current + 1j * new_p["Delta"])) / (np.pi * new_p["tau_m"])
        return np.array([r, resting_potential(r, new_p["tau_m"], new_p["Delta"]), s, z])

    def again(wanted: float) -> Translation:
        return to_qif_nmm1(
            model, membrane=membrane, x=x, p=source_p | {"tau_s": source_p["tau_m"] / wanted}, u=source_u
        )

    order = 2.0 if membrane else 1.0
    words = "synapses are much slower than membranes, and so are inputs"
    valid = Validity(words, "tau_m/tau_s", "1", value, LIMIT, TOLERANCE, {"eigenvalue": order, "transfer": order})
    maps = StateMap("r, s and z as they are, v as at rest for that rate", forward, backward)
    highest = 1 / (2 * np.pi * source_p["tau_s"])
    return _translation(
        model, target, (source_p, source_u, new_p, source_u), maps, valid, again, x, (("I", "s"), ("I", "s")), highest
    )


def to_qif_rate(
    model: Model = mpr, *, highest: float | None = None, x: Any = None, p: Any = None, u: Any = None
) -> Translation:
    """A Wilson-Cowan equation for `mpr`, tau_eff(r) r' = Phi(eta_bar + I + J tau r) - r: good for slow inputs.

    The small parameter is 2 pi tau times the highest frequency of the test, `highest` (Hz; left out, that of half of
    the limit), which `again` changes. error.transfer from I to r up to there is of order 2. error.eigenvalue does not
    depend on it: it is small near a fold, where both leading eigenvalues vanish, and of size 1 where the mean field
    rings, which a rate alone cannot. x as in `to_qif_nmm1`.
    """
    if not (isinstance(model, Model) and model.rhs is mpr.rhs):
        raise ValueError(f"one node of mpr is wanted, got {getattr(model, 'name', model)!r}")
    source_p, source_u = setting(model, p, u)
    tau = source_p["tau"]
    top = SLOW / (4 * np.pi * tau) if highest is None else float(highest)
    if not (np.isfinite(top) and top > 0):
        raise ValueError(f"highest (Hz) must be finite and above 0, got {highest}")
    new_p = {row.name: tau if row.name == "tau_m" else source_p[row.name] for row in qif_rate.params}

    def forward(states: np.ndarray) -> np.ndarray:
        return states[:1]

    def backward(states: np.ndarray) -> np.ndarray:
        return np.array([states[0], resting_potential(states[0], tau, source_p["Delta"])])

    def again(wanted: float) -> Translation:
        return to_qif_rate(model, highest=wanted / (2 * np.pi * tau), x=x, p=source_p, u=source_u)

    words = "inputs change much more slowly than membranes"
    valid = Validity(words, "2 pi tau f", "1", 2 * np.pi * tau * top, SLOW, TOLERANCE, {"transfer": 2.0})
    maps = StateMap("the rate; back with v as at rest for that rate", forward, backward)
    return _translation(
        model, qif_rate, (source_p, source_u, new_p, source_u), maps, valid, again, x, (("I", "r"), ("I", "r")), top
    )


def matched_population(
    rate: float, slope: float, *, tau_m: float | None = None, Delta: float | None = None
) -> Population:
    """QIF neurons with Phi = rate (Hz) and Phi' = slope (Hz per unit of current) at their centre; give tau_m or Delta.

    With h = rate/(2 slope) and R = pi tau_m rate: Delta^2 = 4 R^2 (h - R^2) and eta = 2 R^2 - h, exactly. QIF neurons
    are never steeper than Delta = 0 makes them, h = R^2; and for a given Delta, at most h, there are two membrane
    times, of which the shorter is taken, the one whose centre is below threshold.
    """
    if not (rate > 0 and slope > 0) or (tau_m is None) == (Delta is None):
        raise ValueError(
            f"rate > 0, slope > 0 and either tau_m or Delta are wanted, got {rate}, {slope}, {tau_m}, {Delta}"
        )
    h = rate / (2 * slope)
    if tau_m is None:
        assert Delta is not None
        if not 0 < Delta <= h:
            raise ValueError(f"Delta from 0 to rate/(2 slope) = {h:.6g} is wanted for this slope, got {Delta}")
        # (h - sqrt(h^2 - Delta^2))/2, written so that nothing cancels.
        square = Delta**2 / (2 * (h + np.sqrt(h * h - Delta * Delta)))
        return Population(Delta, 2 * square - h, float(np.sqrt(square) / (np.pi * rate)))
    square = (np.pi * tau_m * rate) ** 2
    if not h > square:
        most = np.sqrt(h) / (np.pi * rate)
        raise ValueError(f"no QIF population is so steep with tau_m = {tau_m:g} s; below {most:.4g} s there is one")
    return Population(float(2 * np.sqrt(square * (h - square))), 2 * square - h, tau_m)


def to_ping(model: Model = nmm1_loop, *, tau_m: float | None = None, p: Any = None, u: Any = None) -> Translation:
    """Two QIF populations (`ping`) for the pair `nmm1_loop`, with its synapses, matched where it rests.

    Each population gets Delta and eta so that its rate and the slope of its transfer function are those of the sigmoid
    there (`matched_population`); 1 mV becomes a current of 1. Elsewhere Phi is not the sigmoid: it does not saturate.
    Wanted are alpha synapses, rise = decay. tau_m (s): membrane time of both; left out, a twentieth of the faster
    synapse. The small parameter is tau_m over the faster synapse, `again` changes tau_m. error.eigenvalue and
    error.transfer, from P_E to E up to the rate of the slower synapse, are of order 1. Keyword of `check`: `highest`.
    """
    if not (isinstance(model, Model) and model.rhs is nmm1_loop.rhs):
        raise ValueError(f"one node of nmm1_loop is wanted, got {getattr(model, 'name', model)!r}")
    q, drive = setting(model, p, u)
    for k in "EI":
        if q[f"rise_{k}"] != q[f"decay_{k}"]:
            raise ValueError(
                f"ping has alpha synapses: rise_{k} = decay_{k} is wanted, got {q[f'rise_{k}']} and {q[f'decay_{k}']}"
            )
    times = {k: 1 / q[f"decay_{k}"] for k in "EI"}
    fastest = min(times.values())
    tau = fastest / 20 if tau_m is None else float(tau_m)
    rest = equilibrium(q, drive)
    into = {"E": drive["P_E"] - q["w_EI"] * rest.I, "I": drive["P_I"] + q["w_IE"] * rest.E}
    rates = {"E": rest.E / q["gain_E"], "I": rest.I / q["gain_I"]}
    # 2 e0/(1 + exp(rho (v0 - v))) has the slope rho r (1 - r/(2 e0)).
    made = {k: matched_population(r, q["rho"] * r * (1 - r / (2 * q["e0"])), tau_m=tau) for k, r in rates.items()}
    new_p = {"J_EE": 0.0, "J_II": 0.0, "J_EI": q["w_EI"] * q["gain_I"] / tau, "J_IE": q["w_IE"] * q["gain_E"] / tau}
    for k in "EI":
        new_p |= {
            f"tau_{k}": tau,
            f"tau_s{k}": times[k],
            f"Delta_{k}": made[k].Delta,
            f"eta_{k}": made[k].eta - into[k],
        }
    new_p = setting(ping, new_p)[0]
    new_u = {"I_E": drive["P_E"], "I_I": drive["P_I"]}
    gain = np.array([q["gain_E"], q["gain_I"]])
    steps = np.array([times["E"], times["I"]])

    def forward(states: np.ndarray) -> np.ndarray:
        E, dE, I, dI = states
        r_E, r_I = (
            2 * q["e0"] / (1 + np.exp(q["rho"] * (q["v0"] - v)))
            for v in (drive["P_E"] - q["w_EI"] * I, drive["P_I"] + q["w_IE"] * E)
        )
        v_E, v_I = (resting_potential(r, tau, made[k].Delta) for r, k in ((r_E, "E"), (r_I, "I")))
        s = [r_E, v_E, E / gain[0], steps[0] * dE / gain[0], r_I, v_I, I / gain[1], steps[1] * dI / gain[1]]
        return np.array(s)

    def backward(states: np.ndarray) -> np.ndarray:
        _, _, s_E, z_E, _, _, s_I, z_I = states
        return np.array([gain[0] * s_E, gain[0] * z_E / steps[0], gain[1] * s_I, gain[1] * z_I / steps[1]])

    def again(wanted: float) -> Translation:
        return to_ping(model, tau_m=wanted * fastest, p=q, u=drive)

    words = "membranes are much faster than synapses, and rates stay near those of the fixed point"
    order = {"eigenvalue": 1.0, "transfer": 1.0}
    valid = Validity(words, "tau_m/tau_s", "1", tau / fastest, LIMIT, TOLERANCE, order)
    maps = StateMap("potentials over their gains are synapses; rates and v as at rest", forward, backward)
    return _translation(
        model, ping, (q, drive, new_p, new_u), maps, valid, again, None, (("P_E", "E"), ("I_E", "s_E")),
        1 / (2 * np.pi * steps.max()), gain[0],
    )  # fmt: skip


def _translation(
    source: Model, target: Model, numbers: Any, maps: StateMap, valid: Validity, again: Any, x: Any,
    ports: tuple[tuple[str, str], tuple[str, str]], top: float, scale: float = 1.0,
) -> Translation:  # fmt: skip
    """Compared where both rest: the leading eigenvalue, and the gain through the ports (input, state) of each side."""
    source_p, source_u, p, u = numbers
    if x is None:
        found = fixed_points(source, source_p, source_u)
        if len(found) != 1:
            raise ValueError(f"{source.name}: one fixed point is wanted, got {len(found)}; say which one by x=")
        rest = found[0].x
    else:
        rest = rest_near(source, x, source_p, source_u)
    assert maps.forward is not None
    there = rest_near(target, maps.forward(rest), p, u)

    def gains(highest: float | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        f = np.linspace(0, top if highest is None else highest, 101)
        truth = transfer(source, *ports[0], f, x=rest, p=source_p, u=source_u)
        return f, truth, scale * transfer(target, *ports[1], f, x=there, p=p, u=u)

    def measure(*, highest: float | None = None) -> Error:
        f, truth, simple = gains(highest)
        leading = eigenvalues(source, rest, source_p, source_u)[0]
        off = np.abs(eigenvalues(target, there, p, u) - leading).min() / np.abs(leading)
        text = (
            f"leading eigenvalue, and gain from {ports[0][0]} to {ports[0][1]} up to {f[-1]:.4g} Hz, at a fixed point"
        )
        return Error(text, eigenvalue=float(off), transfer=float(np.abs(simple - truth).max() / np.abs(truth).max()))

    def sides(*, highest: float | None = None) -> Sides:
        f, truth, simple = gains(highest)
        unit = f"{source.quantity(ports[0][1]).unit} per {source.quantity(ports[0][0]).unit}"
        return Sides("frequency", "Hz", f, f"gain from {ports[0][0]} to {ports[0][1]}", unit, truth, simple)

    drives = {one.name: {other.name: 1.0} for one, other in zip(source.inputs, target.inputs, strict=True)}
    return Translation(
        source, target, source_p, source_u, p, u, maps, valid, ("a fixed point that both share",), measure(), measure,
        again, sides, drives,
    )  # fmt: skip
