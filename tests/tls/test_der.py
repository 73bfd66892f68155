"""Reading DER as leniently as OpenSSL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodecompat.tls import der


def testParts() -> None:
    first, second = der.parts(b"\x02\x01\x05\x30\x03\x02\x01\xff")
    assert (first.tag, first.integer, second.whole) == (der.INTEGER, 5, b"\x30\x03\x02\x01\xff")
    assert second.parts[0].integer == -1
    assert der.parts(b"") == []


@pytest.mark.parametrize(
    "content, text",
    [(b"\x55\x04\x03", "2.5.4.3"), (b"\x2a\x86\x48", "1.2.840"), (b"\x88\x37\x01", "2.999.1")],
)
def testObjectIdentifiers(content: bytes, text: str) -> None:
    assert der.Element(der.OID, content, b"").oid == text


@pytest.mark.parametrize("content", [b"", b"\x55\x84", b"\x55\x80\x01", b"\x80"])
def testWhatIsNoObjectIdentifierRaises(content: bytes) -> None:
    with pytest.raises(ValueError):
        _ = der.Element(der.OID, content, b"").oid


def testAStringInPieces() -> None:
    whole = der.only(der.encode(0x2C, der.encode(0x0C, b"a"), der.encode(0x2C, der.encode(0x0C, b"b"))), 0x2C)
    assert whole.flat[:2] == (der.UTF8_STRING, b"ab")
    assert der.only(b"\x30\0", der.SEQUENCE).flat.tag == der.SEQUENCE


def testBitsAreWithoutTheirCountOfUnusedOnes() -> None:
    assert der.only(b"\x03\x02\x00\x07", der.BIT_STRING).bits == b"\x07"


@pytest.mark.parametrize("content", [b"", b"\0\1", b"\xff\x80"])
def testIntegersAreAsShortAsCanBe(content: bytes) -> None:
    with pytest.raises(ValueError):
        _ = der.Element(der.INTEGER, content, b"").integer


def testAListMarkedAsASingleValue() -> None:
    assert der.first(b"\x10\3\2\1\5", der.SEQUENCE).parts[0].integer == 5


def testALengthThatIsNotSaid() -> None:
    element = der.only(b"\x30\x80\x02\x01\x05\x30\x80\x00\x00\x00\x00", der.SEQUENCE)
    assert [each.tag for each in element.parts] == [der.INTEGER, der.SEQUENCE]
    assert element.parts[1].content == b""


@pytest.mark.parametrize(
    "data",
    [b"\x30", b"\x30\x05\x02\x01\x05", b"\x30\x82\x01", b"\x30\x80\x02\x01", b"\x3f\x85\x01\x00", b"\x30\x80" * 99],
)
def testWhatIsCutOffOrTooDeepRaises(data: bytes) -> None:
    with pytest.raises(ValueError):
        der.parts(data)


def testTheOneValueAndTheFirst() -> None:
    data = b"\x02\x01\x05\x05\x00"
    assert der.first(data, der.INTEGER).integer == 5
    for call in (
        lambda: der.only(data, der.INTEGER),
        lambda: der.only(data[:3], der.SEQUENCE),
        lambda: der.first(b"\5\0", 2),
    ):
        with pytest.raises(ValueError):
            call()


@given(st.lists(st.binary(max_size=300), max_size=4))
def testWhatIsWrittenIsRead(contents: list[bytes]) -> None:
    whole = der.encode(der.SEQUENCE, *(der.encode(der.OCTET_STRING, each) for each in contents))
    assert [each.content for each in der.only(whole, der.SEQUENCE).parts] == contents


@given(st.binary(max_size=60))
def testAnythingIsReadOrRefused(data: bytes) -> None:
    try:
        assert b"".join(each.whole for each in der.parts(data)) == data
    except ValueError:
        pass
