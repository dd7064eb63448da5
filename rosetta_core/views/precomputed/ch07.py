"""Diagrams of Chapter 7: Wilson-Cowan under a sweep of the input to E."""

from typing import Any

import rosetta_core as rc
from rosetta_core.book.exploration_parts import Exploration
from rosetta_core.views.diagrams import page_diagram
from rosetta_core.views.static_run import setting


def sweep_of_P_E(exploration: Exploration) -> dict[str, Any]:
    """Rest and rhythms of E against P_E over the range of its control, at the exploration's other values."""
    now, model = setting(exploration), exploration.model
    p, u = ({q.name: now[q.name] for q in rows} for rows in (model.params, model.inputs))
    control = next(c for c in exploration.controls if c.name == "P_E")
    span = (control.low, control.high)
    branch = rc.continuation(model, "P_E", span, p=p, u=u)
    rhythms = []
    for event in branch.events:
        if event.kind == "hopf" and not any(_ends_at(other, event.value) for other in rhythms):
            hopf = rc.hopf(model, "P_E", (event.value - 0.1, event.value + 0.1), p=p, u=u)
            rhythms.append(rc.cycles(model, hopf, "P_E", span, p=p, u=u))
    return page_diagram(branch, rhythms, of="E")


def _ends_at(cycles: rc.analysis.CycleBranch, value: float) -> bool:
    """Whether a branch of cycles ends in the Hopf point at this value."""
    return any(end.kind == "hopf" and abs(end.value - value) < 1e-6 for end in cycles.ends)
