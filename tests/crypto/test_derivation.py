"""Keys from secrets; results and errors are compared with Node's in tests/comparisons/crypto.py."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import pytest_twisted

from nodecompat import crypto, process
from nodecompat.errors import ERR_CRYPTO_INVALID_KEYLEN
from nodecompat.util import promisify

check = pytest_twisted.ensureDeferred


@pytest.mark.parametrize(
    "name, arguments, resource",
    [
        ("pbkdf2", ("p", "s", 5, 20, "sha1"), "PBKDF2REQUEST"),
        ("scrypt", ("p", "s", 20), "SCRYPTREQUEST"),
        ("hkdf", ("sha1", "k", "s", "i", 20), "HKDFREQUEST"),
    ],
)
@check
async def testTheLoopIsFreeMeanwhile(name: str, arguments: Any, resource: str) -> None:
    answer = promisify(getattr(crypto, name))(*arguments)
    assert resource in process.getActiveResourcesInfo()
    assert await answer == getattr(crypto, f"{name}Sync")(*arguments)
    assert threading.current_thread() is threading.main_thread()


def testAKnownKey() -> None:
    """RFC 5869, A.1."""
    salt, info = bytes(range(13)), bytes(range(0xF0, 0xFA))
    found = crypto.hkdfSync("sha256", b"\x0b" * 22, salt, info, 42)
    assert found.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"


def testAKeyOfAnyLengthIsNoEnd() -> None:
    """Node dies of it."""
    with pytest.raises(ERR_CRYPTO_INVALID_KEYLEN):
        crypto.hkdfSync("sha256", "k", "s", "i", 2**53 - 1)
