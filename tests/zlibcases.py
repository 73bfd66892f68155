"""What we make of the data that `zlibcases.cjs` records from Node."""

from __future__ import annotations

import base64
import functools
import math
from typing import Any

import cases
import pytest

from nodecompat import zlib
from nodecompat.errors import NodeError
from nodecompat.zlib.brotli import requireBrotli
from nodecompat.zlib.zstd import requireZstd

READERS = {
    "deflateSync": "inflateSync",
    "gzipSync": "gunzipSync",
    "deflateRawSync": "inflateRawSync",
    "brotliCompressSync": "brotliDecompressSync",
    "zstdCompressSync": "zstdDecompressSync",
}


def has(kind: str) -> bool:
    """Whether the library of "brotli" or "zstd" is here."""
    try:
        requireBrotli() if kind == "brotli" else requireZstd()
    except ModuleNotFoundError:
        return False
    return True


needsLater = pytest.mark.skipif(
    not (has("brotli") and has("zstd")), reason="needs the packages Brotli and (before Python 3.14) backports.zstd"
)


def asNode(case: list[Any]) -> Any:
    """What it unpacks to, or the error."""
    name, data, options, _ = case
    options = {key: math.nan if value is None else value for key, value in options.items()}
    try:
        return getattr(zlib, name)(base64.b64decode(data), options)
    except NodeError as error:
        found = {"code": error.code, "errno": getattr(error, "errno", None), "message": error.message}
        return {key: value for key, value in found.items() if value is not None}


def isRight(case: list[Any]) -> bool:
    ours, theirs = asNode(case), case[3]
    if isinstance(theirs, dict):
        if theirs["message"] == "Decompression failed":  # Brotli: docs/departures.md
            return isinstance(ours, dict) and ours["message"] == theirs["message"]
        return bool(ours == theirs)
    if isinstance(ours, dict):
        return False
    if case[0] not in READERS:
        return bool(ours == base64.b64decode(theirs))
    # Compressed: both unpack to the same, also where the end is only flushed.
    flush = zlib.constants.Z_SYNC_FLUSH if "flate" in case[0] or "gzip" in case[0] else 0
    read = functools.partial(getattr(zlib, READERS[case[0]]), finishFlush=flush)
    return bool(read(ours) == read(base64.b64decode(theirs)) == base64.b64decode(case[1]))


def wrong(found: list[list[Any]]) -> list[tuple[Any, Any]]:
    return [(case, asNode(case)) for case in found if not isRight(case)]


@functools.cache
def recorded(name: str = "zlib") -> list[list[Any]]:
    """Cases of zlib itself, or ("later") of Brotli and Zstandard."""
    return cases.recorded(name)
