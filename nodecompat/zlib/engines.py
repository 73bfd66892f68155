"""Compression and decompression in pieces, on Python's zlib.

An engine's `feed` and `finish` are iterators of which every step does a bounded amount of work: `SLICE` bytes of input,
or `chunkSize` of output. So a small input that unpacks to a huge one never lies in memory whole, and a stream may wait
between two steps, or make them in a thread.

Compressed data is framed here and not by zlib, because Python cannot change the level of a compressor: `params` goes on
with a new one, whose raw data may follow that of the first.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from ..errors import ERR_TRAILING_JUNK_AFTER_STREAM_END, NodeError
from . import constants as c
from .brotli import BrotliCompressing, BrotliDecompressing
from .settings import Settings
from .slices import incomplete, slicesOf
from .zstd import ZstdCompressing, ZstdDecompressing

__all__ = ["Deflating", "Engine", "Inflating", "engineOf"]

_UNIX = 3  # the system, in the head of gzip
_CODES = {number: name for name, number in vars(c).items() if name.startswith("Z_") and name.endswith("ERROR")}
_ERROR = re.compile(r"Error (-?\d+)[^:]*(?:: (.*))?")


class Engine(Protocol):
    """What a stream runs."""

    def feed(self, data: bytes, flush: int) -> Iterator[bytes]: ...
    def finish(self) -> Iterator[bytes]: ...
    def reset(self) -> None: ...


def engineOf(settings: Settings) -> Engine:
    """The engine of a kind.

    Raises: ModuleNotFoundError when its library is missing.
    """
    return _ENGINES.get(settings.kind, Inflating)(settings)


def failure(number: int, message: str) -> NodeError:
    """An error of zlib: `code` Z_DATA_ERROR and the like, `errno` its number."""
    code = "Z_NEED_DICT" if number == c.Z_NEED_DICT else _CODES.get(number, "Z_ERRNO")
    return NodeError(message, code=code, errno=number)


def failureOf(error: zlib.error) -> NodeError:
    """The error for one of Python's zlib."""
    found = _ERROR.match(str(error))
    number, text = (int(found[1]), found[2] or "") if found else (c.Z_DATA_ERROR, str(error))
    if number == c.Z_NEED_DICT:
        return failure(number, "Missing dictionary")
    if "setting" in str(error):  # the dictionary
        return failure(c.Z_NEED_DICT, "Bad dictionary")
    return failure(number, text)


class Deflating:
    """Compresses, as gzip, zlib or raw data."""

    level: int
    strategy: int

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.level, self.strategy = settings.level, settings.strategy
        self.reset()

    def reset(self) -> None:
        """Begin a new stream."""
        self._compressor: Any = self._newCompressor(self._settings.dictionary)
        self._head = self._makeHead()
        self._check = 1 if self._settings.kind == c.DEFLATE else 0
        self._length = 0

    def params(self, level: int, strategy: int) -> None:
        """Go on with another level; what came before has been flushed."""
        self.level, self.strategy = level, strategy
        self._compressor = self._newCompressor(None)

    def _newCompressor(self, dictionary: bytes | None) -> Any:
        bits = -max(9, self._settings.windowBits)  # zlib itself has no window of 8 bits
        arguments = (self.level, zlib.DEFLATED, bits, self._settings.memLevel, self.strategy)
        return zlib.compressobj(*arguments, dictionary) if dictionary else zlib.compressobj(*arguments)

    def _makeHead(self) -> bytes:
        kind, level = self._settings.kind, self.level
        if kind == c.GZIP:
            extra = 2 if level == c.Z_BEST_COMPRESSION else 4 if self.strategy >= 2 or 0 <= level < 2 else 0
            return struct.pack("<3sB4xBB", b"\x1f\x8b\x08", 0, extra, _UNIX)
        if kind == c.DEFLATERAW:
            return b""
        effort = 0 if self.strategy >= 2 or 0 <= level < 2 else 1 if 0 <= level < 6 else 2 if level in (-1, 6) else 3
        dictionary = self._settings.dictionary
        head = (8 | (max(9, self._settings.windowBits) - 8) << 4) << 8 | effort << 6 | (0x20 if dictionary else 0)
        head += 31 - head % 31
        return struct.pack(">H", head) + (struct.pack(">I", zlib.adler32(dictionary)) if dictionary else b"")

    def feed(self, data: bytes, flush: int) -> Iterator[bytes]:
        """The output of some input."""
        for part in slicesOf(data):
            self._count(part)
            yield self._out(self._compressor.compress(part))
        if flush != c.Z_NO_FLUSH:
            yield self._out(self._compressor.flush(flush) if flush != c.Z_FINISH else b"")

    def _count(self, data: bytes) -> None:
        self._length += len(data)
        self._check = (zlib.adler32 if self._settings.kind == c.DEFLATE else zlib.crc32)(data, self._check)

    def _out(self, data: bytes) -> bytes:
        if data and self._head:
            data, self._head = self._head + data, b""
        return data

    def finish(self) -> Iterator[bytes]:
        """The rest of the output."""
        mode = self._settings.finishFlush
        if mode != c.Z_FINISH:
            yield self._out(self._compressor.flush(mode) if mode else b"")
            return
        yield self._out(self._compressor.flush(zlib.Z_FINISH)) + self._tail()

    def _tail(self) -> bytes:
        if self._settings.kind == c.GZIP:
            return struct.pack("<II", self._check, self._length & 0xFFFFFFFF)
        return struct.pack(">I", self._check) if self._settings.kind == c.DEFLATE else b""


