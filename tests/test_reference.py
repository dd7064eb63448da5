"""The table of reference values: its rows are complete, and every one is held by a test."""

import ast
import re
from pathlib import Path

import pytest
from cycles_for_tests import REFERENCE, printed

HERE = Path(__file__).parent
SOURCES = [path.read_text() for path in sorted(HERE.glob("test_*.py")) if path.name != Path(__file__).name]
PART = r"[^.]+(?:\.\d[^.]*)*"  # what stands between two dots, decimals included


def patterns(source):
    """Regular expressions for the identities that a test names, and the ends, as ".R", that it adds to such a name."""
    nodes = list(ast.walk(ast.parse(source)))
    filled = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    pieces = {id(piece) for node in filled for piece in node.values}
    found = {
        "".join(re.escape(p.value) if isinstance(p, ast.Constant) else PART for p in node.values) for node in filled
    }
    found |= {
        re.escape(node.value)
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in pieces
    }
    # Protocols that a test quotes with their values stand in its comments.
    found |= {re.escape(word) for word in re.findall(r"(?<=[# ])r[1-9]\.[\w.]*\w", source) if word in REFERENCE}
    ends = {pattern.removeprefix(PART) for pattern in found if pattern.startswith(PART + r"\.")}
    return {pattern for pattern in found if re.match(r"r[1-9]\\\.", pattern)}, ends


NAMED = [patterns(source) for source in SOURCES]


@pytest.mark.parametrize("identity", REFERENCE)
def test_row_is_complete_and_some_test_names_it(identity):
    row = REFERENCE[identity]
    assert set(row) == {"id", "equations", "parameters", "quantity", "value", "tolerance", "method"}
    assert row["quantity"] and row["tolerance"] and row["value"] is not None
    assert any(re.fullmatch(start + end, identity) for starts, ends in NAMED for start in starts for end in {"", *ends})


def test_no_test_names_a_row_that_does_not_exist():
    for starts, _ in NAMED:
        for start in starts:
            assert any(re.match(rf"{start}(\.|$)", identity) for identity in REFERENCE), start


def test_a_printed_number_that_is_off_is_refused():
    printed("r9.1", 9.8994949)
    with pytest.raises(AssertionError):
        printed("r9.1", 9.8996)
