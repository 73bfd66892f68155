"""Changes in the file system: inotify, and looking again where there is none."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat.reactor.loop import watches
from nodecompat.reactor.loop.watches import CHANGE, RENAME, differences, look, watch

check = pytest_twisted.ensureDeferred


class Heard:
    """What a listener was told."""

    def __init__(self) -> None:
        self.log: list[tuple[str, bytes]] = []
        self._wanted = 0
        self._waiter: Deferred[None] | None = None

    def __call__(self, kind: str, name: bytes) -> None:
        self.log.append((kind, name))
        if self._waiter is not None and len(self.log) >= self._wanted:
            waiter, self._waiter = self._waiter, None
            waiter.callback(None)

    def wait(self, count: int) -> Deferred[None]:
        self._wanted, self._waiter = count, Deferred()
        if len(self.log) >= count:
            self._waiter.callback(None)
        return self._waiter


linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux'")


@linux
@check
async def testTwoWatchesOfOnePathShareADescriptor(tmp_path: Path) -> None:
    first, second = Heard(), Heard()
    one, two = watch(os.fsencode(tmp_path), first), watch(os.fsencode(tmp_path), second)
    assert one.number == two.number
    (tmp_path / "a").mkdir()
    await first.wait(1)
    await second.wait(1)
    one.close()
    (tmp_path / "b").mkdir()
    await second.wait(2)
    two.close()
    two.close()
    assert (first.log, second.log) == ([(RENAME, b"a")], [(RENAME, b"a"), (RENAME, b"b")])
    assert watches._inotify is None


@linux
@check
async def testAWatchEndsWithItsFile(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    heard = Heard()
    watch(os.fsencode(tmp_path / "a"), heard)
    (tmp_path / "a").unlink()
    await heard.wait(3)
    assert heard.log == [(CHANGE, b"a"), (RENAME, b"a"), (RENAME, b"a")]
    assert watches._inotify is None


def testAPathThatIsNotThere(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        watch(os.fsencode(tmp_path / "no"), Heard())
    assert watches._inotify is None


@check
async def testWithoutInotify(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watches, "_library", lambda: None)
    monkeypatch.setattr(watches, "POLL", 0.001)
    (tmp_path / "a").write_text("")
    heard = Heard()
    made = watch(os.fsencode(tmp_path), heard)
    (tmp_path / "b").write_text("")
    await heard.wait(1)
    (tmp_path / "a").write_text("more")
    await heard.wait(2)
    (tmp_path / "b").unlink()
    await heard.wait(3)
    made.close()
    assert heard.log == [(RENAME, b"b"), (CHANGE, b"a"), (RENAME, b"b")]
    with pytest.raises(FileNotFoundError):
        watch(os.fsencode(tmp_path / "no"), Heard())


def testWhatCanBeSeen(tmp_path: Path) -> None:
    before: Any = look(os.fsencode(tmp_path / "a"))
    (tmp_path / "a").write_text("")
    now = look(os.fsencode(tmp_path / "a"))
    assert differences(before, now) == [(RENAME, b"")] and differences(now, now) == []
    (tmp_path / "a").write_text("more")
    assert differences(now, look(os.fsencode(tmp_path / "a"))) == [(CHANGE, b"")]
