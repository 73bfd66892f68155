"""Zstandard; the recorded cases are in test_brotli.py."""

from __future__ import annotations

import random
import sys
from typing import Any
from unittest import mock

import pytest
import pytest_twisted
import zlibcases

from nodecompat import zlib
from nodecompat.errors import ERR_BUFFER_TOO_LARGE, ERR_TRAILING_JUNK_AFTER_STREAM_END, NodeError
from nodecompat.stream import Readable
from nodecompat.stream.consumers import buffer
from nodecompat.util import promisify
from nodecompat.zlib import constants as c
from nodecompat.zlib import zstd

check = pytest_twisted.ensureDeferred
needsZstd = pytest.mark.skipif(not zlibcases.has("zstd"), reason="needs Python 3.14 or the package backports.zstd")
TEXT = b"".join(random.Random(2).choice([b"some ", b"words ", b"again "]) for _ in range(3000))


@needsZstd
@check
async def testStreams() -> None:
    writer, reader = zlib.createZstdCompress(params={c.ZSTD_c_checksumFlag: 1}), zlib.createZstdDecompress()
    for start in range(0, len(TEXT), 999):
        writer.write(TEXT[start : start + 999])
    writer.end()
    assert await buffer(writer.pipe(reader)) == TEXT


@needsZstd
@check
async def testFlushedDataCanBeRead() -> None:
    writer, reader = zlib.createZstdCompress(), zlib.createZstdDecompress()
    writer.pipe(reader)
    writer.write(b"half of it")
    await promisify(writer.flush)()
    async for chunk in reader:
        assert chunk == b"half of it"
        break


@needsZstd
@check
async def testFramesMayBeCutAnywhere() -> None:
    skipped = bytes.fromhex("522a4d1803000000616263")
    frames = [zlib.zstdCompressSync("one "), skipped, zlib.zstdCompressSync(""), zlib.zstdCompressSync("two")]
    packed = b"".join([*frames, b"junk"])
    for size in range(1, 40):
        pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
        assert await buffer(Readable.from_(pieces).pipe(zlib.createZstdDecompress())) == b"one two"
        with pytest.raises(ERR_TRAILING_JUNK_AFTER_STREAM_END):
            await buffer(Readable.from_(pieces).pipe(zlib.createZstdDecompress(rejectGarbageAfterEnd=True)))


@needsZstd
@check
async def testABombIsBounded() -> None:
    bomb = await promisify(zlib.zstdCompress)(bytes(50_000_000))
    with pytest.raises(ERR_BUFFER_TOO_LARGE):
        await promisify(zlib.zstdDecompress)(bomb, maxOutputLength=1_000_000)
    settings = zlib.settings.settingsOf(c.ZSTD_DECOMPRESS, {"chunkSize": 1000}, {})
    assert max(map(len, zstd.ZstdDecompressing(settings).feed(bomb, 0))) == 1000


@needsZstd
@pytest.mark.parametrize("dictionary", [b"some words again " * 5, b"short"])
def testDictionaries(dictionary: bytes) -> None:
    packed = zlib.zstdCompressSync(TEXT, dictionary=dictionary)
    assert zlib.zstdDecompressSync(packed, dictionary=memoryview(dictionary)) == TEXT
    if len(dictionary) > 8:
        with pytest.raises(NodeError):
            zlib.zstdDecompressSync(packed)


@needsZstd
def testThePledge() -> None:
    assert zlib.zstdDecompressSync(zlib.zstdCompressSync("abc", pledgedSrcSize=3)) == b"abc"
    with pytest.raises(NodeError, match="Src size is incorrect") as caught:
        zlib.zstdCompressSync("abc", pledgedSrcSize=4)
    assert (caught.value.code, caught.value.errno) == ("ZSTD_error_srcSize_wrong", 72)  # type: ignore[attr-defined]


def testWithoutALibraryTheExtraIsNamed() -> None:
    missing: dict[str, Any] = {"compression.zstd": None, "backports.zstd": None}
    zstd.requireZstd.cache_clear()
    try:
        with mock.patch.dict(sys.modules, missing):
            for call in (lambda: zlib.zstdCompressSync(b""), zlib.createZstdDecompress):
                with pytest.raises(ModuleNotFoundError, match=r"nodecompat\[zstd\]"):
                    call()
    finally:
        zstd.requireZstd.cache_clear()
