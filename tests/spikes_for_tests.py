"""Integrate-and-fire neurons under noise, all in one array: the leaky, the exponential and the quadratic one."""

import numpy as np

BETWEEN_LOOKS = 1.4603545088095868 / np.sqrt(2 * np.pi)
"""-zeta(1/2)/sqrt(2 pi): how far a walk overshoots a barrier, in units of a step. doi:10.1111/1467-9965.00035"""


def spikes(kind, I, sigma, *, n=500, T=1.0, dt=1e-4, common=0.0, seed=0, lowered=True, bin=0.05):
    """Spikes of n neurons in bins of 50 ms (bins, n); the share `common` of the noise is the same for all."""
    random, size = np.random.default_rng(seed), sigma * np.sqrt(dt / 0.02)
    top = {"lif": 20.0 - lowered * BETWEEN_LOOKS * size, "eif": 42.0, "qif": np.inf}[kind]
    V, hold, every = np.full(n, -1.0 if kind == "qif" else 10.0), np.zeros(n), round(bin / dt)
    counts = np.zeros((round(T / bin), n))
    for step in range(-round(0.3 / dt), every * len(counts)):
        kick = np.sqrt(1 - common) * random.standard_normal(n) + np.sqrt(common) * random.standard_normal()
        if kind == "qif":
            fired = V * dt >= 0.02
            V = np.clip(V / (1 - V * dt / 0.02) + I * dt / 0.02 + size * kick, -1e9, 1e9)
        else:
            rise = 2 * np.exp(np.minimum((V - 22) / 2, 12)) if kind == "eif" else 0.0
            V = np.where(hold > 0, 10.0, V + dt / 0.02 * (I - V + rise) + size * kick)
            hold, fired = hold - 1, top <= V
            V[fired], hold[fired] = 10.0, round(0.002 / dt)
        if step >= 0:
            counts[step // every] += fired
    return counts
