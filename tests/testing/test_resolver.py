"""The resolver in memory."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from nodecompat.reactor.names import resolver as system
from nodecompat.reactor.names.resolver import NONAME
from nodecompat.testing import Network


def asked(net: Network, name: str, family: int = 0) -> list[Any]:
    """What the answer was, none yet when the list is empty."""
    answers: list[Any] = []
    net.resolver.getaddrinfo(name, family, 0, answers.append)
    assert answers == [], "as from a thread: later"
    net.run()
    return answers


def testItIsInForceWithTheNetwork(net: Network) -> None:
    before = system.use(net.resolver)
    assert before is net.resolver


@pytest.mark.parametrize(
    ("family", "expected"), [(0, ["127.0.0.1", "::1"]), (4, ["127.0.0.1"]), (6, ["::1"])], ids=repr
)
def testFamilies(net: Network, family: int, expected: list[str]) -> None:
    assert asked(net, "localhost", family) == [expected]


def testANameOfOneFamilyHasNoneOfTheOther(net: Network) -> None:
    net.resolver.addresses["a.test"] = ["192.0.2.1"]
    assert asked(net, "a.test", 6) == [NONAME]


def testAnUnknownName(net: Network) -> None:
    assert asked(net, "nowhere.test") == [NONAME]
    assert net.resolver.asked == ["nowhere.test"]


def testANameThatIsNeverAnswered(net: Network) -> None:
    net.resolver.silent.add("a.test")
    assert asked(net, "a.test") == []
    net.resolver.getnameinfo("a.test", 1, lambda names: pytest.fail("answered"))
    net.run()


@pytest.mark.parametrize("code", [-errno.EIO, system.AGAIN])
def testALookupThatFails(net: Network, code: int) -> None:
    net.resolver.fail("a.test", code)
    assert asked(net, "a.test") == [code]


def testServices(net: Network) -> None:
    answers: list[Any] = []
    net.resolver.services["127.0.0.1", 22] = ("localhost", "ssh")
    for port in (22, 23):
        net.resolver.getnameinfo("127.0.0.1", port, answers.append)
    net.run()
    assert answers == [("localhost", "ssh"), NONAME]


def testAnAnswerIsNoFasterThanAThread(net: Network) -> None:
    """The ticks of the turn that asked come first, and the turn after it."""
    order: list[str] = []
    net.resolver.getaddrinfo("localhost", 0, 0, lambda found: order.append("answer"))
    net.clock.callSoon(lambda: order.append("next turn"))
    net.run()
    assert order == ["next turn", "answer"]
