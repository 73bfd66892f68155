"""What a request says when it goes through a proxy. The wire is in test_proxy.py."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.http.client.proxied import absolutePath, proxyOf, sendThrough
from nodecompat.http.client.proxy import ProxyConfig

OPTIONS = {"host": "a.test", "port": 80, "defaultPort": 80}


class Request:
    """As much of a ClientRequest as is looked at."""

    def __init__(self, path: str = "/x", method: str = "GET", host: str | None = "a.test") -> None:
        self.path = self._path_ = path
        self.method = method
        self.shouldKeepAlive = True
        self.agent: Any = None
        self.headers: dict[str, str] = {} if host is None else {"host": host}

    def getHeader(self, name: str) -> str | None:
        return self.headers.get(name)

    def setHeader(self, name: str, value: str) -> None:
        self.headers[name] = value


def sent(request: Any, proxy: str = "http://p:1", **options: Any) -> Any:
    sendThrough(request, ProxyConfig(proxy, None), {**OPTIONS, **options})
    return request


@pytest.mark.parametrize(
    ("options", "authority"),
    [
        ({}, "a.test"),
        ({"port": 81}, "a.test:81"),
        # The proxy speaks http: 443 is no port of its own to it.
        ({"port": 443, "defaultPort": 443}, "a.test:443"),
        ({"host": "::1"}, "[::1]"),
    ],
)
def testTheTargetIsAWholeUrl(options: dict[str, Any], authority: str) -> None:
    request: Any = Request()
    assert absolutePath(request, {**OPTIONS, **options}) == f"http://{authority}/x"


def testAWholeUrlStaysWhenItIsOfThisHost() -> None:
    request: Any = Request("http://a.test/y")
    assert absolutePath(request, OPTIONS) == "http://a.test/y"
    request.path = "http://b.test/y"
    with pytest.raises(TypeError, match=r"must match the request authority \(a.test\)"):
        absolutePath(request, OPTIONS)


def testConnectKeepsItsTarget() -> None:
    request = sent(Request("b.test:443", "CONNECT", host="b.test:443"))
    assert request._path_ == "b.test:443"


def testHeadersForTheProxy() -> None:
    request = sent(Request(), "http://u:p@p:1")
    assert request.headers["proxy-connection"] == "keep-alive"
    assert request.headers["proxy-authorization"] == "Basic dTpw"
    request = Request()
    request.shouldKeepAlive = False
    assert sent(request).headers["proxy-connection"] == "close"
    assert "proxy-authorization" not in request.headers


@pytest.mark.parametrize("host", [None, "a.test", "a.test:443"])
def testAHostOfTheRequestsOwn(host: str | None) -> None:
    """With the port or, where it is the protocol's own, without."""
    assert sent(Request(host=host), port=443, defaultPort=443)._path_ == "http://a.test:443/x"


def testAHostThatIsNotTheTargetsIsRefused() -> None:
    """The proxy would go by one of the two, the origin by the other."""
    with pytest.raises(TypeError, match=r"must match the request authority \(a.test\)"):
        sent(Request(host="evil.test"))


def testTheAgentSaysWhichProxy() -> None:
    proxy = ProxyConfig("http://p:1", None)

    class Agent:
        def _proxyOf_(self, opts: Any) -> ProxyConfig | None:
            return proxy if opts is OPTIONS else None

    assert proxyOf(None, "http:", OPTIONS) is proxyOf(object(), "http:", OPTIONS) is None
    assert proxyOf(Agent(), "http:", OPTIONS) is proxy
    assert proxyOf(Agent(), "https:", OPTIONS) is None, "it goes through a tunnel, of which its server knows nothing"
