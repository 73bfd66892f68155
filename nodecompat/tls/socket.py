"""TLSSocket: a Socket whose handle encrypts.

A client's socket without a stream of its own connects like any Socket, and the handle is wrapped as it is made
(`_attach_`). A stream that is given, and each connection of a server, is wrapped as it is (`underlying.py`).

    'connect' ──> handshake ──> 'secure' ──> check of the peer's certificate ──> 'secureConnect' / 'secureConnection'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import idna
from OpenSSL import crypto

from ..errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_TLS_ALPN_CALLBACK_INVALID_RESULT,
    ERR_TLS_INVALID_CONTEXT,
    ERR_TLS_INVALID_STATE,
    ERR_TLS_RENEGOTIATION_DISABLED,
    ERR_TLS_SNI_FROM_SERVER,
    connResetException,
    errnoException,
)
from ..net.options import merge
from ..net.socket import Socket
from ..net.states import CONNECTING
from ..reactor.handle import EOF
from ..reactor.loop.ticks import nextTick
from ..reactor.tls.handle import TLSHandle
from ..reactor.tls.session import Failure, Session, hook
from ..validators import validateFunction, validateInteger, validateObject, validateString, validateUint32
from .alpn import givenProtocols
from .certificate import certificateChain, namesIn, peerCertificate
from .context import SecureContext, createSecureContext
from .failures import tlsError, verifyError
from .identity import checkServerIdentity
from .options import TLSSocketOptions, refuseMissing
from .underlying import UnderlyingStream
from .x509certificate import X509Certificate, withIssuers

if TYPE_CHECKING:
    from ..reactor.handle import StreamHandle

#: Options of TLSSocket that are those of Socket.
_SOCKET_OPTIONS = ("highWaterMark", "onread", "signal", "blockList", "noDelay", "keepAlive", "keepAliveInitialDelay")


class TLSSocket(Socket):
    """An encrypted connection.

    Args:
        socket: a net.Socket or any Duplex, connected or connecting, to be encrypted; None to `connect` later.
        options: TLSSocketOptions, as a mapping or as keywords.
    Emits: secure, secureConnect, session(session), and what a Socket emits.
    Raises: ERR_INVALID_ARG_TYPE, ERR_TLS_INVALID_CONTEXT, and what createSecureContext raises.
    Node: tls.html#class-tlstlssocket
    """

    __events__ = {
        **Socket.__events__,
        "secure": (),
        "secureConnect": (),
        "session": ("session",),
    }

    #: True, to tell it from a net.Socket. Node: tls.html#tlssocketencrypted
    encrypted = True
    #: True when the peer's certificate holds. Node: tls.html#tlssocketauthorized
    authorized = False
    #: Why it does not: a code. Node: tls.html#tlssocketauthorizationerror
    authorizationError: Any = None
    #: The application protocol that was agreed on, False for none, None before. Node: tls.html#tlssocketalpnprotocol
    alpnProtocol: str | bool | None = None
    #: The name of the server that was asked for; False on a server when there was none.
    servername: str | bool | None = None
    #: True until the handshake is done.
    secureConnecting = True

    _session_: Session | None = None
    #: The session when the program was last told of one.
    _lastTicket_: bytes | None = None
    #: The program has this socket of a server's; until then the first failure is the server's 'tlsClientError'.
    _isReleased_ = False
    _isRefused_ = False

    def __init__(
        self, socket: Any = None, options: TLSSocketOptions | Mapping[str, Any] | None = None, /, **keywords: Any
    ) -> None:
        given = self._tls_ = dict(merge(options, keywords))
        if given.get("server") is None:
            refuseMissing(given)
        given["ALPNProtocols"] = givenProtocols(given.get("ALPNProtocols"))
        context = given.get("secureContext")
        if context is None:
            context = createSecureContext(given)
        elif not isinstance(context, SecureContext):
            raise ERR_TLS_INVALID_CONTEXT("context")
        self._context_: SecureContext = context
        self._isServer_ = bool(given.get("isServer"))
        if self._isServer_:
            hook(context.context)
            if given.get("requestCert"):
                context.useDefaultAuthorities()
        else:
            context.useDefaultAuthorities()
            self.servername = given.get("servername") or None
        kept = {name: given[name] for name in _SOCKET_OPTIONS if given.get(name) is not None}
        if socket is None:
            Socket.__init__(self, {**kept, "allowHalfOpen": given.get("allowHalfOpen")})
            return
        if not hasattr(socket, "on") or not hasattr(socket, "write"):
            raise ERR_INVALID_ARG_TYPE("socket", ["net.Socket", "stream.Duplex"], socket)
        paused = given.get("pauseOnConnect")
        half = getattr(socket, "allowHalfOpen", False)
        handle = self._wrap_(UnderlyingStream(socket))
        Socket.__init__(self, {**kept, "allowHalfOpen": half, "handle": handle, "pauseOnCreate": paused})
        socket.on("error", self._onStreamError_)
        socket.on("close", self._onStreamClose_)
        if getattr(socket, "connecting", False):
            self._moveConnection_(CONNECTING)  # what is written waits
            socket.once("connect", self._afterConnect_)
        else:
            self._start_()

    # -- the handshake

    def _wrap_(self, inner: StreamHandle | UnderlyingStream) -> TLSHandle:
        options = self._tls_
        session = Session(self._context_.context, self._isServer_, self if self._isServer_ else None)
        self._session_ = session
        connection = session.connection
        if self._isServer_:
            if options.get("requestCert"):
                session.requestCertificate(options.get("rejectUnauthorized") is not False)
        else:
            if options["ALPNProtocols"]:
                connection.set_alpn_protos(options["ALPNProtocols"])
            if self.servername:
                connection.set_tlsext_host_name(_ascii(str(self.servername)))
            if options.get("session"):
                session.resume(bytes(options["session"]))
        handle = TLSHandle(inner, session)  # type: ignore[arg-type]
        handle.onsecure = self._onSecure_
        handle.onerror = self._onFailure_
        return handle

    def _attach_(self, handle: StreamHandle) -> None:
        super()._attach_(self._wrap_(handle))  # type: ignore[arg-type]

    def _afterConnect_(self) -> None:
        self._start_()  # first: what was written before leaves in a listener of 'connect'
        super()._afterConnect_()

    def _start_(self) -> None:
        if self._handle is not None:
            self._handle.start()

    def _onSecure_(self) -> None:
        session = self._session_
        assert session is not None
        chosen = session.connection.get_alpn_proto_negotiated()
        self.alpnProtocol = chosen.decode("latin-1") if chosen else False
        if self._isServer_:
            name = session.connection.get_servername()
            self.servername = name.decode("latin-1") if name else False
        self.secureConnecting = False
        self.emit("secure")
        if self.destroyed:
            return
        if self._isServer_:
            server = self._tls_.get("server")
            if server is not None:
                server._onSecureSocket_(self)
        else:
            self._checkServer_(session)

    def _checkServer_(self, session: Session) -> None:
        """A client decides whether to talk to this server."""
        options = self._tls_
        error: Any = verifyError(session.verifyResult())
        if error is None and options.get("checkServerIdentity") is not None:
            # Also of a session that is resumed: it may have begun under another name.
            error = self._checkIdentity_(options["checkServerIdentity"])
        if error is not None:
            self.authorized = False
            self.authorizationError = getattr(error, "code", None) or getattr(error, "message", None) or str(error)
            if options.get("rejectUnauthorized") is not False:
                self.destroy(error)
                return
        else:
            self.authorized = True
        self._handle.onmessage = self._onMessage_
        if self.getProtocol() == "TLSv1.3":
            self._lastTicket_ = session.ticket()  # what can be resumed comes later
        self.emit("secureConnect")
        self._onMessage_()

    def _checkIdentity_(self, check: Callable[[str, Any], Any]) -> Any:
        """Why the certificate is not for this host. Node's own check looks at names only: most of it is not read."""
        if check is not checkServerIdentity:
            return check(self._hostname_(), self.getPeerCertificate(True) or {})
        chain = self._peerChain_()
        if check(self._hostname_(), namesIn(chain[0]) if chain else {}) is None:
            return None
        return check(self._hostname_(), self.getPeerCertificate(True) or {})

    def _peerChain_(self) -> list[bytes]:
        """The peer's certificate and those above it, as DER; empty when it has none."""
        if self._session_ is None:
            return []
        connection = self._session_.connection
        own = connection.get_peer_certificate()
        if own is None:
            return []
        # What was verified has the authority too; what was sent may lack it, and on a server the client's own.
        chain = [_der(each) for each in connection.get_verified_chain() or connection.get_peer_cert_chain() or ()]
        if not chain or chain[0] != _der(own):
            chain.insert(0, _der(own))
        return chain

    def _hostname_(self) -> str:
        options = self._tls_
        return str(options.get("servername") or options.get("host") or "localhost")

    def _onMessage_(self) -> None:
        """The server may have sent a ticket."""
        session = self._session_
        if session is None or self._handle is None or not self.listenerCount("session"):
            return
        ticket = session.ticket()
        if ticket is not None and ticket != self._lastTicket_:
            self._lastTicket_ = ticket
            self.emit("session", ticket)

    # -- what goes wrong

    def _onFailure_(self, failure: Failure | None) -> None:
        self._tlsFailed_(tlsError(failure))

    def _tlsFailed_(self, error: BaseException) -> None:
        """OpenSSL, the peer, the system or time has ended it."""
        if self._isTheServers_():
            self._refuse_(error)
            self.destroy()
        else:
            self.destroy(error)

    def _isTheServers_(self) -> bool:
        return self._isServer_ and not self._isReleased_ and self._tls_.get("server") is not None

    def _refuse_(self, error: BaseException) -> None:
        """Tell the server, in whose hands the socket is, once."""
        if not self._isRefused_:
            self._isRefused_ = True
            nextTick(self._tls_["server"].emit, "tlsClientError", error, self)

    def _onreadend_(self, status: int) -> None:
        if self.secureConnecting and not self.destroyed:
            if status != EOF:
                self._tlsFailed_(errnoException(status, "read"))
                return
            if not self._isServer_:
                self.prependOnceListener("end", self._onEarlyEnd_)
        super()._onreadend_(status)

    def _onEarlyEnd_(self) -> None:
        self._hadError = True  # as Node calls it: an http request waits for the error then, and has none of its own
        self._tlsFailed_(_disconnected())

    def _onStreamError_(self, error: BaseException) -> None:
        self._tlsFailed_(error)

    def _onStreamClose_(self, hadError: bool | None = None) -> None:
        self.destroy()

    def _destroy(self, err: BaseException | None, callback: Callable[..., Any]) -> None:
        super()._destroy(err, callback)
        if self._isTheServers_():
            self._tls_["server"]._onSocketOver_(self)
            self._refuse_(err or connResetException("socket hang up"))

    # -- what a server decides while it shakes hands: `session.Hooks`

    def chooseProtocol(self, offered: list[bytes]) -> bytes | bool:
        """Called by OpenSSL."""
        callback = self._tls_.get("ALPNCallback")
        if callback is not None:
            return self._askForProtocol_(callback, [name.decode("latin-1") for name in offered])
        known: list[bytes] = self._tls_["ALPNProtocols"]
        if not known:
            return True
        return next((name for name in known if name in offered), False)

    def _askForProtocol_(self, callback: Callable[..., Any], names: list[str]) -> bytes | bool:
        servername = self._session_.connection.get_servername()  # type: ignore[union-attr]
        try:
            chosen = callback({"servername": servername.decode("latin-1") if servername else "", "protocols": names})
        except Exception as error:
            self._refuseHandshake_(error)
            return False
        if chosen is None:
            return False
        if chosen not in names:
            self._refuseHandshake_(ERR_TLS_ALPN_CALLBACK_INVALID_RESULT(chosen, names))
            return False
        return str(chosen).encode("latin-1")

    def chooseCertificate(self) -> bool | None:
        """Called by OpenSSL."""
        callback = self._tls_.get("SNICallback")
        name = self._session_.connection.get_servername()  # type: ignore[union-attr]
        if callback is None or not name or self._choice_ is not None:
            return True
        choice = self._choice_ = _Choice(self)
        try:
            callback(name.decode("latin-1"), choice)
        except Exception as error:
            choice.refuse(error)
        choice.isLate = True
        if choice.error is not None:
            self._refuseHandshake_(choice.error)
        return choice.outcome

    def _refuseHandshake_(self, error: BaseException) -> None:
        """In place of OpenSSL's own words, and without a word to the peer."""
        if self._handle is not None:
            self._handle.refuse(lambda: self._tlsFailed_(error))

    _choice_: _Choice | None = None

    # -- members in the order of Node's page

    def disableRenegotiation(self) -> None:
        """Nothing to do: neither side ever renegotiates here. Node: tls.html#tlssocketdisablerenegotiation"""

    def enableTrace(self) -> None:
        """Not to be had: OpenSSL's trace is not in pyOpenSSL. Node: tls.html#tlssocketenabletrace"""

    def exportKeyingMaterial(self, length: int, label: str, context: bytes | None = None) -> bytes:
        """Keys for another protocol, derived from the connection's.

        Raises: ERR_TLS_INVALID_STATE before the handshake is done; ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: tls.html#tlssocketexportkeyingmateriallength-label-context
        """
        validateUint32(length, "length", True)
        validateString(label, "label")
        if self._session_ is None or self.secureConnecting:
            raise ERR_TLS_INVALID_STATE()
        made: bytes = self._session_.connection.export_keying_material(label.encode(), length, context)
        return made

    def getCertificate(self) -> dict[str, Any] | None:
        """Our own certificate; empty when there is none. Node: tls.html#tlssocketgetcertificate"""
        if self._session_ is None:
            return None
        own = self._session_.connection.get_certificate()
        return {} if own is None else peerCertificate(_der(own))

    def getCipher(self) -> dict[str, Any] | None:
        """`{"name", "standardName", "version"}` of the cipher in use. Node: tls.html#tlssocketgetcipher"""
        connection = None if self._session_ is None else self._session_.connection
        name = None if connection is None else connection.get_cipher_name()
        if connection is None or name is None:
            return None
        version = connection.get_cipher_version()
        return {"name": name, "standardName": _standardName(name), "version": version}

    def getEphemeralKeyInfo(self) -> dict[str, Any] | None:
        """How the keys were exchanged, on a client. Node: tls.html#tlssocketgetephemeralkeyinfo"""
        if self._isServer_ or self._session_ is None:
            return None
        name = _groupName(self._session_.connection)
        if name is None:
            return {}
        # What is no curve alone, such as X25519MLKEM768, has no size.
        size = _GROUP_SIZES.get(name)
        return {"type": "TLSGroup", "name": name} if size is None else {"type": "ECDH", "name": name, "size": size}

    def getFinished(self) -> bytes | None:
        """The last Finished message that was sent. Node: tls.html#tlssocketgetfinished"""
        return None if self._session_ is None else self._session_.connection.get_finished()

    def getPeerCertificate(self, detailed: bool = False) -> dict[str, Any] | None:
        """The peer's certificate, empty when it has none; with `detailed` each has its `issuerCertificate`.

        Node: tls.html#tlssocketgetpeercertificatedetailed
        """
        if self._session_ is None:
            return None
        chain = self._peerChain_()
        if not chain:
            return {}
        return certificateChain(chain) if detailed else peerCertificate(chain[0])

    def getPeerX509Certificate(self) -> X509Certificate | None:
        """The peer's certificate, with those that it sent as issuers; None when it has none.

        Node: tls.html#tlssocketgetpeerx509certificate
        """
        if self._session_ is None:
            return None
        connection = self._session_.connection
        own = connection.get_peer_certificate()
        if own is None:
            return None
        sent = [_der(each) for each in connection.get_peer_cert_chain() or ()]
        return withIssuers(sent if sent[:1] == [_der(own)] else [_der(own), *sent])

    def getX509Certificate(self) -> X509Certificate | None:
        """Our own certificate; None when there is none. Node: tls.html#tlssocketgetx509certificate"""
        own = None if self._session_ is None else self._session_.connection.get_certificate()
        return None if own is None else X509Certificate(_der(own))

    def getPeerFinished(self) -> bytes | None:
        """The last Finished message that came. Node: tls.html#tlssocketgetpeerfinished"""
        return None if self._session_ is None else self._session_.connection.get_peer_finished()

    def getProtocol(self) -> str | None:
        """The version, such as "TLSv1.3"; "unknown" before the handshake. Node: tls.html#tlssocketgetprotocol"""
        if self._session_ is None:
            return None
        name: str = self._session_.connection.get_protocol_version_name()
        return name

    def getSession(self) -> bytes | None:
        """The session, for the option `session` of a later connection. Node: tls.html#tlssocketgetsession"""
        return None if self._session_ is None else self._session_.ticket()

    def isSessionReused(self) -> bool:
        """True when an earlier session was resumed. Node: tls.html#tlssocketissessionreused"""
        return self._session_ is not None and self._session_.isReused()

    def renegotiate(self, options: Mapping[str, Any], callback: Callable[..., Any] | None = None) -> bool | None:
        """Ask for new keys, in TLS 1.2. Refused here: `OP_NO_RENEGOTIATION` is on, see docs/departures.md.

        Raises: ERR_INVALID_ARG_TYPE.
        Node: tls.html#tlssocketrenegotiateoptions-callback
        """
        validateObject(options, "options")
        if callback is not None:
            validateFunction(callback, "callback")
        if self.destroyed:
            return None
        if callback is not None:
            nextTick(callback, ERR_TLS_RENEGOTIATION_DISABLED())
        return False

    def setMaxSendFragment(self, size: int = 16384) -> bool:
        """Node's bound of a record's size. Always False: OpenSSL's function is not in pyOpenSSL.

        Node: tls.html#tlssocketsetmaxsendfragmentsize
        """
        validateInteger(size, "size")
        return False

    def setServername(self, name: str) -> None:
        """Name the server that is meant, before the handshake.

        Raises: ERR_INVALID_ARG_TYPE, ERR_TLS_SNI_FROM_SERVER.
        Node: tls.html#tlssocketsetservernamename
        """
        validateString(name, "name")
        if self._isServer_:
            raise ERR_TLS_SNI_FROM_SERVER()
        self.servername = name
        if self._session_ is not None:
            self._session_.connection.set_tlsext_host_name(_ascii(name))

    def setSession(self, session: bytes | str) -> None:
        """Offer a session of an earlier connection, before the handshake. Node documents the option `session`."""
        data = session.encode("latin-1") if isinstance(session, str) else bytes(session)
        self._tls_["session"] = data
        if self._session_ is not None:
            self._session_.resume(data)

    @property
    def wasCut(self) -> bool:
        """True when the peer's data ended without TLS' own end: something may be missing. Not in Node."""
        return self._wasCut_ if self._handle is None else bool(self._handle.isCut)

    _wasCut_ = False

    def _closeHandle_(self, handle: Any, hadError: bool) -> None:
        self._wasCut_ = handle.isCut
        super()._closeHandle_(handle, hadError)


