r"""Descriptions of endpoints with TLS, as Twisted writes them, as options of `tls`.

    client  tls:HOST:PORT:timeout=30:bindAddress=:certificate=:privateKey=:trustRoots=:endpoint=
            ssl:HOST:PORT:timeout=30:bindAddress=:certKey=:privateKey=:caCertsDir=:hostname=
    server  ssl:PORT:privateKey=server.pem:certKey=:sslmethod=:interface=:backlog=50:extraCertChain=:dhParameters=
            tls:FOLDER:PORT=443:backlog=50:interface=::

Each option is honoured. The names are paths of PEM files, `trustRoots` and `caCertsDir` folders of them; `\:` and `\=`
stand for the characters. Differs from Twisted: "ssl:" of a client checks the server, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import idna
from cryptography import x509

from ..errors import ERR_INVALID_ARG_VALUE
from ..ip import isIP

_CLIENT: dict[str, tuple[str, ...]] = {
    "tls": ("host", "port", "timeout", "bindAddress", "certificate", "privateKey", "trustRoots", "endpoint"),
    "ssl": ("host", "port", "timeout", "bindAddress", "certKey", "privateKey", "caCertsDir", "hostname"),
}
_SERVER: dict[str, tuple[str, ...]] = {
    "ssl": (
        *("port", "privateKey", "certKey", "sslmethod", "interface", "backlog", "extraCertChain"),
        "dhParameters",
    ),
    "tls": ("path", "port", "backlog", "interface"),
}
#: A part of a description, with its escapes; parts are separated by ":", a name ends with the first "=".
_PART = re.compile(r"(?:\\.|[^:])*", re.DOTALL)
_NAME = re.compile(r"((?:\\.|[^\\=])*)=(.*)\Z", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
#: Twisted's names of any version; of one version the name is that of `secureProtocol` but for the case.
_ANY_VERSION = ("SSLv23_METHOD", "TLS_METHOD", "TLS_SERVER_METHOD")


class Target(NamedTuple):
    """Where a client connects."""

    #: Of `tls.connect`.
    options: dict[str, Any]
    #: The description of the endpoint below, or None.
    endpoint: str | None
    #: Milliseconds until the connection must be secure.
    timeout: float


class Place(NamedTuple):
    """Where a server listens."""

    #: The description of the endpoint below.
    endpoint: str
    #: Of createSecureContext.
    options: dict[str, Any]
    #: The same for names of hosts: of a folder.
    contexts: list[tuple[str, dict[str, Any]]]


def target(description: str) -> Target:
    """What a client's description says. Raises: ERR_INVALID_ARG_VALUE; OSError of a file."""
    kind, given = _read(description, _CLIENT)
    if "host" not in given or "port" not in given:
        raise _wrong(description, "needs a host and a port")
    host = _ascii(description, given["host"])
    name = _ascii(description, given["hostname"]) if "hostname" in given else host
    own = given.get("certificate" if kind == "tls" else "certKey")
    trusted = given.get("trustRoots" if kind == "tls" else "caCertsDir")
    if own is None and "privateKey" in given:
        raise _wrong(description, "has a key, but no certificate")
    options: dict[str, Any] = {"host": host, "port": _number(description, given["port"], "port")}
    # The name is checked in any case; an address is not sent.
    options |= {"servername": "" if isIP(name) else name, "allowHalfOpen": True}
    if given.get("bindAddress"):
        options["localAddress"] = given["bindAddress"]
    if own is not None:
        options |= {"cert": _file(own), "key": _file(given.get("privateKey", own))}
    if trusted is not None:
        options["ca"] = [_file(path) for path in _files(description, trusted)]
    if name != host and isIP(name):
        raise _wrong(description, "has an address for hostname: only a name can be other than the host")
    return Target(options, given.get("endpoint"), _number(description, given.get("timeout", "30"), "timeout") * 1000.0)


