"""Signature algorithms that both sides know. Connections are compared with Node in test_features.py."""

from __future__ import annotations

from nodecompat.tls.sigalgs import ownAlgorithms, sharedAlgorithms

ECDSA, RSA_PSS, RSA, DSA = b"\4\3", b"\x08\4", b"\4\1", b"\4\2"


def testOwnAlgorithms() -> None:
    assert ownAlgorithms("RSA-PSS+SHA256:ECDSA+SHA256") == RSA_PSS + ECDSA
    known = ownAlgorithms(None)
    assert {ECDSA, RSA_PSS, RSA} <= {known[at : at + 2] for at in range(0, len(known), 2)}


def testThoseInBothInTheOrderOfTheFirst() -> None:
    assert sharedAlgorithms(RSA_PSS + ECDSA + RSA, ECDSA + RSA_PSS + DSA, False) == ["RSA-PSS+SHA256", "ECDSA+SHA256"]


def testTLS13HasNoDSA() -> None:
    assert sharedAlgorithms(DSA + RSA, RSA + DSA, True) == ["RSA+SHA256"]
    assert sharedAlgorithms(DSA + RSA, RSA + DSA, False) == ["DSA+SHA256", "RSA+SHA256"]


def testOneWithoutAName() -> None:
    assert sharedAlgorithms(b"\xfe\1", b"\xfe\1", True) == ["0xfe01+UNDEF"]
