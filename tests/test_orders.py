"""Every method has the order it declares, deterministic and stochastic."""

import numpy as np
import pytest
from numba import njit

import rosetta_core as rc
from rosetta_core.models.stuart_landau import limit_cycle, radius_at
from rosetta_core.noise import normal_pair
from rosetta_core.runge_kutta import TABLEAUX, Layout, runge_kutta

P = {"alpha": 0.6, "omega": 2.0, "gamma": 1.2, "beta": 0.5}


def exact(t, r0):
    """Closed form of z(t) from r0: the amplitude, and the phase that keeps arg z - beta/(2 gamma) ln r^2 turning."""
    r = radius_at(t, r0, P["alpha"], P["gamma"])
    turning = 2 * np.pi * limit_cycle(**P).frequency
    return r * np.exp(1j * (turning * t + P["beta"] / P["gamma"] * np.log(r / r0)))


@pytest.mark.parametrize("method", TABLEAUX)
def test_declared_order_alone(method):
    tableau = TABLEAUX[method]
    steps = np.array([800, 1600, 3200, 6400]) if tableau.order < 4 else np.array([100, 200, 400, 800])
    errors = []
    for n in steps:
        run = rc.simulate(rc.stuart_landau, 2.0, 2.0 / n, p=P, x0=[0.3, 0.0], method=method)
        errors.append(abs(complex(*run.x[-1]) - exact(2.0, 0.3)))
    fitted = -np.polyfit(np.log(steps), np.log(errors), 1)[0]
    # The next term of the error is dt times smaller: with these steps it bends the slope by less than 0.03.
    assert fitted == pytest.approx(tableau.order, abs=0.05)


@pytest.mark.parametrize("method", TABLEAUX)
def test_declared_order_under_a_smooth_drive(method):
    tableau = TABLEAUX[method]
    u = {"F_x": rc.sinusoid(1.0, 0.4, phase=0.1)}
    p, z0 = {"alpha": -0.4, "omega": 2.0}, 0.5
    # z' = a z + F sin(w t + q): exact by variation of constants, sin as the difference of two exponentials.
    a, w, q, t = -0.4 + 2.0j, 2 * np.pi * 0.4, 2 * np.pi * 0.1, 2.0
    force = sum(
        s * np.exp(s * 1j * q) * (np.exp(s * 1j * w * t) - np.exp(a * t)) / (s * 1j * w - a) for s in (1, -1)
    ) / (2j)  # fmt: skip
    wanted = z0 * np.exp(a * t) + force
    steps = np.array([800, 1600, 3200, 6400]) if tableau.order < 4 else np.array([100, 200, 400, 800])
    errors = [
        abs(complex(*rc.simulate(rc.damped, t, t / n, p=p, x0=[z0, 0.0], u=u, method=method).x[-1]) - wanted)
        for n in steps
    ]
    fitted = -np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert fitted == pytest.approx(tableau.order, abs=0.05)


def test_tableaux_satisfy_the_order_conditions():
    for tableau in TABLEAUX.values():
        b, c = np.array(tableau.b), np.array(tableau.c)
        a = np.zeros((b.size, b.size))
        for i, row in enumerate(tableau.a):
            a[i, : len(row)] = row
        np.testing.assert_allclose(a.sum(1), c, atol=1e-16)
        for k in range(1, tableau.order + 1):
            assert b @ c ** (k - 1) == pytest.approx(1 / k, abs=1e-15)
        # The stability polynomial sum z^k/k! leaves the unit disc on the real axis at -reach.
        z = -tableau.reach
        value = sum(z**k / np.prod(np.arange(1.0, k + 1)) for k in range(tableau.order + 1))
        assert abs(value) == pytest.approx(1.0, abs=1e-12)


def brownian_ends(method, levels, paths, t1, sigma):
    """End states along the same Brownian paths with 2**level steps, and along the finest path that is given."""
    step = runge_kutta(rc.stuart_landau.rhs, TABLEAUX[method], Layout(2, 4, 2, "float", "", (0, 1)))
    p, finest, nothing = tuple(P.values()), max(levels), np.zeros((1, 1))

    @njit
    def walk(seed, every, n, h):
        x = (0.7, 0.1)
        for i in range(n):
            a, b = 0.0, 0.0
            for j in range(every):
                ga, gb = normal_pair(seed, 0, 0, i * every + j)
                a, b = a + ga, b + gb
            s = sigma / np.sqrt(h * every)
            x = step(i * h, x, h, p, (0.0, 0.0), nothing, 0, 0, (s * a, s * b))
        return x

    ends = {}
    for level in levels:
        n = 2**level
        ends[level] = np.array([complex(*walk(seed, 2 ** (finest - level), n, t1 / n)) for seed in range(paths)])
    return ends


@pytest.mark.parametrize("method", ["euler", "heun"])
def test_strong_order_one_for_additive_noise(method):
    levels = [6, 7, 8, 9, 13]
    ends = brownian_ends(method, levels, paths=600, t1=1.0, sigma=0.5)
    errors = [np.mean(abs(ends[level] - ends[13])) for level in levels[:-1]]
    fitted = -np.polyfit(np.array(levels[:-1]) * np.log(2), np.log(errors), 1)[0]
    # 600 paths: each mean error is known to about 3 %, errors at neighbouring levels share their paths, so the slope
    # over three octaves moves by less than 0.03; the reference at 2**13 adds a bias below 2**-4 / 3 log 2 = 0.03.
    assert fitted == pytest.approx(1.0, abs=0.1)


def test_simulate_adds_the_noise_of_the_counter_and_nothing_else():
    dt, sigma = 0.01, 0.3
    run = rc.simulate(rc.stuart_landau, 0.05, dt, p=P, x0=[0.7, 0.1], sigma=sigma, seed=9, method="euler")
    x = np.array([0.7, 0.1])
    for i in range(5):
        slope = np.array(rc.stuart_landau.rhs(0.0, tuple(x), tuple(P.values()), (0.0, 0.0)))
        numbers = np.array([normal_pair(9, target, 0, i // 2)[i % 2] for target in range(2)])
        x = x + dt * slope + sigma * np.sqrt(dt) * numbers
    # A handful of roundings on numbers below 1.
    np.testing.assert_allclose(run.x[-1], x, atol=1e-15, rtol=0)
