"""url.parse, and url.format of what it gives."""

from __future__ import annotations

from typing import Any

import pytest
import urlcases

from nodecompat import querystring, url
from nodecompat.errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_URI, ERR_INVALID_URL


@pytest.mark.parametrize("name", ["parse", "format"])
def testRecordedCalls(name: str) -> None:
    urlcases.check(name)


def testTheQueryMayBeParsed() -> None:
    found = url.parse("http://a/?x=1&x=2", True)
    assert (found.query, found.query["y"]) == ({"x": ["1", "2"]}, None)
    assert isinstance(url.parse("/path", True).query, querystring.ParsedUrlQuery.__origin__)  # type: ignore[attr-defined]
    assert url.parse("/path").query is None


def testWhatWasParsedIsReturned() -> None:
    found = url.parse("/a")
    assert url.parse(found) is found


@pytest.mark.parametrize(
    "text, error",
    [
        (5, ERR_INVALID_ARG_TYPE),
        ("http://a.com:x/", ERR_INVALID_ARG_VALUE),
        ("http://a%zz@b/", ERR_INVALID_URI),
        ("http://a%ff@b/", ERR_INVALID_URI),
        ("http://[::1/", ERR_INVALID_ARG_VALUE),
        ("http://xn--\u200d/", ERR_INVALID_URL),
    ],
)
def testWhatIsNoUrl(text: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        url.parse(text)


def testPartsOfAnyObject() -> None:
    class Link:
        def __init__(self) -> None:
            self.protocol, self.hostname, self.pathname = "https", "a.com", "x"

    assert url.format(Link()) == "https://a.com/x"
