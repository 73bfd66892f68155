"""rm; random trees are in test_differential.py."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from nodecompat import fs
from nodecompat.errors import ERR_FS_EISDIR, ERR_INVALID_ARG_TYPE


def testRm(tmp_path: Path) -> None:
    (tmp_path / "a/b/c").mkdir(parents=True)
    (tmp_path / "a/b/file").write_text("")
    (tmp_path / "kept").mkdir()
    os.symlink(tmp_path / "kept", tmp_path / "a/link")
    with pytest.raises(ERR_FS_EISDIR, match=r"Path is a directory: rm returned EISDIR \(is a directory\) .*/a"):
        fs.rmSync(tmp_path / "a")
    fs.rmSync(tmp_path / "a", recursive=True)
    assert os.listdir(tmp_path) == ["kept"]


def testWhatIsNotThere(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"ENOENT: no such file or directory, lstat"):
        fs.rmSync(tmp_path / "a")
    fs.rmSync(tmp_path / "a", {"force": True})
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"options.force" property must be of type boolean'):
        fs.rmSync(tmp_path / "a", {"force": 1})


def testADeepTree(tmp_path: Path) -> None:
    fs.mkdirSync(tmp_path / "/".join(["d"] * 1500), recursive=True)
    fs.rmSync(tmp_path / "d", recursive=True)
    assert os.listdir(tmp_path) == []


def testAnErrorThatPassesIsTriedAgain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("")
    failures = [errno.EBUSY, errno.EPERM]
    unlink = os.unlink

    def busy(path: bytes) -> None:
        if failures:
            raise OSError(failures.pop(), "x")
        unlink(path)

    monkeypatch.setattr(os, "unlink", busy)
    with pytest.raises(PermissionError):
        fs.rmSync(tmp_path / "a", retryDelay=0)
    fs.rmSync(tmp_path / "a", maxRetries=1, retryDelay=0)
    assert not (tmp_path / "a").exists()
