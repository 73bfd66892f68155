"""Dirent, and the scan behind Dir."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nodecompat.fs import readdirSync
from nodecompat.fs.operations.entries import Scan


def testKinds(tmp_path: Path) -> None:
    (tmp_path / "dir").mkdir()
    (tmp_path / "file").write_text("")
    os.symlink("dir", tmp_path / "link")
    os.mkfifo(tmp_path / "pipe")
    checks = ("isDirectory", "isFile", "isSymbolicLink", "isFIFO", "isSocket", "isBlockDevice", "isCharacterDevice")
    found = {
        each.name: [check for check in checks if getattr(each, check)()]
        for each in readdirSync(tmp_path, withFileTypes=True)
    }
    assert found == {"dir": ["isDirectory"], "file": ["isFile"], "link": ["isSymbolicLink"], "pipe": ["isFIFO"]}


def testAScanGivesAFewAtOnce(tmp_path: Path) -> None:
    for index in range(5):
        (tmp_path / f"{index}").mkdir()
    (tmp_path / "3" / "x").write_text("")
    scan = Scan("x", os.fsencode(tmp_path), None, 2, True)
    pieces = []
    while found := scan.more():
        pieces.append([each.name for each in found])
    assert [len(piece) for piece in pieces] == [2, 2, 2]
    assert sorted(name for piece in pieces for name in piece) == ["0", "1", "2", "3", "4", "x"]
    scan.close()


def testAFolderThatIsGone(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    scan = Scan("x", os.fsencode(tmp_path), None, 1, True)
    assert len(scan.more()) == 1
    (tmp_path / "a").rmdir()
    with pytest.raises(FileNotFoundError, match=r"opendir '.*/a'"):
        scan.more()
