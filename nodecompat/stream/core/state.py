"""The states of a stream as data: three enumerations, the legal moves between them, and the gates.

A stream has one *life*, which both sides of a Duplex share, and each side has a *phase*:

    life    CONSTRUCTING -> LIVE -> DESTROYED -> CLOSED -> GONE
            `_construct` runs; in use; destroy() was called; `_destroy` has called back; 'close' is out.
            A stream that is destroyed before `_construct` has called back is DOOMED until it has.
    read    FLOW -> ENDED -> END_EMITTED
            more may come; push(None) was called, data may still be buffered; 'end' is out.
    write   OPEN -> ENDING -> FINAL -> PREFINISHED -> FINISHED
            end() was called; `_final` runs; nothing is left to do but the callbacks; 'finish' is out.

Every flag that Node exposes about these (`destroyed`, `closed`, `readableEnded`, `writableFinished` …) is a
comparison with a number below: states are ordered, a later one includes the earlier ones. They are changed only by
`BaseStream._moveLife_`, `_moveRead_` and `_moveWrite_`, which check the tables.

The *gates* sum up what the two hot questions need, one integer per side, zero for a plain chunk:

    `_readGate_`  why `_read` must not be called now: it is being answered (BUSY), or the stream is under
                 construction, destroyed, failed or at its end.
    `_writeGate_` why a chunk cannot go straight to `_write`: another is under way (BUSY), the stream is corked,
                 under construction, destroyed, failed, or end() was called.

BUSY and CORKED live only in the gates; the other bits follow from the states above and are set by the same moves.
"""

from __future__ import annotations

from typing import Any, Final

from ...encodings import isEncoding
from ...errors import ERR_INVALID_ARG_VALUE, ERR_UNKNOWN_ENCODING
from ...validators import isTruthy, validateInteger

# -- life

CONSTRUCTING: Final = -1
LIVE: Final = 0
DOOMED: Final = 1
DESTROYED: Final = 2
CLOSED: Final = 3
GONE: Final = 4

LIFE_NAMES: Final = {
    CONSTRUCTING: "CONSTRUCTING",
    LIVE: "LIVE",
    DOOMED: "DOOMED",
    DESTROYED: "DESTROYED",
    CLOSED: "CLOSED",
    GONE: "GONE",
}
#: Back to LIVE is `_undestroy`: a socket that reconnects.
LIFE_MOVES: Final[dict[int, tuple[int, ...]]] = {
    CONSTRUCTING: (LIVE, DOOMED),
    LIVE: (CONSTRUCTING, DESTROYED),
    DOOMED: (DESTROYED,),
    DESTROYED: (CLOSED, LIVE),
    CLOSED: (GONE, LIVE),
    GONE: (LIVE,),
}

# -- phase of the readable side

FLOW: Final = 0
ENDED: Final = 1
END_EMITTED: Final = 2

READ_NAMES: Final = {FLOW: "FLOW", ENDED: "ENDED", END_EMITTED: "END_EMITTED"}
READ_MOVES: Final[dict[int, tuple[int, ...]]] = {
    FLOW: (ENDED, END_EMITTED),
    ENDED: (END_EMITTED, FLOW),
    END_EMITTED: (FLOW,),
}

# -- phase of the writable side

OPEN: Final = 0
ENDING: Final = 1
FINAL: Final = 2
PREFINISHED: Final = 3
FINISHED: Final = 4

WRITE_NAMES: Final = {
    OPEN: "OPEN",
    ENDING: "ENDING",
    FINAL: "FINAL",
    PREFINISHED: "PREFINISHED",
    FINISHED: "FINISHED",
}
WRITE_MOVES: Final[dict[int, tuple[int, ...]]] = {
    OPEN: (ENDING, FINISHED),
    ENDING: (FINAL, PREFINISHED, OPEN),
    FINAL: (PREFINISHED, OPEN),
    PREFINISHED: (FINISHED, OPEN),
    FINISHED: (OPEN,),
}

# -- bits of the gates

BUSY: Final = 1  # `_read` or `_write` is under way
AT_END: Final = 2  # push(None) or end() was called
NOT_CONSTRUCTED: Final = 4
IS_DESTROYED: Final = 8
IS_ERRORED: Final = 16
CORKED: Final = 32  # writable side only

#: The reasons for push to refuse a chunk: the stream has ended in some way.
OVER: Final = AT_END | IS_DESTROYED | IS_ERRORED
#: The reasons for write to buffer a chunk instead of calling `_write`.
HOLD: Final = BUSY | CORKED | IS_ERRORED | NOT_CONSTRUCTED

# -- how much is buffered

DEFAULT_HIGH_WATER_MARK: Final = 64 * 1024  # bytes, Node 22+
DEFAULT_OBJECT_HIGH_WATER_MARK: Final = 16  # objects
#: read(n) raises the mark to the next power of two, but not above this. Node: 1 GiB.
MAX_HIGH_WATER_MARK: Final = 1024 * 1024 * 1024

#: What new streams buffer, by object mode.
defaultMarks = {False: DEFAULT_HIGH_WATER_MARK, True: DEFAULT_OBJECT_HIGH_WATER_MARK}


def getDefaultHighWaterMark(objectMode: bool = False) -> int:
    """How much new streams buffer: bytes, or objects in object mode.

    Node: https://nodejs.org/api/stream.html#streamgetdefaulthighwatermarkobjectmode
    """
    return defaultMarks[isTruthy(objectMode)]


def setDefaultHighWaterMark(objectMode: bool, value: int) -> None:
    """Change how much new streams buffer.

    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/stream.html#streamsetdefaulthighwatermarkobjectmode-value
    """
    validateInteger(value, "value", 0)
    defaultMarks[bool(objectMode)] = value


def chooseEncoding(encoding: Any) -> str:
    """The `defaultEncoding` that the options ask for, when they have one."""
    if encoding == "utf8" or encoding == "utf-8":
        return "utf8"
    if not isEncoding(encoding):
        raise ERR_UNKNOWN_ENCODING(encoding)
    return str(encoding)


def chooseHighWaterMark(options: Any, sideKey: str, isDuplex: bool, objectMode: bool) -> int:
    """The mark that the options ask for: `highWaterMark`, or in a Duplex the one of this side, or the default."""
    key, value = "highWaterMark", options.get("highWaterMark")
    if value is None and isDuplex:
        key, value = sideKey, options.get(sideKey)
    if value is None:
        return defaultMarks[objectMode]
    whole = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(value, float) and value.is_integer():
        value, whole = int(value), True
    if not whole or value < 0:
        raise ERR_INVALID_ARG_VALUE(f"options.{key if not isDuplex else sideKey}", value)
    return int(value)


def nop(error: BaseException | None = None) -> None:
    """The callback of a write that was given none."""
