"""One inline SVG for light and dark: a matplotlib figure whose colours become the page's variables."""

import hashlib
import html
import io
import re
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from rosetta_core.views.labels import INDEX
from rosetta_core.views.palette import ROLES

_INLINE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "rosetta",
    "path.simplify": True,
    "path.simplify_threshold": 0.4,
}
_NUMBER = re.compile(r"-?\d+\.\d+")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
_WORDS = re.compile(r"(?<=>)[^<>]+(?=</(?:text|tspan)>)")
_BELOW = '\\1<tspan dy=".3em" font-size="75%">\\2</tspan><tspan dy="-.225em">\u200b</tspan>'
"""An index below the line, and the line taken up again."""
_VARIABLE = {role.light: f"var(--rc-{role.name}, {role.light})" for role in ROLES.values()} | {
    "#000000": f"var(--rc-ink, {ROLES['ink'].light})"
}


def themed(figure: Figure, alt: str) -> str:
    """SVG text of a figure: follows the page's theme, scales with its column, ids its own, read out as `alt`.

    A colour that is not in the palette stays as it is.
    """
    buffer = io.StringIO()
    with matplotlib.rc_context(_INLINE):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", text, flags=re.S)
    # A style sheet inside an inline figure would restyle the whole page: its one rule goes to the root instead.
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", text, flags=re.S)
    text = re.sub(r"<text ([^>]*?)style=\"([^\"]*)\"", _plain_font, text)
    text = re.sub(r"<tspan ([^>]*?)style=\"([^\"]*)\"", _plain_font, text)
    text = re.sub(r'(?<= )d="([^"]*)"', _short_path, text)
    # Coordinates are shortened, the numbers that a reader reads are not.
    text = re.sub(r"<[^>]+>", lambda tag: _NUMBER.sub(lambda n: _rounded(n[0], 2), tag[0]), text)
    text = _COLOUR.sub(lambda m: _VARIABLE.get(m[0].upper(), m[0]), text)
    text = re.sub(r"\s*\n\s*", "\n", text)
    text = _WORDS.sub(lambda words: INDEX.sub(_BELOW, words[0]), text)
    return _own_ids(_root(text, figure, alt))


def _rounded(number: str, digits: int) -> str:
    return f"{float(number):.{digits}f}".rstrip("0").rstrip(".")


def _short_path(match: re.Match) -> str:
    """A long path to a tenth of a point, which no screen resolves, and without the letter that repeats."""
    path = match[1]
    if len(path) > 400:
        path = _NUMBER.sub(lambda m: _rounded(m[0], 1), path)
        path = re.sub(r"(?<=L )([^A-Z]+)((?:L [^A-Z]+)+)", lambda m: m[1] + m[2].replace("L ", ""), path)
    return f'd="{" ".join(path.split())}"'


def _plain_font(match: re.Match) -> str:
    """The page's typeface in place of matplotlib's; size, slant and anchor stay."""
    style = re.sub(
        r"font:\s*((?:[a-z]+ )*)([\d.]+)px [^;]*",
        lambda m: f"font-size: {m[2]}px" + ("; font-style: italic" if "italic" in m[1] or "oblique" in m[1] else ""),
        match[2],
    )
    style = re.sub(r"font-family: [^;]*;? ?", "", style)
    # Text with no fill of its own is black in SVG, on a dark page too.
    fill = "" if "fill" in style or match[0].startswith("<tspan") else "; fill: #000000"
    return match[0][: match[0].index("style=")] + f'style="{style}{fill}"'


def _root(text: str, figure: Figure, alt: str) -> str:
    width, height = (72 * side for side in figure.get_size_inches())
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{html.escape(alt)}" '
        f'style="stroke-linejoin: round; stroke-linecap: butt; font-family: inherit; '
        f'--rc-least: {width * 0.95:.0f}px; max-width: {width * 1.6:.0f}px">'
    )
    return opening + text[text.index(">") + 1 :]


def _own_ids(text: str) -> str:
    """Prefix every id with a digest of the figure: two figures on a page do not share a clip path or a marker."""
    mark = "f" + hashlib.sha256(text.encode()).hexdigest()[:8]
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    text = re.sub(r'\sid="([^"]+)"', lambda m: f' id="{mark}-{m[1]}"' if m[1] in used else "", text)
    return re.sub(r'(href="#|url\(#)', rf"\g<1>{mark}-", text)
