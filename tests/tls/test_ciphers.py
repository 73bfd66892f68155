"""tls.getCiphers, compared with Node; and the constants."""

from __future__ import annotations

import oracle
import pytest

from nodecompat.tls import constants
from nodecompat.tls.ciphers import getCertificateCompressionAlgorithms, getCiphers, standardName


@oracle.needsNode
def testCiphersAreMostlyNodes() -> None:
    """OpenSSL is another release."""
    ours, theirs = getCiphers(), oracle.evaluate("console.log(JSON.stringify(tls.getCiphers()))")
    assert ours == sorted(ours)
    assert len(set(ours) & set(theirs)) > 0.8 * len(theirs)
    assert {each for each in theirs if each.startswith("tls_")} <= set(ours)


def testTheListIsTheCallers() -> None:
    getCiphers().clear()
    assert "tls_aes_128_gcm_sha256" in getCiphers()


def testCertificatesAreNotCompressed() -> None:
    assert getCertificateCompressionAlgorithms() == []


@oracle.needsNode
def testConstants() -> None:
    names = constants.__all__
    program = f"console.log(JSON.stringify({names}.map((name) => tls[name])))"
    assert [getattr(constants, name) for name in names] == oracle.evaluate(program)


@pytest.mark.parametrize(
    "name, expected",
    [
        ("TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
        ("AES128-SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"),
        ("AES256-SHA256", "TLS_RSA_WITH_AES_256_CBC_SHA256"),
        ("AES128-GCM-SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256"),
        ("AES256-CCM8", "TLS_RSA_WITH_AES_256_CCM_8"),
        ("DHE-RSA-AES256-SHA256", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256"),
        ("DHE-DSS-AES128-GCM-SHA256", "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256"),
        ("ECDHE-ECDSA-AES256-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"),
        ("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        ("ECDHE-RSA-CAMELLIA128-SHA256", "TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256"),
        ("ECDHE-ARIA256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384"),
        ("ECDHE-PSK-AES128-CBC-SHA256", "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256"),
        ("RSA-PSK-AES256-GCM-SHA384", "TLS_RSA_PSK_WITH_AES_256_GCM_SHA384"),
        ("PSK-CHACHA20-POLY1305", "TLS_PSK_WITH_CHACHA20_POLY1305_SHA256"),
        ("DHE-PSK-AES128-CCM8", "TLS_PSK_DHE_WITH_AES_128_CCM_8"),
        ("DHE-PSK-AES128-CCM", "TLS_DHE_PSK_WITH_AES_128_CCM"),
        ("SRP-RSA-AES-128-CBC-SHA", "TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA"),
        ("ADH-AES128-SHA", "TLS_DH_anon_WITH_AES_128_CBC_SHA"),
        ("AECDH-NULL-SHA", "TLS_ECDH_anon_WITH_NULL_SHA"),
    ],
)
def testTheStandardNameIsOpenSSLs(name: str, expected: str) -> None:
    """As `openssl ciphers -stdname` says, and by it Node."""
    assert standardName(name) == expected
