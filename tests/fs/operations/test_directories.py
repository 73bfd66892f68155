"""Directories; random calls are in test_differential.py."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nodecompat import fs
from nodecompat.errors import ERR_INVALID_ARG_VALUE


def testReaddir(tmp_path: Path) -> None:
    for name in ("b", "a", "B"):
        (tmp_path / name).mkdir()
    (tmp_path / "a" / "x").write_text("")
    assert fs.readdirSync(tmp_path) == ["B", "a", "b"]
    assert fs.readdirSync(tmp_path, "buffer") == [b"B", b"a", b"b"]
    assert fs.readdirSync(tmp_path, recursive=True) == ["B", "a", "b", "a/x"]
    found = fs.readdirSync(tmp_path, withFileTypes=True, recursive=True)
    assert [(each.name, each.isFile()) for each in found] == [("B", False), ("a", False), ("b", False), ("x", True)]
    assert found[3].parentPath == str(tmp_path / "a")


def testMkdirRecursive(tmp_path: Path) -> None:
    assert fs.mkdirSync(tmp_path / "a/b/c", recursive=True) == str(tmp_path / "a")
    assert fs.mkdirSync(tmp_path / "a/b/c", {"recursive": True}) is None
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError, match=r"ENOTDIR: not a directory, mkdir"):
        fs.mkdirSync(tmp_path / "file/x/y", recursive=True)
    with pytest.raises(FileExistsError):
        fs.mkdirSync(tmp_path / "file", recursive=True)
    with pytest.raises(FileNotFoundError):
        fs.mkdirSync(tmp_path / "no/x")


def testModes(tmp_path: Path) -> None:
    fs.mkdirSync(tmp_path / "a", 0o700)
    fs.mkdirSync(tmp_path / "b", mode="711")
    assert [os.stat(tmp_path / name).st_mode & 0o777 for name in "ab"] == [0o700, 0o711]


def testMkdtemp(tmp_path: Path) -> None:
    made = fs.mkdtempSync(str(tmp_path) + "/x-")
    assert made.startswith(str(tmp_path) + "/x-") and len(os.path.basename(made)) == 8 and os.path.isdir(made)
    with pytest.raises(FileNotFoundError, match=r"mkdtemp '.*/no/XXXXXX'"):
        fs.mkdtempSync(str(tmp_path) + "/no/")


def testRmdir(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(OSError, match=r"ENOTEMPTY: directory not empty, rmdir"):
        fs.rmdirSync(tmp_path / "a")
    fs.rmdirSync(tmp_path / "a" / "b")
    with pytest.raises(ERR_INVALID_ARG_VALUE, match=r"is no longer supported"):
        fs.rmdirSync(tmp_path / "a", {"recursive": True})


def testALinkThatLeadsBackEnds(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    os.symlink("..", tmp_path / "a" / "up")
    found = fs.readdirSync(tmp_path, recursive=True)
    assert found[:3] == ["a", "a/up", "a/up/a"] and len(found) < 8
