"""nginx, HAProxy and Twisted on the other side of TLS, in both roles. Each is skipped where it is missing."""

from __future__ import annotations

import hashlib
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nginx
import pytest
import pytest_twisted
from faultbed import event, settled
from tls import certificates
from twisted.internet import endpoints, protocol, ssl
from twisted.internet.defer import Deferred
from twisted.web import server as web
from twisted.web.client import Agent, BrowserLikePolicyForHTTPS, FileBodyProducer, readBody
from twisted.web.resource import Resource
from twisted.web.static import File

from nodecompat import http, https, queueMicrotask, tls
from nodecompat.reactor.loop import host

MADE = certificates.make(names=("localhost", "127.0.0.1"))
OTHER = certificates.make(names=("old.example",), key="rsa")
ME = certificates.make(names=("me@example.com",), commonName="me", ca=certificates.authority("clients"))
PAGE = bytes(range(256)) * 8192
HAPROXY = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")
needsHAProxy = pytest.mark.skipif(HAPROXY is None, reason="needs haproxy")
#: Seconds after which nothing comes any more.
HANGS = 20


async def listening(server: Any, *where: Any) -> int:
    server.listen(*(where or (0, "127.0.0.1")))
    if not server.listening:
        await event(server, "listening")
    port: int = server.address().port
    return port


async def closed(server: Any) -> None:
    over = event(server, "close")
    server.close()
    server.closeAllConnections()
    await over
    await settled()


def files(folder: Path) -> Path:
    """What the other programs read."""
    texts = {
        "cert": MADE.cert,
        "key": MADE.key,
        "ca": MADE.ca,
        "both": MADE.cert + MADE.key,
        "oldcert": OTHER.cert,
        "oldkey": OTHER.key,
        "clients": ME.ca,
    }
    for name, text in texts.items():
        (folder / f"{name}.pem").write_text(text)
    return folder


def ask(options: dict[str, Any], body: bytes = b"") -> Deferred[tuple[Any, bytes]]:
    """A request; the answer and its body, when the socket is back with its agent."""
    answered: Deferred[tuple[Any, bytes]] = Deferred()
    parts: list[bytes] = []

    def onResponse(res: Any) -> None:
        res.on("data", parts.append)
        answer = lambda: answered.callback((res, b"".join(parts)))  # noqa: E731
        req.on("close", lambda: queueMicrotask(answer))

    req = (https if options.get("ca") else http).request(options, onResponse)
    req.on("error", lambda error: answered.called or answered.errback(error))
    req.end(body)
    return answered.addTimeout(HANGS, host.theReactor())


def get(options: dict[str, Any]) -> Deferred[tuple[Any, bytes]]:
    return ask({"method": "GET", **options})


def echo(req: Any, res: Any) -> None:
    """Says what it knows of the connection, and gives the body back."""
    tlsSocket = req.socket
    res.setHeader("X-TLS", f"{tlsSocket.getProtocol()} {tlsSocket.servername} {tlsSocket.isSessionReused()}")
    res.setHeader("X-Peer", f"{tlsSocket.remoteAddress}")
    res.setHeader("X-Authorized", str(tlsSocket.authorized))
    req.pipe(res)


# -- nginx


NGINX_TLS = """
ssl_session_cache shared:a:1m; ssl_client_certificate HOME/clients.pem; ssl_verify_client optional;
server { listen unix:HOME/front ssl; server_name localhost; ssl_certificate HOME/cert.pem;
  ssl_certificate_key HOME/key.pem; ssl_protocols TLSv1.2 TLSv1.3; root HOME; keepalive_requests 3;
  location = /tls { return 200 "$ssl_protocol $ssl_server_name $ssl_client_verify $ssl_session_reused"; } }
server { listen unix:HOME/front ssl; server_name old.example; ssl_certificate HOME/oldcert.pem;
  ssl_certificate_key HOME/oldkey.pem;
  location = /tls { return 200 "$ssl_protocol $ssl_server_name $ssl_client_verify $ssl_session_reused"; } }
"""


@nginx.needsNginx
@pytest_twisted.ensureDeferred
async def testOurClientAndNginx(tmp_path: Path) -> None:
    with nginx.running(files(tmp_path), NGINX_TLS) as home:
        (home / "page").write_bytes(PAGE)
        site = {"socketPath": str(home / "front"), "host": "localhost", "ca": MADE.ca}
        agent = https.Agent(keepAlive=True)
        said = [(await get({**site, "agent": agent, "path": "/tls"}))[1] for _ in range(4)]
        # One connection for three, then the session is resumed.
        assert said == [b"TLSv1.3 localhost NONE ."] * 3 + [b"TLSv1.3 localhost NONE r"]
        _, page = await get({**site, "agent": agent, "path": "/page"})
        assert hashlib.sha256(page).digest() == hashlib.sha256(PAGE).digest()
        agent.destroy()
        for version in ("TLSv1.2", "TLSv1.3"):
            own = {"agent": False, "cert": ME.cert, "key": ME.key, "maxVersion": version}
            assert (await get({**site, **own, "path": "/tls"}))[1] == f"{version} localhost SUCCESS .".encode()
        # The name in the head is that of the handshake as well.
        _, text = await get({**site, "headers": {"Host": "old.example"}, "agent": False, "path": "/tls"})
        assert text == b"TLSv1.3 old.example NONE ."
        with pytest.raises(Exception) as caught:
            await get({**site, "servername": "nobody.example", "agent": False})
        assert caught.value.code == "ERR_TLS_CERT_ALTNAME_INVALID"  # type: ignore[attr-defined]
        stranger = certificates.authority("strangers").cert
        with pytest.raises(Exception) as caught:
            await get({**site, "ca": stranger, "agent": False})
        assert caught.value.code == "UNABLE_TO_VERIFY_LEAF_SIGNATURE"  # type: ignore[attr-defined]
        await settled()


