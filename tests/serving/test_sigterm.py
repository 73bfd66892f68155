"""SIGTERM loses no request: whoever was connected gets a whole answer, whatever the connection was doing.

A run starts twistd, lets clients of every kind at it, ends it in the midst, and counts. NODECOMPAT_SIGTERM_RUNS says
how many runs; the default is small.
"""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from daemon import Running, certificate, readAnswer, request, serving
from program import finish
from suite import whyNoTLS

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


#: What a connection begins with.
Greet = Callable[[socket.socket], socket.socket]


class Clients:
    """Clients in threads of their own; each is on its way before the signal."""

    def __init__(self, it: Running, greet: Greet) -> None:
        self.it = it
        self._greet = greet
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

    def connect(self) -> socket.socket:
        """A connection that is ready for requests.

        Raises: OSError when it was refused, AssertionError when it was made and then lost.
        """
        client = self.it.connect()
        try:
            return self._greet(client)
        except OSError as error:
            raise AssertionError(f"connected, then lost: {error!r}") from error

    def untilOnTheWay(self) -> None:
        for ready in self._onTheWay:
            assert ready.wait(30)

    def join(self) -> None:
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()


def slow(clients: Clients, ready: threading.Event) -> int:
    """A request that is under way when the signal comes."""
    with clients.connect() as client:
        client.sendall(request("/slow"))
        ready.set()
        status, headers, body = readAnswer(client)
        assert (status, headers["connection"], body) in ((200, "close", "slow"), (200, "keep-alive", "slow"))
        return 1


def pipelined(clients: Clients, ready: threading.Event) -> int:
    """Three requests at once."""
    with clients.connect() as client:
        client.sendall(request("/slow") + request() + request("/slow"))
        ready.set()
        with client.makefile("rb") as reader:
            data = reader.read()
        assert data.count(b"HTTP/1.1 200 OK") == 3 and data.endswith(b"slow")
        return 3


def upload(clients: Clients, ready: threading.Event) -> int:
    """A request whose body is not complete when the signal comes."""
    with clients.connect() as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab")
        ready.set()
        assert clients.signalled.wait(30)
        client.sendall(b"cd")
        assert readAnswer(client)[2] == "abcd"
        return 1


def keptAlive(clients: Clients, ready: threading.Event) -> int:
    """One request after the other on one connection, until an answer says that it is the last."""
    count = 0
    with clients.connect() as client:
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
            client = clients.connect()
        except OSError:
            return count
        with client:
            client.sendall(request())
            status, _, body = readAnswer(client)
            assert (status, body) == (200, "ok"), "connected, but not answered"
        count += 1
        ready.set()


def oneRun(folder: Path, greet: Greet, *arguments: str) -> tuple[int, list[str]]:
    """Answered requests and what went wrong."""
    with serving(folder, "--http", "myapp:onRequest", *arguments, app=APP) as it:
        clients = Clients(it, greet)
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


def places(folder: Path, kind: str) -> tuple[str, Greet]:
    """Where to listen, and how a connection there begins."""
    if kind == "unix":
        return f"unix:{folder}/socket", lambda client: client
    if kind == "haproxy":
        return "haproxy:tcp:0:interface=127.0.0.1", introduce
    if kind == "tcp":
        return "tcp:0:interface=127.0.0.1", lambda client: client
    pytest.importorskip("OpenSSL")
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    if whyNoTLS():
        pytest.skip(whyNoTLS())
    key, cert = certificate(folder)
    context = ssl.create_default_context(cafile=str(cert))
    return f"ssl:0:interface=127.0.0.1:privateKey={key}:certKey={cert}", partial(secure, context)


def introduce(client: socket.socket) -> socket.socket:
    client.sendall(b"PROXY TCP4 203.0.113.7 192.0.2.1 51234 443\r\n")
    return client


def secure(context: ssl.SSLContext, client: socket.socket) -> socket.socket:
    return context.wrap_socket(client, server_hostname="localhost")


@pytest.mark.parametrize("handles", ["poller", "bridge"])
@pytest.mark.parametrize("kind", ["tcp", "unix", "ssl", "haproxy"])
def testNothingIsLost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, handles: str) -> None:
    if handles == "bridge":
        monkeypatch.setenv("NODECOMPAT_HANDLES", "bridge")
    place, greet = places(tmp_path, kind)
    answered, problems = 0, []
    for _ in range(RUNS):
        count, wrong = oneRun(tmp_path, greet, "--listen", place)
        answered += count
        problems += wrong
    print(f"{handles}, {kind}: {RUNS} runs, {answered} requests answered, {len(problems)} lost")
    assert not problems
