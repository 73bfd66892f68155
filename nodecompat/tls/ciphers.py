"""What the OpenSSL at hand can do, and what the IETF calls it."""

from __future__ import annotations

import functools
import re

from OpenSSL import SSL

__all__ = ["getCertificateCompressionAlgorithms", "getCiphers", "standardName"]

#: OpenSSL lists those of TLS 1.3 only as far as they are on from the beginning.
_TLS_1_3 = (
    "tls_aes_128_ccm_8_sha256",
    "tls_aes_128_ccm_sha256",
    "tls_aes_128_gcm_sha256",
    "tls_aes_256_gcm_sha384",
    "tls_chacha20_poly1305_sha256",
)
#: OpenSSL's name of a cipher: the exchange of keys, and what follows.
_PARTS = re.compile(r"((?:(?:ECDHE|DHE|ECDSA|RSA|DSS|PSK|SRP|ADH|AECDH)-)*)(.*)")
#: The exchanges that the IETF calls otherwise.
_EXCHANGES = {
    "": "RSA",
    "ADH": "DH_anon",
    "AECDH": "ECDH_anon",
    "ECDHE": "ECDHE_RSA",
    "SRP": "SRP_SHA",
    "SRP-DSS": "SRP_SHA_DSS",
    "SRP-RSA": "SRP_SHA_RSA",
}
_KEY_SIZE = re.compile(r"(AES|ARIA|CAMELLIA|CCM)(?=\d)")
_UNNAMED_CBC = re.compile(r"(?:AES|CAMELLIA)_\d+_SHA\d*\Z")


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


def standardName(name: str) -> str:
    """The IETF's name of a cipher: those of TLS 1.3 are the same, older ones are built from OpenSSL's parts."""
    if name.startswith("TLS_"):
        return name
    found = _PARTS.fullmatch(name)
    assert found is not None, "each of its halves may be empty"
    exchange = found[1].rstrip("-")
    cipher = _KEY_SIZE.sub(r"\1_", found[2]).replace("-", "_")
    if cipher == "CHACHA20_POLY1305":
        cipher = "CHACHA20_POLY1305_SHA256"
    elif _UNNAMED_CBC.match(cipher):
        cipher = cipher.replace("_SHA", "_CBC_SHA")
    if exchange == "DHE-PSK" and cipher.endswith("_CCM_8"):
        exchange = "PSK-DHE"  # the registry's own order, for these two alone
    return f"TLS_{_EXCHANGES.get(exchange, exchange).replace('-', '_')}_WITH_{cipher}"
