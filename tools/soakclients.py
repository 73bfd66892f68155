"""The clients of `tools/soak.py`: good ones, whose requests must not fail, and bad ones, who must do no harm.

They stand on the standard library alone: what is under test has no part in judging itself.
"""

from __future__ import annotations

import collections
import http.client
import os
import random
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from tools.soakserver import BODY, HERE

#: Seconds that a good client waits before its request has failed: more than a busy machine needs.
PATIENCE = 120.0
#: Seconds between two visits of a bad client.
PAUSE = 0.05
LARGE = b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"
#: SO_LINGER with no time: a close is a reset.
_RESET = b"\1\0\0\0\0\0\0\0"
#: Of a client that is killed: reads nothing of what it asks for.
_VICTIM = """
import socket, ssl, sys, time
made = socket.create_connection((%r, int(sys.argv[1])))
if sys.argv[2] == "secure":
    made = ssl._create_unverified_context().wrap_socket(made)
made.sendall(%r * 9)
print("sent", flush=True)
time.sleep(60)
"""


class Clients:
    """Each a thread, until `end()`."""

    def __init__(self, ports: dict[str, int], certificate: str) -> None:
        self._plain = [ports["http"], ports["proxy"]]
        self._secure = [ports["https"], ports["secureProxy"]]
        self._context = ssl.create_default_context(cadata=certificate)
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.good = 0
        #: Good requests that failed: why.
        self.failed: list[str] = []
        #: Visits of each bad client.
        self.bad: collections.Counter[str] = collections.Counter()
        bad = (
            self._pipelined, self._slow, self._garbage, self._half, self._killed, self._halfHandshake,
            self._brokenRecord, self._vanished,
        )  # fmt: skip
        self._threads = [
            threading.Thread(target=self._stay, args=(isSecure,)) for isSecure in (False, False, True, True)
        ]
        self._threads += [threading.Thread(target=self._visit, args=(each,)) for each in bad]

    def start(self) -> None:
        for each in self._threads:
            each.start()

    def end(self) -> None:
        self._stop.set()
        for each in self._threads:
            each.join()

    # Good ones

    def _stay(self, isSecure: bool) -> None:
        chances = random.Random(isSecure)
        while not self._stop.is_set():
            self._good(chances, isSecure)

    def _good(self, chances: random.Random, isSecure: bool) -> None:
        """A few requests on one connection."""
        connection: http.client.HTTPConnection
        if isSecure:
            port = chances.choice(self._secure)
            connection = http.client.HTTPSConnection(HERE, port, timeout=PATIENCE, context=self._context)
        else:
            connection = http.client.HTTPConnection(HERE, chances.choice(self._plain), timeout=PATIENCE)
        wrong = ""
        try:
            for _ in range(20):
                path, expected = chances.choice([("/", b"hello"), ("/large", BODY)])
                connection.request("POST", path, body=b"y" * chances.randrange(3000))
                answer = connection.getresponse()
                if answer.read() != expected or answer.status != 200:
                    wrong = f"{path}: {answer.status}"
                    break
                with self._lock:
                    self.good += 1
                if self._stop.is_set():
                    break
        except (OSError, http.client.HTTPException) as error:
            wrong = repr(error)
        finally:
            connection.close()
        if wrong:
            self.failed.append(("https " if isSecure else "http ") + wrong)

    # Bad ones

    def _visit(self, client: Callable[[random.Random], None]) -> None:
        name = client.__name__.strip("_")
        chances = random.Random(name)
        while not self._stop.is_set():
            try:
                client(chances)
            except OSError:
                pass  # it is cut off, as it should be
            self.bad[name] += 1
            self._stop.wait(PAUSE)

    def _open(self, chances: random.Random, ports: list[int]) -> socket.socket:
        return socket.create_connection((HERE, chances.choice(ports)), PATIENCE)

    def _openEither(self, chances: random.Random) -> socket.socket:
        """A connection to any port, secure where the port is."""
        if chances.random() < 0.5:
            return self._open(chances, self._plain)
        return self._context.wrap_socket(self._open(chances, self._secure), server_hostname=HERE)

    def _pipelined(self, chances: random.Random) -> None:
        with self._openEither(chances) as made:
            made.sendall(LARGE * chances.randrange(1, 30))
            made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def _slow(self, chances: random.Random) -> None:
        with self._openEither(chances) as made:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            made.sendall(LARGE * 5)
            for _ in range(20):
                if not made.recv(100) or self._stop.wait(0.01):
                    break

    def _garbage(self, chances: random.Random) -> None:
        """TLS where HTTP is expected, and whatever else."""
        with self._open(chances, self._plain + self._secure) as made:
            made.sendall(
                chances.choice([b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/1.1\r\n", b""]) + chances.randbytes(600)
            )
            made.shutdown(socket.SHUT_WR)
            made.recv(1000)

    def _half(self, chances: random.Random) -> None:
        """A body that ends too early."""
        with self._open(chances, self._plain) as made:
            made.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
            made.shutdown(socket.SHUT_WR)
            made.recv(1000)

    def _halfHandshake(self, chances: random.Random) -> None:
        """A part of what TLS begins with; then silence, an end or a reset."""
        outgoing = ssl.MemoryBIO()
        try:
            self._context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=HERE).do_handshake()
        except ssl.SSLWantReadError:
            pass
        hello = outgoing.read()
        with self._open(chances, self._secure) as made:
            made.sendall(hello[: chances.choice([1, len(hello) // 2, len(hello)])])
            ending = chances.random()
            if ending < 0.3:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            elif ending < 0.6:
                made.shutdown(socket.SHUT_WR)
                made.recv(1000)
            else:
                self._stop.wait(0.2)

    def _brokenRecord(self, chances: random.Random) -> None:
        """A good handshake, a request, and then bytes that are no TLS."""
        with self._context.wrap_socket(self._open(chances, self._secure), server_hostname=HERE) as made:
            made.sendall(LARGE)
            os.write(made.fileno(), b"\x17\x03\x03\x00\x40" + chances.randbytes(64))
            while made.recv(5000):
                pass

    def _vanished(self, chances: random.Random) -> None:
        """The end of the connection without TLS's own, in the middle of an answer."""
        with self._context.wrap_socket(self._open(chances, self._secure), server_hostname=HERE) as made:
            made.sendall(LARGE * 3)
            made.recv(100)

    def _killed(self, chances: random.Random) -> None:
        isSecure = chances.random() < 0.5
        port = chances.choice(self._secure if isSecure else self._plain)
        code = _VICTIM % (HERE, LARGE)
        command: list[Any] = [sys.executable, "-S", "-c", code, str(port), "secure" if isSecure else "plain"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
            assert child.stdout is not None
            child.stdout.readline()
            child.send_signal(signal.SIGKILL)
        self._stop.wait(0.5)
