"""The channel, without a process at the other end."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat.child_process.messages import Conversation
from nodecompat.errors import ERR_INVALID_HANDLE_TYPE
from nodecompat.events import EventEmitter, once
from nodecompat.reactor.loop.channel import Channel, pair

check = pytest_twisted.ensureDeferred


class End(EventEmitter):
    """Something that has a channel."""

    def __init__(self, sock: Any) -> None:
        super().__init__()
        self.over: Deferred[None] = Deferred()
        self.conversation = Conversation(self, Channel(sock), lambda: self.over.callback(None))

    def send(self, message: Any, handle: Any = None, options: Any = None, callback: Any = None) -> bool:
        return self.conversation.send(message, handle, options, callback)


def ends() -> tuple[End, End]:
    first, second = pair()
    return End(first), End(second)


async def closed(*both: End) -> None:
    both[0].conversation.disconnect()
    for each in both:
        await each.over


@check
async def testMessagesWaitForAListener() -> None:
    first, second = ends()
    first.send("early")
    first.send({"cmd": "NODE_OWN", "n": 1})
    assert await once(second, "internalMessage") == [{"cmd": "NODE_OWN", "n": 1}, None]
    assert await once(second, "message") == ["early", None]
    await closed(first, second)


@check
async def testAMessageMayComeInPieces() -> None:
    ours, theirs = pair()
    end = End(ours)
    theirs.setblocking(True)
    got = once(end, "message")
    theirs.send(b'{"a":')
    theirs.send(b'"b"}\n')
    assert (await got)[0] == {"a": "b"}
    theirs.close()
    await end.over


@check
async def testALineThatIsNoJSONIsAnError() -> None:
    ours, theirs = pair()
    end = End(ours)
    failed = once(end, "error")
    theirs.send(b"no json\n")
    assert isinstance((await failed)[0], json.JSONDecodeError)
    theirs.close()
    await end.over


@check
async def testOthersWaitBehindAHandleUntilItHasArrived() -> None:
    first, second = ends()
    reading, writing = os.pipe()
    got: list[Any] = []
    done: Deferred[None] = Deferred()

    def onMessage(message: Any, handle: Any) -> None:
        got.append((message, handle is not None))
        if handle is not None:
            os.close(handle)
        if len(got) == 3:
            done.callback(None)

    second.on("message", onMessage)
    with os.fdopen(reading) as file:
        assert first.send("with", file)
        with pytest.raises(ERR_INVALID_HANDLE_TYPE):  # also behind one that is under way
            first.send("wrong", "handle")
        assert first.send("behind")  # the first that waits
        assert not first.send("behind too")
    await done
    assert got == [("with", True), ("behind", False), ("behind too", False)]
    os.close(writing)
    await closed(first, second)


@check
async def testADescriptorThatWasLostIsSentAgain() -> None:
    ours, theirs = pair()
    end = End(ours)
    theirs.setblocking(True)
    reading, writing = os.pipe()
    with os.fdopen(reading) as file:
        end.send("x", file)
        tries = 0
        while tries < 4:
            assert json.loads(theirs.recv(1000))["cmd"] == "NODE_HANDLE"
            tries += 1
            theirs.send(b'{"cmd":"NODE_HANDLE_NACK"}\n')
            if tries < 4:
                await turn(end)
        end.send("after")
    await turn(end)
    assert theirs.recv(1000) == b'"after"\n'
    os.close(writing)
    theirs.close()
    await end.over


async def turn(end: End) -> None:
    """Until the end has read what was sent to it."""
    seen: Deferred[None] = Deferred()
    channel: Any = end.conversation._channel
    before = channel.onread

    def onread(data: bytes, descriptors: list[int]) -> None:
        before(data, descriptors)
        channel.onread = before
        seen.callback(None)

    channel.onread = onread
    await seen


@check
async def testWhatWasSentBeforeTheEndArrives() -> None:
    first, second = ends()
    text = "x" * 1_000_000
    assert first.send(text) is False  # much waits
    first.conversation.disconnect()
    assert (await once(second, "message"))[0] == text
    for each in (first, second):
        await each.over


@check
async def testWhatAPeerHasNotReadWhenItGoesIsNoError() -> None:
    first, second = ends()
    sent: list[Any] = []
    assert first.send("x" * 1_000_000, sent.append) is False
    first.send("behind it")
    second.conversation.disconnect()  # without an 'error' listener, one would end the program
    await second.over
    await first.over
    assert sent == [None]
