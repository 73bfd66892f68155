"""Size limits of the HTTP parser, counted before llhttp sees a byte too many.

Sans-I/O. Node counts the request target (or reason phrase), the names and the values against `maxHeaderSize`, the
headers against `maxHeadersCount`, and the names and values of chunk extensions against 16 KiB. llhttp itself knows
no limit and httptools keeps an unfinished header for us, so the counting is done here, over segments, in linear time.

Most heads are shorter than any limit and are never metered: see `HTTPParser`.
"""

from __future__ import annotations

MAX_HEADER_SIZE = 16 * 1024  # bytes; Node's --max-http-header-size
MAX_HEADERS = 1000  # Node's default where maxHeadersCount is not set
MAX_EXTENSIONS_SIZE = 16 * 1024  # bytes of one chunk's extensions
#: Bytes that Node does not count (blanks, line ends, leading zeros of a chunk size) but that end up in our memory.
MAX_UNCOUNTED = 64 * 1024

REQUEST_HEAD, RESPONSE_HEAD, TRAILERS = range(3)

# What a meter stands in. Each part ends at one of two bytes; its size may count, and blanks before it may be skipped.
_METHOD, _TARGET, _VERSION, _PROTOCOL, _STATUS, _REASON, _NAME, _VALUE = range(8)
_ENDS = {
    # part: (end, other end, counts, blanks to skip before it, the part that follows)
    _METHOD: (b" ", b"\r", False, b"\r\n", _TARGET),
    _TARGET: (b" ", b"\r", True, b" ", _VERSION),
    _VERSION: (b"\r", b"\r", False, b"", _NAME),
    _PROTOCOL: (b" ", b"\r", False, b"\r\n", _STATUS),
    _STATUS: (b" ", b"\r", False, b" ", _REASON),
    _REASON: (b"\r", b"\r", True, b" ", _NAME),
    _NAME: (b":", b":", True, b"\r\n", _VALUE),
    _VALUE: (b"\r", b"\r", True, b" \t", _NAME),
}
_FIRST = (_METHOD, _PROTOCOL, _NAME)


class HeadMeter:
    """Counts one head, or one block of trailers, segment by segment.

    Args:
        kind: `REQUEST_HEAD`, `RESPONSE_HEAD` or `TRAILERS`.
        maxSize: bytes of target, names and values from which the head is too large.
        maxHeaders: number of headers that are allowed; 0 for any number.
    """

    __slots__ = ("_inside", "_maxHeaders", "_maxSize", "_part", "headers", "size", "total")

    def __init__(self, kind: int, maxSize: int, maxHeaders: int) -> None:
        self._part = _FIRST[kind]
        self._inside = False
        self._maxSize = maxSize
        self._maxHeaders = maxHeaders
        self.headers: int = 0
        self.size: int = 0
        self.total: int = 0

    def add(self, piece: bytes) -> int:
        """Count a piece. Returns -1, or the offset in it at which a limit was passed."""
        pos, end = 0, len(piece)
        while pos < end:
            part = self._part
            one, other, counts, blanks, following = _ENDS[part]
            if not self._inside:
                while pos < end and piece[pos] in blanks:
                    pos += 1
                if pos == end:
                    break
                self._inside = True
            stop = _first(piece, one, other, pos)
            found = stop >= 0
            if not found:
                stop = end
            if counts:
                self.size += stop - pos
            if found:
                # A status line may end behind its number.
                self._part = _NAME if part == _STATUS and piece[stop] == 13 else following
                self._inside = False
                # llhttp reports a target at its blank, a name, value or reason behind the byte that ends it.
                pos = stop if part == _TARGET else stop + 1
                self.headers += part == _NAME
            else:
                pos = end
            if self.size >= self._maxSize or (self._maxHeaders and self.headers > self._maxHeaders):
                return pos
        self.total += end
        return end if self.total - self.size > MAX_UNCOUNTED + 4 * self.headers else -1


class ExtensionMeter:
    """Counts the line of one chunk's size and extensions, segment by segment."""

    __slots__ = ("_digits", "_marks", "_total")

    def __init__(self) -> None:
        self._digits = True
        self._total = 0
        self._marks = 0

    def add(self, piece: bytes) -> int:
        """Count a piece. Returns -1, or the offset in it at which the limit was passed."""
        pos = 0
        if self._digits:
            pos = piece.find(b";")
            if pos < 0:
                self._total += len(piece)
                return len(piece) if self._total > MAX_UNCOUNTED else -1
            self._digits = False
            self._total = 0
        before = self._total - self._marks
        # Marks inside a quoted value count in Node and not here: the limit is a bound, not a protocol element.
        self._marks += piece.count(b";", pos) + piece.count(b"=", pos)
        self._total += len(piece) - pos - piece.count(b"\n") - piece.count(b"\r")
        if self._total - self._marks <= MAX_EXTENSIONS_SIZE:
            return -1
        # Node tells of it where the name or value ends.
        stop = _first(piece, b"\r", b";", pos + MAX_EXTENSIONS_SIZE - before)
        return stop + 1 if stop >= 0 else len(piece)


def _first(piece: bytes, one: bytes, other: bytes, pos: int) -> int:
    """The first place of either byte, or -1."""
    at = piece.find(one, pos)
    if one == other:
        return at
    beside = piece.find(other, pos, at) if at >= 0 else piece.find(other, pos)
    return beside if beside >= 0 else at
