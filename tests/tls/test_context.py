"""SecureContext: what it is made of, and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from OpenSSL import SSL
from tls import certificates
from tls.bed import bed

from nodecompat import tls
from nodecompat.tls import authorities, createSecureContext

GOOD = certificates.make()
OTHER = certificates.make(key="rsa")


@pytest.mark.parametrize(
    "options, code",
    [
        ({"minVersion": "x"}, "ERR_TLS_INVALID_PROTOCOL_VERSION"),
        ({"maxVersion": "TLSv1.4"}, "ERR_TLS_INVALID_PROTOCOL_VERSION"),
        ({"minVersion": "TLSv1.3", "secureProtocol": "TLSv1_2_method"}, "ERR_TLS_PROTOCOL_VERSION_CONFLICT"),
        ({"secureProtocol": "SSLv3_method"}, "ERR_TLS_INVALID_PROTOCOL_METHOD"),
        ({"ciphers": "nope"}, "ERR_SSL_NO_CIPHER_MATCH"),
        ({"ciphers": 5}, "ERR_INVALID_ARG_TYPE"),
        ({"sigalgs": ""}, "ERR_INVALID_ARG_VALUE"),
        ({"ecdhCurve": 5}, "ERR_INVALID_ARG_TYPE"),
        ({"cert": 5}, "ERR_INVALID_ARG_TYPE"),
        ({"cert": "no PEM"}, "ERR_OSSL_PEM_NO_START_LINE"),
        ({"cert": GOOD.cert, "key": certificates.make(names=("x.example",)).key}, "ERR_OSSL_X509_KEY_VALUES_MISMATCH"),
        ({"cert": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}, "ERR_OSSL_ASN1_WRONG_TAG"),
        ({"ecdhCurve": "nope"}, "ERR_CRYPTO_OPERATION_FAILED"),
        ({"sigalgs": "nope"}, None),
        ({"crl": "x"}, "ERR_CRYPTO_OPERATION_FAILED"),
        ({"pfx": b"x"}, None),
        ({"sessionIdContext": "x" * 33}, None),
        ({"crl": ""}, "ERR_CRYPTO_OPERATION_FAILED"),
        ({"crl": "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"}, "ERR_CRYPTO_OPERATION_FAILED"),
        ({"dhparam": 5}, "ERR_INVALID_ARG_TYPE"),
        ({"ecdhCurve": "nosuch", "sigalgs": ""}, "ERR_INVALID_ARG_VALUE"),
        ({"sessionIdContext": 5}, "ERR_INVALID_ARG_TYPE"),
        ({"minVersion": 5}, "ERR_TLS_INVALID_PROTOCOL_VERSION"),
        ({"key": "no PEM"}, "ERR_OSSL_UNSUPPORTED"),
        ({"passphrase": 5}, "ERR_INVALID_ARG_TYPE"),
        ({"sessionTimeout": -1}, "ERR_OUT_OF_RANGE"),
        ({"ticketKeys": bytes(48)}, "ERR_INVALID_ARG_VALUE"),
        ({"clientCertEngine": "x"}, "ERR_INVALID_ARG_VALUE"),
    ],
)
def testWhatIsRefused(options: dict[str, Any], code: str | None) -> None:
    with pytest.raises(Exception) as caught:
        createSecureContext(options)
    assert getattr(caught.value, "code", None) == code, repr(caught.value)


@pytest.mark.parametrize(
    "options, kind, text",
    [
        ({"ciphers": ":"}, TypeError, "The property 'options.ciphers' is invalid. Received [ '', '' ]"),
        ({"ciphers": "nope"}, Exception, "error:0A0000B9:SSL routines::no cipher match"),
        ({"cert": GOOD.cert, "key": certificates.make(names=("x.example",)).key}, Exception, "key values mismatch"),
        ({"secureOptions": "x"}, TypeError, 'The "secureOptions" argument must be of type number'),
        ({"secureOptions": 1.5}, ValueError, 'The value of "secureOptions" is out of range. It must be an integer'),
        ({"pfx": 5}, Exception, "Unable to load PFX certificate"),
        ({"sessionIdContext": "x" * 33}, TypeError, "ssl session id context too long"),
        ({"secureProtocol": {}}, TypeError, "Unknown method: {}"),
        ({"minVersion": []}, TypeError, " is not a valid minimum TLS protocol version"),
    ],
)
def testTheWordsOfARefusal(options: dict[str, Any], kind: type[Exception], text: str) -> None:
    """Those of Node 26.10."""
    with pytest.raises(kind, match=re.escape(text)):
        createSecureContext(options)


def testTheNumberOfAnErrorThatPyOpenSSLTellsInWords() -> None:
    with pytest.raises(Exception, match=r"^error:05800074:x509 certificate routines::key values mismatch$"):
        createSecureContext(cert=GOOD.cert, key=certificates.make(names=("x.example",)).key)


@pytest.mark.parametrize("bits", [0, -1, 1 << 32, None])
def testBitsOfOpenSSL(bits: int | None) -> None:
    createSecureContext(secureOptions=bits)


@pytest.mark.parametrize("names", ["TLS_AES_128_GCM_SHA256:", ":TLS_AES_128_GCM_SHA256"])
def testANameOfACipherThatIsEmptyIsNone(names: str) -> None:
    with bed() as it:
        client = it.connect(ciphers=names)
        assert client.getCipher()["name"] == "TLS_AES_128_GCM_SHA256"


@pytest.mark.parametrize("isFirst, isTrusted", [(True, True), (False, False)])
@pytest.mark.parametrize("body", ["!!!!", "AAAA", None])
def testAnAuthorityThatCannotBeRead(body: str | None, isFirst: bool, isTrusted: bool) -> None:
    """Node trusts those in front of it."""
    bad = "-----BEGIN CERTIFICATE-----\n" + (f"{body}\n-----END CERTIFICATE-----\n" if body else "AAAA\n")
    with bed() as it:
        client = it.connect(ca=it.made.ca + bad if isFirst else bad + it.made.ca, rejectUnauthorized=False)
        assert client.authorized is isTrusted


@pytest.mark.parametrize("options", [5, "x", True])
def testOptionsThatAreNone(options: Any) -> None:
    with pytest.raises(TypeError, match='The "options" argument must be of type object'):
        createSecureContext(options)


def testAnEncryptedKey() -> None:
    locked = GOOD.encryptedKey("open sesame")
    with pytest.raises(Exception) as caught:
        createSecureContext(cert=GOOD.cert, key=locked)
    assert caught.value.code == "ERR_OSSL_BAD_DECRYPT"  # type: ignore[attr-defined]
    with pytest.raises(Exception) as caught:
        createSecureContext(cert=GOOD.cert, key=locked, passphrase="wrong")
    assert caught.value.code == "ERR_OSSL_BAD_DECRYPT"  # type: ignore[attr-defined]
    for options in (
        {"key": locked, "passphrase": "open sesame"},
        {"key": [{"pem": locked, "passphrase": "open sesame"}]},
    ):
        with bed(secureContext=createSecureContext(cert=GOOD.cert, **options)) as it:
            assert it.connect().authorized


def testPKCS12() -> None:
    packed = GOOD.pfx("secret")
    with bed(cert=None, key=None, pfx=packed, passphrase="secret") as it:
        assert it.connect().authorized
    with pytest.raises(Exception, match="mac verify failure"):
        createSecureContext(pfx=packed, passphrase="wrong")


def testSeveralKeys() -> None:
    """A certificate for each kind of key, chosen by what the client can verify."""
    with bed(cert=[GOOD.cert, OTHER.cert], key=[GOOD.key, OTHER.key], maxVersion="TLSv1.2") as it:
        for cipher, key in (("ECDHE-ECDSA-AES128-GCM-SHA256", "P-256"), ("ECDHE-RSA-AES128-GCM-SHA256", None)):
            client = it.connect(ca=[GOOD.ca, OTHER.ca], ciphers=cipher)
            assert client.getPeerCertificate().get("nistCurve") == key
            assert client.getCipher()["name"] == cipher


def testCiphersOfTLS13() -> None:
    with bed(ciphers="TLS_CHACHA20_POLY1305_SHA256") as it:
        client = it.connect()
        assert (client.getProtocol(), client.getCipher()["name"]) == ("TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256")
        it.log.clear()
        it.connect(maxVersion="TLSv1.2")  # there is no cipher for it
        assert not [each for each in it.log if each == "client secureConnect"]


def testCurves() -> None:
    with bed(ecdhCurve="P-384") as it:
        info = it.connect().getEphemeralKeyInfo()
        assert dict(info) == {"type": "ECDH", "name": "secp384r1", "size": 384}
        it.log.clear()
        it.connect(ecdhCurve="P-256")
        assert "client secureConnect" not in it.log


def testTheVersionsOfAMethod() -> None:
    for method, version in (("TLSv1_2_method", "TLSv1.2"), ("TLS_method", "TLSv1.3")):
        with bed() as it:
            assert it.connect(secureProtocol=method).getProtocol() == version


def testOneContextForManyConnections() -> None:
    context = createSecureContext(ca=GOOD.ca)
    with bed() as it:
        for _ in range(3):
            assert it.connect(secureContext=context, ca=...).authorized


def testAContextOfAClientAndThenOfAServer() -> None:
    """And the client's sessions are good for the other server still."""
    context = createSecureContext(cert=GOOD.cert, key=GOOD.key, ca=GOOD.ca)
    with bed() as it:
        it.connect(secureContext=context, ca=...)
        server = tls.createServer({"secureContext": context}, lambda socket: socket.write(b"hello")).listen(1443)
        it.net.run()
        it.log.clear()
        it.sessions.clear()
        it.connect(secureContext=context, ca=..., port=1443)
        assert ("client data", b"hello") in it.log
        assert it.connect(secureContext=context, ca=..., port=1443, session=it.sessions[-1]).isSessionReused()
        kept = it.connect(secureContext=context, ca=...)
        assert it.connect(secureContext=context, ca=..., session=kept.getSession()).isSessionReused()
        server.close()


