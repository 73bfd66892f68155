"""URLs as http.request reads them: the WHATWG parser for the schemes of the web, and url.urlToHttpOptions.

Follows `new URL(text)` of Node 26 for absolute http, https, ws, wss, ftp and file URLs; a URL of any other scheme is
only cut into its parts. urllib parses RFC 3986 and is no substitute: "http:\\\\h/a/../b c" is a URL to Node, and
a program that checks one reading and requests another is an open door.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import Any
from urllib.parse import quote, unquote, unquote_to_bytes

from ..errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_URL, toText

_DEFAULT_PORTS = {"http:": "80", "https:": "443", "ws:": "80", "wss:": "443", "ftp:": "21"}

_splitScheme = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*:)(.*)", re.DOTALL).fullmatch
_splitSpecial = re.compile(r"[/\\]*([^/\\?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL).fullmatch
_splitFile = re.compile(r"(?:[/\\]{2}([^/\\?#]*))?([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL).fullmatch
_isDrive = re.compile(r"[A-Za-z][:|]").fullmatch
_startsWithDrive = re.compile(r"/([A-Za-z])[:|](?=/|\Z)").match
_splitOther = re.compile(r"(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL).fullmatch
_hasForbidden = re.compile(r"[\0-\x20#%/:<>?@\[\\\]^|\x7f]").search
_isNumber = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*").fullmatch
_isPort = re.compile(r"[0-9]*").fullmatch
_endOfHost = re.compile(r"[/\\?#]")
_dots = re.compile(r"(?:\.|%2[eE]){1,2}").fullmatch
_REMOVED = str.maketrans("", "", "\t\n\r")
_EDGES = "".join(map(chr, range(0x21)))

# Printable characters that stay as they are in each part; letters, digits and -._~ always do.
_SAFE_PATH = "!$%&'()*+,/:;=@[]|"
_SAFE_QUERY = "!$%&()*+,/:;=?@[\\]^`{|}"
_SAFE_FRAGMENT = "!#$%&'()*+,/:;=?@[\\]^{|}"
_SAFE_USER = "!$%&'()*+,"


class URL:
    """An absolute URL, parsed once and never changed.

    Args:
        input: the text.
    Raises:
        ERR_INVALID_URL.
    Differs:
        its parts cannot be set.
    Node: url.html#the-whatwg-url-api
    """

    __slots__ = ("hash", "hostname", "password", "pathname", "port", "protocol", "search", "username")

    def __init__(self, input: str) -> None:
        text = input.strip(_EDGES).translate(_REMOVED)
        if not text.isascii():  # a lone surrogate becomes U+FFFD
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        parts = _splitScheme(text)
        if parts is None:
            raise ERR_INVALID_URL(input)
        self.protocol = parts[1].lower()
        self.username = self.password = self.port = ""
        try:
            if self.protocol in _DEFAULT_PORTS:
                self._parseSpecial_(parts[2])
            elif self.protocol == "file:":
                self._parseFile_(parts[2])
            else:
                self._parseOther_(parts[2])
        except (ValueError, IndexError):
            raise ERR_INVALID_URL(input) from None

    def _parseSpecial_(self, rest: str) -> None:
        match = _splitSpecial(rest)
        assert match is not None, "every text has these parts"
        authority, path, search, fragment = match.groups()
        user, at, address = authority.rpartition("@")
        if at:
            name, _, password = user.partition(":")
            self.username, self.password = quote(name, _SAFE_USER), quote(password, _SAFE_USER)
        self.hostname, port = _splitPort(address)
        self.port = "" if port == _DEFAULT_PORTS[self.protocol] else port
        self.pathname = normalPath(path.replace("\\", "/"))
        self.search = quote(search, _SAFE_QUERY) if search and len(search) > 1 else ""
        self.hash = "#" + quote(fragment[1:], _SAFE_FRAGMENT) if fragment and len(fragment) > 1 else ""

    def _parseFile_(self, rest: str) -> None:
        match = _splitFile(rest)
        assert match is not None, "every text has these parts"
        authority, path, search, fragment = match.groups()
        path = path.replace("\\", "/")
        if authority and _isDrive(authority):
            authority, path = "", f"/{authority}{path}"
        hostname, port = _splitPort(authority) if authority else ("", "")
        if port:
            raise ValueError("a file has no port")
        self.hostname = "" if hostname == "localhost" else hostname
        self.pathname = _withDrive(path if path.startswith("/") else "/" + path)
        self.search = quote(search, _SAFE_QUERY) if search and len(search) > 1 else ""
        self.hash = "#" + quote(fragment[1:], _SAFE_FRAGMENT) if fragment and len(fragment) > 1 else ""

    def _parseOther_(self, rest: str) -> None:
        match = _splitOther(rest)
        assert match is not None, "every text has these parts"
        authority, self.pathname, search, fragment = match.groups()
        self.hostname = (authority or "").rpartition("@")[2]
        self.search = search if search and len(search) > 1 else ""
        self.hash = fragment if fragment and len(fragment) > 1 else ""

    @property
    def host(self) -> str:
        """Host name and, unless it is the scheme's own, port."""
        return f"{self.hostname}:{self.port}" if self.port else self.hostname

    @property
    def origin(self) -> str:
        """Scheme and host."""
        return f"{self.protocol}//{self.host}" if self.protocol in _DEFAULT_PORTS else "null"

    @property
    def href(self) -> str:
        """The whole URL."""
        user = self.username + (f":{self.password}" if self.password else "")
        slashes = "//" if self.protocol in _DEFAULT_PORTS or self.protocol == "file:" or self.hostname else ""
        authority = slashes + (f"{user}@" if user else "") + self.host
        return self.protocol + authority + self.pathname + self.search + self.hash

    def __str__(self) -> str:
        return self.href

    def __repr__(self) -> str:
        # Without the password: a repr ends up in logs.
        return f"URL({self.protocol}//{self.host}{self.pathname})"


