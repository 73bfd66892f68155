"""util.diff."""

from __future__ import annotations

from typing import Any

import pytest
import utilcases

from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.util import diff


def testRecordedCases() -> None:
    utilcases.check("diff")


def testNothingAgainstNothing() -> None:
    """Node 26.10 raises for two empty lists."""
    assert diff([], []) == diff("", "") == []


@pytest.mark.parametrize(
    "actual, expected, message",
    [
        (5, "x", 'The "actual" argument must be of type string. Received type number (5)'),
        ([5], ["x"], 'The "actual[0]" argument must be of type string. Received type number (5)'),
        ("x", None, 'The "expected" argument must be of type string. Received undefined'),
    ],
)
def testWrongArguments(actual: Any, expected: Any, message: str) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE) as caught:
        diff(actual, expected)
    assert str(caught.value) == message
