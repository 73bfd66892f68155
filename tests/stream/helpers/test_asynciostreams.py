"""asyncio's StreamReader and StreamWriter in pipelines, in programs that asyncio's loop runs."""

from __future__ import annotations

import asyncio

import pytest
from program import python

from nodecompat.errors import NodeError
from nodecompat.stream import Duplex, Readable

PROLOGUE = """
import asyncio, hashlib, sys
from nodecompat import insideAsyncio
from nodecompat.reactor.loop import activity
from nodecompat.reactor.loop.coroutines import asFuture
from nodecompat.stream import Duplex, PassThrough, Readable, Transform, consumers, promises

DATA = bytes(range(256)) * 16_384  # 4 MB

async def connected(serve):
    '''A connection to a server that does `serve(reader, writer)`; its end is awaited by `done`.'''
    done = asyncio.get_running_loop().create_future()
    async def onConnection(reader, writer):
        try:
            done.set_result(await serve(reader, writer))
        except Exception as error:
            done.set_exception(error)
    server = await asyncio.start_server(onConnection, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    return server, reader, writer, done

def upper():
    return Transform(transform=lambda chunk, encoding, callback: callback(None, chunk.upper()))
"""


def play(main: str) -> str:
    """Run the coroutine function `main` inside asyncio; what the program prints."""
    code, out, err = python(
        "-W", "default::ResourceWarning", "-c", PROLOGUE + main + "\nasyncio.run(insideAsyncio(main))\n"
    )
    assert (code, err) == (0, "")
    return out


def testASourceAndADestination() -> None:
    main = """
async def main():
    async def serve(reader, writer):  # sends back what it gets, in capitals
        await asFuture(promises.pipeline(reader, upper(), writer))
        return writer.is_closing()
    server, reader, writer, done = await connected(serve)
    source = Readable.from_([DATA[start:start + 50_000] for start in range(0, len(DATA), 50_000)])
    sent = promises.pipeline(source, writer, end=False)
    await asFuture(sent)
    writer.write_eof()
    sizes, digest = [], hashlib.sha256()
    async def take(chunks):
        async for chunk in chunks:
            sizes.append(len(chunk))
            digest.update(chunk)
    await asFuture(promises.pipeline(reader, take))
    print(sum(sizes), max(sizes) <= 65536, digest.digest() == hashlib.sha256(DATA.upper()).digest(), await done)
    print(writer.is_closing())
    writer.close()
    server.close()
    print(activity.resources())
"""
    assert play(main) == "4194304 True True True\nFalse\n[]\n"


def testReadingIsNotByLines() -> None:
    main = """
async def main():
    reader = asyncio.StreamReader()
    reader.feed_data(b"a\\n" * 100_000)  # a line each; without an end within asyncio's limit they would be an error
    reader.feed_data(b"b" * 100_000)
    reader.feed_eof()
    print([len(chunk) async for chunk in Readable.from_(reader)])
async def inTask():
    await main()
"""
    assert play(main) == "[65536, 65536, 65536, 65536, 37856]\n"


def testADuplexOfBothSides() -> None:
    main = """
async def main():
    async def serve(reader, writer):
        text = await reader.read()
        writer.write(b"got " + text)
        writer.close()
    server, reader, writer, done = await connected(serve)
    duplex = Duplex.from_({"readable": reader, "writable": writer})
    duplex.end("hello")  # the other side can still answer
    print(await asFuture(consumers.text(duplex)))
    await done
    print(writer.is_closing())
    server.close()
"""
    assert play(main) == "got hello\nTrue\n"


def testBackPressure() -> None:
    """Nobody reads: the pipeline stands still, and little is in memory."""
    main = """
async def main():
    async def serve(reader, writer):
        await asyncio.sleep(0)
        held.append(reader)
        await gate.wait()
        total = 0
        while data := await reader.read(100_000):
            total += len(data)
        writer.close()
        return total
    gate, held, given = asyncio.Event(), [], []
    def chunks():
        for number in range(800):
            given.append(number)
            yield bytes(50_000)
    server, reader, writer, done = await connected(serve)
    finished = asFuture(promises.pipeline(chunks(), writer))
    before = -1
    while before != len(given):  # until it stands still
        before = len(given)
        await asyncio.sleep(0.05)
    print(0 < len(given) < 400, finished.done(), writer.transport.get_write_buffer_size() < 300_000)
    gate.set()
    await finished
    print(await done)
    server.close()
"""
    assert play(main) == "True False True\n40000000\n"


def testAnErrorAbortsTheWriter() -> None:
    main = """
async def main():
    async def serve(reader, writer):
        try:
            await reader.read()
        except ConnectionError as error:
            return type(error).__name__
        finally:
            writer.close()
        return "end"
    server, reader, writer, done = await connected(serve)
    def broken():
        yield b"a" * 100
        raise ValueError("no more")
    try:
        await asFuture(promises.pipeline(broken(), writer))
    except ValueError as error:
        print(error, writer.is_closing())
    await done
    server.close()
"""
    assert play(main) == "no more True\n"


def testAPeerThatIsGone() -> None:
    main = """
async def main():
    async def serve(reader, writer):
        writer.transport.abort()
    server, reader, writer, done = await connected(serve)
    await done
    try:
        await asFuture(promises.pipeline((bytes(50_000) for number in range(10_000)), writer))
    except ConnectionError as error:
        print(error.code in ("ECONNRESET", "EPIPE") or repr(error))
    server.close()
"""
    assert play(main) == "True\n"


def testDestroyingGivesTheReadUp() -> None:
    main = """
async def main():
    reader = asyncio.StreamReader()
    stream = Readable.from_(reader).resume()
    await asyncio.sleep(0)
    stream.destroy()
    await asFuture(promises.finished(stream).addErrback(lambda failure: print(failure.value.code)))
    await asyncio.sleep(0)
    print(len(asyncio.all_tasks()), activity.resources())
"""
    assert play(main) == "ERR_STREAM_PREMATURE_CLOSE\n1 []\n"


def testAProcess() -> None:
    main = """
async def main():
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import sys; sys.stdout.write(sys.stdin.read().upper())", stdin=-1, stdout=-1
    )
    sent = promises.pipeline(["text"], child.stdin)
    print(await asFuture(consumers.text(child.stdout)))
    await asFuture(sent)
    print(await child.wait())
"""
    assert play(main) == "TEXT\n0\n"


def testTheWrongSideIsRefused() -> None:
    main = """
async def main():
    async def serve(reader, writer):
        writer.close()
    server, reader, writer, done = await connected(serve)
    for use, given in ((Readable.from_, writer), (PassThrough().pipe, reader)):
        try:
            use(given)
        except ValueError:
            raise
        except TypeError as error:
            print(error.code, str(error).split(". ")[0])
    await done
    writer.close()
    server.close()
"""
    assert play(main) == (
        "ERR_INVALID_ARG_VALUE The argument 'iterable' must be readable\n"
        "ERR_INVALID_ARG_VALUE The argument 'destination' must be writable\n"
    )


def testWithoutAsynciosLoopItIsRefused(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.new_event_loop()
    reader = asyncio.StreamReader(loop=loop)
    loop.close()
    monkeypatch.setattr(asyncio, "_get_running_loop", lambda: None)  # on the asyncio reactor it would run
    for use in (Readable.from_, Duplex.from_):
        with pytest.raises(NodeError, match="asyncio's loop does not run here: see insideAsyncio") as caught:
            use(reader)
        assert caught.value.code == "ERR_INVALID_ARG_TYPE"
