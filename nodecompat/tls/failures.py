"""Errors of OpenSSL as Node makes them: `ERR_SSL_…`, `ERR_OSSL_…`, and the codes of certificates that do not hold."""

from __future__ import annotations

from typing import Any

from ..errors import NodeError
from ..reactor.tls import session
from ..reactor.tls.callbacks import ffi, lib
from ..reactor.tls.session import Failure

#: How Node shortens the names of OpenSSL's libraries in a code; SSL has no "OSSL".
_LIBRARIES = {
    "SSL routines": "SSL",
    "PEM routines": "OSSL_PEM",
    "x509 certificate routines": "OSSL_X509",
    "digital envelope routines": "OSSL_EVP",
    "rsa routines": "OSSL_RSA",
    "elliptic curve routines": "OSSL_EC",
    "asn1 encoding routines": "OSSL_ASN1",
    "PKCS12 routines": "OSSL_PKCS12",
    "BIO routines": "OSSL_BIO",
    "Diffie-Hellman routines": "OSSL_DH",
}
#: What helps when no authority that is known has signed the certificate.
_HINT = "; if the authority is your own, give its certificate as `ca` or in NODE_EXTRA_CA_CERTS"
_UNKNOWN_AUTHORITY = {
    "UNABLE_TO_GET_ISSUER_CERT",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
}
_PREFIX = "X509_V_ERR_"
_VERIFY_CODES = {getattr(lib, name): name[len(_PREFIX) :] for name in dir(lib) if name.startswith(_PREFIX)}


def connectionError(failure: Failure | None) -> NodeError:
    """The error of a connection: its code begins with "ERR_SSL_", whichever part of OpenSSL has failed."""
    return tlsError(failure, "SSL")


def tlsError(failure: Failure | None, library: str | None = None) -> NodeError:
    """The error for what OpenSSL says went wrong. `reason` and `library` are its own words."""
    if failure is None:
        return NodeError("The TLS connection is broken", code="ERR_SSL_PROTOCOL_ERROR")
    library = library or _LIBRARIES.get(failure.library, "OSSL")
    reason = failure.reason.upper().replace(" ", "_")
    if reason.startswith("TLS_ALERT_"):
        reason = f"SSL/{reason}"  # OpenSSL 4 has renamed them; Node's programs know them as those of 3.5
    return NodeError(
        f"error:{failure.number:08X}:{failure.library}::{failure.reason}" if failure.number else failure.reason,
        code=f"ERR_{library}_{reason}",
        library=failure.library,
        reason=failure.reason,
    )


def openSSLError(error: Any = None) -> NodeError:
    """The error for an exception of pyOpenSSL, or for what is in OpenSSL's queue."""
    failure = session.failure()
    if failure is None and error is not None and error.args and isinstance(error.args[0], list) and error.args[0]:
        library, _, reason = error.args[0][0][:3]
        failure = Failure(session.errorNumber(library, reason), library, reason)
    lib.ERR_clear_error()
    return tlsError(failure)


def verifyError(result: int) -> NodeError | None:
    """Why a chain of certificates does not hold; None for X509_V_OK."""
    if not result:
        return None
    code = _VERIFY_CODES.get(result, "UNSPECIFIED")
    text = ffi.string(lib.X509_verify_cert_error_string(result)).decode()
    return NodeError(text + _HINT if code in _UNKNOWN_AUTHORITY else text, code=code)
