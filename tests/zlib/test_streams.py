"""zlib's streams."""

from __future__ import annotations

import gzip
import random
import zlib as pythons
from typing import Any

import oracle
import pytest
import pytest_twisted

from nodecompat import zlib
from nodecompat.errors import ERR_OUT_OF_RANGE
from nodecompat.events import once
from nodecompat.reactor.loop import activity
from nodecompat.stream import Readable
from nodecompat.stream import promises as stream
from nodecompat.timers import promises as timers
from nodecompat.timers import setImmediate

check = pytest_twisted.ensureDeferred
PAIRS = [
    ("Gzip", "Gunzip"),
    ("Deflate", "Inflate"),
    ("DeflateRaw", "InflateRaw"),
    ("Gzip", "Unzip"),
    ("Deflate", "Unzip"),
]


async def collected(source: Any) -> bytes:
    return b"".join([bytes(piece) async for piece in source])


@pytest.mark.parametrize("writer, reader", PAIRS)
@check
async def testThereAndBack(writer: str, reader: str) -> None:
    choose = random.Random(writer + reader)
    chunks = [choose.randbytes(choose.choice([1, 50, 5000])) * choose.choice([1, 20]) for _ in range(15)] + [
        b"x" * 400_000
    ]
    choose.shuffle(chunks)
    unpacked = getattr(zlib, f"create{reader}")()
    done = stream.pipeline(Readable.from_(chunks), getattr(zlib, f"create{writer}")(), unpacked)
    assert await collected(unpacked) == b"".join(chunks)
    await done


PROGRAM = """
const zlib = require('zlib'), log = [], errors = [], gzip = zlib.createGzip(), gunzip = zlib.createGunzip();
gzip.on('data', () => {}).on('end', () => log.push(['end', gzip.bytesWritten]));
gzip.on('close', () => { log.push('close'); done() });
gzip.write('abc', () => log.push('written'));
const onParams = () => { log.push('params'); gzip.end('x', () => log.push('finish')) };
gzip.flush(() => { log.push('flushed'); gzip.params(9, 0, onParams) });
gunzip.on('error', (error) => errors.push(error.code, error.errno, error.message));
gunzip.on('close', () => { errors.push('close'); done() });
gunzip.write(Buffer.from('junk'), (error) => errors.push(error.code));
let left = 2;
function done() { if (--left === 0) console.log(JSON.stringify([errors, ...log])) }
"""
RECORDED = [
    ["Z_DATA_ERROR", -3, "incorrect header check", "close"],
    "written",
    "flushed",
    "params",
    "finish",
    ["end", 4],
    "close",
]


@check
async def testTheOrderOfEverything() -> None:
    log: list[Any] = []
    errors: list[Any] = []
    gzip, gunzip = zlib.createGzip(), zlib.createGunzip()

    def onFlush() -> None:
        log.append("flushed")
        gzip.params(9, 0, onParams)

    def onParams() -> None:
        log.append("params")
        gzip.end("x", lambda: log.append("finish"))

    gzip.on("data", lambda: None).on("end", lambda: log.append(["end", gzip.bytesWritten]))
    gzip.on("close", lambda: log.append("close"))
    gzip.write("abc", lambda: log.append("written"))
    gzip.flush(onFlush)
    gunzip.on("error", lambda error: errors.extend([error.code, error.errno, str(error)]))
    gunzip.on("close", lambda: errors.append("close"))
    gunzip.write(b"junk", lambda error: errors.append(error.code))
    await once(gzip, "close")
    assert [errors, *log] == RECORDED


@oracle.needsNode
def testTheRecordIsNodes() -> None:
    assert oracle.evaluate(PROGRAM) == RECORDED


@check
async def testWhatIsFlushedCanBeReadAtOnce() -> None:
    gzip, seen = zlib.createGzip(), bytearray()
    gzip.on("data", seen.extend)
    gzip.write("first ")
    flushed: Any = timers.setImmediate()
    await flushed
    gzip.flush(lambda: seen.extend(b""))
    await once(gzip, "drain") if gzip.writableNeedDrain else await timers.setTimeout(20)
    assert pythons.decompressobj(31).decompress(bytes(seen)) == b"first "
    gzip.destroy()


