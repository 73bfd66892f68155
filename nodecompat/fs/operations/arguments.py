"""The arguments that the functions of `fs` share, checked as Node does: paths, descriptors, flags, modes, times.

A path is a text, bytes, an `os.PathLike` or a URL of the scheme `file:`; it goes to the system as bytes.
"""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Union

from ... import encodings
from ...coercion import PRIMITIVES, optionsOf, toNumber
from ...errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, NodeRangeError, NodeTypeError
from ...url import URL, fileURLToPathBuffer
from ...validators import (
    MAX_SAFE_INTEGER,
    isNumber,
    isTruthy,
    validateAbortSignal,
    validateBoolean,
    validateFunction,
    validateInteger,
    validateObject,
    validateUint32,
)

PathLike = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]", URL]
Mode = Union[int, str]
Flags = Union[int, str]
TimeLike = Union[str, int, float, datetime]
BytesLike = Union[bytes, bytearray, memoryview]

LAST_DESCRIPTOR = 2**31 - 1
#: The largest place in a file.
LAST_POSITION = 2**63 - 1

_OCTAL = re.compile(r"[0-7]+\Z")
_READ, _WRITE, _BOTH = os.O_RDONLY, os.O_WRONLY, os.O_RDWR
_NEW = os.O_CREAT | os.O_TRUNC
_MORE = os.O_CREAT | os.O_APPEND
_SYNC = getattr(os, "O_SYNC", 0)
_FLAGS = {
    "r": _READ,
    "rs": _READ | _SYNC,
    "sr": _READ | _SYNC,
    "r+": _BOTH,
    "rs+": _BOTH | _SYNC,
    "sr+": _BOTH | _SYNC,
    "w": _WRITE | _NEW,
    "wx": _WRITE | _NEW | os.O_EXCL,
    "xw": _WRITE | _NEW | os.O_EXCL,
    "w+": _BOTH | _NEW,
    "wx+": _BOTH | _NEW | os.O_EXCL,
    "xw+": _BOTH | _NEW | os.O_EXCL,
    "a": _WRITE | _MORE,
    "ax": _WRITE | _MORE | os.O_EXCL,
    "xa": _WRITE | _MORE | os.O_EXCL,
    "as": _WRITE | _MORE | _SYNC,
    "sa": _WRITE | _MORE | _SYNC,
    "a+": _BOTH | _MORE,
    "ax+": _BOTH | _MORE | os.O_EXCL,
    "xa+": _BOTH | _MORE | os.O_EXCL,
    "as+": _BOTH | _MORE | _SYNC,
    "sa+": _BOTH | _MORE | _SYNC,
}
_PATH_TYPES = ["string", "Buffer", "URL"]
_NUL = "must be a string, Uint8Array, or URL without null bytes"
BYTES_OR_TEXT = ["string", "Buffer", "TypedArray", "DataView"]
VIEWS = ["Buffer", "TypedArray", "DataView"]


def toPath(value: Any, name: str = "path") -> bytes:
    """A path as the system takes it.

    Raises: ERR_INVALID_ARG_TYPE; ERR_INVALID_ARG_VALUE for a NUL; the errors of `url.fileURLToPath`.
    """
    path = tryPath(value, name)
    if path is None:
        raise ERR_INVALID_ARG_TYPE(name, _PATH_TYPES, value)
    return path


def tryPath(value: Any, name: str = "path") -> bytes | None:
    """As `toPath`, but None for what is no path at all."""
    shown = value
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, str):
        path = encodings.encode(value)
    elif isinstance(value, (bytes, bytearray)):
        path = bytes(value)
    elif hasattr(value, "href") and hasattr(value, "protocol"):
        path = fileURLToPathBuffer(value)
    else:
        return None
    if b"\0" in path:
        raise ERR_INVALID_ARG_VALUE(name, shown, _NUL)
    return path


def shown(path: bytes) -> str:
    """A path as errors and results show it."""
    return path.decode("utf-8", "replace")


def isDescriptor(value: Any) -> bool:
    """True for a number that stands for a file in place of a path: an integer of 32 bits. Others are bad paths."""
    return isNumber(value) and -(2**31) <= value < 2**31 and value == int(value)


def toDescriptor(value: Any, name: str = "fd") -> int:
    """A file descriptor. Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE."""
    validateInteger(value, name, 0, LAST_DESCRIPTOR)
    return int(value)


