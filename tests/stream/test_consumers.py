"""stream.consumers: everything a stream gives, as one value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlog import silent, source

from nodecompat.errors import NodeError
from nodecompat.reactor.loop import ticks
from nodecompat.stream import Duplex, Readable, consumers
from nodecompat.testing import Network

Outcome = Callable[[Any], Any]


@pytest.mark.parametrize("name", ["buffer", "bytes", "arrayBuffer"])
def testBytes(outcome: Outcome, name: str) -> None:
    assert outcome(getattr(consumers, name)(source("a", "€"))) == "a€".encode()


def testBlob(outcome: Outcome) -> None:
    blob = outcome(consumers.blob(source("a", "€")))
    assert blob.size == 4
    assert outcome(Duplex.from_(blob).toArray()) == ["a€".encode()]


def testTextJoinsSplitCharactersAndDropsTheMark(outcome: Outcome) -> None:
    assert outcome(consumers.text(source(b"\xef\xbb\xbfa\xe2\x82", b"\xac"))) == "a€"


def testTextOfTexts(outcome: Outcome) -> None:
    assert outcome(consumers.text(Readable.from_(["a", "b"]))) == "ab"


def testJson(outcome: Outcome) -> None:
    assert outcome(consumers.json(source('{"a": ', "[1]}"))) == {"a": [1]}


def testJsonThatIsNoneFails(outcome: Outcome) -> None:
    with pytest.raises(ValueError, match=r"Expecting"):
        outcome(consumers.json(source("{")))


def testAnIterableWillDo(outcome: Outcome) -> None:
    assert outcome(consumers.buffer([b"a", bytearray(b"b"), "c"])) == b"abc"


def testObjectsAreNoBytes(outcome: Outcome) -> None:
    with pytest.raises(NodeError, match=r'The "chunk" argument must be of type string'):
        outcome(consumers.buffer(Readable.from_([5])))


def testAnErrorIsHandedOver(outcome: Outcome) -> None:
    stream = source("a")
    stream.destroy(ValueError("x"))
    with pytest.raises(ValueError, match=r"x"):
        outcome(consumers.text(stream))


def testAByteOrderMarkIsTakenOffBytesOnly(outcome: Outcome) -> None:
    assert outcome(consumers.text(Readable.from_([b"\xef\xbb", b"\xbfa"]))) == "a"
    assert outcome(consumers.text(Readable.from_(["\ufeffa"]))) == "\ufeffa"


@pytest.mark.parametrize(("name", "argument"), [("text", "input"), ("buffer", "chunk"), ("blob", "chunk")])
def testOtherChunksAreErrors(outcome: Outcome, name: str, argument: str) -> None:
    with pytest.raises(NodeError, match=rf'^The "{argument}" argument must be .* Received type number \(1\)$'):
        outcome(getattr(consumers, name)(Readable.from_([1])))


def testTheOutcomeIsToldInAMicrotask(net: Network) -> None:
    order: list[str] = []
    waiting = consumers.text(Readable.from_(["a"]))
    waiting.addCallback(lambda text: order.append(text) or ticks.queueMicrotask(order.append, "next"))
    net.run()
    assert order == ["a", "next"]
    cancelled = consumers.text(silent())
    cancelled.addErrback(lambda failure: order.append(failure.type.__name__))
    cancelled.cancel()
    net.run()
    assert order[2:] == ["CancelledError"]
