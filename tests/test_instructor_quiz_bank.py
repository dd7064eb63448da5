"""The quiz bank for Moodle and Canvas: valid in the profile of Common Cartridge 1.1, and read back item by item."""

import io
import xml.etree.ElementTree as ET
import zipfile
from html import unescape
from pathlib import Path

import pytest
import xmlschema
from slides_for_tests import built

from instructor.kit.quiz_bank import Quiz, quizzes, write_cartridge
from rosetta_core.book.quizzes import Option, Question

SCHEMAS = Path(__file__).parent / "cartridge"
Q = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
P = "{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}"
BANK = quizzes()


def schema(name: str) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(SCHEMAS / f"{name}.xsd", allow="local")


@pytest.fixture(scope="module")
def cartridge():
    with zipfile.ZipFile(built() / "quiz-bank" / "rosetta-quiz-bank.imscc") as packed:
        yield {name: packed.read(name) for name in packed.namelist()}


def test_the_manifest_is_valid_and_names_every_file(cartridge):
    schema("manifest").validate(io.BytesIO(cartridge["imsmanifest.xml"]))
    known_by = b'xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"'
    assert known_by in cartridge["imsmanifest.xml"][:1024], "Moodle knows the format by this and reads no further"
    root = ET.fromstring(cartridge["imsmanifest.xml"])
    assert {one.get("href") for one in root.iter(f"{P}file")} == set(cartridge) - {"imsmanifest.xml"}
    assert set(cartridge) >= {f"{quiz.name}.xml" for quiz in BANK}
    shown = {one.get("identifierref") for one in root.iter(f"{P}item")} - {None}
    assert shown == {quiz.name for quiz in BANK}, "Moodle makes an activity of what the tree shows, and of nothing else"


@pytest.mark.parametrize("quiz", BANK, ids=lambda quiz: quiz.name)
def test_an_assessment_is_valid_and_says_what_the_bank_says(cartridge, quiz):
    data = cartridge[f"{quiz.name}.xml"]
    schema("assessment").validate(io.BytesIO(data))
    assert read(data) == [as_read(item) for item in quiz.items if not item.many]


def test_pictures_are_where_questions_ask_for_them(cartridge):
    asked = {item.picture for quiz in BANK for item in quiz.items if item.picture}
    assert asked
    for quiz in BANK:
        text = cartridge[f"{quiz.name}.xml"].decode()
        for item in quiz.items:
            if item.picture:
                assert f'src="$IMS-CC-FILEBASE$pictures/{item.picture}.png"' in text.replace("&quot;", '"')
                assert cartridge[f"pictures/{item.picture}.png"].startswith(b"\x89PNG")
    assert {name for name in cartridge if name.endswith(".png")} == {f"pictures/{name}.png" for name in asked}


def test_the_same_bank_gives_the_same_bytes(tmp_path):
    first, second = tmp_path / "first.imscc", tmp_path / "second.imscc"
    for target in (first, second):
        write_cartridge(BANK, target)
    assert first.read_bytes() == second.read_bytes()


def test_an_item_with_several_right_answers(tmp_path):
    """Right is who ticks all that is right and nothing else; what is said to the answers is said together."""
    options = tuple(Option(text, right, f"Why {text}.") for text, right in (("a < b", True), ("c", False), ("d", True)))
    quiz = Quiz("ch01", "Several", (Question("q-1.1", ("LO-1.1",), "Which?", options, many=True),))
    write_cartridge((quiz,), tmp_path / "one.imscc")
    with zipfile.ZipFile(tmp_path / "one.imscc") as packed:
        data = packed.read("ch01.xml")
    schema("assessment").validate(io.BytesIO(data))
    root = ET.fromstring(data)
    every = next(root.iter(f"{Q}and"))
    assert [one.text for one in every.findall(f"{Q}varequal")] == ["q-1.1-a", "q-1.1-c"]
    assert [one.text for one in every.findall(f"{Q}not/{Q}varequal")] == ["q-1.1-b"]
    said = root.find(f".//{Q}itemfeedback//{Q}mattext").text
    assert said == "<ul><li>a &lt; b Why a &lt; b.</li><li>c Why c.</li><li>d Why d.</li></ul>"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('linkrefid="q-3.1-a-fb"', 'linkrefid="q-3.1-z-fb"'),  # feedback that does not exist
        ('case="Yes">q-3.1-a<', 'case="Yes">q-3.1-z<'),  # a condition on an answer that does not exist
        ('ident="q-3.2"', 'ident="q-3.1"'),  # two items with one name
        ("cc_profile", "cc_prophile"),  # metadata that no target knows
        ('varname="SCORE" vartype', 'varname="MARKS" vartype'),
        ('rcardinality="Single"', 'rcardinality="One"'),
    ],
)
def test_the_schema_refuses_what_would_not_arrive(cartridge, old, new):
    text = cartridge["ch03.xml"].decode()
    assert old in text
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        schema("assessment").validate(io.StringIO(text.replace(old, new, 1)))


def read(data: bytes) -> list[tuple]:
    """Items with one right answer as an importer takes them: name, question, answers with text, score and feedback.

    The feedback of an answer is that of the condition whose first `varequal` names it, as in Moodle's importer.
    """
    items = []
    for item in ET.fromstring(data).iterfind(f".//{Q}response_lid[@rcardinality='Single']/../.."):
        conditions = item.findall(f"{Q}resprocessing/{Q}respcondition")
        assert all(one.get("continue") == "No" for one in conditions), "Moodle shows the feedback of the others to all"
        answers = []
        for label in item.iter(f"{Q}response_label"):
            mine = [c for c in conditions if c.findtext(f"{Q}conditionvar/{Q}varequal") == label.get("ident")]
            assert len(mine) == 1
            link = mine[0].find(f"{Q}displayfeedback").get("linkrefid")
            said = item.findtext(f"{Q}itemfeedback[@ident='{link}']/{Q}flow_mat/{Q}material/{Q}mattext")
            text = label.findtext(f"{Q}material/{Q}mattext")
            answers.append((unescape(text), float(mine[0].findtext(f"{Q}setvar", "0")), unescape(said)))
        asked = item.findtext(f"{Q}presentation/{Q}material/{Q}mattext")
        assert asked.isascii(), "Moodle takes the bytes of a question for Latin-1"
        items.append((item.get("title"), unescape(asked[3 : asked.index("</p>")]), answers))
    return items


def as_read(item: Question) -> tuple:
    """The same of an item of the bank."""
    answers = [(one.text, 100.0 * one.correct, one.feedback) for one in item.options]
    return item.id, flat(item.question), [(flat(text), score, flat(said)) for text, score, said in answers]


def flat(text: str) -> str:
    return " ".join(text.split())
