"""Wilson-Cowan: excitation and inhibition as two rates, the first rung where push and pull are populations.

tau_E E' = -E + (k_E - r_E E)[S_E(x_E) - shift S_E(0)], x_E = w_EE E - w_EI I + P_E, and
tau_I I' = -I + (k_I - r_I I)[S_I(x_I) - shift S_I(0)], x_I = w_IE E - w_II I + P_I,
with S(x) = 1/(1 + exp(-a (x - theta))).
Weights carry the target first; they are magnitudes, inhibition is subtracted. Wilson & Cowan 1972,
doi:10.1016/S0006-3495(72)86068-5, have shift = 1 and r = 1, and their k is the largest value of the shifted sigmoid;
shift = 0, r = 0, k = 1 is the plain form of most later work. Below, p and u are as in `simulate`.
"""

import math
from types import SimpleNamespace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Quantity, preset, values
from rosetta_core.models._wilson_cowan_presets import PRESETS, WILSON_COWAN
from rosetta_core.operators import logistic

Sweep = Literal["P_E", "P_I"]


@kernel
def rhs(t, x, p, u):
    E, I = x
    w_EE, w_EI, w_IE, w_II, a_E, theta_E, a_I, theta_I, tau_E, tau_I, r_E, r_I, k_E, k_I, shift = p
    P_E, P_I = u
    drive_E = logistic(a_E * (w_EE * E - w_EI * I + P_E - theta_E)) - shift * logistic(-a_E * theta_E)
    drive_I = logistic(a_I * (w_IE * E - w_II * I + P_I - theta_I)) - shift * logistic(-a_I * theta_I)
    return ((-E + (k_E - r_E * E) * drive_E) / tau_E, (-I + (k_I - r_I * I) * drive_I) / tau_I)


@kernel
def emit(x, p):
    return (x[0],)


class Linear(NamedTuple):
    """Trace (1/s) and determinant (1/s^2) of the Jacobian; a Hopf point has trace 0 and a positive determinant."""

    trace: np.ndarray
    determinant: np.ndarray


class Branch(NamedTuple):
    """Equilibria E, I and the swept input P that holds them; nan where no input does."""

    E: np.ndarray
    I: np.ndarray
    P: np.ndarray


class Special(NamedTuple):
    """A fold ("fold") or a Hopf point ("hopf"): the input P, the equilibrium, and its frequency (Hz; nan at a fold)."""

    kind: Literal["fold", "hopf"]
    P: float
    E: float
    I: float
    frequency: float


def _numbers(model: Model, p: Any, u: Any = None) -> SimpleNamespace:
    """Parameters and inputs as arrays over (E, I); W[target, source] holds signs, rest is what the shift subtracts."""
    parts = values(model.name, "parameter", model.params, p), values(model.name, "input", model.inputs, u)
    if parts[0].ndim != 1 or parts[1].ndim != 1:
        raise ValueError(f"one value per parameter and input is wanted, got shapes {[part.shape for part in parts]}")
    W, (a, theta), (tau, r, k) = parts[0][:4].reshape(2, 2), parts[0][4:8].reshape(2, 2).T, parts[0][8:14].reshape(3, 2)
    rest = parts[0][14] * (1 - np.tanh(a * theta / 2)) / 2
    return SimpleNamespace(W=W * [1, -1], a=a, theta=theta, tau=tau, r=r, k=k, P=parts[1], rest=rest)


def _steady(x: Any, who: Any, q: SimpleNamespace) -> Any:
    """Activity of a population (0 or 1, or both along the last axis) under constant total input: k s/(1 + r s)."""
    s = (1 + np.tanh(q.a[who] * (x - q.theta[who]) / 2)) / 2 - q.rest[who]
    return q.k[who] * s / (1 + q.r[who] * s)


def _raw(x: np.ndarray, q: SimpleNamespace) -> np.ndarray:
    """The unshifted sigmoids, in (0, 1), behind the steady activities x (..., 2); nan if there is none."""
    raw = x / (q.k - q.r * x) + q.rest
    return np.where((raw > 0) & (raw < 1), raw, np.nan)


def _inputs(x: np.ndarray, q: SimpleNamespace) -> np.ndarray:
    """The inputs (..., 2) that hold the activities x (..., 2)."""
    return q.theta + np.log(_raw(x, q) / (1 - _raw(x, q))) / q.a - x @ q.W.T


def _slave(sweep: Sweep, q: SimpleNamespace) -> int:
    """The population that a sweep of the other one's input leaves to its own total input."""
    if sweep not in ("P_E", "P_I"):
        raise ValueError(f"sweep must be 'P_E' or 'P_I', got {sweep!r}")
    who = int(sweep == "P_E")
    if q.W[who, 1 - who] == 0:
        raise ValueError(f"a sweep of {sweep} wants two populations that are connected; the cross weight is 0")
    return who


