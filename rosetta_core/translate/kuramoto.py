"""Stuart-Landau to phases and back: a network whose amplitudes are held fast is a network of Kuramoto and Sakaguchi.

With c = beta/gamma and the phase phi = arg z - c ln(|z|/r) of the isochrons, r = sqrt(alpha/gamma), a network obeys,
exactly and for any amplitudes,

    d phi_i/dt = omega_i - c_i alpha_i + sum_j w_ij [(r_j/r_i) (sin theta_ji - c_i cos theta_ji) + c_i]
                 + (Im - c_i Re)(u_i exp(-i theta_i))/r_i,    theta_ji = arg z_j - arg z_i,

the c_i at the end of the sum belonging to "diffusive" coupling alone. On the cycle sin x - c cos x = K sin(x - a) with
K = sqrt(1 + c^2) and a = arctan c: Sakaguchi's phases with coupling w K, lag a and offset c sum_j w_ij. The pull moves
amplitudes by w/(2 alpha) of themselves, which changes the rates by w^2/alpha; in the time 1/w that phases take, they
are wrong by w/alpha. Castaldo et al. 2026, doi:10.1016/j.physrep.2026.05.004, whose offset has a factor K too many.
"""

from typing import Any, NamedTuple

import numpy as np
import scipy

from rosetta_core.model import Model
from rosetta_core.models.kuramoto import kuramoto
from rosetta_core.models.stuart_landau import asymptotic_phase, stuart_landau
from rosetta_core.network import Network, network
from rosetta_core.simulation import simulate
from rosetta_core.translate.translation import Error, Sides, StateMap, Translation, Validity, setting

# Over three times 1/pull the error is at most 3.3 rad times the small parameter, for shears c from 0 to 7.
LIMIT, TOLERANCE = 0.015, 0.05
ASSUMES = ("each node stays near its own cycle", "amplitudes return faster than coupling and input act")
WORDS = "coupling and input act much more slowly than amplitudes return, which they do at the rate 2 alpha"


class _Node(NamedTuple):
    """Numbers of Stuart-Landau nodes: radius of the cycle, c, K, the lag a, the offset, and how fast others pull."""

    r: np.ndarray
    c: np.ndarray
    K: np.ndarray
    lag: np.ndarray
    offset: np.ndarray
    pull: np.ndarray


def to_kuramoto(oscillators: Model | Network, *, p: Any = None, u: Any = None) -> Translation:
    """Phases for Stuart-Landau oscillators: one, or a network without delays, "diffusive" or "additive".

    p and u as in `simulate`. The target's `omega` holds the offset, and inputs become its fields h_cos and h_sin. The
    state map is exact: the asymptotic phase, isochrons and all, and back to the cycle. The small parameter is the
    fastest pull over the return rate 2 alpha; `again` scales all weights and inputs, and with them the differences of
    the frequencies, so that the same picture of phases passes more slowly.

    error.state is the largest difference of phases (rad), of order 1. Keywords of `check`: `duration` (s; 3 over the
    fastest pull, or ten turns without one), `step` (s), `spread` (rad) of the phases at the beginning, and `unequal`:
    by how much amplitudes are then above and below their cycle in turns (at 0 two equal nodes are exact).
    """
    net = _network(oscillators, stuart_landau)
    if net is not None and net.coupling == "sine":
        raise ValueError("'sine' couples the real parts as if they were angles; 'diffusive' or 'additive' is wanted")
    if net is not None and net.channels != (0, 1):
        raise ValueError(f"both parts of z must travel, got a network that sends number {net.channels[0]} alone")
    source_p, source_u = setting(oscillators, p, u)
    node = _node(net, source_p, source_u)
    omega = source_p["omega"] - node.c * source_p["alpha"] + node.offset
    new_p = {"omega": omega, "lag": node.lag}
    new_u = {"u": 0.0 * omega, "h_sin": source_u["u_im"] * node.K / node.r, "h_cos": source_u["u_re"] * node.K / node.r}
    target: Model | Network = kuramoto
    if net is not None:
        weights = scipy.sparse.diags_array(node.K / node.r) @ net.weights @ scipy.sparse.diags_array(node.r)
        target = network(kuramoto, weights, coupling="sine")

    def again(value: float) -> Translation:
        factor = value / _present(ratio)
        weaker = {name: each * factor for name, each in source_u.items()}
        free = source_p["omega"] - node.c * source_p["alpha"]
        slower = source_p | {"omega": source_p["omega"] + (factor - 1) * (free - np.mean(free))}
        return to_kuramoto(oscillators if net is None else _scaled(net, factor), p=slower, u=weaker)

    ratio = float(np.max(node.pull / (2 * source_p["alpha"])))
    drives = {"u_re": {"h_cos": node.K / node.r}, "u_im": {"h_sin": node.K / node.r}}
    maps = StateMap("asymptotic phase on the isochrons; back to the cycle", *_maps(source_p, node.r))
    return _translation(oscillators, target, (source_p, source_u, new_p, new_u), maps, ratio, again, drives, forth=True)


