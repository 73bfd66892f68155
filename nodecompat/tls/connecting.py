"""`connect`: an encrypted connection to a server, whose certificate is checked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from .. import process
from ..errors import ERR_INVALID_ARG_VALUE
from ..ip import isIP
from ..net.arguments import connectArguments
from ..net.options import isBag
from ..optionbags import check
from ..timers.timeout import timerDuration
from ..validators import validateFunction, validateNumber, validateString
from .identity import checkServerIdentity
from .options import ConnectionOptions
from .socket import TLSSocket

if TYPE_CHECKING:
    from typing import overload

    from typing_extensions import Unpack

    from ..events.listeners import Listener0
    from ..net.options import AddressInfo
    from ..optionbags import Bag

if TYPE_CHECKING:

    @overload
    def connect(
        port: int | str,
        host: str | None = ...,
        options: ConnectionOptions | Bag | None = None,
        secureConnectListener: Listener0 | None = None,
        /,
        **keywords: Unpack[ConnectionOptions],
    ) -> TLSSocket: ...
    @overload
    def connect(
        port: int | str,
        host: str,
        secureConnectListener: Listener0,
        /,
        **keywords: Unpack[ConnectionOptions],
    ) -> TLSSocket: ...
    @overload
    def connect(
        path: int | str,
        options: ConnectionOptions | Bag,
        secureConnectListener: Listener0 | None = None,
        /,
        **keywords: Unpack[ConnectionOptions],
    ) -> TLSSocket: ...
    @overload
    def connect(
        path: int | str, secureConnectListener: Listener0, /, **keywords: Unpack[ConnectionOptions]
    ) -> TLSSocket: ...
    @overload
    def connect(
        options: ConnectionOptions | Bag | AddressInfo,
        secureConnectListener: Listener0 | None = None,
        /,
        **keywords: Unpack[ConnectionOptions],
    ) -> TLSSocket: ...
    @overload
    def connect(
        secureConnectListener: Listener0 | None = None, /, **keywords: Unpack[ConnectionOptions]
    ) -> TLSSocket: ...


def connect(*args: Any, **keywords: Any) -> TLSSocket:
    """Connect, shake hands, and check the server's certificate and name.

    Args: `(options[, callback])`, `(port[, host][, options][, callback])` or `(path[, options][, callback])`, with
        ConnectionOptions as a mapping or as keywords; the callback is a listener for 'secureConnect'.
    Returns: a TLSSocket.
    Emits: secureConnect; error when the server is not who it should be, unless `rejectUnauthorized` is False.
    Raises: what `net.connect` and createSecureContext raise.
    Example:
        >>> # key and cert: the private key and the certificate of localhost, PEM
        >>> server = tls.createServer(lambda socket: socket.end("hello"), key=key, cert=cert).listen(8443)
        >>> client = tls.connect(host="localhost", port=8443, ca=cert, minVersion="TLSv1.3")
        >>> await events.once(client, "secureConnect")
        []
        >>> client.authorized, client.getProtocol()
        (True, 'TLSv1.3')

    Node: https://nodejs.org/api/tls.html#tlsconnectoptions-callback
    """
    check(ConnectionOptions, args and args[0], keywords)
    options, callback = _arguments(args, keywords)
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    given.setdefault("rejectUnauthorized", mayReject())
    given.setdefault("checkServerIdentity", checkServerIdentity)
    validateFunction(given["checkServerIdentity"], "options.checkServerIdentity")
    if "minDHSize" in given:
        validateNumber(given["minDHSize"], "options.minDHSize", 1)
    if "pskCallback" in given:
        validateFunction(given["pskCallback"], "pskCallback")
    if given.get("servername"):
        validateString(given["servername"], "name")
    stream = given.pop("socket", None)
    given.setdefault("host", getattr(stream, "_host", None) or "localhost")
    given["isServer"] = False
    socket = TLSSocket(stream, given)
    if isIP(given.get("servername") or ""):
        socket.destroy()
        why = "Setting the TLS ServerName to an IP address is not permitted."
        raise ERR_INVALID_ARG_VALUE("options.servername", given["servername"], why)
    if callback is not None:
        socket.once("secureConnect", callback)
    if given.get("timeout"):
        socket.setTimeout(timerDuration(given["timeout"], "msecs"))
    if stream is None:
        socket.connect(given)
    return socket


def _arguments(args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """Options may stand behind port and host."""
    extra: dict[str, Any] = {}
    rest = list(args)
    for place, each in enumerate(args[1:], 1):
        if isBag(each):
            check(ConnectionOptions, each)
            extra = dict(each)
            rest.pop(place)
            break
    options, callback = connectArguments(tuple(rest), keywords)
    if callback is not None:
        validateFunction(callback, "callback")
    return {**options, **extra}, callback


def mayReject() -> bool:
    """NODE_TLS_REJECT_UNAUTHORIZED=0 trusts everybody, and warns of it once."""
    global _hasWarned
    if os.environ.get("NODE_TLS_REJECT_UNAUTHORIZED") != "0":
        return True
    if not _hasWarned:
        _hasWarned = True
        process.emitWarning(
            "Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes TLS connections and HTTPS"
            " requests insecure by disabling certificate verification."
        )
    return False


_hasWarned = False
