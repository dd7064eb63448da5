"""A chapter's notebook for any reader of notebooks: plain Markdown where the book has roles and directives.

JupyterLab, VS Code and Colab show `{eq}`, `{cite}` or a fenced box as raw text. In the notebook that is offered for
download they become what they say on the page: numbers, author and year with the DOI, headed quotes, folded parts.
"""

from __future__ import annotations

import copy
import pathlib
import re

import nbformat
from boxes import TITLES
from docutils.nodes import make_id
from pybtex.database import BibliographyData, Entry, parse_file
from sphinx.environment import BuildEnvironment

FENCE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?P<name>[\w-]+)\} *(?P<title>.*)\n(?P<body>(?s:.*?))\n(?P=fence) *$", re.M
)
OPTION = re.compile(r"^:([\w-]+): *(.*)\n?", re.M)
LABELLED = re.compile(r"\$\$\s*(.*?)\s*\$\$ *\(([\w-]+)\)", re.S)
TARGET = re.compile(r"^\([\w-]+\)=\n", re.M)
ROLE = re.compile(r"( ?)\{(eq|numref|claim|cite(?::\w+)?)\}`([^`]*)`")
INNER_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:|mailto:)[^)]*\)")


class Plain:
    """Rewrites the Markdown of one document with the numbers Sphinx gave to the figures and equations of the book."""

    def __init__(self, env: BuildEnvironment, docname: str, works: BibliographyData) -> None:
        others = [table for name, table in env.toc_fignumbers.items() if name != docname]
        self.numbers = [env.toc_fignumbers.get(docname, {}), *others]
        self.works = works

    def number(self, kind: str, label: str) -> str:
        found = (table[kind][label] for table in self.numbers if label in table.get(kind, {}))
        return ".".join(map(str, next(found, ("?",))))

    def equation(self, label: str) -> str:
        return self.number("displaymath", make_id(f"equation-{label}"))

    def role(self, match: re.Match) -> str:
        space, name, text = match.groups()
        if name == "claim":
            return ""
        if name == "eq":
            return f"{space}({self.equation(text)})"
        if name == "numref":
            return f"{space}Figure {self.number('figure', make_id(text))}"
        return space + "(" + "; ".join(self.cited(key.strip()) for key in text.split(",")) + ")"

    def cited(self, key: str) -> str:
        entry: Entry = self.works.entries[key]
        persons, fields = dict(entry.persons or {}), dict(entry.fields or {})
        names = [" ".join(person.prelast_names + person.last_names) for person in persons["author"]]
        who = " & ".join(names) if len(names) < 3 else f"{names[0]} et al."
        text = f"{re.sub(r'[{}]', '', who)} {fields['year']}"
        return f"[{text}](https://doi.org/{fields['doi']})" if "doi" in fields else text

    def fence(self, match: re.Match) -> str:
        name, title, body = match["name"], match["title"].strip(), match["body"]
        options = dict(OPTION.findall(body.split("\n\n")[0])) if body.startswith(":") else {}
        if options:
            head, _, rest = body.partition("\n\n") if "\n\n" in body else (body, "", "")
            body = OPTION.sub("", head) + ("\n\n" + rest if rest else "")
        if name == "math":
            tag = rf" \tag{{{self.equation(options['label'])}}}" if "label" in options else ""
            return f"$$\n{body.strip()}{tag}\n$$"
        kind = TITLES.get(name, "")
        heading = ". ".join(part for part in (kind, title) if part) or name.capitalize()
        body = FENCE.sub(self.fence, body).strip()
        if "dropdown" in options.get("class", ""):
            return f"<details><summary>{heading}</summary>\n\n{body}\n\n</details>"
        return "\n".join(f"> {line}".rstrip() for line in [f"**{heading}**", "", *body.split("\n")])

    def markdown(self, text: str) -> str:
        text = TARGET.sub("", text)
        text = FENCE.sub(self.fence, text)
        text = LABELLED.sub(lambda found: f"$$\n{found[1]} \\tag{{{self.equation(found[2])}}}\n$$", text)
        return INNER_LINK.sub(r"\1", ROLE.sub(self.role, text))

    def caption(self, cell: nbformat.NotebookNode) -> nbformat.NotebookNode | None:
        """The caption that the page prints under the figure of a cell, as a cell of its own."""
        figure = cell.metadata.get("mystnb", {}).get("figure")
        if not figure:
            return None
        number = self.number("figure", make_id(figure["name"]))
        return nbformat.v4.new_markdown_cell(f"Figure {number}. {self.markdown(figure['caption'])}")


def plain_notebook(
    notebook: nbformat.NotebookNode, env: BuildEnvironment, docname: str, bibliography: pathlib.Path
) -> nbformat.NotebookNode:
    """A copy of an executed notebook that needs no MyST to be read."""
    plain = Plain(env, docname, parse_file(str(bibliography)))
    result = copy.deepcopy(notebook)
    result.cells = []
    for cell in copy.deepcopy(notebook.cells):
        if cell.cell_type == "markdown":
            cell.source = plain.markdown(cell.source)
        result.cells.append(cell)
        caption = plain.caption(cell) if cell.cell_type == "code" else None
        if caption is not None:
            result.cells.append(caption)
    for number, cell in enumerate(result.cells):
        cell["id"] = f"cell-{number}"
    return result
