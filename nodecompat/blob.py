"""Blob and File: bytes with a type, whole in memory. Node: https://nodejs.org/api/buffer.html#class-blob"""

from __future__ import annotations

import re
import time
from array import array
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from twisted.internet.defer import Deferred

from .coercion import optionsOf, toNumber
from .errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, NodeTypeError, toText
from .optionbags import check
from .stream import web
from .stream.web import ReadableStream
from .stream.web.common import Promise
from .texts import wellFormed

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .optionbags import Bag

__all__ = ["Blob", "BlobOptions", "File", "FileOptions"]

_isType = re.compile(r"[\x20-\x7e]*").fullmatch
_LINE_END = re.compile(r"\r\n?")


class BlobOptions(TypedDict, total=False):
    r"""Options of a Blob.

    Options:
        type: The media type; "" by default.
        endings: With "native" line ends in texts become "\n"; "transparent" by default.
    """

    type: str
    endings: Literal["transparent", "native"]


class FileOptions(BlobOptions, total=False):
    """Options of a File.

    Also the options of `BlobOptions`.

    Options:
        lastModified: Milliseconds since 1970; now by default.
    """

    lastModified: float


class Blob:
    """Immutable bytes.

    Args:
        sources: bytes-like objects, Blobs and texts (or what String() makes of anything else), which are joined.
        options: BlobOptions, as a mapping or as keywords.
    Raises:
        ERR_INVALID_ARG_TYPE: `sources` is no iterable, or a text; `options` is no mapping.
        ERR_INVALID_ARG_VALUE: unknown `endings`.
    Example:
        blob = Blob(["hello ", b"world"], type="text/plain")
        await blob.slice(0, 5).text()       # "hello"
    Node: https://nodejs.org/api/buffer.html#class-blob
    """

    def __init__(
        self, sources: Iterable[Any] = (), options: BlobOptions | Bag | None = None, **keywords: Unpack[BlobOptions]
    ) -> None:
        check(BlobOptions, options, keywords)
        given = _optionsOf(options, keywords)
        endings = given.get("endings", "transparent")
        if endings not in ("transparent", "native"):
            raise ERR_INVALID_ARG_VALUE("options.endings", endings)
        if isinstance(sources, str) or not isinstance(sources, Iterable):
            raise NodeTypeError("Value cannot be converted to sequence.", code="ERR_INVALID_ARG_TYPE")
        self._content_ = b"".join(_bytesOf(source, endings == "native") for source in sources)
        self._type_ = _typeOf(given.get("type", ""))

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self._content_)

    @property
    def type(self) -> str:
        """The media type, or ""."""
        return self._type_

    def slice(self, start: Any = None, end: Any = None, type: Any = "") -> Blob:
        """A part of it, the places as in `bytes[start:end]`.

        Node: https://nodejs.org/api/buffer.html#blobslicestart-end-type
        """
        size = len(self._content_)
        first = 0 if start is None else _place(start, size)
        last = size if end is None else _place(end, size)
        return Blob([self._content_[first:last]], type=type)

    def arrayBuffer(self) -> Deferred[bytes]:
        """The bytes. Node: https://nodejs.org/api/buffer.html#blobarraybuffer"""
        return _resolved(self._content_)

    def bytes(self) -> Deferred[bytes]:
        """The bytes. Node: https://nodejs.org/api/buffer.html#blobbytes"""
        return _resolved(self._content_)

    def text(self) -> Deferred[str]:
        """The bytes, decoded from UTF-8. Node: https://nodejs.org/api/buffer.html#blobtext"""
        return _resolved(decoded(self._content_))

    def stream(self) -> ReadableStream:
        """The bytes as a stream of the web. Node: https://nodejs.org/api/buffer.html#blobstream"""
        content = self._content_

        def start(controller: Any) -> None:
            if content:
                controller.enqueue(content)
            controller.close()

        return ReadableStream({"type": "bytes", "start": start})

    def textStream(self) -> ReadableStream:
        """The bytes as a stream of texts, decoded from UTF-8. Node: https://nodejs.org/api/buffer.html#blobtextstream"""
        return self.stream().pipeThrough(web.TextDecoderStream())

    def __repr__(self) -> str:
        return f"{type(self).__name__}(size={self.size}, type={self._type_!r})"

    def __inspect__(self, depth: Any, options: Any, inspect: Any) -> Any:
        if depth is not None and depth < 0:
            return f"[{type(self).__name__}]"
        return f"{type(self).__name__} {inspect(self._shown_(), options)}"

    def _shown_(self) -> dict[str, Any]:
        return {"size": self.size, "type": self.type}


class File(Blob):
    """A Blob with a name.

    Args:
        fileBits: as `sources` of a Blob.
        fileName: the name.
        options: FileOptions, as a mapping or as keywords.
    Node: https://nodejs.org/api/buffer.html#class-file
    """

    def __init__(
        self,
        fileBits: Iterable[Any],
        fileName: Any,
        options: FileOptions | Bag | None = None,
        **keywords: Unpack[FileOptions],
    ) -> None:
        check(FileOptions, options, keywords)
        given = _optionsOf(options, keywords)
        super().__init__(fileBits, given)
        self._name_ = wellFormed(toText(fileName))
        changed = given.get("lastModified")
        number = time.time() * 1000 // 1 if changed is None else toNumber(changed)
        self._lastModified_ = number if number == number else 0

    @property
    def name(self) -> str:
        """The name of the file."""
        return self._name_

    @property
    def lastModified(self) -> float:
        """Milliseconds since 1970."""
        return self._lastModified_

    def _shown_(self) -> dict[str, Any]:
        return {**super()._shown_(), "name": self.name, "lastModified": self.lastModified}


def decoded(content: bytes) -> str:
    """The text of a body: UTF-8, without its byte order mark."""
    return content.decode("utf-8", "replace").removeprefix("\ufeff")


def _optionsOf(options: Any, keywords: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(options, (str, int, float)):
        raise ERR_INVALID_ARG_TYPE("options", "a dictionary", options)
    return optionsOf(options, keywords)


def _typeOf(value: Any) -> str:
    text = toText(value)
    return text.lower() if _isType(text) else ""


def _place(value: Any, size: int) -> int:
    number = toNumber(value)
    if number != number:
        return 0
    place = int(max(-size, min(number, size)))
    return place if place >= 0 else max(0, place + size)


def _bytesOf(source: Any, isNative: bool) -> bytes:
    if isinstance(source, Blob):
        return source._content_
    if isinstance(source, (bytes, bytearray, memoryview, array)):
        return bytes(source)
    text = toText(source)  # not bytes(): of a number it makes that many zeros
    return wellFormed(_LINE_END.sub("\n", text) if isNative else text).encode()


def _resolved(value: Any) -> Deferred[Any]:
    promise = Promise()
    promise.resolve(value)
    return promise.wait()