@pytest.fixture
def isDefault() -> Iterator[None]:
    """The tests' own authority is the default one."""
    tls.setDefaultCACertificates([GOOD.ca])
    yield
    authorities._chosen = None
    authorities.defaultAuthorities.cache_clear()
    authorities.defaultStore.cache_clear()


@pytest.mark.parametrize("further", [{}, {"crl": certificates.make("revoked").crl}])
def testWithoutCaTheDefaultAuthoritiesAreTrusted(isDefault: None, further: dict[str, Any]) -> None:
    with bed() as it:
        client = it.connect(ca=..., **further)
        assert client.authorized, it.log
        it.connect(ca=certificates.authority("stranger").cert)
        assert "client error UNABLE_TO_VERIFY_LEAF_SIGNATURE" in it.log


def testAServerTrustsTheDefaultOnesToo(isDefault: None) -> None:
    with bed(requestCert=True, rejectUnauthorized=False) as it:
        for made, isTrusted in ((GOOD, True), (certificates.make("selfSigned"), False)):
            it.connect(ca=..., cert=made.cert, key=made.key)
            assert it.accepted[-1].authorized is isTrusted


def testTheDefaultOnesMayChange(isDefault: None) -> None:
    """Contexts that are there already keep theirs."""
    old = createSecureContext()
    with bed() as it:
        assert it.connect(ca=..., secureContext=old).authorized
        tls.setDefaultCACertificates([certificates.authority("stranger").cert])
        assert it.connect(ca=..., secureContext=old).authorized
        it.log.clear()
        it.connect(ca=...)
        assert "client error UNABLE_TO_VERIFY_LEAF_SIGNATURE" in it.log


