"""Headers."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat import Headers


def testNamesHaveNoCase() -> None:
    headers = Headers({"Content-Type": "a"})
    headers.append("CONTENT-TYPE", "b")
    assert headers.get("content-type") == "a, b" and headers.has("Content-Type")
    headers.set("Content-type", " c ")
    assert list(headers) == [("content-type", "c")]
    headers.delete("content-TYPE")
    assert headers.get("content-type") is None


def testIterationIsSortedAndKeepsCookiesApart() -> None:
    headers = Headers([("set-cookie", "a=1"), ("b", "2"), ("a", "1"), ("Set-Cookie", "b=2")])
    assert list(headers.entries()) == [("a", "1"), ("b", "2"), ("set-cookie", "a=1"), ("set-cookie", "b=2")]
    assert list(headers.keys()) == ["a", "b", "set-cookie", "set-cookie"]
    assert list(headers.values()) == ["1", "2", "a=1", "b=2"]
    assert headers.getSetCookie() == ["a=1", "b=2"]


def testCookiesAreJoinedBySemicolons() -> None:
    assert Headers([("cookie", "a=1"), ("cookie", "b=2")]).get("cookie") == "a=1; b=2"


def testForEachGivesValueNameAndHeaders() -> None:
    headers, seen = Headers(a="1"), []
    headers.forEach(lambda value, name, owner: seen.append((value, name, owner is headers)))
    assert seen == [("1", "a", True)]


def testReadsAsAMapping() -> None:
    headers = Headers({"A": "1"})
    assert dict(headers) == {"a": "1"} and headers["A"] == "1" and "a" in headers
    with pytest.raises(KeyError):
        headers["b"]


@pytest.mark.parametrize(
    "init, message",
    [
        ({"bad name": "a"}, 'Headers.append: "bad name" is an invalid header name.'),
        ({"a": "b\nc"}, 'Headers.append: "b\nc" is an invalid header value.'),
        ([["a"]], "Headers constructor: expected name/value pair to be length 2, found 1."),
        (
            "x",
            "Headers constructor: Argument 1 could not be converted to one of: "
            "sequence<sequence<ByteString>>, record<ByteString, ByteString>.",
        ),
    ],
)
def testRefusals(init: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        Headers(init)
    assert str(caught.value) == message
