"""How many instructions does a unit of work take? `python -m benchmarks.instructions`

A machine with other work shows times that differ by ten per cent; the number of instructions differs by less than one.
valgrind counts them, those of the process alone: a system call costs what Python does around it. One thread does all,
the peer's part included, which is the same each time: it writes to its end of a connection, the poller has a turn.

The figures of a release are in `instructions.json`, for each version of CPython on which they were measured (another
build of the same version may differ). `--write` puts them there, `--check` fails when a row has become 3 % dearer.
"""

from __future__ import annotations

import argparse
import base64
import ctypes
import gc
import json
import os
import platform
import re
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from socket import create_connection, create_server, socket
from typing import Any

from .counts import ANSWER, CLOSING, GET, POST

HERE = Path(__file__).resolve().parent
FIGURES = HERE / "instructions.json"
WARM, COUNTED = 300, 100  # units: the interpreter specialises what has run often enough
ALLOWED = 1.03  # times the committed figure
PATIENCE = 30.0  # seconds, for what takes milliseconds
_TOTAL = re.compile(r"^totals: (\d+)$", re.MULTILINE)

Unit = Callable[[], object]


class Loop:
    """The reactor and the poller, driven by hand."""

    def __init__(self) -> None:
        from twisted.internet import reactor

        from nodecompat.reactor.descriptor import poller
        from nodecompat.reactor.loop import ticks

        self.call = ticks.call
        self._reactor: Any = reactor
        self._reactor.startRunning(installSignalHandlers=False)
        self._poller = poller

    def until(self, isDone: Callable[[], object]) -> None:
        """Run the reactor: for what comes before the units that are counted."""
        while not isDone():
            self._reactor.iterate(0.01)

    def turn(self) -> None:
        """Wait until something is ready, and hand it out."""
        if not select.select([self._poller.current()], [], [], PATIENCE)[0]:
            raise TimeoutError("nothing has come")
        self._poller.current().doRead()

    def peerOf(self, server: Any) -> socket:
        """A connection to a server of ours, which has accepted it."""
        accepted: list[object] = []
        server.on("connection", accepted.append)
        self.until(lambda: server.listening)
        peer = create_connection(("127.0.0.1", server.address().port))
        self.until(lambda: accepted)
        return peer

    def asked(self, peer: socket, data: bytes) -> bytes:
        """What comes back for what a peer sends."""
        peer.send(data)
        self.turn()
        return peer.recv(65536)


def _emit(loop: Loop) -> Unit:
    from nodecompat.events import EventEmitter

    emitter = EventEmitter()
    emitter.on("data", lambda chunk: None)
    return lambda: emitter.emit("data", b"chunk")


def _pipe(loop: Loop) -> Unit:
    from nodecompat.stream import Readable, Transform, Writable

    source = Readable(read=lambda size: None)
    middle = Transform(transform=lambda chunk, encoding, callback: callback(None, chunk))
    sink = Writable(write=lambda chunk, encoding, callback: callback())
    source.pipe(middle).pipe(sink)
    return lambda: loop.call(source.push, b"chunk")


def _echo(loop: Loop) -> Unit:
    from nodecompat import net

    peer = loop.peerOf(net.createServer(lambda socket: socket.on("data", socket.write)).listen(0, "127.0.0.1"))
    return lambda: loop.asked(peer, bytes(64))


def _server() -> Any:
    from nodecompat import http

    def onRequest(req: Any, res: Any) -> None:
        if req.method == "POST":
            req.pipe(res)
        else:
            res.writeHead(200, {"Content-Type": "text/plain"})
            res.end("hello world\n")

    return http.createServer(onRequest).listen(0, "127.0.0.1")


def _hello(loop: Loop) -> Unit:
    peer = loop.peerOf(_server())
    return lambda: loop.asked(peer, GET % 1000)


def _post(loop: Loop) -> Unit:
    peer = loop.peerOf(_server())

    def unit() -> None:
        answer = loop.asked(peer, POST)
        while not answer.endswith(b"\r\n0\r\n\r\n"):
            answer += peer.recv(65536)

    return unit


def _connection(loop: Loop) -> Unit:
    server = _server()
    loop.peerOf(server).close()
    address = server.address()

    def unit() -> None:
        with create_connection((address.address, address.port)) as peer:
            peer.send(CLOSING)
            peer.setblocking(False)
            while True:
                try:
                    if not peer.recv(65536):
                        break
                except BlockingIOError:
                    loop.turn()

    return unit


