"""The programs in examples/ as other processes, and the servers and clients that they meet.

For their tests, and for `docs/_ext/runs.py`, which records them for the documentation.
"""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from program import HANGS, ROOT, finish, start

EXAMPLES = ROOT / "examples"


def freePort() -> int:
    """A port that nobody has just now; whoever uses it must be ready to try another."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def closedPort() -> Iterator[int]:
    """A port that refuses connections: nobody listens, and nobody else can have it."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


@contextmanager
def serving(
    name: str, *arguments: str, by: tuple[str, ...] = (), end: int = signal.SIGTERM, **options: object
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """An example server that is listening, and its port; `by` is a command that runs it, `end` its signal."""
    child = start(*by, str(EXAMPLES / name), *(arguments or ("0",)), **options)
    assert child.stdout is not None
    try:
        yield child, int(re.fullmatch(r"listening on (\d+)\n", child.stdout.readline())[1])  # type: ignore[index]
    finally:
        if child.poll() is None:
            child.send_signal(end)
            finish(child)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=HANGS)


def ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any, bytes]:
    """Status, headers and body of an answer. A keyword `If_Range` is the header If-Range."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HANGS)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = answer.status, answer.headers, answer.read()
    connection.close()
    return found


def sends(port: int, data: bytes) -> bytes:
    """What a server answers to a client that sends this and ends."""
    with connect(port) as client, client.makefile("rb") as reader:
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        return reader.read()


class Origin(BaseHTTPRequestHandler):
    """The server behind the proxy; the path says what it does."""

    TEXT = b"a line of text\n" * 5000

    def do_GET(self) -> None:
        kind = self.path.strip("/")
        if kind == "junk":
            self.wfile.write(b"no http at all\r\n\r\n")
            return
        if kind == "early":
            return
        types = {"image": "image/png", "json": "application/json"}
        self.send_response(404 if kind == "missing" else 200)
        self.send_header("Content-Type", types.get(kind, "text/plain; charset=utf-8"))
        self.send_header("Content-Length", str(len(self.TEXT) * (2 if kind == "cut" else 1)))
        self.send_header("ETag", '"1"')
        self.send_header("Connection", "X-Own")
        self.send_header("X-Own", "for the proxy only")
        if kind == "coded":
            self.send_header("Content-Encoding", "br")
        if kind == "sealed":
            self.send_header("Cache-Control", "no-transform")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(self.TEXT)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b"got %d %s" % (len(body), self.headers["Host"].encode()))

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@contextmanager
def origin() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Origin) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class Site(BaseHTTPRequestHandler):
    """A small site with two broken links."""

    PAGES = {
        "/": '<a href="/a">a</a> <a href="b#part">b</a> <a href="http://other.test/">away</a> <a href="mailto:x">x</a>',
        "/a": '<a href="/">home</a> <img src="/gone.png"> <a href="/b">b</a>',
        "/b": '<a href="/moved">m</a> <p',
    }

    def do_GET(self) -> None:
        text = self.PAGES.get(self.path)
        self.send_response(404 if text is None else 200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write((text or "").encode())

    def log_message(self, *args: object) -> None:
        """Says nothing."""
