"""The escape sequences; what is written where is compared with Node's in tests/comparisons/readline.py."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat import readline
from nodecompat.errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_CURSOR_POS
from nodecompat.readline.cursor import eraseOf, moveOf, moveTo


def testSequences() -> None:
    assert [eraseOf(each) for each in (-1, -5, 0, 1, 5)] == ["\x1b[1K", "\x1b[1K", "\x1b[2K", "\x1b[0K", "\x1b[0K"]
    assert (moveTo(0, None), moveTo(2, 3)) == ("\x1b[1G", "\x1b[4;3H")
    assert (moveOf(0, 0), moveOf(2, -1), moveOf(-3, 4)) == ("", "\x1b[2C\x1b[1A", "\x1b[3D\x1b[4B")


def testARowNeedsAColumn() -> None:
    with pytest.raises(ERR_INVALID_CURSOR_POS):
        readline.cursorTo(Writing(), None, 3)


@pytest.mark.parametrize("name", ["clearLine", "cursorTo", "moveCursor"])
def testACallbackIsAFunction(name: str) -> None:
    call: Any = getattr(readline, name)
    with pytest.raises(ERR_INVALID_ARG_TYPE, match="callback"):
        call(Writing(), 1, *([2] if name != "clearLine" else []), 5)


class Writing:
    """A stream that is full at once."""

    def write(self, *arguments: Any) -> bool:
        return False


def testTheStreamSaysWhetherItIsFull() -> None:
    assert (readline.clearLine(Writing(), 0), readline.moveCursor(Writing(), 0, 0)) == (False, True)


@pytest_twisted.ensureDeferred
async def testTheCallbackNeedNotLookAtTheError() -> None:
    told: Deferred[None] = Deferred()
    assert readline.cursorTo(None, 1, lambda: told.callback(None))
    await told
