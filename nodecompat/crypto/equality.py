"""`timingSafeEqual`: whether two secrets are equal, in a time that does not tell how far they are."""

from __future__ import annotations

import hmac
from typing import Any

from .. import encodings
from ..errors import ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH, NodeTypeError

__all__ = ["timingSafeEqual"]


def timingSafeEqual(buf1: Any, buf2: Any) -> bool:
    """Whether two secrets of the same length are equal; how long it takes tells nothing about them.

    Args: buf1, buf2: bytes, no texts.
    Raises: ERR_INVALID_ARG_TYPE; ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH, which tells that they differ.
    Example: `timingSafeEqual(createHmac("sha256", key).update(body).digest(), signature)`
    Node: https://nodejs.org/api/crypto.html#cryptotimingsafeequala-b
    """
    one, two = _octets(buf1, "buf1"), _octets(buf2, "buf2")
    if len(one) != len(two):
        raise ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH()
    return hmac.compare_digest(one, two)


def _octets(value: Any, name: str) -> bytes:
    data = encodings.toBytes(value)
    if data is None:
        # Without what was received: a secret must not get into a log.
        text = f'The "{name}" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.'
        raise NodeTypeError(text, code="ERR_INVALID_ARG_TYPE")
    return data
