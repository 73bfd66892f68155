"""The error of the HTTP parser."""

from __future__ import annotations

import copy

import pytest

from nodecompat.errors import HTTPParserError


def testAParserError() -> None:
    error = HTTPParserError("HPE_INVALID_METHOD", "Invalid method encountered", 3, b"XXX")
    assert (error.code, str(error), error.bytesParsed) == (
        "HPE_INVALID_METHOD", "Parse Error: Invalid method encountered", 3)  # fmt: skip
    assert str(HTTPParserError("HPE_INVALID_EOF_STATE")) == "Parse Error"


@pytest.mark.parametrize("reason", ["", "Invalid method encountered"])
def testTheReasonIsAFieldToo(reason: str) -> None:
    error = HTTPParserError("HPE_INVALID_METHOD", reason)
    assert (error.reason, error.bytesParsed, error.rawPacket) == (reason, None, None)  # type: ignore[attr-defined]
    assert copy.copy(error).reason == reason  # type: ignore[attr-defined]
