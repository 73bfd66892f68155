"""Parameters of Diffie-Hellman."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from nodecompat.tls import dh
from nodecompat.tls.der import SEQUENCE, first


def numbers(pem: bytes) -> list[int]:
    data = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
    return [each.integer for each in first(data, SEQUENCE).sequence()]


@pytest.mark.parametrize("size", [2048, 3072, 4096, 8192])
def testThePrimesOfRFC3526(size: int) -> None:
    prime, generator = numbers(dh._parameters(size))
    assert prime.bit_length() == size
    assert generator == 2
    assert f"{prime:X}".startswith("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD1")
    assert f"{prime:X}".endswith("F" * 16)
    if size <= 3072:
        assert pow(2, prime - 1, prime) == 1
        assert pow(2, (prime - 1) // 2, prime) == 1


def testAServersKeyDecides() -> None:
    """As OpenSSL does it; that of 2048 bits as Node also in test_features.py."""
    for key, size in (
        (rsa.generate_private_key(65537, 2048), 2048),
        (rsa.generate_private_key(65537, 3072), 3072),
        (ec.generate_private_key(ec.SECP256R1()), 3072),
        (ec.generate_private_key(ec.SECP384R1()), 8192),
        (ed25519.Ed25519PrivateKey.generate(), 3072),
    ):
        assert numbers(dh.knownParameters(key))[0].bit_length() == size


def testTheSizeOfParameters() -> None:
    assert dh.parameterSize(dh._parameters(2048)) == 2048
    assert dh.parameterSize(b"nothing") is None
    assert dh.parameterSize(b"-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----\n") is None
