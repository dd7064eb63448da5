"""Explorations of spikes: the page counts what the package counts, and both are what theory says they are."""

from dataclasses import replace

import numpy as np
import pytest
from explorations_for_tests import write_page
from explorer_steps import INK, PICTURE, explorer, fit, numbers, says, slider, sources, speak, value
from scipy.special import ndtr

import rosetta_core as rc
from rosetta_core import transfer_functions
from rosetta_core.book.explorations import load_exploration
from rosetta_core.models.mpr import uncoupled_flow
from rosetta_core.views import explore
from rosetta_core.views.networks import network_run
from rosetta_core.views.spikes import logistic, own_rates, sizes, spike_values, spikes
from rosetta_core.views.static_run import setting

CROWD, SIGMOID, STEP = NAMES = ["ch06-crowd", "ch06-sigmoid", "ch06-step"]
PARTS = ("network", "crowd", "spikes")


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    """A page with the explorers, opened from its file."""
    return write_page(tmp_path_factory.mktemp("spikes"), NAMES, lambda _, name: load_exploration(name)).as_uri()


def ran(name: str, **changes: float):  # type: ignore[no-untyped-def]
    """An exploration, a setting of it, and its native run there."""
    exploration = load_exploration(name)
    now = setting(exploration) | changes
    return exploration, now, network_run(exploration, now)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_the_bits_and_the_spikes_of_the_package(page, name: str) -> None:
    """At a setting that is not the first one: every sample, every count in every bin, and what a sentence may name."""
    widget = explore(name)
    controls = {c.name: c.low + c.step * round(0.63 * (c.high - c.low) / c.step) for c in widget.exploration.controls}
    exploration, now, traj = ran(name, **controls)
    there = page.evaluate(
        f"""async ([spec, wasm, values]) => {{
          {sources(*PARTS)}
          const kernel = await NetworkKernel.load(wasm, spec.network.sizes);
          const {{ t1, dt, every, seed }} = spec.run;
          const timing = {{ dt, steps: Math.round(t1 / dt), every, first: 0, seed }};
          const run = networkRun(kernel, spec, networkStart(spec, spec.start), values, timing);
          const found = binned(spec, run, values);
          return {{ x: [...run.x], counts: [...found.counts], known: spikeMeasures(spec, run, values),
                    ticks: spikeTimes(spec, run, values.count).length }};
        }}""",
        [dict(widget.spec), widget.wasm, now],
    )
    ours, count = spikes(exploration, now, traj), int(now["count"])
    assert np.array_equal(there["x"], traj.x[1:].ravel())
    assert np.array_equal(there["counts"], ours.bins.ravel())
    settled = ours.begin - round((ours.begin * ours.d - exploration.network.settle) / ours.d)
    assert there["ticks"] == np.count_nonzero(np.diff(ours.turns[settled:, :count], axis=0))
    for key, here in spike_values(exploration, now, traj).items():
        assert there["known"][key] == pytest.approx(here, rel=1e-12, abs=1e-12), key  # sums in another order


@pytest.mark.parametrize("name", NAMES)
def test_every_view_is_drawn_moves_and_is_spoken(opened, name: str) -> None:
    box = explorer(opened, name)
    assert min(box.evaluate(INK)) > 300, "axes alone are a few hundred pixels"
    for control in load_exploration(name).controls:
        before, words = box.evaluate(PICTURE), says(box)
        slider(box, control.name).focus()
        opened.keyboard.press("Home")
        assert value(box, control.name) == pytest.approx(control.low)
        assert says(box) != words and box.evaluate(PICTURE) != before
        box.get_by_role("button", name="Reset").click()
        assert says(box) == words and box.evaluate(PICTURE) == before
    for preset in load_exploration(name).presets:
        box.get_by_role("button", name=preset.label, exact=True).click()
        speak(box)


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")])
def test_no_violation_and_no_sideways_scroll(page, address, width: int, theme: str) -> None:
    fit(page, address, NAMES, width, theme)


