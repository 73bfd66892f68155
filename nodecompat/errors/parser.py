"""The error of the HTTP parser: codes `HPE_…` as llhttp, the parser inside Node, names them."""

from __future__ import annotations

from .base import NodeError


class HTTPParserError(NodeError):
    """A message that is not HTTP.

    Args:
        code: such as "HPE_INVALID_METHOD".
        reason: llhttp's text, empty for the plain "Parse Error".
        bytesParsed: bytes of the packet before the fault.
        rawPacket: the packet itself.
    Node: https://nodejs.org/api/errors.html#hpe_chunk_extensions_overflow
    """

    def __init__(
        self, code: str, reason: str = "", bytesParsed: int | None = None, rawPacket: bytes | None = None
    ) -> None:
        super().__init__(f"Parse Error: {reason}" if reason else "Parse Error", code=code, reason=reason)
        self.bytesParsed = bytesParsed
        self.rawPacket = rawPacket
