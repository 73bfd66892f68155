"""The body that Request and Response share: bytes or a stream, read once, in one of several forms."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.defer import Deferred

from ..blob import Blob, decoded
from ..encodings import encode as encodeText
from ..errors import toText
from ..stream import Readable
from ..stream.core.predicates import isDisturbed
from ..stream.core.promises import failed
from ..stream.web.common import Promise
from . import formdata
from .failures import NodeSyntaxError, terminated, typeError
from .formdata import FormData
from .headers import Headers
from .tee import tee

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")
_Bytes = bytes  # Body has a method of that name


class Body:
    """Base of Request and Response."""

    headers: Headers
    _content_: _Bytes | None = None
    _stream_: Readable | None = None
    _isConsumed_ = False
    _isSourceless_ = False  # the stream was given by the caller: it cannot be sent twice

    def _adopt_(self, body: Any) -> None:
        """Set a body as the constructors accept it, and add its Content-Type."""
        self._content_, self._stream_, kind = extract(body)
        self._isSourceless_ = self._stream_ is not None
        if kind and not self.headers.has("content-type"):
            self.headers.append("content-type", kind)

    @property
    def body(self) -> Readable | None:
        """The body as a stream; None if there is none."""
        if self._stream_ is None and self._content_ is not None:
            self._stream_ = readableOf(self._content_)
        return self._stream_

    @property
    def bodyUsed(self) -> bool:
        """Whether it was read or is being read."""
        return self._isConsumed_ or (self._stream_ is not None and isDisturbed(self._stream_))

    def arrayBuffer(self) -> Deferred[_Bytes]:
        """The whole body. Node: globals.html#response"""
        return self._read_(_Bytes)

    def bytes(self) -> Deferred[_Bytes]:
        """The whole body. Node: globals.html#response"""
        return self._read_(_Bytes)

    def text(self) -> Deferred[str]:
        """The whole body, decoded from UTF-8. Node: globals.html#response"""
        return self._read_(decoded)

    def blob(self) -> Deferred[Blob]:
        """The whole body as a Blob with the type of Content-Type. Node: globals.html#response"""
        return self._read_(lambda content: Blob([content], type=self.headers.get("content-type") or ""))

    def formData(self) -> Deferred[FormData]:
        """The whole body as a form. Node: globals.html#response"""
        return self._read_(lambda content: formdata.decode(content, self.headers.get("content-type")))

    def textStream(self) -> Readable:
        """The body as a stream of texts, decoded from UTF-8. Node: globals.html#response"""
        if self.bodyUsed:
            raise unusable()
        stream = self.body or readableOf(b"")
        self._isConsumed_ = True
        stream.setEncoding("utf8")
        return stream

    def _readJson_(self) -> Deferred[Any]:
        return self._read_(toJson)

    def _read_(self, convert: Callable[[_Bytes], T]) -> Deferred[T]:
        if self.bodyUsed:
            return failed(unusable())
        if self._stream_ is None:
            self._isConsumed_ = self._content_ is not None
            return _converted(Promise(), convert, self._content_ or b"")
        self._isConsumed_ = True
        return collect(self._stream_, convert)

    def _copyBodyTo_(self, other: Self) -> None:
        """Share the body with a clone; each gets its own stream."""
        other._content_ = self._content_
        if self._stream_ is not None:
            self._stream_, other._stream_ = tee(self._stream_)
            other._isSourceless_ = self._isSourceless_


def extract(body: Any) -> tuple[bytes | None, Readable | None, str | None]:
    """Content, stream and Content-Type of anything accepted as a body."""
    if body is None:
        return None, None, None
    if isinstance(body, str):
        return body.encode("utf-8", "replace"), None, "text/plain;charset=UTF-8"
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body), None, None
    if isinstance(body, Blob):
        return body._content_, None, body.type or None
    if isinstance(body, FormData):
        content, kind = formdata.encode(body)
        return content, None, kind
    if isinstance(body, Readable):
        if isDisturbed(body):
            raise typeError("Response body object should not be disturbed or locked")
        return None, body, None
    if hasattr(body, "__aiter__"):
        return None, Readable.from_(body, objectMode=False), None
    if isinstance(body, (int, float)) and not isinstance(body, bool):
        return toText(body).encode(), None, "text/plain;charset=UTF-8"
    # JavaScript would send "[object Object]", which is never intended.
    kindOf = "mapping" if isinstance(body, Mapping) else type(body).__name__
    raise typeError(f"A body is a text, bytes, a Blob, FormData or a stream, not a {kindOf}")


def readableOf(content: bytes) -> Readable:
    """A stream of one chunk."""
    stream = Readable(read=lambda: None)
    if content:
        stream.push(content)
    stream.push(None)
    return stream


def unusable() -> Exception:
    return typeError("Body is unusable: Body has already been read")


def collect(stream: Readable, convert: Callable[[bytes], T]) -> Deferred[T]:
    """The whole content of a stream, converted."""
    promise, chunks = Promise(), []

    def onData(chunk: Any) -> None:
        chunks.append(encodeText(chunk) if isinstance(chunk, str) else bytes(chunk))

    def onClose() -> None:
        promise.reject(stream.errored or terminated(typeError("The body was closed before its end")))

    if stream.destroyed:
        onClose()
        return promise.wait()
    stream.on("data", onData)
    stream.on("end", lambda: _settle(promise, convert, b"".join(chunks)))
    stream.on("error", promise.reject)
    stream.on("close", onClose)
    return promise.wait()


def _converted(promise: Promise, convert: Callable[[bytes], T], content: bytes) -> Deferred[T]:
    _settle(promise, convert, content)
    return promise.wait()


def _settle(promise: Promise, convert: Callable[[bytes], Any], content: bytes) -> None:
    try:
        promise.resolve(convert(content))
    except Exception as error:
        promise.reject(error)


# -- the forms


def toJson(content: bytes) -> Any:
    text = decoded(content)
    try:
        return json.loads(text, parse_constant=_noConstant)
    except ValueError as error:
        raise NodeSyntaxError(_explain(text, getattr(error, "pos", 0), str(error))) from error


def _noConstant(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are no JSON


def _explain(text: str, position: int, message: str) -> str:
    """V8's error message for an invalid JSON text."""
    if "trailing comma" in message:  # Python 3.13 points at the comma, V8 behind it
        message = "property name" if "object" in message else "value"
        position += 1
        position += len(text[position:]) - len(text[position:].lstrip())
    if "Unterminated string" in message:
        return f"Unterminated string in JSON {_at(text, len(text))}"
    if "Extra data" in message:
        return f"Unexpected non-whitespace character after JSON {_at(text, position)}"
    # Python points at the word, V8 at the first character that is wrong.
    word = next((each for each in ("true", "false", "null") if each[0] == text[position : position + 1]), "")
    position += next((at for at, each in enumerate(word) if text[position + at : position + at + 1] != each), len(word))
    if "property name" in message and text[:position].rstrip()[-1:] == "{":
        return f"Expected property name or '}}' in JSON {_at(text, position)}"
    if position >= len(text):
        return "Unexpected end of JSON input"
    start, end = max(0, position - 10), min(len(text), position + 10)
    near = ("..." if start else "") + f'"{text[start:end]}"' + ("..." if end < len(text) else "")
    return f"Unexpected token '{text[position]}', {near} is not valid JSON"


def _at(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    return f"at position {position} (line {line} column {column})"
