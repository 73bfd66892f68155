"""The names of the module, loaded when they are used."""

from __future__ import annotations

import pytest
from program import python

from nodecompat import websocket


@pytest.mark.parametrize("name", websocket.__all__)
def testEachNameIsThere(name: str) -> None:
    assert getattr(websocket, name).__name__ == name


def testWhatIsNotThere() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'createServer'"):
        websocket.createServer  # noqa: B018


def testAClientLoadsNoServer() -> None:
    source = "import sys; from nodecompat import WebSocket; print('nodecompat.websocket.server' in sys.modules)"
    assert python("-c", source)[:2] == (0, "False\n")
