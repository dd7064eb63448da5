"""Lanes of both widths give the same bits, meet the stated accuracy, and are vector code."""

import platform
import re

import numpy as np
import pytest
from models_for_tests import clocked
from numba import njit

import rosetta_core as rc
from rosetta_core._jit import OPTIONS, python_function
from rosetta_core._tuples import load, load_many, load_one, store, store_many, store_one
from rosetta_core.elementary import cos, exp, falling, log, sin, sqrt
from rosetta_core.lanes import WIDTH
from rosetta_core.runge_kutta import TABLEAUX, Layout, _advance, identity

LONG = np.longdouble
FUNCTIONS = {
    "exp": njit(lambda v: exp(v)), "sin": njit(lambda v: sin(v)), "cos": njit(lambda v: cos(v)),
    "sqrt": njit(lambda v: sqrt(v)), "log": njit(lambda v: log(v)), "falling": njit(lambda v: falling(v, 1.0)),
}  # fmt: skip
TRUE = {name: getattr(np, name, None) for name in FUNCTIONS} | {"falling": lambda x: 1 / (1 + np.exp(x))}
KINDS = {"float": (load, store, 1), "one": (load_one, store_one, 1), "many": (load_many, store_many, WIDTH)}


def through(name, kind, x):
    """The function on all elements of x (a multiple of WIDTH of them), as floats, lanes of one, or lanes of many."""
    function, (read, write, width) = FUNCTIONS[name], KINDS[kind]

    @njit(**OPTIONS)
    def run(x, out):
        for i in range(0, x.shape[1], width):
            (v,) = read(x, 0, i, 1)
            write(out, 0, i, (function(v),))

    out = np.empty((1, x.size))
    run(x[None], out)
    return out[0]


def samples(name):
    rng = np.random.default_rng(1)
    n = 12_500 * WIDTH
    if name in ("exp", "falling"):
        return np.concatenate([rng.uniform(-700, 700, n), rng.uniform(-1, 1, n)])
    if name in ("sin", "cos"):
        return np.concatenate([rng.uniform(-100, 100, n), rng.uniform(-4, 4, n)])
    return np.exp(rng.uniform(-80, 80, 2 * n))


# Error relative to a scale of the value: exp rounds its last sum, the reduced argument and the polynomial's lower
# terms; the series of sine and cosine do so at a turn counted to |x|/2 roundings; the square root is correct.
# The falling sigmoid rounds E - r, E + r, their sum and the quotient: four times 2^-53, and the top is 1.
BOUNDS = {
    "exp": (3.3e-16, lambda x, true: true),
    "sin": (3e-16, lambda x, true: 1 + abs(x)),
    "cos": (3e-16, lambda x, true: 1 + abs(x)),
    "falling": (4.5e-16, lambda x, true: true),
    "sqrt": (2.0**-53, lambda x, true: true),
    "log": (2.3e-16, lambda x, true: np.maximum(1, abs(true))),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_lanes_agree_and_meet_their_accuracy(name):
    x = samples(name)
    found = {kind: through(name, kind, x) for kind in KINDS}
    true = TRUE[name](x.astype(LONG))
    bound, scale = BOUNDS[name]
    for values in found.values():
        assert float(np.max(abs(values - true) / scale(x, true))) <= bound
    # The logarithm serves the noise, which is drawn in lanes of many for one node and for many.
    assert name == "log" or np.array_equal(found["one"], found["many"])


def test_exp_is_clipped_where_it_would_overflow():
    x = np.repeat([-1e4, -701.0, 701.0, 1e300], WIDTH)
    for kind in KINDS:
        values = through("exp", kind, x)[::WIDTH]
        np.testing.assert_allclose(values, np.exp([-700.0, -700.0, 700.0, 700.0]), rtol=4e-16)


def test_floats_and_numbers_beside_lanes_are_the_same_in_both_widths():
    """A kernel that computes with the time, a float, before it meets a lane."""
    one = rc.simulate(clocked, 5.0, 0.01)
    many = rc.simulate(clocked, 5.0, 0.01, x0=np.full((1, 3), 0.1))
    assert np.array_equal(many.x[..., 0], one.x) and np.array_equal(many.x[..., 2], one.x)
    # a' = c t - a from a(0): RK4's error over five seconds at rate 1 is 5 (0.01)^4/120 of numbers below 5.
    t, (rate,) = one.t, one.p
    wanted = 0.3 * (t - 1 / rate) / rate + (0.1 + 0.3 / rate**2) * np.exp(-rate * t)
    np.testing.assert_allclose(one["a"], wanted, atol=2e-9, rtol=0)


@pytest.fixture(scope="module")
def machine_code():
    """LLVM's and the processor's code of Jansen-Rit's node loop, compiled now."""
    layout = Layout(6, 8, 1, "many")
    advance = njit(**OPTIONS)(python_function(_advance(rc.jansen_rit.rhs, TABLEAUX["heun"], layout, identity, 6)))
    rows = (np.ones((n, WIDTH)) for n in (6, 8, 1, 0, 0))
    advance(*rows, 0, 0.0, 1e-4, 0, 10, 0, 10, np.empty((6, WIDTH)))
    (llvm,), (asm,) = advance.inspect_llvm().values(), advance.inspect_asm().values()
    return llvm, asm


def test_many_nodes_are_vector_code(machine_code):
    llvm, asm = machine_code
    vectors, scalars = (
        len(re.findall(rf"(= f(add|mul|sub|div)|call) {kind}", llvm)) for kind in (f"<{WIDTH} x double>", "double")
    )  # fmt: skip
    # Two stages, each with three sigmoids and six slopes, are above a hundred operations. Single numbers are left in
    # the time, the step, and the one sum over all lanes that says whether they are finite.
    assert vectors > 100 and scalars < 2 * WIDTH
    assert f"@llvm.fma.v{WIDTH}f64" in llvm
    assert not re.search(r"call double @(exp|sin|cos|pow)", llvm), "a library call keeps a loop from being vector code"
    registers = {"x86_64": r"%[yz]mm\d+", "AMD64": r"%[yz]mm\d+"}.get(platform.machine(), r"\bv\d+\.2d")
    assert len(re.findall(registers, asm)) > 200
    # Lanes put aside on the stack begin on cache lines: this instruction is for those that do not. The wrapper for
    # Python, which follows, has no lanes.
    assert not re.search(r"vmovup[sd]\s[^\n]*\(%rsp\)", re.split(r"(?m)^_+ZN7cpython", asm)[0])


def test_one_node_is_the_same_code_in_single_numbers():
    layout = Layout(6, 8, 1, "one")
    advance = njit(**OPTIONS)(python_function(_advance(rc.jansen_rit.rhs, TABLEAUX["heun"], layout, identity, 6)))
    advance(*(np.ones((n, 1)) for n in (6, 8, 1, 0, 0)), 0, 0.0, 1e-4, 0, 10, 0, 10, np.empty((6, 1)))
    (llvm,) = advance.inspect_llvm().values()
    assert "@llvm.fma.f64" in llvm and not re.search(r"call double @(exp|sin|cos|pow)", llvm)
