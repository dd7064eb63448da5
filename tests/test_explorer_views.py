"""Every kind of view in a real browser, in small explorations of its own: drawn, moved, spoken, and right."""

import json
from pathlib import Path

import numpy as np
import pytest
from explorations_for_tests import ROWS, exploration, write_page
from explorer_steps import INK, PICTURE, explorer, fit, numbers, says, slider, speak, spoken

import rosetta_core as rc
from rosetta_core import views
from rosetta_core.views.static import picture
from rosetta_core.views.static_run import answer, gains, rest, run, setting, shown

NAMES = list(ROWS)


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    """A page with one explorer of each kind, opened from its file."""
    return write_page(tmp_path_factory.mktemp("explorers"), NAMES).as_uri()


@pytest.mark.parametrize("name", NAMES)
def test_every_view_is_drawn_and_moves(opened, name: str) -> None:
    box = explorer(opened, name)
    drawn = box.evaluate(INK)
    assert min(drawn) > 300, "axes alone are a few hundred pixels"
    knob = box.locator("input[type=range]").first
    knob.focus()
    before, words = box.evaluate(PICTURE), says(box)
    opened.keyboard.press("End")
    assert says(box) != words and box.evaluate(PICTURE) != before
    speak(box)
    box.get_by_role("button", name="Reset").click()
    assert says(box) == words and box.evaluate(PICTURE) == before


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (1280, "dark"), (360, "light")])
def test_no_violation_and_no_sideways_scroll(page, address, width: int, theme: str) -> None:
    fit(page, address, NAMES, width, theme)


def test_poles_are_those_of_the_damped_oscillator(opened) -> None:
    box = explorer(opened, "swing")
    slider(box, "alpha").fill("-1.5")
    slider(box, "omega").fill("4")
    assert numbers(says(box)) == [1.5, 4.0, round(4 / (2 * np.pi), 3)]
    assert spoken(box, "poles") == (
        "Poles at rest, per second: −1.50 + 4.00i; −1.50 − 4.00i. Stable: all lie to the left."
    )
    slider(box, "alpha").fill("0.3")
    assert spoken(box, "poles").endswith("Unstable: one lies to the right.")


def test_euler_makes_energy_and_rk4_keeps_it(opened) -> None:
    box = explorer(opened, "methods")
    # (1 + dt^2) per step, exactly: 628 steps of 0.1
    assert numbers(says(box)) == [pytest.approx(1.01**628, rel=1e-5)]
    box.locator('input[value="heun"]').check()
    # Heun: 1 + dt^4/4 per step
    assert says(box) == f"heun keeps it: {(1 + 1e-4 / 4) ** 628:.9f}"
    rk4 = (1 - 0.05**6 / 72 + 0.05**8 / 576) ** 1256  # |R(iy)|^2, y = 0.05
    box.get_by_role("button", name="exact to the eye").click()
    assert box.locator('input[value="rk4"]').is_checked() and says(box) == f"rk4 keeps it: {rk4:.9f}"
    opened.keyboard.press("Tab")
    box.locator('input[value="rk4"]').focus()
    opened.keyboard.press("ArrowUp")
    assert box.locator('input[value="heun"]').is_checked() and says(box).startswith("heun")
    box.get_by_role("button", name="Reset").click()
    assert box.locator('input[value="euler"]').is_checked()


def test_gain_and_phase_are_measured_and_predicted(opened, tmp_path) -> None:
    box = explorer(opened, "resonance")
    plan = exploration(tmp_path, "resonance")
    for hertz in (0.5, 1.0, 1.6):
        slider(box, "drive_frequency").fill(str(hertz))
        gain, linear_gain, lag, linear_lag, amplitude = numbers(says(box))
        now = setting(plan) | {"drive_frequency": hertz}
        traj = run(plan, now)
        exact = gains(plan, now, rest(plan, now, traj), "x", np.array([hertz]))[0]
        measured = answer(plan, now, traj, "x")
        assert linear_gain == pytest.approx(abs(exact), abs=1e-5) and lag == pytest.approx(linear_lag, abs=0.01)
        assert linear_lag == pytest.approx(-np.degrees(np.angle(exact)), abs=1e-3)
        # a linear model, 22 decay times after the start: what is left of the start is exp(-22)
        assert gain == pytest.approx(linear_gain, abs=1e-4)
        assert gain == pytest.approx(abs(measured) / 0.5, abs=1e-5)
        assert amplitude == pytest.approx(0.5 * gain, abs=2e-4), "samples miss the top by (w dt)^2/8 of it"
    assert "1.60 hertz" in spoken(box, "response") and "degrees behind" in spoken(box, "phasor")


