"""The quiz bank as one Common Cartridge 1.1, which Moodle restores and Canvas imports; instructor/README.md says why.

Every quiz file becomes an assessment of QTI 1.2.1 in the profile of the cartridge. All texts of the bank are plain,
formulas in Unicode, so nothing depends on how the target typesets LaTeX.
"""

import xml.etree.ElementTree as ET
import zipfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

from instructor.kit.asked import LETTERS
from instructor.kit.text import plain
from rosetta_core.book.quizzes import QUIZZES, Question, load_quiz
from rosetta_core.views import pictures

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest"
ASSESSMENT = "imsqti_xmlv1p2/imscc_xmlv1p1/assessment"
TITLE = "The Rosetta ladder: quiz bank"
STAMP = (1980, 1, 1, 0, 0, 0)  # the same items give the same bytes
picture = cache(pictures.picture)


class Quiz(NamedTuple):
    """A quiz file by name, its title in the target, its items."""

    name: str
    title: str
    items: tuple[Question, ...]


def quizzes(folder: Path = QUIZZES) -> tuple[Quiz, ...]:
    """All quizzes of the bank, in the order of their names."""
    return tuple(
        Quiz(path.stem, _title(path.stem), load_quiz(path.stem, folder)) for path in sorted(folder.glob("*.yml"))
    )


def write_cartridge(found: tuple[Quiz, ...], target: Path) -> None:
    """One .imscc file: manifest, an assessment per quiz, the pictures that items ask about."""
    drawn = sorted({item.picture for quiz in found for item in quiz.items if item.picture})
    files = {"imsmanifest.xml": _xml(_manifest(found, drawn), PACKAGE)}
    # Assessments lie beside the manifest: Moodle takes paths of pictures from the folder of the assessment.
    files |= {f"{quiz.name}.xml": _xml(assessment(quiz), QTI) for quiz in found}
    files |= {f"pictures/{name}.png": picture(name).png() for name in drawn}
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as cartridge:
        for name, data in files.items():
            cartridge.writestr(zipfile.ZipInfo(name, STAMP), data)


def assessment(quiz: Quiz) -> ET.Element:
    """A quiz as the element questestinterop."""
    root = ET.Element("questestinterop")
    top = ET.SubElement(root, "assessment", ident=quiz.name, title=quiz.title)
    _metadata(top, cc_profile="cc.exam.v0p1", qmd_assessmenttype="Examination", qmd_scoretype="Percentage",
              qmd_feedbackpermitted="Yes", cc_maxattempts="unlimited")  # fmt: skip
    section = ET.SubElement(top, "section", ident=f"{quiz.name}-items")
    for item in quiz.items:
        section.append(_item(item))
    return root


def _item(item: Question) -> ET.Element:
    kind, many = ("cc.multiple_response.v0p1", "Multiple") if item.many else ("cc.multiple_choice.v0p1", "Single")
    root = ET.Element("item", ident=item.id, title=item.id)
    _metadata(ET.SubElement(root, "itemmetadata"), cc_profile=kind)
    presentation = ET.SubElement(root, "presentation")
    # Moodle reads the HTML of a question as Latin-1; numeric references come through in either system.
    asked = f"<p>{plain(item.question)}</p>{_image(item)}".encode("ascii", "xmlcharrefreplace").decode()
    _material(presentation, asked)
    response = ET.SubElement(presentation, "response_lid", ident="answer", rcardinality=many)
    choices = ET.SubElement(response, "render_choice", shuffle="Yes")
    for letter, option in zip(LETTERS, item.options, strict=False):
        _material(ET.SubElement(choices, "response_label", ident=f"{item.id}-{letter}"), plain(option.text))
    processing = ET.SubElement(root, "resprocessing")
    outcomes = ET.SubElement(processing, "outcomes")
    ET.SubElement(outcomes, "decvar", varname="SCORE", vartype="Decimal", minvalue="0", maxvalue="100")
    (_several if item.many else _one)(item, processing, root)
    return root


def _one(item: Question, processing: ET.Element, root: ET.Element) -> None:
    """One right answer: each answer has its own condition, score and feedback.

    Conditions end the processing (continue="No"): Moodle shows feedback of one that goes on to everybody.
    """
    for letter, option in zip(LETTERS, item.options, strict=False):
        condition = ET.SubElement(processing, "respcondition", {"continue": "No"})
        _chosen(ET.SubElement(condition, "conditionvar"), f"{item.id}-{letter}")
        if option.correct:
            ET.SubElement(condition, "setvar", varname="SCORE", action="Set").text = "100"
        _show(condition, f"{item.id}-{letter}-fb")
        _feedback(root, f"{item.id}-{letter}-fb", plain(option.feedback))


