"""The models as a reader looks them up: what each is, its numbers, its output, and the values of papers."""

import inspect
import sys

from rosetta_core.book.symbols import DECLARED, symbols
from rosetta_core.model import Model, Preset, Quantity
from rosetta_core.models import LADDER
from rosetta_core.views.labels import spoken_unit
from rosetta_core.views.symbols import Table, named, number, rows_below

_HEAD = ("symbol", "in code", "default", "meaning")


def model_card(model: Model | str) -> Table:
    """One model (or its name) on a page: a sentence, its quantities, its output, its presets."""
    model = named(model)
    signal = model.signal or model.state[0]
    unit = spoken_unit(signal.unit)
    return Table(
        f"{_sentence(model)} Equations: {_doi(model.source)}.",
        rows_below(_HEAD, _quantities(model)),
        f"*Output:* `{signal.name}`, {signal.meaning}{f' ({unit})' if unit else ''}.",
        *(["*Published values*, by `with_preset`:"] if model.presets else []),
        "\n".join(_preset(model, each) for each in model.presets),
    )


def model_cards() -> Table:
    """All models, the rungs from the bottom up and then the others, with a list of links to them before."""
    rungs = {model.name for model in LADDER}
    others = [model for model in DECLARED if model.name not in rungs]
    links = "\n".join(
        f"- {kind}: {', '.join(f'[{model.title}](#{anchor(model)})' for model in models)}."
        for kind, models in (("Rungs, from the bottom up", LADDER), ("Beside the ladder", others))
    )
    return Table(
        links,
        *(
            f"({anchor(model)})=\n## {model.title}\n\n{model_card(model)}\n\n{kernel_source(model)}"
            for model in (*LADDER, *others)
        ),
    )


def kernel_source(model: Model) -> str:
    """The function that is compiled, as it is written, folded."""
    code = inspect.cleandoc("\n" + inspect.getsource(model.rhs.py_func))
    return (
        f'<details class="hide"><summary>The kernel of {model.title}</summary>\n\n```python\n{code}\n```\n\n</details>'
    )


def anchor(model: Model) -> str:
    """The label of a model's section on the page of models."""
    return f"model-{model.name}".replace("_", "-")


def _sentence(model: Model) -> str:
    """The first line of the file that holds the equations."""
    return (sys.modules[model.rhs.py_func.__module__].__doc__ or "").partition("\n")[0]


def _doi(doi: str) -> str:
    return f"[doi:{doi}](<https://doi.org/{doi}>)"


def _quantities(model: Model) -> list[tuple[str, ...]]:
    kinds = (("*State*", model.state), ("*Parameters*", model.params), ("*Inputs*", model.inputs))
    return [
        cells
        for kind, rows in kinds
        if rows
        for cells in ((kind, "", "", ""), *(_quantity(model, row) for row in rows))
    ]


def _quantity(model: Model, row: Quantity) -> tuple[str, ...]:
    return (_symbol(model, row.name), f"`{row.name}`", _with_unit(row.default, row.unit), row.meaning)


def _with_unit(value: float, unit: str) -> str:
    """Number and unit: "3.25 mV", "100/s"."""
    words = spoken_unit(unit)
    return number(value, 5) + (words[1:] if words.startswith("1/") else f" {words}" if words else "")


def _preset(model: Model, preset: Preset) -> str:
    values = ", ".join(  # no line ends inside a value
        f'<span class="keep">{_symbol(model, name)} = {_with_unit(value, model.quantity(name).unit)}</span>'
        for name, value in preset.values
    )
    note = f" Note: {preset.note.rstrip('.')}." if preset.note else ""
    return f"- `{preset.name}`: {values}. {_doi(preset.source)}, {preset.where}.{note}"


def _symbol(model: Model, name: str) -> str:
    return f"${symbols().quantity(model.name, name).symbol}$"
