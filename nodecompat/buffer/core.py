"""`Buffer`: bytes with Node's methods, for ports of binary protocols.

A bytearray, so it is accepted wherever bytes are; what this package hands out stays `bytes`. Places and lengths are as
in Node: those that the methods take may lie outside and are cut, or are errors, as there. `buffer[i]` and `buffer[a:b]`
are Python's: a negative place counts from the end, one outside raises IndexError, a slice is a copy.

Node: https://nodejs.org/api/buffer.html#class-buffer
"""

from __future__ import annotations

import array
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, SupportsIndex

from .. import encodings
from ..coercion import toNumber
from ..errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_INVALID_BUFFER_SIZE,
    ERR_OUT_OF_RANGE,
    ERR_UNKNOWN_ENCODING,
    NodeRangeError,
    NodeTypeError,
    determineSpecificType,
)
from ..inspection import inspect
from ..texts import units
from ..validators import MAX_SAFE_INTEGER, isNumber, validateInteger, validateNumber, validateString
from . import numbers, searching
from .memory import Memory
from .numbers import reader, whole, writer

if TYPE_CHECKING:
    from .numbers import ReadFloat, ReadInteger, WriteNumber

__all__ = ["K_MAX_LENGTH", "Buffer"]

K_MAX_LENGTH = MAX_SAFE_INTEGER  # bytes

_NOTHING: Any = object()
_List = list
_Slice = slice  # as below: the names are methods and parameters in Buffer
_BYTES = (bytes, bytearray, memoryview)
_FIRST = (
    "The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object."
)


def toByte(value: Any) -> int:
    """What a byte becomes when a value is assigned to it: the lowest eight bits of the number."""
    return whole(toNumber(value)) & 0xFF


def isBytes(value: Any) -> bool:
    """Whether a value stands for a Uint8Array."""
    return isinstance(value, _BYTES) or (isinstance(value, array.array) and value.typecode == "B")


def requireBytes(value: Any, name: str) -> Any:
    """Must be bytes, or a Buffer.

    Raises: ERR_INVALID_ARG_TYPE.
    """
    if not isBytes(value):
        raise ERR_INVALID_ARG_TYPE(name, ["Buffer", "Uint8Array"], value)
    return value


class _Compare:
    """`Buffer.compare(a, b)` and `a.compare(b)`: one name, of the class and of its objects."""

    def __get__(self, buffer: Buffer | None, owner: type[Buffer]) -> Callable[..., int]:
        if buffer is None:
            return compare
        return lambda *arguments: comparePart(buffer, *arguments)


