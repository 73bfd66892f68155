"""Hash and Hmac as streams among others; the recorded comparisons are in tests/comparisons/crypto.py."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import pytest_twisted

from nodecompat import crypto
from nodecompat.errors import NodeError
from nodecompat.stream import Readable
from nodecompat.stream.consumers import buffer
from nodecompat.stream.promises import pipeline

check = pytest_twisted.ensureDeferred


@check
async def testAPipelineEndsInAHash() -> None:
    digest = crypto.createHash("sha256")
    await pipeline(Readable.from_([b"a" * 100_000, b"b"]), digest)
    assert digest.digest() == digest.read() == hashlib.sha256(b"a" * 100_000 + b"b").digest()


@check
async def testAHashStandsWithinAPipeline() -> None:
    found: list[Any] = []

    async def last(source: Any) -> None:
        found.extend([chunk async for chunk in source])

    await pipeline(Readable.from_([b"abc"]), crypto.createHmac("sha1", "k"), last)
    assert found == [crypto.createHmac("sha1", "k").update("abc").digest()]


@check
async def testAllThatIsReadIsTheDigest() -> None:
    assert await buffer(crypto.createHash("md5").end("abc")) == hashlib.md5(b"abc").digest()


def testAnHmacOfADigestOfAnyLengthIsRefused() -> None:
    with pytest.raises(NodeError) as caught:
        crypto.createHmac("shake128", "k")
    assert caught.value.code == "ERR_OSSL_EVP_UPDATE_ERROR"


def testASubclassOwnsItsNames() -> None:
    class Counting(crypto.Hash):
        _digest = 5
        _name = "mine"

    assert Counting("md5").update("a").digest("hex") == "0cc175b9c0f1b6a831c399e269772661"
