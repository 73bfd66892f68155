"""Signature algorithms that both sides know. Connections are compared with Node in test_features.py."""

from __future__ import annotations

from nodecompat.tls.sigalgs import ownAlgorithms, sharedAlgorithms

ECDSA, RSA_PSS, RSA, DSA = 0x0403, 0x0804, 0x0401, 0x0402


def testOwnAlgorithms() -> None:
    assert ownAlgorithms("RSA-PSS+SHA256:ECDSA+SHA256") == (RSA_PSS, ECDSA)
    assert {ECDSA, RSA_PSS, RSA} <= set(ownAlgorithms(None))


def testThoseInBothInTheOrderOfTheFirst() -> None:
    assert sharedAlgorithms((RSA_PSS, ECDSA, RSA), (ECDSA, RSA_PSS, DSA), False) == ["RSA-PSS+SHA256", "ECDSA+SHA256"]


def testTLS13HasNoDSA() -> None:
    assert sharedAlgorithms((DSA, RSA), (RSA, DSA), True) == ["RSA+SHA256"]
    assert sharedAlgorithms((DSA, RSA), (RSA, DSA), False) == ["DSA+SHA256", "RSA+SHA256"]


def testOneWithoutAName() -> None:
    assert sharedAlgorithms((0xFE01,), (0xFE01,), True) == ["0xfe01+UNDEF"]
