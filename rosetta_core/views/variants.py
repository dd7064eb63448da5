"""Variants of two models for the page of reproduced figures: one drive into two populations, and a printed form."""

from dataclasses import replace

from rosetta_core._jit import kernel
from rosetta_core.models import ping, wendling
from rosetta_core.operators import sigmoid

_ping = ping.rhs


@kernel
def both_driven(t, x, p, u):
    return _ping(t, x, p, (u[0], u[0]))


ping_together = replace(ping, rhs=both_driven, inputs=ping.inputs[:1], presets=())
"""PING with one current, called I_E, into both populations, as in the article's figure 7.3."""


def wendling_with(sign: float, contacts: float):
    """Wendling's column with its input p + sign C2 S and with `contacts` from the slow to the fast inhibitory cells.

    sign = 1 and contacts = 0.1 (of C) are the equations of 2002. The article prints sign -1, and y2 = C4 y4 where y4
    is meant: contacts 0.1 times C4 = 0.25 C, 3.375 for C = 135.
    """

    @kernel
    def rhs(t, x, p, u):
        y0, y1, y3, y4, dy0, dy1, dy3, dy4 = x
        A, B, G, a, b, g, C, e0, v0, r = p
        (p,) = u
        pyramidal = sigmoid(y1 - 0.25 * C * y4 - y3, e0, v0, r)
        excitatory = sign * 0.8 * C * sigmoid(C * y0, e0, v0, r)
        fast = 0.8 * C * sigmoid(0.3 * C * y0 - contacts * C * y4, e0, v0, r)
        slow = sigmoid(0.25 * C * y0, e0, v0, r)
        return (
            dy0,
            dy1,
            dy3,
            dy4,
            a * (A * pyramidal - 2.0 * dy0 - a * y0),
            a * (A * (p + excitatory) - 2.0 * dy1 - a * y1),
            g * (G * fast - 2.0 * dy3 - g * y3),
            b * (B * slow - 2.0 * dy4 - b * y4),
        )

    return replace(wendling, rhs=rhs, presets=())
