"""`URL` as the WHATWG standard has it, and the functions around it.

The parser is ada's, the one inside Node (`ada-url` binds it). urllib parses RFC 3986 and is no substitute:
"http:\\\\h/a/../b c" is a URL to Node, and a program that checks one reading and requests another is an open door.

Node: https://nodejs.org/api/url.html#the-whatwg-url-api
"""

from __future__ import annotations

import re
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ..errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_URL, toText
from ..records import BareRecord
from ..texts import wellFormed

if TYPE_CHECKING:
    from ..blob import Blob
    from .searchparams import URLSearchParams

__all__ = ["URL", "asUrl", "domainToASCII", "domainToUnicode", "targetOf", "urlToHttpOptions"]

#: The parts of a URL that the parser has written: protocol, "//" with what belongs to it, user, password, host name,
#: port, path, search, hash. Where there is no host, "/." keeps a path of "//" apart from one. Without the look ahead a
#: host and its port would be tried as a user and a password, which costs half of it.
_parts = re.compile(
    r"([^:]+:)(//(?:(?=[^/?#@]*@)([^/?#@:]*)(?::([^/?#@]*))?@)?(\[[^\]]*\]|[^/?#:]*)(?::([0-9]+))?)?(?:/\.(?=//))?"
    r"([^?#]*)(\?[^#]*)?(#.*)?",
    re.DOTALL,
).fullmatch
_SHOWN = (
    "href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search",
    "searchParams", "hash",
)  # fmt: skip

_parser: ModuleType | None = None


class URL:
    """A URL, its parts readable and settable.

    Args:
        input: the text; what is no text becomes one.
        base: the URL that a relative `input` starts from.
    Raises:
        ERR_INVALID_URL: neither is a URL; `input` and `base` are its attributes.
    Example:
        url = URL("../search?q=a b", "https://example.com/docs/x")
        url.href                            # "https://example.com/search?q=a%20b"
        url.searchParams.get("q")           # "a b"
        url.port = 8080                     # a value that is no port changes nothing
    Differs: `origin` and `searchParams` cannot be set: AttributeError (in Node a TypeError, in strict mode).
    Node: https://nodejs.org/api/url.html#class-url
    """

    __slots__ = ("__weakref__", "_ada_", "_cut_", "_params_")

    def __init__(self, input: object, base: object = None) -> None:
        text = input if type(input) is str and input.isascii() else _toText(input)
        #: The parser's object, made when something is set: most URLs are only read, which takes half the time so.
        self._ada_: Any = None
        try:
            if base is None:
                href = _ada().normalize_url(text)
            else:
                self._ada_ = _ada().URL(text, _toText(base))
                href = self._ada_.href
        except ValueError:
            raise ERR_INVALID_URL(text, None if base is None else _toText(base)) from None
        self._params_: URLSearchParams | None = None
        cut = _parts(href)
        assert cut is not None, "what the parser writes has these parts"
        self._cut_ = cut

    def _parsed_(self) -> Any:
        if self._ada_ is None:
            self._ada_ = _ada().URL(self._cut_.string)
        return self._ada_

    def _set_(self, name: str, value: object) -> bool:
        """Set a part; False if the parser refuses the value."""
        parsed = self._parsed_()
        try:
            setattr(parsed, name, _toText(value))
        except ValueError:
            return False
        cut = _parts(parsed.href)
        assert cut is not None, "what the parser writes has these parts"
        self._cut_ = cut
        return True

    @staticmethod
    def canParse(input: object, base: object = None) -> bool:
        """Whether `URL(input, base)` works. Node: https://nodejs.org/api/url.html#urlcanparseinput-base"""
        return bool(_ada().URL.can_parse(_toText(input), None if base is None else _toText(base)))

    @staticmethod
    def parse(input: object, base: object = None) -> URL | None:
        """`URL(input, base)`, or None instead of an error. Node: https://nodejs.org/api/url.html#urlparseinput-base"""
        return URL(input, base) if URL.canParse(input, base) else None

    @staticmethod
    def createObjectURL(blob: Blob) -> str:
        """A "blob:nodedata:…" URL by which `buffer.resolveObjectURL` and `fetch` find the Blob, until it is revoked.

        Raises: ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/url.html#urlcreateobjecturlblob
        """
        from .objects import createObjectURL

        return createObjectURL(blob)

    @staticmethod
    def revokeObjectURL(id: object) -> None:
        """Let go of the Blob of such a URL. Node: https://nodejs.org/api/url.html#urlrevokeobjecturlid"""
        from .objects import revokeObjectURL

        revokeObjectURL(toText(id))

    @property
    def href(self) -> str:
        """The whole URL. Setting what is no URL raises ERR_INVALID_URL."""
        return self._cut_.string

    @href.setter
    def href(self, value: object) -> None:
        if not self._set_("href", value):
            raise ERR_INVALID_URL(toText(value))
        self._refreshParams_()

    @property
    def origin(self) -> str:
        """Scheme, host and port of a URL of the web, "null" for others."""
        return str(self._parsed_().origin)

    @property
    def protocol(self) -> str:
        """The scheme, with its colon."""
        return self._cut_[1]

    @protocol.setter
    def protocol(self, value: object) -> None:
        self._set_("protocol", value)

    @property
    def username(self) -> str:
        """The user's name, percent-encoded."""
        return self._cut_[3] or ""

    @username.setter
    def username(self, value: object) -> None:
        self._set_("username", value)

    @property
    def password(self) -> str:
        """The password, percent-encoded."""
        return self._cut_[4] or ""

    @password.setter
    def password(self, value: object) -> None:
        self._set_("password", value)

    @property
    def host(self) -> str:
        """Host name and, unless it is the scheme's own, port."""
        return f"{self.hostname}:{self._cut_[6]}" if self._cut_[6] else self.hostname

    @host.setter
    def host(self, value: object) -> None:
        self._set_("host", value)

    @property
    def hostname(self) -> str:
        """The host's name or address, an IPv6 address in brackets."""
        return self._cut_[5] or ""

    @hostname.setter
    def hostname(self, value: object) -> None:
        self._set_("hostname", value)

    @property
    def port(self) -> str:
        """The port, "" if it is the scheme's own."""
        return self._cut_[6] or ""

    @port.setter
    def port(self, value: object) -> None:
        self._set_("port", value)

    @property
    def pathname(self) -> str:
        """The path."""
        return self._cut_[7]

    @pathname.setter
    def pathname(self, value: object) -> None:
        self._set_("pathname", value)

    @property
    def search(self) -> str:
        """The query with its "?", or ""."""
        return _unlessBare(self._cut_[8])

    @search.setter
    def search(self, value: object) -> None:
        self._set_("search", value)
        self._refreshParams_()

    @property
    def searchParams(self) -> URLSearchParams:
        """The query as a `URLSearchParams`: what changes on one side changes on the other."""
        if self._params_ is None:
            from .searchparams import URLSearchParams

            self._params_ = URLSearchParams(self.search)
            self._params_._url_ = self
        return self._params_

    def _refreshParams_(self) -> None:
        if self._params_ is not None:
            self._params_._replace_(self.search)

    @property
    def hash(self) -> str:
        """The fragment with its "#", or ""."""
        return _unlessBare(self._cut_[9])

    @hash.setter
    def hash(self, value: object) -> None:
        self._set_("hash", value)

    def toString(self) -> str:
        """`href`. Node: https://nodejs.org/api/url.html#urltostring"""
        return self.href

    def toJSON(self) -> str:
        """`href`. Node: https://nodejs.org/api/url.html#urltojson"""
        return self.href

    def __str__(self) -> str:
        return self.href

    def __repr__(self) -> str:
        # Without the password: a repr ends up in logs.
        return f"URL({self.protocol}//{self.host}{self.pathname})"

    def __inspect__(self, depth: Any, options: Any, inspect: Any) -> str:
        if depth is not None and depth < 0:
            return f"{type(self).__name__} {{}}"
        return f"{type(self).__name__} {inspect({name: getattr(self, name) for name in _SHOWN}, options)}"


