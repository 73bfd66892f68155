"""Fault 29: address in use, privileged port, bad port."""

from __future__ import annotations

import os

import pytest
import pytest_twisted
from faultbed import event, serve, settled

from nodecompat import net


@pytest_twisted.ensureDeferred
async def testTheSystemsRefusalIsAnEvent() -> None:
    bed = await serve()
    server = net.createServer()
    server.listen(bed.port, "127.0.0.1")
    error = await event(server, "error")
    assert (error.code, error.syscall, error.port) == ("EADDRINUSE", "listen", bed.port)
    await bed.close()


def _unprivileged() -> int:
    with open("/proc/sys/net/ipv4/ip_unprivileged_port_start") as file:
        return int(file.read())


@pytest.mark.skipif(os.geteuid() == 0 or _unprivileged() == 0, reason="every port is allowed here")
@pytest_twisted.ensureDeferred
async def testAPrivilegedPort() -> None:
    server = net.createServer()
    server.listen(1, "127.0.0.1")
    assert (await event(server, "error")).code == "EACCES"
    await settled()


@pytest.mark.parametrize("port", [70000, -1, 1.5, "70000"])
def testABadPortRaises(port: object) -> None:
    with pytest.raises(ValueError) as caught:
        net.createServer().listen(port)
    assert caught.value.code == "ERR_SOCKET_BAD_PORT"  # type: ignore[attr-defined]
