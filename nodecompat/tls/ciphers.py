"""What the OpenSSL at hand can do: `tls.getCiphers` and `tls.getCertificateCompressionAlgorithms`."""

from __future__ import annotations

import functools

from OpenSSL import SSL

__all__ = ["getCertificateCompressionAlgorithms", "getCiphers"]

#: OpenSSL lists those of TLS 1.3 only as far as they are on from the beginning.
_TLS_1_3 = (
    "tls_aes_128_ccm_8_sha256",
    "tls_aes_128_ccm_sha256",
    "tls_aes_128_gcm_sha256",
    "tls_aes_256_gcm_sha384",
    "tls_chacha20_poly1305_sha256",
)


def getCiphers() -> list[str]:
    """The names of the ciphers, in lower case.

    Node: https://nodejs.org/api/tls.html#tlsgetciphers
    """
    return list(_ciphers())


@functools.cache
def _ciphers() -> tuple[str, ...]:
    known = SSL.Connection(SSL.Context(SSL.TLS_METHOD)).get_cipher_list()
    return tuple(sorted({*map(str.lower, known), *_TLS_1_3}))


def getCertificateCompressionAlgorithms() -> list[str]:
    """The ways in which certificates can be compressed: none, pyOpenSSL cannot ask for it.

    Node: https://nodejs.org/api/tls.html#tlsgetcertificatecompressionalgorithms
    """
    return []