class _Choice:
    """What a SNICallback calls, now or later: `(error, context)`. The first answer counts."""

    __slots__ = ("error", "isLate", "outcome", "socket")

    def __init__(self, socket: TLSSocket) -> None:
        self.socket = socket
        self.error: BaseException | None = None
        self.isLate = False
        #: None: there is no answer yet.
        self.outcome: bool | None = None

    def __call__(self, error: BaseException | None = None, context: Any = None) -> None:
        session, handle = self.socket._session_, self.socket._handle
        if self.outcome is not None or session is None or handle is None:
            return
        if error is None and context is not None and not isinstance(context, SecureContext):
            error = ERR_TLS_INVALID_CONTEXT("context")
        if error is not None:
            self.refuse(error)
            if self.isLate:
                self.socket._tlsFailed_(error)
            return
        self.outcome = True
        if context is not None:
            context = context.within(self.socket._context_)
            if self.socket._tls_.get("requestCert"):
                context.useDefaultAuthorities()
            hook(context.context)
            session.useContext(context.context)
        if self.isLate:
            handle.goOn()

    def refuse(self, error: BaseException) -> None:
        self.error, self.outcome = error, False


def _disconnected() -> BaseException:
    return connResetException("Client network socket disconnected before secure TLS connection was established")


def _ascii(name: str) -> bytes:
    return name.encode() if name.isascii() else idna.encode(name, uts46=True)


