"""Fault 34: a Unix path that is too long is refused, never cut."""

from __future__ import annotations

from pathlib import Path

import pytest_twisted
from faultbed import event, settled

from nodecompat import net


@pytest_twisted.ensureDeferred
async def testListenAndConnect(tmp_path: Path) -> None:
    path = str(tmp_path / ("x" * 130))
    server = net.createServer()
    server.listen(path)
    error = await event(server, "error")
    assert (error.code, error.syscall, error.address) == ("EINVAL", "listen", path)
    assert list(tmp_path.iterdir()) == []
    assert (await event(net.connect(path), "error")).code == "EINVAL"
    await settled()