def place(description: str) -> Place:
    """What a server's description says. Raises: ERR_INVALID_ARG_VALUE; OSError of a file."""
    prefix = "haproxy:" if description.startswith("haproxy:") else ""
    kind, given = _read(description.removeprefix("haproxy:"), _SERVER)
    needed = "port" if kind == "ssl" else "path"
    if needed not in given:
        raise _wrong(description, f"needs a {needed}")
    port = _number(description, given.get("port", "443"), "port")
    backlog = _number(description, given.get("backlog", "50"), "backlog")
    if kind == "ssl":
        below, interface = "tcp", given.get("interface", "")
        options, contexts = _ownFiles(description, given), []
    else:
        below, interface = "tcp6", given.get("interface", "::")
        contexts = _folder(description, given["path"])
        options = contexts[0][1]
    where = f"{prefix}{below}:{port}:backlog={backlog}" + (f":interface={_quoted(interface)}" if interface else "")
    return Place(where, options, [each for each in contexts if each[0]])


def _ownFiles(description: str, given: dict[str, str]) -> dict[str, Any]:
    """The certificate of "ssl:"."""
    keyPath = given.get("privateKey", "server.pem")
    cert = _file(given.get("certKey", keyPath))
    if "extraCertChain" in given:
        cert += b"\n" + _file(given["extraCertChain"])
    options: dict[str, Any] = {"key": _file(keyPath), "cert": cert}
    if "dhParameters" in given:
        options["dhparam"] = _file(given["dhParameters"])
    method = given.get("sslmethod")
    if method is not None and method not in _ANY_VERSION:
        known = re.fullmatch(r"(TLSv1(?:_[12])?)_(SERVER_)?METHOD", method)
        if known is None:
            raise _wrong(description, f"has the sslmethod {method}, which is no version that is supported")
        options["secureProtocol"] = f"{known[1]}_method"
    return options


def _folder(description: str, path: str) -> list[tuple[str, dict[str, Any]]]:
    """A certificate and its key for each name in the files of a folder; the first counts for all other names."""
    found: list[tuple[str, dict[str, Any]]] = []
    for each in _files(description, path):
        pem = _file(each)
        options = {"key": pem, "cert": pem}
        found += [(name, options) for name in hostsIn(pem) or [""]]
    if not found:
        raise _wrong(description, "has a folder without a file that ends with .pem")
    return found


def hostsIn(pem: bytes) -> list[str]:
    """The names of hosts in the first certificate of a text."""
    try:
        extensions = x509.load_pem_x509_certificate(pem).extensions
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):  # createSecureContext says what is wrong with it
        return []
    return names.get_values_for_type(x509.DNSName)


def _read(description: str, kinds: dict[str, tuple[str, ...]]) -> tuple[str, dict[str, str]]:
    """The kind and its options, by name."""
    kind, *parts = _split(description)
    places = kinds[kind]
    given: dict[str, str] = {}
    position = 0
    for part in parts:
        named = _NAME.match(part)
        if named is not None:
            name, value = _plain(named[1]), _plain(named[2])
        elif position < len(places):
            name, value = places[position], _plain(part)
            position += 1
        else:
            raise _wrong(description, f"has too many parts: {part!r}")
        if name not in places:
            raise _wrong(description, f"has an option that there is not: {name!r}; there are {', '.join(places)}")
        if name in given:
            raise _wrong(description, f"gives {name!r} twice")
        given[name] = value
    return kind, given


def _split(description: str) -> list[str]:
    parts, position = [], 0
    while position <= len(description):
        found = _PART.match(description, position)
        assert found is not None, "a part may be empty"
        parts.append(found[0])
        position = found.end() + 1
    return parts


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _quoted(text: str) -> str:
    return re.sub(r"([\\:=])", r"\\\1", text)


def _number(description: str, text: str, name: str) -> int:
    if not text.isdecimal():
        raise _wrong(description, f"has no number for {name}: {text!r}")
    return int(text)


def _ascii(description: str, host: str) -> str:
    try:
        return host if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError as error:
        raise _wrong(description, f"has no name of a host: {error}") from None


def _file(path: str | Path) -> bytes:
    return Path(path).read_bytes()


def _files(description: str, path: str) -> Sequence[Path]:
    """The PEM files in a folder."""
    folder = Path(path)
    if not folder.is_dir():
        raise _wrong(description, f"names a folder that there is not: {path}")
    return sorted(folder.glob("*.pem"))


def _wrong(description: str, why: str) -> ERR_INVALID_ARG_VALUE:
    return ERR_INVALID_ARG_VALUE("endpoint", description, why)
