"""KeyObject, as far as certificates need it."""

from __future__ import annotations

import json
from typing import Any

import oracle
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tls import certificates

from nodecompat import util
from nodecompat.errors import NodeError
from nodecompat.tls.keys import createPrivateKey, createPublicKey, publicKeyOf

EXPORTS: list[Any] = [
    {"format": "pem", "type": "spki"},
    {"format": "pem", "type": "pkcs1"},
    {"format": "pem", "type": "pkcs8"},
    {"format": "pem", "type": "sec1"},
    {"format": "pem"},
    {"format": "x", "type": "spki"},
    {},
    1,
    {"format": "pem", "type": "pkcs8", "passphrase": "x"},
]


def attempt(run: Any) -> Any:
    try:
        return run()
    except NodeError as error:
        return [error.code, error.message]


@oracle.needsNode
@pytest.mark.parametrize("key", ["ec", "rsa", "ed25519"])
def testKeysAreAsInNode(key: str) -> None:
    pem = certificates.make(key=key).key
    program = f"""const keys = [crypto.createPrivateKey({json.dumps(pem)})]; keys.push(crypto.createPublicKey(keys[0]));
    const attempt = (f) => {{ try {{ return f() }} catch (e) {{ return [e.code, e.message] }} }};
    console.log(JSON.stringify(keys.map((k) => [k.type, k.asymmetricKeyType, k.asymmetricKeyDetails, util.inspect(k),
      {json.dumps(EXPORTS)}.map((o) => attempt(() => k.export(o)))]),
      (k, v) => typeof v === 'bigint' ? Number(v) : v))"""
    private = createPrivateKey(pem)
    found = [
        [
            each.type,
            each.asymmetricKeyType,
            each.asymmetricKeyDetails,
            util.inspect(each),
            [attempt(lambda o=options, k=each: k.export(o)) for options in EXPORTS],
        ]
        for each in (private, createPublicKey(private))
    ]
    assert found == oracle.evaluate(program)


def testAPassphrase() -> None:
    made = certificates.make()
    locked = made.encryptedKey("secret")
    assert createPrivateKey({"key": locked, "passphrase": "secret"}).equals(createPrivateKey(made.key))
    for key, code in (
        (locked, "ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED"),
        ({"key": locked, "passphrase": "wrong"}, "ERR_OSSL_BAD_DECRYPT"),
    ):
        with pytest.raises(NodeError) as caught:
            createPrivateKey(key)
        assert caught.value.code == code


def testAPassphraseThatIsNotNeeded() -> None:
    assert createPrivateKey({"key": certificates.make().key, "passphrase": "x"}).type == "private"


def testDer() -> None:
    made = certificates.make()
    data = made.privateKey.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    private = createPrivateKey({"key": data, "format": "der", "type": "pkcs8"})
    assert private.export({"format": "der", "type": "pkcs8"}) == data
    public = createPublicKey(
        {"key": createPublicKey(private).export({"format": "der", "type": "spki"}), "format": "der"}
    )
    assert public.isHalfOf(private)


def testThePublicKeyOfACertificate() -> None:
    made = certificates.make()
    assert createPublicKey(made.cert).isHalfOf(createPrivateKey(made.key))
    assert not createPublicKey(made.ca).isHalfOf(createPrivateKey(made.key))
    assert createPublicKey(made.cert).equals(createPublicKey(made.key))


NO_KEYS: list[Any] = [1, True, {}, {"key": 1}, {"key": "x", "format": "y"}, "x", {"key": "x", "format": "pem"}]


@oracle.needsNode
@pytest.mark.parametrize("make", [createPrivateKey, createPublicKey])
def testWhatIsNoKeyRaisesAsInNode(make: Any) -> None:
    program = f"""console.log(JSON.stringify({json.dumps(NO_KEYS)}.map((key) => {{
      try {{ crypto.{make.__name__}(key) }} catch (e) {{ return [e.code, e.message] }} }})))"""
    assert [attempt(lambda key=key: make(key)) for key in NO_KEYS] == oracle.evaluate(program)


def testThePublicHalfIsOfAPrivateKey() -> None:
    private = createPrivateKey(certificates.make().key)
    public = createPublicKey({"key": private})
    assert public.equals(createPublicKey(private))
    with pytest.raises(TypeError, match="Invalid key object type public, expected private") as caught:
        createPublicKey(public)
    assert caught.value.code == "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE"  # type: ignore[attr-defined]


def testWhatIsNotThereSaysSo() -> None:
    with pytest.raises(NodeError, match="jwk"):
        createPrivateKey(certificates.make().key).export({"format": "jwk"})


@oracle.needsNode
def testAKeyForPssOnly() -> None:
    program = """const {publicKey: k} = crypto.generateKeyPairSync('rsa-pss',
        {modulusLength: 1024, hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha384', saltLength: 20});
      console.log(JSON.stringify([k.export({type: 'spki', format: 'der'}).toString('hex'), k.asymmetricKeyType,
        k.asymmetricKeyDetails], (key, value) => typeof value === 'bigint' ? Number(value) : value))"""
    spki, kind, details = oracle.evaluate(program)
    made = publicKeyOf(bytes.fromhex(spki))
    assert (made.asymmetricKeyType, made.asymmetricKeyDetails) == (kind, details)
    assert made.export({"type": "spki", "format": "der"}).hex() == spki  # type: ignore[union-attr]
