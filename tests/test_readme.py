"""README and the package's metadata: every link leads somewhere, in the repository and on a package index."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import suite

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs/howto").glob("*.md")),
]


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


#: From README to the place: each is a link on the page before.
CLICKS = {
    "read a request's body": ["docs/howto/index.md", "docs/howto/files.md#read-a-requests-body"],
    "set a timeout": ["docs/howto/index.md", "docs/howto/limits.md#set-a-timeout"],
    "serve TLS": ["docs/howto/index.md", "docs/howto/tls.md#serve-tls"],
    "run under asyncio": ["docs/howto/index.md", "docs/howto/asyncio.md#run-under-asyncio"],
    "test a retry": ["docs/howto/index.md", "docs/howto/pytest.md#test-a-retry"],
    "deploy with systemd": ["docs/howto/index.md", "docs/production.md#systemd"],
}


def linksOf(page: str) -> set[str]:
    """Where a page leads, seen from the root: `path` or `path#anchor`."""
    targets = re.findall(r"\]\((?!\w+:|#)([^)\s]+)\)", (ROOT / page).read_text("utf-8"))
    return {os.path.normpath(f"{os.path.dirname(page)}/./{target}").lstrip("/") for target in targets}


def anchorsOf(page: str) -> set[str]:
    """The anchors of a page's headings, as code hosts and MyST make them."""
    text = re.sub(r"^```.*?^```$", "", (ROOT / page).read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("clicks", CLICKS.values(), ids=CLICKS)
def testANewcomerFindsItInThreeClicks(clicks: list[str]) -> None:
    assert len(clicks) <= 3
    page = "README.md"
    for click in clicks:
        assert click in linksOf(page), f"{page} has no link to {click}"
        page, _, anchor = click.partition("#")
        assert not anchor or anchor in anchorsOf(page), click


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def testEveryAnchorIsThere(document: Path) -> None:
    page = document.relative_to(ROOT).as_posix()
    links = [link.partition("#") for link in linksOf(page) if "#" in link and ".md#" in link]
    links += [(page, "#", anchor) for anchor in re.findall(r"\]\(#([^)\s]+)\)", document.read_text("utf-8"))]
    assert [f"{path}#{anchor}" for path, _, anchor in links if anchor not in anchorsOf(path)] == []


def testThePackagedReadmeHasAbsoluteLinks() -> None:
    text = hook().absolute((ROOT / "README.md").read_text("utf-8"), "https://host/us")
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert "https://host/us/blob/main/docs/departures.md" in links
    assert all(link.startswith("https://") for link in links)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[a](docs/a.md#part)", "[a](https://h/blob/main/docs/a.md#part)"),
        ("![a](docs/a.svg)", "![a](https://h/raw/main/docs/a.svg)"),
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


def testTheFiguresOfSpeedAreThoseOfTheBenchmarks() -> None:
    section = re.search(r"## How fast it is\n(.*?)\n## ", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert section is not None
    figures = re.findall(r"\b\d+\.\d\b", section[1])
    performance = (ROOT / "docs" / "performance.md").read_text("utf-8")
    assert len(figures) > 10 and [each for each in figures if f" {each} " not in performance] == []


def testTheTimeOfTheTestsIsWhatTheySay() -> None:
    assert f"takes {suite.DURATION}" in " ".join((ROOT / "README.md").read_text("utf-8").split())


def testThePictureMovesOnlyForThoseWhoWantIt() -> None:
    """And is a recording: each of its steps stands in the diagrams that are compared with a live run, in this order."""
    moving, *sides = (
        (ROOT / "docs" / name).read_text("utf-8")
        for name in ("connection.svg", "article-client.svg", "article-server.svg")
    )
    assert "@media(prefers-reduced-motion:no-preference){g[data-number]{animation" in moving
    assert moving.count("animation:") == 1
    steps = re.findall(r"<g [^>]*><title>(.*?)</title>", moving)
    known = [re.findall(r"<g [^>]*><title>(.*?)</title>", side) for side in sides]
    for step in steps:
        assert any(step in side for side in known), step
    assert len(steps) > 20
