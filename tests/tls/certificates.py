"""Certificates for tests: what is right, and every way of being wrong.

    good = certificates.make()                    # for localhost, 127.0.0.1 and ::1
    bad = certificates.make("expired", key="rsa")
    client = certificates.make(names=("me@example.com",), ca=certificates.authority("clients"))

Each has PEM texts: `cert` is what the owner presents, `key` its key, `ca` what the peer trusts, `crl` the list of
revoked certificates of whoever issued it. The same arguments give the same object as long as the process lives.

| kind | what is wrong |
| --- | --- |
| good | nothing |
| expired, notYetValid | the dates |
| wrongHost | issued for other.example |
| wrongCA | `ca` is an authority that has nothing to do with it |
| forged | `ca` has the issuer's name but did not sign it |
| revoked | its number is in `crl` |
| chain | nothing: `cert` has the intermediate behind it |
| chainMissing | the intermediate is not in `cert` |
| selfSigned | nobody vouches for it; `ca` is itself |
| wildcard, idn, ip | nothing: they are for *.example.com, bücher.example, 127.0.0.1 and ::1 unless `names` says else |
| noNames | there is no subjectAltName, only a common name |
| clientOnly, serverOnly | the extended key usage is the one purpose |
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
DAY = datetime.timedelta(days=1)
VALID = (NOW - DAY, NOW + 30 * DAY)

DATES = {"expired": (NOW - 30 * DAY, NOW - DAY), "notYetValid": (NOW + DAY, NOW + 30 * DAY)}
NAMES = {
    "wrongHost": ("other.example",),
    "wildcard": ("*.example.com",),
    "idn": ("xn--bcher-kva.example",),
    "ip": ("127.0.0.1", "::1"),
    "noNames": (),
}
LOCAL = ("localhost", "127.0.0.1", "::1")
KINDS = (
    *(
        "good",
        *DATES,
        *NAMES,
        "wrongCA",
        "forged",
        "revoked",
        "chain",
        "chainMissing",
        "selfSigned",
        "clientOnly",
        "serverOnly",
    ),
)
PURPOSES = {"clientOnly": (ExtendedKeyUsageOID.CLIENT_AUTH,), "serverOnly": (ExtendedKeyUsageOID.SERVER_AUTH,)}
BOTH = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)

_CA_USAGE = x509.KeyUsage(
    digital_signature=True,
    key_cert_sign=True,
    crl_sign=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)
_GENERATE: dict[str, Any] = {
    "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ec384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ec521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


class Authority:
    """Who issues certificates: itself signed by `issuer`, or a root."""

    def __init__(self, name: str, key: str = "ec", issuer: Authority | None = None) -> None:
        self.privateKey = _GENERATE[key]()
        self.issuer = issuer
        self.revoked: list[int] = []
        subject = nameOf(name)
        made = _builder(subject, issuer.certificate.subject if issuer else subject, self.privateKey, VALID)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        made = made.add_extension(_CA_USAGE, critical=True)
        self.identifier = hashlib.sha1(f"{name} {key}".encode()).digest()
        made = made.add_extension(x509.SubjectKeyIdentifier(self.identifier), critical=False)
        if issuer:
            made = made.add_extension(_issuedBy(issuer), critical=False)
        self.certificate = _sign(made, issuer.privateKey if issuer else self.privateKey)

    @property
    def cert(self) -> str:
        return pemOf(self.certificate)

    @property
    def key(self) -> str:
        return keyText(self.privateKey)

    @property
    def crl(self) -> str:
        made = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        made = made.last_update(VALID[0]).next_update(VALID[1])
        for number in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(VALID[0]).build()
            made = made.add_revoked_certificate(entry)
        return pemOf(_sign(made, self.privateKey))


@dataclass(frozen=True, eq=False)
class Made:
    """A certificate with all that belongs to it."""

    cert: str
    key: str
    ca: str
    certificate: x509.Certificate
    privateKey: Any
    issuer: Authority | None  # None: itself

    @property
    def crl(self) -> str:
        return self.issuer.crl if self.issuer else ""

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def encryptedKey(self, passphrase: str) -> str:
        return keyText(self.privateKey, passphrase)

    def pfx(self, passphrase: str) -> bytes:
        """A PKCS #12 file with the key, the certificate, and the authorities above it."""
        above = []
        each = self.issuer
        while each is not None:
            above.append(each.certificate)
            each = each.issuer
        lock = serialization.BestAvailableEncryption(passphrase.encode())
        return pkcs12.serialize_key_and_certificates(b"test", self.privateKey, self.certificate, above, lock)

    def write(self, folder: Path) -> tuple[Path, Path, Path]:
        """Files for programs: the certificate, the key, the authority."""
        paths = folder / "cert.pem", folder / "key.pem", folder / "ca.pem"
        for path, text in zip(paths, (self.cert, self.key, self.ca), strict=True):
            path.write_text(text)
        return paths