def with_amplitude(
    phases: Model | Network, *, attraction: float | None = None, p: Any = None, u: Any = None
) -> Translation:
    """Stuart-Landau oscillators for Kuramoto's phases: one, or a network coupled by "sine" without delays.

    attraction: the rate 2 alpha (1/s) at which amplitudes return to 1; left out, so fast that `valid` says yes with
    room to spare. Lags must lie between -pi/2 and pi/2: they become shear, beta/gamma = tan(lag). The small parameter
    is the fastest pull over the attraction, and `again` chooses the attraction. Error and keywords of `check` are those
    of `to_kuramoto`, which undoes this to rounding. `attraction` to infinity at constant alpha/gamma is exact.
    """
    net = _network(phases, kuramoto)
    if net is not None and net.coupling != "sine":
        raise ValueError(f"phases pull by their sines: coupling='sine' is wanted, got {net.coupling!r}")
    source_p, source_u = setting(phases, p, u)
    K = 1 / np.cos(source_p["lag"])
    if not np.all(np.abs(source_p["lag"]) < np.pi / 2):
        raise ValueError(f"a lag becomes a shear of tan(lag) and must be below pi/2 in size, got {source_p['lag']} rad")
    c = np.tan(source_p["lag"])
    turned = {"u_re": source_u["h_cos"] / K, "u_im": source_u["h_sin"] / K}
    target: Model | Network = stuart_landau
    if net is not None:
        target = network(stuart_landau, scipy.sparse.diags_array(1 / K) @ net.weights, coupling="diffusive")
    # The pull does not depend on the attraction: any alpha does for the nodes here.
    one = {"alpha": 1 + 0 * c, "gamma": 1 + 0 * c, "beta": c}
    node = _node(target if isinstance(target, Network) else None, one, turned)
    pull = float(np.max(node.pull))
    if attraction is None:
        attraction = 3 * pull / LIMIT if pull else 2.0
    if not (np.isfinite(attraction) and attraction > 0):
        raise ValueError(f"attraction (1/s) must be finite and above 0, got {attraction}")
    alpha = attraction / 2 + 0 * c
    omega = source_p["omega"] + source_u["u"] - node.offset + c * alpha
    new_p = {"alpha": alpha, "omega": omega, "gamma": alpha, "beta": c * alpha}

    def again(value: float) -> Translation:
        _present(pull)
        return with_amplitude(phases, attraction=pull / value, p=source_p, u=source_u)

    forward, backward = _maps(new_p, node.r)
    maps = StateMap("the point of the cycle at that phase; back by the asymptotic phase", backward, forward)
    numbers = (source_p, source_u, new_p, turned)
    drives = {"h_cos": {"u_re": 1 / K}, "h_sin": {"u_im": 1 / K}}
    return _translation(phases, target, numbers, maps, pull / attraction, again, drives, forth=False)


def _network(given: Any, wanted: Model) -> Network | None:
    """The network, or None for one node of the model that is wanted."""
    model = given.model if isinstance(given, Network) else given
    if not (isinstance(model, Model) and model.rhs is wanted.rhs):
        got = getattr(given, "name", given)
        raise ValueError(f"{wanted.name!r}, alone or as a network, is wanted here, got {got!r}")
    return given if isinstance(given, Network) else None


def _node(net: Network | None, p: Any, u: Any) -> _Node:
    alpha, gamma, beta = p["alpha"], p["gamma"], p["beta"]
    if not (np.all(np.asarray(alpha) > 0) and np.all(np.asarray(gamma) > 0)):
        raise ValueError(f"a stable cycle wants alpha > 0 and gamma > 0, got alpha = {alpha}, gamma = {gamma}")
    r, c = np.sqrt(alpha / gamma), beta / gamma
    K, pull, offset = np.sqrt(1 + c * c), np.hypot(u["u_re"], u["u_im"]) / r, 0.0 * c
    if net is not None:
        pull = pull + np.abs(net.weights) @ r / r
        offset = c * net.strengths if net.coupling == "diffusive" else offset
    return _Node(r, c, K, np.arctan(c), offset, K * pull)


