"""The states of a handle."""

from __future__ import annotations

import errno

import pytest

from nodecompat.reactor import state


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (state.NEW, 0),
        (state.CONNECTING, -errno.EALREADY),
        (state.OPEN, -errno.EISCONN),
        (state.SHUTTING, -errno.EISCONN),
        (state.SHUT, -errno.EISCONN),
        (state.CLOSED, -errno.EBADF),
    ],
)
def testWhenConnectIsTheNextStep(now: int, expected: int) -> None:
    assert state.whyNotConnect(now) == expected


def testTheStatesAreInTheOrderOfALife() -> None:
    """Handles compare them: from OPEN up to CLOSED there is a connection."""
    life = [state.NEW, state.CONNECTING, state.OPEN, state.SHUTTING, state.SHUT, state.CLOSED]
    assert life == sorted(set(life))
