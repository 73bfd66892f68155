"""How a listener is called with as many of an event's arguments as it takes, and how listeners are stored.

JavaScript drops arguments that a function does not name and fills missing ones with undefined. Python does neither, so
the number of arguments a listener takes is looked up once and remembered with it:

* A parameter without a default takes an argument; a missing one is None.
* A parameter whose default is None takes an argument when there is one: None is this package's undefined, so
  `def onData(chunk, extra=None)` and `deferred.errback` mean "if it is there".
* A parameter with any other default keeps it. That is how Python binds the variable of a loop (`lambda chunk, i=i: …`),
  and an event's argument must not overwrite it.
* `*args` takes everything, unless a default that is kept stands before it. A function behind functools.wraps counts as
  the function it wraps. What cannot be examined (a few built-ins) is given everything.

An `Entry` is what an emitter stores for one event: one listener, or several. Its `call0`, `call1`, `call2` and `callN`
take 0, 1, 2 and more arguments and call the listeners; each is None until the first emit with that number makes it.
So `emit` needs neither a test for the number of listeners nor one for the number of their parameters. What calls
several listeners has a list of its own, so an emit under way goes on with the listeners it began with: adding and
removing make a new entry, and of a crowd (`crowd.py`), which is changed in its place, the next emit makes a new list.
"""

from __future__ import annotations

import inspect
import weakref
from collections.abc import Callable
from functools import partial
from types import BuiltinMethodType, CoroutineType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.defer import Deferred

from ..reactor.loop.coroutines import drive
from .crowd import Crowd
from .hooks import rejected

Listener = Callable[..., object]
if TYPE_CHECKING:
    _A = TypeVar("_A")
    _B = TypeVar("_B")
    _C = TypeVar("_C")
    _D = TypeVar("_D")
    #: The listeners of an event with so many arguments: each takes as many as it likes.
    Listener0 = Callable[[], object]
    Listener1 = Callable[[_A], object] | Listener0
    Listener2 = Callable[[_A, _B], object] | Callable[[_A], object] | Listener0
    Listener3 = Callable[[_A, _B, _C], object] | Callable[[_A, _B], object] | Callable[[_A], object] | Listener0
    Listener4 = (
        Callable[[_A, _B, _C, _D], object]
        | Callable[[_A, _B, _C], object]
        | Callable[[_A, _B], object]
        | Callable[[_A], object]
        | Listener0
    )

#: More arguments than any event has: the upper limit of what takes everything.
ANY = 1 << 30
#: From which number on the listeners of an event are a crowd; below, a tuple is smaller and faster.
CROWD = 32

_VARARGS = inspect.CO_VARARGS


def arity(listener: Listener) -> tuple[int, int]:
    """The least and the greatest number of arguments to call `listener` with."""
    cls = listener.__class__
    if cls is FunctionType:
        return _functionArity(listener, 0)
    if cls is MethodType and listener.__func__.__class__ is FunctionType:  # type: ignore[attr-defined]
        return _functionArity(listener.__func__, 1)  # type: ignore[attr-defined]
    if cls is BuiltinMethodType:
        return _builtinArity(listener)
    if cls is partial and not listener.keywords:  # type: ignore[attr-defined]
        return _partialArity(listener)
    return _signatureArity(listener)


#: By what `inspect` makes the signature of a built-in of. It parses and compiles that text, which takes 70 µs, and
#: `req.on("data", chunks.append)` is in every other program.
_BUILTINS: dict[tuple[str | None, str | None, bool], tuple[int, int]] = {}
_MOST_BUILTINS = 256


def _builtinArity(listener: Any) -> tuple[int, int]:
    key = (listener.__text_signature__, listener.__module__, listener.__self__ is None)
    found = _BUILTINS.get(key)
    if found is None:
        if len(_BUILTINS) >= _MOST_BUILTINS:
            _BUILTINS.clear()
        found = _BUILTINS[key] = _signatureArity(listener)
    return found


def _partialArity(listener: Any) -> tuple[int, int]:
    least, most = arity(listener.func)
    given = len(listener.args)
    if given > most:  # it fills parameters that an event would not
        return _signatureArity(listener)
    return max(0, least - given), (most if most == ANY else most - given)


def _functionArity(function: Any, bound: int) -> tuple[int, int]:
    code = function.__code__
    defaults = function.__defaults__
    most = code.co_argcount - bound
    if code.co_flags & _VARARGS:
        if hasattr(function, "__wrapped__"):
            least, most = _signatureArity(function)
            return least - bound, (most if most == ANY else most - bound)
        most = ANY
    elif defaults is None:
        return most, most
    least = code.co_argcount - bound
    if defaults:
        least -= len(defaults)
        for index, default in enumerate(defaults):
            if default is not None:
                return least, least + index
    return least, most


