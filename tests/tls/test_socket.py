"""TLSSocket: the handshake, who the peer is, data, and the ways of ending."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL, crypto
from tls import certificates
from tls.bed import PORT, bed

from nodecompat import net, tls
from nodecompat.stream import duplexPair
from nodecompat.testing import network
from nodecompat.tls import der

pytestmark = pytest.mark.usefixtures("bothWays")


def testTheOrderOfEvents() -> None:
    """As in Node's transcript tls-connect."""
    with bed() as it:
        it.server.on("secureConnection", lambda socket: socket.end(b"hi"))
        client = it.connect()
        client.end()
        it.net.run()
        assert it.log == [
            *it.accepts,
            "client connect",
            "client ready",
            "client secureConnect",
            "server secureConnection",
            ("client data", b"hi"),
            "client end",
            "client close",
        ]


@pytest.mark.parametrize("key", ["ec", "rsa", "ed25519"])
@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def testWhatBothSidesKnow(version: str, key: str) -> None:
    with bed(made=certificates.make(key=key), minVersion="TLSv1.2", ALPNProtocols=["b", "a"]) as it:
        client, peer = it.pair(maxVersion=version, servername="localhost", ALPNProtocols=["a"])
        for socket in (client, peer):
            assert (socket.getProtocol(), socket.alpnProtocol, socket.servername) == (version, "a", "localhost")
            assert socket.encrypted and not socket.secureConnecting
            assert set(socket.getCipher()) == {"name", "standardName", "version"}
        assert (client.authorized, client.authorizationError, peer.authorized) == (True, None, False)
        assert client.getFinished() == peer.getPeerFinished() and peer.getFinished() == client.getPeerFinished()
        assert client.exportKeyingMaterial(16, "label") == peer.exportKeyingMaterial(16, "label")
        assert client.exportKeyingMaterial(16, "l", bytearray(b"c")) == peer.exportKeyingMaterial(16, "l", b"c")
        assert client.getPeerCertificate()["raw"] == peer.getCertificate()["raw"]
        assert (client.getCertificate(), peer.getPeerCertificate()) == ({}, {})
        assert client.remotePort == PORT and peer.remotePort == client.localPort


def testReprSaysTheProtocol() -> None:
    with bed() as it:
        assert "shaking hands" in repr(tls.connect(port=PORT, host="127.0.0.1", ca=it.made.ca))
        client, peer = it.pair(maxVersion="TLSv1.2")
        peer.write(bytes(340))
        it.net.run()
        ends = f"<TLSSocket 127.0.0.1:{client.localPort} → 127.0.0.1:{PORT}"
        assert repr(client) == f"{ends} open, TLSv1.2, 340 B in, 0 B out>"
        assert repr(it.server) == f"<Server listening on [::]:{PORT}, 2 connections>"


