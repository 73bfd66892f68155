"""Lists of name servers: their syntax, and the system's."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import ERR_INVALID_IP_ADDRESS
from ..ip import isIP, pack
from ..reactor.names.queries import Server
from ..validators import validateArray, validatePort, validateString

DNS_PORT = 53
#: The system's name servers and hosts.
RESOLV_CONF = Path("/etc/resolv.conf")
HOSTS = Path("/etc/hosts")

_BRACKETED = re.compile(r"\[([^\[\]]*)\](?::(\d+))?\Z")
_WITH_PORT = re.compile(r"(.+):(\d+)\Z")


def parseServers(servers: Any) -> list[Server]:
    """Parse addresses, with or without a port: "1.2.3.4", "1.2.3.4:53", "::1", "[::1]:53"."""
    validateArray(servers, "servers")
    found: dict[Server, None] = {}
    for index, text in enumerate(servers):
        validateString(text, f"servers[{index}]")
        found[_parse(text)] = None
    return list(found)


def formatServer(server: Server) -> str:
    """The text of a server; the default port is omitted."""
    if server.port == DNS_PORT:
        return server.address
    return f"[{server.address}]:{server.port}" if ":" in server.address else f"{server.address}:{server.port}"


def systemServers() -> list[Server]:
    """The servers in resolv.conf, or this machine."""
    addresses = [words[1] for words in _lines(RESOLV_CONF) if words[0] == "nameserver" and len(words) > 1]
    found = dict.fromkeys(Server(_bare(address), DNS_PORT) for address in addresses if isIP(address))
    return list(found) or [Server("127.0.0.1", DNS_PORT)]


def hostsOf(address: str) -> list[str]:
    """The names of an address in the system's hosts file, in order."""
    wanted = _packed(address)
    return [name for words in _lines(HOSTS) if isIP(words[0]) and _packed(words[0]) == wanted for name in words[1:]]


def _parse(text: str) -> Server:
    if isIP(text):
        return Server(_bare(text), DNS_PORT)
    match = _BRACKETED.match(text) or _WITH_PORT.match(text)
    if match is None or not isIP(match[1]):
        raise ERR_INVALID_IP_ADDRESS(text)
    port = validatePort(int(match[2])) if match[2] else DNS_PORT
    return Server(_bare(match[1]), port or DNS_PORT)


def _bare(address: str) -> str:
    return address.partition("%")[0]


def _packed(address: str) -> bytes | None:
    return pack(_bare(address), socket.AF_INET6 if ":" in address else socket.AF_INET)


def _lines(path: Path) -> Iterable[list[str]]:
    """The words of each line, without comments."""
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return []
    return [words for line in text.splitlines() if (words := re.split(r"[#;]", line)[0].split())]
