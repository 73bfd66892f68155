"""The rows about net of Node's table of errors, each provoked anew: code, class, message and fields."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from transcript import Env, errorName, errorText

from nodecompat import AbortController, net
from nodecompat.reactor.loop import ticks

ROWS = json.loads((Path(__file__).parents[1] / "data/node-errors.json").read_text())["rows"]

#: Gets the environment of the scenario, `record(how, error)` and a fresh folder.
Provoke = Callable[[Env, Callable[[str, Any], None], Path], Awaitable[None]]
PROVOKED: dict[str, Provoke] = {}
#: Rows whose call is wrong already: it raises.
RAISING: dict[str, Callable[[], Any]] = {
    'net.createServer("x")': lambda: net.createServer("x"),
    "net.connect({}) without port or path": lambda: net.connect({}),
    "net.connect(70000)": lambda: net.connect(70000),
    'net.connect("12x" as port option)': lambda: net.connect({"port": "12x"}),
    "net.connect({port: true})": lambda: net.connect({"port": True}),
    "server.listen(65536)": lambda: net.createServer().listen(65536),
    "server.listen({})": lambda: net.createServer().listen({}),
    'net.connect({port, localAddress: "abc"})': lambda: net.connect({"port": 1, "localAddress": "abc"}),
    'net.connect({port, lookup: "x"})': lambda: net.connect({"port": 1, "host": "a.b", "lookup": "x"}),
    'socket.setTimeout("x")': lambda: net.Socket().setTimeout("x"),  # type: ignore[arg-type]
    "socket.setTimeout(-1)": lambda: net.Socket().setTimeout(-1),
    'socket.setTimeout(10, "x")': lambda: net.Socket().setTimeout(10, "x"),  # type: ignore[arg-type]
    "socket.write(5)": lambda: net.Socket().write(5),
    "socket.write(null)": lambda: net.Socket().write(None),
    'socket.write("x", "no-such-encoding")': lambda: net.Socket().write("x", "nope"),
    'new net.BlockList().addAddress("bad")': lambda: net.BlockList().addAddress("bad"),
    'new net.BlockList().addSubnet("1.2.3.4", 40)': lambda: net.BlockList().addSubnet("1.2.3.4", 40),
}


def row(provoked: str) -> Callable[[Provoke], Provoke]:
    """Register what provokes the rows of this name."""

    def register(provoke: Provoke) -> Provoke:
        PROVOKED[provoked] = provoke
        return provoke

    return register


def watched(emitter: Any, record: Callable[[str, Any], None]) -> Any:
    return emitter.on("error", lambda error: record("error event", error))


async def listening(env: Env, *args: Any, onConnection: Any = None) -> Any:
    def accept(s: Any) -> None:
        s.on("error", lambda error: None)
        s.resume()

    server = net.createServer(onConnection or accept)
    server.listen(*(args or (0, "127.0.0.1")))
    await env.once(server, "listening")
    env.cleanup(server.close)
    if not isinstance(server.address(), str):
        env.port(server.address().port, "PORT")
    return server


def closedPort(env: Env) -> int:
    """It refuses connections: nobody listens, and nobody else can have it."""
    holder = socket.socket()
    env.cleanup(holder.close)
    holder.bind(("127.0.0.1", 0))
    return env.port(int(holder.getsockname()[1]), "PORT")


async def connected(env: Env, server: Any, record: Any, **options: Any) -> Any:
    client = watched(net.connect(port=server.address().port, host="127.0.0.1", **options), record)
    env.cleanup(client.destroy)
    return client


@row("connect to a port nobody listens on")
async def refused(env: Env, record: Any, folder: Path) -> None:
    client = watched(net.connect(closedPort(env), "127.0.0.1"), record)
    await env.once(client, "close")


@row("connect by name to two addresses that both refuse (family selection)")
async def refusedTwice(env: Env, record: Any, folder: Path) -> None:
    found = [{"address": "127.0.0.1", "family": 4}, {"address": "127.0.0.2", "family": 4}]

    def lookup(host: str, options: Any, callback: Any) -> None:
        ticks.nextTick(callback, None, found)

    client = watched(net.connect(port=closedPort(env), host="n.test", lookup=lookup), record)
    client.on("error", lambda error: [record("member of .errors", each) for each in error.errors])
    await env.once(client, "close")


@row("connect to a Unix path that is missing")
async def missingPath(env: Env, record: Any, folder: Path) -> None:
    client = watched(net.connect(str(folder / "none")), record)
    await env.once(client, "close")


@row("listen on a port in use")
async def portInUse(env: Env, record: Any, folder: Path) -> None:
    server = await listening(env)
    watched(net.createServer(), record).listen(server.address().port, "127.0.0.1")
    await env.sleep(20)


@row("listen on a Unix path in use")
async def pathInUse(env: Env, record: Any, folder: Path) -> None:
    path = str(folder / "u")
    await listening(env, path)
    watched(net.createServer(), record).listen(path)
    await env.sleep(20)


@row("listen on an address that is not local")
async def foreignAddress(env: Env, record: Any, folder: Path) -> None:
    watched(net.createServer(), record).listen(0, "192.0.2.1")
    await env.sleep(20)


@row("listen on a Unix path in a missing folder")
async def missingFolder(env: Env, record: Any, folder: Path) -> None:
    watched(net.createServer(), record).listen(str(folder / "x/y"))
    await env.sleep(20)


@row("listen() twice")
async def listenTwice(env: Env, record: Any, folder: Path) -> None:
    server = net.createServer()
    try:
        server.listen(0)
        server.listen(0)
    except Exception as error:
        record("thrown", error)
    finally:
        server.close()


@row("close() of a server that does not listen")
async def closeIdle(env: Env, record: Any, folder: Path) -> None:
    net.createServer().close(lambda error: record("callback", error))
    await env.sleep(5)


@row("connect(port) on a connected socket")
async def connectAgain(env: Env, record: Any, folder: Path) -> None:
    server = await listening(env)
    client = await connected(env, server, record)
    await env.once(client, "connect")
    client.connect(server.address().port, "127.0.0.1")
    await env.sleep(30)
    client.destroy()


@row("write after end()")
async def writeAfterEnd(env: Env, record: Any, folder: Path) -> None:
    client = await connected(env, await listening(env), record)
    client.end()
    client.write("x", lambda error: record("write callback", error))
    await env.once(client, "close")


@row("write after destroy()")
async def writeAfterDestroy(env: Env, record: Any, folder: Path) -> None:
    client = await connected(env, await listening(env), record)
    client.destroy()
    client.write("x", lambda error: record("write callback", error))
    await env.sleep(20)


@row("end() twice with callback")
async def endTwice(env: Env, record: Any, folder: Path) -> None:
    client = await connected(env, await listening(env), record)
    client.end()
    await env.once(client, "finish")
    client.end(lambda error: record("end callback", error))
    await env.sleep(20)


@row("write before the connection, which then is refused")
async def writeThenRefused(env: Env, record: Any, folder: Path) -> None:
    client = net.connect(closedPort(env), "127.0.0.1")
    client.on("error", lambda error: None)
    client.write("x", lambda error: record("write callback", error))
    await env.once(client, "close")


@row("write on a new Socket that was never connected")
async def writeUnconnected(env: Env, record: Any, folder: Path) -> None:
    client = watched(net.Socket(), record)
    client.write("x", lambda error: record("write callback", error))
    await env.sleep(20)


@row("peer resets the connection while reading")
async def peerResets(env: Env, record: Any, folder: Path) -> None:
    def onConnection(s: Any) -> None:
        s.on("error", lambda error: None)
        s.once("data", lambda data: s.resetAndDestroy())

    client = await connected(env, await listening(env, onConnection=onConnection), record)
    client.write("a")
    await env.once(client, "close")


@row("writing to a peer that has closed, several times")
async def peerHasClosed(env: Env, record: Any, folder: Path) -> None:
    server = await listening(env, onConnection=lambda s: s.destroy())
    client = await connected(env, server, record, allowHalfOpen=True)
    client.pause()
    await env.sleep(20)
    client.write("a")
    await env.sleep(20)
    client.write("b")
    await env.once(client, "close")


@row("resetAndDestroy() on a Socket without handle")
async def resetWithoutHandle(env: Env, record: Any, folder: Path) -> None:
    watched(net.Socket(), record).resetAndDestroy()
    await env.sleep(10)


@row("resetAndDestroy() on a Unix socket")
async def resetPipe(env: Env, record: Any, folder: Path) -> None:
    path = str(folder / "v")
    await listening(env, path)
    client = watched(net.connect(path), record)
    await env.once(client, "connect")
    try:
        client.resetAndDestroy()
    except Exception as error:
        record("thrown", error)
    client.destroy()


@row("connect with signal, then abort")
async def abortConnected(env: Env, record: Any, folder: Path) -> None:
    controller = AbortController()
    client = await connected(env, await listening(env), record, signal=controller.signal)
    client.on("connect", lambda: controller.abort())
    await env.once(client, "close")


@row("lookup answers a text that is no address")
async def lookupNoAddress(env: Env, record: Any, folder: Path) -> None:
    def lookup(host: str, options: Any, callback: Any) -> None:
        callback(None, [{"address": "foo", "family": 4}] if options.get("all") else "foo", 4)

    watched(net.connect(port=1, host="n.test", lookup=lookup), record)
    await env.sleep(20)


@row("lookup answers family 9")
async def lookupWrongFamily(env: Env, record: Any, folder: Path) -> None:
    def lookup(host: str, options: Any, callback: Any) -> None:
        callback(None, "127.0.0.1", 9)

    watched(net.connect(port=1, host="n.test", autoSelectFamily=False, lookup=lookup), record)
    await env.sleep(20)


@row("connect to an address on the blockList")
async def blocked(env: Env, record: Any, folder: Path) -> None:
    blockList = net.BlockList()
    blockList.addAddress("127.0.0.1")
    await connected(env, await listening(env), record, blockList=blockList)
    await env.sleep(20)


def rowsOf(provoked: str, module: str) -> list[dict[str, Any]]:
    return [each for each in ROWS if each["provoked"] == provoked and each["module"] == module]


def shown(how: str, error: Any, text: Callable[[str], str] = str) -> dict[str, Any]:
    """An error in the form of the table."""
    return {
        "comesAs": how,
        "code": getattr(error, "code", None),
        "name": errorName(error),
        "message": text(errorText(error)),
        "fields": sorted(
            name
            for name in ("errno", "syscall", "address", "port", "hostname", "path", "host")
            if getattr(error, name, None) is not None
        ),
    }


def wanted(each: dict[str, Any]) -> dict[str, Any]:
    found = {name: each[name] for name in ("comesAs", "code", "name", "message")}
    return {**found, "fields": sorted(name for name in each["fields"] if not name.startswith("cause"))}


@pytest.mark.parametrize("provoked", RAISING)
def testWrongArgument(provoked: str) -> None:
    with pytest.raises(Exception) as caught:
        RAISING[provoked]()
    assert [shown("thrown", caught.value)] == [wanted(each) for each in rowsOf(provoked, "arguments")]


#: Twisted does not tell a paused connection that a write has failed.
NOT_ON_THE_BRIDGE = {"writing to a peer that has closed, several times"}


@pytest.mark.parametrize("provoked", PROVOKED)
@pytest_twisted.ensureDeferred
async def testErrorOf(provoked: str, tmp_path: Path) -> None:
    if os.environ.get("NODECOMPAT_HANDLES") == "bridge" and provoked in NOT_ON_THE_BRIDGE:
        pytest.skip("Twisted's transports do not tell")
    env, found = Env(), []

    def text(message: str) -> str:
        for number, name in env._portNames.items():
            message = message.replace(str(number), name[1:-1])
        return message.replace(str(tmp_path), "DIR")

    def record(how: str, error: Any) -> None:
        found.append(shown(how, error, text))

    await PROVOKED[provoked](env, record, tmp_path)
    env.cleanUp()
    await env.sleep(5)
    expected = [wanted(each) for each in rowsOf(provoked, "net") if each["comesAs"] != "nothing"]
    assert found == expected


def testEveryRowIsProvoked() -> None:
    mine = re.compile(r"(new )?net\.|server\.|socket\.(?!bind)")
    assert {each["provoked"] for each in ROWS if each["module"] == "net"} == set(PROVOKED)
    arguments = {each["provoked"] for each in ROWS if each["module"] == "arguments" and mine.match(each["provoked"])}
    assert arguments == set(RAISING)
