"""zlib's streams: Gzip, Gunzip, Deflate, Inflate, DeflateRaw, InflateRaw, Unzip.

A write is worked off in steps (`engines.py`): those of a small chunk in a check phase of the loop, all others in a
thread, one at a time, so that neither a large chunk nor what a small one unpacks to holds the loop up. Between two
steps it is looked whether the reader has had enough.

Node: https://nodejs.org/api/zlib.html#class-zlibzlibbase
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from ..events import fit
from ..optionbags import namesOf
from ..reactor.loop import ticks
from ..reactor.loop.threads import inThread
from ..stream import Transform
from ..stream.core.options import StreamOptions
from ..timers import setImmediate
from . import constants as c
from .engines import Deflating, engineOf
from .settings import BrotliOptions, ZlibOptions, ZstdOptions, inRange, lastFlush, settingsOf

__all__ = [
    "BrotliCompress",
    "BrotliDecompress",
    "Deflate",
    "DeflateRaw",
    "Gunzip",
    "Gzip",
    "Inflate",
    "InflateRaw",
    "Unzip",
    "ZlibBase",
    "ZstdCompress",
    "ZstdDecompress",
]

SMALL = 16 * 1024  # bytes of a chunk that is worked off in the loop: below a millisecond
INLINE = 64 * 1024  # bytes of output that are made of it there

_Callback = Callable[..., object]
#: Options that are no Transform's.
_OWN = (namesOf(ZlibOptions) | namesOf(BrotliOptions) | namesOf(ZstdOptions)) - namesOf(StreamOptions)


class _Flush(bytes):
    """Written in place of a chunk: flush, in this way."""

    kind: int

    @classmethod
    def of(cls, kind: int) -> _Flush:
        made = cls()
        made.kind = kind
        return made


class ZlibBase(Transform):
    """Base of zlib's streams: a Transform of bytes.

    Args: options: ZlibOptions and those of a Transform, as a mapping or as keywords.
    Emits: what Transform emits. 'error' carries `code` (Z_DATA_ERROR, Z_BUF_ERROR, …) and `errno`, zlib's number.
    Node: https://nodejs.org/api/zlib.html#class-zlibzlibbase
    """

    __slots__ = ("_bytesWritten_", "_engine_", "_flushKind_", "_resume_")
    __events__: dict[str, tuple[str, ...]] = Transform.__events__
    _kind_: int
    #: How `flush` flushes unless it is told.
    _fullFlush_ = c.Z_FULL_FLUSH
    #: Bytes of output that are made in the loop, of a small chunk.
    _inline_ = INLINE

    def __init__(self, options: Any = None, /, **keywords: Any) -> None:
        settings = settingsOf(self._kind_, options, keywords)
        #: What goes on when the reader wants more.
        self._resume_: Callable[[], None] | None = None
        self._bytesWritten_ = 0
        self._engine_ = engineOf(settings)
        self._flushKind_ = settings.flush
        rest: dict[str, Any] = {"autoDestroy": True, **{k: v for k, v in settings.rest.items() if k not in _OWN}}
        super().__init__(rest)

    @property
    def bytesWritten(self) -> int:
        """Bytes of input that have been worked off."""
        return self._bytesWritten_

    def flush(self, kind: int | _Callback | None = None, callback: _Callback | None = None) -> None:
        """Give out what is held back, so that the other side can read all that was written; it costs compression.

        Args:
            kind: Z_FULL_FLUSH, BROTLI_OPERATION_FLUSH or ZSTD_e_flush if left out.
            callback: called when it is done.
        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/zlib.html#zlibflushkind-callback
        """
        if callable(kind):
            kind, callback = None, kind
        if self.writableFinished:
            if callback is not None:
                ticks.nextTick(fit(callback, 0))
        elif self.writableEnded:
            if callback is not None:
                self.once("end", callback)
        else:
            kind = inRange(kind, "kind", self._fullFlush_, 0, lastFlush(self._kind_))
            self.write(_Flush.of(kind), callback)

    def reset(self) -> None:
        """Begin a new stream of data, without the history of the old one.

        Node: https://nodejs.org/api/zlib.html#zlibreset
        """
        self._engine_.reset()

    def close(self, callback: _Callback | None = None) -> None:
        """Give the stream up.

        Args: callback: called when 'close' has been emitted.
        Node: https://nodejs.org/api/zlib.html#zlibclosecallback
        """
        if callback is not None:
            if self.closed:
                ticks.nextTick(fit(callback, 0))
            else:
                self.once("close", callback)
        self.destroy()

    def _transform(self, chunk: Any, encoding: str | None, callback: _Callback) -> None:
        kind = chunk.kind if isinstance(chunk, _Flush) else self._flushKind_
        data = bytes(chunk)

        def done() -> None:
            self._bytesWritten_ += len(data)
            callback()

        allowance = self._inline_ if len(data) <= SMALL else 0
        setImmediate(self._work_, self._engine_.feed(data, kind), allowance, done)

    def _final(self, callback: _Callback | None = None) -> None:
        # As in Node: 'finish' does not wait for the rest of the output, which `_flush` makes.
        assert callback is not None
        callback()

    def _flush(self, callback: _Callback) -> None:
        setImmediate(self._work_, self._engine_.finish(), self._inline_, callback)

    def _work_(self, pieces: Iterator[bytes], allowance: int, callback: _Callback) -> None:
        """Push the pieces, the first `allowance` bytes of them made here, all others in a thread."""
        while allowance > 0 and not self.destroyed:
            try:
                piece = next(pieces, None)
            except Exception as error:
                self.destroy(error)  # as in Node: the callback of the write is not called
                return
            if piece is None:
                callback()
                return
            allowance -= len(piece)
            if not self._give_(piece):
                self._resume_ = functools.partial(self._work_, pieces, allowance, callback)
                return
        if not self.destroyed:
            inThread(lambda: next(pieces, None), functools.partial(self._answered_, pieces, callback), "Zlib")

    def _answered_(
        self, pieces: Iterator[bytes], callback: _Callback, piece: bytes | None, error: BaseException | None
    ) -> None:
        if self.destroyed:
            return
        if error is not None:
            self.destroy(error)
        elif piece is None:
            callback()
        elif self._give_(piece):
            self._work_(pieces, 0, callback)
        else:
            self._resume_ = functools.partial(self._work_, pieces, 0, callback)

    def _give_(self, piece: bytes) -> bool:
        """False when the reader has had enough for now."""
        return not piece or self.push(piece)

    def _read(self, size: int) -> None:
        resume, self._resume_ = self._resume_, None
        if resume is not None:
            resume()
        super()._read(size)


class _Adjustable(ZlibBase):
    """What compresses with zlib: level and strategy may change on the way."""

    __slots__ = ()

    def params(self, level: int, strategy: int, callback: _Callback | None = None) -> None:
        """Change the level and the strategy for what is written from now on.

        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/zlib.html#zlibparamslevel-strategy-callback
        """
        level = inRange(level, "level", c.Z_DEFAULT_LEVEL, c.Z_MIN_LEVEL, c.Z_MAX_LEVEL)
        strategy = inRange(strategy, "strategy", c.Z_DEFAULT_STRATEGY, c.Z_DEFAULT_STRATEGY, c.Z_FIXED)
        engine = self._engine_
        assert isinstance(engine, Deflating)

        def change(error: BaseException | None = None) -> None:
            if error is None:
                engine.params(level, strategy)
                if callback is not None:
                    fit(callback, 0)()

        if (level, strategy) != (engine.level, engine.strategy):
            self.flush(c.Z_SYNC_FLUSH, change)
        elif callback is not None:
            ticks.nextTick(fit(callback, 0))


class Deflate(_Adjustable):
    """Compresses, in zlib's format. Node: https://nodejs.org/api/zlib.html#class-zlibdeflate"""

    __slots__ = ()
    _kind_ = c.DEFLATE


