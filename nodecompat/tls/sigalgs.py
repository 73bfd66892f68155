"""Signature algorithms that both sides know: `tlsSocket.getSharedSigalgs()`.

OpenSSL's own list is not to be had from pyOpenSSL. It stands in the hello that a client writes.
"""

from __future__ import annotations

import functools

from OpenSSL import SSL

from ..reactor.tls.callbacks import lib
from ..reactor.tls.session import Session
from .hello import CLIENT_HELLO, offeredAlgorithms

__all__ = ["ownAlgorithms", "sharedAlgorithms"]

_HASHES = {2: "SHA1", 3: "SHA224", 4: "SHA256", 5: "SHA384", 6: "SHA512"}
_KEYS = {1: "RSA", 2: "DSA", 3: "ECDSA"}
_NAMES = {
    **{high << 8 | low: f"{key}+{hash}" for high, hash in _HASHES.items() for low, key in _KEYS.items()},
    **{0x0804 + each: f"RSA-PSS+SHA{(256, 384, 512)[each % 3]}" for each in range(3)},
    **{0x0809 + each: f"RSA-PSS+SHA{(256, 384, 512)[each % 3]}" for each in range(3)},
    **{0x081A + each: f"ECDSA+SHA{(256, 384, 512)[each % 3]}" for each in range(3)},  # on Brainpool's curves
    0x0708: "SM2+SM3",
    0x0807: "Ed25519+UNDEF",
    0x0808: "Ed448+UNDEF",
    0x0904: "id-ml-dsa-44+UNDEF",
    0x0905: "id-ml-dsa-65+UNDEF",
    0x0906: "id-ml-dsa-87+UNDEF",
}
_DSA = 2


@functools.cache
def ownAlgorithms(names: str | None) -> bytes:
    """Those of a context with this option `sigalgs`, in order; two bytes for each, as TLS numbers them."""
    context = SSL.Context(SSL.TLS_METHOD)
    if names is not None:
        lib.SSL_CTX_set1_sigalgs_list(context._context, names.encode())
    client = Session(context, False)
    client.shakeHands()
    return offeredAlgorithms((client.take(),), CLIENT_HELLO)


def sharedAlgorithms(first: bytes, second: bytes, isModern: bool) -> list[str]:
    """OpenSSL's names of those in both, in the order of the first. TLS 1.3 (`isModern`) has no DSA."""
    known = set(_numbers(second))
    return [
        _NAMES.get(each, f"0x{each:04x}+UNDEF")
        for each in _numbers(first)
        if each in known and not (isModern and each < 0x0700 and each & 0xFF == _DSA)
    ]


def _numbers(pairs: bytes) -> list[int]:
    return [pairs[at] << 8 | pairs[at + 1] for at in range(0, len(pairs) - 1, 2)]