NGINX_PROXY = """
client_max_body_size 50m; upstream back { server 127.0.0.1:PORT; KEEP }
server { listen unix:HOME/front; location / { proxy_pass https://back; proxy_http_version 1.1;
  proxy_set_header Connection ""; proxy_ssl_verify on; proxy_ssl_trusted_certificate HOME/ca.pem;
  proxy_ssl_name localhost; proxy_ssl_server_name on; proxy_ssl_protocols VERSION; } }
"""


@nginx.needsNginx
@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("isKept", [True, False])
@pytest_twisted.ensureDeferred
async def testNginxInFrontOfOurServer(tmp_path: Path, version: str, isKept: bool) -> None:
    server = https.createServer({"cert": MADE.cert, "key": MADE.key}, echo)
    opened: list[Any] = []
    server.on("secureConnection", opened.append)
    config = NGINX_PROXY.replace("PORT", str(await listening(server))).replace("VERSION", version)
    with nginx.running(files(tmp_path), config.replace("KEEP", "keepalive 4;" if isKept else "")) as home:
        site = {"socketPath": str(home / "front"), "agent": False}
        seen = []
        for size in (0, 1, 20_000, len(PAGE)):
            res, body = await ask({**site, "method": "POST"}, PAGE[:size])
            assert hashlib.sha256(body).digest() == hashlib.sha256(PAGE[:size]).digest()
            seen.append(res.headers["x-tls"])
        assert seen[0] == f"{version} localhost False"
        # nginx resumes its session, or keeps the connection. A resumed session of TLS 1.2 has no name, as in Node.
        name = "False" if version == "TLSv1.2" and not isKept else "localhost"
        assert set(seen[1:]) == {f"{version} {name} {not isKept}"}
        assert len(opened) == (1 if isKept else 4)
    await closed(server)


# -- HAProxy


@contextmanager
def haproxy(folder: Path, front: str, back: str) -> Iterator[int]:
    """HAProxy; it gets its listening socket from us. The port."""
    files(folder)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = folder / "haproxy.cfg"
        config.write_text(
            f"""global
    nbthread 1
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend front
    bind fd@{listener.fileno()} {front}
    default_backend back
backend back
    http-reuse never
    server one {back}
""".replace("HOME", str(folder))
        )
        command = [str(HAPROXY), "-q", "-db", "-f", str(config)]
        child = subprocess.Popen(command, pass_fds=[listener.fileno()], stderr=subprocess.PIPE, text=True)
        try:
            yield listener.getsockname()[1]
        finally:
            child.terminate()
            child.communicate(timeout=HANGS)


@needsHAProxy
@pytest_twisted.ensureDeferred
async def testHAProxySpeaksTLSForOurServer(tmp_path: Path) -> None:
    """It ends TLS; our client is on its other side."""
    server = http.createServer(lambda req, res: req.pipe(res))
    port = await listening(server)
    with haproxy(tmp_path, "ssl crt HOME/both.pem alpn http/1.1", f"127.0.0.1:{port}") as front:
        site = {"port": front, "host": "127.0.0.1", "ca": MADE.ca, "agent": https.Agent(), "method": "POST"}
        for body in (b"", b"hello", PAGE):
            res, got = await ask({**site, "servername": "localhost"}, body)
            assert (res.statusCode, hashlib.sha256(got).digest()) == (200, hashlib.sha256(body).digest())
    await closed(server)


@needsHAProxy
@pytest.mark.parametrize("version", ["send-proxy", "send-proxy-v2"])
@pytest_twisted.ensureDeferred
async def testHAProxyInFrontOfOurServer(tmp_path: Path, version: str) -> None:
    """TLS to us, behind a PROXY header that has the client's address."""
    server = https.createServer({"cert": MADE.cert, "key": MADE.key}, echo)
    port = await listening(server, "haproxy:tcp:0:interface=127.0.0.1")
    back = f"127.0.0.1:{port} ssl verify required ca-file HOME/ca.pem sni str(localhost) verifyhost localhost {version}"
    with haproxy(tmp_path, "", back) as front:
        seen = []
        for body in (b"", b"hello", PAGE):
            res, got = await ask({"port": front, "agent": False, "method": "POST", "localAddress": "127.0.0.7"}, body)
            assert (res.statusCode, hashlib.sha256(got).digest()) == (200, hashlib.sha256(body).digest())
            seen.append((res.headers["x-peer"], res.headers["x-tls"]))
        assert seen[0] == ("127.0.0.7", "TLSv1.3 localhost False")
        assert {peer for peer, _ in seen} == {"127.0.0.7"}
    await closed(server)


