"""JupyterLab with a live kernel: the explorer's traits move both ways, and the linked sliders move the explorer."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError as NotInTime

CELLS = (
    "from rosetta_core import views\nexplorer = views.explore('ch03-birth')\nexplorer",
    "explorer.controls()",
    "print('alpha is', round(explorer.alpha, 9), 'and x0 is', explorer.x0)",
    "explorer.alpha = -0.3",
    "def parabola(height=1.0):\n"
    "    figure, ax = views.figures.axes()\n"
    "    ax.plot([-1, 0, 1], [height, 0, height])\n"
    "    return views.figures.show(figure, alt=f'Three points of a parabola of height {height}, for a live cell.')\n"
    "views.live(parabola, height=(0.0, 2.0, 0.5))",
)


def notebook() -> dict:
    cells = [
        {"cell_type": "code", "id": f"cell-{i}", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
        for i, text in enumerate(CELLS)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a JupyterLab server of our own, with the notebook in it."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "chapter.ipynb").write_text(json.dumps(notebook()), "utf-8")
    port, token = free_port(), secrets.token_hex(16)
    private = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    private["JUPYTERLAB_SETTINGS_DIR"] = str(folder / "settings")
    # Every cell stays in the page, also below a tall output, so that the third cell is the third cell.
    tracker = folder / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    tracker.parent.mkdir(parents=True)
    tracker.write_text('{"windowingMode": "none"}', "utf-8")
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
               f"--port={port}", f"--IdentityProvider.token={token}", "--LabApp.news_url=",
               "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
               "--LabApp.extension_manager=readonly"]  # fmt: skip
    log = (folder / "log").open("wb")
    server = subprocess.Popen(command, cwd=folder, env=os.environ | private, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/api?token={token}", server, folder / "log")
        yield f"http://127.0.0.1:{port}/lab/tree/chapter.ipynb?token={token}"
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def wait_for(url: str, server: subprocess.Popen, log: Path) -> None:
    """Until the server answers; an error with its own words if it never does."""
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text('utf-8')[-2000:]}")


def open_notebook(page, lab: str) -> None:  # type: ignore[no-untyped-def]
    """Open it and wait for a kernel at rest: a key pressed before that may be lost."""
    page.set_viewport_size({"width": 1400, "height": 1600})
    page.goto(lab)
    page.wait_for_selector(".jp-CodeCell >> nth=4", timeout=120_000)
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', timeout=120_000)


def run(page, cell: int) -> None:  # type: ignore[no-untyped-def]
    """Run one cell and wait until the kernel is done with it.

    What another cell still draws may move the page between the click and the key, so the key is pressed again if the
    cell does not start.
    """
    code = page.locator(".jp-CodeCell").nth(cell)
    prompt = "document.querySelectorAll('.jp-CodeCell')[i].querySelector('.jp-InputPrompt').textContent.trim()"
    before = page.evaluate(f"i => {prompt}", cell)
    for _ in range(6):
        code.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        try:
            page.wait_for_function(f"([i, before]) => {prompt} !== before", arg=[cell, before], timeout=10_000)
            break
        except NotInTime:
            continue
    page.wait_for_function(f"i => /^\\[\\d+\\]:$/.test({prompt})", arg=cell, timeout=120_000)


def printed(page, cell: int) -> str:  # type: ignore[no-untyped-def]
    return page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-output").last.inner_text()


def test_the_chapter_lives_in_a_notebook(page, lab: str) -> None:
    open_notebook(page, lab)
    run(page, 0)
    box = page.locator("section.rc-explorer")
    box.wait_for(timeout=60_000)
    run(page, 1)
    assert page.locator(".rc-static").count() == 0, "the widget stands in the notebook, not its picture"
    assert box.get_by_role("button", name="Copy link").count() == 0, "a notebook has no address to share"
    box.locator(".rc-skip").click()
    alpha = box.locator('input[data-name="alpha"]')

    # the page moves the kernel
    alpha.fill("0.36")
    box.locator(".rc-phase").focus()
    page.keyboard.press("ArrowUp")
    words = box.locator(".rc-says").inner_text()
    assert "radius 0.60" in words
    run(page, 2)
    assert "alpha is 0.36 and x0 is [1.0, 0.07]" in printed(page, 2)

    # the kernel moves the page
    run(page, 3)
    page.wait_for_function("document.querySelector('.rc-explorer [data-name=alpha]').value === '-0.3'")
    assert "dies out" in box.locator(".rc-says").inner_text()

    # the linked ipywidgets slider shows it, and moves it
    panel = page.locator(".jp-CodeCell").nth(1)
    handle = panel.locator('[role="slider"]').first
    assert float(handle.get_attribute("aria-valuenow")) == pytest.approx(-0.3)
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.rc-explorer [data-name=alpha]').value === '-0.29'")


def test_a_live_cell_moves_in_a_notebook(page, lab: str) -> None:
    open_notebook(page, lab)
    for cell in (0, 4):
        run(page, cell)
    output = page.locator(".jp-CodeCell").nth(4)
    picture = output.locator("svg[role=img]")
    picture.wait_for(timeout=60_000)
    assert "height 1.0" in picture.get_attribute("aria-label")
    output.locator('[role="slider"]').focus()
    page.keyboard.press("ArrowRight")
    output.locator('svg[aria-label*="height 1.5"]').wait_for(timeout=30_000)
