"""Brotli in pieces, on the package `Brotli` (Google's own).

The package does not say what is wrong with damaged data, and takes what follows the end of the data for damage.

Node: https://nodejs.org/api/zlib.html#class-brotlioptions
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from ..errors import NodeError
from . import constants as c
from .settings import Settings
from .slices import incomplete, slicesOf

__all__ = ["BrotliCompressing", "BrotliDecompressing", "requireBrotli"]


@cache
def requireBrotli() -> Any:
    """The package.

    Raises: ModuleNotFoundError that names the extra.
    """
    try:
        library = importlib.import_module("brotli")
    except ModuleNotFoundError:
        raise ModuleNotFoundError("Brotli needs `pip install 'nodecompat[brotli]'`", name="brotli") from None
    if not hasattr(library.Decompressor, "can_accept_more_data"):
        text = "Brotli needs version 1.2 of its package, which bounds output: `pip install -U 'nodecompat[brotli]'`"
        raise ModuleNotFoundError(text, name="brotli")
    return library


def _bounded(value: int, least: int, most: int) -> int:
    """As the library takes what is out of range."""
    return min(max(value, least), most)


class BrotliCompressing:
    """Compresses."""

    def __init__(self, settings: Settings) -> None:
        self._library = requireBrotli()
        self._settings = settings
        params = settings.params
        mode, block = params.get(c.BROTLI_PARAM_MODE, 0), params.get(c.BROTLI_PARAM_LGBLOCK, 0)
        quality = params.get(c.BROTLI_PARAM_QUALITY, c.BROTLI_DEFAULT_QUALITY)
        window = params.get(c.BROTLI_PARAM_LGWIN, c.BROTLI_DEFAULT_WINDOW)
        self._arguments = {
            "mode": mode if mode in (c.BROTLI_MODE_TEXT, c.BROTLI_MODE_FONT) else c.BROTLI_MODE_GENERIC,
            "quality": _bounded(quality, c.BROTLI_MIN_QUALITY, c.BROTLI_MAX_QUALITY),
            "lgwin": _bounded(window, c.BROTLI_MIN_WINDOW_BITS, c.BROTLI_MAX_WINDOW_BITS),
            "lgblock": block and _bounded(block, c.BROTLI_MIN_INPUT_BLOCK_BITS, c.BROTLI_MAX_INPUT_BLOCK_BITS),
        }
        self.reset()

    def reset(self) -> None:
        """Begin a new stream."""
        self._compressor = self._library.Compressor(**self._arguments)

    def feed(self, data: bytes, flush: int) -> Iterator[bytes]:
        """The output of some input."""
        for part in slicesOf(data):
            yield self._compressor.process(part)
        if flush == c.BROTLI_OPERATION_FLUSH:
            yield self._compressor.flush()

    def finish(self) -> Iterator[bytes]:
        """The rest of the output."""
        if self._settings.finishFlush == c.BROTLI_OPERATION_FINISH:
            yield self._compressor.finish()
        elif self._settings.finishFlush == c.BROTLI_OPERATION_FLUSH:
            yield self._compressor.flush()


class BrotliDecompressing:
    """Decompresses."""

    def __init__(self, settings: Settings) -> None:
        self._library = requireBrotli()
        self._settings = settings
        self.reset()

    def reset(self) -> None:
        """Begin a new stream."""
        self._decompressor = self._library.Decompressor()

    def feed(self, data: bytes, flush: int) -> Iterator[bytes]:
        """The output of some input."""
        for part in slicesOf(data):
            piece = self._process(part)
            yield piece
            # It takes more input before all that it has is out.
            while piece and not self._decompressor.is_finished():
                piece = self._process(b"")
                yield piece

    def _process(self, data: bytes) -> bytes:
        try:
            found: bytes = self._decompressor.process(data, output_buffer_limit=self._settings.chunkSize)
        except self._library.error:
            raise NodeError("Decompression failed", code="ERR__ERROR_FORMAT") from None
        return found

    def finish(self) -> Iterator[bytes]:
        """Nothing more comes: an error if the data is not whole."""
        if self._settings.finishFlush == c.BROTLI_OPERATION_FINISH and not self._decompressor.is_finished():
            raise incomplete()
        yield from ()
