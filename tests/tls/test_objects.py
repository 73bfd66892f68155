"""OpenSSL's names of object identifiers. Which certificates show them is recorded: test_certificate.py."""

from __future__ import annotations

import re

from nodecompat.tls import objects


def testNames() -> None:
    assert objects.ATTRIBUTES["2.5.4.3"] == "CN"
    assert objects.ATTRIBUTES["0.9.2342.19200300.100.1.25"] == "DC"
    assert objects.SIGNATURES["1.2.840.10045.4.3.2"] == "ecdsa-with-SHA256"
    assert objects.ACCESS["1.3.6.1.5.5.7.48.2"] == "CA Issuers"
    assert objects.CURVES["1.3.132.0.34"] == ("secp384r1", "P-384", 384)


def testEveryKeyIsAnObjectIdentifier() -> None:
    tables = (objects.ATTRIBUTES, objects.SIGNATURES, objects.ACCESS, objects.CURVES, objects.OTHER_NAMES)
    assert all(re.fullmatch(r"\d(\.\d+)+", key) for table in tables for key in table)
