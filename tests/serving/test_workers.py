"""A supervisor and its workers, as real processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from program import REACTOR, finish, start

from nodecompat.reactor import choose
from nodecompat.serving import workers

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll"),
]

APP = """\
import os
from nodecompat import http, process
if process.argv[2:] == ["broken"] or os.path.exists("broken"):
    raise SystemExit(3)
def onRequest(req, res):
    if req.url == "/hang":
        import signal
        signal.pause()
    res.end(str(os.getpid()))
server = http.createServer(onRequest)
server.listen(0, "127.0.0.1", lambda: print(server.address().port, os.getpid(), flush=True))
"""


def supervise(folder: Path, *options: str, args: tuple[str, ...] = (), **more: object) -> subprocess.Popen[str]:
    (folder / "app.py").write_text(APP)
    reactor = ["--reactor", REACTOR] if REACTOR else []
    return start("-m", "nodecompat", "run", *reactor, *options, "app.py", *args, cwd=folder, **more)


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """What systemd has at the other end."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield receiver


def nextWorker(child: subprocess.Popen[str]) -> tuple[int, int]:
    """The port and the process id that a new worker tells."""
    assert child.stdout is not None
    port, pid = child.stdout.readline().split()
    return int(port), int(pid)


def ask(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as response:
        return int(response.read())


def testAWorkerIsReplacedWhenItIsKilledAndByAReloadAndLeavesAtTheEnd(tmp_path: Path, manager: socket.socket) -> None:
    child = supervise(tmp_path, "--workers", "1")
    _, first = nextWorker(child)
    assert manager.recv(1000) == b"READY=1"
    os.kill(first, signal.SIGKILL)
    again, second = nextWorker(child)
    assert first != second
    child.send_signal(signal.SIGHUP)
    reloading, usec = manager.recv(1000).split(b"\n")
    assert reloading == b"RELOADING=1" and usec.startswith(b"MONOTONIC_USEC=")
    after, third = nextWorker(child)
    assert manager.recv(1000) == b"READY=1"
    assert after == again and ask(after) == third
    with pytest.raises(ProcessLookupError):  # the old one has left
        for _ in range(6000):
            os.kill(second, 0)
            ask(after)
    with socket.create_connection(("127.0.0.1", after)) as busy:  # without a request: it ends with the grace time
        child.terminate()
        assert manager.recv(1000) == b"STOPPING=1"
        busy.settimeout(60)
        assert busy.recv(1) == b""
    code, _, err = finish(child)
    assert code == 0
    assert f"(pid {first}) ended with SIGKILL" in err and str(third) not in err


def testAReloadThatFailsLeavesTheOldOnesAndWithoutAnyTheWatchdogStops(
    tmp_path: Path, manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    child = supervise(tmp_path, "--workers", "1", "--health", "0.5")
    port, first = nextWorker(child)
    (tmp_path / "broken").touch()
    child.send_signal(signal.SIGHUP)
    assert child.stderr is not None
    told = next(line for line in child.stderr if "the reload is" in line)
    assert told == "nodecompat: the reload is given up: the old workers stay\n"
    assert ask(port) == first
    manager.settimeout(0.5)  # it is told every 10 ms
    os.kill(first, signal.SIGKILL)
    with pytest.raises(TimeoutError):
        for _ in range(1000):
            manager.recv(1000)
    (tmp_path / "broken").unlink()
    nextWorker(child)
    manager.settimeout(60)
    assert manager.recv(1000) == b"WATCHDOG=1"
    child.terminate()
    assert finish(child)[0] == 0


def testAWorkerThatDoesNotAnswerIsReplacedAndASecondSignalEndsAtOnce(tmp_path: Path) -> None:
    child = supervise(tmp_path, "--workers", "1", "--health", "0.5", "--grace", "1000")
    port, first = nextWorker(child)
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"GET /hang HTTP/1.1\r\nHost: a\r\n\r\n")
        _, second = nextWorker(child)
    assert first != second
    os.kill(second, signal.SIGSTOP)  # it cannot leave
    child.terminate()
    child.send_signal(signal.SIGINT)
    code, _, err = finish(child)
    assert code == 0
    assert f"(pid {first}) has not answered for 0.5 s: it is killed" in err


def testItGivesUpWhenNoWorkerComesUp(tmp_path: Path) -> None:
    code, out, err = finish(supervise(tmp_path, "--workers", "1", args=("broken",)))
    assert (code, out) == (1, "")
    assert "never run" not in err
    assert err.endswith("nodecompat: given up: 3 workers ended before any listened, the last with exit code 3\n")


@pytest.mark.parametrize(
    "failures, count, seconds", [(0, 2, 0.0), (1, 2, 0.1), (2, 2, 0.1), (3, 2, 0.2), (5, 2, 0.4), (999999, 2, 30.0)]
)
def testTheDelayDoubles(failures: int, count: int, seconds: float) -> None:
    assert workers.delayAfter(failures, count) == seconds


def testTheNumberOfWorkers() -> None:
    assert workers.countOf("3") == 3
    assert workers.countOf("0") == workers.countOf("auto") == workers.processors() >= 1
    for text in ("-1", "x"):
        with pytest.raises(ValueError):
            workers.countOf(text)
