"""Figures: one palette, one SVG for light and dark, labels from the symbol table, diagrams from the closed forms."""

import re

import numpy as np
import pytest
from matplotlib.colors import to_hex

import rosetta_core as rc
from rosetta_core.book.symbols import symbols
from rosetta_core.models.bautin import cycle_radii, fold
from rosetta_core.models.stuart_landau import amplitude_density, limit_cycle
from rosetta_core.views import figures
from rosetta_core.views.circles import density, diagram
from rosetta_core.views.palette import ROLES

ALT = "A line that rises from zero to one; it is here to be drawn, measured and thrown away."


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_role_can_be_read_on_its_page(theme: str) -> None:
    paper = getattr(ROLES["paper"], theme)
    for name, role in ROLES.items():
        if name in ("paper", "wash"):
            continue
        wanted = 3.0 if name == "line" else 4.5  # WCAG 2.2: 1.4.11 for axes, 1.4.3 for text
        assert contrast(getattr(role, theme), paper) >= wanted, (theme, name)


def test_no_two_roles_of_data_share_their_line() -> None:
    drawn = [(ROLES[n].dash, ROLES[n].width) for n in ("push", "pull", "output", "drive", "translated", "ghost")]
    assert len(set(drawn)) == len(drawn)
    with pytest.raises(ValueError, match="no colour for the role 'excitation'; the roles are push, pull"):
        figures.role("excitation")


def line_figure() -> figures.Figure:
    figure, ax = figures.axes()
    traj = rc.simulate(rc.stuart_landau, 5.0, 0.01)
    figures.time_series(ax, traj, "re", name="x")
    figures.time_series(ax, traj, "im", kind="pull", name="y", axis=False)
    return figures.show(figure, alt=ALT)


def test_palette_becomes_variables_and_nothing_leaks_to_the_page() -> None:
    svg = line_figure().svg
    for name in ("push", "pull", "ink", "line"):
        assert f"var(--rc-{name}, {ROLES[name].light})" in svg
    assert not re.search(r"(?<!, )#[0-9A-Fa-f]{6}\b", svg), "a colour outside var() stays light on a dark page"
    assert "<style" not in svg and "font-family: '" not in svg
    assert 'role="img"' in svg and f'aria-label="{ALT}"' in svg
    texts = re.findall(r"<text [^>]*", svg)
    assert texts and all("fill" in text for text in texts), "text without a fill is black on a dark page"


def test_an_index_stands_below_the_line_and_the_words_stay() -> None:
    figure, ax = figures.axes()
    ax.plot([0, 1], [1, 0])
    ax.set(xlabel=figures.label("wilson_cowan", "P_E"), ylabel="time_series")
    svg = figures.show(figure, alt=ALT).svg
    assert "P_E" not in svg and 'P<tspan dy=".3em" font-size="75%">E</tspan>' in svg
    shown = re.sub(r"<[^>]+>|\u200b", "", svg)
    assert figures.label("wilson_cowan", "P_E").replace("_", "") in shown and "time_series" in shown


def test_two_figures_share_no_id_and_a_figure_is_reproducible() -> None:
    figure, ax = figures.axes()
    ax.plot([0, 1], [1, 0])
    one, two = line_figure().svg, figures.show(figure, alt=ALT).svg
    ids = [set(re.findall(r'\sid="([^"]+)"', svg)) for svg in (one, two)]
    assert ids[0] and ids[1] and not ids[0] & ids[1]
    assert set(re.findall(r"url\(#([^)]+)\)", one)) <= ids[0]
    assert line_figure().svg == one


@pytest.mark.parametrize("alt", ["", "too short", "x" * 301])
def test_a_figure_wants_alt_text(alt: str) -> None:
    figure, _ = figures.axes()
    with pytest.raises(ValueError, match=r"alt text wants 40 to 300 characters .* got"):
        figures.show(figure, alt=alt)
    with pytest.raises(TypeError):
        figures.show(figure)  # type: ignore[call-arg]


def test_a_figure_shows_itself_on_a_page_in_print_and_in_a_terminal() -> None:
    bundle = line_figure()._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/png", "text/plain"}
    assert bundle["text/plain"] == ALT


def test_labels_carry_name_symbol_and_unit_of_the_table() -> None:
    for entry in symbols().rows:
        for chapter in entry.chapters:
            assert figures.label(chapter, entry.code) == f"{entry.axis} {entry.text} ({entry.unit})"
    assert figures.label(None, "r") == figures.label(3, "r") == "amplitude r (1)"
    assert figures.label("stuart_landau", "re") == "real part x (1)"
    assert figures.label(rc.bautin, "alpha").endswith("(1/s)")
    assert figures.density_label("stuart_landau", "re") == "power of x (1/Hz)"
    with pytest.raises(ValueError, match=r"no symbol for stuart_landau\.height"):
        figures.label("stuart_landau", "height")
    with pytest.raises(ValueError, match="no symbol 'height' in the book's table; it has"):
        figures.label(None, "height")
    with pytest.raises(ValueError, match="no symbol 'eta_bar' in the table of chapter 1; it has"):
        figures.label(1, "eta_bar")


