"""MessageEvent, CloseEvent, ErrorEvent: values and messages are Node 26's."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat import CloseEvent, ErrorEvent, MessageEvent
from nodecompat.errors import NodeError
from nodecompat.eventtarget import Event, EventTarget
from nodecompat.symbols import Symbol

CLASSES: list[Any] = [MessageEvent, CloseEvent, ErrorEvent]


def messageOf(*args: Any, **keywords: Any) -> list[Any]:
    event = MessageEvent(*args, **keywords)
    return [event.data, event.origin, event.lastEventId, event.source, list(event.ports)]


def closeOf(**keywords: Any) -> tuple[bool, int, str]:
    event = CloseEvent("x", keywords)
    return event.wasClean, event.code, event.reason


def errorOf(**keywords: Any) -> list[Any]:
    event = ErrorEvent("x", **keywords)
    return [event.message, event.filename, event.lineno, event.colno, event.error]


def refusal(make: Any, *args: Any, **keywords: Any) -> str:
    with pytest.raises(NodeError) as caught:
        make(*args, **keywords)
    assert isinstance(caught.value, TypeError)
    return caught.value.message


def testDefaults() -> None:
    assert messageOf("x") == [None, "", "", None, []]
    assert closeOf() == (False, 0, "")
    assert errorOf() == ["", "", 0, 0, None]


@pytest.mark.parametrize("kind", CLASSES)
def testTheyAreEvents(kind: Any) -> None:
    seen: list[Any] = []
    event = kind("x", {"bubbles": 1, "cancelable": "a", "composed": {}})
    assert (event.bubbles, event.cancelable, event.composed, event.isTrusted) == (True, True, True, False)
    target = EventTarget()
    target.addEventListener("x", seen.append)
    assert target.dispatchEvent(event) and seen == [event] and isinstance(event, Event)
    assert kind(5).type == "5" and kind(None).type == "undefined"


@pytest.mark.parametrize("kind", CLASSES)
def testAMissingType(kind: Any) -> None:
    assert refusal(kind) == f"{kind.__name__} constructor: 1 argument required, but 0 found."


def testASymbolIsNoType() -> None:
    words = "type is a symbol, which cannot be converted to a DOMString."
    assert refusal(MessageEvent, Symbol("q")) == f"MessageEvent constructor: {words}"
    assert refusal(CloseEvent, Symbol("q")) == f"CloseEvent constructor: {words}"
    assert refusal(ErrorEvent, Symbol("q")) == "Cannot convert a Symbol value to a string"


def testOptionsThatAreNone() -> None:
    words = "Expected {} to be one of: Null, Undefined, Object."
    assert refusal(MessageEvent, "x", 5) == "MessageEvent constructor: " + words.format("5")
    assert refusal(CloseEvent, "x", "s") == "undefined: " + words.format("s")
    assert refusal(ErrorEvent, "x", True) == (
        'The "options" argument must be of type object. Received type boolean (true)'
    )


def testAMessage() -> None:
    assert messageOf("x", {"data": [1], "origin": 2, "lastEventId": 3, "source": None, "ports": []}) == [
        *([1], "2", "3", None, []),
    ]
    assert messageOf("x", origin="\ud800", lastEventId="\ud800")[1:3] == ["\ufffd", "\ud800"]


def testThereAreNoPorts() -> None:
    start = "MessageEvent constructor: "
    port = " to be an instance of MessagePort."
    assert refusal(messageOf, "x", source=5) == f'{start}Expected eventInitDict.source ("5"){port}'
    assert refusal(messageOf, "x", source={}) == f'{start}Expected eventInitDict.source ("{{}}"){port}'
    assert refusal(messageOf, "x", ports=5) == f"{start}eventInitDict.ports (5) is not iterable."
    assert refusal(messageOf, "x", ports=[5]) == f'{start}Expected eventInitDict.ports[0] ("5"){port}'


def testInitMessageEventReturnsAnother() -> None:
    event = MessageEvent("a", data=[1])
    other = event.initMessageEvent("b", True, True, 5, "o", "l", None, [])
    assert (event.type, event.data) == ("a", [1])
    assert (other.type, other.bubbles, other.cancelable, other.data) == ("b", True, True, 5)
    assert (other.origin, other.lastEventId) == ("o", "l")
    assert refusal(event.initMessageEvent) == "MessageEvent.initMessageEvent: 1 argument required, but 0 found."


@pytest.mark.parametrize(
    "value, code",
    [
        *((1000, 1000), (70000, 4464), (-1, -1), ("12", 12), (float("nan"), 0), (3.7, 3), (1e20, 0), ("abc", 0)),
        *((float("inf"), 0), (None, 0)),
    ],
)
def testTheCodeOfAClose(value: Any, code: int) -> None:
    assert closeOf(code=value)[1] == code


def testTheRestOfAClose() -> None:
    assert closeOf(wasClean=1, reason=5) == (True, 0, "5")
    assert closeOf(wasClean=[], reason="\ud800") == (True, 0, "\ufffd")
    assert closeOf(wasClean="") == (False, 0, "")
    assert refusal(closeOf, reason=Symbol("a")) == "Cannot convert a Symbol value to a string"


def testAnError() -> None:
    assert errorOf(message=1, filename=2, lineno=3, colno=4, error=5) == ["1", "2", 3, 4, 5]
    assert errorOf(message="\ud800", filename="\ud800", lineno=2**32 + 5, colno=1.9) == ["\ud800", "\ufffd", 5, 1, None]
    assert errorOf(lineno=-1, colno="7")[2:4] == [-1, 7]
