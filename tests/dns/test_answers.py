"""What comes of a query: records as Node shows them. No server is asked."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.dns import answers
from nodecompat.dns import records as r
from nodecompat.reactor.names.queries import Resource


def resource(type: str, *fields: Any, ttl: int = 300) -> Resource:
    return Resource(type, ttl, fields)


ALIASED = [resource("CNAME", "b.test", ttl=30), resource("A", "192.0.2.1", ttl=100), resource("A", "192.0.2.2", ttl=5)]


def testAliasesAreNoAddresses() -> None:
    assert answers.addresses(ALIASED) == ["192.0.2.1", "192.0.2.2"]


def testAnAddressIsKeptNoLongerThanItsAlias() -> None:
    assert answers.addressesWithTtl(ALIASED) == [r.RecordWithTtl("192.0.2.1", 30), r.RecordWithTtl("192.0.2.2", 5)]
    assert answers.addressesWithTtl(ALIASED[1:2]) == [r.RecordWithTtl("192.0.2.1", 100)]


def testTheFirstAliasIsTheAnswer() -> None:
    assert answers.alias([resource("CNAME", "b.test"), resource("CNAME", "c.test")]) == ["b.test"]


def testNamesAndTexts() -> None:
    assert answers.names([resource("NS", "n1.test"), resource("NS", "n2.test")]) == ["n1.test", "n2.test"]
    assert answers.texts([resource("TXT", b"a", b"\xff"), resource("TXT")]) == [["a", "ÿ"], []]


@pytest.mark.parametrize(
    ("convert", "fields", "expected"),
    [
        (answers.mx, (10, "m.test"), r.AnyMxRecord(10, "m.test")),
        (answers.srv, (1, 2, 3, "s.test"), r.AnySrvRecord(1, 2, 3, "s.test")),
        (answers.tlsa, (3, 1, 2, b"x"), r.TlsaRecord(3, 1, 2, b"x")),
        (answers.naptr, (30, 100, "s", "SIP", "re", "to.test"), r.NaptrRecord("s", "SIP", "re", "to.test", 30, 100)),
        (answers.caa, (0, "issue", "ca.test"), r.AnyCaaRecord(0, issue="ca.test")),
        (answers.caa, (128, "unknown", "x"), r.AnyCaaRecord(128)),
    ],
)
def testRecords(convert: Any, fields: tuple[Any, ...], expected: Any) -> None:
    assert convert([resource("", *fields)]) == [expected]


def testTheStartOfAuthorityIsOneRecord() -> None:
    fields = ("ns.test", "admin.test", 7, 1, 2, 3, 4)
    assert answers.soa([resource("SOA", *fields), resource("SOA", *fields)]) == r.SoaRecord(*fields)


def testRecordsOfAnyTypeAreGrouped() -> None:
    """In Node's order of types, each type in the order of the answer; types that Node does not know are left out."""
    found = [
        resource("TXT", b"t"),
        resource("A", "192.0.2.1", ttl=9),
        resource("HINFO", "x"),
        resource("MX", 2, "m2.test"),
        resource("MX", 1, "m1.test"),
        resource("AAAA", "::1", ttl=8),
    ]
    assert answers.anything(found) == [
        r.AnyARecord("192.0.2.1", 9),
        r.AnyAaaaRecord("::1", 8),
        r.AnyMxRecord(2, "m2.test"),
        r.AnyMxRecord(1, "m1.test"),
        r.AnyTxtRecord(["t"]),
    ]
