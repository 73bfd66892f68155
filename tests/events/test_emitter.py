"""EventEmitter: order, removal, errors, rejections, limits."""

from __future__ import annotations

import copy
import gc
import json
import weakref
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import Deferred

from nodecompat import events
from nodecompat.errors import ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_UNHANDLED_ERROR, NodeError
from nodecompat.events import EventEmitter, MaxListenersExceededWarning, Symbol, errorMonitor, hooks
from nodecompat.testing import Network

ROWS = json.loads((Path(__file__).parents[1] / "data" / "node-errors.json").read_text("utf-8"))["rows"]


@pytest.fixture
def emitter() -> EventEmitter:
    return EventEmitter()


@pytest.fixture
def rejections(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    caught: list[BaseException] = []
    monkeypatch.setattr(hooks, "unhandledRejection", lambda error, deferred, owner: caught.append(error))
    return caught


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    caught: list[Any] = []
    monkeypatch.setattr(hooks, "emitWarning", caught.append)
    return caught


class Logger:
    def __init__(self, log: list[Any]) -> None:
        self.log = log

    def onX(self) -> None:
        self.log.append("x")


# -- emitting


def testEmitTellsWhetherThereWasAListener(emitter: EventEmitter) -> None:
    assert emitter.emit("x") is False
    emitter.on("x", lambda: False)
    assert emitter.emit("x") is True


def testNoneIsAnArgument(emitter: EventEmitter, log: list[Any]) -> None:
    emitter.on("x", lambda *args: log.append(args))
    emitter.emit("x", None)
    emitter.emit("x", None, None)
    assert log == [(None,), (None, None)]


def testListenersRunInTheirOrder(emitter: EventEmitter, log: list[Any]) -> None:
    emitter.on("x", lambda: log.append("b")).on("x", lambda: log.append("c"))
    emitter.prependListener("x", lambda: log.append("a"))
    emitter.emit("x")
    assert log == ["a", "b", "c"]


def testAnEmitUnderWayKeepsItsListeners(emitter: EventEmitter, log: list[Any]) -> None:
    def second() -> None:
        log.append("second")

    def first() -> None:
        log.append("first")
        emitter.off("x", second)
        emitter.on("x", lambda: log.append("late"))

    emitter.on("x", first).on("x", second)
    emitter.emit("x")
    assert log == ["first", "second"]
    emitter.emit("x")
    assert log == ["first", "second", "first", "late"]


def testAnExceptionStopsTheEmitAndReachesTheCaller(emitter: EventEmitter, log: list[Any]) -> None:
    def fails() -> None:
        raise ValueError("inside")

    emitter.on("x", lambda: log.append("first")).on("x", fails).on("x", lambda: log.append("never"))
    with pytest.raises(ValueError, match="inside"):
        emitter.emit("x")
    assert log == ["first"]


@pytest.mark.parametrize("name", ["x", Symbol("s"), ("a", 1), object()])
def testAnyHashableValueNamesAnEvent(emitter: EventEmitter, log: list[Any], name: Any) -> None:
    emitter.on(name, lambda: log.append(name)).emit(name)
    assert log == [name]
    assert emitter.eventNames() == [name]


@pytest.mark.parametrize(
    "name, text",
    [(5, "5"), (1.0, "1"), (True, "true"), (None, "undefined"), (["a", 1], "a,1"), ({}, "[object Object]")],
)
def testNumbersAndWhatHasNoHashNameAnEventByTheirText(emitter: EventEmitter, name: Any, text: str) -> None:
    assert emitter.on(name, print).eventNames() == [text]
    assert emitter.listenerCount(name) == emitter.listenerCount(text) == 1
    assert emitter.emit(name)
    assert emitter.off(name, print).eventNames() == []


# -- adding


def testOnReturnsTheEmitter(emitter: EventEmitter) -> None:
    for add in (emitter.on, emitter.addListener, emitter.once, emitter.prependListener, emitter.prependOnceListener):
        assert add("x", print) is emitter
    assert emitter.setMaxListeners(5) is emitter.off("x", print) is emitter.removeAllListeners() is emitter


def testOnWithoutAListenerIsADecorator(emitter: EventEmitter, log: list[Any]) -> None:
    @emitter.on("x")
    def always() -> None:
        log.append("always")

    @emitter.once("x")
    def once() -> None:
        log.append("once")

    @emitter.prependListener("x")
    def first() -> None:
        log.append("first")

    @emitter.prependOnceListener("x")
    def firstOnce() -> None:
        log.append("firstOnce")

    emitter.emit("x")
    emitter.emit("x")
    assert log == ["firstOnce", "first", "always", "once", "first", "always"]
    assert callable(always)


def testASubclassNeedNotCallInit(log: list[Any]) -> None:
    class Bare(EventEmitter):
        def __init__(self) -> None:
            pass

    assert Bare().emit("x") is False
    assert Bare().eventNames() == Bare().listeners("x") == []
    assert Bare().listenerCount("x") == 0
    assert Bare().on("x", lambda: log.append("x")).emit("x") is True
    Bare().off("x", print).removeAllListeners("x").removeAllListeners()
    with pytest.raises(ValueError):
        Bare().emit("error", ValueError())
    assert log == ["x"]


def testOnceGoesByWayOfOn(log: list[Any]) -> None:
    """A Readable notices 'data' listeners by its own `on`."""

    class Watching(EventEmitter):
        def on(self, eventName: Any, listener: Any = None) -> Any:
            log.append(eventName)
            return super().on(eventName, listener)

    Watching().once("data", print)
    assert log == ["data"]


@pytest.mark.parametrize("method", ["on", "addListener", "once", "prependListener", "prependOnceListener", "off"])
@pytest.mark.parametrize("listener", [5, None, "x"])
def testAListenerMustBeCallable(emitter: EventEmitter, method: str, listener: Any) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'^The "listener" argument must be of type function'):
        getattr(emitter, method)("x", listener)


