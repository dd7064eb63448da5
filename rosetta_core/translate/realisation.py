"""A Stuart-Landau oscillator built from two populations: a Wilson-Cowan node with the same four numbers.

With plain sigmoids the Jacobian at the activities E, I is that of closed form, s_E = E (1 - E) and s_I alike. At a Hopf
point of the sweep of P_E the trace vanishes, which gives w_EE; the determinant gives omega in units of 1/tau_E, and the
normal form (Kuznetsov 2004, doi:10.1007/978-1-4757-3978-7, section 5.4) gamma and beta, all as functions of E and I
alone once w_EI, w_IE, w_II and tau_I/tau_E are kept. A node near that point has the eigenvalue alpha + i omega.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import brentq, root

from rosetta_core.analysis.problem import problem
from rosetta_core.models.stuart_landau import stuart_landau
from rosetta_core.models.wilson_cowan import wilson_cowan
from rosetta_core.translate.comparison import N_PHASES, compared, gain_error, resonance_band
from rosetta_core.translate.expansion import Expansion, Here, expansion, here, state_map
from rosetta_core.translate.stuart_landau import CYCLE, FOCUS, both_gains, both_rhythms, drive_of, reach_of
from rosetta_core.translate.translation import Error, Sides, StateMap, Translation, Validity, setting

KEPT = {"w_EI": 12.0, "w_IE": 12.0, "w_II": 2.0}


class Node(NamedTuple):
    """A node at a Hopf point, time in units of tau_E: omega, gamma and beta for E, and what makes it."""

    E: float
    I: float
    omega: float
    gamma: float
    beta: float
    p: dict[str, float]
    P_I: float


def to_wilson_cowan_cycle(
    p: Any = None, *, kept: Mapping[str, float] | None = None, tau_ratio: float = 1.0, scale: float | None = None,
    I: float | None = None, tolerance: float | None = None,
) -> Translation:  # fmt: skip
    """A Wilson-Cowan node with alpha, omega, gamma, beta of a Stuart-Landau oscillator, p as for `stuart_landau`.

    Four numbers do not fix a node. Kept, by choice: kept, the weights w_EI, w_IE (12) and w_II (2); tau_ratio, tau_I by
    tau_E; slopes 1 and thresholds 0. Solved for: w_EE, P_I, tau_E, P_E and the activities E and I at the Hopf point.
    scale is by how much E moves for a unit of re. Left out, it follows from gamma, and of all activities that give
    beta/gamma the pair nearest to one half is taken (with I given, the nearest with that I); given, both activities
    follow. ValueError where no node of this kind has these numbers. Errors (on limit cycles of both, or at the focus)
    and their orders in alpha are as in `to_stuart_landau`, which leads back.
    """
    numbers = setting(stuart_landau, p)[0]
    alpha, omega, gamma = numbers["alpha"], numbers["omega"], numbers["gamma"]
    if not (omega > 0 and gamma > 0 and alpha != 0):
        raise ValueError(
            f"a node wants omega > 0, gamma > 0 (a small stable cycle) and an alpha that is not 0 (at 0 there is no "
            f"rhythm to compare), got alpha = {alpha:g}, omega = {omega:g}, gamma = {gamma:g}"
        )
    weights = {**KEPT, **(kept or {})}
    if set(weights) != set(KEPT) or not (weights["w_EI"] * weights["w_IE"] > 0 and tau_ratio > 0):
        raise ValueError(
            f"kept wants positive w_EI and w_IE, and w_II, and tau_ratio > 0; got {weights}, {tau_ratio:g}"
        )
    if scale is not None and not scale > 0:
        raise ValueError(f"scale, the change of E for a unit of re, must be positive, got {scale!r}")
    node = (
        _with_shear(numbers, weights, tau_ratio, I) if scale is None else _with_both(numbers, weights, tau_ratio, scale)
    )
    return _realised(numbers, node, tau_ratio, scale, tolerance, None)


def node_at(E: float, I: float, weights: Mapping[str, float], tau_ratio: float) -> Node | None:
    """`Node` with these activities at its Hopf point, tau_E = 1; None where the determinant is not positive."""
    s, tau = np.array([E * (1 - E), I * (1 - I)]), np.array([1.0, tau_ratio])
    w_EI, w_IE, w_II = (weights[name] for name in KEPT)
    w_EE = (1 + (1 + w_II * s[1]) / tau_ratio) / s[0]
    W = np.array([[w_EE, -w_EI], [w_IE, -w_II]])
    A = (s[:, None] * W - np.eye(2)) / tau[:, None]
    square = float(np.linalg.det(A))
    if square <= 0:
        return None
    omega, bent = float(np.sqrt(square)), s * (1 - 2 * np.array([E, I])) / tau
    # q_E = 1/2, so that |z| is the amplitude of E; p* q = 1 for the left vector below.
    q = np.array([1.0, (1j * omega - A[0, 0]) / A[0, 1]]) / 2
    left = np.array([1.0, A[0, 1] / (1j * omega - A[1, 1])])
    left = left / (left @ q)

    def B(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return bent * (W @ a) * (W @ b)

    c, back = s * (1 - 6 * s) / tau * (W @ q) ** 2 * (W @ q.conj()), q.conj()
    mean, double = np.linalg.solve(A, B(q, back)), np.linalg.solve(2j * omega * np.eye(2) - A, B(q, q))
    c1 = left @ (c - 2 * B(q, mean) + B(back, double)) / 2
    P_I = float(np.log(I / (1 - I)) - w_IE * E + w_II * I)
    return Node(E, I, omega, -float(c1.real), -float(c1.imag), {**weights, "w_EE": float(w_EE)}, P_I)


def _with_shear(numbers: Mapping[str, float], weights: Mapping[str, float], tau_ratio: float, I: float | None) -> Node:
    """The node with the ratio of beta and gamma whose activities are nearest to one half."""
    wanted = numbers["beta"] / numbers["gamma"]
    if I is not None and not 0 < I < 1:
        raise ValueError(f"I is an activity between 0 and 1, got {I!r}")

    def off(E: float, at: float) -> float:
        found = node_at(E, at, weights, tau_ratio)
        return np.nan if found is None or found.gamma <= 0 else found.beta - wanted * found.gamma

    grid, seen, best = np.linspace(0.02, 0.98, 65), [], None
    for at in grid[::2] if I is None else [I]:
        values = np.array([off(E, at) for E in grid])
        nodes = [
            node_at(E, at, weights, tau_ratio) for E, value in zip(grid, values, strict=True) if np.isfinite(value)
        ]
        seen += [each.beta / each.gamma for each in nodes if each is not None]
        for k in np.flatnonzero(values[:-1] * values[1:] < 0):
            E = float(brentq(off, grid[k], grid[k + 1], args=(at,), xtol=1e-14))  # type: ignore[arg-type]
            if best is None or np.hypot(E - 0.5, at - 0.5) < np.hypot(best.E - 0.5, best.I - 0.5):
                best = node_at(E, float(at), weights, tau_ratio)
    if best is None:
        reached = f"from {min(seen):.4g} to {max(seen):.4g}" if seen else "nowhere, for none has a stable small cycle"
        raise ValueError(
            f"no Wilson-Cowan node with {dict(weights)} and tau_I/tau_E = {tau_ratio:g} has beta/gamma = {wanted:.4g}; "
            f"these reach {reached}; keep other weights or another tau_ratio (a slower inhibition, above 1, lowers it)"
        )
    return best


def _with_both(numbers: Mapping[str, float], weights: Mapping[str, float], tau_ratio: float, scale: float) -> Node:
    """The node with beta/gamma and with gamma/omega for a given scale."""
    aim = numbers["beta"] / numbers["gamma"], np.log(numbers["gamma"] / scale**2 / numbers["omega"])

    def node_of(place: np.ndarray) -> Node | None:
        if not np.isfinite(place).all():
            return None
        E, I = 1 / (1 + np.exp(-np.clip(place, -15, 15)))
        return node_at(float(E), float(I), weights, tau_ratio)

    def off(place: np.ndarray) -> np.ndarray:
        found = node_of(place)
        if found is None or found.gamma <= 0:
            return np.array([np.nan, np.nan])
        try:
            turning = _along(found, tau_ratio, numbers["alpha"] / numbers["omega"])[2]
        except ValueError:
            return np.array([np.nan, np.nan])
        return np.array([found.beta / found.gamma, np.log(found.gamma / turning)]) - aim

    grid = np.linspace(-3.5, 3.5, 29)
    places = [np.array([a, b]) for a in grid for b in grid]
    sizes = np.array([np.abs(off(place)).sum() for place in places])
    for k in np.argsort(sizes)[:12]:
        if np.isfinite(sizes[k]):
            found = root(off, places[k], tol=1e-12)
            node = node_of(found.x)
            if node is not None and np.abs(off(found.x)).max() < 1e-9:
                return node
    raise ValueError(
        f"no Wilson-Cowan node with {dict(weights)} and tau_I/tau_E = {tau_ratio:g} has beta/gamma = {aim[0]:.4g} and "
        f"gamma/(omega scale^2) = {np.exp(aim[1]):.4g} for E; leave scale out, or keep other weights"
    )


def _along(node: Node, tau_ratio: float, ratio: float) -> tuple[float, float, float]:
    """E and I at which alpha/omega is `ratio`, on the branch of equilibria of a sweep of P_E, and omega there.

    The branch is explicit in I. ValueError where the ratio is not reached before the pair stops turning.
    """
    w_EE, w_EI, w_IE, w_II = (node.p[name] for name in ("w_EE", "w_EI", "w_IE", "w_II"))

    def E_of(I: float) -> float:
        return float((np.log(I / (1 - I)) + w_II * I - node.P_I) / w_IE)

    def pair(I: float) -> complex:
        E = E_of(I)
        if not 0 < E < 1:
            return complex(np.nan, np.nan)
        s_E, s_I = E * (1 - E), I * (1 - I)
        J = np.array([[w_EE * s_E - 1, -w_EI * s_E], [w_IE * s_I / tau_ratio, -(1 + w_II * s_I) / tau_ratio]])
        half, square = np.trace(J) / 2, np.linalg.det(J) - np.trace(J) ** 2 / 4
        return complex(half, np.sqrt(square)) if square > 0 else complex(np.nan, np.nan)

    def off(I: float) -> float:
        found = pair(I)
        return float(found.real - ratio * found.imag)

    start, found = off(node.I), []
    for sign in (1.0, -1.0):
        before, size = node.I, 1e-3 * node.I * (1 - node.I)
        while 0 < before + sign * size < 1:
            after = before + sign * size
            if not np.isfinite(off(after)):
                break
            if off(after) * start <= 0:
                I = float(brentq(off, before, after, xtol=1e-15, rtol=1e-14))  # type: ignore[arg-type]
                found.append((abs(I - node.I), (E_of(I), I, pair(I).imag)))
                break
            before = after
            size *= 1.2
    if not found:
        raise ValueError(f"alpha/omega = {ratio:.4g} is not reached: the node's equilibrium stops turning before")
    return min(found)[1]


def _realised(
    numbers: dict[str, float], node: Node, tau_ratio: float, scale: float | None, tolerance: float | None,
    limit: float | None,
) -> Translation:  # fmt: skip
    E, I, turning = _along(node, tau_ratio, numbers["alpha"] / numbers["omega"])
    tau = turning / numbers["omega"]
    p = {**node.p, "tau_E": tau, "tau_I": tau * tau_ratio}
    P_E, P_H = (float(np.log(e / (1 - e)) - p["w_EE"] * e + p["w_EI"] * i) for e, i in ((E, I), (node.E, node.I)))
    plain = {"a_E": 1.0, "theta_E": 0.0, "a_I": 1.0, "theta_I": 0.0, "r_E": 0.0, "r_I": 0.0, "k_E": 1.0, "k_I": 1.0}
    p, u = {**plain, "shift": 0.0, **p}, {"P_E": P_E, "P_I": node.P_I}
    found = expansion(problem(wilson_cowan, "P_E", p, u), P_H, "E")
    at = here(found, P_E)
    size = float(np.sqrt(numbers["gamma"] / at.p["gamma"])) if scale is None else scale
    order, allowed = (CYCLE, 0.2) if at.exists else (FOCUS, 0.05)
    allowed = allowed if tolerance is None else tolerance

    def again(value: float) -> Translation:
        other = {**numbers, "alpha": float(np.sign(numbers["alpha"])) * value}
        same = node if scale is None else _with_both(other, {k: node.p[k] for k in KEPT}, tau_ratio, scale)
        return _realised(other, same, tau_ratio, scale, allowed, reach)

    try:
        error = _measured(found, at, N_PHASES)
    except ArithmeticError as beyond:
        raise ValueError(
            f"alpha = {numbers['alpha']:g} is too large for a node whose rhythm begins so: {beyond}"
        ) from beyond
    if limit is None:
        distance = reach_of(found, at, "P_E", allowed, order)
        reach = abs(here(found, found.form.value + float(np.sign(P_E - P_H)) * distance).p["alpha"])
    else:
        reach = limit

    def measure(*, n_phases: int = N_PHASES) -> Error:
        return _measured(found, at, n_phases)

    def sides(*, n_phases: int = N_PHASES) -> Sides:
        if at.exists:
            model, oscillator = both_rhythms(found, at, "P_E", n_phases)
            return Sides("phase", "rad", model.phase, "re", "1", oscillator.y / size, (model.y - at.rest) / size)
        f = resonance_band(at.p["alpha"], at.p["omega"])
        model, oscillator = both_gains(found, at, "P_E", f)
        return Sides("frequency", "Hz", f, "gain from P_E", "1", oscillator, model)

    words = "close to the Hopf point: alpha small against omega, and E and I far from 0 and 1"
    valid = Validity(words, "alpha", "1/s", abs(numbers["alpha"]), reach, allowed, order)
    choices = (
        f"kept: {', '.join(f'{k} = {node.p[k]:g}' for k in KEPT)}, tau_I/tau_E = {tau_ratio:g}",
        f"solved for: w_EE, tau_E, P_E, P_I, and E = {node.E:.4g}, I = {node.I:.4g} at the Hopf point P_E = {P_H:.6g}",
        f"E moves by {size:.4g} for a unit of re",
    )
    return Translation(
        stuart_landau, wilson_cowan, numbers, setting(stuart_landau)[1], *setting(wilson_cowan, p, u),
        _states(found, at, size), valid, choices, error, measure, again, sides, _drives(found, at, size),
    )  # fmt: skip


def _measured(found: Expansion, at: Here, n_phases: int) -> Error:
    where = f"at P_E = {at.value:.8g}, push through P_E"
    if at.exists:
        model, oscillator = both_rhythms(found, at, "P_E", n_phases)
        return Error(f"limit cycles {where}", **compared(oscillator, model, -at.rest))
    f = resonance_band(at.p["alpha"], at.p["omega"])
    model, oscillator = both_gains(found, at, "P_E", f)
    return Error(f"focus {where}, {f.min():.4g} to {f.max():.4g} Hz", transfer=gain_error(oscillator, model))


def _states(found: Expansion, at: Here, size: float) -> StateMap:
    both = state_map(found, at)
    assert both.forward is not None and both.backward is not None
    to_plane, from_plane = both.forward, both.backward
    words = f"(E, I) = rest + Re(z q), E by {size:.4g} for a unit of re"
    return StateMap(words, lambda z: from_plane(size * np.asarray(z)), lambda x: to_plane(x) / size)


def _drives(found: Expansion, at: Here, size: float) -> dict[str, dict[str, float]]:
    """What P_E and P_I must do for a unit of u_re or u_im: two pushes in a plane, so that there is just one way."""
    columns = [drive_of(found, at, name) for name in ("P_E", "P_I")]
    inverse = np.linalg.inv(np.array([[np.real(c) for c in columns], [np.imag(c) for c in columns]])) * size
    return {each: {"P_E": float(inverse[0, k]), "P_I": float(inverse[1, k])} for k, each in enumerate(("u_re", "u_im"))}
