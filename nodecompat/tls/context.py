"""SecureContext: keys, certificates, authorities, versions and ciphers, made once and used by many connections."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from OpenSSL import SSL, crypto

from ..errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, NodeError, NodeTypeError
from ..optionbags import check
from ..reactor.tls.callbacks import hookCertificate, hookHello, lib
from ..reactor.tls.session import shareStore
from ..validators import validateInteger, validateObject, validateString
from .authorities import defaultAuthorities, defaultStore
from .constants import DEFAULT_CIPHERS
from .dh import knownParameters, parameterSize
from .failures import openSSLError
from .issuing import isIssuedBy
from .keys import MissingPassphrase, readPrivateKey, unreadable
from .options import SecureContextOptions, refuseMissing, versionLimits
from .parsed import Parsed
from .pem import certificates, checked, failure

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

_CRL_BLOCK = re.compile(rb"-----BEGIN X509 CRL-----.+?-----END X509 CRL-----", re.DOTALL)
#: OpenSSL's bits (SSL_OP_…) that every context has: no renegotiation by the peer, no compression.
_OPTIONS = SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_COMPRESSION | SSL.OP_NO_SSLv2 | SSL.OP_NO_SSLv3
_IDENTITY = ("allowPartialTrustChain", "ca", "cert", "crl", "key", "passphrase", "pfx")
_ALGORITHMS = (
    *("ciphers", "dhparam", "ecdhCurve", "honorCipherOrder", "maxVersion", "minVersion", "secureOptions"),
    *("secureProtocol", "sessionIdContext", "sessionTimeout", "sigalgs"),
)
_MAX_SESSION_ID_CONTEXT = 32  # bytes: SSL_MAX_SID_CTX_LENGTH
#: A server remembers no session: the ticket that its client has is all. Node keeps none either.
_SESSIONS = SSL.SESS_CACHE_BOTH | SSL.SESS_CACHE_NO_INTERNAL | SSL.SESS_CACHE_NO_AUTO_CLEAR
_PARTIAL_CHAIN = 0x80000  # X509_V_FLAG_PARTIAL_CHAIN
_CRL_CHECK = 0x4 | 0x8  # X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL


class SecureContext:
    """What createSecureContext returns. Node: https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions"""

    __slots__ = (
        "__weakref__",
        "_algorithms",
        "_asks",
        "_identity",
        "_isServers",
        "_mayStopEarly",
        "_ownsStore",
        "_possibleIssuers",
        "_within",
        "context",
        "hasAuthorities",
        "hasOwnOrder",
        "own",
        "privateKey",
        "sessionName",
        "sigalgs",
    )
    context: SSL.Context

    def __init__(self, options: Mapping[str, Any]) -> None:
        refuseMissing(options)
        given = {name: value for name, value in options.items() if value is not None}
        self._identity = {name: given[name] for name in _IDENTITY if name in given}
        self._algorithms = {name: given[name] for name in _ALGORITHMS if name in given}
        #: A server has this context; its sockets are asked for a certificate. What OpenSSL was told of that.
        self._isServers = self._asks = False
        #: What `within` has made.
        self._within: WeakKeyDictionary[SecureContext, SecureContext] = WeakKeyDictionary()
        #: pyOpenSSL's. Its store may be the one of all: authorities are added by `ca` only.
        self.context = context = SSL.Context(SSL.TLS_METHOD)
        low, high = versionLimits(options)
        context.set_min_proto_version(low)
        context.set_max_proto_version(high)
        flags = _OPTIONS | _ownOptions(options.get("secureOptions"))
        #: Our own order of ciphers and signature algorithms counts.
        self.hasOwnOrder: bool = bool(options.get("honorCipherOrder"))
        if self.hasOwnOrder:
            flags |= SSL.OP_CIPHER_SERVER_PREFERENCE
        context.set_options(flags)
        context.set_mode(lib.SSL_MODE_RELEASE_BUFFERS)
        # pyOpenSSL sets it; a peer that takes short records only would get the first of a write.
        lib.SSL_CTX_clear_mode(context._context, lib.SSL_MODE_ENABLE_PARTIAL_WRITE)
        context.set_session_cache_mode(_SESSIONS)
        #: Somebody has chosen the authorities; else whoever verifies trusts the default ones.
        self.hasAuthorities: bool = options.get("ca") is not None
        #: Something is in the store, so that it cannot be the one that all share.
        self._ownsStore = False
        #: A chain may end at any certificate that is trusted, not only at a root.
        self._mayStopEarly = bool(options.get("allowPartialTrustChain"))
        #: The certificate and key that came last, and the certificates that may have issued it.
        self.own: x509.Certificate | None = None
        self.privateKey: Any = None
        self._possibleIssuers: list[x509.Certificate] = []
        #: The names of signature algorithms that were given.
        self.sigalgs: str | None = options.get("sigalgs")
        try:
            self._takeCertificates(options)
            self._takeAuthorities(options)
            self._takeAlgorithms(options)
            self._takeRevocations(options)
        except SSL.Error as error:
            raise openSSLError(error) from None
        identity = options.get("sessionIdContext")
        if identity is not None:
            validateString(identity, "options.sessionIdContext")
            if len(identity.encode()) > _MAX_SESSION_ID_CONTEXT:
                raise NodeTypeError("ssl session id context too long")  # no code, in Node as well
            context.set_session_id(identity.encode())
        #: What a server is to tell its sessions apart by, unless the program has said it.
        self.sessionName: bytes = b"" if identity else b"nodecompat"
        if options.get("sessionTimeout") is not None:
            validateInteger(options["sessionTimeout"], "options.sessionTimeout", 0, 2**31 - 1)
            context.set_timeout(options["sessionTimeout"])

    def useForServer(self, asks: bool = True) -> None:
        """A server is to have this context. `asks`: its sockets may choose another one, or have an OCSP response."""
        # Without a hook OpenSSL falls back to TLS 1.2 when no signature algorithm fits the certificate; Node has one.
        if (asks or "sigalgs" in self._algorithms) and not self._asks:
            self._asks = True
            hookCertificate(self.context)
        if self._isServers:
            return
        self._isServers = True
        hookHello(self.context)

    def within(self, server: SecureContext) -> SecureContext:
        """Its certificates and authorities, for a server whose own versions and ciphers hold for every name.

        A context without a certificate leaves the server its own.
        """
        if self._algorithms == server._algorithms and self.own is not None:
            return self
        made = self._within.get(server)
        if made is None:
            identity = self._identity if self.own is not None else {**server._identity, **self._identity}
            made = self._within[server] = SecureContext({**identity, **server._algorithms})
        return made

    # -- who we are

    def _takeCertificates(self, options: Mapping[str, Any]) -> None:
        passphrase = options.get("passphrase")
        if passphrase is not None:
            validateString(passphrase, "options.passphrase")
        keys = list(_each(options.get("key")))
        for place, chain in enumerate(_each(options.get("cert"))):
            self._useChain(_bytes(chain, "options.cert"))
            if len(keys) > 1 and place < len(keys):
                self._useKey(keys[place], passphrase)
        if len(keys) == 1 or options.get("cert") is None:
            for key in keys:
                self._useKey(key, passphrase)
        for each in _each(options.get("pfx")):
            self._usePFX(each, passphrase)

    def _useChain(self, chain: bytes) -> None:
        found = _certificates(chain)
        if not found:
            raise failure("PEM routines", "no start line")
        own, *rest = found
        self._useCertificate(own, rest)

    def _useCertificate(self, own: x509.Certificate, rest: list[x509.Certificate]) -> None:
        self.context.use_certificate(own)
        self.own = own
        self._possibleIssuers += rest
        for each in rest:
            self.context.add_extra_chain_cert(each)

    def _useKey(self, key: Any, passphrase: str | None) -> None:
        if isinstance(key, Mapping):
            passphrase = key.get("passphrase", passphrase)
            key = key.get("pem")
        data = _bytes(key, "options.key")
        try:
            loaded = readPrivateKey(data, None if passphrase is None else passphrase.encode())
        except MissingPassphrase:
            raise unreadable("bad decrypt") from None
        self._usePrivateKey(loaded)

    def _usePrivateKey(self, key: Any) -> None:
        self.context.use_privatekey(key)
        self.privateKey = key

    def _usePFX(self, given: Any, passphrase: str | None) -> None:
        if isinstance(given, Mapping):
            passphrase = given.get("passphrase", passphrase)
            given = given.get("buf")
        if not isinstance(given, (str, bytes, bytearray, memoryview)):
            raise NodeError("Unable to load PFX certificate", code="ERR_CRYPTO_OPERATION_FAILED")
        data = _bytes(given, "options.pfx")
        try:
            key: Any
            key, own, rest = pkcs12.load_key_and_certificates(data, passphrase.encode() if passphrase else None)
        except (ValueError, UnsupportedAlgorithm) as error:
            wrong = "password" in str(error)
            raise NodeError("mac verify failure" if wrong else "not enough data") from None
        if own is not None:
            self._useCertificate(own, rest)
        if key is not None:
            self._usePrivateKey(key)
        for each in rest:
            self.addAuthority(each)

    @property
    def certificate(self) -> bytes | None:
        """Our own certificate, DER."""
        return None if self.own is None else self.own.public_bytes(serialization.Encoding.DER)

    def issuer(self) -> bytes | None:
        """The certificate of whoever issued our own, as far as it was given to us; DER."""
        if self.certificate is None:
            return None
        own = Parsed(self.certificate)
        for each in self._possibleIssuers:
            der = each.public_bytes(serialization.Encoding.DER)
            if isIssuedBy(own, Parsed(der)):
                return der
        return None

    # -- whom we trust

    def _takeAuthorities(self, options: Mapping[str, Any]) -> None:
        for given in _each(options.get("ca")):
            for certificate in _readableCertificates(_bytes(given, "options.ca")):
                self.addAuthority(certificate)
                if self.own is not None:
                    self._possibleIssuers.append(certificate)
                self.context.add_client_ca(certificate)

    def _takeRevocations(self, options: Mapping[str, Any]) -> None:
        lists: list[bytes] = []
        for given in _each(options.get("crl")) if options.get("crl") != "" else ("",):
            found = _CRL_BLOCK.findall(_bytes(given, "options.crl"))
            if not found:
                raise NodeError("Failed to parse CRL", code="ERR_CRYPTO_OPERATION_FAILED")
            lists += found
        if lists:
            store = self._store
            self._ownsStore = True
            for block in lists:
                store.add_crl(_revocations(block))
            store.set_flags(_CRL_CHECK)
        if self._mayStopEarly:
            self._ownsStore = True
            self._store.set_flags(_PARTIAL_CHAIN)

    @property
    def _store(self) -> crypto.X509Store:
        store = self.context.get_cert_store()
        assert store is not None, "a context has a store from the beginning"
        return store

    def addAuthority(self, certificate: x509.Certificate) -> None:
        """Trust a certificate."""
        self._ownsStore = True
        self._store.add_cert(crypto.X509.from_cryptography(certificate))

    def useDefaultAuthorities(self) -> None:
        """Trust those of `getCACertificates()`, once; unless somebody has said whom to trust."""
        if self.hasAuthorities:
            return
        self.hasAuthorities = True
        if self._ownsStore:
            for each in defaultAuthorities():
                self._store.add_cert(each)
        else:
            shareStore(self.context, defaultStore())

    # -- how we encrypt

    def _takeAlgorithms(self, options: Mapping[str, Any]) -> None:
        ciphers = options.get("ciphers")
        if ciphers is None or ciphers == "":
            ciphers = DEFAULT_CIPHERS
        validateString(ciphers, "options.ciphers")
        names = ciphers.split(":")
        modern = [name for name in names if name.startswith("TLS_")]
        older = [name for name in names if name and name not in modern]
        if not modern and not older:
            raise ERR_INVALID_ARG_VALUE("options.ciphers", names)
        if modern:
            self.context.set_tls13_ciphersuites(":".join(modern).encode())
        if older:
            self.context.set_cipher_list(":".join(older).encode())
        elif versionLimits(options)[1] in (0, SSL.TLS1_3_VERSION):
            # Without a cipher for TLS 1.2 there is no TLS 1.2.
            self.context.set_min_proto_version(SSL.TLS1_3_VERSION)
        else:
            with contextlib.suppress(SSL.Error):  # it says that there is none, which is what is meant
                self.context.set_cipher_list(b"")
        algorithms = options.get("sigalgs")
        if algorithms is not None:
            validateString(algorithms, "options.sigalgs")
            if not algorithms:
                raise ERR_INVALID_ARG_VALUE("options.sigalgs", algorithms)
            if lib.SSL_CTX_set1_sigalgs_list(self.context._context, algorithms.encode()) != 1:
                lib.ERR_clear_error()
                raise NodeError(f"No such signature algorithm among {algorithms!r}")  # no code, in Node as well
        curves = options.get("ecdhCurve")
        if curves is not None:
            validateString(curves, "options.ecdhCurve")
            if curves != "auto":
                self._useCurves(curves)
        self._takeDHParameters(options.get("dhparam"))

    def _useCurves(self, names: str) -> None:
        if hasattr(lib, "SSL_CTX_set1_curves_list"):
            isFine = lib.SSL_CTX_set1_curves_list(self.context._context, names.encode()) == 1
            lib.ERR_clear_error()
        else:  # an older cryptography: pyOpenSSL's own way knows one curve
            known = {"P-256": "prime256v1", "P-384": "secp384r1", "P-521": "secp521r1"}
            try:
                self.context.set_tmp_ecdh(crypto.get_elliptic_curve(known.get(names, names)))
                isFine = True
            except ValueError:
                isFine = False
        if not isFine:
            raise NodeError("Failed to set ECDH curve", code="ERR_CRYPTO_OPERATION_FAILED")

    def _takeDHParameters(self, given: Any) -> None:
        if given is None:
            return
        if given == "auto":
            data = knownParameters(self.privateKey)
        else:
            data = _bytes(given, "options.dhparam")
            if b"BEGIN DH PARAMETERS" not in data:
                return  # ignored, in Node as well
            size = parameterSize(data)
            if size is None:
                return
            if size < 1024:
                raise NodeTypeError("DH parameter is less than 1024 bits", code="ERR_INVALID_ARG_VALUE")
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:  # pyOpenSSL reads them from a file
            file.write(data)
            file.flush()
            self.context.load_tmp_dh(file.name.encode())


def createSecureContext(
    options: SecureContextOptions | Bag | None = None, /, **keywords: Unpack[SecureContextOptions]
) -> SecureContext:
    """Make a context that many connections can share.

    Args: options: SecureContextOptions, as a mapping or as keywords.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_TLS_INVALID_PROTOCOL_VERSION,
        ERR_TLS_PROTOCOL_VERSION_CONFLICT, and OpenSSL's `ERR_OSSL_…` for keys and certificates that do not fit.
    Node: https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions
    """
    check(SecureContextOptions, options, keywords)
    if options is not None:
        validateObject(options, "options")
    return SecureContext({**(options or {}), **keywords})


def _ownOptions(bits: Any) -> int:
    """The option `secureOptions` as OpenSSL's bits."""
    if bits is None or bits != bits:
        return 0
    validateInteger(bits, "secureOptions")
    return int(bits) & 0xFFFFFFFFFFFFFFFF


def _each(given: Any) -> Iterator[Any]:
    if given is None or given is False or given == "":
        return iter(())
    return iter(given) if isinstance(given, (list, tuple)) else iter((given,))


def _bytes(given: Any, name: str) -> bytes:
    if isinstance(given, str):
        return given.encode()
    if isinstance(given, (bytes, bytearray, memoryview)):
        return bytes(given)
    raise ERR_INVALID_ARG_TYPE(name, ["string", "Buffer", "TypedArray", "DataView"], given)


def _certificates(data: bytes) -> list[x509.Certificate]:
    return [x509.load_der_x509_certificate(checked(der)) for der in certificates(data)]


def _readableCertificates(data: bytes) -> Iterator[x509.Certificate]:
    """Those in front of what is none: authorities, of which Node trusts what it can read."""
    found = certificates(data)
    while True:
        try:
            der = next(found, None)
            if der is None:
                return
            certificate = x509.load_der_x509_certificate(checked(der))
        except NodeError:
            return
        yield certificate


def _revocations(block: bytes) -> Any:
    try:
        return x509.load_pem_x509_crl(block)
    except ValueError:
        raise NodeError("Failed to parse CRL", code="ERR_CRYPTO_OPERATION_FAILED") from None
