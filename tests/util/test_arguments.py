"""util.parseArgs."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import utilcases

from nodecompat.errors import NodeError
from nodecompat.util import parseArgs


def testRecordedCases() -> None:
    utilcases.check("parseArgs")


def testTheArgumentsOfTheProgram(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["program.py", "-v", "name"])
    found = parseArgs(options={"verbose": {"type": "boolean", "short": "v"}}, allowPositionals=True)
    assert (found.values, found.positionals, found.tokens) == ({"verbose": True}, ["name"], None)
    assert found["values"]["other"] is None


@pytest.mark.parametrize(
    "config, code, message",
    [
        (
            {"args": 5},
            "ERR_INVALID_ARG_TYPE",
            'The "args" argument must be an instance of Array. Received type number (5)',
        ),
        (
            {"options": 5},
            "ERR_INVALID_ARG_TYPE",
            'The "options" argument must be of type object. Received type number (5)',
        ),
        (
            {"options": {"a": 5}},
            "ERR_INVALID_ARG_TYPE",
            'The "options.a" property must be of type object. Received type number (5)',
        ),
        (
            {"options": {"a": {"type": "x"}}},
            "ERR_INVALID_ARG_TYPE",
            "The \"options.a.type\" property must be ('string|boolean'). Received type string ('x')",
        ),
        (
            {"options": {"a": {"type": "string", "short": 5}}},
            "ERR_INVALID_ARG_TYPE",
            'The "options.a.short" property must be of type string. Received type number (5)',
        ),
        (
            {"options": {"a": {"type": "string", "multiple": 5}}},
            "ERR_INVALID_ARG_TYPE",
            'The "options.a.multiple" property must be of type boolean. Received type number (5)',
        ),
        (
            {"options": {"a": {"type": "boolean", "multiple": True, "default": ["x"]}}},
            "ERR_INVALID_ARG_TYPE",
            "The \"options.a.default[0]\" property must be of type boolean. Received type string ('x')",
        ),
        (
            {"strict": 5},
            "ERR_INVALID_ARG_TYPE",
            'The "strict" argument must be of type boolean. Received type number (5)',
        ),
    ],
)
def testWrongConfigurations(config: Any, code: str, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        parseArgs({"args": [], **config})
    assert (caught.value.code, str(caught.value)) == (code, message)
