"""The ways that `docs/tour.md` follows are the ways that calls take: from the kernel to a listener, and back."""

from __future__ import annotations

import re
import socket
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import pytest_twisted
from faultbed import event, receive, until

from nodecompat import http, net
from nodecompat.reactor import choose
from nodecompat.reactor.descriptor.stream import DescriptorStream

PACKAGE = Path(http.__file__).parent.parent
TOUR = PACKAGE.parent / "docs" / "tour.md"
GET = b"GET /%d HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n"
Step = tuple[str, str]
pytestmark = pytest.mark.skipif(not choose.usePoller(), reason="the tour follows the handles on epoll")


def told(heading: str) -> list[Step]:
    """The numbered list under a heading: the file and the function of each step."""
    section = TOUR.read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\d+\. \[`[\w/.]+`\]\(\.\./nodecompat/([\w/.]+)\), `(?:\w+\.)?(\w+)`", section, re.MULTILINE)


def way(frame: FrameType | None, first: str) -> list[Step]:
    """The calls of this package that lead to a frame, from that of `first` on."""
    calls: list[Step] = []
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if PACKAGE in path.parents:
            calls.insert(0, (path.relative_to(PACKAGE).as_posix(), frame.f_code.co_name))
            if frame.f_code.co_name == first:
                return calls
        frame = frame.f_back
    raise AssertionError(f"no {first} in {calls}")


async def connected(server: Any) -> socket.socket:
    server.listen(0, "127.0.0.1")
    if not server.listening:
        await event(server, "listening")
    peer = socket.create_connection(("127.0.0.1", server.address().port))
    peer.setblocking(False)
    return peer


@pytest_twisted.ensureDeferred
async def testTheWayOfAChunk() -> None:
    ways: list[list[Step]] = []
    server = net.createServer(lambda it: it.on("data", lambda data: ways.append(way(sys._getframe(), "_onEvents"))))
    peer = await connected(server)
    for count in (1, 2):
        peer.send(b"chunk")
        await until(lambda count=count: len(ways) == count)
    assert ways[1] == told("One chunk")
    peer.close()
    server.close()
    await event(server, "close")


@pytest_twisted.ensureDeferred
async def testTheWayOfARequestAndOfItsResponse(monkeypatch: pytest.MonkeyPatch) -> None:
    requests: list[list[Step]] = []
    responses: list[list[Step]] = []
    write = DescriptorStream.write

    def noting(self: Any, data: Any) -> int:
        responses.append([*way(sys._getframe(1), "end"), ("reactor/descriptor/stream.py", "write")])
        return write(self, data)

    def onRequest(req: Any, res: Any) -> None:
        requests.append(way(sys._getframe(), "_onEvents"))
        res.writeHead(200, {"Content-Type": "text/plain"})
        res.end("hello")

    monkeypatch.setattr(DescriptorStream, "write", noting)
    server = http.createServer(onRequest)
    peer = await connected(server)
    for number in (1, 2):
        peer.send(GET % number)
        await receive(peer, 100)
    assert requests[1] == told("One request")
    assert responses[1] == told("Its response")
    assert len(requests[1]) <= 8 and len({file for file, _ in requests[1]}) <= 5
    assert len(responses[1]) <= 6
    peer.close()
    server.close()
    await event(server, "close")
