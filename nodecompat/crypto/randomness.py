"""Random bytes, numbers and identifiers, from the system's source (`secrets`).

The forms with a callback answer a turn later; they take no thread, since the system gives random bytes at once.

Node: https://nodejs.org/api/crypto.html#cryptorandombytessize-callback
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, TypedDict, TypeVar, overload

from ..coercion import optionsOf
from ..errors import ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE
from ..events import fit
from ..optionbags import named
from ..timers import setImmediate
from ..validators import (
    MAX_SAFE_INTEGER,
    isNumber,
    validateBoolean,
    validateFunction,
    validateNumber,
    validateObject,
)

__all__ = [
    "RandomUUIDOptions",
    "pseudoRandomBytes",
    "randomBytes",
    "randomFill",
    "randomFillSync",
    "randomInt",
    "randomUUID",
    "randomUUIDv7",
]

MAX_BYTES = 2**31 - 1
#: How far apart the bounds of `randomInt` may be, plus one.
RANGE = 2**48

_Target = TypeVar("_Target")
_absent: Any = object()


class RandomUUIDOptions(TypedDict, total=False):
    """Options of `randomUUID`.

    Options:
        disableEntropyCache: Of no effect: each UUID takes new random bytes. False by default.
    """

    disableEntropyCache: bool


@overload
def randomBytes(size: int) -> bytes: ...
@overload
def randomBytes(size: int, callback: Callable[..., object]) -> None: ...
def randomBytes(size: int, callback: Callable[..., object] | None = None) -> bytes | None:
    """Random bytes that nobody can guess: `randomBytes(16).hex()`.

    Args:
        size: how many, up to 2**31 - 1.
        callback: `callback(error, bytes)`, called in a later turn.
    Returns: the bytes; None when there is a callback.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/crypto.html#cryptorandombytessize-callback
    """
    validateNumber(size, "size", 0, MAX_BYTES)
    if callback is None:
        return secrets.token_bytes(int(size))
    validateFunction(callback, "callback")
    setImmediate(lambda: fit(callback, 2)(None, secrets.token_bytes(int(size))))
    return None


#: Under an old name. Deprecated.
pseudoRandomBytes = randomBytes


def _memoryOf(buf: Any) -> memoryview:
    """The bytes of a buffer that can be written to.

    Raises: ERR_INVALID_ARG_TYPE.
    """
    try:
        view = memoryview(buf).cast("B")
    except TypeError:
        raise ERR_INVALID_ARG_TYPE("buf", ("ArrayBuffer", "ArrayBufferView"), buf) from None
    if view.readonly:
        raise ERR_INVALID_ARG_TYPE("buf", ("ArrayBuffer", "ArrayBufferView"), buf)
    return view


def _part(buf: Any, offset: Any, size: Any) -> memoryview:
    """What shall be filled: `offset` and `size` count in items of the buffer, as in Node."""
    memory = _memoryOf(buf)
    width = memoryview(buf).itemsize
    if offset is not None:
        validateNumber(offset, "offset", 0, len(memory) // width)
    start = int(offset or 0) * width
    if size is None:
        return memory[start:]
    validateNumber(size, "size", 0, MAX_BYTES)
    end = start + int(size) * width
    if end > len(memory):
        raise ERR_OUT_OF_RANGE("size + offset", f"<= {len(memory)}", end)
    return memory[start:end]


def _fill(part: memoryview) -> None:
    part[:] = secrets.token_bytes(len(part))


def randomFillSync(buf: _Target, offset: int | None = None, size: int | None = None) -> _Target:
    """Fill a buffer with random bytes.

    Args:
        buf: a bytearray, a Buffer or a memoryview that can be written to.
        offset: where to begin, 0 if left out.
        size: how much is filled; all behind `offset` if left out.
    Returns: the buffer.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/crypto.html#cryptorandomfillsyncbuffer-offset-size
    """
    _fill(_part(buf, offset, size))
    return buf


def randomFill(buf: Any, offset: Any = None, size: Any = None, callback: Any = None) -> None:
    """Fill a buffer with random bytes, in a later turn.

    Args:
        buf, offset, size: as of `randomFillSync`; the latter two may be left out.
        callback: `callback(error, buf)`, the last argument.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/crypto.html#cryptorandomfillbuffer-offset-size-callback
    """
    _memoryOf(buf)
    if callable(offset):
        offset, size, callback = None, None, offset
    elif callable(size):
        size, callback = None, size
    else:
        validateFunction(callback, "callback")
    part = _part(buf, offset, size)

    def fill() -> None:
        _fill(part)
        fit(callback, 2)(None, buf)

    setImmediate(fill)


@overload
def randomInt(max: int, /) -> int: ...
@overload
def randomInt(min: int, max: int, /) -> int: ...
@overload
def randomInt(max: int, callback: Callable[..., object], /) -> None: ...
@overload
def randomInt(min: int, max: int, callback: Callable[..., object], /) -> None: ...
def randomInt(min: Any = None, max: Any = _absent, callback: Any = _absent, /) -> int | None:
    """A random whole number, each as likely as the others: `randomInt(6)` is 0 to 5, `randomInt(1, 7)` 1 to 6.

    Args:
        min: the least, 0 if left out.
        max: the first that is too large, at most 2**48 - 1 above `min`.
        callback: `callback(error, number)`, called in a later turn.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/crypto.html#cryptorandomintmin-max-callback
    """
    isBounded = max is not _absent and max is not None and not callable(max)
    if not isBounded:
        min, max, callback = 0, min, callback if max is _absent or max is None else max
    if callback is not _absent and callback is not None:
        validateFunction(callback, "callback")
    for value, name in ((min, "min"), (max, "max")):
        if not isNumber(value) or value != value // 1 or abs(value) > MAX_SAFE_INTEGER:
            raise ERR_INVALID_ARG_TYPE(name, "a safe integer", value)
    least, count = int(min), int(max) - int(min)
    if count <= 0:
        raise ERR_OUT_OF_RANGE("max", f'greater than the value of "min" ({least})', max)
    if count >= RANGE:
        raise ERR_OUT_OF_RANGE("max - min" if isBounded else "max", f"<= {RANGE - 1}", count)
    if callback is _absent or callback is None:
        return least + secrets.randbelow(count)
    setImmediate(lambda: fit(callback, 2)(None, least + secrets.randbelow(count)))
    return None


@named
def randomUUID(
    options: RandomUUIDOptions | Mapping[str, Any] | None = None, *, disableEntropyCache: bool | None = None
) -> str:
    """A random UUID of version 4.

    Args: options: RandomUUIDOptions, as a mapping or as keywords; they change nothing here.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/crypto.html#cryptorandomuuidoptions
    """
    _checkOptions(options, disableEntropyCache)
    return _uuid(secrets.token_bytes(16), 4)


@named
def randomUUIDv7(
    options: RandomUUIDOptions | Mapping[str, Any] | None = None, *, disableEntropyCache: bool | None = None
) -> str:
    """A UUID of version 7: the milliseconds of the time, then random; later ones sort behind.

    Args: options: RandomUUIDOptions, as a mapping or as keywords; they change nothing here.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/crypto.html#cryptorandomuuidv7options
    """
    _checkOptions(options, disableEntropyCache)
    milliseconds = time.time_ns() // 1_000_000
    return _uuid(milliseconds.to_bytes(6, "big") + secrets.token_bytes(10), 7)


def _checkOptions(options: Any, disableEntropyCache: Any) -> None:
    if options is not None:
        validateObject(options, "options")
    given = optionsOf(options)
    if disableEntropyCache is not None:
        given["disableEntropyCache"] = disableEntropyCache
    if given.get("disableEntropyCache") is not None:
        validateBoolean(given["disableEntropyCache"], "options.disableEntropyCache")


def _uuid(octets: bytes, version: int) -> str:
    number = int.from_bytes(octets, "big")
    number = number & ~(0xF << 76) | version << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
