"""Random programs under random faults on the simulated network, and the rules that hold whatever happens.

    python -m tools.swarm --programs 100000 --seeds 1000 --jobs 2     the long run
    python -m tools.swarm --seed 17.3                                 one program again; --shrink makes it smaller
    python -m tools.swarm --planted                                   how soon planted bugs are found

A program is data: operations of clients, each at its time, and a script of faults. Seed "17.3" is the fourth program of
seed 17. The servers are always the same (`_Servers`): an echo, a source, and an http server, over TLS as well; those of
messages are in `swarmmessages.py`. `swarmwatch.py` looks on.

The rules:

* bytes arrive in order; complete, unless the connection failed;
* after 'close' no event; 'close' comes once on every socket, request, response and server;
* every callback is called exactly once;
* every request is settled, by its answer or an error, without anybody's time limit: pipelined ones too;
* what one callback queues comes in Node's order: ticks, promises, immediates, timers;
* a message (WebSocket, fetch, dgram) is whole and in its place, or the connection has failed and both sides are told:
  see `swarmmessages.py`;
* nobody's exception is lost, and in the end nothing is alive: no handle, no timer, no object.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import errno
import gc
import json
import random
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nodecompat import http, net, setTimeout, stream
from nodecompat.testing import Network
from tools.swarmmessages import MessageClients, MessageServers
from tools.swarmwatch import Watch, pattern

SERVER, CLIENT, OTHER = "server.test", "client.test", "other.test"
ADDRESSES = {SERVER: "10.0.0.1", CLIENT: "10.0.0.2", OTHER: "10.0.0.3"}
ECHO, SOURCE, HTTP, HTTPS = 7, 19, 80, 443
#: Milliseconds: operations and faults begin before; everything must have settled after; the end of the teardown.
BUSY, SETTLED, TORN_DOWN = 3000.0, 400_000.0, 400_000.0
#: How many programs are run before the objects that they left are counted.
COLLECT_EVERY = 25
#: Faults without which nothing may fail.
_HARMLESS = frozenset(("link", "jumpClock"))
_MESSAGES = frozenset(("websocket", "fetch", "datagram"))

Program = dict[str, Any]


# -- making a program


def programOf(seed: str) -> Program:
    """The program of a seed."""
    chances = random.Random(f"swarm/{seed}")
    operations = [_operation(chances) for _ in range(1 + int(chances.random() * 6))]
    faults = [_fault(chances) for _ in range(int(chances.random() * 5))]
    conditions: dict[str, Any] = {"latency": _one(chances, [0, 1, 20])}
    for name, values in (("jitter", [5, 30]), ("bandwidth", [20, 500]), ("segment", [100, 1400]), ("cuts", [1, 5])):
        if chances.random() < 0.3:
            conditions[name] = _one(chances, values)
    if chances.random() < 0.2:
        conditions["capacity"] = _one(chances, [500, 2000])
    for name in ("loss", "duplicate", "reorder"):
        if chances.random() < 0.1:
            conditions[name] = _one(chances, [0.1, 0.5])
    faults.insert(0, [0.0, "link", [], conditions])
    return {"seed": seed, "operations": operations, "faults": faults}


def _one(chances: random.Random, values: list[Any]) -> Any:
    return values[int(chances.random() * len(values))]


def _time(chances: random.Random) -> float:
    return float(int(chances.random() * _one(chances, [1, 100, BUSY])))


def _sizes(chances: random.Random) -> list[int]:
    return [_one(chances, [0, 1, 10, 1000, 20_000]) for _ in range(1 + int(chances.random() * 4))]


def _operation(chances: random.Random) -> dict[str, Any]:
    kind = _one(
        chances,
        [
            *("socket", "socket", "source", "request", "request", "request", "pipelined", "pipelined", "pipeline"),
            *("websocket", "websocket", "fetch", "fetch", "datagram"),
        ],
    )
    made: dict[str, Any] = {"kind": kind, "at": _time(chances), "host": _one(chances, [CLIENT, OTHER])}
    if kind in ("socket", "source"):
        made |= {"writes": _sizes(chances), "gap": _one(chances, [0, 0, 5, 50])}
        made["ending"] = _one(chances, ["end", "end", "destroy", "reset", "destroySoon", "late"])
        made["pause"] = _one(chances, [0, 0, 0, 10, 500])
    elif kind in ("websocket", "datagram"):
        made |= {"writes": _sizes(chances), "gap": _one(chances, [0, 0, 5, 50])}
        if kind == "datagram":
            made |= {"ending": _one(chances, ["late", "late", "close", "early"]), "isConnected": chances.random() < 0.3}
        else:
            made |= {"isText": chances.random() < 0.5, "isDeflated": chances.random() < 0.3}
            made["ending"] = _one(
                chances, ["close", "close", "closeNow", "late", "early", "serverCloses", "serverTerminates"]
            )
            made["secure"] = chances.random() < 0.1
    elif kind == "pipeline":
        made |= {"writes": _sizes(chances), "through": int(chances.random() * 3)}
    else:
        count = 1 + int(chances.random() * (6 if kind == "pipelined" else 4))
        made["paths"] = [_path(chances) for _ in range(count)]
        made["bodies"] = [_one(chances, [0, 0, 0, 10, 10, 5000]) for _ in range(count)]
        made["abort"] = _one(chances, [0, 0, 0, 0, 1, 30, 300])
        if kind == "fetch":
            made["read"] = _one(chances, ["whole", "whole", "cancel"])
            made["secure"] = chances.random() < 0.1
            return made
        made["ending"] = _one(chances, ["end", "late", "reset"]) if kind == "pipelined" else ""
        made["agent"] = _one(chances, ["own", "own", "global", "none"])
        made["secure"] = chances.random() < 0.08
    return made


def _path(chances: random.Random) -> str:
    size, delay = _one(chances, [0, 1, 100, 100, 20_000]), _one(chances, [0, 0, 1, 40])
    kind = _one(chances, ["plain", "plain", "chunked", "slow", "pipe", "echo", "late", "early", "broken"])
    return f"/{kind}/{size}/{delay}"


def _fault(chances: random.Random) -> list[Any]:
    host = _one(chances, [CLIENT, OTHER])
    when = _time(chances)
    made: list[list[Any]] = [
        [when, "reset", [SERVER, host], {}],
        [when, "reset", [SERVER, host], {}],
        [when, "halfClose", [SERVER, host], {}],
        [when, "halfClose", [host, SERVER], {}],
        [when, "partition", [SERVER, host], {"duration": _one(chances, [10, 500, 5000])}],
        [when, "partition", [SERVER, host], {"duration": _one(chances, [10, 500]), "oneWay": True}],
        [when, "refuse", [SERVER], {}],
        [when, "exhaust", [_one(chances, [SERVER, host]), int(chances.random() * 3)], {}],
        [when, "slow", [_one(chances, [SERVER, host]), _one(chances, [30, 300])], {}],
        [when, "names", [SERVER], {"delay": 300}],
        [when, "names", [SERVER], {"fail": -errno.EIO}],
        [when, "jumpClock", [SERVER, _one(chances, [-3_600_000, 3_600_000])], {}],
        [when, "link", [SERVER, host], {"latency": _one(chances, [0, 200]), "loss": 0.1}],
    ]
    return _one(chances, made)  # type: ignore[no-any-return]


class _Servers:
    """The servers of every program."""

    def __init__(self, watch: Watch, isSecure: bool, kinds: set[tuple[str, bool]]) -> None:
        self.watch = watch
        #: In their order: that of a WeakSet is by addresses, and another in each run.
        self.sockets: weakref.WeakKeyDictionary[Any, None] = weakref.WeakKeyDictionary()
        self.servers = [
            net.createServer({"allowHalfOpen": True}, self._echo).listen(ECHO),
            net.createServer(self._source).listen(SOURCE),
            http.createServer(self._request).listen(HTTP),
        ]
        if isSecure:
            self.servers.append(_https().createServer(_certificate(), self._request).listen(HTTPS))
        for server in self.servers:
            watch.emitter("server", server)
            server.on("error", _ignore)
            server.on("connection", self._connection)
            server.on("clientError", lambda error, socket: socket.destroy())
        self.messages = MessageServers(watch, kinds, _certificate)

    def _connection(self, socket: Any) -> None:
        self.watch.probe("connection")
        self.watch.emitter("accepted", socket)
        self.sockets[socket] = None
        socket.on("error", _ignore)

    def _echo(self, socket: Any) -> None:
        socket.pipe(socket)

    def _source(self, socket: Any) -> None:
        socket.resume()
        for start in range(0, 60_000, 20_000):
            socket.write(pattern(start, 20_000), self.watch.once("source write"))
        socket.end(self.watch.once("source end"))

    def _request(self, request: Any, response: Any) -> None:
        self.watch.emitter("server request", request)
        self.watch.emitter("response", response)
        request.on("error", _ignore)
        response.on("error", _ignore)
        _, kind, sizeText, delayText = request.url.split("/")
        size, delay = int(sizeText), int(delayText)
        answer: Callable[..., Any] = getattr(self, f"_on{kind.capitalize()}")
        if kind in ("echo", "early"):
            answer(request, response, size)
            return
        request.resume()
        if delay:
            setTimeout(lambda: response.destroyed or answer(request, response, size), delay)
        else:
            answer(request, response, size)

    def _onPlain(self, request: Any, response: Any, size: int) -> None:
        response.end(pattern(0, size), self.watch.atMost("plain end"))

    def _onChunked(self, request: Any, response: Any, size: int) -> None:
        for start in range(0, size, 30_000):
            response.write(pattern(start, min(30_000, size - start)), self.watch.atMost("chunk"))
        response.end(self.watch.atMost("chunked end"))

    def _onSlow(self, request: Any, response: Any, size: int) -> None:
        response.writeHead(200, {"Content-Length": size})

        def part(start: int) -> None:
            if response.destroyed:
                return
            end = min(size, start + max(1, size // 3))
            if end >= size:
                response.end(pattern(start, size - start))
            else:
                response.write(pattern(start, end - start))
                setTimeout(part, 20, end)

        part(0)

    def _onPipe(self, request: Any, response: Any, size: int) -> None:
        stream.pipeline(
            stream.Readable.from_([pattern(start, min(7000, size - start)) for start in range(0, size, 7000)]),
            stream.PassThrough(),
            response,
            self.watch.once("pipe"),
        )

    def _onEcho(self, request: Any, response: Any, size: int) -> None:
        stream.pipeline(request, response, self.watch.once("echo"))

    def _onLate(self, request: Any, response: Any, size: int) -> None:
        setTimeout(lambda: response.end(pattern(0, size)), 70)

    def _onEarly(self, request: Any, response: Any, size: int) -> None:
        response.end(pattern(0, size))  # before the body has come, which nobody reads

    def _onBroken(self, request: Any, response: Any, size: int) -> None:
        response.writeHead(200, {"Content-Length": size + 10})
        response.write(pattern(0, size))
        setTimeout(response.destroy, 10)

    def close(self) -> None:
        for server in self.servers:
            server.close(self.watch.once("server close"))
            if hasattr(server, "closeAllConnections"):
                server.closeAllConnections()
        for socket in list(self.sockets):
            socket.destroy()
        self.messages.close()


class _Clients:
    """The operations of a program."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.agents: dict[str, Any] = {}
        self.made: list[weakref.ref[Any]] = []
        self.messages = MessageClients(watch, SERVER)

    def start(self, operation: dict[str, Any]) -> None:
        self.watch.probe("start")
        kind = operation["kind"]
        if kind in _MESSAGES:
            getattr(self.messages, kind)(operation)
        else:
            getattr(self, f"_{kind}")(operation)

    def _keep(self, name: str, made: Any) -> str:
        self.made.append(weakref.ref(made))
        made.on("error", _ignore)
        return self.watch.emitter(name, made)

    # Sockets

    def _socket(self, operation: dict[str, Any], port: int = ECHO) -> None:
        watch, expected = self.watch, sum(operation["writes"]) if port == ECHO else 60_000
        socket = net.connect({"port": port, "host": SERVER, "allowHalfOpen": port == ECHO})
        name = self._keep("socket", socket)
        received = 0

        def onData(chunk: bytes) -> None:
            nonlocal received
            if pattern(received, len(chunk)) != chunk:
                watch.breach("bytes", f"{name} at {received}")
            received += len(chunk)

        def onClose(hadError: bool = False) -> None:
            isWhole = received == expected
            if operation["ending"] == "end" and wasEnded and not hadError and not isWhole and not isCut:
                watch.breach("bytes lost", f"{name}: {received} of {expected}")

        wasEnded = False
        isCut = operation.get("isCut", False)

        def onEnd() -> None:
            nonlocal wasEnded
            wasEnded = True

        socket.on("data", onData)
        socket.on("end", onEnd)
        socket.on("close", onClose)
        if operation["pause"]:
            socket.pause()
            setTimeout(lambda: socket.resume(), operation["pause"])
        position = 0
        if port == ECHO:
            for number, size in enumerate(operation["writes"]):
                chunk = pattern(position, size)
                position += size
                if operation["gap"] and number:
                    setTimeout(_writer(socket, chunk, watch), operation["gap"] * number)
                else:
                    socket.write(chunk, watch.once("write"))
        last = operation["gap"] * len(operation["writes"]) + 1
        setTimeout(lambda: self._end(socket, operation["ending"]), last)

    def _source(self, operation: dict[str, Any]) -> None:
        self._socket(operation, SOURCE)

    def _end(self, socket: Any, ending: str) -> None:
        if ending == "end":
            socket.end(self.watch.once("end"))
        elif ending == "destroy":
            socket.destroy()
        elif ending == "reset":
            socket.resetAndDestroy()
        elif ending == "destroySoon":
            socket.destroySoon()

    def _pipeline(self, operation: dict[str, Any]) -> None:
        watch = self.watch
        socket = net.connect({"port": ECHO, "host": SERVER, "allowHalfOpen": True})
        name = self._keep("pipeline socket", socket)
        position, chunks = 0, []
        for size in operation["writes"]:
            chunks.append(pattern(position, size))
            position += size
        received = bytearray()
        whole = position
        waits = watch.begin("pipeline")

        def take(chunk: bytes, encoding: Any, done: Callable[..., Any]) -> None:
            received.extend(chunk)
            done()

        def finished(error: BaseException | None = None, *rest: Any) -> None:
            watch.settle(waits)
            if bytes(received) != pattern(0, len(received)):
                watch.breach("bytes", name)
            if error is None and len(received) != whole and not operation.get("isCut"):
                watch.breach("bytes lost", f"{name}: {len(received)} of {whole}")

        through = [stream.PassThrough() for _ in range(operation["through"])]
        sink = stream.Writable({"write": take})
        stream.pipeline(stream.Readable.from_(chunks), *through, socket, sink, watch.once("pipeline", finished))

    # Requests

    def _agent(self, operation: dict[str, Any]) -> Any:
        kind = operation["agent"]
        if kind != "own":
            return False if kind == "none" else None
        key = f"{operation['host']} {operation['secure']}"
        if key not in self.agents:
            module: Any = _https() if operation["secure"] else http
            self.agents[key] = module.Agent(keepAlive=True, maxSockets=2)
        return self.agents[key]

    def _request(self, operation: dict[str, Any]) -> None:
        for path, body in zip(operation["paths"], operation["bodies"], strict=True):
            self._oneRequest(operation, path, body)

    def _oneRequest(self, operation: dict[str, Any], path: str, body: int) -> None:
        watch = self.watch
        waits = watch.begin(f"request {path}")
        module: Any = _https() if operation["secure"] else http
        options: dict[str, Any] = {
            "host": SERVER, "path": path, "method": "POST" if body else "GET", "agent": self._agent(operation),
        }  # fmt: skip
        if operation["secure"]:
            options |= {"rejectUnauthorized": False, "servername": SERVER}
        request = module.request(options)
        name = self._keep(f"client request {path}", request)
        request.on("close", lambda: watch.settle(waits))
        kind, size = path.split("/")[1], int(path.split("/")[2])
        expected = body if kind == "echo" else size

        def onResponse(response: Any) -> None:
            self._keep(f"answer {path}", response)
            received = 0

            def onData(chunk: bytes) -> None:
                nonlocal received
                if pattern(received, len(chunk)) != chunk:
                    watch.breach("bytes", f"{name} at {received}")
                received += len(chunk)

            def onEnd() -> None:
                if received != expected:
                    watch.breach("bytes lost", f"{name}: {received} of {expected}")

            response.on("data", onData)
            response.on("end", onEnd)

        request.on("response", onResponse)
        if body:
            half = body // 2
            request.write(pattern(0, half), watch.atMost("body write"))
            request.end(pattern(half, body - half), watch.atMost("body end"))
        else:
            request.end(watch.atMost("request end"))
        if operation["abort"]:
            setTimeout(lambda: request.destroy(), operation["abort"])

    def _pipelined(self, operation: dict[str, Any]) -> None:
        """Requests in one go; their answers are read by the book, and must all come unless the connection ends."""
        watch = self.watch
        socket = net.connect({"port": HTTP, "host": SERVER})
        self._keep("pipelining", socket)
        waits = watch.begin("pipelined " + " ".join(operation["paths"]))
        paths = [path for path in operation["paths"] if "/broken" not in path and "/early" not in path] or [
            "/plain/1/0"
        ]
        received = bytearray()

        def onData(chunk: bytes) -> None:
            received.extend(chunk)
            if _answers(received) == len(paths):
                watch.settle(waits)
                self._end(socket, operation["ending"])

        socket.on("data", onData)
        socket.on("close", lambda *args: watch.settle(waits))
        for path, body in zip(paths, operation["bodies"], strict=False):
            method = "POST" if body else "GET"
            head = f"{method} {path} HTTP/1.1\r\nHost: {SERVER}\r\nContent-Length: {body}\r\n\r\n"
            socket.write(head.encode() + pattern(0, body), watch.once("pipelined write"))
        if operation["abort"]:
            setTimeout(lambda: socket.resetAndDestroy(), operation["abort"])

    def close(self, host: str) -> None:
        self.messages.close(host)
        for key, agent in self.agents.items():
            if key.startswith(host):
                agent.destroy()
        http.globalAgent.destroy()
        if "nodecompat.https" in sys.modules:
            _https().globalAgent.destroy()
        for reference in self.made:
            made = reference()
            if made is not None and not made.destroyed:
                made.destroy()


