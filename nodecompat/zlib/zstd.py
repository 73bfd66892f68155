"""Zstandard in pieces, on Python's own `compression.zstd` (3.14), or the package `backports.zstd`, which is the same.

Node: https://nodejs.org/api/zlib.html#class-zstdoptions
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from ..errors import ERR_TRAILING_JUNK_AFTER_STREAM_END, ERR_ZLIB_INITIALIZATION_FAILED, NodeError
from . import constants as c
from .settings import Settings
from .slices import incomplete, slicesOf

__all__ = ["ZstdCompressing", "ZstdDecompressing", "requireZstd"]

_FRAME = b"\x28\xb5\x2f\xfd"  # how data begins
_SKIPPED = b"\x2a\x4d\x18"  # how what is skipped begins, behind a byte 50 to 5f
_DICTIONARY = b"\x37\xa4\x30\xec"  # how a trained dictionary begins; any other is plain text
_LEAST_DICTIONARY = 8  # bytes; a shorter one is of no use
#: The library's texts of what Node names by code.
_TEXTS = {
    "Unknown frame descriptor": "prefix_unknown",
    "Version not supported": "version_unsupported",
    "Unsupported frame parameter": "frameParameter_unsupported",
    "Frame requires too much memory for decoding": "frameParameter_windowTooLarge",
    "Data corruption detected": "corruption_detected",
    "Restored data doesn't match checksum": "checksum_wrong",
    "Header of Literals' block doesn't respect format specification": "literals_headerWrong",
    "Dictionary is corrupted": "dictionary_corrupted",
    "Dictionary mismatch": "dictionary_wrong",
    "Allocation error : not enough memory": "memory_allocation",
    "Destination buffer is too small": "dstSize_tooSmall",
    "Src size is incorrect": "srcSize_wrong",
}


@cache
def requireZstd() -> Any:
    """The module.

    Raises: ModuleNotFoundError that names the extra.
    """
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError:
            pass
    text = "Zstandard needs Python 3.14 or `pip install 'nodecompat[zstd]'`"
    raise ModuleNotFoundError(text, name="backports.zstd")


def _failure(error: Exception) -> NodeError:
    text = str(error).partition(": ")[2]
    name = f"ZSTD_error_{_TEXTS.get(text, 'GENERIC')}"
    return NodeError(text or str(error), code=name, errno=getattr(c, name))


def _dictionaryOf(library: Any, data: bytes | None) -> Any:
    if data is None or len(data) < _LEAST_DICTIONARY:
        return None
    return library.ZstdDict(data, is_raw=not data.startswith(_DICTIONARY))


class ZstdCompressing:
    """Compresses."""

    def __init__(self, settings: Settings) -> None:
        self._library = requireZstd()
        self._settings = settings
        self.reset()

    def reset(self) -> None:
        """Begin a new stream."""
        library, settings = self._library, self._settings
        dictionary = _dictionaryOf(library, settings.dictionary)
        params = dict(settings.params)
        if c.ZSTD_c_compressionLevel in params:
            least, most = library.CompressionParameter.compression_level.bounds()
            params[c.ZSTD_c_compressionLevel] = min(max(params[c.ZSTD_c_compressionLevel], least), most)
        try:
            self._compressor = library.ZstdCompressor(options=params or None, zstd_dict=dictionary)
            if settings.pledgedSrcSize is not None:
                self._compressor.set_pledged_input_size(settings.pledgedSrcSize)
        except (ValueError, TypeError, library.ZstdError):
            raise ERR_ZLIB_INITIALIZATION_FAILED("Setting parameter failed") from None

    def feed(self, data: bytes, flush: int) -> Iterator[bytes]:
        """The output of some input."""
        for part in slicesOf(data):
            yield self._compress(part, self._compressor.CONTINUE)
        if flush == c.ZSTD_e_flush:
            yield self._compress(b"", self._compressor.FLUSH_BLOCK)

    def _compress(self, data: bytes, mode: int) -> bytes:
        try:
            found: bytes = self._compressor.compress(data, mode)
        except self._library.ZstdError as error:
            raise _failure(error) from None
        return found

    def finish(self) -> Iterator[bytes]:
        """The rest of the output."""
        if self._settings.finishFlush == c.ZSTD_e_end:
            yield self._compress(b"", self._compressor.FLUSH_FRAME)
        elif self._settings.finishFlush == c.ZSTD_e_flush:
            yield self._compress(b"", self._compressor.FLUSH_BLOCK)


class ZstdDecompressing:
    """Decompresses any number of frames."""

    def __init__(self, settings: Settings) -> None:
        self._library = requireZstd()
        self._settings = settings
        self.reset()

    def reset(self) -> None:
        """Begin a new stream."""
        self._decompressor = self._newDecompressor()
        self._hasBegun = False
        self._isOver = False  # what follows is no data
        self._begin = b""  # of what follows a frame, while it may be another

    def _newDecompressor(self) -> Any:
        library, settings = self._library, self._settings
        dictionary = _dictionaryOf(library, settings.dictionary)
        try:
            return library.ZstdDecompressor(zstd_dict=dictionary, options=dict(settings.params) or None)
        except (ValueError, TypeError, library.ZstdError):
            raise ERR_ZLIB_INITIALIZATION_FAILED("Setting parameter failed") from None

    def feed(self, data: bytes, flush: int) -> Iterator[bytes]:
        """The output of some input."""
        while data and not self._isOver:
            if self._decompressor.eof:
                data = self._next(data)
                continue
            yield from self._frame(data)
            data = self._decompressor.unused_data if self._decompressor.eof else b""

    def _next(self, data: bytes) -> bytes:
        """What another frame begins with; nothing when it cannot be told yet, or when there is none."""
        data = self._begin + data
        if _mayBegin(data):
            if len(data) < len(_FRAME):
                self._begin = data
                return b""
            self._begin, self._decompressor = b"", self._newDecompressor()
            return data
        if self._settings.rejectGarbageAfterEnd:
            raise ERR_TRAILING_JUNK_AFTER_STREAM_END()
        self._isOver = True
        return b""

    def _frame(self, data: bytes) -> Iterator[bytes]:
        self._hasBegun = True
        while True:
            piece = self._decompress(data)
            if piece:
                yield piece
            data = b""
            if self._decompressor.eof or self._decompressor.needs_input:
                return

    def _decompress(self, data: bytes) -> bytes:
        try:
            found: bytes = self._decompressor.decompress(data, max_length=self._settings.chunkSize)
        except self._library.ZstdError as error:
            raise _failure(error) from None
        return found

    def finish(self) -> Iterator[bytes]:
        """Nothing more comes: an error if the data is not whole."""
        if self._settings.finishFlush == c.ZSTD_e_end:
            if self._begin and self._settings.rejectGarbageAfterEnd:
                raise ERR_TRAILING_JUNK_AFTER_STREAM_END()
            if not (self._hasBegun and self._decompressor.eof):
                raise incomplete()
        yield from ()


def _mayBegin(data: bytes) -> bool:
    """Whether this may be the begin of a frame."""
    if _FRAME.startswith(data[:4]):
        return True
    return data[0] & 0xF0 == 0x50 and _SKIPPED.startswith(data[1:4])
