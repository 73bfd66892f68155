"""The server's half of the handshake: requests that are none, and their answers, which are those of `ws`."""

from __future__ import annotations

from typing import Any

import pytest
from websocketbed import ServerBed

from nodecompat.testing import Network


@pytest.mark.parametrize(
    "fields, status, body",
    [
        ({"method": "POST"}, "405 Method Not Allowed", "Invalid HTTP method"),
        ({"upgrade": "websockets"}, "400 Bad Request", "Invalid Upgrade header"),
        ({"sec_websocket_key": None}, "400 Bad Request", "Missing or invalid Sec-WebSocket-Key header"),
        ({"sec_websocket_key": "abc"}, "400 Bad Request", "Missing or invalid Sec-WebSocket-Key header"),
        ({"sec_websocket_version": "12"}, "400 Bad Request", "Missing or invalid Sec-WebSocket-Version header"),
        ({"sec_websocket_version": None}, "400 Bad Request", "Missing or invalid Sec-WebSocket-Version header"),
        ({"sec_websocket_protocol": "a,,b"}, "400 Bad Request", "Invalid Sec-WebSocket-Protocol header"),
    ],
)
def testWhatIsNoHandshake(net: Network, fields: dict[str, Any], status: str, body: str) -> None:
    bed = ServerBed(net)
    peer = bed.connect(**fields)
    head, _, text = peer.take().decode().partition("\r\n\r\n")
    version = "\r\nSec-WebSocket-Version: 13, 8" if "Version" in body else ""
    assert (
        head
        == f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/html\r\nContent-Length: {len(body)}{version}"
    )
    assert text == body and peer.ended and bed.sockets == []


def testTheAnswer(net: Network) -> None:
    peer = ServerBed(net).connect(upgrade="WebSocket", sec_websocket_version="8")
    assert peer.take().decode() == (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
    )


def testCompressionIsAgreedOnlyWhereItIsWanted(net: Network) -> None:
    offer = "x, permessage-deflate; server_max_window_bits=10; client_max_window_bits"
    assert b"Extensions" not in ServerBed(net).connect(sec_websocket_extensions=offer).take()


def testCompression(net: Network) -> None:
    bed = ServerBed(net, perMessageDeflate=True)
    offer = "x, permessage-deflate; server_max_window_bits=10; client_max_window_bits"
    answer = bed.connect(sec_websocket_extensions=offer).take()
    assert b"\r\nSec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n" in answer
    assert bed.sockets[0].extensions == "permessage-deflate"
    assert b"Extensions" not in bed.connect(sec_websocket_extensions="x").take()
    for offer in ("permessage-deflate; x", "permessage-deflate; server_max_window_bits=7", ";"):
        answer = bed.connect(sec_websocket_extensions=offer).take()
        assert answer.endswith(b"Invalid or unacceptable Sec-WebSocket-Extensions header")
