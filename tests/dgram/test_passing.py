"""Datagram sockets that are handed to another process."""

from __future__ import annotations

import pytest_twisted

from nodecompat import dgram
from nodecompat.dgram.passing import descriptorOf
from nodecompat.events import once

check = pytest_twisted.ensureDeferred


@check
async def testABoundSocketHasADescriptor() -> None:
    made = dgram.createSocket("udp4")
    assert descriptorOf(made) == -1
    await once(made.bind(0, "127.0.0.1"), "listening")
    assert descriptorOf(made) >= 0
    made.close()
    assert descriptorOf(made) == -1
