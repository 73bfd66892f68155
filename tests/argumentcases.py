"""Plays the cases of data/arguments/calls.json; argumentcases.cjs plays the same in Node.

A case is one call in which one argument, or one option, is replaced by an odd value. Its outcome is what was raised, or
what came by 'error', by the callback or by the promise; else what was returned, if that is a text, a number or a bool.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from twisted.internet.defer import Deferred

import nodecompat
import nodecompat.stream.web  # looked up by its path
from nodecompat.errors import NodeError, determineSpecificType, inspect, numberText, toText
from nodecompat.errors.describe import formatted
from nodecompat.symbols import Symbol
from nodecompat.testing import Network, network

_DATA = Path(__file__).resolve().parent / "data/arguments"
TABLE: dict[str, Any] = json.loads((_DATA / "calls.json").read_text())

Place = tuple[int | str, ...]


class K:
    def __init__(self, *args: object) -> None:
        pass


def _function() -> Callable[..., None]:
    def f(*args: Any) -> None:
        pass

    return f


def _async() -> Callable[..., Any]:
    async def f(*args: Any) -> None:
        pass

    return f


def _generator() -> Iterator[int]:
    yield 1


def _resolved() -> Deferred[int]:
    made: Deferred[int] = Deferred()
    made.callback(1)
    return made


def error() -> NodeError:
    return NodeError("x")


#: The odd values, under the names that they have in argumentcases.cjs.
VALUES: dict[str, Callable[[], Any]] = {
    "undefined": lambda: None,
    "true": lambda: True,
    "false": lambda: False,
    "0": lambda: 0,
    "-1": lambda: -1,
    "1": lambda: 1,
    "1.5": lambda: 1.5,
    "NaN": lambda: float("nan"),
    "Infinity": lambda: float("inf"),
    "-Infinity": lambda: float("-inf"),
    "65536": lambda: 65536,
    "2**31": lambda: 2**31,
    "2**53": lambda: 2**53,
    "empty": lambda: "",
    "a": lambda: "a",
    "text 1": lambda: "1",
    "text 1.5": lambda: "1.5",
    "NUL": lambda: "\0",
    "surrogate": lambda: "\ud800",
    "check": lambda: "\u2713",
    "lines": lambda: "a\r\nb",
    "address": lambda: "127.0.0.1",
    "utf8": lambda: "utf8",
    "[]": list,
    "[1]": lambda: [1],
    "[a]": lambda: ["a"],
    "[null]": lambda: [None],
    "{}": dict,
    "{a:1}": lambda: {"a": 1},
    "function": _function,
    "async": _async,
    "symbol": lambda: Symbol("s"),
    "buffer": lambda: b"ab",
    "class": lambda: K,
    "instance": K,
    "regex": lambda: re.compile("x"),
    "set": lambda: {1},
    "promise": _resolved,
    "error": error,
    "generator": _generator,
    "emitter": lambda: nodecompat.events.EventEmitter(),
    "signal": lambda: nodecompat.AbortController().signal,
    "readable": lambda: nodecompat.stream.Readable(read=_function()),
    "writable": lambda: nodecompat.stream.Writable(write=_function()),
}
#: What the messages show of these differs, because the languages write them differently.
LIKE = {"function", "async", "class", "regex", "promise", "generator", "emitter", "signal", "readable", "writable"}


_channels = itertools.count()

#: What the fixed arguments refer to.
PROVIDED: dict[str, Callable[[Play], Any]] = {
    "unique": lambda play: f"channel {next(_channels)}",
    "f": lambda play: _function(),
    "g": lambda play: _function(),
    "async": lambda play: _async(),
    "identity": lambda play: lambda value: value,
    "done": lambda play: lambda chunk, encoding, callback: callback(),
    "construct": lambda play: lambda callback: callback(),
    "destroy": lambda play: lambda error, callback: callback(error),
    "list": lambda play: list,
    "lookup": lambda play: lambda *args: None,
    "connector": lambda play: lambda *args: nodecompat.net.Socket(),
    "error": lambda play: error(),
    "buffer": lambda play: b"ab",
    "symbol": lambda play: Symbol("s"),
    "signal": lambda play: nodecompat.AbortController().signal,
    "map": lambda play: {"a": "b"},
    "pid": lambda play: os.getpid(),
    "Incoming": lambda play: nodecompat.http.IncomingMessage,
    "Response": lambda play: nodecompat.http.ServerResponse,
    "incomingGet": lambda play: SimpleNamespace(
        method="GET", httpVersion="1.1", httpVersionMajor=1, httpVersionMinor=1, headers={}
    ),
    "callback": lambda play: play.callback,
}


class Entry:
    """One call of the table, and what undoes it."""

    def __init__(self, module: str, row: Any) -> None:
        given = {"call": row} if isinstance(row, list) else row
        self.module = module
        self.path: str = given["call"][0]
        self.args: list[Any] = given["call"][1:]
        self.after: list[list[Any]] = given.get("after", [])
        self.name = f"{module}: {json.dumps(given['call'], separators=(',', ':'), ensure_ascii=False)}"

    def places(self) -> Iterator[Place]:
        """Each argument, and each option of each bag."""
        for index, value in enumerate(self.args):
            yield (index,)
            yield from _options(value, (index,))


def _options(bag: Any, path: Place) -> Iterator[Place]:
    for name, value in bag.items() if isinstance(bag, dict) else ():
        yield (*path, name)
        yield from _options(value, (*path, name))


def entries(module: str) -> list[Entry]:
    return [Entry(module, row) for row in TABLE["calls"][module]]


@functools.cache
def _module(name: str) -> Any:
    if name == "global":
        return nodecompat
    return nodecompat.process if name == "process" else importlib.import_module(f"nodecompat.{name}")


class _Everything:
    """Contains whatever it is asked for."""

    def __contains__(self, name: object) -> bool:
        return True


@contextmanager
def silence() -> Iterator[Network]:
    """A network on which nobody ever answers, and names are looked up for ever."""
    with network() as net:
        net.isSilent = lambda target: True  # type: ignore[method-assign]
        net.resolver.silent = _Everything()  # type: ignore[assignment]
        yield net


class Play:
    """One case: its own subjects, and what came of it."""

    def __init__(self, net: Network, value: Any, isLike: bool = False) -> None:
        self.net = net
        self.value = value
        self.isLike = isLike
        self.outcomes: list[str] = []
        self.subjects: dict[str, Any] = {}

    def callback(self, error: Any = None, *rest: Any) -> None:
        if isinstance(error, BaseException):
            self.note("callback", error)

    def note(self, how: str, error: Any) -> None:
        self.outcomes.append(f"{how} {self._describe(error)}")

    def _describe(self, error: Any) -> str:
        if not isinstance(error, BaseException):
            return f"value {shown(error)}"
        code = getattr(error, "code", None)
        if isinstance(error, json.JSONDecodeError):
            return "SyntaxError of the engine"  # Python's own error for the same
        if code is None and type(error) is not NodeError:
            return f"FOREIGN {type(error).__name__}: {error}"
        message = str(error)
        for text in self._texts:
            message = message.replace(text, "{V}")
        message = message.replace("Received {V}", "{V}")
        return f"{getattr(error, 'name', '?')} {'-' if code is None else code}: {message}"

    @functools.cached_property
    def _texts(self) -> list[str]:
        texts = [f"Received {determineSpecificType(self.value)}"]
        if self.isLike:
            long = inspect(self.value)
            texts += [long[:128] + "..." if len(long) > 128 else long, formatted(self.value), toText(self.value)]
        return texts

    def subject(self, name: str) -> Any:
        if name not in self.subjects:
            self.subjects[name] = self._make(name)
        return self.subjects[name]

    def _make(self, name: str) -> Any:
        if name in PROVIDED:
            return PROVIDED[name](self)
        (path, *args), *steps = TABLE["subjects"][name]
        made = self.callee(path)(*self.filled(args))
        for method, *more in steps:
            getattr(made, method)(*self.filled(more))
        if name not in TABLE["bare"]:
            self._listen(made)
        return made

    def _listen(self, made: Any) -> None:
        if isinstance(made, nodecompat.events.EventEmitter) and made not in (nodecompat.process, self.value):
            made.on("error", lambda error: self.note("error", error))

    def filled(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("$"):
            return self.subject(value[1:])
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        return {key: self.filled(each) for key, each in value.items()} if isinstance(value, dict) else value

    def callee(self, path: str) -> Callable[..., Any]:
        first, *rest = path.replace("new ", "").split(".")
        owner = self.subject(first) if first in TABLE["subjects"] else _module(first)
        for name in rest:
            owner = getattr(owner, "from_" if name == "from" else name)
        return owner  # type: ignore[no-any-return]

    def play(self, entry: Entry, place: Place) -> str:
        callee, given = self.callee(entry.path), self.filled(entry.args)
        self._turn()  # what was made has settled
        if place:
            where = given
            for step in place[:-1]:
                where = where[step]
            where[place[-1]] = self.value
        result = None
        try:
            result = callee(*given)
        except Exception as error:
            self.note("throw", error)
        self._follow(result)
        self._turn()
        for path, *args in entry.after:
            self.callee(path)(*args)
        returned = shown(result)
        return "; ".join(sorted(self.outcomes)) or (f"returns {returned}" if returned else "ok")

    def _follow(self, result: Any) -> None:
        if hasattr(result, "__anext__"):
            result = result.__anext__()
        if result is self.value:
            return
        if hasattr(result, "cr_await"):
            result = Deferred.fromCoroutine(result)
        if isinstance(result, Deferred):
            result.addErrback(lambda failure: self.note("reject", failure.value))
        elif not any(result is each for each in self.subjects.values()):
            self._listen(result)

    def _turn(self) -> None:
        self.net.run()
        for error in self.net.faults:
            self.note("uncaught", error)
        self.net.faults.clear()


def shown(value: Any) -> str:
    """What was returned, as far as the recorder notes it."""
    if isinstance(value, (bytes, bytearray)):
        return f"<{value.hex()}>"
    if isinstance(value, bool):
        return f"boolean {toText(value)}"
    if isinstance(value, (int, float)):
        return f"number {numberText(value) if value else 0}"
    return f"string {value}" if isinstance(value, str) else ""


@functools.cache
def recorded() -> dict[str, dict[str, dict[str, list[str]]]]:
    """Per call and place: the outcomes of each value in Node (two of them for None: undefined and null)."""
    calls = json.loads((_DATA / "answers.json").read_text())["calls"]
    return {name: {place: _byValue(outcomes) for place, outcomes in places.items()} for name, places in calls.items()}


#: None is JavaScript's undefined and its null: either's outcome will do.
_BOTH_NONE = {"null": "undefined", "[undefined]": "[null]"}


def _byValue(outcomes: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for outcome, names in outcomes.items():
        for name in names.split(" | "):
            found.setdefault(_BOTH_NONE.get(name, name), []).append(outcome)
    return found


def agrees(ours: str, expected: list[str], isLike: bool) -> bool:
    """True when the outcome is one of Node's. Where its engine raises, which gives no code, anything will do that is
    no accident of Python's. The text of what is only like Node's value is Python's."""
    if "FOREIGN" in ours:
        return False
    if isLike and ours.startswith("returns string") and any(each.startswith("returns string") for each in expected):
        return True
    return any(
        " of the engine" in each or each.replace("Received null", "Received undefined") == ours for each in expected
    )
