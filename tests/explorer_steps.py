"""Steps that the browser tests of the explorers share."""

import re

from axe_playwright_python.sync_playwright import Axe
from test_site_browser import RULES

from rosetta_core.views.bundle import HERE

NAMES = ["ch03-birth", "ch03-memory", "ch03-noise"]
PICTURE = "e => [...e.querySelectorAll('canvas')].map(c => c.toDataURL()).join()"
INK = """e => [...e.querySelectorAll('canvas')].map(c => {
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; })"""


def open_chapter(page, site, query: str = "") -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{(site / 'chapters' / '03-stuart-landau.html').as_uri()}{query}")
    for name in NAMES:
        page.wait_for_selector(f"section#{name}", state="attached")


def explorer(page, name: str, begin: bool = True):  # type: ignore[no-untyped-def]
    """One explorer; past its gate, unless the gate itself is the subject."""
    box = page.locator(f"section#{name}")
    box.scroll_into_view_if_needed()
    if begin and box.locator(".rc-skip").count():
        box.locator(".rc-skip").click()
    return box


def slider(box, name: str):  # type: ignore[no-untyped-def]
    return box.locator(f'input[type="range"][data-name="{name}"]')


def value(box, name: str) -> float:  # type: ignore[no-untyped-def]
    return float(slider(box, name).input_value())


def says(box) -> str:  # type: ignore[no-untyped-def]
    return box.locator(".rc-says").inner_text()


def mount(page, address: str, names) -> None:  # type: ignore[no-untyped-def]
    """The page of explorations, opened from its file, with all widgets mounted."""
    page.goto(address)
    for name in names:
        page.wait_for_selector(f"section#{name}", state="attached")


def speak(box) -> None:  # type: ignore[no-untyped-def]
    """The sentence and the name of every view are words without a hole."""
    for text in [says(box), *(view.get_attribute("aria-label") for view in box.locator(".rc-view").all())]:
        assert len(text) > 15 and not re.search(r"NaN|undefined|Infinity|\{", text)


def fit(page, address: str, names, width: int, theme: str) -> None:  # type: ignore[no-untyped-def]
    """No violation that axe finds, no sideways scroll, no target too small for a finger."""
    page.set_viewport_size({"width": width, "height": 900})
    mount(page, address, names)
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    for name in names:
        explorer(page, name)
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for control in page.locator(".rc-explorer input, .rc-explorer .rc-button").all():
        size = control.bounding_box()
        reach = control.locator("xpath=..").bounding_box() if control.get_attribute("type") == "radio" else size
        assert size is None or reach["height"] >= 24, "WCAG 2.2, 2.5.8: targets of 24 px"


def numbers(text: str) -> list[float]:
    """The numbers in words, in order."""
    return [float(n.replace("−", "-")) for n in re.findall(r"[−-]?\d+(?:\.\d+)?", text)]


def spoken(box, kind: str, which: int = 0) -> str:  # type: ignore[no-untyped-def]
    """What a view of that kind says of itself."""
    return box.locator(f".rc-{kind}").nth(which).get_attribute("aria-label")


def sources(*parts: str) -> str:
    """The page's own modules as one script."""
    return "".join(
        re.sub("^export ", "", (HERE / "js" / f"{part}.js").read_text("utf-8"), flags=re.M) for part in parts
    )
