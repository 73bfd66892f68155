"""Requests through a proxy that the environment names. Each row was seen in Node 26.10."""

from __future__ import annotations

from typing import Any

import pytest
from program import program

from nodecompat import errors, http
from nodecompat.http.client.proxy import ProxyConfig, proxyFor
from nodecompat.testing import network


@pytest.fixture
def fake():
    with network() as fake:
        yield fake


def proxied(fake: Any, env: dict[str, str], agent: dict[str, Any] | None = None, **options: Any) -> str:
    """What the proxy gets of a request to example.test:8080."""
    proxy = fake.listen(3128)
    env = {name: value.replace("PROXY", "127.0.0.1:3128") for name, value in env.items()}
    chosen = http.Agent({"proxyEnv": env, **(agent or {})})
    target = {"host": "example.test", "port": 8080, "path": "/x?y", **options}
    req = http.request({**target, "agent": chosen}).on("error", lambda error: None)
    req.end("body" if options.get("method") == "POST" else None)
    fake.run()
    received = proxy.peers[0].received.decode() if proxy.peers else ""
    req.destroy()
    return received


USER = "http://us%20er:pa%3Ass@PROXY"
AUTHORIZATION = "proxy-authorization: Basic dXMgZXI6cGE6c3M=\r\n"


def testTheTargetIsAWholeUrl(fake):
    assert proxied(fake, {"HTTP_PROXY": USER}) == (
        "GET http://example.test:8080/x?y HTTP/1.1\r\nHost: example.test:8080\r\n"
        + AUTHORIZATION
        + "proxy-connection: close\r\nConnection: close\r\n\r\n"
    )


