"""What the project promises at its top: versions that agree, links that lead somewhere, no machine named."""

import re
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import yaml

import rosetta_core

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_one_version_everywhere():
    assert rosetta_core.__version__ == PROJECT["version"]
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == PROJECT["version"]
    assert re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.M).group(1) == PROJECT["version"]


def test_the_lock_pins_every_direct_dependency_to_one_version():
    pinned = set(re.findall(r"^([a-z0-9-]+)==\S+", (ROOT / "requirements.lock").read_text(), re.M))
    extras = PROJECT["optional-dependencies"]
    for wanted in chain(PROJECT["dependencies"], *extras.values()):
        name = re.match(r"[A-Za-z0-9_-]+", wanted).group(0).lower().replace("_", "-")
        assert name in pinned or name == PROJECT["name"]


def test_readme_links_lead_somewhere():
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / "README.md").read_text())
    assert targets
    for target in targets:
        assert (ROOT / target).exists(), target


def test_source_files_stay_short():
    for path in tracked():
        relative = path.relative_to(ROOT)
        if path.suffix in {".py", ".js"} and "vendor" not in relative.parts:
            lines = len(path.read_text().splitlines())
            assert lines <= 300, f"{relative} has {lines} lines; split it by what it is about"


def test_nothing_names_a_machine():
    path_of_a_machine = re.compile(r"(?<![\w.~-])/(?:work|tmp|root|home)/\w")
    for path in tracked():
        if path.suffix in {".woff2", ".png", ".ico", ".wasm"} or "vendor" in path.parts:
            continue
        found = path_of_a_machine.search(path.read_text(encoding="utf8"))
        assert found is None, f"{path.relative_to(ROOT)}: {found}"
