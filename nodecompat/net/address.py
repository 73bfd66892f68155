"""Numeric addresses: `isIPv4`, `isIPv6`, `SocketAddress`.

Follows lib/internal/net.js and lib/internal/socketaddress.js of Node 26 by behaviour. Differs: a flow label above
20 bits, which stops Node itself with a failed assertion, is ERR_OUT_OF_RANGE.
"""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING, Any

from ..errors import ERR_INVALID_ADDRESS, ERR_INVALID_ARG_VALUE
from ..ip import isIP, pack
from ..optionbags import check
from ..validators import validateInteger, validateObject, validatePort, validateString, validateUint32
from .options import SocketAddressInitOptions, merge

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

#: Largest flow label of an IPv6 header, 20 bits.
MAX_FLOW_LABEL = 0xFFFFF

_FAMILIES = {"ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}
#: The prefix that makes an IPv6 address of an IPv4 one: ::ffff:0:0/96.
MAPPED_PREFIX = b"\0" * 10 + b"\xff\xff"


def isIPv4(input: Any) -> bool:
    """True for an IPv4 address. Node: https://nodejs.org/api/net.html#netisipv4input"""
    return isIP(input) == 4


def isIPv6(input: Any) -> bool:
    """True for an IPv6 address. Node: https://nodejs.org/api/net.html#netisipv6input"""
    return isIP(input) == 6


class SocketAddress:
    """An immutable address, port and, for IPv6, flow label.

    Args:
        options: SocketAddressInitOptions, as a mapping or as keywords: `address`, `family` ("ipv4" or "ipv6"),
            `flowlabel`, `port`. The defaults are 127.0.0.1 (:: for ipv6) and 0.
    Raises: ERR_INVALID_ADDRESS, ERR_INVALID_ARG_VALUE, ERR_INVALID_ARG_TYPE, ERR_SOCKET_BAD_PORT, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/net.html#class-netsocketaddress
    """

    __slots__ = ("_address_", "_family_", "_flowlabel_", "_port_")

    def __init__(
        self, options: SocketAddressInitOptions | Bag | None = None, **keywords: Unpack[SocketAddressInitOptions]
    ) -> None:
        check(SocketAddressInitOptions, options, keywords)
        if options is not None:
            validateObject(options, "options")
        given = merge(options, keywords)
        self._family_ = _familyName(given.get("family"))
        address = given.get("address")
        if address is None:
            address = "127.0.0.1" if self._family_ == "ipv4" else "::"
        validateString(address, "options.address")
        port = given.get("port")
        self._port_ = validatePort(0 if port is None else port, "options.port")
        flowlabel = given.get("flowlabel")
        self._flowlabel_ = 0 if flowlabel is None else flowlabel
        validateUint32(self._flowlabel_, "options.flowlabel")
        validateInteger(self._flowlabel_, "options.flowlabel", 0, MAX_FLOW_LABEL)
        family = _FAMILIES[self._family_]
        packed = pack(address.partition("%")[0] if family == socket.AF_INET6 else address, family)
        if packed is None:
            raise ERR_INVALID_ADDRESS()
        self._address_ = socket.inet_ntop(family, packed)

    @property
    def address(self) -> str:
        """The address in its shortest form. Node: https://nodejs.org/api/net.html#socketaddressaddress"""
        return self._address_

    @property
    def family(self) -> str:
        """ "ipv4" or "ipv6". Node: https://nodejs.org/api/net.html#socketaddressfamily"""
        return self._family_

    @property
    def flowlabel(self) -> int:
        """The flow label, 0 for IPv4. Node: https://nodejs.org/api/net.html#socketaddressflowlabel"""
        return self._flowlabel_

    @property
    def port(self) -> int:
        """The port. Node: https://nodejs.org/api/net.html#socketaddressport"""
        return self._port_

    @staticmethod
    def isSocketAddress(value: Any) -> bool:
        """True for a SocketAddress."""
        return isinstance(value, SocketAddress)

    @staticmethod
    def parse(input: str) -> SocketAddress | None:
        """Parse "1.2.3.4:1234" or "[::1]:1234"; the port is optional. None for anything else.

        As in Node the text is parsed as the host of an http URL: 80 counts as no port, "1" is 0.0.0.1 and "0x7f.1"
        is 127.0.0.1.
        Raises: ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/net.html#socketaddressparseinput
        """
        validateString(input, "input")
        found = _HOST_AND_PORT.match(input.strip())
        if found is None or (number := int(found["port"] or 0)) > 0xFFFF:
            return None
        port = 0 if number == 80 else number
        if found["six"] is not None:
            packed = pack(found["six"], socket.AF_INET6)
            return None if packed is None else SocketAddress(address=found["six"], port=port, family="ipv6")
        address = _urlHost(found["four"])
        return None if address is None else SocketAddress(address=address, port=port)

    def toJSON(self) -> dict[str, Any]:
        """The fields as a dict."""
        return {"address": self._address_, "port": self._port_, "family": self._family_, "flowlabel": self._flowlabel_}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SocketAddress) and self.toJSON() == other.toJSON()

    def __hash__(self) -> int:
        return hash((self._address_, self._port_, self._family_, self._flowlabel_))

    def __repr__(self) -> str:
        return (
            f"SocketAddress {{ address: '{self._address_}', port: {self._port_}, family: '{self._family_}',"
            f" flowlabel: {self._flowlabel_} }}"
        )


def _familyName(family: Any) -> str:
    if family is None:
        return "ipv4"
    name = family.lower() if isinstance(family, str) else None
    if name not in _FAMILIES:
        raise ERR_INVALID_ARG_VALUE("options.family", family)
    return str(name)


#: What may appear between "http://" and the end of an authority, if it can be an address.
_HOST_AND_PORT = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<four>[0-9A-Fa-fxX.]+))(?::(?P<port>\d*))?(?:[/?#].*)?\Z"
)
_URL_NUMBER = re.compile(r"0[xX][0-9A-Fa-f]*\Z|[0-9]+\Z")


def _urlHost(host: str) -> str | None:
    """An IPv4 address as in URLs: one to four numbers, the last fills the rest; also octal and hex."""
    parts = host.split(".")
    if parts[-1] == "" and len(parts) > 1:
        parts.pop()
    if len(parts) > 4 or not all(_URL_NUMBER.match(part) for part in parts):
        return None
    try:
        *heads, last = [_urlNumber(part) for part in parts]
    except ValueError:  # not an octal digit
        return None
    if any(number > 255 for number in heads) or last >= 256 ** (4 - len(heads)):
        return None
    value = last + sum(number << (8 * (3 - index)) for index, number in enumerate(heads))
    return socket.inet_ntop(socket.AF_INET, value.to_bytes(4, "big"))


def _urlNumber(part: str) -> int:
    if part[:2] in ("0x", "0X"):
        return int(part[2:] or "0", 16)
    return int(part, 8) if len(part) > 1 and part[0] == "0" else int(part)
