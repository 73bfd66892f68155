"""What stands at a path; random calls are in test_differential.py."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from nodecompat import fs
from nodecompat.errors import ERR_INVALID_ARG_VALUE, NodeError


def testLinks(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    fs.linkSync(tmp_path / "a", tmp_path / "b")
    fs.symlinkSync("a", tmp_path / "c")
    assert fs.readlinkSync(tmp_path / "c") == "a"
    assert fs.readlinkSync(tmp_path / "c", "buffer") == b"a"
    assert fs.statSync(tmp_path / "c").nlink == 2
    assert fs.realpathSync(tmp_path / "c") == os.path.realpath(tmp_path / "a")
    fs.unlinkSync(tmp_path / "c")
    assert not fs.existsSync(tmp_path / "c")
    with pytest.raises(ERR_INVALID_ARG_VALUE, match=r"must be one of: 'dir', 'file', 'junction'"):
        fs.symlinkSync("a", tmp_path / "d", "x")


def testRealpathNamesThePartThatFails(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        fs.realpathSync(tmp_path / "no" / "x")
    assert caught.value.path == os.path.realpath(tmp_path) + "/no"  # type: ignore[attr-defined]


def testWhatIsNotThere(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert fs.statSync(missing, throwIfNoEntry=False) is None
    assert fs.lstatSync(missing, {"throwIfNoEntry": False}) is None
    (tmp_path / "file").write_text("")
    assert fs.statSync(tmp_path / "file" / "x", throwIfNoEntry=False) is None
    with pytest.raises(NotADirectoryError):
        fs.lstatSync(tmp_path / "file" / "x", throwIfNoEntry=False)
    assert not fs.existsSync(missing) and not fs.existsSync({})  # type: ignore[arg-type]
    for call in (fs.statSync, fs.accessSync, fs.unlinkSync, fs.readlinkSync, fs.truncateSync, fs.statfsSync):
        with pytest.raises(FileNotFoundError, match=r"ENOENT: no such file or directory"):
            call(missing)


def testAccess(tmp_path: Path) -> None:
    fs.accessSync(tmp_path, fs.constants["R_OK"])
    with pytest.raises(NodeError, match=r"mode is out of range: >= 0 && <= 7"):
        fs.accessSync(tmp_path, 9)


def testChanges(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("hello")
    fs.truncateSync(file, 2)
    fs.chmodSync(file, "600")
    fs.chownSync(file, os.getuid(), os.getgid())
    fs.lchownSync(file, -1, -1)
    fs.utimesSync(file, 1, 2)
    fs.lutimesSync(file, 3, 4)
    found = fs.statSync(file)
    assert (found.size, found.mode & 0o777, found.atimeMs, found.mtimeMs) == (2, 0o600, 3000, 4000)
    fs.renameSync(file, tmp_path / "b")
    assert (tmp_path / "b").read_text() == "he"


def testStatfs(tmp_path: Path) -> None:
    found, system = fs.statfsSync(tmp_path), os.statvfs(tmp_path)
    assert found.type == 0
    assert (found.blocks, found.bsize, found.files) == (system.f_blocks, system.f_bsize, system.f_files)


@pytest.mark.skipif(sys.platform == "darwin", reason="links have permissions there")
def testLchmodIsOfMacOs(tmp_path: Path) -> None:
    with pytest.raises(NodeError, match=r"The lchmod\(\) method is not implemented"):
        fs.lchmodSync(tmp_path, 0o600)
