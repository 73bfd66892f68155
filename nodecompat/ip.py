"""What is a numeric address: the rule of `net.isIP`, which `dns` asks too.

Follows lib/internal/net.js of Node 26 by behaviour.
"""

from __future__ import annotations

import re
import socket
from typing import Any

_ZONE = re.compile(r"[0-9A-Za-z.:-]+\Z")


def isIP(input: Any) -> int:
    """6 for an IPv6 address, 4 for an IPv4 address in dotted form without leading zeroes, else 0.

    Node: https://nodejs.org/api/net.html#netisipinput
    """
    if not isinstance(input, str):
        return 0
    if ":" not in input:
        return 4 if pack(input, socket.AF_INET) is not None else 0
    bare, percent, zone = input.partition("%")
    if percent and not _ZONE.match(zone):
        return 0
    return 6 if pack(bare, socket.AF_INET6) is not None else 0


def pack(text: str, family: int) -> bytes | None:
    """The bytes of a numeric address, None for anything else."""
    try:
        return socket.inet_pton(family, text)
    except (OSError, ValueError):  # ValueError: a NUL, or no encoding for the text
        return None