def testNewListenerComesBeforeTheAddition(emitter: EventEmitter, log: list[Any]) -> None:
    emitter.on("newListener", lambda name, listener: log.append((name, listener, emitter.listenerCount(name))))
    emitter.on("x", print)
    emitter.once("x", repr)
    assert log == [("x", print, 0), ("x", repr, 1)]


def testAListenerAddedByNewListenerComesFirst(emitter: EventEmitter, log: list[Any]) -> None:
    emitter.once("newListener", lambda: emitter.on("x", lambda: log.append("b")))
    emitter.on("x", lambda: log.append("a")).emit("x")
    assert log == ["b", "a"]


def testNewListenerMayRemoveAllListeners(emitter: EventEmitter, log: list[Any]) -> None:
    emitter.on("newListener", lambda: emitter.removeAllListeners())
    emitter.on("x", lambda: log.append("x")).emit("x")
    assert log == ["x"]
    assert emitter.eventNames() == ["x"]


# -- once


def testOnceRunsOnce(emitter: EventEmitter, log: list[Any]) -> None:
    emitter.once("x", lambda a: (log.append(a), emitter.emit("x", "again")))
    emitter.emit("x", 1)
    emitter.emit("x", 2)
    assert log == [1]
    assert emitter.eventNames() == []


def testAOnceListenerCanBeRemovedByItsFunction(emitter: EventEmitter) -> None:
    emitter.once("x", print).off("x", print)
    assert emitter.listenerCount("x") == 0


def testTheWrapperOfOnceCanBeCalledOrRemoved(emitter: EventEmitter, log: list[Any]) -> None:
    emitter.once("x", log.append)
    (wrapper,) = emitter.rawListeners("x")
    assert wrapper.listener == log.append  # type: ignore[attr-defined]
    assert emitter.listeners("x") == [log.append]
    wrapper("called")
    wrapper("again")
    assert (log, emitter.listenerCount("x")) == (["called"], 0)
    emitter.once("x", print)
    emitter.off("x", emitter.rawListeners("x")[0])
    assert emitter.listenerCount("x") == 0


def testAnEmitterWithAOnceListenerIsFreedWithoutTheGarbageCollector() -> None:
    gc.disable()
    try:
        emitter = EventEmitter().once("x", print).on("x", print)
        emitter.emit("y")
        freed = weakref.ref(emitter)
        del emitter
        assert freed() is None
    finally:
        gc.enable()


# -- removing


def testTheListenerAddedLastIsRemovedFirst(emitter: EventEmitter, log: list[Any]) -> None:
    def twice() -> None:
        log.append("twice")

    emitter.on("x", twice).on("x", lambda: log.append("between")).on("x", twice)
    emitter.off("x", twice).emit("x")
    assert log == ["twice", "between"]


