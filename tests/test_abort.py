"""AbortSignal, AbortController, DOMException."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from nodecompat import abort
from nodecompat.abort import AbortController, AbortSignal, DOMException
from nodecompat.errors import (
    ERR_ILLEGAL_CONSTRUCTOR,
    ERR_INVALID_ARG_TYPE,
    ERR_OUT_OF_RANGE,
    NodeError,
)
from nodecompat.events import hooks, setMaxListeners
from nodecompat.reactor.loop import activity
from nodecompat.testing import Network


@pytest.fixture(autouse=True)
def noSignalsLeft() -> Iterator[None]:
    yield
    abort._persistent.clear()


# -- DOMException


def testADomException() -> None:
    error = DOMException("gone", "NotFoundError")
    assert (error.name, error.code, error.message, str(error)) == ("NotFoundError", 8, "gone", "gone")
    assert (DOMException().name, DOMException().code) == ("Error", 0)


def testADomExceptionWithACause() -> None:
    cause = ValueError()
    error = DOMException("m", {"name": "Foo", "cause": cause})
    assert (error.name, error.code, error.cause, error.__cause__) == ("Foo", 0, cause, cause)


def testTheNumbersHaveNames() -> None:
    names = [name for name in vars(DOMException) if name.endswith("_ERR")]
    assert [getattr(DOMException, name) for name in names] == list(range(1, 26))
    assert DOMException("m", "DataCloneError").code == DOMException.DATA_CLONE_ERR


def testATimeoutIsPythonsTimeoutToo() -> None:
    error = DOMException("late", "TimeoutError")
    assert isinstance(error, TimeoutError)
    assert (error.name, error.code, str(error)) == ("TimeoutError", 23, "late")
    assert not isinstance(DOMException("x", "AbortError"), TimeoutError)


@pytest.mark.parametrize("name", ["AbortError", "TimeoutError"])
def testADomExceptionCanBeCopied(name: str) -> None:
    error = DOMException("m", name)
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (type(again), again.name, again.code, str(again)) == (type(error), name, error.code, "m")


# -- AbortController and AbortSignal


def testAbort(log: list[Any]) -> None:
    controller = AbortController()
    signal = controller.signal
    assert (signal.aborted, signal.reason, repr(signal)) == (False, None, "AbortSignal { aborted: false }")
    signal.throwIfAborted()
    signal.addEventListener("abort", lambda event: log.append((event.type, event.target, event.isTrusted)))
    controller.abort()
    controller.abort("again")
    assert log == [("abort", signal, True)]
    assert (signal.reason.name, signal.reason.code, str(signal.reason)) == (
        "AbortError",
        20,
        "This operation was aborted",
    )
    assert repr(controller) == "AbortController { signal: AbortSignal { aborted: true } }"


def testTheReasonIsAnything() -> None:
    assert AbortSignal.abort("why").reason == "why"
    controller = AbortController()
    controller.abort(0)
    assert controller.signal.reason == 0


def testThrowIfAborted() -> None:
    error = ValueError("mine")
    with pytest.raises(ValueError, match="mine"):
        AbortSignal.abort(error).throwIfAborted()
    with pytest.raises(DOMException, match="text") as caught:
        AbortSignal.abort("text").throwIfAborted()
    assert (caught.value.name, caught.value.cause) == ("AbortError", "text")


def testOnabort(log: list[Any]) -> None:
    controller = AbortController()
    controller.signal.onabort = lambda: log.append("replaced")
    controller.signal.onabort = lambda event: log.append(event.type)
    controller.abort()
    assert log == ["abort"]
    controller.signal.onabort = 5
    assert controller.signal.onabort is None


def testOnabortKeepsItsPlace(log: list[Any]) -> None:
    signal = (controller := AbortController()).signal
    signal.onabort = lambda: log.append("first")
    signal.addEventListener("abort", lambda: log.append("listener"))
    signal.onabort = None
    signal.onabort = lambda: log.append("second")
    controller.abort()
    assert log == ["second", "listener"]


def testOnabortIsAListenerOfItsOwn(log: list[Any]) -> None:
    signal = (controller := AbortController()).signal

    def listener() -> None:
        log.append("called")

    signal.onabort = listener
    signal.addEventListener("abort", listener)
    signal.removeEventListener("abort", listener)
    controller.abort()
    assert log == ["called"]


def testASignalCannotBeMadeDirectly() -> None:
    with pytest.raises(ERR_ILLEGAL_CONSTRUCTOR):
        AbortSignal()


def testASignalTakesAnyNumberOfListeners(monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[Any] = []
    monkeypatch.setattr(hooks, "emitWarning", warned.append)
    signal = AbortController().signal
    for count in range(20):
        signal.addEventListener("abort", lambda count=count: count)
    assert warned == []
    setMaxListeners(2, signal)
    signal.addEventListener("abort", print)
    assert "21 abort listeners added to [AbortSignal]. MaxListeners is 2." in str(warned[0])


# -- any


def testAnyAbortsWithTheFirst(log: list[Any]) -> None:
    one, two = AbortController(), AbortController()
    both = AbortSignal.any([one.signal, two.signal])
    one.signal.addEventListener("abort", lambda: log.append(("one", both.aborted)))
    both.addEventListener("abort", lambda: log.append(("both", both.reason)))
    one.abort("why")
    two.abort("late")
    assert log == [("one", True), ("both", "why")]


def testAnyOfAnAbortedOneIsAborted() -> None:
    assert AbortSignal.any([AbortController().signal, AbortSignal.abort(1), AbortSignal.abort(2)]).reason == 1
    assert AbortSignal.any([]).aborted is False


def testAnyOfAny(log: list[Any]) -> None:
    controller = AbortController()
    nested = AbortSignal.any([AbortSignal.any([controller.signal]), controller.signal])
    nested.addEventListener("abort", lambda: log.append("abort"))
    controller.abort()
    assert log == ["abort"]


@pytest.mark.parametrize(
    "signals, message",
    [
        (5, "signals cannot be converted to sequence."),
        ("x", "signals cannot be converted to sequence."),
        ([5], "signals[0] is not of type AbortSignal."),
    ],
)
def testAnyOfSomethingElse(signals: Any, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        AbortSignal.any(signals)
    assert (caught.value.code, str(caught.value)) == ("ERR_INVALID_ARG_TYPE", message)


def testAForgottenFollowerIsFreedAndOneWithAListenerIsKept(log: list[Any]) -> None:
    gc.disable()
    try:
        controller = AbortController()
        forgotten = weakref.ref(AbortSignal.any([controller.signal]))
        assert forgotten() is None
        AbortSignal.any([controller.signal]).addEventListener("abort", lambda: log.append("kept"))
        controller.abort()
        assert log == ["kept"]
        assert abort._persistent == set()
    finally:
        gc.enable()


def testAFollowerWhoseListenerIsRemovedIsNotKept() -> None:
    controller = AbortController()
    signal = AbortSignal.any([controller.signal])
    signal.addEventListener("abort", print)
    assert abort._persistent == {signal}
    signal.removeEventListener("abort", print)
    assert abort._persistent == set()


# -- timeout


def testATimeoutAborts(net: Network, log: list[Any]) -> None:
    signal = AbortSignal.timeout(20)
    signal.addEventListener("abort", lambda: log.append("abort"))
    assert not activity.isAlive()
    net.advance(19)
    assert (log, signal.aborted) == ([], False)
    net.advance(1)
    assert (log, signal.aborted) == (["abort"], True)
    assert (signal.reason.name, signal.reason.code) == ("TimeoutError", 23)
    assert str(signal.reason) == "The operation was aborted due to timeout"


def testAForgottenTimeoutTakesItsTimerWithIt(net: Network, log: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abort, "clearTimeout", lambda timer: log.append(timer.hasRef()))
    AbortSignal.timeout(1000)
    assert log == [False]
    AbortSignal.timeout(5).addEventListener("abort", print)
    assert log == [False]


def testATimeoutThatOnlyItsListenerKnowsStillAborts(net: Network, log: list[Any]) -> None:
    AbortSignal.timeout(20).addEventListener("abort", lambda: log.append("abort"))
    net.advance(20)
    assert (log, abort._persistent) == (["abort"], set())


@pytest.mark.parametrize("delay, error", [("x", ERR_INVALID_ARG_TYPE), (-1, ERR_OUT_OF_RANGE), (1.5, ERR_OUT_OF_RANGE)])
def testABadTimeout(delay: Any, error: type[NodeError]) -> None:
    with pytest.raises(error, match='"delay"'):
        AbortSignal.timeout(delay)
