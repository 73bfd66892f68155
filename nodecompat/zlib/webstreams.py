"""CompressionStream and DecompressionStream: zlib's streams as pairs of web streams.

Names of `stream/web`, and globals in Node. Node: https://nodejs.org/api/webstreams.html#class-compressionstream
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import ERR_INVALID_ARG_VALUE, NodeTypeError, toText
from ..stream import Duplex
from ..stream.web import ReadableStream, WritableStream
from . import (
    createBrotliCompress,
    createBrotliDecompress,
    createDeflate,
    createDeflateRaw,
    createGunzip,
    createGzip,
    createInflate,
    createInflateRaw,
)

_COMPRESSING: Mapping[str, Callable[..., Any]] = {
    "brotli": createBrotliCompress,
    "deflate": createDeflate,
    "deflate-raw": createDeflateRaw,
    "gzip": createGzip,
}
_DECOMPRESSING: Mapping[str, Callable[..., Any]] = {
    "brotli": createBrotliDecompress,
    "deflate": createInflate,
    "deflate-raw": createInflateRaw,
    "gzip": createGunzip,
}


class CompressionStream:
    """Compresses: what is written to `writable` comes out of `readable`.

    Args: format: "gzip", "deflate", "deflate-raw" or "brotli".
    Raises: ERR_INVALID_ARG_VALUE.
    Example:
        packed = blob.stream().pipeThrough(CompressionStream("gzip"))
    Node: https://nodejs.org/api/webstreams.html#class-compressionstream
    """

    _made_by_ = _COMPRESSING

    def __init__(self, format: str) -> None:
        make = self._made_by_.get(format) if isinstance(format, str) else None
        if make is None:
            raise _unknown(type(self).__name__, format)
        self._pair_ = Duplex.toWeb(_typed(make(**self._options_())))

    @property
    def readable(self) -> ReadableStream:
        """What comes out. Node: https://nodejs.org/api/webstreams.html#compressionstreamreadable"""
        return self._pair_["readable"]  # type: ignore[no-any-return]

    @property
    def writable(self) -> WritableStream:
        """What goes in. Node: https://nodejs.org/api/webstreams.html#compressionstreamwritable"""
        return self._pair_["writable"]  # type: ignore[no-any-return]

    def _options_(self) -> dict[str, Any]:
        return {}


class DecompressionStream(CompressionStream):
    """Decompresses: what is written to `writable` comes out of `readable`.

    Both sides fail with a TypeError if the data is broken (its `code` and `cause` are zlib's), ends too early, or goes
    on behind its end.

    Args: format: "gzip", "deflate", "deflate-raw" or "brotli".
    Raises: ERR_INVALID_ARG_VALUE.
    Example:
        texts = packed.pipeThrough(DecompressionStream("gzip")).pipeThrough(TextDecoderStream())
    Node: https://nodejs.org/api/webstreams.html#class-decompressionstream
    """

    _made_by_ = _DECOMPRESSING

    def _options_(self) -> dict[str, Any]:
        return {"rejectGarbageAfterEnd": True}


def _unknown(name: str, format: Any) -> NodeTypeError:
    message = f"'{toText(format)}' is not a valid enum value of type CompressionFormat."
    text = f"Failed to construct '{name}': 1st argument {message}"
    return NodeTypeError(text, code=ERR_INVALID_ARG_VALUE.__name__)


def _typed(stream: Any) -> Any:
    """The stream, failing with a TypeError as the Compression standard wants it, and for a chunk that is none."""
    destroy, write = stream._destroy, stream.write

    def checked(chunk: Any, *args: Any) -> Any:
        try:
            return write(chunk, *args)
        except Exception as error:
            stream.destroy(error)
            raise

    def typed(error: BaseException | None, done: Callable[..., object]) -> None:
        destroy(error, lambda *args: done(_typeError(args[0]) if args and args[0] is not None else None))

    stream._destroy, stream.write = typed, checked
    return stream


def _typeError(error: BaseException) -> BaseException:
    code = getattr(error, "code", None)
    if isinstance(error, TypeError) or not isinstance(code, str) or not code.startswith(("Z_", "ERR_")):
        return error
    message = str(error) if code.startswith("ERR_TRAILING") else ""
    found = NodeTypeError(message, code=code)
    found.__cause__ = error
    found.__dict__["cause"] = error
    return found
