"""Spiking networks to their mean field (NMM2), and the firing rate and voltage to the order parameter and back.

For all-to-all QIF neurons with Lorentzian excitabilities the mean field is exact as n -> infinity. With n neurons at
the quantiles of that law the sum over neurons misses the few fastest: where a share p of the neurons is faster, rates
are (Delta/(pi p))^(1/2)/(pi tau), and the mean of p^(-1/2) over p = j/n is its integral plus zeta(1/2) n^(-1/2). So the
rate under a given current is too low by 1.46 (Delta/(pi n))^(1/2)/(pi tau), and recurrent coupling multiplies that by
1/(1 - J tau Phi'). Neurons drawn at random scatter by about as much, (Delta ln n/(pi n))^(1/2)/(pi tau) in the square
root of the variance, which would be infinite without a fastest neuron: of order n^(-1/2) but for the logarithm.
Montbrio, Pazo & Roxin 2015, doi:10.1103/PhysRevX.5.021028.
"""

from typing import Any

import numpy as np

from rosetta_core.models.mpr import mpr, order_parameter, rate_and_potential, resting_potential
from rosetta_core.models.mpr_pair import mpr_pair
from rosetta_core.models.ping import ping, ping_first_order
from rosetta_core.models.qif_synaptic import qif_first_order, qif_second_order
from rosetta_core.simulation import simulate
from rosetta_core.spiking import QIFNetwork
from rosetta_core.transfer_functions import qif_cauchy_gain
from rosetta_core.translate.translation import Error, Sides, StateMap, Translation, Validity, setting

ZETA_HALF = 1.4603545088095868  # -zeta(1/2)
TOLERANCE = 0.1
ONE = {"instantaneous": mpr, "first_order": qif_first_order, "second_order": qif_second_order}
TWO = {"instantaneous": mpr_pair, "first_order": ping_first_order, "second_order": ping}

rate_voltage_to_order_parameter = order_parameter
"""(r, v, tau) -> Z, the Kuramoto order parameter of the neurons: `rosetta_core.models.mpr.order_parameter`."""

order_parameter_to_rate_voltage = rate_and_potential
"""(Z, tau) -> (r, v), its inverse: `rosetta_core.models.mpr.rate_and_potential`."""


