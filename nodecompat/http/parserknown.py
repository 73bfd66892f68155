"""Request heads that came before, byte for byte: what llhttp said about them holds again.

A client on a connection that is kept alive repeats itself: a poller, a health check, a proxy, a page's script. Only
whole requests without a body are kept, which llhttp has accepted and which leave it as it was before: skipping it then
is the same as feeding it. Saves 0.9 of the 1.3 µs that such a request costs here, and costs 0.1 where every request
differs (benchmarks/http: hello).
"""

from __future__ import annotations

#: Heads of more bytes are not kept: to compute their hash would take longer than it saves.
MAX_SIZE = 1024
#: Then all are forgotten: targets that never repeat must not fill memory.
_MAX_HEADS = 512

#: method, url, httpVersion, isUsual; see HTTPParser.
Known = tuple[str, str, str, bool]

heads: dict[bytes, Known] = {}


def keep(head: bytes, known: Known) -> None:
    """Remember what a head means."""
    if len(heads) >= _MAX_HEADS:
        heads.clear()
    heads[head] = known
