"""The server's half of the opening handshake: what a request must say, and the answers to one that does not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..coercion import toNumber
from ..errors import NodeError, toText
from ..http import STATUS_CODES
from .protocol import deflate
from .protocol.headers import HeaderError, acceptFor, formatExtension, parseExtensions, parseProtocols

_isKey = re.compile(r"[+/0-9A-Za-z]{22}==\Z").match
_VERSIONS = (13, 8)


class Refused(NodeError):
    """A request that is no handshake.

    `status` and `headers` are those of the answer.
    """

    def __init__(self, message: str, status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers: Mapping[str, str] = headers or {}


class Handshake:
    """What a client asks for.

    Args: req: the request.
    Raises: Refused, as its methods do.
    """

    def __init__(self, req: Any) -> None:
        headers = req.headers
        key, version = headers.get("sec-websocket-key"), toNumber(headers.get("sec-websocket-version"))
        if req.method != "GET":
            raise Refused("Invalid HTTP method", 405)
        if (headers.get("upgrade") or "").lower() != "websocket":
            raise Refused("Invalid Upgrade header")
        if key is None or not _isKey(key):
            raise Refused("Missing or invalid Sec-WebSocket-Key header")
        if version not in _VERSIONS:
            raise Refused("Missing or invalid Sec-WebSocket-Version header", headers={"Sec-WebSocket-Version": "13, 8"})
        self.key: str = key
        #: The page that has made the request.
        self.origin: str | None = headers.get("origin" if version == 13 else "sec-websocket-origin")
        self.protocols: list[str] = []
        self.agreed: deflate.Agreed | None = None
        self._headers = headers

    def readProtocols(self) -> None:
        """The subprotocols to choose from."""
        field = self._headers.get("sec-websocket-protocol")
        if field is None:
            return
        try:
            self.protocols = parseProtocols(field)
        except HeaderError:
            raise Refused("Invalid Sec-WebSocket-Protocol header") from None

    def readExtensions(self, packing: Mapping[str, Any]) -> None:
        """What is agreed on compression.

        Args: packing: the server's options of permessage-deflate.
        """
        field = self._headers.get("sec-websocket-extensions")
        if field is None:
            return
        try:
            offers = [parameters for name, parameters in parseExtensions(field) if name == deflate.NAME]
            if offers:
                self.agreed = deflate.accept(offers, packing)
        except NodeError:
            raise Refused("Invalid or unacceptable Sec-WebSocket-Extensions header") from None

    def answer(self, protocol: str) -> list[str]:
        """The lines of the answer."""
        lines = [
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Accept: {acceptFor(self.key)}",
        ]
        if protocol:
            lines.append(f"Sec-WebSocket-Protocol: {protocol}")
        if self.agreed is not None:
            lines.append(f"Sec-WebSocket-Extensions: {formatExtension(deflate.NAME, self.agreed)}")
        return lines


def refuse(socket: Any, status: int, message: str | None = None, headers: Mapping[str, Any] | None = None) -> None:
    """Answer with an error, and close.

    Args:
        message: the body; the words of the status.
        headers: further fields of the answer, or other values for its own.
    """
    words = STATUS_CODES.get(status, "undefined")
    body = (message or words).encode()
    fields = {"Connection": "close", "Content-Type": "text/html", "Content-Length": len(body), **(headers or {})}
    head = [f"HTTP/1.1 {status} {words}", *(f"{name}: {toText(value)}" for name, value in fields.items())]
    socket.once("finish", socket.destroy)
    socket.end("\r\n".join([*head, "", ""]).encode("latin-1", "replace") + body)