def _der(certificate: Any) -> bytes:
    # Not by way of `cryptography`, which refuses certificates that OpenSSL takes.
    return crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)


#: Bits of the groups that OpenSSL names.
_GROUP_SIZES = {"X25519": 253, "X448": 448, "prime256v1": 256, "secp384r1": 384, "secp521r1": 521}


_GROUP_NAMES: dict[Any, str] = {"x25519": "X25519", "x448": "X448", "secp256r1": "prime256v1"}


def _groupName(connection: Any) -> str | None:
    name = connection.get_group_name() if hasattr(connection, "get_group_name") else None
    return _GROUP_NAMES.get(name, name)


def _standardName(name: str) -> str:
    """The IETF's name: those of TLS 1.3 are the same; older ones are built from OpenSSL's parts."""
    if name.startswith("TLS_"):
        return name
    parts = name.replace("AES128", "AES_128").replace("AES256", "AES_256").split("-")
    exchange = []
    while parts and parts[0] in ("ECDHE", "DHE", "ECDSA", "RSA", "PSK", "ECDH", "DH", "SRP"):
        exchange.append(parts.pop(0))
    if not exchange:
        exchange = ["RSA"]
    rest = "_".join(parts)
    if rest == "CHACHA20_POLY1305":
        rest = "CHACHA20_POLY1305_SHA256"
    if rest in ("AES_128_SHA", "AES_256_SHA", "AES_128_SHA256", "AES_256_SHA384"):
        rest = rest.replace("_SHA", "_CBC_SHA")
    return f"TLS_{'_'.join(exchange)}_WITH_{rest}"
