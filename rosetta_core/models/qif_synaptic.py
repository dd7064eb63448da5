"""Quadratic integrate-and-fire population with a synapse that takes time: first or second order, and ING.

tau_m dr/dt = Delta/(pi tau_m) + 2 r v,  tau_m dv/dt = v^2 + eta_bar + I - (pi tau_m r)^2 + J tau_m s.

The synapse is tau_s ds/dt = r - s, or tau_s ds/dt = z, tau_s dz/dt = r - 2 z - s (critically damped). r, s, z are in
Hz, times in s, v is dimensionless. Positive J excites, but in `ing` (interneuron gamma) it inhibits, as published.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rosetta_core._jit import inner, kernel
from rosetta_core.model import Model, Quantity, preset
from rosetta_core.models.mpr import equilibrium_excitability, mpr, qif_slopes, rate_response, resting_potential


@inner
def first_order(r, s, tau_s):
    """Slope (Hz/s) of a first-order synapse s that sees the rate r (Hz)."""
    return (r - s) / tau_s


@inner
def second_order(r, s, z, tau_s):
    """Slopes (Hz/s) of a critically damped second-order synapse s and of its companion z that see the rate r (Hz)."""
    return z / tau_s, (r - 2.0 * z - s) / tau_s


@kernel
def rhs_first(t, x, p, u):
    r, v, s = x
    tau_m, tau_s, Delta, eta_bar, J = p
    (I,) = u
    dr, dv = qif_slopes(r, v, tau_m, Delta, eta_bar + I + J * tau_m * s)
    return (dr, dv, first_order(r, s, tau_s))


@kernel
def rhs_second(t, x, p, u):
    r, v, s, z = x
    tau_m, tau_s, Delta, eta_bar, J = p
    (I,) = u
    dr, dv = qif_slopes(r, v, tau_m, Delta, eta_bar + I + J * tau_m * s)
    ds, dz = second_order(r, s, z, tau_s)
    return (dr, dv, ds, dz)


@kernel
def rhs_ing(t, x, p, u):
    tau_m, tau_s, Delta, eta_bar, J = p
    return rhs_second(t, x, (tau_m, tau_s, Delta, eta_bar, -J), u)


@kernel
def emit(x, p):
    return (p[0] * x[2],)


@kernel
def output(x, p):
    return x[1]


def equilibrium_current(r: ArrayLike, tau_m: float, Delta: float, J: float) -> np.ndarray:
    """eta_bar + I that holds the rate r (Hz) > 0 at rest, same shape as r; positive J excites. Exact: there s = r.

    The state is (r, v, s = r, z = 0) with v = -Delta/(2 pi tau_m r).
    """
    return equilibrium_excitability(r, tau_m, Delta, J)


def equilibrium(r: float, tau_m: float, Delta: float, order: int) -> np.ndarray:
    """The state (3,) or (4,), for a synapse of order 1 or 2, that rests at the rate r (Hz) > 0."""
    _check_order(order)
    return np.array([r, float(resting_potential(r, tau_m, Delta)), r, 0.0][: order + 2])


def open_loop(
    s: complex | np.ndarray, r: float, tau_m: float, tau_s: float, Delta: float, J: float, order: int
) -> np.ndarray:
    """Gain (complex, 1) once round the loop at the complex frequency s (1/s), at the fixed point with rate r (Hz).

    tau_m J H_r(s)/(1 + tau_s s)^order, positive J excites. s is an eigenvalue where it is one; a Hopf bifurcation is
    a solution s = i omega. Exact for the linearised model.
    """
    _check_order(order)
    v = float(resting_potential(r, tau_m, Delta))
    return tau_m * J * rate_response(s, r, v, tau_m) / (1 + tau_s * np.asarray(s)) ** order


class Hopf(NamedTuple):
    """A Hopf bifurcation: coupling J (1, positive excites), current eta_bar + I (1), rate (Hz), frequency (Hz)."""

    J: float
    current: float
    r: float
    frequency: float


def hopf(r: float, tau_m: float, tau_s: float, Delta: float, order: int) -> Hopf:
    """The coupling and the current at which the fixed point with rate r (Hz) > 0 rings for ever.

    The loop turns the phase by half a turn at one frequency, and the right J < 0 makes the gain one there: so every
    rate has one such inhibition. With the denominator d0 + d1 s + d2 s^2 + ... of the loop gain omega^2 = d1/d3; exact.
    """
    _check_order(order)
    v, field = float(resting_potential(r, tau_m, Delta)), 2 * np.pi * tau_m * r
    # The denominator, [(tau_m s - 2 v)^2 + field^2] (1 + tau_s s)^order, must be real at s = i omega.
    denominator = np.array([tau_m**2, -4 * v * tau_m, 4 * v**2 + field**2])
    for _ in range(order):
        denominator = np.polymul(denominator, [tau_s, 1.0])
    omega = float(np.sqrt(denominator[-2] / denominator[-4]))
    J = float(np.real(np.polyval(denominator, 1j * omega))) / (2 * tau_m * r)
    return Hopf(J, float(equilibrium_current(r, tau_m, Delta, J)), r, omega / (2 * np.pi))


def _check_order(order: int) -> None:
    if order not in (1, 2):
        raise ValueError(f"the synapse is of order 1 or 2, got order = {order!r}")


_REPORT = "10.1016/j.physrep.2026.05.004"
_TABLE = {"tau_m": 0.0075, "tau_s": 0.002, "Delta": 1.0, "eta_bar": 0.0, "J": 20.0}
_SYNAPSE = (
    Quantity("s", 8.0, "1/s", 0.0, 200.0, "synaptic activation", "nonnegative"),
    Quantity("z", 0.0, "1/s", -100.0, 100.0, "slope of s, times tau_s"),
)


def _params(tau_m: float, tau_s: float, Delta: float, eta_bar: float, J: Quantity) -> tuple[Quantity, ...]:
    return (
        Quantity("tau_m", tau_m, "s", 0.005, 0.05, "membrane time constant", "positive"),
        Quantity("tau_s", tau_s, "s", 0.001, 0.1, "synaptic time constant", "positive"),
        Quantity("Delta", Delta, "1", 0.1, 3.0, "half-width of the excitabilities", "nonnegative"),
        Quantity("eta_bar", eta_bar, "1", -10.0, 10.0, "centre of the excitabilities"),
        J,
    )


def _current(default: float, high: float) -> tuple[Quantity, ...]:
    return (Quantity("I", default, "1", -5.0, high, "current into every neuron"),)


qif_first_order = Model(
    name="qif_first_order",
    title="QIF mean field, first-order synapse",
    rhs=rhs_first,
    emit=emit,
    output=output,
    state=(*mpr.state, _SYNAPSE[0]),
    params=_params(0.01, 0.005, 1.0, -5.0, mpr.quantity("J")),
    inputs=_current(0.0, 10.0),
    signal=mpr.signal,
    source="10.1371/journal.pcbi.1005881",
)

qif_second_order = Model(
    name="qif_second_order",
    title="QIF mean field, second-order synapse",
    rhs=rhs_second,
    emit=emit,
    output=output,
    state=(*mpr.state, *_SYNAPSE),
    params=_params(0.01, 0.005, 1.0, -5.0, mpr.quantity("J")),
    inputs=_current(0.0, 10.0),
    signal=mpr.signal,
    source="10.1007/s00422-022-00952-7",
)

ing = Model(
    name="ing",
    title="Interneuron gamma (ING)",
    rhs=rhs_ing,
    emit=emit,
    output=output,
    state=(
        mpr.state[0]._replace(default=50.0, high=100.0),
        mpr.state[1]._replace(default=-0.4, low=-2.0, high=1.0),
        *(row._replace(default=start) for row, start in zip(_SYNAPSE, (50.0, 0.0), strict=True)),
    ),
    params=_params(**{**_TABLE, "J": Quantity("J", 20.0, "1", 0.0, 60.0, "mutual inhibition; positive inhibits")}),
    inputs=_current(10.0, 20.0),
    signal=mpr.signal,
    source="10.1007/s00422-022-00952-7",
    presets=(
        preset(
            "rosetta_2026_ing", source=_REPORT, where="Table A.1",
            note="ms and kHz turned to s and Hz; the rate equation has Delta/(pi tau), where the print has Delta",
            **_TABLE, I=10.0,
        ),
    ),
)  # fmt: skip
