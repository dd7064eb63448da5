"""Third-party files in the tree are what their list says: name, version, licence, checksum."""

import hashlib
import json
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[1] / "vendor"


def test_every_vendored_file_has_its_checksum():
    for package in json.loads((VENDOR / "vendor.json").read_text("utf8")):
        folder = VENDOR / package["folder"]
        assert package["licence"] and package["version"] and package["source"]
        assert (folder / package["licence_file"]).is_file()
        found = {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        assert found == package["sha256"]


def test_nothing_else_is_vendored():
    listed = {package["folder"] for package in json.loads((VENDOR / "vendor.json").read_text("utf8"))}
    assert {path.name for path in VENDOR.iterdir() if path.is_dir()} == listed
