"""How to cite the book: one sentence and its BibTeX, from CITATION.cff, the one place that says who, what and when."""

from pathlib import Path

from rosetta_core.book.reading import read_yaml
from rosetta_core.views.symbols import Table

CITATION = Path(__file__).resolve().parents[2] / "CITATION.cff"
KEY = "rosetta_ladder"


def citation(path: Path = CITATION) -> Table:
    """The citation in words, and below it as BibTeX in a code block; BookError if the file is not there."""
    said = read_yaml(path)
    names = [one.get("name") or f"{one['family-names']}, {one['given-names']}" for one in said["authors"]]
    year, version = str(said["date-released"])[:4], str(said["version"])
    plain = f"{'; '.join(names)} ({year}). *{said['title']}*, version {version}."
    fields = {
        "author": " and ".join(f"{{{name}}}" for name in names),
        "title": said["title"],
        "year": year,
        "note": f"version {version}",
    }
    rows = "\n".join(f"  {name} = {{{value}}}," for name, value in fields.items())
    return Table(plain, f"```bibtex\n@misc{{{KEY},\n{rows}\n}}\n```")