def _writer(socket: Any, chunk: bytes, watch: Watch) -> Callable[[], Any]:
    def write() -> None:
        if socket.writable:
            socket.write(chunk, watch.once("later write"))

    return write


def _answers(received: bytearray) -> int:
    """How many complete answers these bytes are."""
    count = place = 0
    while True:
        end = received.find(b"\r\n\r\n", place)
        if end < 0:
            return count
        head = bytes(received[place:end]).lower()
        place = end + 4
        if b"transfer-encoding: chunked" in head:
            while True:
                line = received.find(b"\r\n", place)
                if line < 0:
                    return count
                size = int(bytes(received[place:line]), 16)
                place = line + 2 + size + 2
                if place > len(received):
                    return count
                if not size:
                    break
        else:
            found = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
            place += int(found or b"0")
            if place > len(received):
                return count
        count += 1


def _ignore(*args: Any) -> None:
    """The error of something that may fail."""


_pem: dict[str, Any] = {}


def _https() -> Any:
    from nodecompat import https

    return https


def _certificate() -> dict[str, Any]:
    """A key and a certificate of Ed25519, whose signatures have one length; valid when OpenSSL's real clock asks."""
    if not _pem:
        import datetime

        from cryptography import x509
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, SERVER)])
        now = datetime.datetime.now(datetime.timezone.utc)
        made = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
            .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(SERVER)]), critical=False).sign(key, None)
        )  # fmt: skip
        pem, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        _pem["cert"] = made.public_bytes(pem)
        _pem["key"] = key.private_bytes(pem, private, serialization.NoEncryption())
    return _pem


