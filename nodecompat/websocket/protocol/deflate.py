"""permessage-deflate (RFC 7692): what is agreed, and the two halves that pack and unpack messages.

An Inflater never makes more than a message may have: a small frame that unpacks to gigabytes costs no more than the
limit. Both work at once and in the loop, not in a thread as zlib of Node does: most messages are short.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from ...errors import NodeError, NodeTypeError
from ...zlib.engines import failureOf
from . import faults
from .faults import failure, inflateFailure
from .headers import Parameters

NAME = "permessage-deflate"
#: What the end of each message is known to be, and is therefore not sent.
TAIL = b"\x00\x00\xff\xff"
#: Bytes of a message that are worth packing when nothing of an earlier one helps.
THRESHOLD = 1024
_WINDOW = 15
_FLAGS = ("server_no_context_takeover", "client_no_context_takeover")
_WINDOWS = ("server_max_window_bits", "client_max_window_bits")

#: What is agreed: the two flags (True), the two windows (bits, or True where only support is said).
Agreed = dict[str, Any]


class Inflater:
    """Unpacks the messages of the peer.

    Args:
        bits: the peer's window.
        keepsContext: whether a message may refer to earlier ones.
    """

    __slots__ = ("_bits", "_keepsContext", "_zlib")

    def __init__(self, bits: int = _WINDOW, keepsContext: bool = True) -> None:
        self._bits, self._keepsContext = bits, keepsContext
        self._zlib: Any = None

    def feed(self, data: bytes, isLast: bool, room: int | None) -> bytes:
        """Unpack a fragment.

        Args:
            room: bytes that the message may still have; None is no limit.
        Raises: WebSocketError for data that is broken, or longer than that.
        """
        unpacked = self._feed(data, room)
        if isLast:
            if self._zlib is not None:
                unpacked += self._feed(TAIL, None if room is None else room - len(unpacked))
            if not self._keepsContext:
                self._zlib = None
        return unpacked

    def _feed(self, data: bytes, room: int | None) -> bytes:
        if self._zlib is None:
            self._zlib = zlib.decompressobj(-self._bits)
        try:
            # One byte more than there is room for: if that one comes it is too much.
            unpacked: bytes = self._zlib.decompress(data, 0 if room is None else room + 1)
        except zlib.error as error:
            raise inflateFailure(failureOf(error)) from None
        if room is not None and len(unpacked) > room:
            raise failure(faults.INFLATED)
        if self._zlib.eof:
            self._zlib = None  # what stands behind the last block is ignored, as in Node
        return unpacked


class Deflater:
    """Packs our messages.

    Args:
        bits: our window.
        keepsContext: whether a message may refer to earlier ones.
        threshold: bytes of a message that are worth packing where it may not.
        options: `level`, `memLevel` and `strategy` of zlib.
    """

    __slots__ = ("_arguments", "_keepsContext", "_threshold", "_zlib")

    def __init__(
        self,
        bits: int = _WINDOW,
        keepsContext: bool = True,
        threshold: int = THRESHOLD,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        given = options or {}
        strategy = given.get("strategy", zlib.Z_DEFAULT_STRATEGY)
        if bits == 8:
            # zlib has no raw window of 8 bits. Runs alone reach no further back than one byte.
            bits, strategy = 9, zlib.Z_RLE
        level = given.get("level", zlib.Z_DEFAULT_COMPRESSION)
        self._arguments = (level, zlib.DEFLATED, -bits, given.get("memLevel", zlib.DEF_MEM_LEVEL), strategy)
        self._keepsContext, self._threshold = keepsContext, threshold
        self._zlib: Any = None

    def isWorthIt(self, data: bytes) -> bool:
        """Whether a message that begins so is packed."""
        return self._keepsContext or len(data) >= self._threshold

    def feed(self, data: bytes, isLast: bool) -> bytes:
        """Pack a fragment."""
        if self._zlib is None:
            self._zlib = zlib.compressobj(*self._arguments)
        packed: bytes = self._zlib.compress(data) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
        if isLast:
            packed = packed[: -len(TAIL)]
            if not self._keepsContext:
                self._zlib = None
        return packed


# -- the agreement


def halves(agreed: Agreed, isServer: bool, options: Mapping[str, Any]) -> tuple[Inflater, Deflater]:
    """What one side unpacks and packs with."""
    own, other = ("server", "client") if isServer else ("client", "server")
    inflater = Inflater(_bitsOf(agreed, other), f"{other}_no_context_takeover" not in agreed)
    deflater = Deflater(
        _bitsOf(agreed, own),
        f"{own}_no_context_takeover" not in agreed,
        options.get("threshold", THRESHOLD),
        options.get("zlibDeflateOptions"),
    )
    return inflater, deflater


def _bitsOf(agreed: Agreed, side: str) -> int:
    bits = agreed.get(f"{side}_max_window_bits")
    return bits if isinstance(bits, int) and not isinstance(bits, bool) else _WINDOW


def offer(options: Mapping[str, Any]) -> Agreed:
    """What a client offers."""
    made: Agreed = {}
    for flag, option in zip(_FLAGS, ("serverNoContextTakeover", "clientNoContextTakeover"), strict=True):
        if options.get(option):
            made[flag] = True
    if options.get("serverMaxWindowBits"):
        made["server_max_window_bits"] = options["serverMaxWindowBits"]
    bits = options.get("clientMaxWindowBits")
    if bits is None or bits:
        made["client_max_window_bits"] = True if bits is None else bits
    return made


def accept(offers: list[Parameters], options: Mapping[str, Any]) -> Agreed:
    """What a server agrees to, of what a client offers.

    Raises: a NodeError if there is an unknown or wrong parameter, or no offer fits.
    """
    for agreed in [normalized(each, isServer=True) for each in offers]:
        if _fits(agreed, options):
            return _narrowed(agreed, options)
    raise NodeError("None of the extension offers can be accepted")


def acceptAnswer(answer: Parameters, options: Mapping[str, Any]) -> Agreed:
    """What a client takes from the server's answer. Raises: a NodeError if it was not offered."""
    agreed = normalized(answer, isServer=False)
    bits = options.get("clientMaxWindowBits")
    if options.get("clientNoContextTakeover") is False and "client_no_context_takeover" in agreed:
        raise NodeError('Unexpected parameter "client_no_context_takeover"')
    if "client_max_window_bits" not in agreed:
        if _isNumber(bits):
            agreed["client_max_window_bits"] = bits
    elif bits is False or (_isNumber(bits) and agreed["client_max_window_bits"] > bits):
        raise NodeError('Unexpected or invalid parameter "client_max_window_bits"')
    return agreed


