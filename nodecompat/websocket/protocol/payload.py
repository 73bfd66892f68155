"""What a program sends, as bytes."""

from __future__ import annotations

from typing import Any

from ...blob import Blob
from ...buffer import Buffer
from ...texts import wellFormed


def toBytes(data: Any) -> bytes:
    """The bytes of a text, of anything bytes-like, of a Blob, or of what `Buffer.from_` takes.

    Raises: ERR_INVALID_ARG_TYPE.
    """
    if isinstance(data, bytes):
        return data
    if isinstance(data, str):
        return textBytes(data)
    if isinstance(data, (bytearray, memoryview)):
        return bytes(data)
    if isinstance(data, Blob):
        return data._content_
    return bytes(Buffer.from_(data))


def textBytes(text: str) -> bytes:
    """A text in UTF-8, with U+FFFD for what is none."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return wellFormed(text).encode()
