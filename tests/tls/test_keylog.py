"""SSLKEYLOGFILE. The event 'keylog' is compared with Node in test_features.py."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from tls.bed import bed

from nodecompat import process
from nodecompat.tls import keylog


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(process, "emitWarning", found.append)
    monkeypatch.setattr(keylog, "_warned", set())
    return found


def testTheFileOfTheEnvironment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warnings: list[str]) -> None:
    path = tmp_path / "keys"
    monkeypatch.setenv("SSLKEYLOGFILE", str(path))
    with bed(maxVersion="TLSv1.2") as it:
        it.pair()
        it.pair()
    lines = path.read_text().splitlines()
    assert [line.split()[0] for line in lines] == ["CLIENT_RANDOM"] * 4  # of both sides, twice
    assert lines[0] == lines[1] != lines[2]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert warnings == [f"SSLKEYLOGFILE makes TLS connections insecure by writing secret key material to file {path}"]


def testAFileThatCannotBeWritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warnings: list[str]) -> None:
    path = tmp_path / "missing" / "keys"
    monkeypatch.setenv("SSLKEYLOGFILE", str(path))
    with bed() as it:
        it.pair()
        assert not it.log
    assert warnings[1:] == [f"Failed to write to SSLKEYLOGFILE {path}: No such file or directory"]


def testWithoutTheVariable(monkeypatch: pytest.MonkeyPatch, warnings: list[str]) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", "")
    assert keylog.keyLogFile() is None
    keylog.writeKeyLine(b"line\n")
    assert warnings == []
