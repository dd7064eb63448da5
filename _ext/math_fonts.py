"""The fonts of the maths, cut to the glyphs this book uses.

KaTeX's style sheet and woff2 files are vendored whole; the site gets the sheet without the older font
formats, and of each font the glyphs that occur in some formula of some page.
"""

from __future__ import annotations

import hashlib
import pathlib
import re
from html.parser import HTMLParser

from sphinx.application import Sphinx

KATEX = pathlib.Path(__file__).resolve().parents[1] / "vendor" / "katex"
OLD_FORMATS = re.compile(r',url\(fonts/[^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)')
VOID = {"img", "br", "hr", "input", "meta", "link", "wbr", "source", "path", "line", "rect", "circle", "use"}


class FormulaGlyphs(HTMLParser):
    """Collects the characters inside span.katex-html (the part of a formula that is drawn with fonts)."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.glyphs: set[str] = set()

    def handle_starttag(self, tag: str, attrs) -> None:
        if self.depth:
            self.depth += tag not in VOID
        elif "katex-html" in (dict(attrs).get("class") or "").split():
            self.depth = 1

    def handle_endtag(self, tag: str) -> None:
        if self.depth and tag not in VOID:
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.glyphs |= set(data)


def glyphs_in(site: pathlib.Path) -> str:
    """Every character that some formula of the site draws, sorted, as one string."""
    seen: set[str] = set()
    for page in sorted(site.rglob("*.html")):
        text = page.read_text("utf8")
        if "katex-html" in text:
            parser = FormulaGlyphs()
            parser.feed(text)
            seen |= parser.glyphs
    return "".join(sorted(seen))


def write_subset(source: pathlib.Path, target: pathlib.Path, glyphs: str) -> None:
    from fontTools import subset

    options = subset.Options()
    options.flavor = "woff2"  # type: ignore[assignment]
    options.hinting = False
    options.layout_features = ["*"]
    options.notdef_outline = True
    options.drop_tables += ["FFTM"]
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=glyphs)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def write_fonts(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    static = pathlib.Path(app.outdir) / "_static" / "katex"
    glyphs = glyphs_in(pathlib.Path(app.outdir))
    sheet = OLD_FORMATS.sub("", (KATEX / "katex.min.css").read_text("utf8"))
    # The stamp names what the fonts were made of: an unchanged rebuild leaves them alone.
    stamp = hashlib.sha256((sheet + glyphs).encode()).hexdigest()
    stamped = static / "glyphs.sha256"
    if stamped.exists() and stamped.read_text() == stamp:
        return
    (static / "fonts").mkdir(parents=True, exist_ok=True)
    (static / "katex.css").write_text(sheet, "utf8")
    for font in sorted((KATEX / "fonts").glob("*.woff2")):
        write_subset(font, static / "fonts" / font.name, glyphs)
    stamped.write_text(stamp)


def setup(app: Sphinx) -> dict:
    app.connect("build-finished", write_fonts, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
