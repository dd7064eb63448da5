"""Ten thousand quadratic integrate-and-fire neurons beside C: the same integrator, and the textbook's Euler step."""

from collections.abc import Callable

import numpy as np
from yardstick import ARRAY, NUMBER, WHOLE, Disagreement, Row, function, same_numbers, side_by_side

from rosetta_core._qif import aligned
from rosetta_core.spiking import QIFNetwork

N, DT, EVERY, LENGTH = 10_000, 1e-3, 100, 100.0  # tau is 1 s, so a second is a membrane time constant
J, CURRENT, PEAK, TAU_S = 15.0, 3.0, 100.0, 0.1
GROUP, COST = "Spiking network", "ms per membrane time constant"
WORDS = f"{N:,} QIF neurons, dt = tau/1000"
ORDERS = {"instantaneous": 0, "second_order": 2}


def network(synapse: str) -> QIFNetwork:
    """The published network (doi:10.1103/PhysRevX.5.021028, Fig. 2) under its strong input: the upper state."""
    return QIFNetwork(n=N, J=J, synapse=synapse, tau_s=TAU_S if synapse == "second_order" else None)


def ours(synapse: str, length: float, start: object = -2.0, **options: object) -> Callable[[], np.ndarray]:
    """Spikes in each bin, Re Z, Im Z and s at the end of it, (bins, 4)."""
    whole = network(synapse)

    def call() -> np.ndarray:
        run = whole.run(length, DT, drive=CURRENT, start=start, bin=EVERY * DT, **options)
        spikes = run.rate * N * EVERY * DT
        return np.column_stack([spikes, run.Z.real, run.Z.imag, run.s])

    return call


def by_hand(synapse: str, length: float, start: np.ndarray | float = -2.0) -> Callable[[], np.ndarray]:
    """The same by C."""
    run = function("qif_network", ARRAY, ARRAY, *[NUMBER] * 5, *[WHOLE] * 4, ARRAY)
    x0, steps = aligned(network(synapse).eta * DT**2), round(length / DT)

    def call() -> np.ndarray:
        kept = np.empty((steps // EVERY, 4))
        run(
            aligned(np.full(N, DT) * start), x0, CURRENT * DT**2, J * DT**2, DT, DT, TAU_S, ORDERS[synapse], N, steps,
            EVERY, kept,
        )  # fmt: skip
        return kept

    return call


def textbook(length: float, start: np.ndarray | float) -> Callable[[], np.ndarray]:
    """Euler's step and a peak voltage, by C."""
    run = function("qif_network", ARRAY, ARRAY, *[NUMBER] * 5, *[WHOLE] * 3, ARRAY, of="euler")
    eta, steps = aligned(network("instantaneous").eta), round(length / DT)

    def call() -> np.ndarray:
        kept = np.empty((steps // EVERY, 4))
        run(aligned(np.full(N, 1.0) * start), eta, CURRENT, J, 1.0, DT, PEAK, N, steps, EVERY, kept)
        return kept

    return call


def agree(synapse: str, length: float) -> str:
    """Compare the two sides bin by bin: spikes are whole numbers, and no neuron may fire in another step."""
    # Z and s are sums over all neurons of terms of rounding 1e-16 a step, which the flow contracts between spikes.
    sides = (side(synapse, length)() for side in (ours, by_hand))
    return same_numbers(f"QIF network, {synapse}", *sides, within=1e-6)


def rows() -> list[Row]:
    """Every row of this group; the two sides are compared before they are timed."""
    made, scale = [], 1e3 / LENGTH
    for synapse, goal in (("instantaneous", 1.0), ("second_order", None)):
        check = agree(synapse, 5.0)
        settled = network(synapse).run(20.0, DT, drive=CURRENT, start=-2.0).V
        mine, theirs = side_by_side(ours(synapse, LENGTH, settled), by_hand(synapse, LENGTH, settled))
        made.append(Row(GROUP, f"{WORDS}, {synapse.replace('_', '-')} synapse", COST, mine * scale, theirs * scale,
                        "the same integrator in C by hand", goal, check))  # fmt: skip
    settled = network("instantaneous").run(20.0, DT, drive=CURRENT, start=-2.0).V
    check = comparable(settled, 20.0)
    mine, theirs, timed = side_by_side(
        *(ours("instantaneous", LENGTH, settled), textbook(LENGTH, settled)),
        ours("instantaneous", LENGTH, settled, raster=100),
    )
    made.append(Row(GROUP, f"{WORDS}, instantaneous synapse", COST, mine * scale, theirs * scale,
                    f"C by hand, Euler's step and a peak at {PEAK:g}: less exact", None, check))  # fmt: skip
    made.append(Row(GROUP, f"{WORDS}, spikes of 100 noted", COST, timed * scale, mine * scale, "the same without"))
    return made


def comparable(settled: np.ndarray, length: float) -> str:
    """The textbook's scheme has another error, so only its mean rate is compared."""
    mean, other = (work()[:, 0].mean() for work in (ours("instantaneous", length, settled), textbook(length, settled)))
    if not abs(other / mean - 1) < 0.1:
        raise Disagreement(f"QIF network: {mean:.1f} and {other:.1f} spikes in a bin")
    return f"mean rates differ by {abs(other / mean - 1):.1%}"
