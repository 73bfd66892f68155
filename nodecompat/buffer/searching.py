"""Where something is in a Buffer: `indexOf`, `lastIndexOf`, `includes`."""

from __future__ import annotations

import math
from typing import Any

from .. import encodings
from ..coercion import toNumber
from ..errors import ERR_INVALID_ARG_TYPE, ERR_UNKNOWN_ENCODING
from ..validators import isNumber

_MOST = 0x7FFFFFFF  # places are numbers of 32 bits


def search(haystack: bytearray, value: Any, byteOffset: Any, encoding: Any, isForward: bool) -> int:
    """The place of `value` at or behind `byteOffset` (`isForward`), or at or before it; -1 if it is not there."""
    if isinstance(byteOffset, str):
        byteOffset, encoding = None, byteOffset
    unit = 2 if isinstance(value, str) and encodings.normalizeEncoding(encoding) == "utf16le" else 1
    length = len(haystack) - len(haystack) % unit
    start = _start(byteOffset, length, isForward)
    if isNumber(value):
        byte = int(value) & 0xFF if math.isfinite(value) else 0
        return _find(haystack, bytes([byte]), start, isForward, length)
    name = encodings.normalizeEncoding(encoding) if encoding is None or isinstance(encoding, str) else None
    if isinstance(value, str):
        if name is None or encoding == "":
            raise ERR_UNKNOWN_ENCODING(encoding)
        needle = encodings.encode(value, name)
    elif isinstance(value, (bytes, bytearray, memoryview)):
        needle = bytes(value)
    else:
        raise ERR_INVALID_ARG_TYPE("value", ["number", "string", "Buffer", "Uint8Array"], value)
    if name == "utf16le" and not needle:
        return min(_within(start, 0, isForward, length), len(haystack) - len(haystack) % 2)
    if name == "utf16le":
        needle = needle[: len(needle) - len(needle) % 2]
        return -1 if not needle else _findUnits(haystack, needle, start, isForward, length)
    return _find(haystack, needle, start, isForward, length)


def _start(byteOffset: Any, length: int, isForward: bool) -> int:
    number = toNumber(byteOffset)
    if number != number:
        return 0 if isForward else length
    return int(min(max(number, -_MOST - 1), _MOST))


def _find(haystack: bytearray, needle: bytes, start: int, isForward: bool, length: int) -> int:
    place = _within(start, len(needle), isForward, length)
    if place < 0 or not needle:
        return place
    return haystack.find(needle, place) if isForward else haystack.rfind(needle, 0, place + len(needle))


def _within(start: int, size: int, isForward: bool, length: int) -> int:
    """Where to look first; -1 if there is nothing to be found."""
    if start < 0:
        start += length
        if start < 0:
            return 0 if isForward or not size else -1
        return start
    if start + size <= length:
        return start
    if not size:
        return length
    return -1 if isForward else length - 1


def _findUnits(haystack: bytearray, needle: bytes, start: int, isForward: bool, length: int) -> int:
    """As `_find` in UTF-16: units begin at even places."""
    place = _within(start, len(needle), isForward, length)
    if place < 0:
        return -1
    place -= place % 2
    while True:
        place = haystack.find(needle, place) if isForward else haystack.rfind(needle, 0, place + len(needle))
        if place < 0 or place % 2 == 0:
            return place
        place += 1 if isForward else -1
