"""The options of zlib, checked.

Node: https://nodejs.org/api/zlib.html#class-options
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .. import encodings
from ..coercion import optionsOf, toNumber
from ..errors import ERR_BROTLI_INVALID_PARAM, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_ZSTD_INVALID_PARAM
from ..optionbags import check
from ..stream.core.options import StreamOptions
from ..validators import MAX_SAFE_INTEGER, isNumber, validateBoolean, validateFiniteNumber
from . import constants as c

__all__ = ["BrotliOptions", "Settings", "ZlibOptions", "ZstdOptions", "inRange", "lastFlush", "settingsOf"]

#: The kinds whose window may be told by what they read.
READERS = {c.INFLATE, c.GUNZIP, c.UNZIP}


class ZlibOptions(StreamOptions, total=False):
    """Options of zlib.

    Also the options of `StreamOptions`.

    Options:
        flush: How each chunk is flushed; `constants.Z_NO_FLUSH` by default.
        finishFlush: How the end is flushed; `constants.Z_FINISH` by default.
        chunkSize: Bytes of a piece of output, at least 64; 16,384 by default.
        windowBits: The size of the window as a power of two, 8 to 15 (gzip: 9 to 15); 15 by default. To read, 0, the
            default, takes it from the data.
        level: -1 to 9, where 9 is the smallest and -1, the default, is zlib's choice (6).
        memLevel: Memory for the state, 1 to 9; 8 by default.
        strategy: `constants.Z_DEFAULT_STRATEGY` by default, up to `Z_FIXED`.
        dictionary: Bytes that both sides know; none by default.
        info: The functions without a stream return `{"buffer", "engine"}`; False by default.
        maxOutputLength: Bytes that the functions without a stream may return; no limit by default.
        rejectGarbageAfterEnd: What follows the end of the data is an error, a further member of gzip as well; False by
            default.
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
    rejectGarbageAfterEnd: bool


class BrotliOptions(StreamOptions, total=False):
    """Options of Brotli.

    Also the options of `StreamOptions`.

    Options:
        flush: How each chunk is flushed; `constants.BROTLI_OPERATION_PROCESS` by default.
        finishFlush: How the end is flushed; `constants.BROTLI_OPERATION_FINISH` by default.
        chunkSize: Bytes of a piece of output, at least 64; 16,384 by default.
        params: Values by the numbers of `constants.BROTLI_PARAM_…`: mode (0 by default), quality (0 to 11, the
            default), window (10 to 24, 22 by default), block; the others change nothing.
        info: As of ZlibOptions; False by default.
        maxOutputLength: Bytes that the functions without a stream may return; no limit by default.
        rejectGarbageAfterEnd: What follows the end of the data is an error; False by default.
    """

    flush: int
    finishFlush: int
    chunkSize: int
    params: Mapping[Any, int | bool]
    info: bool
    maxOutputLength: int
    rejectGarbageAfterEnd: bool


class ZstdOptions(StreamOptions, total=False):
    """Options of Zstandard.

    Also the options of `StreamOptions`.

    Options:
        flush: How each chunk is flushed; `constants.ZSTD_e_continue` by default.
        finishFlush: How the end is flushed; `constants.ZSTD_e_end` by default.
        chunkSize: Bytes of a piece of output, at least 64; 16,384 by default.
        params: Values by the numbers of `constants.ZSTD_c_…`, for reading `ZSTD_d_…`; those of the library by default.
        dictionary: Bytes that both sides know; none by default.
        pledgedSrcSize: Bytes that will be compressed: any other number is an error; unknown by default.
        info: As of ZlibOptions; False by default.
        maxOutputLength: Bytes that the functions without a stream may return; no limit by default.
        rejectGarbageAfterEnd: What follows the end of the data is an error, but for further frames; False by default.
    """

    flush: int
    finishFlush: int
    chunkSize: int
    params: Mapping[Any, int | bool]
    dictionary: Any
    pledgedSrcSize: int
    info: bool
    maxOutputLength: int
    rejectGarbageAfterEnd: bool


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
    rejectGarbageAfterEnd: bool
    rest: Mapping[str, Any]
    params: Mapping[int, int] = field(default_factory=dict)
    pledgedSrcSize: int | None = None


