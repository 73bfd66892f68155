"""Python's file objects as the source and the destination of a pipeline."""

# ruff: noqa: SIM115  the stream closes them

from __future__ import annotations

import errno
import gzip
import io
import os
import random
import socket
import sys
import tempfile
import threading
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from program import python

from nodecompat.abort import AbortController
from nodecompat.errors import NodeError
from nodecompat.events import once
from nodecompat.stream import Duplex, PassThrough, Readable, Transform, Writable, compose, consumers, promises
from nodecompat.stream.helpers.files import isFile, writerOf
from nodecompat.timers import clearInterval, setInterval, setTimeout
from nodecompat.timers.promises import setImmediate

check = pytest_twisted.ensureDeferred

SMALL = "aé€\n" * 3
LARGE = "0123456789é€\n" * 150_000  # 2.4 MB


class Plain:
    """A file object that is no IOBase, and counts how often it is closed."""

    def __init__(self, data: bytes = b"", failsAt: int = sys.maxsize, error: Exception | None = None) -> None:
        self.inner = io.BytesIO(data)
        self.failsAt = failsAt
        self.error = error or OSError(errno.ENOSPC, "No space left on device")
        self.calls = 0
        self.closings = 0

    def read(self, size: int) -> bytes:
        self.count()
        return self.inner.read(size)

    def write(self, data: bytes) -> None:
        self.count()
        self.inner.write(data)

    def close(self) -> None:
        self.closings += 1

    def count(self) -> None:
        assert self.closings == 0, "used after it was closed"
        self.calls += 1
        if self.calls > self.failsAt:
            raise self.error


class Partial(io.RawIOBase):
    """An unbuffered file that takes at most seven bytes at once."""

    def __init__(self) -> None:
        self.taken = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.taken += data[:7]
        return len(data[:7])


# -- the table: every source with every destination


def aPipe(data: bytes) -> Any:
    reading, writing = os.pipe()

    def fill() -> None:
        with open(writing, "wb") as file:
            file.write(data)

    threading.Thread(target=fill, daemon=True).start()
    return open(reading, "rb")


def rewound(file: Any, data: bytes | str) -> Any:
    file.write(data)
    file.seek(0)
    return file


def zipped(path: Path, data: bytes) -> Any:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("name", data)
    with zipfile.ZipFile(path) as archive:
        return archive.open("name")  # closes the archive's file at its own end


def packed(path: Path, data: bytes) -> Path:
    path.write_bytes(gzip.compress(data))
    return path


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def generator(data: str) -> Iterator[str]:
    for start in range(0, len(data), 10_000):
        yield data[start : start + 10_000]


async def asyncGenerator(data: str) -> AsyncIterator[str]:
    for part in generator(data):
        yield part


#: What gives bytes, and what gives text.
SOURCES: dict[str, Callable[[Path, str], Any]] = {
    "file": lambda path, text: written(path, text.encode()).open("rb"),
    "unbuffered": lambda path, text: open(written(path, text.encode()), "rb", buffering=0),
    "BytesIO": lambda path, text: io.BytesIO(text.encode()),
    "gzip": lambda path, text: gzip.open(packed(path, text.encode())),
    "zip": lambda path, text: zipped(path, text.encode()),
    "pipe": lambda path, text: aPipe(text.encode()),
    "TemporaryFile": lambda path, text: rewound(tempfile.TemporaryFile(), text.encode()),
    "NamedTemporaryFile": lambda path, text: rewound(tempfile.NamedTemporaryFile(), text.encode()),
    "SpooledTemporaryFile": lambda path, text: rewound(tempfile.SpooledTemporaryFile(1000), text.encode()),
    "plain": lambda path, text: Plain(text.encode()),
    "stream": lambda path, text: Readable.from_(io.BytesIO(text.encode())),
    "bytes": lambda path, text: Readable.from_(text.encode()),
}
TEXT_SOURCES: dict[str, Callable[[Path, str], Any]] = {
    "text file": lambda path, text: open(written(path, text.encode()), encoding="utf-8", newline=""),
    "StringIO": lambda path, text: io.StringIO(text, newline=""),
    "gzip as text": lambda path, text: gzip.open(packed(path, text.encode()), "rt", encoding="utf-8", newline=""),
    "SpooledTemporaryFile of text": lambda path, text: rewound(
        tempfile.SpooledTemporaryFile(1000, "w+", encoding="utf-8", newline=""), text
    ),
    "list": lambda path, text: [text],
    "generator": lambda path, text: generator(text),
    "generator function": lambda path, text: lambda: generator(text),
    "function that opens": lambda path, text: lambda: open(written(path, text.encode()), encoding="utf-8", newline=""),
    "async generator": lambda path, text: asyncGenerator(text),
    "async generator function": lambda path, text: lambda: asyncGenerator(text),
}


