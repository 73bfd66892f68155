"""getPeerCertificate's shape, compared with Node: recorded certificates, and a fresh sample where Node is there."""

from __future__ import annotations

import base64
import json
from typing import Any

import cases
import oracle
import pytest
from tls import answers, certificates

from nodecompat.tls.certificate import certificateChain, namesIn, peerCertificate


def wrong(found: list[dict[str, Any]]) -> list[Any]:
    compared = [(answers.legacy(case), case["der"]) for case in found if "legacy" in case]
    return [(ours, theirs, der) for (ours, theirs), der in compared if ours != theirs]


def testRecordedCases() -> None:
    found = cases.recorded("certificate")
    assert sum("legacy" in case for case in found) > 300
    assert wrong(found) == []


@oracle.needsNode
def testFreshCases() -> None:
    assert wrong(cases.fresh("certificate", 300)) == []


@oracle.needsNode
@pytest.mark.parametrize("key", ["ec", "ec384", "ec521", "rsa", "ed25519"])
def testOrdinaryCertificates(key: str) -> None:
    made = certificates.make(names=("a.example", "*.b.example", "::1", "me@a.example", "http://a.example/x"), key=key)
    program = f"""const made = new crypto.X509Certificate(Buffer.from('{made.der.hex()}', 'hex')).toLegacyObject();
      const plain = (key, value) => value?.type === 'Buffer' ? Buffer.from(value.data).toString('hex') : value;
      console.log(JSON.stringify(made, plain))"""
    found = peerCertificate(made.der)
    theirs = oracle.evaluate(program)
    assert {name: answers.plain(value) for name, value in found.items() if value is not None} == theirs


def testWhatIsNotThereIsNone() -> None:
    found = peerCertificate(certificates.make("noNames", key="ed25519").der)
    assert (found["modulus"], found["subjectaltname"], found["subject"]["OU"]) == (None, None, None)


def testAKeyOnACurveWithoutANistName() -> None:
    """Node dies of it."""
    case = next(each for each in cases.recorded("certificate") if "refused" not in each and "legacy" not in each)
    found = peerCertificate(base64.b64decode(case["der"]))
    assert (found["bits"], found["nistCurve"]) == (256, None)
    assert found["asn1Curve"] in ("secp256k1", "brainpoolP256r1")


def testTheNamesAloneAreThoseOfTheWhole() -> None:
    made = certificates.make(names=("a.example", "1.2.3.4"))
    whole, names = peerCertificate(made.der), namesIn(made.der)
    assert names == {name: whole[name] for name in ("subject", "subjectaltname")}
    assert namesIn(certificates.make("noNames").der)["subjectaltname"] is None


def testAChainEndsInItsRoot() -> None:
    leaf = certificates.make("chain")
    ders = [leaf.der, *(answers.derOfPem(each.cert) for each in (leaf.issuer, leaf.issuer.issuer))]
    found = certificateChain(ders)
    root = found["issuerCertificate"]["issuerCertificate"]
    assert [each["subject"]["CN"] for each in (found, found["issuerCertificate"], root)] == [
        "localhost",
        "intermediate",
        "root",
    ]
    assert root["issuerCertificate"] is root


@oracle.needsNode
def testAChainIsThatOfNodesHandshake() -> None:
    leaf = certificates.make("chain")
    options = json.dumps({"key": leaf.key, "cert": leaf.cert, "ca": leaf.ca, "servername": "localhost"})
    program = f"""const server = tls.createServer({options}, (socket) => socket.end()).listen(0, () => {{
      const client = tls.connect({{...{options}, port: server.address().port}}, () => {{
        const found = [];
        for (let each = client.getPeerCertificate(true), last; each !== last; each = each.issuerCertificate) {{
          found.push([Object.keys(each), {{ ...each, issuerCertificate: undefined }}]);
          last = each;
        }}
        const plain = (key, value) => value?.type === 'Buffer' ? Buffer.from(value.data).toString('hex') : value;
        console.log(JSON.stringify(found, plain));
        server.close();
      }}) }})"""
    assert leaf.issuer is not None and leaf.issuer.issuer is not None
    each = certificateChain([leaf.der, *(answers.derOfPem(one.cert) for one in (leaf.issuer, leaf.issuer.issuer))])
    for names, fields in oracle.evaluate(program):
        assert list(each) == names
        ours = {name: answers.plain(value) for name, value in each.items() if name != "issuerCertificate"}
        assert {name: value for name, value in ours.items() if value is not None} == fields
        each = each["issuerCertificate"]
    assert each["issuerCertificate"] is each


def testAChainWithoutItsRootEnds() -> None:
    leaf = certificates.make("chain")
    found = certificateChain([leaf.der, answers.derOfPem(leaf.issuer.cert)])
    assert "issuerCertificate" not in found["issuerCertificate"]


def testWhatIsNoCertificateRaises() -> None:
    with pytest.raises(ValueError):
        peerCertificate(b"\x30\x03\x02\x01\x01")
