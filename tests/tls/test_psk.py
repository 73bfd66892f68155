"""Answers of a pskCallback. Connections are compared with Node in test_features.py."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.errors import NodeError
from nodecompat.tls.psk import clientKey, serverKey


def testWhatAClientMayAnswer() -> None:
    assert clientKey(None) is None
    assert clientKey({"psk": bytearray(b"key"), "identity": "mé"}) == ("mé".encode(), b"key")


def testWhatAServerMayAnswer() -> None:
    assert serverKey(None) is None
    assert serverKey(memoryview(b"key")) == serverKey({"psk": b"key"}) == b"key"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("x", "ERR_INVALID_ARG_TYPE"),
        ({"identity": "me"}, "ERR_INVALID_ARG_TYPE"),
        ({"psk": b"key"}, "ERR_INVALID_ARG_TYPE"),
        ({"psk": bytes(513), "identity": "me"}, "ERR_INVALID_ARG_VALUE"),
        ({"psk": b"key", "identity": "m" * 257}, "ERR_INVALID_ARG_VALUE"),
    ],
)
def testWhatAClientMayNotAnswer(answer: Any, code: str) -> None:
    with pytest.raises(NodeError) as caught:
        clientKey(answer)
    assert caught.value.code == code


@pytest.mark.parametrize("answer", ["x", 5, {"psk": "x"}, {}])
def testWhatAServerMayNotAnswer(answer: Any) -> None:
    with pytest.raises(NodeError) as caught:
        serverKey(answer)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"
