"""The fields of a certificate. What Node reads in odd ones is recorded: test_x509certificate.py."""

from __future__ import annotations

import datetime

import pytest
from cryptography import x509
from tls import answers, certificates

from nodecompat.tls import der
from nodecompat.tls.names import DNS, Name, nameRecord, nameText
from nodecompat.tls.parsed import Moment, Parsed


@pytest.mark.parametrize(
    "tag, content, text",
    [
        (0x17, b"260102030405Z", "Jan  2 03:04:05 2026 GMT"),
        (0x17, b"491231235959Z", "Dec 31 23:59:59 2049 GMT"),
        (0x17, b"500101000000Z", "Jan  1 00:00:00 1950 GMT"),
        (0x18, b"20500228000000Z", "Feb 28 00:00:00 2050 GMT"),
        (0x18, b"20260101000000.25Z", "Jan  1 00:00:00.25 2026 GMT"),
        (0x17, b"260101000000+0130", "Dec 31 22:30:00 2025 GMT"),
        (0x17, b"260101000000+1300", "Bad time value"),
        (0x17, b"260230000000Z", "Bad time value"),
        (0x17, b"20260101000000Z", "Bad time value"),
        (0x18, b"", "Bad time value"),
    ],
)
def testDates(tag: int, content: bytes, text: str) -> None:
    moment = Moment(der.Element(tag, content, b""))
    assert moment.text == text
    assert (moment.date is None) == (text == "Bad time value")


def testADateIsInUtc() -> None:
    date = Moment(der.Element(0x17, b"260101000000Z", b"")).date
    assert date == datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


def testAnOrdinaryCertificate() -> None:
    made = certificates.make(names=("a.example", "b.example"))
    parsed = Parsed(made.der)
    assert parsed.serial == made.certificate.serial_number
    assert parsed.signature == made.certificate.signature
    assert parsed.signed == made.certificate.tbs_certificate_bytes
    assert parsed.isConsistent and parsed.isValid and not parsed.isAuthority
    assert [(each.kind, each.value.content) for each in parsed.altNames or ()] == [
        (DNS, b"a.example"),
        (DNS, b"b.example"),
    ]
    assert parsed.extendedUsage == ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]
    assert (parsed.usage, parsed.constraints, parsed.infoAccess) == (None, None, None)


def testAnAuthority() -> None:
    parsed = Parsed(answers.derOfPem(certificates.authority().cert))
    assert parsed.isAuthority
    assert parsed.constraints == (True, None)
    assert parsed.keyIdentifier == certificates.authority().identifier


def testAnExtensionThatIsNoneIsNotThere() -> None:
    bad = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.15"), b"\5\0")
    parsed = Parsed(certificates.make(extensions=(bad,)).der)
    assert parsed.usage is None
    assert not parsed.isValid


def testAnAttributeOfATypeThatNobodyKnows() -> None:
    """A certificate that OpenSSL takes never raises: a peer chooses what is in it."""
    oid = der.encode(der.OID, b"\x55\x04\x03")
    pieces = der.encode(0x0C, b"ab")
    for tag, content, text, record in ((0x0D, b"x", "CN=x", {"": ""}), (0x2C, pieces, "CN=ab", {"CN": "ab"})):
        sets = der.encode(0x11, der.encode(der.SEQUENCE, oid, der.encode(tag, content)))
        name = Name(der.only(der.encode(der.SEQUENCE, sets), der.SEQUENCE))
        assert (nameText(name), nameRecord(name)) == (text, record)


def testAnIntegerMayNotBeEmpty() -> None:
    bad = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.19"), b"\x30\x06\x01\x01\xff\x02\x81\x00")
    parsed = Parsed(certificates.make(extensions=(bad,)).der)
    assert parsed.constraints is None and not parsed.isAuthority


def testWhatIsNoCertificateRaises() -> None:
    good = certificates.make().der
    for data in (b"", good[:-1], good + b"\0", b"\x30\0"):
        with pytest.raises(ValueError):
            Parsed(data)
