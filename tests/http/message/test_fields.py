"""The headers of an outgoing message, until its head is made."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat import Headers, http


@pytest.fixture
def message() -> Any:
    return http.OutgoingMessage()


def testNamesAreComparedWithoutRegardToCase(message: Any) -> None:
    assert message.setHeader("X-A", 1) is message
    message.setHeader("x-a", [2, 3])
    assert (message.getHeader("X-a"), message.hasHeader("X-A"), message.getHeaders()) == ([2, 3], True, {"x-a": [2, 3]})
    assert (message.getHeaderNames(), message.getRawHeaderNames()) == (["x-a"], ["x-a"])


def testAHeaderKeepsItsPlace(message: Any) -> None:
    for name in ("A", "B", "a"):
        message.setHeader(name, name)
    assert message.getRawHeaderNames() == ["a", "B"]


def testNothingIsSetAtFirst(message: Any) -> None:
    assert (message.getHeader("a"), message.hasHeader("a"), message.getHeaders()) == (None, False, {})
    assert (message.getHeaderNames(), message.getRawHeaderNames()) == ([], [])
    message.removeHeader("a")


def testACopyIsACopy(message: Any) -> None:
    message.setHeader("a", "b")
    message.getHeaders()["a"] = "changed"
    assert message.getHeader("a") == "b"


@pytest.mark.parametrize(
    ("before", "added", "expected"),
    [
        ([], "a", "a"),
        (["a"], "b", ["a", "b"]),
        ([["a", "b"]], ["c", "d"], ["a", "b", "c", "d"]),
        ([5], "b", [5, "b"]),
    ],
)
def testAppendKeepsWhatIsThere(message: Any, before: list[Any], added: Any, expected: Any) -> None:
    for value in before:
        message.setHeader("X-A", value)
    assert message.appendHeader("x-a", added) is message
    assert message.getHeader("x-a") == expected
    assert message.getRawHeaderNames() == ["X-A" if before else "x-a"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("a b", "x", "ERR_INVALID_HTTP_TOKEN"),
        ("", "x", "ERR_INVALID_HTTP_TOKEN"),
        (5, "x", "ERR_INVALID_HTTP_TOKEN"),
        ("a", None, "ERR_HTTP_INVALID_HEADER_VALUE"),
        ("a", "x\r\nb: c", "ERR_INVALID_CHAR"),
        ("a", ["x", "\0"], "ERR_INVALID_CHAR"),
        ("a", "\u0100", "ERR_INVALID_CHAR"),
    ],
)
@pytest.mark.parametrize("method", ["setHeader", "appendHeader"])
def testWhatIsRefused(message: Any, method: str, name: Any, value: Any, code: str) -> None:
    with pytest.raises(TypeError) as caught:
        getattr(message, method)(name, value)
    assert (caught.value.code, message.getHeaderNames()) == (code, [])  # type: ignore[attr-defined]


@pytest.mark.parametrize("method", ["getHeader", "hasHeader", "removeHeader"])
def testANameIsText(message: Any, method: str) -> None:
    with pytest.raises(TypeError, match=r'"name" argument must be of type string. Received type number'):
        getattr(message, method)(5)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-B": ["1", "2"], "C": 3}, {"x-b": ["1", "2"], "c": 3}),
        (Headers([("a", "1"), ("set-cookie", "a=1"), ("set-cookie", "b=2")]), {"a": "1", "set-cookie": ["a=1", "b=2"]}),
        ({"set-cookie": "z"}, {"set-cookie": ["z"]}),
        ({"set-cookie": ["z"], "Set-Cookie": "y"}, {"set-cookie": ["z"]}),
        ({}, {}),
    ],
)
def testHeadersOfAMappingOrOfPairs(message: Any, headers: Any, expected: dict[str, Any]) -> None:
    """As seen in Node."""
    assert message.setHeaders(headers) is message
    assert message.getHeaders() == expected


@pytest.mark.parametrize("headers", [None, 5, [("a", "b")], "a: b"])
def testWhatHasNoPairs(message: Any, headers: Any) -> None:
    with pytest.raises(TypeError, match='"headers" argument must be an instance of Headers or Map'):
        message.setHeaders(headers)


@pytest.mark.parametrize(
    "call",
    [
        lambda m: m.setHeader("a", "b"),
        lambda m: m.appendHeader("a", "b"),
        lambda m: m.setHeaders({}),
        lambda m: m.removeHeader("a"),
    ],
)
def testNothingChangesBehindTheHead(message: Any, call: Any) -> None:
    message._header = "GET / HTTP/1.1\r\n\r\n"
    with pytest.raises(Exception, match=r"Cannot (set|append|remove) headers after they are sent") as caught:
        call(message)
    assert caught.value.code == "ERR_HTTP_HEADERS_SENT"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "flag", "before"),
    [
        ("Connection", "_removedConnection", False),
        ("Content-Length", "_removedContLen", False),
        ("Transfer-Encoding", "_removedTE", False),
        ("Date", "sendDate", False),
    ],
)
def testWhatIsRemovedIsNotAddedEither(message: Any, name: str, flag: str, before: bool) -> None:
    assert getattr(message, flag) is before
    if name == "Date":
        message.sendDate = True
    message.removeHeader(name)
    assert getattr(message, flag) is (name != "Date")


def testTheFlagsAreApart(message: Any) -> None:
    message.sendDate, message._defaultKeepAlive = True, False
    assert (message.sendDate, message._defaultKeepAlive, message._removedTE) == (True, False, False)
    message._removedTE = True
    message.sendDate = False
    assert (message.sendDate, message._defaultKeepAlive, message._removedTE) == (False, False, True)