def _fits(offered: Agreed, options: Mapping[str, Any]) -> bool:
    ours: Any = options.get("serverMaxWindowBits")
    theirs: Any = options.get("clientMaxWindowBits")
    if options.get("serverNoContextTakeover") is False and "server_no_context_takeover" in offered:
        return False
    wanted = offered.get("server_max_window_bits")
    if wanted and (ours is False or (_isNumber(ours) and ours > wanted)):
        return False
    if not _isNumber(theirs):
        return True
    said: Any = offered.get("client_max_window_bits")
    return bool(theirs <= said if _isNumber(said) else said)


def _narrowed(agreed: Agreed, options: Mapping[str, Any]) -> Agreed:
    for flag, option in zip(_FLAGS, ("serverNoContextTakeover", "clientNoContextTakeover"), strict=True):
        if options.get(option):
            agreed[flag] = True
    ours, theirs = options.get("serverMaxWindowBits"), options.get("clientMaxWindowBits")
    if _isNumber(ours):
        agreed["server_max_window_bits"] = ours
    if _isNumber(theirs):
        agreed["client_max_window_bits"] = theirs
    elif agreed.get("client_max_window_bits") is True or theirs is False:
        agreed.pop("client_max_window_bits", None)
    return agreed


def _isNumber(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def normalized(parameters: Parameters, isServer: bool) -> Agreed:
    """The parameters, each once, with numbers for windows. Raises: NodeError, NodeTypeError."""
    made: Agreed = {}
    for name, values in parameters.items():
        if len(values) > 1:
            raise NodeError(f'Parameter "{name}" must have only a single value')
        value: Any = values[0]
        if name in _FLAGS:
            isRight = value is True
        elif name in _WINDOWS:
            isRight = _isWindow(value) or (value is True and name == "client_max_window_bits" and isServer)
            value = int(value) if isinstance(value, str) and isRight else value
        else:
            raise NodeError(f'Unknown parameter "{name}"')
        if not isRight:
            raise NodeTypeError(f'Invalid value for parameter "{name}": {"true" if value is True else value}')
        made[name] = value
    return made


def _isWindow(value: str | bool) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9 and 8 <= int(value) <= 15
