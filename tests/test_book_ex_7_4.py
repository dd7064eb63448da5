"""Exercise 7.4: typical wrong answers each get their own diagnosis, and fair other answers pass."""

import numpy as np
import pytest
from scipy.optimize import root

from rosetta_core.book.exercises.ex_7_4 import KINDS, NEAR, fixed_points, sets, truth
from rosetta_core.check import check


def changed(change):
    """A wrong answer made from the right list: change(list, p)."""
    return lambda p: change(fixed_points(p), p)


def exchanged(p):
    return fixed_points(p | {"w_EI": p["w_IE"], "w_IE": p["w_EI"]})


def field(x, p):
    E, I = x
    total = {"E": p["w_EE"] * E - p["w_EI"] * I + p["P_E"], "I": p["w_IE"] * E - p["w_II"] * I + p["P_I"]}
    s = [(1 + np.tanh(p[f"a_{k}"] * (v - p[f"theta_{k}"]) / 2)) / 2 for k, v in total.items()]
    return np.array([(s[0] - E) / p["tau_E"], (s[1] - I) / p["tau_I"]])


def slopes(E, I, p, leak=1.0, tau=True):
    s_E, s_I = p["a_E"] * E * (1 - E), p["a_I"] * I * (1 - I)
    J = np.array([[p["w_EE"] * s_E - leak, -p["w_EI"] * s_E], [p["w_IE"] * s_I, -p["w_II"] * s_I - leak]])
    return J / np.array([[p["tau_E"]], [p["tau_I"]]]) if tau else J


def named(J):
    """The type by eigenvalues instead of trace and determinant."""
    values = np.linalg.eigvals(J)
    if values.real.min() < 0 < values.real.max() and not values.imag.any():
        return "saddle"
    return ("stable " if values.real.max() < 0 else "unstable ") + ("focus" if values.imag.any() else "node")


def typed(**options):
    return changed(lambda rows, p: [(E, I, named(slopes(E, I, p, **options))) for E, I, _ in rows])


MUTANTS = {
    "You miss the saddle at E = 0.199": changed(lambda rows, p: [row for row in rows if row[2] != "saddle"]),
    "w_EI and w_IE in each other's place": exchanged,
    "E and I have changed places": changed(lambda rows, p: sorted((I, E, kind) for E, I, kind in rows)),
    "those of a Jacobian without the leak": typed(leak=0.0),
    "those of equal time constants": typed(tau=False),
    "Of 3 points you return 6": changed(lambda rows, p: sorted(rows + rows)),
    "not by rising E": changed(lambda rows, p: rows[::-1]),
    "there are 3, and none of yours": changed(lambda rows, p: [(E + 1e-3, I, kind) for E, I, kind in rows]),
    "you call it stable node": changed(lambda rows, p: [(E, I, "stable node") for E, I, _ in rows]),
}


def unfinished(p):
    raise NotImplementedError


SLIPS = {
    "Your function returned nothing": lambda p: None,
    "I wanted a list of (E, I, kind)": lambda p: [(0.1, 0.2)],
    "your function returned 3": lambda p: 3,
    "A fixed point has finite E and I": lambda p: [(float("nan"), 0.0, "saddle")],
    "your function says 'sink'": lambda p: [(0.1, 0.2, "sink")],
    "you return 0 points": lambda p: [],
    "Not implemented yet": unfinished,
    "with KeyError": lambda p: p["w_ee"],
}


@pytest.mark.parametrize(("message", "mutant"), (MUTANTS | SLIPS).items())
def test_a_wrong_answer_hears_what_it_did(message, mutant):
    result = check("ex-7.4", mutant)
    assert not result.passed
    assert message in result.message


def test_each_diagnosis_is_its_own():
    heard = [check("ex-7.4", mutant).message for mutant in MUTANTS.values()]
    for message in MUTANTS:
        assert sum(message in words for words in heard) == 1, message


def by_many_starts(p):
    """Another fair way: a root finder from a fine grid of starts, types by eigenvalues, rows as lists."""
    found = []
    for start in np.stack(np.meshgrid(np.linspace(0.005, 0.995, 21), np.linspace(0.005, 0.999, 21)), -1).reshape(-1, 2):
        reply = root(field, start, args=(p,), method="hybr", options={"xtol": 1e-13})
        close = any(np.abs(reply.x - row[:2]).max() < NEAR for row in found)
        if np.abs(field(reply.x, p)).max() < 1e-8 and not close:
            found.append([*reply.x, named(slopes(*reply.x, p))])
    return sorted(found)


@pytest.mark.parametrize("answer", [fixed_points, by_many_starts])
def test_a_fair_answer_passes(answer):
    assert check("ex-7.4", answer).passed, check("ex-7.4", answer).message


def test_the_sets_hold_every_type_and_tell_the_mutants_apart():
    points = [point for row in truth() for point in row]
    assert {point.kind for point in points} == set(KINDS)
    assert sum(len(row) == 3 for row in truth()) == 3
    assert any(point.timeless != point.kind for point in points)
    assert all(p["w_EI"] != p["w_IE"] for p in sets())
    for p, row in zip(sets(), truth(), strict=True):
        for point in row:
            # The truth is at rest under an independent right-hand side: 1e-12 times slopes of 1e3 1/s.
            assert np.abs(field(point[:2], p)).max() < 1e-8
