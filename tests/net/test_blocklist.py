"""BlockList."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from oracle import evaluate, needsNode

from nodecompat.net import BlockList, SocketAddress


def listOf(*rules: tuple[Any, ...]) -> BlockList:
    blockList = BlockList()
    for method, *args in rules:
        getattr(blockList, method)(*args)
    return blockList


def testAddress() -> None:
    blockList = listOf(("addAddress", "123.123.123.123"))
    assert blockList.check("123.123.123.123") and not blockList.check("123.123.123.124")


def testRangeWithBothEnds() -> None:
    blockList = listOf(("addRange", "10.0.0.1", "10.0.0.10"))
    assert [blockList.check(f"10.0.0.{last}") for last in (0, 1, 10, 11)] == [False, True, True, False]


def testSubnet() -> None:
    blockList = listOf(("addSubnet", "8592:757c:efae:4e45::", 64, "ipv6"))
    assert blockList.check("8592:757c:efae:4e45:ffff::1", "ipv6")
    assert not blockList.check("8592:757c:efae:4e46::", "ipv6")


def testOneFamilyInTheNotationOfTheOther() -> None:
    blockList = listOf(("addAddress", "123.123.123.123"), ("addAddress", "::ffff:1.2.3.4", "ipv6"))
    assert blockList.check("::ffff:7b7b:7b7b", "ipv6") and blockList.check("::ffff:123.123.123.123", "ipv6")
    assert blockList.check("1.2.3.4")


def testARangeOfIPv6HoldsNoIPv4() -> None:
    assert not listOf(("addRange", "::", "ffff::", "ipv6")).check("1.2.3.4")
    assert listOf(("addRange", "::ffff:1.1.1.1", "::ffff:2.2.2.2", "ipv6")).check("1.2.3.4")


def testSocketAddresses() -> None:
    blockList = listOf(("addAddress", SocketAddress(address="8.8.8.8")))
    assert blockList.check(SocketAddress(address="8.8.8.8", port=3))


def testRules() -> None:
    blockList = listOf(
        ("addAddress", "1.2.3.4"),
        ("addAddress", "::1", "ipv6"),
        ("addSubnet", "10.1.2.3", 8),
        ("addRange", "1.2.3.10", "1.2.3.20"),
    )
    assert blockList.rules == [
        "Address: IPv6 ::1",
        "Address: IPv4 1.2.3.4",
        "Subnet: IPv4 10.1.2.3/8",
        "Range: IPv4 1.2.3.10-1.2.3.20",
    ]
    assert blockList.size == 4


def testAnAddressCountsOnce() -> None:
    assert listOf(("addAddress", "1.1.1.1"), ("addAddress", "::ffff:1.1.1.1", "ipv6")).size == 1


def testSeveralAtOnceOrNone() -> None:
    blockList = BlockList()
    blockList.addAddresses(["4.4.4.4", "5.5.5.5"])
    blockList.addCIDRs(["9.0.0.0/8", "::/3"])
    with pytest.raises(Exception, match="Invalid socket address"):
        blockList.addAddresses(["6.6.6.6", "bad"])
    with pytest.raises(Exception, match="must contain a prefix length"):
        blockList.addCIDRs(["7.0.0.0/8", "bad"])
    assert blockList.size == 4


def testRemove() -> None:
    blockList = listOf(("addAddress", "1.1.1.1"), ("addSubnet", "10.0.0.0", 8), ("addRange", "1.1.1.1", "2.2.2.2"))
    blockList.addCIDR("9.0.0.0/8")
    blockList.removeAddress("1.1.1.1")
    blockList.removeSubnet("10.0.0.0", 9)
    blockList.removeRange("1.1.1.1", "2.2.2.2")
    blockList.removeCIDR("9.0.0.0/8")
    assert blockList.rules == ["Subnet: IPv4 10.0.0.0/8"]
    blockList.clear()
    assert (blockList.rules, blockList.size) == ([], 0)


def testThroughJSON() -> None:
    rules = ["Address: IPv4 10.0.0.5", "Subnet: IPv4 192.168.1.0/24", "Range: IPv6 2001::1-2001::5", "no rule"]
    blockList = BlockList()
    blockList.fromJSON(rules)
    again = BlockList()
    again.fromJSON(json.dumps(blockList.toJSON()))
    assert again.toJSON() == blockList.toJSON() == rules[:3]


def testPrivateRanges() -> None:
    blockList = BlockList()
    blockList.addCIDRs(BlockList.PRIVATE_RANGES)
    assert all(map(blockList.check, ("10.1.2.3", "127.0.0.1", "192.168.0.1", "172.31.0.1")))
    assert blockList.check("fd00::1", "ipv6") and not blockList.check("8.8.8.8")


def testWhatIsNoAddressIsNotBlocked() -> None:
    assert not BlockList().check("bad") and not BlockList().check("::1", "zzz")


def testIsBlockList() -> None:
    assert BlockList.isBlockList(BlockList()) and not BlockList.isBlockList({})


WRONG = (
    "addAddress('bad')", "addAddress(5)", "addAddress('1.2.3.4', 'x')", "addAddress('1.2.3.4', 5)",
    "addAddress('::1')", "addRange('1.2.3.10', '1.2.3.1')", "addRange('1.2.3.10', '::1')", "addSubnet('1.2.3.4', -1)",
    "addSubnet('::', 129, 'ipv6')", "addSubnet('1.2.3.4', 'x')", "addSubnet('1.2.3.4', 1.5)", "check(5)",
    "check('1.2.3.4', 5)", "addCIDR('bad')", "addCIDR('1.2.3.0/33')", "addCIDR(5)", "addCIDR('1.2.3.0/x')",
    "addCIDR('/3')", "addCIDR('1.2.3.4/')", "addCIDR('1.2.3.4/08')", "addCIDR('1.2.3.4/24/3')",
    "addCIDR('1.2.3.4/-1')", "addCIDRs('x')", "addCIDRs([5])", "addAddresses('x')", "addAddresses([5])",
    "removeAddress('bad')", "removeCIDR('bad')", "fromJSON(5)", "fromJSON([5])", "fromJSON('5')",
    "fromJSON(['Subnet: IPv4 1.1.1.1/99'])", "fromJSON(['Range: IPv4 3.3.3.3-1.1.1.1'])",
    "fromJSON(['Address: IPv4 1.2.3.999'])",
)  # fmt: skip


@needsNode
def testErrorsAsInNode() -> None:
    ours = []
    for call in WRONG:
        with pytest.raises(Exception) as caught:
            eval("blockList." + call, {"blockList": BlockList()})
        ours.append([caught.value.code, caught.value.message])  # type: ignore[attr-defined]
    calls = ", ".join(f"(b) => b.{call}" for call in WRONG)
    program = f"[{calls}].map((f) => {{ try {{ f(new net.BlockList()) }} catch (e) {{ return [e.code, e.message] }} }})"
    assert ours == evaluate(f"const net = require('net'); console.log(JSON.stringify({program}))")


@needsNode
def testRandomRulesAsInNode() -> None:
    """Addresses of both families against rules of both."""
    dice = random.Random(4)

    def address() -> tuple[str, str]:
        tail = ".".join(str(dice.choice((0, 1, 127, 255))) for _ in range(4))
        return dice.choice(
            [(tail, "ipv4"), ("::ffff:" + tail, "ipv6"), (f"::{dice.randrange(9)}", "ipv6"), ("f::1", "ipv6")]
        )

    rules: list[list[Any]] = []
    for _ in range(60):
        text, family = address()
        rules.append(["addAddress", text, family])
        rules.append(["addSubnet", text, dice.randrange(33), family])
        low = SocketAddress(address=text, family=family).address
        rules.append(["addRange", low, "255.255.255.255" if family == "ipv4" else "ffff::", family])
    asked = [address() for _ in range(40)]
    ours = [[listOf(tuple(rule)).check(*each) for each in asked] for rule in rules]
    program = """
      const net = require('net'); const [rules, asked] = %s;
      console.log(JSON.stringify(rules.map(([m, ...a]) => {
        const b = new net.BlockList(); b[m](...a); return asked.map((x) => b.check(...x)); })));
    """
    assert ours == evaluate(program % json.dumps([rules, asked]))
