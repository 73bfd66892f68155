"""The legacy Url."""

from __future__ import annotations

from nodecompat.url import Url, parse
from nodecompat.util import inspect


def testItHasEveryPartInNodesOrder() -> None:
    assert list(vars(Url())) == (
        [
            "protocol",
            "slashes",
            "auth",
            "host",
            "port",
            "hostname",
            "hash",
            "search",
            "query",
            "pathname",
            "path",
            "href",
        ]
    )
    assert set(vars(Url()).values()) == {None}
    assert inspect(parse("/a")).startswith("Url {\n  protocol: undefined,\n  slashes: undefined,")


def testThePathHasTheSearch() -> None:
    url = Url()
    url.setPath()
    assert url.path is None
    url.search = "?q"
    url.setPath()
    assert url.path == "?q"


def testACopyIsAnother() -> None:
    url = parse("/a")
    made = url.copy()
    made.pathname = "/b"
    assert (url.pathname, made.href) == ("/a", "/a")
