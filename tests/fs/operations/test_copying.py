"""cp; random trees, ours against Node, are in test_differential.py."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from nodecompat import fs
from nodecompat.errors import (
    ERR_FS_CP_DIR_TO_NON_DIR,
    ERR_FS_CP_EEXIST,
    ERR_FS_CP_EINVAL,
    ERR_FS_CP_FIFO_PIPE,
    ERR_FS_CP_NON_DIR_TO_DIR,
    ERR_FS_CP_SOCKET,
    ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY,
    ERR_FS_EISDIR,
    ERR_INCOMPATIBLE_OPTION_PAIR,
    ERR_INVALID_RETURN_VALUE,
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "x").write_text("x")
    (tmp_path / "a" / "y").write_text("y")
    (tmp_path / "a" / "y").chmod(0o640)
    os.symlink("b/x", tmp_path / "a" / "link")
    return tmp_path


def testATree(tree: Path) -> None:
    fs.cpSync(tree / "a", tree / "new" / "c", recursive=True)
    copy = tree / "new" / "c"
    assert (copy / "b" / "x").read_text() == "x" and (copy / "y").stat().st_mode & 0o777 == 0o640
    assert os.readlink(copy / "link") == str(tree / "a" / "b" / "x")
    fs.cpSync(tree / "a", copy, recursive=True, verbatimSymlinks=True)
    assert os.readlink(copy / "link") == "b/x"
    fs.cpSync(tree / "a", tree / "d", recursive=True, dereference=True)
    assert (tree / "d" / "link").read_text() == "x" and not (tree / "d" / "link").is_symlink()


def testTimes(tree: Path) -> None:
    os.utime(tree / "a" / "y", (1, 2))
    fs.cpSync(tree / "a" / "y", tree / "z", preserveTimestamps=True)
    assert (tree / "z").stat().st_mtime == 2


def testWhatIsThere(tree: Path) -> None:
    (tree / "z").write_text("old")
    fs.cpSync(tree / "a" / "y", tree / "z", force=False)
    assert (tree / "z").read_text() == "old"
    with pytest.raises(ERR_FS_CP_EEXIST, match=r"already exists: cp returned EEXIST \(.*/z already exists\) .*/z"):
        fs.cpSync(tree / "a" / "y", tree / "z", force=False, errorOnExist=True)
    fs.cpSync(tree / "a" / "y", tree / "z")
    assert (tree / "z").read_text() == "y"


def testWhatCannotBeCopied(tree: Path) -> None:
    def refused(kind: type[Exception], source: str, target: str, **options: Any) -> None:
        with pytest.raises(kind):
            fs.cpSync(tree / source, tree / target, **options)

    refused(ERR_FS_EISDIR, "a", "c")
    refused(ERR_FS_CP_EINVAL, "a", "a", recursive=True)
    refused(ERR_FS_CP_EINVAL, "a", "a/b/c", recursive=True)
    refused(ERR_FS_CP_DIR_TO_NON_DIR, "a", "a/y", recursive=True)
    refused(ERR_FS_CP_NON_DIR_TO_DIR, "a/y", "a/b")
    os.mkfifo(tree / "pipe")
    refused(ERR_FS_CP_FIFO_PIPE, "pipe", "c")
    here = os.getcwd()
    with socket.socket(socket.AF_UNIX) as listener:
        try:
            os.chdir(tree)
            listener.bind("socket")
        finally:
            os.chdir(here)
        refused(ERR_FS_CP_SOCKET, "socket", "c")
    refused(FileNotFoundError, "no", "c")
    refused(ERR_INCOMPATIBLE_OPTION_PAIR, "a", "c", dereference=True, verbatimSymlinks=True)
    os.symlink(tree / "a" / "b", tree / "inner")
    os.symlink(tree / "a", tree / "outer")
    refused(ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY, "inner", "outer")
    os.symlink(tree / "a", tree / "backdoor")
    refused(ERR_FS_CP_EINVAL, "a", "backdoor/c", recursive=True)


def testAFilter(tree: Path) -> None:
    asked: list[tuple[str, str]] = []

    def wanted(source: str, target: str) -> bool:
        asked.append((os.path.relpath(source, tree), os.path.relpath(target, tree)))
        return not source.endswith("b")

    fs.cpSync(tree / "a", tree / "c", recursive=True, filter=wanted)
    assert sorted(os.listdir(tree / "c")) == ["link", "y"]
    assert asked[0] == ("a", "c") and sorted(asked[1:]) == [("a/b", "c/b"), ("a/link", "c/link"), ("a/y", "c/y")]

    async def later(source: str, target: str) -> bool:
        return True

    with pytest.raises(ERR_INVALID_RETURN_VALUE):
        fs.cpSync(tree / "a", tree / "e", recursive=True, filter=lambda source, target: _closed(later(source, target)))


class _Awaitable:
    def __await__(self) -> Any:
        yield


def _closed(coroutine: Any) -> _Awaitable:
    coroutine.close()
    return _Awaitable()
