"""Response made by hand, and the body it shares with Request."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_twisted
from fetching import failure

from nodecompat import FormData, Response, stream
from nodecompat.errors import NodeRangeError
from nodecompat.web import Blob


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


@pytest.mark.parametrize(
    "text, message",
    [
        ("x", "Unexpected token 'x', \"x\" is not valid JSON"),
        ("", "Unexpected end of JSON input"),
        ("{", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"),
        ("[1,]", "Unexpected token ']', \"[1,]\" is not valid JSON"),
        ("nul", "Unexpected end of JSON input"),
        ("[1] x", "Unexpected non-whitespace character after JSON at position 4 (line 1 column 5)"),
        ("abcdefghijklmnopqrst", "Unexpected token 'a', \"abcdefghij\"... is not valid JSON"),
        ("[1, 2, 3, abcdefghijklm", "Unexpected token 'a', \"[1, 2, 3, abcdefghij\"... is not valid JSON"),
        ('{"a', "Unterminated string in JSON at position 3 (line 1 column 4)"),
    ],
)
@pytest_twisted.ensureDeferred
async def testJsonErrorsAreV8s(text: str, message: str) -> None:
    error = await failure(Response(text).json())
    assert (error.name, error.message) == ("SyntaxError", message) and isinstance(error, ValueError)


@pytest_twisted.ensureDeferred
async def testABodyIsReadOnce() -> None:
    r = Response("x")
    reading = r.text()
    assert r.bodyUsed
    assert await reading == "x"
    assert str(await failure(r.bytes())) == "Body is unusable: Body has already been read"
    with pytest.raises(TypeError, match=r"Response.clone: Body has already been consumed."):
        r.clone()


@pytest.mark.parametrize("body", ["ab", b"ab", bytearray(b"ab"), Blob(["a", b"b"])])
@pytest_twisted.ensureDeferred
async def testKindsOfBodies(body: Any) -> None:
    assert await Response(body).arrayBuffer() == b"ab"
    assert [chunk async for chunk in Response(body).body] == [b"ab"]  # type: ignore[union-attr]


@pytest_twisted.ensureDeferred
async def testBlobHasTheTypeOfTheBody() -> None:
    blob = await Response("ab").blob()
    assert (blob.size, blob.type, await blob.text()) == (2, "text/plain;charset=utf-8", "ab")


@pytest_twisted.ensureDeferred
async def testACloneOfAStreamHasItAll() -> None:
    one = Response(stream.Readable.from_([b"a" * 40000, b"b" * 40000, b"c"]))
    two = one.clone()
    first = await one.text()
    assert await two.text() == first and len(first) == 80001


@pytest_twisted.ensureDeferred
async def testAFailingStreamFailsEveryReader() -> None:
    source = stream.Readable(read=lambda: None)
    one = Response(source)
    two = one.clone()
    readings = [one.text(), two.text()]
    source.destroy(ValueError("broken"))
    assert [str(await failure(reading)) for reading in readings] == ["broken", "broken"]


@pytest_twisted.ensureDeferred
async def testTextStreamDecodesAcrossChunks() -> None:
    r = Response(stream.Readable.from_([b"\xc3", b"\xbc!"]))
    assert "".join([text async for text in r.textStream()]) == "ü!" and r.bodyUsed


def testAMappingIsNoBody() -> None:
    with pytest.raises(TypeError, match="not a mapping"):
        Response({"a": 1})


def testTheContentTypeIsTheBodysUnlessGiven() -> None:
    assert Response("x").headers.get("content-type") == "text/plain;charset=UTF-8"
    assert Response("x", headers={"content-type": "a/b"}).headers.get("content-type") == "a/b"
    assert (Response(FormData()).headers.get("content-type") or "").startswith("multipart/form-data; boundary=")
