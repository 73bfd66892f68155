"""Content-Encoding of responses, in pieces and with a bound: gzip and deflate, and with their extras brotli and zstd.

A decoder is fed the input and asked for pieces of at most 64 KiB, so a small response that unpacks to a huge one is
never in memory whole, as long as the body is read as a stream. What collects it (`text()`, `json()`, …) is guarded by a
bound: above `FREE_SIZE` decoded bytes, the decoded body may not be more than `MAX_RATIO` times as long as the input.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import Protocol

from ..errors import NodeError
from ..zlib import constants
from ..zlib.engines import Engine, engineOf
from ..zlib.settings import settingsOf

#: Bytes of one decoded piece.
PIECE = 64 * 1024
#: Decoded bytes that are always allowed, and how many times longer than its encoded form a longer body may be.
#: Texts reach 5 to 30, logs 100; deflate's own limit is 1032, and one encoding inside another multiplies.
FREE_SIZE = 16 * 1024 * 1024
MAX_RATIO = 200
#: Most encodings around one body; more are an attack.
MAX_ENCODINGS = 5


class DecodingError(NodeError):
    """The body cannot be decoded, or gets too large: codes Z_DATA_ERROR, ERR_DECODED_BODY_TOO_LARGE."""


class Decoder(Protocol):
    """Encoded bytes in, decoded pieces out."""

    def feed(self, data: bytes) -> None: ...
    def take(self) -> bytes | None:
        """The next piece; None when more input is needed."""

    def finish(self) -> None:
        """There is no more input. Raises: DecodingError, where half of it is worth nothing."""


class Inflate:
    """gzip (any number of members), zlib or raw deflate, told apart by the first byte."""

    def __init__(self, isGzip: bool) -> None:
        self._isGzip = isGzip
        self._inflater: zlib._Decompress | None = None
        self._input = b""
        self._hasMember = False  # one is complete
        self._isEnd = False

    def feed(self, data: bytes) -> None:
        self._input += data

    def take(self) -> bytes | None:
        while self._input and not self._isEnd:
            if self._inflater is None:
                # As in Node, anything but another member after the last one is ignored.
                self._isEnd = self._hasMember and not (self._isGzip and self._input[0] == 0x1F)
                if self._isEnd:
                    break
                self._inflater = self._start()
            try:
                piece = self._inflater.decompress(self._input, PIECE)
            except zlib.error as error:
                raise DecodingError(str(error).rpartition(": ")[2], code="Z_DATA_ERROR", errno=-3) from error
            self._input = self._inflater.unconsumed_tail
            if self._inflater.eof:
                self._input, self._inflater, self._hasMember = self._inflater.unused_data, None, True
            if piece:
                return piece
        return self._rest()

    def finish(self) -> None:
        """What has come is given: as in Node, a body may end too early."""

    def _rest(self) -> bytes | None:
        """The output the inflater still holds when all input is consumed and a full piece came out."""
        return (self._inflater.decompress(b"", PIECE) or None) if self._inflater is not None else None

    def _start(self) -> zlib._Decompress:
        if self._isGzip:
            return zlib.decompressobj(16 + zlib.MAX_WBITS)
        isZlib = self._input[0] & 0x0F == 8
        return zlib.decompressobj(zlib.MAX_WBITS if isZlib else -zlib.MAX_WBITS)


class Unpack:
    """brotli or zstd, by the engines of the module zlib."""

    def __init__(self, kind: int) -> None:
        self._engine: Engine = engineOf(settingsOf(kind, {"chunkSize": PIECE}, {}))
        self._input: deque[bytes] = deque()
        self._output: Iterator[bytes] = iter(())
        self._mustEnd = kind == constants.ZSTD_DECOMPRESS

    def feed(self, data: bytes) -> None:
        self._input.append(data)

    def take(self) -> bytes | None:
        try:
            while True:
                piece = next(self._output, None)
                if piece:
                    return piece
                if piece is None:
                    if not self._input:
                        return None
                    self._output = self._engine.feed(self._input.popleft(), constants.Z_NO_FLUSH)
        except NodeError as error:
            raise DecodingError(error.message, code=error.code, errno=getattr(error, "errno", None)) from error

    def finish(self) -> None:
        if self._mustEnd:
            try:
                for _ in self._engine.finish():
                    pass
            except NodeError as error:
                raise DecodingError(error.message, code=error.code, errno=getattr(error, "errno", None)) from error


class Chain:
    """A chain of decoders, the last encoding first, with one bound over all."""

    def __init__(self, decoders: list[Decoder]) -> None:
        self._decoders = decoders
        self._taken = 0
        self._fed = 0

    def feed(self, data: bytes) -> None:
        self._fed += len(data)
        self._decoders[0].feed(data)

    def take(self) -> bytes | None:
        piece = self._takeFrom(len(self._decoders) - 1)
        if piece is not None:
            self._taken += len(piece)
            if self._taken > FREE_SIZE and self._taken > self._fed * MAX_RATIO:
                raise DecodingError(
                    f"The decoded body is more than {MAX_RATIO} times as long as what was received",
                    code="ERR_DECODED_BODY_TOO_LARGE",
                )
        return piece

    def finish(self) -> None:
        for decoder in self._decoders:
            decoder.finish()

    def _takeFrom(self, index: int) -> bytes | None:
        decoder = self._decoders[index]
        piece = decoder.take()
        while piece is None and index:
            data = self._takeFrom(index - 1)
            if data is None:
                return None
            decoder.feed(data)
            piece = decoder.take()
        return piece


@cache
def _kinds() -> dict[str, int]:
    """The encodings whose libraries are there, in the order in which they are asked for."""
    kinds = {"gzip": constants.GUNZIP, "deflate": constants.INFLATE}
    for name, kind in (("br", constants.BROTLI_DECODE), ("zstd", constants.ZSTD_DECOMPRESS)):
        try:
            Unpack(kind)
        except ModuleNotFoundError:
            continue
        kinds[name] = kind
    return kinds


@cache
def acceptedOver(protocol: str) -> str:
    """What a request asks for: without TLS, where proxies may know no better, only what is old."""
    if protocol != "https:":
        return "gzip, deflate"
    return ", ".join(name for name in ("br", "gzip", "deflate", "zstd") if name in _kinds())


def decoderFor(contentEncoding: str | None) -> Decoder | None:
    """A decoder for the value of Content-Encoding. As in Node, a body with an unknown encoding is left alone: None."""
    if contentEncoding is None:
        return None
    names = [name.strip().lower().removeprefix("x-") for name in contentEncoding.split(",") if name.strip()]
    if not names or not all(name in _kinds() for name in names):
        return None
    if len(names) > MAX_ENCODINGS:
        raise DecodingError(f"too many content-encodings in response: {len(names)}, maximum allowed is {MAX_ENCODINGS}")
    return Chain([Inflate(name == "gzip") if name in ("gzip", "deflate") else Unpack(_kinds()[name])
                  for name in reversed(names)])  # fmt: skip
