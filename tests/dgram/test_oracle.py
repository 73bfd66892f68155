"""Calls of all kinds on sockets in all states, by Node and by us: the same succeed, the same errors come."""

from __future__ import annotations

import json
from typing import Any

import pytest
import pytest_twisted
from oracle import evaluate, needsNode
from twisted.internet.task import deferLater

from nodecompat import dgram
from nodecompat.reactor.loop import ticks
from nodecompat.reactor.loop.host import theReactor

STATES = ("fresh", "bound", "connected", "closed")
CALLS: list[list[Any]] = [
    ["address"],
    ["remoteAddress"],
    ["disconnect"],
    ["bind", 0, "127.0.0.1"],
    ["bindSync"],
    ["bindSync", {"port": 0, "address": "127.0.0.1"}],
    ["bindSync", {"port": "x"}],
    ["bindSync", {"port": 70000}],
    ["bindSync", {"address": "localhost"}],
    ["bindSync", {"address": 5}],
    ["bindSync", {"address": "::1"}],
    ["bindSync", 5],
    ["connect"],
    ["connect", 0],
    ["connect", "x"],
    ["connect", 65536],
    ["connect", 9, 5],
    ["connect", 9],
    ["connectSync"],
    ["connectSync", 0],
    ["connectSync", 9, "localhost"],
    ["connectSync", 9, "127.0.0.1"],
    ["connectSync", 9, "::1"],
    ["send"],
    ["send", 5],
    ["send", 5, 9],
    ["send", {}, 9],
    ["send", "x"],
    ["send", "x", 0],
    ["send", "x", "q"],
    ["send", "x", -1],
    ["send", "x", 9],
    ["send", "x", "9"],
    ["send", "x", 9, "127.0.0.1"],
    ["send", "x", 9, 5],
    ["send", "x", 9, {}],
    ["send", "x", 9, False],
    ["send", "x", 9, ""],
    ["send", "abc", 1, 1],
    ["send", "abc", 1, 1, 9],
    ["send", "abc", 3, 0, 9],
    ["send", "abc", 4, 0, 9],
    ["send", "abc", 1, 3, 9],
    ["send", "abc", -1, 1, 9],
    ["send", "abc", "x", 1, 9],
    ["send", "abc", 0, 1, 9, "127.0.0.1"],
    ["send", "x", 9, "127.0.0.1", 5],
    ["send", [], 9],
    ["send", ["a", "b"], 9],
    ["send", ["a", 5], 9],
    ["send", ["a", "b"], 0, 1, 9],
    ["setTTL"],
    ["setTTL", "x"],
    ["setTTL", 0],
    ["setTTL", 64],
    ["setTTL", 256],
    ["setMulticastTTL", "x"],
    ["setMulticastTTL", 256],
    ["setMulticastTTL", 8],
    ["setMulticastLoopback", True],
    ["setMulticastInterface", 5],
    ["setMulticastInterface", "x"],
    ["setBroadcast", True],
    ["addMembership"],
    ["addMembership", 5],
    ["addMembership", "bad"],
    ["addMembership", "127.0.0.1"],
    ["addMembership", "224.0.0.114", "bad"],
    ["dropMembership"],
    ["dropMembership", "224.0.0.114"],
    ["addSourceSpecificMembership"],
    ["addSourceSpecificMembership", "127.0.0.1", 5],
    ["addSourceSpecificMembership", "127.0.0.1", "bad"],
    ["setRecvBufferSize", "x"],
    ["setRecvBufferSize", -1],
    ["setSendBufferSize", 1.5],
    ["setSendBufferSize", 4294967296],
    ["setSendBufferSize", 2147483648],
    ["setSendBufferSize", 4096],
    ["getSendQueueSize"],
    ["getSendQueueCount"],
    ["ref"],
    ["unref"],
    ["close"],
]
PROGRAM = """
const dgram = require("dgram");
const made = {
  fresh: () => dgram.createSocket("udp4"),
  bound: () => { const s = dgram.createSocket("udp4"); s.bindSync({ address: "127.0.0.1" }); return s; },
  connected: () => { const s = made.bound(); s.connectSync(9, "127.0.0.1"); return s; },
  closed: () => { const s = made.bound(); s.close(); return s; },
};
const call = (state, [method, ...args]) => {
  const socket = made[state]().on("error", () => {}).unref();
  try { socket[method](...args); return "fine"; } catch (e) { return [e.name, e.code ?? null, e.message]; }
};
const found = %s.map((state) => %s.map((each) => call(state, each)));
process.stdout.write(JSON.stringify(found), () => process.exit());
"""


def make(state: str) -> dgram.Socket:
    socket = dgram.createSocket("udp4")
    if state != "fresh":
        socket.bindSync(address="127.0.0.1")
    if state == "connected":
        socket.connectSync(9, "127.0.0.1")
    if state == "closed":
        socket.close()
    return socket


def call(state: str, method: str, *args: Any) -> Any:
    socket = make(state).on("error", lambda: None)
    # JavaScript leaves out what Python must give.
    given = (*args, *[None] * (_NEEDED.get(method, 0) - len(args)))
    try:
        getattr(socket, method)(*given)
    except Exception as error:
        return [error.name, error.code, str(error)]  # type: ignore[attr-defined]
    finally:
        if socket._handle_ is not None:
            socket._waiting = None
            socket.close()
    return "fine"


_NEEDED = {"connect": 1, "connectSync": 1, "send": 1, "setTTL": 1, "addSourceSpecificMembership": 2}


@pytest.fixture(scope="module")
def theirs() -> dict[str, list[Any]]:
    found = evaluate(PROGRAM % (json.dumps(STATES), json.dumps(CALLS)))
    return dict(zip(STATES, found, strict=True))


@needsNode
@pytest.mark.parametrize("state", STATES)
@pytest_twisted.ensureDeferred
async def testCallsAsInNode(state: str, theirs: dict[str, list[Any]]) -> None:
    ours = [[*each, call(state, *each)] for each in CALLS]
    while ticks.hasWork():
        await deferLater(theReactor(), 0, lambda: None)
    # Where Node stumbles over its missing handle, we say that the socket is closed.
    wanted = [[*each, _sayClosed(found)] for each, found in zip(CALLS, theirs[state], strict=True)]
    assert ours == wanted


def _sayClosed(found: Any) -> Any:
    if found != "fine" and found[1] is None and "of null" in found[2]:
        return ["Error", "ERR_SOCKET_DGRAM_NOT_RUNNING", "Not running"]
    return found
