"""The page of models: all of them, every quantity with its number, every preset with its paper."""

import re
import sys
from dataclasses import replace

import pytest

import rosetta_core as rc
from rosetta_core.book.symbols import DECLARED
from rosetta_core.model import preset
from rosetta_core.views.models import anchor, kernel_source, model_card, model_cards

every_model = pytest.mark.parametrize("model", DECLARED, ids=lambda model: model.name)


def test_the_page_has_every_model_once_rungs_first():
    page = model_cards().markdown
    sections = re.findall(r"^\(([\w-]+)\)=\n## (.+)$", page, re.M)
    assert sections[: len(rc.LADDER)] == [(anchor(model), model.title) for model in rc.LADDER]
    assert sorted(sections) == sorted((anchor(model), model.title) for model in DECLARED)
    assert len({name for name, _ in sections}) == len({title for _, title in sections}) == len(sections)
    assert re.findall(r"\]\(#([\w-]+)\)", page) == [name for name, _ in sections]


@every_model
def test_the_kernel_on_the_page_is_the_one_that_is_compiled(model):
    page = model_cards().markdown.split(f"({anchor(model)})=")[1].split("\n(model-")[0]
    assert kernel_source(model) in page
    code = re.search(r"```python\n(.+)\n```", kernel_source(model), re.S)[1]
    compiled = model.rhs.py_func
    names = dict(vars(sys.modules[compiled.__module__]))
    exec(code.replace("@kernel\n", ""), names)
    x, p, u = (tuple(row.default for row in rows) for rows in (model.state, model.params, model.inputs))
    # The text shown, run again: the same function, so the same numbers.
    assert names[compiled.__name__] is not compiled
    assert names[compiled.__name__](0.0, x, p, u) == compiled(0.0, x, p, u)


@every_model
def test_a_card_holds_all_that_the_model_declares(model):
    card = model_card(model).markdown
    assert card.splitlines()[0].endswith(f"Equations: [doi:{model.source}](<https://doi.org/{model.source}>).")
    rows = [line.split(" | ") for line in card.splitlines() if line.startswith("| $")]
    quantities = model.state + model.params + model.inputs
    assert [(row[1], row[3].removesuffix(" |")) for row in rows] == [(f"`{q.name}`", q.meaning) for q in quantities]
    for row, quantity in zip(rows, quantities, strict=True):
        number = float(re.split(r"[/ ]", row[2])[0].replace("−", "-"))
        # Five digits are shown: half a unit of the fifth is at most 5e-5 of the number.
        assert number == pytest.approx(quantity.default, rel=5e-5)
    assert f"*Output:* `{model.signal.name}`, {model.signal.meaning}" in card
    assert re.findall(r"^- `(\w+)`:", card, re.M) == [each.name for each in model.presets]


def test_a_preset_is_shown_with_units_paper_place_and_note():
    source = "10.1007/978-1-4757-3978-7"
    given = preset("one", source=source, where="Table 2", note="alpha per minute there", alpha=-0.25, gamma=1.0, re=2.0)
    card = model_card(replace(rc.bautin, presets=(given,))).markdown
    wanted = (
        r"- `one`: $\alpha$ = −0.25/s, $\gamma$ = 1/s, $x$ = 2. "
        f"[doi:{source}](<https://doi.org/{source}>), Table 2. Note: alpha per minute there."
    )
    assert re.sub("</?span[^>]*>", "", card.splitlines()[-1]) == wanted


def test_a_card_by_name_and_a_name_that_is_none():
    assert model_card("damped").markdown == model_card(rc.damped).markdown
    with pytest.raises(ValueError, match="no model 'sl'; there are harmonic"):
        model_card("sl")
