"""TextEncoderStream and TextDecoderStream: text and bytes, as pairs of web streams.

Names of `stream/web`, and globals in Node. Node: https://nodejs.org/api/webstreams.html#class-textencoderstream
"""

from __future__ import annotations

from typing import Any

from ..errors import toText
from ..optionbags import named
from ..stream.web import ReadableStream, TransformStream, TransformStreamDefaultController, WritableStream
from ..texts import wellFormed
from .encoding import TextDecoder, TextDecoderOptions


class TextEncoderStream:
    """Text to UTF-8: what is written to `writable` comes out of `readable` as bytes.

    Half a surrogate pair waits for the other half, which the next text may begin with.

    Example:
        async for data in texts.pipeThrough(TextEncoderStream()):
            ...
    Node: https://nodejs.org/api/webstreams.html#class-textencoderstream
    """

    def __init__(self) -> None:
        self._half_ = ""
        self._pair_ = TransformStream({"transform": self._transform_, "flush": self._flush_})

    @property
    def encoding(self) -> str:
        """Always "utf-8"."""
        return "utf-8"

    @property
    def readable(self) -> ReadableStream:
        """The bytes."""
        return self._pair_.readable

    @property
    def writable(self) -> WritableStream:
        """For the text."""
        return self._pair_.writable

    def _transform_(self, chunk: Any, controller: TransformStreamDefaultController) -> None:
        text = self._half_ + (chunk if isinstance(chunk, str) else toText(chunk))
        isHalf = "\ud800" <= text[-1:] <= "\udbff"
        self._half_ = text[-1] if isHalf else ""
        if data := wellFormed(text[:-1] if isHalf else text).encode():
            controller.enqueue(data)

    def _flush_(self, controller: TransformStreamDefaultController) -> None:
        if self._half_:
            controller.enqueue(wellFormed(self._half_).encode())


class TextDecoderStream:
    """Bytes to text: what is written to `writable` comes out of `readable` as texts.

    Args and errors are those of TextDecoder; an error fails both sides.

    Example:
        async for text in response.body.pipeThrough(TextDecoderStream()):
            ...
    Node: https://nodejs.org/api/webstreams.html#class-textdecoderstream
    """

    @named
    def __init__(
        self,
        encoding: str | None = None,
        options: TextDecoderOptions | None = None,
        *,
        fatal: bool | None = None,
        ignoreBOM: bool | None = None,
    ) -> None:
        self._decoder_ = TextDecoder(encoding, options, fatal=fatal, ignoreBOM=ignoreBOM)
        self._pair_ = TransformStream({"transform": self._transform_, "flush": self._flush_})

    @property
    def encoding(self) -> str:
        """The name of the encoding, in lower case."""
        return self._decoder_.encoding

    @property
    def fatal(self) -> bool:
        """Whether bytes that are not valid are an error."""
        return self._decoder_.fatal

    @property
    def ignoreBOM(self) -> bool:
        """Whether a byte order mark is kept in the text."""
        return self._decoder_.ignoreBOM

    @property
    def readable(self) -> ReadableStream:
        """The texts."""
        return self._pair_.readable

    @property
    def writable(self) -> WritableStream:
        """For the bytes."""
        return self._pair_.writable

    def _transform_(self, chunk: Any, controller: TransformStreamDefaultController) -> None:
        if text := self._decoder_.decode(chunk, stream=True):
            controller.enqueue(text)

    def _flush_(self, controller: TransformStreamDefaultController) -> None:
        if text := self._decoder_.decode():
            controller.enqueue(text)
