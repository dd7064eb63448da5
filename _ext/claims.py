"""Claims: the sentence in a chapter, the test that holds it, and the page that lists both.

{claim}`c-3.1` after a sentence makes a small tick that leads to the list. A test holds a claim with
`@pytest.mark.claim("c-3.1")`. `{claims}` prints the list. A claim without a test and a marker without a claim
are warnings, hence errors of the build.
"""

from __future__ import annotations

import ast
import pathlib
import re
from dataclasses import dataclass

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

log = logging.getLogger(__name__)
TESTS = pathlib.Path(__file__).resolve().parents[1] / "tests"
CLAIM_ID = re.compile(r"c-\d+\.\d+")
SENTENCE_END = re.compile(r"[.!?][”\")]?\s+")


@dataclass(frozen=True)
class Holder:
    """A test that holds a claim."""

    file: str
    name: str


def marked_tests(folder: pathlib.Path) -> dict[str, list[Holder]]:
    """Claim id -> the tests that carry it, read from the source without importing it."""
    held: dict[str, list[Holder]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.claim":
                    for argument in mark.args:
                        holder = Holder(f"tests/{path.relative_to(folder).as_posix()}", node.name)
                        held.setdefault(ast.literal_eval(argument), []).append(holder)
    return held


class claim(nodes.Inline, nodes.TextElement):
    """The tick behind a sentence."""


class claim_list(nodes.General, nodes.Element):
    """Where the list of claims is printed."""


class ClaimRole(SphinxRole):
    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        if not CLAIM_ID.fullmatch(self.text):
            log.warning("a claim id looks like c-3.1, not %r", self.text, location=self.get_location())
        return [claim("", "", claim=self.text)], []


class ClaimsDirective(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        self.env.rosetta_claim_page = self.env.docname  # type: ignore[attr-defined]
        return [claim_list()]


def sentence_before(tick: nodes.Node) -> list[nodes.Node]:
    """Copies of the nodes of the sentence that a tick stands behind (or, before its full stop, in)."""
    siblings = [node for node in tick.parent.children if not isinstance(node, claim) or node is tick]
    at = siblings.index(tick)
    sentence: list[nodes.Node] = []
    for node in reversed(siblings[:at]):
        if isinstance(node, nodes.Text):
            text = node.astext() if sentence else node.astext().rstrip()
            ends = list(SENTENCE_END.finditer(text))
            if ends:
                sentence.insert(0, nodes.Text(text[ends[-1].end() :]))
                break
            sentence.insert(0, nodes.Text(text))
        else:
            sentence.insert(0, node.deepcopy())
    for node in sentence:
        for inner in node.findall(nodes.Element):
            inner.document = None  # type: ignore[assignment]  # the copy is kept with the environment, the document is not
    return sentence


def claims_of(env: BuildEnvironment) -> dict[str, dict[str, list[nodes.Node]]]:
    if not hasattr(env, "rosetta_claims"):
        env.rosetta_claims = {}  # type: ignore[attr-defined]
    return env.rosetta_claims  # type: ignore[attr-defined]


def collect(app: Sphinx, doctree: nodes.document) -> None:
    found: dict[str, list[nodes.Node]] = {}
    for tick in doctree.findall(claim):
        if tick["claim"] not in found:  # repeated in a summary: the first place is the claim
            found[tick["claim"]] = sentence_before(tick)
            tick["ids"] = [f"claim-{tick['claim']}"]
    if found:
        claims_of(app.env)[app.env.docname] = found


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    claims_of(env).pop(docname, None)


def merge(app: Sphinx, env: BuildEnvironment, docnames: list[str], other: BuildEnvironment) -> None:
    claims_of(env).update({name: found for name, found in claims_of(other).items() if name in docnames})


def compare(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Warn of claims and tests that do not meet; returns the page to write again if anything changed."""
    held, owners = marked_tests(TESTS), {}
    for docname, found in claims_of(env).items():
        for name in found:
            if name in owners:
                log.warning("claim %s is made in %s and in %s", name, owners[name], docname, type="claim")
            owners[name] = docname
            if name not in held:
                log.warning("no test holds claim %s", name, location=docname, type="claim")
    for name, holders in held.items():
        if name not in owners:
            log.warning("%s::%s holds %s, which no chapter claims", holders[0].file, holders[0].name, name)
    listed = {
        name: (docname, "".join(node.astext() for node in nodes_), held.get(name))
        for docname, found in claims_of(env).items()
        for name, nodes_ in found.items()
    }
    before, env.rosetta_claims_listed = getattr(env, "rosetta_claims_listed", None), listed  # type: ignore[attr-defined]
    page = getattr(env, "rosetta_claim_page", None)
    return [page] if page and before != listed else []


class PrintClaims(SphinxPostTransform):
    default_priority = 5  # before references are resolved: the copied sentences carry some

    def run(self, **kwargs: object) -> None:
        ticks = list(self.document.findall(claim))
        page = getattr(self.env, "rosetta_claim_page", None)
        for tick in ticks:
            uri = self.app.builder.get_relative_uri(self.env.docname, page) if page else ""
            tick["refuri"] = f"{uri}#{tick['claim']}"
        for place in list(self.document.findall(claim_list)):
            place.replace_self(self.rows())

    def rows(self) -> list[nodes.Node]:
        held = marked_tests(TESTS)
        titles, blocks = self.env.titles, []
        for docname in sorted(claims_of(self.env), key=lambda name: titles[name].get("secnumber", ())):
            entries = nodes.definition_list(classes=["claims"])
            found = claims_of(self.env)[docname]
            for name in sorted(found, key=lambda name: [int(part) for part in re.findall(r"\d+", name)]):
                entries += self.row(docname, name, found[name], held.get(name, []))
            title = nodes.paragraph("", "", nodes.strong("", titles[docname].astext()))
            blocks += [title, entries]
        return blocks

    def row(self, docname: str, name: str, sentence: list[nodes.Node], holders: list[Holder]) -> nodes.Node:
        uri = self.app.builder.get_relative_uri(self.env.docname, docname)
        back = nodes.reference("", name, internal=True, refuri=f"{uri}#claim-{name}")
        copies = [node.deepcopy() for node in sentence]
        if not re.search(r"[.!?)]$", "".join(copy.astext() for copy in copies)):
            copies.append(nodes.Text("."))
        for copy in copies:
            for ref in copy.findall(addnodes.pending_xref):
                ref["refdoc"] = self.env.docname
        body = nodes.definition("", nodes.paragraph("", "", *copies))
        for holder in holders:
            # A long name breaks between its words.
            test = re.sub(r"(::|_)", r"\1<wbr>", f"{holder.file}::{holder.name}")
            code = nodes.raw("", f"<code>{test}</code>", format="html")
            body += nodes.paragraph("", "", nodes.Text("Held by "), code, classes=["held-by"])
        return nodes.definition_list_item("", nodes.term("", "", back, ids=[name]), body)


def visit_claim(writer, node: claim) -> None:
    ids = f' id="{node["ids"][0]}"' if node["ids"] else ""
    label = f"Claim {node['claim']}: the test that holds it"
    writer.body.append(f'<a class="claim"{ids} href="{node["refuri"]}" aria-label="{label}" title="{label}">✓</a>')
    raise nodes.SkipNode


def skip(writer, node: nodes.Node) -> None:
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict:
    app.add_node(claim, html=(visit_claim, None), latex=(skip, None), text=(skip, None))
    app.add_node(claim_list)
    app.add_role("claim", ClaimRole())
    app.add_directive("claims", ClaimsDirective)
    app.add_post_transform(PrintClaims)
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", lambda app, env: compare(app, env))
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
