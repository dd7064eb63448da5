"""What an explorer calls things: its controls, the reserved names, and the axes of its views."""

from rosetta_core.book.exploration_parts import Exploration
from rosetta_core.book.symbols import Symbol
from rosetta_core.model import Model
from rosetta_core.views import labels

_LONGEST = 24  # letters along the low axis of a time series
_RESERVED = {  # name: symbol in Unicode, name on an axis, meaning, unit
    "drive_frequency": ("f", "drive frequency", "frequency of the drive", "Hz"),
    "drive_start": ("t₀", "start", "when the drive begins", "s"),
    "drive_width": ("d", "duration", "duration of a pulse of the drive", "s"),
    "dt": ("Δt", "time step", "step of the integrator", "s"),
}


def entry(exploration: Exploration, name: str) -> Symbol:
    """Words for a parameter, an input or a reserved name."""
    if name == "drive_amplitude" and exploration.drive:
        inputs = [labels.row(exploration.model, each) for each in exploration.drive.inputs]
        symbol = inputs[0].text if len(inputs) == 1 else "F"
        return _symbol(name, symbol, "drive strength", "size of the drive", inputs[0].unit)
    if exploration.network and name in exploration.network.symbols:
        from rosetta_core.views.networks import network_entry  # here: its pictures want the words of this module

        return network_entry(exploration, name)
    if name in _RESERVED:
        return _symbol(name, *_RESERVED[name])
    return labels.row(None if name == "sigma" else exploration.model, name)


def _symbol(code: str, text: str, axis: str, meaning: str, unit: str) -> Symbol:
    return Symbol(text, code, text, meaning, axis, unit, ())


def axis(model: Model, name: str) -> str:
    """Axis text of a state, or of the "output": "output y1 − y2 (mV)"."""
    if name != "output":
        return labels.label(model, name)
    signal = model.signal
    assert signal is not None  # filled in by Model
    if signal.name in [q.name for q in model.state]:
        return labels.label(model, signal.name)
    return f"output {signal.name.replace(' - ', ' − ')} ({signal.unit})"


def density(model: Model, name: str) -> str:
    """Axis text of the power density of a state, or of the "output"."""
    signal = model.signal
    assert signal is not None
    if name != "output" or signal.name in [q.name for q in model.state]:
        return labels.density_label(model, signal.name if name == "output" else name)
    unit = "1/Hz" if signal.unit == "1" else f"{signal.unit}²/Hz"
    return f"power of the output ({unit})"


def words(exploration: Exploration) -> dict[str, str]:
    """Axis texts by name: states, output, controls, and what every view may need."""
    model, names = exploration.model, [q.name for q in exploration.model.state]
    found = {name: labels.label(model, name) for name in names}
    found |= {control.name: entry(exploration, control.name).label for control in exploration.controls}
    found |= {name: labels.label(None, name) for name in ("t", "f", "r")}
    spectra = [view["of"] for view in exploration.views if view["kind"] == "spectrum"]
    found |= {"power": density(model, [*spectra, names[0]][0]), "density": labels.probability_label("r")}
    if exploration.output is not None:
        found["output"] = axis(model, "output")
    return found


def symbols(exploration: Exploration) -> dict[str, str]:
    """Symbols by name, for the ends of lines: states, output, driven inputs."""
    model = exploration.model
    names = [q.name for q in (*model.state, *model.inputs)]
    return {name: labels.row(model, name).text for name in names} | {"output": "output"}


def shorts(exploration: Exploration) -> dict[str, str]:
    """Axis texts for a plot without room: symbol and unit, "E (1)"."""
    rows = {q.name: labels.row(exploration.model, q.name) for q in exploration.model.state}
    rows |= {control.name: entry(exploration, control.name) for control in exploration.controls}
    found = {name: f"{row.text} ({row.unit})" for name, row in rows.items()}
    signal = exploration.model.signal
    return found | {"output": f"output ({signal.unit if signal else 1})"}


def time_label(model: Model, shown: list[str]) -> str:
    """Axis text where all of these share an axis: "x, y (1)"."""
    if len(shown) == 1:
        whole = axis(model, shown[0])
        entry = whole if shown[0] == "output" else f"{labels.row(model, shown[0]).text} ({whole.rpartition('(')[2]}"
        return whole if len(whole) <= _LONGEST else entry
    rows = [labels.row(model, name) for name in shown if name != "output"]
    texts = [*(row.text for row in rows), *(["output"] if "output" in shown else [])]
    return f"{', '.join(texts)} ({rows[0].unit})"


def distance_label(exploration: Exploration) -> str:
    """Axis text of how far the first control is from the value where the twin is exact."""
    control = entry(exploration, exploration.controls[0].name)
    return f"distance in {control.text} from the Hopf point ({control.unit})"


def gain_label(exploration: Exploration, of: str) -> str:
    """Axis text of a gain: "gain (s)", unit of what is shown per unit of the driven input."""
    assert exploration.drive is not None
    model = exploration.model
    pushed = labels.row(model, next(iter(exploration.drive.inputs)))
    state = next((q.unit for q in model.state if q.name == of), model.signal.unit if model.signal else "1")
    return f"gain ({_ratio(state, pushed.unit)})"


def _ratio(above: str, below: str) -> str:
    """Unit of a quotient, where it has a short name."""
    if above == below:
        return "1"
    if below == "1/s":
        return "s" if above == "1" else f"{above} s"
    return above if below == "1" else f"{'1' if above == '1' else above}/({below})"
