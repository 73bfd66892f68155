"""What the package listens to by itself looks to a program as if `on` and `once` had been called."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from nodecompat.events import EventEmitter
from nodecompat.stream import PassThrough, Readable, Writable

SINK_EVENTS = ["unpipe", "error", "close", "finish"]


def piped(sink: Any) -> Readable:
    source = Readable(read=lambda size: None)
    source.pipe(sink)
    return source


def theSink() -> Writable:
    return Writable(write=lambda chunk, encoding, callback: callback())


def testAProgramCountsThemAndSeesTheWrappersOfOnce() -> None:
    sink = theSink()
    source = piped(sink)
    assert {name: sink.listenerCount(name) for name in SINK_EVENTS} == dict.fromkeys(SINK_EVENTS, 1)
    assert (source.listenerCount("data"), source.listenerCount("end")) == (1, 1)
    (wrapper,) = sink.rawListeners("finish")
    (listener,) = sink.listeners("finish")
    assert wrapper.listener == listener  # type: ignore[attr-defined]
    assert sink.rawListeners("finish") == [wrapper]
    assert sink.rawListeners("unpipe") == sink.listeners("unpipe")


@pytest.mark.parametrize("isRaw", [False, True], ids=["listener", "wrapper"])
def testAProgramRemovesThem(isRaw: bool) -> None:
    sink = theSink()
    source = piped(sink)
    (listener,) = (sink.rawListeners if isRaw else sink.listeners)("close")
    sink.removeListener("close", listener)
    sink.emit("close")
    assert sink.listenerCount("close") == 0
    assert source.listenerCount("data") == 1


def testWhatIsCalledOnceIsGoneWhenALaterListenerIsCalled() -> None:
    sink, counts = theSink(), []
    piped(sink)
    sink.on("finish", lambda: counts.append(sink.listenerCount("finish")))
    sink.emit("finish")
    assert counts == [1]
    assert {name: sink.listenerCount(name) for name in SINK_EVENTS} == {
        "unpipe": 0,
        "error": 0,
        "close": 0,
        "finish": 1,
    }


def testEmittedByHandTheyGetWhatTheyTake() -> None:
    sink = theSink()
    source = piped(sink)
    sink.emit("finish", "too", "many", "arguments")
    assert source.listenerCount("data") == 0


def testListenersForAdditionAndRemovalHearOfThem() -> None:
    sink, heard = theSink(), []
    sink.on("newListener", lambda name, listener: heard.append(f"+{name}"))
    sink.on("removeListener", lambda name, listener: heard.append(f"-{name}"))
    piped(sink).unpipe(sink)
    assert heard == ["+removeListener", *(f"+{name}" for name in SINK_EVENTS), *(f"-{each}" for each in _CLEANED)]


#: As Node's pipe removes them.
_CLEANED = ["close", "finish", "error", "unpipe"]


def testAnErrorOfTheSinkComesToThePipeFirst() -> None:
    sink, order = theSink(), []
    sink.on("error", lambda error: order.append(source.listenerCount("data")))
    source = piped(sink)
    sink.emit("error", ValueError("boom"))
    assert order == [0]


def testMethodsOfAProgramAreCalled() -> None:
    calls: list[str] = []

    class Sink(Writable):
        def on(self, eventName: Any, listener: Any = None) -> Any:
            calls.append(f"on {eventName}")
            return super().on(eventName, listener)

    piped(Sink(write=lambda chunk, encoding, callback: callback()))
    assert calls == ["on unpipe", "on close", "on finish"]  # `once` goes by way of `on`, `prependListener` does not
    calls.clear()
    sink = theSink()
    remove = sink.removeListener
    sink.removeListener = lambda name, listener: calls.append(f"off {name}") or remove(name, listener)  # type: ignore
    piped(sink).unpipe(sink)
    assert calls == [f"off {each}" for each in _CLEANED]


def testAForeignSinkIsListenedTo() -> None:
    class Foreign:
        def __init__(self) -> None:
            self.emitter = EventEmitter()
            self.on, self.once, self.emit = self.emitter.on, self.emitter.once, self.emitter.emit
            self.removeListener = self.emitter.removeListener

        def write(self, chunk: Any) -> bool:
            return True

    sink = Foreign()
    piped(sink).unpipe(sink)
    assert sink.emitter.eventNames() == []


def testASinkThatDidNotCallItsConstructorIsListenedTo() -> None:
    class Sink(EventEmitter):
        def __init__(self) -> None:
            pass

        def write(self, chunk: Any) -> bool:
            return True

    sink = Sink()
    source = piped(sink)
    assert sink.listenerCount("finish") == 1
    source.unpipe(sink)
    assert sink.eventNames() == []


def testAPipeThatIsOverIsFreedAtOnce() -> None:
    gc.disable()
    try:
        sink = PassThrough()
        source = piped(sink)
        (listener,) = source.listeners("data")
        held = weakref.ref(listener.__self__) if hasattr(type(listener.__self__), "__weakref__") else None  # type: ignore
        here = sum(type(each).__name__ == "_Pipe" for each in gc.get_objects())
        del listener
        source.unpipe(sink)
        assert sum(type(each).__name__ == "_Pipe" for each in gc.get_objects()) == here - 1
        assert held is None or held() is None
    finally:
        gc.enable()
