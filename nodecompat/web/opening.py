"""The client's half of a WebSocket's opening handshake: the request, and whether the answer agrees to it.

Node: https://nodejs.org/api/globals.html#class-websocket
"""

from __future__ import annotations

import base64
import secrets
from typing import Any, Protocol

from ..errors import NodeError
from ..http.client.exchange import PATIENCE
from ..http.client.proxied import proxyOf
from ..http.client.proxy import ProxyConfig
from ..http.client.request import ClientRequest
from ..reactor.loop import ticks
from ..timers import Timeout, setTimeout
from ..url import URL
from ..websocket.protocol import deflate
from ..websocket.protocol.headers import Parameters, acceptFor
from .decoding import acceptedOver
from .failures import InvalidArgumentError, NotSupportedError
from .fetching import BAD_PORTS
from .headers import Headers
from .pool import agentFor

_OFFER = "permessage-deflate; client_max_window_bits"
_HTTP = {"ws:": "http:", "wss:": "https:"}
_PORTS = {"http:": 80, "https:": 443}
#: What a program may not set, and what is made here whatever it sets.
_REFUSED = frozenset(("transfer-encoding", "keep-alive", "upgrade"))
_NOT_SENT = frozenset(("host", "connection", "content-length"))
#: Parameters of permessage-deflate that a server may answer with.
_PARAMETERS = (
    *("server_no_context_takeover", "client_no_context_takeover", "server_max_window_bits", "client_max_window_bits"),
)


class Opener(Protocol):
    """Who opens a connection; hears one of the two, once."""

    def onOpened(
        self, socket: Any, head: bytes, protocol: str, extensions: str, agreed: deflate.Agreed | None
    ) -> object:
        """The handshake is over."""

    def onRefused(self, why: BaseException) -> object:
        """There is no connection."""


class Opening:
    """A handshake under way.

    Args:
        opener: who hears of its end.
        url: with the scheme ws: or wss:.
        protocols: the subprotocols to choose from.
        headers: further fields of the request.
        agent: an http.Agent or https.Agent; None for that of fetch.
    """

    __slots__ = ("_isOver", "_key", "_opener", "_protocols", "_request", "_timer")

    def __init__(self, opener: Opener, url: URL, protocols: list[str], headers: Any, agent: Any) -> None:
        self._opener: Opener | None = opener
        self._key = base64.b64encode(secrets.token_bytes(16)).decode()
        self._request: ClientRequest | None = None
        self._timer: Timeout | None = None
        self._isOver = False
        fields = Headers(headers)
        fields.append("sec-websocket-key", self._key)
        fields.append("sec-websocket-version", "13")
        for protocol in protocols:
            fields.append("sec-websocket-protocol", protocol)
        fields.append("sec-websocket-extensions", _OFFER)
        #: The program may have given some by a header.
        self._protocols = [each.strip() for each in (fields.get("sec-websocket-protocol") or "").split(",")]
        ticks.queueMicrotask(self._send, url, fields, agent, bool(protocols))

    def stop(self) -> None:
        """Give up; nothing is told."""
        self._finish()

    def _send(self, url: URL, fields: Headers, agent: Any, isChoice: bool) -> None:
        if self._isOver:
            return
        try:
            protocol = _HTTP[url.protocol]
            if url.port and int(url.port) in BAD_PORTS:
                raise NodeError("bad port")
            agent = agentFor(protocol) if agent is None else agent
            options: dict[str, Any] = {
                "agent": agent,
                "protocol": protocol,
                "host": url.hostname.strip("[]"),
                "port": int(url.port) if url.port else _PORTS[protocol],
                "path": f"{url.pathname}{url.search}",
                "setHost": False,
                "setDefaultHeaders": False,
            }
            options["headers"] = _fieldsOf(url, fields, protocol, proxyOf(agent, protocol, options))
            request = self._request = ClientRequest(options)
        except Exception as error:  # whatever it is: a connection that never opens nor fails would be worse
            self._refuse(error)
            return
        request.on("error", self._refuse)
        request.on("response", lambda response: self._refuse(_unwanted(response)))
        request.on("upgrade", lambda response, socket, head: self._onUpgrade(response, socket, head, isChoice))
        self._timer = setTimeout(lambda: self._refuse(NodeError("Headers Timeout Error")), PATIENCE).unref()
        request.end()

    def _onUpgrade(self, response: Any, socket: Any, head: bytes, isChoice: bool) -> None:
        if self._isOver:
            socket.destroy()
            return
        headers = response.headers
        try:
            agreed = self._check(headers, isChoice)
        except NodeError as error:
            socket.destroy()
            self._refuse(error)
            return
        opener = self._finish(False)
        if opener is not None:
            protocol, extensions = (headers.get(f"sec-websocket-{name}") or "" for name in ("protocol", "extensions"))
            opener.onOpened(socket, head, protocol, extensions, agreed)

    def _check(self, headers: Any, isChoice: bool) -> deflate.Agreed | None:
        """What was agreed on compression. Raises: NodeError for an answer that does not agree to the request."""
        protocol = headers.get("sec-websocket-protocol")
        if isChoice and not protocol:
            raise NodeError("Server did not respond with sent protocols.")
        if (headers.get("upgrade") or "").lower() != "websocket":
            raise NodeError('Server did not set Upgrade header to "websocket".')
        if (headers.get("connection") or "").lower() != "upgrade":
            raise NodeError('Server did not set Connection header to "upgrade".')
        if headers.get("sec-websocket-accept") != acceptFor(self._key):
            raise NodeError("Incorrect hash received in Sec-WebSocket-Accept header.")
        extensions = headers.get("sec-websocket-extensions")
        agreed = None if extensions is None else _agreedOf(extensions)
        if protocol is not None and protocol not in self._protocols:
            raise NodeError("Protocol was not set in the opening handshake.")
        return agreed

    def _refuse(self, why: BaseException) -> None:
        opener = self._finish()
        if opener is not None:
            opener.onRefused(why)

    def _finish(self, destroys: bool = True) -> Opener | None:
        """It is over. Returns who is to hear of it, if nobody has."""
        self._isOver = True
        opener, self._opener = self._opener, None
        request, self._request = self._request, None
        if self._timer is not None:
            self._timer.close()
        if request is not None and destroys:
            request.on("error", _nothing)
            request.destroy()
        return opener