def testABoundMethodIsFoundAgain(emitter: EventEmitter, log: list[Any]) -> None:
    """`self.onX` is a new object each time."""
    owner = Logger(log)
    emitter.on("x", owner.onX).on("y", log.append)
    emitter.off("x", Logger([]).onX)
    assert emitter.listenerCount("x") == 1
    emitter.off("x", owner.onX).off("y", log.append)
    assert emitter.eventNames() == []


def testRemoveListenerComesAfterTheRemoval(emitter: EventEmitter, log: list[Any]) -> None:
    emitter.on("removeListener", lambda name, listener: log.append((name, listener, emitter.listenerCount(name))))
    emitter.on("x", print).once("x", repr)
    emitter.off("x", print).emit("x")
    assert log == [("x", print, 1), ("x", repr, 0)]


def testRemoveAllListenersAnnouncesThemLastFirst(emitter: EventEmitter, log: list[Any]) -> None:
    emitter.on("removeListener", lambda name, listener: log.append((name, listener)))
    emitter.on("x", print).on("x", repr).on("y", str)
    emitter.removeAllListeners()
    assert log == [("x", repr), ("x", print), ("y", str)]
    assert emitter.eventNames() == []


def testRemoveAllListenersOfOneEvent(emitter: EventEmitter) -> None:
    emitter.on("x", print).on("y", print).removeAllListeners("x").removeAllListeners("nobody")
    assert emitter.eventNames() == ["y"]


def testRemovingWhatIsNotThereDoesNothing(emitter: EventEmitter) -> None:
    emitter.on("x", print).on("y", print).on("y", repr)
    emitter.off("x", repr).off("y", str).off("z", print)
    assert [emitter.listenerCount(name) for name in "xyz"] == [1, 2, 0]


# -- looking


def testCounts(emitter: EventEmitter) -> None:
    emitter.on("x", print).on("x", repr).once("x", print)
    assert emitter.listenerCount("x") == 3
    assert emitter.listenerCount("x", print) == 2
    assert emitter.listenerCount("x", str) == emitter.listenerCount("y") == emitter.listenerCount("y", str) == 0
    assert emitter.listeners("x") == [print, repr, print]


def testTheListsAreCopies(emitter: EventEmitter) -> None:
    emitter.on("x", print)
    emitter.listeners("x").clear()
    emitter.rawListeners("x").clear()
    assert emitter.listenerCount("x") == 1


def testSymbolsComeLastAmongTheNames(emitter: EventEmitter) -> None:
    symbol = Symbol("s")
    emitter.on(symbol, print).on("b", print).on("a", print)
    assert emitter.eventNames() == ["b", "a", symbol]
    assert repr(symbol) == "Symbol(s)"
    assert symbol != Symbol("s") and copy.deepcopy(symbol) is symbol


# -- errors


def testAnErrorWithoutAListenerIsRaisedItself(emitter: EventEmitter) -> None:
    error = ValueError("own")
    with pytest.raises(ValueError) as caught:
        emitter.emit("error", error, "more")
    assert caught.value is error


@pytest.mark.parametrize(
    "args, shown", [((), "undefined"), (("text",), "'text'"), (({"a": 1},), "{ a: 1 }"), ((5, 6), "5")]
)
def testAnErrorThatIsNoExceptionIsWrapped(emitter: EventEmitter, args: tuple[Any, ...], shown: str) -> None:
    with pytest.raises(ERR_UNHANDLED_ERROR) as caught:
        emitter.emit("error", *args)
    assert str(caught.value) == f"Unhandled error. ({shown})"
    assert caught.value.context == (args[0] if args else None)  # type: ignore[attr-defined]


def testMonitorsSeeAnErrorFirstAndDoNotHandleIt(emitter: EventEmitter, log: list[Any]) -> None:
    emitter.on(errorMonitor, lambda error: log.append(("monitor", error)))
    with pytest.raises(ERR_UNHANDLED_ERROR):
        emitter.emit("error", 1)
    emitter.on("error", lambda error: log.append(("listener", error)))
    emitter.emit("error", 2)
    assert log == [("monitor", 1), ("monitor", 2), ("listener", 2)]


