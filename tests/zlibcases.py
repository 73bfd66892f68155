"""What we make of the data that `zlibcases.cjs` records from Node."""

from __future__ import annotations

import base64
import functools
import math
from typing import Any

import cases

from nodecompat import zlib
from nodecompat.errors import NodeError

READERS = {"deflateSync": "inflateSync", "gzipSync": "gunzipSync", "deflateRawSync": "inflateRawSync"}


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
        return bool(ours == theirs)
    if isinstance(ours, dict):
        return False
    if case[0] not in READERS:
        return bool(ours == base64.b64decode(theirs))
    # Compressed: both unpack to the same, also where the end is only flushed.
    read = functools.partial(getattr(zlib, READERS[case[0]]), finishFlush=zlib.constants.Z_SYNC_FLUSH)
    return bool(read(ours) == read(base64.b64decode(theirs)) == base64.b64decode(case[1]))


def wrong(found: list[list[Any]]) -> list[tuple[Any, Any]]:
    return [(case, asNode(case)) for case in found if not isRight(case)]


@functools.cache
def recorded() -> list[list[Any]]:
    return cases.recorded("zlib")
