"""TLSSocket: a Socket whose handle encrypts.

A client's socket without a stream of its own connects like any Socket, and the handle is wrapped as it is made
(`_attach_`). A stream that is given, and each connection of a server, is wrapped as it is (`underlying.py`).

    'connect' ──> handshake ──> 'secure' ──> check of the peer's certificate ──> 'secureConnect' / 'secureConnection'
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

import idna
from OpenSSL import SSL, crypto

from .. import process
from ..encodings import toBytes
from ..errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_MULTIPLE_CALLBACK,
    ERR_TLS_ALPN_CALLBACK_INVALID_RESULT,
    ERR_TLS_DH_PARAM_SIZE,
    ERR_TLS_INVALID_CONTEXT,
    ERR_TLS_INVALID_STATE,
    ERR_TLS_RENEGOTIATION_DISABLED,
    ERR_TLS_SNI_FROM_SERVER,
    connResetException,
    errnoException,
)
from ..events import fit
from ..net.options import merge
from ..net.socket import Socket
from ..net.states import CONNECTING
from ..optionbags import check
from ..reactor.handle import EOF
from ..reactor.loop.ticks import nextTick
from ..reactor.tls.handle import TLSHandle
from ..reactor.tls.session import RECORD_SIZE, Failure, Session
from ..validators import validateFunction, validateInt32, validateObject, validateString, validateUint32
from .alpn import givenProtocols
from .certificate import certificateChain, namesIn, peerCertificate
from .ciphers import standardName
from .context import SecureContext, createSecureContext
from .failures import connectionError, verifyError
from .groups import keyInfo
from .hello import CERTIFICATE_REQUEST, CLIENT_HELLO, asksForStatus, exchange, message, offeredAlgorithms
from .identity import checkServerIdentity
from .keylog import keyLogFile, writeKeyLine
from .options import SecureContextOptions, TLSSocketOptions, refuseMissing
from .psk import clientKey, serverKey
from .records import CipherNameAndProtocol, EphemeralKeyInfo, PeerCertificate
from .savedsession import sessionBytes, sessionId, ticketIn
from .sigalgs import ownAlgorithms, sharedAlgorithms
from .trace import HANDSHAKE, NEW_SESSION_TICKET, printTrace
from .underlying import UnderlyingStream
from .x509certificate import X509Certificate, withIssuers

if TYPE_CHECKING:
    from typing import Literal

    from typing_extensions import Self, Unpack

    from ..events.listeners import Listener, Listener0, Listener1, Listener2, Listener3, Listener4
    from ..optionbags import Bag
    from ..reactor.handle import StreamHandle
    from ..stream.core.readable import Readable
    from ..symbols import Symbol

_absent: Any = object()

#: Options of TLSSocket that are those of Socket.
_SOCKET_OPTIONS = ("highWaterMark", "onread", "signal", "blockList", "noDelay", "keepAlive", "keepAliveInitialDelay")

_NO_CERTIFICATE = 2  # X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT: Node says this where there is none at all
#: Bits of DHE's prime that a client accepts at least: Node's.
MIN_DH_SIZE = 1024


class TLSSocket(Socket):
    """An encrypted connection.

    Args:
        socket: a net.Socket or any Duplex, connected or connecting, to be encrypted; None to `connect` later.
        options: TLSSocketOptions, as a mapping or as keywords.
    Emits: secure, secureConnect, session(session), keylog(line), OCSPResponse(response), and what a Socket emits.
    Raises: ERR_INVALID_ARG_TYPE, ERR_TLS_INVALID_CONTEXT, and what createSecureContext raises.
    Node: https://nodejs.org/api/tls.html#class-tlstlssocket
    """

    __events__: dict[str, tuple[str, ...]] = {
        **Socket.__events__,
        "secure": (),
        "secureConnect": (),
        "session": ("session: bytes",),
        "keylog": ("line: bytes",),
        "OCSPResponse": ("response: bytes | None",),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal[
            "newListener",
            "removeListener",
            "close",
            "data",
            "end",
            "error",
            "pause",
            "readable",
            "resume",
            "drain",
            "finish",
            "pipe",
            "unpipe",
            "connect",
            "connectionAttempt",
            "connectionAttemptFailed",
            "connectionAttemptTimeout",
            "lookup",
            "ready",
            "timeout",
            "secure",
            "secureConnect",
            "session",
            "keylog",
            "OCSPResponse",
        ]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener1[bool])
        _F2 = TypeVar("_F2", bound=Listener1[Any])
        _F3 = TypeVar("_F3", bound=Listener0)
        _F4 = TypeVar("_F4", bound=Listener1[Readable])
        _F5 = TypeVar("_F5", bound=Listener3[str, int, int])
        _F6 = TypeVar("_F6", bound=Listener4[str, int, int, Any])
        _F7 = TypeVar("_F7", bound=Listener4[Any, str, int, str])
        _F8 = TypeVar("_F8", bound=Listener1[bytes])
        _F9 = TypeVar("_F9", bound=Listener1[bytes | None])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["close"], listener: Listener1[bool]) -> Self: ...
        @overload
        def on(self, eventName: Literal["data", "error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["end", "pause", "readable", "resume", "drain", "finish"], listener: Listener0
        ) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["connect", "ready", "timeout", "secure", "secureConnect"], listener: Listener0
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["pipe", "unpipe"], listener: Listener1[Readable]) -> Self: ...
        @overload
        def on(self, eventName: Literal["connectionAttempt"], listener: Listener3[str, int, int]) -> Self: ...
        @overload
        def on(self, eventName: Literal["connectionAttemptTimeout"], listener: Listener3[str, int, int]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["connectionAttemptFailed"], listener: Listener4[str, int, int, Any]
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["lookup"], listener: Listener4[Any, str, int, str]) -> Self: ...
        @overload
        def on(self, eventName: Literal["session", "keylog"], listener: Listener1[bytes]) -> Self: ...
        @overload
        def on(self, eventName: Literal["OCSPResponse"], listener: Listener1[bytes | None]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["close"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["data", "error"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(
            self, eventName: Literal["end", "pause", "readable", "resume", "drain", "finish", "connect", "ready"]
        ) -> Callable[[_F3], _F3]: ...
        @overload
        def on(self, eventName: Literal["timeout", "secure", "secureConnect"]) -> Callable[[_F3], _F3]: ...
        @overload
        def on(self, eventName: Literal["pipe", "unpipe"]) -> Callable[[_F4], _F4]: ...
        @overload
        def on(self, eventName: Literal["connectionAttempt", "connectionAttemptTimeout"]) -> Callable[[_F5], _F5]: ...
        @overload
        def on(self, eventName: Literal["connectionAttemptFailed"]) -> Callable[[_F6], _F6]: ...
        @overload
        def on(self, eventName: Literal["lookup"]) -> Callable[[_F7], _F7]: ...
        @overload
        def on(self, eventName: Literal["session", "keylog"]) -> Callable[[_F8], _F8]: ...
        @overload
        def on(self, eventName: Literal["OCSPResponse"]) -> Callable[[_F9], _F9]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    #: True, to tell it from a net.Socket. Node: https://nodejs.org/api/tls.html#tlssocketencrypted
    encrypted = True
    #: True when the peer's certificate holds. Node: https://nodejs.org/api/tls.html#tlssocketauthorized
    authorized: bool = False
    #: Why it does not: a code. Node: https://nodejs.org/api/tls.html#tlssocketauthorizationerror
    authorizationError: Any = None
    #: The application protocol that was agreed on, False for none, None before.
    #: Node: https://nodejs.org/api/tls.html#tlssocketalpnprotocol
    alpnProtocol: str | bool | None = None
    #: The name of the server that was asked for; False on a server when there was none.
    servername: str | bool | None = None
    _wantedName_: str | None = None
    #: True until the handshake is done.
    secureConnecting: bool = True

    _context_: SecureContext
    _session_: Session | None = None
    #: The session when the program was last told of one.
    _lastTicket_: bytes | None = None
    #: The program has this socket of a server's; until then the first failure is the server's 'tlsClientError'.
    _isReleased_ = False
    _isRefused_ = False
    #: Sessions of TLS 1.3 that a server has made, of which 'newSession' is to tell.
    _made_: list[bytes] | None = None
    _traces_ = False
    #: The certificate of a server's own choice, and the OCSP response for it.
    _choice_: _Choice | None = None
    _status_: _Status | None = None
    #: A client's key that both sides know was asked for and there: the server needs no certificate.
    _hasKey_ = False
    #: What has come with the peer's list of signature algorithms: a server's client has nearly always sent one, and
    #: hardly ever is it asked for. The group of the exchange, or the bits of DHE's prime.
    _listing_: list[bytes] | None = None
    _group_ = _primeSize_ = 0

    def __init__(
        self, socket: Any = None, options: TLSSocketOptions | Bag | None = None, /, **keywords: Unpack[TLSSocketOptions]
    ) -> None:
        check(TLSSocketOptions, options, keywords)
        given = self._tls_ = dict(merge(options, keywords))
        if given.get("server") is None:
            refuseMissing(given)
        given["ALPNProtocols"] = givenProtocols(given.get("ALPNProtocols"))
        context = given.get("secureContext")
        if context is None:
            context = createSecureContext(given)
        elif not isinstance(context, SecureContext):
            raise ERR_TLS_INVALID_CONTEXT("context")
        self._isServer_ = bool(given.get("isServer"))
        self._useContext_(context)
        if not self._isServer_:
            self._wantedName_ = given.get("servername") or None
        kept: dict[str, Any] = {name: given[name] for name in _SOCKET_OPTIONS if given.get(name) is not None}
        if socket is None:
            kept["allowHalfOpen"] = given.get("allowHalfOpen")
            Socket.__init__(self, kept)
            self._newSession_()
            return
        if not hasattr(socket, "on") or not hasattr(socket, "write"):
            raise ERR_INVALID_ARG_TYPE("socket", ["net.Socket", "stream.Duplex"], socket)
        paused = given.get("pauseOnConnect")
        kept["allowHalfOpen"] = getattr(socket, "allowHalfOpen", False)
        handle = self._wrap_(UnderlyingStream(socket))
        kept.update(handle=handle, pauseOnCreate=paused)
        Socket.__init__(self, kept)
        socket.on("error", self._onStreamError_)
        socket.on("close", self._onStreamClose_)
        if getattr(socket, "connecting", False):
            self._moveConnection_(CONNECTING)  # what is written waits
            socket.once("connect", self._afterConnect_)
        else:
            self._start_()

    @classmethod
    def _encrypting_(cls, handle: StreamHandle, options: Mapping[str, Any], given: dict[str, Any]) -> TLSSocket:
        """A server's connection whose own socket nobody has asked for. What the constructor does, without what the
        server has done once for all.

        Args:
            options: of the socket, complete: see net's `Server._takeOptions_`. given: as of the constructor.
        """
        socket = cls.__new__(cls)
        socket._encrypt_(handle, options, given)
        return socket

    def _encrypt_(self, handle: StreamHandle, options: Mapping[str, Any], given: dict[str, Any]) -> None:
        context = given["secureContext"]
        if not isinstance(context, SecureContext):
            raise ERR_TLS_INVALID_CONTEXT("context")
        self._tls_ = given
        self._isServer_ = True
        self._useContext_(context)
        self._initAccepted_(options)
        self._useConnected_(self._wrap_(handle), options["pauseOnCreate"])  # type: ignore[arg-type]
        self._start_()

    def _useContext_(self, context: SecureContext) -> None:
        given = self._tls_
        self._context_ = context
        if given.get("enableTrace"):
            self._traces_ = True
        if self._isServer_:
            server = given.get("server")
            context.useForServer(server is None or server._asks_())
            if given.get("requestCert"):
                context.useDefaultAuthorities()
        else:
            context.useDefaultAuthorities()

    # -- the handshake

    def _newSession_(self) -> Session:
        options = self._tls_
        server = options.get("server") if self._isServer_ else None
        hint = options.get("pskIdentityHint") if self._isServer_ else None
        if server is not None and server.listenerCount("newSession"):
            self._made_ = []
        session = self._session_ = Session(
            self._context_.context,
            self._isServer_,
            self,
            knowsKey=options.get("pskCallback") is not None,
            hint=None if hint is None else hint.encode(),
            watches=self._traces_ or self._made_ is not None,
            name=self._context_.sessionName if self._isServer_ else b"",
        )
        if keyLogFile() or self.listenerCount("keylog") or (server is not None and server.listenerCount("keylog")):
            session.logKeys()
        connection = session.connection
        if self._isServer_:
            if options.get("requestCert"):
                session.requestCertificate(options.get("rejectUnauthorized") is not False)
        else:
            if options.get("requestOCSP"):
                session.useStatus()
            if options["ALPNProtocols"]:
                connection.set_alpn_protos(options["ALPNProtocols"])
            if self._wantedName_:
                connection.set_tlsext_host_name(_ascii(self._wantedName_))
            if options.get("session"):
                session.resume(sessionBytes(options["session"]))
        return session

    def _further_(self) -> list[str]:
        session = self._session_
        if session is None or self.secureConnecting:
            return ["shaking hands"]
        return [session.connection.get_protocol_version_name()]

    def _wrap_(self, inner: StreamHandle | UnderlyingStream) -> TLSHandle:
        session = self._session_ or self._newSession_()
        handle = TLSHandle(inner, session)  # type: ignore[arg-type]
        handle.onsecure = self._onSecure_
        handle.onerror = self._onFailure_
        if self._isServer_:
            handle.onreadend = self._onreadend_  # also when nobody reads: a client may go while it shakes hands
        return handle

    def _attach_(self, handle: StreamHandle) -> None:
        super()._attach_(self._wrap_(handle))  # type: ignore[arg-type]

    def _afterConnect_(self) -> None:
        self._start_()  # first: what was written before leaves in a listener of 'connect'
        super()._afterConnect_()

    def _start_(self) -> None:
        if self._handle is not None:
            self._handle.start()

    if not TYPE_CHECKING:  # else: the events, above

        def on(self, eventName: Any, listener: Any = _absent) -> Any:
            """As emitter.on; a listener for 'keylog' makes OpenSSL write the log of keys."""
            if eventName == "keylog" and self._session_ is not None:
                self._session_.logKeys()
            return super().on(eventName) if listener is _absent else super().on(eventName, listener)

        addListener = on

    def _onSecure_(self) -> None:
        session = self._session_
        assert session is not None
        chosen = session.connection.get_alpn_proto_negotiated()
        self.alpnProtocol = chosen.decode("latin-1") if chosen else False
        name = session.connection.get_servername()
        self.servername = name.decode("latin-1") if name else False
        self._keepWhatWasHeard_(session)
        if not self._isServer_:
            self.secureConnecting = False
            self._checkServer_(session)
            self.emit("secure")
            return
        if self._made_ is None:
            self._releaseToServer_()
        else:
            self._tellNewSessions_(session, self._made_)

    def _keepWhatWasHeard_(self, session: Session) -> None:
        """What methods may ask for later, of the messages that came in clear."""
        heard = self._handle.heard
        if self._isServer_:
            self._listing_ = heard
            return
        connection = session.connection
        isModern = connection.get_protocol_version() == SSL.TLS1_3_VERSION
        if not isModern:
            self._listing_ = heard if message(heard, CERTIFICATE_REQUEST) is not None else None
        self._group_, self._primeSize_ = exchange(heard, isModern, "-PSK-" in (connection.get_cipher_name() or ""))

    def _releaseToServer_(self) -> None:
        self.secureConnecting = False
        if self.timeout is None:
            self.timeout: int = 0  # that of the handshake is over
        self.emit("secure")
        server = self._tls_.get("server")
        if server is not None and not self.destroyed:
            server._onSecureSocket_(self)

    def _tellNewSessions_(self, session: Session, made: list[bytes]) -> None:
        """'newSession' for each session that can be resumed. Nothing is sent until the program has them."""
        isModern = self.getProtocol() == "TLSv1.3"
        if not isModern and not session.isReused():
            ticket = session.ticket()
            if ticket is not None and sessionId(ticket):
                made.append(ticket)
        if isModern or not made:
            self._releaseToServer_()
        if not made or self.destroyed:
            return
        handle, left = self._handle, len(made)

        def done(*ignored: Any) -> None:
            nonlocal left
            left -= 1
            if not left and not self.destroyed:
                if not isModern:
                    self._releaseToServer_()
                handle.release()

        handle.hold()
        for each in made:
            self._tls_["server"].emit("newSession", sessionId(each), each, _once(done))

    def _checkServer_(self, session: Session) -> None:
        """A client decides whether to talk to this server."""
        options = self._tls_
        least = options.get("minDHSize", MIN_DH_SIZE)
        if self._primeSize_ and self._primeSize_ < least:
            self.emit("error", ERR_TLS_DH_PARAM_SIZE(self._primeSize_))
            self.destroy()
            return
        error: Any = self._verify_(session)
        if error is None and options.get("checkServerIdentity") is not None and not self._isKnown_(session):
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
        if self.getProtocol() == "TLSv1.3" or session.isReused():
            self._lastTicket_ = session.ticket()  # known, or what can be resumed comes later
        self.emit("secureConnect")
        self._tellSession_(session)  # also to a program that has given the connection up, as Node does

    def _verify_(self, session: Session) -> BaseException | None:
        """Why the server's certificate does not hold. There need be none where both sides know a key."""
        connection = session.connection
        if connection.get_peer_certificate() is None:
            isModern = connection.get_protocol_version() == SSL.TLS1_3_VERSION
            if "PSK-" in (connection.get_cipher_name() or "") or (isModern and session.isReused()):
                return None
            return verifyError(_NO_CERTIFICATE)
        return verifyError(session.verifyResult())

    def _isKnown_(self, session: Session) -> bool:
        """By a key that both sides know: then there is no certificate with names. TLS 1.3 only, as in Node."""
        return self._hasKey_ and session.isReused() and session.connection.get_peer_certificate() is None

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
        if session is not None and self._handle is not None:
            self._tellSession_(session)

    def _tellSession_(self, session: Session) -> None:
        ticket = session.ticket() if self.listenerCount("session") else None
        if ticket is not None and ticket != self._lastTicket_:
            self._lastTicket_ = ticket
            self.emit("session", ticket)

    # -- what goes wrong

    def _onFailure_(self, failure: Failure | None) -> None:
        error: BaseException = connectionError(failure)
        if self.secureConnecting and not self._isServer_ and self._handle.writeQueueSize:
            # What waits is tried first, as in Node: so it is what fails, of an https request always.
            what, error = error, errnoException(-errno.EPROTO, "write", str(error))
            error.__cause__ = what
            onSent, self._onSent_ = self._onSent_, None
            if onSent is not None:
                onSent(error)
        self._tlsFailed_(error)

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
            self._getpeername()  # who it was can still be asked in the listener
            nextTick(self._tls_["server"].emit, "tlsClientError", error, self)

    def _onreadend_(self, status: int) -> None:
        if self.secureConnecting and not self.destroyed:
            if status != EOF:
                self._tlsFailed_(errnoException(status, "read"))
                return
            if not self._isServer_:
                self.prependOnceListener("end", self._onEarlyEnd_)
            elif self._isTheServers_() and (self._handle.isSecure or self.allowHalfOpen or self.isPaused()):
                self.destroy()  # nobody would end it
                return
            elif self.allowHalfOpen:
                nextTick(self.destroy)  # behind 'end': nobody can finish this handshake
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
            given = {"servername": servername.decode("latin-1") if servername else False, "protocols": names}
            chosen = fit(callback, 2)(given, self)  # in Node the socket is `this`
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
        """Called by OpenSSL, and again when a choice that took time was made."""
        if not self._isServer_:
            return True  # the context is a server's as well
        if self._choice_ is None:
            callback = self._tls_.get("SNICallback")
            name = self._session_.connection.get_servername()  # type: ignore[union-attr]
            choice = self._choice_ = _Choice(self)
            if callback is None or not name:
                choice.outcome = True
            else:
                choice.ask(callback, name.decode("latin-1"))
        if not self._choice_.outcome:
            return self._choice_.outcome
        if self._status_ is None:
            server = self._tls_.get("server")
            if server is None or not server.listenerCount("OCSPRequest") or not asksForStatus(self._handle.heard):
                return True
            self._session_.useStatus()  # type: ignore[union-attr]
            context = self._choice_.context or self._context_
            status = self._status_ = _Status(self)
            status.ask(lambda *args: server.emit("OCSPRequest", *args), context.certificate, context.issuer())
        return self._status_.outcome

    def certificateStatus(self) -> bytes | None:
        """Called by OpenSSL."""
        return None if self._status_ is None else self._status_.response

    def onStatus(self, response: bytes | None) -> None:
        """Called by OpenSSL."""
        self.emit("OCSPResponse", response)

    def onKeyLine(self, line: bytes) -> None:
        """Called by OpenSSL."""
        line += b"\n"
        writeKeyLine(line)
        self.emit("keylog", line)
        if self._isServer_ and self._tls_.get("server") is not None:
            self._tls_["server"].emit("keylog", line, self)

    def clientKey(self, hint: str | None) -> tuple[bytes, bytes] | None:
        """Called by OpenSSL."""
        found: tuple[bytes, bytes] | None = self._askForKey_(clientKey, hint)
        self._hasKey_ = found is not None
        return found

    def serverKey(self, identity: str) -> bytes | None:
        """Called by OpenSSL."""
        key: bytes | None = self._askForKey_(serverKey, self, identity)
        return key

    def _askForKey_(self, check: Callable[[Any], Any], *args: Any) -> Any:
        """What a pskCallback answers. One that raises, or answers what is no key, refuses the connection."""
        try:
            return check(self._tls_["pskCallback"](*args))
        except Exception as error:
            self._refuseHandshake_(error)
            return None

    def _refuseHandshake_(self, error: BaseException) -> None:
        """In place of OpenSSL's own words, and without a word to the peer."""
        if self._handle is not None:
            self._handle.refuse(lambda: self._tlsFailed_(error))

    def onMessage(self, isSent: bool, version: int, kind: int, data: bytes) -> None:
        """Called by OpenSSL."""
        if self._traces_:
            printTrace(isSent, version, kind, data)
        if isSent and self._made_ is not None and kind == HANDSHAKE and data[0] == NEW_SESSION_TICKET:
            ticket = self._session_.ticket()  # type: ignore[union-attr]
            if ticket is not None and version == SSL.TLS1_3_VERSION:
                self._made_.append(ticket)

    # -- members in the order of Node's page

    def disableRenegotiation(self) -> None:
        """Nothing to do: neither side ever renegotiates here.

        Node: https://nodejs.org/api/tls.html#tlssocketdisablerenegotiation
        """

    def enableTrace(self) -> None:
        """Describe the messages of this connection on stderr, as the option `enableTrace` does.

        It must be called before the handshake begins, so at once after `tls.connect`; later it warns and does nothing,
        for OpenSSL's SSL_set_msg_callback is not in pyOpenSSL.

        Node: https://nodejs.org/api/tls.html#tlssocketenabletrace
        """
        if self._traces_ or self.destroyed:
            return
        if self._handle is not None and self._handle.isStarted:
            process.emitWarning(
                "enableTrace() shows nothing once the handshake has begun: give the option `enableTrace`, or call it"
                " at once after tls.connect()"
            )
            return
        self._traces_ = True
        self._session_ = None
        session = self._newSession_()
        if self._handle is not None:
            self._handle.session = session

    def exportKeyingMaterial(self, length: int, label: str, context: bytes | None = None) -> bytes:
        """Keys for another protocol, derived from the connection's.

        Raises: ERR_TLS_INVALID_STATE before the handshake is done; ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/tls.html#tlssocketexportkeyingmateriallength-label-context
        """
        validateUint32(length, "length", True)
        validateString(label, "label")
        if context is not None:
            data = None if isinstance(context, str) else toBytes(context)
            if data is None:
                raise ERR_INVALID_ARG_TYPE("context", ["Buffer", "TypedArray", "DataView"], context)
            context = data
        if self._session_ is None or self.secureConnecting:
            raise ERR_TLS_INVALID_STATE()
        made: bytes = self._session_.connection.export_keying_material(label.encode(), length, context)
        return made

    def getCertificate(self) -> PeerCertificate | None:
        """Our own certificate; empty when there is none.

        Node: https://nodejs.org/api/tls.html#tlssocketgetcertificate
        """
        if self._session_ is None:
            return None
        own = self._session_.connection.get_certificate()
        return PeerCertificate() if own is None else peerCertificate(_der(own))

    def getCipher(self) -> CipherNameAndProtocol | None:
        """The cipher in use. Node: https://nodejs.org/api/tls.html#tlssocketgetcipher"""
        connection = None if self._session_ is None else self._session_.connection
        name = None if connection is None else connection.get_cipher_name()
        if connection is None or name is None:
            return None
        return CipherNameAndProtocol(name, standardName(name), connection.get_cipher_version())

    def getEphemeralKeyInfo(self) -> EphemeralKeyInfo | None:
        """How the keys were exchanged, on a client.

        Node: https://nodejs.org/api/tls.html#tlssocketgetephemeralkeyinfo
        """
        if self._isServer_ or self._session_ is None:
            return None
        if self._primeSize_:
            return EphemeralKeyInfo("DH", size=self._primeSize_)
        return keyInfo(self._group_)

    def getFinished(self) -> bytes | None:
        """The last Finished message that was sent. Node: https://nodejs.org/api/tls.html#tlssocketgetfinished"""
        return None if self._session_ is None else self._session_.connection.get_finished()

    def getPeerCertificate(self, detailed: bool = False) -> PeerCertificate | None:
        """The peer's certificate, empty when it has none; with `detailed` each has its `issuerCertificate`.

        Node: https://nodejs.org/api/tls.html#tlssocketgetpeercertificatedetailed
        """
        if self._session_ is None:
            return None
        chain = self._peerChain_()
        if not chain:
            return PeerCertificate()
        return certificateChain(chain) if detailed else peerCertificate(chain[0])

    def getPeerX509Certificate(self) -> X509Certificate | None:
        """The peer's certificate, with those that it sent as issuers; None when it has none.

        Node: https://nodejs.org/api/tls.html#tlssocketgetpeerx509certificate
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
        """Our own certificate; None when there is none.

        Node: https://nodejs.org/api/tls.html#tlssocketgetx509certificate
        """
        own = None if self._session_ is None else self._session_.connection.get_certificate()
        return None if own is None else X509Certificate(_der(own))

    def getPeerFinished(self) -> bytes | None:
        """The last Finished message that came. Node: https://nodejs.org/api/tls.html#tlssocketgetpeerfinished"""
        return None if self._session_ is None else self._session_.connection.get_peer_finished()

    def getProtocol(self) -> str | None:
        """The version, such as "TLSv1.3"; "unknown" before the handshake.

        Node: https://nodejs.org/api/tls.html#tlssocketgetprotocol
        """
        if self._session_ is None:
            return None
        name: str = self._session_.connection.get_protocol_version_name()
        return name

    def getSession(self) -> bytes | None:
        """The session, for the option `session` of a later connection.

        Node: https://nodejs.org/api/tls.html#tlssocketgetsession
        """
        return None if self._session_ is None else self._session_.ticket()

    def getSharedSigalgs(self) -> list[str] | None:
        """The signature algorithms that both sides know, such as "ECDSA+SHA256", the best first. On a client those for
        its own certificate: empty when the server asks for none, and in TLS 1.3, where the list comes encrypted.

        Node: https://nodejs.org/api/tls.html#tlssocketgetsharedsigalgs
        """
        if self._session_ is None:
            return None
        if self._session_.isReused():
            return []  # nothing was signed
        kind = CLIENT_HELLO if self._isServer_ else CERTIFICATE_REQUEST
        offered = offeredAlgorithms(self._listing_ or (), kind)
        own = ownAlgorithms(self._context_.sigalgs) if offered else b""
        first, second = (own, offered) if self._context_.hasOwnOrder else (offered, own)
        return sharedAlgorithms(first, second, self.getProtocol() == "TLSv1.3")

    def getTLSTicket(self) -> bytes | None:
        """The ticket of the session, on a client; None when there is none.

        Node: https://nodejs.org/api/tls.html#tlssocketgettlsticket
        """
        session = self.getSession()
        return None if session is None else ticketIn(session)

    def isSessionReused(self) -> bool | None:
        """True when an earlier session was resumed; None when the socket is over.

        Node: https://nodejs.org/api/tls.html#tlssocketissessionreused
        """
        return None if self._session_ is None else self._session_.isReused()

    def renegotiate(self, options: Mapping[str, Any], callback: Callable[..., Any] | None = None) -> bool | None:
        """Ask for new keys, in TLS 1.2. Refused here: `OP_NO_RENEGOTIATION` is on, see docs/departures.md.

        Raises: ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/tls.html#tlssocketrenegotiateoptions-callback
        """
        validateObject(options, "options")
        if callback is not None:
            validateFunction(callback, "callback")
        if self.destroyed:
            return None
        if callback is not None:
            nextTick(callback, ERR_TLS_RENEGOTIATION_DISABLED())
        return False

    def setKeyCert(self, context: SecureContextOptions | SecureContext) -> None:
        """Another key and certificate for this connection: in a server's ALPNCallback, where the protocol is known.

        Only a certificate of the same kind of key can still take the place of the first. The authorities between it and
        the root remain those of the first: OpenSSL's SSL_set1_chain is not in pyOpenSSL.

        Args: context: a SecureContext, or the options of one with `key` and `cert`.
        Raises: what createSecureContext raises.
        Node: https://nodejs.org/api/tls.html#tlssocketsetkeycertcontext
        """
        made = context if isinstance(context, SecureContext) else createSecureContext(context)
        if self._session_ is not None and made.own is not None and made.privateKey is not None:
            self._session_.connection.use_certificate(made.own)
            self._session_.connection.use_privatekey(made.privateKey)

    def setMaxSendFragment(self, size: int = RECORD_SIZE) -> bool:
        """Put at most this many bytes into one record: smaller ones reach the program sooner, and cost more.

        Args: size: 512 to 16384, which is the default.
        Returns: False for a size that cannot be.
        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/tls.html#tlssocketsetmaxsendfragmentsize
        """
        validateInt32(size, "size")
        if self._session_ is None or not 512 <= size <= RECORD_SIZE:
            return False
        self._session_.recordSize = int(size)
        return True

    def setServername(self, name: str) -> None:
        """Name the server that is meant, before the handshake.

        Raises: ERR_INVALID_ARG_TYPE, ERR_TLS_SNI_FROM_SERVER.
        Node: https://nodejs.org/api/tls.html#tlssocketsetservernamename
        """
        validateString(name, "name")
        if self._isServer_:
            raise ERR_TLS_SNI_FROM_SERVER()
        self._wantedName_ = name
        if self._session_ is not None:
            self._session_.connection.set_tlsext_host_name(_ascii(name))

    def setSession(self, session: bytes | str) -> None:
        """Offer a session of an earlier connection, before the handshake. Node documents the option `session`."""
        data = self._tls_["session"] = sessionBytes(session)
        if self._session_ is not None:
            self._session_.resume(data)

    @property
    def wasCut(self) -> bool:
        """True when the peer's data ended without TLS' own end: something may be missing. Not in Node."""
        return self._wasCut_ if self._handle is None else bool(self._handle.isCut)

    _wasCut_ = False

    def _closeHandle_(self, handle: Any, hadError: bool) -> None:
        self._wasCut_ = handle.isCut
        self._session_ = None
        super()._closeHandle_(handle, hadError)