class Inflate(ZlibBase):
    """Decompresses zlib's format. Node: https://nodejs.org/api/zlib.html#class-zlibinflate"""

    __slots__ = ()
    _kind_ = c.INFLATE


class Gzip(_Adjustable):
    """Compresses, in gzip's format. Node: https://nodejs.org/api/zlib.html#class-zlibgzip"""

    __slots__ = ()
    _kind_ = c.GZIP


class Gunzip(ZlibBase):
    """Decompresses gzip's format, any number of members. Node: https://nodejs.org/api/zlib.html#class-zlibgunzip"""

    __slots__ = ()
    _kind_ = c.GUNZIP


class DeflateRaw(_Adjustable):
    """Compresses, without head and check. Node: https://nodejs.org/api/zlib.html#class-zlibdeflateraw"""

    __slots__ = ()
    _kind_ = c.DEFLATERAW


class InflateRaw(ZlibBase):
    """Decompresses data without head and check. Node: https://nodejs.org/api/zlib.html#class-zlibinflateraw"""

    __slots__ = ()
    _kind_ = c.INFLATERAW


class Unzip(ZlibBase):
    """Decompresses gzip's or zlib's format, by its head. Node: https://nodejs.org/api/zlib.html#class-zlibunzip"""

    __slots__ = ()
    _kind_ = c.UNZIP


class BrotliCompress(ZlibBase):
    """Compresses, in Brotli's format. Node: https://nodejs.org/api/zlib.html#class-zlibbrotlicompress"""

    __slots__ = ()
    _kind_ = c.BROTLI_ENCODE
    _fullFlush_ = c.BROTLI_OPERATION_FLUSH
    _inline_ = 0  # at full quality a small chunk takes tens of milliseconds


class BrotliDecompress(ZlibBase):
    """Decompresses Brotli's format. Node: https://nodejs.org/api/zlib.html#class-zlibbrotlidecompress"""

    __slots__ = ()
    _kind_ = c.BROTLI_DECODE
    _fullFlush_ = c.BROTLI_OPERATION_FLUSH


class ZstdCompress(ZlibBase):
    """Compresses, in Zstandard's format. Node: https://nodejs.org/api/zlib.html#class-zlibzstdcompress"""

    __slots__ = ()
    _kind_ = c.ZSTD_COMPRESS
    _fullFlush_ = c.ZSTD_e_flush
    _inline_ = 0  # as of BrotliCompress


class ZstdDecompress(ZlibBase):
    """Decompresses Zstandard's format. Node: https://nodejs.org/api/zlib.html#class-zlibzstddecompress"""

    __slots__ = ()
    _kind_ = c.ZSTD_DECOMPRESS
    _fullFlush_ = c.ZSTD_e_flush
