"""Parameters of Diffie-Hellman: the well-known ones, of RFC 3526, for `dhparam: "auto"`."""

from __future__ import annotations

import base64
import functools
import re

from cryptography.hazmat.primitives.asymmetric import dsa, rsa

from .der import INTEGER, SEQUENCE, encode, first
from .pem import pemText

__all__ = ["knownParameters", "parameterSize"]

#: By the bits of the prime: the number that makes the formula below a safe prime.
_ADDENDS = {2048: 124476, 3072: 1690314, 4096: 240904, 8192: 4743158}
#: The bits of an RSA key, of an elliptic curve, and of the prime that is as strong. Weaker ones OpenSSL does not take.
_STRENGTHS = ((7680, 384, 8192), (4096, 304, 4096), (3072, 256, 3072))
_WEAKEST = 2048
_BLOCK = re.compile(rb"-----BEGIN DH PARAMETERS-----(.+?)-----END DH PARAMETERS-----", re.DOTALL)


def parameterSize(pem: bytes) -> int | None:
    """The bits of the prime; None for what is no parameters."""
    found = _BLOCK.search(pem)
    if found is None:
        return None
    try:
        prime = first(base64.b64decode(found.group(1)), SEQUENCE).sequence()[0]
    except (ValueError, IndexError):
        return None
    return prime.integer.bit_length() if prime.tag == INTEGER else None


def knownParameters(key: object) -> bytes:
    """The parameters that OpenSSL would take for a server with this private key, PEM."""
    bits = getattr(key, "key_size", 256)  # Ed25519 has none
    column = 0 if isinstance(key, (rsa.RSAPrivateKey, dsa.DSAPrivateKey)) else 1
    return _parameters(next((row[2] for row in _STRENGTHS if bits >= row[column]), _WEAKEST))


@functools.cache
def _parameters(size: int) -> bytes:
    # 2^n - 2^(n-64) - 1 + 2^64 * ([2^(n-130) pi] + addend)
    prime = 2**size - 2 ** (size - 64) - 1 + 2**64 * (_piTimes(size - 130) + _ADDENDS[size])
    numbers = encode(INTEGER, b"\0" + prime.to_bytes(size // 8, "big")) + encode(INTEGER, b"\2")
    return pemText(encode(SEQUENCE, numbers), "DH PARAMETERS").encode()


def _piTimes(power: int) -> int:
    """Pi times two to this power, rounded down: Machin's formula with bits to spare."""
    one = 1 << (power + 64)
    return 4 * (4 * _arctan(one, 5) - _arctan(one, 239)) >> 64


def _arctan(one: int, inverse: int) -> int:
    """The arc tangent of 1/inverse, where `one` stands for 1."""
    power = one // inverse
    total, divisor = power, 1
    while power:
        power //= inverse * inverse
        divisor += 2
        total += -(power // divisor) if divisor % 4 == 3 else power // divisor
    return total