def _fieldsOf(url: URL, fields: Headers, protocol: str, proxy: ProxyConfig | None) -> list[str]:
    """Names and values in turn, in the order of Node's client. Raises: what a program may not set."""
    sent = ["host", url.host, "connection", "upgrade", "upgrade", "websocket"]
    if proxy is not None and proxy.authorization is not None:
        sent += ("proxy-authorization", proxy.authorization)
    given = fields._fields_
    for key, values in given.items():
        if key in _REFUSED:
            raise InvalidArgumentError(f"invalid {key} header")
        if key == "expect":
            raise NotSupportedError("expect header not supported")
        if key not in _NOT_SENT:
            value = "websocket" if key == "sec-fetch-mode" else ("; " if key == "cookie" else ", ").join(values)
            sent += (fields._names_.get(key, key), value)
    for key, value in (
        ("accept", "*/*"),
        ("accept-language", "*"),
        ("sec-fetch-mode", "websocket"),
        ("user-agent", "node"),
        ("pragma", "no-cache"),
        ("cache-control", "no-cache"),
        ("accept-encoding", acceptedOver(protocol)),
    ):
        if key not in given:
            sent += (key, value)
    return sent


def _agreedOf(field: str) -> deflate.Agreed:
    """What a server has answered to the offer: the one extension, and parameters that it has. Raises: NodeError."""
    parameters: Parameters = {}
    names = []
    for part in field.split(";"):
        name, _, value = part.partition("=")
        names.append(name.strip(" \t"))
        if names[-1] in _PARAMETERS:
            parameters[names[-1]] = [value.strip(" \t") or True]
    if deflate.NAME not in names:
        raise NodeError("Sec-WebSocket-Extensions header does not match.")
    return deflate.acceptAnswer(parameters, {})


def _unwanted(response: Any) -> NodeError:
    return NodeError(f"Received network error or non-101 status code. ({response.statusCode})")


def _nothing(error: Any) -> None:
    """What a request that was given up fails with."""
