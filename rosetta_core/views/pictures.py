"""Small pictures that a quiz asks about, by the name a quiz file gives them."""

import numpy as np

from rosetta_core.models import bautin, stuart_landau
from rosetta_core.models.bautin import cycle_radii
from rosetta_core.models.biexponential import impulse_response
from rosetta_core.models.damped import susceptibility
from rosetta_core.models.mpr import uncoupled_flow
from rosetta_core.models.wilson_cowan import equilibria, wilson_cowan
from rosetta_core.views.circles import density
from rosetta_core.views.figures import Figure, axes, show
from rosetta_core.views.labels import label
from rosetta_core.views.palette import role
from rosetta_core.views.plots import bifurcation, name_line, phase_plane


def picture(name: str) -> Figure:
    """The picture of that name; the error lists the names."""
    if name not in _PICTURES:
        raise ValueError(f"no picture {name!r} for a quiz; there are {', '.join(_PICTURES)}")
    return _PICTURES[name]()


def _branches() -> Figure:
    figure, ax = axes(width=4.4, height=2.4)
    bifurcation(ax, bautin, "alpha", (-0.4, 0.2), top=1.3, p={"gamma": -1.0, "delta": 1.0})
    heights = (0.0, *cycle_radii(-0.1, -1.0, 1.0))
    for name, height in zip("PQR", heights, strict=True):
        ax.plot(-0.1, height, "o", color=role("push").light, markersize=5)
        ax.annotate(name, (-0.1, height), (6, 6), textcoords="offset points", color=role("push").light, weight="bold")
    alt = (
        "Amplitude against alpha. At alpha = −0.1: P at rest on a solid line, Q at amplitude 0.34 on the dashed "
        "branch, R at 0.94 on the solid upper branch, which ends at alpha = −0.25."
    )
    return show(figure, alt=alt)


def _heap_and_ring() -> Figure:
    figure, ax = axes(width=4.4, height=2.2)
    r = np.linspace(0.005, 1.7, 400)
    for name, kind, alpha, at in (("I", "pull", -0.4, 0.3), ("II", "push", 1.0, 1.05)):
        crowd = density(stuart_landau, r, 0.4, {"alpha": alpha, "gamma": 1.0}) / (2 * np.pi * r)
        ax.plot(r, crowd / crowd.max(), **role(kind).line)
        name_line(ax, at, float(np.interp(at, r, crowd / crowd.max())), name, role(kind).light)
    ax.set(xlabel=label(None, "r"), ylabel="density over its peak (1)", xlim=(0, 1.7), ylim=(0, 1.1))
    alt = (
        "How crowded the plane is against distance from rest. Curve I is highest at rest and falls off by 0.8; "
        "curve II is near zero at rest and highest at distance one."
    )
    return show(figure, alt=alt)


def _poles() -> Figure:
    figure, ax = axes(width=4.0, height=2.6)
    for name, real, imaginary in (("P", -0.5, 6.0), ("Q", -2.0, 6.0), ("R", -0.5, 12.0), ("S", -3.0, 0.0)):
        ax.plot(real, imaginary, "x", color=role("push").light, markersize=8, markeredgewidth=2, clip_on=False)
        ax.annotate(
            name, (real, imaginary), (-14, 4), textcoords="offset points", color=role("push").light, weight="bold"
        )
    ax.axvline(0, color=role("line").light, linewidth=0.8)
    ax.set(xlim=(-4, 1), ylim=(0, 14), xlabel="real part of the pole (1/s)", ylabel="imaginary part (rad/s)")
    alt = (
        "Four poles left of the vertical axis: P at −0.5 + 6i, Q at −2 + 6i, R at −0.5 + 12i, S at −3 on the real "
        "axis, all in 1/s."
    )
    return show(figure, alt=alt)


def _resonances() -> Figure:
    figure, ax = axes(width=4.4, height=2.4)
    f = np.linspace(0.3, 2.2, 500)
    for name, kind, hertz, alpha, at in (
        ("P", "push", 1.0, -0.4, 1.0),
        ("Q", "pull", 1.0, -1.6, 0.62),
        ("R", "output", 1.5, -0.4, 1.5),
    ):
        gain = np.abs(susceptibility(2 * np.pi * f, alpha, 2 * np.pi * hertz))
        ax.plot(f, gain, **role(kind).line)
        name_line(ax, at, float(np.interp(at, f, gain)), name, role(kind).light, "above")
    ax.set(xlim=(0.3, 2.2), ylim=(0, 3), xlabel=label(None, "f"), ylabel=label(2, "chi"))
    alt = (
        "Three gain curves against frequency: P with a narrow peak of 2.5 s at 1 Hz, R as narrow and as high at "
        "1.5 Hz, Q with a low and wide peak of 0.6 s at 1 Hz."
    )
    return show(figure, alt=alt)


