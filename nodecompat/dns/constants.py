"""The flags of getaddrinfo that `dns` has as constants."""

from __future__ import annotations

import socket

#: Look up only families that a local address is configured for.
ADDRCONFIG = int(getattr(socket, "AI_ADDRCONFIG", 32))
#: With family 6, map IPv4 addresses when there are no IPv6 addresses.
V4MAPPED = int(getattr(socket, "AI_V4MAPPED", 8))
#: With V4MAPPED, both kinds.
ALL = int(getattr(socket, "AI_ALL", 16))
