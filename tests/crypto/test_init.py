"""crypto as a whole; each function is compared with Node's in tests/comparisons/crypto.py."""

from __future__ import annotations

import subprocess
import sys

import pytest
import suite

from nodecompat import crypto


@pytest.mark.parametrize("name", crypto.__all__)
def testEveryNameIsThere(name: str) -> None:
    assert hasattr(crypto, name)


@pytest.mark.skipif(bool(suite.whyNoTLS()), reason=suite.whyNoTLS() or "")
def testACertificateIsThatOfTls() -> None:
    from nodecompat.tls.x509certificate import X509Certificate

    assert crypto.X509Certificate is X509Certificate
    assert "X509Certificate" in dir(crypto)


def testWithoutTheExtraACertificateSaysSo() -> None:
    program = (
        "import sys; sys.modules['OpenSSL'] = sys.modules['cryptography'] = None\n"
        "from nodecompat import crypto\n"
        "print(crypto.hash('md5', 'a'))\n"
        "try: crypto.X509Certificate\n"
        "except ModuleNotFoundError as error: print(error)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert found.stdout.split("\n")[:2] == [
        "0cc175b9c0f1b6a831c399e269772661",
        "crypto.X509Certificate needs pyOpenSSL and cryptography: pip install 'nodecompat[tls]'",
    ], found.stderr


def testThereIsNoOtherName() -> None:
    with pytest.raises(AttributeError, match="createCipheriv"):
        crypto.createCipheriv  # type: ignore[attr-defined]  # noqa: B018
