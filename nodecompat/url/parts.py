"""The parts of a URL in Node's legacy reading.

Node: https://nodejs.org/api/url.html#legacy-urlobject
"""

from __future__ import annotations

from typing import Any

__all__ = ["HOSTLESS", "SLASHED", "Url"]

#: Schemes with "//", and those whose text is no URL at all.
SLASHED = {"http:", "https:", "ftp:", "gopher:", "file:", "ws:", "wss:"}
HOSTLESS = {"javascript:"}

_FIELDS = [
    "protocol",
    "slashes",
    "auth",
    "host",
    "port",
    "hostname",
    "hash",
    "search",
    "query",
    "pathname",
    "path",
    "href",
]


class Url:
    """The parts of a URL; None for what it does not have. Returned by `url.parse`.

    `protocol` with its colon, `slashes` if "//" follows it, `auth`, `host` (with the port), `port`, `hostname`,
    `hash` with "#", `search` with "?", `query` without (or the parsed pairs), `pathname`, `path` (with the search) and
    `href`.

    Node: https://nodejs.org/api/url.html#legacy-urlobject
    """

    protocol: str | None = None
    slashes: bool | None = None
    auth: str | None = None
    host: str | None = None
    port: str | None = None
    hostname: str | None = None
    hash: str | None = None
    search: str | None = None
    query: Any = None
    pathname: str | None = None
    path: str | None = None
    href: str | None = None

    def __init__(self) -> None:
        for name in _FIELDS:
            setattr(self, name, None)

    def setPath(self) -> None:
        """`path` is made of the path and the search."""
        if self.pathname is not None or self.search is not None:
            self.path = (self.pathname or "") + (self.search or "")

    def copy(self) -> Url:
        """A further object with the same parts."""
        made = Url()
        made.__dict__.update(self.__dict__)
        return made