def _several(item: Question, processing: ET.Element, root: ET.Element) -> None:
    """Several right answers: feedback to all of them together, since neither target reads it one by one and right."""
    said = "".join(f"<li>{plain(option.text)} {plain(option.feedback)}</li>" for option in item.options)
    condition = ET.SubElement(processing, "respcondition", {"continue": "Yes"})
    ET.SubElement(ET.SubElement(condition, "conditionvar"), "other")
    _show(condition, "general_fb")
    condition = ET.SubElement(processing, "respcondition", {"continue": "No"})
    every = ET.SubElement(ET.SubElement(condition, "conditionvar"), "and")
    for letter, option in zip(LETTERS, item.options, strict=False):
        _chosen(every if option.correct else ET.SubElement(every, "not"), f"{item.id}-{letter}")
    ET.SubElement(condition, "setvar", varname="SCORE", action="Set").text = "100"
    _feedback(root, "general_fb", f"<ul>{said}</ul>")


def _chosen(parent: ET.Element, answer: str) -> None:
    ET.SubElement(parent, "varequal", respident="answer", case="Yes").text = answer


def _show(condition: ET.Element, feedback: str) -> None:
    ET.SubElement(condition, "displayfeedback", feedbacktype="Response", linkrefid=feedback)


def _feedback(root: ET.Element, name: str, text: str) -> None:
    _material(ET.SubElement(ET.SubElement(root, "itemfeedback", ident=name), "flow_mat"), text)


def _image(item: Question) -> str:
    if not item.picture:
        return ""
    alt = plain(picture(item.picture).alt).replace('"', "&quot;")
    return f'<p><img src="$IMS-CC-FILEBASE$pictures/{item.picture}.png" alt="{alt}"></p>'


def _material(parent: ET.Element, text: str) -> None:
    material = ET.SubElement(parent, "material")
    ET.SubElement(material, "mattext", texttype="text/html").text = text


def _metadata(parent: ET.Element, **fields: str) -> None:
    rows = ET.SubElement(parent, "qtimetadata")
    for label, entry in fields.items():
        row = ET.SubElement(rows, "qtimetadatafield")
        ET.SubElement(row, "fieldlabel").text = label
        ET.SubElement(row, "fieldentry").text = entry


def _manifest(found: tuple[Quiz, ...], drawn: list[str]) -> ET.Element:
    root = ET.Element("manifest", identifier="rosetta-quiz-bank")
    metadata = ET.SubElement(root, "metadata")
    ET.SubElement(metadata, "schema").text = "IMS Common Cartridge"
    ET.SubElement(metadata, "schemaversion").text = "1.1.0"
    general = ET.SubElement(ET.SubElement(metadata, f"{{{LOM}}}lom"), f"{{{LOM}}}general")
    ET.SubElement(ET.SubElement(general, f"{{{LOM}}}title"), f"{{{LOM}}}string", language="en").text = TITLE
    organizations = ET.SubElement(root, "organizations")
    tree = ET.SubElement(organizations, "organization", identifier="tree", structure="rooted-hierarchy")
    folder = ET.SubElement(ET.SubElement(tree, "item", identifier="top"), "item", identifier="quizzes")
    ET.SubElement(folder, "title").text = TITLE
    resources = ET.SubElement(root, "resources")
    for quiz in found:
        entry = ET.SubElement(folder, "item", identifier=f"item-{quiz.name}", identifierref=quiz.name)
        ET.SubElement(entry, "title").text = quiz.title
        resource = ET.SubElement(resources, "resource", identifier=quiz.name, type=ASSESSMENT)
        ET.SubElement(resource, "file", href=f"{quiz.name}.xml")
        for name in sorted({item.picture for item in quiz.items if item.picture}):
            ET.SubElement(resource, "dependency", identifierref=f"picture-{name}")
    for name in drawn:
        place = f"pictures/{name}.png"
        resource = ET.SubElement(resources, "resource", identifier=f"picture-{name}", type="webcontent", href=place)
        ET.SubElement(resource, "file", href=place)
    return root


def _xml(root: ET.Element, namespace: str) -> bytes:
    """The file of an element whose own names are of that namespace, which is the default there."""
    root.set("xmlns", namespace)
    ET.register_namespace("lomm", LOM)
    ET.indent(root)
    return ET.tostring(root, encoding="UTF-8", xml_declaration=True)


def _title(name: str) -> str:
    chapter, _, warm_up = name.partition("-")
    number = int(chapter.removeprefix("ch"))
    if number == 0:
        return "Readiness"
    return f"Chapter {number}, {'warm-up' if warm_up else 'quiz'}"