# -- stock Twisted


def trusting() -> Any:
    return ssl.optionsForClientTLS("localhost", ssl.trustRootFromCertificates([ssl.Certificate.loadPEM(MADE.ca)]))


def twistedCertificate() -> Any:
    return ssl.PrivateCertificate.loadPEM(MADE.cert + MADE.key)


class Collector(protocol.Protocol):
    """Sends, and keeps what comes until the connection is lost."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.parts: list[bytes] = []
        self.over: Deferred[Any] = Deferred()

    def connectionMade(self) -> None:
        assert self.transport is not None
        self.transport.write(self.data)

    def dataReceived(self, data: bytes) -> None:
        self.parts.append(data)
        if sum(map(len, self.parts)) >= len(self.data):
            assert self.transport is not None
            self.transport.loseConnection()

    def connectionLost(self, reason: Any = protocol.connectionDone) -> None:
        self.over.callback(reason.type.__name__)


@pytest_twisted.ensureDeferred
async def testTwistedIsTheClient() -> None:
    server = tls.createServer({"cert": MADE.cert, "key": MADE.key}, lambda socket: socket.pipe(socket))
    accepted: list[Any] = []
    server.on("secureConnection", accepted.append)
    port = await listening(server)
    client = endpoints.wrapClientTLS(trusting(), endpoints.HostnameEndpoint(host.theReactor(), "127.0.0.1", port))
    for size in (1, 16_384, len(PAGE)):
        collector = Collector(PAGE[:size])
        await endpoints.connectProtocol(client, collector)
        assert await collector.over == "ConnectionDone"
        assert b"".join(collector.parts) == PAGE[:size]
    assert accepted[0].servername == "localhost"
    over = event(server, "close")
    server.close()
    await over


class Echo(protocol.Protocol):
    def dataReceived(self, data: bytes) -> None:
        assert self.transport is not None
        self.transport.write(data)


@pytest_twisted.ensureDeferred
async def testTwistedIsTheServer() -> None:
    factory = protocol.Factory.forProtocol(Echo)
    listener = host.theReactor().listenSSL(0, factory, twistedCertificate().options(), interface="127.0.0.1")
    for version in ("TLSv1.2", "TLSv1.3"):
        for size in (1, 16_384, len(PAGE)):
            parts: list[bytes] = []
            client = tls.connect(
                port=listener.getHost().port, host="127.0.0.1", servername="localhost", ca=MADE.ca, maxVersion=version
            )
            done: Deferred[Any] = Deferred()

            def onData(data: bytes, parts: Any = parts, size: int = size, client: Any = client) -> None:
                parts.append(data)
                if sum(map(len, parts)) == size:
                    client.end()

            client.on("data", onData)
            client.on("close", done.callback)
            client.write(PAGE[:size])
            assert await done is False
            assert b"".join(parts) == PAGE[:size]
            assert not client.wasCut
    await listener.stopListening()


@pytest_twisted.ensureDeferred
async def testTwistedsAgentAndOurServer(tmp_path: Path) -> None:
    server = https.createServer({"cert": MADE.cert, "key": MADE.key}, echo)
    port = await listening(server)
    root = ssl.trustRootFromCertificates([ssl.Certificate.loadPEM(MADE.ca)])
    agent = Agent(host.theReactor(), BrowserLikePolicyForHTTPS(root))
    file = tmp_path / "body"
    for size in (1, len(PAGE)):
        file.write_bytes(PAGE[:size])
        with file.open("rb") as source:
            body = FileBodyProducer(source)
            response = await agent.request(b"POST", f"https://localhost:{port}/".encode(), None, body)
            assert await readBody(response) == PAGE[:size]
        assert response.headers.getRawHeaders(b"x-tls")[0].split()[:2] == [b"TLSv1.3", b"localhost"]
    await closed(server)


@pytest_twisted.ensureDeferred
async def testOurClientAndTwistedsWebServer(tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(PAGE)
    root = Resource()
    root.putChild(b"files", File(str(tmp_path)))
    site = web.Site(root)
    listener = host.theReactor().listenSSL(0, site, twistedCertificate().options(), interface="127.0.0.1")
    agent = https.Agent(keepAlive=True)
    where = {"port": listener.getHost().port, "host": "127.0.0.1", "ca": MADE.ca, "agent": agent, "path": "/files/page"}
    for _ in range(3):
        res, body = await get(where)
        assert (res.statusCode, hashlib.sha256(body).digest()) == (200, hashlib.sha256(PAGE).digest())
    assert agent.totalSocketCount == 1
    agent.destroy()
    await listener.stopListening()
