"""The rows about dns of Node's table of errors, each provoked anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from nameserver import NameServer
from twisted.internet.defer import Deferred

from nodecompat import dns
from nodecompat.reactor.names import resolver as system
from nodecompat.reactor.names.resolver import NONAME

ROWS = json.loads((Path(__file__).parents[1] / "data/node-errors.json").read_text())["rows"]
_RCODES = {
    "format error": "formerr.test",
    "server failure": "servfail.test",
    "name error": "nxdomain.test",
    "not implemented": "notimp.test",
    "refused": "refused.test",
    "no data": "empty.test",
}
#: Rows whose call is wrong already: it raises.
RAISING: dict[str, Callable[[], Any]] = {
    "dns.lookup(5, cb)": lambda: dns.lookup(5, print),  # type: ignore[arg-type]
    'dns.lookup("a", {family: 7}, cb)': lambda: dns.lookup("a", {"family": 7}, print),
    'dns.lookup("a") without callback': lambda: dns.lookup("a"),
    'dns.setServers(["bad"])': lambda: dns.setServers(["bad"]),
    'dns.resolve("a", "NOPE", cb)': lambda: dns.resolve("a", "NOPE", print),
    'dns.lookupService("bad", 80, cb)': lambda: dns.lookupService("bad", 80, print),
}
#: The others: who is asked for what, with Node's name in the row.
ASKED: dict[str, str] = {
    "resolve with a server that is silent": "silent.test",
    "resolve cancelled": "silent.test",
    "resolve with a server port that refuses": "a.test",
    **{f"resolve4: the server answers {text}": name for text, name in _RCODES.items()},
}
LOOKUPS = ("lookup of a name ending in .invalid", "promises.lookup of a name ending in .invalid")
REVERSE = 'reverse("bad")'


def rowOf(provoked: str, module: str = "dns") -> dict[str, Any]:
    return next(row for row in ROWS if row["provoked"] == provoked and row["module"] == module)


def compare(error: Any, row: dict[str, Any], hostname: str | None = None) -> None:
    """Require the error of the row; its name is in place of Node's."""
    message = str(error) if hostname is None else str(error).replace(hostname, "a.test")
    assert (error.code, error.name, message) == (row["code"], row["name"], row["message"])
    fields = [name for name in ("errno", "syscall", "hostname") if getattr(error, name, None) is not None]
    assert fields == row["fields"]


@pytest.mark.parametrize("provoked", RAISING)
def testWrongArgument(provoked: str) -> None:
    with pytest.raises(TypeError) as caught:
        RAISING[provoked]()
    compare(caught.value, rowOf(provoked, "arguments"))


@pytest.mark.parametrize("provoked", ASKED)
@pytest_twisted.ensureDeferred
async def testFailedQuery(provoked: str, nameServer: NameServer) -> None:
    resolver = dns.Resolver(timeout=5 if "silent" in provoked else 5000, tries=1)
    resolver.setServers(["127.0.0.1:1" if "refuses" in provoked else nameServer.address])
    done: Deferred[Any] = Deferred()
    resolver.resolve4(ASKED[provoked], lambda error, result: done.callback(error))
    if "cancelled" in provoked:
        resolver.cancel()
    compare(await done, rowOf(provoked), ASKED[provoked])


class _NotFound:
    """A system that knows no name."""

    def getaddrinfo(self, name: str, family: int, flags: int, answer: Callable[[Any], None]) -> None:
        from nodecompat.reactor.loop.host import theReactor

        theReactor().callLater(0, answer, NONAME)

    getnameinfo: Any = None


@pytest.fixture
def notFound() -> Any:
    before = system.use(_NotFound())
    yield
    system.use(before)


@pytest.mark.parametrize("provoked", LOOKUPS)
@pytest_twisted.ensureDeferred
async def testFailedLookup(provoked: str, notFound: None) -> None:
    name = "no-such-name.invalid"
    done: Deferred[Any] = Deferred()
    if provoked.startswith("promises"):
        dns.promises.lookup(name).addErrback(lambda failure: done.callback(failure.value))
    else:
        dns.lookup(name, lambda error: done.callback(error))
    compare(await done, rowOf(provoked))


def testReverseOfNoAddress() -> None:
    with pytest.raises(OSError) as caught:
        dns.reverse("bad", print)
    compare(caught.value, rowOf(REVERSE))


def testEveryRowIsProvoked() -> None:
    assert {row["provoked"] for row in ROWS if row["module"] == "dns"} == {*ASKED, *LOOKUPS, REVERSE}
    arguments = {row["provoked"] for row in ROWS if row["module"] == "arguments"}
    assert {provoked for provoked in arguments if provoked.startswith("dns.")} == set(RAISING)
