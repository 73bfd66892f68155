"""crypto.X509Certificate, compared with Node: recorded certificates, and a fresh sample where Node is there."""

from __future__ import annotations

import json
from typing import Any

import cases
import oracle
import pytest
from tls import answers, certificates

from nodecompat import util
from nodecompat.errors import NodeError
from nodecompat.tls.keys import createPrivateKey, createPublicKey
from nodecompat.tls.x509certificate import X509Certificate, withIssuers

#: Node's page (@types/node 26).
INVENTORY = (
    "ca fingerprint fingerprint256 fingerprint512 subject subjectAltName infoAccess keyUsage issuer issuerCertificate "
    "publicKey raw serialNumber signatureAlgorithm signatureAlgorithmOid validFrom validFromDate validTo validToDate "
    "checkEmail checkHost checkIP checkIssued checkPrivateKey toJSON toLegacyObject toString verify"
)


def wrong(found: list[dict[str, Any]]) -> list[Any]:
    return [each for case in found for each in answers.wrongObject(case)]


@pytest.mark.filterwarnings("ignore:Diffie-Hellman")
def testRecordedCases() -> None:
    found = cases.recorded("certificate")
    assert len(found) == 450
    assert wrong(found) == []


@oracle.needsNode
@pytest.mark.filterwarnings("ignore:Diffie-Hellman")
def testFreshCases() -> None:
    assert wrong(cases.fresh("certificate", 300)) == []


@pytest.mark.parametrize("name", INVENTORY.split())
def testInventory(name: str) -> None:
    assert hasattr(X509Certificate(certificates.make().cert), name)


def attempts(pem: str) -> dict[str, str]:
    """Texts of all kinds with a certificate in them, or not."""
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    return {
        "lead": f"hello\n{pem}",
        "crlf": pem.replace("\n", "\r\n"),
        "trusted": pem.replace(" CERTIFICATE", " TRUSTED CERTIFICATE"),
        "old": pem.replace(" CERTIFICATE", " X509 CERTIFICATE"),
        "two": pem + pem,
        "cut": pem[:-10],
        "noNewline": pem.strip(),
        "notBase64": pem.replace("MII", "M!I"),
        "empty": "",
        "keyFirst": f"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n{pem}",
        "otherEnd": pem.replace("-----END CERT", "-----END XERT"),
        "blanks": pem.replace("\n", " \n"),
        "indented": f"\n\n  {pem}",
        "headers": pem.replace("\n", "\nProc-Type: 4,x\n\n", 1),
        "noCertificate": f"{begin}\nAAAA\n{end}",
        "noContent": f"{begin}\n{end}",
        "oneLine": begin + "\n" + "".join(pem.split("\n")[1:-2]) + "\n" + end,
        "mark": f"\ufeff{pem}",
    }


@oracle.needsNode
def testTextsOfAllKinds() -> None:
    texts = attempts(certificates.make().cert)
    program = """const out = {}; for (const [name, text] of Object.entries(TEXTS)) {
      try { out[name] = new crypto.X509Certificate(text).fingerprint; } catch (e) { out[name] = [e.code, e.message]; } }
    console.log(JSON.stringify(out))""".replace("TEXTS", json.dumps(texts))

    def ours(text: str) -> Any:
        try:
            return X509Certificate(text).fingerprint
        except NodeError as error:
            return [error.code, error.message]

    assert {name: ours(text) for name, text in texts.items()} == oracle.evaluate(program)


@oracle.needsNode
def testArguments() -> None:
    pem = certificates.make().cert
    calls = [
        "checkHost(1)",
        "checkHost('a',1)",
        "checkHost('localhost',{subject:'x'})",
        "checkHost('a',{wildcards:1})",
        "checkHost('a',{subject:1})",
        "checkEmail(1)",
        "checkIP(1)",
        "checkIssued({})",
        "verify({})",
        "checkPrivateKey('x')",
    ]
    program = f"""const c = new crypto.X509Certificate({json.dumps(pem)}), out = {{}};
      for (const call of {json.dumps(calls)})
        try {{ eval('c.' + call) }} catch (e) {{ out[call] = [e.code, e.message] }}
      console.log(JSON.stringify(out))"""
    made = X509Certificate(pem)
    found = {}
    names = {"subject": "subject", "wildcards": "wildcards"}
    for call in calls:
        try:
            eval(f"made.{call}", {"made": made, **names})
        except NodeError as error:
            found[call] = [error.code, error.message]
    assert found == oracle.evaluate(program)


@oracle.needsNode
def testItIsShownAsInNode() -> None:
    pem = certificates.make(key="rsa").cert
    program = f"console.log(JSON.stringify(util.inspect(new crypto.X509Certificate({json.dumps(pem)}))))"
    assert util.inspect(X509Certificate(pem)) == oracle.evaluate(program)


def testWhoSignedIt() -> None:
    leaf, other = certificates.make(), certificates.authority("stranger")
    made, root = X509Certificate(leaf.cert), X509Certificate(leaf.ca)
    assert made.checkIssued(root) and made.verify(root.publicKey)
    assert not made.checkIssued(X509Certificate(other.cert))
    assert not made.verify(X509Certificate(other.cert).publicKey)
    assert not made.checkIssued(made)


def testAForgedSignature() -> None:
    forged = certificates.make("forged")
    made, root = X509Certificate(forged.cert), X509Certificate(forged.ca)
    assert made.checkIssued(root)
    assert not made.verify(root.publicKey)


@pytest.mark.parametrize("key", ["ec", "rsa", "ed25519"])
def testItsPrivateKey(key: str) -> None:
    leaf, other = certificates.make(key=key), certificates.make("ip", key=key)
    made = X509Certificate(leaf.cert)
    assert made.checkPrivateKey(createPrivateKey(leaf.key))
    assert not made.checkPrivateKey(createPrivateKey(other.key))
    assert made.publicKey.equals(createPublicKey(leaf.key))


def testBytesAndTexts() -> None:
    leaf = certificates.make("chain")
    made = X509Certificate(leaf.cert)  # the first of two
    assert made.raw == leaf.der == X509Certificate(memoryview(leaf.der)).raw
    assert leaf.cert.startswith(made.toString())
    assert str(made) == made.toJSON() == made.toString()
    with pytest.raises(TypeError, match='The "buffer" argument must be of type string or an instance of Buffer'):
        X509Certificate(1)  # type: ignore[arg-type]


def testTheChainOfAPeer() -> None:
    leaf = certificates.make("chain")
    assert leaf.issuer is not None and leaf.issuer.issuer is not None
    made = withIssuers([leaf.der, *(answers.derOfPem(each.cert) for each in (leaf.issuer, leaf.issuer.issuer))])
    assert made.issuerCertificate is not None
    root = made.issuerCertificate.issuerCertificate
    assert root is not None and root.issuerCertificate is root
    assert X509Certificate(leaf.der).issuerCertificate is None
