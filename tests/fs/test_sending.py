"""Files that the kernel moves into sockets: nobody can tell, but by the time it takes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from suite import whyNoTLS
from twisted.internet.defer import Deferred

from nodecompat import fs, http, net
from nodecompat.events import once
from nodecompat.fs import sending
from nodecompat.reactor.descriptor.stream import DescriptorStream
from nodecompat.stream import promises as streams
from nodecompat.testing import network
from nodecompat.timers import promises as timers

check = pytest_twisted.ensureDeferred
pytestmark = pytest.mark.skipif(
    os.environ.get("NODECOMPAT_HANDLES") == "bridge", reason="a Twisted transport has no sendfile: all is read"
)
SIZE = 3 * 1024 * 1024 + 17
#: More than the kernels of both sides keep for a client that does not read.
MUCH = 48 * 1024 * 1024


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the parts that went without being read. All files count as being in memory (tmpfs cannot tell)."""
    seen: list[int] = []
    sendFile = DescriptorStream.sendFile

    def noted(handle: Any, before: Any, fd: int, offset: Any, size: int) -> int:
        seen.append(size)
        return sendFile(handle, before, fd, offset, size)

    monkeypatch.setattr(DescriptorStream, "sendFile", noted)
    monkeypatch.setattr(sending, "isInMemory", lambda fd, place: True)
    return seen