class Sink:
    """A destination and what has arrived there."""

    def __init__(self, destination: Any, arrived: Callable[[], bytes], isLeftOpen: bool = False) -> None:
        self.destination = destination
        self.arrived = arrived
        self.isLeftOpen = isLeftOpen


def temporary(file: Any) -> Sink:
    def arrived() -> bytes:
        file.seek(0)
        data = file.read()
        file.close()
        return data if isinstance(data, bytes) else data.encode()

    return Sink(file, arrived, True)


def collecting() -> Sink:
    stream = PassThrough()
    chunks: list[bytes] = []
    stream.on("data", chunks.append)
    return Sink(stream, lambda: b"".join(chunks))


def asyncFunction() -> Sink:
    chunks: list[bytes] = []

    async def take(source: Any) -> None:
        async for chunk in source:
            chunks.append(chunk if isinstance(chunk, bytes) else chunk.encode())  # noqa: PERF401

    return Sink(take, lambda: b"".join(chunks))


def inMemory(made: Any) -> Sink:
    return Sink(made, lambda: made.getvalue() if isinstance(made, io.BytesIO) else made.getvalue().encode(), True)


def plain() -> Sink:
    made = Plain()
    return Sink(made, made.inner.getvalue)


def partial() -> Sink:
    made = Partial()
    return Sink(made, lambda: bytes(made.taken))


SINKS: dict[str, Callable[[Path], Sink]] = {
    "file": lambda path: Sink(path.open("wb"), path.read_bytes),
    "unbuffered": lambda path: Sink(open(path, "wb", buffering=0), path.read_bytes),
    "short writes": lambda path: partial(),
    "BytesIO": lambda path: inMemory(io.BytesIO()),
    "gzip": lambda path: Sink(gzip.open(path, "wb", 1), lambda: gzip.decompress(path.read_bytes())),
    "TemporaryFile": lambda path: temporary(tempfile.TemporaryFile()),
    "NamedTemporaryFile": lambda path: temporary(tempfile.NamedTemporaryFile()),
    "SpooledTemporaryFile": lambda path: temporary(tempfile.SpooledTemporaryFile(1000)),
    "plain": lambda path: plain(),
    "stream": lambda path: collecting(),
    "async function": lambda path: asyncFunction(),
}
TEXT_SINKS: dict[str, Callable[[Path], Sink]] = {
    "text file": lambda path: Sink(open(path, "w", encoding="utf-8", newline=""), path.read_bytes),
    "StringIO": lambda path: inMemory(io.StringIO(newline="")),
    "gzip as text": lambda path: Sink(
        gzip.open(path, "wt", 1, encoding="utf-8", newline=""), lambda: gzip.decompress(path.read_bytes())
    ),
    "TemporaryFile of text": lambda path: temporary(tempfile.TemporaryFile("w+", encoding="utf-8", newline="")),
}


def isOpen(file: Any) -> bool:
    return file.closings == 0 if isinstance(file, Plain) else not file.closed


async def closedInTheEnd(file: Any) -> None:
    """A pipeline that fails does not wait until its links are closed."""
    while isOpen(file):
        await setImmediate()


def close(*ends: Any) -> None:
    """What the library leaves open to its owner, such as a temporary file, ends with its test."""
    for end in ends:
        if isFile(end) and not isinstance(end, Plain):
            end.close()


async def transfer(name: str, path: Path, sink: Sink, text: str) -> None:
    source = (SOURCES | TEXT_SOURCES)[name](path, text)
    try:
        await transferFrom(source, "IO" in name or "Temporary" in name, sink, text)
    finally:
        close(source, sink.destination)


