"""The rows about dgram of Node's table of errors, each provoked anew on real sockets."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from transcript import Env

from nodecompat import dgram

ROWS = json.loads((Path(__file__).parents[1] / "data/node-errors.json").read_text())["rows"]
HERE = "127.0.0.1"

#: Gets the environment, a bound socket and `record(how, error)`.
Provoke = Callable[[Env, dgram.Socket, Callable[[str, Any], None]], Awaitable[None]]
PROVOKED: dict[str, Provoke] = {}


def raising(call: Callable[[dgram.Socket], object], first: Callable[[dgram.Socket], object] | None = None) -> Provoke:
    """A call that raises, on a bound socket that `first` was done with."""

    async def provoke(env: Env, socket: dgram.Socket, record: Any) -> None:
        if first is not None:
            first(socket)
        try:
            call(socket)
        except Exception as error:
            record("thrown", error)

    return provoke


async def sendTooMuch(env: Env, socket: dgram.Socket, record: Any) -> None:
    socket.send(bytes(70_000), 9, HERE, lambda error: record("callback", error))
    await env.sleep(10)


async def sendTooMuchSilently(env: Env, socket: dgram.Socket, record: Any) -> None:
    socket.on("error", lambda error: record("error event", error))
    socket.send(bytes(70_000), 9, HERE)
    await env.sleep(10)


async def portInUse(env: Env, socket: dgram.Socket, record: Any) -> None:
    env.port(socket.address().port, "PORT")
    other = dgram.createSocket("udp4")
    other.on("error", lambda error: record("error event", error))
    other.bind(socket.address().port, HERE)
    await env.sleep(10)


def fresh(socket: dgram.Socket) -> dgram.Socket:
    return dgram.createSocket("udp4")


PROVOKED |= {
    "bind twice": raising(lambda socket: socket.bind(0)),
    "close twice": raising(lambda socket: socket.close(), lambda socket: socket.close()),
    "send after close": raising(lambda socket: socket.send("x", 1, HERE), lambda socket: socket.close()),
    "send without port": raising(lambda socket: socket.send("x")),
    "send to port 0": raising(lambda socket: socket.send("x", 0)),
    "send(5)": raising(lambda socket: socket.send(5, 1)),
    "send of 70000 bytes": sendTooMuch,
    "send of 70000 bytes without callback": sendTooMuchSilently,
    "bind to a port in use": portInUse,
    "remoteAddress() when not connected": raising(lambda socket: socket.remoteAddress()),
    "connect twice": raising(lambda socket: socket.connect(9), lambda socket: socket.connect(9)),
    "setTTL(0)": raising(lambda socket: socket.setTTL(0)),
    "setTTL before bind": raising(lambda socket: fresh(socket).setTTL(5)),
    'addMembership("127.0.0.1")': raising(lambda socket: socket.addMembership(HERE)),
    "getRecvBufferSize before bind": raising(lambda socket: fresh(socket).getRecvBufferSize()),
}


@pytest.mark.parametrize("provoked", PROVOKED)
@pytest_twisted.ensureDeferred
async def testErrorOf(provoked: str) -> None:
    env, found = Env(), []
    socket = dgram.createSocket("udp4")
    socket.bindSync(address=HERE)

    def record(how: str, error: Any) -> None:
        message = str(error)
        for number, name in env._portNames.items():
            message = message.replace(str(number), name[1:-1])
        fields = [name for name in ("errno", "syscall", "address", "port") if getattr(error, name, None) is not None]
        found.append([how, error.code, error.name, message, fields])

    await PROVOKED[provoked](env, socket, record)
    if socket._handle_ is not None:
        socket.close()
    await env.sleep(1)
    rows = [row for row in ROWS if row["module"] == "dgram" and row["provoked"] == provoked]
    keys = ("comesAs", "code", "name", "message", "fields")
    assert found == [[row[key] for key in keys] for row in rows if row["comesAs"] != "nothing"]


def testWrongType() -> None:
    row = next(row for row in ROWS if row["provoked"] == 'dgram.createSocket("udp9")')
    with pytest.raises(TypeError) as caught:
        dgram.createSocket("udp9")
    error: Any = caught.value
    assert [error.code, error.name, str(error)] == [row["code"], row["name"], row["message"]]


def testEveryRowIsProvoked() -> None:
    assert {row["provoked"] for row in ROWS if row["module"] == "dgram"} == set(PROVOKED)
