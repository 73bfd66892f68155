"""Which proxy a request goes through: HTTP_PROXY, HTTPS_PROXY and NO_PROXY, as an Agent's `proxyEnv` gives them.

Follows the built-in proxy support of Node 26, https://nodejs.org/api/http.html#built-in-proxy-support. Sans-I/O. The
user and password of a proxy stand in one header of the requests to it and nowhere else: not in an error, not in a repr.
"""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from ... import errors
from ...url import URL

DEFAULT_PORTS = {"http:": "80", "https:": "443"}


class ProxyConfig:
    """One proxy, and the hosts that are reached without it.

    Args:
        url: of the proxy, http or https.
        noProxy: the value of NO_PROXY.
    Raises:
        ERR_PROXY_INVALID_CONFIG, without the URL's user and password.
    """

    __slots__ = ("_bypasses", "authorization", "hostname", "port", "protocol")

    def __init__(self, url: str, noProxy: str | None) -> None:
        try:
            parsed = URL(url)
        except errors.ERR_INVALID_URL:
            raise errors.ERR_PROXY_INVALID_CONFIG(f"Invalid proxy URL: {_withoutUser(url)}") from None
        self.protocol: str = parsed.protocol
        self.hostname: str = parsed.hostname.strip("[]")
        self.port: int = int(parsed.port or DEFAULT_PORTS[parsed.protocol])
        self.authorization: str | None = None
        if parsed.username or parsed.password:
            user = f"{unquote(parsed.username)}:{unquote(parsed.password)}"
            self.authorization = "Basic " + base64.b64encode(user.encode()).decode("ascii")
        names = (noProxy or "").replace(",", " ").split()
        self._bypasses = [name.lower() for name in names]

    def __repr__(self) -> str:
        return f"ProxyConfig({self.protocol}//{self.hostname}:{self.port})"

    def covers(self, hostname: str, port: Any) -> bool:
        """True when a request to `hostname` goes through the proxy."""
        host = hostname.lower()
        return not any(_matches(entry, host, str(port)) for entry in self._bypasses)


def proxyFor(protocol: str, env: Any) -> ProxyConfig | None:
    """The proxy that `env` names for requests of `protocol`, or None.

    Raises: ERR_PROXY_INVALID_CONFIG.
    """
    if not isinstance(env, Mapping):
        return None
    names = ("https_proxy", "HTTPS_PROXY") if protocol == "https:" else ("http_proxy", "HTTP_PROXY")
    url = env.get(names[0]) or env.get(names[1])
    if isinstance(url, str) and ("\r" in url or "\n" in url):
        raise errors.ERR_PROXY_INVALID_CONFIG(f"Invalid proxy URL: {_withoutUser(url)}")
    # As in Node, what is no http or https URL is no proxy, so that a SOCKS proxy of other programs is no error.
    if not url or not str(url).startswith(("http://", "https://")):
        return None
    return ProxyConfig(str(url), env.get("no_proxy") or env.get("NO_PROXY"))


def checkProxyUrl(url: str) -> None:
    """Raise ERR_PROXY_INVALID_CONFIG unless `url` is that of an http or https proxy."""
    if not url.startswith(("http://", "https://")):
        raise errors.ERR_PROXY_INVALID_CONFIG(f"Invalid proxy URL: {_withoutUser(url)}")
    ProxyConfig(url, None)


def _matches(entry: str, host: str, port: str) -> bool:
    """One entry of NO_PROXY: a name, with a port, a suffix, an address or a range of addresses."""
    if entry in ("*", host, f"{host}:{port}"):
        return True
    if entry.startswith("*."):
        return host.endswith(entry[1:])
    if entry.startswith("."):
        return host == entry[1:] or host.endswith(entry)
    first, dash, last = entry.partition("-")
    return bool(dash) and _isBetween(first, host, last)


def _isBetween(first: str, host: str, last: str) -> bool:
    try:
        low, address, high = (int(ipaddress.IPv4Address(text)) for text in (first, host, last))
    except ValueError:
        return False
    return low <= address <= high


def _withoutUser(url: str) -> str:
    scheme, slashes, rest = url.partition("://")
    return scheme + slashes + rest.rpartition("@")[2]