@contextmanager
def _trusted(isSecure: bool) -> Iterator[None]:
    """fetch and WebSocket trust the server, for the time being: they have no option of their own for it."""
    if not isSecure:
        yield
        return
    from nodecompat import tls

    before = tls.getCACertificates("default")
    tls.setDefaultCACertificates([_certificate()["cert"]])
    try:
        yield
    finally:
        tls.setDefaultCACertificates(before)


# -- running a program


class Outcome:
    """What a run was."""

    def __init__(self, watch: Watch, network: Network) -> None:
        self.broken = watch.broken
        self.references = watch.references
        self.events = list(network.events)
        self.elapsed = network.clock.elapsed()


def play(program: Program, record: int | None = 200) -> Outcome:
    """Run a program."""
    watch = Watch()
    operations = [dict(each) for each in program["operations"]]
    conditions = [options for _, fault, _, options in program["faults"] if fault == "link"]
    isQuiet = all(fault[1] in _HARMLESS for fault in program["faults"]) and not any(
        "bandwidth" in each or "loss" in each for each in conditions
    )
    copies = 4 if any("duplicate" in each for each in conditions) else 1  # on the way there, and on the way back
    isCut = any(fault[1] in ("halfClose", "reset", "exhaust") for fault in program["faults"])
    isTrusted = any(each.get("secure") and each["kind"] in _MESSAGES for each in operations)
    with _trusted(isTrusted), Network(seed=_number(program["seed"]), record=record) as network:
        for name, address in ADDRESSES.items():
            network.host(name, address)
        network.replay(program["faults"])
        network.run()
        with network.host(SERVER):
            servers = _Servers(
                watch,
                any(each.get("secure") for each in operations),
                {(each["kind"], bool(each.get("secure"))) for each in operations},
            )
        clients = _Clients(watch)
        for operation in operations:
            operation |= {"isCut": isCut, "isQuiet": isQuiet, "copies": copies}
            with network.host(operation["host"]):
                setTimeout(clients.start, operation["at"], operation)
        try:
            network.advance(BUSY)
            network.heal()
            network.advance(SETTLED)
            watch.checkSettled()
            for host in (CLIENT, OTHER):
                with network.host(host):
                    clients.close(host)
            with network.host(SERVER):
                servers.close()
            network.advance(TORN_DOWN)
        except BaseException as error:
            watch.breach("exception", repr(error))
        watch.checkEnd(network)
        outcome = Outcome(watch, network)
    return outcome


