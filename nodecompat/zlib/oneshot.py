"""zlib's functions for data that is there: `gzipSync(data)`, `gzip(data, callback)`, and what checks them.

The form with a callback works in a thread, the one without returns when it is done: `gzipSync` of much data holds the
loop up. Any form may be given `maxOutputLength`, so that a small input cannot unpack to a huge one.

Node: https://nodejs.org/api/zlib.html#convenience-methods
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import encodings
from ..errors import ERR_BUFFER_TOO_LARGE, ERR_INVALID_ARG_TYPE
from ..events import fit
from ..reactor.loop.threads import inThread
from ..records import Record
from ..validators import validateFunction, validateUint32
from . import constants as c
from .engines import engineOf
from .settings import Settings, settingsOf
from .streams import (
    BrotliCompress,
    BrotliDecompress,
    Deflate,
    DeflateRaw,
    Gunzip,
    Gzip,
    Inflate,
    InflateRaw,
    Unzip,
    ZlibBase,
    ZstdCompress,
    ZstdDecompress,
)

if TYPE_CHECKING:
    from typing import Protocol

    from typing_extensions import Buffer, Unpack

    from ..events.listeners import Listener2
    from ..optionbags import Bag
    from .settings import BrotliOptions, ZlibOptions, ZstdOptions

    _Data = str | Buffer
    _Callback = Listener2[Any, Any]

    class ZlibSync(Protocol):
        """`gzipSync` and its kin. Node: https://nodejs.org/api/zlib.html#zlibgzipsyncbuffer-options"""

        def __call__(
            self, buffer: _Data, options: ZlibOptions | Bag | None = None, **keywords: Unpack[ZlibOptions]
        ) -> bytes: ...

    class BrotliSync(Protocol):
        """`brotliCompressSync` and its opposite."""

        def __call__(
            self, buffer: _Data, options: BrotliOptions | Bag | None = None, **keywords: Unpack[BrotliOptions]
        ) -> bytes: ...

    class ZstdSync(Protocol):
        """`zstdCompressSync` and its opposite."""

        def __call__(
            self, buffer: _Data, options: ZstdOptions | Bag | None = None, **keywords: Unpack[ZstdOptions]
        ) -> bytes: ...

    class ZlibAsync(Protocol):
        """`gzip` and its kin. Node: https://nodejs.org/api/zlib.html#zlibgzipbuffer-options-callback"""

        def __call__(
            self,
            buffer: _Data,
            options: ZlibOptions | Bag | _Callback | None = None,
            callback: _Callback | None = None,
            **keywords: Unpack[ZlibOptions],
        ) -> None: ...

    class BrotliAsync(Protocol):
        """`brotliCompress` and its opposite."""

        def __call__(
            self,
            buffer: _Data,
            options: BrotliOptions | Bag | _Callback | None = None,
            callback: _Callback | None = None,
            **keywords: Unpack[BrotliOptions],
        ) -> None: ...

    class ZstdAsync(Protocol):
        """`zstdCompress` and its opposite."""

        def __call__(
            self,
            buffer: _Data,
            options: ZstdOptions | Bag | _Callback | None = None,
            callback: _Callback | None = None,
            **keywords: Unpack[ZstdOptions],
        ) -> None: ...


__all__ = ["Info", "crc32"]


@dataclass(frozen=True)
class Info(Record):
    """What a function returns that is given the option `info`: the data, and a stream of its kind."""

    buffer: bytes
    engine: ZlibBase


def crc32(data: Any, value: int = 0) -> int:
    """The check of CRC-32.

    Args:
        data: bytes, or a text as UTF-8.
        value: the check of what comes before.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/zlib.html#zlibcrc32data-value
    """
    found = encodings.encode(data) if isinstance(data, str) else encodings.toBytes(data)
    if found is None:
        raise ERR_INVALID_ARG_TYPE("data", ["Buffer", "TypedArray", "DataView", "string"], data)
    validateUint32(value, "value")
    return zlib.crc32(found, int(value))


def _input(buffer: Any) -> bytes:
    data = encodings.encode(buffer) if isinstance(buffer, str) else encodings.toBytes(buffer)
    if data is None:
        raise ERR_INVALID_ARG_TYPE("buffer", ["string", "Buffer", "TypedArray", "DataView", "ArrayBuffer"], buffer)
    return data


def _worked(data: bytes, settings: Settings) -> bytes:
    """The whole output. Its bound is looked at when a piece is full and at the end: other errors come first."""
    engine = engineOf(settings)
    pieces: list[bytes] = []
    length = unchecked = 0
    for steps in (engine.feed(data, c.Z_NO_FLUSH), engine.finish()):
        for piece in steps:
            pieces.append(piece)
            length, unchecked = length + len(piece), unchecked + len(piece)
            if unchecked >= settings.chunkSize:
                unchecked = 0
                _requireBound(length, settings)
    _requireBound(length, settings)
    return b"".join(pieces)


