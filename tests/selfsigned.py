"""Certificates of localhost by itself."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

LATER = datetime.timedelta(days=1)


def certificate(names: list[str], isExpired: bool = False) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """A certificate of localhost for these names ("DNS:a.test", "IP:127.0.0.1"), and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    end = now - LATER if isExpired else now + LATER
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(end - 5 * LATER).not_valid_after(end)
    if names:
        made = made.add_extension(x509.SubjectAlternativeName([_name(each) for each in names]), critical=False)
    return made.sign(key, hashes.SHA256()), key


def makeCertificate(path: Path, names: list[str], isExpired: bool = False) -> None:
    """A certificate and its key in one file."""
    made, key = certificate(names, isExpired)
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(key.private_bytes(pem, *plain) + made.public_bytes(pem))


def _name(text: str) -> x509.GeneralName:
    kind, _, value = text.partition(":")
    return x509.DNSName(value) if kind == "DNS" else x509.IPAddress(ipaddress.ip_address(value))
