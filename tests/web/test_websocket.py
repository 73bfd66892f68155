"""WebSocket, Node's global: arguments, events, the end; on the simulated network. Outcomes are Node 26's."""

from __future__ import annotations

from typing import Any

import pytest
import websocketcases as cases
from websocketbed import ClientBed

from nodecompat import URL, Blob, WebSocket
from nodecompat.abort import DOMException
from nodecompat.errors import NodeError
from nodecompat.symbols import Symbol
from nodecompat.testing import Network


def refusal(*args: Any, **keywords: Any) -> tuple[str, str]:
    with pytest.raises(NodeError) as caught:
        WebSocket(*args, **keywords)
    return caught.value.name, caught.value.message


@pytest.mark.parametrize(
    "args, name, message",
    [
        ((), "TypeError", "WebSocket constructor: 1 argument required, but 0 found."),
        (("x",), "SyntaxError", "TypeError: Invalid URL"),
        (("ftp://a",), "SyntaxError", "expected a ws: or wss: url"),
        (("ws://a#",), "SyntaxError", "hash"),
        (("ws://a#b",), "SyntaxError", "hash"),
        (("ws://a", ["a", "A"]), "SyntaxError", "Invalid Sec-WebSocket-Protocol value"),
        (("ws://a", "a b"), "SyntaxError", "Invalid Sec-WebSocket-Protocol value"),
        (("ws://a", ""), "SyntaxError", "Invalid Sec-WebSocket-Protocol value"),
        (("ws://a", {"protocols": ["é"]}), "SyntaxError", "Invalid Sec-WebSocket-Protocol value"),
        ((Symbol("x"),), "TypeError", "Cannot convert a Symbol value to a string"),
        (("ws://a", {"dispatcher": 5}), "TypeError", "The dispatcher of a WebSocket is an http.Agent or https.Agent"),
    ],
)
def testArgumentsThatAreNone(args: Any, name: str, message: str) -> None:
    assert refusal(*args) == (name, message)


@pytest.mark.parametrize(
    "given, url",
    [
        ("http://127.0.0.1", "ws://127.0.0.1/"),
        ("https://A/b?c", "wss://a/b?c"),
        (URL("ws://127.0.0.1/x"), "ws://127.0.0.1/x"),
    ],
)
def testTheUrl(net: Network, given: Any, url: str) -> None:
    ws = WebSocket(given)
    assert ws.url == url
    ws.close()


def testBeforeItOpens(net: Network) -> None:
    ws = WebSocket("ws://127.0.0.1/")
    assert (ws.readyState, ws.bufferedAmount, ws.extensions, ws.protocol, ws.binaryType) == (0, 0, "", "", "blob")
    assert [ws.onopen, ws.onmessage, ws.onerror, ws.onclose] == [None] * 4
    with pytest.raises(DOMException, match=r"Sent before connected\.") as caught:
        ws.send("x")
    assert caught.value.name == "InvalidStateError"
    ws.close()


def testItOpens(net: Network) -> None:
    bed = ClientBed(net, ["x", "y"]).answer(
        sec_websocket_protocol="y", sec_websocket_extensions="permessage-deflate; a"
    )
    assert bed.log == ["open"]
    assert (bed.ws.readyState, bed.ws.protocol, bed.ws.extensions) == (WebSocket.OPEN, "y", "permessage-deflate; a")


def testWhatComes(net: Network) -> None:
    bed = ClientBed(net).answer((cases.TEXT, "µ".encode()), (cases.BINARY, b"x"), (cases.PING, b"p"), (cases.PONG, b""))
    assert bed.log == ["open", "µ", b"x"] and bed.sent() == [(cases.PONG, "70")]
    bed.ws.binaryType = "other"
    assert bed.ws.binaryType == "blob"
    bed.send((cases.BINARY, b"abc"))
    assert isinstance(bed.log[-1], Blob) and bed.log[-1].size == 3


def testAMessageEvent(net: Network, log: list[Any]) -> None:
    bed = ClientBed(net)
    bed.ws.addEventListener("message", lambda event: log.append((event.type, event.origin, event.target, event.data)))
    bed.answer((cases.TEXT, "\ufeffa".encode()))
    assert log == [("message", "ws://127.0.0.1", bed.ws, "a")]


@pytest.mark.parametrize(
    "data, first, payload",
    [
        ("a\ud800", cases.TEXT, "a\ufffd".encode()),
        (b"a", cases.BINARY, b"a"),
        (memoryview(b"a"), cases.BINARY, b"a"),
        (Blob(["a"]), cases.BINARY, b"a"),
        (5, cases.TEXT, b"5"),
        (None, cases.TEXT, b"undefined"),
        (True, cases.TEXT, b"true"),
        ([1, 2], cases.TEXT, b"1,2"),
    ],
)
def testWhatIsSent(net: Network, data: Any, first: int, payload: bytes) -> None:
    bed = ClientBed(net).answer()
    bed.ws.send(data)
    assert bed.ws.bufferedAmount == len(payload)
    assert bed.sent() == [(first, payload.hex())] and bed.ws.bufferedAmount == 0


