"""Runs twistd in a process of its own, and plain http clients for it."""

from __future__ import annotations

import re
import select
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from program import HANGS, finish, start

_TWISTD = "from twisted.scripts.twistd import run; run()"
_LISTENING = re.compile(r"listening on (\S+)$")
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"

#: What most tests serve: /slow answers after 300 ms, /stuck never.
APP = """\
import os
from nodecompat import http, net, setTimeout

def onRequest(req, res):
    if req.url == "/slow":
        setTimeout(lambda: res.end("slow"), 300)
    elif req.method == "POST":
        req.resume().on("end", lambda: res.end("posted"))
    elif req.url != "/stuck":
        res.end(f"hello {req.socket.remoteAddress} {os.getuid()}")

def onConnection(socket):
    socket.pipe(socket)

server = http.createServer(onRequest)
netServer = net.createServer(onConnection)
number = 1
"""


def command(*arguments: str) -> tuple[str, ...]:
    """What `program.start` runs."""
    return ("-c", _TWISTD, *arguments)


class Running:
    """A twistd that serves in the foreground."""

    def __init__(self, child: subprocess.Popen[str], places: int) -> None:
        self.child = child
        self.log: list[str] = []
        #: Where it listens: `(host, port)`, or a path.
        self.places: list[tuple[str, int] | str] = []
        while len(self.places) < places:
            line = self._readLine()
            found = _LISTENING.search(line)
            if found is not None:
                self.places.append(_place(found[1]))

    def _readLine(self) -> str:
        assert self.child.stdout is not None
        line = self.child.stdout.readline()
        if not line:
            code, out, err = finish(self.child)
            raise AssertionError(f"exit code {code}\n{''.join(self.log)}{out}{err}")
        self.log.append(line)
        return line.rstrip("\n")

    def waitFor(self, text: str) -> str:
        """Read the log up to a line with this in it."""
        while text not in (line := self._readLine()):
            pass
        return line

    @property
    def port(self) -> int:
        place = self.places[0]
        assert isinstance(place, tuple)
        return place[1]

    def connect(self, place: int = 0) -> socket.socket:
        where = self.places[place]
        if isinstance(where, tuple):
            return socket.create_connection(where, timeout=HANGS)
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(HANGS)
        client.connect(where)
        return client

    def ask(self, path: str = "/", place: int = 0) -> tuple[int, str]:
        """Status and body of one request."""
        with self.connect(place) as client:
            client.sendall(request(path, "close"))
            return answerOf(client)

    def stop(self) -> tuple[int, str, str]:
        """SIGTERM; returns exit code, stdout so far and stderr."""
        self.child.terminate()
        code, out, err = finish(self.child)
        return code, "".join(self.log) + out, err


@contextmanager
def serving(
    folder: Path, *arguments: str, app: str = APP, places: int = 1, twistd: tuple[str, ...] = ()
) -> Iterator[Running]:
    """`twistd -n nodecompat *arguments` in a folder where myapp.py has `app`, once it listens on `places` places."""
    (folder / "myapp.py").write_text(app)
    child = start(*command("-n", "--pidfile=", *twistd, "nodecompat", *arguments), cwd=folder)
    try:
        yield Running(child, places)
    finally:
        if child.poll() is None:
            child.kill()
            finish(child)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key and its certificate, which is its own authority."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=localhost", "-days", "2", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*make, *names], check=True, capture_output=True, timeout=HANGS)
    return key, cert


def _place(text: str) -> tuple[str, int] | str:
    host, colon, port = text.rpartition(":")
    return (host.strip("[]"), int(port)) if colon and port.isdecimal() else text


def request(path: str = "/", connection: str = "keep-alive") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: {connection}\r\n\r\n".encode()


def readAnswer(client: socket.socket) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of one answer with a Content-Length; status 0 when the connection ended before it."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(65536)
        if not piece:
            assert not data, f"an answer was cut off: {data!r}"
            return 0, {}, ""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers["content-length"]):
        piece = client.recv(65536)
        assert piece, f"an answer was cut off: {data!r}"
        body += piece
    return int(first.split()[1]), headers, body.decode()


def answerOf(client: socket.socket) -> tuple[int, str]:
    status, _, body = readAnswer(client)
    return status, body


def gone(pid: int) -> bool:
    """Wait until a process that is not our child has ended."""
    import os

    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], HANGS)[0])
    finally:
        os.close(descriptor)


def waitUntil(condition: object, what: str) -> None:
    """For what nobody tells: look again and again, with a bound."""
    assert callable(condition)
    deadline = time.monotonic() + HANGS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.005)
