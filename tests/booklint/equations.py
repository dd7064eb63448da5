"""Model equations against the code: their values against the compiled kernel, their units against the Quantity rows."""

import cmath
from collections.abc import Mapping

import numpy as np

from booklint.latex import (
    Apply,
    Expression,
    Name,
    Number,
    Power,
    Product,
    Quotient,
    RateEquation,
    Sum,
    names,
    rate_equations,
)
from rosetta_core.book import units
from rosetta_core.book.reading import BookError
from rosetta_core.book.symbols import Symbol, SymbolTable
from rosetta_core.book.units import NUMBER, Dimension
from rosetta_core.model import Model

FUNCTIONS = {"sin": cmath.sin, "cos": cmath.cos, "exp": cmath.exp, "ln": cmath.log, "tanh": cmath.tanh}
FUNCTIONS |= {"sqrt": cmath.sqrt, "abs": lambda z: complex(abs(z)), "bar": lambda z: z.conjugate()}
CONSTANTS = {"i": 1j, "e": complex(cmath.e), r"\pi": complex(cmath.pi)}


def worst_error(latex: str, model: Model, table: SymbolTable, points: int = 100, seed: int = 0) -> float:
    """Largest error of a displayed model equation against the compiled right-hand side, over random points.

    States, parameters and inputs are drawn from the ranges of their Quantity rows; inputs are zero where
    the equation shows none of them. Each error is relative to the sum of the sizes of the terms on either side.
    """
    rows = rate_equations(latex)
    shown = frozenset().union(*(names(row.rate) for row in rows))
    random = np.random.default_rng(seed)
    return max(_error(row, _Point(model, table, shown, random)) for _ in range(points) for row in rows)


def states_covered(latex: str, model: Model, table: SymbolTable) -> bool:
    """Whether the rows together give the rate of every state."""
    given = [table.symbol(row.state) for row in rate_equations(latex)]
    forms = {symbol.form for symbol in given}
    whole = [s for s in given if s.form in ("", "complex") or {"modulus", "angle"} <= forms]
    covered = {quantity for symbol in whole for quantity in _quantities(symbol, table)}
    return all(f"{model.name}.{state.name}" in covered for state in model.state)


def check_units(latex: str, table: SymbolTable) -> None:
    """Raise BookError where unlike units are added, or where the two sides of a row differ."""
    per_second = units.dimension("1/s")
    for row in rate_equations(latex):
        given = {name: units.dimension(table.symbol(name).unit) for name in names(row.rate)}
        left = units.product(units.dimension(table.symbol(row.state).unit), per_second)
        right = dimension(row.rate, given)
        if left != right:
            raise BookError(
                f"the rate of {row.state} has unit {units.spell(left)}, its right side {units.spell(right)}"
            )


class _Point:
    """One random point: the value of every symbol, and the rate of every state symbol, from the kernel."""

    def __init__(self, model: Model, table: SymbolTable, shown: frozenset[str], random: np.random.Generator) -> None:
        self.model, self.table = model, table
        self.values: dict[str, float] = {}
        for quantity in model.state + model.params + model.inputs:
            self.values[f"{model.name}.{quantity.name}"] = random.uniform(quantity.low, quantity.high)
        drives = {q for name in shown for q in _quantities(table.symbol(name), table)}
        inputs = [f"{model.name}.{quantity.name}" for quantity in model.inputs]
        if not drives & set(inputs):
            self.values |= dict.fromkeys(inputs, 0.0)
        groups = (model.state, model.params, model.inputs)
        x, p, u = (tuple(self.values[f"{model.name}.{q.name}"] for q in group) for group in groups)
        self.rates = {
            f"{model.name}.{quantity.name}": rate
            for quantity, rate in zip(model.state, model.rhs(0.0, x, p, u), strict=True)
        }

    def value(self, latex: str) -> complex:
        """Value of a symbol at this point."""
        symbol = self.table.symbol(latex)
        z = self._number(symbol, self.values)
        return {"modulus": abs(z), "angle": cmath.phase(z)}.get(symbol.form, z)

    def rate(self, latex: str) -> tuple[complex, float]:
        """Rate of a state symbol, by the chain rule where it is a modulus or an angle, and the size of that rate."""
        symbol = self.table.symbol(latex)
        z, rate = self._number(symbol, self.values), self._number(symbol, self.rates)
        if symbol.form == "modulus":
            return complex((z.conjugate() * rate).real / abs(z)), abs(rate)
        if symbol.form == "angle":
            return complex((z.conjugate() * rate).imag / abs(z) ** 2), abs(rate) / abs(z)
        return rate, abs(rate)

    def _number(self, symbol: Symbol, numbers: Mapping[str, float]) -> complex:
        own = [q for q in _quantities(symbol, self.table) if q in numbers and q.startswith(f"{self.model.name}.")]
        if len(own) != (2 if symbol.parts else 1):
            raise BookError(f"{symbol.symbol} stands for no quantity of {self.model.name} that is known here")
        return complex(numbers[own[0]], numbers[own[1]] if symbol.parts else 0.0)