def to_mean_field(network: QIFNetwork, *, drive: Any = 0.0) -> Translation:
    """The mean field of one QIF population, or of an excitatory and an inhibitory one with the same kind of synapse.

    drive: a constant current, one number or one for each population. The target is `mpr`, `qif_first_order` or
    `qif_second_order`, of two populations `mpr_pair`, `ping_first_order` or `ping`. States of the source are voltages
    (n,); back from (r, v, ...) they are Lorentzian, the same for every excitability. The small parameter is n^(-1/2),
    of the smaller population; `again` changes all n alike. error.state: mean rates of the later half of a run from the
    stationary state, largest difference relative to the largest rate; at quantiles (seed=None) a bias of order 1 in
    n^(-1/2), with a seed a random number of about that size. Keywords of `check`: `duration` and `step` (s).
    """
    if not isinstance(network, QIFNetwork):
        raise ValueError(f"a QIFNetwork is wanted, got {network!r}")
    count = network.n.size
    if count > 2 or len(set(network.synapse)) > 1 or (count == 2 and not _signs(network.J)):
        raise ValueError(
            "one population, or an excitatory and an inhibitory one (first column of J >= 0, second <= 0), with one "
            f"kind of synapse is wanted; got J = {network.J.tolist()} and synapses {network.synapse}"
        )
    target = (ONE if count == 1 else TWO)[network.synapse[0]]
    source_u = dict(zip([row.name for row in target.inputs], np.broadcast_to(drive, count).astype(float), strict=True))
    p, u = setting(target, _parameters(network), source_u)
    rates = network.stationary_rates(np.array(list(u.values())))
    value, missing = float(1 / np.sqrt(network.n.min())), _missing(network, np.array(list(u.values())), rates)
    source_p = {name: getattr(network, name) for name in ("n", "eta_bar", "delta", "J", "tau")}

    def runs(duration: float | None, step: float | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        duration = 200 * float(network.tau.max()) if duration is None else duration
        fastest = float(np.abs(network.eta).max()) + 1
        step = float(network.tau.min()) * min(0.01, 0.5 / np.sqrt(fastest)) if step is None else step
        run = network.run(duration, step, drive=list(u.values()))
        x0 = _states(target, rates, resting_potential(rates, network.tau, network.delta))
        every = max(round((run.t[1] - run.t[0]) / step), 1)
        other = simulate(target, duration, step, p=p, u=u, x0=x0, every=every)
        names = [row.name for row in target.state if row.name[0] == "r"]
        return run.t, run.rate, np.column_stack([other[name] for name in names])[1 : run.t.size + 1]

    def measure(*, duration: float | None = None, step: float | None = None) -> Error:
        t, found, simple = runs(duration, step)
        late = t > t[-1] / 2
        apart = np.abs(found[late].mean(axis=0) - simple[late].mean(axis=0)).max() / simple[late].mean(axis=0).max()
        text = f"mean rates from {t[-1] / 2:.4g} to {t[-1]:.4g} s, from the stationary state"
        return Error(text, state=float(apart))

    def sides(*, duration: float | None = None, step: float | None = None) -> Sides:
        t, found, simple = runs(duration, step)
        return Sides("time", "s", t, "rate", "1/s", found[:, 0], simple[:, 0])

    def again(wanted: float) -> Translation:
        sizes = [max(round(each * (value / wanted) ** 2), 1) for each in network.n]
        J, one = network.J, {name: getattr(network, name) for name in ("eta_bar", "delta", "tau", "synapse", "tau_s")}
        return to_mean_field(QIFNetwork(n=sizes, J=J, seed=network.seed, **one), drive=list(u.values()))

    words = "many neurons, all connected to all, Lorentzian excitabilities, spikes at infinity"
    valid = Validity(words, "1/sqrt(n)", "1", value, TOLERANCE / missing * value, TOLERANCE, {"state": 1.0})
    maps = StateMap("rate and voltage by the order parameter of the voltages, s = r; back to Lorentzian voltages",
                    *_ways(network, target))  # fmt: skip
    assumptions = ("all neurons of a population hear the same", "Delta > 0")
    drives = {name: {name: 1.0} for name in u}
    return Translation(
        network, target, source_p, u, p, u, maps, valid, assumptions, measure(), measure, again, sides, drives
    )


def _signs(J: np.ndarray) -> bool:
    return bool((J[:, 0] >= 0).all() and (J[:, 1] <= 0).all())


def _parameters(network: QIFNetwork) -> dict[str, float]:
    tau_s = {} if network.synapse[0] == "instantaneous" else network.tau_s
    if network.n.size == 1:
        name = "tau_m" if len(tau_s) else "tau"
        found = {name: network.tau[0], "Delta": network.delta[0], "eta_bar": network.eta_bar[0], "J": network.J[0, 0]}
        return {key: float(each) for key, each in found.items()} | ({"tau_s": tau_s[0]} if len(tau_s) else {})
    found = {}
    for k, x in enumerate("EI"):
        found |= {f"tau_{x}": network.tau[k], f"Delta_{x}": network.delta[k], f"eta_{x}": network.eta_bar[k]}
        found |= {f"J_{x}E": network.J[k, 0], f"J_{x}I": -network.J[k, 1]}
        found |= {f"tau_s{x}": tau_s[k]} if len(tau_s) else {}
    return {key: abs(float(each)) if key[0] == "J" else float(each) for key, each in found.items()}


def _missing(network: QIFNetwork, I: np.ndarray, rates: np.ndarray) -> float:
    """The predicted error of the rates, relative to the largest."""
    into = network.eta_bar + I + network.tau * (network.J @ rates)
    slope = network.tau * qif_cauchy_gain(into, delta=network.delta, tau=network.tau)
    lost = ZETA_HALF * np.sqrt(network.delta / (np.pi * network.n)) / (np.pi * network.tau)
    found = np.linalg.solve(np.eye(rates.size) - slope[:, None] * network.J, lost)
    return float(np.abs(found).max() / rates.max())


def _states(target: Any, r: np.ndarray, v: np.ndarray) -> np.ndarray:
    """States of the mean field with the rates r and voltages v (populations, ...), s = r and z = 0."""
    shape = np.broadcast_shapes(np.shape(r)[1:], np.shape(v)[1:])
    rows = []
    for row in target.state:
        k = 1 if row.name.endswith("_I") else 0
        rows.append({"r": r[k], "v": v[k], "s": r[k], "z": np.zeros(shape)}[row.name[0]])
    return np.array(rows)


def _ways(network: QIFNetwork, target: Any) -> tuple[Any, Any]:
    edges = np.cumsum(network.n)[:-1]

    def forward(V: np.ndarray) -> np.ndarray:
        # exp(i theta) with V = tan(theta/2), finite for any V.
        Z = [((1 + 1j * part) / (1 - 1j * part)).mean(axis=0) for part in np.split(V, edges)]
        each = [rate_and_potential(z, tau) for z, tau in zip(Z, network.tau, strict=True)]
        return _states(target, np.array([one.r for one in each]), np.array([one.v for one in each]))

    def backward(x: np.ndarray) -> np.ndarray:
        names = [row.name for row in target.state]
        r, v = (x[[k for k, name in enumerate(names) if name[0] == kind]] for kind in "rv")
        parts = []
        for k, size in enumerate(network.n):
            # The golden ratio spreads the quantiles evenly over neurons of any excitability.
            share = (np.arange(1, size + 1) * (np.sqrt(5) - 1) / 2) % 1
            parts.append(v[k] + np.pi * network.tau[k] * r[k] * np.tan(np.pi * (share - 0.5)))
        return np.concatenate(parts)

    return forward, backward
