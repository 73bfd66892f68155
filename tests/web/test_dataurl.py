"""data: URLs, as Node's fetch reads them."""

from __future__ import annotations

import base64
from typing import Any

import cases
import oracle

from nodecompat.errors import ERR_INVALID_URL
from nodecompat.url import URL
from nodecompat.web.dataurl import readDataUrl


def read(text: str) -> list[str] | None:
    try:
        found = readDataUrl(URL(text))
    except ERR_INVALID_URL:
        return None
    return found and [found[0], base64.b64encode(found[1]).decode()]


def wrong(found: list[Any]) -> list[Any]:
    return [(text, "node", result, "here", read(text)) for text, result in found if read(text) != result]


def testRecordedCases() -> None:
    assert wrong(cases.recorded("data")) == []


@oracle.needsNode
def testFreshCases() -> None:
    assert wrong(cases.fresh("data", 500)) == []


def testABlankParameterIsNone() -> None:
    """Node keeps the blank as the value."""
    assert readDataUrl(URL("data:text/html;charset= ;x=y,a")) == ("text/html;x=y", b"a")
