"""The client against servers that others wrote: Node's own, and nginx. Skipped where they are missing."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
from collections.abc import Iterator
from typing import Any

import nginx
import pytest
import pytest_twisted
from oracle import findNode, needsNode
from twisted.internet.defer import Deferred, gatherResults

from nodecompat import http, queueMicrotask

NODE_SERVER = r"""
const http = require('http');
const piece = Buffer.alloc(65536, 'x');
const stream = (r, left) => {
  const more = () => {
    while (left > 0) {
      left -= piece.length;
      if (!r.write(piece) && left > 0) return r.once('drain', more);
    }
    r.end();
  };
  more();
};
const pages = {
  '/hello': (q, r) => r.end('hello world\n'),
  '/echo': (q, r) => {
    r.setHeader('X-Framing', q.headers['transfer-encoding'] || q.headers['content-length']);
    q.pipe(r);
  },
  '/raw': (q, r) => r.end(JSON.stringify(q.rawHeaders)),
  '/trailers': (q, r) => {
    r.writeHead(200, { Trailer: 'X-Sum' });
    r.write('a');
    r.addTrailers({ 'X-Sum': '42' });
    r.end('b');
  },
  '/hints': (q, r) => { r.writeEarlyHints({ link: '</a>; rel=preload' }); r.writeProcessing(); r.end('x'); },
  '/empty': (q, r) => { r.writeHead(204); r.end(); },
  '/close': (q, r) => { r.setHeader('Connection', 'close'); r.end('bye'); },
  '/cut': (q, r) => { r.writeHead(200, { 'Content-Length': 100 }); r.write('abc', () => q.socket.destroy()); },
  '/stream': (q, r, n) => stream(r, Number(n)),
};
const server = http.createServer((q, r) => {
  const [path, n] = q.url.split('?');
  pages[path](q, r, n);
});
const takeOver = (answer) => (q, s) => { s.write(answer); s.pipe(s); };
server.on('connect', takeOver('HTTP/1.1 200 OK\r\n\r\n'));
server.on('upgrade', takeOver('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
"""


@pytest.fixture(scope="module")
def nodePort() -> Iterator[int]:
    process = subprocess.Popen([str(findNode()), "-e", NODE_SERVER], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield int(process.stdout.readline())
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def nginxSocket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("nginx")
    (home / "page.txt").write_bytes(b"0123456789" * 1000)
    with nginx.running(home, "keepalive_requests 3; server { listen unix:HOME/front; root HOME; }"):
        yield str(home / "front")


def ask(options: dict[str, Any], *pieces: bytes) -> Deferred[tuple[Any, bytes]]:
    """Make a request with these pieces of body; the answer and its body."""
    answered: Deferred[tuple[Any, bytes]] = Deferred()
    body: list[bytes] = []

    def onResponse(res: Any) -> None:
        res.on("data", body.append)
        res.on("error", answered.errback)
        # When the socket is back with its agent, as after a JavaScript `await`.
        answer = lambda: answered.callback((res, b"".join(body)))  # noqa: E731
        req.on("close", lambda: res.complete and queueMicrotask(answer))

    req = http.request(options, onResponse)
    req.on("error", lambda error: answered.called or answered.errback(error))
    for piece in pieces[:-1]:
        req.write(piece)
    req.end(pieces[-1] if pieces else None)
    return answered


@needsNode
@pytest_twisted.ensureDeferred
async def testNodeAnswers(nodePort: int) -> None:
    agent = http.Agent(keepAlive=True)
    site = {"port": nodePort, "host": "127.0.0.1", "agent": agent}
    for _ in range(3):
        res, body = await ask({**site, "path": "/hello"})
        assert (res.statusCode, body, res.headers["content-length"]) == (200, b"hello world\n", "12")
    assert agent.totalSocketCount == 1
    res, body = await ask({**site, "path": "/empty"})
    assert (res.statusCode, body) == (204, b"")
    res, body = await ask({**site, "path": "/hello", "method": "HEAD"})
    assert (res.statusCode, body) == (200, b"")
    res, body = await ask({**site, "path": "/trailers"})
    assert (body, res.trailers) == (b"ab", {"x-sum": "42"})
    assert agent.totalSocketCount == 1
    res, body = await ask({**site, "path": "/close"})
    assert body == b"bye"
    agent.destroy()


@needsNode
@pytest_twisted.ensureDeferred
async def testNodeGetsBodies(nodePort: int) -> None:
    site = {"port": nodePort, "host": "127.0.0.1", "agent": False, "path": "/echo", "method": "POST"}
    res, body = await ask(site, b"one piece")
    assert (body, res.headers["x-framing"]) == (b"one piece", "9")
    res, body = await ask(site, b"two ", b"pieces")
    assert (body, res.headers["x-framing"]) == (b"two pieces", "chunked")
    big = os.urandom(3_000_000)
    res, body = await ask(site, *(big[i : i + 100_000] for i in range(0, len(big), 100_000)))
    assert hashlib.sha256(body).digest() == hashlib.sha256(big).digest()


@needsNode
@pytest_twisted.ensureDeferred
async def testNodeSeesTheHeadersAsTheyWereGiven(nodePort: int) -> None:
    site = {"port": nodePort, "host": "127.0.0.1", "agent": False, "path": "/raw"}
    _, body = await ask({**site, "headers": {"X-One": ["1", "2"], "x-é".replace("é", "e"): "é", "Cookie": ["a", "b"]}})
    expected = ["X-One", "1", "X-One", "2", "x-e", "é", "Cookie", "a; b", "Host", f"127.0.0.1:{nodePort}"]
    assert json.loads(body) == [*expected, "Connection", "close"]


@needsNode
@pytest_twisted.ensureDeferred
async def testNodeSendsInterimAnswers(nodePort: int) -> None:
    seen: list[Any] = []
    done: Deferred[None] = Deferred()
    req = http.get({"port": nodePort, "host": "127.0.0.1", "agent": False, "path": "/hints"})
    req.on("information", lambda info: seen.append((info.statusCode, dict(info.headers))))
    req.on("response", lambda res: (seen.append(res.statusCode), res.resume()))
    req.on("close", lambda: done.callback(None))
    await done
    assert seen == [(103, {"link": "</a>; rel=preload"}), (102, {}), 200]


@needsNode
@pytest_twisted.ensureDeferred
async def testNodeCutsAnAnswer(nodePort: int) -> None:
    with pytest.raises(ConnectionResetError, match=r"^aborted$"):
        await ask({"port": nodePort, "host": "127.0.0.1", "agent": False, "path": "/cut"})


@needsNode
@pytest.mark.parametrize(
    "event, options",
    [
        ("connect", {"method": "CONNECT", "path": "h:1"}),
        ("upgrade", {"headers": {"Connection": "Upgrade", "Upgrade": "x"}}),
    ],
)
@pytest_twisted.ensureDeferred
async def testNodeLetsTheConnectionBeTakenOver(nodePort: int, event: str, options: dict[str, Any]) -> None:
    ended: Deferred[None] = Deferred()
    received: list[bytes] = []

    def onTaken(res: Any, socket: Any, head: bytes) -> None:
        socket.on("data", received.append)
        socket.on("end", lambda: ended.callback(None))
        socket.end("through the tunnel")

    req = http.request({"port": nodePort, "host": "127.0.0.1", "agent": False, **options})
    req.on(event, onTaken)
    req.end()
    await ended
    assert b"".join(received) == b"through the tunnel"


@needsNode
@pytest_twisted.ensureDeferred
async def testManyRequestsAtOnce(nodePort: int) -> None:
    agent = http.Agent(keepAlive=True, maxSockets=8)
    site = {"port": nodePort, "host": "127.0.0.1", "agent": agent, "path": "/hello"}
    answers = await gatherResults([ask(site) for _ in range(200)])
    assert {body for _, body in answers} == {b"hello world\n"}
    assert agent.totalSocketCount == 8
    agent.destroy()


@needsNode
@pytest.mark.slow
@pytest_twisted.ensureDeferred
async def testAGibibyteStreamsThroughAtFlatMemory(nodePort: int) -> None:
    size = 1024**3
    counted = 0
    done: Deferred[None] = Deferred()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def onData(chunk: bytes) -> None:
        nonlocal counted
        counted += len(chunk)

    def onResponse(res: Any) -> None:
        res.on("data", onData)
        res.on("end", lambda: done.callback(None))

    http.get({"port": nodePort, "host": "127.0.0.1", "agent": False, "path": f"/stream?{size}"}, onResponse)
    await done
    assert counted == size
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024  # KiB


@nginx.needsNginx
@pytest_twisted.ensureDeferred
async def testNginxServesAFile(nginxSocket: str) -> None:
    agent = http.Agent(keepAlive=True)
    site = {"socketPath": nginxSocket, "agent": agent, "path": "/page.txt"}
    res, body = await ask(site)
    assert (res.statusCode, len(body), res.headers["server"][:5]) == (200, 10_000, "nginx")
    etag = res.headers["etag"]
    res, body = await ask({**site, "headers": {"If-None-Match": etag}})
    assert (res.statusCode, body) == (304, b"")
    # The third request of a connection is its last by nginx's settings: it says close, and is believed.
    res, body = await ask({**site, "headers": {"Range": "bytes=10-14"}})
    assert (res.statusCode, body, res.headers["connection"]) == (206, b"01234", "close")
    res, body = await ask({**site, "method": "HEAD"})
    assert (res.statusCode, body, res.headers["content-length"]) == (200, b"", "10000")
    assert not res.req.reusedSocket
    res, body = await ask({**site, "path": "/none"})
    assert res.statusCode == 404 and body
    agent.destroy()


@nginx.needsNginx
@pytest_twisted.ensureDeferred
async def testNginxRefusesWhatIsBroken(nginxSocket: str) -> None:
    site = {"socketPath": nginxSocket, "agent": False, "path": "/page.txt"}
    res, _ = await ask({**site, "headers": {"X": "y" * 40_000}})
    assert res.statusCode == 400
    res, _ = await ask({**site, "method": "POST"}, b"x" * 100)
    assert res.statusCode == 405
