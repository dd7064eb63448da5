"""Networks and ensembles refuse bad input at once, in words: what was wanted, what came, what to try."""

import re

import numpy as np
import pytest
from scipy.sparse import csr_array

import rosetta_core as rc

SL = rc.stuart_landau

RING = np.array([[0.0, 1.0], [1.0, 0.0]])
NETWORKS = {
    "not square": (lambda: rc.network(SL, np.ones((2, 3))), ["square", "(2, 3)"]),
    "one row": (lambda: rc.network(SL, [1.0, 2.0]), ["square", "(2,)"]),
    "no nodes": (lambda: rc.network(SL, np.zeros((0, 0))), ["square", "(0, 0)"]),
    "not finite": (lambda: rc.network(SL, [[0, np.nan], [1, 0]]), ["finite", "nan", "from node 1 to node 0"]),
    "not finite, sparse": (lambda: rc.network(SL, csr_array([[0, np.inf], [1, 0]])), ["finite", "inf"]),
    "delays of another shape": (lambda: rc.network(SL, RING, delays=np.ones(3)), ["(2, 2)", "(3,)"]),
    "sparse delays of another shape": (lambda: rc.network(SL, RING, delays=csr_array((3, 3))), ["(2, 2)", "(3, 3)"]),
    "negative delay": (
        lambda: rc.network(SL, RING, delays=[[0, -0.1], [0, 0]]), ["not negative", "-0.1 s from node 1 to node 0"],
    ),
    "infinite delay": (lambda: rc.network(SL, RING, delays=np.inf), ["finite", "inf"]),
    "unknown coupling": (lambda: rc.network(SL, RING, coupling="difusive"), ["'difusive'", "did you mean 'diffusive'"]),
    "unknown input": (lambda: rc.network(SL, RING, into="u_er"), ["no input 'u_er'", "did you mean 'u_re'"]),
    "which input": (lambda: rc.network(rc.ping, RING), ["emits 1", "I_E, I_I", "into='name'"]),
    "gain": (lambda: rc.network(SL, RING, gain=np.nan), ["gain must be finite"]),
    "normalisation": (lambda: rc.network(SL, RING, normalise="row"), ["'rows', 'largest', 'spectral'", "'row'"]),
    "a row that sums to zero": (lambda: rc.network(SL, [[1, -1], [1, 0]], normalise="rows"), ["not zero", "'largest'"]),
    "nothing to normalise": (lambda: rc.network(SL, 0 * RING, normalise="largest"), ["not zero"]),
}  # fmt: skip


@pytest.mark.parametrize("case", NETWORKS)
def test_network_refuses(case):
    make, words = NETWORKS[case]
    with pytest.raises(ValueError) as raised:
        make()
    for word in words:
        assert word in str(raised.value)


