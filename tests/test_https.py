"""https: http's own behaviour over tls, sessions, and the agent's names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tls import certificates

from nodecompat import http, https, net, tls
from nodecompat.testing import Network, network
from nodecompat.tls.keys import createPrivateKey

MADE = certificates.make()


class Site:
    """A server on port 443, and what was told."""

    def __init__(self, net: Network, **options: Any) -> None:
        self.net = net
        self.log: list[Any] = []
        self.server = https.createServer({"cert": MADE.cert, "key": MADE.key, **options}, self.onRequest)
        for name in ("connection", "secureConnection", "tlsClientError", "clientError"):
            self.server.on(name, lambda *args, name=name: self.log.append(f"server {name}"))
        self.server.removeAllListeners("clientError")
        self.server.listen(443)
        net.run()

    def onRequest(self, req: Any, res: Any) -> None:
        self.log.append(f"{req.method} {req.url} {req.headers['host']} {req.socket.encrypted}")
        res.end(f"resumed {req.socket.isSessionReused()}")

    def get(self, **options: Any) -> Any:
        given = {"host": "127.0.0.1", "ca": MADE.ca, "agent": False, **options}
        req = https.get(given)

        def onResponse(res: Any) -> None:
            self.log.append(res.statusCode)
            res.on("data", lambda data: self.log.append(data))

        req.on("response", onResponse)
        req.on("error", lambda error: self.log.append(f"error {error.code}"))
        self.net.run()
        return req


@pytest.fixture
def site() -> Iterator[Site]:
    with network() as net:
        it = Site(net)
        yield it
        it.server.close()
        it.server.closeAllConnections()
        net.run()


def testGet(site: Site) -> None:
    site.get(path="/s")
    assert site.log == [
        "server connection",
        "server secureConnection",
        "GET /s 127.0.0.1 True",
        200,
        b"resumed False",
    ]


def testAServerThatIsNotTrusted(site: Site) -> None:
    req = site.get(ca=certificates.authority("strangers").cert)
    assert "error UNABLE_TO_VERIFY_LEAF_SIGNATURE" in site.log and req.destroyed


def testAnAgentResumesItsSessions(site: Site) -> None:
    agent = https.Agent()
    for _ in range(2):
        site.get(agent=agent)
    assert [each for each in site.log if isinstance(each, bytes)] == [b"resumed False", b"resumed True"]


@pytest.mark.parametrize(
    "options", [{"servername": "localhost"}, {"minVersion": "TLSv1.3"}, {"rejectUnauthorized": False}]
)
def testASessionIsOnlyOfferedWithItsOptions(site: Site, options: dict[str, Any]) -> None:
    agent = https.Agent()
    site.get(agent=agent)
    site.get(agent=agent, **options)
    assert [each for each in site.log if isinstance(each, bytes)] == [b"resumed False", b"resumed False"]


def check(host: str, cert: Any) -> None:
    """Whoever it is."""


def anyCheck() -> Any:
    return lambda host, cert: None


#: Ways to ask the same server that must not be taken for each other.
WAYS: list[dict[str, Any]] = [
    {},
    {"servername": "LOCALHOST"},
    {"servername": ""},
    {"rejectUnauthorized": False},
    {"ca": [MADE.ca, certificates.authority("strangers").cert]},
    {"ca": certificates.make(key="rsa").ca + "\n"},
    {"cert": MADE.cert, "key": MADE.key},
    {"pfx": MADE.pfx("a"), "passphrase": "a"},
    {"minVersion": "TLSv1.3"},
    {"maxVersion": "TLSv1.2"},
    {"secureProtocol": "TLSv1_2_method"},
    {"ciphers": "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384"},
    {"ciphers": "TLS_AES_256_GCM_SHA384"},
    {"ecdhCurve": "P-256"},
    {"ecdhCurve": "P-384"},
    {"sigalgs": "ecdsa_secp256r1_sha256"},
    {"crl": certificates.make("revoked").crl},
    {"secureOptions": 0x4000},
    {"honorCipherOrder": True},
    {"sessionIdContext": "x"},
    {"sessionTimeout": 5},
    {"checkServerIdentity": check},
    {"checkServerIdentity": anyCheck()},
    {"checkServerIdentity": anyCheck()},
    {"ALPNProtocols": ["http/1.1"]},
    {"ALPNProtocols": ["http/1.1", "x"]},
    {"secureContext": tls.createSecureContext(ca=MADE.ca)},
    {"secureContext": tls.createSecureContext(ca=MADE.ca)},
    {"localAddress": "127.0.0.1"},
    {"family": 4},
]


def testNoTwoOptionsShareAConnection() -> None:
    """And the same ones do."""
    with network() as net:
        site = Site(net)
        agent = https.Agent(keepAlive=True, maxCachedSessions=1000)
        for count in range(2):
            for way in WAYS:
                site.log.clear()
                site.get(agent=agent, host="localhost", **way)
                assert ("server connection" in site.log) is not count, (way, site.log)
                assert b"resumed False" in site.log, way
        assert len(agent.freeSockets) == len(WAYS)
        agent.destroy()
        site.server.close()
        net.run()


def testNoTwoOptionsShareASession() -> None:
    with network() as net:
        site = Site(net)
        agent = https.Agent(maxCachedSessions=1000)
        ways = [way for way in WAYS if "secureOptions" not in way]  # those have no tickets
        for count in range(2):
            for way in ways:
                site.log.clear()
                site.get(agent=agent, host="localhost", **way)
                assert f"resumed {bool(count)}".encode() in site.log, (way, site.log)
        agent.destroy()
        site.server.close()
        net.run()


def testNamesThatLookAlike() -> None:
    """Node's name joins with ":", which is also in lists of ciphers."""
    agent = https.Agent()
    one = {"ciphers": "A:B", "key": "", "sigalgs": "C"}
    other = {"ciphers": "A", "key": "B", "pfx": "", "sigalgs": "C"}
    names = [agent._poolName_({"host": "a", **each}) for each in (one, other, {}, {"servername": ""})]
    names += [agent._poolName_({"key": createPrivateKey(MADE.key)}) for _ in range(2)]
    assert len(set(names)) == 6
    assert agent._poolName_({"host": "a", "ca": MADE.ca}) == agent.getName({"host": "a", "ca": MADE.ca})


