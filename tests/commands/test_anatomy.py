"""`nodecompat anatomy`: what it takes, what it writes, and that the program is run as it would be."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from anatomycases import ARTICLE, inOrder, synthetic
from program import HANGS, finish, nodecompat, python, start

from nodecompat.anatomy import Recording
from nodecompat.commands import anatomy as command

CLIENT = ("connect → EINPROGRESS", "SO_ERROR 0", "'connect'", "write(", "'data'", "'end'")
SERVER = ("socket", "bind", "listen", "accept", "connectionListener", "'request'")


@pytest.fixture(autouse=True)
def width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")  # a runner of the tests may have set another


def anatomy(*words: str, **options: Any) -> tuple[int, str, str]:
    return nodecompat("anatomy", *words, **options)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A program that prints its arguments and ends with code 3."""
    path = tmp_path / "app.py"
    path.write_text(
        "import sys\n"
        "from nodecompat import process, setTimeout\n"
        "print('arguments', sys.argv[1:])\n"
        "def leave():\n"
        "    process.exit(3)\n"
        "setTimeout(leave, 1)\n"
    )
    return path


def testTheArticlesProgramByItself(tmp_path: Path) -> None:
    code, out, err = anatomy()
    assert code == 0, err
    assert "hello world" in out and "\x1b[" not in out
    rows = [line for line in out.splitlines() if re.match(r" *\d+\.\d\d ", line)]
    assert any("connect → EINPROGRESS" in row for row in rows) and any("connectionListener" in row for row in rows)


def testEveryFileAtOnce(tmp_path: Path) -> None:
    files = {name: tmp_path / f"out.{name}" for name in ("svg", "html", "json", "mermaid")}
    code, out, err = anatomy(*[word for name, file in files.items() for word in (f"--{name}", str(file))], ARTICLE, "0")
    del out
    assert code in (0, 1), err  # port 0 is not what the client connects to: it fails, and that is recorded
    texts = {name: file.read_text() for name, file in files.items()}
    numbers = [entry.number for entry in Recording.fromJson(json.loads(texts["json"])).entries]
    assert [int(n) for n in re.findall(r'<g data-number="(\d+)"', texts["svg"])] == numbers
    assert len(re.findall(r"^    (?:Note|L\d)", texts["mermaid"], re.MULTILINE)) == len(numbers)
    assert [int(n) for n in re.findall(r'\{"number":(\d+)', texts["html"])] == numbers


