"""What several rungs share: the sigmoids, as parts of kernels. Real and complex arguments alike."""

from rosetta_core._jit import inner
from rosetta_core.elementary import falling


@inner
def logistic(x):
    """1 / (1 + exp(-x)): from 0 to 1, slope 1/4 at 0."""
    return falling(-x, 1.0)


@inner
def sigmoid(v, e0, v0, r):
    """Firing rate 2 e0 / (1 + exp(r (v0 - v))) (1/s): from 0 to 2 e0, slope r e0 / 2 at v = v0; v, v0 in mV, r in 1/mV.

    Jansen & Rit 1995, doi:10.1007/BF00199471.
    """
    # The sum in this order leaves r v0, the same at every step, a number of its own, which is taken out of the loop.
    return falling(-r * v + r * v0, 2.0 * e0)