def testAMonitorMayAddTheListener(emitter: EventEmitter, log: list[Any]) -> None:
    emitter.once(errorMonitor, lambda: emitter.on("error", log.append))
    assert emitter.emit("error", 1) is True
    assert log == [1]


# -- coroutines


def testACoroutineListenerRunsUpToItsFirstAwait(emitter: EventEmitter, net: Network, log: list[Any]) -> None:
    waiting: Deferred[str] = Deferred()

    async def listener(name: str) -> None:
        log.append(f"{name} begins")
        log.append(await waiting)

    emitter.on("x", listener).on("x", lambda: log.append("next"))
    assert emitter.emit("x", "a") is True
    waiting.callback("goes on")
    assert log == ["a begins", "next", "goes on"]


async def fails(*args: Any) -> None:
    raise ValueError("async")


@pytest.mark.parametrize("others", [0, 1])
def testAFailureOfACoroutineIsAnUnhandledRejection(
    emitter: EventEmitter, net: Network, rejections: list[BaseException], others: int
) -> None:
    for _ in range(others):
        emitter.on("x", print)
    emitter.on("x", fails)
    emitter.on("error", print)
    emitter.emit("x")
    net.run()
    assert [str(error) for error in rejections] == ["async"]


def testWithoutAHookAFailureIsAnUncaughtException(
    emitter: EventEmitter, net: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "unhandledRejection", None)
    emitter.on("x", fails).emit("x")
    net.run()
    assert [str(error) for error in net.faults] == ["async"]
    net.faults.clear()


def testACoroutineIsNotLostWhenALaterListenerRaises(
    emitter: EventEmitter, net: Network, rejections: list[BaseException]
) -> None:
    def raises() -> None:
        raise KeyError("sync")

    emitter.on("x", fails).on("x", raises)
    for count in range(4):
        with pytest.raises(KeyError):
            emitter.emit("x", *range(count))
    net.run()
    assert [str(error) for error in rejections] == ["async"] * 4


@pytest.mark.parametrize("others", [0, 1])
def testCaptureRejectionsMakesItAnError(net: Network, log: list[Any], others: int) -> None:
    emitter = EventEmitter(captureRejections=True).on("error", lambda error: log.append(str(error)))
    for _ in range(others):
        emitter.on("x", lambda: None)
    emitter.on("x", fails)
    log.append(emitter.emit("x"))
    net.run()
    assert log == [True, "async"]


def testADeferredIsCapturedLikeACoroutine(net: Network, log: list[Any]) -> None:
    waiting: Deferred[None] = Deferred()
    emitter = EventEmitter({"captureRejections": True}).on("error", lambda error: log.append(str(error)))
    emitter.on("x", lambda: waiting).emit("x")
    waiting.errback(ValueError("later"))
    net.run()
    assert log == ["later"]


def testWithoutCaptureADeferredBelongsToItsOwner(
    emitter: EventEmitter, net: Network, rejections: list[BaseException], log: list[Any]
) -> None:
    waiting: Deferred[None] = Deferred()
    emitter.on("x", lambda: waiting).on("x", lambda: waiting).emit("x")
    waiting.errback(ValueError("later"))
    waiting.addErrback(lambda failure: log.append(str(failure.value)))
    net.run()
    assert (log, rejections) == (["later"], [])


def testCaptureRejectionTakesTheFailureInstead(net: Network, log: list[Any]) -> None:
    class Catching(EventEmitter):
        def captureRejection(self, error: BaseException, eventName: Any, *args: Any) -> None:
            log.append((str(error), eventName, args))

    Catching(captureRejections=True).on("x", fails).emit("x", 1, 2)
    net.run()
    assert log == [("async", "x", (1, 2))]


def testCaptureRejectionMayBeSetOnTheEmitter(net: Network, log: list[Any]) -> None:
    emitter = EventEmitter(captureRejections=True).on("x", fails)
    setattr(emitter, events.captureRejectionSymbol, lambda error, name: log.append(name))
    emitter.emit("x", 1, 2, 3)
    net.run()
    assert log == ["x"]


def testAFailingCoroutineListenerOfErrorDoesNotEmitAnother(net: Network, rejections: list[BaseException]) -> None:
    emitter = EventEmitter(captureRejections=True).on("error", fails)
    emitter.on("x", fails).emit("x")
    net.run()
    assert len(rejections) == 1


