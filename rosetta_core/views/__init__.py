"""What the reader sees: figures, explorers, quizzes, the ladder. The one place that imports matplotlib and widgets."""

from rosetta_core.views import figures
from rosetta_core.views.explorer import Explorer, explore
from rosetta_core.views.ladder import ladder
from rosetta_core.views.live import live
from rosetta_core.views.quiz import Quiz, quiz
from rosetta_core.views.symbols import symbol_table

__all__ = ["Explorer", "Quiz", "explore", "figures", "ladder", "live", "quiz", "symbol_table"]