def test_the_dot_on_the_map_and_the_sliders_are_one(opened) -> None:
    box = explorer(opened, "tongue")
    over = box.locator(".rc-map .u-over").bounding_box()
    opened.mouse.click(over["x"] + 0.5 * over["width"], over["y"] + 0.5 * over["height"])
    assert float(slider(box, "drive_frequency").input_value()) == pytest.approx(1.0, abs=0.003)
    assert float(slider(box, "drive_amplitude").input_value()) == pytest.approx(0.3, abs=0.011)
    turning, driven = numbers(says(box))
    assert turning == pytest.approx(driven, abs=1e-3), "locked, so it turns as the drive does"
    box.locator(".rc-map").focus()
    before = float(slider(box, "drive_frequency").input_value())
    opened.keyboard.press("ArrowRight")
    assert float(slider(box, "drive_frequency").input_value()) == pytest.approx(before + 0.004)
    for _ in range(25):
        opened.keyboard.press("ArrowDown")
    opened.keyboard.press("End")
    slider(box, "drive_frequency").fill("1.15")
    slider(box, "drive_amplitude").fill("0.05")
    turning, driven = numbers(says(box))
    # far outside: it turns almost freely, at omega - beta alpha/gamma
    assert turning == pytest.approx(1 - 0.4 * 0.5 / (2 * np.pi), abs=5e-3) and driven == 1.15
    assert "You are at drive frequency 1.150 Hz, drive strength 0.05 1/s" in spoken(box, "map")
    box.locator(".rc-map").focus()
    opened.keyboard.press("Home")
    assert says(box).endswith("under 1.020 Hz")


def test_points_of_rest_of_a_bistable_pair(opened) -> None:
    box = explorer(opened, "bistable")
    count, end, E, I, growth = numbers(says(box))
    found = rc.fixed_points(rc.wilson_cowan.with_preset("neuromatch_bistable"))
    assert (count, end) == (len(found), 0.0) and pytest.approx(found[0].x, abs=5e-4) == (E, I)
    assert growth == pytest.approx(found[0].eigenvalues[0].real, abs=5e-3)
    over = box.locator(".rc-phase .u-over").bounding_box()
    opened.mouse.click(over["x"] + 0.7 * over["width"], over["y"] + 0.7 * over["height"])
    count, end, E, I, growth = numbers(says(box))
    assert end == pytest.approx(found[2].x[0], abs=1e-3) and pytest.approx(found[2].x, abs=5e-4) == (E, I)
    slider(box, "P_E").fill("2")
    assert numbers(says(box))[0] == 1


def test_the_marker_on_the_diagram_is_the_run(opened, tmp_path) -> None:
    box = explorer(opened, "branches")
    plan = exploration(tmp_path, "branches")
    values = shown(plan, run(plan, setting(plan)), "E")[1500:]
    low, high, hertz, amplitude = numbers(says(box))
    assert (low, high) == pytest.approx((values.min(), values.max()), abs=1e-3)
    assert amplitude == pytest.approx(np.ptp(values) / 2, abs=1e-3)
    cycle = rc.limit_cycle(rc.wilson_cowan, u={"P_E": 0.0})
    # crossings are interpolated between samples of 1/60 of the period
    assert hertz == pytest.approx(cycle.frequency, rel=1e-3)
    assert f"from {low:.2f} to {high:.2f}" in spoken(box, "diagram") and "Hopf, 27.9 Hz at 1.53" in spoken(
        box, "diagram"
    )


