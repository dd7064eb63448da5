"""Explorations of networks: what loads and what is refused, and the same numbers on the page as in the package."""

import copy
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from explorations_for_tests import write_page
from explorer_steps import INK, PICTURE, explorer, fit, numbers, says, slider, sources, speak, spoken

import rosetta_core as rc
from rosetta_core.book.explorations import load_exploration
from rosetta_core.book.reading import BookError
from rosetta_core.views import explore
from rosetta_core.views.networks import late_values, modes, network_run, order
from rosetta_core.views.static_run import setting

FOLDER = Path(__file__).parent / "network_explorations"
PARTS = ("network", "crowd")
NAMES = ["crowd", "death", "echo", "brain", "springs"]


def loaded(name: str):  # type: ignore[no-untyped-def]
    return load_exploration(name, FOLDER)


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    """A page with the explorers, opened from its file."""
    folder = tmp_path_factory.mktemp("networks")
    return write_page(folder, NAMES, lambda _, name: loaded(name)).as_uri()


@pytest.mark.parametrize("name", NAMES)
def test_every_view_is_drawn_moves_and_is_spoken(opened, name: str) -> None:
    box = explorer(opened, name)
    assert min(box.evaluate(INK)) > 300, "axes alone are a few hundred pixels"
    knob = box.locator("input[type=range]").first
    before, words = box.evaluate(PICTURE), says(box)
    knob.focus()
    opened.keyboard.press("Home")
    assert says(box) != words and box.evaluate(PICTURE) != before
    speak(box)


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")])
def test_no_violation_and_no_sideways_scroll(page, address, width: int, theme: str) -> None:
    fit(page, address, NAMES, width, theme)


def test_the_crowd_is_that_of_the_package(opened) -> None:
    """Sentence and curve against native runs; printed to two decimals, so to half of the last one."""
    box, exploration = explorer(opened, "crowd"), loaded("crowd")
    opened.wait_for_function("document.querySelector('#crowd .rc-sweep-curve').dataset.points === '25'")
    now = setting(exploration)
    traj = network_run(exploration, now)
    found = late_values(exploration, traj)["order"]
    theta = traj.x[1:, 0]
    late = theta[int(0.75 * len(theta)) :]
    hertz = (late[-1] - late[0]) / (2 * np.pi * (len(late) - 1) * 0.04)
    window = 0.1 / ((len(late) - 1) * 0.04)
    locked = max(np.count_nonzero((hertz >= low) & (hertz <= low + window)) for low in hertz)
    assert numbers(says(box)) == pytest.approx([found, locked, 80, hertz.mean(), hertz.std()], abs=0.00501)
    ends = [late_values(exploration, network_run(exploration, now | {"gain": gain}))["order"] for gain in (0.0, 4.0)]
    heard = numbers(spoken(box, "sweep-curve"))
    assert [heard[0], heard[2], heard[4]] == pytest.approx([*ends, found], abs=0.00501)
    assert "theory for infinitely many: 0.71" in spoken(box, "order"), "sqrt(1 - 2 * 0.5/2)"


@pytest.mark.parametrize("name", NAMES)
def test_what_the_page_runs_has_the_bits_of_the_package(page, name: str) -> None:
    """From the specification of the page to every number of its run, at a setting that is not the first one."""
    widget, exploration = explore(loaded(name)), loaded(name)
    now = setting(exploration)
    now |= {control.name: 0.37 * control.low + 0.63 * control.high for control in exploration.controls}
    there = page.evaluate(
        f"""async ([spec, wasm, values]) => {{
          {sources(*PARTS)}
          const kernel = await NetworkKernel.load(wasm, spec.network.sizes);
          const {{ t1, dt, every, seed }} = spec.run;
          const timing = {{ dt, steps: Math.round(t1 / dt), every, first: 0, seed }};
          return [...kernel.run(networkStart(spec, spec.start), networkSetting(spec, values), timing).x];
        }}""",
        [dict(widget.spec), widget.wasm, now],
    )
    assert np.array_equal(there, network_run(exploration, now).x[1:].ravel())


def test_below_the_threshold_the_crowd_falls_apart(opened) -> None:
    """At K = 0.5 = K_c/2 R is what chance leaves: of the order of sqrt(pi/4 N) = 0.1."""
    box = explorer(opened, "crowd")
    box.get_by_role("button", name="below the threshold").click()
    assert says(box).startswith("Apart") and numbers(says(box))[0] < 0.3
    slider(box, "sigma").fill("0.2")
    assert "theory" not in spoken(box, "order"), "the closed form is for no noise"


