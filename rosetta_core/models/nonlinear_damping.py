"""A mass on a spring that feeds small swings and eats large ones: van der Pol, Rayleigh and Duffing in one equation.

x'' + omega^2 x = epsilon (1 - a x^2 - b x'^2) x' - kappa x^3 + F, with v = x'.
"""

from typing import NamedTuple

from rosetta_core._jit import kernel
from rosetta_core.model import Model, Quantity, preset


@kernel
def rhs(t, x, p, u):
    x, v = x
    epsilon, omega, a, b, kappa = p
    (F,) = u
    return (v, F - omega * omega * x + epsilon * (1.0 - a * x * x - b * v * v) * v - kappa * x * x * x)


@kernel
def emit(x, p):
    return (x[0],)


@kernel
def output(x, p):
    return x[0]


class Averaged(NamedTuple):
    """alpha (1/s), omega (rad/s), gamma and beta (1/s) of z = x - i v/omega, to first order in epsilon and kappa."""

    alpha: float
    omega: float
    gamma: float
    beta: float


def averaged(epsilon: float, omega: float, a: float, b: float, kappa: float) -> Averaged:
    """Stuart-Landau coefficients by averaging over a turn: with x = A cos(theta), v = -omega A sin(theta).

    The mean of sin^2, sin^2 cos^2, sin^4 and cos^4 is 1/2, 1/8, 3/8 and 3/8, which leaves
    dA/dt = epsilon A/2 - epsilon (a + 3 b omega^2) A^3/8 and dtheta/dt = omega + 3 kappa A^2/(8 omega).
    """
    return Averaged(epsilon / 2, omega, epsilon * (a + 3 * b * omega**2) / 8, -3 * kappa / (8 * omega))


nonlinear_damping = Model(
    name="nonlinear_damping",
    title="Oscillator with nonlinear damping",
    rhs=rhs,
    emit=emit,
    state=(
        Quantity("x", 1.0, "1", -3.0, 3.0, "displacement"),
        Quantity("v", 0.0, "1/s", -3.0, 3.0, "velocity"),
    ),
    params=(
        Quantity("epsilon", 0.1, "1/s", -1.0, 1.0, "growth at rest; negative is damping"),
        Quantity("omega", 1.0, "rad/s", 0.5, 20.0, "angular frequency of small swings", "positive"),
        Quantity("a", 1.0, "1", 0.0, 2.0, "by how much a displacement cuts the growth", "nonnegative"),
        Quantity("b", 0.0, "s^2", 0.0, 2.0, "by how much a velocity cuts the growth", "nonnegative"),
        Quantity("kappa", 0.0, "1/s^2", -0.2, 1.0, "stiffening of the spring"),
    ),
    inputs=(Quantity("F", 0.0, "1/s^2", -2.0, 2.0, "force"),),
    source="10.1007/978-1-4612-1140-2",
    output=output,
    signal=Quantity("x", 0.0, "1", -3.0, 3.0, "displacement"),
    presets=(
        preset(
            "van_der_pol_1926",
            source="10.1080/14786442608564127",
            where="the smallest of the values for which the equation is solved graphically",
            note="time counts in 1/omega there; the others are epsilon = 1 and 10",
            epsilon=0.1,
            omega=1.0,
            a=1.0,
            b=0.0,
            kappa=0.0,
        ),
        preset(
            "rayleigh_1883",
            source="10.1080/14786448308627342",
            where="the equation with a term in the cube of the velocity",
            note="the form is Rayleigh's, the numbers are not: he gives none",
            epsilon=0.1,
            omega=1.0,
            a=0.0,
            b=1.0,
            kappa=0.0,
        ),
        preset(
            "duffing",
            source="10.1002/9780470977859",
            where="chapter 3, the free oscillator with viscous damping",
            note="the form with a stiffening spring; the numbers are ours",
            epsilon=-0.1,
            omega=1.0,
            a=0.0,
            b=0.0,
            kappa=0.1,
        ),
    ),
)
