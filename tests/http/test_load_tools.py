"""Others' tools against the server: h2load over HTTP/1.1, and slowhttptest. Skipped where they are missing."""

from __future__ import annotations

import re
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
needsH2load = pytest.mark.skipif(shutil.which("h2load") is None, reason="needs h2load: apt-get install nghttp2-client")
needsSlow = pytest.mark.skipif(shutil.which("slowhttptest") is None, reason="needs slowhttptest")


def answer(req: Any, res: Any) -> None:
    """Read everything and greet; /big is much."""
    req.on("error", lambda error: None)
    res.on("error", lambda error: None)
    if req.method == "POST":
        req.on("end", lambda: res.end("hello world\n")).resume()
    else:
        res.end(bytes(1 << 22) if req.url == "/big" else "hello world\n")


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[tuple[Any, str]]:
    """A server and its URL."""
    server = http.createServer(options, answer).listen(0, "127.0.0.1")
    await event(server, "listening")
    yield server, f"http://127.0.0.1:{server.address().port}"  # type: ignore[union-attr]
    server.close()
    server.closeAllConnections()
    await settled()


async def run(*command: str) -> str:
    """What a tool prints."""

    def call() -> str:
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout

    text: str = await deferToThread(call)
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


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
        await until(lambda: not server._httpConnections)


@needsSlow
@check
async def testSlowReading() -> None:
    """Answers that nobody takes harm nobody else."""
    async with serving() as (_, url):
        slow = ["-n", "1", "-z", "32", "-w", "10", "-y", "20"]
        text = await run("slowhttptest", "-X", "-c", "50", "-r", "400", "-l", "1", "-p", "5", *slow, "-u", f"{url}/big")
        assert "service available:   YES" in text
        assert "service available:   NO" not in text
