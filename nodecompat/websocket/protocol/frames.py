"""Frames, bytes only: the head of one that is sent, and the messages in what is received.

     0               1               2               3
    +-+-+-+-+-------+-+-------------+-------------------------------+
    |F|R|R|R| opcode|M| length, or  | the length, in 2 bytes after  |
    |I|S|S|S|       |A| 126, 127    | 126, in 8 after 127           |
    |N|V|V|V|       |S|             |                               |
    | |1|2|3|       |K|             | 4 bytes of key, if masked     |
    +-+-+-+-+-------+-+-------------+-------------------------------+

A message is one frame, or one that is not final and its continuations; control frames (close, ping, pong) may stand
between them. Text is checked as the fragments come, so a peer hears of a wrong byte before the message is complete.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from . import faults
from .faults import Fault, WebSocketError, failure, isSendable
from .masking import mask

if TYPE_CHECKING:
    from .deflate import Inflater

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
FIN, RSV1 = 0x80, 0x40
_RSV_2_3 = 0x30
_MASK = 0x80
_OPCODES = frozenset((CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG))
_LONGEST = 2**53 - 1
#: The first bytes of a whole message in one frame, which most frames are.
_WHOLE_BINARY = FIN | BINARY
_WHOLE = (FIN | TEXT, _WHOLE_BINARY)
#: What is looked at first: of several faults in one frame, `ws` and Node's client name different ones.
_SERVER_ORDER = (
    faults.RSV_2_3, faults.RSV_1, faults.OPCODE, faults.NOT_BEGUN, faults.NOT_ENDED, faults.NOT_FINAL,
    faults.CONTROL_LENGTH, faults.CLOSE_LENGTH, faults.NOT_MASKED,
)  # fmt: skip
_CLIENT_ORDER = (
    faults.OPCODE, faults.MASKED, faults.RSV_1, faults.RSV_2_3, faults.NOT_FINAL, faults.NOT_ENDED,
    faults.CONTROL_LENGTH, faults.NOT_BEGUN, faults.CLOSE_LENGTH,
)  # fmt: skip
_newDecoder = codecs.getincrementaldecoder("utf-8")


def head(first: int, size: int, masked: bool) -> bytes:
    """The head of a frame, without the key.

    Args:
        first: FIN, RSV1 and opcode.
        size: bytes of the payload.
        masked: whether a key follows.
    """
    bit = _MASK if masked else 0
    if size < 126:
        return bytes((first, bit | size))
    if size < 65536:
        return bytes((first, bit | 126)) + size.to_bytes(2, "big")
    return bytes((first, bit | 127)) + size.to_bytes(8, "big")


class Receiver(Protocol):
    """Who hears what has come, but for messages."""

    def onPing(self, data: bytes) -> object: ...
    def onPong(self, data: bytes) -> object: ...

    def onConclude(self, code: int, reason: bytes) -> object:
        """The close frame; 1005 if it has no code. Nothing else follows."""

    def onFault(self, error: WebSocketError) -> object:
        """The peer has broken the protocol. Nothing else follows."""


class Reader:
    """Finds the messages in the bytes of one side.

    Args:
        receiver: who hears of all else.
        onMessage: called with a message: its bytes, or the list of its fragments if the reader keeps them; and whether
            it is binary.
        isServer: whether the frames must be masked; else they must not.
        maxPayload: bytes of a message, unpacked; 0 is no limit.
        maxFragments: parts of a message; 0 is no limit.
        inflater: unpacks compressed messages, where that was agreed.
    """

    __slots__ = (
        "_bit",
        "_decoder",
        "_fragments",
        "_held",
        "_inflater",
        "_isCompressed",
        "_maxFragments",
        "_maxPayload",
        "_need",
        "_opcode",
        "_parts",
        "_receiver",
        "_size",
        "_tell",
        "_unpacked",
        "isOver",
        "keepsFragments",
    )

    def __init__(
        self,
        receiver: Receiver,
        onMessage: Callable[[Any, bool], object],
        *,
        isServer: bool,
        maxPayload: int = 0,
        maxFragments: int = 0,
        inflater: Inflater | None = None,
    ) -> None:
        self._receiver: Receiver | None = receiver
        self._tell: Callable[[Any, bool], object] = onMessage
        self._bit = _MASK if isServer else 0
        self._maxPayload = maxPayload
        self._maxFragments = maxFragments
        self._inflater = inflater
        #: The beginning of a frame, and how many bytes must be there before it is looked at again.
        self._held = bytearray()
        self._need = 0
        #: The message under way: its opcode, or 0 if there is none.
        self._opcode = 0
        self._isCompressed = False
        self._fragments: list[bytes] = []
        #: Its parts, empty ones as well, the sum of their lengths, and what they were unpacked to.
        self._parts = self._size = self._unpacked = 0
        self._decoder: Any = None
        #: Hand out a binary message as the list of its fragments.
        self.keepsFragments: bool = False
        #: A close frame or a fault has come: whatever follows is ignored.
        self.isOver: bool = False

    def stop(self) -> None:
        """Forget everything; nothing more is told."""
        self.isOver = True
        self._receiver = self._inflater = None
        self._tell = _nobody
        self._held = bytearray()
        self._fragments = []

    def execute(self, data: bytes) -> None:
        """Take what has come."""
        if self.isOver:
            return
        held = self._held
        if held:
            held += data
            if len(held) < self._need:
                return
            data = bytes(held)
            self._held = bytearray()
        start, end, bit = 0, len(data), self._bit
        try:
            while start < end:
                if end - start < 2:
                    self._hold(data, start, 2)
                    return
                first, second = data[start], data[start + 1]
                size = second & 0x7F
                place = start + 2
                isWhole = first in _WHOLE and not self._opcode
                if (not isWhole or second & _MASK != bit) and self._refuses(first, second):
                    return
                if size > 125:
                    more = 2 if size == 126 else 8
                    if end - place < more:
                        self._hold(data, start, 2 + more)
                        return
                    size = int.from_bytes(data[place : place + more], "big")
                    place += more
                    if size > _LONGEST:
                        self._fail(faults.FAR_TOO_LONG)
                        return
                if self._maxPayload and not first & 8 and size + self._size > self._maxPayload:
                    self._fail(faults.TOO_LONG)
                    return
                body = place + 4 if bit else place
                stop = body + size
                if stop > end:
                    self._hold(data, start, stop - start)
                    return
                payload = data[body:stop]
                if bit and size:
                    payload = mask(payload, data[place:body])
                start = stop
                if isWhole:
                    if first == _WHOLE_BINARY and not self.keepsFragments:
                        self._tell(payload, True)
                    else:
                        self._onWhole(payload, first == _WHOLE_BINARY)
                else:
                    self._onFrame(first, payload)
                if self.isOver:
                    return
        except BaseException:
            self._hold(data, start, 0)  # a listener's: what follows in this segment is not lost
            raise

    def _hold(self, data: bytes, start: int, need: int) -> None:
        self._held += data[start:]
        self._need = need

    # -- faults

    def _refuses(self, first: int, second: int) -> bool:
        """Whether the first two bytes of a frame are wrong."""
        opcode, size = first & 15, second & 0x7F
        found: set[Fault] = set()
        if first & _RSV_2_3:
            found.add(faults.RSV_2_3)
        if first & RSV1 and (self._inflater is None or opcode not in (TEXT, BINARY)):
            found.add(faults.RSV_1)
        if opcode not in _OPCODES:
            found.add(faults.OPCODE)
        elif opcode >= CLOSE:
            found.update(_controlFaults(first, opcode, size))
        elif (opcode == CONTINUATION) != bool(self._opcode):
            found.add(faults.NOT_ENDED if self._opcode else faults.NOT_BEGUN)
        if second & _MASK != self._bit:
            found.add(faults.NOT_MASKED if self._bit else faults.MASKED)
        for fault in _SERVER_ORDER if self._bit else _CLIENT_ORDER:
            if fault in found:
                self._fail(fault, size if "length" in fault.message else opcode)
                return True
        return False

    def _fail(self, fault: Fault, detail: object = "") -> None:
        self._failWith(failure(fault, detail))

    def _failWith(self, error: WebSocketError) -> None:
        receiver = self._receiver
        self.stop()
        if receiver is not None:
            receiver.onFault(error)

    # -- what a frame brings

    def _onWhole(self, payload: bytes, isBinary: bool) -> None:
        """A message in one frame that is not compressed."""
        if isBinary:
            self._tell([payload] if self.keepsFragments else payload, True)
        elif payload.isascii() or _isText(payload):
            self._tell(payload, False)
        else:
            self._fail(faults.TEXT)

    def _onFrame(self, first: int, payload: bytes) -> None:
        opcode = first & 15
        if opcode >= CLOSE:
            self._onControl(opcode, payload)
            return
        if opcode:
            self._opcode, self._isCompressed = opcode, bool(first & RSV1)
            self._decoder = _newDecoder() if opcode == TEXT else None
        self._parts += 1
        if self._maxFragments and self._parts > self._maxFragments:
            self._fail(faults.FRAGMENTS)
            return
        isLast = bool(first & FIN)
        self._size += len(payload)
        if self._isCompressed:
            try:
                payload = self._inflate(payload, isLast)
            except WebSocketError as error:
                self._failWith(error)
                return
        if self._decoder is not None and not self._isTextSoFar(payload, isLast):
            self._fail(faults.TEXT)
            return
        if payload:
            self._fragments.append(payload)
        if isLast:
            self._onMessage()

    def _inflate(self, payload: bytes, isLast: bool) -> bytes:
        assert self._inflater is not None, "RSV1 is refused without"
        room = self._maxPayload - self._unpacked if self._maxPayload else None
        unpacked = self._inflater.feed(payload, isLast, room)
        self._unpacked += len(unpacked)
        return unpacked

    def _isTextSoFar(self, payload: bytes, isLast: bool) -> bool:
        try:
            self._decoder.decode(payload, isLast)
        except UnicodeDecodeError:
            return False
        return True

    def _onMessage(self) -> None:
        fragments, isBinary = self._fragments, self._opcode == BINARY
        self._fragments, self._decoder = [], None
        self._opcode = self._parts = self._size = self._unpacked = 0
        data: Any = fragments if isBinary and self.keepsFragments else b"".join(fragments)
        self._tell(data, isBinary)

    def _onControl(self, opcode: int, payload: bytes) -> None:
        assert self._receiver is not None, "the reader is not over"
        if opcode == PING:
            self._receiver.onPing(payload)
        elif opcode == PONG:
            self._receiver.onPong(payload)
        else:
            self._onClose(payload)

    def _onClose(self, payload: bytes) -> None:
        code, reason = faults.NO_STATUS, payload[2:]
        if payload:
            code = int.from_bytes(payload[:2], "big")
            if not isSendable(code):
                self._fail(faults.CLOSE_CODE, code)
                return
            if not _isText(reason):
                self._fail(faults.CLOSE_TEXT)
                return
        receiver = self._receiver
        self.stop()
        if receiver is not None:
            receiver.onConclude(code, reason)


def _nobody(data: Any, isBinary: bool) -> None:
    """Who hears of messages when the reader is over."""


def _controlFaults(first: int, opcode: int, size: int) -> set[Fault]:
    found = set()
    if not first & FIN:
        found.add(faults.NOT_FINAL)
    if size > 125:
        found.add(faults.CONTROL_LENGTH)
    elif opcode == CLOSE and size == 1:
        found.add(faults.CLOSE_LENGTH)
    return found


def _isText(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
