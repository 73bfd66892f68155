"""The log of keys that the environment asks for: SSLKEYLOGFILE, as curl, browsers and Python's `ssl` take it.

Node has a flag in its place, `--tls-keylog`, which does the same.
"""

from __future__ import annotations

import os

from .. import process

#: Files that were warned of, each once.
_warned: set[str] = set()


def keyLogFile() -> str | None:
    """The file that the keys of every connection are written to; None for none."""
    return os.environ.get("SSLKEYLOGFILE") or None


def writeKeyLine(line: bytes) -> None:
    """Add a line to the file. When that fails there is a warning, and the connection goes on."""
    path = keyLogFile()
    if path is None:
        return
    _warn(path, f"SSLKEYLOGFILE makes TLS connections insecure by writing secret key material to file {path}")
    try:
        with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
            file.write(line)
    except OSError as error:
        _warn(f"{path} failed", f"Failed to write to SSLKEYLOGFILE {path}: {error.strerror}")


def _warn(what: str, text: str) -> None:
    if what not in _warned:
        _warned.add(what)
        process.emitWarning(text)
