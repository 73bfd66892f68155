"""Traced handles: a class that comes and goes while a handle lives, and the socket that reports its calls."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from conformance.worlds import BridgeWorld, DescriptorWorld

from nodecompat.reactor.descriptor.tcp import TCP
from nodecompat.reactor.tracing import handles, hook


@pytest.fixture(autouse=True)
def steps() -> Iterator[list[tuple[Any, ...]]]:
    told: list[tuple[Any, ...]] = []
    hook.tracer = lambda handle, step, *details: told.append((step, *details))
    yield told
    hook.tracer = None


class Failing:
    """A socket whose calls fail."""

    def __init__(self, number: int) -> None:
        self._error = OSError(number, "failed")

    def _fail(self, *args: Any) -> Any:
        raise self._error

    recv = send = sendmsg = _accept = _fail


def testAHandleChangesItsClassAndBack() -> None:
    handle = TCP()
    assert handles.attach(handle) is handle
    assert (type(handle).__name__, isinstance(handle, TCP)) == ("TracedTCP", True)
    handles.attach(handle)
    assert type(handle).__name__ == "TracedTCP", "once only"
    handles.detach(handle)
    assert type(handle) is TCP
    handles.detach(handle)
    assert type(handle) is TCP


def testTheClassIsMadeOnce() -> None:
    assert type(handles.attach(TCP())) is type(handles.attach(TCP()))


def testTheSocketOfAnOpenHandleIsWrappedAndUnwrapped() -> None:
    handle = TCP()
    assert handle.bind("127.0.0.1", 0) == 0
    real = handle._socket
    handles.attach(handle)
    assert (handle._socket.real, handle.getsockname().address) == (real, "127.0.0.1")
    handles.detach(handle)
    assert handle._socket is real
    handle.close()


def testAHandleOfAnotherKindIsLeftAlone() -> None:
    other = object()
    assert handles.attach(other) is other
    handles.detach(other)
    assert type(other) is object


@pytest.mark.parametrize("world", [DescriptorWorld, BridgeWorld])
def testAFactoryTracesWhatItMakes(world: type[Any]) -> None:
    factory = handles.TracingFactory(world().factory)
    assert type(factory.tcp()).__name__.startswith("Traced")
    assert type(factory.tcpServer()).__name__.startswith("Traced")
    assert factory.openStream(100_000) < 0, "a status stays one"
    assert getattr(factory, "onPoller", False) is getattr(factory.real, "onPoller", False)


@pytest.mark.parametrize(
    ("call", "step"), [("recv", hook.RECV), ("send", hook.SEND), ("sendmsg", hook.SEND), ("_accept", hook.ACCEPT)]
)
def testACallThatFailsIsReportedAndRaised(steps: list[tuple[Any, ...]], call: str, step: str) -> None:
    arguments = [] if call == "_accept" else [1]
    for number, expected in ((errno.EAGAIN, (hook.EAGAIN, step)), (errno.ECONNRESET, (step, -errno.ECONNRESET))):
        traced = handles.TracedSocket(object(), Failing(number))
        with pytest.raises(OSError):
            getattr(traced, call)(*arguments)
        assert steps.pop() == expected


def testSizesAreReported(steps: list[tuple[Any, ...]]) -> None:
    ours, plain = socket.socketpair()
    traced = handles.TracedSocket(object(), ours)
    traced.send(b"abc")
    traced.sendmsg([b"d", b"ef"])
    assert plain.recv(10) == b"abcdef"
    plain.send(b"four")
    traced.recv(10)
    traced.shutdown(socket.SHUT_WR)
    traced.close()
    plain.close()
    assert steps == [(hook.SEND, 3), (hook.SEND, 3), (hook.RECV, 4), (hook.SHUTDOWN,), (hook.CLOSE,)]


def testNothingIsReportedWithoutATracer(steps: list[tuple[Any, ...]]) -> None:
    """A handle may outlive the tracing of it."""
    hook.tracer = None
    ours, plain = socket.socketpair()
    traced = handles.TracedSocket(object(), ours)
    assert (traced.send(b"abc"), plain.recv(3)) == (3, b"abc")
    traced.close()
    plain.close()
    assert steps == []
