"""README and the package's metadata: every link leads somewhere, in the repository and on a package index."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


def hook() -> Any:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def testEveryRelativeLinkLeadsToAFile(document: Path) -> None:
    for target in re.findall(r"\]\((?!\w+:|#)([^)\s#]+)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), target


def testThePackagedReadmeHasAbsoluteLinks() -> None:
    text = hook().absolute((ROOT / "README.md").read_text("utf-8"), "https://host/us")
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert "https://host/us/blob/main/docs/departures.md" in links
    assert all(link.startswith("https://") for link in links)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[a](docs/a.md#part)", "[a](https://h/blob/main/docs/a.md#part)"),
        ("[a](https://b/c)", "[a](https://b/c)"),
        ("[a](#here)", "[a](#here)"),
        ("[a](mailto:b@c)", "[a](mailto:b@c)"),
    ],
)
def testWhichLinksAreRelative(link: str, expected: str) -> None:
    assert hook().absolute(link, "https://h") == expected


@pytest.mark.skipif(sys.version_info < (3, 11), reason="tomllib is in Python 3.11")
def testTheUrlsOfTheProjectAreInOnePlace() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert set(project["urls"]) == {"Homepage", "Documentation", "Source", "Changelog", "Issues"}
    assert all(url.startswith(project["urls"]["Source"]) for url in project["urls"].values())
