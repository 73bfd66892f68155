"""cp with a callback and as a Deferred; what it does is tested in operations/test_copying.py."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat import fs
from nodecompat.errors import ERR_FS_EISDIR, ERR_INVALID_ARG_TYPE

check = pytest_twisted.ensureDeferred


@check
async def testTheForms(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "x").write_text("x")
    answer: Deferred[Any] = Deferred()
    fs.cp(tmp_path / "a", tmp_path / "c", {"recursive": True}, answer.callback)
    assert await answer is None
    await fs.promises.cp(tmp_path / "c", tmp_path / "d", recursive=True)
    assert (tmp_path / "d" / "x").read_text() == "x" and (tmp_path / "d" / "b").is_dir()
    failed: Deferred[Any] = Deferred()
    fs.cp(tmp_path / "a", tmp_path / "e", failed.callback)
    assert isinstance(await failed, ERR_FS_EISDIR)
    with pytest.raises(ERR_FS_EISDIR):
        await fs.promises.cp(tmp_path / "a", tmp_path / "e")


@check
async def testTheFilterIsAskedInTheLoop(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in "xyz":
        (tmp_path / "a" / name).write_text("")
    threads = set()

    async def wanted(source: str, target: str) -> bool:
        threads.add(threading.current_thread())
        return not source.endswith("y")

    await fs.promises.cp(tmp_path / "a", tmp_path / "c", recursive=True, filter=wanted)
    assert fs.readdirSync(tmp_path / "c") == ["x", "z"] and threads == {threading.main_thread()}


@check
async def testAFilterThatRaises(tmp_path: Path) -> None:
    def wanted(source: str, target: str) -> bool:
        raise ValueError(source)

    with pytest.raises(ValueError):
        await fs.promises.cp(__file__, tmp_path / "c", filter=wanted)
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"options.filter" property must be of type function'):
        await fs.promises.cp(tmp_path, tmp_path / "c", filter=5)  # type: ignore[arg-type]
