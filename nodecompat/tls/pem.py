"""Certificates in PEM, the text form with BEGIN and END lines, as OpenSSL reads and writes it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence

from OpenSSL import crypto

from ..errors import NodeError
from ..reactor.tls.session import errorNumber

__all__ = ["certificates", "pemText", "readCertificate"]

_begin = re.compile(rb"^(?:\A\xef\xbb\xbf)?-----BEGIN (.*)-----[ \t]*\r?$", re.MULTILINE)
_end = re.compile(rb"^-----END (.*)-----[ \t]*\r?$", re.MULTILINE)
_isBase64 = re.compile(rb"[A-Za-z0-9+/\s]*={0,2}\s*").fullmatch
_LABELS = (b"CERTIFICATE", b"X509 CERTIFICATE")
#: Names of OpenSSL's libraries.
_PEM, _ASN1 = "PEM routines", "asn1 encoding routines"


def pemText(der: bytes, label: str = "CERTIFICATE") -> str:
    """The PEM text of DER, in lines of 64 characters."""
    text = base64.b64encode(der).decode()
    lines = "\n".join(text[start : start + 64] for start in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"


def readCertificate(data: bytes) -> bytes:
    """The DER of the first certificate: DER, or PEM with anything around it.

    Raises:
        NodeError: there is none; `code` and text are OpenSSL's.
    """
    try:
        return checked(data)
    except NodeError:
        pass
    for der in certificates(data, (*_LABELS, b"TRUSTED CERTIFICATE")):
        return checked(der)
    raise failure(_PEM, "no start line")


def certificates(data: bytes, labels: Sequence[bytes] = _LABELS) -> Iterator[bytes]:
    """The contents of the certificates in a PEM text, whatever else is in it.

    Args:
        labels: what a certificate is called there.
    """
    position = 0
    while (begin := _begin.search(data, position)) is not None:
        end = _end.search(data, begin.end())
        if end is None or end[1] != begin[1]:
            raise failure(_PEM, "bad end line")
        position = end.end()
        if begin[1] in labels:
            yield _content(data[begin.end() : end.start()])


def _content(body: bytes) -> bytes:
    if b":" in body:
        raise failure(_PEM, "not encrypted")
    try:
        if _isBase64(body):
            return base64.b64decode(b"".join(body.split()))
    except binascii.Error:
        pass
    raise failure(_PEM, "bad base64 decode")


def checked(data: bytes) -> bytes:
    """What OpenSSL reads of DER.

    Raises:
        NodeError: it does not.
    """
    try:
        return crypto.dump_certificate(crypto.FILETYPE_ASN1, crypto.load_certificate(crypto.FILETYPE_ASN1, data))
    except crypto.Error as error:
        library, _, reason = error.args[0][0] if error.args and error.args[0] else (_ASN1, "", "wrong tag")
        raise failure(library, reason) from None


def failure(library: str, reason: str) -> NodeError:
    """An error of OpenSSL's as Node makes it."""
    number = errorNumber(library, reason)
    name = library.removesuffix(" routines").removesuffix(" encoding").upper().replace(" ", "_")
    code = f"ERR_OSSL_{name}_{reason.upper().replace(' ', '_')}"
    return NodeError(f"error:{number:08X}:{library}::{reason}", code=code, library=library, reason=reason)
