"""BlockList: blocked addresses, ranges and subnets, in both directions.

Follows lib/internal/blocklist.js of Node 26 by behaviour. Every address becomes one number of 128 bits, an IPv4 one by
its IPv6 form (::ffff:1.2.3.4), so that a rule of one family matches the other's notation as in Node. Differs: `rules`
has the newest of each kind first, where Node has addresses in hash table order.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from ..errors import ERR_INVALID_ADDRESS, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE
from ..ip import pack
from ..validators import validateArray, validateInt32, validateString
from .address import MAPPED_PREFIX, SocketAddress

_BITS = {"ipv4": 32, "ipv6": 128}
_NAMES = {"ipv4": "IPv4", "ipv6": "IPv6"}
_PREFIX = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
_MAPPED: Final = int.from_bytes(MAPPED_PREFIX, "big") << 32


class _Rule(NamedTuple):
    """A range of numbers. `crosses`: its ends are IPv4 addresses, so it also holds for those."""

    first: int
    last: int
    crosses: bool
    text: str


class BlockList:
    """Rules about addresses, for `server` and `socket` options and for `check`.

    Node: https://nodejs.org/api/net.html#class-netblocklist
    """

    __slots__ = ("_addresses_", "_ranges_", "_subnets_")

    #: The subnets of private, local and loopback addresses, for `addCIDRs`.
    PRIVATE_RANGES = (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "::1/128",
        "169.254.0.0/16",
        "fe80::/10",
        "fc00::/7",
    )

    def __init__(self) -> None:
        self._addresses_: dict[int, str] = {}
        self._subnets_: list[_Rule] = []
        self._ranges_: list[_Rule] = []

    @staticmethod
    def isBlockList(value: Any) -> bool:
        """True for a BlockList. Node: https://nodejs.org/api/net.html#blocklistisblocklistvalue"""
        return isinstance(value, BlockList)

    # -- adding

    def addAddress(self, address: str | SocketAddress, family: str = "ipv4") -> None:
        """Block one address.

        Args: address: text or SocketAddress; family: of a text, "ipv4" or "ipv6".
        Raises: ERR_INVALID_ADDRESS, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE.
        Node: https://nodejs.org/api/net.html#blocklistaddaddressaddress-type
        """
        self._add_(_toAddress(address, family, "address"))

    def addAddresses(self, addresses: Iterable[str | SocketAddress], family: str = "ipv4") -> None:
        """Block several addresses: all, or none if one is invalid."""
        validateArray(addresses, "addresses")
        found = [_toAddress(each, family, f"addresses[{index}]") for index, each in enumerate(addresses)]
        for address in found:
            self._add_(address)

    def addRange(self, start: str | SocketAddress, end: str | SocketAddress, family: str = "ipv4") -> None:
        """Block the range from `start` to `end`, inclusive.

        Raises: as `addAddress`, and ERR_INVALID_ARG_VALUE when `start` comes after `end`.
        Node: https://nodejs.org/api/net.html#blocklistaddrangestart-end-type
        """
        rule, first = _range(start, end, family)
        if rule.first > rule.last:
            raise ERR_INVALID_ARG_VALUE("start", first, "must come before end")
        self._ranges_.insert(0, rule)

    def addSubnet(self, net: str | SocketAddress, prefix: int, family: str = "ipv4") -> None:
        """Block a network.

        Args: net: its address; prefix: number of leading bits, up to 32 or 128.
        Raises: as `addAddress`, and ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/net.html#blocklistaddsubnetnet-prefix-type
        """
        self._subnets_.insert(0, _subnet(_toAddress(net, family, "network"), prefix))

    def addCIDR(self, cidr: str) -> None:
        """Block a network written as "10.0.0.0/8"; the family follows from the text."""
        self._subnets_.insert(0, _cidr(cidr, "cidr"))

    def addCIDRs(self, cidrs: Iterable[str]) -> None:
        """Block several networks: all, or none if one is invalid."""
        validateArray(cidrs, "cidrs")
        for rule in [_cidr(each, f"cidrs[{index}]") for index, each in enumerate(cidrs)]:
            self._subnets_.insert(0, rule)

    def _add_(self, address: SocketAddress) -> None:
        number = _number(address)
        self._addresses_.pop(number, None)  # added again, it counts as the newest
        self._addresses_[number] = f"Address: {_NAMES[address.family]} {address.address}"

    # -- removing

    def removeAddress(self, address: str | SocketAddress, family: str = "ipv4") -> None:
        """Remove the rule of `addAddress`, if there is one."""
        self._addresses_.pop(_number(_toAddress(address, family, "address")), None)

    def removeRange(self, start: str | SocketAddress, end: str | SocketAddress, family: str = "ipv4") -> None:
        """Remove the rule of `addRange` with the same ends."""
        _discard(self._ranges_, _range(start, end, family)[0].text)

    def removeSubnet(self, net: str | SocketAddress, prefix: int, family: str = "ipv4") -> None:
        """Remove the rule of `addSubnet` with the same address and prefix."""
        _discard(self._subnets_, _subnet(_toAddress(net, family, "network"), prefix).text)

    def removeCIDR(self, cidr: str) -> None:
        """Remove the rule of `addCIDR`."""
        _discard(self._subnets_, _cidr(cidr, "cidr").text)

    def clear(self) -> None:
        """Remove all rules."""
        self._addresses_.clear()
        self._subnets_.clear()
        self._ranges_.clear()

    # -- asking

    def check(self, address: str | SocketAddress, family: str = "ipv4") -> bool:
        """True when a rule matches the address; False for anything that is not an address.

        Raises: ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/net.html#blocklistcheckaddress-type
        """
        if not isinstance(address, SocketAddress):
            validateString(address, "address")
            validateString(family, "family")
            try:
                address = SocketAddress(address=address, family=family)
            except (ERR_INVALID_ADDRESS, ERR_INVALID_ARG_VALUE):
                return False
        number, isV4 = _number(address), address.family == "ipv4"
        if number in self._addresses_:
            return True
        if any(rule.first <= number <= rule.last for rule in self._subnets_):
            return True
        return any(rule.first <= number <= rule.last and (rule.crosses or not isV4) for rule in self._ranges_)

    @property
    def rules(self) -> list[str]:
        """The rules in words: "Subnet: IPv4 10.0.0.0/8". Node: https://nodejs.org/api/net.html#blocklistrules"""
        return [
            *reversed(self._addresses_.values()),
            *(rule.text for rule in self._subnets_),
            *(rule.text for rule in self._ranges_),
        ]

    @property
    def size(self) -> int:
        """How many rules there are."""
        return len(self._addresses_) + len(self._subnets_) + len(self._ranges_)

    def toJSON(self) -> list[str]:
        """The rules, for `fromJSON`. Node: https://nodejs.org/api/net.html#blocklisttojson"""
        return self.rules

    def fromJSON(self, data: str | Iterable[str]) -> None:
        """Add rules that another list exported with `toJSON`; unknown ones are skipped.

        Args: data: a list of texts, or the JSON of one.
        Raises: ERR_INVALID_ARG_TYPE, and as the methods that add; ValueError when a text is no JSON.
        Node: https://nodejs.org/api/net.html#blocklistfromjsondata
        """
        if isinstance(data, str):
            data = json.loads(data)
        if not isinstance(data, (list, tuple)) or not all(isinstance(each, str) for each in data):
            raise ERR_INVALID_ARG_TYPE("data", ["string", "string[]"], data)
        for text in data:
            self._parseRule_(text)

    def _parseRule_(self, text: str) -> None:
        for kind, pattern in _PATTERNS:
            found = pattern.search(text)
            if found is None:
                continue
            family = found[1].lower()
            if kind == "Address":
                self.addAddress(found[2], family)
            elif kind == "Range":
                self.addRange(found[2], found[3], family)
            else:
                self.addSubnet(found[2], int(found[3]), family)
            return

    def __repr__(self) -> str:
        return f"BlockList {{ rules: {self.rules!r} }}"


