"""Units as products of powers: enough to check that the two sides of a model equation match.

A unit is text such as "1", "1/s", "rad/s", "mV", "1/s^0.5", "mV s", "%". Everything after a slash divides.
"""

import re

from rosetta_core.book.reading import BookError

# Exponents of (s, mV). Radians, turns and hundredths are pure numbers; hertz counts per second.
_BASE: dict[str, dict[str, float]] = {
    "1": {}, "%": {}, "rad": {}, "turn": {}, "s": {"s": 1.0}, "Hz": {"s": -1.0}, "mV": {"mV": 1.0},
}  # fmt: skip
_FACTOR = re.compile(r"([A-Za-z]+|[1%])(?:\^(-?\d+(?:\.\d+)?))?")

Dimension = tuple[tuple[str, float], ...]
"""Sorted pairs (base unit, exponent) without zeros; () is a pure number."""

NUMBER: Dimension = ()


def product(*factors: Dimension) -> Dimension:
    """Multiply dimensions: exponents add."""
    total: dict[str, float] = {}
    for factor in factors:
        for base, exponent in factor:
            total[base] = total.get(base, 0.0) + exponent
    return tuple(sorted((base, exponent) for base, exponent in total.items() if exponent))


def power(dimension: Dimension, exponent: float) -> Dimension:
    """Raise a dimension to a power."""
    return tuple((base, value * exponent) for base, value in dimension if value * exponent)


def dimension(unit: str) -> Dimension:
    """Dimension of a unit written as text; raises BookError for a unit the book does not know."""
    over, *under = unit.split("/")
    parts = [(over, 1.0)] + [(part, -1.0) for part in under]
    factors = []
    for part, sign in parts:
        words = part.split()
        if not words:
            raise BookError(f"unit {unit!r}: wanted a unit on both sides of '/'; write 1/s, not /s")
        for word in words:
            match = _FACTOR.fullmatch(word)
            if match is None or match[1] not in _BASE:
                raise BookError(f"unit {unit!r}: {word!r} is unknown; known: {', '.join(_BASE)}")
            base = tuple(_BASE[match[1]].items())
            factors.append(power(base, sign * float(match[2] or 1)))
    return product(*factors)


def spell(dimension: Dimension) -> str:
    """Write a dimension for an error message: "s^-1 mV", or "1" for a pure number."""
    return " ".join(f"{base}^{value:g}" if value != 1 else base for base, value in dimension) or "1"
