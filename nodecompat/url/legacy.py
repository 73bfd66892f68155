"""`url.parse` and `url.format`: Node's own reading of URLs, older than the standard's.

It takes any text and gives its parts, more or less; where it differs from `URL` a program that checks one reading and
requests another is open to attack. It is here for ports: new programs use `URL`.

Node: https://nodejs.org/api/url.html#legacy-url-api
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from .. import querystring
from ..coercion import optionsOf
from ..errors import ERR_INVALID_ARG_VALUE, ERR_INVALID_URI, ERR_INVALID_URL, toText
from ..records import BareRecord
from ..validators import validateString
from .parts import HOSTLESS, SLASHED, Url
from .whatwg import domainToASCII

__all__ = ["formatLegacy", "parse"]

_LONGEST_HOST = 255

_EDGES = " \t\r\n\f\xa0\ufeff"
_SCHEME = re.compile(r"[A-Za-z0-9.+-]+:")
_SIMPLE = re.compile(r"(//?(?!/)[^?\s]*)(\?[^\s]*)?\Z")
_USER_AND_HOST = re.compile(r"//[^@/]+@[^@/]+")
_ENDS_HOST = re.compile("[#/?]")
_NO_HOST = re.compile("[ \"#%'/;<>?\\\\^`{|}]")
_PORT = re.compile(r":[0-9]*\Z")
_FORBIDDEN = re.compile(r"[\0\t\n\r #%/:<>?@\[\\\]^|]")
_FORBIDDEN_IPV6 = re.compile(r"[\0\t\n\r #%/<>?@\\^|]")
_ESCAPED = {character: f"%{ord(character):02X}" for character in "\t\n\r \"'<>\\^`{|}"}
_SAFE_AUTH = "-_.!~*'():"
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")


def parse(url: Any, parseQueryString: bool = False, slashesDenoteHost: bool = False) -> Url:
    """The parts of a URL: `parse("http://a.com/p?q=1").pathname` is "/p".

    Args:
        url: the text; a `Url` is returned as it is.
        parseQueryString: `query` is what `querystring.parse` makes of it.
        slashesDenoteHost: in "//a/b" a is the host.
    Raises: ERR_INVALID_ARG_TYPE; ERR_INVALID_URL for a host that cannot be, ERR_INVALID_ARG_VALUE for a port that is no
        number, ERR_INVALID_URI for a user with a stray "%".
    Node: https://nodejs.org/api/url.html#urlparseurlstring-parsequerystring-slashesdenotehost
    """
    if isinstance(url, Url):
        return url
    validateString(url, "url")
    found = Url()
    rest, isPlain = _straightened(url)
    simple = _SIMPLE.match(rest) if isPlain and not slashesDenoteHost else None
    if simple:
        _setSimple(found, rest, simple, parseQueryString)
        return found
    scheme = _SCHEME.match(rest)
    if scheme:
        found.protocol = scheme[0].lower()
        rest = rest[scheme.end() :]
    isHostless = found.protocol in HOSTLESS
    hasSlashes = False
    if slashesDenoteHost or scheme or _USER_AND_HOST.match(rest):
        hasSlashes = rest.startswith("//")
        if hasSlashes and not isHostless:
            rest, found.slashes = rest[2:], True
    if not isHostless and (hasSlashes or (scheme and found.protocol not in SLASHED)):
        rest = _readAuthority(found, rest, url)
    if not isHostless:
        rest = "".join(_ESCAPED.get(character, character) for character in rest)
    _readTail(found, rest, parseQueryString)
    found.setPath()
    found.href = formatLegacy(found)
    return found


def _straightened(url: str) -> tuple[str, bool]:
    """The text without blanks around it, and with slashes for backslashes up to "?" or "#"; and whether it has no "#",
    and no "@" up to there."""
    text = url.strip(_EDGES)
    end = min((place for place in (text.find("?"), text.find("#")) if place >= 0), default=len(text))
    return text[:end].replace("\\", "/") + text[end:], "#" not in text and "@" not in text[:end]


def _setSimple(found: Url, text: str, match: re.Match[str], parseQueryString: bool) -> None:
    """A path with or without a query."""
    found.path = found.href = text
    found.pathname = match[1]
    if match[2]:
        found.search = match[2]
        found.query = querystring.parse(match[2][1:]) if parseQueryString else match[2][1:]
    elif parseQueryString:
        found.query = BareRecord()


def _readAuthority(found: Url, rest: str, url: str) -> str:
    """Take user, host and port; what is left is returned."""
    end = _ENDS_HOST.search(rest)
    stop = end.start() if end else len(rest)
    authority = rest[:stop].translate({9: None, 10: None, 13: None})
    behind = rest[stop:]
    user, at, host = authority.rpartition("@")
    if at:
        found.auth = _decoded(user)
    no = _NO_HOST.search(host)
    if no:
        host, behind = host[: no.start()], host[no.start() :] + behind
    port = _PORT.search(host)
    if port:
        found.port = port[0][1:] or None
        host = host[: port.start()]
    return _setHost(found, host, behind, url)


def _decoded(user: str) -> str:
    if _STRAY.search(user):
        raise ERR_INVALID_URI()
    try:
        return unquote_to_bytes(user.encode("utf-8", "surrogatepass")).decode()
    except UnicodeDecodeError:
        raise ERR_INVALID_URI() from None


def _setHost(found: Url, hostname: str, behind: str, url: str) -> str:
    isIPv6 = hostname.startswith("[") and hostname.endswith("]")
    if not isIPv6 and ":" in hostname:
        raise ERR_INVALID_ARG_VALUE("url", "Invalid port in url", url)
    hostname = "" if len(hostname) > _LONGEST_HOST else hostname.lower()
    if hostname and isIPv6:
        if _FORBIDDEN_IPV6.search(hostname):
            raise ERR_INVALID_URL(url)
    elif hostname:
        hostname = hostname if hostname.isascii() else domainToASCII(hostname)
        if not hostname or _FORBIDDEN.search(hostname):
            raise ERR_INVALID_URL(url)
    found.host = hostname + (f":{found.port}" if found.port else "")
    if isIPv6:
        hostname = hostname[1:-1]
        behind = behind if behind.startswith("/") else "/" + behind
    found.hostname = hostname
    return behind


def _readTail(found: Url, rest: str, parseQueryString: bool) -> None:
    """Path, search and hash."""
    rest, mark, fragment = rest.partition("#")
    if mark:
        found.hash = mark + fragment
    path, mark, query = rest.partition("?")
    if mark:
        found.search = mark + query
        found.query = querystring.parse(query) if parseQueryString else query
    elif parseQueryString:
        found.query = BareRecord()
    found.pathname = path or None
    if found.protocol in SLASHED and found.hostname and not path:
        found.pathname = "/"


def formatLegacy(urlObject: Any) -> str:
    """The text of a `Url`, or of a mapping with such parts.

    Node: https://nodejs.org/api/url.html#urlformaturlobject
    """
    if isinstance(urlObject, str):
        return formatLegacy(parse(urlObject))
    parts = optionsOf(urlObject)

    def text(name: str) -> str:
        value = parts.get(name)
        return toText(value) if value else ""

    protocol, pathname, fragment = text("protocol"), text("pathname"), text("hash")
    if protocol and not protocol.endswith(":"):
        protocol += ":"
    host = _hostOf(parts, text)
    query = parts.get("query")
    search = text("search")
    if not search and query is not None and not isinstance(query, (str, int, float)):
        pairs = querystring.stringify(query)
        search = "?" + pairs if pairs else ""
    pathname = pathname.replace("#", "%23").replace("?", "%3F")
    if parts.get("slashes") or protocol in SLASHED:
        if parts.get("slashes") or host:
            if pathname and not pathname.startswith("/"):
                pathname = "/" + pathname
            host = "//" + host
        elif protocol.startswith("file"):
            host = "//"
    search = search.replace("#", "%23")
    if fragment and not fragment.startswith("#"):
        fragment = "#" + fragment
    if search and not search.startswith("?"):
        search = "?" + search
    return protocol + host + pathname + search + fragment


def _hostOf(parts: dict[str, Any], text: Any) -> str:
    auth = text("auth")
    if auth:
        auth = quote(auth, _SAFE_AUTH) + "@"
    if text("host"):
        return str(auth + text("host"))
    hostname = text("hostname")
    if not hostname:
        return ""
    if ":" in hostname and not (hostname.startswith("[") and hostname.endswith("]")):
        hostname = f"[{hostname}]"
    port = text("port")
    return f"{auth}{hostname}{':' + port if port else ''}"
