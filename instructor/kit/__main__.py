"""Builds the decks and the quiz bank from the built book: python -m instructor.kit [site] [target]"""

import sys
from pathlib import Path

from instructor.kit.build import build
from rosetta_core.book.reading import BookError

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> None:
    site, target = (*map(Path, arguments), *(ROOT / "_build" / "html", ROOT / "_build" / "slides")[len(arguments) :])
    try:
        made = build(ROOT / "instructor", site, target)
    except BookError as error:
        sys.exit(f"slides: {error}")
    print(f"{made.decks} decks with {made.slides} slides, and {made.items} quiz items, are in {target}")


main(sys.argv[1:])
