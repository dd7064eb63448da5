"""Small pictures that a quiz asks about, by the name a quiz file gives them."""

import numpy as np

from rosetta_core.models import bautin, stuart_landau
from rosetta_core.models.bautin import cycle_radii
from rosetta_core.views.circles import density
from rosetta_core.views.figures import Figure, axes, show
from rosetta_core.views.labels import label
from rosetta_core.views.palette import role
from rosetta_core.views.plots import bifurcation, name_line


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


_PICTURES = {"branches": _branches, "heap-and-ring": _heap_and_ring}
