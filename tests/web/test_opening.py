"""The client's half of the handshake: what it asks, and the answers that it takes; on the simulated network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from suite import whyNoTLS
from websocketbed import ClientBed

from nodecompat import http
from nodecompat import net as nodenet
from nodecompat.testing import Network
from nodecompat.web import pool
from nodecompat.websocket.protocol.headers import acceptFor

#: What Node 26 sends, without the key.
ASKED = (
    "GET {} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n{}"
    "sec-websocket-version: 13\r\n{}sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n"
    "accept: */*\r\naccept-language: *\r\nsec-fetch-mode: websocket\r\nuser-agent: node\r\npragma: no-cache\r\n"
    "cache-control: no-cache\r\naccept-encoding: gzip, deflate\r\n\r\n"
)


def asked(bed: ClientBed) -> str:
    head, count = re.subn(r"sec-websocket-key: [+/0-9A-Za-z]{22}==\r\n", "", bed.head().decode("latin-1"))
    assert count == 1
    return head


def testTheRequest(net: Network) -> None:
    assert asked(ClientBed(net)) == ASKED.format("/", "", "")


def testPathAndProtocols(net: Network) -> None:
    bed = ClientBed(net, ["x", "y"], url="http://u:p@127.0.0.1/a?b=c")
    assert asked(bed) == ASKED.format("/a?b=c", "", "sec-websocket-protocol: x, y\r\n")


def testHeaders(net: Network) -> None:
    given = {
        "X-a": "1",
        "cookie": "q=1",
        "host": "h",
        "connection": "c",
        "content-length": "5",
        "sec-fetch-mode": "cors",
    }
    head = asked(ClientBed(net, headers=given))
    fixed = "X-a: 1\r\ncookie: q=1\r\nsec-fetch-mode: websocket\r\n"
    assert head == ASKED.replace("sec-fetch-mode: websocket\r\n", "").format("/", fixed, "")


@pytest.mark.parametrize("name", ["upgrade", "transfer-encoding", "keep-alive", "expect"])
def testHeadersThatMayNotBeSet(net: Network, name: str) -> None:
    bed = ClientBed(net, headers={name: "1"})
    net.run()
    words = "expect header not supported" if name == "expect" else f"invalid {name} header"
    assert bed.log == [("error", words), (1006, "", False)] and bed.listening.peers == []


def testABadPort(net: Network) -> None:
    bed = ClientBed(net, url="ws://127.0.0.1:25/")
    net.run()
    assert bed.log == [("error", "bad port"), (1006, "", False)]


def testNobodyListens(net: Network) -> None:
    bed = ClientBed(net, url="ws://127.0.0.1:81/")
    net.run()
    assert bed.log == [("error", "connect ECONNREFUSED 127.0.0.1:81"), (1006, "", False)]


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"status": "200 OK"}, "Received network error or non-101 status code. (200)"),
        ({"status": "302 Found", "location": "/x"}, "Received network error or non-101 status code. (302)"),
        ({"upgrade": "websockets"}, 'Server did not set Upgrade header to "websocket".'),
        ({"connection": "keep-alive, upgrade"}, 'Server did not set Connection header to "upgrade".'),
        ({"sec_websocket_accept": "x"}, "Incorrect hash received in Sec-WebSocket-Accept header."),
        ({"sec_websocket_accept": None}, "Incorrect hash received in Sec-WebSocket-Accept header."),
        ({"sec_websocket_extensions": "x"}, "Sec-WebSocket-Extensions header does not match."),
        (
            {"sec_websocket_extensions": "permessage-deflate; server_max_window_bits=7"},
            'Invalid value for parameter "server_max_window_bits": 7',
        ),
        ({"sec_websocket_protocol": "x"}, "Protocol was not set in the opening handshake."),
    ],
)
def testAnswersThatAreRefused(net: Network, fields: dict[str, Any], words: str) -> None:
    bed = ClientBed(net).answer(**fields)
    assert bed.log == [("error", words), (1006, "", False)]
    assert bed.peer.ended or bed.peer.error


def testAnAnswerWithoutAProtocol(net: Network) -> None:
    assert ClientBed(net, "x").answer().log[0] == ("error", "Server did not respond with sent protocols.")


def testTheServerNeverAnswers(net: Network) -> None:
    bed = ClientBed(net)
    net.run()
    net.advance(300_001)
    assert bed.log == [("error", "Headers Timeout Error"), (1006, "", False)]


def testTheProgramsAgent(net: Network) -> None:
    made: list[Any] = []

    class Mine(http.Agent):
        def createConnection(self, options: Any, callback: Any = None) -> Any:
            made.append(options["port"])
            return super().createConnection(options, callback)

    bed = ClientBed(net, dispatcher=Mine(webSocket={"maxPayloadSize": 5})).answer((0x82, b"x" * 5), (0x82, b"x" * 6))
    assert made == [80] and bed.log == ["open", b"x" * 5, ("error", "Max payload size exceeded"), (1006, "", False)]


@pytest.fixture
def proxied(net: Network, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("NODE_USE_ENV_PROXY", "1")
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://u:p%20w@127.0.0.1:3128")
    pool.destroy()
    yield
    pool.destroy()
    net.advance(1)


def testThroughAProxyThatReadsTheRequest(proxied: None, net: Network) -> None:
    bed = ClientBed(net, url="ws://a.test/x?y", port=3128)
    first, *fields = asked(bed).split("\r\n")
    assert first == "GET http://a.test/x?y HTTP/1.1"
    assert fields[:4] == [
        "host: a.test",
        "connection: upgrade",
        "upgrade: websocket",
        "proxy-authorization: Basic dTpwIHc=",
    ]


def testAnAnswerThroughAProxy(proxied: None, net: Network) -> None:
    bed = ClientBed(net, url="ws://a.test/", port=3128).answer((0x81, b"hi"))
    assert bed.log == ["open", "hi"]


def testAProxyThatRefuses(proxied: None, net: Network) -> None:
    bed = ClientBed(net, url="ws://a.test/", port=3128).answer(status="407 Proxy Authentication Required")
    assert bed.log == [("error", "Received network error or non-101 status code. (407)"), (1006, "", False)]


def testTheProxyIsNotForAllHosts(proxied: None, net: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    pool.destroy()
    assert asked(ClientBed(net)) == ASKED.format("/", "", "")


@pytest.mark.skipif(bool(whyNoTLS()), reason=whyNoTLS() or "")
def testThroughATunnel(proxied: None, net: Network) -> None:
    """The proxy has its password, the server the request as if there were no proxy."""
    from tls import certificates

    from nodecompat import https, tls

    made, before = certificates.make(), tls.getCACertificates("default")
    seen: list[Any] = []

    def onUpgrade(req: Any, socket: Any, head: bytes) -> None:
        seen.append((req.url, req.headers["host"], [name for name in req.headers if "proxy" in name]))
        accept = acceptFor(req.headers["sec-websocket-key"])
        socket.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept.encode() + b"\r\n\r\n\x81\x02hi"
        )

    def onConnect(req: Any, socket: Any, head: bytes) -> None:
        seen.append((req.url, req.headers["proxy-authorization"]))
        upstream = nodenet.connect(444, "127.0.0.1")
        socket.write(b"HTTP/1.1 200 OK\r\n\r\n")
        socket.pipe(upstream).pipe(socket)

    tls.setDefaultCACertificates([made.ca])
    server = https.createServer({"cert": made.cert, "key": made.key}).listen(444)
    server.on("upgrade", onUpgrade)
    proxy = http.createServer().listen(3128)
    proxy.on("connect", onConnect)
    net.run()
    bed = ClientBed(net, url="wss://127.0.0.1:444/x?y")
    net.run()
    assert bed.log == ["open", "hi"]
    assert seen == [("127.0.0.1:444", "Basic dTpwIHc="), ("/x?y", "127.0.0.1:444", [])]
    tls.setDefaultCACertificates(before)
    for each in (server, proxy):
        each.close()
    bed.ws.close()
    net.advance(60_000)
