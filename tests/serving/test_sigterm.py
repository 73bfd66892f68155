"""SIGTERM loses no request: whoever was connected gets a whole answer, whatever the connection was doing.

A run starts twistd, lets clients of every kind at it, ends it in the midst, and counts. NODECOMPAT_SIGTERM_RUNS says
how many runs; the default is small.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from daemon import Running, readAnswer, request, serving
from program import finish

RUNS = int(os.environ.get("NODECOMPAT_SIGTERM_RUNS", "2"))
#: Clients of each kind that never rest.
BUSY = 2

APP = """\
from nodecompat import setTimeout

def onRequest(req, res):
    if req.method == "POST":
        parts = []
        req.on("data", parts.append)
        req.on("end", lambda: res.end(b"".join(parts)))
    elif req.url == "/slow":
        setTimeout(lambda: res.end("slow"), 100)
    else:
        res.end("ok")
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120 + 30 * RUNS),
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM on Windows"),
]


class Clients:
    """Clients in threads of their own; each is on its way before the signal."""

    def __init__(self, it: Running) -> None:
        self.it = it
        self.signalled = threading.Event()
        self.answered = 0
        self.problems: list[str] = []
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._onTheWay: list[threading.Event] = []

    def start(self, kind: Callable[[Clients, threading.Event], int]) -> None:
        ready = threading.Event()

        def run() -> None:
            try:
                count = kind(self, ready)
                with self._lock:
                    self.answered += count
            except BaseException as error:
                self.problems.append(f"{kind.__name__}: {error!r}")
            finally:
                ready.set()

        self._onTheWay.append(ready)
        self._threads.append(threading.Thread(target=run, daemon=True))
        self._threads[-1].start()

    def untilOnTheWay(self) -> None:
        for ready in self._onTheWay:
            assert ready.wait(30)

    def join(self) -> None:
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()


def slow(clients: Clients, ready: threading.Event) -> int:
    """A request that is under way when the signal comes."""
    with clients.it.connect() as client:
        client.sendall(request("/slow"))
        ready.set()
        status, headers, body = readAnswer(client)
        assert (status, headers["connection"], body) in ((200, "close", "slow"), (200, "keep-alive", "slow"))
        return 1


def pipelined(clients: Clients, ready: threading.Event) -> int:
    """Three requests at once."""
    with clients.it.connect() as client:
        client.sendall(request("/slow") + request() + request("/slow"))
        ready.set()
        with client.makefile("rb") as reader:
            data = reader.read()
        assert data.count(b"HTTP/1.1 200 OK") == 3 and data.endswith(b"slow")
        return 3


def upload(clients: Clients, ready: threading.Event) -> int:
    """A request whose body is not complete when the signal comes."""
    with clients.it.connect() as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab")
        ready.set()
        assert clients.signalled.wait(30)
        client.sendall(b"cd")
        assert readAnswer(client)[2] == "abcd"
        return 1


def keptAlive(clients: Clients, ready: threading.Event) -> int:
    """One request after the other on one connection, until an answer says that it is the last."""
    count = 0
    with clients.it.connect() as client:
        while True:
            client.sendall(request())
            status, headers, body = readAnswer(client)
            assert (status, body) == (200, "ok"), "the connection ended without an answer"
            count += 1
            ready.set()
            if headers["connection"] == "close":
                return count


def fresh(clients: Clients, ready: threading.Event) -> int:
    """A connection for each request, until connections are refused."""
    count = 0
    while True:
        try:
            client = clients.it.connect()
        except OSError:
            return count
        with client:
            client.sendall(request())
            status, _, body = readAnswer(client)
            assert (status, body) == (200, "ok"), "connected, but not answered"
        count += 1
        ready.set()


def oneRun(folder: Path, *arguments: str) -> tuple[int, list[str]]:
    """Answered requests and what went wrong."""
    with serving(folder, "--http", "myapp:onRequest", *arguments, app=APP) as it:
        clients = Clients(it)
        for kind in (slow, pipelined, upload):
            clients.start(kind)
        for kind in (keptAlive, fresh):
            for _ in range(BUSY):
                clients.start(kind)
        clients.untilOnTheWay()
        it.child.terminate()
        clients.signalled.set()
        code, _, err = finish(it.child)
        clients.join()
        if code or err:
            clients.problems.append(f"exit code {code}: {err}")
        return clients.answered, clients.problems


@pytest.mark.parametrize("handles", ["poller", "bridge"])
@pytest.mark.parametrize("kind", ["tcp", "unix"])
def testNothingIsLost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, handles: str) -> None:
    if handles == "bridge":
        monkeypatch.setenv("NODECOMPAT_HANDLES", "bridge")
    place = "tcp:0:interface=127.0.0.1" if kind == "tcp" else f"unix:{tmp_path}/socket"
    answered, problems = 0, []
    for _ in range(RUNS):
        count, wrong = oneRun(tmp_path, "--listen", place)
        answered += count
        problems += wrong
    print(f"{handles}, {kind}: {RUNS} runs, {answered} requests answered, {len(problems)} lost")
    assert not problems
