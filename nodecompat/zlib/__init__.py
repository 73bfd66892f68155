"""Node's `zlib` module (26): gzip, zlib and raw deflate, as streams and as functions.

Compressed bytes are those of Python's zlib: they unpack to the same, and need not be the same as Node's. Not here yet:
Brotli and Zstandard, and archives (`ZipFile` and what belongs to it).

Node: zlib.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..records import OpenRecord
from . import constants
from .oneshot import (
    Info,
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
)
from .settings import ZlibOptions
from .streams import Deflate, DeflateRaw, Gunzip, Gzip, Inflate, InflateRaw, Unzip

__all__ = [
    "Deflate",
    "DeflateRaw",
    "Gunzip",
    "Gzip",
    "Inflate",
    "InflateRaw",
    "Info",
    "Unzip",
    "ZlibOptions",
    "codes",
    "constants",
    "crc32",
    "createDeflate",
    "createDeflateRaw",
    "createGunzip",
    "createGzip",
    "createInflate",
    "createInflateRaw",
    "createUnzip",
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
]

_NUMBERS = {
    name: value
    for name, value in vars(constants).items()
    if name in ("Z_OK", "Z_STREAM_END", "Z_NEED_DICT", "Z_ERRNO") or name.endswith("_ERROR")
}
#: zlib's results, by name and by number; None for another.
codes: OpenRecord[Any] = OpenRecord({**_NUMBERS, **{str(value): name for name, value in _NUMBERS.items()}})


def createDeflate(options: ZlibOptions | Mapping[str, Any] | None = None, **keywords: Any) -> Deflate:
    """A new `Deflate`. Node: zlib.html#zlibcreatedeflateoptions"""
    return Deflate(options, **keywords)


def createInflate(options: ZlibOptions | Mapping[str, Any] | None = None, **keywords: Any) -> Inflate:
    """A new `Inflate`. Node: zlib.html#zlibcreateinflateoptions"""
    return Inflate(options, **keywords)


def createGzip(options: ZlibOptions | Mapping[str, Any] | None = None, **keywords: Any) -> Gzip:
    """A new `Gzip`: `source.pipe(createGzip()).pipe(target)`. Node: zlib.html#zlibcreategzipoptions"""
    return Gzip(options, **keywords)


def createGunzip(options: ZlibOptions | Mapping[str, Any] | None = None, **keywords: Any) -> Gunzip:
    """A new `Gunzip`. Node: zlib.html#zlibcreategunzipoptions"""
    return Gunzip(options, **keywords)


def createDeflateRaw(options: ZlibOptions | Mapping[str, Any] | None = None, **keywords: Any) -> DeflateRaw:
    """A new `DeflateRaw`. Node: zlib.html#zlibcreatedeflaterawoptions"""
    return DeflateRaw(options, **keywords)


def createInflateRaw(options: ZlibOptions | Mapping[str, Any] | None = None, **keywords: Any) -> InflateRaw:
    """A new `InflateRaw`. Node: zlib.html#zlibcreateinflaterawoptions"""
    return InflateRaw(options, **keywords)


def createUnzip(options: ZlibOptions | Mapping[str, Any] | None = None, **keywords: Any) -> Unzip:
    """A new `Unzip`. Node: zlib.html#zlibcreateunzipoptions"""
    return Unzip(options, **keywords)