def toFlags(flags: Any, name: str = "flags") -> int:
    """The numbers of `open` for Node's letters: "r", "w+", "ax"; reading for None.

    Raises: ERR_INVALID_ARG_VALUE.
    """
    if isNumber(flags):
        validateInteger(flags, name, -(2**31), 2**31 - 1)
        return int(flags)
    if flags is None:
        return _READ
    found = _FLAGS.get(flags) if isinstance(flags, str) else None
    if found is None:
        raise ERR_INVALID_ARG_VALUE("flags", flags)
    return found


def toMode(value: Any, name: str = "mode", default: int | None = None) -> int:
    """Permissions: a number, or a text of octal digits.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE.
    """
    if value is None and default is not None:
        return default
    if isinstance(value, str):
        if not _OCTAL.match(value):
            raise ERR_INVALID_ARG_VALUE(name, value, "must be a 32-bit unsigned integer or an octal string")
        value = int(value, 8)
    validateUint32(value, name)
    return int(value)


def smallMode(mode: Any) -> int:
    """The mode of `access` and `copyFile`: three bits, 0 if left out.

    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, with the texts that they have in Node's own code.
    """
    if mode is None:
        return 0
    if not isNumber(mode):
        raise NodeTypeError("mode must be int32 or null/undefined", code="ERR_INVALID_ARG_TYPE")
    if not math.isfinite(mode):
        raise NodeRangeError("mode is out of range", code="ERR_OUT_OF_RANGE")
    if not 0 <= mode <= 7:
        raise NodeRangeError("mode is out of range: >= 0 && <= 7", code="ERR_OUT_OF_RANGE")
    return int(mode)


def toOwner(value: Any, name: str) -> int:
    """A user's or a group's number; -1 leaves it as it is."""
    validateInteger(value, name, -1, 2**32 - 1)
    return int(value)


def toTime(value: Any, name: str = "time") -> int:
    """A time in nanoseconds since 1970: seconds, a text of them, or a datetime.

    Raises: ERR_INVALID_ARG_TYPE.
    """
    seconds: float
    if isinstance(value, datetime):
        seconds = value.timestamp()
    elif isinstance(value, str) and toNumber(value) == toNumber(value):
        seconds = toNumber(value)
    elif isNumber(value) and math.isfinite(value):
        seconds = time.time() if value < 0 else value  # as in Node
    else:
        raise ERR_INVALID_ARG_TYPE(name, ["Date", "Time in seconds"], value)
    # Whole microseconds, as libuv makes them.
    return math.floor(seconds * 1e6) * 1000 if math.isfinite(seconds) else 0


def toLength(value: Any, name: str = "len") -> int:
    """The length of a file: 0 if left out, or below 0."""
    if value is None:
        return 0
    validateInteger(value, name)
    return max(0, int(value))


def toPosition(value: Any, length: int = 0) -> int | None:
    """Where to read: None, and -1, for the place of the descriptor."""
    if value is None:
        return None
    if not isNumber(value):
        raise ERR_INVALID_ARG_TYPE("position", ["bigint", "integer"], value)
    most = LAST_POSITION - length
    if isinstance(value, int) and value > MAX_SAFE_INTEGER:  # a bigint
        if value > most:
            raise ERR_OUT_OF_RANGE("position", f">= -1 && <= {most}", value, isBigInt=True)
    else:
        validateInteger(value, "position", -1)
    return None if value == -1 else int(value)


def writePosition(value: Any) -> int | None:
    """Where to write: what is no number, or is below 0, stands for the place of the descriptor, as in Node."""
    if not isNumber(value) or not 0 <= value <= LAST_POSITION:
        return None
    return int(value)


