"""The five boxes of the book, each with one meaning, and folded boxes that open without a script.

```{misconception} A peak in the spectrum means there is an oscillator.
```

`{exploration}`, `{misconception}`, `{translation}`, `{limits}` and `{exercise}` take an optional title. An
admonition of any kind with the class `dropdown` becomes a <details> element.
"""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

TITLES = {
    "exploration": "Exploration",
    "misconception": "Misconception",
    "translation": "Translation",
    "limits": "Limits",
    "exercise": "Exercise",
}


class Box(SphinxDirective):
    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {"class": directives.class_option, "name": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        box = nodes.admonition(classes=[self.name, *self.options.get("class", [])])
        self.set_source_info(box)
        self.add_name(box)
        kind = "box-kind" if self.arguments else "box-name"
        title = nodes.title("", "", nodes.inline("", TITLES[self.name], classes=[kind]))
        if self.arguments:
            words, messages = self.state.inline_text(self.arguments[0], self.lineno)
            title += [nodes.Text(" "), *words, *messages]
        box += title
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


class folded(nodes.General, nodes.Element):
    """<details>; its first child is the summary."""


class FoldDropdowns(SphinxPostTransform):
    default_priority = 300
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for box in list(self.document.findall(nodes.Element)):
            if not isinstance(box, nodes.Admonition) or "dropdown" not in box["classes"]:
                continue
            details = folded("", *box.children, ids=box["ids"], classes=["admonition", *box["classes"]])
            if not isinstance(box[0], nodes.title):  # note, hint and their like carry no title of their own
                details.insert(0, nodes.title("", type(box).__name__.capitalize()))
            box.replace_self(details)


def visit_folded(writer, node: folded) -> None:
    writer.body.append(writer.starttag(node, "details"))
    title = node.pop(0)
    writer.body.append('<summary class="admonition-title">')
    for child in title.children:
        child.walkabout(writer)
    writer.body.append("</summary>\n")


def depart_folded(writer, node: folded) -> None:
    writer.body.append("</details>\n")


def setup(app: Sphinx) -> dict:
    for name in TITLES:
        app.add_directive(name, Box)
    app.add_node(folded, html=(visit_folded, depart_folded))
    app.add_post_transform(FoldDropdowns)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