class _Answer:
    """What the program calls, now or later, with an error or what a server needs to go on. A second call fails."""

    __slots__ = ("error", "isAnswered", "isLate", "outcome", "socket")

    def __init__(self, socket: TLSSocket) -> None:
        self.socket = socket
        self.error: BaseException | None = None
        self.isAnswered = self.isLate = False
        #: None: there is no answer yet.
        self.outcome: bool | None = None

    def ask(self, callback: Callable[..., Any], *args: Any) -> None:
        """Call a function of the program's with these arguments and this answer."""
        try:
            callback(*args, self)
        except Exception as error:
            self.error, self.outcome = error, False
        self.isLate = True
        if self.error is not None:
            self.socket._refuseHandshake_(self.error)

    def __call__(self, error: BaseException | None = None, value: Any = None) -> None:
        if self.isAnswered:
            nextTick(self.socket._tlsFailed_, ERR_MULTIPLE_CALLBACK())  # OpenSSL may be asking still
            return
        self.isAnswered = True
        handle = self.socket._handle
        if self.outcome is not None or self.socket._session_ is None or handle is None:
            return
        if error is None:
            error = self.take(value)
        self.error, self.outcome = error, error is None
        if self.isLate:
            if error is not None:
                self.socket._tlsFailed_(error)
            else:
                handle.goOn()

    def take(self, value: Any) -> BaseException | None:
        """What is wrong with it, or None."""
        raise NotImplementedError


