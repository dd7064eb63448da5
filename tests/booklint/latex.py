"""Mathematics in the book's sources: the symbols of a display equation, and the tree of a model equation.

A model equation is rows of `\\dot state = expression`. The subset: sums, products by juxtaposition, fractions,
powers, roots, |z|, conjugates, elementary functions, and the layout commands around them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rosetta_core.book.reading import BookError

FUNCTIONS = ("sin", "cos", "exp", "ln", "tanh", "sqrt", "abs", "bar")
CONSTANTS = ("i", "e", r"\pi")

_GREEK = (
    r"alpha|beta|gamma|delta|(?:var)?epsilon|zeta|eta|(?:var)?theta|kappa|lambda|mu|nu|xi|(?:var)?rho|(?:var)?sigma"
    r"|tau|upsilon|(?:var)?phi|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega|ell"
)
_NOTES = re.compile(r"\}_\{\\text\{[^{}]*\}\}|\\\\\[[^\]]*\]")
_UPRIGHT = re.compile(r"_\{\\(?:mathrm|text)\{([^{}]*)\}\}")
_WORDS = re.compile(r"\\(?:text|mathrm|operatorname|mathcal|begin|end|label|tag)\*?\{[^{}]*\}")
_SYMBOL = re.compile(
    r"(?:(\\(?:hat|tilde|vec|widehat|widetilde))\{? ?)?"
    r"(?:(\\[A-Za-z]+)|([A-Za-z]))\}?"
    r" ?(_\{[^{}]*\}|_ ?(?:\\[A-Za-z]+|[^{}\\]))?"
    r"(\^\{?(?:\*|\\ast|\\star)\}?)?"
)
_LAYOUT = re.compile(
    r"\\(?:begin|end)\{\w+\*?\}|\\[,;:! ]|[&~]"
    r"|\\(?:left|right|bigl?|bigr?|Bigl?|Bigr?|displaystyle|cdot)(?![A-Za-z])"
)
_TOKEN = re.compile(r"\s*(\d+\.?\d*|\\[A-Za-z]+|[A-Za-z]|[-+=/(){}\[\]|^_*,.])")


@dataclass(frozen=True)
class Number:
    """A number written in digits."""

    value: float


@dataclass(frozen=True)
class Name:
    """A symbol or a constant, as its LaTeX."""

    latex: str


@dataclass(frozen=True)
class Sum:
    """Pairs (+1 or -1, term)."""

    terms: tuple[tuple[int, "Expression"], ...]


@dataclass(frozen=True)
class Product:
    """Factors side by side."""

    factors: tuple["Expression", ...]


@dataclass(frozen=True)
class Quotient:
    """A fraction."""

    over: "Expression"
    under: "Expression"


@dataclass(frozen=True)
class Power:
    """A base and its exponent."""

    base: "Expression"
    exponent: "Expression"


@dataclass(frozen=True)
class Apply:
    """A function of FUNCTIONS and its argument."""

    function: str
    argument: "Expression"


Expression = Number | Name | Sum | Product | Quotient | Power | Apply


@dataclass(frozen=True)
class RateEquation:
    """One row `\\dot state = expression`."""

    state: str
    rate: Expression


def rate_equations(latex: str) -> tuple[RateEquation, ...]:
    """Rows `\\dot state = expression` of a display equation; rows of another form, such as conditions, are left out."""
    latex = _UPRIGHT.sub(r"_{\1}", re.sub(r"\\label\{[^}]*\}", "", latex))
    rows = [_LAYOUT.sub(" ", row) for row in re.split(r"\\\\(?:\[[^\]]*\])?|\\qquad|\\quad", latex)]
    return tuple(
        _Parser(row).equation() for row in rows if re.match(r"\s*(?:\\dot|\\frac\{d|\\frac\{\\mathrm\{d)", row)
    )


def display_symbols(latex: str) -> frozenset[str]:
    """Every symbol of any display equation, as LaTeX: letters and Greek, with subscript and star.

    Dots and bars belong to no symbol; hats and tildes do. Constants, differentials, words, operators and the indices
    of sums are left out, and so is a subscript that only numbers copies: z_1 and z_j are z.
    """
    latex = _WORDS.sub(" ", _UPRIGHT.sub(r"_{\1}", _NOTES.sub("}", latex)))
    found = set()
    for hat, command, letter, subscript, star in _SYMBOL.findall(latex):
        base = letter or (command if re.fullmatch(_GREEK, command[1:]) else "")
        if not base or base in (*CONSTANTS, "d"):
            continue
        inside = subscript.strip("_{} ")
        below = "" if re.fullmatch(r"\d*|[ijk]", inside) else f"_{inside}" if len(inside) == 1 else f"_{{{inside}}}"
        found.add((f"{hat}{{{base}}}" if hat else base) + below + ("^*" if star else ""))
    return frozenset(found)


def names(expression: Expression) -> frozenset[str]:
    """LaTeX of every symbol in an expression, constants left out."""
    match expression:
        case Name(latex):
            return frozenset() if latex in CONSTANTS else frozenset({latex})
        case _:
            return frozenset().union(*(names(part) for part in _parts(expression)))


def _parts(expression: Expression) -> Iterator[Expression]:
    match expression:
        case Sum(terms):
            yield from (term for _, term in terms)
        case Product(factors):
            yield from factors
        case Quotient(over, under):
            yield from (over, under)
        case Power(base, exponent):
            yield from (base, exponent)
        case Apply(_, argument):
            yield argument


class _Parser:
    """Recursive descent over the tokens of one row."""

    def __init__(self, row: str) -> None:
        self.row = " ".join(row.split())
        text = re.sub(r"\\[lr]vert\b", "|", row).strip().rstrip(",. ")
        text = re.sub(r"\\frac\{(?:d|\\mathrm\{d\}) ?([^{}]+)\}\{(?:d|\\mathrm\{d\}) ?t\}", r"\\dot{\1}", text)
        self.tokens: list[str] = []
        position = 0
        while position < len(text.rstrip()):
            match = _TOKEN.match(text, position)
            if match is None:
                raise self._error(f"cannot read {text[position:].split()[0]!r}")
            self.tokens.append(match[1])
            position = match.end()
        self.at = 0
        self.bars = 0

    def equation(self) -> RateEquation:
        self._take(r"\dot")
        braced = self._maybe("{")
        state = self._symbol()
        if braced:
            self._take("}")
        self._take("=")
        rate = self._sum()
        if self.at < len(self.tokens):
            raise self._error(f"did not expect {self.tokens[self.at]!r}")
        return RateEquation(state, rate)

    def _sum(self) -> Expression:
        terms = []
        sign = -1 if self._maybe("-") else 1
        self._maybe("+")
        while True:
            terms.append((sign, self._product()))
            if self._maybe("+"):
                sign = 1
            elif self._maybe("-"):
                sign = -1
            else:
                return terms[0][1] if terms == [(1, terms[0][1])] else Sum(tuple(terms))

    def _product(self) -> Expression:
        factors = [self._power()]
        while self._next() not in ("", "+", "-", "=", ")", "]", "}", "|" if self.bars else ""):
            if self._maybe("/"):
                factors[-1] = Quotient(factors[-1], self._power())
            else:
                factors.append(self._power())
        return factors[0] if len(factors) == 1 else Product(tuple(factors))

    def _power(self) -> Expression:
        base = self._base()
        return Power(base, self._argument()) if self._maybe("^") else base

    def _base(self) -> Expression:
        token = self._next()
        for opening, closing in (("(", ")"), ("[", "]"), ("{", "}"), ("|", "|")):
            if token == opening:
                self._take(opening)
                self.bars += opening == "|"
                inside = self._sum()
                self.bars -= opening == "|"
                self._take(closing)
                return Apply("abs", inside) if opening == "|" else inside
        if token[:1].isdigit():
            self.at += 1
            return Number(float(token))
        if token == r"\frac":
            self.at += 1
            return Quotient(self._argument(), self._argument())
        if token == r"\bar" and self.tokens[self.at + 1 : self.at + 2] == [r"\eta"]:
            self.at += 1
            return Name(r"\bar" + self._symbol())  # a centre, which is real: the bar is part of its name
        if token in (r"\underbrace", r"\overbrace"):
            return self._brace()
        if token[1:] in FUNCTIONS:
            self.at += 1
            return Apply(token[1:], self._argument())
        return Name(self._symbol())

    def _argument(self) -> Expression:
        """What LaTeX takes as one argument: a group, or a single token."""
        return self._base()

    def _brace(self) -> Expression:
        self.at += 1
        inside = self._base()
        if self._next() in ("_", "^"):
            self.at += 1
            depth = 0
            while True:  # the note under or over the brace is not mathematics
                depth += {"{": 1, "}": -1}.get(self._next(), 0)
                self.at += 1
                if depth == 0:
                    break
        return inside

    def _symbol(self) -> str:
        token = self._next()
        if not re.fullmatch(r"[A-Za-z]|\\[A-Za-z]+", token):
            raise self._error(f"wanted a symbol, got {token or 'the end'!r}")
        self.at += 1
        if not self._maybe("_"):
            return token
        if not self._maybe("{"):
            self.at += 1
            return f"{token}_{self.tokens[self.at - 1]}"
        start = self.at
        while self._next() != "}":
            self.at += 1
        self.at += 1
        inside = "".join(self.tokens[start : self.at - 1])
        return f"{token}_{inside}" if len(inside) == 1 else f"{token}_{{{inside}}}"

    def _next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _maybe(self, token: str) -> bool:
        found = self._next() == token
        self.at += found
        return found

    def _take(self, token: str) -> None:
        if not self._maybe(token):
            raise self._error(f"wanted {token!r}, got {self._next() or 'the end'!r}")

    def _error(self, what: str) -> BookError:
        return BookError(f"model equation `{self.row}`: {what}")