async def transferFrom(source: Any, isTemporary: bool, sink: Sink, text: str) -> None:
    await promises.pipeline(source, sink.destination)
    if isFile(sink.destination):
        assert isOpen(sink.destination) is sink.isLeftOpen
    assert sink.arrived() == text.encode()
    if isFile(source):
        assert isOpen(source) is isTemporary
    if isinstance(source, Plain):
        assert source.closings == 1
    if isinstance(sink.destination, Plain):
        assert sink.destination.closings == 1


@pytest.mark.parametrize("destination", [*SINKS, *TEXT_SINKS])
@pytest.mark.parametrize("source", [*SOURCES, *TEXT_SOURCES])
@check
async def testEverySourceIntoEveryDestination(source: str, destination: str, tmp_path: Path) -> None:
    sink = (SINKS | TEXT_SINKS)[destination](tmp_path / "to")
    if source in SOURCES and destination in TEXT_SINKS:
        first = SOURCES[source](tmp_path / "from", SMALL)
        with pytest.raises(NodeError, match='open it with "wb"') as caught:
            await promises.pipeline(first, sink.destination)
        assert caught.value.code == "ERR_INVALID_ARG_TYPE"
        await closedInTheEnd(sink.destination)
        close(first, sink.destination)
        return
    await transfer(source, tmp_path / "from", sink, SMALL)


@pytest.mark.parametrize("source", [*SOURCES, *TEXT_SOURCES])
@check
async def testALargeSource(source: str, tmp_path: Path) -> None:
    await transfer(source, tmp_path / "from", SINKS["file"](tmp_path / "to"), LARGE)


@pytest.mark.parametrize("destination", [*SINKS, *TEXT_SINKS])
@check
async def testALargeDestination(destination: str, tmp_path: Path) -> None:
    sink = (SINKS | TEXT_SINKS)[destination](tmp_path / "to")
    await transfer("text file", tmp_path / "from", sink, LARGE)


# -- reading


@check
async def testAFileIsReadInBlocksOfTheMark(tmp_path: Path) -> None:
    path = written(tmp_path / "file", b"a\n" * 150_000)
    chunks = [chunk async for chunk in Readable.from_(path.open("rb"))]
    assert [len(chunk) for chunk in chunks] == [65536] * 4 + [300_000 - 4 * 65536]


@check
async def testTheMarkCanBeSet(tmp_path: Path) -> None:
    file = written(tmp_path / "file", b"abcde").open("rb")
    stream = Readable.from_(file, highWaterMark=2)
    assert stream.readableObjectMode is False
    assert [chunk async for chunk in stream] == [b"ab", b"cd", b"e"]
    assert file.closed


@check
async def testATextFileGivesText(tmp_path: Path) -> None:
    path = written(tmp_path / "file", "aé€".encode("utf-16"))
    stream = Readable.from_(open(path, encoding="utf-16"), highWaterMark=2)
    assert [chunk async for chunk in stream] == ["aé", "€"]


@check
async def testReadingBeginsWhereTheFileStands(tmp_path: Path) -> None:
    file = written(tmp_path / "file", b"abcde").open("rb")
    assert file.read(2) == b"ab"
    assert await consumers.text(Readable.from_(file)) == "cde"


@check
async def testAFileCanStayOpen(tmp_path: Path) -> None:
    file = written(tmp_path / "file", b"abc").open("rb")
    assert await consumers.buffer(Readable.from_(file, autoClose=False)) == b"abc"
    file.seek(0)
    assert file.read() == b"abc"
    file.close()


@check
async def testConsumersTakeAFile(tmp_path: Path) -> None:
    path = written(tmp_path / "file", b'{"a": 1}')
    assert await consumers.json(path.open("rb")) == {"a": 1}
    assert await consumers.text(path.open()) == '{"a": 1}'


@check
async def testWhatAPipeHasIsReadAtOnce() -> None:
    reading, writing = os.pipe()
    stream = Readable.from_(open(reading, "rb"))
    os.write(writing, b"some")
    assert await once(stream, "data") == [b"some"]
    os.close(writing)
    await promises.finished(stream)