@pytest.mark.parametrize("name", NAMES)
def test_it_keeps_up_with_the_hand(opened, name: str) -> None:
    """From a slider's event to the painted page: 0.1 s on a quiet machine, three times that is the bound."""
    box = explorer(opened, name)
    for control in load_exploration(name).controls:
        slider(box, control.name).focus()
        opened.keyboard.press("Home")
        times = []
        for _ in range(8):
            opened.keyboard.press("ArrowRight")
            times.append(float(box.locator("xpath=..").get_attribute("data-ms")))
        assert np.median(times) < 300, control.name


@pytest.mark.parametrize("name", NAMES)
def test_find_is_answered(opened, name: str) -> None:
    find, box = load_exploration(name).find, explorer(opened, name)
    low, high = find.accept
    width = high - low
    for typed, reply in ((low - width, find.below), (high + width, find.above), ((low + high) / 2, find.right)):
        box.locator(".rc-find input").fill(f"{typed:.6g}")
        box.locator(".rc-find input").press("Enter")
        assert reply in box.locator(".rc-find .rc-feedback").inner_text()


@pytest.mark.parametrize("name", NAMES)
def test_without_a_script_the_picture_shows_every_view(name: str) -> None:
    widget = explore(name)
    figure = widget.picture
    assert len(figure.figure.axes) == len(widget.exploration.views)
    assert all(ax.lines or ax.patches for ax in figure.figure.axes)
    assert len(figure.svg) < 80_000 and len(widget.wasm) < 40_000


