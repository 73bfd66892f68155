"""Fault 32: a host name with NUL is refused."""

from __future__ import annotations

import pytest

from nodecompat import net
from nodecompat.errors import ERR_INVALID_ARG_VALUE


def testConnect() -> None:
    """CVE-2026-48930, CVE-2026-105482."""
    with pytest.raises(ERR_INVALID_ARG_VALUE, match="must be a string without null bytes"):
        net.connect(80, "localhost\0.example")


def testListen() -> None:
    with pytest.raises(ERR_INVALID_ARG_VALUE, match="must be a string without null bytes"):
        net.createServer().listen(0, "localhost\0.example")
