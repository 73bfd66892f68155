"""Others' tools against the server: curl, wrk, h2load over HTTP/1.1, slowhttptest. Skipped where they are missing."""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from faultbed import event, settled, until
from twisted.internet.threads import deferToThread

from nodecompat import http

check = pytest_twisted.ensureDeferred
needsCurl = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
needsWrk = pytest.mark.skipif(shutil.which("wrk") is None, reason="needs wrk")
needsH2load = pytest.mark.skipif(shutil.which("h2load") is None, reason="needs h2load: apt-get install nghttp2-client")
needsSlow = pytest.mark.skipif(shutil.which("slowhttptest") is None, reason="needs slowhttptest")


GIBIBYTE, PIECE = 1 << 30, bytes(1 << 16)


def answer(req: Any, res: Any) -> None:
    """Read everything and greet; some paths do something else."""
    req.on("error", lambda error: None)
    res.on("error", lambda error: None)
    if req.url == "/echo":
        res.setHeader("X-Framing", req.headers.get("transfer-encoding") or req.headers.get("content-length") or "none")
        req.pipe(res)
    elif req.url == "/stream":
        res.setHeader("Content-Length", GIBIBYTE)
        stream(res)
    elif req.method in ("POST", "PUT"):
        size = [0]
        req.on("data", lambda chunk: size.__setitem__(0, size[0] + len(chunk)))
        req.on("end", lambda: res.end("hello world\n" if size[0] < GIBIBYTE else "so much\n"))
    else:
        res.end(bytes(1 << 22) if req.url == "/big" else "hello world\n")


def stream(res: Any) -> None:
    """Write as the peer reads."""
    left = [GIBIBYTE // len(PIECE)]

    def more() -> None:
        while left[0]:
            left[0] -= 1
            if not res.write(PIECE) and left[0]:
                res.once("drain", more)
                return
        res.end()

    more()


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[tuple[Any, str]]:
    """A server and its URL."""
    server = http.createServer(options, answer).listen(0, "127.0.0.1")
    await event(server, "listening")
    yield server, f"http://127.0.0.1:{server.address().port}"  # type: ignore[union-attr]
    closed = event(server, "close")
    server.close()
    server.closeAllConnections()
    await closed
    await settled()


async def run(*command: str, stderr: bool = False) -> str:
    """What a tool prints; with `stderr` that as well, behind a NUL."""

    def call() -> str:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, input="x" * 1000)
        return f"{done.stdout}\0{done.stderr}" if stderr else done.stdout

    text: str = await deferToThread(call)
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@needsCurl
@pytest.mark.parametrize(
    "options, expected",
    [
        ([], ["200", "hello world\n"]),
        (["-I"], ["200", ""]),
        (["--http1.0"], ["200", "hello world\n"]),
        (["-d", "abc", "-H", "Expect: 100-continue", "--expect100-timeout", "50"], ["200", "hello world\n"]),
        (["-T", "-", "-H", "Transfer-Encoding: chunked"], ["200", "hello world\n"]),
        (["-H", "Host:"], ["400", ""]),
        (["-H", "X: " + "y" * 20_000], ["431", ""]),
    ],
    ids=["get", "head", "1.0", "expect", "chunked", "no host", "large header"],
)
@check
async def testCurl(options: list[str], expected: list[str]) -> None:
    async with serving() as (_, url):
        text = await run("curl", "-s", "-w", "%{stderr}%{json}", *options, url, stderr=True)
    body, _, told = text.partition("\0")
    shown = "" if "-I" in options else body
    assert [str(json.loads(told)["http_code"]), shown] == expected


@needsCurl
@check
async def testCurlKeepsItsConnection() -> None:
    async with serving() as (server, url):
        connections: list[Any] = []
        server.on("connection", connections.append)
        assert await run("curl", "-s", *[f"{url}/{number}" for number in range(20)]) == "hello world\n" * 20
    assert len(connections) == 1


@needsCurl
@check
async def testCurlGetsBackWhatItSends(tmp_path: Path) -> None:
    data, back = tmp_path / "data", tmp_path / "back"
    data.write_bytes(bytes(range(256)) * 20_000)
    async with serving() as (_, url):
        await run("curl", "-s", "--data-binary", f"@{data}", "-o", str(back), f"{url}/echo")
    assert back.read_bytes() == data.read_bytes()


@needsCurl
@pytest.mark.slow
@pytest.mark.parametrize("direction", ["down", "up"])
@check
async def testAGibibyteAtFlatMemory(direction: str, tmp_path: Path) -> None:
    with (tmp_path / "hole").open("wb") as file:
        file.truncate(GIBIBYTE)
    async with serving() as (_, url):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if direction == "down":
            text = await run("curl", "-s", "-o", "/dev/null", "-w", "%{size_download}", f"{url}/stream")
            assert text == str(GIBIBYTE)
        else:
            assert await run("curl", "-s", "-T", str(tmp_path / "hole"), f"{url}/") == "so much\n"
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024  # KiB


@needsWrk
@check
async def testWrk() -> None:
    async with serving() as (_, url):
        text = await run("wrk", "-t", "1", "-c", "32", "-d", "1s", url)
    assert "Socket errors" not in text and "Non-2xx" not in text
    found = re.search(r"(\d+) requests in", text)
    assert found is not None and int(found.group(1)) > 100


@needsH2load
@pytest.mark.parametrize("options", [["-c", "32"], ["-c", "8", "-m", "16"]], ids=["in turn", "pipelined"])
@check
async def testH2load(options: list[str]) -> None:
    async with serving() as (_, url):
        text = await run("h2load", "--h1", "-n", "2000", *options, f"{url}/")
    assert "2000 succeeded, 0 failed, 0 errored, 0 timeout" in text
    assert "status codes: 2000 2xx" in text
    assert f"({2000 * len('hello world!')}) data" in text


@needsH2load
@check
async def testH2loadWithBodies(tmp_path: Path) -> None:
    body = tmp_path / "body"
    body.write_bytes(bytes(100_000))
    async with serving() as (_, url):
        text = await run("h2load", "--h1", "-n", "300", "-c", "10", "-d", str(body), f"{url}/")
    assert "300 succeeded, 0 failed, 0 errored, 0 timeout" in text


@needsSlow
@pytest.mark.parametrize("mode", ["-H", "-B"], ids=["headers", "body"])
@check
async def testSlowRequests(mode: str) -> None:
    """All connections are closed long before the test is over, and others are served meanwhile."""
    async with serving(headersTimeout=200, requestTimeout=300, connectionsCheckingInterval=50) as (server, url):
        text = await run("slowhttptest", mode, "-c", "100", "-r", "400", "-i", "1", "-l", "20", "-p", "5", "-u", url)
        assert "No open connections left" in text
        assert "service available:   NO" not in text
        await until(lambda: not server._httpConnections_)


@needsSlow
@check
async def testSlowReading() -> None:
    """Answers that nobody takes harm nobody else."""
    async with serving() as (_, url):
        slow = ["-n", "1", "-z", "32", "-w", "10", "-y", "20"]
        text = await run("slowhttptest", "-X", "-c", "50", "-r", "400", "-l", "1", "-p", "5", *slow, "-u", f"{url}/big")
        assert "service available:   YES" in text
        assert "service available:   NO" not in text