def _patterns() -> Iterable[tuple[str, re.Pattern[str]]]:
    for family, address in (("IPv4", r"(?:\d{1,3}\.){3}\d{1,3}"), ("IPv6", r"[0-9A-Fa-f:]{1,39}(?:\.\d{1,3}){0,3}")):
        yield "Subnet", re.compile(rf"Subnet: ({family}) ({address})/(\d{{1,3}})")
        yield "Address", re.compile(rf"Address: ({family}) ({address})")
        yield "Range", re.compile(rf"Range: ({family}) ({address})-({address})")


_PATTERNS = tuple(_patterns())


def _toAddress(address: Any, family: Any, name: str) -> SocketAddress:
    if isinstance(address, SocketAddress):
        return address
    validateString(address, name)
    validateString(family, "family")
    return SocketAddress(address=address, family=family)


def _number(address: SocketAddress) -> int:
    if address.family == "ipv4":
        return _MAPPED | int.from_bytes(pack(address.address, socket.AF_INET) or b"", "big")
    return int.from_bytes(pack(address.address, socket.AF_INET6) or b"", "big")


def _range(start: Any, end: Any, family: Any) -> tuple[_Rule, SocketAddress]:
    first, last = _toAddress(start, family, "start"), _toAddress(end, family, "end")
    low, high = _number(first), _number(last)
    crosses = low >> 32 == high >> 32 == _MAPPED >> 32
    text = f"Range: {_NAMES[first.family]} {first.address}-{last.address}"
    return _Rule(low, high, crosses, text), first


def _subnet(net: SocketAddress, prefix: Any) -> _Rule:
    bits = _BITS[net.family]
    validateInt32(prefix, "prefix", 0, bits)
    rest = bits - int(prefix)
    first = _number(net) >> rest << rest
    text = f"Subnet: {_NAMES[net.family]} {net.address}/{int(prefix)}"
    return _Rule(first, first | ((1 << rest) - 1), True, text)


def _cidr(cidr: Any, name: str) -> _Rule:
    validateString(cidr, name)
    net, slash, prefix = cidr.rpartition("/")
    if not slash:
        raise ERR_INVALID_ARG_VALUE("cidr", cidr, 'must contain a prefix length (e.g. "10.0.0.0/8")')
    if not _PREFIX.match(prefix):
        raise ERR_INVALID_ARG_VALUE("cidr", cidr, "prefix length must be a valid integer")
    return _subnet(SocketAddress(address=net, family="ipv6" if ":" in net else "ipv4"), int(prefix))


def _discard(rules: list[_Rule], text: str) -> None:
    for index, rule in enumerate(rules):
        if rule.text == text:
            del rules[index]
            return
