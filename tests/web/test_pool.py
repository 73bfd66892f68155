"""The connections of fetch: kept as long as undici keeps them, given up when they do not come to stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fetchplay import settled

from nodecompat import fetch, http
from nodecompat.testing import Network, network
from nodecompat.web import pool

Handler = Any


class Site:
    """A server on port 80, and how many connections it has had."""

    def __init__(self, net: Network, handler: Handler = None) -> None:
        self.net, self.count = net, 0
        self.headers: dict[str, str] = {}
        self.server = http.createServer(handler or self.onRequest)
        self.server.keepAliveTimeout = 0
        self.server.on("connection", self.onConnection)
        self.server.listen(80)
        net.run()

    def onConnection(self, socket: Any) -> None:
        self.count += 1

    def onRequest(self, req: Any, res: Any) -> None:
        for name, value in self.headers.items():
            res.setHeader(name, value)
        res.end("x")

    def get(self, **options: Any) -> Any:
        response = settled(self.net, fetch("http://127.0.0.1/", options))
        return response if isinstance(response, Exception) else settled(self.net, response.text())


@pytest.fixture
def site() -> Iterator[Site]:
    with network() as net:
        it = Site(net)
        yield it
        pool.destroy()
        it.server.close()
        it.server.closeAllConnections()
        net.advance(1)
        assert net.faults == []


@pytest.mark.parametrize(
    "hint, duration",
    [(None, 4000), ("timeout=10", 8000), ("timeout=3", 1000), ("max=5, timeout=7", 5000), ("timeout=100000", 600_000)],
)
def testAnIdleConnectionLivesThatLong(site: Site, hint: str | None, duration: int) -> None:
    if hint is not None:
        site.headers["Keep-Alive"] = hint
    assert site.get() == "x"
    site.net.advance(duration - 20)
    assert (site.get(), site.count) == ("x", 1)
    site.net.advance(duration + 20)
    assert (site.get(), site.count) == ("x", 2)


@pytest.mark.parametrize("hint", ["timeout=1", "timeout=2", "timeout=0"])
def testAServerThatIsAboutToCloseIsNotTrusted(site: Site, hint: str) -> None:
    site.headers["Keep-Alive"] = hint
    assert (site.get(), site.get(), site.count) == ("x", "x", 2)


@pytest.mark.parametrize("options", [{"method": "HEAD"}, {"headers": {"connection": "close"}}])
def testConnectionsThatAreNotKept(site: Site, options: Any) -> None:
    site.get(**options)
    site.get()
    assert site.count == 2


def testAConnectionInUseHasNoTimeLimit(site: Site) -> None:
    waiting: list[Any] = []
    assert site.get() == "x"
    site.server.removeAllListeners("request")
    site.server.on("request", lambda req, res: waiting.append(res))
    asked = fetch("http://127.0.0.1/")
    site.net.advance(pool.KEEP_ALIVE_TIMEOUT * 3)
    waiting[0].end("late")
    assert settled(site.net, settled(site.net, asked).text()) == "late"
    assert site.count == 1


def testRequestsAtTheSameTimeHaveConnectionsOfTheirOwn(site: Site) -> None:
    asked = [fetch("http://127.0.0.1/") for _ in range(5)]
    for each in asked:
        settled(site.net, settled(site.net, each).text())
    assert site.count == 5


def testAConnectionThatWasClosedWhileIdleIsNoFailure(site: Site) -> None:
    """The request is on its way when the server gives up: it has not been read, and is sent again."""
    assert site.get() == "x"
    asked = fetch("http://127.0.0.1/")
    site.server.closeAllConnections()
    assert settled(site.net, settled(site.net, asked).text()) == "x"
    assert site.count == 2


def testAConnectionThatDoesNotComeToStand(site: Site) -> None:
    """Its packets are lost."""
    site.server.close()
    from nodecompat import net

    class Silent(net.Socket):
        """A socket that connects for ever."""

    silent = Silent()
    silent.connecting = True  # type: ignore[assignment]
    pool._limit(silent, {"host": "a.test", "port": 80})
    errors: list[Any] = []
    silent.on("error", errors.append)
    site.net.advance(pool.CONNECT_TIMEOUT - 1)
    assert errors == []
    site.net.advance(2)
    assert [(each.code, str(each)) for each in errors] == [
        (
            "UND_ERR_CONNECT_TIMEOUT",
            "Connect Timeout Error (attempted address: a.test:80, timeout: 10000ms)",
        )
    ]


def testTheAgentsAreForgotten(site: Site) -> None:
    assert site.get() == "x"
    pool.destroy()
    site.net.run()
    assert (site.get(), site.count) == ("x", 2)


def testAnotherNetworkHasConnectionsOfItsOwn() -> None:
    for _ in range(2):
        with network() as net:
            site = Site(net)
            assert (site.get(), site.count) == ("x", 1)
            site.server.close()


def testOnlyIdleConnectionsAreClosed(site: Site) -> None:
    waiting: list[Any] = []
    assert site.get() == "x"
    pool.closeIdleConnections()
    site.net.run()
    site.server.removeAllListeners("request")
    site.server.on("request", lambda req, res: waiting.append(res))
    asked = fetch("http://127.0.0.1/")
    site.net.run()
    pool.closeIdleConnections()
    site.net.run()
    waiting[0].end("still here")
    assert settled(site.net, settled(site.net, asked).text()) == "still here"


# -- proxies from the environment


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Network, list[bytes]]]:
    """A proxy on port 3128 that answers everything with "ok", and what it got."""
    monkeypatch.setenv("NODE_USE_ENV_PROXY", "1")
    monkeypatch.setenv("HTTP_PROXY", "http://u:p%20w@127.0.0.1:3128")
    monkeypatch.setenv("NO_PROXY", "direct.test")
    got: list[bytes] = []
    pool.destroy()
    with network() as net:

        def accept(status: int, stream: Any) -> None:
            def onData(data: bytes) -> None:
                got.append(data)
                stream.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

            stream.onread, stream.onreadend = onData, lambda status: stream.close()
            stream.readStart()

        handle = net.tcpServer()
        handle.bind("127.0.0.1", 3128)
        handle.listen(511)
        handle.onconnection = accept
        yield net, got
        pool.destroy()
        net.advance(1)


def testAProxyGetsAnAbsoluteUrl(proxied: tuple[Network, list[bytes]]) -> None:
    net, got = proxied
    for _ in range(2):
        assert settled(net, settled(net, fetch("http://a.test/x?y")).text()) == "ok"
    assert got[0].startswith(
        b"GET http://a.test/x?y HTTP/1.1\r\nhost: a.test\r\nconnection: keep-alive\r\n"
        b"proxy-authorization: Basic dTpwIHc=\r\naccept: */*\r\naccept-language: *\r\nuser-agent: node\r\n"
    )
    assert got[0] == got[1]


def testTheModeIsToldWhereNobodyReadsAlong(site: Site) -> None:
    site.server.removeAllListeners("request")
    site.server.on("request", lambda req, res: res.end(req.headers["sec-fetch-mode"] or "nothing"))
    assert (site.get(), site.get(headers={"sec-fetch-mode": "mine"})) == ("cors", "cors")


@pytest.mark.parametrize("headers, line", [({}, b""), ({"sec-fetch-mode": "mine"}, b"sec-fetch-mode: mine\r\n")])
def testTheModeIsNotToldAnybody(proxied: tuple[Network, list[bytes]], headers: dict[str, str], line: bytes) -> None:
    net, got = proxied
    settled(net, fetch("http://a.test/", headers=headers))
    assert (b"sec-fetch-mode" in got[0], line in got[0]) == (bool(line), True)


def testNoProxy(proxied: tuple[Network, list[bytes]]) -> None:
    net, got = proxied
    assert settled(net, fetch("http://direct.test/")).cause.code == "ENOTFOUND"
    assert got == []


def testTheEnvironmentIsNotAskedUnlessWanted(
    proxied: tuple[Network, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    net, got = proxied
    monkeypatch.delenv("NODE_USE_ENV_PROXY")
    assert settled(net, fetch("http://a.test/")).cause.code == "ENOTFOUND"
    assert got == []