class _Choice(_Answer):
    """A SNICallback's answer: the context for a name."""

    __slots__ = ("context",)

    def __init__(self, socket: TLSSocket) -> None:
        super().__init__(socket)
        self.context: SecureContext | None = None

    def take(self, value: Any) -> BaseException | None:
        if value is None:
            return None
        if not isinstance(value, SecureContext):
            return ERR_TLS_INVALID_CONTEXT("context")
        context = self.context = value.within(self.socket._context_)
        if self.socket._tls_.get("requestCert"):
            context.useDefaultAuthorities()
        context.useForServer()
        self.socket._session_.useContext(context.context)  # type: ignore[union-attr]
        return None


class _Status(_Answer):
    """The answer to 'OCSPRequest': a response of the authority's, or None."""

    __slots__ = ("response",)

    def __init__(self, socket: TLSSocket) -> None:
        super().__init__(socket)
        self.response: bytes | None = None

    def take(self, value: Any) -> BaseException | None:
        if value is not None:
            self.response = toBytes(value)
            if self.response is None:
                return ERR_INVALID_ARG_TYPE("response", ["Buffer", "TypedArray", "DataView"], value)
        return None


def _once(call: Callable[..., Any]) -> Callable[..., None]:
    isOver = False

    def first(*args: Any) -> None:
        nonlocal isOver
        if not isOver:
            isOver = True
            call(*args)

    return first


def _disconnected() -> BaseException:
    return connResetException("Client network socket disconnected before secure TLS connection was established")


def _ascii(name: str) -> bytes:
    return name.encode() if name.isascii() else idna.encode(name, uts46=True)


def _der(certificate: Any) -> bytes:
    # Not by way of `cryptography`, which refuses certificates that OpenSSL takes.
    return crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
