"""Polls and clicker questions: the question on one slide, the answers with their replies on the one below it."""

import re

from instructor.kit.source import Block, unknown
from rosetta_core.book.explorations import EXPLORATIONS, load_exploration
from rosetta_core.book.quizzes import QUIZZES, Question, load_quiz
from rosetta_core.views.labels import written
from rosetta_core.views.pictures import picture

LETTERS = "abcdefgh"


def poll(block: Block) -> tuple[str, str]:
    """Question and answers of an exploration: (what is asked, what is said to each answer)."""
    (name,) = block.arguments
    names = sorted(path.stem for path in EXPLORATIONS.glob("*.yml"))
    if name not in names:
        raise unknown(block.where, "exploration", name, names)
    found = load_exploration(name)
    texts = [choice.text for choice in found.choices]
    replies = [(choice.text, choice.id == found.answer, choice.reply) for choice in found.choices]
    return _question("Predict", found.question, "", texts), _answers(replies)


def clicker(block: Block) -> tuple[str, str]:
    """An item of the quiz bank in the same two parts."""
    item = quiz_item(block)
    shown = f'<div class="rc-figure">{picture(item.picture).svg}</div>' if item.picture else ""
    replies = [(option.text, option.correct, option.feedback) for option in item.options]
    kicker = "Vote, more than one answer may be right" if item.many else "Vote"
    return _question(kicker, item.question, shown, [option.text for option in item.options]), _answers(replies)


def quiz_item(block: Block) -> Question:
    """The item that {clicker} ch03 q4 names; its full id, q-3.4, will do as well."""
    file, name = block.arguments
    files = sorted(path.stem for path in QUIZZES.glob("*.yml"))
    if file not in files:
        raise unknown(block.where, "quiz", file, files)
    items = {re.sub(r"-\d+\.", "", item.id): item for item in load_quiz(file)}
    short = re.sub(r"-\d+\.", "", name)
    if short not in items or name not in (short, items[short].id):
        raise unknown(block.where, f"item in the quiz {file}", name, items)
    return items[short]


def _question(kicker: str, question: str, shown: str, options: list[str]) -> str:
    rows = "".join(
        f'<li><span class="letter">{letter}</span> <span>{_shown(text)}</span></li>'
        for letter, text in zip(LETTERS, options, strict=False)
    )
    beside = " beside" if shown else ""
    return (
        f'<div class="asked{beside}"><div class="words"><p class="kicker">{kicker}</p>'
        f'<p class="question">{_shown(question)}</p><ol class="options">{rows}</ol></div>{shown}</div>'
    )


def _answers(replies: list[tuple[str, bool, str]]) -> str:
    rows = "".join(
        f'<li class="{"right" if right else "wrong"}"><span class="letter">{letter}</span> <div>'
        f"<p><strong>{'✓ ' if right else '✗ '}{_shown(text)}</strong></p><p>{_shown(reply)}</p></div></li>"
        for letter, (text, right, reply) in zip(LETTERS, replies, strict=False)
    )
    return f'<ol class="options answers">{rows}</ol>'


def _shown(text: str) -> str:
    return written(" ".join(text.split()))
