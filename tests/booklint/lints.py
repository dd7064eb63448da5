"""Checks within one chapter. Each returns complaints, one sentence each with a line; none means all is well."""

import ast
import re
from collections.abc import Iterable

from booklint.chapters import TEMPLATE, Chapter, CodeCell
from rosetta_core.book.reading import BookError
from rosetta_core.book.symbols import symbols
from rosetta_core.book.units import dimension

WORDS = (3500, 5500)
FIGURES = (8, 12)
EXPLORATIONS = (2, 4)
LONGEST_CELL = 25
PACE = 120
"""Words a minute, of text with formulas."""
SUMMARY_WORDS = 200
ALT = (40, 300)
BANNED = ("simply", "obviously", "it is well known", "in this chapter we will")
VERBS = frozenset(
    {"recall", "state", "name", "list", "describe", "explain", "summarise", "classify", "compare", "distinguish"}
    | {"predict", "estimate", "compute", "derive", "solve", "show", "draw", "locate", "measure", "apply", "analyse"}
    | {"test", "tell", "judge", "critique", "choose", "design", "build"}
)
"""Verbs a learning outcome may begin with: things a reader can be seen to do."""


def template(chapter: Chapter) -> list[str]:
    """The headings of the chapter template, each once and in order, and no other."""
    named = [next((t for t in TEMPLATE if heading.startswith(t)), heading) for heading in chapter.headings]
    complaints = [f"missing section {wanted!r}" for wanted in TEMPLATE if wanted not in named]
    complaints += [f"section {heading!r} is not in the template" for heading in named if heading not in TEMPLATE]
    order = [heading for heading in named if heading in TEMPLATE]
    if not complaints and order != list(TEMPLATE):
        complaints.append(f"sections are out of order: {', '.join(order)}")
    return complaints


def budgets(chapter: Chapter) -> list[str]:
    """Length of the prose and of the visible code cells, number of figures and explorations."""
    counts = {
        "words": (sum(words(line.text) for line in chapter.document.lines), WORDS),
        "figures": (len(chapter.figures), FIGURES),
        "explorations": (sum(len(called(cell, "explore")) for cell in chapter.cells), EXPLORATIONS),
    }
    complaints = [
        f"{count} {what}; wanted {low} to {high}"
        for what, (count, (low, high)) in counts.items()
        if not low <= count <= high
    ]
    for cell in chapter.cells:
        length = len(cell.source.strip().split("\n"))
        if cell.visible and length > LONGEST_CELL:
            complaints.append(f"line {cell.number}: a visible cell of {length} lines; at most {LONGEST_CELL}")
    total = sum(words(line.text) for line in chapter.document.lines)
    if not 0.5 < total / PACE / chapter.minutes["read"] < 2:
        complaints.append(
            f"{total} words in {chapter.minutes['read']} min; at {PACE} a minute that is off by more than 2"
        )
    summary = sum(words(line.text) for line in chapter.section("Summary card"))
    if summary > SUMMARY_WORDS:
        complaints.append(f"summary card of {summary} words; at most {SUMMARY_WORDS}")
    return complaints


def words(text: str) -> int:
    """Number of words a reader reads: formulas count one, headings and roles none."""
    if re.fullmatch(r"\([\w-]+\)=|#+ .*", text):
        return 0
    text = re.sub(r"\$[^$]+\$", "x", re.sub(r"\{[\w:-]+\}", "", text))
    return len(re.findall(r"[A-Za-z0-9\u00c0-\u03ff][\w'’.-]*", text))


def called(cell: CodeCell, function: str) -> list[str]:
    """First arguments of the calls of a function in a code cell: `views.quiz("ch03")` calls `quiz` with "ch03"."""
    calls = (node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call))
    return [ast.literal_eval(c.args[0]) for c in calls if ast.unparse(c.func).split(".")[-1] == function]


def outcomes(chapter: Chapter) -> list[str]:
    """Every outcome begins with a verb that can be observed; every prerequisite belongs to an earlier chapter."""
    late = [p for p in chapter.prerequisites if not 0 < int(re.sub(r"LO-(\d+)\.\d+", r"\1", p)) < chapter.number]
    return [f"prerequisite {name} is not from an earlier chapter" for name in late] + [
        f"{outcome.id}: {outcome.verb!r} is no verb of the list; use one of {', '.join(sorted(VERBS))}"
        for outcome in chapter.outcomes
        if outcome.verb.lower() not in VERBS
    ]


KINDS = ("recall", "pencil", "explore", "code", "critique", "open")
FOLDED = ("Hint 1", "Hint 2", "Hint 3")


