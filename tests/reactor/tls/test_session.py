"""A TLS session in memory: records, the handshake, and what pyOpenSSL's private names promise."""

from __future__ import annotations

from itertools import pairwise

import pytest
from OpenSSL import SSL
from tls import certificates

from nodecompat.reactor.tls.callbacks import lib
from nodecompat.reactor.tls.session import CLOSED, DONE, FAILED, RECORD_SIZE, WANT_READ, Session
from nodecompat.tls import createSecureContext

MADE = certificates.make()


def shaken(**options: str) -> tuple[Session, Session]:
    """Two sessions that have finished their handshake."""
    client = Session(createSecureContext(ca=MADE.ca, **options).context, False)
    server = Session(createSecureContext(cert=MADE.cert, key=MADE.key).context, True)
    for _ in range(6):
        results = []
        for one, other in ((client, server), (server, client)):
            results.append(one.shakeHands())
            other.feed(one.take())
        if results == [DONE, DONE]:
            return client, server
    raise AssertionError(results)


def testThePrivateNamesOfPyOpenSSLThatWeUse() -> None:
    connection = SSL.Connection(SSL.Context(SSL.TLS_METHOD), None)
    for name in ("_ssl", "_into_ssl", "_from_ssl"):
        assert getattr(connection, name)
    for name in (
        *(
            "BIO_read",
            "BIO_write",
            "ERR_clear_error",
            "ERR_get_error",
            "ERR_lib_error_string",
            "ERR_reason_error_string",
        ),
        *("SSL_CTX_set1_sigalgs_list", "SSL_CTX_set_alpn_select_cb", "SSL_CTX_set_cert_cb"),
        *("SSL_SESSION_free", "SSL_do_handshake", "SSL_get_error", "SSL_get_session", "SSL_get_verify_result"),
        *("SSL_read", "SSL_session_reused", "SSL_set_SSL_CTX", "SSL_set_session", "SSL_set_verify", "SSL_shutdown"),
        *(
            "SSL_write",
            "SSL_CTX_set_cert_store",
            "X509_STORE_up_ref",
            "X509_verify_cert_error_string",
            "d2i_SSL_SESSION",
            "i2d_SSL_SESSION",
        ),
    ):
        assert hasattr(lib, name), name


@pytest.mark.parametrize("size", [0, 1, RECORD_SIZE, RECORD_SIZE + 1, 5 * RECORD_SIZE])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def testDataInRecords(size: int, kind: type) -> None:
    client, server = shaken()
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    encrypted = client.encrypt([kind(data)])
    assert encrypted is not None
    server.feed(bytes(encrypted))
    parts = []
    while isinstance(part := server.read(), bytes):
        parts.append(part)
    assert (b"".join(parts), part) == (data, WANT_READ)
    assert all(len(each) <= RECORD_SIZE for each in parts)


def testSeveralChunksAreOneRecord() -> None:
    """As in Node. And a large write takes along what waited before, however much."""
    client, server = shaken()
    server.feed(bytes(client.encrypt([b"ab", bytearray(b"c"), memoryview(b"d"), b""]) or b""))
    assert server.read() == b"abcd" and client.encrypt([b"", b""]) == b""
    for _ in range(40):
        lib.SSL_write(client.ssl, b"w" * 1000, 1000)
    server.feed(bytes(client.encrypt([b"x" * 20_000]) or b""))
    parts = []
    while isinstance(part := server.read(), bytes):
        parts.append(part)
    assert b"".join(parts) == b"w" * 40_000 + b"x" * 20_000


@pytest.mark.parametrize("cuts", [(1,), (3,), (5,), (6,), (30,), (3, 5), (1, 2, 3, 4, 5, 6, 7)])
def testWhereTheNextRecordBeginsIsKnown(cuts: tuple[int, ...]) -> None:
    """However the records before it were cut."""
    client, server = shaken()
    first, second = client.encrypt([b"x" * 40]), client.encrypt([b"y"])
    third, fourth = client.encrypt([b"z"]), client.encrypt([b"z"])
    assert first and second and third and fourth
    places = [0, *cuts, len(first)]
    for a, b in pairwise(places):
        assert server.isAtHead is (a == 0)
        server.feed(first[a:b])
    assert server.isAtHead and server.read() == b"x" * 40
    server.feed(second)
    assert server.isAtHead and server.read() == b"y"
    server.feed(third + fourth[:-1])
    assert not server.isAtHead and server.read() == b"z"
    server.feed(fourth[-1:])
    assert server.isAtHead and [server.read(), server.read()] == [b"z", WANT_READ]


def testTheEndIsTold() -> None:
    client, server = shaken()
    client.close()
    server.feed(client.take())
    assert server.read() == CLOSED


def testAFailureSaysWhy() -> None:
    _, server = shaken()
    server.feed(b"\x17\x03\x03\x00\x20" + bytes(32))
    assert server.read() == FAILED
    failure = server.failure()
    assert failure is not None and failure.reason == "decryption failed or bad record mac"
    assert server.failure() is None


def testASessionIsResumed() -> None:
    client, _ = shaken(maxVersion="TLSv1.2")
    ticket = client.ticket()
    assert ticket is not None and not client.isReused()
    again = Session(createSecureContext(ca=MADE.ca).context, False)
    assert again.resume(ticket)
    assert not again.resume(b"no session")
    assert client.verifyResult() == 0


def testAnErrorThatSomebodyElseHasLeftIsNotOurs() -> None:
    """Before version 4 OpenSSL takes whatever is in its queue for the error of the step that gave nothing."""
    client, server = shaken()
    server.read()
    for leave in (lambda: lib.ERR_put_error(20, 0, 0x10B, b"", 0), lambda: client.encrypt([b"x" * 10])):
        leave()
        lib.ERR_put_error(20, 0, 0x10B, b"", 0)
        assert server.read() == WANT_READ
    server.feed(client.take())
    server.feed(b"\x17\x03\x03\x00\x20" + bytes(32))
    assert server.read() == FAILED
    found = server.failure()
    assert found is not None


def testAHandshakeLeavesNoErrorBehind() -> None:
    """What is wrong with a certificate that is taken all the same would be taken for the error of somebody else."""
    forged = certificates.make("forged", key="ec384")
    client = Session(createSecureContext(cert=forged.cert, key=forged.key).context, False)
    server = Session(createSecureContext(cert=MADE.cert, key=MADE.key, ca=forged.ca).context, True)
    server.requestCertificate(False)
    for one, other in ((client, server), (server, client), (client, server)):
        one.shakeHands()
        other.feed(one.take())
    assert (client.shakeHands(), server.shakeHands()) == (DONE, DONE)
    assert server.verifyResult() != 0
    assert lib.ERR_peek_error() == 0
