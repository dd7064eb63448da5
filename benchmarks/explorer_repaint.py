"""From slider to repaint on the built chapter page, and from navigation to a usable explorer. A table, never a test.

A repaint is everything between the event of the input and the finished drawing: run of the model, analysis, all
views. Prints milliseconds: median, 95th percentile, largest. Wants the built site and a Chromium.
"""

import http.server
import shutil
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

PAGE = "chapters/03-stuart-landau.html"
SITE = Path(__file__).resolve().parents[1] / "_build" / "html"
MOVES = 200
# The page itself notes the time: a look from outside comes late by the time it takes to ask.
WATCH = """new MutationObserver(() => {
  const drawn = document.querySelector("section.rc-explorer canvas");
  if (drawn && window.drawn === undefined) window.drawn = performance.now();
}).observe(document, {childList: true, subtree: true})"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A local server that does not report every file."""

    def log_message(self, format: str, *args: object) -> None:
        pass


def serve(folder: Path) -> tuple[str, Callable[[], None]]:
    """Address of a local server of the folder, and how to stop it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/", server.shutdown


def repaints(page, box, index: int) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Milliseconds of each repaint while one slider runs up and down by the arrow keys."""
    slider = box.locator("input[type=range]").nth(index)
    slider.focus()
    times = []
    for move in range(MOVES):
        page.keyboard.press("ArrowRight" if move % 40 < 20 else "ArrowLeft")
        times.append(float(box.locator("xpath=..").get_attribute("data-ms")))
    return np.array(times)


def measure(site: Path, chromium: str) -> None:
    """Print the table for one built site."""
    from playwright.sync_api import sync_playwright

    address, stop = serve(site)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        for width in (1280, 360):
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.add_init_script(WATCH)
            page.goto(address + PAGE, wait_until="commit")
            page.wait_for_function("window.drawn !== undefined")
            usable = page.evaluate("window.drawn")
            print(f"\n{width} px wide; first explorer drawn {usable:.0f} ms after navigation")
            print(f"{'slider':24}{'median':>8}{'95 %':>8}{'max':>8}")
            page.wait_for_selector("section.rc-explorer >> nth=2", state="attached")
            for box in page.locator("section.rc-explorer").all():
                box.locator(".rc-skip").click()
                for i, slider in enumerate(box.locator("input[type=range]").all()):
                    name = f"{box.get_attribute('id')} {slider.get_attribute('data-name')}"
                    ms = repaints(page, box, i)
                    print(f"{name:24}{np.median(ms):8.1f}{np.percentile(ms, 95):8.1f}{ms.max():8.1f}")
            page.close()
        browser.close()
    stop()


if __name__ == "__main__":
    found = shutil.which("chromium") or shutil.which("google-chrome")
    site = Path(sys.argv[1]) if len(sys.argv) > 1 else SITE
    if found is None or not (site / PAGE).exists():
        sys.exit("wanted a Chromium on the path and the built site (make book)")
    measure(site, found)