def _tug() -> Figure:
    figure, ax = axes(width=4.4, height=2.3)
    lead = np.linspace(-np.pi, np.pi, 200)
    ax.axhline(0, color=role("line").light, linewidth=0.8)
    ax.plot(lead, 0.5 - np.sin(lead), **role("output").line)
    held = float(np.arcsin(0.5))
    for name, x, fill in (
        ("P", held, role("push").light),
        ("Q", np.pi - held, "none"),
        ("S", 2.95, role("push").light),
    ):
        y = 0.5 - np.sin(x)
        ax.plot(x, y, "o", color=role("push").light, markersize=6, markerfacecolor=fill)
        ax.annotate(name, (x, y), (-4, 8), textcoords="offset points", color=role("push").light, weight="bold")
    ax.set(xlim=(-np.pi, np.pi), xlabel=label(None, "psi"), ylabel="growth of the lead (rad/s)")
    alt = (
        "Growth of the lead against the lead, a sinusoid that falls through zero at P, at a lead of 0.5 rad, and rises "
        "through zero at Q, at 2.6 rad. S lies on the curve a little beyond Q, above zero."
    )
    return show(figure, alt=alt)


def _kernels() -> Figure:
    figure, ax = axes(width=4.4, height=2.3)
    t = np.linspace(0, 0.1, 400)
    for name, kind, height, tau, at in (("I", "push", 1.0, 0.005, 0.008), ("II", "output", 0.6, 0.02, 0.035)):
        answer = impulse_response(t, height * np.e * tau, tau, tau)
        ax.plot(t, answer, **role(kind).line)
        name_line(ax, at, float(np.interp(at, t, answer)), name, role(kind).light)
    ax.set(xlim=(0, 0.1), ylim=(0, 1.1), xlabel=label(None, "t"), ylabel=label(5, "h_spike"))
    alt = (
        "Potential after one spike. Curve I reaches 1 millivolt after 5 milliseconds and is gone after 40; "
        "curve II reaches 0.6 millivolt after 20 milliseconds and is gone after more than 100."
    )
    return show(figure, alt=alt)


def _crossings() -> Figure:
    figure, ax = axes(width=4.0, height=3.2)
    pair = wilson_cowan.with_preset("neuromatch_bistable")
    phase_plane(ax, pair, x=(-0.05, 1.05), y=(-0.05, 1.05), arrows=9)
    for name, place in zip("PQR", equilibria(pair), strict=True):
        ax.plot(*place, "o", color=role("output").light, markersize=5, zorder=3)
        ax.annotate(name, place, (6, 6), textcoords="offset points", color=role("output").light, weight="bold")
    alt = (
        "The plane of inhibitory against excitatory activity. A solid curve that rises, bends over and falls crosses a "
        "dashed rising curve at P, at rest, at Q, near E = 0.34, and at R, near E = 0.94."
    )
    return show(figure, alt=alt)


def _overshoots() -> Figure:
    figure, ax = axes(width=4.4, height=2.3)
    t = np.linspace(0, 0.2, 600)
    for name, kind, delta, at in (("I", "push", 0.15, 0.045), ("II", "output", 0.8, 0.13)):
        rest = np.sqrt(complex(-0.5, -delta))
        rate = uncoupled_flow(t, rest.real / (np.pi * 0.01), rest.imag, 0.01, delta, 0.5).r
        ax.plot(t, rate, **role(kind).line)
        name_line(ax, at, float(np.interp(at, t, rate)) + 2.5, name, role(kind).light)
    ax.set(xlim=(0, 0.2), ylim=(0, 60), xlabel=label(None, "t"), ylabel=label(6, "Phi"))
    alt = (
        "Rate of two crowds after a step at time zero. Curve I shoots up to 51 per second, dips to 14 and rings "
        "before it settles at 23. Curve II rises from 15 to 29 and settles at 27 at once."
    )
    return show(figure, alt=alt)


_PICTURES = {
    "branches": _branches,
    "crossings": _crossings,
    "heap-and-ring": _heap_and_ring,
    "kernels": _kernels,
    "overshoots": _overshoots,
    "poles": _poles,
    "resonances": _resonances,
    "tug": _tug,
}