def testTheSharedStoreStaysAsItIs(isDefault: None) -> None:
    """What one context trusts besides is its own."""
    with bed(made=certificates.make(ca=certificates.authority("stranger"))) as it:
        it.connect(ca=..., pfx=certificates.make(ca=certificates.authority("stranger")).pfx("x"), passphrase="x")
        it.log.clear()
        it.connect(ca=...)
        assert "client error UNABLE_TO_VERIFY_LEAF_SIGNATURE" in it.log


def testSignatureAlgorithmsThatDoNotFitTheCertificate() -> None:
    """No other version is tried instead, as in Node."""
    with bed(sigalgs="rsa_pss_rsae_sha512:ecdsa_secp384r1_sha384") as it:
        it.connect()
        assert "server secureConnection" not in it.log and it.log[-1] == "client close"


#: 512 bits.
SMALL = """-----BEGIN DH PARAMETERS-----
MEYCQQD1OBn4SPXfDmP8WvTBIQW8vQ4zmiFZe1I+kRAp4CpCUHJUSkI0VXN9nn6Q
0/3Px5zWpIFOC+0fAHzJ8bd7RXkTAgEC
-----END DH PARAMETERS-----
"""


def testSmallDHParametersAreRefused() -> None:
    with pytest.raises(TypeError, match=r"^DH parameter is less than 1024 bits$") as raised:
        createSecureContext(dhparam=SMALL)
    assert raised.value.code == "ERR_INVALID_ARG_VALUE"  # type: ignore[attr-defined]


@pytest.mark.parametrize("given", ["junk", "-----BEGIN DH PARAMETERS-----\nxxxx\n-----END DH PARAMETERS-----\n"])
def testDHParametersThatAreNoneAreIgnored(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[Any] = []
    monkeypatch.setattr(SSL.Context, "load_tmp_dh", lambda self, path: used.append(path))
    createSecureContext(dhparam=given)
    assert used == []
    createSecureContext(dhparam="auto")
    assert len(used) == 1
