"""Whatever is called, in whatever order and from wherever: no exception, one onclose, nothing after it."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
import pytest_twisted
from conformance.worlds import World

from nodecompat.reactor.loop import faults

CALLS = ("connect", "readStart", "readStop", "write", "writev", "shutdown", "reset", "close", "unref", "ref", "turn")
#: Random programs in each world; `HYPOTHESIS_PROFILE=thorough` runs more.
RUNS = 2000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 40


@pytest_twisted.ensureDeferred
async def testAnyOrderIsLegal(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    errors: list[BaseException] = []
    monkeypatch.setattr(faults, "fatal", errors.append)
    for seed in range(RUNS):
        await play(world, random.Random(seed))
        assert errors == [], f"with seed {seed}"


async def play(world: World, choice: random.Random) -> None:
    """One client, one peer, and calls from outside as well as from every callback."""
    echoes, reenters = choice.random() < 0.5, choice.random() < 0.5
    server = await world.listen()
    place = world.addressOf(server)
    peers = []

    def onConnection(status: int, handle: Any) -> None:
        peer = world.recorded(handle, "peer")
        peer.hooks["onread"] = lambda data: answer(handle, data) if echoes else handle.close()
        peer.hooks["onreadend"] = lambda status: handle.close()
        peers.append(handle)
        handle.readStart()

    def answer(handle: Any, data: bytes) -> None:
        if not handle.writeQueueSize:
            handle.write(data)

    server.hooks["onconnection"] = onConnection
    client = world.stream()
    left = choice.choices(CALLS, k=choice.randrange(12))

    def act(*_: Any) -> None:
        call = left.pop(0) if left else "turn"
        if call == "connect":
            client.handle.connect(*place)
        elif call == "write" and not client.handle.writeQueueSize:
            client.handle.write(b"x" * choice.choice([1, 100_000, 3_000_000]))
        elif call == "writev" and not client.handle.writeQueueSize:
            client.handle.writev([b"y" * 1000] * 200)
        elif call not in ("write", "writev", "turn"):
            getattr(client.handle, call)()

    client.handle.connect(*place)
    if reenters:
        for name in ("onread", "onreadend", "onwrite", "onshutdown", "onconnect"):
            client.hooks[name] = act
    while left:
        act()
        await world.turn()
    for handle in (client.handle, server.handle, *peers):
        handle.close()
    await world.until(lambda: client.events("onclose") and server.events("onclose"))
    await world.settle()
    assert client.events()[-1] == ("onclose",)
    assert len(client.events("onclose")) == 1
    world.log.clear()
