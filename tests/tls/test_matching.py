"""OpenSSL's rules for names. Random ones are recorded: test_x509certificate.py."""

from __future__ import annotations

import pytest
from tls import certificates

from nodecompat.tls.matching import Rules, addressOctets, matchAddress, matchHost, matchMailbox
from nodecompat.tls.parsed import Parsed


def parsed(*names: str) -> Parsed:
    return Parsed(certificates.make("good" if names else "noNames", names=names).der)


@pytest.mark.parametrize(
    "name, host, rules, isFine",
    [
        ("a.example.com", "A.EXAMPLE.com", Rules(), True),
        ("*.example.com", "a.example.com", Rules(), True),
        ("*.example.com", "a.example.com", Rules(wildcards=False), False),
        ("*.example.com", "a.b.example.com", Rules(), False),
        ("*.example.com", "a.b.example.com", Rules(multiLabel=True), True),
        ("*.example.com", "example.com", Rules(), False),
        ("*.com", "example.com", Rules(), False),
        ("a*.example.com", "ab.example.com", Rules(), True),
        ("a*.example.com", "ab.example.com", Rules(partial=False), False),
        ("x*.example.com", "xn--a.example.com", Rules(), False),
        ("a*c.example.com", "abc.example.com", Rules(), False),
        ("a.example.com", ".example.com", Rules(), True),
        ("a.b.example.com", ".example.com", Rules(singleLabel=True), False),
    ],
)
def testHosts(name: str, host: str, rules: Rules, isFine: bool) -> None:
    assert matchHost(parsed(name), host.encode(), rules) == (name.encode() if isFine else None)


def testTheSubjectCountsAsTheRulesSay() -> None:
    for rules, withNames, without in ((Rules(), None, b"localhost"), (Rules("always"),) + 2 * (b"localhost",)):
        assert matchHost(parsed("a.example"), b"localhost", rules) == withNames
        assert matchHost(parsed(), b"localhost", rules) == without
    assert matchHost(parsed(), b"localhost", Rules("never")) is None


def testMailboxes() -> None:
    made = parsed("Me@example.com")
    assert matchMailbox(made, b"Me@EXAMPLE.com", Rules()) == b"Me@example.com"
    assert matchMailbox(made, b"me@example.com", Rules()) is None


def testAddresses() -> None:
    made = parsed("127.0.0.1", "2001:db8::1")
    for text, isFine in (("127.0.0.1", True), ("2001:DB8:0:0:0:0:0:1", True), ("10.0.0.1", False)):
        octets = addressOctets(text)
        assert octets is not None and matchAddress(made, octets) is isFine
    assert addressOctets("01.2.3.4") is None
