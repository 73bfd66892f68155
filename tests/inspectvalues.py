"""The values that `inspectcases.cjs` describes, as Python's."""

from __future__ import annotations

import array
import datetime
import math
import re
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, succeed

from nodecompat.errors import NodeError, NodeRangeError, NodeTypeError
from nodecompat.symbols import Symbol

_ERRORS = {"Error": NodeError, "TypeError": NodeTypeError, "RangeError": NodeRangeError}
_FLAGS = {"i": re.I, "m": re.M, "s": re.S}
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_TYPED = {"Uint8": "B", "Int8": "b", "Uint16": "H", "Int16": "h", "Uint32": "I", "Int32": "i", "Float64": "d"}


class List(list[Any]):
    """An array of a class of its own."""


def build(spec: list[Any], above: tuple[Any, ...] = ()) -> Any:
    """The value of a description. `above` holds the objects that it is inside of, the nearest last."""
    kind, *parts = spec
    return _BUILDERS[kind](above, *parts)


def _up(above: tuple[Any, ...], levels: int) -> Any:
    return above[max(0, len(above) - 1 - levels)] if above else None


def _number(above: tuple[Any, ...], text: str) -> int | float:
    if text in ("NaN", "Infinity", "-Infinity", "-0"):
        return {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf, "-0": -0.0}[text]
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)


def _function(above: tuple[Any, ...], name: str, kind: str) -> Any:
    def plain() -> None: ...

    async def waiting() -> None: ...

    def generator() -> Any:
        yield

    async def both() -> Any:
        yield

    function: Any = {"plain": plain, "async": waiting, "generator": generator, "asyncGenerator": both}[kind]
    function.__name__ = name or "<lambda>"
    return function


def _class(above: tuple[Any, ...], name: str, base: str) -> type:
    return type(name, (type(base, (), {}),) if base else (), {})


def _list(kind: type[Any]) -> Callable[..., Any]:
    def make(above: tuple[Any, ...], items: list[Any]) -> Any:
        found = kind()
        found.extend(build(item, (*above, found)) for item in items)
        return found

    return make


def _properties(pairs: list[Any], above: tuple[Any, ...]) -> dict[Any, Any]:
    return {Symbol(name) if kind == "symbol" else name: build(value, above) for (kind, name), value in pairs}


def _object(above: tuple[Any, ...], pairs: list[Any]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    found.update(_properties(pairs, (*above, found)))
    return found


def _map(above: tuple[Any, ...], pairs: list[Any]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key, value in pairs:
        found[build(key, (*above, found))] = build(value, (*above, found))
    return found


def _error(above: tuple[Any, ...], kind: str, message: str, pairs: list[Any], cause: Any) -> Any:
    error = _ERRORS[kind](message)
    error.__dict__.update(_properties(pairs, (*above, error)))
    if cause is not None:
        error.cause = build(cause, (*above, error))
    return error


def _instance(above: tuple[Any, ...], name: str, pairs: list[Any]) -> Any:
    found = type(name, (), {})()
    found.__dict__.update(_properties(pairs, (*above, found)))
    return found


_BUILDERS: dict[str, Callable[..., Any]] = {
    "up": _up,
    "string": lambda above, text: text,
    "boolean": lambda above, value: value,
    "number": _number,
    "undefined": lambda above: None,
    "bytes": lambda above, digits: bytes.fromhex(digits),
    "symbol": lambda above, text: Symbol(text),
    "function": _function,
    "class": _class,
    "date": lambda above, time: _EPOCH + datetime.timedelta(milliseconds=time),
    "pattern": lambda above, text, flags: re.compile(text, sum((_FLAGS[each] for each in flags), re.RegexFlag(0))),
    "typed": lambda above, kind, items: array.array(_TYPED[kind], items),
    "array": _list(list),
    "subarray": _list(List),
    "tuple": lambda above, items: tuple(build(item, above) for item in items),
    "object": _object,
    "set": lambda above, items: {build(item, above) for item in items},
    "map": _map,
    "error": _error,
    "instance": _instance,
    "promise": lambda above, value: Deferred() if value is None else succeed(build(value, above)),
}
