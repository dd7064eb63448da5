"""The translator as a widget: an arrow, its small parameter on a slider, both rungs over each other, and the error."""

import html
from functools import cache
from typing import Any

import anywidget
import numpy as np
import traitlets

from rosetta_core.translate import Scan, Sides
from rosetta_core.translate.reference_points import POINTS, Point, measured, translation
from rosetta_core.views.bundle import module, stylesheet
from rosetta_core.views.figures import Figure
from rosetta_core.views.labels import spoken_unit
from rosetta_core.views.rosetta import ERRORS, POWERS, parameter, percent
from rosetta_core.views.symbols import number
from rosetta_core.views.translations import translation as figure

SAMPLES = 81  # of a curve in the page
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"  # two of them make one of 1296 heights, a thirteenth of a pixel
_STEP = {1.0: "2", 0.5: "1.41"}
_OPTIONS = (
    (2.0, "A quarter of it is left: it follows the square."),
    (1.0, "Half of it is left: it follows the first power."),
    (0.5, "About 0.7 of it is left: it follows the root."),
)
_LOST = "Over one turn the loss takes the share 1 − exp(αt) of the swing, and for a small loss that is |α|t."
_PROPORTION = (
    "A linear answer is right for a drive of no size. The next term that turns at the drive's own frequency is "
    "smaller by the square of the drive."
)
_BIRTH = (
    "The square of the rhythm's size is a smooth function of the distance from its birth, and the normal form has the "
    "first term right. The second is smaller by one factor of the distance."
)
_HELD = (
    "A pull moves the state off its cycle by the pull over the rate of return. There the phase moves at another speed: "
    "the error is in proportion to that ratio."
)
_STAGE = "A stage of the time τ delays what goes through it by τ, and of a change that takes the time T that is τ/T."
_MEMBRANE = "Behind a slow synapse the membrane is almost instant. What it adds is a delay of τ_m beside τ_s."
_WHY = {
    "to_harmonic": _LOST,
    "to_damped": _LOST,
    "by_averaging": (
        "What turns along with the rhythm is kept, all of it. The rest makes a ripple, and has to act through that "
        "ripple to be felt in the frequency: twice the weak term, so its square."
    ),
    "to_resonator": _PROPORTION,
    "to_wilson_cowan_focus": _PROPORTION,
    "to_stuart_landau": _BIRTH,
    "to_wilson_cowan_cycle": _BIRTH,
    "to_kuramoto": _HELD,
    "with_amplitude": _HELD,
    "to_phase": _HELD,
    "to_wilson_cowan": _STAGE,
    "to_nmm1": _STAGE,
    "to_voltage_form": "With equal time constants both forms are one model. Their difference enters in proportion.",
    "to_ping": _MEMBRANE,
    "to_qif_nmm1": _MEMBRANE,
    "to_qif_rate": (
        "The membrane time that the rate equation has is the first order of the answer to slow inputs. What it "
        "leaves out begins with the second."
    ),
    "to_theta": (
        "The narrow passage takes a time that grows as one over the root of the distance. The rest of the round takes "
        "a time that does not grow. The share that is left out is their ratio."
    ),
    "to_mean_field": (
        "So many neurons miss the few that would be faster still, and what those add to the rate falls as one over "
        "the root of their number, which is the first power of this parameter."
    ),
}


class Translator(anywidget.AnyWidget):
    """Every arrow with its values, computed when the widget is made; nothing is computed in the page."""

    _esm = module("translator", "uPlot.iife.min.js")
    _css = stylesheet("uPlot.min.css")

    arrows = traitlets.List(read_only=True).tag(sync=True)

    def __init__(self, points: tuple[Point, ...] = POINTS) -> None:
        super().__init__()
        self._points = points
        self.set_trait("arrows", [arrow(point) for point in points])

    @property
    def picture(self) -> Figure:
        """One of the arrows, for a page without scripts and for print."""
        point = next((p for p in self._points if p.name == START), self._points[0])
        return drawn(
            point, alt=f"The translator's first arrow, {point.title}: both sides over each other, and the errors."
        )

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict, dict]:
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        shown = self.picture._repr_mimebundle_()
        return {**data, **shown, "text/html": _without_script(self.arrows, shown["text/html"])}, metadata


START = "wilson-cowan-to-stuart-landau"


def translator() -> Translator:
    """The explorer of all arrows."""
    return Translator()