def testAnAgentKeepsSoManySessions(site: Site) -> None:
    agent = https.Agent(maxCachedSessions=0)
    for _ in range(2):
        site.get(agent=agent)
    assert [each for each in site.log if isinstance(each, bytes)] == [b"resumed False", b"resumed False"]


def testAnAgentKeepsConnections(site: Site) -> None:
    agent = https.Agent(keepAlive=True)
    for _ in range(2):
        site.get(agent=agent)
    assert site.log.count("server connection") == 1
    agent.destroy()


def testAPlainClientIsAClientError(site: Site) -> None:
    site.server.on("clientError", lambda error, socket: (site.log.append(error.code), socket.destroy()))
    peer = site.net.connect(443)
    peer.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    site.net.run()
    assert site.log == ["server connection", "ERR_SSL_HTTP_REQUEST", "server tlsClientError"]


def testThroughAProxy(site: Site) -> None:
    """CONNECT, and TLS with the server itself through the tunnel."""
    from nodecompat import net

    proxy = http.createServer()
    asked: list[Any] = []

    def onConnect(req: Any, socket: Any, head: bytes) -> None:
        asked.append((req.url, req.headers["host"], req.headers["proxy-authorization"]))
        upstream = net.connect(
            443, "127.0.0.1", lambda: (socket.write(b"HTTP/1.1 200 OK\r\n\r\n"), socket.pipe(upstream))
        )
        upstream.pipe(socket)

    proxy.on("connect", onConnect)
    proxy.listen(8080)
    site.net.run()
    seen: list[Any] = []
    site.server.on(
        "request", lambda req, res: seen.append([req.url, *[name for name in req.headers if "proxy" in name]])
    )
    agent = https.Agent(proxyEnv={"https_proxy": "http://u:p@127.0.0.1:8080"})
    for headers in (None, {"a": "b"}, ["Host", "127.0.0.1"]):
        site.get(agent=agent, headers=headers)
        assert site.log[-2:] == [200, b"resumed False"] or headers is not None
    assert asked == [("127.0.0.1:443", "127.0.0.1:443", "Basic dTpw")] * 3
    assert seen == [["/"]] * 3, "the server gets neither the proxy's password nor a target for it"
    proxy.close()
    proxy.closeAllConnections()


