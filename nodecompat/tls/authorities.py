"""Whom a client trusts: the authorities of Mozilla, of the system, and those that NODE_EXTRA_CA_CERTS names.

Node has Mozilla's list compiled in. Here it comes from the package `certifi`, which the extra "tls" installs; without
it the system's takes its place. As in Node the system's count only with NODE_USE_SYSTEM_CA=1; SSL_CERT_FILE and
SSL_CERT_DIR say where they are.

Differs: no certificate of the system is listed twice.

Node: https://nodejs.org/api/tls.html#tlsrootcertificates
"""

from __future__ import annotations

import functools
import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from OpenSSL import crypto

from ..encodings import toBytes
from ..errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, NodeError
from ..validators import validateArray, validateString
from .pem import certificates, failure, pemText

__all__ = ["defaultAuthorities", "defaultStore", "getCACertificates", "rootCertificates", "setDefaultCACertificates"]

_EXTRA, _USE_SYSTEM = "NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA"
_END = "-----END CERTIFICATE-----"
#: What `setDefaultCACertificates` has set.
_chosen: tuple[str, ...] | None = None


def getCACertificates(type: str = "default") -> tuple[str, ...]:
    """Certificates of authorities as PEM texts.

    Args:
        type: "default": what a client trusts that names no `ca`; "bundled": Mozilla's; "system"; "extra": those of
            NODE_EXTRA_CA_CERTS.
    Node: https://nodejs.org/api/tls.html#tlsgetcacertificatestype
    """
    validateString(type, "type")
    if type not in _SOURCES:
        raise ERR_INVALID_ARG_VALUE("type", type)
    return _SOURCES[type]()


def setDefaultCACertificates(certs: Any) -> None:
    """Choose whom clients trust from now on that name no `ca`.

    Args:
        certs: PEM texts or bytes, each with any number of certificates.
    Node: https://nodejs.org/api/tls.html#tlssetdefaultcacertificatescerts
    """
    global _chosen
    validateArray(certs, "certs")
    texts = []
    for index, each in enumerate(certs):
        data = each.encode() if isinstance(each, str) else toBytes(each)
        if data is None:
            raise ERR_INVALID_ARG_TYPE(f"certs[{index}]", ("string", "ArrayBufferView"), each)
        texts.append(data)
    found = {_readable(der) for text in texts for der in certificates(text)}
    if certs and not found:
        raise NodeError("No valid certificates found in the provided array", code="ERR_CRYPTO_OPERATION_FAILED")
    # Node keeps them in a tree, by their digests.
    _chosen = tuple(map(pemText, sorted(found, key=lambda der: hashlib.sha1(der).digest())))
    defaultAuthorities.cache_clear()
    defaultStore.cache_clear()


@functools.cache
def defaultAuthorities() -> tuple[crypto.X509, ...]:
    """The default ones as objects of pyOpenSSL, read once for all contexts."""
    return tuple(crypto.load_certificate(crypto.FILETYPE_PEM, text.encode()) for text in _default())


@functools.cache
def defaultStore() -> crypto.X509Store:
    """The default ones in a store that many contexts share: to fill one takes 10 ms."""
    store = crypto.X509Store()
    for each in defaultAuthorities():
        store.add_cert(each)
    return store


def _default() -> tuple[str, ...]:
    return _untouched() if _chosen is None else _chosen


@functools.cache
def _untouched() -> tuple[str, ...]:
    return (*rootCertificates, *(_system() if os.environ.get(_USE_SYSTEM) == "1" else ()), *_extra())


def _bundled() -> tuple[str, ...]:
    try:
        import certifi
    except ImportError:
        return _system()
    with open(certifi.where(), encoding="ascii", errors="replace") as file:
        return tuple(_blocks(file.read()))


def _blocks(text: str) -> Iterator[str]:
    """The certificates of a PEM text as they stand there."""
    for block in text.split(_END)[:-1]:
        yield block[block.index("-----BEGIN CERTIFICATE-----") :] + _END


@functools.cache
def _extra() -> tuple[str, ...]:
    path = os.environ.get(_EXTRA)
    found: list[bytes] = []
    if path:
        try:
            with open(path, "rb") as file:
                found.extend(map(_readable, certificates(file.read())))
        except OSError as error:
            number = 0x80000000 + (error.errno or 0)
            _ignore(path, f"error:{number:08X}:system library::{error.strerror}")
        except NodeError as error:
            _ignore(path, error.message)
    return tuple(map(pemText, found))


def _ignore(path: str, reason: str) -> None:
    print(f"Warning: Ignoring extra certs from `{path}`, load failed: {reason}", file=sys.stderr)


@functools.cache
def _system() -> tuple[str, ...]:
    import ssl  # another OpenSSL, loaded only by whoever asks for the system's

    if sys.platform == "win32":
        found = [data for data, encoding, _ in ssl.enum_certificates("ROOT") if encoding == "x509_asn"]
        return tuple(map(pemText, found))
    places = ssl.get_default_verify_paths()
    files = [os.environ.get(places.openssl_cafile_env, places.openssl_cafile)]
    folder = os.environ.get(places.openssl_capath_env, places.openssl_capath)
    if os.path.isdir(folder):
        files += sorted(entry.path for entry in os.scandir(folder) if entry.is_file())
    return tuple(map(pemText, dict.fromkeys(der for path in files for der in _lenient(path))))


def _lenient(path: str) -> Iterable[bytes]:
    """The certificates of a file that may be none."""
    try:
        with open(path, "rb") as file:
            return list(certificates(file.read()))
    except (OSError, NodeError):
        return ()


def _readable(der: bytes) -> bytes:
    """A certificate that OpenSSL can read."""
    try:
        crypto.load_certificate(crypto.FILETYPE_ASN1, der)
    except crypto.Error:
        raise failure("PEM routines", "ASN1 lib") from None
    return der


#: Mozilla's, as PEM texts. Node: https://nodejs.org/api/tls.html#tlsrootcertificates
rootCertificates: tuple[str, ...] = _bundled()
_SOURCES: dict[str, Callable[[], tuple[str, ...]]] = {
    "default": _default,
    "bundled": lambda: rootCertificates,
    "system": _system,
    "extra": _extra,
}
