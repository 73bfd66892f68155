"""Names of digests."""

from __future__ import annotations

import hashlib

import oracle
import pytest

from nodecompat.crypto.digests import XOF_LENGTHS, canonicalName, getHashes, newDigest


@pytest.mark.parametrize(
    "name, canonical",
    [
        ("SHA256", "sha256"),
        ("RSA-SHA512/224", "sha512_224"),
        ("sha512-256WithRSAEncryption", "sha512_256"),
        ("sha2-384", "sha384"),
        ("sha-1", "sha1"),
        ("sha3-256", "sha3_256"),
        ("shake-128", "shake128"),
        ("blake2b512", "blake2b"),
        ("ripemd160WithRSA", "ripemd160"),
        ("md5-sha1", "md5-sha1"),
    ],
)
def testNamesOfHashlib(name: str, canonical: str) -> None:
    assert canonicalName(name) == canonical


@pytest.mark.parametrize("name", ["nowhere", "", "sha", "a\0b", "sha256 "])
def testWhatIsNoDigest(name: str) -> None:
    assert newDigest(name) is None


def testTheListHoldsWhatIsThere() -> None:
    found = getHashes()
    assert {"RSA-SHA256", "md5", "sha3-512", "shake256", "blake2b512"} <= set(found)
    for name in found:
        made = newDigest(name)
        assert made.name in hashlib.algorithms_available or made.name
    found.clear()
    assert getHashes()


@oracle.needsNode
def testTheListIsPartOfNodes() -> None:
    theirs = oracle.evaluate("console.log(JSON.stringify(crypto.getHashes()))")
    ours = getHashes()
    assert [name for name in theirs if name in ours] == ours


@oracle.needsNode
def testLengthsOfDigestsWithoutOne() -> None:
    program = "['shake128', 'shake256'].map((name) => [name, crypto.createHash(name).digest().length])"
    assert dict(oracle.evaluate(f"console.log(JSON.stringify({program}))")) == XOF_LENGTHS
