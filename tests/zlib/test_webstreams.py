"""CompressionStream and DecompressionStream; comparisons/globals.py compares their errors with Node's."""

from __future__ import annotations

import gzip

import pytest
import pytest_twisted
from webstreams import collect

from nodecompat import Blob, CompressionStream, DecompressionStream, ReadableStream
from nodecompat.errors import NodeError


@pytest.mark.parametrize("format", ["gzip", "deflate", "deflate-raw", "brotli"])
@pytest_twisted.ensureDeferred
async def testThereAndBack(format: str) -> None:
    if format == "brotli":
        pytest.importorskip("brotli")
    data = bytes(range(256)) * 1000
    packed = Blob([data]).stream().pipeThrough(CompressionStream(format))
    assert b"".join(await collect(packed.pipeThrough(DecompressionStream(format)))) == data


@pytest_twisted.ensureDeferred
async def testAnErrorHasTheOneOfZlibAsItsCause() -> None:
    cut = ReadableStream.from_([gzip.compress(b"hello")[:10]])
    with pytest.raises(TypeError) as caught:
        await collect(cut.pipeThrough(DecompressionStream("gzip")))
    assert getattr(caught.value, "code", None) == "Z_BUF_ERROR"
    assert str(caught.value.__cause__) == "unexpected end of file"


@pytest.mark.parametrize("more", [b"x", b"hello"])
@pytest_twisted.ensureDeferred
async def testWhatFollowsBrotliDataIsDamage(more: bytes) -> None:
    """Node says ERR_TRAILING_JUNK_AFTER_STREAM_END."""
    brotli = pytest.importorskip("brotli")
    joined = ReadableStream.from_([brotli.compress(b"hello") + more])
    with pytest.raises(TypeError) as caught:
        await collect(joined.pipeThrough(DecompressionStream("brotli")))
    assert getattr(caught.value, "code", None) == "ERR__ERROR_FORMAT"


@pytest.mark.parametrize("format", ["x", "GZIP", None, 5])
def testAnUnknownFormat(format: str) -> None:
    with pytest.raises(NodeError) as caught:
        CompressionStream(format)
    assert (caught.value.code, caught.value.name) == ("ERR_INVALID_ARG_VALUE", "TypeError")
