"""What does one request, connection, pipe or message make Python do? `python -m benchmarks.counts`

Calls of the package's own Python functions, ticks among them (`nextTick` and its like), calls of OpenSSL's functions,
and objects that Python allocates, for one unit of work on one quiet connection. Time differs from run to run and from
machine to machine; these numbers differ with the code alone, so that a few per cent are seen.
`tests/benchmarks/test_counts.py` holds them: they can only fall.

The peer is a thread of plain sockets in the same process, or a plain socket that the reactor watches; only the thread
of the reactor is counted. Calls and allocations are counted in two processes, as what counts the one allocates itself.
`--calls UNIT` lists the functions.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import ssl
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import create_connection, create_server
from types import CodeType, FrameType
from typing import Any

from twisted.internet.defer import Deferred

HERE = Path(__file__).resolve().parent
UNITS = ("hello", "post", "json", "connection", "echo", "pipe", "client", "fetch", "event", "tlsecho", "https")
#: Those whose server encrypts; they need `nodecompat[tls]`.
_SECURE = ("tlsecho", "https")
WARM, COUNTED = 50, 200  # units
BODY = b"x" * 16384
GET = b"GET /%d HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nUser-Agent: counts\r\n\r\n"
POST = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
JSON = b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1024\r\n\r\n" + BODY[:1024]
CLOSING = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
_OPENSSL = ("BIO_", "ERR_", "SSL_")
_TICKS = ("nextTick", "queueMicrotask", "queueCheck", "queueClosing")


class Calls:
    """Counts the calls of the package's functions, from `start` on."""

    def __init__(self, package: Path) -> None:
        self.found: Counter[CodeType | str] = Counter()
        self._prefix = str(package)

    def start(self) -> None:
        sys.setprofile(self._note)

    def _note(self, frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(self._prefix):
            self.found[frame.f_code] += 1
        elif event == "c_call" and (name := getattr(argument, "__name__", "")).startswith(_OPENSSL):
            self.found[f"OpenSSL: {name}"] += 1

    def total(self) -> Counter[CodeType | str]:
        return Counter(self.found)

    def report(self, before: Counter[CodeType | str], after: Counter[CodeType | str]) -> dict[str, Any]:
        found = after - before
        ours = {code: count for code, count in found.items() if isinstance(code, CodeType)}
        totals = {
            "calls": sum(ours.values()),
            "ticks": sum(count for code, count in ours.items() if code.co_name in _TICKS),
            "openssl": sum(found.values()) - sum(ours.values()),
        }
        rows = [(count / COUNTED, _nameOf(code)) for code, count in found.most_common() if count]
        return {**{name: round(count / COUNTED, 1) for name, count in totals.items()}, "rows": rows}


class Allocations:
    """Counts what the thread of the reactor allocates: memory of objects that no list of spare ones has had."""

    def __init__(self) -> None:
        target = Path(tempfile.mkdtemp(prefix="nodecompat-counts-")) / "allocations.so"
        include = sysconfig.get_paths()["include"]
        source = str(HERE / "load/allocations.c")
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", f"-I{include}", "-o", str(target), source], check=True)
        self._library = ctypes.PyDLL(str(target))
        self._library.counted.restype = ctypes.c_ulonglong

    def start(self) -> None:
        self._library.install()

    def total(self) -> int:
        count: int = self._library.counted()
        return count

    def report(self, before: int, after: int) -> dict[str, Any]:
        return {"allocations": round((after - before) / COUNTED, 1)}


def _nameOf(code: CodeType | str) -> str:
    if isinstance(code, str):
        return code
    path = code.co_filename.split("nodecompat/", 1)[-1]
    return f"{path}:{code.co_firstlineno} {getattr(code, 'co_qualname', code.co_name)}"


# -- the work: each gives control back after every unit


def _answers(port: int, requests: Iterator[bytes], isSecure: bool = False) -> Iterator[None]:
    """Requests over one kept connection."""
    with _connected(port, isSecure) as peer:
        for request in requests:
            peer.sendall(request)
            _readAnswer(peer)
            yield


def _readAnswer(peer: Any) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += peer.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    if b"chunked" in head:
        while not body.endswith(b"0\r\n\r\n"):
            body += peer.recv(65536)
    else:
        size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        while len(body) < size:
            body += peer.recv(65536)


def _hello(ports: dict[str, int], isSecure: bool = False) -> Iterator[None]:
    return _answers(ports["http"], (GET % index for index in range(WARM + COUNTED + 1)), isSecure)


def _post(ports: dict[str, int]) -> Iterator[None]:
    return _answers(ports["http"], (POST for _ in range(WARM + COUNTED + 1)))


def _json(ports: dict[str, int]) -> Iterator[None]:
    return _answers(ports["http"], (JSON for _ in range(WARM + COUNTED + 1)))


def _connection(ports: dict[str, int]) -> Iterator[None]:
    while True:
        with create_connection(("127.0.0.1", ports["http"])) as peer:
            peer.sendall(CLOSING)
            while peer.recv(65536):
                pass
        yield


def _echo(ports: dict[str, int], isSecure: bool = False) -> Iterator[None]:
    with _connected(ports["echo"], isSecure) as peer:
        while True:
            peer.sendall(bytes(64))
            peer.recv(64)
            yield


def _connected(port: int, isSecure: bool) -> Any:
    peer = create_connection(("127.0.0.1", port))
    if not isSecure:
        return peer
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(peer)


_PEERS: dict[str, Callable[[dict[str, int]], Iterator[None]]] = {
    "hello": _hello,
    "post": _post,
    "json": _json,
    "connection": _connection,
    "echo": _echo,
    "tlsecho": lambda ports: _echo(ports, True),
    "https": lambda ports: _hello(ports, True),
}


class _Canned:
    """A server that gives every request the same answer: a reader of the reactor, so that each answer takes one turn.

    A thread would sometimes answer before the poller has looked again, which saves that turn.
    """

    def __init__(self) -> None:
        from twisted.internet import reactor

        self._reactor: Any = reactor
        self._socket = create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._request = bytearray(65536)
        self.doRead: Callable[[], object] = self._accept
        self._reactor.addReader(self)

    def _accept(self) -> None:
        self._reactor.removeReader(self)
        with self._socket as listening:
            self._socket, _ = listening.accept()
        self.doRead = self._answer
        self._reactor.addReader(self)

    def _answer(self) -> None:
        if self._socket.recv_into(self._request):
            self._socket.sendall(ANSWER)
        else:
            self._reactor.removeReader(self)
            self._socket.close()

    def fileno(self) -> int:
        return self._socket.fileno()

    def logPrefix(self) -> str:
        return "peer"

    def connectionLost(self, reason: object) -> None:
        self._socket.close()


def count(unit: str, meter: Calls | Allocations, package: Any) -> dict[str, Any]:
    """Run the units of one kind in this process, and count all but the first."""
    from twisted.internet import reactor

    http, net, run = package.http, package.net, package.run
    totals: list[Any] = []

    def onRequest(req: Any, res: Any) -> None:
        if req.method == "POST":
            req.pipe(res)
        elif req.method == "PUT":
            chunks: list[bytes] = []
            req.on("data", chunks.append)
            req.on("end", lambda: res.writeHead(200, {"Content-Type": "text/plain"}).end("x" * len(b"".join(chunks))))
        else:
            res.writeHead(200, {"Content-Type": "text/plain"})
            res.end("hello world\n")

    def note(done: int) -> None:
        if done in (WARM, WARM + COUNTED):
            totals.append(meter.total())

    if unit in ("pipe", "client", "fetch", "event"):
        work: Any = {"pipe": _Pipes, "client": _Requests, "fetch": _Fetches, "event": _Events}[unit](package, note)
        meter.start()
        work.next()
        run()
    else:
        if unit in _SECURE:
            from .tls.cost import credentials

            key, cert = (Path(path).read_bytes() for path in credentials("ec"))
            server: Any = package.https.createServer(onRequest, key=key, cert=cert)
            echo: Any = package.tls.createServer(lambda socket: socket.on("data", socket.write), key=key, cert=cert)
        else:
            server = http.createServer(onRequest)
            echo = net.createServer(lambda socket: socket.on("data", socket.write))
        ports: dict[str, int] = {}

        def peer() -> None:
            steps = _PEERS[unit](ports)
            for done in range(1, WARM + COUNTED + 1):
                next(steps)
                note(done)
            steps.close()  # type: ignore[attr-defined]
            reactor.callFromThread(stop)

        def stop() -> None:
            server.close()
            echo.close()

        def onListening() -> None:
            ports["http"] = server.address().port
            echo.listen(0, "127.0.0.1", onBoth)

        def onBoth() -> None:
            ports["echo"] = echo.address().port
            threading.Thread(target=peer, daemon=True).start()

        meter.start()
        server.listen(0, "127.0.0.1", onListening)
        run()
    sys.setprofile(None)
    return meter.report(*totals)


class _Pipes:
    """A pipe, a chunk, its end; one after the other."""

    def __init__(self, package: Any, note: Callable[[int], None]) -> None:
        self._stream, self._note = package.stream, note
        self._done = 0

    def next(self) -> None:
        source = self._stream.Readable(read=lambda size: None)
        sink = self._stream.Writable(write=lambda chunk, encoding, callback: callback())
        sink.on("close", self._onClose)
        source.pipe(sink)
        source.push(b"chunk")
        source.push(None)

    def _onClose(self) -> None:
        self._done += 1
        self._note(self._done)
        if self._done < WARM + COUNTED:
            self.next()


class _Requests:
    """Requests of a client over one kept connection, one after the other."""

    def __init__(self, package: Any, note: Callable[[int], None]) -> None:
        self._http, self._note = package.http, note
        self._agent = self._http.Agent(keepAlive=True, maxSockets=1)
        self._done = 0
        self._port = _Canned().port

    def next(self) -> None:
        self._http.get(
            {"host": "127.0.0.1", "port": self._port, "path": f"/{self._done}", "agent": self._agent}, self._onAnswer
        )

    def _onAnswer(self, answer: Any) -> None:
        answer.on("data", lambda chunk: None)
        answer.on("end", self._onEnd)

    def _onEnd(self) -> None:
        self._done += 1
        self._note(self._done)
        if self._done < WARM + COUNTED:
            self.next()
        else:
            self._agent.destroy()


class _Fetches:
    """`fetch` and `text`, one after the other, over one kept connection."""

    def __init__(self, package: Any, note: Callable[[int], None]) -> None:
        self._fetch, self._note = package.fetch, note
        self._port = _Canned().port

    def next(self) -> None:
        Deferred.fromCoroutine(self._all())

    async def _all(self) -> None:
        for done in range(1, WARM + COUNTED + 1):
            response = await self._fetch(f"http://127.0.0.1:{self._port}/{done}")
            await response.text()
            self._note(done)


class _Events:
    """A server-sent event to each of many clients; the next when all have it."""

    def __init__(self, package: Any, note: Callable[[int], None]) -> None:
        self._note, self._clients = note, 50
        self._done, self._responses = 0, []  # type: ignore[var-annotated]
        self._setImmediate = package.setImmediate
        self._server = package.http.createServer(self._onRequest)
        self._peers: list[Any] = []

    def next(self) -> None:
        self._server.listen(0, "127.0.0.1", self._onListening)

    def _onListening(self) -> None:
        for number in range(self._clients):
            peer = create_connection(("127.0.0.1", self._server.address().port))
            peer.sendall(GET % number)
            self._peers.append(peer)

    def _onRequest(self, req: Any, res: Any) -> None:
        res.writeHead(200, {"Content-Type": "text/event-stream"})
        res.flushHeaders()
        self._responses.append(res)
        if len(self._responses) == self._clients:
            self._setImmediate(self._send)

    def _send(self) -> None:
        for each in self._responses:
            each.write("data: an event of about sixty-four bytes for everybody here\n\n")
        self._setImmediate(self._sent)

    def _sent(self) -> None:
        self._done += self._clients
        self._note(self._done)
        if self._done < WARM + COUNTED:
            self._send()
        else:
            for each in self._peers:
                each.close()
            self._server.close()
            self._server.closeAllConnections()


def measured(unit: str, kind: str) -> dict[str, Any]:
    """Count in a process of its own: what one unit of work leaves behind is not part of the next."""
    command = [sys.executable, "-m", "benchmarks.counts", "--here", kind, unit]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=HERE.parent)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.counts", description=__doc__)
    parser.add_argument("unit", nargs="*", help=f"one or more of: {', '.join(UNITS)} (default: all)")
    parser.add_argument("--calls", action="store_true", help="list the functions, those that are called most first")
    parser.add_argument("--here", choices=("calls", "allocations"), help="count in this process, and write JSON")
    options = parser.parse_args()
    if unknown := set(options.unit) - set(UNITS):
        parser.error(f"no such unit: {', '.join(sorted(unknown))}")
    units = options.unit or UNITS
    if options.here:
        import nodecompat

        meter = Calls(Path(nodecompat.__file__).parent) if options.here == "calls" else Allocations()
        print(json.dumps(count(units[0], meter, nodecompat)))
        return 0
    print(f"{'':12}{'calls':>8}{'ticks':>8}{'OpenSSL':>9}{'allocations':>14}")
    for unit in units:
        found = {**measured(unit, "calls"), **measured(unit, "allocations")}
        print(f"{unit:12}{found['calls']:8.1f}{found['ticks']:8.1f}{found['openssl']:9.1f}{found['allocations']:14.1f}")
        if options.calls:
            for times, name in found["rows"]:
                print(f"{times:16.2f}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
