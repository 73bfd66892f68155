"""The body that Request and Response share: bytes or a stream, read once, in one of several forms."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.defer import Deferred

from ..blob import Blob, decoded
from ..encodings import encode as encodeText
from ..errors import toText
from ..mime import typeOfMessage
from ..stream import web
from ..stream.core.predicates import isDisturbed, isErrored, isWebReadable
from ..stream.core.promises import closeIterator, failed, iterate, job
from ..stream.web import ReadableStream
from ..stream.web.bytes import finishBytes
from ..stream.web.common import Promise
from ..texts import wellFormed
from ..url import URLSearchParams
from . import formdata
from .failures import NodeSyntaxError, typeError
from .formdata import FormData
from .headers import Headers
from .incoming import IncomingBody, settle

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")
_Bytes = bytes  # Body has a method of that name


class Body:
    """Base of Request and Response.

    A body is bytes (`_content_`), or comes from somewhere (`_source_`: the answer of a server, or an async iterable
    of the program's). A ReadableStream is made of it only when somebody asks for one.
    """

    _content_: _Bytes | None = None
    _source_: Any = None
    _stream_: ReadableStream | None = None
    _isConsumed_ = False
    _isSourceless_ = False  # the stream was given by the caller: it cannot be sent twice

    @property
    def headers(self) -> Headers:
        """The header fields of the message."""
        raise NotImplementedError

    def _adopt_(self, body: Any) -> None:
        """Set a body as the constructors accept it, and add its Content-Type."""
        self._content_, self._source_, kind = extract(body)
        if self._source_ is not None:
            self._isSourceless_ = True
            if isWebReadable(self._source_):
                self._stream_ = self._source_
        if kind and not self.headers.has("content-type"):
            self.headers.append("content-type", kind)

    @property
    def body(self) -> ReadableStream | None:
        """The body as a stream; None if there is none."""
        if self._stream_ is None and self._hasBody_():
            self._stream_ = _spent() if self._isConsumed_ else self._makeStream_()
        return self._stream_

    @property
    def bodyUsed(self) -> bool:
        """Whether it was read or is being read."""
        return self._isConsumed_ or (self._stream_ is not None and isDisturbed(self._stream_))

    def arrayBuffer(self) -> Deferred[_Bytes]:
        """The whole body. Node: https://nodejs.org/api/globals.html#response"""
        return self._read_(_Bytes)

    def bytes(self) -> Deferred[_Bytes]:
        """The whole body. Node: https://nodejs.org/api/globals.html#response"""
        return self._read_(_Bytes)

    def text(self) -> Deferred[str]:
        """The whole body, decoded from UTF-8. Node: https://nodejs.org/api/globals.html#response"""
        return self._read_(decoded)

    def blob(self) -> Deferred[Blob]:
        """The whole body as a Blob with the type of Content-Type. Node: https://nodejs.org/api/globals.html#response"""
        kind = typeOfMessage(self.headers.get("content-type"))
        return self._read_(lambda content: Blob([content], type="" if kind is None else kind.toString()))

    def formData(self) -> Deferred[FormData]:
        """The whole body as a form. Node: https://nodejs.org/api/globals.html#response"""
        return self._read_(lambda content: formdata.decode(content, self.headers.get("content-type")))

    def textStream(self) -> ReadableStream:
        """The body as a stream of texts, decoded from UTF-8. Node: https://nodejs.org/api/globals.html#response"""
        if self._isUnusable_():
            raise unusable()
        stream = self.body or streamOf(b"")
        self._isConsumed_ = True
        return stream.pipeThrough(web.TextDecoderStream())

    def _readJson_(self) -> Deferred[Any]:
        return self._read_(toJson)

    def _read_(self, convert: Callable[[_Bytes], T]) -> Deferred[T]:
        source = self._source_
        if self._stream_ is None and not self._isConsumed_ and isinstance(source, IncomingBody):
            self._isConsumed_ = True
            return source.collect(convert)
        if self._isUnusable_():
            return failed(unusable())
        if self._stream_ is None and source is not None:
            self._stream_ = self._makeStream_()
        self._isConsumed_ = self._hasBody_()
        if self._stream_ is not None:
            return collect(self._stream_, convert)
        promise = Promise()
        settle(promise, convert, self._content_ or b"")
        return promise.wait()

    def _hasBody_(self) -> bool:
        return self._content_ is not None or self._source_ is not None or self._stream_ is not None

    def _isUnusable_(self) -> bool:
        return self.bodyUsed or (self._stream_ is not None and self._stream_.locked)

    def _makeStream_(self) -> ReadableStream:
        source = self._source_
        if source is None:
            return streamOf(self._content_ or b"")
        return source.stream() if isinstance(source, IncomingBody) else streamFrom(source)

    def _copyBodyTo_(self, other: Self) -> None:
        """Share the body with a clone; each gets its own stream."""
        other._content_, other._isSourceless_ = self._content_, self._isSourceless_
        if self._stream_ is not None or self._source_ is not None:
            stream = self.body
            assert stream is not None, "there is a source for it"
            self._source_ = None
            self._stream_, other._stream_ = stream.tee()


def extract(body: Any) -> tuple[bytes | None, Any, str | None]:
    """Content, source and Content-Type of anything accepted as a body."""
    if body is None:
        return None, None, None
    if isinstance(body, str):
        return wellFormed(body).encode(), None, "text/plain;charset=UTF-8"
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body), None, None
    if isinstance(body, Blob):
        return body._content_, None, body.type or None
    if isinstance(body, URLSearchParams):
        return str(body).encode(), None, "application/x-www-form-urlencoded;charset=UTF-8"
    if isinstance(body, FormData):
        content, kind = formdata.encode(body)
        return content, None, kind
    if hasattr(body, "__aiter__"):
        if isDisturbed(body) or isErrored(body) or getattr(body, "locked", False):
            raise typeError("Response body object should not be disturbed or locked")
        return None, body, None
    if isinstance(body, (int, float)) and not isinstance(body, bool):
        return toText(body).encode(), None, "text/plain;charset=UTF-8"
    # JavaScript would send "[object Object]", which is never intended.
    kindOf = "mapping" if isinstance(body, Mapping) else type(body).__name__
    raise typeError(f"A body is a text, bytes, a Blob, FormData or a stream, not a {kindOf}")


