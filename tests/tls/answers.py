"""What we say of a recorded certificate, in the form of the record (tests/certificatecases.cjs)."""

from __future__ import annotations

import base64
import datetime
import functools
from collections.abc import Callable
from typing import Any

from OpenSSL import SSL

from nodecompat.errors import NodeError
from nodecompat.tls import pem
from nodecompat.tls.certificate import peerCertificate
from nodecompat.tls.parsed import Parsed
from nodecompat.tls.publickey import keyType
from nodecompat.tls.x509certificate import X509Certificate

#: Older ones read more.
NODES_OPENSSL = 0x30500000
#: Of the object that getPeerCertificate() gives.
KEYS = [
    *("subject", "issuer", "subjectaltname", "infoAccess", "ca", "modulus", "exponent", "pubkey", "bits"),
    *("valid_from", "valid_to", "fingerprint", "fingerprint256", "fingerprint512", "ext_key_usage", "serialNumber"),
    *("raw", "asn1Curve", "nistCurve"),
]
TEXTS = [
    *("subject", "subjectAltName", "issuer", "infoAccess", "validFrom", "validTo", "validFromDate", "validToDate"),
    *("fingerprint", "fingerprint256", "fingerprint512", "keyUsage", "serialNumber"),
    *("signatureAlgorithm", "signatureAlgorithmOid", "ca"),
]


def derOf(case: dict[str, Any]) -> bytes:
    return base64.b64decode(case["der"])


def derOfPem(text: str) -> bytes:
    return next(pem.certificates(text.encode()))


def plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime.datetime):
        return int(value.timestamp() * 1000)
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def attempt(run: Callable[[], Any]) -> dict[str, Any]:
    """{"value": …}, nothing for None, or code and message of the error."""
    try:
        value = plain(run())
    except NodeError as error:
        return {"error": error.code, "message": error.message}
    return {} if value is None else {"value": value}


def legacy(case: dict[str, Any]) -> tuple[Any, Any]:
    """`getPeerCertificate()`: ours and Node's."""
    found = peerCertificate(derOf(case))
    assert list(found) == KEYS
    ours = {name: plain(value) for name, value in found.items() if value is not None}
    theirs = dict(case["legacy"]["value"])  # JSON has no undefined
    assert ours.pop("raw") == derOf(case).hex()
    if keyType(Parsed(derOf(case)).key) == "rsa-pss":  # Node encodes such a key anew, wrongly
        ours.pop("pubkey", None)
        theirs.pop("pubkey", None)
    return list(ours.items()), list(theirs.items())


def wrongObject(case: dict[str, Any]) -> list[Any]:
    """Where X509Certificate is not as Node's."""
    if "refused" in case:
        code, message = case["refused"]
        ours = attempt(lambda: X509Certificate(derOf(case)))
        isLax = SSL.OPENSSL_VERSION_NUMBER < NODES_OPENSSL and "value" in ours
        return [] if isLax or ours == {"error": code, "message": message} else [ours, case]
    made = X509Certificate(derOf(case))
    found = {name: attempt(lambda name=name: getattr(made, name)) for name in TEXTS}
    found["type"] = attempt(lambda: made.publicKey.asymmetricKeyType)
    found["isIssued"] = attempt(lambda: made.checkIssued(made))
    found["isVerified"] = attempt(lambda: made.verify(made.publicKey))
    theirs = {**case["texts"], **{name: case[name] for name in ("type", "isIssued", "isVerified")}}
    if found["validFrom"] == {"value": "Bad time value"}:
        theirs["validFromDate"] = {}
    if found["validTo"] == {"value": "Bad time value"}:
        theirs["validToDate"] = {}
    wrong = [(name, found[name], theirs[name]) for name in theirs if found[name] != theirs[name]]
    for method, arguments, theirs in case["checks"]:
        ours = attempt(functools.partial(getattr(made, method), *arguments))
        if ours != theirs:
            wrong.append((method, arguments, ours, theirs))
    return [(*each, case["der"]) for each in wrong]
