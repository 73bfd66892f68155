"""From Node's streams to those of the web and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlog import Log, later, silent, sink, slowSink, source
from webstreams import collect, controllerOf, given, noting, taking

from nodecompat.abort import AbortController, AbortSignal
from nodecompat.errors import NodeError
from nodecompat.stream import Duplex, PassThrough, Readable, Writable, finished, isReadable, promises
from nodecompat.stream.web import (
    ReadableStream,
    TransformStream,
    WritableStream,
)
from nodecompat.testing import Network

Outcome = Callable[[Any], Any]


def testReadableToWeb(outcome: Outcome) -> None:
    assert outcome(collect(Readable.toWeb(source("a", "b")))) == [b"a", b"b"]


def testReadableToWebKeepsBackpressure(net: Network, log: Log) -> None:
    stream = Readable(highWaterMark=2, read=lambda self, size: self.push("ab"))
    Readable.toWeb(stream)
    net.run()
    assert stream.isPaused()


def testReadableToWebFailsWithTheStream(net: Network, outcome: Outcome) -> None:
    stream = silent()
    web = Readable.toWeb(stream)
    later(stream.destroy, ValueError("x"))
    with pytest.raises(ValueError, match=r"x"):
        outcome(collect(web))


def testCancellingDestroysTheReadable(net: Network, outcome: Outcome) -> None:
    stream = silent()
    outcome(Readable.toWeb(stream).cancel(ValueError("x")))
    net.run()
    assert stream.destroyed


def testReadableFromWeb(net: Network, outcome: Outcome) -> None:
    assert outcome(collect(Readable.fromWeb(given(b"a", b"b")))) == [b"a", b"b"]


def testDestroyCancelsTheWebStream(net: Network, log: Log) -> None:
    stream = Readable.fromWeb(ReadableStream({"cancel": lambda: log.append("cancel")}))
    log.watch(stream, ("close",)).destroy()
    net.run()
    assert log == ["cancel", "close"]


def testWritableToWeb(net: Network, outcome: Outcome) -> None:
    stream = slowSink(highWaterMark=1)
    writer = Writable.toWeb(stream).getWriter()
    writer.write(b"a")
    writer.write(b"b")
    outcome(writer.close())
    assert stream.taken == [b"a", b"b"]  # type: ignore[attr-defined]
    assert stream.writableFinished


def testAbortDestroysTheWritable(net: Network, outcome: Outcome) -> None:
    stream = sink()
    outcome(Writable.toWeb(stream).abort(ValueError("x")))
    net.run()
    assert stream.destroyed


def testWritableFromWeb(net: Network, log: Log) -> None:
    stream = log.watch(Writable.fromWeb(taking(log)), ("finish",))
    stream.write("a")
    stream.end("b")
    net.run()
    assert log == ["b'a'", "b'b'", "close", "finish"]


def testDuplexBothWays(net: Network, log: Log, outcome: Outcome) -> None:
    pair = Duplex.toWeb(PassThrough())
    writer = pair["writable"].getWriter()
    writer.write(b"a")
    writer.close()
    assert outcome(collect(pair["readable"])) == [b"a"]
    stream = Duplex.fromWeb({"readable": given("x"), "writable": taking(log)})
    stream.end("y")
    assert outcome(collect(stream)) == [b"x"]
    net.run()
    assert log == ["b'y'", "close"]


def testFinishedAndPipelineTakeWebStreams(net: Network, log: Log, outcome: Outcome) -> None:
    stream = given()
    assert isReadable(stream) is False
    finished(stream, log.note("finished"))
    outcome(promises.pipeline(["a"], TransformStream(), taking(log)))
    assert sorted(log) == ["a", "close", "finished"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Readable.toWeb({}), 'The "streamReadable" argument must be an stream.Readable.'),
        (lambda: Writable.toWeb({}), 'The "streamWritable" argument must be an stream.Writable.'),
        (lambda: Duplex.toWeb({}), 'The "duplex" argument must be an stream.Duplex.'),
        (lambda: Readable.fromWeb({}), 'The "readableStream" argument must be an instance of ReadableStream.'),
        (lambda: Writable.fromWeb({}), 'The "writableStream" argument must be an instance of WritableStream.'),
        (lambda: Duplex.fromWeb({}), 'The "pair.readable" property must be an instance of ReadableStream.'),
        (lambda: Duplex.fromWeb(5), 'The "pair" argument must be of type object.'),
    ],
)
def testWrongArgumentsRaise(call: Any, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        call()
    assert caught.value.message.startswith(message)


def testAWebStreamIsWaitedForWithASignal(net: Network, log: Log) -> None:
    controller = AbortController()
    finished(ReadableStream(), {"signal": controller.signal}, log.note("finished"))
    controller.abort()
    net.run()
    assert log == ["finished ABORT_ERR"]


def testAStreamThatIsDestroyedAlreadyBecomesAFailedWebStream(net: Network, log: Log) -> None:
    stream = silent()
    stream.destroy()
    noting(log, "closed", Readable.toWeb(stream).getReader().closed)
    net.run()
    assert log == ["closed: The operation was aborted"]


def testTheMissingSideOfADuplexIsAClosedWebStream(net: Network, log: Log) -> None:
    pair = Duplex.toWeb(Duplex(read=lambda: None, writable=False))
    noting(log, "closed", pair["writable"].getWriter().closed)
    net.run()
    assert log == ["closed"]


def testCorkedWritesReachTheWebStreamTogether(net: Network, log: Log) -> None:
    stream = Writable.fromWeb(taking(log))
    stream.cork()
    for letter in "ab":
        stream.write(letter, log.note("written"))
    stream.uncork()
    net.run()
    assert log == ["b'a'", "b'b'", "written", "written"]


def testAWriteCallbackThatRaisesIsAnErrorOfTheStream(net: Network, log: Log) -> None:
    def fail(error: Any = None) -> None:
        raise ValueError("x")

    log.watch(Writable.fromWeb(taking(log)), ("error", "close")).write("a", fail)
    net.run()
    assert log[1:] == ["error x", "close"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"objectMode": 5}, 'The "options.objectMode" property must be of type boolean.'),
        ({"encoding": "x"}, "The property 'options.encoding' is invalid. Received 'x'"),
    ],
)
def testWrongOptionsRaise(net: Network, options: Any, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        Readable.fromWeb(ReadableStream(), options)
    assert caught.value.message.startswith(message)
    net.run()


def testAStreamThatIsGivenUpWithoutReasonHasNoError(net: Network, log: Log) -> None:
    stream = log.watch(Duplex.fromWeb(TransformStream()), ("error", "close"))
    stream.write("a", log.note("written"))
    stream.pause()
    net.run()
    stream.destroy()
    net.run()
    assert log[-1] == "close"
    assert stream.errored is None


def testAWebStreamIsNoLongerWaitedForAfterTheCleanup(net: Network, log: Log) -> None:
    stream = ReadableStream()
    finished(stream, log.note("finished"))()
    stream.cancel()
    net.run()
    assert log == []


def testDestroyingADuplexEndsBothWebStreamsAtOnce(net: Network, log: Log) -> None:
    pair = {
        "readable": ReadableStream({"cancel": log.note("cancel")}),
        "writable": WritableStream({"abort": log.note("abort")}),
    }
    log.watch(Duplex.fromWeb(pair), ("close",)).destroy()
    net.run()
    assert log == ["cancel", "abort", "close"]


@pytest.mark.parametrize("name", ["destroy", "end"])
def testAWritableThatEndsBehindItsWebStreamAbortsIt(net: Network, log: Log, name: str) -> None:
    stream = sink()
    writer = Writable.toWeb(stream).getWriter()
    noting(log, "closed", writer.closed)
    getattr(stream, name)()
    net.run()
    noting(log, "write", writer.write(b"a"))
    net.run()
    assert log == ["closed: The operation was aborted", "write: The operation was aborted"]


@pytest.mark.parametrize(("cls", "web"), [(Readable, ReadableStream), (Writable, WritableStream)])
def testAWebStreamThatFailsIsAnErrorOfTheStream(net: Network, log: Log, cls: Any, web: Any) -> None:
    below, controller = controllerOf(web)
    log.watch(cls.fromWeb(below), ("error", "close"))
    net.run()
    controller.error(ValueError("x"))
    net.run()
    assert log == ["error x", "close"]


def testEveryWriteOfABatchThatFailsIsTold(net: Network, log: Log) -> None:
    def fail(chunk: Any) -> None:
        raise ValueError("full")

    stream = log.watch(Writable.fromWeb(WritableStream({"write": fail})), ("error", "close"))
    stream.cork()
    stream.write("a", log.note("a"))
    stream.write("b", log.note("b"))
    stream.uncork()
    net.run()
    assert log == ["a full", "b full", "error full", "close"]


def testDestroyingWithoutAReasonClosesTheWebStream(net: Network, log: Log) -> None:
    sink_ = {"close": log.note("close hook"), "abort": log.note("abort hook")}
    log.watch(Writable.fromWeb(WritableStream(sink_)), ("close",)).destroy()
    net.run()
    assert log == ["close hook", "close"]


def testAReadableBecomesAStreamOfBytes(outcome: Outcome) -> None:
    web = Readable.toWeb(source(b"ab"), type="bytes")
    assert [bytes(chunk) for chunk in outcome(collect(web))] == [b"ab"]


@pytest.mark.parametrize("type", [None, "bytes"])
def testADuplexThatHasEndedBecomesClosedWebStreams(net: Network, log: Log, type: str | None) -> None:
    stream = Duplex(read=lambda self, size: self.push(None), write=lambda self, chunk, encoding, callback: callback())
    stream.resume()
    stream.end()
    net.run()
    pair = Duplex.toWeb(stream, readableType=type)
    noting(log, "read", pair["readable"].getReader().closed)
    noting(log, "write", pair["writable"].getWriter().closed)
    net.run()
    assert log == ["read", "write"]


def testWaitingForAWebStreamWithASignalThatIsAbortedFailsAtOnce(net: Network, log: Log) -> None:
    finished(ReadableStream(), {"signal": AbortSignal.abort()}, log.note("finished"))
    net.run()
    assert log == ["finished ABORT_ERR"]
