"""finished: every way in which a stream can be done."""

from __future__ import annotations

from typing import Any

import pytest
from streamlog import Log, silent, sink, source

from nodecompat.abort import AbortController
from nodecompat.async_hooks import AsyncLocalStorage
from nodecompat.errors import NodeError
from nodecompat.events import EventEmitter
from nodecompat.stream import Duplex, PassThrough, Stream, finished
from nodecompat.testing import Network


def testAReadableThatEnds(net: Network, log: Log) -> None:
    stream = log.watch(source("a"), ("end", "close"))
    finished(stream, log.note("finished"))
    stream.resume()
    net.run()
    assert log == ["end", "close", "finished"]


def testAWritableThatFinishes(net: Network, log: Log) -> None:
    stream = sink()
    finished(stream, log.note("finished"))
    stream.end("x")
    net.run()
    assert log == ["finished"]


def testADuplexNeedsBothSidesUnlessToldOtherwise(net: Network, log: Log) -> None:
    stream = PassThrough()
    finished(stream, log.note("both"))
    finished(stream, {"readable": False}, log.note("written"))
    stream.end("x")
    net.run()
    assert log == ["written"]
    stream.resume()
    net.run()
    assert log == ["written", "both"]


def testAnErrorIsHandedOver(net: Network, log: Log) -> None:
    stream = silent()
    finished(stream, log.note("finished"))
    stream.destroy(ValueError("x"))
    net.run()
    assert log == ["finished x"]


def testClosingEarlyIsAnError(net: Network, log: Log) -> None:
    for stream in (silent(), sink(), PassThrough()):
        finished(stream, log.note("finished"))
        stream.destroy()
    net.run()
    assert log == ["finished ERR_STREAM_PREMATURE_CLOSE"] * 3


def testErrorEventsCanBeIgnored(net: Network, log: Log) -> None:
    stream = silent(autoDestroy=False)
    stream.on("error", lambda: None)
    finished(stream, {"error": False}, log.note("finished"))
    stream.emit("error", ValueError("x"))
    assert log == []


def testTheCallbackComesOnce(net: Network, log: Log) -> None:
    stream = silent()
    finished(stream, log.note("finished"))
    stream.destroy(ValueError("x"))
    net.run()
    stream.emit("close")
    assert log == ["finished x"]


def testWhatIsOverAlreadyIsToldLater(net: Network, log: Log) -> None:
    stream = source()
    stream.resume()
    net.run()
    finished(stream, log.note("finished"))
    assert log == []
    net.run()
    assert log == ["finished"]


def testTheReturnedFunctionTakesTheListenersOff(net: Network, log: Log) -> None:
    stream = silent()
    before = {name: stream.listenerCount(name) for name in ("end", "finish", "error", "close")}
    cleanup = finished(stream, log.note("finished"))
    cleanup()
    assert {name: stream.listenerCount(name) for name in before} == before
    stream.destroy()
    net.run()
    assert log == []


def testASignalGivesUp(net: Network, log: Log) -> None:
    controller, stream = AbortController(), silent()
    finished(stream, {"signal": controller.signal}, log.note("finished"))
    controller.abort()
    net.run()
    assert log == ["finished ABORT_ERR"]
    assert not stream.destroyed
    finished(stream, log.note("again"), signal=controller.signal)
    net.run()
    assert log[1:] == ["again ABORT_ERR"]


def testASideThatIsNotThereIsNotWaitedFor(net: Network, log: Log) -> None:
    stream = Duplex(writable=False, read=lambda: None)
    finished(stream, log.note("finished"))
    stream.push(None)
    stream.resume()
    net.run()
    assert log == ["finished"]


def testAnOldStyleStreamIsDoneAtItsEndOrClose(net: Network, log: Log) -> None:
    class Old(EventEmitter):
        writable = True

        def write(self, chunk: Any) -> None: ...

    stream = Old()
    finished(stream, log.note("finished"))
    stream.writable = False
    stream.emit("close")
    assert log == ["finished"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (({}, lambda: None), 'The "stream" argument must be an instance of ReadableStream, WritableStream, or Stream.'),
        ((None, lambda: None), 'The "stream" argument must be an instance of'),
        ((PassThrough(),), 'The "callback" argument must be of type function. Received undefined'),
        ((PassThrough(), {}, 5), 'The "callback" argument must be of type function. Received type number'),
        ((PassThrough(), 5, lambda: None), 'The "options" argument must be of type object.'),
        ((PassThrough(), {"signal": 5}, lambda: None), 'The "options.signal" property must be an instance of'),
    ],
)
def testWrongArgumentsRaise(args: Any, message: str) -> None:
    with pytest.raises(NodeError, match=r"^" + message.replace("(", "\\(")):
        finished(*args)


def testTheCallbackSeesTheContextOfWhoeverWaits(net: Network, log: Log) -> None:
    storage, stream = AsyncLocalStorage(), sink()
    storage.run("waiting", lambda: finished(stream, lambda: log.append(storage.getStore())))
    stream.end()
    net.run()
    assert log == ["waiting"]


def testAnyStreamWillDo() -> None:
    assert callable(finished(Stream(), lambda: None))


def testWhatIsGivenInTheLastPlaceMustBeTheCallback() -> None:
    with pytest.raises(NodeError, match=r'^The "callback" argument must be of type function. Received an instance'):
        finished(silent(), {})


class Signal:
    """A signal of somebody else's making: it does not tell why."""

    aborted = True

    def addEventListener(self, *args: Any) -> None: ...

    removeEventListener = addEventListener


def testASignalNeedNotHaveAReason(net: Network, log: Log) -> None:
    finished(silent(), {"signal": Signal()}, log.note("finished"))
    net.run()
    assert log == ["finished ABORT_ERR"]