def test_deviation_falls_like_one_over_the_root_of_the_number(opened) -> None:
    """A standard deviation from g groups and b bins is uncertain by 1/sqrt(2 g b); 4.5 of that, also for its ratio."""
    exploration, now, traj = ran(CROWD)
    found = spikes(exploration, now, traj)
    one, late = found.deviation(1), len(found.bins) - found.before
    for size in sizes(200):
        assert found.deviation(size) * np.sqrt(size) / one == pytest.approx(
            1, abs=4.5 / np.sqrt(2 * late * (200 // size))
        )
    box = explorer(opened, CROWD)
    heard = numbers(box.locator(".rc-fluctuation").get_attribute("aria-label"))
    known = spike_values(exploration, now, traj)
    expected = [one, 1, found.deviation(200), 200, 20, known["rate_sd"], known["law_sd"]]
    assert heard == pytest.approx(expected, abs=0.0501)
    assert numbers(says(box))[:2] == pytest.approx([20, known["rate"]], abs=0.0501)


def test_the_noisy_crowd_fires_as_a_noisy_neuron_does() -> None:
    """The closed form's sigma is that of the input over sqrt(tau). The step costs up to 3 %, 200 s of neurons 1.5 %."""
    _, now, _ = ran(CROWD)
    for sigma in (0.06, 0.1, 0.15):
        rate = spike_values(*ran(CROWD, sigma=sigma, count=200))["rate"]
        theory = transfer_functions.qif_noise(now["eta"], sigma=sigma / np.sqrt(now["tau"]), tau=now["tau"])
        assert rate == pytest.approx(float(theory), rel=0.03 + 3 * 0.015)


def test_the_answer_to_the_crowd() -> None:
    """Eight neurons in bins of 100 ms, and as well known in bins of 10 ms: right at the answer and wrong outside."""
    find = load_exploration(CROWD).find
    wide = spike_values(*ran(CROWD, bin=0.1, count=8))["law_sd"]
    law = {n: spike_values(*ran(CROWD, count=n))["law_sd"] for n in (*find.accept, 139)}
    assert wide == pytest.approx(2.8, abs=0.05)
    assert law[find.accept[0]] > wide > law[find.accept[1]]
    assert law[139] == pytest.approx(wide, rel=0.01) and round(139 / 8) == 17


def test_what_the_crowd_predicts_in_two_bins() -> None:
    """Numbers of the question and of Exercise 6.3: a deviation for twenty, q for one, and how many for 5 %."""
    for width, twenty, q, five_percent, at_random in ((0.01, 7.3, 0.88, 2900, 3300), (0.1, 1.75, 0.5, 170, 330)):
        known = spike_values(*ran(CROWD, bin=width))
        assert known["law_sd"] == pytest.approx(twenty, abs=0.05)
        one = {0.01: 32.5, 0.1: 7.8}[width]  # over twenty seconds: the next test
        assert known["law_sd"] * np.sqrt(20) == pytest.approx(one, rel=0.02)
        assert (one / 12) ** 2 * 12 * width == pytest.approx(q, abs=0.01)
        assert (one / 0.6) ** 2 == pytest.approx(five_percent, rel=0.02)
        assert 1 / (0.05**2 * 12 * width) == pytest.approx(at_random, rel=0.02)


def test_one_second_says_what_twenty_do() -> None:
    """The divisor n - 1 leaves no bias; a standard deviation of n numbers is uncertain by 1/sqrt(2 n)."""
    exploration, now, traj = ran(CROWD)
    longer = replace(exploration, run=replace(exploration.run, t1=20.2))
    other = network_run(longer, now)
    for width, known, error in ((0.01, 32.5, 1 / np.sqrt(2 * 200 * 100)), (0.1, 7.8, 1 / np.sqrt(2 * 200 * 10))):
        here, there = (
            spikes(each, now | {"bin": width}, path).deviation(1)
            for each, path in ((exploration, traj), (longer, other))
        )
        assert there == pytest.approx(known, rel=0.01)
        assert here == pytest.approx(there, rel=4 * error)


@pytest.mark.parametrize("spread", [0.1, 0.2, 0.4])
def test_the_share_that_fires_is_the_law_of_the_thresholds(spread: float) -> None:
    """Quantiles err by half a neuron; in 1 s nobody fires within (pi tau)^2 = 0.001 above threshold: another one."""
    for I in (0.2, 0.5, 0.8):
        known = spike_values(*ran(SIGMOID, spread=spread, I=I))
        assert known["active"] == pytest.approx(ndtr((I - 0.5) / spread), abs=0.0151)
        assert known["logistic"] == pytest.approx(
            float(transfer_functions.wilson_cowan(I, a=4 / (np.sqrt(2 * np.pi) * spread), theta=0.5)), abs=1e-14
        )
        assert known["steepness"] == pytest.approx(0.3989 / spread, rel=1e-3)


def test_the_logistic_is_near_and_the_mean_rate_is_the_closed_form() -> None:
    """Of N quantiles the mean of a rising function errs by less than its largest value over N."""
    exploration, now, _ = ran(SIGMOID)
    I = np.linspace(-0.2, 1.2, 2801)
    assert np.abs(logistic(now, I) - ndtr((I - 0.5) / 0.2)).max() == pytest.approx(0.0177, abs=1e-4)
    for I in (0.2, 0.5, 1.0):
        rates = own_rates(exploration, now | {"I": I}, 0.0)
        closed = transfer_functions.qif_gaussian(I - 0.5, sigma=0.2, tau=0.01)
        assert rates.mean() == pytest.approx(float(closed), abs=rates.max() / 100)


def test_the_mean_rate_at_the_middle_goes_like_the_root_of_the_scatter() -> None:
    """All distances double, so all rates are sqrt 2 as large. Counts of 1 s err by a spike in a few neurons."""
    for spread, rate in ((0.2, 5.9), (0.4, 8.3)):
        known = spike_values(*ran(SIGMOID, spread=spread))
        assert known["rate"] == pytest.approx(rate, abs=0.06) and known["active"] == 0.5
        closed = transfer_functions.qif_gaussian(0.0, sigma=spread, tau=0.01)
        assert float(closed) == pytest.approx(rate, abs=0.06)


def test_the_answers_to_the_scatter_and_to_the_step() -> None:
    low, high = load_exploration(SIGMOID).find.accept
    assert ndtr(0.3 / high) < 0.9 < ndtr(0.3 / low)
    low, high = load_exploration(STEP).find.accept
    over = {s: spike_values(*ran(STEP, spread=s))["overshoot"] for s in (0.15, 0.16, 0.17, 0.18, 0.19)}
    assert over[0.15] > 110 and over[0.18] < 90 and low > 0.15 and high < 0.19
    assert [over[0.16], over[0.17]] == pytest.approx([100, 100], abs=10)
    before = np.sqrt(complex(-0.5, -0.17))
    t = np.linspace(0, 0.06, 6001)
    exact = uncoupled_flow(t, before.real / (np.pi * 0.01), before.imag, 0.01, 0.17, 0.5).r.max()
    static = float(transfer_functions.qif_cauchy(0.5, delta=0.17, tau=0.01))
    assert exact / static == pytest.approx(2.0, abs=0.05), "and so it is with any number of neurons"


@pytest.mark.parametrize("spread", [0.05, 0.1, 0.2])
def test_the_crowd_after_a_step_is_that_of_the_mean_field(spread: float) -> None:
    """Montbrio, Pazo & Roxin 2015 without coupling, to within the error of counting, sqrt(rate/(N bin))."""
    exploration, now, traj = ran(STEP, spread=spread)
    found = spikes(exploration, now, traj)
    crowd = found.rate(400)[found.before :]
    p = {"tau": 0.01, "Delta": spread, "eta_bar": -0.5, "J": 0.0}
    rest = rc.simulate(rc.mpr, 2.0, 1e-5, p=p, x0={"r": 1.0, "v": -0.5}).x[-1]
    mean_field = rc.simulate(rc.mpr, 0.3, 1e-5, p=p, u={"I": 1.0}, x0=rest)["r"][1:].reshape(60, 500).mean(axis=1)
    counting = np.sqrt(mean_field.mean() / (400 * 0.005))
    assert np.sqrt(((crowd - mean_field) ** 2).mean()) < counting
    assert crowd.max() == pytest.approx(mean_field.max(), rel=0.05)
    static = transfer_functions.qif_cauchy(0.5, delta=spread, tau=0.01)
    rates = own_rates(exploration, now, 1.0)
    # What lies beyond the largest of N quantiles is missing: twice its rate over N.
    assert 0 < static - rates.mean() < 2 * rates.max() / 400 + 0.2
    assert mean_field.max() > 1.7 * static, "and no static function gives that"


def test_the_numbers_of_the_step() -> None:
    """From rest to the spike, and from spike to spike, at the centre and at the quarters; the two steps."""

    def first(eta: float) -> float:
        return 0.01 / np.sqrt(eta + 1) * (np.pi / 2 + np.arctan(np.sqrt(-eta / (eta + 1))))

    assert first(-0.5) == pytest.approx(0.033, abs=5e-4)
    assert [first(-0.5 - 0.17), first(-0.5 + 0.17)] == pytest.approx([0.044, 0.027], abs=5e-4)
    assert np.pi * 0.01 / np.sqrt(0.5) == pytest.approx(0.044, abs=5e-4)
    known = spike_values(*ran(STEP))
    # Four hundred quantiles lack the fastest neurons of a Lorentzian, 2.5 %: 4.4, 22.9 and 41.2 in the text.
    assert [known["static_before"], known["static"]] == pytest.approx([4, 22], abs=0.5)
    assert [known["static"], known["peak"]] == pytest.approx([22.9, 41.2], abs=1.0)
    rates = transfer_functions.qif_cauchy([0.5, 1.5], delta=0.2, tau=0.01)
    assert np.pi * 0.01**2 * rates / 0.2 == pytest.approx([0.036, 0.061], abs=5e-4)
    assert rates[1] / rates[0] == pytest.approx(1.7, abs=0.01)