def test_moderate_coupling_silences_two_different_units(opened) -> None:
    """Aronson et al. 1990: with growth 1 and detuning 4, death for 1 < K < (1 + 4)/2."""
    box = explorer(opened, "death")
    for gain, start in ((0.5, "Alive"), (1.5, "Silent"), (2.0, "Silent"), (3.0, "Alive")):
        slider(box, "gain").fill(str(gain))
        assert says(box).startswith(start), gain


def test_a_delay_of_half_a_period_puts_them_at_opposite_ends(opened) -> None:
    """In phase, Omega = omega - K sin(Omega tau) is stable where cos(Omega tau) > 0; antiphase where it is < 0."""
    box = explorer(opened, "echo")
    for delay, start in ((0.0, "In phase"), (0.1, "In phase"), (0.5, "Antiphase"), (1.0, "In phase")):
        slider(box, "delay").fill(str(delay))
        assert says(box).startswith(start), delay
    exploration = loaded("echo")
    traj = network_run(exploration, setting(exploration) | {"delay": 1.0})
    hertz = numbers(says(box))[2]
    assert hertz == pytest.approx((traj.x[-1, 0].mean() - traj.x[-376, 0].mean()) / (2 * np.pi * 7.5), abs=0.006)


def test_modes_of_two_springs(opened) -> None:
    """Equal units: omega and sqrt(omega^2 - 2 omega kappa), less damping, which turns by the same; RK4 errs by 1e-7."""
    box, omega = explorer(opened, "springs"), 2 * np.pi
    box.get_by_role("button", name="equal").click()
    expected = [np.sqrt(omega**2 - 2 * omega) / omega, 1.0]
    assert numbers(says(box)) == pytest.approx([*expected, expected[1] - expected[0]], abs=0.000501)
    slider(box, "spread").fill("1.5")
    now = setting(loaded("springs")) | {"spread": 1.5}
    assert numbers(spoken(box, "modes")) == pytest.approx(modes(loaded("springs"), now).tolist(), abs=0.000501)