@functools.cache
def authority(name: str = "root", key: str = "ec", issuer: Authority | None = None) -> Authority:
    """The authority of this name."""
    return Authority(name, key, issuer)


@functools.cache
def _impostor() -> Authority:
    """Has the root's name and another key."""
    return Authority("root")


def make(
    kind: str = "good",
    names: Sequence[str] | None = None,
    ca: Authority | None = None,
    key: str = "ec",
    commonName: str = "localhost",
    extensions: Sequence[x509.ExtensionType] = (),
) -> Made:
    """A certificate of a kind of the table above.

    Args:
        names: hosts, addresses, "user@host", and URLs; localhost and its addresses unless the kind says else.
        ca: who issues it; the root.
        key: "ec" (P-256), "ec384", "ec521", "rsa" (2048) or "ed25519".
        extensions: further ones, not critical.
    """
    if kind not in KINDS:
        raise ValueError(f"no such kind: {kind}; there are {', '.join(KINDS)}")
    found = NAMES.get(kind, LOCAL) if names is None else tuple(names)
    return _make(kind, found, ca, key, commonName, tuple(extensions))


@functools.cache
def _make(
    kind: str,
    names: tuple[str, ...],
    ca: Authority | None,
    key: str,
    commonName: str,
    extensions: tuple[x509.ExtensionType, ...],
) -> Made:
    root = ca or authority()
    issuer = authority("intermediate", issuer=root) if kind in ("chain", "chainMissing") else root
    privateKey = _GENERATE[key]()
    subject = nameOf(commonName)
    isOwn = kind == "selfSigned"
    signer = privateKey if isOwn else issuer.privateKey
    made = _builder(subject, subject if isOwn else issuer.certificate.subject, privateKey, DATES.get(kind, VALID))
    if names:
        made = made.add_extension(x509.SubjectAlternativeName([generalName(each) for each in names]), critical=False)
    if not isOwn:
        made = made.add_extension(_issuedBy(issuer), critical=False)
    made = made.add_extension(x509.ExtendedKeyUsage(PURPOSES.get(kind, BOTH)), critical=False)
    for each in extensions:
        made = made.add_extension(each, critical=False)
    certificate = _sign(made, signer)
    if kind == "revoked":
        issuer.revoked.append(certificate.serial_number)
    cert = pemOf(certificate) + (issuer.cert if kind == "chain" else "")
    trusts = {"wrongCA": authority("stranger"), "forged": _impostor()}.get(kind, root)
    trusted = cert if isOwn else trusts.cert
    return Made(cert, keyText(privateKey), trusted, certificate, privateKey, None if isOwn else issuer)


def nameOf(commonName: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "nodecompat tests")]
        + [x509.NameAttribute(NameOID.COMMON_NAME, commonName)]
    )


def generalName(text: str) -> x509.GeneralName:
    """An entry of subjectAltName: an address, a URL, "user@host", or a host."""
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        pass
    if "://" in text:
        return x509.UniformResourceIdentifier(text)
    return x509.RFC822Name(text) if "@" in text else x509.DNSName(text)


def pemOf(made: x509.Certificate | x509.CertificateRevocationList) -> str:
    return made.public_bytes(serialization.Encoding.PEM).decode()


def keyText(privateKey: Any, passphrase: str | None = None) -> str:
    """A private key as PKCS #8."""
    lock: Any = serialization.NoEncryption()
    if passphrase is not None:
        lock = serialization.BestAvailableEncryption(passphrase.encode())
    return str(privateKey.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock), "ascii")


def _issuedBy(issuer: Authority) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier(issuer.identifier, None, None)


def _builder(
    subject: x509.Name, issuer: x509.Name, privateKey: Any, dates: tuple[datetime.datetime, datetime.datetime]
) -> x509.CertificateBuilder:
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(privateKey.public_key())
    return made.serial_number(x509.random_serial_number()).not_valid_before(dates[0]).not_valid_after(dates[1])


def _sign(builder: Any, privateKey: Any) -> Any:
    return builder.sign(privateKey, None if isinstance(privateKey, ed25519.Ed25519PrivateKey) else hashes.SHA256())
