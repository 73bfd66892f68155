"""Numbers in a Buffer: `readUInt16BE`, `writeDoubleLE` and their kin.

Each method is made by `reader` or `writer` from its format; only integers of a length that is given are written out.
`value` may be anything that JavaScript makes a number of; fractions are cut off.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..coercion import toNumber
from ..errors import ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, NodeTypeError
from ..validators import isNumber, validateNumber

if TYPE_CHECKING:
    from typing import Protocol

    from .core import Buffer

    # As a Buffer's attributes: without `self`.
    class ReadInteger(Protocol):
        """`buffer.readInt8(offset)` and its kin. Node: https://nodejs.org/api/buffer.html#bufreadint8offset"""

        def __call__(self, offset: int | None = 0) -> int: ...

    class ReadFloat(Protocol):
        """`buffer.readDoubleLE(offset)` and its kin. Node: https://nodejs.org/api/buffer.html#bufreaddoubleleoffset"""

        def __call__(self, offset: int | None = 0) -> float: ...

    class WriteNumber(Protocol):
        """`buffer.writeInt8(value, offset)` and its kin: the place behind it.

        Node: https://nodejs.org/api/buffer.html#bufwriteint8value-offset
        """

        def __call__(self, value: Any, offset: int | None = 0) -> int: ...


MAX_BYTES = 6  # of an integer that readIntBE and its kin read


def placeOf(buffer: bytearray, offset: Any, size: int) -> int:
    """Where `size` bytes begin.

    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_BUFFER_OUT_OF_BOUNDS.
    """
    if offset.__class__ is int and 0 <= offset <= len(buffer) - size:
        found: int = offset
        return found
    if offset is None:
        offset = 0
    validateNumber(offset, "offset")
    return requireBound(offset, len(buffer) - size, "offset", 0)


def requireBound(value: Any, most: int, name: str, least: int) -> int:
    """A whole number from `least` to `most`."""
    if value != value or (not math.isinf(value) and value != int(value)):
        raise ERR_OUT_OF_RANGE(name, "an integer", value)
    if most < 0:
        raise ERR_BUFFER_OUT_OF_BOUNDS()
    if not least <= value <= most:
        raise ERR_OUT_OF_RANGE(name, f">= {least} and <= {most}", value)
    return int(value)


def reader(format: str, name: str) -> Any:
    """The method that reads a number of this format of `struct`."""
    codec = struct.Struct(format)
    size, unpack = codec.size, codec.unpack_from

    def read(self: Buffer, offset: int | None = 0) -> Any:
        return unpack(self, placeOf(self, offset, size))[0]

    return _named(
        read,
        name,
        f"""The number at `offset`: {_NAMES[format[-1]]}, {8 * size} bits{_order(format)}.

        Raises: ERR_OUT_OF_RANGE, ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/buffer.html#buf{name.lower()}offset
        """,
    )


def writer(format: str, name: str) -> Any:
    """The method that writes a number of this format of `struct`."""
    codec = struct.Struct(format)
    kind, size = format[-1], codec.size
    toValue = _CHECKS.get(kind) or _integer(kind, size)
    checksFirst = kind in "bBfd"  # the offset's type, before the value

    def write(self: Buffer, value: Any, offset: int | None = 0) -> int:
        if checksFirst and offset is not None and not isNumber(offset):
            raise ERR_INVALID_ARG_TYPE("offset", "number", offset)
        number = toValue(value)
        place = placeOf(self, offset, size)
        self._put_(place, codec.pack(number))
        return place + size

    return _named(
        write,
        name,
        f"""Write a number at `offset`: {_NAMES[kind]}, {8 * size} bits{_order(format)}.

        Returns: the place behind it.
        Raises: ERR_OUT_OF_RANGE, ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/buffer.html#buf{name.lower()}value-offset
        """,
    )


def _named(method: Callable[..., Any], name: str, doc: str) -> Callable[..., Any]:
    method.__name__, method.__qualname__, method.__doc__ = name, f"Buffer.{name}", doc
    return method


_NAMES = {
    **dict.fromkeys("bhiq", "an integer with sign"),
    **dict.fromkeys("BHIQ", "an integer without sign"),
    **dict.fromkeys("fd", "a floating point number"),
}


def _order(format: str) -> str:
    if format in ("b", "B"):
        return ""
    return ", least significant byte first" if format[0] == "<" else ", most significant byte first"


def whole(value: Any) -> int:
    """The integer that JavaScript writes for a number: without its fraction, 0 for NaN and infinity."""
    return int(value) if math.isfinite(value) else 0


def _integer(kind: str, size: int) -> Callable[[Any], int]:
    bits = 8 * size
    least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if kind.islower() else (0, 2**bits - 1)

    def check(value: Any) -> int:
        number = toNumber(value)
        if number < least or number > most:
            raise ERR_OUT_OF_RANGE("value", f">= {least} and <= {most}", number)
        return whole(number)

    return check


def _bigint(isSigned: bool) -> Callable[[Any], int]:
    least, most = (-(2**63), 2**63 - 1) if isSigned else (0, 2**64 - 1)

    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise NodeTypeError("Cannot mix BigInt and other types, use explicit conversions")
        if not least <= value <= most:
            expected = ">= -(2n ** 63n) and < 2n ** 63n" if isSigned else ">= 0n and < 2n ** 64n"
            raise ERR_OUT_OF_RANGE("value", expected, value, isBigInt=True)
        return value

    return check


def _single(value: Any) -> float:
    """A number as 32 bits hold it; what is too large is infinite."""
    number = float(toNumber(value))
    try:
        struct.pack("<f", number)
    except OverflowError:
        return math.copysign(math.inf, number)
    return number


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "q": _bigint(True),
    "Q": _bigint(False),
    "f": _single,
    "d": lambda value: float(toNumber(value)),
}


def requireLength(byteLength: Any) -> int:
    """How many bytes an integer has."""
    validateNumber(byteLength, "byteLength")
    return requireBound(byteLength, MAX_BYTES, "byteLength", 1)


def readInteger(buffer: bytearray, offset: Any, byteLength: Any, order: Any, isSigned: bool) -> int:
    """What `readIntBE` and its kin do."""
    if offset is None:
        raise ERR_INVALID_ARG_TYPE("offset", "number", offset)
    size = requireLength(byteLength)
    place = placeOf(buffer, offset, size)
    return int.from_bytes(buffer[place : place + size], order, signed=isSigned)


def writeInteger(buffer: Buffer, value: Any, offset: Any, byteLength: Any, order: Any, isSigned: bool) -> int:
    """What `writeIntBE` and its kin do."""
    size = requireLength(byteLength)
    if size == 1 and not isNumber(offset):
        raise ERR_INVALID_ARG_TYPE("offset", "number", offset)
    number = toNumber(value)
    bits = 8 * size
    least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if isSigned else (0, 2**bits - 1)
    if number < least or number > most:
        raise ERR_OUT_OF_RANGE("value", _range(size, isSigned, least, most), number)
    if offset is None:
        raise ERR_INVALID_ARG_TYPE("offset", "number", offset)
    place = placeOf(buffer, offset, size)
    buffer._put_(place, whole(number).to_bytes(size, order, signed=isSigned))
    return place + size


def _range(size: int, isSigned: bool, least: int, most: int) -> str:
    if size <= 4:
        return f">= {least} and <= {most}"
    bits = 8 * size
    return f">= -(2 ** {bits - 1}) and < 2 ** {bits - 1}" if isSigned else f">= 0 and < 2 ** {bits}"
