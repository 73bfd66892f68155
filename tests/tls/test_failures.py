"""Codes and texts of OpenSSL's errors."""

from __future__ import annotations

import pytest

from nodecompat.reactor.tls.session import Failure
from nodecompat.tls.failures import connectionError, openSSLError, tlsError, verifyError


@pytest.mark.parametrize(
    "library, reason, code",
    [
        ("SSL routines", "wrong version number", "ERR_SSL_WRONG_VERSION_NUMBER"),
        ("SSL routines", "ssl/tls alert handshake failure", "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE"),
        ("SSL routines", "tls alert handshake failure", "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE"),  # OpenSSL 4
        ("PEM routines", "no start line", "ERR_OSSL_PEM_NO_START_LINE"),
        ("x509 certificate routines", "key values mismatch", "ERR_OSSL_X509_KEY_VALUES_MISMATCH"),
        ("digital envelope routines", "unsupported", "ERR_OSSL_EVP_UNSUPPORTED"),
        ("Provider routines", "bad decrypt", "ERR_OSSL_BAD_DECRYPT"),
    ],
)
def testCodes(library: str, reason: str, code: str) -> None:
    error = tlsError(Failure(0x0A00010B, library, reason))
    assert (error.code, error.library, error.reason) == (code, library, reason)  # type: ignore[attr-defined]
    assert str(error) == f"error:0A00010B:{library}::{reason}"


def testAConnectionsErrorIsOfSSLWhateverFailed() -> None:
    """As in Node: a client's key that is on no curve."""
    error = connectionError(Failure(0x0800006B, "elliptic curve routines", "point is not on curve"))
    assert (error.code, error.library) == ("ERR_SSL_POINT_IS_NOT_ON_CURVE", "elliptic curve routines")  # type: ignore[attr-defined]


def testAFailureWithoutAWord() -> None:
    assert tlsError(None).code == openSSLError().code == "ERR_SSL_PROTOCOL_ERROR"


def testVerifyErrors() -> None:
    assert verifyError(0) is None
    expired, selfSigned = verifyError(10), verifyError(18)
    assert expired is not None and (expired.code, str(expired)) == ("CERT_HAS_EXPIRED", "certificate has expired")
    assert selfSigned is not None and selfSigned.code == "DEPTH_ZERO_SELF_SIGNED_CERT"
    assert "NODE_EXTRA_CA_CERTS" in str(selfSigned)  # the way to trust it