def testAProxyThatRefuses(site: Site) -> None:
    proxy = http.createServer()
    proxy.on("connect", lambda req, socket, head: socket.end(b"HTTP/1.1 403 Forbidden\r\n\r\n"))
    proxy.listen(8080)
    site.net.run()
    site.get(agent=https.Agent(proxyEnv={"https_proxy": "http://127.0.0.1:8080"}))
    assert site.log[-1] == "error ERR_PROXY_TUNNEL"
    proxy.close()


def testAServerThatGoesBeforeTheHandshake(site: Site) -> None:
    """The error says so: no 'socket hang up'."""
    from nodecompat import net

    front = net.createServer(lambda socket: socket.end())
    front.listen(444)
    site.net.run()
    errors: list[Any] = []
    https.get(port=444, host="127.0.0.1", agent=False).on("error", lambda error: errors.append(str(error)))
    site.net.run()
    assert errors == ["Client network socket disconnected before secure TLS connection was established"]
    front.close()


def testNames() -> None:
    """As Node 26 writes them."""
    agent = https.Agent()
    given = {
        "host": "a",
        "port": 1,
        "ca": "CA",
        "rejectUnauthorized": False,
        "servername": "b",
        "minVersion": "TLSv1.2",
    }
    assert agent.getName({**given, "honorCipherOrder": True}) == "a:1::CA::::::false:b:TLSv1.2::::true:::::::"
    assert agent.getName() == "localhost::::::::::::::::::::::"
    assert agent.getName({"sigalgs": "x", "secureOptions": 0}) == 'localhost::::::::::::::::::0::"x"::'


@pytest.mark.parametrize("half", [False, True])
def testAServerKeepsHalfOfAConnectionOpenIfItIsToldTo(half: bool) -> None:
    assert https.createServer().allowHalfOpen is False
    assert https.createServer(allowHalfOpen=half).allowHalfOpen is half


def testDefaults() -> None:
    assert (https.globalAgent.protocol, https.globalAgent.defaultPort) == ("https:", 443)
    with pytest.raises(Exception) as caught:
        https.get("http://127.0.0.1/")
    assert caught.value.code == "ERR_INVALID_PROTOCOL"  # type: ignore[attr-defined]
    assert issubclass(https.Server, tls.Server)


def testAnAgentsKeysOfAConnectionThatIsUnderWay(site: Site) -> None:
    """The listener comes when the connection has begun; new ones are compared with Node in tls/test_features.py."""
    agent = https.Agent()
    told: list[Any] = []
    request = https.get(port=443, host="127.0.0.1", ca=MADE.ca, agent=agent)
    agent.on("keylog", lambda line, socket: told.append((line.split()[0], socket is request.socket)))
    site.net.run()
    assert told[0] == (b"SERVER_HANDSHAKE_TRAFFIC_SECRET", True)
    assert len(told) == 5
    request.destroy()


def testAClientThatGoesInTheHandshakeLeavesNothing(site: Site) -> None:
    """An http server's connections are half open, so their end closed nothing."""
    client = net.connect(443, "127.0.0.1")
    site.net.run()
    assert site.server.connections == 1
    client.end()
    site.net.run()
    assert site.server.connections == 0
