"""What Node did in each net-* scenario, reproduced over the descriptor handles and over the bridge."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
import transcript
from transcript import PEER, PICK_SOCKET, SOCK, Env, none

from nodecompat import net
from nodecompat.reactor import choose
from nodecompat.reactor.loop import host, ticks

PROGRAMS: dict[str, Callable[[Env], Awaitable[None]]] = {}


def scenario(program: Callable[[Env], Awaitable[None]]) -> Callable[[Env], Awaitable[None]]:
    """Register `netBasic` as the program of net-basic."""
    name = "".join("-" + letter.lower() if letter.isupper() else letter for letter in program.__name__)
    PROGRAMS[name] = program
    return program


def connect(env: Env, server: Any, *, who: str = "client", events: Any = SOCK, **options: Any) -> Any:
    """A watched client of `server`, which is connected by its address, not by a name."""
    client = net.createConnection({"port": server.address().port, "host": "127.0.0.1", **options})
    return env.watch(who, client, events, PICK_SOCKET)


@scenario
async def netBasic(env: Env) -> None:
    def onConnection(s: Any) -> None:
        env.watch("peer", s, PEER)
        s.setEncoding("utf8")
        s.write("hello")

    server = await env.tcp(onConnection)
    c = connect(env, server)
    c.setEncoding("utf8")
    c.end("ping")
    await env.once(c, "close")
    await env.sleep(15)
    server.close(lambda: env.log("server", "close-callback"))
    await env.once(server, "close")


@scenario
async def netConnectByName(env: Env) -> None:
    def onConnection(s: Any) -> None:
        env.watch("peer", s, PEER)
        s.resume()
        s.end()

    def lookup(host: str, options: Any, callback: Any) -> None:
        found = [{"address": "127.0.0.1", "family": 4}]
        ticks.nextTick(callback, None, *([found] if options["all"] else ["127.0.0.1", 4]))

    server = await env.tcp(onConnection)
    c = net.createConnection(host="service.test", port=server.address().port, lookup=lookup)
    env.watch("client", c, ("connectionAttempt", "connectionAttemptFailed", *SOCK), PICK_SOCKET)
    await env.once(c, "close")


@scenario
async def netConnectFallback(env: Env) -> None:
    def onConnection(s: Any) -> None:
        s.resume()
        s.end()

    def lookup(host: str, options: Any, callback: Any) -> None:
        found = [{"address": "127.0.0.9", "family": 4}, {"address": "127.0.0.1", "family": 4}]
        ticks.nextTick(callback, None, found)

    server = await env.tcp(onConnection)
    c = net.createConnection(host="service.test", port=server.address().port, lookup=lookup)
    attempts = ("connectionAttempt", "connectionAttemptFailed", "connectionAttemptTimeout")
    env.watch("client", c, (*attempts, *SOCK), PICK_SOCKET)
    await env.once(c, "connect")
    env.log("client", "attempted", c.autoSelectFamilyAttemptedAddresses)
    await env.once(c, "close")


@scenario
async def netHalfOpenFalse(env: Env) -> None:
    def onConnection(s: Any) -> None:
        def onEnd() -> None:
            env.log("peer", "state-in-end", s.readyState, s.writable)
            s.write("late", lambda e: env.log("peer", "write-callback", e))

        env.watch("peer", s, PEER)
        s.setEncoding("utf8")
        s.on("end", onEnd)

    server = await env.tcp(onConnection)
    c = connect(env, server, allowHalfOpen=True)
    c.setEncoding("utf8")
    c.end("x")
    await env.once(c, "close")


@scenario
async def netHalfOpenTrue(env: Env) -> None:
    def onConnection(s: Any) -> None:
        def answer() -> None:
            s.write("later")
            s.end()

        def onEnd() -> None:
            env.log("peer", "readyState", s.readyState)
            env.later(20, answer)

        env.watch("peer", s, PEER)
        s.setEncoding("utf8")
        s.on("end", onEnd)

    server = await env.tcp({"allowHalfOpen": True}, onConnection)
    c = connect(env, server, allowHalfOpen=True)
    c.setEncoding("utf8")
    c.end("x")
    await env.once(c, "close")


@scenario
async def netRefused(env: Env) -> None:
    s = net.createServer().listen(0, "127.0.0.1")
    await env.once(s, "listening")
    port = env.port(s.address().port)
    s.close()
    await env.once(s, "close")
    c = env.watch("client", net.connect(port, "127.0.0.1"), SOCK, PICK_SOCKET)
    c.write("x", lambda e: env.log("client", "write-callback", e))
    env.log("client", "after-call", c.connecting, c.pending, c.readyState)
    # errno is positive in Python.
    c.on("error", lambda e: env.log("client", "error-fields", -e.errno, e.syscall, e.address, e.port))
    await env.once(c, "close")
    env.log("client", "after-close", c.connecting, c.destroyed, c.readyState)


@scenario
async def netDestroy(env: Env) -> None:
    def onConnection(s: Any) -> None:
        env.watch("peer", s, PEER)
        s.setEncoding("utf8")
        s.write("hi")

    server = await env.tcp(onConnection)
    c = connect(env, server)
    c.setEncoding("utf8")

    def onData() -> None:
        c.destroy()
        env.log("client", "after-destroy", c.destroyed, c.readyState, c.writable, c.readable)

    c.on("data", onData)
    await env.once(c, "close")
    await env.sleep(20)


@scenario
async def netDestroyError(env: Env) -> None:
    def onConnection(s: Any) -> None:
        env.watch("peer", s, PEER)
        s.resume()

    server = await env.tcp(onConnection)
    c = connect(env, server)

    def onConnect() -> None:
        c.destroy(Exception("boom"))
        c.destroy(Exception("again"))
        env.log("client", "destroy-returned")

    c.on("connect", onConnect)
    await env.once(c, "close")
    await env.sleep(20)


@scenario
async def netDestroyWhileConnecting(env: Env) -> None:
    server = await env.tcp()
    c = connect(env, server)
    c.destroy()
    env.log("client", "destroy-returned", c.connecting, c.destroyed)
    await env.once(c, "close")


@scenario
async def netWriteAfterEnd(env: Env) -> None:
    server = await env.tcp(lambda s: s.resume())
    c = connect(env, server)
    await env.once(c, "connect")
    c.end("bye", lambda: env.log("client", "end-callback"))
    r = c.write("more", lambda e: env.log("client", "write-callback", e))
    env.log("client", "write-returned", r, c.writableEnded)
    await env.once(c, "close")


@scenario
async def netWriteAfterDestroy(env: Env) -> None:
    server = await env.tcp(lambda s: s.resume())
    c = connect(env, server)
    await env.once(c, "connect")
    c.destroy()
    r = c.write("more", lambda e: env.log("client", "write-callback", e))
    env.log("client", "write-returned", r)
    await env.once(c, "close")


@scenario
async def netTimeout(env: Env) -> None:
    server = await env.tcp(lambda s: s.resume())
    c = connect(env, server)
    await env.once(c, "connect")
    c.setTimeout(40, lambda: env.log("client", "timeout-callback", c.timeout))
    await env.once(c, "timeout")
    env.log("client", "still-open", c.readyState)
    await env.sleep(100)
    c.destroy()
    await env.once(c, "close")


@scenario
async def netPauseResume(env: Env) -> None:
    env.joinData = False

    def onConnection(s: Any) -> None:
        env.watch("peer", s, ("end", "finish", "close"))
        s.resume()
        s.write("a")
        env.later(20, s.end, "b")

    server = await env.tcp(onConnection)
    c = connect(env, server)
    c.setEncoding("utf8")

    def resume() -> None:
        env.log("client", "resume-called")
        c.resume()

    def onData() -> None:
        c.pause()
        env.log("client", "paused", c.isPaused())
        env.later(60, resume)

    c.once("data", onData)
    await env.once(c, "close")


@scenario
async def netNoDataListener(env: Env) -> None:
    server = await env.tcp(lambda s: s.end("x"))
    c = connect(env, server, events=("connect", "ready", "end", "finish", "close"))
    await env.once(c, "connect")
    await env.sleep(60)
    env.log("client", "resume-called", c.readableLength)
    c.resume()
    await env.once(c, "close")


@scenario
async def netBackpressure(env: Env) -> None:
    size = 8 * 1024 * 1024
    got = 0

    def onConnection(s: Any) -> None:
        def onData(d: bytes) -> None:
            nonlocal got
            got += len(d)

        s.on("data", onData)
        s.on("end", lambda: env.log("peer", "received", got))
        env.later(30, s.resume)

    server = await env.tcp({"pauseOnConnect": True}, onConnection)
    c = connect(env, server, events=("connect", "drain", "finish", "close", "error"))
    await env.once(c, "connect")
    env.log("client", "write-small-returned", c.write("s"))
    big = c.write(bytes(size), lambda: env.log("client", "big-callback"))
    env.log("client", "write-big-returned", big, c.writableNeedDrain)
    await env.once(c, "drain")
    env.log("client", "in-drain", c.writableLength, c.writableNeedDrain)
    c.end(lambda: env.log("client", "end-callback"))
    c.resume()
    await env.once(c, "close")
    await env.sleep(10)


@scenario
async def netEncodingSplit(env: Env) -> None:
    env.joinData = False

    def onConnection(s: Any) -> None:
        waiting = [bytes([byte]) for byte in "\u00e9\u20ac\U0001f600".encode() + b"\xe2\x82"]

        def sendOne() -> None:
            if waiting:
                s.write(waiting.pop(0))
                env.later(10, sendOne)
            else:
                s.end()

        s.setNoDelay(True)
        s.resume()
        env.later(10, sendOne)

    server = await env.tcp(onConnection)
    c = connect(env, server, events=("data", "end", "close"))
    c.setEncoding("utf8")
    await env.once(c, "close")


@scenario
async def netCallbackOrder(env: Env) -> None:
    server = await env.tcp(lambda s: s.resume())
    c = net.connect(server.address().port, "127.0.0.1", lambda: env.log("client", "connect-callback"))
    env.watch("client", c, SOCK, PICK_SOCKET)
    r = c.write("a", lambda: env.log("client", "callback-a"))
    env.log("client", "write-returned", r, c.bytesWritten, c.writableLength)
    c.write("b", lambda: env.log("client", "callback-b"))
    c.end("c", lambda: env.log("client", "end-callback"))
    await env.once(c, "close")
    env.log("client", "bytesWritten", c.bytesWritten)


@scenario
async def netServerCloseWaits(env: Env) -> None:
    peers: list[Any] = []

    def onConnection(s: Any) -> None:
        peers.append(env.watch("peer", s, PEER))
        s.resume()

    server = await env.tcp(onConnection)
    port = server.address().port
    c = connect(env, server)
    await env.once(c, "connect")
    await env.until(lambda: peers)
    server.close(lambda e: env.log("server", "close-callback", e))
    env.log("server", "close-returned", server.listening, server.address())
    server.close(lambda e: env.log("server", "second-close-callback", e))
    await env.sleep(10)
    d = env.watch("late-client", net.connect(port, "127.0.0.1"), ("connect", "error", "close"))
    await env.once(d, "close")
    c.end()
    await env.once(server, "close")


@scenario
async def netAddressInUse(env: Env) -> None:
    server = await env.tcp()
    port = server.address().port
    b = env.watch("second", net.createServer(), ("listening", "error", "close"))
    b.listen(port, "127.0.0.1", lambda: env.log("second", "callback"))
    env.log("second", "listen-returned", b.listening)
    [e] = await env.once(b, "error")
    env.log("second", "error-fields", e.syscall, e.address, e.port == port)
    b.close(lambda e2: env.log("second", "close-callback", e2))
    await env.sleep(5)
    try:
        server.listen(port)
    except Exception as error:
        env.log("server", "threw", error)


@scenario
async def netDrop(env: Env) -> None:
    accepted: list[Any] = []

    def onConnection(s: Any) -> None:
        accepted.append(s)
        s.resume()

    server = await env.tcp(onConnection)
    server.maxConnections = 1
    server.on("drop", lambda d: env.log("server", "drop-fields", sorted(d), d.localAddress, d.remoteFamily))
    events = ("connect", "end", "close", "error")
    c1 = connect(env, server, who="first", events=events)
    c1.resume()
    await env.once(c1, "connect")
    await env.until(lambda: accepted)
    c2 = connect(env, server, who="second", events=events)
    c2.resume()
    await env.once(c2, "close")
    c1.end()
    await env.once(c1, "close")


@scenario
async def netUnix(env: Env) -> None:
    folder = tempfile.mkdtemp(prefix="nt-")
    path = os.path.join(folder, "s")

    def onConnection(s: Any) -> None:
        env.watch("peer", s, PEER)
        s.setEncoding("utf8")
        env.log("peer", "addresses", s.remoteAddress, s.remotePort, s.address())

    server = net.createServer(onConnection)
    env.watch("server", server, ("listening", "connection", "close"), {"connection": none})
    server.listen(path)
    await env.once(server, "listening")
    env.log("server", "address-is-path", server.address() == path, Path(path).is_socket())
    c = env.watch("client", net.createConnection(path), SOCK, PICK_SOCKET)
    c.end("x")
    c.resume()
    await env.once(c, "close")
    await env.sleep(10)
    server.close()
    await env.once(server, "close")
    env.log("server", "file-exists", os.path.exists(path))
    os.rmdir(folder)


@scenario
async def netUnixMissing(env: Env) -> None:
    c = env.watch("client", net.createConnection("/nonexistent-dir/sock"), SOCK, PICK_SOCKET)
    await env.once(c, "close")


@scenario
async def netReset(env: Env) -> None:
    peers: list[Any] = []

    def onConnection(s: Any) -> None:
        peers.append(env.watch("peer", s, PEER))
        s.resume()

    server = await env.tcp(onConnection)
    c = connect(env, server)
    await env.once(c, "connect")
    await env.until(lambda: peers)
    c.resetAndDestroy()
    await env.once(peers[0], "close")


@scenario
async def netReconnectSameSocket(env: Env) -> None:
    def onConnection(s: Any) -> None:
        s.resume()
        s.end("hi")

    server = await env.tcp(onConnection)
    c = env.watch("client", net.Socket(), SOCK, PICK_SOCKET)
    c.setEncoding("utf8")
    c.connect(server.address().port, "127.0.0.1")
    await env.once(c, "close")
    env.log("client", "bytes", c.bytesRead, c.destroyed)
    c.connect(server.address().port, "127.0.0.1")
    env.log("client", "reconnecting", c.connecting, c.destroyed)
    await env.once(c, "close")
    env.log("client", "bytes", c.bytesRead)


@scenario
async def netServerDestroysUnread(env: Env) -> None:
    def onConnection(s: Any) -> None:
        env.watch("peer", s, ("error", "close"))
        env.later(30, s.destroy)

    server = await env.tcp({"pauseOnConnect": True}, onConnection)
    c = connect(env, server)
    c.write("unread")
    await env.once(c, "close")


@scenario
async def netPipeEcho(env: Env) -> None:
    def onConnection(s: Any) -> None:
        events = ("pipe", "end", "unpipe", "finish", "close")
        env.watch("peer", s, events, {"pipe": none, "unpipe": none})
        s.pipe(s)

    server = await env.tcp({"allowHalfOpen": True}, onConnection)
    c = connect(env, server)
    c.setEncoding("utf8")
    c.end("echo")
    await env.once(c, "close")


@pytest.fixture(params=["descriptor", "bridge"])
def someHandles(request: Any) -> Iterator[str]:
    """Put one kind of handles in force."""
    if request.param == "bridge":
        from nodecompat.reactor.twisted.ports import BridgeFactory

        before = choose.use(BridgeFactory())
    else:
        tcp = pytest.importorskip("nodecompat.reactor.descriptor.tcp", reason="no epoll here")
        before = choose.use(tcp.DescriptorFactory())
    yield request.param
    choose.use(before)


#: Where data of the peer and the end of our shutdown are a race: in this reactor Twisted's calls wait for I/O.
RACES = {("bridge", "AsyncioSelectorReactor", "net-basic")}


@pytest.mark.parametrize("name", transcript.names("net-"))
@pytest_twisted.ensureDeferred
async def testAsInNode(name: str, someHandles: str) -> None:
    if (someHandles, type(host.theReactor()).__name__, name) in RACES:
        pytest.skip("a race on this reactor")
    await transcript.reproduce(name, PROGRAMS[name])
