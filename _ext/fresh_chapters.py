"""A chapter is executed again when its text or the package changed, and only then.

Sphinx reads a document again when its file changed. The numbers on a page also come from `rosetta_core`, from
the bibliography, the tests that hold the claims, and these extensions, so a change there makes every document stale.
Some pages gather what the others hold, and are stale with any of them.
"""

from __future__ import annotations

import hashlib
import pathlib

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

ROOT = pathlib.Path(__file__).resolve().parents[1]
INGREDIENTS = {
    "rosetta_core": (".py", ".js", ".css", ".yml", ".wasm"),
    "_ext": (".py",),
    "tests": (".py",),
}
FILES = ("references.bib", "CITATION.cff", "benchmarks/results.json", "benchmarks/continuation/comparison.json")

GATHERED = {"chapters/how-to-use", "chapters/outcomes", "chapters/subject-index", "chapters/rosetta-table"}


def digest_of_ingredients(root: pathlib.Path) -> str:
    """One digest over the names and bytes of every file that can change what a page shows."""
    files = [
        path
        for folder, endings in INGREDIENTS.items()
        for path in (root / folder).rglob("*")
        if path.suffix in endings and path.is_file() and "__pycache__" not in path.parts
    ]
    files += [root / name for name in FILES if (root / name).exists()]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def stale_documents(app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set) -> list[str]:
    now = digest_of_ingredients(ROOT)
    before, env.rosetta_ingredients = getattr(env, "rosetta_ingredients", None), now  # type: ignore[attr-defined]
    if before != now:
        return sorted(env.found_docs - removed)
    return sorted(GATHERED & env.found_docs) if added | changed | removed else []


def forget_failed_build(app: Sphinx, error: Exception | None) -> None:
    """A warning of a document is said once, when it is read: without this a second build would pass in silence."""
    if error or app._warncount:
        (pathlib.Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)


def setup(app: Sphinx) -> dict:
    app.connect("env-get-outdated", stale_documents)
    app.connect("build-finished", forget_failed_build, priority=999)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
