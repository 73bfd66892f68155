"""What Node did in each dgram-* scenario, reproduced over the descriptor handles and over the bridge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import pytest_twisted
import transcript
from transcript import Env

from nodecompat import dgram
from nodecompat.reactor import choose

WHO = {"message": lambda data, info: [data.decode(), info.family, info.address, info.size]}


async def sendReceive(env: Env) -> None:
    receiver = env.watch("receiver", dgram.createSocket("udp4"), ("listening", "message", "error", "close"), WHO)
    events = ("listening", "message", "connect", "error", "close")
    sender = env.watch("sender", dgram.createSocket("udp4"), events, WHO)
    receiver.on("message", lambda data, info: receiver.send(b"re:" + data, info.port, info.address))
    receiver.bind(0, "127.0.0.1", lambda: env.log("receiver", "bind-callback"))
    await env.once(receiver, "listening")
    port, answers = receiver.address().port, []
    sender.on("message", lambda data: answers.append(data))
    sender.send("one", port, "127.0.0.1", lambda *result: env.log("sender", "send-callback", *result))
    sender.send(["tw", "o"], port, "127.0.0.1", lambda *result: env.log("sender", "send-callback", *result))
    await env.until(lambda: len(answers) == 2)
    receiver.close(lambda: env.log("receiver", "close-callback"))
    sender.close()
    await env.sleep(10)
    noteError(env, "receiver", "second-close-threw", receiver.close)
    noteError(env, "receiver", "send-after-close-threw", lambda: receiver.send("x", 1, "127.0.0.1"))


async def bindErrors(env: Env) -> None:
    a = dgram.createSocket("udp4")
    noteError(env, "a", "address-threw", a.address)
    a.bind(0, "127.0.0.1")
    await env.once(a, "listening")
    port = env.port(a.address().port)
    noteError(env, "a", "bind-threw", lambda: a.bind(0))
    b = env.watch("b", dgram.createSocket("udp4"), ("listening", "error", "close"))
    b.bind(port, "127.0.0.1")
    await env.once(b, "error")
    a.close()
    noteError(env, "b", "close-threw", b.close)


def noteError(env: Env, who: str, event: str, call: Callable[[], object]) -> None:
    try:
        call()
    except Exception as error:
        env.log(who, event, error)


PROGRAMS: dict[str, Callable[[Env], Awaitable[None]]] = {
    "dgram-bind-errors": bindErrors,
    "dgram-send-receive": sendReceive,
}


@pytest.fixture(params=["descriptor", "bridge"])
def someHandles(request: Any) -> Iterator[None]:
    """Put one kind of handles in force."""
    if request.param == "bridge":
        from nodecompat.reactor.twisted.ports import BridgeFactory

        before = choose.use(BridgeFactory())
    else:
        tcp = pytest.importorskip("nodecompat.reactor.descriptor.tcp", reason="no epoll here")
        before = choose.use(tcp.DescriptorFactory())
    yield
    choose.use(before)


@pytest.mark.parametrize("name", transcript.names("dgram-"))
@pytest_twisted.ensureDeferred
async def testAsInNode(name: str, someHandles: None) -> None:
    await transcript.reproduce(name, PROGRAMS[name])
