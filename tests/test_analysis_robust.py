"""From any parameters in the declared ranges: what is returned has converged, what fails says at which value.

DRAWS=200 in the environment draws as many sets for each rung and each question, here and in the tests of fixed points
and branches: half an hour. Without it a few are drawn, always the same ones.
"""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import rosetta_core as rc
from rosetta_core.analysis import collocation as col
from rosetta_core.analysis.problem import problem

MODELS = [model for model in rc.MODELS if model.params or model.inputs]
MOST = 60  # steps along a branch of cycles


def drawn(few):
    """Settings of a test that draws a few sets; the same ones each time, and no search for the simplest that fails."""
    return settings(
        max_examples=int(os.environ.get("DRAWS", str(few))), derandomize=True, deadline=None, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


def everywhere(few):
    """A test of (model, data) on every model."""

    def of(test):
        return pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)(
            drawn(few)(given(st.data())(test))
        )

    return of


def inside(model, data):
    """Parameters and inputs in the declared ranges, and the row of one of them."""
    rows = (*model.params, *model.inputs)
    shares = data.draw(st.lists(st.floats(0.0, 1.0), min_size=len(rows), max_size=len(rows)))
    numbers = np.array([row.low + share * (row.high - row.low) for row, share in zip(rows, shares, strict=True)])
    return *np.split(numbers, [len(model.params)]), data.draw(st.sampled_from(rows))


def answer(question, *start, row, p, u, **options):
    """What a question about the whole range of one quantity gives, or None after an error that names its value."""
    try:
        return question(*start, row.name, (row.low, row.high), p=p, u=u, **options)
    except (ValueError, ArithmeticError) as error:
        assert f"{row.name} = " in str(error) or "must be" in str(error), error
        return None


def check_rest(asked, x, value):
    """x is at rest: the rates are below 1e-9 of the terms that they are the sum of."""
    size = np.array([row.high - row.low for row in asked.model.state])
    rates, slopes, by_value = (part[..., 0] for part in asked.fields(x[:, None], value))
    terms = np.abs(slopes) @ np.maximum(np.abs(x), size) + np.abs(by_value) * max(abs(value), asked.row.high)
    assert (np.abs(rates) <= 1e-9 * terms + 1e-300).all()
    return slopes


def check_orbit(asked, orbit):
    """The orbit closes, and away from the points of collocation, too, its slope is the period times its rates."""
    size = np.array([row.high - row.low for row in asked.model.state])
    assert (np.abs(orbit.x[-1] - orbit.x[0] - orbit.turn) <= 1e-9 * size).all()
    values, slopes = (part[0] for part in col.basis(np.array([0.37])))
    x = np.einsum("j,kjn->kn", values, col.pieces(orbit.x))
    slope = np.einsum("j,kjn->kn", slopes, col.pieces(orbit.x)) / np.diff(orbit.mesh)[:, None]
    rates = orbit.period * asked.fields(x.T, orbit.value)[0].T
    # An orbit of no size, at a Hopf point, has the rounding of its states as its slope.
    away = np.abs(slope - rates) / (np.abs(rates).max(axis=0) + 1e-6 * size)
    assert away.max() < 0.05, (orbit.value, away.max())


@everywhere(4)
def test_hopf_points(model, data):
    p, u, row = inside(model, data)
    found = answer(rc.hopf, model, row=row, p=p, u=u)
    if found is None:
        return
    J = check_rest(problem(model, row.name, p, u), found.x, found.value)
    values = np.linalg.eigvals(J)
    # Of an eigenvalue rounding leaves 1e-13 of the largest, times its condition.
    assert np.abs(values - 1j * found.omega).min() < 1e-6 * np.abs(values).max()
    assert row.low <= found.value <= row.high and found.omega > 0


@everywhere(4)
def test_folds(model, data):
    p, u, row = inside(model, data)
    found = answer(rc.fold, model, row=row, p=p, u=u)
    if found is None:
        return
    asked = problem(model, row.name, p, u)
    J = check_rest(asked, found.x, found.value)
    size = np.array([each.high - each.low for each in model.state])
    # Against what the rest of the matrix, or all of the declared span, makes of such a move.
    terms = np.abs(J) @ np.abs(found.direction) + np.abs(asked.by_value(found.x, found.value)) * (row.high - row.low)
    move = np.abs(found.direction / size).max()
    assert np.abs(J @ found.direction).max() < 1e-6 * np.maximum(terms, np.abs(J) @ size * move).max()
    assert row.low <= found.value <= row.high


@everywhere(3)
def test_branches_of_cycles(model, data):
    p, u, row = inside(model, data)
    line = answer(rc.continuation, model, row=row, p=p, u=u)
    start = next((event for event in line.events if event.kind == "hopf"), None) if line is not None else None
    found = answer(rc.cycles, model, start, row=row, p=p, u=u, most=MOST) if start is not None else None
    if found is None:
        return
    assert {end.kind for end in found.ends} <= {"hopf", "snic", "homoclinic", "unclear", "edge", "steps", "lost"}
    for orbit in found.orbits:
        assert np.isfinite(orbit.x).all() and orbit.period > 0
        assert row.low <= orbit.value <= row.high
        check_orbit(found.problem, orbit)