def _number(seed: str) -> int:
    return int(seed.replace(".", "") or 0)


def leaks(references: list[tuple[str, weakref.ref[Any]]]) -> list[str]:
    """What is still there."""
    gc.collect()
    return [f"leak: {name}" for name, reference in references if reference() is not None]


def shrink(program: Program, isBroken: Callable[[Program], bool]) -> Program:
    """The program with the fewest faults and operations, and the shortest lists, that is still broken."""
    from nodecompat.testing.shrinking import shrunk

    return shrunk(program, lambda each: all(len(fault) == 4 for fault in each["faults"]) and isBroken(each))


def rulesOf(broken: list[str]) -> set[str]:
    """The rules that were broken."""
    return {each.partition(":")[0] for each in broken}


def sweep(seeds: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Run many programs; those that break a rule, with what they break."""
    kept: list[tuple[str, Any]] = []
    for number, seed in enumerate(seeds):
        outcome = play(programOf(seed))
        if outcome.broken:
            yield seed, outcome.broken
        kept.append((seed, outcome.references))
        del outcome
        if len(kept) == COLLECT_EVERY or number == len(seeds) - 1:
            left = leaks([each for _, references in kept for each in references])
            if left:
                yield f"{kept[0][0]}…{kept[-1][0]}", left
            kept.clear()


def _sweep(seeds: list[str]) -> tuple[int, list[tuple[str, list[str]]]]:
    return len(seeds), list(sweep(seeds))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.swarm", description=__doc__.partition("\n")[0])
    parser.add_argument("--programs", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", help="run this one program")
    parser.add_argument("--shrink", action="store_true")
    parser.add_argument("--planted", action="store_true", help="plant bugs, and count the seeds until each is found")
    options = parser.parse_args(arguments)
    if options.planted:
        from tools import plantedbugs

        return plantedbugs.main()
    if options.seed:
        return _one_(options.seed, options.shrink)
    each = max(1, options.programs // options.seeds)
    seeds = [
        f"{seed}.{number}" for seed in range(options.first, options.first + options.seeds) for number in range(each)
    ]
    parts = [seeds[start : start + 100] for start in range(0, len(seeds), 100)]
    began, done, found = time.perf_counter(), 0, 0
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        for count, broken in pool.map(_sweep, parts):
            done += count
            print(f"\r{done} programs, {found} broken", end="", file=sys.stderr, flush=True)
            for seed, lines in broken:
                found += 1
                print(f"\n{seed}: " + "\n    ".join(lines[:6]), flush=True)
    duration = time.perf_counter() - began
    print(file=sys.stderr)
    rate = f"{duration:.0f} s, {done / duration:.0f} per second"
    print(f"{done} programs of {options.seeds} seeds, {found} with a broken rule; {rate}")
    return 1 if found else 0


def _one_(seed: str, isShrunk: bool) -> int:
    program = programOf(seed)
    outcome = play(program, None)
    broken = outcome.broken + leaks(outcome.references)
    if isShrunk and broken:
        rules = rulesOf(broken)
        program = shrink(program, lambda each: bool(rules & rulesOf(play(each).broken)))
        outcome = play(program, None)
        broken = outcome.broken
    print(json.dumps(program, indent=1))
    for event in outcome.events:
        print(*event)
    print("\n".join(broken) or "all rules held")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