def settingsOf(kind: int, options: Any, keywords: Mapping[str, Any]) -> Settings:
    """Check the options of a kind.

    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    """
    check(_KINDS.get(kind, ZlibOptions), options, keywords)
    given = optionsOf(options, keywords)
    if kind in _LATER:
        return _laterSettings(kind, given)

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
    dictionary = _dictionaryOf(given)
    chunkSize = number("chunkSize", c.Z_DEFAULT_CHUNK, c.Z_MIN_CHUNK, c.Z_MAX_CHUNK)
    flush = number("flush", c.Z_NO_FLUSH, c.Z_NO_FLUSH, c.Z_BLOCK)
    finishFlush = number("finishFlush", c.Z_FINISH, c.Z_NO_FLUSH, c.Z_BLOCK)
    maxOutputLength = number("maxOutputLength", MAX_SAFE_INTEGER, 1, MAX_SAFE_INTEGER)
    reject = _rejectGarbage(given)
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
        reject,
        given,
    )


def _dictionaryOf(given: Mapping[str, Any]) -> bytes | None:
    dictionary = given.get("dictionary")
    if dictionary is None:
        return None
    data = encodings.toBytes(dictionary)
    if data is None:
        raise ERR_INVALID_ARG_TYPE(
            "options.dictionary", ["Buffer", "TypedArray", "DataView", "ArrayBuffer"], dictionary
        )
    return data


def _rejectGarbage(given: Mapping[str, Any]) -> bool:
    reject = given.get("rejectGarbageAfterEnd")
    if reject is not None:
        validateBoolean(reject, "options.rejectGarbageAfterEnd")
    return bool(reject)


#: Of Brotli and Zstandard: the largest number of a parameter, the last way to flush, the way to flush at the end, and
#: the error of a parameter.
_LATER: dict[int, tuple[int, int, int, Any]] = {
    **dict.fromkeys(
        (c.BROTLI_ENCODE, c.BROTLI_DECODE),
        (c.BROTLI_PARAM_NDIRECT, c.BROTLI_OPERATION_EMIT_METADATA, c.BROTLI_OPERATION_FINISH, ERR_BROTLI_INVALID_PARAM),
    ),
    c.ZSTD_COMPRESS: (c.ZSTD_c_overlapLog, c.ZSTD_e_end, c.ZSTD_e_end, ERR_ZSTD_INVALID_PARAM),
    c.ZSTD_DECOMPRESS: (c.ZSTD_d_windowLogMax, c.ZSTD_e_end, c.ZSTD_e_end, ERR_ZSTD_INVALID_PARAM),
}


_KINDS = {
    **dict.fromkeys((c.BROTLI_ENCODE, c.BROTLI_DECODE), BrotliOptions),
    **dict.fromkeys((c.ZSTD_COMPRESS, c.ZSTD_DECOMPRESS), ZstdOptions),
}


def lastFlush(kind: int) -> int:
    """The last way to flush."""
    return _LATER[kind][1] if kind in _LATER else c.Z_BLOCK


def _laterSettings(kind: int, given: dict[str, Any]) -> Settings:
    most, last, finish, error = _LATER[kind]
    params = {}
    for key, value in optionsOf(given.get("params")).items():
        number = toNumber(key)
        if not 0 <= number <= most:
            raise error(key)
        if not isNumber(value) and not isinstance(value, bool):
            raise ERR_INVALID_ARG_TYPE("options.params[key]", "number", value)
        params[int(number)] = int(value)
    pledged = given.get("pledgedSrcSize")
    if pledged is not None and kind == c.ZSTD_COMPRESS and pledged < 0:
        made = ERR_OUT_OF_RANGE("options.pledgedSrcSize", ">= 0", pledged)
        made._setMessage("pledgedSrcSize must be non-negative")
        raise made
    return Settings(
        kind=kind,
        chunkSize=inRange(given.get("chunkSize"), "options.chunkSize", c.Z_DEFAULT_CHUNK, c.Z_MIN_CHUNK, c.Z_MAX_CHUNK),
        flush=inRange(given.get("flush"), "options.flush", 0, 0, last),
        finishFlush=inRange(given.get("finishFlush"), "options.finishFlush", finish, 0, last),
        maxOutputLength=inRange(
            given.get("maxOutputLength"), "options.maxOutputLength", MAX_SAFE_INTEGER, 1, MAX_SAFE_INTEGER
        ),
        rejectGarbageAfterEnd=_rejectGarbage(given),
        dictionary=_dictionaryOf(given),
        info=bool(given.get("info")),
        rest=given,
        params=params,
        pledgedSrcSize=None if pledged is None else int(pledged),
        windowBits=0,
        level=0,
        memLevel=0,
        strategy=0,
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