@check
async def testReadingDoesNotHoldUpTheLoop() -> None:
    """The read returns only after a timer has fired in the loop."""
    fired = threading.Event()

    class Slow(Plain):
        def read(self, size: int) -> bytes:
            assert fired.wait(30)
            return super().read(size)

    timer = setInterval(fired.set, 1)
    assert await consumers.buffer(Readable.from_(Slow(b"abc"))) == b"abc"
    clearInterval(timer)


@check
async def testAnErrorOfReadingFailsThePipelineAndClosesOnce() -> None:
    source, sink = Plain(bytes(300_000), 2, OSError(errno.EIO, "Input/output error")), Plain()
    with pytest.raises(OSError) as caught:
        await promises.pipeline(source, sink)
    error: Any = caught.value
    assert (error.code, error.syscall, str(error)) == ("EIO", "read", "EIO: i/o error, read")
    assert error.__cause__ is source.error
    assert (source.closings, sink.closings) == (1, 1)


@check
async def testAnErrorThatIsNoneOfTheSystemStaysAsItIs(tmp_path: Path) -> None:
    with pytest.raises(gzip.BadGzipFile):
        await promises.pipeline(gzip.open(written(tmp_path / "file", b"junk" * 10)), io.BytesIO())


@check
async def testAFileThatDoesNotWaitFails() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with pytest.raises(BlockingIOError, match=r"^EAGAIN: "):
        await consumers.buffer(open(reading, "rb", buffering=0))
    os.close(writing)


@check
async def testDestroyingWaitsForTheReadAndClosesOnce() -> None:
    started, released = threading.Event(), threading.Event()

    class Slow(Plain):
        def read(self, size: int) -> bytes:
            started.set()
            assert released.wait(30)
            return super().read(size)

    file = Slow(b"abc")
    stream = Readable.from_(file)
    stream.on("data", lambda chunk: pytest.fail("destroyed"))
    closed = once(stream, "close")
    while not started.is_set():
        await setImmediate()
    stream.destroy()
    assert file.closings == 0
    released.set()
    await closed
    stream.destroy()
    assert file.closings == 1


# -- writing


@check
async def testAFullDiskFailsThePipelineAndClosesOnce() -> None:
    sink = Plain(failsAt=2)
    with pytest.raises(OSError) as caught:
        await promises.pipeline(generator(LARGE), sink)
    error: Any = caught.value
    assert (error.code, error.syscall) == ("ENOSPC", "write")
    assert sink.closings == 1


@check
async def testWhatClosingFailsWithFailsThePipeline() -> None:
    """A buffered file writes the rest when it is closed."""

    class Buffered(Plain):
        def close(self) -> None:
            super().close()
            raise self.error

    sink = Buffered()
    stream = Readable.from_([b"abc"]).pipe(writerOf(sink, "file"))
    log: list[Any] = []
    stream.on("finish", lambda: log.append("finish")).on("error", lambda error: log.append(error.code))
    with pytest.raises(OSError):
        await promises.finished(stream)
    assert log == ["ENOSPC"]
    assert sink.closings == 1


