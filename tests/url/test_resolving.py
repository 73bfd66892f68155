"""url.resolve and url.resolveObject."""

from __future__ import annotations

import pytest
import urlcases

from nodecompat import url


@pytest.mark.parametrize("name", ["resolve", "resolveObject"])
def testRecordedCalls(name: str) -> None:
    urlcases.check(name)


@pytest.mark.parametrize(
    "source, link, found",
    [
        ("/one/two/three", "four", "/one/two/four"),
        ("http://example.com/", "/one", "http://example.com/one"),
        ("http://example.com/one", "/two", "http://example.com/two"),
        ("mailto:user@host", "../x", "mailto:user@x"),
    ],
)
def testTheExamplesOfNodesPageAndOneWithoutSlashes(source: str, link: str, found: str) -> None:
    assert url.resolve(source, link) == found


def testTheLinkIsNotChanged() -> None:
    link = url.parse("https:x/y", False, True)
    before = dict(vars(link))
    url.resolveObject("http://a/b", link)
    assert vars(link) == before


def testWithoutASourceTheLinkIsReturned() -> None:
    link = url.parse("x")
    assert url.resolveObject("", link) is link
