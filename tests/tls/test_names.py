"""Names in certificates as texts. What Node makes of odd ones is recorded: test_certificate.py."""

from __future__ import annotations

import pytest

from nodecompat.records import BareRecord
from nodecompat.tls import der, names


def nameOf(*attributes: tuple[str, int, bytes]) -> names.Name:
    """One attribute a set; its object identifier in hex."""
    sets = (
        der.encode(der.SET, der.encode(der.SEQUENCE, der.encode(der.OID, bytes.fromhex(oid)), der.encode(tag, value)))
        for oid, tag, value in attributes
    )
    return names.Name(der.only(der.encode(der.SEQUENCE, *sets), der.SEQUENCE))


CN, O, C = "550403", "55040a", "550406"  # noqa: E741
ME = nameOf((C, 0x13, b"DE"), (O, 0x0C, "Ä, GmbH ".encode()), (O, 0x1E, "日".encode("utf-16-be")), (CN, 0x14, b"#\xe9"))


def testALinePerPart() -> None:
    assert names.nameText(ME) == "C=DE\nO=Ä\\, GmbH\\ \nO=日\nCN=\\#é"


def testARecordHasListsOfWhatIsThereTwice() -> None:
    record = names.nameRecord(ME)
    assert record == {"C": "DE", "O": ["Ä, GmbH ", "日"], "CN": "#é"}
    assert isinstance(record, BareRecord)


def testTheSameNameInAnotherSpelling() -> None:
    other = nameOf(
        (C, 0x0C, b"de"), (O, 0x0C, "Ä,  gmbh".encode()), (O, 0x0C, "日".encode()), (CN, 0x0C, "#é".encode())
    )
    assert names.canonicalName(ME) == names.canonicalName(other)
    assert names.canonicalName(nameOf((CN, 0x12, b"a"))) != names.canonicalName(nameOf((CN, 0x12, b"A")))


@pytest.mark.parametrize("tag, value", [(0x0C, b"\xff"), (0x1E, b"\xd8\x3d\xde\x00"), (0x1C, b"abc"), (0x02, b"\1")])
def testWhatIsNoValueOfANameRaises(tag: int, value: bytes) -> None:
    with pytest.raises(ValueError):
        _ = nameOf((CN, tag, value)).sets


def general(kind: int, content: bytes) -> names.GeneralName:
    tag = kind + (0xA0 if kind in (0, 3, 4, 5) else 0x80)
    return names.GeneralName(der.only(der.encode(tag, content), tag))


@pytest.mark.parametrize(
    "kind, content, text",
    [
        (names.DNS, b"a.example", "DNS:a.example"),
        (names.DNS, b"a, DNS:b", 'DNS:"a\\u002c DNS:b"'),
        (names.DNS, b"a\0.b", 'DNS:"a\\u0000.b"'),
        (names.EMAIL, b'"\\', 'email:"\\"\\\\"'),
        (names.URI, b"http://\xe9/", 'URI:"http://\\u00e9/"'),
        (names.IP, bytes([127, 0, 0, 1]), "IP Address:127.0.0.1"),
        (names.IP, bytes(15) + b"\1", "IP Address:0:0:0:0:0:0:0:1"),
        (names.IP, b"\1\2\3", "IP Address:<invalid length=3>"),
        (names.DIRECTORY, ME.der, 'DirName:"CN=\\\\#é\\u002cO=日\\u002cO=Ä\\\\\\u002c GmbH\\\\ \\u002cC=DE"'),
        (names.REGISTERED, b"\x2a\x03", "Registered ID:1.2.3"),
        (names.X400, b"", "X400Name:<unsupported>"),
    ],
)
def testEntriesOfAltNames(kind: int, content: bytes, text: str) -> None:
    assert names.altText([general(kind, content)]) == text


def testOtherNames() -> None:
    mailbox = der.encode(der.OID, bytes.fromhex("2b06010505070809")) + der.encode(
        0xA0, der.encode(0x0C, "ä@b".encode())
    )
    assert names.altText([general(0, mailbox), general(names.DNS, b"a")]) == "othername:SmtpUTF8Mailbox:ä@b, DNS:a"
    unknown = der.encode(der.OID, b"\x2a\x03") + der.encode(0xA0, der.encode(0x0C, b"x"))
    assert names.altText([general(0, unknown)]) == "othername:<unsupported>"


def testALinePerAccess() -> None:
    uri = general(names.URI, b"http://a/")
    assert (
        names.accessText([("1.3.6.1.5.5.7.48.1", uri), ("1.2.3", uri)]) == "OCSP - URI:http://a/\n1.2.3 - URI:http://a/"
    )
