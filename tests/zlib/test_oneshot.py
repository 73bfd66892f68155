"""zlib's functions without a stream; the recorded cases are in test_engines.py."""

from __future__ import annotations

import gzip
import threading
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat import zlib
from nodecompat.buffer import Buffer
from nodecompat.errors import ERR_BUFFER_TOO_LARGE, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, NodeError
from nodecompat.util import promisify

check = pytest_twisted.ensureDeferred
NAMES = [
    ("deflate", "inflate"),
    ("gzip", "gunzip"),
    ("deflateRaw", "inflateRaw"),
    ("gzip", "unzip"),
    ("deflate", "unzip"),
]


@pytest.mark.parametrize("writer, reader", NAMES)
@check
async def testThereAndBack(writer: str, reader: str) -> None:
    packed = await promisify(getattr(zlib, writer))("some text é", {"level": 9})
    assert await promisify(getattr(zlib, reader))(Buffer.from_(packed)) == "some text é".encode()
    assert getattr(zlib, f"{reader}Sync")(getattr(zlib, f"{writer}Sync")(memoryview(b"x"))) == b"x"


@check
async def testTheLoopIsFreeMeanwhile() -> None:
    answer: Deferred[Any] = Deferred()
    zlib.gzip(bytes(1_000_000), lambda error, data: answer.callback((error, data, threading.current_thread())))
    assert not answer.called
    error, data, thread = await answer
    assert (error, gzip.decompress(data), thread) == (None, bytes(1_000_000), threading.main_thread())


@check
async def testErrors() -> None:
    with pytest.raises(NodeError, match="incorrect header check") as caught:
        await promisify(zlib.gunzip)(b"junk")
    assert (caught.value.code, caught.value.errno) == ("Z_DATA_ERROR", -3)  # type: ignore[attr-defined]
    with pytest.raises(ERR_BUFFER_TOO_LARGE, match="Cannot create a Buffer larger than 10 bytes"):
        zlib.gunzipSync(gzip.compress(bytes(100)), maxOutputLength=10)


def testABombIsBounded() -> None:
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)) * 3)
    with pytest.raises(ERR_BUFFER_TOO_LARGE):
        zlib.gunzipSync(zlib.gunzipSync(bomb), maxOutputLength=1_000_000)


def testInfo() -> None:
    found = zlib.deflateSync("abc", info=True)
    assert zlib.inflateSync(found.buffer) == b"abc"
    assert type(found["engine"]) is zlib.Deflate


def testCrc32() -> None:
    assert zlib.crc32("hello") == zlib.crc32(b"hello") == zlib.crc32("lo", zlib.crc32("hel")) == 907060870


@pytest.mark.parametrize(
    "call, error, message",
    [
        (
            lambda: zlib.crc32(5),
            ERR_INVALID_ARG_TYPE,
            'The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received '
            "type number (5)",
        ),
        (
            lambda: zlib.crc32("a", -1),
            ERR_OUT_OF_RANGE,
            'The value of "value" is out of range. It must be >= 0 && <= 4294967295. Received -1',
        ),
        (
            lambda: zlib.deflateSync(5),
            ERR_INVALID_ARG_TYPE,
            'The "buffer" argument must be of type string or an instance of Buffer, TypedArray, DataView, or '
            "ArrayBuffer. Received type number (5)",
        ),
        (
            lambda: zlib.gzip("x"),
            ERR_INVALID_ARG_TYPE,
            'The "callback" argument must be of type function. Received undefined',
        ),
        (
            lambda: zlib.gzip("x", {}, 5),
            ERR_INVALID_ARG_TYPE,
            'The "callback" argument must be of type function. Received type number (5)',
        ),
    ],
)
def testWrongArguments(call: Any, error: type[NodeError], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def testTheFunctionsHaveNamesAndTexts() -> None:
    assert zlib.gzipSync.__name__ == "gzipSync"
    assert (zlib.gunzip.__doc__ or "").startswith("Decompress gzip's format, any number of members data that is there")
