"""How many arguments a listener gets."""

from __future__ import annotations

import functools
import inspect
from typing import Any
from unittest.mock import Mock

import pytest
from twisted.internet.defer import Deferred, inlineCallbacks

from nodecompat.events import EventEmitter, fit, fitAny
from nodecompat.events.listeners import ANY, arity


class Owner:
    def none(self) -> None: ...
    def one(self, chunk: Any) -> None: ...
    def write(self, chunk: Any, encoding: Any = None, callback: Any = None) -> None: ...
    @staticmethod
    def static(a: Any, b: Any) -> None: ...
    @classmethod
    def onClass(cls, a: Any) -> None: ...


class Callable1:
    def __call__(self, a: Any) -> None: ...


class TakesTwo:
    def __init__(self, a: Any, b: Any) -> None: ...


def wrapped(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any) -> Any:
        return function(*args)

    return wrapper


class Wrapped:
    @wrapped
    def method(self, a: Any) -> None: ...


@inlineCallbacks
def generator(request: Any) -> Any:
    yield None


async def coroutine(a: Any, b: Any) -> None: ...


owner = Owner()


@pytest.mark.parametrize(
    "listener, expected",
    [
        (lambda: None, (0, 0)),
        (lambda a: None, (1, 1)),
        (lambda a, /, b: None, (2, 2)),
        (lambda *args: None, (0, ANY)),
        (lambda a, *args: None, (1, ANY)),
        (lambda a, *, key=1: None, (1, 1)),
        (lambda i=5: None, (0, 0)),
        (lambda chunk, i=5: None, (1, 1)),
        (lambda chunk, extra=None: None, (1, 2)),
        (lambda error=None: None, (0, 1)),
        (lambda a, b=None, c=5, d=None: None, (1, 2)),
        (lambda a, i=5, *rest: None, (1, 1)),
        (lambda a, i=None, *rest: None, (1, ANY)),
        (owner.none, (0, 0)),
        (owner.one, (1, 1)),
        (owner.write, (1, 3)),
        (Owner.static, (2, 2)),
        (owner.onClass, (1, 1)),
        (Callable1(), (1, 1)),
        (TakesTwo, (2, 2)),
        (functools.partial(lambda a, b: None, 1), (1, 1)),
        (functools.partial(lambda a, b: None, b=1), (1, 1)),
        (functools.partial(owner.write, b"x"), (0, 2)),
        (functools.partial(lambda *args: None, 1), (0, ANY)),
        (functools.partial(lambda a, i=5, extra=None: None, 1, 2), (0, 1)),
        (wrapped(lambda a: None), (1, 1)),
        (wrapped(lambda *args: None), (0, ANY)),
        (Wrapped().method, (1, 1)),
        (generator, (1, 1)),
        (coroutine, (2, 2)),
        ([].append, (1, 1)),
        ([].pop, (0, 0)),
        (list.append, (2, 2)),
        (len, (1, 1)),
        ({}.setdefault, (1, 2)),
        (Deferred().callback, (1, 1)),
        (Deferred().errback, (0, 1)),
        (print, (0, ANY)),
        ({}.pop, (0, ANY)),
        (Mock(), (0, ANY)),
    ],
)
def testArity(listener: Any, expected: tuple[int, int]) -> None:
    assert arity(listener) == expected


def testABuiltInIsExaminedOnce(monkeypatch: Any) -> None:
    """What `chunks.append` takes is looked up for the first list, not for each."""
    arity([].append)
    monkeypatch.setattr(inspect, "signature", None)
    assert arity([].append) == (1, 1)


@pytest.mark.parametrize("count", range(5))
def testAListenerGetsWhatItTakes(count: int) -> None:
    """Surplus arguments are cut, missing ones are None; emit, fit and fitAny agree."""
    args = list(range(count))
    padded = [*args, *[None] * 5]
    got: list[Any] = []
    listeners: list[tuple[Any, list[Any]]] = [
        (lambda: got.append([]), []),
        (lambda a: got.append([a]), padded[:1]),
        (lambda a, b: got.append([a, b]), padded[:2]),
        (lambda a, b, c: got.append([a, b, c]), padded[:3]),
        (lambda a, b=None: got.append([a, b]), padded[:2]),
        (lambda a, b=7: got.append([a, b]), [padded[0], 7]),
        (lambda *rest: got.append(list(rest)), args),
    ]
    for listener, expected in listeners:
        got.clear()
        EventEmitter().on("x", listener).emit("x", *args)
        EventEmitter().once("x", listener).emit("x", *args)
        fit(listener, count)(*args)
        fitAny(listener)(*args)
        assert got == [expected] * 4
    got.clear()
    emitter = EventEmitter()
    for listener, _ in listeners:
        emitter.on("x", listener)
    emitter.emit("x", *args)
    emitter.emit("x", *args)
    assert got == [expected for _, expected in listeners] * 2


def testATypeErrorInsideAListenerIsNotTakenForAWrongNumberOfArguments() -> None:
    calls: list[int] = []

    def listener(a: Any) -> None:
        calls.append(a)
        raise TypeError("listener() takes 0 positional arguments but 1 was given")

    with pytest.raises(TypeError):
        EventEmitter().on("x", listener).emit("x", 1)
    assert calls == [1]
