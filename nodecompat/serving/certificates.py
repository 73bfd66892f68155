"""The files of a server's keys and certificates, which can be read again while it runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from ..tls.descriptions import hostsIn


class CertificateFiles:
    """Certificates with their keys, as PEM files.

    Args:
        files: pairs of paths, the certificate (the chain, if there is one) and its key. The first pair counts for
            clients that ask for no name, or for one that is in none of the others.
        passphrase: the path of a file whose first line opens the keys, or None.
    """

    def __init__(self, files: Sequence[tuple[str, str]], passphrase: str | None = None) -> None:
        # Absolute: a daemon changes its working directory.
        self.files: list[tuple[str, str]] = [(os.path.abspath(cert), os.path.abspath(key)) for cert, key in files]
        self.passphrase: str | None = None if passphrase is None else os.path.abspath(passphrase)

    def use(self, server: Any) -> None:
        """Read the files: the connections of a tls.Server from now on use what is in them.

        Raises: OSError, and what createSecureContext raises; then the server keeps what it has.
        """
        passphrase = None if self.passphrase is None else _read(self.passphrase).decode().partition("\n")[0]
        read: list[tuple[dict[str, Any], list[str]]] = []
        for certPath, keyPath in self.files:
            cert = _read(certPath)
            options: dict[str, Any] = {"cert": cert, "key": _read(keyPath), "passphrase": passphrase}
            read.append((options, hostsIn(cert)))
        (first, _), *others = read
        server._renew_(first, [(host, options) for options, hosts in others for host in hosts])


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