@check
async def testAnErrorOfTheSourceClosesTheFile(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"abc"
        raise ValueError("no more")

    file = (tmp_path / "to").open("wb")
    with pytest.raises(ValueError, match="no more"):
        await promises.pipeline(broken(), file)
    await closedInTheEnd(file)


@check
async def testAbortingClosesBothOnce() -> None:
    controller = AbortController()
    source, sink = Plain(bytes(10_000_000)), Plain()
    stop = Transform(transform=lambda chunk, encoding, callback: (controller.abort(), callback(None, chunk)))
    with pytest.raises(NodeError) as caught:
        await promises.pipeline(source, stop, sink, signal=controller.signal)
    assert caught.value.code == "ABORT_ERR"
    stop.destroy()
    await closedInTheEnd(source)
    await closedInTheEnd(sink)
    assert (source.closings, sink.closings) == (1, 1)
    assert source.calls < 20


@check
async def testBackPressure() -> None:
    """A slow file holds the source up: no more is read than the marks allow."""
    ahead: list[int] = []
    source = Plain(bytes(8_000_000))

    class Slow(Plain):
        def write(self, data: bytes) -> None:
            super().write(data)
            ahead.append(source.inner.tell() - self.inner.tell())

    sink = Slow()
    await promises.pipeline(source, sink)
    assert sink.inner.tell() == 8_000_000
    assert max(ahead) <= 6 * 65536


@check
async def testManySmallChunksAreWrittenTogether() -> None:
    sink = Plain()
    stream = writerOf(sink, "file")
    for _ in range(1000):
        stream.write(b"ab")
    stream.end()
    await promises.finished(stream)
    assert sink.inner.getvalue() == b"ab" * 1000
    assert sink.calls == 2


@check
async def testTheLastFileCanStayOpen(tmp_path: Path) -> None:
    file = (tmp_path / "to").open("wb")
    for part in (b"a" * 200_000, b"b"):
        await promises.pipeline([part], file, end=False)
    assert (tmp_path / "to").read_bytes() == b"a" * 200_000 + b"b"
    file.close()


@check
async def testAFailureLeavesAFileOpenThatMustNotEnd(tmp_path: Path) -> None:
    file = (tmp_path / "to").open("wb")
    with pytest.raises(OSError):
        await promises.pipeline(Plain(failsAt=0), file, end=False)
    assert not file.closed
    file.close()


def testTheStandardStreamsStayOpen() -> None:
    program = """
import sys
from nodecompat import run
from nodecompat.stream import pipeline, Readable
def done(error):
    print("still open", error)
    pipeline(["more\\n"], sys.stdout.buffer, lambda error: Readable.from_(["last\\n"]).pipe(sys.stdout))
pipeline(["text\\n"], sys.stdout, done)
run()
"""
    assert python("-c", program) == (0, "text\nstill open None\nmore\nlast\n", "")


@check
async def testATemporaryFileIsClosedAfterAFailure() -> None:
    file = tempfile.TemporaryFile()
    with pytest.raises(OSError):
        await promises.pipeline(Plain(failsAt=0), file)
    await closedInTheEnd(file)


class Delicate(Plain):
    """A file that fails at some call or when it is closed, or never, and gives as much as it likes."""

    def __init__(self, data: bytes, choose: random.Random) -> None:
        super().__init__(data, choose.choice([sys.maxsize, sys.maxsize, choose.randrange(8)]))
        self.choose = choose
        self.failsToClose = choose.random() < 0.05

    def read(self, size: int) -> bytes:
        return super().read(self.choose.choice([size, self.choose.randrange(1, size + 1)]))

    def close(self) -> None:
        super().close()
        if self.failsToClose:
            raise self.error

    @property
    def hasFailed(self) -> bool:
        return self.calls > self.failsAt or (self.failsToClose and self.closings > 0)


def someLinks(choose: random.Random) -> list[Any]:
    async def same(source: Any) -> AsyncIterator[bytes]:
        async for chunk in source:
            yield chunk

    kinds: list[Callable[[], Any]] = [lambda: PassThrough(highWaterMark=choose.choice([1, 1000, 65536])), lambda: same]
    return [choose.choice(kinds)() for _ in range(choose.randrange(3))]


@pytest.mark.parametrize("seed", range(150))
@check
async def testRandomPipelinesCloseEachFileOnce(seed: int) -> None:
    """Nothing hangs, nothing is lost without an error, and no file is used after it was closed."""
    choose = random.Random(seed)
    data = choose.randbytes(choose.choice([0, 1, 100, 70_000, 400_000]))
    source, sink = Delicate(data, choose), Delicate(b"", choose)
    first = choose.choice([source, lambda: source, Readable.from_(source, highWaterMark=1000)])
    end = choose.random() < 0.8
    last = choose.choice([sink, Duplex.from_({"writable": sink})]) if end else sink
    controller = AbortController()
    aborts = choose.random() < 0.3
    if aborts:
        setTimeout(controller.abort, choose.choice([0, 1, 3]))
    try:
        await promises.pipeline(first, *someLinks(choose), last, signal=controller.signal, end=end)
    except (OSError, NodeError):
        assert source.hasFailed or sink.hasFailed or controller.signal.aborted
        assert data.startswith(sink.inner.getvalue())
    else:
        assert sink.inner.getvalue() == data
    await closedInTheEnd(source)
    if end:
        await closedInTheEnd(sink)
    assert (source.closings, sink.closings) == (1, int(end))


# -- pipe, Duplex.from_ and compose


@check
async def testPipeIntoAFile(tmp_path: Path) -> None:
    file = (tmp_path / "to").open("wb")
    stream = Readable.from_(["a", "b"]).pipe(file)
    assert isinstance(stream, Writable)
    await promises.finished(stream)
    assert file.closed
    assert (tmp_path / "to").read_bytes() == b"ab"


@check
async def testADuplexOfAFile(tmp_path: Path) -> None:
    path = tmp_path / "file"
    sink = Duplex.from_(path.open("wb"))
    assert (sink.readable, sink.writable) == (False, True)
    sink.end("abc")
    await promises.finished(sink)
    source = Duplex.from_(path.open("rb"))
    assert (source.readable, source.writable) == (True, False)
    assert await consumers.text(source) == "abc"


@check
async def testADuplexOfTwoFiles(tmp_path: Path) -> None:
    written(tmp_path / "from", b"in")
    pair = Duplex.from_({"readable": (tmp_path / "from").open("rb"), "writable": (tmp_path / "to").open("wb")})
    pair.end("out")
    arrived = PassThrough()
    await promises.pipeline(pair, arrived)
    assert arrived.read() == b"in"
    await promises.finished(pair)
    assert (tmp_path / "to").read_bytes() == b"out"


@check
async def testComposeWithFiles(tmp_path: Path) -> None:
    def upper() -> Any:
        return Transform(transform=lambda chunk, encoding, callback: callback(None, chunk.upper()))

    source = compose(written(tmp_path / "from", b"abc").open("rb"), upper())
    assert await consumers.text(source) == "ABC"
    sink = compose(upper(), (tmp_path / "to").open("wb"))
    sink.end("xyz")
    await promises.finished(sink)
    assert (tmp_path / "to").read_bytes() == b"XYZ"


# -- what is refused


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (lambda path: written(path, b"").open("rb"), "must be writable"),
        (lambda path: io.BufferedReader(io.BytesIO()), "must be writable"),  # type: ignore[arg-type]
    ],
)
def testADestinationMustBeWritable(given: Callable[[Path], Any], text: str, tmp_path: Path) -> None:
    file = given(tmp_path / "file")
    with pytest.raises(NodeError, match=text) as caught:
        PassThrough().pipe(file)
    assert caught.value.code == "ERR_INVALID_ARG_VALUE"
    file.close()


