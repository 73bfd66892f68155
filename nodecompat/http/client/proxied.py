"""What changes in a request that a proxy reads: an absolute URL as its target, and headers for the proxy.

Follows the built-in proxy support of Node 26; `proxy.py` tells which proxy there is. A CONNECT keeps its target.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ... import errors
from ...url import URL
from .arguments import hostHeader

if TYPE_CHECKING:
    from .proxy import ProxyConfig
    from .request import ClientRequest


def proxyOf(agent: Any, protocol: str, opts: Mapping[str, Any]) -> ProxyConfig | None:
    """The proxy that reads a request of this agent: none of one over TLS, which goes through a tunnel to its server."""
    find = getattr(agent, "_proxyOf_", None) if protocol == "http:" else None
    proxy: ProxyConfig | None = find(opts) if find is not None else None
    return proxy


def absolutePath(request: ClientRequest, opts: Mapping[str, Any]) -> str:
    """The target for a proxy: an absolute URL."""
    path = request.path
    if request.method == "CONNECT":
        return path
    authority = hostHeader({**opts, "defaultPort": 80})
    if path.startswith(("http://", "https://")):
        if URL(path).host != authority:
            reason = f"must match the request authority ({authority})"
            raise errors.ERR_INVALID_ARG_VALUE("options.path", path, reason)
        return path
    return f"http://{authority}{path}"


def sendThrough(request: ClientRequest, proxy: ProxyConfig, opts: Mapping[str, Any]) -> None:
    """Set what the proxy needs on a request whose headers are set."""
    authority = hostHeader({**opts, "defaultPort": 80})
    host = request.getHeader("host")
    if host is not None and request.method != "CONNECT" and host not in (authority, hostHeader(opts)):
        reason = f"must match the request authority ({authority})"
        raise errors.ERR_INVALID_ARG_VALUE("Host in options.headers", host, reason)
    request._path_ = absolutePath(request, opts)
    if proxy.authorization is not None:
        request.setHeader("proxy-authorization", proxy.authorization)
    request.setHeader("proxy-connection", "keep-alive" if request.shouldKeepAlive else "close")
