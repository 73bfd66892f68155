"""Response made by hand."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_twisted

from nodecompat import Response
from nodecompat.errors import NodeRangeError
from nodecompat.web.response import received


def testDefaults() -> None:
    r = Response()
    assert (r.status, r.ok, r.statusText, r.type, r.url, r.redirected) == (200, True, "", "default", "", False)
    assert r.body is None and not r.bodyUsed


@pytest.mark.parametrize(
    "make, kind, message",
    [
        (
            lambda: Response("x", status=199),
            NodeRangeError,
            'init["status"] must be in the range of 200 to 599, inclusive.',
        ),
        (lambda: Response("x", {"status": 204}), TypeError, "Response constructor: Invalid response status code 204"),
        (lambda: Response(statusText="\n"), TypeError, "Invalid statusText"),
        (lambda: Response.redirect("/x"), TypeError, "Failed to parse URL from /x"),
        (lambda: Response.redirect("http://a/", 200), NodeRangeError, "Invalid status code 200"),
        (lambda: Response.json(object()), TypeError, "Value is not JSON serializable"),
    ],
)
def testRefusals(make: Any, kind: Any, message: str) -> None:
    with pytest.raises(kind) as caught:
        make()
    assert str(caught.value) == message


@pytest_twisted.ensureDeferred
async def testJsonMakesAndReads() -> None:
    r = Response.json({"a": [1]}, status=201)
    assert r.headers.get("content-type") == "application/json" and r.status == 201
    assert await r.json() == {"a": [1]}


def testErrorAndRedirect() -> None:
    assert (Response.error().type, Response.error().status) == ("error", 0)
    r = Response.redirect("http://a/b")
    assert r.status == 302 and r.headers.get("location") == "http://a/b"
    with pytest.raises(TypeError, match="immutable"):
        r.headers.set("a", "b")


class Head:
    """The head of an answer, which counts how often it is read."""

    reads = 0

    @property
    def rawHeaders(self) -> list[str]:
        self.reads += 1
        return ["Content-Type", "text/plain", "X-A", "1", "x-a", "2"]

    def __contains__(self, name: object) -> bool:
        return False


def testTheHeadersOfAnAnswerAreMadeOnceWhenTheyAreAskedFor() -> None:
    head = Head()
    response = received(200, "OK", head, ["http://a/"])
    assert (response.status, head.reads) == (200, 0)
    assert list(response.headers) == [("content-type", "text/plain"), ("x-a", "1, 2")]
    assert response.headers is response.headers
    assert list(response.clone().headers) == list(response.headers)
    assert head.reads == 1
    with pytest.raises(TypeError, match="immutable"):
        response.headers.set("a", "b")


def testItsHeadersAreNotReplaced() -> None:
    with pytest.raises(AttributeError):
        Response().headers = {}  # type: ignore[misc, assignment]