def _maps(p: Any, r: Any) -> tuple[Any, Any]:
    def forward(x: np.ndarray) -> np.ndarray:
        z = x[0] + 1j * x[1]
        return asymptotic_phase(z, p["gamma"], p["beta"], p["alpha"])[None]

    def backward(theta: np.ndarray) -> np.ndarray:
        return np.array([r * np.cos(theta[0]), r * np.sin(theta[0])])

    return forward, backward


def _present(ratio: float) -> float:
    if not ratio:
        raise ValueError("nothing pulls at the phases here: the translation is exact, and has no error to scale")
    return ratio


def _scaled(net: Network, factor: float) -> Network:
    return network(net.model, net.weights * factor, coupling=net.coupling)  # type: ignore[arg-type]


def _translation(
    source: Any,
    target: Any,
    numbers: tuple[Any, ...],
    maps: StateMap,
    ratio: float,
    again: Any,
    drives: Any,
    forth: bool,
) -> Translation:
    """Both ways alike: the oscillators with amplitudes are the truth that the phases are held against."""
    source_p, source_u, p, u = numbers
    full, full_p, full_u = (source, source_p, source_u) if forth else (target, p, u)
    bare, bare_p, bare_u = (target, p, u) if forth else (source, source_p, source_u)
    to_phases, _ = _maps(full_p, 1.0)
    fastest = ratio * 2 * float(np.max(full_p["alpha"]))

    def runs(duration: float | None, step: float | None, spread: float, unequal: float) -> tuple[np.ndarray, ...]:
        rates = [np.abs(full_p["omega"]), np.abs(bare_p["omega"]), 2 * full_p["alpha"], fastest]
        quick = max(float(np.max(each)) for each in rates)
        if duration is None:
            duration = 3 / fastest if fastest else 20 * np.pi / quick
        step = 0.01 / quick if step is None else step
        many = np.ndim(full_p["alpha"])
        angle = np.linspace(0, spread, np.size(full_p["alpha"])) if many else np.array(0.0)
        away = 1 + unequal * (-1.0) ** np.arange(angle.size).reshape(angle.shape)
        r = np.sqrt(full_p["alpha"] / full_p["gamma"]) * away
        x0 = np.array([r * np.cos(angle), r * np.sin(angle)])
        every = max(int(duration / step / 200), 1)
        options = {"every": every, "method": "rk4"}
        one = simulate(full, duration, step, p=full_p, u=full_u, x0=x0, **options)
        other = simulate(bare, duration, step, p=bare_p, u=bare_u, x0=to_phases(x0), **options)
        return one.t, to_phases(np.moveaxis(one.x, 1, 0))[0], other.x[:, 0]

    def measure(
        *, duration: float | None = None, step: float | None = None, spread: float = 2.0, unequal: float = 0.3
    ) -> Error:
        t, found, simple = runs(duration, step, spread, unequal)
        apart = np.abs(np.angle(np.exp(1j * (found - simple)))).max()
        text = f"phases (rad) of {t[-1]:.4g} s, begun {spread:g} rad apart, amplitudes off by {100 * unequal:g} %"
        return Error(text, state=float(apart))

    def sides(
        *, duration: float | None = None, step: float | None = None, spread: float = 2.0, unequal: float = 0.3
    ) -> Sides:
        t, found, simple = runs(duration, step, spread, unequal)
        if found.ndim == 1:
            name, (found, simple) = "cosine of the phase", (np.cos(found), np.cos(simple))
        else:
            name = "phase of the last node less that of the first"
            found, simple = (np.unwrap(each[:, -1] - each[:, 0]) for each in (found, simple))
        pair = (found, simple) if forth else (simple, found)
        return Sides("time", "s", t, name, "1" if name.startswith("cosine") else "rad", *pair)

    valid = Validity(WORDS, "pull/(2 alpha)", "1", ratio, LIMIT, TOLERANCE, {"state": 1.0})
    return Translation(
        source, target, source_p, source_u, p, u, maps, valid, ASSUMES, measure(), measure, again, sides, drives
    )