def unusable() -> Exception:
    return typeError("Body is unusable: Body has already been read")


# -- streams


def streamOf(content: bytes) -> ReadableStream:
    """A stream of one chunk."""

    def pull(controller: Any) -> None:
        if content:
            controller.enqueue(content)
        finishBytes(controller)

    return ReadableStream({"type": "bytes", "pull": pull})


def streamFrom(iterable: Any) -> ReadableStream:
    """A stream of what an async iterable gives, as bytes."""
    iterator = iterate(iterable)

    async def pull(controller: Any) -> None:
        data = b""
        while not data:
            try:
                chunk = await iterator.__anext__()
            except StopAsyncIteration:
                finishBytes(controller)
                return
            data = encodeText(chunk) if isinstance(chunk, str) else bytes(chunk)
        controller.enqueue(data)

    return ReadableStream({"type": "bytes", "pull": pull, "cancel": lambda reason: closeIterator(iterator)})


def _spent() -> ReadableStream:
    """The stream of a body that was read without one."""
    stream = ReadableStream({"type": "bytes"})
    stream.getReader().cancel()
    return stream


def givenAway() -> ReadableStream:
    """What is left of a stream that somebody else has now."""
    stream = ReadableStream({"type": "bytes"})
    stream.cancel()
    return stream


def collect(stream: ReadableStream, convert: Callable[[bytes], T]) -> Deferred[T]:
    """The whole content of a stream, converted. The stream stays locked."""
    promise = Promise()
    reader = stream.getReader()

    async def read() -> None:
        chunks: list[bytes] = []
        try:
            while not (result := await reader.read()).done:
                if not isinstance(result.value, (bytes, bytearray, memoryview)):
                    raise typeError("Received non-Uint8Array chunk")
                chunks.append(bytes(result.value))
        except Exception as error:
            promise.reject(error)
        else:
            settle(promise, convert, b"".join(chunks))

    job(read())
    return promise.wait()


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
    if text in ("NaN", "Infinity", "undefined", "[object Object]"):
        return f'"{text}" is not valid JSON'
    if "':' delimiter" in message:
        return f"Expected ':' after property name in JSON {_at(text, position)}"
    if text[position : position + 1] == "-" and position + 1 < len(text):
        return f"No number after minus sign in JSON {_at(text, position + 1)}"
    if position >= len(text):
        return "Unexpected end of JSON input"
    start, end = max(0, position - 10), min(len(text), position + 10)
    near = ("..." if start else "") + f'"{text[start:end]}"' + ("..." if end < len(text) else "")
    return f"Unexpected token '{text[position]}', {near} is not valid JSON"


def _at(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    return f"at position {position} (line {line} column {column})"
