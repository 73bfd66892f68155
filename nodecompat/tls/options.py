"""The option bags of `tls`, and the versions of the protocol."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from OpenSSL import SSL

from ..errors import (
    ERR_INVALID_ARG_VALUE,
    ERR_TLS_INVALID_PROTOCOL_METHOD,
    ERR_TLS_INVALID_PROTOCOL_VERSION,
    ERR_TLS_PROTOCOL_VERSION_CONFLICT,
    NodeError,
)
from ..net.options import NetConnectOpts, ServerOpts, SocketConstructorOpts
from .constants import DEFAULT_MAX_VERSION, DEFAULT_MIN_VERSION

if TYPE_CHECKING:
    from .context import SecureContext

VERSIONS: dict[str, int] = {
    "TLSv1": SSL.TLS1_VERSION,
    "TLSv1.1": SSL.TLS1_1_VERSION,
    "TLSv1.2": SSL.TLS1_2_VERSION,
    "TLSv1.3": SSL.TLS1_3_VERSION,
}
#: What `secureProtocol` allows: the lowest and the highest version, None for OpenSSL's own limit.
_METHODS: dict[str, tuple[str | None, str | None]] = {
    "SSLv23_method": (None, "TLSv1.2"),
    "TLS_method": (None, None),
    "TLSv1_method": ("TLSv1", "TLSv1"),
    "TLSv1_1_method": ("TLSv1.1", "TLSv1.1"),
    "TLSv1_2_method": ("TLSv1.2", "TLSv1.2"),
}
METHODS = {
    name.replace("_method", kind + "_method"): limits
    for name, limits in _METHODS.items()
    for kind in ("", "_client", "_server")
}
PEM = Any  # str, bytes, or a sequence of them


class KeyObject(TypedDict, total=False):
    """A private key in the option `key`.

    Options:
        pem: PEM, text or bytes; there is no default.
        passphrase: Of this key; the option `passphrase` by default.
    Node: https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions
    """

    pem: str | bytes
    passphrase: str


class PxfObject(TypedDict, total=False):
    """A PKCS#12 in the option `pfx`.

    Options:
        buf: The PKCS#12, bytes; there is no default.
        passphrase: Of this one; the option `passphrase` by default.
    Node: https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions
    """

    buf: bytes
    passphrase: str


class PSKCallbackNegotation(TypedDict):
    """What a client's `pskCallback` gives. The name is Node's own.

    Keys:
        psk: The key, at most 512 bytes.
        identity: Which one it is, for the server; at most 256 bytes of UTF-8.
    Node: https://nodejs.org/api/tls.html#pre-shared-keys
    """

    psk: bytes
    identity: str


class SecureContextOptions(TypedDict, total=False):
    """Options of createSecureContext.

    Options:
        ca: Certificates of authorities, PEM; those of `getCACertificates()` by default.
        cert: The chain of certificates, PEM; several chains for several kinds of keys. None by default.
        key: The private key, PEM; a sequence of keys or of KeyObject. None by default.
        pfx: Certificate and key in one PKCS#12, or a sequence of PxfObject; none by default.
        passphrase: Of `key` or `pfx`; none by default.
        crl: Lists of revoked certificates, PEM; none by default.
        ciphers: OpenSSL's names, separated by ":"; those of TLS 1.3 among them. By default DEFAULT_CIPHERS.
        ecdhCurve: Names of groups, separated by ":"; "auto", the default, for OpenSSL's.
        sigalgs: Names of signature algorithms, separated by ":"; by default OpenSSL's.
        dhparam: Parameters of Diffie-Hellman, PEM; "auto" for well-known ones as strong as the key. By default there is
            no DHE.
        minVersion: The lowest version, "TLSv1" to "TLSv1.3"; "TLSv1.2" by default.
        maxVersion: The highest version, "TLSv1" to "TLSv1.3"; "TLSv1.3" by default.
        secureProtocol: The versions by the name of a method, such as "TLSv1_2_method"; `minVersion` and `maxVersion`
            count by default.
        secureOptions: OpenSSL's SSL_OP_… bits; 0 by default.
        honorCipherOrder: The server's order of ciphers counts; True by default in createServer, elsewhere False.
        sessionIdContext: What sessions of this server are told apart by, at most 32 bytes; by default one made for the
            program.
        sessionTimeout: Seconds that a session can be resumed; 7,200 by default.
        allowPartialTrustChain: A chain may end at any certificate in `ca`, not only at a root; False by default.
        ALPNCallback: A server's choice of a protocol: `({"servername", "protocols"}[, socket])` gives one of them, None
            refuses. By default `ALPNProtocols` counts.
        certificateCompression: Refused, see docs/departures.md; there is no default.
        clientCertEngine: Refused, see docs/departures.md; there is no default.
        privateKeyEngine: Refused, see docs/departures.md; there is no default.
        privateKeyIdentifier: Refused, see docs/departures.md; there is no default.
        ticketKeys: Refused, see docs/departures.md; there is no default.
    Node: https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions
    """

    ca: PEM
    cert: PEM
    key: PEM | KeyObject | Sequence[KeyObject]
    pfx: bytes | Sequence[bytes] | Sequence[PxfObject]
    passphrase: str
    crl: PEM
    ciphers: str
    ecdhCurve: str
    sigalgs: str
    dhparam: Any
    minVersion: str
    maxVersion: str
    secureProtocol: str
    secureOptions: int
    honorCipherOrder: bool
    sessionIdContext: str
    sessionTimeout: int
    allowPartialTrustChain: bool
    ALPNCallback: Callable[..., str | None]
    certificateCompression: Any
    clientCertEngine: Any
    privateKeyEngine: Any
    privateKeyIdentifier: Any
    ticketKeys: Any


class CommonConnectionOptions(TypedDict, total=False):
    """Options that connect, createServer and TLSSocket share.

    Options:
        secureContext: Of createSecureContext, in place of its options; made of these by default.
        enableTrace: Describe the messages of the connection on stderr; False by default.
        requestCert: A server asks its clients for a certificate; False by default.
        rejectUnauthorized: Refuse a peer whose certificate does not hold; True by default. On a server it needs
            `requestCert`.
        ALPNProtocols: Names of application protocols, the best first; or bytes as on the wire. None by default.
        SNICallback: A server's choice of a context: `(servername, answer)`; `answer(error, context)` at once or later.
            By default `server.addContext` decides.
        requestOCSP: A client asks for an OCSP response, see 'OCSPResponse'; False by default.
    Node: https://nodejs.org/api/tls.html#tlsconnectoptions-callback
    """

    secureContext: SecureContext
    enableTrace: bool
    requestCert: bool
    rejectUnauthorized: bool
    ALPNProtocols: Sequence[str] | Sequence[bytes] | bytes
    SNICallback: Callable[[str, Callable[..., None]], Any]
    requestOCSP: bool


class ClientOptions(SecureContextOptions, CommonConnectionOptions, total=False):
    """Options of a client, wherever its connection comes from.

    Also the options of `SecureContextOptions` and `CommonConnectionOptions`.

    Options:
        session: A session of an earlier connection, to be resumed; none by default.
        checkServerIdentity: `checkServerIdentity(hostname, certificate)`: returns an error if they do not fit.
            `tls.checkServerIdentity` by default.
        servername: The name of the server for SNI and for the check of its certificate; `host` by default, unless that
            is an address.
        minDHSize: Bits that the prime of an exchange by DHE must have at least; 1024 by default.
        pskCallback: `pskCallback(hint)` gives a key that the server knows too, None refuses. `ciphers` must have some
            of PSK. None by default.
    Node: https://nodejs.org/api/tls.html#tlsconnectoptions-callback
    """

    session: bytes
    checkServerIdentity: Callable[[str, Any], BaseException | None]
    servername: str
    minDHSize: int
    pskCallback: Callable[[str | None], PSKCallbackNegotation | None]


class TLSSocketOptions(ClientOptions, SocketConstructorOpts, total=False):
    """Options of TLSSocket.

    Also the options of `ClientOptions` and `SocketConstructorOpts`.

    Options:
        isServer: It is the server's side; False by default.
        server: The tls.Server that it belongs to; none by default.
    Node: https://nodejs.org/api/tls.html#new-tlstlssocketsocket-options
    """

    isServer: bool
    server: Any


class ConnectionOptions(ClientOptions, NetConnectOpts, total=False):
    """Options of connect, those of `net.connect` among them.

    Also the options of `ClientOptions` and `NetConnectOpts`.

    Options:
        socket: A connected stream, or one that connects, to be used instead of a connection of its own; none by
            default.
    Node: https://nodejs.org/api/tls.html#tlsconnectoptions-callback
    """

    socket: Any


class TlsOptions(SecureContextOptions, CommonConnectionOptions, ServerOpts, total=False):
    """Options of createServer, those of `net.createServer` among them.

    Also the options of `SecureContextOptions` and `CommonConnectionOptions` and `ServerOpts`.

    Options:
        handshakeTimeout: Milliseconds for the handshake, 120,000 by default.
        maxHandshakes: Handshakes in progress at most, 5,000 by default. Not in Node: see docs/departures.md.
        pskCallback: `pskCallback(socket, identity)` gives the key of a client, None refuses it. `ciphers` must have
            some of PSK. None by default.
        pskIdentityHint: What clients are told to choose a key by, in TLS 1.2; nothing by default.
    Node: https://nodejs.org/api/tls.html#tlscreateserveroptions-secureconnectionlistener
    """

    handshakeTimeout: float
    maxHandshakes: int
    pskCallback: Callable[..., bytes | Mapping[str, bytes] | None]
    pskIdentityHint: str


#: Options of Node's that cannot be had, and why. Ignored they would promise what does not happen.
_MISSING = {
    "certificateCompression": "OpenSSL's SSL_CTX_set1_cert_comp_preference is not in pyOpenSSL",
    "clientCertEngine": "engines are gone from OpenSSL",
    "privateKeyEngine": "engines are gone from OpenSSL",
    "privateKeyIdentifier": "engines are gone from OpenSSL",
    "ticketKeys": "OpenSSL's SSL_CTX_set_tlsext_ticket_keys is not in pyOpenSSL",
}


class Unavailable(NodeError, NotImplementedError):
    """Something of Node's that cannot be had, for a function of OpenSSL's is not in pyOpenSSL."""

    def __init__(self, what: str, function: str) -> None:
        text = f"{what} is not available: OpenSSL's {function} is not in pyOpenSSL"
        super().__init__(text, code="ERR_FEATURE_UNAVAILABLE_ON_PLATFORM")


def refuseMissing(options: Mapping[str, Any]) -> None:
    """Raise ERR_INVALID_ARG_VALUE for an option that would have no effect."""
    for name, why in _MISSING.items():
        if options.get(name) not in (None, False):
            raise ERR_INVALID_ARG_VALUE(f"options.{name}", options[name], f"is not supported: {why}")


def versionLimits(options: Mapping[str, Any]) -> tuple[int, int]:
    """OpenSSL's numbers of the lowest and the highest version, 0 for its own limit."""
    low, high, method = options.get("minVersion"), options.get("maxVersion"), options.get("secureProtocol")
    if method is not None:
        for version in (low, high):
            if version is not None:
                raise ERR_TLS_PROTOCOL_VERSION_CONFLICT(version, method)
        if not isinstance(method, str) or method not in METHODS:
            isOld = re.match("(SSLv[23])_", str(method))
            why = f"{isOld[1]} methods disabled" if isOld else f"Unknown method: {method}"
            raise ERR_TLS_INVALID_PROTOCOL_METHOD(why)
        low, high = METHODS[method]
        return VERSIONS[low] if low else 0, VERSIONS[high] if high else 0
    low = DEFAULT_MIN_VERSION if low is None else low
    high = DEFAULT_MAX_VERSION if high is None else high
    if not isinstance(low, str) or low not in VERSIONS:
        raise ERR_TLS_INVALID_PROTOCOL_VERSION(low, "minimum")
    if not isinstance(high, str) or high not in VERSIONS:
        raise ERR_TLS_INVALID_PROTOCOL_VERSION(high, "maximum")
    return VERSIONS[low], VERSIONS[high]