def exercises(chapter: Chapter, graded: Iterable[str]) -> list[str]:
    """Kinds in their order, minutes that add up, three hints and a folded solution each, the code one graded."""
    complaints = []
    kinds = [exercise.kind for exercise in chapter.exercises]
    if not 4 <= len(kinds) <= 6 or "code" not in kinds or kinds != [kind for kind in KINDS if kind in kinds]:
        complaints.append(f"exercises are {', '.join(kinds)}; wanted 4 to 6 of {', '.join(KINDS)}, in this order")
    for exercise in chapter.exercises:
        where = f"line {exercise.number}, {exercise.id}"
        if exercise.folded[:3] != FOLDED or not re.match("Solution|Rubric", "".join(exercise.folded[3:4])):
            complaints.append(f"{where}: wanted three hints and a solution, folded; got {', '.join(exercise.folded)}")
        if exercise.kind == "code" and exercise.id not in graded:
            complaints.append(f"{where}: no grader; add a file to rosetta_core/book/exercises")
    minutes = sum(exercise.minutes or 0 for exercise in chapter.exercises)
    if minutes != chapter.minutes["exercises"]:
        complaints.append(f"exercises take {minutes} min, the front matter says {chapter.minutes['exercises']}")
    return complaints


def fading(chapter: Chapter) -> list[str]:
    """One worked example three times: all steps, the last ones missing, only the start."""
    tags = [tag for cell in chapter.cells for tag in cell.tags if tag.startswith("fade:")]
    return [] if tags == ["fade:0", "fade:1", "fade:2"] else [f"wanted cells tagged fade:0, fade:1, fade:2; got {tags}"]


def figures(chapter: Chapter) -> list[str]:
    """A caption opens with its finding in bold; the alt text says something else, at a fair length."""
    complaints = []
    for figure in chapter.figures:
        where = f"line {figure.number}, figure {figure.name or 'without a name'}"
        if not re.match(r"\*\*[^*]+[.!]\*\*\s+\S", figure.caption):
            complaints.append(f"{where}: the caption must open with its finding, one bold sentence, and go on")
        if not ALT[0] <= len(figure.alt) <= ALT[1]:
            complaints.append(f"{where}: alt text of {len(figure.alt)} characters; wanted {ALT[0]} to {ALT[1]}")
        if figure.alt and _plain(figure.alt) in _plain(figure.caption):
            complaints.append(f"{where}: the alt text repeats the caption; say what there is to see")
        if not figure.name.startswith("fig-"):
            complaints.append(f"{where}: the name must begin with fig-")
    return complaints


def shown_without_caption(chapter: Chapter) -> list[str]:
    """Every code cell that shows a figure carries a caption."""
    captioned = {figure.number for figure in chapter.figures}
    return [
        f"line {cell.number}: a figure is shown without a caption (metadata mystnb: figure: caption)"
        for cell in chapter.cells
        if re.search(r"\b(?:figures\.)?show\(", cell.source) and cell.number not in captioned
    ]


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def banned_words(chapter: Chapter) -> list[str]:
    """Banned words in the prose and in the captions of a chapter."""
    prose = [(line.number, line.text) for line in chapter.document.lines]
    prose += [(figure.number, figure.caption) for figure in chapter.figures]
    return [f"line {number}: {complaint}" for number, text in prose for complaint in banned(text)]


def banned(text: str) -> list[str]:
    """Words that talk down to a reader, or announce instead of say."""
    pattern = r"\b(?:" + "|".join(BANNED).replace(" ", r"\s+") + r")\b"
    return [f"{match[0]!r} says nothing; leave it out" for match in re.finditer(pattern, text, re.IGNORECASE)]


def axis_labels(chapter: Chapter) -> list[str]:
    """Axis text comes from the symbol table, or is a literal that ends with a unit in brackets."""
    complaints = []
    for cell in chapter.cells:
        for node in ast.walk(ast.parse(cell.source)):
            for text in _axis_texts(node):
                where = f"line {cell.number + text.lineno}"
                if isinstance(text, ast.Constant) and not _has_unit(str(text.value)):
                    complaints.append(f"{where}: axis label {text.value!r} has no unit; use figures.label(model, name)")
                elif not isinstance(text, ast.Constant) and not re.match(
                    r"figures\.(density_)?label\(", ast.unparse(text)
                ):
                    complaints.append(f"{where}: axis label {ast.unparse(text)}; use figures.label(model, name)")
                elif name := re.search(r"label\(None, '(\w+)'\)", ast.unparse(text)):
                    # Without a model or a chapter the first chapter that has the symbol decides what it means.
                    found = symbols().code(name[1])
                    if found and chapter.number not in found[0].chapters:
                        complaints.append(
                            f"{where}: {name[1]} is {found[0].meaning!r} of chapter {found[0].where}; "
                            f"use figures.label({chapter.number}, {name[1]!r})"
                        )
    return complaints


def _axis_texts(node: ast.AST) -> Iterable[ast.expr]:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ()
    if node.func.attr in ("set_xlabel", "set_ylabel", "set_zlabel", "xlabel", "ylabel", "supxlabel", "supylabel"):
        return tuple(node.args[:1])
    return tuple(k.value for k in node.keywords if k.arg in ("xlabel", "ylabel"))


def _has_unit(label: str) -> bool:
    match = re.search(r"\(([^()]+)\)$", label)
    if match is None:
        return label == ""
    try:
        dimension(match[1])
    except BookError:
        return False
    return True