def _along(x: Any, who: int, q: SimpleNamespace) -> Any:
    """Activities (..., 2) where the population `who` is steady under its total input x, and the other makes that."""
    own = _steady(x, who, q)
    other = (x - q.P[who] - q.W[who, who] * own) / q.W[who, 1 - who]
    return np.stack([other, own] if who else [own, other], axis=-1)


def branch(x: ArrayLike, model: Model, p: Any = None, u: Any = None, sweep: Sweep = "P_E") -> Branch:
    """All equilibria under a sweep of one input, explicitly, along the total input x of the other population.

    x is x_I for a sweep of P_E and x_E for a sweep of P_I: that population is the slave of its total input.
    """
    q = _numbers(model, p, u)
    at = _along(np.asarray(x, dtype=float), _slave(sweep, q), q)
    return Branch(at[..., 0], at[..., 1], _inputs(at, q)[..., int(sweep == "P_I")])


def entries(E: ArrayLike, I: ArrayLike, model: Model, p: Any = None) -> np.ndarray:
    """Jacobian ((J_EE, J_EI), (J_IE, J_II)) (1/s) at an equilibrium (E, I), under the inputs that hold it: (..., 2, 2).

    J_EE = (w_EE g - l)/tau_E and J_EI = -w_EI g/tau_E with the gain g = (k_E - r_E E) a_E S (1 - S) and the leak
    l = 1/(1 - r_E E/k_E), J_IE and J_II alike.
    """
    q, x = _numbers(model, p), np.stack(np.broadcast_arrays(np.asarray(E, dtype=float), I), axis=-1)
    free, raw = q.k - q.r * x, _raw(x, q)
    gain, leak = free * q.a * raw * (1 - raw), q.k / free
    return (gain[..., None] * q.W - leak[..., None] * np.eye(2)) / q.tau[:, None]


def linear(E: ArrayLike, I: ArrayLike, model: Model, p: Any = None) -> Linear:
    """Trace and determinant of `entries`."""
    J = entries(E, I, model, p)
    return Linear(J[..., 0, 0] + J[..., 1, 1], J[..., 0, 0] * J[..., 1, 1] - J[..., 0, 1] * J[..., 1, 0])


def _ends(who: int, q: SimpleNamespace) -> np.ndarray:
    """Least and largest total input of a population that any activity of the two can make, a little widened."""
    edges = q.W[who] * np.array([_steady(x, slice(None), q) for x in (-1e9, 1e9)])
    low, high = q.P[who] + np.sort(edges, axis=0).sum(axis=1)
    return np.array([low, high]) + 1e-9 * (high - low) * np.array([-1, 1])


def equilibria(model: Model, p: Any = None, u: Any = None) -> np.ndarray:
    """All equilibria, rows (E, I) with rising E, to 1e-12. Two within 1e-11 of the range, at a fold, count as one.

    They are the zeros of one function g of the total input of I, and none can be missed: a cell of that line is halved
    until |g| in its middle is too large to vanish inside, given the largest possible |g'|, or |g'| is, given the
    largest possible |g''|, so that g is monotone and the signs at the ends tell.
    """
    from scipy.optimize import brentq  # here, because it would slow `import rosetta_core`

    q = _numbers(model, p, u)

    def g(x: Any) -> Any:
        at = _along(x, who, q)
        return at[..., 0] - _steady(at @ q.W[0] + q.P[0], 0, q)

    who = _slave("P_E", q)
    low, high = _ends(who, q)
    # |S'| <= a/4 and |S''| <= a^2/(6 sqrt 3) bound the steady activities of E and I, those E(x), and both g.
    least = 1 - q.r * q.rest
    if not (least > 0).all():
        raise ValueError(f"r shift S(0) < 1 is wanted, or a steady activity is infinite; got r = {q.r}")
    (E1, I1), (E2, I2) = q.k * q.a / 4 / least**2, q.k * q.a**2 * (1 / math.sqrt(108) + q.r / 8 / least) / least**2
    w = np.abs(q.W)
    E_x, E_xx = (1 + w[1, 1] * I1) / w[1, 0], w[1, 1] * I2 / w[1, 0]
    total = w[0, 0] * E_x + w[0, 1] * I1
    bounds = E_x + E1 * total, E_xx + E2 * total**2 + E1 * (w[0, 0] * E_xx + w[0, 1] * I2)
    found, cells, width = [], np.arange(256.0), (high - low) / 256
    while cells.size and width > 1e-12 * (high - low):
        middle = g(low + width * (cells + 0.5) + 1e-30j)
        near = np.abs(middle.real) <= bounds[0] * width / 2 + 1e-14
        sure = near & (np.abs(middle.imag / 1e-30) > bounds[1] * width / 2)
        ends = low + width * cells[sure], low + width * (cells[sure] + 1)
        change = (g(ends[0]) < 0) != (g(ends[1]) < 0)
        found += [brentq(g, *pair, xtol=1e-14) for pair in zip(*(end[change] for end in ends), strict=True)]
        cells = np.concatenate([2 * cells[near & ~sure], 2 * cells[near & ~sure] + 1])
        width /= 2
    places = np.sort([*found, *(low + width * (cells + 0.5))])
    return _along(places[np.diff(places, prepend=-np.inf) > 1e-11 * (high - low)], who, q)


