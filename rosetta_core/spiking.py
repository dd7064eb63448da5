"""Networks of quadratic integrate-and-fire neurons: the spikes of which `mpr`, `ing` and `ping` are the mean fields.

Every neuron j of a population obeys tau dV_j/dt = V_j^2 + eta_j + I(t) + tau (sum over sources of J s(t)), fires at
plus infinity and goes on from minus infinity, without a refractory time. s (Hz) is what the spikes of a population
send. Voltages and currents have no unit, times are in s, rates in Hz. Within a step the input is constant and the flow
exact but for the error that `rosetta_core._qif` states; the whole is of second order in dt while the drive is smooth.
"""

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike

from rosetta_core import _qif
from rosetta_core.arguments import seconds, steps_of, whole
from rosetta_core.model import unknown
from rosetta_core.models.mpr import Field, rate_and_potential

SYNAPSES = ("instantaneous", "first_order", "second_order")
_WORK, _LONGEST = 20_000_000, 100_000  # most neurons times steps, and steps, between two chances to stop
_NOTES = 100_000  # spikes that one call of the kernel can note
_GOLDEN = (math.sqrt(5) - 1) / 2
Carry = tuple[_qif.State, int]  # where a run stopped, and the steps that its synapses have seen


@dataclass(frozen=True, eq=False)
class SpikingRun:
    """Result of a run: bins that end at t (bins,) in s; what they hold has a column for each population.

    rate (Hz) is the mean over the bin; the order parameter Z = <exp(i theta)>, V = tan(theta/2), and the synapses s
    (Hz) are taken at its end. spike_t (s) and spike_neuron list the spikes of the watched neurons in order of time.
    V (n,) holds all voltages at the end of the run, population after population. A run can be the `start` of the next.
    """

    network: "QIFNetwork"
    dt: float
    t: np.ndarray
    rate: np.ndarray
    Z: np.ndarray
    s: np.ndarray
    spike_t: np.ndarray
    spike_neuron: np.ndarray
    V: np.ndarray
    carry: Carry = field(repr=False)

    @property
    def mean_field(self) -> Field:
        """Rate (Hz) and mean potential at the times t, (bins, populations), by the conformal map of Z.

        Voltages spread like a Lorentzian have no mean; the mean field's v is its centre, and is found so.
        """
        return rate_and_potential(self.Z, self.network.tau)

    v = property(lambda self: self.mean_field.v, doc="Mean potential, that of `mean_field`.")


