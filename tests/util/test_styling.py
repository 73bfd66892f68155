"""util.styleText."""

from __future__ import annotations

import io
from typing import Any

import pytest
import utilcases

from nodecompat.errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, NodeError
from nodecompat.util import styleText


def testRecordedCases() -> None:
    utilcases.check("styleText")


class Terminal(io.StringIO):
    isTTY = True


@pytest.fixture(autouse=True)
def plainEnvironment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)


def testOnlyTerminalsShowColors() -> None:
    assert styleText("red", "x", stream=Terminal()) == "\x1b[31mx\x1b[39m"
    assert styleText("red", "x", {"stream": io.StringIO()}) == "x"
    assert styleText("red", "x") == "x"  # pytest's stdout is no terminal


@pytest.mark.parametrize(
    "variable, value, isStyled",
    [
        ("NO_COLOR", "1", False),
        ("NO_COLOR", "", True),
        ("TERM", "dumb", False),
        ("FORCE_COLOR", "0", False),
        ("FORCE_COLOR", "1", True),
    ],
)
def testTheEnvironmentDecides(variable: str, value: str, isStyled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    assert styleText("bold", "x", stream=Terminal()) == ("\x1b[1mx\x1b[22m" if isStyled else "x")


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        (("red", 5), ERR_INVALID_ARG_TYPE, 'The "text" argument must be of type string. Received type number (5)'),
        (
            ("red", "x", {"validateStream": 5}),
            ERR_INVALID_ARG_TYPE,
            'The "options.validateStream" property must be of type boolean. Received type number (5)',
        ),
        (
            ("red", "x", {"stream": 5}),
            ERR_INVALID_ARG_TYPE,
            'The "stream" argument must be an instance of ReadableStream, WritableStream, or Stream. Received '
            "type number (5)",
        ),
        (
            ("#ff", "x"),
            ERR_INVALID_ARG_VALUE,
            "The argument 'format' must be a valid hex color (#RGB or #RRGGBB). Received '#ff'",
        ),
    ],
)
def testWrongArguments(arguments: Any, error: type[NodeError], message: str) -> None:
    with pytest.raises(error) as caught:
        styleText(*arguments)
    assert str(caught.value) == message
