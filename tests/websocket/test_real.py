"""Real peers on both sides: npm's `ws` and Node's own WebSocket; and `wss:` with ourselves."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import oracle
import pytest
import pytest_twisted
import websocketcases as cases
from suite import whyNoTLS
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from nodecompat import WebSocket, websocket

needsWs = pytest.mark.skipif(bool(cases.whyNoWs()), reason=cases.whyNoWs() or "-")
PEER = Path(__file__).resolve().parent.parent / "websocketpeer.cjs"
MESSAGES: list[Any] = ["text µ", "", b"\x07" * 300, "again and again " * 10_000, b"\x01" * 1_000_000]
#: Of each: whether it is a text, and its bytes.
SIZES = [[isinstance(each, str), len(each.encode() if isinstance(each, str) else each)] for each in MESSAGES]


def node(*arguments: str) -> subprocess.Popen[str]:
    command = [oracle.findNode() or "node", "--no-warnings", str(PEER), *arguments]
    environment = {**os.environ, "NODECOMPAT_WS": str(cases.WS)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def lastLine(child: subprocess.Popen[str]) -> Any:
    out, _ = child.communicate(timeout=60)
    return json.loads(out.strip().split("\n")[-1])


async def listening(server: websocket.WebSocketServer) -> int:
    ready: Deferred[None] = Deferred()
    server.on("listening", lambda: ready.callback(None))
    await ready
    port: int = server.address().port
    return port


def echo(ws: Any, closed: Deferred[Any]) -> None:
    ws.on("message", lambda data, isBinary: ws.send(data, {"binary": isBinary}))
    ws.on("close", lambda code, reason: closed.callback((code, reason)))


@oracle.needsNode
@needsWs
@pytest.mark.parametrize("kind", ["ws", "global"])
@pytest_twisted.ensureDeferred
async def testNodesClients(kind: str) -> None:
    server = websocket.WebSocketServer(port=0, host="127.0.0.1", perMessageDeflate=True)
    closed: Deferred[Any] = Deferred()
    server.on("connection", lambda ws: echo(ws, closed))
    child = node("client", f"ws://127.0.0.1:{await listening(server)}/", kind)
    seen = await deferToThread(lastLine, child)
    assert seen[0] == ["open", "a", "permessage-deflate"] and seen[-1] == ["close", 4001, "bye", True]
    messages = [each[1:] for each in seen if each[0] == "message"]
    assert messages == SIZES + ([[True, 9]] if kind == "ws" else [])
    assert (["pong", "are you there"] in seen) is (kind == "ws")
    assert await closed == (4001, b"bye")
    server.close()


class Talk:
    """Node's WebSocket, ours, that sends MESSAGES and closes when all have come back."""

    def __init__(self, url: str, **options: Any) -> None:
        self.seen: list[Any] = []
        self.over: Deferred[None] = Deferred()
        self.ws = WebSocket(url, {"protocols": ["a", "b"], **options})
        self.ws.binaryType = "arraybuffer"
        self.ws.onopen = self.onOpen
        self.ws.onmessage = self.onMessage
        self.ws.onerror = lambda event: self.seen.append(event.error.__cause__)
        self.ws.onclose = self.onClose

    def onOpen(self) -> None:
        for each in MESSAGES:
            self.ws.send(each)

    def onMessage(self, event: Any) -> None:
        self.seen.append(event.data)
        if len(self.seen) == len(MESSAGES):
            self.ws.close(4001, "bye")

    def onClose(self, event: Any) -> None:
        self.seen.append((event.code, event.reason, event.wasClean, self.ws.protocol))
        self.over.callback(None)


@oracle.needsNode
@needsWs
@pytest_twisted.ensureDeferred
async def testNodesServer() -> None:
    child = node("server")
    assert child.stdout is not None
    port = await deferToThread(child.stdout.readline)
    talk = Talk(f"ws://127.0.0.1:{int(port)}/")
    await talk.over
    assert talk.seen == [*MESSAGES, (4001, "bye", True, "b")] and talk.ws.extensions.startswith("permessage-deflate")
    seen = await deferToThread(lastLine, child)
    seen.remove(["pong", "are you there"])
    assert seen == [*(["message", *each] for each in SIZES), ["close", 4001, "bye"]]


@pytest.mark.skipif(bool(whyNoTLS()), reason=whyNoTLS() or "-")
@pytest_twisted.ensureDeferred
async def testOverTLS() -> None:
    from tls import certificates

    from nodecompat import https

    made = certificates.make("good")
    server = https.createServer({"cert": made.cert, "key": made.key})
    wss = websocket.WebSocketServer(server=server, perMessageDeflate=True, verifyClient=lambda info: info["secure"])
    closed: Deferred[Any] = Deferred()
    wss.on("connection", lambda ws: echo(ws, closed))
    server.listen(0, "127.0.0.1")
    await listening(wss)
    talk = Talk(f"wss://localhost:{wss.address().port}/", dispatcher=https.Agent(ca=made.ca))
    await talk.over
    assert talk.seen == [*MESSAGES, (4001, "bye", True, "a")] and await closed == (4001, b"bye")
    wss.close()
    server.close()
