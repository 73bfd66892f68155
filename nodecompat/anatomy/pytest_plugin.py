"""The pytest fixture `anatomyRecording`: records a test, and keeps its diagram if it fails.

    def testEcho(anatomyRecording):
        ...

Nothing is loaded until a test uses the fixture: pytest loads this file in every run of every project.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .model import Recording

#: The default of `--anatomy-dir`, for the diagrams of failing tests.
FOLDER = "anatomy-reports"
#: Longest file name, characters.
_LONGEST = 120

#: Where an item keeps its recording.
KEY: pytest.StashKey[Any] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option `--anatomy-dir`."""
    parser.getgroup("nodecompat").addoption(
        "--anatomy-dir",
        default=FOLDER,
        metavar="DIR",
        help=f"where the fixture anatomyRecording keeps the diagrams of failing tests ({FOLDER})",
    )


@pytest.fixture
def anatomyRecording(request: pytest.FixtureRequest) -> Iterator[Recording]:
    """The recording of this test, which fills while the test runs; drawn as SVG and HTML if the test fails."""
    from . import recording

    made = recording.newRecording(request.node.nodeid)
    request.node.stash[KEY] = made
    recording.start(made)
    try:
        yield made
    finally:
        recording.stop()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[None]:
    """Draw a failed test's recording, and report where the diagram is."""
    outcome: Any = yield
    made = item.stash.get(KEY, None)
    if made is None:
        return
    report = outcome.get_result()
    if report.failed and call.when in ("setup", "call"):
        report.sections.append(("Anatomy of the connections", _keep(item, made)))


def _keep(item: pytest.Item, made: Recording) -> str:
    """Write the diagram; returns the text of the report's section."""
    folder = Path(item.config.getoption("--anatomy-dir"))
    if not folder.is_absolute():
        folder = item.config.rootpath / folder
    base = folder / re.sub(r"[^\w.-]+", "-", item.nodeid).strip("-")[-_LONGEST:]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = [base.with_name(base.name + ending) for ending in (".svg", ".html")]
        for path, text in zip(paths, (made.svg(), made.html()), strict=True):
            path.write_text(text, "utf-8")
    except Exception as error:  # the report is about the test's own failure
        return f"could not be written: {type(error).__name__}: {error}"
    return "\n".join([f"{len(made.entries)} steps and events", *map(str, paths)])