def special_points(model: Model, p: Any = None, u: Any = None, sweep: Sweep = "P_E") -> tuple[Special, ...]:
    """Folds (determinant 0) and Hopf points (trace 0, determinant > 0) under a sweep of one input, by rising P.

    Roots along the explicit branch, to 1e-11 in P; a pair closer than 1/20000 of the branch can be missed.
    """
    from scipy.optimize import brentq

    q, found = _numbers(model, p, u), []
    grid = np.linspace(*_ends(_slave(sweep, q), q), 20001)
    for part, kind in enumerate(("hopf", "fold")):

        def size(x: Any, part: int = part) -> Any:
            return linear(*branch(x, model, p, u, sweep)[:2], model, p)[part]

        sizes = size(grid)
        change = np.isfinite(sizes[:-1] + sizes[1:]) & ((sizes[:-1] < 0) != (sizes[1:] < 0))
        for i in np.flatnonzero(change):
            E, I, P = map(float, branch(brentq(size, grid[i], grid[i + 1], xtol=1e-14), model, p, u, sweep))
            determinant = float(linear(E, I, model, p).determinant)
            if kind == "fold" or determinant > 0:
                rate = math.nan if kind == "fold" else math.sqrt(determinant) / (2 * math.pi)
                found.append(Special(kind, P, E, I, rate))
    return tuple(sorted(found, key=lambda point: point.P))


def locus(I: ArrayLike, kind: Literal["fold", "hopf"], model: Model, p: Any = None) -> np.ndarray:
    """Folds or Hopf points in the plane of both inputs, explicitly, from I in (0, 1): P_E, P_I, E along the last axis.

    The first axis of two has the points with E below and above 1/2, nan where there is none. For plain sigmoids
    (shift = r = 0, k = 1). With s = a S (1 - S) and d = 1 + w_II s_I the trace vanishes at
    s_E = (1 + d tau_E/tau_I)/w_EE and the determinant at s_E = d/(w_EE d - w_EI w_IE s_I).
    """
    q, I = _numbers(model, p), np.asarray(I, dtype=float)
    if kind not in ("fold", "hopf") or np.any([q.rest, q.r, q.k - 1]):
        raise ValueError(f"'fold' or 'hopf' of plain sigmoids (shift = r = 0, k = 1) is wanted, got {kind!r} and {q}")
    s_I = q.a[1] * I * (1 - I)
    d = 1 - q.W[1, 1] * s_I
    below = q.W[0, 0] if kind == "hopf" else q.W[0, 0] * d + q.W[0, 1] * q.W[1, 0] * s_I
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (1 + d * q.tau[0] / q.tau[1] if kind == "hopf" else d) / below / q.a[0]
        high = (1 + np.sqrt(np.where(share > 0, 1 - 4 * share, np.nan))) / 2
        x = np.stack(np.broadcast_arrays(np.stack([share / high, high]), I), axis=-1)
        there = np.isfinite(high) if kind == "fold" else linear(x[..., 0], x[..., 1], model, p).determinant > 0
        return np.where(there[..., None], np.concatenate([_inputs(x, q), x[..., :1]], axis=-1), np.nan)


def bogdanov_takens_threshold(w_EE: float, w_II: float) -> float:
    """w_EI w_IE above which Bogdanov-Takens points exist: w_EE (w_II + 1/(s (2 + w_II s))) at the largest s.

    For equal time constants, plain sigmoids (shift = r = 0, k = 1) and slopes 1 (else multiply each weight by the
    slope of its target). s is the slope of I's sigmoid, at most 1/4, and so must be E's, (2 + w_II s)/w_EE.
    """
    if not (w_EE >= 8 and w_II >= 0):
        raise ValueError(f"without w_EE >= 8 (and w_II >= 0) the trace is never 0; got w_EE = {w_EE}, w_II = {w_II}")
    s = 0.25 if w_II == 0 else min(0.25, (w_EE / 4 - 2) / w_II)
    return math.inf if s == 0 else w_EE * (w_II + 1 / (s * (2 + w_II * s)))