def _requireBound(length: int, settings: Settings) -> None:
    if length > settings.maxOutputLength:
        raise ERR_BUFFER_TOO_LARGE(settings.maxOutputLength)


def syncOf(stream: type[ZlibBase], name: str) -> Any:
    """`gzipSync` and its kin."""

    def sync(buffer: Any, options: Mapping[str, Any] | None = None, **keywords: Any) -> Any:
        data = _input(buffer)
        settings = settingsOf(stream._kind_, options, keywords)
        result = _worked(data, settings)
        return Info(result, stream(options, **keywords)) if settings.info else result

    sync.__name__ = sync.__qualname__ = name
    sync.__doc__ = f"""{_does(stream)} data that is there; returns bytes.

    Args:
        buffer: bytes, or a text as UTF-8.
        options: ZlibOptions, BrotliOptions or ZstdOptions, as a mapping or as keywords.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE; errors of zlib with `code` and `errno`; ERR_BUFFER_TOO_LARGE.
    Node: https://nodejs.org/api/zlib.html#zlib{name.lower()}buffer-options
    """
    return sync


def callbackOf(stream: type[ZlibBase], name: str) -> Any:
    """`gzip` and its kin."""

    def work(buffer: Any, options: Any = None, callback: Any = None, **keywords: Any) -> None:
        if callback is None and callable(options):
            options, callback = None, options
        validateFunction(callback, "callback")
        data = _input(buffer)
        settings = settingsOf(stream._kind_, options, keywords)
        answer = fit(callback, 2)

        def done(result: bytes | None, error: BaseException | None) -> None:
            if result is not None and settings.info:
                answer(None, Info(result, stream(options, **keywords)))
            else:
                answer(error, result)

        inThread(lambda: _worked(data, settings), done, "Zlib")

    work.__name__ = work.__qualname__ = name
    work.__doc__ = f"""{_does(stream)} data that is there, in a thread.

    Args:
        buffer: bytes, or a text as UTF-8.
        options: ZlibOptions, BrotliOptions or ZstdOptions, as a mapping or as keywords; may be left out.
        callback: called with (error, bytes).
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/zlib.html#zlib{name.lower()}buffer-options-callback
    """
    return work


def _does(stream: type[ZlibBase]) -> str:
    return (stream.__doc__ or "").partition("Node:")[0].strip().rstrip(".").replace("ompresses", "ompress")


deflate: ZlibAsync = callbackOf(Deflate, "deflate")
deflateSync: ZlibSync = syncOf(Deflate, "deflateSync")
inflate: ZlibAsync = callbackOf(Inflate, "inflate")
inflateSync: ZlibSync = syncOf(Inflate, "inflateSync")
gzip: ZlibAsync = callbackOf(Gzip, "gzip")
gzipSync: ZlibSync = syncOf(Gzip, "gzipSync")
gunzip: ZlibAsync = callbackOf(Gunzip, "gunzip")
gunzipSync: ZlibSync = syncOf(Gunzip, "gunzipSync")
deflateRaw: ZlibAsync = callbackOf(DeflateRaw, "deflateRaw")
deflateRawSync: ZlibSync = syncOf(DeflateRaw, "deflateRawSync")
inflateRaw: ZlibAsync = callbackOf(InflateRaw, "inflateRaw")
inflateRawSync: ZlibSync = syncOf(InflateRaw, "inflateRawSync")
unzip: ZlibAsync = callbackOf(Unzip, "unzip")
unzipSync: ZlibSync = syncOf(Unzip, "unzipSync")
brotliCompress: BrotliAsync = callbackOf(BrotliCompress, "brotliCompress")
brotliCompressSync: BrotliSync = syncOf(BrotliCompress, "brotliCompressSync")
brotliDecompress: BrotliAsync = callbackOf(BrotliDecompress, "brotliDecompress")
brotliDecompressSync: BrotliSync = syncOf(BrotliDecompress, "brotliDecompressSync")
zstdCompress: ZstdAsync = callbackOf(ZstdCompress, "zstdCompress")
zstdCompressSync: ZstdSync = syncOf(ZstdCompress, "zstdCompressSync")
zstdDecompress: ZstdAsync = callbackOf(ZstdDecompress, "zstdDecompress")
zstdDecompressSync: ZstdSync = syncOf(ZstdDecompress, "zstdDecompressSync")
