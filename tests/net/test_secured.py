"""`net` through endpoints with TLS: every kind of certificate, by every way."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from faultbed import event
from net.conftest import settled
from program import python
from suite import whyNoTLS
from twisted.internet import reactor
from twisted.internet.endpoints import (
    HostnameEndpoint,
    SSL4ClientEndpoint,
    quoteStringArgument,
    serverFromString,
    wrapClientTLS,
)
from twisted.internet.threads import deferToThread

from nodecompat import http, net
from nodecompat.net.secured import isSecured

certificates: Any = pytest.importorskip("tls.certificates", reason="needs cryptography")
needsTLS = pytest.mark.skipif(bool(whyNoTLS()), reason=whyNoTLS() or "-")

#: A certificate, the host that is asked for, and the code with which it is refused by ours; by Twisted's as well if
#: it is the same.
CASES: list[tuple[Any, str, str | None]] = [
    (("good",), "localhost", None),
    (("good",), "127.0.0.1", None),
    (("chain",), "localhost", None),
    (("wrongHost",), "localhost", "ERR_TLS_CERT_ALTNAME_INVALID"),
    (("wrongHost",), "127.0.0.1", "ERR_TLS_CERT_ALTNAME_INVALID"),
    (("noNames", (), None, "ec", "elsewhere"), "localhost", "ERR_TLS_CERT_ALTNAME_INVALID"),
    (("noNames",), "127.0.0.1", "ERR_TLS_CERT_ALTNAME_INVALID"),
    (("wildcard",), "a.example.com", None),
    (("wildcard",), "example.com", "ERR_TLS_CERT_ALTNAME_INVALID"),
    (("wildcard",), "a.b.example.com", "ERR_TLS_CERT_ALTNAME_INVALID"),
    (("idn",), "bücher.example", None),
    (("idn",), "xn--bcher-kva.example", None),
    (("idn",), "bucher.example", "ERR_TLS_CERT_ALTNAME_INVALID"),
    (("ip",), "127.0.0.1", None),
    (("ip",), "::1", None),
    (("ip",), "127.0.0.2", "ERR_TLS_CERT_ALTNAME_INVALID"),
    (("ip", None, None, "ec", "elsewhere"), "localhost", "ERR_TLS_CERT_ALTNAME_INVALID"),
    (("expired",), "localhost", "CERT_HAS_EXPIRED"),
    (("notYetValid",), "localhost", "CERT_NOT_YET_VALID"),
    (("wrongCA",), "localhost", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
    (("selfSigned",), "localhost", None),  # it is its own authority, which is trusted
    (("chainMissing",), "localhost", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
    (("clientOnly",), "localhost", "INVALID_PURPOSE"),
]


class Bed:
    """A server of an `ssl:` endpoint that answers in capitals."""

    def __init__(self, folder: Path, made: Any) -> None:
        self.cert, self.key, ca = made.write(folder)
        self.authorities = folder / "cas"
        self.authorities.mkdir()
        ca.rename(self.authorities / "ca.pem")
        self.ca = made.ca
        self.accepted: list[net.Socket] = []
        self.server = net.createServer({"allowHalfOpen": True}, self._onConnection)
        self.server.on("error", print)

    def _onConnection(self, socket: net.Socket) -> None:
        self.accepted.append(socket)
        socket.on("data", lambda data: socket.write(data.upper()))
        socket.on("end", socket.end)
        socket.on("error", lambda error: None)

    async def start(self, isTwisteds: bool = False) -> Bed:
        """With our TLS, or with Twisted's, which sends but one certificate."""
        place = f"ssl:0:interface=127.0.0.1:privateKey={_quoted(self.key)}:certKey={_quoted(self.cert)}"
        self.server.listen(serverFromString(reactor, place) if isTwisteds else place)
        await event(self.server, "listening")
        self.port: int = self.server.address().port  # type: ignore[union-attr]
        return self

    def description(self, host: str, kind: str = "tls") -> str:
        """A client's, for any name of a host."""
        below = quoteStringArgument(f"tcp:127.0.0.1:{self.port}")
        if kind == "tls":
            return f"tls:{quoteStringArgument(host)}:443:trustRoots={_quoted(self.authorities)}:endpoint={below}"
        return f"ssl:127.0.0.1:{self.port}:hostname={host}:caCertsDir={_quoted(self.authorities)}"

    async def stop(self) -> None:
        closed = event(self.server, "close")
        self.server.close()
        await closed
        await settled()


def _quoted(path: Path) -> str:
    return quoteStringArgument(str(path))


async def outcome(client: net.Socket) -> tuple[str | None, bytes]:
    """The code of its error, and what it received."""
    errors: list[Any] = []
    received: list[bytes] = []
    client.on("error", errors.append)
    client.on("data", received.append)
    # Twisted's TLS knows no half-closed connection: the end comes behind the answer.
    client.on("data", lambda data: client.end())
    client.write("hello")
    await event(client, "close")
    return (errors[0].code if errors else None), b"".join(received)