def test_helper_plots_label_their_axes_from_the_table() -> None:
    figure, (time, plane, branches, power) = figures.axes(1, 4)
    traj = rc.simulate(rc.stuart_landau, 1.0, 0.01)
    figures.time_series(time, traj, "re")
    figures.phase_plane(plane, rc.stuart_landau, top=1.0)
    figures.bifurcation(branches, rc.stuart_landau, "alpha", (-1, 1), top=1.2)
    figures.spectrum(power, np.array([1.0, 2.0]), np.array([1.0, 0.1]), rc.stuart_landau, "re")
    known = {figures.label(None, entry.code) for entry in symbols().rows}
    known.add(figures.density_label("stuart_landau", "re"))
    for ax in figure.axes:
        assert {ax.get_xlabel(), ax.get_ylabel()} <= known


def test_bifurcation_shows_stability_by_line_and_events_by_marker() -> None:
    _, ax = figures.axes()
    figures.bifurcation(ax, rc.bautin, "alpha", (-0.5, 0.5), top=1.3, p={"gamma": -1.0}, here=(0.1, 1.0))
    markers = {line.get_marker(): line for line in ax.lines if line.get_marker() not in ("None", "")}
    assert {"o", "s"} <= set(markers)  # Hopf and the reader's ring are circles, the fold is a square
    (fold_at,) = (line.get_xydata()[0] for line in ax.lines if line.get_marker() == "s")
    assert fold_at == pytest.approx([-0.25, 0.7071], abs=1e-4)
    ring = [line for line in ax.lines if line.get_markerfacecolor() == "none"]
    assert len(ring) == 1 and to_hex(ring[0].get_color()).upper() == ROLES["push"].light
    styles = {line.get_linestyle() for line in ax.lines if line.get_marker() in ("None", "")}
    assert styles == {"-", "--"}


def test_branches_are_the_closed_forms() -> None:
    found = diagram(rc.stuart_landau, "alpha", (-1.0, 1.0), 1.2, {"gamma": 0.8})
    (cycle,) = (b for b in found.branches if b.radius.max() > 0)
    assert cycle.stable
    for alpha, radius in zip(cycle.parameter[1:], cycle.radius[1:], strict=True):
        # The branch solves the growth for alpha: a few roundings of numbers near one.
        assert limit_cycle(alpha, 1.0, 0.8, 0.0).radius == pytest.approx(radius, rel=1e-12)
    assert [event[:2] for event in found.events] == [("hopf", pytest.approx(0.0, abs=1e-11))]


def test_the_fold_is_where_the_closed_form_puts_it() -> None:
    for gamma in (-1.0, -0.6, -0.2):
        found = diagram(rc.bautin, "alpha", (-0.5, 0.5), 1.3, {"gamma": gamma, "delta": 1.0})
        hopf, turn = sorted(found.events, key=lambda event: -event.parameter)
        exact = fold(gamma, 1.0)
        # alpha is a quadratic of r^2, so the parabola through three samples is exact up to rounding.
        assert (turn.kind, turn.parameter) == ("fold", pytest.approx(exact.alpha, abs=1e-10))
        assert turn.radius == pytest.approx(exact.radius, abs=1e-6)
        assert hopf.kind == "hopf"
        stable = [branch for branch in found.branches if branch.stable and branch.radius.max() > 0.8]
        upper = np.interp(0.1, stable[0].parameter, stable[0].radius)
        # linear interpolation on a grid of 1.3/400: the curvature of the branch there is below 1
        assert upper == pytest.approx(cycle_radii(0.1, gamma, 1.0)[-1], abs=1e-5)


def test_density_of_the_radius_is_the_closed_form() -> None:
    r = np.linspace(0.01, 1.6, 80)
    for alpha, sigma in ((-0.5, 0.2), (0.4, 0.3)):
        ours = density(rc.stuart_landau, r, sigma, {"alpha": alpha, "gamma": 1.0})
        # trapezoidal rule and interpolation with step 8e-4 against a density whose curvature is below 1e3
        assert ours == pytest.approx(amplitude_density(r, alpha, 1.0, sigma), abs=2e-4)
    with pytest.raises(ValueError, match="wants noise, sigma > 0"):
        density(rc.stuart_landau, r, 0.0)
    with pytest.raises(ValueError, match="wants a model with two states"):
        diagram(three_states(), "alpha", (0, 1), 1.0)


def three_states() -> rc.Model:
    rows = tuple(rc.Quantity(name, 0.0, "1", -1.0, 1.0, name) for name in ("a", "b", "c"))
    return rc.Model("three", "Three", rc.stuart_landau.rhs, rc.stuart_landau.emit, rows, (), (), "none")
