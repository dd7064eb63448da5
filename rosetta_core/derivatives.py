"""A kernel and its derivatives at many points at once, by the complex step: exact to rounding."""

from functools import cache
from typing import Any

import numpy as np

from rosetta_core._jit import kernel
from rosetta_core._tuples import load_complex, store_complex

TINY = 1e-30  # of a complex step: its square is lost in any rounding


@cache
def derivatives(function: Any, sizes: tuple[int, ...], n_out: int) -> Any:
    """Kernel (t, points, which, values, slopes) for function(t, a, b, c, d) -> n_out numbers, a to d being tuples.

    points (sum of the four sizes, m): the arguments, one below the other; which (k,): the rows by which to
    differentiate; written are values (n_out, m) and slopes (n_out * k, m), row i * k + j for d value_i / d which_j.
    """
    first, second, third, fourth = sizes
    total, at_c, at_d = sum(sizes), first + second, first + second + third

    @kernel
    def at_all(t, points, which, values, slopes):
        z, out, k = np.empty((total, 1), np.complex128), np.empty((n_out, 1), np.complex128), which.size
        for column in range(points.shape[1]):
            for row in range(total):
                z[row, 0] = points[row, column]
            for j in range(max(k, 1)):
                if j < k:
                    z[which[j], 0] += TINY * 1j
                a, b = load_complex(z, 0, 0, first), load_complex(z, first, 0, second)
                c, d = load_complex(z, at_c, 0, third), load_complex(z, at_d, 0, fourth)
                store_complex(out, 0, 0, function(t, a, b, c, d))
                if j < k:
                    z[which[j], 0] = points[which[j], column]
                    for i in range(n_out):
                        slopes[i * k + j, column] = out[i, 0].imag / TINY
            for i in range(n_out):
                values[i, column] = out[i, 0].real

    return at_all


def differentiated(
    function: Any, n_out: int, parts: tuple[np.ndarray, ...], which: np.ndarray, t: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Values (n_out, m) of such a function, and slopes (n_out, k, m), for arguments (size, m) each, four of them."""
    points = np.concatenate(parts)
    m = points.shape[1]
    values, slopes = np.empty((n_out, m)), np.empty((n_out * which.size, m))
    at_all = derivatives(function, tuple(len(part) for part in parts), n_out)
    at_all(float(t), points, which, values, slopes)
    return values, slopes.reshape(n_out, which.size, m)
