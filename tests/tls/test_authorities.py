"""Whom clients trust, compared with Node."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import oracle
import pytest
from OpenSSL import crypto
from tls import answers, certificates

from nodecompat.errors import NodeError
from nodecompat.tls import authorities
from nodecompat.tls.x509certificate import X509Certificate

ONE, TWO = certificates.authority().cert, certificates.authority("stranger").cert
KEY = certificates.authority().key
#: What is given to setDefaultCACertificates.
GIVEN: dict[str, list[str]] = {
    "one": [ONE],
    "two": [ONE, TWO],
    "others": [TWO, ONE],
    "in one text": [ONE + "notes\n" + TWO],
    "twice": [ONE, TWO + ONE, ONE],
    "none": [],
    "no certificate": ["x"],
    "one is none": [ONE, "x"],
    "not base64": [TWO, ONE.replace("MII", "M!I")],
    "cut off": [TWO + ONE[:100]],
    "with a key": [KEY + ONE],
    "no DER": ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
    "other lines": [ONE.replace("\n", "\r\n")],
    "trusted": [ONE.replace(" CERTIFICATE", " TRUSTED CERTIFICATE")],
}


def forget() -> None:
    authorities._chosen = None
    readers = (authorities.defaultAuthorities, authorities.defaultStore, authorities._untouched)
    for each in (*readers, authorities._extra, authorities._system):
        each.cache_clear()


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Nothing is chosen; the system has one authority in a file and one in a folder."""
    for name in ("NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "system").mkdir()
    (tmp_path / "system/two.pem").write_text(TWO)
    (tmp_path / "system/junk.txt").write_text("junk")
    (tmp_path / "one.pem").write_text(ONE)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "one.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "system"))
    forget()
    yield tmp_path
    forget()


def chosen(given: list[str]) -> Any:
    """The default after a choice, or the error and the default after it."""
    authorities.setDefaultCACertificates([TWO])
    error = None
    try:
        authorities.setDefaultCACertificates(given)
    except NodeError as raised:
        error = [raised.code, raised.message]
    return [error, list(authorities.getCACertificates())]


@oracle.needsNode
def testAChoiceIsReadAsInNode() -> None:
    program = f"""const out = {{}};
      for (const [name, given] of Object.entries({json.dumps(GIVEN)})) {{
        let error = null;
        tls.setDefaultCACertificates([{json.dumps(TWO)}]);
        try {{ tls.setDefaultCACertificates(given) }} catch (e) {{ error = [e.code, e.message] }}
        out[name] = [error, tls.getCACertificates()];
      }}
      console.log(JSON.stringify(out))"""
    assert {name: chosen(given) for name, given in GIVEN.items()} == oracle.evaluate(program)


@oracle.needsNode
@pytest.mark.parametrize("call", ["getCACertificates(1)", "getCACertificates('x')", "setDefaultCACertificates([1])"])
def testArguments(call: str) -> None:
    theirs = oracle.evaluate(f"try {{ tls.{call} }} catch (e) {{ console.log(JSON.stringify([e.code, e.message])) }}")
    with pytest.raises(NodeError) as caught:
        eval(f"authorities.{call}")
    assert [caught.value.code, caught.value.message] == theirs


def testAChoiceMayBeBytes() -> None:
    authorities.setDefaultCACertificates([ONE.encode(), memoryview(TWO.encode())])
    assert len(authorities.getCACertificates()) == 2
    with pytest.raises(NodeError, match="No valid certificates"):
        authorities.setDefaultCACertificates([answers.derOfPem(ONE)])


@oracle.needsNode
def testTheBundledOnesAreMostlyNodes() -> None:
    program = (
        "console.log(JSON.stringify(tls.rootCertificates.map((c) => new crypto.X509Certificate(c).fingerprint256)))"
    )
    theirs = set(oracle.evaluate(program))
    ours = {X509Certificate(each).fingerprint256 for each in authorities.rootCertificates}
    assert len(ours & theirs) > 0.8 * max(len(ours), len(theirs))


def testTheBundledOnesAreTheDefault() -> None:
    assert authorities.getCACertificates("bundled") is authorities.rootCertificates
    assert authorities.getCACertificates() == authorities.rootCertificates
    assert authorities.getCACertificates() is authorities.getCACertificates("default")
    assert all(each.endswith("-----END CERTIFICATE-----") for each in authorities.rootCertificates)


def testTheSystemsCountWhenTheyAreAskedFor(monkeypatch: pytest.MonkeyPatch) -> None:
    assert authorities.getCACertificates("system") == (ONE, TWO)
    monkeypatch.setenv("NODE_USE_SYSTEM_CA", "1")
    forget()
    assert authorities.getCACertificates() == (*authorities.rootCertificates, ONE, TWO)


def testWithoutCertifiTheSystemsAreTheBundledOnes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "certifi", None)
    assert authorities._bundled() == (ONE, TWO)


def testExtraOnes(monkeypatch: pytest.MonkeyPatch, fresh: Path) -> None:
    assert authorities.getCACertificates("extra") == ()
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(fresh / "system/two.pem"))
    forget()
    assert authorities.getCACertificates("extra") == (TWO,)
    assert authorities.getCACertificates() == (*authorities.rootCertificates, TWO)


@oracle.needsNode
@pytest.mark.parametrize("content", [None, "junk", TWO + "-----BEGIN CERTIFICATE-----\n!!", TWO + KEY])
def testExtraOnesThatCannotBeRead(
    monkeypatch: pytest.MonkeyPatch, fresh: Path, capfd: pytest.CaptureFixture[str], content: str | None
) -> None:
    """Node warns once and goes on with what it has read."""
    path = fresh / "extra.pem"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(path))
    program = "process.stderr.write = null; console.log(JSON.stringify(tls.getCACertificates('extra')))"
    node = oracle.findNode()
    assert node is not None
    result = subprocess.run([node, "-e", program], capture_output=True, text=True, timeout=60)
    assert [list(authorities.getCACertificates("extra")) for _ in range(2)] == [json.loads(result.stdout)] * 2
    assert capfd.readouterr().err == result.stderr


def testTheObjectsFollowTheChoice() -> None:
    assert len(authorities.defaultAuthorities()) == len(authorities.rootCertificates)
    authorities.setDefaultCACertificates([ONE])
    (only,) = authorities.defaultAuthorities()
    assert crypto.dump_certificate(crypto.FILETYPE_PEM, only).decode() == ONE
