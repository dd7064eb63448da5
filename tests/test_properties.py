"""Symmetries of the models, over random cases: turning, shifting in time, and settings of the compiler."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rosetta_core as rc

angles = st.floats(0.0, 2 * np.pi)
radii = st.floats(0.05, 1.5)
growth = st.floats(-1.0, 1.0)
DT, STEPS = 0.01, 200


def run(model, z0, p, steps=STEPS, **options):
    path = rc.simulate(model, steps * DT, DT, p=p, x0=[z0.real, z0.imag], **options)
    return path.x[:, 0] + 1j * path.x[:, 1]


@pytest.mark.parametrize("model", [rc.stuart_landau, rc.bautin, rc.damped], ids=lambda m: m.name)
@given(angle=angles, r=radii, alpha=growth)
def test_phase_invariance(model, angle, r, alpha):
    """A turned start gives the turned path: the equations know no direction."""
    p = {"alpha": alpha}
    turn = np.exp(1j * angle)
    # Turning rounds each step at 2e-16 of a state below 3; 200 steps with growth at most e^2 keep it below 1e-12.
    np.testing.assert_allclose(run(model, r * turn, p), turn * run(model, r + 0j, p), atol=1e-12, rtol=0)


@given(r=radii, alpha=growth, shift=st.integers(1, STEPS - 1))
def test_time_shift(r, alpha, shift):
    """Starting again from where a run has come gives the rest of the run: no hidden clock, the same bits."""
    p = {"alpha": alpha, "beta": 0.8}
    whole = run(rc.stuart_landau, r + 0j, p)
    rest = run(rc.stuart_landau, complex(whole[shift]), p, steps=STEPS - shift)
    assert np.array_equal(rest, whole[shift:])


@given(delay=st.integers(1, 60), amplitude=st.floats(-1.0, 1.0))
def test_a_later_pulse_gives_the_same_path_later(delay, amplitude):
    """From rest, a pulse that comes `delay` steps later moves the whole response by as much."""
    width, at = 0.25, 0.205
    early, late = (
        run(rc.damped, 0j, None, u={"F_x": rc.pulse(amplitude, at + k * DT, width)}) for k in (0, delay)
    )  # fmt: skip
    # The edges lie half a step from the grid, so the same stages see the pulse and only times of rounding differ.
    assert np.array_equal(early[: STEPS + 1 - delay], late[delay:])


@given(r=radii, alpha=growth, beta=st.floats(-3, 3))
def test_mirror(r, alpha, beta):
    """The complex conjugate path turns the other way: omega and beta change sign together."""
    forward = run(rc.stuart_landau, r * np.exp(0.4j), {"alpha": alpha, "beta": beta, "omega": 3.0})
    backward = run(rc.stuart_landau, r * np.exp(-0.4j), {"alpha": alpha, "beta": -beta, "omega": -3.0})
    # Products and sums of the same numbers up to sign: conjugation commutes with rounding.
    assert np.array_equal(np.conj(forward), backward)


SMALL_RUN = """
import numpy as np, rosetta_core as rc
u = {"u_re": rc.sinusoid(0.2, 1.3), "u_im": rc.pulse(0.3, 0.1, 0.1)}
for method in METHODS:
    run = rc.simulate(rc.stuart_landau, 0.3, 0.01, u=u, sigma=0.2, seed=3, method=method)
    print(run.x.tobytes().hex())
net = rc.network(rc.alpha, np.eye(3)[[1, 2, 0]], gain=10.0, delays=0.00137)
print(rc.simulate(net, 0.03, 0.001, sigma={"z": 5.0}, seed=3).x.tobytes().hex())
ensemble = rc.ensemble(rc.wilson_cowan, 0.05, 0.001, p={"tau_E": [0.01, 0.02]}, reduce=("mean", "variance"))
print(ensemble["mean"].tobytes().hex(), ensemble["variance"].tobytes().hex())
"""


def small_run(methods=("euler", "heun", "rk4"), **extra):
    environment = {**os.environ, **extra}
    done = subprocess.run(
        [sys.executable, "-c", f"METHODS = {methods}{SMALL_RUN}"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
    )  # fmt: skip
    return [np.frombuffer(bytes.fromhex(each)) for each in done.stdout.split()]


def test_same_bits_with_bounds_checks(tmp_path):
    checked = small_run(("heun",), NUMBA_BOUNDSCHECK="1", NUMBA_CACHE_DIR=str(tmp_path))
    assert all(np.array_equal(*pair) for pair in zip(checked, small_run(("heun",)), strict=True))


def test_same_numbers_without_compilation():
    plain = small_run(NUMBA_DISABLE_JIT="1")
    for slow, fast in zip(plain, small_run(), strict=True):
        # Lanes round a product and its sum once, Python twice, and exp, sin and cos are numpy's there: some ten
        # roundings of 1.1e-16 a step on numbers of the size of the largest. 30 or 50 steps, in which a difference
        # grows by e at most.
        np.testing.assert_allclose(slow, fast, atol=50 * 10 * 1.1e-16 * np.e * np.abs(fast).max(), rtol=0)
        assert np.abs(fast).max() > 0