def _ada() -> ModuleType:
    """The parser; not loaded before there is something to parse."""
    global _parser
    if _parser is None:
        import ada_url

        _parser = ada_url
    return _parser


def _toText(value: object) -> str:
    return wellFormed(toText(value))


def _unlessBare(part: str | None) -> str:
    return part if part and len(part) > 1 else ""


def targetOf(url: URL) -> tuple[str, str, str, str]:
    """What a request needs of a URL, in one step: host with port, host name without brackets, port, path with query."""
    cut = url._cut_
    name, port = cut[5] or "", cut[6] or ""
    bare = name[1:-1] if name.startswith("[") else name
    return f"{name}:{port}" if port else name, bare, port, f"{cut[7]}{_unlessBare(cut[8])}" if cut[8] else cut[7]


def urlToHttpOptions(url: Any) -> BareRecord[Any]:
    """What http.request takes from a URL.

    Args:
        url: a `URL`, or an object with the same attributes.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/url.html#urlurltohttpoptionsurl
    """
    if url is None or isinstance(url, (str, int, float)):
        raise ERR_INVALID_ARG_TYPE("url", "object", url)
    hostname = url.hostname
    options: dict[str, Any] = {
        "protocol": url.protocol,
        "hostname": hostname[1:-1] if hostname.startswith("[") else hostname,
        "hash": url.hash,
        "search": url.search,
        "pathname": url.pathname,
        "path": f"{url.pathname}{url.search}",
        "href": url.href,
    }
    if url.port != "":
        options["port"] = int(url.port)
    if url.username or url.password:
        options["auth"] = f"{unquote(url.username)}:{unquote(url.password)}"
    return BareRecord(options)


def domainToASCII(domain: object) -> str:
    """The ASCII form of a domain, "" for what is none: as the host of a URL is read.

    Node: https://nodejs.org/api/url.html#urldomaintoasciidomain
    """
    probe = _ada().URL("ws://x")
    try:
        probe.hostname = _toText(domain)
    except ValueError:
        return ""
    return str(probe.hostname)


def domainToUnicode(domain: object) -> str:
    """The domain as people read it, "" for what is none: `domainToUnicode("xn--9ca.com")` is "é.com".

    Node: https://nodejs.org/api/url.html#urldomaintounicodedomain
    """
    return str(_ada().idna_to_unicode(domainToASCII(domain)))


def asUrl(value: Any) -> Any:
    """`value` as a URL if it stands for one, else None: ours, urllib's split results, hyperlink's and yarl's."""
    if isinstance(value, URL):
        return value
    if hasattr(value, "href") and hasattr(value, "protocol"):
        return value
    if hasattr(value, "geturl"):
        return URL(value.geturl())
    if hasattr(value, "to_text") and hasattr(value, "scheme"):
        # hyperlink's own words for "with the password": to_text() leaves it out.
        return URL(value.to_text(with_password=True))
    if hasattr(value, "raw_host") and hasattr(value, "scheme"):
        return URL(str(value))
    return None
