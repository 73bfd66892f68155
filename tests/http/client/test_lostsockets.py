"""Requests whose socket fails before they have it: in every order of both ends as recorded from Node, and one close.

`lostsockets.cjs` beside this file made the record.
"""

from __future__ import annotations

import itertools
import json
import pathlib
from typing import Any

import pytest

from nodecompat import http, net, process
from nodecompat.testing import network
from nodecompat.timers import setImmediate

RECORD = json.loads((pathlib.Path(__file__).parents[2] / "data/http/lost-sockets-node.json").read_text("ascii"))
# Where Node ends with an uncaught error nothing is compared.
CASES = [case for case in RECORD if "uncaught" not in case[3]]
WAYS = [way for way, _ in itertools.groupby(CASES, key=lambda case: case[0])]


@pytest.fixture
def fake():
    with network() as fake:
        yield fake


def at(time: str, act: Any) -> None:
    if time == "immediate":
        setImmediate(act)
    elif int(time):
        process.nextTick(at, str(int(time) - 1), act)
    else:
        act()


def makeSocket(fate: str, log: list[str]) -> net.Socket:
    socket = net.Socket()
    socket.on("close", lambda: log.append("socket closed"))
    time, _, what = fate.partition(" ")
    if what:
        at(time, lambda: socket.destroy(ValueError("Oops") if what == "error" else None))
    return socket


class OnlyAddRequest:
    def __init__(self, make: Any) -> None:
        self.make = make

    def addRequest(self, req: Any, options: Any) -> None:
        req.onSocket(self.make())


def toOptions(way: str, make: Any) -> dict[str, Any]:
    def returns(options: Any, done: Any) -> Any:
        return make()

    def callsBack(options: Any, done: Any) -> None:
        done(None, make())

    def callsBackInATick(options: Any, done: Any) -> None:
        process.nextTick(done, None, make())

    if way == "addRequest":
        return {"agent": OnlyAddRequest(make)}
    create = returns
    if way.endswith("calls back"):
        create = callsBack
    elif way.endswith("in a tick"):
        create = callsBackInATick
    if way.startswith("option"):
        return {"createConnection": create}
    agent = http.Agent(keepAlive=way == "keeping agent")
    agent.createConnection = create  # type: ignore[method-assign]
    return {"agent": agent}


def play(fake: Any, way: str, socketFate: str, requestFate: str) -> str:
    log: list[str] = []
    req = http.get(toOptions(way, lambda: makeSocket(socketFate, log)))
    for event in ("abort", "close", "socket"):
        req.on(event, lambda *args, event=event: log.append(event))
    req.on("error", lambda error: log.append(str(error)))
    time, _, what = requestFate.partition(" ")
    acts = {"abort": req.abort, "destroy": req.destroy, "error": lambda: req.destroy(ValueError("Mine"))}
    if time == "socket":
        req.on("socket", lambda socket: acts[what]())
    elif what:
        at(time, acts[what])
    fake.run()
    return ", ".join(log)


def endsOf(node: str, socketFate: str) -> str:
    """Node's story, to its end: a request that got a closed socket waits for ever there."""
    told = node.split(", ")
    if socketFate == "stays" or "close" in told:
        return node
    isTold = "Oops" in told or "Mine" in told
    return ", ".join([*told, *([] if isTold else ["socket hang up"]), "close"])


@pytest.mark.parametrize("way", WAYS)
def testEachFailureIsToldOnceAndTheRequestCloses(fake, way):
    cases = [case for case in CASES if case[0] == way]
    assert len(cases) > 150
    for _, socketFate, requestFate, node in cases:
        assert (socketFate, requestFate, play(fake, way, socketFate, requestFate)) == (
            socketFate,
            requestFate,
            endsOf(node, socketFate),
        )