class Inflating:
    """Decompresses gzip (any number of members), zlib or raw data, or (UNZIP) what it turns out to be."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.reset()

    def reset(self) -> None:
        """Begin a new stream."""
        self._kind = self._settings.kind
        self._decompressor: Any = None
        self._begin = b""  # what has been read of the head, while the kind is not known
        self._isWhole = False  # a member has ended, and none has begun since
        self._isOver = False  # what follows is no data

    def feed(self, data: bytes, flush: int) -> Iterator[bytes]:
        """The output of some input."""
        if self._kind == c.UNZIP:
            data = self._tellKind(data)
        while data and not self._isOver:
            if self._decompressor is None:
                if self._isWhole and not self._goesOn(data):
                    return
                self._decompressor, self._isWhole = self._newDecompressor(), False
            yield from self._member(data)
            data = self._decompressor.unused_data if self._isWhole else b""
            if self._isWhole:
                self._decompressor = None
                self._isOver = self._kind != c.GUNZIP or self._settings.rejectGarbageAfterEnd
        if data and self._settings.rejectGarbageAfterEnd:
            raise ERR_TRAILING_JUNK_AFTER_STREAM_END()

    def _tellKind(self, data: bytes) -> bytes:
        """Gzip begins with 1f 8b, which no zlib data does."""
        data = self._begin + data
        if data == b"\x1f" or not data:
            self._begin = data
            return b""
        self._begin = b""
        self._kind = c.GUNZIP if data.startswith(b"\x1f\x8b") else c.INFLATE
        return data

    def _goesOn(self, data: bytes) -> bool:
        """Whether another member follows: zeros are padding, and what is behind them does not count."""
        self._isOver = data[0] == 0
        return not self._isOver

    def _newDecompressor(self) -> Any:
        bits, dictionary = self._settings.windowBits, self._settings.dictionary
        if self._kind == c.GUNZIP:
            return zlib.decompressobj(16 + (bits or zlib.MAX_WBITS))
        if self._kind == c.INFLATERAW:
            bits = -max(9, bits)
        return zlib.decompressobj(bits, dictionary) if dictionary else zlib.decompressobj(bits)

    def _member(self, data: bytes) -> Iterator[bytes]:
        limit = self._settings.chunkSize
        while True:
            piece = self._decompress(data, limit)
            if piece:
                yield piece
            if self._decompressor.eof:
                self._isWhole = True
                return
            data = self._decompressor.unconsumed_tail
            if not data and len(piece) < limit:
                return

    def _decompress(self, data: bytes, limit: int) -> bytes:
        try:
            found: bytes = self._decompressor.decompress(data, limit)
        except zlib.error as error:
            raise failureOf(error) from None
        return found

    def finish(self) -> Iterator[bytes]:
        """Nothing more comes: an error if the data is not whole."""
        if self._begin:
            self._kind, data = c.INFLATE, self._begin
            self._begin = b""
            yield from self.feed(data, c.Z_NO_FLUSH)
        if self._settings.finishFlush == c.Z_FINISH and not self._isWhole and not self._isOver:
            raise incomplete()


_ENGINES: dict[int, Callable[[Settings], Engine]] = {
    **dict.fromkeys((c.DEFLATE, c.GZIP, c.DEFLATERAW), Deflating),
    c.BROTLI_ENCODE: BrotliCompressing,
    c.BROTLI_DECODE: BrotliDecompressing,
    c.ZSTD_COMPRESS: ZstdCompressing,
    c.ZSTD_DECOMPRESS: ZstdDecompressing,
}
