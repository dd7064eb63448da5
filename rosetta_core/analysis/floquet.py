"""Floquet multipliers of closed orbits: what a period does to small deviations."""

import numpy as np

from rosetta_core.analysis.collocation import Field, Linear, Orbit, evaluate


def transitions(field: Field, orbit: Orbit, linear: Linear, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Derivative of the state at the end of each part of the period by that at its start, (k, n, n), and the starts s.

    Gauss points hold a stiff orbit well, but not the decay of its neighbours over a long interval. Where the Jacobian
    (in units of `scale`) moves them by more than e^2, as it may while a slow cycle waits, the interval is cut into
    parts with Magnus's series of order 4 for each, exact where the Jacobian is constant.
    """
    n, h = orbit.x.shape[1], np.diff(orbit.mesh) * orbit.period
    ratio = scale / scale[:, None]
    middle = evaluate(orbit.mesh, orbit.x, orbit.mesh[:-1] + np.diff(orbit.mesh) / 2).T
    size = np.abs(field(middle, orbit.mesh[:-1], orbit.value)[1] * ratio[..., None]).sum(axis=1).max(axis=0)
    cuts = np.where(h * size > 2, np.ceil(h * size / 2).clip(2, 64), 0).astype(int)
    if not cuts.any():
        return linear.steps, orbit.mesh[:-1]
    which = np.repeat(np.arange(len(h)), cuts)
    place = np.arange(len(which)) - np.repeat(np.cumsum(cuts) - cuts, cuts)
    width = (np.diff(orbit.mesh)[which] / cuts[which])[:, None]
    s = (orbit.mesh[which] + place * width[:, 0])[:, None] + width * (0.5 + np.sqrt(3) / 6 * np.array([-1, 1]))
    slopes = field(evaluate(orbit.mesh, orbit.x, s.ravel()).T, s.ravel(), orbit.value)[1] * ratio[..., None]
    one, two = slopes.reshape(n, n, -1, 2).transpose(3, 2, 0, 1) * orbit.period * width[..., None]
    parts = _exponential((one + two) / 2 + np.sqrt(3) / 12 * (two @ one - one @ two)) / ratio
    starts = np.concatenate([orbit.mesh[:-1][cuts == 0], orbit.mesh[which] + place * width[:, 0]])
    order = np.argsort(starts)
    return np.concatenate([linear.steps[cuts == 0], parts])[order], starts[order]


def transverse(field: Field, orbit: Orbit, linear: Linear, scale: np.ndarray) -> np.ndarray:
    """Floquet multipliers (n - 1,) of a cycle beside that of the flow, largest modulus first.

    The direction of the flow, which is known, is taken out of each part: beside a saddle it is nearly parallel to
    others, and its multiplier 1 would be lost, and a small one with it, in what the saddle does to rounding errors.
    """
    steps, starts = transitions(field, orbit, linear, scale)
    flow = field(evaluate(orbit.mesh, orbit.x, starts).T, starts, orbit.value)[0].T / scale
    mirror = flow / np.linalg.norm(flow, axis=1, keepdims=True)
    mirror[:, 0] += np.where(mirror[:, 0] < 0, -1.0, 1.0)
    mirror /= np.linalg.norm(mirror, axis=1, keepdims=True)
    across = (np.eye(len(scale)) - 2 * mirror[:, :, None] * mirror[:, None])[:, :, 1:]
    return multipliers(np.roll(across, -1, axis=0).swapaxes(1, 2) @ (steps * scale / scale[:, None]) @ across)


def _exponential(matrices: np.ndarray) -> np.ndarray:
    """exp of many matrices (k, n, n) of norm up to 4: Taylor's series of order 8 at a 32nd, squared five times."""
    small = matrices / 32
    total = term = np.eye(matrices.shape[1]) + np.zeros_like(small)
    for order in range(1, 9):
        term = term @ small / order
        total = total + term
    for _ in range(5):
        total = total @ total
    return total


def multipliers(steps: np.ndarray) -> np.ndarray:
    """Floquet multipliers (n,), largest modulus first: eigenvalues of steps[-1] @ ... @ steps[0].

    A round of orthogonal iteration makes the product nearly triangular before its eigenvalues are taken, so that a
    small multiplier is not lost beside a large one. Eight steps are first made one, which loses little.
    """
    n = steps.shape[1]
    for _ in range(3):
        if len(steps) % 2:
            steps = np.concatenate([steps, np.eye(n)[None]])
        steps = steps[1::2] @ steps[::2]
    first, last, product = np.eye(n), np.eye(n), np.eye(n)
    for _ in range(2):
        first, product = last, np.eye(n)
        for step in steps:
            last, R = np.linalg.qr(step @ last)
            product = R @ product
    found = np.linalg.eigvals(first.T @ last @ product)
    return found[np.argsort(-np.abs(found), kind="stable")]
