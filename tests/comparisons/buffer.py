"""Comparisons of `buffer`; thousands of random calls stand in data/cases/buffer.jsonl.gz."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import cases

from nodecompat import buffer
from nodecompat.buffer import Blob, Buffer, File
from nodecompat.errors import NodeError, toText
from nodecompat.url import URL

LEFT_OUT = {
    "File.webkitRelativePath": "of browsers",
    "BlobPropertyBag.endings": "line ends of Windows: convert them before",
}
#: Types that have no class of their own.
CLASSES = {"BlobPropertyBag": "Blob", "FilePropertyBag": "File"}


#: Compared in globals.py.
_BLOB_TEXTS = "Blob.textStream"


def compared() -> set[str]:
    # The names of the numbers' methods are put together by both files.
    names = {case[1] for case in cases.recorded("buffer")}
    return {f"Buffer.{name}" for name in names} | {"constants.MAX_LENGTH", "constants.MAX_STRING_LENGTH", _BLOB_TEXTS}


def _each(functions: Iterable[Callable[[], Any]]) -> list[Any]:
    found: list[Any] = []
    for run in functions:
        try:
            found.append(run())
        except NodeError as error:
            found.append([error.name, error.code, error.message])
    return found


def _made() -> Any:
    return Buffer.from_("000102030405060708090a0b0c0d0e0f", "hex")


def statics() -> Any:
    made: Any = Buffer
    one, two = made.from_("a"), made.from_("bc")
    return _each(
        [
            lambda: made.alloc(3),
            lambda: made.alloc(5, "ab"),
            lambda: made.alloc(5, "YWI=", "base64"),
            lambda: made.alloc(-1),
            lambda: len(made.allocUnsafe(4)),
            lambda: len(made.allocUnsafeSlow(4)),
            lambda: made.byteLength("é€"),
            lambda: made.byteLength("YWI=", "base64"),
            lambda: made.compare(made.from_("a"), made.from_("b")),
            lambda: made.concat([one, two]),
            lambda: made.concat([one, two], 2),
            lambda: made.copyBytesFrom(bytes([1, 2, 3]), 1),
            lambda: made.of(1, 256, -1),
            lambda: made.isBuffer(_made()),
            lambda: made.isBuffer("a"),
            lambda: made.isEncoding("HEX"),
            lambda: made.isEncoding("no"),
            lambda: made.poolSize,
            lambda: made.from_([1, 2, 300]),
            lambda: made.from_("é", "latin1"),
            lambda: made.from_(5),
            lambda: made.from_("a", "no"),
        ]
    )


def contents() -> Any:
    one, target = _made(), Buffer.alloc(4)
    return [
        *(one.copy(target, 1, 2, 5), target, one.equals(_made()), one.equals(Buffer.from_("a"))),
        *(_made().fill("xy", 2, 7), _made().fill(0), one.includes(3), one.includes("zz")),
        *(one.indexOf(Buffer.from_([5, 6])), one.lastIndexOf(5), one.indexOf(7, 8), one.slice(2, 4), one.subarray(-3)),
        *(one.toString("hex", 1, 3), one.toString("base64"), one.toJSON(), _made().swap16(), _made().swap32()),
        *(_made().swap64(), _made().reverse(), Buffer.alloc(6).write("abc", 2), one.length),
    ]


def sharedMemory() -> Any:
    one = _made()
    one.subarray(2, 4).fill(0xFF)
    one.slice(6, 8)[0] = 0xEE
    return one


def numbers() -> Any:
    kinds = "BigInt64 BigUInt64 BigUint64 Double Float Int16 Int32 UInt16 UInt32 Uint16 Uint32"
    found = []
    for kind in kinds.split():
        for order in ("BE", "LE"):
            value = getattr(_made(), f"read{kind}{order}")(3)
            target = Buffer.alloc(10)
            text = toText(value) if isinstance(value, float) else str(value)
            found.append([text, getattr(target, f"write{kind}{order}")(value, 1), target])
    return found


def numbersOfAnyLength() -> Any:
    found = []
    for kind in ("Int", "UInt", "Uint"):
        for order in ("BE", "LE"):
            for length in (1, 3, 6):
                value = getattr(_made(), f"read{kind}{order}")(8, length)
                target = Buffer.alloc(8)
                found.append([value, getattr(target, f"write{kind}{order}")(value, 1, length), target])
    return found


def octets() -> Any:
    kinds = ("Int8", "UInt8", "Uint8")
    return [[getattr(_made(), f"read{kind}")(9), getattr(Buffer.alloc(2), f"write{kind}")(100, 1)] for kind in kinds]


def outside() -> Any:
    return _each(
        [
            lambda: _made().readInt32BE(14),
            lambda: _made().readUInt8(-1),
            lambda: _made().writeUInt16LE(70000),
            lambda: _made().writeInt8(200),
            lambda: _made().readIntBE(0, 7),
            lambda: _made().readDoubleLE("a"),
            lambda: Buffer.from_("abc").swap16(),
        ]
    )


def texts() -> Any:
    return [
        *(buffer.atob("aGk="), buffer.btoa("hi"), buffer.isAscii(b"a"), buffer.isAscii("é".encode())),
        *(buffer.isUtf8("é".encode()), buffer.isUtf8(b"\xff")),
        *(buffer.transcode("€é".encode(), "utf8", "latin1"), buffer.transcode("é".encode(), "utf8", "utf16le")),
    ]


def limits() -> Any:
    constants = buffer.constants
    return [
        *(buffer.INSPECT_MAX_BYTES, buffer.kMaxLength > 2**30, buffer.kStringMaxLength > 2**28),
        *(buffer.kMaxLength == constants["MAX_LENGTH"], buffer.kStringMaxLength == constants["MAX_STRING_LENGTH"]),
    ]


async def blobs() -> Any:
    blob = Blob(["a\r\nb", b"c"], type="Text/Plain")
    file = File(["xyz"], "name.txt", type="a/b", lastModified=5)
    pieces = [bytes(piece) async for piece in blob.stream()]
    found: Any = buffer.resolveObjectURL(URL.createObjectURL(blob))
    sizes = [found.size, buffer.resolveObjectURL("blob:nodedata:none") is None]
    return [
        *(blob.size, blob.type, await blob.text(), await blob.arrayBuffer(), await blob.bytes()),
        *(await blob.slice(1, 3, "x/y").text(), b"".join(pieces)),
        *(file.name, file.lastModified, file.size, file.type, isinstance(file, Blob), sizes),
    ]
