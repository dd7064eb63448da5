"""The book's data: symbols, quizzes, explorations, chapters, exercises; loaded and validated here."""

from pathlib import Path

DATA = Path(__file__).parent
