"""The claims of chapter 8 on its tilted tongue, against the closed forms of the driven Stuart-Landau oscillator."""

import numpy as np
import pytest

import rosetta_core as rc
from rosetta_core import translate
from rosetta_core.models.stuart_landau_forced import locked_intervals, locked_states
from rosetta_core.models.wilson_cowan import special_points

WC = rc.wilson_cowan
SLICE = {"P_I": -6.0}
BIRTH = special_points(WC, u=SLICE)[-1].P


def at(P_E):
    return SLICE | {"P_E": P_E}


@pytest.fixture(scope="module")
def twin():
    return translate.to_stuart_landau(WC, "P_E", near=BIRTH, at=BIRTH - 0.1, u=SLICE, amplitude_of="E")


@pytest.mark.claim("c-8.5")
def test_the_tongue_tilts_and_the_twin_knows_most_of_it(twin):
    other = translate.dressed(twin.again(BIRTH - 1.2), "P_E")
    real, forged = (rc.locking(m, "P_E", (22, 40), (0.02, 0.1), u=u) for m, u in ((WC, at(1.2)), (other, None)))
    assert real.frequency == pytest.approx(29.40, abs=5e-3)
    assert [real.predicted_low[0], real.predicted_high[0]] == pytest.approx([28.40, 30.40], abs=6e-3)
    assert [real.low[0], real.high[0]] == pytest.approx([28.59, 30.71], abs=6e-3)
    for tongue, tilt in ((real, (0.25, 0.83)), (forged, (0.22, 0.50))):
        assert (tongue.low + tongue.high) / 2 - tongue.frequency == pytest.approx(tilt, abs=6e-3)
    p = twin.again(BIRTH - 1.2).p
    # Without shear, at the same pace: what the half of the drive that turns the other way does is of the order of its
    # square over the frequency.
    round_one = {"beta": 0.0, "omega": p["omega"] - p["beta"] * p["alpha"] / p["gamma"]}
    even = rc.locking(other, "P_E", (22, 40), (0.02, 0.1), p=round_one)
    assert even.frequency == pytest.approx(forged.frequency, rel=1e-9)
    assert np.abs((even.low + even.high) / 2 - even.frequency).max() < 2e-3


@pytest.mark.claim("c-8.19")
def test_a_larger_swing_is_harder_to_turn_and_that_tilts_the_tongue(twin):
    made = twin.again(BIRTH - 1.2)
    alpha, omega, gamma, beta = (made.p[name] for name in ("alpha", "omega", "gamma", "beta"))
    half, free = np.hypot(*made.drives["P_E"].values()) / 2, omega - alpha * beta / gamma

    def edges(F, shear=beta):
        """Detunings of both edges, upper frequency first, and swings there relative to the free one."""
        pair = max(locked_intervals(half * F, alpha, gamma, shear), key=lambda each: each[1] - each[0])
        # A hair inside, so that the held state of the edge itself is found: it moves like the root of that.
        inside = [end + sign * 1e-9 * (pair[1] - pair[0]) for end, sign in zip(pair, (1, -1), strict=True)]
        held = [
            max((s for s in locked_states(half * F, D, alpha, gamma, shear) if s.stable), key=lambda s: abs(s.z))
            for D in inside
        ]
        return pair, [abs(state.z) / np.sqrt(alpha / gamma) for state in held]

    def tilt(F, shear=beta):
        (low, high), _ = edges(F, shear)
        return omega - (low + high) / 2 - (omega - alpha * shear / gamma)

    # Larger on the lower edge, smaller on the upper one.
    assert edges(0.01)[1] == pytest.approx([0.78, 1.12], abs=6e-3)
    # A phase that the drive turned by f sin(psi) / r_0, whatever the size, would be held between edges that are even
    # about the free pace. The next order of the half f that turns with z: both edges up by beta f^2 / (2 alpha^2).
    F = 0.002
    assert tilt(F) == pytest.approx(beta * (half * F) ** 2 / (2 * alpha**2), rel=0.02)
    assert abs(tilt(F, 0.0)) < 1e-9 * free
    # Both edges are Hopf edges from 0.14 on, where the swing is 1/sqrt 2 of the free one on either side.
    assert edges(0.1)[1] == pytest.approx([2**-0.5, 1.6], abs=2e-3)
    for F in (0.14, 0.2):
        assert edges(F)[1] == pytest.approx([2**-0.5, 2**-0.5], rel=1e-5)
        assert tilt(F) == pytest.approx(alpha * beta / (2 * gamma), rel=1e-9)
    assert edges(0.135)[1][1] > 0.8 and edges(0.01)[1][0] > 0.75 and edges(0.02)[1][0] < 0.708
    assert [tilt(0.2), tilt(0.2) / 2 / np.pi] == pytest.approx([4.5, 0.7], abs=0.05)
    real = rc.locking(WC, "P_E", (18, 46), (0.1, 0.2), u=at(1.2))
    whole = (real.low + real.high) / 2 - real.frequency
    assert [tilt(F) / 2 / np.pi / all_of_it for F, all_of_it in zip((0.1, 0.2), whole, strict=True)] == pytest.approx(
        [3 / 5, 1 / 3], abs=0.01
    )


@pytest.mark.claim("c-8.17")
def test_how_much_of_a_tilt_is_shear(twin):
    made, drives = twin.again(BIRTH - 1.3), (0.02, 0.05, 0.1, 0.115, 0.15, 0.2)
    real = rc.locking(WC, "P_E", (18, 46), drives, u=at(1.3))
    whole = (real.low + real.high) / 2 - real.frequency
    assert real.frequency == pytest.approx(28.99, abs=5e-3)
    assert [real.low[2], real.high[2]] == pytest.approx([25.9, 34.0], abs=0.05)
    assert np.delete(whole, 3) == pytest.approx([0.20, 0.41, 0.97, 1.55, 2.43], abs=6e-3)
    alpha, gamma, beta = (made.p[name] for name in ("alpha", "gamma", "beta"))
    half, shear = np.hypot(*made.drives["P_E"].values()) / 2, []
    for F in drives:
        low, high = max(locked_intervals(half * F, alpha, gamma, beta), key=lambda each: each[1] - each[0])
        shear.append((alpha * beta / gamma - (low + high) / 2) / (2 * np.pi))
    assert np.delete(shear, 3) == pytest.approx([0.17, 0.29, 0.52, 0.52, 0.52], abs=5e-3)
    assert shear[2] / whole[2] > 0.5 > shear[3] / whole[3] and shear[5] / whole[5] == pytest.approx(0.2, abs=0.02)
    rest = (whole - shear)[[1, 2, 5]]
    assert rest == pytest.approx([0.12, 0.45, 1.91], abs=6e-3)
    assert rest[1:] / rest[:-1] == pytest.approx([4, 4], rel=0.1)
