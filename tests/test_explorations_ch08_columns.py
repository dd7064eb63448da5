"""The exploration of two columns in Chapter 8: its runs against the interaction function, and its numbers."""

import dataclasses

import numpy as np
import pytest
from explorations_for_tests import write_page
from explorer_steps import explorer, numbers, says, slider
from scipy.optimize import brentq

import rosetta_core as rc
from rosetta_core.book.explorations import load_exploration
from rosetta_core.book.reading import BookError
from rosetta_core.views.networks import network_run
from rosetta_core.views.pairs import pair_values, theory
from rosetta_core.views.precomputed import precomputed
from rosetta_core.views.static_run import setting

NAMES = ["ch08-columns"]
WC = rc.wilson_cowan.with_preset("wilson_cowan_1972")


@pytest.fixture
def address(tmp_path) -> str:  # type: ignore[no-untyped-def]
    return write_page(tmp_path, NAMES, lambda _, name: load_exploration(name)).as_uri()


def test_two_columns_stand_where_the_interaction_function_says() -> None:
    """The pace differs by the second order in K = 0.1, 0.3 %; where one arrangement alone is stable, there they are."""
    exploration = load_exploration("ch08-columns")
    data, now = precomputed(exploration, "ch08.pull"), setting(exploration)
    for delay in (0.0, 0.005, 0.01, 0.02, 0.025, 0.03, 0.04, 0.045):
        found = pair_values(network_run(exploration, now | {"delay": delay}))
        stable = {at: theory(data, 0.1, np.array(delay), apart) for at, apart in ((0, 0.0), (180, np.pi))}
        at = next(each for each, (_, rate) in stable.items() if rate < 0)
        assert sum(rate < 0 for _, rate in stable.values()) == 1
        assert found["difference"] == pytest.approx(at, abs=0.5) and found["hold"] > 0.9999
        assert found["pace"] == pytest.approx(float(stable[at][0]) / (2 * np.pi), rel=0.003)


def test_the_bands_and_their_overlap() -> None:
    exploration = load_exploration("ch08-columns")
    data, now = precomputed(exploration, "ch08.pull"), setting(exploration)
    delays = np.linspace(0, 0.02, 2001)
    antiphase, together = (theory(data, 0.1, delays, apart)[1] < 0 for apart in (np.pi, 0.0))
    assert delays[antiphase].max() == pytest.approx(0.0176, abs=6e-5)
    assert delays[together].min() == pytest.approx(0.0139, abs=6e-5)

    def lead(delay):
        rates = [theory(data, 0.1, np.array(delay), apart)[1] for apart in (0.0, np.pi)]
        return rates[0] - rates[1]

    equal = brentq(lead, 0.015, 0.0175)
    assert equal == pytest.approx(0.0168, abs=6e-5)
    assert theory(data, 0.1, np.array(equal), 0.0)[1] == pytest.approx(-3.1, abs=0.06)
    low, high = exploration.find.accept
    assert low < equal - 0.0003 and equal + 0.0003 < high and high < delays[antiphase].max()
    rates = [theory(data, 1.0, np.array(0.0), apart)[1] / -2 for apart in (0.0, np.pi)]
    assert rates == pytest.approx([-51, 25], abs=0.5)
    assert theory(data, 0.1, np.array(0.0), np.pi)[1] == pytest.approx(-4.9, abs=0.05)
    starts = [{"E": 0.15, "I": 0.08}, next(p.x0 for p in exploration.presets if p.x0)]
    ends = [
        pair_values(network_run(dataclasses.replace(exploration, x0=x0), now | {"delay": 0.016}))["difference"]
        for x0 in starts
    ]
    assert ends == pytest.approx([0, 180], abs=0.5)
    assert [pair_values(network_run(exploration, now | {"delay": d}))["difference"] for d in (0.014, 0.0145)] == (
        pytest.approx([180, 0], abs=3)
    )
    # The pace of question and replies: it sinks, and jumps where the arrangement changes.
    paces = [pair_values(network_run(exploration, now | {"delay": d}))["pace"] for d in (0, 0.005, 0.01, 0.014, 0.015)]
    assert [paces[0], paces[3], paces[4]] == pytest.approx([26.7, 25.1, 26.9], abs=0.05)
    assert (np.diff(paces)[:3] < 0).all() and data["omega"] / 2 / np.pi == pytest.approx(25.0, abs=0.05)
    weak = pair_values(network_run(exploration, now | {"gain": 0.02}))["difference"]
    assert 5 < weak < 175, "not there after 4 s"


def test_shear_is_why_excitation_repels() -> None:
    """The twin's H is Im(d e^(i psi))/2 - (beta/gamma) Re(d e^(i psi))/2; its slope at 0 without shear is Re(d)/2."""
    made = rc.translate.to_stuart_landau(WC, "P_E", near=1.88, at=1.85, amplitude_of="E")
    d, shear = complex(*made.drives["P_E"].values()), made.p["beta"] / made.p["gamma"]
    H = rc.interaction_function(WC, "P_E", coupling="additive", u={"P_E": 1.85})
    slope = float(H.at(1e-4) - H.at(-1e-4)) / 2e-4
    assert slope == pytest.approx((d.real + shear * d.imag) / 2, rel=0.1), "phase responses agree to 10 % here"
    assert slope < 0 < d.real
    assert 0 < -np.degrees(np.angle(d)) < 45, "the swing is fed most by a partner that much ahead"


def test_the_columns_on_the_page(opened) -> None:
    box, exploration = explorer(opened, "ch08-columns"), load_exploration("ch08-columns")
    for delay, start in ((0.0, "Half a turn"), (0.02, "In step"), (0.04, "Half a turn")):
        slider(box, "delay").fill(str(delay))
        found = pair_values(network_run(exploration, setting(exploration) | {"delay": delay}))
        assert says(box).startswith(start)
        assert numbers(says(box))[:2] == pytest.approx([found["difference"], found["pace"]], abs=0.51)
        assert numbers(says(box))[1] == pytest.approx(found["pace"], abs=0.006)
        data = precomputed(exploration, "ch08.pull")
        rates = [float(theory(data, 0.1, np.array(delay), apart)[1]) for apart in (0.0, np.pi)]
        assert numbers(says(box))[3:5] == pytest.approx(rates, abs=0.06)
    # ends of the stretches are stands 0.2 ms apart
    assert numbers(box.locator(".rc-bands").get_attribute("aria-label"))[:2] == pytest.approx([13.9, 37.7], abs=0.25)
    for name, start in (("16 ms, one start", "In step"), ("16 ms, another start", "Half a turn")):
        box.get_by_role("button", name=name).click()
        assert says(box).startswith(start)


def test_a_pair_is_refused_where_it_makes_no_sense(tmp_path) -> None:
    folder = load_exploration.__globals__["EXPLORATIONS"]
    text = (folder / "ch08-columns.yml").read_text("utf-8")
    for old, new, message in (
        ("nodes: 2, weights: pair", "nodes: 3, weights: ring", "wants weights: pair"),
        ("{name: delay, low: 0, high: 0.05, step: 0.0005, default: 0}", "{name: P_E, low: 1, high: 2, step: 0.1}",
         "no 'delay' here"),
        ("{kind: difference}", "{kind: difference, top: 2}", "unknown key top"),
    ):  # fmt: skip
        (tmp_path / "ch08-columns.yml").write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(BookError, match=message):
            load_exploration("ch08-columns", tmp_path)
