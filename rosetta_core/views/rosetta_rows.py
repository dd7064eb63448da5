"""The words of the Rosetta table: for every rung its push, its pull, and what it does in three situations."""

from typing import NamedTuple


class Row(NamedTuple):
    """One rung in words: five phrases, the chapter of each, the test file of its model, and the variants it covers.

    `drawn` is its section on the page of reproduced figures, where a rung is read about before its chapter is written.
    """

    rung: str
    words: tuple[str, str, str, str, str]
    chapters: tuple[int, int, int, int, int]
    test: str
    drawn: str = ""
    variants: tuple[str, ...] = ()


ROWS = (
    Row(
        "harmonic",
        (
            "x makes y rise, at the rate ω",
            "y makes x fall, at the same rate",
            "a circle of any size, kept for ever",
            "at its own frequency it grows by the same step each turn; beside it, it beats",
            "leaning on each other a quarter turn ahead, two pass all their energy back and forth",
        ),
        (1, 1, 1, 1, 1),
        "test_models_linear",
    ),
    Row(
        "damped",
        (
            "x makes y rise, while both lose |α| of themselves a second",
            "y makes x fall, under the same loss",
            "rings at ω, and loses a factor e in every 1/|α|",
            "answers in proportion to the drive; the peak is |α|/π Hz wide at half its power",
            "noise and wiring give the covariance, by one linear equation",
        ),
        (1, 1, 1, 2, 2),
        "test_models_linear",
    ),
    Row(
        "stuart_landau",
        (
            "x makes y rise; near rest both grow by α a second",
            "y makes x fall; far out a cube takes γr² back",
            "born at α = 0, with the amplitude √(α/γ)",
            "follows a drive inside a tongue that opens in proportion to the drive",
            "phases pull together; far apart in frequency and pulled hard, the rhythms die",
        ),
        (3, 3, 3, 4, 4),
        "test_closed_forms",
        variants=("nonlinear_damping",),
    ),
    Row(
        "kuramoto",
        (
            "the one ahead speeds up the one behind",
            "the one behind slows down the one ahead",
            "turns evenly at ω; there is no amplitude",
            "locks while the detuning is smaller than the pull of the drive",
            "a crowd falls into step from the coupling 2/(πg(0)) on",
        ),
        (4, 4, 4, 4, 4),
        "test_models_phase",
    ),
    Row(
        "master",
        (
            "the excitatory rate, after a membrane, a rise and a decay",
            "the inhibitory rate, after the same three stages",
            "rests, or rings once what comes back round the loop is as large as what left, and in step",
            "each stage passes slow drives and dims fast ones",
            "another node's synapse is one more input to the same sigmoid",
        ),
        (6, 6, 6, 6, 6),
        "test_models_synapses",
    ),
    Row(
        "wilson_cowan",
        (
            "E excites itself and I",
            "I inhibits E and itself",
            "one rest or several, and a rhythm between Hopf point and saddle-node",
            "rings beside the Hopf point, locks on the cycle, switches where two rests stand side by side",
            "E reaches other nodes: rhythms lock, rests tip each other",
        ),
        (7, 7, 7, 8, 8),
        "test_models_wilson_cowan",
        "wilson-cowan-more-push",
        ("wilson_cowan_voltage",),
    ),
    Row(
        "jansen_rit",
        (
            "excitatory synapses: small, and twice as fast",
            "inhibitory synapses: larger, and half as fast",
            "alpha between two Hopf points, slow spikes from a saddle-node on",
            "a pulse evokes a wave; a flicker near its frequency takes the alpha along",
            "columns send firing rates, through excitatory synapses",
        ),
        (9, 9, 9, 10, 10),
        "test_models_jansen_rit",
        "jansen-rit",
        ("nmm1_loop",),
    ),
    Row(
        "theta",
        (
            "a current above threshold carries it round, through the spike",
            "below threshold it falls back to rest",
            "fires at a rate that grows as the root of the current above threshold",
            "a pulse of current brings the spike forward, most of all midway between two",
            "a crowd with Lorentzian currents has an exact mean field",
        ),
        (11, 11, 11, 11, 11),
        "test_models_phase",
    ),
    Row(
        "mpr",
        (
            "the voltage makes the rate rise, by 2rv",
            "the rate makes the voltage fall, by (πτr)²",
            "the upper of its two states rings; the lower one does not",
            "a slow current is followed as by a rate equation; a fast one makes it ring",
            "rates add to each other's currents; inhibition through a synapse makes gamma",
        ),
        (11, 11, 11, 12, 12),
        "test_models_nmm2",
        "the-exact-mean-field-in-its-plane",
        ("qif_second_order", "ing", "qif_nmm1", "qif_rate"),
    ),
    Row(
        "ping",
        (
            "pyramidal cells drive interneurons, through AMPA synapses",
            "interneurons silence pyramidal cells, through GABA synapses",
            "gamma, born at a Hopf point as the drive of the pyramidal cells grows",
            "an oscillator with a phase response, which a weak drive locks",
            "excitatory rates reach both populations of other nodes",
        ),
        (12, 12, 12, 12, 12),
        "test_models_gamma",
        "gamma-from-excitation-and-inhibition",
    ),
)
"""From the bottom up, as the ladder has them."""
