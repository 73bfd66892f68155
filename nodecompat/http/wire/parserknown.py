"""Request heads that came before, byte for byte: what llhttp said about them holds again.

A client on a connection that is kept alive repeats itself: a poller, a health check, a proxy, a page's script. Only
what llhttp has accepted is kept, and only whole requests, behind which it is as it was before or closed: skipping it
then is the same as feeding it. Saves 0.9 of the 1.3 µs that a request without a body costs here, and costs 0.1 where
every request differs (benchmarks/http: hello).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .heads import hasLength

if TYPE_CHECKING:
    from .parser import HTTPParser

#: Heads of more bytes are not kept: to compute their hash would take longer than it saves.
MAX_SIZE = 1024
#: Then all are forgotten: targets that never repeat must not fill memory.
_MAX_HEADS = 512


class Known(NamedTuple):
    """What a head means; see HTTPParser."""

    method: str
    url: str
    httpVersion: str
    isUsual: bool
    keepAlive: bool
    #: Bytes of the body, all of which came with the head.
    length: int


heads: dict[bytes, Known] = {}


def keep(head: bytes, length: int, parser: HTTPParser) -> None:
    """Remember what the parser found in a head."""
    if len(heads) >= _MAX_HEADS:
        heads.clear()
    heads[head] = Known(parser.method, parser.url, parser.httpVersion, parser.isUsual, parser.shouldKeepAlive, length)


def keepWithBody(segment: bytes, end: int, parser: HTTPParser) -> None:
    """Remember a head of `end` bytes when the segment is this one message, with a body of a stated length."""
    head, length = segment[:end], len(segment) - end
    if parser.head == head and hasLength(head, length):
        keep(head, length, parser)
