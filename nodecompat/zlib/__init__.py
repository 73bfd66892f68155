"""Node's `zlib` module (26): gzip, zlib, raw deflate, Brotli and Zstandard, as streams and as functions.

Compressed bytes are those of Python's zlib: they unpack to the same, and need not be the same as Node's. Brotli needs
`pip install 'nodecompat[brotli]'`, Zstandard Python 3.14 or `nodecompat[zstd]`. Of zip archives: docs/modules.md.

Node: https://nodejs.org/api/zlib.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..records import OpenRecord
from . import constants
from .oneshot import (
    Info,
    brotliCompress,
    brotliCompressSync,
    brotliDecompress,
    brotliDecompressSync,
    crc32,
    deflate,
    deflateRaw,
    deflateRawSync,
    deflateSync,
    gunzip,
    gunzipSync,
    gzip,
    gzipSync,
    inflate,
    inflateRaw,
    inflateRawSync,
    inflateSync,
    unzip,
    unzipSync,
    zstdCompress,
    zstdCompressSync,
    zstdDecompress,
    zstdDecompressSync,
)
from .settings import BrotliOptions, ZlibOptions, ZstdOptions
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
    from typing_extensions import Unpack

    from ..optionbags import Bag

__all__ = [
    "BrotliCompress",
    "BrotliDecompress",
    "BrotliOptions",
    "Deflate",
    "DeflateRaw",
    "Gunzip",
    "Gzip",
    "Inflate",
    "InflateRaw",
    "Info",
    "Unzip",
    "ZlibBase",
    "ZlibOptions",
    "ZstdCompress",
    "ZstdDecompress",
    "ZstdOptions",
    "brotliCompress",
    "brotliCompressSync",
    "brotliDecompress",
    "brotliDecompressSync",
    "codes",
    "constants",
    "crc32",
    "createBrotliCompress",
    "createBrotliDecompress",
    "createDeflate",
    "createDeflateRaw",
    "createGunzip",
    "createGzip",
    "createInflate",
    "createInflateRaw",
    "createUnzip",
    "createZstdCompress",
    "createZstdDecompress",
    "deflate",
    "deflateRaw",
    "deflateRawSync",
    "deflateSync",
    "gunzip",
    "gunzipSync",
    "gzip",
    "gzipSync",
    "inflate",
    "inflateRaw",
    "inflateRawSync",
    "inflateSync",
    "unzip",
    "unzipSync",
    "zstdCompress",
    "zstdCompressSync",
    "zstdDecompress",
    "zstdDecompressSync",
]

_NUMBERS = {
    name: value
    for name, value in vars(constants).items()
    if name in ("Z_OK", "Z_STREAM_END", "Z_NEED_DICT", "Z_ERRNO") or re.fullmatch("Z_[A-Z]+_ERROR", name)
}
#: zlib's results, by name and by number; None for another.
codes: OpenRecord[Any] = OpenRecord({**_NUMBERS, **{str(value): name for name, value in _NUMBERS.items()}})


def createDeflate(options: ZlibOptions | Bag | None = None, **keywords: Unpack[ZlibOptions]) -> Deflate:
    """A new `Deflate`.

    Args: options: ZlibOptions, as a mapping or as keywords.
    Node: https://nodejs.org/api/zlib.html#zlibcreatedeflateoptions
    """
    return Deflate(options, **keywords)


def createInflate(options: ZlibOptions | Bag | None = None, **keywords: Unpack[ZlibOptions]) -> Inflate:
    """A new `Inflate`.

    Args: options: ZlibOptions, as a mapping or as keywords.
    Node: https://nodejs.org/api/zlib.html#zlibcreateinflateoptions
    """
    return Inflate(options, **keywords)


def createGzip(options: ZlibOptions | Bag | None = None, **keywords: Unpack[ZlibOptions]) -> Gzip:
    """A new `Gzip`: `source.pipe(createGzip()).pipe(target)`.

    Args: options: ZlibOptions, as a mapping or as keywords.
    Node: https://nodejs.org/api/zlib.html#zlibcreategzipoptions
    """
    return Gzip(options, **keywords)


def createGunzip(options: ZlibOptions | Bag | None = None, **keywords: Unpack[ZlibOptions]) -> Gunzip:
    """A new `Gunzip`.

    Args: options: ZlibOptions, as a mapping or as keywords.
    Node: https://nodejs.org/api/zlib.html#zlibcreategunzipoptions
    """
    return Gunzip(options, **keywords)


def createDeflateRaw(options: ZlibOptions | Bag | None = None, **keywords: Unpack[ZlibOptions]) -> DeflateRaw:
    """A new `DeflateRaw`.

    Args: options: ZlibOptions, as a mapping or as keywords.
    Node: https://nodejs.org/api/zlib.html#zlibcreatedeflaterawoptions
    """
    return DeflateRaw(options, **keywords)


def createInflateRaw(options: ZlibOptions | Bag | None = None, **keywords: Unpack[ZlibOptions]) -> InflateRaw:
    """A new `InflateRaw`.

    Args: options: ZlibOptions, as a mapping or as keywords.
    Node: https://nodejs.org/api/zlib.html#zlibcreateinflaterawoptions
    """
    return InflateRaw(options, **keywords)


def createUnzip(options: ZlibOptions | Bag | None = None, **keywords: Unpack[ZlibOptions]) -> Unzip:
    """A new `Unzip`.

    Args: options: ZlibOptions, as a mapping or as keywords.
    Node: https://nodejs.org/api/zlib.html#zlibcreateunzipoptions
    """
    return Unzip(options, **keywords)


def createBrotliCompress(
    options: BrotliOptions | Bag | None = None, **keywords: Unpack[BrotliOptions]
) -> BrotliCompress:
    """A new `BrotliCompress`.

    Args: options: BrotliOptions, as a mapping or as keywords.
    Node: https://nodejs.org/api/zlib.html#zlibcreatebrotlicompressoptions
    """
    return BrotliCompress(options, **keywords)


def createBrotliDecompress(
    options: BrotliOptions | Bag | None = None, **keywords: Unpack[BrotliOptions]
) -> BrotliDecompress:
    """A new `BrotliDecompress`.

    Args: options: BrotliOptions, as a mapping or as keywords.
    Node: https://nodejs.org/api/zlib.html#zlibcreatebrotlidecompressoptions
    """
    return BrotliDecompress(options, **keywords)


def createZstdCompress(options: ZstdOptions | Bag | None = None, **keywords: Unpack[ZstdOptions]) -> ZstdCompress:
    """A new `ZstdCompress`.

    Args: options: ZstdOptions, as a mapping or as keywords.
    Node: https://nodejs.org/api/zlib.html#zlibcreatezstdcompressoptions
    """
    return ZstdCompress(options, **keywords)


def createZstdDecompress(options: ZstdOptions | Bag | None = None, **keywords: Unpack[ZstdOptions]) -> ZstdDecompress:
    """A new `ZstdDecompress`.

    Args: options: ZstdOptions, as a mapping or as keywords.
    Node: https://nodejs.org/api/zlib.html#zlibcreatezstddecompressoptions
    """
    return ZstdDecompress(options, **keywords)
