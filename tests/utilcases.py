"""What we make of the cases that `utilcases.cjs` records from Node."""

from __future__ import annotations

import functools
from typing import Any

import cases
from inspectvalues import build

from nodecompat import util
from nodecompat.errors import NodeError


def _sorted(values: dict[str, Any]) -> list[Any]:
    return sorted(values.items(), key=lambda pair: pair[0].encode("utf-16-be", "surrogatepass"))


def _types(value: Any) -> list[str]:
    found = build(value)
    return sorted(name for name in util.types.__all__ if getattr(util.types, name)(found))


def _equal(one: Any, two: Any, options: Any) -> bool:
    return util.isDeepStrictEqual(build(one), build(two), options)


def _parseArgs(config: Any) -> Any:
    found = util.parseArgs(config)
    return [_sorted(found.values), found.positionals, found.tokens]


def _mime(text: str) -> Any:
    found = util.MIMEType(text)
    return [str(found), found.essence, list(found.params)]


def _encodeInto(text: str, size: int) -> Any:
    target = bytearray(size)
    found = util.TextEncoder().encodeInto(text, target)
    return [found.read, found.written, target.hex()]


def _decode(label: str, options: Any, pieces: list[str], more: bool) -> Any:
    decoder = util.TextDecoder(label, options)
    texts = [decoder.decode(bytes.fromhex(piece), stream=True) for piece in pieces]
    return [decoder.encoding, texts if more else [*texts, decoder.decode()]]


OURS: dict[str, Any] = {
    "types": _types,
    "isDeepStrictEqual": _equal,
    "parseArgs": _parseArgs,
    "MIMEType": _mime,
    "parseEnv": lambda text: _sorted(util.parseEnv(text)),
    "encode": lambda text: util.TextEncoder().encode(text).hex(),
    "encodeInto": _encodeInto,
    "decode": _decode,
}


def asNode(case: list[Any]) -> Any:
    """What we make of a case, in the form of the record."""
    name, arguments, _ = case
    try:
        return OURS.get(name, getattr(util, name, None))(*arguments)
    except NodeError as error:
        return {"code": error.code, "message": error.message}


def plain(value: Any) -> Any:
    """As JavaScript sees it: a tuple is a list, halves of a surrogate pair are the character, None is absent."""
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.encode("utf-16-le", "surrogatepass") if isinstance(value, str) else value


def wrong(found: list[list[Any]]) -> list[tuple[Any, Any]]:
    return [(case, asNode(case)) for case in found if plain(asNode(case)) != plain(case[2])]


@functools.cache
def _recorded() -> list[list[Any]]:
    return cases.recorded("util")


def check(name: str) -> None:
    """Compare the recorded cases of one function."""
    found = [case for case in _recorded() if case[0] == name]
    assert len(found) >= 250
    assert wrong(found) == []