@dataclass(frozen=True, eq=False)
class QIFNetwork:
    """Populations of neurons, all connected to all; by default one, that of Montbrio, Pazo & Roxin 2015, Fig. 2.

    J is a number, or for several populations an array [target, source]; positive excites, negative inhibits, and tau
    of the target multiplies it, as in `mpr`, `qif_second_order` and `ping` (where inhibition is written J > 0). All
    else is one value for all populations or a sequence with one for each; the network keeps arrays, (populations,).

    n is the number of neurons. eta_bar is the centre and delta the half-width of the Lorentzian of excitabilities:
    taken at its quantiles eta_bar + delta tan(pi (2 j - n - 1)/(2 (n + 1))), j = 1..n, or drawn at random with `seed`.
    tau and tau_s in s. The synapse of a source is "instantaneous" (s is its rate over the last tau_s, by default one
    step), "first_order" (tau_s s' = r - s) or "second_order" (tau_s s' = z and tau_s z' = r - 2 z - s).

    Raises TypeError or ValueError for what has no meaning. Source: doi:10.1103/PhysRevX.5.021028
    """

    n: Any = 10_000
    eta_bar: Any = -5.0
    delta: Any = 1.0
    J: Any = 15.0
    tau: Any = 1.0
    synapse: Any = "instantaneous"
    tau_s: Any = None
    seed: int | None = None

    def __post_init__(self) -> None:
        J = _numbers("J", self.J)
        J = J.reshape(1, 1) if not J.ndim else J
        if J.ndim != 2 or J.shape[0] != J.shape[1] or not J.size:
            raise ValueError(f"J must be a number or a square array [target, source], got shape {J.shape}")
        n, tau, synapse, tau_s = (_each(name, getattr(self, name), len(J)) for name in ("n", "tau", "synapse", "tau_s"))
        for kind, value in zip(synapse, tau_s, strict=True):
            if kind not in SYNAPSES:
                raise ValueError(unknown("QIFNetwork", "synapse", kind, list(SYNAPSES)))
            if value is not None or kind != "instantaneous":
                seconds("tau_s", value)
        made: dict[str, Any] = {"J": J, "synapse": synapse, "tau_s": tau_s}
        made |= {"n": np.array([whole("n", v, 1) for v in n]), "tau": np.array([seconds("tau", v) for v in tau])}
        made |= {name: _numbers(name, _each(name, getattr(self, name), len(J))) for name in ("eta_bar", "delta")}
        if (made["delta"] < 0).any():
            raise ValueError(f"delta, the half-width of the excitabilities, must not be negative, got {self.delta}")
        made["seed"] = None if self.seed is None else whole("seed", self.seed, 0)
        for name, value in made.items():
            object.__setattr__(self, name, value)

    name = property(lambda self: f"qif_network x {self.n.sum()}", doc="Kind and size, for messages.")

    @functools.cached_property
    def eta(self) -> np.ndarray:
        """Excitabilities of all neurons (n,), population after population; at the quantiles they rise."""
        made = []
        for k, size in enumerate(self.n):
            part = (np.arange(1, size + 1) - 0.5 * (size + 1)) / (size + 1)
            if self.seed is not None:
                part = np.random.default_rng([self.seed, k]).random(size) - 0.5
            made.append(self.eta_bar[k] + self.delta[k] * np.tan(np.pi * part))
        return np.concatenate(made)

    def stationary_rates(self, current: ArrayLike = 0.0) -> np.ndarray:
        """Rates (Hz) at which the network stays with s = r, (populations,); `current` into each population.

        Relaxes from silence, so with excitation alone the lowest of several; then a search for the root.
        """
        first = np.cumsum(self.n) - self.n

        def excess(r: np.ndarray) -> np.ndarray:
            inside = self.eta + np.repeat(current + self.tau * (self.J @ r), self.n)
            return np.add.reduceat(np.sqrt(np.maximum(inside, 0.0)), first) / (np.pi * self.tau * self.n) - r

        r = np.zeros(self.n.size)
        for _ in range(60):
            r += 0.3 * excess(r)
        found = scipy.optimize.root(excess, r)
        if not found.success:
            raise ValueError("found no stationary state to begin with; give voltages as start, for example start=-2.0")
        return found.x

    def run(
        self, t1: float, dt: float, *, drive: Any = 0.0, start: "ArrayLike | SpikingRun | None" = None,
        bin: float | None = None, raster: int | Sequence[int] | np.ndarray | None = None, seed: int | None = None,
    ) -> SpikingRun:  # fmt: skip
        """Run from t = 0 to the last whole step dt (s) that does not pass t1 (s); a bin not full by then is not kept.

        drive: the current I(t), a number or a function of t (s) such as a Drive, taken at the middle of each step; or a
        sequence with one for each population. bin (s): a whole number of steps, by default about tau/10 of the first
        population. raster: which neurons' spikes are noted, their indices or a number of them evenly spread over all;
        results do not depend on it, nor on bin.

        start: None is the stationary state under the drive of the first step: every neuron at rest, or somewhere on
        its way by the time it spends there (on the whole a Lorentzian), evenly or, with a seed, at random; and s = r.
        A number or an array (n,) is the voltages, with s = 0. A SpikingRun with the same n, tau, dt and synapses is
        gone on from, to the bit.

        Raises ValueError or TypeError for input without meaning, among it a dt in which the fastest neuron would turn
        too far, and FloatingPointError when the input grows so far during the run.
        """
        total, every = _grid(t1, dt, bin, self.tau[0])
        numbers, I = _prepared(self, dt), _currents(drive, self.n.size, dt)
        begin = _begin(self, numbers, dt, start, I(0, 1)[:, 0], seed)
        return _run(self, numbers, begin, I, dt, total, every, _chosen(raster, self.eta.size))