def testASourceMustBeReadable(tmp_path: Path) -> None:
    with (tmp_path / "to").open("wb") as file, pytest.raises(NodeError, match="must be readable"):
        Readable.from_(file)


def testAClosedFileIsRefused(tmp_path: Path) -> None:
    file = (tmp_path / "to").open("wb")
    file.close()
    for use in (Readable.from_, PassThrough().pipe):
        with pytest.raises(NodeError, match="must not be closed"):
            use(file)


def testTheFileOfASocketIsRefused() -> None:
    one, other = socket.socketpair()
    with one, other, one.makefile("rb") as reader, one.makefile("w") as writer:
        for use, file in ((Readable.from_, reader), (PassThrough().pipe, writer)):
            with pytest.raises(NodeError, match=r"use net\.Socket\(fd=socket\.detach\(\)\), http or fetch$") as caught:
                use(file)
            assert caught.value.code == "ERR_INVALID_ARG_TYPE"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (io.BytesIO(), True),
        (Plain(), True),
        (Plain, False),
        (PassThrough(), False),
        ("text", False),
        (None, False),
        (object(), False),
    ],
)
def testWhatIsAFile(value: Any, expected: bool) -> None:
    assert isFile(value) is expected


def testAFileWhoseMethodsAreCoroutineFunctionsIsNone() -> None:
    class Asynchronous:
        async def write(self, data: bytes) -> None:
            """Not for threads."""

        def close(self) -> None:
            """Never called."""

    with pytest.raises(NodeError, match='"destination" argument must be'):
        PassThrough().pipe(Asynchronous())
