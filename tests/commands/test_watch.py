"""`nodecompat run --watch`: each scenario also with Node's own."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from oracle import findNode, needsNode
from program import finish, nodecompat, start

from nodecompat.commands import watch
from nodecompat.reactor import choose

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs pipes that are inherited")

#: The same program twice: what it uses is in a module of its own, and it ends with 7 when it is told to.
OURS = {
    "app.py": """
import sys, other
from nodecompat import process, setTimeout
process.on("SIGTERM", lambda: (print("told", flush=True), process.exit(7)))
setTimeout(print, 600_000, "never")
print("run", other.number, *sys.argv[1:], flush=True)
""",
    "other.py": "number = {}\n",
    "crash": "print('crashes', flush=True)\nraise SystemExit(3)\n",
    "done": "print('done', flush=True)\n",
}
NODES = {
    "app.cjs": """
const { number } = require("./other.cjs");
process.on("SIGTERM", () => { console.log("told"); process.exit(7); });
setTimeout(console.log, 600000, "never");
console.log("run", number, ...process.argv.slice(2));
""",
    "other.cjs": "exports.number = {};\n",
    "crash": "console.log('crashes'); process.exit(3);\n",
    "done": "console.log('done');\n",
}


#: Node's watcher hears of a module by a message of its child's, which can come after what the program prints: a change
#: made in between is missed. So it is made once more when nothing has come for this long, in seconds.
SILENCE = 10
END = "(the end of its output)"


class Watched:
    """A program that is watched, in a folder of its own."""

    def __init__(
        self, folder: Path, files: dict[str, str], command: list[str], *options: str, missesChanges: bool = False
    ) -> None:
        self.folder = folder
        self._silence = SILENCE if missesChanges else None
        self._rewrite: Callable[[], object] = lambda: None
        self._files = files
        self.app, self.other = list(files)[:2]
        self.write(self.app, files[self.app])
        self.write(self.other, files[self.other].format(1))
        self._child: subprocess.Popen[str] = subprocess.Popen(
            [*command, "--watch", *options, self.app, "a"],
            cwd=folder,
            stdout=subprocess.PIPE,
            text=True,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._printed: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            self._printed.put(line.rstrip("\n").replace(str(self.folder), "."))
        self._printed.put(END)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        self._rewrite = lambda: (self.folder / name).write_text(text)

    def until(self, line: str) -> list[str]:
        """What is printed until this line."""
        lines: list[str] = []
        while line not in lines:
            try:
                lines.append(self._printed.get(timeout=self._silence))
            except queue.Empty:
                self._rewrite()
            assert END not in lines, lines
        return lines

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._reader.join()
        self._child.communicate()

    def end(self) -> int:
        self._child.terminate()
        return self._child.wait(60)


@pytest.fixture(params=["ours", pytest.param("node", marks=needsNode)])
def watched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watched]:
    folder = tmp_path.resolve()
    if request.param == "ours":
        made = Watched(folder, OURS, [sys.executable, "-m", "nodecompat", "run"])
    else:
        made = Watched(folder, NODES, [findNode() or ""], missesChanges=True)
    yield made
    made.close()


def testItRunsAgainWhenAFileChanges(watched: Watched) -> None:
    """The script, or a module that it imports; it goes on waiting after a failure and after the end."""
    app, other, files = watched.app, watched.other, watched._files
    assert watched.until("run 1 a") == ["run 1 a"]
    # Of another length: Python takes its compiled file for current if the source has the same second and the same size.
    watched.write(other, files[other].format(22))
    restarted = [f"Restarting '{app} a'", "told", "run 22 a"]
    assert watched.until("run 22 a") == [f"Change detected in './{other}'", *restarted]
    watched.write(app, files["crash"])
    waits = "Waiting for file changes before restarting..."
    failed = f"Failed running '{app} a'. {waits}"
    assert watched.until(failed) == [
        f"Change detected in './{app}'",
        f"Restarting '{app} a'",
        "told",
        "crashes",
        failed,
    ]
    watched.write(app, files["done"])
    completed = f"Completed running '{app} a'. {waits}"
    assert watched.until(completed) == [f"Change detected in './{app}'", f"Restarting '{app} a'", "done", completed]
    assert watched.end() == 0


def testASignalEndsTheProgramFirst(watched: Watched) -> None:
    watched.until("run 1 a")
    assert watched.end() == 7
    assert watched.until("told") == ["told"]
    assert watched._printed.get() == END


def testAPathInPlaceOfTheModules(tmp_path: Path) -> None:
    """A folder, with what is below it."""
    inside = tmp_path / "data" / "deep"
    inside.mkdir(parents=True)
    watched = Watched(
        tmp_path,
        OURS,
        [sys.executable, "-m", "nodecompat", "run"],
        "--watch-path",
        "data",
        "--watch-kill-signal",
        "SIGKILL",
    )
    watched.until("run 1 a")
    (tmp_path / "fresh").write_text("x")
    (tmp_path / "fresh").replace(inside / "x.txt")  # as an editor does
    expected = ["Change detected in './data/deep/x.txt'", "Restarting 'app.py a'", "run 1 a"]
    assert watched.until("run 1 a") == expected
    assert watched.end() == 7
    watched.close()


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["--watch"], "--watch needs a script"),
        (["--watch", "-e", "1"], "either --watch or --eval can be used, not both"),
        (["--watch-path", "/nope", "app.py"], "--watch-path /nope: there is no such file or folder"),
        (["--watch", "--watch-kill-signal", "TERM", "app.py"], "a signal's name such as SIGTERM, not 'TERM'"),
    ],
)
def testMistakes(command: list[str], message: str) -> None:
    code, out, err = nodecompat("run", *command)
    assert (code, out) == (2, "")
    assert err.endswith(message + "\n")


def testAProgramTellsOfItsOwnModules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not of Python's, of installed packages, or of ours."""
    (tmp_path / "watchedmodule.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    reading, writing = os.pipe()
    monkeypatch.setattr(sys, "meta_path", sys.meta_path[:])
    monkeypatch.setenv("NODECOMPAT_WATCH", str(writing))
    watch.tell()
    assert "NODECOMPAT_WATCH" not in os.environ
    for name in ("watchedmodule", "wave", "pytest", "nodecompat.http", "no_such_module"):
        importlib.util.find_spec(name)
    os.close(writing)
    with os.fdopen(reading) as told:
        assert set(told) == {f"{(tmp_path / 'watchedmodule.py').resolve()}\n"}


def testAnInterruptedWaitEndsAtOnce(tmp_path: Path) -> None:
    """Ctrl-C between two runs."""
    path = tmp_path / "app.py"
    path.write_text("")
    child: Any = start("-m", "nodecompat", "run", "--watch", str(path))
    assert child.stdout.readline().startswith("Completed running")
    child.send_signal(signal.SIGINT)
    assert finish(child) == (0, "", "")


@pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll")
def testWorkersAreStartedAgain(tmp_path: Path) -> None:
    """All of them, for a change of what one of them uses."""
    source = """
import other
from nodecompat import net
net.createServer().listen(0, "127.0.0.1", lambda: print("run", other.number, flush=True))
"""
    files = {"app.py": source, "other.py": "number = {}\n"}
    made = Watched(
        tmp_path.resolve(), files, [sys.executable, "-m", "nodecompat", "run"], "--workers", "1", "--grace", "0"
    )
    try:
        assert made.until("run 1") == ["run 1"]
        made.write("other.py", "number = 22\n")
        assert made.until("run 22") == ["Change detected in './other.py'", "Restarting 'app.py a'", "run 22"]
        assert made.end() == 0
    finally:
        made.close()
