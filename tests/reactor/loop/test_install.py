"""The choice of a reactor by name."""

from __future__ import annotations

import sys

import pytest
from program import python

from nodecompat.reactor.loop.install import REACTORS, installReactor


@pytest.mark.parametrize("name", REACTORS)
def testEachReactorRunsAProgram(name: str) -> None:
    source = f"""
from nodecompat.reactor.loop.install import installReactor
installReactor({name!r})
import sys
import nodecompat
nodecompat.setTimeout(lambda: print(type(sys.modules["twisted.internet.reactor"]).__name__), 1)
nodecompat.run()
"""
    kind = {"epoll": "EPollReactor", "asyncio": "AsyncioSelectorReactor"}.get(name, f"{name.capitalize()}Reactor")
    assert python("-c", source) == (0, kind + "\n", "")


def testASecondReactorIsRefused() -> None:
    assert "twisted.internet.reactor" in sys.modules  # that of the tests
    with pytest.raises(RuntimeError, match="a reactor is installed already"):
        installReactor("select")


@pytest.mark.parametrize("name", ["nosuch", "base"])
def testAReactorThatIsNotHere(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No such module, or one that cannot be installed."""
    monkeypatch.delitem(sys.modules, "twisted.internet.reactor")
    with pytest.raises(RuntimeError, match=f"there is no {name} reactor on this platform"):
        installReactor(name)
