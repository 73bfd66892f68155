"""The tables of states, and the default marks."""

from __future__ import annotations

from typing import Any

import pytest
from streamlog import silent, sink

from nodecompat.errors import NodeError
from nodecompat.stream import Readable, getDefaultHighWaterMark, setDefaultHighWaterMark
from nodecompat.stream.core import state


@pytest.mark.parametrize(
    ("names", "moves"),
    [
        (state.LIFE_NAMES, state.LIFE_MOVES),
        (state.READ_NAMES, state.READ_MOVES),
        (state.WRITE_NAMES, state.WRITE_MOVES),
    ],
)
def testTablesAreComplete(names: Any, moves: Any) -> None:
    assert set(names) == set(moves)
    assert {target for targets in moves.values() for target in targets} <= set(names)


@pytest.mark.skipif(not __debug__, reason="python -O drops assertions")
def testAnImpossibleMoveIsAnAssertion() -> None:
    with pytest.raises(AssertionError, match=r"life: LIVE -> GONE"):
        silent()._moveLife_(state.GONE)
    with pytest.raises(AssertionError, match=r"write: OPEN -> FINAL"):
        sink()._moveWrite_(state.FINAL)
    stream = silent()
    stream._moveRead_(state.END_EMITTED)
    with pytest.raises(AssertionError, match=r"read: END_EMITTED -> ENDED"):
        stream._moveRead_(state.ENDED)


def testGatesFollowTheStates() -> None:
    stream = sink()
    assert stream._writeGate_ == 0
    stream.cork()
    stream.end()
    assert stream._writeGate_ == state.AT_END
    stream.destroy()
    assert stream._writeGate_ == state.AT_END | state.IS_DESTROYED


def testDefaultMarks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (getDefaultHighWaterMark(), getDefaultHighWaterMark(True)) == (65536, 16)
    for objectMode, mark in state.defaultMarks.items():
        monkeypatch.setitem(state.defaultMarks, objectMode, mark)  # put back at the end
    setDefaultHighWaterMark(False, 100)
    setDefaultHighWaterMark(True, 3)
    assert Readable().readableHighWaterMark == 100
    assert Readable(objectMode=True).readableHighWaterMark == 3


@pytest.mark.parametrize("value", [-1, "x", 1.5])
def testAWrongDefaultRaises(value: Any) -> None:
    with pytest.raises(NodeError, match=r'"value"'):
        setDefaultHighWaterMark(False, value)
