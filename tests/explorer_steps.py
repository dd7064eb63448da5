"""Steps that the browser tests of the explorers share."""

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
