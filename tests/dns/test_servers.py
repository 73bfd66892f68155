"""How name servers are written, and which ones the system has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nodecompat import dns
from nodecompat.dns import servers
from nodecompat.reactor.names.queries import Server


@pytest.mark.parametrize(
    "text, shown",
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:53", "192.0.2.1"),
        ("192.0.2.1:0", "192.0.2.1"),
        ("192.0.2.1:5353", "192.0.2.1:5353"),
        ("[192.0.2.1]:77", "192.0.2.1:77"),
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("[::1]:53", "::1"),
        ("[::1]:5353", "[::1]:5353"),
        ("::1%lo", "::1"),
        ("[fe80::1%lo]:88", "[fe80::1]:88"),
    ],
)
def testForms(text: str, shown: str) -> None:
    resolver = dns.Resolver()
    resolver.setServers([text])
    assert resolver.getServers() == [shown]


@pytest.mark.parametrize(
    "text", ["bad", "192.0.2.1:", "192.0.2.1:1a", "192.0.2.1:-1", "[::1", "", "a.test:53", "[x]:77"]
)
def testWhatIsNoServer(text: str) -> None:
    with pytest.raises(TypeError) as caught:
        dns.Resolver().setServers([text])
    assert str(caught.value) == f"Invalid IP address: {text}"


@pytest.mark.parametrize(
    "given, message",
    [
        ("x", "The \"servers\" argument must be an instance of Array. Received type string ('x')"),
        (None, 'The "servers" argument must be an instance of Array. Received undefined'),
        ([5], 'The "servers[0]" argument must be of type string. Received type number (5)'),
        (["::1", {}], 'The "servers[1]" argument must be of type string. Received an instance of Object'),
        (["::1", "[::1]:99999"], "Port should be >= 0 and < 65536. Received type number (99999)."),
    ],
)
def testWrongArguments(given: Any, message: str) -> None:
    resolver = dns.Resolver()
    resolver.setServers(["192.0.2.1"])
    with pytest.raises((TypeError, ValueError)) as caught:
        resolver.setServers(given)
    assert str(caught.value) == message
    assert resolver.getServers() == ["192.0.2.1"]


def testTheSameServerCountsOnce() -> None:
    resolver = dns.Resolver()
    resolver.setServers(["192.0.2.1", "192.0.2.1:53", "::1"])
    assert resolver.getServers() == ["192.0.2.1", "::1"]


def testNoServers() -> None:
    resolver = dns.Resolver()
    resolver.setServers([])
    assert resolver.getServers() == []


def testTheSystemsServers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conf = tmp_path / "resolv.conf"
    conf.write_text(
        "# comment\nnameserver 192.0.2.1\nsearch x\nnameserver 2001:db8::1 ; more\nnameserver bad\nnameserver\n"
    )
    monkeypatch.setattr(servers, "RESOLV_CONF", conf)
    assert dns.Resolver().getServers() == ["192.0.2.1", "2001:db8::1"]


@pytest.mark.parametrize("text", ["", "search x\n", None])
def testWithoutAnyThisMachineIsAsked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None) -> None:
    conf = tmp_path / "resolv.conf"
    if text is not None:
        conf.write_text(text)
    monkeypatch.setattr(servers, "RESOLV_CONF", conf)
    assert servers.systemServers() == [Server("127.0.0.1", 53)]


def testTheHostsFile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost here # not this\n\n::1 six\n127.0.0.1\tagain\n0:0::1 six2\nbad name\n")
    monkeypatch.setattr(servers, "HOSTS", hosts)
    assert servers.hostsOf("127.0.0.1") == ["localhost", "here", "again"]
    assert servers.hostsOf("::1") == ["six", "six2"]
    assert servers.hostsOf("192.0.2.1") == []