def _quantities(symbol: Symbol, table: SymbolTable) -> tuple[str, ...]:
    """The quantities a symbol stands for; first part before second part."""
    parts = [row for code in symbol.parts for row in table.rows if row.code == code]
    return symbol.quantities or tuple(quantity for part in parts for quantity in part.quantities)


def _error(row: RateEquation, point: _Point) -> float:
    given = {name: point.value(name) for name in names(row.rate)}
    kernel, scale = point.rate(row.state)
    return abs(value(row.rate, given) - kernel) / max(size(row.rate, given), scale)


def value(expression: Expression, given: Mapping[str, complex]) -> complex:
    """The number an expression stands for, `given` by symbol."""
    match expression:
        case Number(number):
            return complex(number)
        case Name(latex):
            return CONSTANTS[latex] if latex in CONSTANTS else complex(given[latex])
        case Sum(terms):
            return sum(sign * value(term, given) for sign, term in terms)
        case Product(factors):
            product = complex(1)
            for factor in factors:
                product *= value(factor, given)
            return product
        case Quotient(over, under):
            return value(over, given) / value(under, given)
        case Power(base, exponent):
            return value(base, given) ** value(exponent, given)
        case Apply(function, argument):
            return FUNCTIONS[function](value(argument, given))


def size(expression: Expression, given: Mapping[str, complex]) -> float:
    """The same with every term counted as positive: what rounding errors are relative to."""
    match expression:
        case Sum(terms):
            return sum(size(term, given) for _, term in terms)
        case Product(factors):
            product = 1.0
            for factor in factors:
                product *= size(factor, given)
            return product
        case _:
            return abs(value(expression, given))


def dimension(expression: Expression, given: Mapping[str, Dimension]) -> Dimension:
    """Dimension of an expression, `given` by symbol; BookError where unlike things are added."""
    match expression:
        case Number():
            return NUMBER
        case Name(latex):
            return NUMBER if latex in CONSTANTS else given[latex]
        case Sum(terms):
            found = {dimension(term, given): term for _, term in terms}
            if len(found) > 1:
                raise BookError(f"added: {' and '.join(units.spell(d) for d in found)}; terms must share a unit")
            return next(iter(found))
        case Product(factors):
            return units.product(*(dimension(factor, given) for factor in factors))
        case Quotient(over, under):
            return units.product(dimension(over, given), units.power(dimension(under, given), -1))
        case Power(base, Number(exponent)):
            return units.power(dimension(base, given), exponent)
        case Power(base, exponent):
            return _pure(base, given, "a base") or _pure(exponent, given, "an exponent")
        case Apply("sqrt", argument):
            return units.power(dimension(argument, given), 0.5)
        case Apply("abs" | "bar", argument):
            return dimension(argument, given)
        case Apply(function, argument):
            return _pure(argument, given, f"the argument of {function}")


def _pure(expression: Expression, given: Mapping[str, Dimension], what: str) -> Dimension:
    found = dimension(expression, given)
    if found != NUMBER:
        raise BookError(f"{what} must be a pure number; it has unit {units.spell(found)}")
    return found
