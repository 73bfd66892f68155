"""The faults of a peer."""

from __future__ import annotations

import pytest

from nodecompat.errors import NodeError
from nodecompat.websocket.protocol import faults


@pytest.mark.parametrize("code", [1000, 1003, 1007, 1014, 3000, 4999])
def testCodesThatAreSent(code: int) -> None:
    assert faults.isSendable(code)


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535])
def testCodesThatAreNot(code: int) -> None:
    assert not faults.isSendable(code)


def testAFailureHasBothWordings() -> None:
    error = faults.failure(faults.OPCODE, 3)
    assert (error.name, error.code, error.message) == (
        *("RangeError", "WS_ERR_INVALID_OPCODE", "Invalid WebSocket frame: invalid opcode 3"),
    )
    assert isinstance(error, ValueError) and (error.status, error.reason) == (1002, "Invalid opcode received")
    error = faults.failure(faults.TEXT)
    assert (error.name, error.code, error.status) == ("Error", "WS_ERR_INVALID_UTF8", 1007)


def testWhatCannotBeUnpackedKeepsItsCode() -> None:
    error = faults.inflateFailure(NodeError("invalid block type", code="Z_DATA_ERROR", errno=-3))
    assert (error.code, error.message, error.status, error.reason) == (
        *("Z_DATA_ERROR", "invalid block type", 1007, "invalid block type"),
    )
