"""What is a numeric address, as Node says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from oracle import evaluate, needsNode

from nodecompat import net

V4 = ("1.2.3.4", "0.0.0.0", "255.255.255.255")
V6 = (
    "::",
    "::1",
    "::1%lo",
    "fe80::1%eth0.1",
    "::ffff:1.2.3.4",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::",
    "FE80::A",
    "::1%25",
)
NEITHER = (
    "01.2.3.4", "1.2.3", "256.1.1.1", "1.2.3.4 ", " 1.2.3.4", "fe80::1%", "fe80::1%a b", "::1.2.3", "1::2::3", "::G",
    "1:2:3:4:5:6:7:8:9", "12345::", "", "1.2.3.4\n", "fe80::1%\u00e9", "::ffff:01.2.3.4", "%", "1%lo", "1.2.3.4\0x",
    "\uff11.2.3.4", "1.2.3.4/24", "localhost",
)  # fmt: skip


@pytest.mark.parametrize("text", V4)
def testIPv4(text: str) -> None:
    assert (net.isIP(text), net.isIPv4(text), net.isIPv6(text)) == (4, True, False)


@pytest.mark.parametrize("text", V6)
def testIPv6(text: str) -> None:
    assert (net.isIP(text), net.isIPv4(text), net.isIPv6(text)) == (6, False, True)


@pytest.mark.parametrize("value", [*NEITHER, None, 5, True, b"1.2.3.4"])
def testNoAddress(value: Any) -> None:
    assert (net.isIP(value), net.isIPv4(value), net.isIPv6(value)) == (0, False, False)


@needsNode
def testSameVerdictAsNode() -> None:
    texts = [*V4, *V6, *NEITHER]
    assert [net.isIP(text) for text in texts] == evaluate(
        f"console.log(JSON.stringify({json.dumps(texts)}.map(require('net').isIP)))"
    )
