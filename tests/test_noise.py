"""The generator meets its published vectors; the numbers are normal, independent, and belong to (seed, node, step)."""

import numpy as np
import pytest
from numba import njit
from scipy import stats

import rosetta_core as rc
from rosetta_core.elementary import exp, exp_real, log, sine_cosine
from rosetta_core.noise import normal_pair, threefry

ONES = 0xFFFFFFFFFFFFFFFF
# Known answers of Threefry-2x64-13 from the tests of its authors (Salmon et al. 2011, doi:10.1145/2063384.2063405):
# counter, key, result.
KNOWN = [
    ((0, 0), (0, 0), (0xF167B032C3B480BD, 0xE91F9FEE4B7A6FB5)),
    ((ONES, ONES), (ONES, ONES), (0xCCDEC5C917A874B1, 0x4DF53ABCA26CEB01)),
    (
        (0x243F6A8885A308D3, 0x13198A2E03707344),
        (0xA4093822299F31D0, 0x082EFA98EC4E6C89),
        (0xC3AAC71561042993, 0x3FE7AE8801AFF316),
    ),
]


@pytest.mark.parametrize(("counter", "key", "result"), KNOWN)
def test_threefry_known_answers(counter, key, result):
    assert tuple(map(int, threefry(*map(np.uint64, (*counter, *key))))) == result


@njit
def _sample(seed, n):
    out = np.empty((2, n))
    for i in range(n):
        out[0, i], out[1, i] = normal_pair(seed, 0, 0, i)
    return out


def test_numbers_are_standard_normal_and_independent():
    n = 200_000
    x = _sample(4, n)
    for row in x:
        # A fixed seed: the test is deterministic, and its bounds are 4 standard errors of each statistic.
        assert abs(row.mean()) < 4 / np.sqrt(n)
        assert abs(row.var() - 1) < 4 * np.sqrt(2 / n)
        assert abs(stats.kurtosis(row)) < 4 * np.sqrt(24 / n)
        assert abs(np.mean(row[1:] * row[:-1])) < 4 / np.sqrt(n)
        assert stats.kstest(row, "norm").pvalue > 1e-4
    assert abs(np.mean(x[0] * x[1])) < 4 / np.sqrt(n)


def test_a_path_belongs_to_seed_node_and_step_alone():
    p = {"alpha": [0.5, 0.5, 0.5]}
    three = rc.simulate(rc.stuart_landau, 1.0, 0.01, p=p, sigma=0.3, seed=7)
    one = rc.simulate(rc.stuart_landau, 1.0, 0.01, sigma=0.3, seed=7)
    assert np.array_equal(three.x[..., 0], one.x)
    assert not np.array_equal(three.x[..., 0], three.x[..., 1])
    other = rc.simulate(rc.stuart_landau, 1.0, 0.01, sigma=0.3, seed=8)
    assert not np.array_equal(other.x[1:], one.x[1:])


def test_noise_on_one_named_state_leaves_the_drift_of_the_other():
    run = rc.simulate(rc.damped, 0.01, 0.01, x0=[0.0, 0.0], sigma={"y": 0.5}, method="euler")
    assert run["x"][1] == 0.0 and run["y"][1] != 0.0


def test_stationary_variance_of_the_noisy_focus():
    alpha, sigma, dt, t1 = -1.0, 0.4, 0.01, 4000.0
    x = rc.simulate(rc.damped, t1, dt, p={"alpha": alpha}, x0=[0, 0], sigma=sigma, method="heun", seed=2).x[1000:]
    # Correlation time of x^2 is at most 1/(2|alpha|) = 0.5 s, so 4000 s hold at least 4000 independent squares
    # (relative spread sqrt 2); the two states share nothing. Heun's bias is of order (|lambda| dt)^2 = 0.4 %.
    wanted = sigma**2 / (2 * abs(alpha))
    assert x.var() == pytest.approx(wanted, rel=4 * np.sqrt(2 / 8000) + 0.004)


@njit
def _many(which, x):
    out = np.empty_like(x)
    for i in range(x.size):
        if which == 0:
            out[i] = exp_real(x[i])
        elif which == 1:
            out[i] = log(x[i])
        elif which == 2:
            out[i] = sine_cosine(x[i])[0]
        else:
            out[i] = sine_cosine(x[i])[1]
    return out


def test_elementary_functions_keep_their_stated_accuracy():
    rng = np.random.default_rng(1)
    long = np.longdouble
    x = rng.uniform(-700, 700, 200_000)
    true = np.exp(x.astype(long))
    # Documented bounds, each a rounding or two of float64 beyond the truncation of the series.
    assert float(np.max(np.abs(_many(0, x) / true - 1))) < 6e-16
    y = np.exp(rng.uniform(-80, 80, 200_000))
    wanted = np.log(y.astype(long))
    assert float(np.max(np.abs(_many(1, y) - wanted) / np.maximum(1, abs(wanted)))) < 3e-16
    turns = rng.uniform(-100, 100, 200_000)
    angle = (turns.astype(long) % 1) * 2 * np.arctan2(long(0), long(-1))
    assert float(np.max(np.abs(_many(2, turns) - np.sin(angle)))) < 4e-16
    assert float(np.max(np.abs(_many(3, turns) - np.cos(angle)))) < 4e-16


def test_exp_serves_floats_in_kernels_and_complex_numbers_alike():
    inside = njit(lambda v: exp(v))
    assert inside(0.7) == pytest.approx(np.exp(0.7), rel=6e-16)
    assert inside(0.7 + 0.2j) == np.exp(0.7 + 0.2j)
    assert inside(-1e4) == pytest.approx(np.exp(-700.0), rel=6e-16)