def _run(
    network: QIFNetwork, numbers: _qif.Parts, begin: Carry, I: Callable[[int, int], np.ndarray],
    dt: float, total: int, every: int, watched: np.ndarray,
) -> SpikingRun:  # fmt: skip
    u, *synapses = begin[0]
    state = _qif.State(_qif.aligned(u), *map(np.copy, synapses))
    bins, kinds, noted = total // every, network.n.size, int(watched.sum())
    shape = bins + 1, kinds  # the last row is for what fills no bin
    kept = _qif.Bins(np.zeros(shape, dtype=np.int64), np.zeros((*shape, 2)), np.zeros(shape))
    numbers = numbers._replace(timed=numbers.timed | (noted > 0))
    room = max(_NOTES, 2 * noted) if noted else 0
    notes = _qif.Notes(watched, np.empty(room), np.empty(room, dtype=np.int64))
    seen: list[tuple[np.ndarray, np.ndarray]] = []
    done, block = 0, max(min(_WORK // u.size, _LONGEST), 1)
    while done < total:
        drive = I(done, min(done + block, total)) * (numbers.d**2)[:, None]
        new, used, far = _qif.advance(numbers, state, kept, notes, drive, done, drive.shape[1], every, begin[1], dt)
        seen.append((notes.when[:used].copy(), notes.who[:used].copy()))
        done += new
        if far >= 0:
            raise _too_far(network, numbers, state, dt, done, drive[:, new])
    when, who = (np.concatenate(column) for column in zip(*seen, strict=True))
    order, width = np.lexsort((who, when)), every * dt
    return SpikingRun(
        network, dt, np.arange(1, bins + 1) * width, kept.counts[:bins] / (network.n * width),
        kept.order[:bins, :, 0] + 1j * kept.order[:bins, :, 1], kept.s[:bins], when[order], who[order],
        state.u / np.repeat(numbers.d, network.n), (state, begin[1] + total),
    )  # fmt: skip


def _prepared(network: QIFNetwork, dt: float) -> _qif.Parts:
    rows = []
    for n, kind, tau_s in zip(network.n, network.synapse, network.tau_s, strict=True):
        if kind == "instantaneous":
            tau_s = dt if tau_s is None else _steps("tau_s", tau_s, dt) * dt
        elif dt > tau_s / 2:
            raise ValueError(f"dt = {dt:g} s is too large for tau_s = {tau_s:g} s; the largest that works is tau_s/2")
        rows.append(_qif.synapse_row(kind, n, tau_s, dt))
    return _qif.parts(network.n, network.eta, network.J, dt / network.tau, dt, rows)


def _begin(network: QIFNetwork, numbers: _qif.Parts, dt: float, start: Any, I: np.ndarray, seed: Any) -> Carry:
    """State at the beginning of a run, and the steps that its synapses have seen."""
    if isinstance(start, SpikingRun):
        old = start.network
        if not (start.dt == dt and old.synapse == network.synapse and old.tau_s == network.tau_s
                and np.array_equal(old.n, network.n) and np.array_equal(old.tau, network.tau)):  # fmt: skip
            raise ValueError("a run goes on with the same n, tau, synapse, tau_s and dt only; else give start=run.V")
        return start.carry
    eta, rates = network.eta, np.zeros(network.n.size)
    if start is None:
        rates = network.stationary_rates(I)
        a = eta + np.repeat(I + network.tau * (network.J @ rates), network.n)
        phase = np.arange(eta.size) * _GOLDEN % 1
        if seed is not None:
            phase = np.random.default_rng(whole("seed", seed, 0)).random(eta.size)
        V = np.sqrt(np.abs(a)) * np.where(a > 0, np.tan(np.pi * (phase - 0.5)), -1.0)
    else:
        V = _numbers("start", start)
    if V.shape not in ((), eta.shape):
        raise ValueError(f"start must be a voltage, one for each of {eta.size} neurons, or a run; got shape {V.shape}")
    spikes, window = rates * network.n * dt, numbers.synapses[:, _qif.WINDOW]
    recent = spikes[:, None, None] * np.broadcast_to([1.0, 0.5], (rates.size, int(window.max()), 2))
    companion = np.where(numbers.synapses[:, _qif.ORDER] == 0, spikes * window, 0.0)
    # Beyond 1e150 a voltage is at the spike, and its square would overflow.
    u = np.clip(V, -1e150, 1e150) * np.repeat(numbers.d, network.n)
    return _qif.State(u, np.column_stack([rates, companion, rates]), recent), 0


def _too_far(network: QIFNetwork, numbers: _qif.Parts, state: _qif.State, dt: float, step: int, x: Any) -> Exception:
    """Why the kernel stopped: before the first step a dt too large, later an input that grew."""
    x = x + numbers.top + numbers.gain @ state.synapse[:, _qif.MEAN]
    k = int(np.argmax(x))
    return (ValueError if step == 0 else FloatingPointError)(
        f"dt = {dt:g} s is too large at t = {step * dt:g} s: the fastest neuron of population {k} has eta + input = "
        f"{x[k] / numbers.d[k] ** 2:.4g}; the largest dt that works is {0.99 * dt * math.sqrt(_qif.LIMIT / x[k]):.3g} s"
    )


def _currents(drive: Any, kinds: int, dt: float) -> Callable[[int, int], np.ndarray]:
    """Function (first, last) -> the currents (populations, last - first) in those steps."""
    given = [each if callable(each) else float(_numbers("drive", each)) for each in _each("drive", drive, kinds)]

    def currents(first: int, last: int) -> np.ndarray:
        made = np.empty((kinds, last - first))
        for row, each in zip(made, given, strict=True):
            row[:] = np.array([each((i + 0.5) * dt) for i in range(first, last)]) if callable(each) else each
        if not np.isfinite(made).all():
            k, i = np.argwhere(~np.isfinite(made))[0]
            raise ValueError(f"the drive must be finite, got {made[k, i]} at t = {(first + i + 0.5) * dt:g} s")
        return made

    return currents


def _chosen(raster: Any, n: int) -> np.ndarray:
    """Mask (n,) of the neurons to watch."""
    which = np.array([], dtype=int) if raster is None else np.asarray(raster)
    if which.ndim == 0:
        which = np.linspace(0, n - 1, min(whole("raster", raster, 1), n)).round().astype(int)
    if which.ndim != 1 or which.dtype.kind not in "iu" or (which.size and (which.min() < 0 or which.max() >= n)):
        raise ValueError(f"raster must be a number of neurons or indices from 0 to {n - 1}, got {raster!r}")
    return np.bincount(which, minlength=n) > 0


def _grid(t1: float, dt: float, bin: float | None, tau: float) -> tuple[int, int]:
    """Steps of the run, and in a bin."""
    total, _ = steps_of(t1, dt, 1)
    every = min(max(round(0.1 * tau / dt), 1), total) if bin is None else _steps("bin", bin, dt)
    if every > total:
        raise ValueError(f"bin = {bin} s is longer than the run t1 = {t1} s; choose bin <= t1")
    return total, every


def _steps(name: str, span: float, dt: float) -> int:
    count = max(round(seconds(name, span) / dt), 1)
    if not math.isclose(count * dt, span, rel_tol=1e-9):
        raise ValueError(f"{name} = {span:g} s must be whole steps of dt = {dt:g} s; the nearest is {count * dt:g} s")
    return count


def _each(name: str, given: Any, kinds: int) -> tuple[Any, ...]:
    """One value for each population."""
    if given is None or isinstance(given, str) or callable(given) or np.ndim(given) == 0:
        return (given,) * kinds
    if len(given) != kinds:
        raise ValueError(f"{name} must be one value, or one for each of the {kinds} populations of J; got {given!r}")
    return tuple(given)


def _numbers(name: str, given: Any) -> np.ndarray:
    made = np.asarray(given)
    if made.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be numbers, got {given!r}")
    if not np.isfinite(made).all():
        raise ValueError(f"{name} must be finite, got {made[~np.isfinite(made)].flat[0]}")
    return made.astype(float)
