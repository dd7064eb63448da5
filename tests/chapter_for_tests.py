"""A very short chapter that passes every check but the budgets; tests change one thing and expect one complaint."""

from pathlib import Path

from booklint.chapters import TEMPLATE, Chapter, load_chapter

FRONT = """\
chapter: 3
title: A rhythm
minutes: {read: 1, explore: 1, exercises: 40}
prerequisites: [LO-2.1]
outcomes:
  - {id: LO-3.1, verb: derive, text: the radius}
  - {id: LO-3.2, verb: predict, text: the birth}
  - {id: LO-3.3, verb: explain, text: shear}
misconception: {id: MC-3, text: A peak means an oscillator.}
symbols: [z, alpha, omega, gamma, beta, u]
equations: {eq-sl: stuart_landau}
"""

MODEL = r"""
$$
\dot z = (\alpha + i\omega)\,z - (\gamma + i\beta)\,|z|^2 z + u
$$ (eq-sl)
"""

FIGURE = """
```{code-cell} ipython3
---
tags: [hide-input, "fade:0"]
mystnb:
  figure:
    name: fig-birth
    caption: |
      **The rhythm is born small.** Amplitude against alpha.
---
fig, ax = figures.axes()
ax.set(xlabel=figures.label("stuart_landau", "alpha"), ylabel="height (mV)")
figures.show(fig, alt="A curve that is zero up to the middle and rises like a square root from there on.")
```
"""

CELLS = """
```{code-cell} ipython3
:tags: ["fade:1"]
views.explore("ch03-birth")
```

```{code-cell} ipython3
:tags: ["fade:2"]
views.quiz("ch03")
```
"""


def exercise(n: int, kind: str, outcome: str) -> str:
    folds = "".join(
        f":::{{admonition}} {title}\n:class: dropdown\nLook.\n:::\n"
        for title in ("Hint 1", "Hint 2", "Hint 3", "Solution")
    )
    return f"\n### 3.{n} {kind}: a task\n\n:::{{exercise}} * · 10 min · {outcome}\nDo it.\n:::\n\n{folds}"


EXERCISES = "".join(
    exercise(n, kind, outcome)
    for n, kind, outcome in [
        (1, "Recall", "LO-3.1"),
        (2, "Pencil", "LO-3.2"),
        (3, "Explore", "LO-3.3"),
        (4, "Code", "LO-3.1"),
    ]
)

BODIES = {
    "The model": MODEL,
    "Alone": FIGURE + "\nEvery start reaches the circle {claim}`c-3.1`.\n",
    "In code": CELLS,
    "Where this model lies to you": "\nIt is a close-up {cite}`kuznetsov2004elements`.\n",
    "Exercises": EXERCISES,
}


def text() -> str:
    """The whole file."""
    sections = "".join(f"\n## {heading}\n{BODIES.get(heading, '')}" for heading in TEMPLATE)
    return f"---\n{FRONT}---\n\n# A rhythm\n{sections}"


def chapter(folder: Path, old: str = "", new: str = "") -> Chapter:
    """The short chapter with one text replaced; the replacement must happen."""
    whole = text()
    assert old in whole
    path = folder / "03-short.md"
    path.write_text(whole.replace(old, new), encoding="utf-8")
    return load_chapter(path)