def urlToHttpOptions(url: Any) -> dict[str, Any]:
    """What http.request takes from a URL.

    Args:
        url: a `URL`, or an object with the same attributes.
    Node: url.html#urlurltohttpoptionsurl
    """
    if url is None or isinstance(url, (str, int, float)):
        raise ERR_INVALID_ARG_TYPE("url", "object", url)
    hostname = url.hostname
    options = {
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
    return options


def domainToASCII(domain: Any) -> str:
    """The ASCII form of a domain, "" for what is none: as the host of a URL is read.

    Node: url.html#urldomaintoasciidomain
    """
    text = toText(domain).translate(_REMOVED)
    name = _endOfHost.split(text, maxsplit=1)[0]
    try:
        if name.startswith("["):
            return "[" + _shortIPv6(name[1:-1]) + "]" if name.endswith("]") else ""
        return _parseHost(name)
    except ValueError:
        return ""


def domainToUnicode(domain: Any) -> str:
    """The domain as people read it, "" for what is none: `domainToUnicode("xn--9ca.com")` is "é.com".

    Node: url.html#urldomaintounicodedomain
    """
    labels = domainToASCII(toText(domain)).split(".")
    return ".".join(_readable(label) for label in labels)


def _readable(label: str) -> str:
    try:
        return _decodedLabel(label)
    except ValueError:
        return label


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


# -- the parts


def _splitPort(address: str) -> tuple[str, str]:
    """Host and port of an authority without user."""
    if address.startswith("["):
        end = address.index("]")
        host, rest = "[" + _shortIPv6(address[1:end]) + "]", address[end + 1 :]
    else:
        name, colon, after = address.partition(":")
        host, rest = _parseHost(name), colon + after
    if not rest:
        return host, ""
    if rest[0] != ":" or not _isPort(rest[1:]):
        raise ValueError("port")
    digits = rest[1:].lstrip("0")
    if len(digits) > 5 or (digits and int(digits) > 65535):
        raise ValueError("port")
    return host, digits or ("0" if len(rest) > 1 else "")


def _parseHost(name: str) -> str:
    text = unquote_to_bytes(name).decode("utf-8", "replace") if "%" in name else name
    text = _toAscii(text)
    if not text or _hasForbidden(text) or not text.isascii():
        raise ValueError("host")
    labels = text.split(".")
    if labels[-1] == "" and len(labels) > 1:
        labels.pop()
    return _parseIPv4(labels) if _isNumber(labels[-1]) else text


def _toAscii(text: str) -> str:
    """The ASCII form of an international name, as browsers make it."""
    if text.isascii():
        return text.lower()
    try:
        import idna
    except ImportError:  # comes with Twisted by way of hyperlink, but is not its direct dependency
        return text.encode("idna").decode("ascii").lower()
    labels = idna.uts46_remap(text, std3_rules=False, transitional=False).split(".")
    for label in labels:
        _checkLabel(_decodedLabel(label))
    return ".".join(label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii") for label in labels)


def _decodedLabel(label: str) -> str:
    """A label in Unicode. Its ASCII form must be the one that the Unicode has.

    Raises:
        ValueError: it is not.
    """
    import idna

    if not label.startswith("xn--"):
        return label
    text = label[4:].encode("ascii").decode("punycode")
    if text.isascii() or text != idna.uts46_remap(text, std3_rules=False, transitional=False):
        raise ValueError("label")
    return text


def _checkLabel(label: str) -> None:
    """UTS 46: no mark at the beginning, joiners only where they join, directions that do not mix, and no label that
    only looks like an ASCII form."""
    import idna

    if label.isascii():
        return
    idna.check_initial_combiner(label)
    if any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in label):
        idna.check_bidi(label)
    hasStrayJoiner = any(
        char in "\u200c\u200d" and not idna.valid_contextj(label, index) for index, char in enumerate(label)
    )
    if hasStrayJoiner or label.startswith("xn--"):
        raise ValueError("label")


def _parseIPv4(labels: list[str]) -> str:
    """Decimal, octal and hexadecimal parts, of which the last fills what is left."""
    numbers = []
    for label in labels:
        if not _isNumber(label):
            raise ValueError("host")
        if label[:2] in ("0x", "0X"):
            numbers.append(int(label[2:] or "0", 16))
        else:
            numbers.append(int(label, 8 if len(label) > 1 and label[0] == "0" else 10))
    *front, last = numbers
    if len(numbers) > 4 or any(number > 255 for number in front) or last >= 256 ** (5 - len(numbers)):
        raise ValueError("host")
    return str(ipaddress.IPv4Address(last + sum(number << 24 - 8 * place for place, number in enumerate(front))))


def _shortIPv6(text: str) -> str:
    if "%" in text:
        raise ValueError("host")
    number = int(ipaddress.IPv6Address(text))  # its text differs between versions of Python
    words = [f"{number >> place & 0xFFFF:x}" for place in range(112, -16, -16)]
    runs = [match.span() for match in re.finditer(r"(?:^|:)0(?::0)+(?=:|$)", ":".join(words))]
    if not runs:
        return ":".join(words)
    start, end = max(runs, key=lambda run: (run[1] - run[0], -run[0]))
    whole = ":".join(words)
    return whole[:start].rstrip(":") + "::" + whole[end:].lstrip(":")


def _withDrive(path: str) -> str:
    """The path of a file, worked out; no ".." leads above the letter of a drive."""
    drive = _startsWithDrive(path)
    if drive is None:
        return normalPath(path)
    return f"/{drive[1]}:" + (normalPath(path[3:]) if len(path) > 3 else "")


def normalPath(path: str) -> str:
    """The path with "." and ".." worked out."""
    out: list[str] = []
    segments = path.split("/")[1:] if path.startswith("/") else [path] if path else [""]
    for place, segment in enumerate(segments):
        isLast = place == len(segments) - 1
        if not _dots(segment):
            out.append(quote(segment, _SAFE_PATH))
            continue
        if len(unquote(segment)) == 2 and out:
            out.pop()
        if isLast:
            out.append("")
    return "/" + "/".join(out)
