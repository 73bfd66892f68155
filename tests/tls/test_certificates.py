"""The tests' own certificates are what their kind says, in the eyes of Python's ssl."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from tls import certificates

#: What OpenSSL says of a kind in a handshake with localhost; of all others it says 0.
REFUSED = {
    "expired": 10,
    "notYetValid": 9,
    "wrongHost": 62,
    "wrongCA": 20,
    "forged": 7,
    "revoked": 23,
    "chainMissing": 20,
    "clientOnly": 26,
    "noNames": 62,
}
HOSTS = {"wildcard": "a.example.com", "idn": "bücher.example", "ip": "::1"}


def verified(made: certificates.Made, host: str, folder: Path, hasCRL: bool) -> int:
    """OpenSSL's number for the outcome of a handshake."""
    certFile, keyFile, _ = made.write(folder)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certFile, keyFile)
    client = ssl.create_default_context(cadata=made.ca)
    client.hostname_checks_common_name = False
    if hasCRL:
        (folder / "crl.pem").write_text(made.crl)
        client.load_verify_locations(folder / "crl.pem")
        client.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    toServer, toClient = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        client.wrap_bio(toClient, toServer, server_hostname=host),
        server.wrap_bio(toServer, toClient, server_side=True),
    ]
    for _ in range(4):
        for side in sides:
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLCertVerificationError as error:
                return error.verify_code
    return 0


@pytest.mark.parametrize("key", ["ec", "rsa", "ed25519"])
@pytest.mark.parametrize("kind", certificates.KINDS)
def testAKindIsWhatItSays(kind: str, key: str, tmp_path: Path) -> None:
    made = certificates.make(kind, key=key)
    assert verified(made, HOSTS.get(kind, "localhost"), tmp_path, kind == "revoked") == REFUSED.get(kind, 0)


def testTheSameArgumentsGiveTheSameCertificate() -> None:
    assert certificates.make("ip") is certificates.make("ip", names=["127.0.0.1", "::1"])
    assert certificates.make(key="rsa") is not certificates.make()