@needsTLS
@pytest.mark.parametrize(("made", "host", "code"), CASES)
@pytest_twisted.ensureDeferred
async def testOurOwnTLSServesDescriptions(tmp_path: Path, made: Any, host: str, code: str | None) -> None:
    bed = await Bed(tmp_path, certificates.make(*made)).start()
    found = await outcome(net.connect(bed.description(host)))
    assert found == ((code, b"") if code else (None, b"HELLO"))
    await bed.stop()


@needsTLS
@pytest.mark.parametrize(
    ("made", "host", "code"), [case for case in CASES if case[1].isascii() and ":" not in case[1] and case[1][0] != "1"]
)
@pytest_twisted.ensureDeferred
async def testTheOldKindOfAClient(tmp_path: Path, made: Any, host: str, code: str | None) -> None:
    """Twisted's own "ssl:" checks nothing but with `hostname`."""
    bed = await Bed(tmp_path, certificates.make(*made)).start()
    found = await outcome(net.connect(bed.description(host, "ssl")))
    assert found == ((code, b"") if code else (None, b"HELLO"))
    await bed.stop()


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(("made", "host", "code"), [case for case in CASES if case[0] != ("chain",)])
@pytest_twisted.ensureDeferred
async def testEndpointsOfTheProgramCheckNamesToo(
    tmp_path: Path, made: Any, host: str, code: str | None, wrapped: bool
) -> None:
    """Twisted's TLS, with the name check enforced: Twisted 26.10 lets a certificate without names pass."""
    pytest.importorskip("service_identity")
    from twisted.internet.ssl import Certificate, optionsForClientTLS, trustRootFromCertificates

    bed = await Bed(tmp_path, certificates.make(*made)).start(isTwisteds=True)
    options = optionsForClientTLS(host, trustRootFromCertificates([Certificate.loadPEM(bed.ca)]))
    endpoint: Any
    if wrapped:
        endpoint = wrapClientTLS(options, HostnameEndpoint(reactor, b"127.0.0.1", bed.port))
    else:
        endpoint = SSL4ClientEndpoint(reactor, "127.0.0.1", bed.port, options)
    error, received = await outcome(net.connect(endpoint=endpoint))
    assert (error is not None, received) == ((True, b"") if code else (False, b"HELLO"))
    await bed.stop()


@pytest_twisted.ensureDeferred
async def testWhoAsksForNoNameIsLeftAlone(tmp_path: Path) -> None:
    """CertificateOptions trust one certificate, whatever its names are."""
    pytest.importorskip("service_identity")
    from twisted.internet.ssl import Certificate, CertificateOptions

    bed = await Bed(tmp_path, certificates.make("selfSigned", ())).start(isTwisteds=True)
    options = CertificateOptions(trustRoot=Certificate.loadPEM(bed.ca))
    found = await outcome(net.connect(endpoint=SSL4ClientEndpoint(reactor, "127.0.0.1", bed.port, options)))
    assert found == (None, b"HELLO")
    await bed.stop()


@needsTLS
@pytest.mark.parametrize(
    ("module", "offered", "agreed"),
    [(net, ["h2", "http/1.1"], None), (http, ["h2", "http/1.1"], "http/1.1"), (http, None, None), (http, ["h2"], "-")],
)
@pytest_twisted.ensureDeferred
async def testAClientThatOffersALPN(tmp_path: Path, module: Any, offered: list[str] | None, agreed: str | None) -> None:
    """As curl and browsers do. A server of `net` speaks nothing in particular; one of http refuses what it cannot."""
    made = certificates.make()
    cert, key, _ = made.write(tmp_path)
    server = module.createServer()
    server.listen(f"ssl:0:interface=127.0.0.1:privateKey={_quoted(key)}:certKey={_quoted(cert)}")
    await event(server, "listening")
    port = server.address().port

    def connect() -> str | None:
        import socket

        context = ssl.create_default_context(cadata=made.ca)
        if offered:
            context.set_alpn_protocols(offered)
        try:
            raw = socket.create_connection(("127.0.0.1", port), timeout=20)
            with context.wrap_socket(raw, server_hostname="localhost") as client:
                return client.selected_alpn_protocol()
        except ssl.SSLError as error:
            assert "no application protocol" in str(error).lower().replace("_", " ")
            return "-"

    assert await deferToThread(connect) == agreed
    closed = event(server, "close")
    server.close()
    await closed
    await settled()


def testWhatIsSecured() -> None:
    assert isSecured("tls:a:1") and isSecured("ssl:1") and isSecured("haproxy:ssl:1")
    assert not any(map(isSecured, ("tcp:1", "haproxy:tcp:1", "./tls:x", "tlsx:1", 443, None, object())))


@pytest.mark.parametrize(
    "call", ["net.connect('tls:a:1')", "net.connect('ssl:a:1')", "http.createServer().listen('ssl:1')"]
)
def testWithoutTheExtra(call: str) -> None:
    """One clear error."""
    source = "import sys; sys.modules['OpenSSL'] = None; from nodecompat import http, net\n"
    code, out, err = python("-c", f"{source}try: {call}\nexcept ModuleNotFoundError as error: print(error)")
    assert (code, out) == (0, "TLS needs pyOpenSSL: pip install 'nodecompat[tls]'\n"), err