def toOptions(options: Any, keywords: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Options with their defaults; a text is the encoding. Encoding and signal are checked.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE.
    """
    if options is None or callable(options):
        given: dict[str, Any] = {**defaults, **keywords}
    elif isinstance(options, str):
        given = {**defaults, "encoding": options, **keywords}
    elif isinstance(options, PRIMITIVES):
        raise ERR_INVALID_ARG_TYPE("options", ["string", "Object"], options)
    else:
        given = {**defaults, **optionsOf(options, keywords)}
    encoding = given.get("encoding")
    if not isTruthy(encoding):
        given["encoding"] = None
    elif encoding != "buffer":
        requireEncoding(encoding)
    validateAbortSignal(given.get("signal"), "options.signal")
    return given


def toBag(options: Any, keywords: Mapping[str, Any], name: str = "options") -> dict[str, Any]:
    """Options where Node insists on an object."""
    if options is not None:
        validateObject(options, name)
    return optionsOf(options, keywords)


def requireEncoding(encoding: Any) -> None:
    """Must be an encoding that Node knows."""
    if not encodings.isEncoding(encoding):
        raise ERR_INVALID_ARG_VALUE("encoding", encoding, "is invalid encoding")


def inEncoding(name: bytes, encoding: Any) -> Any:
    """A name or a path as a result: text, or bytes for "buffer"."""
    if encoding == "buffer":
        return name
    return encodings.decode(name, "utf8" if encoding is None else encoding)


def theFlag(options: Mapping[str, Any], name: str, default: bool = False) -> bool:
    """An option that must be a bool."""
    value = options.get(name)
    if value is None:
        return default
    validateBoolean(value, f"options.{name}")
    return bool(value)


def toView(value: Any, name: str = "buffer", isWritable: bool = False, types: list[str] = VIEWS) -> memoryview:
    """The bytes of a buffer, in place.

    Raises: ERR_INVALID_ARG_TYPE, also for one that cannot be written to.
    """
    try:
        view = memoryview(value).cast("B")
    except (TypeError, BufferError):
        raise ERR_INVALID_ARG_TYPE(name, types, value) from None
    if isWritable and view.readonly:
        raise ERR_INVALID_ARG_TYPE(name, VIEWS, value)
    return view


def toViews(buffers: Any, isWritable: bool) -> list[memoryview]:
    """A list of buffers, in place."""
    if not isinstance(buffers, (list, tuple)):
        raise ERR_INVALID_ARG_TYPE("buffers", "ArrayBufferView[]", buffers)
    try:
        return [toView(each, "buffers", isWritable) for each in buffers]
    except ERR_INVALID_ARG_TYPE:
        raise ERR_INVALID_ARG_TYPE("buffers", "ArrayBufferView[]", buffers) from None


def toData(data: Any, encoding: Any, name: str = "data") -> bytes | memoryview:
    """What is to be written: a text in its encoding, or bytes."""
    if isinstance(data, str):
        return encodings.encode(data, encoding or "utf8")
    if isinstance(data, bytes):
        return data
    try:
        return memoryview(data).cast("B")
    except (TypeError, BufferError):
        raise ERR_INVALID_ARG_TYPE(name, BYTES_OR_TEXT, data) from None


def toCallback(*places: Any) -> tuple[Callable[..., Any], list[Any]]:
    """The callback is the last argument that is given; those before it, None where they are left out.

    Raises: ERR_INVALID_ARG_TYPE.
    """
    callback = places[-1]
    before = list(places[:-1])
    if callback is None:
        for index in reversed(range(len(before))):
            if before[index] is not None:
                if callable(before[index]):
                    callback, before[index] = before[index], None
                break
    validateFunction(callback, "cb")
    return callback, before


def given(**keywords: Any) -> dict[str, Any]:
    """The keywords that are there."""
    return {name: value for name, value in keywords.items() if value is not None}


def bagOf(options: Any, keywords: Mapping[str, Any]) -> Any:
    """Options and keywords in one mapping; a text is the encoding. They are checked where they go."""
    if not keywords:
        return options
    return {**({"encoding": options} if isinstance(options, str) else optionsOf(options)), **keywords}


def statOptions(options: Any, keywords: Mapping[str, Any]) -> tuple[bool, bool]:
    """`bigint` and `throwIfNoEntry` of `stat` and its kin."""
    found = optionsOf(options, keywords)
    return isTruthy(found.get("bigint")), found.get("throwIfNoEntry") is not False


def mkdirOptions(options: Any, keywords: Mapping[str, Any]) -> Any:
    """The options of `mkdir`: a mode, or a mapping."""
    return optionsOf(options, keywords) if keywords else options


def noDescriptor(path: Any) -> Any:
    """A path, where a descriptor will not do.

    Raises: ERR_INVALID_ARG_TYPE.
    """
    if isNumber(path):
        raise ERR_INVALID_ARG_TYPE("path", _PATH_TYPES, path)
    return path
