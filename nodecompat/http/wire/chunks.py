"""Where a chunked body stands: which byte of a segment belongs to which part of it.

Sans-I/O. httptools tells what it saw (a size line ended, a piece of data, a chunk ended) but not where. Three things
need the place: the limits on extensions and trailers, the end of the message when a pipelined request follows in
the same segment, and the offset of a fault. The place follows from what llhttp reported: a size line ends at the
next LF (llhttp lets no other LF into it), data is as long as what came out, CR LF stands behind it. No number from the
peer is ever parsed here: llhttp alone decides the framing.
"""

from __future__ import annotations

from typing import Any

from .limits import TRAILERS, ExtensionMeter, HeadMeter

# Marks between the pieces of data in the list of what httptools reported.
SIZE_LINE = None
CHUNK_END = False
Event = Any  # bytes, or one of the two marks

# _SIZE: in a size line. _OPEN: behind one, so in data or, behind the last chunk, in trailers: the next event tells.
# _DATA: in data or the CR LF behind it.
_SIZE, _OPEN, _DATA, _TRAILERS = range(4)
#: What brings a fresh parser to each of these.
_BEFORE = {_SIZE: b"", _OPEN: b"0\r\n", _DATA: b"1\r\na", _TRAILERS: b"0\r\n"}

#: What stands behind the data of the last chunk, when there are no trailers.
_LAST = b"\r\n0\r\n\r\n"

_METER_FROM = 16 * 1024  # bytes of a size line or of trailers that no limit can forbid

HEADER_OVERFLOW, EXTENSIONS_OVERFLOW = 1, 2


class ChunkTracker:
    """Follows one chunked body through its segments.

    `overflow` is 0, or one of HEADER_OVERFLOW and EXTENSIONS_OVERFLOW once a limit was passed, at the offset that
    `follow` returned.
    """

    __slots__ = ("_lineMeter", "_maxHeaders", "_maxSize", "_phase", "_trailerMeter", "overflow", "pending", "trailers")

    def __init__(self, maxSize: int, maxHeaders: int) -> None:
        self._maxSize = maxSize
        self._maxHeaders = maxHeaders
        self._phase = _SIZE
        #: The unfinished line, or the trailers so far.
        self.pending: bytearray = bytearray()
        self.trailers: bytes = b""
        self.overflow: int = 0
        self._lineMeter: ExtensionMeter | None = None
        self._trailerMeter: HeadMeter | None = None

    def before(self) -> bytes:
        """What a parser that has seen the head must be fed to reach this body's position."""
        return _BEFORE[self._phase] + self.pending

    def follow(self, piece: bytes, events: list[Event], complete: bool) -> int:
        """Take in a segment. Returns how far it was followed: to the end of the message when `complete`.

        Events behind a limit that was passed are taken out of the list.
        """
        if complete and len(events) == 5 and self._phase == _SIZE and not self.pending and events[3] is SIZE_LINE:
            # The likely case, a whole body of one chunk: these are its bytes, and nothing else can be.
            pos = piece.find(b"\n") + 1
            if pos <= _METER_FROM and piece.startswith(_LAST, end := pos + len(events[1])):
                return end + len(_LAST)
        pos = 0
        for index, event in enumerate(events):
            if event is SIZE_LINE:
                end = piece.find(b"\n", pos) + 1
                over = self._countLine(piece, pos, end)
                if over >= 0:
                    del events[index:]
                    return over
                self._enter(_OPEN)
                pos = end
            elif event is not CHUNK_END:
                pos += len(event)
                self._phase = _DATA
            elif self._phase == _DATA:
                pos = piece.find(b"\n", pos) + 1
                self._enter(_SIZE)
            else:
                pos = self._endTrailers(piece, pos)
                if self.overflow:
                    return pos
        return pos if complete else self._keep(piece, pos)

    def _enter(self, phase: int) -> None:
        self._phase = phase
        self._lineMeter = None
        self.pending.clear()

    def _keep(self, piece: bytes, pos: int) -> int:
        """Remember the unfinished part of a segment that did not end the message."""
        if pos == len(piece):
            return pos
        if self._phase == _OPEN:
            self._phase = _TRAILERS
        over = -1
        if self._phase == _SIZE:
            over = self._countLine(piece, pos, len(piece))
        elif self._phase == _TRAILERS:
            over = self._countTrailers(piece, pos, len(piece))
        if over >= 0:
            return over
        self.pending += piece[pos:]
        return len(piece)

    def _countLine(self, piece: bytes, pos: int, end: int) -> int:
        if self._lineMeter is None:
            if len(self.pending) + end - pos <= _METER_FROM:
                return -1
            self._lineMeter = ExtensionMeter()
            self._lineMeter.add(bytes(self.pending))
        over = self._lineMeter.add(piece[pos:end])
        if over < 0:
            return -1
        self.overflow = EXTENSIONS_OVERFLOW
        return pos + over

    def _countTrailers(self, piece: bytes, pos: int, end: int) -> int:
        if self._trailerMeter is None:
            limit = min(self._maxSize, 4 * self._maxHeaders) if self._maxHeaders else self._maxSize
            if len(self.pending) + end - pos < limit:
                return -1
            self._trailerMeter = HeadMeter(TRAILERS, self._maxSize, self._maxHeaders)
            self._trailerMeter.add(bytes(self.pending))
        over = self._trailerMeter.add(piece[pos:end])
        if over < 0:
            return -1
        self.overflow = HEADER_OVERFLOW
        return pos + over

    def _endTrailers(self, piece: bytes, pos: int) -> int:
        """Past the blank line that ends the trailers, and with it the message."""
        before = len(self.pending)
        block = bytes(self.pending) + piece[pos:]
        # Without a trailer the blank line follows the last size line at once.
        end = 2 if block.startswith(b"\r\n") else block.find(b"\r\n\r\n") + 4
        stop = pos + end - before
        over = self._countTrailers(piece, pos, stop)
        if over >= 0:
            return over
        self.trailers = block[: end - 2]
        return stop
