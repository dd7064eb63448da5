"""Equations of folds and of Hopf points: one number that vanishes there, with its derivatives, beside the field."""

from typing import NamedTuple

import numpy as np
from scipy.linalg import lu_factor, lu_solve

from rosetta_core.analysis.curves import FLAT, Scaled, solved


class Block(NamedTuple):
    """Two eigenvalues by their sum and product (1/s, 1/s^2), and bases V, P (n, 2) that belong to them, P^T V = 1."""

    sum: float
    product: float
    V: np.ndarray
    P: np.ndarray


def block(A: np.ndarray, V: np.ndarray, P: np.ndarray, near: tuple[float, float] | None = None) -> Block:
    """The `Block` of the matrix A nearest to V and P, or to a sum and product, by inverse iteration.

    The matrix inverted is the characteristic polynomial of the pair at A: real, and regular where the two eigenvalues
    meet. ArithmeticError if eight steps leave a residual above 1e-11 of A.
    """
    scale = np.linalg.norm(A) / np.sqrt(len(A))
    for attempt in range(8):
        V, P = np.linalg.qr(V)[0], np.linalg.qr(P)[0]
        R, L = V.T @ A @ V, P.T @ A.T @ P
        if np.abs(A @ V - V @ R).max() < 1e-11 * scale and np.abs(A.T @ P - P @ L).max() < 1e-11 * scale:
            P = P @ np.linalg.inv(V.T @ P)
            return Block(float(np.trace(R)), float(np.linalg.det(R)), V, P)
        total, both = near or (np.trace(R), np.linalg.det(R))
        near = None
        # The shift keeps the matrix from being singular, and costs a factor of 1e-9 of convergence at most.
        parts = lu_factor(A @ A - total * A + (both + 1e-9 * scale**2) * np.eye(len(A)), check_finite=False)
        # One column at a time: for two, LAPACK starts threads, which cost more than the work.
        V = np.stack([lu_solve(parts, column) for column in V.T], axis=1)
        P = np.stack([lu_solve(parts, column, trans=1) for column in P.T], axis=1)
        if attempt > 3:  # the pair is a multiple one, of which two vectors need not go into each other
            V, P = (np.stack([b[:, 0], B @ b[:, 0] / scale], axis=1) for b, B in ((V, A), (P, A.T)))
    raise ArithmeticError("two eigenvalues could not be told from the others")


def pair_near(A: np.ndarray, product: float | None = None, found: np.ndarray | None = None) -> Block:
    """The `Block` of two eigenvalues, conjugate or both real, whose sum is nearest to zero.

    With a product given it is to be near to that, too. found are the eigenvalues of A, where they are known.
    """
    found = np.linalg.eigvals(A) if found is None else found
    i, j = np.tril_indices(len(A), -1)
    if not i.size:
        raise ArithmeticError("a pair of eigenvalues is wanted, the model has one equation")
    # The norm, for at a double zero all eigenvalues may vanish.
    total, both, scale = found[i] + found[j], found[i] * found[j], float(np.linalg.norm(A))
    off = np.abs(np.real(total)) + (0.0 if product is None else np.abs(np.real(both) - product) / scale)
    off[np.abs(np.imag(total)) + np.abs(np.imag(both)) / scale > 1e-9 * scale] = np.inf
    k = int(off.argmin())
    V, P = np.random.default_rng(1).standard_normal((2, len(A), 2))
    return block(A, V, P, (float(total[k].real), float(both[k].real)))


class HopfEquations:
    """The field and the sum of two eigenvalues at z: zero at a Hopf point or a neutral saddle. Follows their block."""

    def __init__(self, view: Scaled, here: Block) -> None:
        self.view, self.here = view, here

    def at(self, z: np.ndarray) -> Block:
        """`Block` at z."""
        return self._block(self.view.field(z)[1])

    def _block(self, derivatives: np.ndarray) -> Block:
        if not np.isfinite(derivatives).all():
            raise ArithmeticError("the field is not finite")
        self.here = block(derivatives[:, : self.view.n], self.here.V, self.here.P)
        return self.here

    def __call__(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values (n + 1,) and derivatives (n + 1, n + k)."""
        values, derivatives = self.view.field(z)
        here = self._block(derivatives)
        slope = np.einsum("ik,kij->j", here.P, self.view.bends(z, here.V))
        return np.append(values, here.sum), np.vstack([derivatives, slope])


class Null(NamedTuple):
    """Null vectors of a matrix that is nearly singular, right q and left p (n,), and g, which vanishes with it."""

    g: float
    q: np.ndarray
    p: np.ndarray


class FoldEquations:
    """The field and a number that vanishes with its determinant at z. Follows the null vectors.

    The number g solves [[A, b], [c, 0]] (q, g) = (0, 1) (Griewank & Reddien 1984, doi:10.1137/0721053).
    """

    def __init__(self, view: Scaled, A: np.ndarray) -> None:
        U, sizes, Vt = np.linalg.svd(A)
        self.view, self.b, self.c, self.scale = view, U[:, -1], Vt[-1], float(sizes[0])

    def at(self, z: np.ndarray) -> Null:
        """`Null` at z, p and q of unit length and turned as at the last point; g in the units of the field."""
        return self._null(self.view.field(z)[1][:, : self.view.n])

    def _null(self, A: np.ndarray) -> Null:
        n = self.view.n
        bordered = np.block([[A, self.scale * self.b[:, None]], [self.scale * self.c[None, :], np.zeros((1, 1))]])
        one = np.append(np.zeros(n), self.scale)
        right, left = solved(bordered, one), solved(bordered.T, one)
        self.c, self.b = right[:n] / np.linalg.norm(right[:n]), left[:n] / np.linalg.norm(left[:n])
        size = np.linalg.norm(right[:n]) * np.linalg.norm(left[:n])
        return Null(self.scale * right[n] / size, self.c, self.b)

    def __call__(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values (n + 1,) and derivatives (n + 1, n + k)."""
        values, derivatives = self.view.field(z)
        if not np.isfinite(derivatives).all():
            raise ArithmeticError("the field is not finite")
        null = self._null(derivatives[:, : self.view.n])
        slope = -null.p @ self.view.bends(z, null.q[:, None])[0]
        return np.append(values, null.g), np.vstack([derivatives, slope])


def newton(equations: HopfEquations | FoldEquations, z: np.ndarray) -> np.ndarray | None:
    """The point near z where the equations hold, for one varied quantity; None if ten steps do not reach it."""
    for _ in range(10):
        try:
            values, derivatives = equations(z)
            step = solved(derivatives, -values)
        except (ArithmeticError, np.linalg.LinAlgError):
            return None
        z = z + step
        size = np.abs(step).max()
        if not size < 1:
            return None
        if size < FLAT:
            return z
    return None
