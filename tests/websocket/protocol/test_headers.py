"""The fields of the handshake."""

from __future__ import annotations

import time

import pytest

from nodecompat.websocket.protocol.headers import (
    HeaderError,
    acceptFor,
    formatExtension,
    isToken,
    parseExtensions,
    parseProtocols,
)


def testTheAnswerToAKey() -> None:
    assert acceptFor("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455, 1.3


def testTokens() -> None:
    assert isToken("chat.v1~!#$%&'*+-^_`|") and not isToken("") and not isToken("a b") and not isToken("a,b")
    assert not isToken("a\n") and not isToken("é")


@pytest.mark.parametrize("field, names", [("a", ["a"]), ("a, b,c \t,\td", ["a", "b", "c", "d"])])
def testProtocols(field: str, names: list[str]) -> None:
    assert parseProtocols(field) == names


@pytest.mark.parametrize(
    "field, message",
    [
        ("", "Unexpected end of input"),
        ("a,", "Unexpected end of input"),
        ("a b", "Unexpected character at index 0"),
        (",a", "Unexpected character at index 0"),
        ("a, a", 'The "a" subprotocol is duplicated'),
        ("a(b", "Unexpected character at index 0"),
    ],
)
def testProtocolsThatAreNone(field: str, message: str) -> None:
    with pytest.raises(HeaderError) as caught:
        parseProtocols(field)
    assert (caught.value.name, caught.value.message) == ("SyntaxError", message)


def testExtensions() -> None:
    assert parseExtensions("foo") == [("foo", {})]
    assert parseExtensions('foo; a; b=1 ; c="x\\y";a=2 , bar;d') == [
        ("foo", {"a": [True, "2"], "b": ["1"], "c": ["xy"]}),
        ("bar", {"d": [True]}),
    ]


@pytest.mark.parametrize(
    "field", ["", "foo;", "foo,", "foo;=1", "foo;a=", 'foo;a="', 'foo;a=""', "foo bar", 'foo;a="x y"', "f\xf6"]
)
def testExtensionsThatAreNone(field: str) -> None:
    with pytest.raises(HeaderError):
        parseExtensions(field)


def testFormat() -> None:
    assert formatExtension("foo", {"a": True, "b": 9}) == "foo; a; b=9"
    assert formatExtension("foo", {}) == "foo"


@pytest.mark.parametrize(
    "field", ['a; b="' + "\\x" * 8000, "a" + ";b" * 8000 + ";", "a " * 8000, "a" + " " * 16_000 + "b"]
)
def testALongFieldTakesNoTime(field: str) -> None:
    start = time.process_time()
    with pytest.raises(HeaderError):
        parseExtensions(field)
    with pytest.raises(HeaderError):
        parseProtocols(field)
    assert time.process_time() - start < 0.5