def drawn(point: Point, alt: str = "") -> Figure:
    """Both sides of an arrow at its reference point, and the scan that the explorer shows."""
    found, scan = translation(point), measured(point)
    errors = {name: scan.errors(name) for name in found.valid.order}
    held = slice(None, 5)
    orders = {name: _slope(scan.values[held], error[held]) for name, error in errors.items()}
    return figure(found, Scan(found.valid.name, found.valid.unit, scan.values, errors, orders), alt=alt)


@cache
def arrow(point: Point) -> dict[str, Any]:
    """All that the page needs to know of an arrow, as plain JSON."""
    found, scan = translation(point), measured(point)
    sides = [each.sides() for each in scan.translations]
    unit = spoken_unit(found.valid.unit)
    return {
        "id": f"translator-{point.name}",
        "title": point.title,
        "names": [point.spoken, point.target.title],
        "parameter": found.valid.name,
        "spoken": parameter(found),
        "values": [float(f"{value:.6g}") for value in scan.values],
        "shown": [f"{number(value, 3)}{f' {unit}' if unit else ''}" for value in scan.values],
        "trusted": [bool(each.valid) for each in scan.translations],
        "step": _STEP[point.doublings[1] - point.doublings[0]],
        "start": int(np.abs(np.log(scan.values / found.valid.value)).argmin()),
        "x": _axis(sides[0].across_name, sides[0].across_unit),
        "y": _axis(("size of " if np.iscomplexobj(sides[0].source) else "") + sides[0].name, sides[0].unit),
        "sides": [_curves(each) for each in sides],
        "errors": [_error(name, scan.errors(name)) for name in found.valid.order],
        "quoted": ERRORS[point.quoted],
        **_prediction(point),
    }


def _prediction(point: Point) -> dict[str, Any]:
    found, scan = translation(point), measured(point)
    power = found.valid.order[point.quoted]
    low, high = (percent(error) for error in scan.errors(point.quoted)[:2])
    measured_words = f"Measured: {high} where {parameter(found)} is {number(scan.values[1], 3)}, {low} where it is "
    reply = f"{measured_words}{number(scan.values[0], 3)}. It follows {POWERS[power]}."
    options = [
        {"id": "abc"[i], "text": text, "reply": reply, "right": bool(p == power)}
        for i, (p, text) in enumerate(_OPTIONS)
    ]
    return {
        "question": f"{point.title}. You halve the small parameter, {parameter(found)}. What becomes of the error in "
        f"{ERRORS[point.quoted]}?",
        "predict": {"options": options, "answer": next(o["id"] for o in options if o["right"])},
        "why": _WHY[point.make.__name__],
    }


def _error(name: str, sizes: np.ndarray) -> dict[str, Any]:
    return {
        "name": ERRORS[name],
        "sizes": [float(f"{max(size, 1e-12):.3g}") for size in sizes],
        "shown": [percent(size) for size in sizes],
    }


def _curves(sides: Sides) -> dict[str, Any]:
    """Both curves on the same even grid, each height as two digits between the lowest value and the highest."""
    x = np.linspace(sides.across[0], sides.across[-1], SAMPLES)
    both = [np.interp(x, sides.across, np.abs(y) if np.iscomplexobj(y) else y) for y in (sides.source, sides.target)]
    low, high = float(np.min(both)), float(np.max(both))
    source, target = (_written((y - low) / (high - low)) for y in both)
    ends = [float(f"{value:.8g}") for value in (x[0], x[-1], low, high)]
    return {"ends": ends, "source": source, "target": target}


def _written(share: np.ndarray) -> str:
    return "".join(DIGITS[k // 36] + DIGITS[k % 36] for k in np.rint(share * 1295).astype(int))


def _slope(values: np.ndarray, errors: np.ndarray) -> float:
    return float(np.polyfit(np.log(values), np.log(errors), 1)[0])


def _axis(name: str, unit: str) -> str:
    return f"{name} ({unit})"


def _without_script(arrows: list[dict[str, Any]], shown: str) -> str:
    """One arrow as a figure and all of them in words."""
    rows = "".join(
        f"<li>{html.escape(each['title'])}: error in {html.escape(each['quoted'])} "
        f"{each['errors'][[e['name'] for e in each['errors']].index(each['quoted'])]['shown'][each['start']]} where "
        f"{html.escape(each['spoken'])} is {each['shown'][each['start']]}</li>"
        for each in arrows
    )
    return (
        '<div class="rc-static rc-explorer"><p class="rc-title"><span class="rc-kicker">Exploration</span> '
        f'The translator</p>{shown}<details class="rc-why"><summary>Every arrow, in words</summary>'
        f"<ul>{rows}</ul></details></div>"
    )