def testNothingIsNoMessage(net: Network) -> None:
    bed = ClientBed(net).answer()
    with pytest.raises(TypeError, match=r"WebSocket\.send: 1 argument required, but 0 found\."):
        bed.ws.send()


@pytest.mark.parametrize(
    "args, payload",
    [
        ((), b""),
        ((1000,), b"\x03\xe8"),
        ((None, "x"), b"\x03\xe8x"),
        ((4999, "µ"), b"\x13\x87\xc2\xb5"),
        (("3000",), b"\x0b\xb8"),
        ((3000.5,), b"\x0b\xb8"),
        ((3001.5,), b"\x0b\xba"),
    ],
)
def testClose(net: Network, args: Any, payload: bytes) -> None:
    bed = ClientBed(net).answer()
    bed.ws.close(*args)
    bed.ws.close(4000)
    assert bed.ws.readyState == WebSocket.CLOSING and bed.sent() == [(cases.CLOSE, payload.hex())]
    bed.ws.send("late")
    bed.send((cases.TEXT, b"late"), cases.closing(1001, b"so"))
    bed.peer.end()
    net.run()
    assert bed.log == ["open", (1001, "so", True)] and bed.ws.readyState == WebSocket.CLOSED and bed.sent() == []


@pytest.mark.parametrize("code", [0, 999, 1001, 2999, 5000, -5, 70000, "x", float("nan")])
def testCodesThatAreNone(net: Network, code: Any) -> None:
    bed = ClientBed(net).answer()
    with pytest.raises(DOMException, match="invalid code") as caught:
        bed.ws.close(code)
    assert caught.value.name == "InvalidAccessError" and bed.ws.readyState == WebSocket.OPEN


def testAReasonThatIsTooLong(net: Network) -> None:
    bed = ClientBed(net).answer()
    with pytest.raises(DOMException, match="Reason must be less than 123 bytes; received 124") as caught:
        bed.ws.close(1000, "µ" * 62)
    assert caught.value.name == "SyntaxError"


def testCloseBeforeItOpens(net: Network) -> None:
    bed = ClientBed(net)
    bed.ws.close()
    words = "WebSocket was closed before the connection was established"
    assert bed.log == [("error", words), (1006, "", False)] and bed.ws.readyState == WebSocket.CLOSING
    net.run()
    assert len(bed.log) == 2 and bed.listening.peers == []


def testCloseWhileItConnects(net: Network) -> None:
    bed = ClientBed(net)
    bed.head()
    bed.ws.close()
    net.run()
    assert len(bed.log) == 2 and (bed.peer.ended or bed.peer.error)


def testTheConnectionIsLost(net: Network) -> None:
    bed = ClientBed(net).answer()
    bed.peer.reset()
    net.run()
    assert bed.log == ["open", ("error", "None"), (1006, "", False)] and bed.ws.readyState == WebSocket.CLOSED


def testAFaultIsTheCauseOfTheError(net: Network) -> None:
    bed = ClientBed(net).answer((0x83, b""))
    assert bed.log == ["open", ("error", "Invalid WebSocket frame: invalid opcode 3"), (1006, "", False)]
    assert bed.sent() == [(cases.CLOSE, (b"\x03\xeaInvalid opcode received").hex())]


def testKeywordsAreChecked() -> None:
    assert refusal("ws://a", protocol="x")[1] == "unknown option 'protocol'; did you mean 'protocols'?"


def testTheLeastAndTheMostOfArguments(net: Network) -> None:
    for protocols in (None, [], 5, True, {"protocols": 5}):
        WebSocket("ws://127.0.0.1/", protocols).close()
    for headers, words in ((5, "could not be converted"), ({"a b": "1"}, '"a b" is an invalid header name')):
        name, message = refusal("ws://a", headers=headers)
        assert name == "TypeError" and words in message


def testHandlers(net: Network, log: list[Any]) -> None:
    bed = ClientBed(net)
    bed.ws.onopen = lambda: log.append("first")
    bed.ws.onopen = handler = lambda: log.append("second")
    assert bed.ws.onopen is handler
    bed.ws.onmessage = "no function"
    assert bed.ws.onmessage is None
    bed.ws.onmessage = nothing = object()
    assert bed.ws.onmessage is nothing
    bed.answer((cases.TEXT, b"unheard"))
    assert log == ["second"]