def _signatureArity(listener: Any) -> tuple[int, int]:
    try:
        parameters = inspect.signature(listener).parameters.values()
    except (TypeError, ValueError):  # some built-ins do not tell
        return 0, ANY
    least = most = 0
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            return least, ANY
        if parameter.kind not in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            break
        if parameter.default is parameter.empty:
            least += 1
        elif parameter.default is not None:
            break
        most += 1
    return least, most


def fit(listener: Listener, count: int) -> Listener:
    """A function of exactly `count` arguments that calls `listener` with as many as it takes."""
    function: Any = listener
    bound = 0
    if listener.__class__ is MethodType:
        function, bound = listener.__func__, 1
    if function.__class__ is FunctionType and function.__defaults__ is None:
        # The likely case, in a third of the time: a listener of just these arguments.
        code = function.__code__
        if code.co_argcount - bound == count and not code.co_flags & _VARARGS:
            return listener
    least, most = arity(listener)
    if least <= count <= most:
        return listener
    return _cut(listener, most) if count > most else _padded(listener, least - count)


def fitAny(listener: Listener) -> Listener:
    """A function of any number of arguments that calls `listener` with as many as it takes."""
    least, most = arity(listener)
    if least == 0 and most == ANY:
        return listener

    def fitted(*args: Any) -> object:
        count = len(args)
        if count > most:
            args = args[:most]
        elif count < least:
            args += (None,) * (least - count)
        return listener(*args)

    return fitted


def _cut(listener: Listener, most: int) -> Listener:
    if most == 0:
        return lambda *args: listener()
    if most == 1:
        return lambda first, *rest: listener(first)
    return lambda *args: listener(*args[:most])


def _padded(listener: Listener, missing: int) -> Listener:
    padding = (None,) * missing
    return lambda *args: listener(*args, *padding)


class OnceWrapper:
    """What `once` puts in place of a listener: removes itself, then calls `listener`, a single time."""

    __slots__ = ("_emitter", "_eventName", "listener")

    def __init__(self, emitter: Any, eventName: Any, listener: Listener) -> None:
        # Weak: the emitter holds this object, and a cycle would keep both until the garbage collector runs.
        self._emitter: Any = weakref.ref(emitter)
        self._eventName = eventName
        self.listener: Listener = listener

    def __call__(self, *args: Any) -> object:
        emitter = self._emitter
        if emitter is None:  # fired already
            return None
        self._emitter = None
        if (emitter := emitter()) is not None:
            emitter.removeListener(self._eventName, self)
        return fit(self.listener, len(args))(*args)


class Started(list["tuple[Deferred[Any], bool]"]):
    """What the listeners of one emit have started: Deferreds, and whether each is a coroutine of ours."""


class Entry:
    """The listeners of one event.

    `listener` is the one listener as it was added, `members` the entries of several (then `listener` is None), `warned`
    tells that a warning about their number has been given.
    """

    __slots__ = ("call0", "call1", "call2", "callN", "listener", "members", "warned")

    members: tuple[Entry, ...] | Crowd | None
    call0: Callable[[], object] | None
    call1: Callable[[Any], object] | None
    call2: Callable[[Any, Any], object] | None
    callN: Callable[..., object] | None

    def __init__(self, listener: Any, call0: Any = None, call1: Any = None, call2: Any = None) -> None:
        self.listener: Any = listener
        self.call0 = call0
        self.call1 = call1
        self.call2 = call2
        self.members = self.callN = None
        self.warned: bool = False

    def make(self, count: int) -> Listener:
        """Fill in what calls the listeners with `count` arguments, and return it."""
        listener = self.listener
        if self.members is None and count < 3 and listener.__class__ is not OnceWrapper:
            made = fit(listener, count)  # the likely case, in one step instead of three
        else:
            made = self.calls(count)
        setattr(self, _SLOTS[count] if count < 3 else "callN", made)
        return made

    def calls(self, count: int) -> Listener:
        """What calls the listeners with `count` arguments."""
        if self.members is None:
            return _single(self, count)
        fitted = [_single(entry, count) for entry in self.members]
        return (_several0, _several1, _several2)[count](fitted) if count < 3 else _severalN(fitted)

    def entries(self) -> tuple[Entry, ...]:
        """One entry per listener, in the order in which they are called."""
        members = self.members
        return (self,) if members is None else members if members.__class__ is tuple else tuple(members)

    def count(self) -> int:
        """The number of listeners."""
        return 1 if self.members is None else len(self.members)

    def names(self) -> tuple[Any, ...]:
        """What `matches` of one listener compares with."""
        own = self.listener
        return (own, own.listener) if own.__class__ is OnceWrapper else (own,)

    def matches(self, listener: Listener) -> bool:
        """True when this entry is for `listener`, directly or by way of `once`."""
        # Equal, not identical: each `self.onData` is a new bound method.
        own = self.listener
        return bool(own is listener or own == listener or (own.__class__ is OnceWrapper and own.listener == listener))

    def joined(self, entry: Entry, prepend: bool) -> Entry:
        """The entry of these listeners and one more."""
        members = self.members
        if members.__class__ is Crowd:
            members.add(entry, prepend)
            return self._changed()
        own = self.entries()
        return _group((entry, *own) if prepend else (*own, entry), self.warned)

    def find(self, listener: Listener) -> int | None:
        """Where in several the last one for `listener` is: for `without`."""
        members = self.members
        if members.__class__ is Crowd:
            return members.find(listener)
        own = self.entries()
        return next((index for index in range(len(own) - 1, -1, -1) if own[index].matches(listener)), None)

    def without(self, place: int) -> Entry:
        """What is left of several when the listener at `place` goes."""
        members = self.members
        if members.__class__ is Crowd:
            members.pop(place)
            # Half as many: a program that adds and removes at the border must not copy all of them each time.
            return self._changed() if len(members) > CROWD // 2 else _group(tuple(members), self.warned)
        own = self.entries()
        if len(own) == 2:
            return own[1 - place]
        return _group(own[:place] + own[place + 1 :], self.warned)

    def _changed(self) -> Entry:
        """A crowd was changed: the next emit calls those who are there then."""
        self.call0 = self.call1 = self.call2 = self.callN = None
        return self


