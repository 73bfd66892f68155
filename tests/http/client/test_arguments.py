"""The arguments of http.request in Node's forms, and the checks on them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from nodecompat import http
from nodecompat.http.client import arguments
from nodecompat.http.client.agent import globalAgent
from nodecompat.url import URL

URL_TEXT = "http://user:pw@a.test:81/path?q"


def callback(res: Any) -> None: ...


@pytest.mark.parametrize(
    ("given", "keywords", "expected", "isCalledBack"),
    [
        (({"port": 1}, None, None), {}, {"port": 1}, False),
        (({"port": 1}, callback, None), {}, {"port": 1}, True),
        (({"port": 1}, None, callback), {}, {"port": 1}, True),
        ((None, None, None), {"port": 1}, {"port": 1}, False),
        ((callback, None, None), {"port": 1}, {"port": 1}, True),
        (({"port": 1}, None, None), {"port": 3}, {"port": 3}, False),
    ],
)
def testWithoutAUrl(
    given: tuple[Any, ...], keywords: dict[str, Any], expected: dict[str, Any], isCalledBack: bool
) -> None:
    assert arguments.readArguments(*given, keywords) == (expected, callback if isCalledBack else None)


@pytest.mark.parametrize("url", [URL_TEXT, URL(URL_TEXT), urlsplit(URL_TEXT)], ids=["text", "URL", "urllib"])
@pytest.mark.parametrize(
    "rest", [(None, callback), (callback, None), ({"port": 82}, callback)], ids=["", "short", "options"]
)
def testWithAUrl(url: Any, rest: tuple[Any, Any]) -> None:
    """Options override it."""
    found, called = arguments.readArguments(url, *rest, {})
    assert called is callback
    assert {name: str(found[name]) for name in ("hostname", "path", "auth", "port")} == {
        "hostname": "a.test",
        "path": "/path?q",
        "auth": "user:pw",
        "port": "82" if isinstance(rest[0], dict) else "81",
    }


def testTheCallersOptionsAreNotOurs() -> None:
    given = {"port": 1}
    found, _ = arguments.readArguments(given, None, None, {})
    found["port"] = 2
    assert given == {"port": 1}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"host": "a.test"}, "a.test"),
        ({"host": "a.test", "port": 80, "defaultPort": 80}, "a.test"),
        ({"host": "a.test", "port": "80", "defaultPort": 80}, "a.test"),
        ({"host": "a.test", "port": 81, "defaultPort": 80}, "a.test:81"),
        ({"host": "a.test", "port": "080", "defaultPort": 80}, "a.test"),
        ({"host": "a.test", "port": "x", "defaultPort": 80}, "a.test:x"),
        ({"host": "::1", "port": 81, "defaultPort": 80}, "[::1]:81"),
        ({"host": "[::1]", "port": 80, "defaultPort": 80}, "[::1]"),
        ({"host": "a:1", "port": 81}, "a:1:81"),
    ],
)
def testTheHostHeader(options: dict[str, Any], expected: str) -> None:
    assert arguments.hostHeader(options) == expected


def testWhichAgent() -> None:
    own, default = http.Agent(), http.Agent()
    assert arguments.agentOf({}, default) is default
    assert arguments.agentOf({"agent": own}, default) is own
    fresh = arguments.agentOf({"agent": False}, default)
    assert type(fresh) is http.Agent and fresh is not default
    assert arguments.agentOf({"createConnection": print}, default) is None
    with pytest.raises(TypeError) as caught:
        arguments.agentOf({"agent": 5}, default)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"  # type: ignore[attr-defined]


def testAProgramMayReplaceTheGlobalAgent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert arguments.currentAgent() is globalAgent
    own = http.Agent()
    monkeypatch.setattr(http, "globalAgent", own)
    assert arguments.currentAgent() is own


def testHosts() -> None:
    assert [arguments.checkHost(host, "host") for host in (None, "", "a.test")] == [None, "", "a.test"]
    with pytest.raises(TypeError, match=r'"options.host" property must be of type string or one of undefined or null'):
        arguments.checkHost(5, "host")
    with pytest.raises(TypeError, match="must be a string without null bytes"):
        arguments.checkHost("a\0b", "hostname")


def testUniqueHeaders() -> None:
    assert arguments.lowered(["X-A", "b"]) == ["x-a", "b"]
    with pytest.raises(TypeError, match=r'"options.uniqueHeaders" property must be of type string'):
        arguments.lowered(["a", 5])
