"""The resolver behind the module's functions, and these functions."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_twisted
from dns.test_resolver import answer
from nameserver import NameServer

from nodecompat import dns
from nodecompat.dns import default

check = pytest_twisted.ensureDeferred


@pytest.fixture(autouse=True)
def noServersYet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default, "_default", None)


def testTheServersOfTheModule() -> None:
    dns.setServers(["192.0.2.1:5353"])
    assert dns.getServers() == dns.promises.getServers() == ["192.0.2.1:5353"]
    dns.promises.setServers(["::1"])
    assert dns.getServers() == ["::1"]
    with pytest.raises(TypeError):
        dns.setServers(["bad"])
    assert dns.getServers() == ["::1"]


@check
async def testTheModulesFunctions(nameServer: NameServer) -> None:
    dns.setServers([nameServer.address])
    assert (
        await answer(dns, "resolve4", "a.test") == await dns.promises.resolve4("a.test") == ["192.0.2.1", "192.0.2.2"]
    )
    assert await answer(dns, "resolve", "ns.test", "NS") == await dns.promises.resolveNs("ns.test")
    assert await answer(dns, "reverse", "192.0.2.2") == await dns.promises.reverse("192.0.2.2") == ["h2.test"]
    assert dns.resolveSoa.__doc__ == dns.Resolver.resolveSoa.__doc__


@pytest.mark.parametrize("module", [dns, dns.promises])
def testEveryMethodIsAFunction(module: Any) -> None:
    """With the page and the parameters of its method."""
    methods = {name: method for name, method in vars(module.Resolver).items() if not name.startswith("_")}
    assert {"resolve4", "resolveAny", "reverse"} < set(methods) < set(module.__all__)
    for name, method in methods.items():
        function = getattr(module, name)
        assert (function.__name__, function.__qualname__, function.__doc__) == (name, name, method.__doc__)
        assert function.__wrapped__ is method


def testAWrongCallNamesTheMethod() -> None:
    with pytest.raises(TypeError, match="resolve4"):
        dns.resolve4()


def testSetServersDisturbsNoQuery() -> None:
    """It is a new resolver: one that still waits for an answer keeps its own servers."""
    dns.setServers(["192.0.2.1"])
    before = default.defaultResolver()
    dns.setServers(["192.0.2.2"])
    assert default.defaultResolver() is not before
    assert before.getServers() == ["192.0.2.1"]
