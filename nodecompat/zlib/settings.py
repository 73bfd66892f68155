"""The options of zlib, checked.

Node: zlib.html#class-options
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from .. import encodings
from ..coercion import optionsOf
from ..errors import ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE
from ..validators import MAX_SAFE_INTEGER, validateFiniteNumber
from . import constants as c

__all__ = ["Settings", "ZlibOptions", "inRange", "settingsOf"]

#: The kinds whose window may be told by what they read.
READERS = {c.INFLATE, c.GUNZIP, c.UNZIP}


class ZlibOptions(TypedDict, total=False):
    """Options of zlib.

    flush, finishFlush: how each chunk (Z_NO_FLUSH) and the end (Z_FINISH) are flushed. chunkSize: bytes of a piece of
    output (16 KiB). windowBits: 8 to 15. level: -1 to 9. memLevel: 1 to 9. strategy: 0 to 4. dictionary: bytes that
    both sides know. info: the functions without a stream return `{"buffer", "engine"}`. maxOutputLength: bytes that
    these functions may return.
    """

    flush: int
    finishFlush: int
    chunkSize: int
    windowBits: int
    level: int
    memLevel: int
    strategy: int
    dictionary: Any
    info: bool
    maxOutputLength: int


@dataclass(frozen=True)
class Settings:
    """The options with their defaults."""

    kind: int
    flush: int
    finishFlush: int
    chunkSize: int
    windowBits: int
    level: int
    memLevel: int
    strategy: int
    dictionary: bytes | None
    info: bool
    maxOutputLength: int
    rest: Mapping[str, Any]


def settingsOf(kind: int, options: Any, keywords: Mapping[str, Any]) -> Settings:
    """Check the options of a kind.

    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    """
    given = optionsOf(options, keywords)

    def number(name: str, default: int, least: float, most: float) -> int:
        return inRange(given.get(name), f"options.{name}", default, least, most)

    if kind in READERS and not given.get("windowBits"):
        windowBits = 0
    else:
        least = c.Z_MIN_WINDOWBITS + (kind == c.GZIP)
        windowBits = number("windowBits", c.Z_DEFAULT_WINDOWBITS, least, c.Z_MAX_WINDOWBITS)
    level = number("level", c.Z_DEFAULT_LEVEL, c.Z_MIN_LEVEL, c.Z_MAX_LEVEL)
    memLevel = number("memLevel", c.Z_DEFAULT_MEMLEVEL, c.Z_MIN_MEMLEVEL, c.Z_MAX_MEMLEVEL)
    strategy = number("strategy", c.Z_DEFAULT_STRATEGY, c.Z_DEFAULT_STRATEGY, c.Z_FIXED)
    dictionary = given.get("dictionary")
    if dictionary is not None:
        data = encodings.toBytes(dictionary)
        if data is None:
            names = ["Buffer", "TypedArray", "DataView", "ArrayBuffer"]
            raise ERR_INVALID_ARG_TYPE("options.dictionary", names, dictionary)
        dictionary = data
    chunkSize = number("chunkSize", c.Z_DEFAULT_CHUNK, c.Z_MIN_CHUNK, c.Z_MAX_CHUNK)
    flush = number("flush", c.Z_NO_FLUSH, c.Z_NO_FLUSH, c.Z_BLOCK)
    finishFlush = number("finishFlush", c.Z_FINISH, c.Z_NO_FLUSH, c.Z_BLOCK)
    maxOutputLength = number("maxOutputLength", MAX_SAFE_INTEGER, 1, MAX_SAFE_INTEGER)
    info = bool(given.get("info"))
    return Settings(
        kind,
        flush,
        finishFlush,
        chunkSize,
        windowBits,
        level,
        memLevel,
        strategy,
        dictionary,
        info,
        maxOutputLength,
        given,
    )


def inRange(value: Any, name: str, default: int, least: float, most: float) -> int:
    """A number from `least` to `most`; the default for None and NaN.

    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    """
    if not validateFiniteNumber(value, name):
        return default
    if value < least or value > most:
        limit = f">= {least}" + ("" if most == float("inf") else f" and <= {most}")
        raise ERR_OUT_OF_RANGE(name, limit, value)
    return int(value)
