"""Published sets of values: all are there, and each brings back a number that is known of it.

Here those whose numbers no other test of the models takes from the set itself.
"""

import numpy as np
import pytest
from cycles_for_tests import REFERENCE

import rosetta_core as rc
from rosetta_core.models.alpha import from_jansen_rit
from rosetta_core.models.nmm1_loop import oscillation_onset

SETS = {
    "damped": ["ponce_alvarez_2024"],
    "stuart_landau": ["rosetta_2026_fig_3_1", "rosetta_2026_bias_cycle", "rosetta_2026_bias_rest", "deco_2017"],
    "exponential": ["AMPA", "NMDA", "GABA_A", "GABA_B"],
    "biexponential": ["AMPA", "NMDA", "GABA_A", "GABA_B"],
    "alpha": ["jansen_rit_excitatory", "jansen_rit_inhibitory"],
    "wilson_cowan": [
        "figure_5_1a", "figure_5_1b", "wilson_cowan_1972", "wilson_cowan_1972_k1", "abeysuriya_2018",
        "borisyuk_kirillov_1992",
    ],
    "nmm1_loop": ["jansen_rit_synapses"],
    "jansen_rit": ["jansen_rit_1995", "grimbert_faugeras_bistable"],
    "wendling": ["wendling_2002"],
    "lanmm": ["healthy", "mci", "alzheimer", "psychedelic", "rosetta_2026_fig_6_4"],
    "mpr": ["montbrio_2015_fig2"],
    "ing": ["rosetta_2026_ing"],
    "ping": ["rosetta_2026_ping", "rosetta_2026_ping_e_only", "rosetta_2026_ping_printed"],
    "mpr_pair": ["sanz_perl_2023"],
}  # fmt: skip


@pytest.mark.parametrize("name", SETS)
def test_published_sets_are_there(name):
    assert set(SETS[name]) <= {each.name for each in getattr(rc, name).presets}


def defaults(rows):
    return {row.name: row.default for row in rows}


def test_stuart_landau_at_its_onset_decays_by_a_power_law():
    model = rc.stuart_landau.with_preset("rosetta_2026_fig_3_1")
    run = rc.simulate(model, 50.0, 0.01, x0=[0.8, 0.0])
    # r0/sqrt(1 + 2 gamma r0^2 t), gamma = 1. RK4: (rate dt)^5/120 a step at rates below 3/s, 5000 steps.
    wanted = 0.8 / np.sqrt(1 + 2 * 0.64 * run.t)
    np.testing.assert_allclose(np.hypot(*run.x.T), wanted, atol=1e-6, rtol=0)


@pytest.mark.parametrize(("name", "peak", "rate"), [("excitatory", 3.25, 100.0), ("inhibitory", 22.0, 50.0)])
def test_alpha_synapses_of_jansen_and_rit_peak_at_their_gain_over_e(name, peak, rate):
    p = defaults(rc.alpha.with_preset(f"jansen_rit_{name}").params)
    assert tuple(p.values()) == pytest.approx(tuple(from_jansen_rit(peak, rate)), rel=1e-15)
    # The response gain t/tau^2 exp(-t/tau) is highest at t = tau: gain/(e tau).
    assert p["gain"] / p["tau"] == pytest.approx(peak, rel=1e-15) and p["tau"] == pytest.approx(1 / rate, rel=1e-15)


def test_oscillator_of_borisyuk_and_kirillov_turns_about_the_middle():
    model = rc.wilson_cowan.with_preset("borisyuk_kirillov_1992")
    (point,) = rc.fixed_points(model)
    np.testing.assert_allclose(point.x, 0.5, rtol=1e-12)
    # There the slopes are 1/4: trace (10/4 + 2/4 - 2)/tau, determinant (1.5 (-0.5) + 100/16)/tau^2 = 5.5/tau^2.
    tau = model.quantity("tau_E").default
    found = np.linalg.eigvals(rc.jacobian(model, point.x))
    np.testing.assert_allclose(np.sort_complex(found) * tau, 0.5 + 1j * np.sqrt(5.25) * np.array([-1, 1]), rtol=1e-12)


def test_two_populations_with_synapses_of_10_and_20_ms_begin_to_oscillate_at_4_5():
    p = defaults(rc.nmm1_loop.with_preset("jansen_rit_synapses").params)
    times = [(1 / p[f"rise_{x}"], 1 / p[f"decay_{x}"]) for x in "EI"]
    # The same numbers by two routes: rounding.
    assert oscillation_onset(*times) == pytest.approx((4.5, np.sqrt(5000.0)), rel=1e-14)


@pytest.mark.parametrize(
    ("name", "number"),
    [("normal_background", 0), ("sporadic_spikes", 1), ("sustained_spikes", 2), ("modeldb_97983", 6)],
)
def test_wendlings_types_of_activity_are_those_of_the_runs_with_noise(name, number):
    p, wanted = defaults(rc.wendling.with_preset(name).params), REFERENCE[f"r4.wendling.{number}"]["parameters"]
    assert {key: p[key] for key in ("A", "B", "G", "a", "b", "g", "C")} == pytest.approx(
        {key: wanted[key] for key in ("A", "B", "G", "a", "b", "g", "C")}, rel=1e-15
    )


def test_ping_with_the_drive_to_the_excitatory_cells_alone_begins_earlier():
    found = rc.hopf(rc.ping.with_preset("rosetta_2026_ping_e_only"), "I_E", (0.6, 1.2))
    # Half a unit of the last digit, of numbers found by independent code.
    assert found.value == pytest.approx(0.8708, abs=6e-5) and found.frequency == pytest.approx(50.11, abs=6e-3)