def testTheLowerCaseNameComesFirst(fake):
    sent = proxied(fake, {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": USER}, {"keepAlive": True}, method="POST")
    assert sent == (
        "POST http://example.test:8080/x?y HTTP/1.1\r\nHost: example.test:8080\r\n"
        + AUTHORIZATION
        + "proxy-connection: keep-alive\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nbody"
    )


def testTheOwnPortIsLeftOut(fake):
    assert proxied(fake, {"HTTP_PROXY": "http://PROXY"}, port=80).startswith(
        "GET http://example.test/x?y HTTP/1.1\r\nHost: example.test\r\nproxy-connection: close\r\n"
    )


@pytest.mark.parametrize("host, shown", [("localhost", "localhost"), ("::1", "[::1]")])
def testOtherHosts(fake, host, shown):
    sent = proxied(fake, {"HTTP_PROXY": "http://PROXY"}, host=host)
    assert sent.startswith(f"GET http://{shown}:8080/x?y HTTP/1.1\r\nHost: {shown}:8080\r\n")


def testHeadersAsAListAreLeftAlone(fake):
    sent = proxied(fake, {"HTTP_PROXY": USER}, {"keepAlive": True}, headers=["A", "b"])
    assert sent == "GET http://example.test:8080/x?y HTTP/1.1\r\nA: b\r\nConnection: keep-alive\r\n\r\n"


def testConnectKeepsItsTarget(fake):
    sent = proxied(fake, {"HTTP_PROXY": "http://PROXY"}, method="CONNECT", path="h:1")
    assert sent.startswith("CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\nproxy-connection: close\r\n")


@pytest.mark.parametrize(
    "options, message",
    [
        (
            {"headers": {"Host": "zz"}},
            "The property 'Host in options.headers' must match the request authority (example.test:8080)."
            " Received 'zz'",
        ),
        ({"path": "http://abs/x"}, "The property 'options.path' must match the request authority (example.test:8080)."),
    ],
)
def testTheAuthorityIsOne(fake, options, message):
    """A proxy that looks at one name must not forward to another."""
    with pytest.raises(errors.ERR_INVALID_ARG_VALUE) as caught:
        proxied(fake, {"HTTP_PROXY": "http://PROXY"}, **options)
    assert caught.value.message.startswith(message)


BYPASSED = [
    ("*", "example.test"),
    ("example.test", "example.test"),
    (".test", "example.test"),
    ("*.test", "example.test"),
    ("example.test:8080", "example.test"),
    ("other, example.test", "example.test"),
    ("EXAMPLE.TEST", "example.test"),
    (".example.test", "example.test"),
    ("127.0.0.9", "127.0.0.9"),
    ("127.0.0.1-127.0.0.20", "127.0.0.9"),
    ("::1", "::1"),
    ("localhost", "localhost"),
]
COVERED = [
    ("test", "example.test"),
    ("example.test:81", "example.test"),
    ("xample.test", "example.test"),
    ("127.0.0.0/8", "127.0.0.9"),
    ("[::1]", "::1"),
    ("127.0.0.*", "127.0.0.9"),
    ("", "example.test"),
]


@pytest.mark.parametrize("entry, host", BYPASSED)
def testHostsWithoutProxy(entry, host):
    assert not ProxyConfig("http://p:3128", entry).covers(host, 8080)


@pytest.mark.parametrize("entry, host", COVERED)
def testHostsWithProxy(entry, host):
    assert ProxyConfig("http://p:3128", entry).covers(host, 8080)


@pytest.mark.parametrize(
    "env", [{}, 5, None, {"HTTP_PROXY": "nope"}, {"HTTP_PROXY": "socks://x"}, {"HTTPS_PROXY": "http://x"}]
)
def testWhatNamesNoProxy(env):
    assert proxyFor("http:", env) is None


def testAUnixSocketNeedsNoProxy(fake):
    server = fake.listen("/run/site")
    agent = http.Agent(proxyEnv={"HTTP_PROXY": "http://127.0.0.1:3128"})
    req = http.get({"socketPath": "/run/site", "agent": agent, "path": "/x"}).on("error", lambda error: None)
    fake.run()
    assert server.peers[0].received.startswith(b"GET /x HTTP/1.1\r\n")
    req.destroy()


@pytest.mark.parametrize(
    "env", [{"HTTP_PROXY": "nope"}, {"HTTP_PROXY": "http://u:secret@"}, {"https_proxy": "x://u:secret@h"}]
)
def testPasswordsAreInNoError(env):
    """CVE-2026-48615."""
    with pytest.raises(errors.ERR_PROXY_INVALID_CONFIG) as caught:
        http.setGlobalProxyFromEnv(env)
    assert "secret" not in str(caught.value) and "secret" not in repr(caught.value)


def testPasswordsAreInNoErrorOfAConnection(fake):
    """CVE-2026-48615."""
    agent = http.Agent(proxyEnv={"HTTP_PROXY": "http://u:secret@127.0.0.1:1"})
    seen = []
    http.get({"host": "h", "agent": agent}).on("error", seen.append)
    fake.run()
    shown = f"{seen[0]} {seen[0]!r} {vars(seen[0])} {agent._proxy_!r}"
    assert seen[0].code == "ECONNREFUSED" and "secret" not in shown and "dTpzZWNyZXQ" not in shown


def testTheGlobalAgentCanBeSentThroughAProxy():
    before = http.globalAgent
    restore = http.setGlobalProxyFromEnv({"HTTP_PROXY": "http://127.0.0.1:3128"})
    assert http.globalAgent is not before and http.globalAgent.keepAlive
    assert http.globalAgent.options["proxyEnv"] == {"HTTP_PROXY": "http://127.0.0.1:3128"}
    restore()
    assert http.globalAgent is before


def testTheGlobalAgentsUseTheEnvironmentIfItSaysSo():
    given = {"NODE_USE_ENV_PROXY": "1", "HTTP_PROXY": "http://127.0.0.1:3128"}
    show = "from nodecompat import http; print(http.globalAgent.options['proxyEnv']['HTTP_PROXY'])"
    assert program(f"import os\nos.environ.update({given})\n{show}\n") == (0, "http://127.0.0.1:3128\n", "")


def testTheEnvironmentIsAMapping():
    with pytest.raises(errors.ERR_INVALID_ARG_TYPE, match='"proxyEnv" argument must be of type object'):
        http.setGlobalProxyFromEnv(5)