def test_a_pulse_into_six_states_and_their_output(opened, tmp_path) -> None:
    box = explorer(opened, "evoked")
    plan = exploration(tmp_path, "evoked")
    now = setting(plan)
    traj = run(plan, now)
    output, growth = numbers(says(box))[:2]
    assert output == pytest.approx(shown(plan, traj, "output")[3001:].mean(), abs=1e-3)
    found = rest(plan, now, traj)
    assert found is not None and growth == pytest.approx(found.eigenvalues[0].real, abs=1e-3)
    box.locator(".rc-phase").focus()
    opened.keyboard.press("ArrowRight")
    assert numbers(says(box)) != [output, growth]


def test_the_twin_is_near_where_the_rhythm_is_small(opened) -> None:
    box = explorer(opened, "twins")
    errors = []
    for P_E in ("1.5", "1.4", "1.2", "0.8"):
        slider(box, "P_E").fill(P_E)
        errors += numbers(says(box))
    assert errors == sorted(errors) and errors[0] < 0.1 < 0.25 < errors[-1]
    # what a linear map leaves out, the second harmonic and the shift of the mean, goes with the radius: like a root
    onset = rc.hopf(rc.wilson_cowan, "P_E", (1.4, 1.6)).value
    assert errors[1] / errors[0] == pytest.approx(np.sqrt((onset - 1.4) / (onset - 1.5)), rel=0.1)


@pytest.mark.parametrize("name", NAMES)
def test_a_static_picture_stands_in(tmp_path, name: str) -> None:
    widget = views.Explorer(exploration(tmp_path, name))
    spec = json.loads(json.dumps(widget.spec, allow_nan=False))
    assert len(json.dumps(spec)) < 45_000
    figure = picture(widget.exploration)
    assert len(figure.figure.axes) == len(spec["views"]) + sum(view["kind"] == "response" for view in spec["views"])
    assert "nan" not in figure.svg.lower().replace("rosetta", "")[:200]
    for ax in figure.figure.axes:
        assert ax.get_xlabel() or ax.get_ylabel()
        assert ax.lines or ax.collections or ax.texts


def test_the_method_is_a_trait(tmp_path: Path) -> None:
    widget = views.Explorer(exploration(tmp_path, "methods"))
    assert widget.method == "euler" and set(widget.others) == {"euler", "heun"}
    widget.method = "rk4"
    with pytest.raises(Exception, match="method"):
        widget.method = "leapfrog"


def test_a_sweep_leaves_its_way_on_the_diagram(page, address) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    page.wait_for_selector("section#swept", state="attached")
    box = explorer(page, "swept")
    low, own, _ = numbers(says(box))
    found = rc.fixed_points(rc.wilson_cowan.with_preset("neuromatch_bistable"), u={"P_E": -1.0})[0]
    assert low == pytest.approx(found.x[0], abs=5e-4)
    exact = rc.jacobian(rc.wilson_cowan, found.x, *(setting_of(name) for name in ("params", "inputs")))
    assert own == pytest.approx(exact[0, 0], abs=0.06)
    before = box.locator(".rc-diagram").evaluate(PICTURE)
    box.get_by_role("button", name="Sweep up and down").click()
    assert box.locator(".rc-diagram").evaluate(PICTURE) != before
    assert numbers(says(box))[0] == pytest.approx(low, abs=1e-3)
    slider(box, "P_E").fill("0")
    assert numbers(says(box))[2] < 0.1, "silent on the way from below"
    slider(box, "P_E").fill("1.5")
    slider(box, "P_E").fill("0")
    assert numbers(says(box))[2] > 0.9, "and active on the way from above"
    assert page.errors == []


def setting_of(rows: str) -> dict[str, float]:
    """Parameters or inputs of the bistable set at P_E = -1."""
    model = rc.wilson_cowan.with_preset("neuromatch_bistable")
    return {q.name: -1.0 if q.name == "P_E" else q.default for q in getattr(model, rows)}


def test_method_and_step_have_controls_of_their_own(tmp_path: Path) -> None:
    widget = views.Explorer(exploration(tmp_path, "methods"))
    dropdown, step = widget.controls().children
    dropdown.value, step.value = "heun", 0.05
    assert (widget.method, widget.dt) == ("heun", 0.05)