def testACapturedFailureWithoutErrorListenerIsUncaught(net: Network) -> None:
    EventEmitter(captureRejections=True).on("x", fails).emit("x")
    net.run()
    assert [str(error) for error in net.faults] == ["async"]
    net.faults.clear()


def testCaptureRejectionsMustBeABoolean() -> None:
    with pytest.raises(
        ERR_INVALID_ARG_TYPE, match=r'^The "options.captureRejections" property must be of type boolean'
    ):
        EventEmitter(captureRejections=5)


# -- limits


def testTheEleventhListenerBringsOneWarning(emitter: EventEmitter, warned: list[Any]) -> None:
    for _ in range(13):
        emitter.on("x", print)
    (warning,) = warned
    assert isinstance(warning, MaxListenersExceededWarning)
    assert (warning.name, warning.type, warning.count, warning.emitter) == (type(warning).__name__, "x", 11, emitter)
    assert str(warning) == (
        "Possible EventEmitter memory leak detected. 11 x listeners added to [EventEmitter]. MaxListeners is 10. "
        "Use emitter.setMaxListeners() to increase limit"
    )


def testTheWarningNamesTheClassAndTheSymbol(warned: list[Any]) -> None:
    class Sub(EventEmitter): ...

    emitter = Sub().setMaxListeners(1)
    emitter.on(Symbol("s"), print)
    symbol = emitter.eventNames()[0]
    emitter.on(symbol, print)
    assert "2 Symbol(s) listeners added to [Sub]. MaxListeners is 1." in str(warned[0])


def testWithoutAHookTheWarningIsPythons(emitter: EventEmitter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "emitWarning", None)
    emitter.setMaxListeners(1).on("x", print)
    with pytest.warns(MaxListenersExceededWarning, match="2 x listeners") as caught:
        emitter.on("x", print)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("limit", [0, float("inf"), 20])
def testNoWarningBelowTheLimit(emitter: EventEmitter, warned: list[Any], limit: float) -> None:
    emitter.setMaxListeners(limit)
    for _ in range(15):
        emitter.on("x", print)
    assert (warned, emitter.getMaxListeners()) == ([], limit)


@pytest.mark.parametrize(
    "limit, error", [(-1, ERR_OUT_OF_RANGE), ("x", ERR_INVALID_ARG_TYPE), (float("nan"), ERR_OUT_OF_RANGE)]
)
def testABadLimit(emitter: EventEmitter, limit: Any, error: type[NodeError]) -> None:
    with pytest.raises(error, match='"setMaxListeners"'):
        emitter.setMaxListeners(limit)


# -- the table of errors seen in Node


@pytest.mark.parametrize(
    "provoked, provoke",
    [
        ('emitter.on("x", 5)', lambda: EventEmitter().on("x", 5)),  # type: ignore[call-overload]
        ("emitter.setMaxListeners(-1)", lambda: EventEmitter().setMaxListeners(-1)),
        ('emit("error") with no argument', lambda: EventEmitter().emit("error")),
        ('emit("error", "text")', lambda: EventEmitter().emit("error", "text")),
        ('emit("error", error)', lambda: EventEmitter().emit("error", _own())),
    ],
)
def testErrorsAreThoseSeen(provoked: str, provoke: Any) -> None:
    (row,) = [row for row in ROWS if row["provoked"] == provoked]
    with pytest.raises(Exception) as caught:
        provoke()
    error: Any = caught.value
    assert (error.code, error.name, str(error)) == (row["code"], row["name"], row["message"])


def _own() -> NodeError:
    from nodecompat.errors import NodeRangeError

    return NodeRangeError("own")


@pytest.mark.parametrize("options", [5, "x", True, [1], b"x", print, Symbol("s"), object()])
def testOptionsThatAreNoMappingAreIgnored(options: Any) -> None:
    assert EventEmitter(options).emit("x") is False


def testTheWarningNamesTheEventAsJavaScriptDoes(monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[Any] = []
    monkeypatch.setattr(hooks, "emitWarning", warnings.append)
    for name in (True, None, Symbol("s")):
        emitter = EventEmitter().setMaxListeners(1)
        emitter.on(name, print).on(name, repr)
    assert [str(each).split(" listeners")[0].split("2 ")[1] for each in warnings] == ["true", "undefined", "Symbol(s)"]
