"""Random values; arguments and errors are compared with Node's in tests/comparisons/crypto.py."""

from __future__ import annotations

import array
import uuid
from typing import Any

import pytest
import pytest_twisted

from nodecompat import crypto
from nodecompat.buffer import Buffer
from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.util import promisify

check = pytest_twisted.ensureDeferred


@check
async def testAPromisifiedFormAnswers() -> None:
    assert len(await promisify(crypto.randomBytes)(9)) == 9
    assert await promisify(crypto.randomInt)(1, 2) == 1
    target = bytearray(20)
    assert await promisify(crypto.randomFill)(target) is target
    assert any(target)


def testAViewOfABufferIsFilled() -> None:
    whole = Buffer.alloc(30)
    crypto.randomFillSync(memoryview(whole)[10:20])
    assert (whole[:10], whole[20:]) == (bytes(10), bytes(10))
    assert any(whole)


def testItemsAreCounted() -> None:
    numbers = array.array("I", [0] * 4)
    crypto.randomFillSync(numbers, 1, 2)
    assert (numbers[0], numbers[3]) == (0, 0)
    assert numbers[1] | numbers[2]


def testBytesCannotBeFilled() -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE):
        crypto.randomFillSync(b"abc")


@pytest.mark.parametrize("make, version", [(crypto.randomUUID, 4), (crypto.randomUUIDv7, 7)])
def testPythonReadsTheIdentifiers(make: Any, version: int) -> None:
    found = uuid.UUID(make())
    assert (found.version, found.variant) == (version, uuid.RFC_4122)


def testEveryNumberComes() -> None:
    assert {crypto.randomInt(-2, 3) for _ in range(2000)} == {-2, -1, 0, 1, 2}
