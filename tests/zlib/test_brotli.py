"""Brotli; recorded cases of Brotli and Zstandard."""

from __future__ import annotations

import random
import sys
from typing import Any
from unittest import mock

import pytest
import pytest_twisted
import zlibcases

from nodecompat import zlib
from nodecompat.errors import ERR_BUFFER_TOO_LARGE, NodeError
from nodecompat.stream import Readable
from nodecompat.stream.consumers import buffer
from nodecompat.util import promisify
from nodecompat.zlib import brotli

check = pytest_twisted.ensureDeferred
needsBrotli = pytest.mark.skipif(not zlibcases.has("brotli"), reason="needs the package Brotli")
TEXT = b"".join(random.Random(1).choice([b"some ", b"words ", b"again "]) for _ in range(3000))


@zlibcases.needsLater
def testRecordedCases() -> None:
    assert len(zlibcases.recorded("later")) == 1500
    assert zlibcases.wrong(zlibcases.recorded("later")) == []


@needsBrotli
@check
async def testStreams() -> None:
    writer, reader = zlib.createBrotliCompress(), zlib.createBrotliDecompress(chunkSize=100)
    for start in range(0, len(TEXT), 999):
        writer.write(TEXT[start : start + 999])
    writer.end()
    assert await buffer(writer.pipe(reader)) == TEXT
    assert (writer.bytesWritten, len(TEXT)) == (len(TEXT), len(TEXT))


@needsBrotli
@check
async def testFlushedDataCanBeRead() -> None:
    writer, reader = zlib.createBrotliCompress(), zlib.createBrotliDecompress()
    writer.pipe(reader)
    writer.write(b"half of it")
    await promisify(writer.flush)()
    async for chunk in reader:
        assert chunk == b"half of it"
        break


@needsBrotli
@check
async def testDataMayBeCutAnywhere() -> None:
    packed = zlib.brotliCompressSync(TEXT, {"params": {zlib.constants.BROTLI_PARAM_QUALITY: 5}})
    for size in (1, 7, 100):
        pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
        assert await buffer(Readable.from_(pieces).pipe(zlib.createBrotliDecompress())) == TEXT


@needsBrotli
@check
async def testABombIsBounded() -> None:
    bomb = await promisify(zlib.brotliCompress)(bytes(20_000_000), params={1: 1})
    with pytest.raises(ERR_BUFFER_TOO_LARGE):
        await promisify(zlib.brotliDecompress)(bomb, maxOutputLength=1_000_000)


@needsBrotli
def testWhatFollowsTheDataIsAnError() -> None:
    """Node ignores it; the package cannot tell it from damage."""
    packed = zlib.brotliCompressSync(b"data")
    reader = brotli.BrotliDecompressing(zlib.settings.settingsOf(zlib.constants.BROTLI_DECODE, None, {}))
    assert b"".join(reader.feed(packed, 0)) == b"data"
    for call in (lambda: zlib.brotliDecompressSync(packed + b"x"), lambda: list(reader.feed(b"x", 0))):
        with pytest.raises(NodeError, match="Decompression failed") as caught:
            call()
        assert caught.value.code == "ERR__ERROR_FORMAT"


@needsBrotli
@check
async def testAfterAResetANewStreamBegins() -> None:
    reader = zlib.createBrotliDecompress()
    reader.reset()
    assert await buffer(reader.end(zlib.brotliCompressSync("x"))) == b"x"


@pytest.mark.parametrize("library", [None, mock.Mock(Decompressor=object)])
def testWithoutThePackageTheExtraIsNamed(library: Any) -> None:
    brotli.requireBrotli.cache_clear()
    try:
        with mock.patch.dict(sys.modules, {"brotli": library}):
            for call in (lambda: zlib.brotliCompressSync(b""), zlib.createBrotliDecompress):
                with pytest.raises(ModuleNotFoundError, match=r"nodecompat\[brotli\]"):
                    call()
    finally:
        brotli.requireBrotli.cache_clear()


@needsBrotli
@pytest.mark.parametrize("size", [70_000, 98_272, 5_000_000])
def testWhatUnpacksToMuchMoreIsWhole(size: int) -> None:
    """The library takes more input before all that it has is out."""
    import brotli as library

    assert len(zlib.brotliDecompressSync(library.compress(b"x" * size))) == size
