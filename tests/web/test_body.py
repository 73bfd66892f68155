"""The body that Request and Response share."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_twisted
from fetching import failure

from nodecompat import FormData, Request, Response, stream
from nodecompat.web import Blob


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


@pytest.mark.parametrize(("number", "text"), [(5, "5"), (-0.0, "0"), (0.5, "0.5"), (1e21, "1e+21")])
@pytest_twisted.ensureDeferred
async def testANumberIsItsText(number: float, text: str) -> None:
    assert await Response(number).text() == text


@pytest.mark.parametrize(
    "make", [lambda body: Response(body), lambda body: Request("http://a/", method="POST", body=body)]
)
@pytest_twisted.ensureDeferred
async def testEveryForm(make: Any) -> None:
    """Of a body with a byte order mark: only what is text loses it."""
    content = "\ufeff[1]".encode()
    assert await make(content).text() == "[1]"
    assert await make(content).json() == [1]
    assert await make(content).bytes() == await make(content).arrayBuffer() == content


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
@pytest_twisted.ensureDeferred
async def testPythonsConstantsAreNoJson(constant: str) -> None:
    assert (await failure(Response(f"[{constant}]").json())).name == "SyntaxError"


@pytest_twisted.ensureDeferred
async def testNoBodyIsEmptyAndNeverUsed() -> None:
    empty = Response()
    assert (await empty.text(), await empty.bytes(), empty.bodyUsed, empty.body) == ("", b"", False, None)


@pytest_twisted.ensureDeferred
async def testAnAsyncIterableIsAStream() -> None:
    async def pieces() -> Any:
        yield b"a"
        yield b"b"

    response = Response(pieces())
    assert response.headers.get("content-type") is None
    assert await response.text() == "ab"


@pytest_twisted.ensureDeferred
async def testAStreamThatIsReadAlreadyIsRefused() -> None:
    source = stream.Readable(read=lambda: None)
    source.push(b"a")
    source.read()
    with pytest.raises(TypeError, match="Response body object should not be disturbed or locked"):
        Response(source)


@pytest_twisted.ensureDeferred
async def testAStreamThatIsClosedEarly() -> None:
    source = stream.Readable(read=lambda: None)
    reading = Response(source).text()
    source.destroy()
    error = await failure(reading)
    assert error.code == "ERR_STREAM_PREMATURE_CLOSE"


@pytest_twisted.ensureDeferred
async def testReadingTheStreamUsesTheBody() -> None:
    response = Response("ab")
    assert response.body is response.body
    response.body.getReader().read()  # type: ignore[union-attr]
    assert response.bodyUsed
    assert "already been read" in str(await failure(response.text()))


@pytest.mark.parametrize("body", ["abcdef", b"abcdef", Blob(["abcdef"])])
@pytest_twisted.ensureDeferred
async def testABodyIsAStreamOfBytes(body: Any) -> None:
    stream = Response(body).body
    assert stream is not None
    reader = stream.getReader(mode="byob")
    assert (await reader.read(bytearray(4))).value == b"abcd"
    assert (await reader.read(bytearray(4))).value == b"ef"
    assert (await reader.read(bytearray(4))).done
