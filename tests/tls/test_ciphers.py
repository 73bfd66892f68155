"""tls.getCiphers, compared with Node; and the constants."""

from __future__ import annotations

import oracle

from nodecompat.tls import constants
from nodecompat.tls.ciphers import getCertificateCompressionAlgorithms, getCiphers


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