LATE = rc.network(SL, RING, delays=[[0.0, 0.02], [0.0137, 0.0]])
OF_NETWORKS = {
    "parameters for other nodes": (LATE, {"p": {"alpha": [0.1, 0.2, 0.3]}}, ["p want", "each of 2 nodes", "got 3"]),
    "states for other nodes": (LATE, {"x0": np.ones((2, 3))}, ["x0 want", "each of 2 nodes", "got 3"]),
    "noise for other nodes": (LATE, {"sigma": {"re": [0.1, 0.2, 0.3]}}, ["noise want", "got 3"]),
    "inputs for other nodes": (LATE, {"u": {"u_re": [rc.step(1.0, at=0.5)] * 3}}, ["u want", "got 3"]),
    "noise on a stranger": (LATE, {"sigma": {"r": 0.1}}, ["noise sigma", "'r'", "re, im"]),
    "history of another shape": (LATE, {"history": lambda t: np.ones(3)}, ["history(t)", "(2, 2)", "(3,)"]),
    "history too short": (LATE, {"history": np.ones((2, 2, 2))}, ["at least", "dt = 0.01 s apart", "(2, 2, 2)"]),
    "history not finite": (LATE, {"history": lambda t: np.full((2, 2), np.nan)}, ["history must be finite"]),
    "history of an instant network": (
        rc.network(SL, RING), {"history": lambda t: np.ones((2, 2))}, ["has no delays", "starts from x0"],
    ),
    "step too long for a node": (
        rc.network(SL, RING), {"dt": 0.3, "p": {"omega": [5.0, 30.0]}}, ["too large", "fastest rate", "below 0.09"],
    ),
    "step too long for the coupling": (
        rc.network(SL, RING, gain=500.0), {}, ["too large", "diffusive coupling", "below 0.0055"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OF_NETWORKS)
def test_simulate_refuses_for_networks(case):
    net, options, words = OF_NETWORKS[case]
    with pytest.raises(ValueError) as raised:
        rc.simulate(net, **{"t1": 1.0, "dt": 0.01, **options})
    for word in words:
        assert word in str(raised.value)


def test_a_delay_below_one_step_is_refused_with_the_largest_step_that_works():
    with pytest.raises(ValueError, match=r"less than one step") as raised:
        rc.simulate(LATE, 1.0, 0.015)
    largest = float(re.search(r"use dt = (\S+) s or less", str(raised.value))[1])
    assert largest == 0.0137
    assert np.isfinite(rc.simulate(LATE, 0.1, largest).x).all()
    with pytest.raises(ValueError, match="less than one step"):
        rc.simulate(LATE, 1.0, largest * 1.001)


ENSEMBLES = {
    "a network": ({"model": LATE}, TypeError, ["wants a model", "executor.map"]),
    "unknown reduction": ({"reduce": ("mean", "varience")}, ValueError, ["'varience'", "did you mean 'variance'"]),
    "unknown state to reduce": ({"reduce": "mean", "of": "r"}, ValueError, ["'r'", "output, re, im"]),
    "settling longer than the run": (
        {"reduce": "mean", "settle": 1.0}, ValueError, ["fewer than two samples", "raise t1"],
    ),
    "negative settling": ({"reduce": "mean", "settle": -1.0}, ValueError, ["settle", "0 or more"]),
    "frequency without a level": ({"reduce": "frequency"}, ValueError, ["a level, or settle > 0"]),
    "level": ({"reduce": "frequency", "level": np.nan}, ValueError, ["level must be finite"]),
    "spectrum of nothing": ({"reduce": "spectrum"}, ValueError, ["frequencies between 0 and 50 Hz"]),
    "spectrum beyond": ({"reduce": "spectrum", "frequencies": [60.0]}, ValueError, ["between 0 and 50 Hz", "60"]),
    "grid of nothing": ({"grid": True}, ValueError, ["at least one array"]),
    "grid by array": ({"grid": True, "x0": np.ones((2, 3))}, TypeError, ["x0 by name"]),
    "axis that is a matrix": ({"grid": True, "p": {"alpha": np.ones((2, 2))}}, ValueError, ["one row", "(2, 2)"]),
    "seeds for other sets": ({"seed": [1, 2], "p": {"alpha": [1, 2, 3]}}, ValueError, ["(4, 3)", "seeds for 2 nodes"]),
    "a matrix of seeds": ({"seed": np.ones((2, 2), dtype=int)}, ValueError, ["a row of them", "(2, 2)"]),
    "fractions of seeds": ({"seed": [0.5, 1.0]}, TypeError, ["whole number", "0.5"]),
    "a state that is asked for after reduction": ({"reduce": "mean", "ask": "re"}, KeyError, ["'re'", "mean"]),
}  # fmt: skip


@pytest.mark.parametrize("case", ENSEMBLES)
def test_ensemble_refuses(case):
    options, error, words = ENSEMBLES[case]
    options = {"model": SL, "t1": 1.0, "dt": 0.01, "progress": False, "ask": "mean", **options}
    model, ask = options.pop("model"), options.pop("ask")
    with pytest.raises(error) as raised:
        rc.ensemble(model, **options)[ask]
    for word in words:
        assert word in str(raised.value)