@pytest.mark.parametrize("size", [1, 16_384, 16_385, 300_000])
def testDataInBothDirections(size: int) -> None:
    sent = bytes(range(256)) * (size // 256) + bytes(size % 256)
    with bed() as it:
        client, peer = it.pair()
        echoed: list[bytes] = []
        client.on("data", echoed.append)
        peer.pipe(peer)
        client.end(sent)
        it.net.run()
        assert b"".join(echoed) == sent
        assert max(map(len, echoed)) <= 16_384  # as in Node: a record at a time
        assert (client.bytesWritten, client.bytesRead) == (size, size)
        assert it.log[-2:] == ["client end", "client close"]


def testWhatIsWrittenBeforeTheHandshakeArrives() -> None:
    with bed() as it:
        client = tls.connect(port=PORT, host="127.0.0.1", ca=it.made.ca)
        told: list[Any] = []
        client.write(b"early", lambda error=None: told.append(error))
        client.end(b" and late")
        it.net.run()
        got: list[bytes] = []
        it.accepted[0].on("data", got.append)
        it.net.run()
        assert (b"".join(got), told) == (b"early and late", [None])


def testAPausedSocketLosesNothing() -> None:
    with bed() as it:
        client, peer = it.pair()
        client.pause()
        peer.end(bytes(100_000))
        it.net.run()
        assert client.readableLength <= 2 * client.readableHighWaterMark
        got: list[bytes] = []
        client.on("data", got.append)
        client.resume()
        it.net.run()
        assert len(b"".join(got)) == 100_000 and it.log[-1] == "client close"


# -- who the peer is

REFUSED = {
    "selfSigned": "DEPTH_ZERO_SELF_SIGNED_CERT",
    "wrongCA": "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "expired": "CERT_HAS_EXPIRED",
    "notYetValid": "CERT_NOT_YET_VALID",
    "wrongHost": "ERR_TLS_CERT_ALTNAME_INVALID",
    "chainMissing": "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "clientOnly": "INVALID_PURPOSE",
    "revoked": "CERT_REVOKED",
}


def trusting(kind: str, made: Any) -> dict[str, Any]:
    if kind == "selfSigned":
        return {"ca": certificates.make().ca}
    return {"ca": made.ca, "crl": made.crl} if kind == "revoked" else {"ca": made.ca}


@pytest.mark.parametrize("kind", REFUSED)
def testACertificateThatDoesNotHoldIsRefused(kind: str) -> None:
    made = certificates.make(kind)
    with bed(made=made) as it:
        client = it.connect(**trusting(kind, made))
        assert f"client error {REFUSED[kind]}" in it.log and "client secureConnect" not in it.log
        assert (client.destroyed, client.authorized, client.authorizationError) == (True, False, REFUSED[kind])
        assert it.log[-1] == "client close" or "client close" in it.log


@pytest.mark.parametrize("kind", REFUSED)
def testARefusedCertificateMayBeTaken(kind: str) -> None:
    made = certificates.make(kind)
    with bed(made=made) as it:
        client = it.connect(rejectUnauthorized=False, **trusting(kind, made))
        assert "client secureConnect" in it.log
        assert (client.authorized, client.authorizationError) == (False, REFUSED[kind])


@pytest.mark.parametrize(
    "kind, name",
    [("wildcard", "a.example.com"), ("idn", "bücher.example"), ("ip", "127.0.0.1"), ("chain", "localhost")],
)
def testACertificateThatHolds(kind: str, name: str) -> None:
    with bed(made=certificates.make(kind)) as it:
        client = it.connect(servername="" if kind == "ip" else name)
        assert client.authorized, it.log


def testTheProgramChecksTheName() -> None:
    asked: list[Any] = []

    def check(host: str, certificate: Any) -> Any:
        asked.append((host, "issuerCertificate" in certificate))
        return ValueError("not you")

    with bed() as it:
        client = it.connect(checkServerIdentity=check)
        assert asked == [("127.0.0.1", True)]
        assert client.destroyed and "client error None" in it.log


def testTheNameIsCheckedOnAResumedSessionToo() -> None:
    """Node checks it only when the session is new: see docs/departures.md."""
    with bed() as it:
        it.connect()
        second = it.connect(session=it.sessions[0])
        assert second.isSessionReused() and second.authorized
        third = it.connect(session=it.sessions[0], servername="other.example")
        assert third.destroyed and third.authorizationError == "ERR_TLS_CERT_ALTNAME_INVALID"


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def testAServerAsksItsClientForACertificate(version: str) -> None:
    made = certificates.make(names=("me@example.com",))
    with bed(requestCert=True, ca=made.ca, maxVersion=version) as it:
        client, peer = it.pair(cert=made.cert, key=made.key)
        assert (peer.authorized, peer.authorizationError) == (True, None)
        assert peer.getPeerCertificate()["raw"] == client.getCertificate()["raw"]
        it.log.clear()
        it.connect()
        assert "server tlsClientError ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE" in it.log


def testAServerMayTakeAClientThatItDoesNotTrust() -> None:
    made = certificates.make(names=("me@example.com",), ca=certificates.authority("strangers"))
    with bed(requestCert=True, rejectUnauthorized=False) as it:
        _, peer = it.pair(cert=made.cert, key=made.key)
        assert (peer.authorized, peer.authorizationError) == (False, "UNABLE_TO_VERIFY_LEAF_SIGNATURE")


# -- other ways to a connection


def testTLSOverAnyDuplex() -> None:
    with bed() as it:
        one, other = duplexPair()
        got: list[Any] = []
        server = tls.TLSSocket(other, isServer=True, cert=it.made.cert, key=it.made.key)
        server.on("secure", lambda: got.append("secure"))
        server.on("data", got.append)
        client = tls.connect(socket=one, ca=it.made.ca, servername="localhost")
        client.on("secureConnect", lambda: client.end(b"through"))
        it.net.run()
        assert got == ["secure", b"through"]


def testTLSBehindAPlainBeginning() -> None:
    """STARTTLS: both sides have talked already, and one socket connects still."""
    with bed() as it:

        def onPlain(socket: Any) -> None:
            def secure(data: bytes) -> None:
                socket.removeListener("data", secure)
                socket.write(b"GO")
                wrapped = tls.TLSSocket(socket, isServer=True, cert=it.made.cert, key=it.made.key)
                wrapped.on("data", lambda got: wrapped.end(got.upper()))

            socket.on("data", secure)

        front = net.createServer(onPlain)
        front.listen(25)
        it.net.run()
        socket = net.connect(25)
        got: list[Any] = []

        def onGo(data: bytes) -> None:
            client = tls.connect(socket=socket, ca=it.made.ca, servername="localhost")
            client.on("data", got.append)
            client.write(b"secret")

        socket.once("data", onGo)
        socket.write(b"STARTTLS")
        it.net.run()
        assert got == [b"SECRET"]
        front.close()


# -- the end


def testAStreamThatWasCutSaysSo() -> None:
    with bed() as it:
        client, peer = it.pair()
        peer._handle.inner.shutdown()  # a FIN without TLS' own end
        it.net.run()
        assert "client end" in it.log and client.wasCut
        client, peer = it.pair()
        peer.end()
        it.net.run()
        assert "client end" in it.log and not client.wasCut


def testAClientWhosePeerGoesBeforeTheHandshake() -> None:
    with bed() as it:
        front = net.createServer(lambda socket: socket.end())
        front.listen(444)
        it.net.run()
        it.connect(port=444)
        assert it.log == ["client connect", "client ready", "client end", "client error ECONNRESET", "client close"]
        front.close()


def testAServerThatAnswersPlainText() -> None:
    with bed() as it:
        front = net.createServer(lambda socket: socket.write(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
        front.listen(444)
        it.net.run()
        client = it.connect(port=444)
        # OpenSSL before 4 reads a length where there is none.
        codes = ("ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG")
        assert it.log[-2] in [f"client error {code}" for code in codes]
        assert it.log[-1] == "client close" and client.destroyed
        front.close()


def testGarbageBehindTheHandshake() -> None:
    with bed() as it:
        client, peer = it.pair()
        peer.on("error", lambda error: it.log.append(error.code))
        client._handle.inner.write(b"\x17\x03\x03\x00\x20" + bytes(32))
        it.net.run()
        assert it.log[0] == "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC"
        assert client.destroyed and peer.destroyed


def testThePeerCannotRenegotiate() -> None:
    with bed(maxVersion="TLSv1.2") as it:
        client, peer = it.pair()
        answered: list[Any] = []
        assert client.renegotiate({}, answered.append) is False
        it.net.run()
        assert answered[0].code == "ERR_TLS_RENEGOTIATION_DISABLED"
        assert not peer.destroyed


def testEachKindOfBadArgument() -> None:
    with bed() as it:
        client, peer = it.pair()
        for call, code in (
            (lambda: client.exportKeyingMaterial(0, "x"), "ERR_OUT_OF_RANGE"),
            (lambda: client.exportKeyingMaterial(1, 2), "ERR_INVALID_ARG_TYPE"),
            (lambda: client.exportKeyingMaterial(1, "x", "text"), "ERR_INVALID_ARG_TYPE"),
            (lambda: client.exportKeyingMaterial(1, "x", 5), "ERR_INVALID_ARG_TYPE"),
            (lambda: client.setServername(3), "ERR_INVALID_ARG_TYPE"),
            (lambda: peer.setServername("a"), "ERR_TLS_SNI_FROM_SERVER"),
            (lambda: tls.TLSSocket(None, secureContext=5), "ERR_TLS_INVALID_CONTEXT"),
            (lambda: tls.TLSSocket(5), "ERR_INVALID_ARG_TYPE"),
        ):
            with pytest.raises(Exception) as caught:
                call()
            assert caught.value.code == code  # type: ignore[attr-defined]


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 400 Bad Request"])
def testAnErrorComesBeforeCloseOverADuplex(answer: bytes | None) -> None:
    log: list[Any] = []
    with network() as net:
        own, other = duplexPair()
        client = tls.connect(socket=own)
        client.on("error", lambda error: log.append(error.code))
        client.on("close", log.append)
        other.once("data", lambda data: other.end(answer))
        net.run()
    assert log == ["ECONNRESET" if answer is None else "ERR_SSL_WRONG_VERSION_NUMBER", True]


@pytest.mark.parametrize("isWritten, code", [(True, "EPROTO"), (False, "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION")])
def testAWriteThatWaitsIsWhatFails(isWritten: bool, code: str) -> None:
    with bed(minVersion="TLSv1.3") as it:
        client = tls.connect(port=PORT, host="127.0.0.1", maxVersion="TLSv1.2")
        errors: list[Any] = []
        client.on("error", errors.append)
        if isWritten:
            client.write(b"early", lambda error=None: errors.append(error))
        it.net.run()
        assert [error.code for error in errors] == [code] * (1 + isWritten)
        assert "tlsv1 alert protocol version" in str(errors[-1])
        assert getattr(errors[-1], "syscall", None) == ("write" if isWritten else None)


def testTheObjectsOfBothCertificates() -> None:
    with bed(made=certificates.make("chain")) as it:
        client, peer = it.pair(servername="localhost")
        made, own = client.getPeerX509Certificate(), peer.getX509Certificate()
        assert made.raw == own.raw == client.getPeerCertificate()["raw"]
        assert made.issuerCertificate.subject == "O=nodecompat tests\nCN=intermediate"
        assert made.issuerCertificate.issuerCertificate is None  # the root was not sent
        assert (client.getX509Certificate(), peer.getPeerX509Certificate()) == (None, None)


def testARefusedNameComesWithTheWholeCertificate() -> None:
    with bed(made=certificates.make("wrongHost")) as it:
        errors: list[Any] = []
        client = tls.connect(port=PORT, host="127.0.0.1", ca=it.made.ca)
        client.on("error", errors.append)
        it.net.run()
        cert = errors[0].cert
        assert (cert["raw"], cert["subjectaltname"]) == (it.made.der, "DNS:other.example")
        assert cert["issuerCertificate"]["issuerCertificate"] is cert["issuerCertificate"]


def testAPeerWithACertificateThatCryptographyRefuses() -> None:
    """OpenSSL takes one of version 5."""
    made = certificates.make("selfSigned")
    body, algorithm, _ = der.only(made.der, der.SEQUENCE).parts
    signed = der.encode(der.SEQUENCE, der.encode(0xA0, b"\2\1\4"), *(each.whole for each in body.parts[1:]))
    signature = made.privateKey.sign(signed, ec.ECDSA(hashes.SHA256()))
    odd = der.encode(der.SEQUENCE, signed, algorithm.whole, der.encode(der.BIT_STRING, b"\0", signature))
    with pytest.raises(x509.InvalidVersion):
        x509.load_der_x509_certificate(odd)
    with network() as net:
        own, other = duplexPair()
        context = tls.createSecureContext(cert=made.cert, key=made.key)
        context.context.use_certificate(crypto.load_certificate(crypto.FILETYPE_ASN1, odd))
        server = tls.TLSSocket(other, isServer=True, secureContext=context)
        client = tls.connect(socket=own, rejectUnauthorized=False)
        found: list[Any] = []
        client.on("secureConnect", lambda: found.extend((client.getPeerCertificate(True), server.getCertificate())))
        net.run()
        assert [each["raw"] for each in found] == [odd, odd]
        assert client.getPeerX509Certificate().raw == odd


def testAResetOfTheConnectionBelow() -> None:
    """Node refuses it: see docs/departures.md."""
    with bed() as it:
        client, peer = it.pair()
        peer.on("error", lambda error: it.log.append(error.code))
        client.resetAndDestroy()
        it.net.run()
        assert "ECONNRESET" in it.log and peer.destroyed


@pytest.mark.parametrize(
    "options, code",
    [
        ({"secureProtocol": "TLSv1_method"}, "ERR_SSL_NO_PROTOCOLS_AVAILABLE"),
        ({"maxVersion": "TLSv1.2", "ciphers": "TLS_AES_128_GCM_SHA256"}, "ERR_SSL_NO_CIPHERS_AVAILABLE"),
    ],
)
def testOptionsThatLeaveNothingToOffer(options: dict[str, Any], code: str) -> None:
    with bed() as it:
        it.connect(**options)
        assert it.log[len(it.accepts) + 2 :][:2] == [f"client error {code}", "client close"]


def testATicketThatComesWithTheEnd() -> None:
    """The client has ended already: it learns of the session all the same."""
    with bed() as it:
        client = tls.connect(port=PORT, host="127.0.0.1", ca=it.made.ca)
        sessions: list[bytes] = []
        client.on("session", sessions.append)
        client.on("secureConnect", lambda: client.end(b"x"))
        client.resume()
        it.server.on("secureConnection", lambda socket: socket.resume())
        it.net.run()
        assert sessions and client.destroyed


def testOnlyAServernameIsSentAsOne() -> None:
    """As in Node: the host is not, although the certificate is checked against it. https sends it."""
    with bed() as it:
        it.connect(host="localhost")
        assert it.accepted[-1].servername is False
        with pytest.raises(TypeError, match="IP address is not permitted") as caught:
            tls.connect(port=PORT, host="127.0.0.1", servername="127.0.0.1")
        assert caught.value.code == "ERR_INVALID_ARG_VALUE"  # type: ignore[attr-defined]
        it.net.run()


def testAReasonThatHasNoCode() -> None:
    """`authorizationError` is a text, also when the program's own check has failed."""
    with bed() as it:
        client = it.connect(checkServerIdentity=lambda host, cert: ValueError("not you"), rejectUnauthorized=False)
        assert client.authorizationError == "not you"


def testWhatASharedAlgorithmIsInTLS13() -> None:
    """The server's list for a client's certificate comes encrypted; Node knows it."""
    with bed(requestCert=True, rejectUnauthorized=False) as it:
        client, peer = it.pair()
        assert client.getSharedSigalgs() == []
        assert "ECDSA+SHA256" in peer.getSharedSigalgs()


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def testSetKeyCert(version: str) -> None:
    """A server that knows which protocol is spoken takes another certificate, as in Node."""
    good = certificates.make()
    other = certificates.make(names=("other.test",))
    context = {"cert": other.cert, "key": other.key}

    def choose(given: Any, socket: Any) -> str:
        socket.setKeyCert(context if version == "TLSv1.2" else tls.createSecureContext(context))
        return "b"

    with bed(made=good, maxVersion=version, ALPNCallback=choose) as it:
        client = it.connect(ALPNProtocols=["b"], servername="other.test")
        assert client.authorized, it.log
        assert client.alpnProtocol == "b"
        assert client.getPeerX509Certificate().checkHost("other.test") == "other.test"


def testATicketIsRenewed() -> None:
    with bed() as it:
        it.connect()
        first = len(it.sessions)
        client = it.connect(session=it.sessions[-1])
        assert client.isSessionReused()
        assert first == 2
        assert len(it.sessions) == 3


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def testTheCertificateOfAResumedSession(version: str) -> None:
    with bed(maxVersion=version) as it:
        before = it.connect().getPeerCertificate()
        client = it.connect(session=it.sessions[-1])
        assert client.isSessionReused()
        assert client.getPeerCertificate() == before
        if version == "TLSv1.2":
            assert client.getEphemeralKeyInfo() == tls.EphemeralKeyInfo()


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def testWhatIsNoOCSPResponse(version: str) -> None:
    told: list[Any] = []
    with bed(maxVersion=version) as it:
        it.server.on("OCSPRequest", lambda certificate, issuer, answer: answer(None, b"hello"))
        client = tls.connect(port=PORT, host="127.0.0.1", ca=it.made.ca, requestOCSP=True)
        client.on("OCSPResponse", told.append)
        it.net.run()
        assert client.authorized
        assert told == [b"hello" if SSL.OPENSSL_VERSION_NUMBER < 0x30600000 else None]


@pytest.mark.parametrize("size", [512, 1000, 16384])
def testTheSizeOfRecords(size: int) -> None:
    """'data' comes record by record."""
    with bed() as it:
        client, peer = it.pair()
        sizes: list[int] = []
        client.on("data", lambda data: sizes.append(len(data)))
        assert peer.setMaxSendFragment(size)
        peer.write(bytes(20000))
        it.net.run()
        assert sizes == [min(size, 20000 - at) for at in range(0, 20000, size)]


def testSeveralTicketsInOneSegment() -> None:
    with bed() as it:
        client = it.connect()
        first, second = it.sessions
        assert first != second
        assert client.getSession() == second
        assert client.getTLSTicket() in second
        for each in (first, second):
            assert it.connect(session=each).isSessionReused()


def testAClientsServernameIsThatOfTheHandshake() -> None:
    with bed() as it:
        client = tls.connect(port=PORT, host="127.0.0.1", servername="localhost", ca=it.made.ca)
        before = client.servername
        it.net.run()
        assert (before, client.servername) == (None, "localhost")
        assert it.connect().servername is False


def testASessionIsToldOfToWhoeverHasGivenUp() -> None:
    with bed(maxVersion="TLSv1.2") as it:
        client = tls.connect(port=PORT, host="127.0.0.1", ca=it.made.ca)
        client.on("session", it.sessions.append)
        client.on("secureConnect", client.destroy)
        it.net.run()
        assert len(it.sessions) == 1
