"""What a peer can do wrong, with the close code that answers it.

Each fault has two wordings: the error that npm's `ws` emits, with its code, and the reason that Node's own client sends
in its close frame.
"""

from __future__ import annotations

from typing import NamedTuple

from ...errors import NodeError, NodeRangeError

NORMAL, GOING_AWAY, PROTOCOL_ERROR, NO_STATUS, ABNORMAL = 1000, 1001, 1002, 1005, 1006
BAD_DATA, POLICY, TOO_BIG = 1007, 1008, 1009
#: Codes that stand for the absence of one, and one that is reserved.
_NEVER_SENT = frozenset((1004, NO_STATUS, ABNORMAL))


class Fault(NamedTuple):
    """A kind of fault."""

    #: The error's code.
    code: str
    #: The error's message; may have a place for a detail.
    message: str
    #: The close code that it is answered with.
    status: int
    #: What Node's client says in the close frame.
    reason: str


def _frame(code: str, words: str, reason: str, status: int = PROTOCOL_ERROR) -> Fault:
    return Fault(f"WS_ERR_{code}", f"Invalid WebSocket frame: {words}", status, reason)


RSV_2_3 = _frame("UNEXPECTED_RSV_2_3", "RSV2 and RSV3 must be clear", "RSV1, RSV2, RSV3 must be clear")
RSV_1 = _frame("UNEXPECTED_RSV_1", "RSV1 must be clear", "Expected RSV1 to be clear.")
OPCODE = _frame("INVALID_OPCODE", "invalid opcode {}", "Invalid opcode received")
NOT_BEGUN = _frame("INVALID_OPCODE", "invalid opcode {}", "Unexpected continuation frame")
NOT_ENDED = _frame("INVALID_OPCODE", "invalid opcode {}", "Expected continuation frame")
NOT_FINAL = _frame("EXPECTED_FIN", "FIN must be set", "Invalid frame type was fragmented.")
CONTROL_LENGTH = _frame(
    "INVALID_CONTROL_PAYLOAD_LENGTH", "invalid payload length {}", "Control frame either too large or fragmented"
)
CLOSE_LENGTH = CONTROL_LENGTH._replace(reason="Received close frame with a 1-byte body.")
NOT_MASKED = _frame("EXPECTED_MASK", "MASK must be set", "Frame must be masked")
MASKED = _frame("UNEXPECTED_MASK", "MASK must be clear", "Frame cannot be masked")
CLOSE_CODE = _frame("INVALID_CLOSE_CODE", "invalid status code {}", "Invalid status code")
CLOSE_TEXT = _frame("INVALID_UTF8", "invalid UTF-8 sequence", "Invalid UTF-8", BAD_DATA)
TEXT = CLOSE_TEXT._replace(reason="Received invalid UTF-8 in text frame.")
FAR_TOO_LONG = Fault(
    "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH",
    "Unsupported WebSocket frame: payload length > 2^53 - 1",
    TOO_BIG,
    "Received payload length > 2^31 bytes.",
)
TOO_LONG = Fault(
    "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH",
    "Max payload size exceeded",
    TOO_BIG,
    "Payload size exceeds maximum allowed size",
)
INFLATED = TOO_LONG._replace(reason="Max decompressed message size exceeded")
FRAGMENTS = Fault("WS_ERR_TOO_MANY_BUFFERED_PARTS", "Too many message fragments", POLICY, "Too many message fragments")


class WebSocketError(NodeError):
    """The peer has broken the protocol.

    `code` is that of npm's `ws` (WS_ERR_INVALID_OPCODE and the like), or zlib's.
    """

    #: The close code that it is answered with.
    status: int
    #: What Node's client says in the close frame.
    reason: str


class WebSocketRangeError(WebSocketError, NodeRangeError):
    """The same, where `ws` has a RangeError: everything but text that is not UTF-8."""

    name = "RangeError"


def failure(fault: Fault, detail: object = "") -> WebSocketError:
    """The error of a fault."""
    kind = WebSocketError if fault.code == CLOSE_TEXT.code else WebSocketRangeError
    error = kind(fault.message.format(detail), code=fault.code)
    error.status, error.reason = fault.status, fault.reason
    return error


def inflateFailure(error: NodeError) -> WebSocketError:
    """The error of data that cannot be decompressed: zlib's, with a close code."""
    made = WebSocketError(error.message, code=error.code, errno=error.__dict__.get("errno"))
    made.status, made.reason = BAD_DATA, error.message
    return made


def isSendable(code: int) -> bool:
    """Whether a close frame may have this code."""
    return (1000 <= code <= 1014 and code not in _NEVER_SENT) or 3000 <= code <= 4999