class Buffer(bytearray):
    """Bytes with Node's methods.

    Made by `Buffer.from_`, `Buffer.alloc` and `Buffer.concat`; `Buffer(…)` itself takes what `bytearray` takes.

    Node: https://nodejs.org/api/buffer.html#class-buffer
    """

    _memory_: Memory | None = None  # shared with views; None without views
    _offset_ = 0  # within that memory

    #: Accepted for what reads it; memory is never pooled.
    poolSize = 64 * 1024

    # -- making one

    @classmethod
    def from_(cls, value: Any, encodingOrOffset: Any = None, length: Any = None) -> Buffer:
        """A buffer of a text, of numbers, or of other bytes, which are copied: `Buffer.from_("7468", "hex")`.

        Args:
            value: a str; anything bytes-like; numbers, each cut to a byte; what `toJSON` of a buffer gave.
            encodingOrOffset: the encoding of a str, "utf8" if left out.
        Raises: ERR_INVALID_ARG_TYPE, ERR_UNKNOWN_ENCODING.
        Node: https://nodejs.org/api/buffer.html#static-method-bufferfromarray
        """
        if isinstance(value, str):
            name = encodingOrOffset if isinstance(encodingOrOffset, str) and encodingOrOffset else "utf8"
            return cls(encodings.encode(value, name))
        if isinstance(value, _BYTES):
            return cls(value)
        if isinstance(value, Mapping):
            value = _listOf(value)
        elif callable(getattr(type(value), "valueOf", None)):
            return cls.from_(value.valueOf(), encodingOrOffset, length)
        if isinstance(value, (list, tuple, array.array, range)):
            return cls(map(toByte, value))
        raise NodeTypeError(f"{_FIRST} Received {determineSpecificType(value)}", code="ERR_INVALID_ARG_TYPE")

    @classmethod
    def of(cls, *items: Any) -> Buffer:
        """A buffer of these numbers, each cut to a byte.

        Node: https://nodejs.org/api/buffer.html#static-method-bufferofitems
        """
        return cls(map(toByte, items))

    @classmethod
    def alloc(cls, size: float, fill: Any = None, encoding: Any = None) -> Buffer:
        """A buffer of `size` bytes: zeros, or `fill` again and again.

        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_INVALID_ARG_VALUE, ERR_UNKNOWN_ENCODING.
        Node: https://nodejs.org/api/buffer.html#static-method-bufferallocsize-fill-encoding
        """
        found = cls.allocUnsafe(size)
        if fill is None or (isNumber(fill) and fill == 0) or not found:
            return found
        return found.fill(fill, encoding if encoding is None or isinstance(encoding, str) else 0, None, encoding)

    @classmethod
    def allocUnsafe(cls, size: float) -> Buffer:
        """A buffer of `size` bytes, which are zeros here.

        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/buffer.html#static-method-bufferallocunsafesize
        """
        validateNumber(size, "size", 0, K_MAX_LENGTH)
        return cls(int(size))

    allocUnsafeSlow = allocUnsafe

    @classmethod
    def concat(cls, list: Sequence[Any], totalLength: Any = None) -> Buffer:
        """One buffer of several; cut, or filled with zeros, to `totalLength` if that is given.

        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/buffer.html#static-method-bufferconcatlist-totallength
        """
        if not isinstance(list, (_List, tuple)):
            raise ERR_INVALID_ARG_TYPE("list", "Array", list)
        if not list:
            return cls()
        if totalLength is not None:
            validateInteger(totalLength, "length", 0)
        for place, each in enumerate(list):
            requireBytes(each, f"list[{place}]")
        found = cls(b"".join(list))
        if totalLength is None:
            return found
        return cls(found[: int(totalLength)].ljust(int(totalLength), b"\0"))

    @classmethod
    def copyBytesFrom(cls, view: Any, offset: Any = None, length: Any = None) -> Buffer:
        """The bytes of some items of a typed array (`array.array`, or bytes).

        Args: offset, length: which items.
        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/buffer.html#static-method-buffercopybytesfromview-offset-length
        """
        if not isinstance(view, (*_BYTES, array.array)):
            raise ERR_INVALID_ARG_TYPE("view", "TypedArray", view)
        begin, end = 0, len(view)
        if not end:
            return cls()
        if offset is not None:
            validateInteger(offset, "offset", 0)
            begin = int(offset)
        if begin >= len(view):
            return cls()
        if length is not None:
            validateInteger(length, "length", 0)
            end = begin + int(length)
        part = view[begin:end]
        return cls(part.tobytes() if isinstance(part, array.array) else part)

    # -- questions about values

    @staticmethod
    def isBuffer(obj: Any) -> bool:
        """Whether a value is a Buffer; bytes, which stand for one here, are as well.

        Node: https://nodejs.org/api/buffer.html#static-method-bufferisbufferobj
        """
        return isinstance(obj, (bytes, bytearray))

    @staticmethod
    def isEncoding(encoding: Any) -> bool:
        """Whether this is the name of an encoding.

        Node: https://nodejs.org/api/buffer.html#static-method-bufferisencodingencoding
        """
        return encodings.isEncoding(encoding)

    @staticmethod
    def byteLength(string: Any, encoding: Any = None) -> int:
        """How many bytes a text takes, or bytes have.

        Args: encoding: "utf8" when left out or unknown; for base64 the length is taken from that of the text.
        Raises: ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/buffer.html#static-method-bufferbytelengthstring-encoding
        """
        if isinstance(string, (*_BYTES, array.array)):
            return memoryview(string).nbytes
        if not isinstance(string, str):
            raise ERR_INVALID_ARG_TYPE("string", ["string", "Buffer", "ArrayBuffer"], string)
        name = encodings.normalizeEncoding(encoding) if isinstance(encoding, str) else None
        if name is None or name == "utf8":
            return len(encodings.encode(string))
        return _LENGTHS[name](string, units(string))

    # -- comparing

    compare: _Compare = _Compare()

    def equals(self, otherBuffer: Any) -> bool:
        """Whether another buffer has the same bytes.

        Raises: ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/buffer.html#bufequalsotherbuffer
        """
        return bytes(self) == bytes(requireBytes(otherBuffer, "otherBuffer"))

    def indexOf(self, value: Any, byteOffset: Any = None, encoding: Any = None) -> int:
        """The first place of a text, a byte or other bytes; -1 if there is none.

        Args:
            value: a str, a number, or bytes.
            byteOffset: where to begin; from the end if negative.
            encoding: that of a str.
        Raises: ERR_INVALID_ARG_TYPE, ERR_UNKNOWN_ENCODING.
        Node: https://nodejs.org/api/buffer.html#bufindexofvalue-byteoffset-encoding
        """
        return searching.search(self, value, byteOffset, encoding, True)

    def lastIndexOf(self, value: Any, byteOffset: Any = None, encoding: Any = None) -> int:
        """The last place of a text, a byte or other bytes, at `byteOffset` or before; -1 if there is none.

        Raises: ERR_INVALID_ARG_TYPE, ERR_UNKNOWN_ENCODING.
        Node: https://nodejs.org/api/buffer.html#buflastindexofvalue-byteoffset-encoding
        """
        return searching.search(self, value, byteOffset, encoding, False)

    def includes(self, value: Any, byteOffset: Any = None, encoding: Any = None) -> bool:
        """Whether there is such a text, byte or bytes, at `byteOffset` or behind.

        Raises: ERR_INVALID_ARG_TYPE, ERR_UNKNOWN_ENCODING.
        Node: https://nodejs.org/api/buffer.html#bufincludesvalue-byteoffset-encoding
        """
        return self.indexOf(value, byteOffset, encoding) != -1

    # -- size and parts

    @property
    def length(self) -> int:
        """How many bytes there are."""
        return len(self)

    def at(self, index: Any) -> int | None:
        """The byte at a place, from the end if negative; None outside."""
        number = toNumber(index)
        place = len(self) if math.isinf(number) else whole(number)
        return self[place] if -len(self) <= place < len(self) else None

    def subarray(self, start: Any = None, end: Any = None) -> Buffer:
        """A view of some bytes: what is written to it is written to this buffer, and the other way round.

        Only what the methods of Buffer write is seen by both (`memory.py`).

        Args: start, end: places; from the end if negative, cut to the buffer.
        Node: https://nodejs.org/api/buffer.html#bufsubarraystart-end
        """
        begin = _cut(start, 0, len(self))
        view = type(self)(self[begin : max(begin, _cut(end, len(self), len(self)))])
        if view:
            if self._memory_ is None:
                self._memory_ = Memory()
                self._memory_.add(self, 0)
            view._memory_, view._offset_ = self._memory_, self._offset_ + begin
            self._memory_.add(view, view._offset_)
        return view

    def slice(self, start: Any = None, end: Any = None) -> Buffer:
        """As `subarray`.

        Node: https://nodejs.org/api/buffer.html#bufslicestart-end
        """
        return self.subarray(start, end)

    def entries(self) -> Iterator[tuple[int, int]]:
        """Places and bytes."""
        return iter(enumerate(self))

    def keys(self) -> Iterator[int]:
        """Places."""
        return iter(range(len(self)))

    def values(self) -> Iterator[int]:
        """Bytes; iterating over the buffer gives the same."""
        return iter(self)

    # -- text

    def toString(self, encoding: Any = None, start: Any = None, end: Any = None) -> str:
        """The text of the bytes, or of some of them.

        Args:
            encoding: "utf8" if left out.
            start, end: places, cut to the buffer.
        Raises: ERR_UNKNOWN_ENCODING.
        Node: https://nodejs.org/api/buffer.html#buftostringencoding-start-end
        """
        begin = _inside(start, 0, len(self))
        stop = _inside(end, len(self), len(self))
        if stop <= begin:
            return ""
        return encodings.decode(bytes(self[begin:stop]), _named(encoding))

    toLocaleString = toString

    def __str__(self) -> str:
        return self.toString()

    def __repr__(self) -> str:
        return inspect(self)

    def toJSON(self) -> dict[str, Any]:
        """`{"type": "Buffer", "data": […]}`.

        Node: https://nodejs.org/api/buffer.html#buftojson
        """
        return {"type": "Buffer", "data": _List(self)}

    # -- writing bytes

    def write(self, string: str, offset: Any = None, length: Any = None, encoding: Any = None) -> int:
        """Write a text: `write(text, offset, length, encoding)`; length, or both numbers, may be left out.

        Args:
            string: the text; a character that does not fit whole is not written.
            offset: where to begin, 0 if left out.
            length: how many bytes at most.
            encoding: "utf8" if left out.
        Returns: how many bytes were written.
        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_UNKNOWN_ENCODING.
        Node: https://nodejs.org/api/buffer.html#bufwritestring-offset-length-encoding
        """
        if offset is None:
            offset, length, encoding = 0, None, None  # without an offset nothing else counts
        elif isinstance(offset, str) and length is None:
            offset, encoding = 0, offset
        elif isinstance(length, str):
            length, encoding = None, length
        validateInteger(offset, "offset", 0, len(self))
        place = int(offset)
        room = len(self) - place
        if length is not None:
            validateInteger(length, "length", 0, len(self))
            room = min(room, int(length))
        name = encodings.requireEncoding(encoding or "utf8")
        if not isinstance(string, str):
            raise NodeTypeError("argument must be a string", code="ERR_INVALID_ARG_TYPE")
        data = _fitting(encodings.encode(string, name), room, name)
        self._put_(place, data)
        return len(data)

    def copy(
        self, target: Any = _NOTHING, targetStart: Any = None, sourceStart: Any = None, sourceEnd: Any = None
    ) -> Any:
        """Write some of the bytes to another buffer, which may be this one.

        Without a target it is bytearray's `copy`: a further buffer of the same bytes.

        Returns: how many bytes were written.
        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/buffer.html#bufcopytarget-targetstart-sourcestart-sourceend
        """
        if target is _NOTHING:
            return type(self)(self)
        if not isBytes(target) or isinstance(target, bytes):
            raise ERR_INVALID_ARG_TYPE("target", ["Buffer", "Uint8Array"], target)
        to = _position(targetStart, 0, "targetStart", math.inf)
        begin = _position(sourceStart, 0, "sourceStart", len(self))
        end = _position(sourceEnd, len(self), "sourceEnd", math.inf)
        if to >= len(target) or begin >= end:
            return 0
        data = bytes(self[begin : min(end, begin + len(target) - to)])
        if isinstance(target, Buffer):
            target._put_(to, data)
        else:
            memoryview(target)[to : to + len(data)] = data
        return len(data)

    def fill(self, value: Any, offset: Any = None, end: Any = None, encoding: Any = None) -> Buffer:
        """Write a value again and again: `fill(value, offset, end, encoding)`, `fill(value, encoding)`, ….

        Args:
            value: a str, bytes, or a number, which is cut to a byte.
            offset, end: which bytes, all if left out.
            encoding: that of a str.
        Returns: the buffer.
        Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, ERR_UNKNOWN_ENCODING.
        Node: https://nodejs.org/api/buffer.html#buffillvalue-offset-end-encoding
        """
        if isinstance(value, str):
            if offset is None or isinstance(offset, str):
                offset, end, encoding = None, None, offset  # without an offset nothing else counts
            elif isinstance(end, str):
                end, encoding = None, end
            if encoding is not None:
                validateString(encoding, "encoding")
            encodings.requireEncoding(encoding)
        begin, stop = 0, len(self)
        if offset is not None:
            validateNumber(offset, "offset")
            validateInteger(offset, "offset", 0)
            begin = int(offset)
        if end is not None:
            validateInteger(end, "end", 0, len(self))
            stop = int(end)
        if begin < stop:
            pattern = _pattern(value, encoding)
            count = stop - begin
            self._put_(begin, (pattern * (count // len(pattern) + 1))[:count])
        return self

    def set(self, array: Iterable[Any], offset: int = 0) -> None:
        """Write numbers, or other bytes, from `offset` on.

        Raises: RangeError (ValueError) when they do not fit.
        """
        data = bytes(array) if isinstance(array, _BYTES) else bytes(map(toByte, array))
        if offset < 0 or offset + len(data) > len(self):
            raise NodeRangeError("offset is out of bounds")
        self._put_(offset, data)

    def swap16(self) -> Buffer:
        """Exchange the two bytes of each 16 bits.

        Raises: ERR_INVALID_BUFFER_SIZE.
        Node: https://nodejs.org/api/buffer.html#bufswap16
        """
        return self._swap_(2)

    def swap32(self) -> Buffer:
        """Turn round the four bytes of each 32 bits.

        Raises: ERR_INVALID_BUFFER_SIZE.
        Node: https://nodejs.org/api/buffer.html#bufswap32
        """
        return self._swap_(4)

    def swap64(self) -> Buffer:
        """Turn round the eight bytes of each 64 bits.

        Raises: ERR_INVALID_BUFFER_SIZE.
        Node: https://nodejs.org/api/buffer.html#bufswap64
        """
        return self._swap_(8)

    def _swap_(self, size: int) -> Buffer:
        if len(self) % size:
            raise ERR_INVALID_BUFFER_SIZE(f"{8 * size}-bits")
        swapped = bytearray(len(self))
        for place in range(size):
            swapped[place::size] = self[size - 1 - place :: size]
        self._put_(0, swapped)
        return self

    # -- numbers

    readUInt8: ReadInteger = reader("<B", "readUInt8")
    readUint8: ReadInteger = readUInt8
    readUInt16LE: ReadInteger = reader("<H", "readUInt16LE")
    readUint16LE: ReadInteger = readUInt16LE
    readUInt16BE: ReadInteger = reader(">H", "readUInt16BE")
    readUint16BE: ReadInteger = readUInt16BE
    readUInt32LE: ReadInteger = reader("<I", "readUInt32LE")
    readUint32LE: ReadInteger = readUInt32LE
    readUInt32BE: ReadInteger = reader(">I", "readUInt32BE")
    readUint32BE: ReadInteger = readUInt32BE
    readInt8: ReadInteger = reader("<b", "readInt8")
    readInt16LE: ReadInteger = reader("<h", "readInt16LE")
    readInt16BE: ReadInteger = reader(">h", "readInt16BE")
    readInt32LE: ReadInteger = reader("<i", "readInt32LE")
    readInt32BE: ReadInteger = reader(">i", "readInt32BE")
    readBigUInt64LE: ReadInteger = reader("<Q", "readBigUInt64LE")
    readBigUint64LE: ReadInteger = readBigUInt64LE
    readBigUInt64BE: ReadInteger = reader(">Q", "readBigUInt64BE")
    readBigUint64BE: ReadInteger = readBigUInt64BE
    readBigInt64LE: ReadInteger = reader("<q", "readBigInt64LE")
    readBigInt64BE: ReadInteger = reader(">q", "readBigInt64BE")
    readFloatLE: ReadFloat = reader("<f", "readFloatLE")
    readFloatBE: ReadFloat = reader(">f", "readFloatBE")
    readDoubleLE: ReadFloat = reader("<d", "readDoubleLE")
    readDoubleBE: ReadFloat = reader(">d", "readDoubleBE")

    writeUInt8: WriteNumber = writer("<B", "writeUInt8")
    writeUint8: WriteNumber = writeUInt8
    writeUInt16LE: WriteNumber = writer("<H", "writeUInt16LE")
    writeUint16LE: WriteNumber = writeUInt16LE
    writeUInt16BE: WriteNumber = writer(">H", "writeUInt16BE")
    writeUint16BE: WriteNumber = writeUInt16BE
    writeUInt32LE: WriteNumber = writer("<I", "writeUInt32LE")
    writeUint32LE: WriteNumber = writeUInt32LE
    writeUInt32BE: WriteNumber = writer(">I", "writeUInt32BE")
    writeUint32BE: WriteNumber = writeUInt32BE
    writeInt8: WriteNumber = writer("<b", "writeInt8")
    writeInt16LE: WriteNumber = writer("<h", "writeInt16LE")
    writeInt16BE: WriteNumber = writer(">h", "writeInt16BE")
    writeInt32LE: WriteNumber = writer("<i", "writeInt32LE")
    writeInt32BE: WriteNumber = writer(">i", "writeInt32BE")
    writeBigUInt64LE: WriteNumber = writer("<Q", "writeBigUInt64LE")
    writeBigUint64LE: WriteNumber = writeBigUInt64LE
    writeBigUInt64BE: WriteNumber = writer(">Q", "writeBigUInt64BE")
    writeBigUint64BE: WriteNumber = writeBigUInt64BE
    writeBigInt64LE: WriteNumber = writer("<q", "writeBigInt64LE")
    writeBigInt64BE: WriteNumber = writer(">q", "writeBigInt64BE")
    writeFloatLE: WriteNumber = writer("<f", "writeFloatLE")
    writeFloatBE: WriteNumber = writer(">f", "writeFloatBE")
    writeDoubleLE: WriteNumber = writer("<d", "writeDoubleLE")
    writeDoubleBE: WriteNumber = writer(">d", "writeDoubleBE")

    def readIntBE(self, offset: Any = None, byteLength: Any = None) -> int:
        """An integer with sign, of 1 to 6 bytes, the most significant first.

        Raises: ERR_OUT_OF_RANGE, ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/buffer.html#bufreadintbeoffset-bytelength
        """
        return numbers.readInteger(self, offset, byteLength, "big", True)

    def readIntLE(self, offset: Any = None, byteLength: Any = None) -> int:
        """An integer with sign, of 1 to 6 bytes, the least significant first.

        Raises: ERR_OUT_OF_RANGE, ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/buffer.html#bufreadintleoffset-bytelength
        """
        return numbers.readInteger(self, offset, byteLength, "little", True)

    def readUIntBE(self, offset: Any = None, byteLength: Any = None) -> int:
        """An integer without sign, of 1 to 6 bytes, the most significant first.

        Raises: ERR_OUT_OF_RANGE, ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/buffer.html#bufreaduintbeoffset-bytelength
        """
        return numbers.readInteger(self, offset, byteLength, "big", False)

    def readUIntLE(self, offset: Any = None, byteLength: Any = None) -> int:
        """An integer without sign, of 1 to 6 bytes, the least significant first.

        Raises: ERR_OUT_OF_RANGE, ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/buffer.html#bufreaduintleoffset-bytelength
        """
        return numbers.readInteger(self, offset, byteLength, "little", False)

    def writeIntBE(self, value: Any, offset: Any = None, byteLength: Any = None) -> int:
        """Write an integer with sign in 1 to 6 bytes, the most significant first.

        Returns: the place behind it.
        Raises: ERR_OUT_OF_RANGE, ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/buffer.html#bufwriteintbevalue-offset-bytelength
        """
        return numbers.writeInteger(self, value, offset, byteLength, "big", True)

    def writeIntLE(self, value: Any, offset: Any = None, byteLength: Any = None) -> int:
        """Write an integer with sign in 1 to 6 bytes, the least significant first.

        Returns: the place behind it.
        Raises: ERR_OUT_OF_RANGE, ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/buffer.html#bufwriteintlevalue-offset-bytelength
        """
        return numbers.writeInteger(self, value, offset, byteLength, "little", True)

    def writeUIntBE(self, value: Any, offset: Any = None, byteLength: Any = None) -> int:
        """Write an integer without sign in 1 to 6 bytes, the most significant first.

        Returns: the place behind it.
        Raises: ERR_OUT_OF_RANGE, ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/buffer.html#bufwriteuintbevalue-offset-bytelength
        """
        return numbers.writeInteger(self, value, offset, byteLength, "big", False)

    def writeUIntLE(self, value: Any, offset: Any = None, byteLength: Any = None) -> int:
        """Write an integer without sign in 1 to 6 bytes, the least significant first.

        Returns: the place behind it.
        Raises: ERR_OUT_OF_RANGE, ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/buffer.html#bufwriteuintlevalue-offset-bytelength
        """
        return numbers.writeInteger(self, value, offset, byteLength, "little", False)

    readUintBE = readUIntBE
    readUintLE = readUIntLE
    writeUintBE = writeUIntBE
    writeUintLE = writeUIntLE

    # -- Python's own ways to write

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, slice):
            self._assign_(key, value)
        else:
            place = key.__index__()
            super().__setitem__(place, toByte(value))
            if self._memory_ is not None:
                place %= len(self)
                self._memory_.tell(self, self._offset_ + place, self[place : place + 1])

    def _assign_(self, key: _Slice, value: Any) -> None:
        data = bytes(map(toByte, value)) if isinstance(value, (_List, tuple)) else bytes(value)
        if self._memory_ is not None:
            if len(data) != len(range(*key.indices(len(self)))):
                raise BufferError("a buffer with views cannot be resized")
            super().__setitem__(key, data)
            self._memory_.tell(self, self._offset_, self)
        else:
            super().__setitem__(key, data)

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        # A copy has memory of its own.
        own = {name: value for name, value in vars(self).items() if name not in ("_memory_", "_offset_")}
        return type(self), (bytes(self),), own or None

    def reverse(self) -> Buffer:  # type: ignore[override]
        """Turn the order of the bytes round, in place.

        Returns: the buffer.
        """
        self._put_(0, self[::-1])
        return self

    def _put_(self, start: int, data: bytes | bytearray) -> None:
        """Write bytes that fit; the one way in for every method."""
        bytearray.__setitem__(self, slice(start, start + len(data)), data)
        if self._memory_ is not None:
            self._memory_.tell(self, self._offset_ + start, data)


def _fixed(name: str) -> Callable[..., Any]:
    """A method of bytearray that resizes; it raises BufferError where there are views, as with a memoryview."""
    original = getattr(bytearray, name)

    def method(self: Buffer, *args: Any) -> Any:
        if self._memory_ is not None:
            raise BufferError("a buffer with views cannot be resized")
        return original(self, *args)

    method.__name__, method.__doc__ = name, original.__doc__
    return method


for _name in ("append", "clear", "extend", "insert", "pop", "remove", "__delitem__", "__iadd__", "__imul__"):
    setattr(Buffer, _name, _fixed(_name))


def compare(buf1: Any, buf2: Any) -> int:
    """-1, 0 or 1: how two buffers are in order.

    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/buffer.html#static-method-buffercomparebuf1-buf2
    """
    return _sign(bytes(requireBytes(buf1, "buf1")), bytes(requireBytes(buf2, "buf2")))


def comparePart(
    buffer: Buffer,
    target: Any,
    targetStart: Any = None,
    targetEnd: Any = None,
    sourceStart: Any = None,
    sourceEnd: Any = None,
) -> int:
    """-1, 0 or 1: how a part of this buffer and a part of another are in order.

    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/buffer.html#bufcomparetarget-targetstart-targetend-sourcestart-sourceend
    """
    requireBytes(target, "target")
    bounds = []
    for value, name, default, most in (
        (targetStart, "targetStart", 0, MAX_SAFE_INTEGER),
        (targetEnd, "targetEnd", len(target), len(target)),
        (sourceStart, "sourceStart", 0, MAX_SAFE_INTEGER),
        (sourceEnd, "sourceEnd", len(buffer), len(buffer)),
    ):
        if value is not None:
            validateInteger(value, name, 0, most)
        bounds.append(default if value is None else int(value))
    begin, end, ownBegin, ownEnd = bounds
    if ownBegin >= ownEnd:
        return 0 if begin >= end else -1
    if begin >= end:
        return 1
    return _sign(bytes(buffer[ownBegin:ownEnd]), bytes(target[begin:end]))


def _sign(one: bytes, two: bytes) -> int:
    return (one > two) - (one < two)


def _named(encoding: Any) -> str:
    """The name of an encoding, "utf8" for None.

    Raises: ERR_UNKNOWN_ENCODING.
    """
    if encoding is None:
        return "utf8"
    if encoding == "":
        raise ERR_UNKNOWN_ENCODING(encoding)
    return encodings.requireEncoding(encoding)


def _listOf(value: Mapping[Any, Any]) -> Any:
    """The numbers in a record of a buffer, or in an object like an array; the value itself when it is neither."""
    if value.get("type") == "Buffer" and isinstance(value.get("data"), (list, tuple)):
        return value["data"]
    if "length" not in value:
        return value
    length = toNumber(value["length"])
    return [value.get(place, value.get(str(place))) for place in range(max(0, whole(length)))]


def _pattern(value: Any, encoding: Any) -> bytes:
    """What `fill` repeats; never empty."""
    if isinstance(value, str):
        found = encodings.encode(value, encoding or "utf8") if value else b"\0"
    elif isinstance(value, (*_BYTES, array.array)):
        found = bytes(memoryview(value).cast("B"))
    else:
        found = bytes([toByte(value)])
    if not found:
        raise ERR_INVALID_ARG_VALUE("value", value)
    return found


def _fitting(data: bytes, room: int, name: str) -> bytes:
    """As much of an encoded text as fits, without a part of a character."""
    if len(data) <= room:
        return data
    if name == "utf16le":
        return data[: room - room % 2]
    if name == "utf8":
        while room and data[room] & 0xC0 == 0x80:
            room -= 1
    return data[:room]


def _cut(value: Any, default: int, length: int) -> int:
    """A place of `subarray`: counted from the end if negative, and within the buffer."""
    if value is None:
        return default
    number = toNumber(value)
    place = int(min(max(number, -length), length)) if number == number else 0
    return place + length if place < 0 else place


def _inside(value: Any, default: int, length: int) -> int:
    """A place of `toString`."""
    if value is None:
        return default
    number = toNumber(value)
    return int(min(max(number, 0), length)) if number == number else 0


def _position(value: Any, default: int, name: str, most: float) -> int:
    """A place of `copy`."""
    if value is None:
        return default
    number = toNumber(value)
    if not math.isfinite(number):
        return 0
    number = math.floor(number)
    if not 0 <= number <= most:
        limit = "" if most == math.inf else f" && <= {int(most)}"
        raise ERR_OUT_OF_RANGE(name, f">= 0{limit}", number)
    return int(number)


def _base64Length(text: str, length: int) -> int:
    if text.endswith("="):
        length -= 1
        if length > 1 and text[-2:-1] == "=":
            length -= 1
    return length * 3 >> 2


_LENGTHS: dict[str, Callable[[str, int], int]] = {
    "ascii": lambda text, length: length,
    "latin1": lambda text, length: length,
    "utf16le": lambda text, length: 2 * length,
    "hex": lambda text, length: length // 2,
    "base64": _base64Length,
    "base64url": _base64Length,
}
