"""The causes of failed fetches that no server of ours provokes."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.reactor.twisted.httpclient import Problem
from nodecompat.web.failures import causeOf


@pytest.mark.parametrize(
    "kind, message, name, code",
    [
        ("tls", "wrong version number", "Error", "ERR_SSL_WRONG_VERSION_NUMBER"),
        ("connectTimeout", "", "ConnectTimeoutError", "UND_ERR_CONNECT_TIMEOUT"),
        ("headersTimeout", "", "HeadersTimeoutError", "UND_ERR_HEADERS_TIMEOUT"),
        ("bodyTimeout", "", "BodyTimeoutError", "UND_ERR_BODY_TIMEOUT"),
        ("read", "", "Error", "ECONNRESET"),
        ("lookup", "", "Error", "ENOTFOUND"),
        ("other", "what it said", "Error", None),
    ],
)
def testCauses(kind: str, message: str, name: str, code: Any) -> None:
    cause = causeOf(Problem(kind, -1, message, "a", 80, code if kind == "tls" else ""))
    assert (cause.name, cause.code) == (name, code)


def testAConnectTimeoutTellsWhere() -> None:
    cause = causeOf(Problem("connectTimeout", -1, "", "a", 80))
    assert str(cause) == "Connect Timeout Error (attempted address: a:80)"
