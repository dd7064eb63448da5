"""Where `make slides` puts its work, and which chapters the kit must cover."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SLIDES = ROOT / "_build" / "slides"
KIT = ROOT / "instructor"
# The kit covers Chapters 1 to 8; a chapter is known from its source.
CHAPTERS = [f"ch{path.name[:2]}" for path in sorted((ROOT / "chapters").glob("0[1-8]-*.md"))]
FILES = ("plan.md", "slides.md", "board.md", "exam.md")


def built() -> Path:
    """Folder of the built slides."""
    if not (SLIDES / "index.html").is_file():
        pytest.fail("the slides are not built: run `make slides` before their tests")
    return SLIDES
