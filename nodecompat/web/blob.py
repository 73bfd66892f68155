"""Blob and File: bytes with a type, whole in memory. Node: buffer.html#class-blob"""

from __future__ import annotations

import re
import time
from array import array
from collections.abc import Iterable
from typing import Any

from twisted.internet.defer import Deferred

from ..errors import toText
from ..stream import Readable
from ..stream.web.common import Promise

_isType = re.compile(r"[\x20-\x7e]*").fullmatch


class Blob:
    """Immutable bytes.

    Args:
        sources: bytes-like objects, Blobs and texts (or what String() makes of anything else), which are joined.
        type: the media type.
    Differs: a subset: `size`, `type`, `slice`, `text`, `bytes`, `arrayBuffer`, `stream`.
    Node: buffer.html#class-blob
    """

    def __init__(self, sources: Iterable[Any] = (), *, type: str = "") -> None:
        self._content_ = b"".join(map(_bytesOf, sources))
        self._type_ = type.lower() if _isType(type) else ""

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self._content_)

    @property
    def type(self) -> str:
        """The media type, or ""."""
        return self._type_

    def slice(self, start: int = 0, end: int | None = None, type: str = "") -> Blob:
        """A part of it. Node: buffer.html#blobslicestart-end-type"""
        return Blob([self._content_[start:end]], type=type)

    def arrayBuffer(self) -> Deferred[bytes]:
        """The bytes. Node: buffer.html#blobarraybuffer"""
        return _resolved(self._content_)

    def bytes(self) -> Deferred[bytes]:
        """The bytes. Node: buffer.html#blobbytes"""
        return _resolved(self._content_)

    def text(self) -> Deferred[str]:
        """The bytes, decoded from UTF-8. Node: buffer.html#blobtext"""
        return _resolved(decoded(self._content_))

    def stream(self) -> Readable:
        """The bytes as a stream. Node: buffer.html#blobstream"""
        return readableOf(self._content_)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(size={self.size}, type={self._type_!r})"


class File(Blob):
    """A Blob with a name. Node: buffer.html#class-file"""

    def __init__(
        self, sources: Iterable[Any], fileName: str, *, type: str = "", lastModified: float | None = None
    ) -> None:
        super().__init__(sources, type=type)
        self._name_ = fileName
        self._lastModified_ = time.time() * 1000 if lastModified is None else lastModified

    @property
    def name(self) -> str:
        """The name of the file."""
        return self._name_

    @property
    def lastModified(self) -> float:
        """Milliseconds since 1970."""
        return self._lastModified_


def decoded(content: bytes) -> str:
    """The text of a body: UTF-8, without its byte order mark."""
    return content.decode("utf-8", "replace").removeprefix("\ufeff")


def readableOf(content: bytes) -> Readable:
    """A stream of one chunk."""
    stream = Readable(read=lambda: None)
    if content:
        stream.push(content)
    stream.push(None)
    return stream


def _bytesOf(source: Any) -> bytes:
    if isinstance(source, Blob):
        return source._content_
    if isinstance(source, (bytes, bytearray, memoryview, array)):
        return bytes(source)
    return toText(source).encode("utf-8", "replace")  # not bytes(): of a number it makes that many zeros


def _resolved(value: Any) -> Deferred[Any]:
    promise = Promise()
    promise.resolve(value)
    return promise.wait()
