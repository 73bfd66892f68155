"""PEM. Which texts hold a certificate is compared with Node: test_x509certificate.py."""

from __future__ import annotations

import pytest
from tls import certificates

from nodecompat.errors import NodeError
from nodecompat.tls import pem


def testWhatIsWrittenIsOpenSSLs() -> None:
    made = certificates.make(key="rsa")
    assert pem.pemText(made.der) == made.cert
    assert pem.pemText(b"ab", "X") == "-----BEGIN X-----\nYWI=\n-----END X-----\n"


def testAllOfAText() -> None:
    made = certificates.make("chain")
    assert len(list(pem.certificates(f"# notes\n{made.cert}{made.key}\n{made.ca}".encode()))) == 3
    assert list(pem.certificates(b"none")) == []


def testDerIsRead() -> None:
    der = certificates.make().der
    assert pem.readCertificate(der) == pem.readCertificate(der + b"behind") == der


def testErrorsAreOpenSSLs() -> None:
    with pytest.raises(NodeError) as caught:
        pem.readCertificate(b"")
    error = caught.value
    assert (error.code, error.library, error.reason) == ("ERR_OSSL_PEM_NO_START_LINE", "PEM routines", "no start line")
