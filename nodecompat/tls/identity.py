"""Is a certificate for this host? The rule of Node 26's `tls.checkServerIdentity`.

An address must be among the addresses of subjectAltName. A name must match one of its DNS entries; the subject's common
name counts only where there is no DNS entry. `*` stands for a part of the first label, never for a whole public suffix
(`*.com`) and never in an international label.

Node: https://nodejs.org/api/tls.html#tlscheckserveridentityhostname-cert
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Mapping
from typing import Any

from ..errors import ERR_TLS_CERT_ALTNAME_FORMAT, ERR_TLS_CERT_ALTNAME_INVALID
from ..ip import isIP, pack
from ..url import domainToASCII

__all__ = ["checkServerIdentity"]

_PLAIN_LABEL = re.compile(r"[\x21-\x7f]*").fullmatch
_quoted = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"').match
_toLower = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})


def checkServerIdentity(hostname: str, cert: Mapping[str, Any]) -> ERR_TLS_CERT_ALTNAME_INVALID | None:
    """Why the certificate is not for this host, or None.

    Args:
        hostname: a name or an address.
        cert: as from `getPeerCertificate()`; `subject` and `subjectaltname` count.
    Returns:
        An error with `reason`, `host` and `cert`. It is not raised.
    Raises:
        ERR_TLS_CERT_ALTNAME_FORMAT: subjectaltname is not what `getPeerCertificate()` would give.
    Node: https://nodejs.org/api/tls.html#tlscheckserveridentityhostname-cert
    """
    hostname = str(hostname)
    altNames = cert.get("subjectaltname") or ""
    names, addresses = _sorted(altNames)
    host = _withoutDot(hostname)
    commonName = (cert.get("subject") or {}).get("CN")
    if isIP(host):
        if _canonical(host) in addresses:
            return None
        reason = f"IP: {host} is not in the cert's list: {', '.join(addresses)}"
    elif names:
        if _matchesAny(hostname, names):
            return None
        reason = f"Host: {host}. is not in the cert's altnames: {altNames}"
    elif commonName is not None and commonName != "":
        candidates = commonName if isinstance(commonName, list) else [commonName]
        if _matchesAny(hostname, candidates):
            return None
        reason = f"Host: {host}. is not cert's CN: {','.join(candidates)}"
    else:
        reason = "Cert does not contain a DNS name"
    return ERR_TLS_CERT_ALTNAME_INVALID(reason, host, cert)


def _sorted(altNames: str) -> tuple[list[str], list[str]]:
    """The DNS entries and the addresses."""
    names, addresses = [], []
    for entry in _split(altNames) if '"' in altNames else altNames.split(", "):
        if entry.startswith("DNS:"):
            names.append(entry[4:])
        elif entry.startswith("IP Address:"):
            addresses.append(_canonical(entry[11:]))
    return names, addresses


def _split(altNames: str) -> list[str]:
    """The entries, with the JSON strings among them read: a comma in a string is part of its entry.

    Whatever single character follows a comma is skipped, in a well-formed text a blank.
    """
    entries = [""]
    position = 0
    while position < len(altNames):
        if altNames[position] == '"':
            match = _quoted(altNames, position)
            if match is None:
                raise ERR_TLS_CERT_ALTNAME_FORMAT()
            entries[-1] += json.loads(match[0])
            position = match.end()
        elif altNames[position] == ",":
            entries.append("")
            position += 2
        else:
            entries[-1] += altNames[position]
            position += 1
    return entries


def _withoutDot(name: str) -> str:
    return name[:-1] if name.endswith(".") else name


def _canonical(address: str) -> str:
    """One text for every way to write an address, without its zone; "" for what is none."""
    for family, text in ((socket.AF_INET, address), (socket.AF_INET6, address.partition("%")[0])):
        packed = pack(text, family)
        if packed is not None:
            return socket.inet_ntop(family, packed)
    return ""


def _matchesAny(hostname: str, patterns: list[str]) -> bool:
    labels = _labels(_withoutDot(domainToASCII(hostname)))
    return any(_matches(labels, pattern) for pattern in patterns)


def _labels(name: str) -> list[str]:
    return _withoutDot(name).translate(_toLower).split(".")


def _matches(host: list[str], pattern: str) -> bool:
    if not pattern:
        return False
    wanted = _labels(pattern)
    if len(host) != len(wanted) or "" in wanted or not all(map(_PLAIN_LABEL, wanted)) or host[1:] != wanted[1:]:
        return False
    before, star, after = wanted[0].partition("*")
    if not star or "xn--" in wanted[0]:
        return host[0] == wanted[0]
    # Twice "*", or a wildcard for all of a top-level domain.
    if "*" in after or len(wanted) <= 2:
        return False
    return len(host[0]) >= len(before) + len(after) and host[0].startswith(before) and host[0].endswith(after)