@pytest.mark.skipif(
    os.environ.get("NODECOMPAT_HANDLES") == "bridge", reason="Twisted's transports do not tell socket, bind and listen"
)
def testTheChainsOfTheArticle(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    code, _, err = anatomy("--json", str(file))
    assert code == 0, err
    entries = Recording.fromJson(json.loads(file.read_text())).entries
    assert inOrder([e for e in entries if {0, 1} & {e.origin, e.target}], *CLIENT) == list(CLIENT)
    assert inOrder([e for e in entries if {3, 4} & {e.origin, e.target}], *SERVER) == list(SERVER)


def testARecordingIsDrawnLater(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    assert anatomy("--json", str(file))[0] == 0
    code, out, _ = anatomy("--from", str(file))
    assert (code, "connectionListener" in out) == (0, True)
    code, out, _ = anatomy("--from", str(file), "--mermaid", "-")
    assert (code, out.splitlines()[0]) == (0, "sequenceDiagram")
    code, out, _ = anatomy("--from", str(file), "--json", "-")
    assert json.loads(out) == json.loads(file.read_text())


def testOneSide(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    assert anatomy("--json", str(file))[0] == 0
    lanes = {}
    for side in ("client", "server"):
        code, out, _ = anatomy("--from", str(file), "--side", side, "--mermaid", "-")
        assert code == 0
        lanes[side] = re.findall(r"participant L(\d)", out)
    assert lanes == {"client": ["0", "1", "2"], "server": ["2", "3", "4"]}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": "nodecompat-anatomy", "version": 99}', "\xff"])
def testWhatIsNoRecording(tmp_path: Path, content: str) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(content.encode("latin-1"))
    code, out, err = anatomy("--from", str(file))
    assert (code, out) == (1, "")
    assert err.startswith(f"nodecompat: cannot read {file}: ") and "Traceback" not in err


@pytest.mark.parametrize("option", ["--svg", "--html", "--json", "--mermaid"])
def testAFileThatCannotBeWrittenIsToldBefore(app: Path, option: str) -> None:
    code, out, err = anatomy(option, "/nowhere/file", str(app))
    assert (code, out) == (1, "")
    assert "cannot write /nowhere/file" in err


def testMissingFiles() -> None:
    assert anatomy("--from", "/nowhere.json")[0] == 1
    code, _, err = anatomy("/nowhere.py")
    assert code == 1 and "MODULE_NOT_FOUND" in err


@pytest.mark.parametrize(
    "words", [("--limit", "0"), ("--limit", "x"), ("--nonsense",), ("--port", "x"), ("--side", "up")]
)
def testWrongOptions(words: tuple[str, ...]) -> None:
    code, _, err = anatomy(*words)
    assert code == 2 and "usage:" in err


def testTheProgramsCodeAndArgumentsAreItsOwn(app: Path, tmp_path: Path) -> None:
    given = ["--html", "mine.html", "--limit", "--", "-x"]
    code, out, _ = anatomy("--json", str(tmp_path / "a.json"), str(app), *given)
    assert (code, out) == (3, f"arguments {given}\n")
    assert not Path("mine.html").exists()
    recording = Recording.fromJson(json.loads((tmp_path / "a.json").read_text()))
    assert [e.label for e in recording.entries if e.kind == "timer"] == ["timer leave"]


def testALimit(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    assert anatomy("--limit=7", "--json", str(file))[0] == 0
    recording = Recording.fromJson(json.loads(file.read_text()))
    assert (len(recording.entries), recording.limit) == (7, 7) and recording.dropped > 20


@pytest.mark.parametrize(
    "source",
    ["1 / 0", "from nodecompat import setTimeout\nsetTimeout(lambda: 1 / 0, 1)", "def broken(:"],
    ids=["script", "callback", "syntax"],
)
def testAProgramThatFails(tmp_path: Path, source: str) -> None:
    path = tmp_path / "bad.py"
    path.write_text(source)
    code, _, err = anatomy("--json", str(tmp_path / "a.json"), str(path))
    assert code == 1
    assert "ZeroDivisionError" in err or "SyntaxError" in err
    assert (tmp_path / "a.json").exists()


def testAThreadThatHangsLosesNoRecording(tmp_path: Path) -> None:
    """The process ends without waiting for the thread, and still draws first."""
    path = tmp_path / "hang.py"
    path.write_text(
        "import time\n"
        "from nodecompat import process, setTimeout\n"
        "from twisted.internet import reactor\n"
        "reactor.callInThread(time.sleep, 600)\n"
        "setTimeout(lambda: process.exit(3), 1)\n"
    )
    code, _, err = anatomy("--json", str(tmp_path / "a.json"), str(path))
    assert code == 3, err
    assert "timer" in (tmp_path / "a.json").read_text()


SERVE = """
from nodecompat import http, net, setInterval
server = http.createServer(lambda req, res: res.end("hi"))
def onListening():
    port = server.address().port
    def visit():
        http.get({"port": port, "host": "127.0.0.1"}, lambda res: res.resume())
    setInterval(visit, 50)
server.listen(0, "127.0.0.1", onListening)
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of the live page of a program that keeps running."""
    path = tmp_path / "serve.py"
    path.write_text(SERVE)
    child = start("-m", "nodecompat", "anatomy", "--serve", str(path))
    assert child.stderr is not None
    line = child.stderr.readline()
    try:
        yield line.split()[-1]
    finally:
        child.terminate()
        finish(child)


def ask(url: str, path: str, host: str | None = None) -> Any:
    import http.client

    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=HANGS)
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", host or parts.netloc)
    connection.endheaders()
    return connection.getresponse()


def testThePageIsServedLive(served: str) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", served)
    answer = ask(served, "/")
    page = answer.read().decode()
    assert answer.status == 200 and 'const live = "/events"' in page
    events = ask(served, "/events")
    assert (events.status, events.headers["content-type"]) == (200, "text/event-stream")
    entries: list[dict[str, Any]] = []
    deadline = time.monotonic() + HANGS
    while not any(e["name"] == "response" for e in entries) and time.monotonic() < deadline:
        line = events.fp.readline().decode()
        if line.startswith("data: "):
            entries += json.loads(line[6:])["entries"]
    assert [e["number"] for e in entries] == list(range(entries[0]["number"], entries[0]["number"] + len(entries)))
    port = str(urlsplit(served).port)
    shown = [f"{e['name']} {e['detail']}" for e in entries]
    assert not any(port in text or "/events" in text or "page.html" in text for text in shown)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example:80", ""])
def testAForeignHostIsRefused(served: str, host: str) -> None:
    for path in ("/", "/events"):
        answer = ask(served, path, host or " ")
        assert answer.status in (400, 403)
        assert b"recording" not in answer.read()


def testOtherPathsAreNotThere(served: str) -> None:
    assert ask(served, "/etc/passwd").status == 404


def testTheCommandDoesNotLoadWhatItDoesNotNeed() -> None:
    code, out, _ = python("-c", "import nodecompat.anatomy, sys; print('twisted.internet.reactor' in sys.modules)")
    assert (code, out) == (0, "False\n")
    assert sys.executable


# Without a process of its own


@pytest.mark.parametrize(
    ("given", "arranged"),
    [
        ([], []),
        (["app.py", "--svg", "x"], ["--", "app.py", "=--svg", "=x"]),
        (["--svg", "x", "app.py", "a"], ["--svg", "x", "--", "app.py", "=a"]),
        (["--svg=x", "--serve", "app.py"], ["--svg=x", "--serve", "--", "app.py"]),
        (["--", "-odd.py", "--", "b"], ["--", "-odd.py", "=--", "=b"]),
        (["--from", "rec.json", "--text"], ["--from", "rec.json", "--text"]),
    ],
)
def testWhatIsTheProgramsOwn(given: list[str], arranged: list[str]) -> None:
    """Its options are not ours, whatever they are called."""
    assert command.arrange(given) == arranged


def testTwoRunsAreCompared(tmp_path: Path) -> None:
    """With the exit codes of diff: 0 for the same, 1 for what differs."""
    recording = synthetic(8)
    files = [tmp_path / name for name in ("a.json", "b.json", "c.html", "junk")]
    files[0].write_text(json.dumps(recording.toJson()))
    recording.entries.pop()
    files[1].write_text(json.dumps(recording.toJson()))
    files[3].write_text("{}")
    first, second, page, junk = map(str, files)
    assert anatomy("--compare", first, first)[::2] == (0, "")
    code, out, _ = anatomy("--compare", first, second)
    assert code == 1 and out.splitlines()[-1] == "1 differ" and any(line.startswith("- ") for line in out.splitlines())
    code, out, err = anatomy("--html", page, "--compare", first, second)
    assert (code, out, err) == (1, "", f"nodecompat: 1 differ, see {page}\n")
    assert files[2].read_text("utf-8").startswith("<!doctype html>")
    code, out, err = anatomy("--compare", first, junk)
    assert (code, out) == (1, "") and err.startswith(f"nodecompat: cannot read {junk}: this is no recording")
