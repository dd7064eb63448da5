"""Each chapter offers its notebook: executed, without an error, openable."""

import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

CHAPTERS = sorted(path.stem for path in (Path(__file__).resolve().parents[1] / "chapters").glob("[0-9]*.md"))


@pytest.fixture(params=CHAPTERS)
def notebook(request, site) -> nbformat.NotebookNode:
    page = BeautifulSoup((site / "chapters" / f"{request.param}.html").read_text("utf8"), "html.parser")
    link = page.select_one("a[download]")["href"]
    return nbformat.read(site / "chapters" / link, as_version=4)


def test_notebook_is_valid(notebook):
    nbformat.validate(notebook)
    assert notebook.metadata["kernelspec"]["name"] == "python3"


def test_notebook_is_executed(notebook):
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert all(cell.execution_count for cell in cells if cell.source.strip())
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert [output for output in outputs if "image/png" in output.get("data", {})]


def test_notebook_downloads_from_the_button(page, address):
    for chapter in CHAPTERS:
        page.goto(f"{address}/chapters/{chapter}.html")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the executed notebook").click()
        assert download.value.suggested_filename == f"{chapter}.ipynb"


def test_notebook_reads_without_myst(notebook):
    """No role, directive, label or link into the site is left in the text; captions and numbers are there."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert not re.findall(r"\{[a-z:-]+\}`|^[`:]{3,}\{|^\([\w-]+\)=$|\]\((?!https?:)", text, re.M)
    assert re.findall(r"\\tag\{\d+\.\d+\}", text) and re.findall(r"^Figure \d+\.1\. \*\*", text, re.M)
    assert not re.search(r"\\tag\{[^}]*\?|Figure \?", text)
    assert text.count("<details>") == text.count("</details>") > 0
