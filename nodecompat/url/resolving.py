"""`url.resolve`: a link joined with the URL that it is in."""

from __future__ import annotations

import re
from typing import Any

from .legacy import formatLegacy, parse
from .parts import HOSTLESS, SLASHED, Url

_FILE = re.compile(r"file:?\Z")


def resolve(from_: Any, to: str) -> str:
    """The URL that a link leads to: `resolve("/one/two/three", "four")` is "/one/two/four".

    Args:
        from_: the URL that the link is in.
        to: the link.
    Raises: as `parse`.
    Node: https://nodejs.org/api/url.html#urlresolvefrom-to
    """
    return formatLegacy(_resolved(parse(from_, False, True), parse(to, False, True)))


def resolveObject(source: Any, relative: Any) -> Any:
    """As `resolve`, with the parts of the URL as the result.

    Raises: as `parse`.
    """
    if not source:
        return relative
    return _resolved(parse(source, False, True), parse(relative, False, True).copy())


def _resolved(source: Url, link: Url) -> Url:
    """The parts of `link`, as it stands in `source`; `link` itself may be changed."""
    result = source.copy()
    result.hash = link.hash  # also that of an empty link
    if link.href == "":
        pass
    elif link.slashes and not link.protocol:
        _takeAllButScheme(result, link)
    elif link.protocol and link.protocol != result.protocol:
        result = _withOtherScheme(result, link)
    else:
        _Joining(result, link).join()
    result.href = formatLegacy(result)
    return result


def _takeAllButScheme(result: Url, link: Url) -> None:
    """`//host/path`: everything is new but the scheme."""
    protocol = result.protocol
    result.__dict__.update(link.__dict__)
    result.protocol = protocol
    if protocol in SLASHED and result.hostname and not result.pathname:
        result.path = result.pathname = "/"


def _withOtherScheme(result: Url, link: Url) -> Url:
    """A link with a scheme of its own: as good as absolute, though its host may be the first name of its path."""
    if link.protocol not in SLASHED:
        return link.copy()
    assert link.protocol is not None
    result.protocol = link.protocol
    result.pathname = link.pathname
    if not link.host and not _FILE.match(link.protocol) and link.protocol not in HOSTLESS:
        names = (link.pathname or "").split("/")
        while names and not link.host:
            link.host = names.pop(0)
        link.host, link.hostname = link.host or "", link.hostname or ""
        names = names if names[:1] == [""] else ["", *names]
        names = names if len(names) > 1 else ["", *names]
        result.pathname = "/".join(names)
    result.search, result.query = link.search, link.query
    result.host, result.auth = link.host or "", link.auth
    result.hostname, result.port = link.hostname or link.host, link.port
    if result.pathname or result.search:
        result.setPath()
    result.slashes = result.slashes or link.slashes
    return result


class _Joining:
    """A link without a scheme, or with that of the source."""

    def __init__(self, result: Url, link: Url) -> None:
        self.result, self.link = result, link
        self.sourceNames = result.pathname.split("/") if result.pathname else []
        self.linkNames = link.pathname.split("/") if link.pathname else []
        isSourceAbsolute = bool(result.pathname) and self.sourceNames[0] == ""
        self.isLinkAbsolute = bool(link.host) or (bool(link.pathname) and self.linkNames[0] == "")
        self.endsAbsolute = self.isLinkAbsolute or isSourceAbsolute or bool(result.host and link.pathname)
        self.keepsNoDots = self.endsAbsolute
        #: "mailto:" and its like: the host is one more name of the path, for ".." to climb over.
        self.isBare = bool(result.protocol) and result.protocol not in SLASHED

    def join(self) -> None:
        result, link = self.result, self.link
        if self.isBare:
            self._hostsToPaths()
        if self.isLinkAbsolute:
            self._takeHost()
            names = self.linkNames
        elif self.linkNames:
            names = self.sourceNames[:-1] + self.linkNames
        elif link.search is not None:
            self._onlySearch()
            return
        else:
            self._finish(self.sourceNames)
            return
        result.search, result.query = link.search, link.query
        self._finish(names)

    def _hostsToPaths(self) -> None:
        result, link = self.result, self.link
        result.hostname, result.port = "", None
        self.sourceNames = _withFirst(self.sourceNames, result.host)
        result.host = ""
        if link.protocol:
            link.hostname = link.port = result.auth = None
            self.linkNames = _withFirst(self.linkNames, link.host)
            link.host = None
        self.endsAbsolute = self.endsAbsolute and "" in (*self.linkNames[:1], *self.sourceNames[:1])

    def _takeHost(self) -> None:
        result, link = self.result, self.link
        if link.host is not None:
            if result.host != link.host:
                result.auth = None
            result.host, result.port = link.host, link.port
        if link.hostname is not None:
            if result.hostname != link.hostname:
                result.auth = None
            result.hostname = link.hostname

    def _onlySearch(self) -> None:
        result = self.result
        if self.isBare:
            self._hostFrom(self.sourceNames.pop(0) if self.sourceNames else None)
        result.search, result.query = self.link.search, self.link.query
        result.setPath()

    def _hostFrom(self, name: str | None) -> None:
        """The first name of the path is the host again, with the user that may be in it."""
        result = self.result
        user, at, host = (name or "").partition("@")
        if at and user:
            result.auth, name = user, host.split("@")[0]
        result.hostname = result.host = name

    def _finish(self, names: list[str]) -> None:
        result, link = self.result, self.link
        if not names:
            result.pathname = None
            result.path = "/" + result.search if result.search else None
            return
        last = names[-1]
        isDots = last in (".", "..") and bool(result.host or link.host or len(names) > 1)
        names = self._withoutDots(names)
        if (isDots or last == "") and not "/".join(names).endswith("/"):
            names.append("")
        isAbsolute = bool(names) and names[0][:1] in ("", "/")
        if self.isBare:
            self._hostFrom("" if isAbsolute or not names else names.pop(0))
        if (self.endsAbsolute or (result.host and names)) and not isAbsolute:
            names.insert(0, "")
        if names:
            result.pathname = "/".join(names)
        else:
            result.pathname = result.path = None
        result.setPath()
        result.auth = link.auth or result.auth
        result.slashes = result.slashes or link.slashes

    def _withoutDots(self, names: list[str]) -> list[str]:
        kept: list[str] = []
        up = 0
        for name in reversed(names):
            if name == "..":
                up += 1
            elif name != "." and up:
                up -= 1
            elif name != ".":
                kept.insert(0, name)
        if not self.endsAbsolute and not self.keepsNoDots:
            kept = [".."] * up + kept
        if self.endsAbsolute and kept[:1] != [""] and not (kept and kept[0].startswith("/")):
            kept.insert(0, "")
        return kept


def _withFirst(names: list[str], host: str | None) -> list[str]:
    if not host:
        return names
    return [host, *names[1:]] if names[:1] == [""] else [host, *names]
