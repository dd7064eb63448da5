"""Reading the book's YAML, with errors that name the file, the entry and the remedy."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml


class BookError(ValueError):
    """A source file of the book breaks its own rules."""


class _Loader(yaml.SafeLoader):
    """Safe YAML in which a repeated key is an error; plain YAML keeps the last one silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        repeated = sorted({str(key) for key in keys if keys.count(key) > 1})
        if repeated:
            raise BookError(f"{node.start_mark}: repeated key {', '.join(repeated)}; keep one of them")
        return super().construct_mapping(node, deep)


def parse_yaml(text: str, where: str) -> Any:
    """Parse YAML text; `where` is what an error message calls it."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise BookError(f"{where}: not valid YAML: {error}") from error


def read_yaml(path: Path) -> Any:
    """Parse one YAML file; a missing file is reported together with its neighbours."""
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in path.parent.glob("*.yml"))) or "none"
        raise BookError(f"wanted {path.name}, but there is no such file; there are: {known}")
    return parse_yaml(path.read_text(encoding="utf-8"), path.name)


def keys(row: Any, where: str, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Any]:
    """Return `row` if it is a mapping with all the required keys and no unknown one; raise otherwise."""
    required, optional = tuple(required), tuple(optional)
    if not isinstance(row, dict):
        raise BookError(f"{where}: wanted a mapping with {', '.join(required)}; got {row!r}")
    missing = [key for key in required if row.get(key) in (None, "", [], {})]
    if missing:
        raise BookError(f"{where}: missing or empty: {', '.join(missing)}")
    unknown = [str(key) for key in row if key not in required + optional]
    if unknown:
        raise BookError(f"{where}: unknown key {', '.join(unknown)}; known keys: {', '.join(required + optional)}")
    return row


def listing(value: Any, where: str, least: int = 1, most: float = math.inf) -> list:
    """Return `value` if it is a list with an allowed number of entries; raise otherwise."""
    if not isinstance(value, list) or not least <= len(value) <= most:
        wanted = f"at least {least}" if most == math.inf else f"{least} to {most}" if least < most else least
        raise BookError(f"{where}: wanted a list of {wanted}; got {value!r}")
    return value


def known(name: Any, names: Iterable[Any], where: str) -> None:
    """Raise if a name is not one of the names that exist."""
    names = list(names)
    if name not in names:
        raise BookError(f"{where}: no {name!r} here; there are: {', '.join(map(str, names))}")


def number(value: Any, where: str) -> float:
    """Return a finite number as a float; raise otherwise."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BookError(f"{where}: wanted a finite number; got {value!r} (write 1.0e-3, not 1e-3)")
    return float(value)


def numbers(row: Any, names: Iterable[str], where: str) -> dict[str, float]:
    """Return a mapping of existing names to finite numbers; raise otherwise."""
    if not isinstance(row, dict):
        raise BookError(f"{where}: wanted a mapping of names to numbers; got {row!r}")
    for name in row:
        known(name, names, where)
    return {name: number(value, f"{where}, {name}") for name, value in row.items()}


def text(value: Any, where: str, shortest: int = 1, longest: int | None = None) -> str:
    """Return `value` if it is text of an allowed length; raise otherwise."""
    if not isinstance(value, str) or not value.strip():
        raise BookError(f"{where}: wanted text; got {value!r}")
    length = len(value.strip())
    if length < shortest or (longest is not None and length > longest):
        raise BookError(f"{where}: wanted {shortest} to {longest or 'any number of'} characters; got {length}")
    return value.strip()


def unique(ids: Iterable[str], where: str) -> None:
    """Raise if an id occurs twice."""
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise BookError(f"{where}: {name!r} is used twice; each must differ")
        seen.add(name)