@check
async def testAReaderThatWaitsIsWaitedFor() -> None:
    """400 KiB unpack to 400 MB: no more of them are made than fit."""
    gunzip = zlib.createGunzip()
    gunzip.write(gzip.compress(bytes(20_000_000), 9) * 20)
    await timers.setTimeout(50)
    assert 0 < gunzip.readableLength <= gunzip.readableHighWaterMark + zlib.constants.Z_DEFAULT_CHUNK
    total = 0
    while total < 1_000_000:
        piece = gunzip.read()
        if piece is None:
            await once(gunzip, "readable")
        else:
            total += len(piece)
    assert gunzip.readableLength <= gunzip.readableHighWaterMark + zlib.constants.Z_DEFAULT_CHUNK
    gunzip.destroy()


@check
async def testTheLoopGoesOnMeanwhile() -> None:
    turns = 0
    compress = zlib.createGzip(level=9)
    compress.resume()

    def turn() -> None:
        nonlocal turns
        turns += 1
        if not compress.readableEnded:
            setImmediate(turn)

    compress.end(random.Random(1).randbytes(1_000_000))
    turn()
    await once(compress, "end")
    assert turns > 20


@check
async def testWorkKeepsTheProgramAlive() -> None:
    compress = zlib.createGzip()
    compress.end(bytes(200_000))
    await timers.setImmediate()
    assert "Zlib" in activity.resources()
    compress.resume()
    await once(compress, "end")
    assert "Zlib" not in activity.resources()


@check
async def testADestroyedStreamSaysNothingMore() -> None:
    gunzip, log = zlib.createGunzip(), []
    gunzip.on("data", lambda: log.append("data")).on("error", lambda: log.append("error"))
    gunzip.write(gzip.compress(bytes(300_000)))
    gunzip.close(lambda: log.append("close"))
    await timers.setTimeout(20)
    gunzip.close(lambda: log.append("again"))
    await timers.setImmediate()
    assert log == ["close", "again"]


@check
async def testTruncatedData() -> None:
    gunzip = zlib.createGunzip()
    gunzip.resume()
    gunzip.end(gzip.compress(b"x" * 100)[:-3])
    with pytest.raises(Exception, match="unexpected end of file") as caught:
        await once(gunzip, "end")
    assert caught.value.code == "Z_BUF_ERROR"  # type: ignore[attr-defined]


@check
async def testAfterAResetANewStreamBegins() -> None:
    deflate = zlib.createDeflate()
    deflate.reset()
    deflate.end("x")
    assert pythons.decompress(await collected(deflate)) == b"x"


@check
async def testFlushAfterTheEnd() -> None:
    deflate, log = zlib.createDeflate(), []
    deflate.end("x")
    deflate.flush(lambda: log.append("at the end"))
    deflate.resume()
    await once(deflate, "end")
    deflate.flush(2, lambda: log.append("later"))
    deflate.flush()
    await timers.setImmediate()
    assert log == ["at the end", "later"]


@check
async def testParamsThatChangeNothing() -> None:
    deflate, log = zlib.createDeflate(level=5), []
    deflate.params(5, 0, lambda: log.append("done"))
    await timers.setImmediate()
    assert log == ["done"]
    with pytest.raises(ERR_OUT_OF_RANGE, match="It must be >= -1 and <= 9"):
        deflate.params(10, 0)


def testOptionsOfTheStream() -> None:
    gzip = zlib.createGzip({"level": 1}, highWaterMark=5)
    assert gzip.writableHighWaterMark == gzip.readableHighWaterMark == 5
    assert zlib.Gzip(chunkSize=100).readableHighWaterMark == zlib.createGunzip().readableHighWaterMark


@check
async def testACallbackMayTakeAnError() -> None:
    log: list[Any] = []
    gzip = zlib.createGzip()
    gzip.resume()
    gzip.params(9, 0, log.append)
    gzip.params(9, 0, lambda error: log.append(error))
    gzip.end()
    await once(gzip, "close")
    gzip.flush(log.append)
    gzip.close(log.append)
    await timers.setImmediate()
    assert log == [None] * 4