def bogdanov_takens(w_EE: float, w_EI: float, w_IE: float, w_II: float) -> np.ndarray:
    """The four Bogdanov-Takens points, rows (P_E, P_I, E, I), under the conditions of the threshold; none below it."""
    if w_EI * w_IE <= bogdanov_takens_threshold(w_EE, w_II):
        return np.empty((0, 4))
    q = 1 / (w_EI * w_IE / w_EE - w_II)  # s (2 + w_II s)
    s_I = q / (1 + math.sqrt(1 + w_II * q))
    s_E = (2 + w_II * s_I) / w_EE
    high_E, high_I = ((1 + math.sqrt(1 - 4 * s)) / 2 for s in (s_E, s_I))
    E, I = np.repeat([1 - high_E, high_E], 2), np.tile([1 - high_I, high_I], 2)
    P_E, P_I = np.log(E / (1 - E)) - w_EE * E + w_EI * I, np.log(I / (1 - I)) - w_IE * E + w_II * I
    return np.stack([P_E, P_I, E, I], axis=-1)


_NEUROMATCH = {
    "a_E": 1.2, "theta_E": 2.8, "a_I": 1.0, "theta_I": 4.0, "tau_E": 0.001, "tau_I": 0.002, "shift": 1.0,
    "r_E": 0.0, "r_I": 0.0, "k_E": 1.0, "k_I": 1.0, "P_I": 0.0, "source": "10.1016/j.tics.2021.03.018",
    "note": "The course's files are the source, the DOI is its description; times converted from ms.",
}  # fmt: skip
wilson_cowan = Model(
    name="wilson_cowan",
    title="Wilson-Cowan populations",
    rhs=rhs,
    emit=emit,
    state=(
        Quantity("E", 0.3, "1", 0.0, 1.0, "active share of the excitatory population"),
        Quantity("I", 0.1, "1", 0.0, 1.0, "active share of the inhibitory population"),
    ),
    params=(
        Quantity("w_EE", 12.0, "1", 0.0, 20.0, "weight from E to E", "nonnegative"),
        Quantity("w_EI", 12.0, "1", 0.0, 20.0, "weight from I to E, subtracted", "nonnegative"),
        Quantity("w_IE", 12.0, "1", 0.0, 20.0, "weight from E to I", "nonnegative"),
        # Real, because one published set has an I that excites itself.
        Quantity("w_II", 2.0, "1", 0.0, 20.0, "weight from I to I, subtracted"),
        Quantity("a_E", 1.0, "1", 0.5, 4.0, "steepness of the sigmoid of E", "positive"),
        Quantity("theta_E", 0.0, "1", -2.0, 6.0, "threshold of E"),
        Quantity("a_I", 1.0, "1", 0.5, 4.0, "steepness of the sigmoid of I", "positive"),
        Quantity("theta_I", 0.0, "1", -2.0, 6.0, "threshold of I"),
        Quantity("tau_E", 0.01, "s", 0.005, 0.05, "time constant of E", "positive"),
        Quantity("tau_I", 0.01, "s", 0.005, 0.05, "time constant of I", "positive"),
        Quantity("r_E", 0.0, "1", 0.0, 1.0, "refractoriness of E; 0 is none", "nonnegative"),
        Quantity("r_I", 0.0, "1", 0.0, 1.0, "refractoriness of I; 0 is none", "nonnegative"),
        Quantity("k_E", 1.0, "1", 0.5, 1.0, "saturation of E", "positive"),
        Quantity("k_I", 1.0, "1", 0.5, 1.0, "saturation of I", "positive"),
        Quantity("shift", 0.0, "1", 0.0, 1.0, "1 subtracts S(0), so that rest without input is 0; 0 does not"),
    ),
    inputs=(
        Quantity("P_E", 0.0, "1", -10.0, 10.0, "input to E"),
        Quantity("P_I", -6.0, "1", -10.0, 10.0, "input to I"),
    ),
    source=WILSON_COWAN,
    presets=(
        *PRESETS,
        preset("neuromatch_bistable", where="Dynamic networks, tutorial 2, default parameters", **_NEUROMATCH,
               w_EE=9.0, w_EI=4.0, w_IE=13.0, w_II=11.0, P_E=0.0),
        preset("neuromatch_cycle", where="Dynamic networks, tutorial 3, limit cycle", **_NEUROMATCH,
               w_EE=6.4, w_EI=4.8, w_IE=6.0, w_II=1.2, P_E=0.8),
    ),
)  # fmt: skip
