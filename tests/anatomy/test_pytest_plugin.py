"""The fixture `anatomyRecording`: a failing test leaves its diagram, all others leave nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from program import python

TESTS = """
import socket

import pytest
import pytest_twisted

from nodecompat import net


async def exchange():
    from twisted.internet.defer import Deferred

    done = Deferred()
    server = net.createServer(lambda socket: socket.end("bye")).listen(0, "127.0.0.1")
    server.on("listening", lambda: net.connect(server.address().port, "127.0.0.1").resume().on("close", visited))
    visited = lambda: server.close(lambda: done.callback(None))
    await done


@pytest_twisted.ensureDeferred
async def testPasses(anatomyRecording):
    await exchange()
    assert any(entry.name == "accept" for entry in anatomyRecording.entries)


@pytest_twisted.ensureDeferred
@pytest.mark.parametrize("value", ["</script>/.."])
async def testFails(anatomyRecording, value):
    await exchange()
    assert not anatomyRecording.entries


def testUnrecorded():
    assert False
"""


def run(folder: Path, *options: str) -> tuple[int, str]:
    (folder / "test_it.py").write_text(TESTS)
    (folder / "pytest.ini").write_text("[pytest]\npython_functions = test*\n")
    plugin = [] if installed() else ["-p", "nodecompat.anatomy.pytest_plugin"]
    plugin += ["-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:asyncio"]
    code, out, err = python("-m", "pytest", *plugin, *options, str(folder), cwd=str(folder))
    assert not err, err
    return code, out


def installed() -> bool:
    """Whether the installed package's entry point loads the plugin by itself."""
    from importlib.metadata import entry_points

    return any(point.value == "nodecompat.anatomy.pytest_plugin" for point in entry_points(group="pytest11"))


def testAFailingTestLeavesItsDiagram(tmp_path: Path) -> None:
    code, out = run(tmp_path)
    assert code == 1 and "1 passed" in out and "2 failed" in out
    files = sorted((tmp_path / "anatomy-reports").iterdir())
    assert [file.suffix for file in files] == [".html", ".svg"]
    assert all(file.name.startswith("test_it.py-testFails-") for file in files)
    assert out.count("Anatomy of the connections") == 1
    assert all(str(file) in out for file in files)
    assert "accept" in files[1].read_text() and "connectionListener" not in files[1].read_text()


def testAnotherFolder(tmp_path: Path) -> None:
    run(tmp_path, "--anatomy-dir", str(tmp_path / "deep" / "reports"))
    assert len(list((tmp_path / "deep" / "reports").iterdir())) == 2
    assert not (tmp_path / "anatomy-reports").exists()


def testAFolderThatCannotBeWritten(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    code, out = run(tmp_path, "--anatomy-dir", "taken")
    assert code == 1 and "could not be written" in out and "2 failed" in out


def testOtherRunsLoadNothing() -> None:
    """Neither the reactor nor what a recording needs, when no test asks for the fixture."""
    code, out, _ = python(
        "-c",
        "import nodecompat.anatomy.pytest_plugin, sys\n"
        "names = 'twisted.internet.reactor', 'nodecompat.http', 'nodecompat.net', 'nodecompat.anatomy.recorder'\n"
        "print([name for name in names if name in sys.modules])",
    )
    assert (code, out) == (0, "[]\n")


@pytest.mark.skipif(not installed(), reason="needs the installed package: pip install -e .")
def testTheEntryPoint(tmp_path: Path) -> None:
    code, out, _ = python("-m", "pytest", "--fixtures", "-p", "no:cacheprovider", str(tmp_path), cwd=str(tmp_path))
    assert "anatomyRecording" in out, code
