"""Hashes that a body must have; the outcomes are those of Node's fetch."""

from __future__ import annotations

import base64
import hashlib

import pytest

from nodecompat.web.integrity import matchesIntegrity


def named(algorithm: str, content: bytes) -> str:
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


GOOD, BAD = (lambda algorithm: named(algorithm, b"hello")), (lambda algorithm: named(algorithm, b"other"))


@pytest.mark.parametrize(
    "integrity, matches",
    [
        ("", True),
        ("md5-abc", True),  # nothing that can be checked
        ("sha256", False),
        (GOOD("sha256"), True),
        (GOOD("sha384"), True),
        (GOOD("sha512"), True),
        (GOOD("sha256").upper().replace("SHA256", "sha256"), False),
        (GOOD("sha256").replace("sha", "SHA"), True),
        (BAD("sha256"), False),
        (f"{BAD('sha256')} {GOOD('sha256')}", True),
        (f"{GOOD('sha256')} {BAD('sha512')}", False),  # the strongest counts
        (f"{BAD('sha256')} {GOOD('sha512')}", True),
        (f"{GOOD('sha256')}?opt", True),
        (GOOD("sha256").replace("+", "-").replace("/", "_"), True),
        ("sha256-AAAA", False),
    ],
)
def testIntegrity(integrity: str, matches: bool) -> None:
    assert matchesIntegrity(b"hello", integrity) is matches