class _Site:
    """A server of plain sockets, for the one connection of a client."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._listening = create_server(("127.0.0.1", 0))
        self._peer: socket | None = None
        self.port: int = self._listening.getsockname()[1]
        self.isDone = False

    def answer(self) -> None:
        """Answer a request, and wait for the end of it."""
        self.isDone = False
        if self._peer is None:
            self._peer, _ = self._listening.accept()
            self._peer.setblocking(False)
            self._loop.until(self._hasAsked)
        else:
            self._peer.recv(65536)
        self._peer.send(ANSWER)
        while not self.isDone:
            self._loop.turn()

    def _hasAsked(self) -> bool:
        try:
            return bool(self._peer is not None and self._peer.recv(65536))
        except BlockingIOError:
            return False

    def onEnd(self) -> None:
        self.isDone = True


def _client(loop: Loop) -> Unit:
    from nodecompat import http

    site, agent = _Site(loop), http.Agent(keepAlive=True, maxSockets=1)
    options = {"host": "127.0.0.1", "port": site.port, "agent": agent}

    def onResponse(response: Any) -> None:
        response.on("data", lambda chunk: None)
        response.on("end", site.onEnd)

    def unit() -> None:
        loop.call(http.get, options, onResponse)
        site.answer()

    return unit


def _fetch(loop: Loop) -> Unit:
    from twisted.internet.defer import Deferred

    from nodecompat import fetch

    site = _Site(loop)

    async def ask() -> None:
        response = await fetch(f"http://127.0.0.1:{site.port}/")
        await response.text()
        site.onEnd()

    def unit() -> None:
        loop.call(Deferred.fromCoroutine, ask())
        site.answer()

    return unit


def _webSocket(loop: Loop, send: Callable[[Any], None]) -> tuple[socket, Any]:
    """A peer that has shaken hands, and its server."""
    from nodecompat.websocket import WebSocketServer

    server = WebSocketServer(port=0, host="127.0.0.1")
    found: list[Any] = []
    server.on("connection", found.append)
    server.on("connection", send)
    isListening: list[object] = []
    server.on("listening", lambda: isListening.append(True))
    loop.until(lambda: isListening)
    peer = create_connection(("127.0.0.1", server.address().port))
    key = base64.b64encode(bytes(16)).decode()
    peer.send(
        f"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    loop.until(lambda: found)
    peer.recv(65536)
    return peer, found[0]


def _websocket(loop: Loop) -> Unit:
    def echo(ws: Any) -> None:
        ws.on("message", lambda data, isBinary: ws.send(data, {"binary": isBinary}))

    peer, _ = _webSocket(loop, echo)
    frame = b"\x82\xc0" + bytes(4) + bytes(64)  # masked with zeros
    return lambda: loop.asked(peer, frame)


def _broadcast(loop: Loop) -> Unit:
    """What a message to all costs for each of them."""
    peer, ws = _webSocket(loop, lambda ws: None)
    data = bytes(64)

    def unit() -> None:
        loop.call(ws.send, data, {"binary": True})
        peer.recv(65536)

    return unit


ROWS: dict[str, Callable[[Loop], Unit]] = {
    "emit": _emit,
    "pipe": _pipe,
    "echo": _echo,
    "hello": _hello,
    "post": _post,
    "connection": _connection,
    "client": _client,
    "fetch": _fetch,
    "websocket": _websocket,
    "broadcast": _broadcast,
}


def work(row: str, library: Any) -> None:
    """Do the units of a row in this process; `library` counts them."""
    unit = ROWS[row](Loop())
    for _ in range(WARM):
        unit()
    # When it runs depends on whatever else there is.
    gc.collect()
    gc.disable()
    library.begin()
    for _ in range(COUNTED):
        unit()
    library.end()


def measure(row: str) -> int:
    """The instructions of one unit, counted in a process of its own: the interpreter adapts to what has run before.

    Raises: FileNotFoundError, CalledProcessError: no valgrind, no C compiler, no headers of valgrind.
    """
    if shutil.which("valgrind") is None:
        raise FileNotFoundError("valgrind counts them (apt-get install valgrind)")
    with tempfile.TemporaryDirectory(prefix="nodecompat-instructions-") as folder:
        library = f"{folder}/instructions.so"
        source = str(HERE / "load/instructions.c")
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
        counter = ["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={folder}/out"]
        command = [*counter, sys.executable, "-m", "benchmarks.instructions", "--here", library, row]
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        subprocess.run(command, check=True, cwd=HERE.parent, env=environment, stderr=subprocess.DEVNULL)
        return round(int(_TOTAL.findall(Path(f"{folder}/out.1").read_text())[0]) / COUNTED)


def compare(found: dict[str, int], known: dict[str, int]) -> list[str]:
    """The rows that have become dearer than is allowed."""
    return [row for row, count in found.items() if row in known and count > known[row] * ALLOWED]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instructions", description=__doc__)
    parser.add_argument("row", nargs="*", help=f"one or more of: {', '.join(ROWS)} (default: all)")
    parser.add_argument("--check", action="store_true", help="fail when a row is 3 %% above its committed figure")
    parser.add_argument("--write", action="store_true", help="put the figures of this CPython into the file")
    parser.add_argument("--here", metavar="LIBRARY", help="do the work in this process")
    options = parser.parse_args()
    if unknown := set(options.row) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    rows = options.row or list(ROWS)
    if options.here:
        for row in rows:
            work(row, ctypes.CDLL(options.here))
        return 0
    version = platform.python_version()
    figures: dict[str, dict[str, int]] = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    known = figures.get(version, {})
    try:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = dict(zip(rows, pool.map(measure, rows), strict=True))
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        parser.error(str(error))
    print(f"CPython {version}, instructions for one unit of work")
    for row, count in found.items():
        print(f"{row:12}{count:12,}" + (f"{count / known[row]:8.3f} of {known[row]:,}" if row in known else ""))
    if options.write:
        figures[version] = {**known, **found}
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n")
    if options.check:
        if not known:
            parser.error(f"no figures for CPython {version}: --write makes them")
        if worse := compare(found, known):
            print(f"more than 3 % dearer: {', '.join(worse)}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
