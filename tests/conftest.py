"""Fixtures shared by all tests: the built site, and a real browser that may speak to nobody but the site."""

import os

# Tests run side by side, one for each core: threads of linear algebra would only fight for them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))),
    None,
) or os.environ.get("CHROMIUM")
NO_BROWSER = "browser tests skipped: no Chromium found; install one (Debian: apt-get install chromium) or set CHROMIUM"
# A browser that looks for its maker's hosts at every start would drown real foreign requests.
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip

# Numerical properties do not get slower by bad luck, but the first example compiles.
settings.register_profile("book", deadline=None, derandomize=True, max_examples=40)
settings.load_profile("book")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CHROMIUM is None:
        terminalreporter.write_line(NO_BROWSER)


@pytest.fixture(scope="session")
def site() -> Path:
    """Folder of the built site."""
    if not (SITE / "index.html").exists():
        pytest.fail("the site is not built: run `make book` before the tests of the site")
    return SITE


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One headless Chromium for the session."""
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


class _QuietServer(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Address of the built site on a local server."""
    handler = functools.partial(_QuietServer, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def is_local(url: str) -> bool:
    return url.startswith(("file:", "data:", "blob:", "about:", "http://127.0.0.1", "http://localhost"))


@pytest.fixture
def page(browser) -> Iterator[object]:  # type: ignore[no-untyped-def]
    """A fresh page; requests to other hosts are refused and kept in `page.foreign`, errors in `page.errors`."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    new = context.new_page()
    new.foreign, new.errors = [], []

    def route(call) -> None:  # type: ignore[no-untyped-def]
        if is_local(call.request.url):
            call.continue_()
        else:
            new.foreign.append(call.request.url)
            call.abort()

    context.route("**/*", route)
    new.on("pageerror", lambda error: new.errors.append(str(error)))
    new.on("console", lambda message: new.errors.append(message.text) if message.type == "error" else None)
    yield new
    context.close()


@pytest.fixture
def opened(page, address, request):  # type: ignore[no-untyped-def]
    """The module's explorations, `NAMES`, mounted; at the end nothing may have failed or gone to another host."""
    page.goto(address)
    for name in request.module.NAMES:
        page.wait_for_selector(f"section#{name}", state="attached")
    yield page
    assert page.errors == [] and page.foreign == []
