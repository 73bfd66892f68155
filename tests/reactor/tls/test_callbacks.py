"""The functions that OpenSSL calls: who is asked, and for how long."""

from __future__ import annotations

import gc
from typing import Any

from tls import certificates

from nodecompat.reactor.tls.callbacks import hooked, lib
from nodecompat.reactor.tls.session import DONE, Session
from nodecompat.tls import createSecureContext

MADE = certificates.make()


class Told:
    """Hooks that take note."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.messages: list[tuple[bool, int]] = []

    def onKeyLine(self, line: bytes) -> None:
        self.lines.append(line)

    def onMessage(self, isSent: bool, version: int, kind: int, data: bytes) -> None:
        self.messages.append((isSent, kind))


def shake(client: Session, server: Session) -> None:
    for _ in range(6):
        results = []
        for one, other in ((client, server), (server, client)):
            results.append(one.shakeHands())
            other.feed(one.take())
        if results == [DONE, DONE]:
            client.shaken()
            return
    raise AssertionError(results)


def sessions(hooks: Any = None, **rest: bool) -> tuple[Session, Session]:
    client = Session(createSecureContext(ca=MADE.ca).context, False, hooks, **rest)
    return client, Session(createSecureContext(cert=MADE.cert, key=MADE.key).context, True)


def testTheFunctionsThatAreNeeded() -> None:
    for name in (
        *("BIO_get_mem_data", "OPENSSL_malloc", "SSL_CTX_set_keylog_callback", "SSL_CTX_set_msg_callback"),
        *("SSL_CTX_set_psk_client_callback", "SSL_CTX_set_psk_server_callback", "SSL_CTX_use_psk_identity_hint"),
        *("SSL_CTX_set_tlsext_status_cb", "SSL_clear_mode", "SSL_get_tlsext_status_ocsp_resp"),
        *("SSL_set_tlsext_status_ocsp_resp", "SSL_set_tlsext_status_type", "TLSEXT_STATUSTYPE_ocsp"),
    ):
        assert hasattr(lib, name), name


def testOnlyTheSessionThatAsksIsToldOfKeys() -> None:
    told = Told()
    context = createSecureContext(ca=MADE.ca).context
    client, other = Session(context, False, told), Session(context, False)
    client.logKeys()
    for each in (other, client):
        shake(each, Session(createSecureContext(cert=MADE.cert, key=MADE.key).context, True))
        if each is other:
            assert told.lines == []
    assert told.lines[0].startswith(b"SERVER_HANDSHAKE_TRAFFIC_SECRET ")


def testASessionThatWatchesGoesOnWatching() -> None:
    told = Told()
    client, server = sessions(told, watches=True)
    shake(client, server)
    before = len(told.messages)
    server.connection.send(b"x")
    client.feed(server.take())
    client.read()
    assert len(told.messages) > before
    client.forgetHooks()
    before = len(told.messages)
    server.connection.send(b"x")
    client.feed(server.take())
    client.read()
    assert len(told.messages) == before


def testTheOthersOfAContextAreNotWatched() -> None:
    told = Told()
    context = createSecureContext(ca=MADE.ca).context
    Session(context, False, told, watches=True)
    shake(Session(context, False, told), Session(createSecureContext(cert=MADE.cert, key=MADE.key).context, True))
    assert told.messages == []


def testNobodyIsLeftInTheTable() -> None:
    before = len(hooked)
    client, server = sessions(Told())
    assert len(hooked) == before + 1
    shake(client, server)
    gc.collect()
    assert len(hooked) == before
