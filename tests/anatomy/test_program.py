"""What the program does while it is recorded: its listeners and calls run as ever, and are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from nodecompat import anatomy, dgram, net
from nodecompat.anatomy import program, recording
from nodecompat.net import takeover
from nodecompat.testing import Network, network


@pytest.fixture(autouse=True)
def wire() -> Iterator[Network]:
    """Connections in memory: the order of a recording does not depend on the kernel."""
    with network() as made:
        yield made
    recording.stop()


def testAListenerThatFailsIsToldAndFailsStill() -> None:
    emitter = net.Socket()

    def onTimeout() -> None:
        raise ValueError("boom")

    emitter.on("timeout", onTimeout)
    with anatomy.record() as made, pytest.raises(ValueError, match="boom"):
        emitter.emit("timeout")
    assert [(e.kind, e.label) for e in made.entries] == [
        ("event", "'timeout'"),
        ("listener", "onTimeout"),
        ("error", "raised ValueError: boom"),
    ]
    raised = made.entries[2]
    assert raised.source is not None and raised.source.function == "onTimeout" and raised.cause == 2
    assert made.entries[1].duration is not None


def testAnErrorNobodyListensTo() -> None:
    emitter = net.Socket()
    with anatomy.record() as made, pytest.raises(ValueError, match="boom"):
        emitter.emit("error", ValueError("boom"))
    assert [(e.kind, e.label, e.failed) for e in made.entries] == [("event", "'error' ValueError: boom", True)]


def testMessagesOfDatagramsAndOfWebSockets() -> None:
    emitter = net.Socket()
    emitter.on("message", lambda data: None)
    with anatomy.record() as made:
        emitter.emit("message", b"hello", dgram.RemoteInfo("127.0.0.1", "IPv4", 53, 5))
        emitter.emit("message", b"hello", False)
        emitter.emit("message", "grüß", True)
    assert made.trouble == ""
    assert labels(made, "event") == [
        "'message' 5 bytes from 127.0.0.1:53",
        "'message' 5 bytes",
        "'message' 4 characters",
    ]


def testListenersGetWhatTheyGetWithoutARecording() -> None:
    emitter = net.Socket()
    got: list[Any] = []
    emitter.once("timeout", lambda: got.append("none"))
    emitter.on("timeout", lambda a, b=None: got.append((a, b)))
    emitter.on("timeout", lambda *args: got.append(args))
    with anatomy.record():
        assert emitter.emit("timeout", 1, 2, 3)
        assert emitter.emit("timeout", 1)
        assert not emitter.emit("nobody", 1)
    assert got == ["none", (1, 2), (1, 2, 3), (1, None), (1,)]


def labels(made: anatomy.Recording, *kinds: str) -> list[str]:
    return [entry.label for entry in made.entries if entry.kind in kinds]


def testCallsOfTheProgramAreTold(wire: Network) -> None:
    with anatomy.record() as made:
        server = net.createServer(lambda socket: socket.end("bye"))
        server.listen(80, "127.0.0.1")
        wire.run()
        client = net.connect(80, "127.0.0.1")
        client.resume()
        client.end("x" * 50)
        wire.run()
        server.close()
        wire.run()
    assert made.trouble == ""
    assert labels(made, "call") == [
        "net.createServer(<lambda>)",
        "listen(80, '127.0.0.1')",
        "net.connect(80, '127.0.0.1')",
        "resume()",
        "end('xxxxxxxxxxxxxxxxxxxx'… 50)",
        "end('bye')",
        "close()",
    ]
    first = next(entry for entry in made.entries if entry.kind == "call")
    assert first.source is not None and first.source.function == "testCallsOfTheProgramAreTold"


def testWhatASocketDidBeforeItsConnectionIsShownWithIt(wire: Network) -> None:
    server = net.createServer(lambda socket: socket.end())
    server.listen(80, "127.0.0.1")
    wire.run()
    with anatomy.record() as made:
        client = net.Socket()
        client.setTimeout(5)
        client.resume()
        client.connect(80, "127.0.0.1")
        wire.run()
        server.close()
        wire.run()
    assert made.trouble == ""
    assert [entry.label for entry in made.entries if entry.kind == "call"][:3] == [
        "setTimeout(5)",
        "resume()",
        "connect(80, '127.0.0.1')",
    ]


def testEverythingIsPutBack() -> None:
    before = net.Socket.write, net.connect, net.Server.listen
    with anatomy.record():
        assert net.Socket.write is not before[0]
        assert net.Socket.write.__doc__ == before[0].__doc__, "it can be looked at meanwhile"
    assert (net.Socket.write, net.connect, net.Server.listen) == before


def testAReplacedMethodOfTheProgramsOwnIsCalled(wire: Network, log: list[Any]) -> None:
    class Loud(net.Socket):
        def write(self, *args: Any) -> bool:
            log.append(args)
            return super().write(*args)

    with anatomy.record():
        loud = Loud()
        loud.on("error", lambda error: None)
        loud.write("x")
        loud.destroy()
        wire.run()
    assert log == [("x",)]


@pytest.mark.parametrize(
    ("eventName", "args", "expected"),
    [
        ("x", (), ""),
        ("data", (b"abc",), "3 bytes"),
        ("data", ("abc",), "3 characters"),
        ("error", (ValueError("boom"),), "ValueError: boom"),
        ("close", (True,), "after an error"),
        ("close", (False,), ""),
        ("lookup", (None, "127.0.0.1", 4, "localhost"), "localhost → 127.0.0.1"),
        ("other", (1, True, "a", None, 2.5), "1, a, 2.5"),
    ],
)
def testTheArgumentsOfAnEventInOneLine(eventName: str, args: tuple[Any, ...], expected: str) -> None:
    assert program._brief(eventName, args) == expected


@pytest.mark.parametrize(
    ("args", "options", "expected"),
    [
        ((), {}, "()"),
        ((1, "a", b"b", None, True), {}, "(1, 'a', b'b', None, True)"),
        (({"a": 1}, [1], print), {}, "({…}, list, print)"),
        (("x" * 25,), {"encoding": "utf8"}, f"({'x' * 20!r}… 25, encoding='utf8')"),
        ((), {"a": 1, "b": 2}, "(a=1, b=2)"),
    ],
)
def testTheArgumentsOfACall(args: tuple[Any, ...], options: dict[str, Any], expected: str) -> None:
    assert f"({program._arguments(args, options)})" == expected


def testTheFastWayOfWritingStaysOpen() -> None:
    """What the package itself writes into a socket goes to the handle at once, recorded or not."""
    plain = net.Socket.write
    with anatomy.record():
        assert net.Socket.write is not plain
        assert takeover.ownWrite is net.Socket.write
    assert takeover.ownWrite is net.Socket.write is plain
