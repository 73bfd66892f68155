"""tls.Server: which certificate, which protocol, and clients that never finish their handshake."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from tls import certificates
from tls.bed import PORT, bed

from nodecompat import net, tls
from nodecompat.reactor.tls.session import Session
from nodecompat.timers import setTimeout

pytestmark = pytest.mark.usefixtures("bothWays")


def commonName(client: Any) -> Any:
    return client.getPeerCertificate()["subjectaltname"]


def testNamesHaveTheirOwnCertificates() -> None:
    made = certificates.make(names=("a.example", "x.b.example"))
    with bed() as it:
        it.server.addContext("a.example", {"cert": made.cert, "key": made.key})
        it.server.addContext("*.B.example", tls.createSecureContext(cert=made.cert, key=made.key))
        for name in ("a.example", "x.b.example"):
            client = it.connect(servername=name, ca=[made.ca])
            assert client.authorized and "a.example" in commonName(client)
            assert it.accepted[-1].servername == name
        assert "localhost" in commonName(it.connect(servername="other.example", rejectUnauthorized=False))
        with pytest.raises(Exception) as caught:
            it.server.addContext("", {})
        assert caught.value.code == "ERR_TLS_REQUIRED_SERVER_NAME"  # type: ignore[attr-defined]


def testANameThatIsAddedLater() -> None:
    """OpenSSL asks for a certificate only when there is a choice."""
    made = certificates.make(names=("a.example",))
    with bed() as it:
        assert "localhost" in commonName(it.connect(servername="a.example", rejectUnauthorized=False))
        it.server.addContext("a.example", {"cert": made.cert, "key": made.key})
        assert "a.example" in commonName(it.connect(servername="a.example", ca=[made.ca]))


@pytest.mark.parametrize("isLate", [False, True])
@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def testSNICallback(isLate: bool, version: str) -> None:
    made = certificates.make(names=("a.example",))
    context = tls.createSecureContext(cert=made.cert, key=made.key)
    asked: list[str] = []

    def choose(name: str, answer: Any) -> None:
        asked.append(name)
        setTimeout(answer, 20, None, context) if isLate else answer(None, context)

    with bed(SNICallback=choose, maxVersion=version) as it:
        client = it.connect(servername="a.example", ca=made.ca)
        it.net.advance(30)
        assert client.authorized and asked == ["a.example"], it.log


@pytest.mark.parametrize("isLate", [False, True])
@pytest.mark.parametrize("answered, code", [((ValueError("no"),), "None"), ((None, 5), "ERR_TLS_INVALID_CONTEXT")])
def testSNICallbackThatFails(isLate: bool, answered: Any, code: str) -> None:
    def choose(name: str, answer: Any) -> None:
        setTimeout(answer, 20, *answered) if isLate else answer(*answered)

    with bed(SNICallback=choose) as it:
        client = it.connect(servername="a.example")
        it.net.advance(30)
        assert f"server tlsClientError {code}" in it.log
        assert client.destroyed and "client secureConnect" not in it.log


@pytest.mark.parametrize("isLate", [False, True])
def testSNICallbackThatAnswersTwice(isLate: bool) -> None:
    def choose(name: str, answer: Any) -> None:
        answer(None, None)
        setTimeout(answer, 20, None, None) if isLate else answer(None, None)

    with bed(SNICallback=choose) as it:
        it.connect(servername="localhost")
        if not isLate:
            assert "server tlsClientError ERR_MULTIPLE_CALLBACK" in it.log
            return
        it.watch("peer", it.accepted[0], "error")
        it.net.advance(30)
        assert it.log[-3:] == ["peer error ERR_MULTIPLE_CALLBACK", "client end", "client close"]


def testWhoAClientWasCanStillBeAsked() -> None:
    with bed() as it:
        found: list[Any] = []
        it.server.on("tlsClientError", lambda error, socket: found.append((socket.destroyed, socket.remoteAddress)))
        peer = net.connect(PORT, "127.0.0.1")
        peer.end("GET / HTTP/1.1\r\n\r\n")
        it.net.run()
        assert found == [(True, "::ffff:127.0.0.1")]


@pytest.mark.parametrize("name", ["SNICallback", "ALPNCallback"])
def testACallbackThatRaisesIsTheServersError(name: str) -> None:
    """And the client gets no alert, as in Node."""

    def fail(*args: Any) -> None:
        raise KeyError(name)

    errors: list[Any] = []
    with bed(**{name: fail}) as it:
        it.server.on("tlsClientError", lambda error, socket: errors.append((type(error), socket.destroyed)))
        it.connect(servername="a.example", ALPNProtocols=["a"])
        assert errors == [(KeyError, True)]
        assert it.log[-3:] == ["client end", "client error ECONNRESET", "client close"]


def testALPNCallback() -> None:
    asked: list[Any] = []

    def choose(given: Any) -> Any:
        asked.append(given)
        return {"a": "a", "none": None}.get(given["protocols"][0], "other")

    with bed(ALPNCallback=choose) as it:
        client, peer = it.pair(ALPNProtocols=["a", "b"], servername="localhost")
        assert (client.alpnProtocol, peer.alpnProtocol) == ("a", "a")
        assert asked == [{"servername": "localhost", "protocols": ["a", "b"]}]
        it.connect(ALPNProtocols=["a"])
        assert asked[1]["servername"] is False
        it.log.clear()
        it.connect(ALPNProtocols=["none"])
        assert "client error ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL" in it.log
        it.log.clear()
        it.connect(ALPNProtocols=["x"])
        assert "server tlsClientError ERR_TLS_ALPN_CALLBACK_INVALID_RESULT" in it.log


def testNoCommonProtocolIsRefused() -> None:
    with bed(ALPNProtocols=["a"]) as it:
        it.connect(ALPNProtocols=["b"])
        assert "server tlsClientError ERR_SSL_NO_APPLICATION_PROTOCOL" in it.log
        client, peer = it.pair()  # who offers none is taken
        assert (client.alpnProtocol, peer.alpnProtocol) == (False, False)


def testOptionsThatExcludeEachOther() -> None:
    with pytest.raises(Exception) as caught:
        tls.createServer(ALPNCallback=print, ALPNProtocols=["a"])
    assert caught.value.code == "ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS"  # type: ignore[attr-defined]


def testNoCommonVersion() -> None:
    with bed(minVersion="TLSv1.3") as it:
        it.connect(maxVersion="TLSv1.2")
        assert "server tlsClientError ERR_SSL_UNSUPPORTED_PROTOCOL" in it.log
        assert "client error ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION" in it.log


def testAPlainClientGetsItsConnectionClosed() -> None:
    with bed() as it:
        peer = it.net.connect(PORT)
        peer.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        it.net.run()
        assert it.log == [*it.accepts, "server tlsClientError ERR_SSL_HTTP_REQUEST"]
        assert peer.ended
        it.pair()  # and the server goes on


def testAHandshakeThatIsNeverFinishedIsGivenUp() -> None:
    """Node tells of it, and leaves the connection open: see docs/departures.md."""
    with bed(handshakeTimeout=1000) as it:
        peer = it.net.connect(PORT)
        peer.send(b"\x16\x03\x01")
        it.net.advance(999)
        assert it.log == it.accepts
        it.net.advance(2)
        assert it.log == [*it.accepts, "server tlsClientError ERR_TLS_HANDSHAKE_TIMEOUT"]
        assert peer.ended


def testAFinishedHandshakeHasNoTimeLimit() -> None:
    with bed(handshakeTimeout=1000) as it:
        client, peer = it.pair()
        it.net.advance(5000)
        assert not client.destroyed and not peer.destroyed and not it.log


@pytest.mark.parametrize("options", [{}, {"allowHalfOpen": True}, {"pauseOnConnect": True}])
def testAClientThatGoesBeforeTheHandshake(options: dict[str, Any]) -> None:
    with bed(**options) as it:
        peer = it.net.connect(PORT)
        peer.close()
        it.net.run()
        assert it.server.connections == 0
        assert it.log == [*it.accepts, "server tlsClientError ECONNRESET"]


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def testAClientThatIsNotTrustedIsRefused(version: str) -> None:
    """The handshake is done, and nobody listens for 'error' of the socket: it must not be uncaught."""
    stranger = certificates.make(names=("me@example.com",), ca=certificates.authority("strangers"))
    refused: list[Any] = []
    with bed(requestCert=True, ca=certificates.make().ca, maxVersion=version) as it:
        it.server.on("tlsClientError", lambda error, socket: refused.append((str(error), socket.authorizationError)))
        it.connect(cert=stranger.cert, key=stranger.key)
        assert "server secureConnection" not in it.log and it.log.count("server tlsClientError ECONNRESET") == 1
        assert refused == [("socket hang up", "UNABLE_TO_VERIFY_LEAF_SIGNATURE")]  # as in Node


def testAClientThatResetsInTheMidstOfItsHandshake() -> None:
    with bed() as it:
        peer = it.net.connect(PORT)
        peer.send(b"\x16\x03\x01")
        it.net.run()
        peer.reset()
        it.net.run()
        assert it.log == [*it.accepts, "server tlsClientError ECONNRESET"]


@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize("sent", [b"", b"\x16\x03\x01"])
def testAClientThatEndsWithinTheHandshake(half: bool, sent: bytes) -> None:
    """Whether the server allows half-open connections or not: this one cannot be finished."""
    with bed(allowHalfOpen=half) as it:
        peer = it.net.connect(PORT)
        peer.send(sent)
        it.net.run()
        peer.end()
        it.net.run()
        assert it.log[-1] == "server tlsClientError ECONNRESET"
        assert peer.ended and it.server.connections == 0


def testANameThatIsNoText() -> None:
    """A client may ask for any bytes."""
    asked: list[str] = []

    def choose(given: Any) -> None:
        asked.append(given["servername"])

    with bed(ALPNCallback=choose) as it:
        session = Session(tls.createSecureContext().context, False)
        session.connection.set_tlsext_host_name(b"\xff\xfe")
        session.connection.set_alpn_protos([b"a"])
        session.shakeHands()
        it.net.connect(PORT).send(session.take())
        it.net.run()
        assert asked == ["\xff\xfe"]
        assert it.log == [*it.accepts, "server tlsClientError ERR_SSL_NO_APPLICATION_PROTOCOL"]


@pytest.mark.parametrize("name", ["ticketKeys", "certificateCompression", "privateKeyEngine"])
def testAnOptionThatWouldHaveNoEffectIsRefused(name: str) -> None:
    shared = tls.createSecureContext()
    for make in (tls.createServer, tls.connect, tls.createSecureContext):
        for context in ({}, {"secureContext": shared}):
            with pytest.raises(TypeError, match=f"options.{name}' is not supported"):
                make({"port": PORT, name: True, **context})


def testAHandshakeByteByByte() -> None:
    """The network cuts everything into single bytes."""
    with bed() as it:
        it.net.segment = 1
        client, peer = it.pair()
        peer.end(b"x" * 50)
        it.net.run()
        assert b"".join(data for event, data in [e for e in it.log if isinstance(e, tuple)]) == b"x" * 50
        assert client.authorized


def testTheServersCiphersHoldForEveryName() -> None:
    """As in Node: of the context for a name counts who it is, not how it encrypts."""
    made = certificates.make(names=("a.example",))
    weak = tls.createSecureContext(cert=made.cert, key=made.key, ciphers="AES256-SHA", maxVersion="TLSv1.2")
    with bed(ciphers="TLS_AES_128_GCM_SHA256", minVersion="TLSv1.3") as it:
        it.server.addContext("a.example", weak)
        client = it.connect(servername="a.example", ca=made.ca)
        assert client.getPeerCertificate()["raw"] == made.der
        assert (client.getProtocol(), client.getCipher()["name"]) == ("TLSv1.3", "TLS_AES_128_GCM_SHA256")
        it.connect(servername="a.example", ca=made.ca, maxVersion="TLSv1.2")
        assert "server tlsClientError ERR_SSL_UNSUPPORTED_PROTOCOL" in it.log


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def testAServerKeepsNoSession(version: str) -> None:
    """Without tickets nothing can be resumed, as in Node; and a stranger cannot fill the memory."""
    with bed(secureOptions=0x4000, maxVersion=version) as it:
        it.connect()
        again = it.connect(session=it.sessions[-1] if it.sessions else None)
        assert again.authorized and not again.isSessionReused()


def testNewCertificatesFromTheNextConnectionOn() -> None:
    made = certificates.make(names=("127.0.0.1", "renewed.example"))
    with bed() as it:
        first = it.connect()
        it.server.setSecureContext({"cert": made.cert, "key": made.key})
        second = it.connect(ca=made.ca)
        assert "renewed" not in commonName(first) and "renewed" in commonName(second)
        assert not first.destroyed


def testWhatCannotBeHadSaysSo() -> None:
    with bed() as it:
        for call in (it.server.getTicketKeys, lambda: it.server.setTicketKeys(bytes(48))):
            with pytest.raises(NotImplementedError, match=r"SSL_CTX_.et_tlsext_ticket_keys is not in pyOpenSSL"):
                call()
        for add in (it.server.on, it.server.once, it.server.addListener):
            with pytest.raises(NotImplementedError, match=r"'resumeSession'.*SSL_CTX_sess_set_get_cb") as caught:
                add("resumeSession", print)
            assert getattr(caught.value, "code", None) == "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM"


def testAServerWhoseConnectionsAreOverCloses() -> None:
    """Each was counted off twice, and 'close' never came."""
    with bed() as it:
        client, _ = it.pair()
        client.end()
        it.net.run()
        assert it.server.connections == 0
        it.watch("server", it.server, "close")
        it.server.close()
        it.net.run()
        assert it.log[-1] == "server close"


def _silent(it: Any, count: int) -> list[Any]:
    """Clients that connect and say nothing."""
    found = [it.net.connect(PORT) for _ in range(count)]
    it.net.run()
    return found


def testABoundOnHandshakes() -> None:
    with bed(maxHandshakes=2) as it:
        _silent(it, 2)
        it.log.clear()
        client = it.connect()  # they have just begun: the newcomer must go
        assert client.destroyed
        assert it.log[: 1 + len(it.accepts)] == [*it.accepts, "server tlsClientError ERR_TLS_TOO_MANY_HANDSHAKES"]


def testSilentClientsDoNotKeepOutTheOthers() -> None:
    with bed(maxHandshakes=2) as it:
        _silent(it, 2)
        it.net.advance(1000)
        it.log.clear()
        for _ in range(3):
            client = it.connect()
            assert client.authorized
            assert it.log.count("server tlsClientError ERR_TLS_TOO_MANY_HANDSHAKES") == 1  # the oldest
            client.destroy()
            it.net.run()
        assert it.server.connections == 1


@pytest.mark.parametrize("most", [0, -1, 1.5, "x"])
def testABoundOnHandshakesThatIsNone(most: Any) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        tls.createServer(maxHandshakes=most)
    assert getattr(caught.value, "code", "") in ("ERR_OUT_OF_RANGE", "ERR_INVALID_ARG_TYPE")


def testAConnectionThatIsOverIsForgotten() -> None:
    with bed() as it:
        client, peer = it.pair()
        it.accepted.clear()
        gone = weakref.ref(peer)
        del peer
        client.destroy()
        it.net.run()
        it.log.clear()
        gc.collect()
        assert gone() is None


def testConnectionsAreCountedOnce() -> None:
    """They are none when they are over, and the server can close."""
    with bed() as it:
        client, _ = it.pair()
        assert it.server.connections == 1
        client.destroy()
        it.net.run()
        assert it.server.connections == 0
        it.log.clear()
        it.watch("server", it.server, "close")
        it.server.close()
        it.net.run()
        assert it.log == ["server close"]


def testASocketBelowIsMadeForWhoAsks() -> None:
    """A listener for 'connection' that comes and goes; a program that emits by itself."""
    with bed() as it:
        seen: list[Any] = []
        it.pair()
        it.server.on("connection", seen.append)
        it.pair()
        assert [type(each) for each in seen] == [net.Socket]
        it.server.removeListener("connection", seen.append)
        it.pair()
        assert len(seen) == 1 and it.server.connections == 3
        it.server.emit = lambda name, *args: seen.append(name) or type(it.server).emit(it.server, name, *args)
        it.pair()
        assert seen[1:] == ["connection", "secureConnection"]


def testTheServersOptionsAreThoseOfItsConnections() -> None:
    with bed(noDelay=True, keepAlive=True, keepAliveInitialDelay=2000, allowHalfOpen=True) as it:
        client, peer = it.pair()
        assert peer.allowHalfOpen
        client.end()
        it.net.run()
        assert not peer.writableEnded
        peer.end(b"later")
        it.net.run()
        assert ("client data", b"later") in it.log


def testANameWithoutACertificateHasTheServersOwn() -> None:
    """As in Node: there were no ciphers to share."""
    with bed() as it:
        it.server.addContext("a.test", {})
        client = it.connect(servername="a.test", checkServerIdentity=lambda *args: None)
        assert client.authorized, it.log
        assert client.getPeerCertificate().subject.CN == "localhost"
