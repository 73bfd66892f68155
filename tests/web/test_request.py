"""Request."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_twisted

from nodecompat import AbortController, Request, stream
from nodecompat.url import URL


def testDefaults() -> None:
    r = Request("http://a")
    assert (r.url, r.method, r.mode, r.cache, r.credentials) == ("http://a/", "GET", "cors", "default", "same-origin")
    assert (r.referrer, r.referrerPolicy, r.integrity, r.destination) == ("about:client", "", "", "")
    assert (r.redirect, r.duplex, r.keepalive, r.body, r.signal.aborted) == ("follow", "half", False, None, False)


def testMethodsAreNormalized() -> None:
    assert [Request(URL("http://a"), method=m).method for m in ("post", "Delete", "patch", "foo")] == [
        "POST", "DELETE", "patch", "foo",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "init, message",
    [
        ({"method": "A B"}, "'A B' is not a valid HTTP method."),
        ({"method": "TRACE"}, "'TRACE' HTTP method is unsupported."),
        ({"redirect": "x"}, "undefined: x is not an accepted type. Expected one of follow, manual, error."),
        ({"mode": "x"}, "undefined: x is not an accepted type. Expected one of navigate, same-origin, no-cors, cors."),
        ({"credentials": "x"}, "undefined: x is not an accepted type. Expected one of omit, same-origin, include."),
        ({"mode": "navigate"}, "Request constructor: invalid request mode navigate."),
        ({"signal": 5}, 'RequestInit: Expected signal ("5") to be an instance of AbortSignal.'),
        ({"body": "x"}, "Request with GET/HEAD method cannot have body."),
        ({"window": 5}, "'window' option 'client' must be null"),
        ({"referrer": "nn"}, 'Referrer "nn" is not a valid URL.'),
    ],
)
def testRefusals(init: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        Request("http://a", init)
    assert str(caught.value) == message


def testAStreamNeedsDuplex() -> None:
    with pytest.raises(TypeError, match=r"RequestInit: duplex option is required when sending a body."):
        Request("http://a", method="POST", body=stream.Readable(read=lambda: None))


def testCredentialsInTheUrlAreRefused() -> None:
    with pytest.raises(TypeError) as caught:
        Request("http://a:b@c/")
    assert str(caught.value) == "Request cannot be constructed from a URL that includes credentials: http://a:b@c/"


def testTheCauseOfABadUrl() -> None:
    with pytest.raises(TypeError, match="Failed to parse URL from /x") as caught:
        Request("/x")
    assert caught.value.cause.code == "ERR_INVALID_URL"  # type: ignore[attr-defined]


@pytest_twisted.ensureDeferred
async def testACopyTakesTheBodyOver() -> None:
    first = Request("http://a", method="POST", body="x", headers={"a": "b"})
    second = Request(first, {"method": "PUT"})
    assert (second.method, second.headers.get("a"), first.bodyUsed) == ("PUT", "b", True)
    assert await second.text() == "x"


@pytest_twisted.ensureDeferred
async def testAClone() -> None:
    first = Request("http://a", method="POST", body='{"a":1}')
    second = first.clone()
    assert await first.json() == await second.json() == {"a": 1}


def testTheSignalFollows() -> None:
    controller = AbortController()
    request = Request("http://a", signal=controller.signal)
    controller.abort("why")
    assert request.signal.aborted and request.signal.reason == "why" and request.signal is not controller.signal