class OwnOnce(Entry):
    """A listener of the package that is called once: `call0` removes it and calls it. See `own.py`."""

    __slots__ = ()


class OwnFirst(Entry):
    """A listener of the package that is called before others of its event."""

    __slots__ = ()


def raw(entry: Entry, emitter: Any, eventName: Any) -> Listener:
    """What `rawListeners` shows of one listener."""
    if entry.__class__ is OwnOnce and entry.listener.__class__ is not OnceWrapper:
        entry.listener = OnceWrapper(emitter, eventName, entry.listener)
    listener: Listener = entry.listener
    return listener


def _group(members: tuple[Entry, ...], warned: bool) -> Entry:
    entry = Entry(None)
    entry.members = members if len(members) < CROWD else Crowd(members)
    entry.warned = warned
    return entry


_SLOTS = ("call0", "call1", "call2")


def _single(entry: Entry, count: int) -> Listener:
    listener = entry.listener
    if listener.__class__ is OnceWrapper:
        return listener
    if entry.__class__ is OwnOnce:
        return _cut(entry.call0, 0)  # type: ignore[arg-type]
    if count == 1 and entry.call1 is not None:
        return entry.call1
    return fit(listener, count) if count < 3 else fitAny(listener)


# One function per number of arguments: a call through *args costs half as much again (benchmarks/events/emit.py).
def _several0(calls: list[Listener]) -> Callable[[], object]:
    def call0() -> object:
        started: Started | None = None
        try:
            for call in calls:
                if (result := call()) is not None:
                    started = _started(started, result)
        except BaseException:
            _abandon(started)
            raise
        return started

    return call0


def _several1(calls: list[Listener]) -> Callable[[Any], object]:
    def call1(first: Any) -> object:
        started: Started | None = None
        try:
            for call in calls:
                if (result := call(first)) is not None:
                    started = _started(started, result)
        except BaseException:
            _abandon(started)
            raise
        return started

    return call1


def _several2(calls: list[Listener]) -> Callable[[Any, Any], object]:
    def call2(first: Any, second: Any) -> object:
        started: Started | None = None
        try:
            for call in calls:
                if (result := call(first, second)) is not None:
                    started = _started(started, result)
        except BaseException:
            _abandon(started)
            raise
        return started

    return call2


def _severalN(calls: list[Listener]) -> Callable[..., object]:
    def callN(*args: Any) -> object:
        started: Started | None = None
        try:
            for call in calls:
                if (result := call(*args)) is not None:
                    started = _started(started, result)
        except BaseException:
            _abandon(started)
            raise
        return started

    return callN


def _started(started: Started | None, result: Any) -> Started | None:
    # A coroutine runs up to its first await before the next listener is called, as an async function does.
    if result.__class__ is CoroutineType:
        job = drive(result), True
    elif isinstance(result, Deferred):
        job = result, False
    else:
        return started
    if started is None:
        started = Started()
    started.append(job)
    return started


def _abandon(started: Started | None) -> None:
    """A later listener raised, so `emit` will not look after these."""
    for deferred, owned in started or ():
        if owned:
            deferred.addErrback(rejected, deferred)