@pytest.fixture
def content() -> bytes:
    return os.urandom(4096) * (SIZE // 4096) + b"x" * 17


@pytest.fixture
def file(tmp_path: Path, content: bytes) -> Path:
    (tmp_path / "file").write_bytes(content)
    return tmp_path / "file"


class Download:
    """A server whose answer is `answer(req, res)`, and what a client gets of it."""

    def __init__(self, answer: Any, request: str = "GET") -> None:
        self.server = http.createServer(answer)
        self.request = request
        self.received = bytearray()
        self.client: Any = None

    async def run(self) -> tuple[bytes, bytes]:
        """Head and body."""
        client = await self.begin()
        client.on("data", self.received.extend)
        await once(client, "close")
        return self.end()

    async def begin(self) -> Any:
        self.server.listen(0, "127.0.0.1")
        await once(self.server, "listening")
        self.client = net.connect(self.server.address().port, "127.0.0.1")
        self.client.on("error", lambda error: None)
        self.client.write(f"{self.request} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return self.client

    def end(self) -> tuple[bytes, bytes]:
        self.server.close()
        head, _, body = bytes(self.received).partition(b"\r\n\r\n")
        return head, body


def withLength(res: Any, size: int = SIZE) -> Any:
    return res.writeHead(200, {"Content-Length": size})


def watched(source: Any, res: Any, log: list[Any]) -> None:
    for name in ("open", "ready", "pause", "resume", "end", "close", "error"):
        source.on(name, lambda *args, name=name: log.append(f"source {name}"))
    for name in ("pipe", "unpipe", "prefinish", "finish", "close", "drain"):
        res.on(name, lambda *args, name=name: log.append(f"response {name}"))


@pytest.mark.parametrize("inMemory", [True, False])
@check
async def testAPipeIntoAResponse(
    parts: list[int], file: Path, content: bytes, inMemory: bool, monkeypatch: Any
) -> None:
    """Sent or read, the events are the same."""
    monkeypatch.setattr(sending, "isInMemory", lambda fd, place: inMemory)
    log: list[Any] = []
    sources: list[Any] = []

    def answer(req: Any, res: Any) -> None:
        sources.append(fs.createReadStream(file))
        watched(sources[0], res, log)
        sources[0].pipe(withLength(res))

    _, body = await Download(answer).run()
    assert body == content
    assert sources[0].bytesRead == SIZE
    while log[-1] != "source close":
        await turn()
    # Where it is read the sink is full now and then: the pipe stops and goes on.
    kept = [name for name in log if name not in ("source pause", "source resume", "response drain")]
    assert kept == [
        "response pipe",
        "source open",
        "source ready",
        "source end",
        "response prefinish",
        "response finish",
        "response unpipe",
        "response close",
        "source close",
    ]
    assert sum(parts) == (SIZE if inMemory else 0)


@check
async def testAPipeline(parts: list[int], file: Path, content: bytes) -> None:
    done: Deferred[Any] = Deferred()

    def answer(req: Any, res: Any) -> None:
        streams.pipeline(fs.createReadStream(file, start=5, end=SIZE - 10), withLength(res, SIZE - 14)).addBoth(
            done.callback
        )

    _, body = await Download(answer).run()
    assert body == content[5:-9]
    assert await done is None
    assert sum(parts) == len(body)


@check
async def testAPipeIntoASocket(parts: list[int], file: Path, content: bytes) -> None:
    server = net.createServer(lambda socket: fs.createReadStream(file).pipe(socket))
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    received = bytearray()
    client = net.connect(server.address().port, "127.0.0.1")
    client.on("data", received.extend)
    await once(client, "close")
    server.close()
    assert received == content
    assert sum(parts) == SIZE


@pytest.mark.skipif(bool(whyNoTLS()), reason="TLS cannot be had: pip install nodecompat[tls]")
@check
async def testNothingIsSentPastTLS(parts: list[int], file: Path, content: bytes, tmp_path: Path) -> None:
    from selfsigned import makeCertificate

    from nodecompat import https

    makeCertificate(tmp_path / "pem", ["IP:127.0.0.1"])
    pem = (tmp_path / "pem").read_bytes()
    answer = lambda req, res: fs.createReadStream(file).pipe(withLength(res))  # noqa: E731
    server = https.createServer({"key": pem, "cert": pem}, answer)
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    options = {"host": "127.0.0.1", "port": server.address().port, "rejectUnauthorized": False, "agent": False}
    (res,) = await once(https.get(options), "response")
    received = b"".join([chunk async for chunk in res])
    server.close()
    assert (parts, received == content) == ([], True)


def testASimulatedNetworkHasNoFilesInItsKernel(file: Path, content: bytes) -> None:
    received = bytearray()
    with network() as net:
        server = http.createServer(lambda req, res: fs.createReadStream(file).pipe(withLength(res))).listen(80)
        net.run()
        http.get("http://127.0.0.1/", lambda res: res.on("data", received.extend))
        while len(received) < SIZE:
            net.run()
        server.close()
        server.closeAllConnections()
        net.run()
    assert received == content


def chunked(res: Any) -> Any:
    return res


def strict(res: Any) -> Any:
    res.strictContentLength = True
    return withLength(res)


def patched(res: Any) -> Any:
    write = res.write
    res.write = lambda *args: write(*args)
    return withLength(res)


@pytest.mark.parametrize("prepare", [chunked, strict, patched])
@check
async def testAResponseThatLooksAtItsBodyGetsChunks(parts: list[int], file: Path, content: bytes, prepare: Any) -> None:
    _, body = await Download(lambda req, res: fs.createReadStream(file).pipe(prepare(res))).run()
    assert parts == []
    assert body.count(content[:4096]) >= SIZE // 4096 - SIZE // 65536 if prepare is chunked else body == content


def listens(source: Any, seen: bytearray) -> None:
    source.on("data", seen.extend)


def emits(source: Any, seen: bytearray) -> None:
    emit = source.emit

    def noted(name: str, *args: Any) -> Any:
        if name == "data":
            seen.extend(args[0])
        return emit(name, *args)

    source.emit = noted


def pushes(source: Any, seen: bytearray) -> None:
    push = source.push

    def noted(chunk: Any, *args: Any) -> Any:
        seen.extend(chunk or b"")
        return push(chunk, *args)

    source.push = noted


@pytest.mark.parametrize("look", [listens, emits, pushes])
@check
async def testASourceThatIsLookedAtIsRead(parts: list[int], file: Path, content: bytes, look: Any) -> None:
    seen = bytearray()

    def answer(req: Any, res: Any) -> None:
        source = fs.createReadStream(file)
        look(source, seen)
        source.pipe(withLength(res))

    _, body = await Download(answer).run()
    assert (parts, seen == content, body == content) == ([], True, True)


@check
async def testASourceWithAnEncodingIsRead(parts: list[int], file: Path, content: bytes) -> None:
    answer = lambda req, res: fs.createReadStream(file, "latin1").pipe(withLength(res, 2 * SIZE))  # noqa: E731
    _, body = await Download(answer).run()
    assert (parts, body) == ([], content.decode("latin1").encode())


@check
async def testTwoSinksGetWhatIsRead(parts: list[int], file: Path, content: bytes, tmp_path: Path) -> None:
    copy = fs.createWriteStream(tmp_path / "copy")

    def answer(req: Any, res: Any) -> None:
        source = fs.createReadStream(file)
        source.pipe(copy)
        source.pipe(withLength(res))

    _, body = await Download(answer).run()
    if not copy.closed:
        await once(copy, "close")
    assert (parts, body == content, (tmp_path / "copy").read_bytes() == content) == ([], True, True)


@check
async def testAHeadOnly(parts: list[int], file: Path) -> None:
    head, body = await Download(lambda req, res: fs.createReadStream(file).pipe(withLength(res)), "HEAD").run()
    assert (parts, body) == ([], b"")
    assert f"Content-Length: {SIZE}".encode() in head


@check
async def testAnEmptyFile(parts: list[int], tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    head, body = await Download(lambda req, res: fs.createReadStream(tmp_path / "empty").pipe(res)).run()
    assert (parts, body) == ([], b"0\r\n\r\n" if b"chunked" in head else b"")


class Slow:
    """A large file for a client that reads when it is told to."""

    def __init__(self, path: Path, **options: Any) -> None:
        with path.open("wb") as made:
            for number in range(MUCH // 4096):
                made.write(number.to_bytes(8, "big") * 512)
        self.content = path.read_bytes()
        self.source = fs.createReadStream(path, **options)
        self.res: Any = None
        self.download = Download(self._answer)

    def _answer(self, req: Any, res: Any) -> None:
        self.res = res
        self.source.pipe(withLength(res, MUCH))

    async def untilFull(self) -> Any:
        """The client, when the kernel does not take more."""
        client = await self.download.begin()
        client.pause()
        while self.res is None or not self.res.socket.writableLength:
            await turn()
        return client

    def goOn(self, client: Any) -> None:
        client.on("data", self.download.received.extend)
        client.resume()


async def turn() -> None:
    await timers.setImmediate()


@check
async def testAListenerInBetweenGetsTheRest(parts: list[int], tmp_path: Path) -> None:
    slow = Slow(tmp_path / "much")
    client = await slow.untilFull()
    underWay = slow.source.bytesRead + parts[-1]
    seen = bytearray()
    slow.source.on("data", seen.extend)
    slow.goOn(client)
    await once(client, "close")
    assert slow.download.end()[1] == slow.content
    assert seen == slow.content[underWay:]
    assert slow.source.bytesRead == MUCH


@check
async def testUnpipeInBetweenLeavesTheRestToOthers(parts: list[int], tmp_path: Path) -> None:
    slow = Slow(tmp_path / "much")
    client = await slow.untilFull()
    underWay = slow.source.bytesRead + parts[-1]
    slow.source.unpipe(slow.res)
    slow.res.end()
    slow.goOn(client)
    await once(client, "close")
    assert slow.download.end()[1] == slow.content[:underWay]
    rest = b"".join([chunk async for chunk in slow.source])
    assert rest == slow.content[underWay:]


@check
async def testAClientThatLeaves(parts: list[int], tmp_path: Path) -> None:
    before = openDescriptors()
    slow = Slow(tmp_path / "much")
    client = await slow.untilFull()
    client.destroy()
    await once(slow.res, "close")
    slow.download.end()
    assert not slow.source.destroyed  # as in Node, where `pipeline` does that
    slow.source.destroy()
    await once(slow.source, "close")
    while openDescriptors() > before:
        await turn()


@check
async def testASourceThatIsDestroyedWhileItsFileIsUnderWay(parts: list[int], tmp_path: Path) -> None:
    """The number of its descriptor may be another file's at once: that must not be sent."""
    slow = Slow(tmp_path / "much")
    client = await slow.untilFull()
    number = slow.source.fd
    slow.source.destroy()
    await once(slow.source, "close")
    (tmp_path / "secret").write_bytes(b"secret" * 1_000_000)
    others = [os.open(tmp_path / "secret", os.O_RDONLY) for _ in range(8)]
    assert number in others
    slow.res.end()
    slow.goOn(client)
    await once(client, "close")
    for each in others:
        os.close(each)
    body = slow.download.end()[1]
    assert len(body) > 1024 and body == slow.content[: len(body)]


@check
async def testAFileThatShrinks(parts: list[int], tmp_path: Path) -> None:
    slow = Slow(tmp_path / "much")
    client = await slow.untilFull()
    socket, gone = slow.res.socket, once(client, "close")
    # Behind what is with the kernel: that is the file's own memory.
    taken = socket.bytesWritten - socket.writableLength
    os.truncate(tmp_path / "much", (taken // 4096 + 2) * 4096)
    slow.goOn(client)
    await gone
    body = slow.download.end()[1]
    assert body == slow.content[: len(body)]
    assert slow.source.bytesRead == len(body)
    assert socket.bytesWritten == len(slow.download.received)


@check
async def testAFileThatGrowsIsSentToItsNewEnd(parts: list[int], tmp_path: Path) -> None:
    slow = Slow(tmp_path / "much", end=MUCH - 1)
    client = await slow.untilFull()
    with (tmp_path / "much").open("ab") as more:
        more.write(b"more")
    slow.goOn(client)
    await once(client, "close")
    assert slow.download.end()[1] == slow.content


def openDescriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def testWhatCannotBeSent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "isInMemory", lambda fd, place: True)
    (tmp_path / "file").write_bytes(b"0123456789")
    fd = os.open(tmp_path / "file", os.O_RDONLY)
    folder = os.open(tmp_path, os.O_RDONLY)
    reading, writing = os.pipe()
    try:
        size = sending.sendableSize
        assert [size(fd, None, 4), size(fd, 7, 100), size(fd, 10, 5), size(fd, 99, 5)] == [4, 3, 0, 0]
        assert size(fd, 0, float("inf")) == 10
        os.read(fd, 6)
        assert size(fd, None, 100) == 4
        assert [size(folder, 0, 5), size(reading, None, 5), size(12345, 0, 5)] == [None, None, None]
        monkeypatch.setattr(sending, "isInMemory", lambda fd, place: place != 4)
        assert (size(fd, 0, 4), size(fd, 0, 5), size(fd, 4, 2)) == (4, None, None)
    finally:
        for each in (fd, folder, reading, writing):
            os.close(each)


def testTheKernelTellsWhatIsInMemory(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"0123456789")
    with (tmp_path / "file").open("rb") as file:
        try:
            assert sending.isInMemory(file.fileno(), 9)
        except OSError:  # a file system that does not tell: its files are read
            pytest.skip("the file system of the temporary folder does not know RWF_NOWAIT (ext4, xfs and btrfs do)")
        assert not sending.isInMemory(file.fileno(), 10)
