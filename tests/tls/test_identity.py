"""tls.checkServerIdentity, compared with Node: recorded cases, and a fresh sample where Node is there."""

from __future__ import annotations

from typing import Any

import cases
import oracle
import pytest

from nodecompat.errors import ERR_TLS_CERT_ALTNAME_INVALID, NodeError
from nodecompat.tls.identity import checkServerIdentity


def asNode(host: str, cert: dict[str, Any]) -> Any:
    try:
        error = checkServerIdentity(host, cert)
    except NodeError as raised:
        return [raised.code, raised.message]
    return None if error is None else [error.code, error.message, error.reason, error.host, error.cert is cert]


def wrong(found: list[Any]) -> list[Any]:
    return [(host, cert, asNode(host, cert), result) for host, cert, result in found if asNode(host, cert) != result]


def testRecordedCases() -> None:
    found = cases.recorded("identity")
    assert len(found) == 3000
    assert sum(result is None for *_, result in found) > 250
    assert wrong(found) == []


@oracle.needsNode
def testFreshCases() -> None:
    assert wrong(cases.fresh("identity", 2000)) == []


@pytest.mark.parametrize(
    "host, names, isFine",
    [
        ("a.example.com", "DNS:*.example.com", True),
        ("example.com", "DNS:*.example.com", False),
        ("a.b.example.com", "DNS:*.example.com", False),
        ("example.com", "DNS:*.com", False),
        ("xn--bcher-kva.example.com", "DNS:x*.example.com", True),
        ("xn--bcher-kva.example.com", "DNS:xn--*.example.com", False),
        ("BÜCHER.example", "DNS:xn--bcher-kva.example", True),
        ("example.com.", "DNS:example.com", True),
        ("127.0.0.1", "DNS:127.0.0.1", False),
        ("::1", "IP Address:0:0:0:0:0:0:0:1", True),
        ("evil.example", 'DNS:"good.example\\u002c DNS:evil.example"', False),
        ("evil.example", 'URI:"http://x/\\u002c DNS:evil.example", DNS:good.example', False),
    ],
)
def testWhatACertificateIsFor(host: str, names: str, isFine: bool) -> None:
    assert (checkServerIdentity(host, {"subject": {"CN": host}, "subjectaltname": names}) is None) is isFine


def testTheCommonNameCountsOnlyWithoutNames() -> None:
    subject = {"CN": "a.example"}
    assert checkServerIdentity("a.example", {"subject": subject}) is None
    assert checkServerIdentity("a.example", {"subject": subject, "subjectaltname": "URI:http://b.example"}) is None
    error = checkServerIdentity("a.example", {"subject": subject, "subjectaltname": "DNS:b.example"})
    assert isinstance(error, ERR_TLS_CERT_ALTNAME_INVALID)
    assert error.reason == "Host: a.example. is not in the cert's altnames: DNS:b.example"


def testAnEmptyCertificateIsForNobody() -> None:
    assert checkServerIdentity("a.example", {}) is not None