def test_matrices_are_spoken_as_numbers(opened) -> None:
    box, exploration = explorer(opened, "brain"), loaded("brain")
    weights = exploration.network.weights
    count, n, largest = numbers(spoken(box, "matrix"))
    assert (count, n) == (np.count_nonzero(weights), 40) and largest == pytest.approx(weights.max(), abs=0.0005)
    traj = network_run(exploration, setting(exploration))
    x = traj.x[1 + (len(traj.t) - 1) // 4 :, 0]
    together = np.corrcoef(x.T)
    apart = ~np.eye(40, dtype=bool)
    expected = [together[apart].mean(), together[weights > 0].mean()]
    assert numbers(spoken(box, "matrix", 1)) == pytest.approx(expected, abs=0.00501)


def test_the_state_is_carried_over(opened) -> None:
    """A run goes on where the last one ended, so the picture changes though the setting is the same in the end."""
    box = explorer(opened, "brain")
    before = box.evaluate(PICTURE)
    slider(box, "gain").fill("0.7")
    slider(box, "gain").fill("0.6")
    assert box.evaluate(PICTURE) != before
    box.get_by_role("button", name="Reset").click()
    assert box.evaluate(PICTURE) == before


def test_a_phase_network_answers_within_a_blink(opened) -> None:
    """80 oscillators, 2000 steps, three pictures: 0.2 s is the bound on a busy machine, a tenth of it usual."""
    box = explorer(opened, "crowd")
    opened.wait_for_function("document.querySelector('#crowd .rc-sweep-curve').dataset.points === '25'")
    slider(box, "gain").focus()
    times = []
    for _ in range(6):
        opened.keyboard.press("ArrowRight")
        times.append(float(opened.locator("section#crowd").locator("xpath=..").get_attribute("data-ms")))
    assert min(times) < 200


@pytest.mark.parametrize("name", NAMES)
def test_without_a_script_the_picture_shows_every_view(name: str) -> None:
    widget, exploration = explore(loaded(name)), loaded(name)
    figure = widget.picture
    assert len(figure.figure.axes) == len(exploration.views)
    assert all(ax.lines or ax.patches for ax in figure.figure.axes)
    data, _ = widget._repr_mimebundle_()
    assert 'aria-label="' in data["text/html"] and exploration.question in data["text/html"]
    assert len(figure.svg) < 80_000 and len(widget.wasm) < 40_000


def test_order_of_states() -> None:
    """Two units at right angles: the mean of their directions has length 1/sqrt(2), however far out they are."""
    assert order(loaded("death"), np.array([[[2.0, 0.0], [0.0, 0.1]]])) == pytest.approx([2**-0.5], abs=1e-15)


NETWORK = ["network"]
BAD = {
    "wanted nodes, a whole number from 2 to 100; got 101": ("crowd", [*NETWORK, "nodes"], 101),
    "no 'star' here; there are: all-to-all": ("crowd", [*NETWORK, "weights"], "star"),
    "no 'weak' here; there are: diffusive": ("crowd", [*NETWORK, "coupling"], "weak"),
    "a pair wants nodes: 2; got 3": ("death", [*NETWORK, "nodes"], 3),
    "has no input 'F'": ("death", [*NETWORK, "into"], "F"),
    "spread: no 'mu' here; there are: omega, lag": ("crowd", [*NETWORK, "spread", "name"], "mu"),
    "law: no 'cauchy' here": ("crowd", [*NETWORK, "spread", "law"], "cauchy"),
    "controls, spread: no 'spread' here": ("crowd", [*NETWORK, "spread"], "drop"),
    "wanted a whole seed >= 0; got -1": ("crowd", [*NETWORK, "seed"], -1),
    "start: no 'x' here; there are: theta": ("crowd", [*NETWORK, "start"], {"x": [0, 1]}),
    "wanted 0 or at least one step of 0.01 s": ("crowd", [*NETWORK, "delay"], 0.001),
    "wanted a gain": ("echo", [*NETWORK, "gain"], "drop"),
    "unknown key speed": ("crowd", [*NETWORK, "speed"], 1),
    "a network has no 'measure'": ("crowd", ["measure"], "theta"),
    "a delay wants a past": ("echo", ["run", "carry"], True),
    "steps of at least dt": ("echo", ["controls", 0, "step"], 0.001),
    "views: no 'phase' here": ("crowd", ["views", 0], {"kind": "phase", "top": 1}),
    "that theory belongs to sine coupling": ("death", ["views", 2, "theory"], "lorentzian"),
    "no 'kuramoto' here; there are: lorentzian": ("crowd", ["views", 0, "theory"], "kuramoto"),
    "wanted either top or y": ("death", ["views", 0, "y"], [-1, 1]),
    "nodes: no 2 here; there are: 0, 1": ("death", ["views", 0, "nodes"], [0, 2]),
    "matrix: no 'phases' here": ("brain", ["views", 0, "of"], "phases"),
    "control: no 'sigma' here; there are: spread, gain": ("springs", ["views", 1, "control"], "sigma"),
    "wants at most 12 states in all, and no delay": ("springs", ["network"], {"nodes": 7, "weights": "ring"}),
    "no 'settle' here": ("crowd", ["says", 1, "text"], "{settle:1}"),
}


@pytest.mark.parametrize("message", BAD)
def test_a_bad_network_is_refused(tmp_path, message: str) -> None:
    name, path, value = BAD[message]
    row = copy.deepcopy(yaml.safe_load((FOLDER / f"{name}.yml").read_text("utf-8")))
    place = row
    for key in path[:-1]:
        place = place[key]
    if isinstance(value, dict) and path == NETWORK:
        place[path[-1]] |= value
    elif value == "drop":
        del place[path[-1]]
    else:
        place[path[-1]] = value
    (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(row, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BookError, match=re.escape(message)):
        load_exploration(name, tmp_path)


def test_a_model_whose_nodes_have_no_angle(tmp_path) -> None:
    row = yaml.safe_load((FOLDER / "brain.yml").read_text("utf-8"))
    row |= {"id": "column", "model": "jansen_rit", "fixed": {"C": 135.0}, "x0": {rc.jansen_rit.state[0].name: 0.0}}
    row["run"] = {"t1": 1.0, "dt": 0.001}
    row["network"] = {"nodes": 3, "weights": "ring", "coupling": "additive", "gain": 1.0}
    row["views"] = [{"kind": "circle"}]
    (tmp_path / "column.yml").write_text(yaml.safe_dump(row, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BookError, match="one angle or with two states; 'jansen_rit' is neither"):
        load_exploration("column", tmp_path)
