"""What a recorder makes of what it is told: numbers, times, causes, places; and its bounds."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nodecompat import net
from nodecompat.anatomy import Recording, recorder
from nodecompat.anatomy.entries import CLIENT_PROGRAM, CLIENT_SOCKET, KERNEL, SERVER_PROGRAM
from nodecompat.anatomy.recorder import CLIENT, SERVER, Recorder, Side


@pytest.fixture(autouse=True)
def nothingIsKnown() -> Iterator[None]:
    recorder.forget()
    yield
    recorder.forget()


@pytest.fixture
def watcher() -> Recorder:
    return Recorder(Recording(limit=5))


def step(watcher: Recorder, side: Side | None = None) -> Any:
    return watcher.add("step", "recv", KERNEL, CLIENT_SOCKET, "", side)


def testNumbersAndTimes(watcher: Recorder) -> None:
    entries = [step(watcher) for _ in range(3)]
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert 0 <= entries[0].at <= entries[1].at <= entries[2].at <= watcher.now()


def testTheOldestGoFirstAndAreCounted(watcher: Recorder) -> None:
    for _ in range(7):
        step(watcher)
    assert [entry.number for entry in watcher.recording.entries] == [3, 4, 5, 6, 7]
    assert watcher.recording.dropped == 2


def testTheCauseIsWhatIsUnderWay(watcher: Recorder) -> None:
    outer = step(watcher)
    watcher.begin(outer, None)
    inner = step(watcher)
    watcher.begin(inner, None)
    assert step(watcher).cause == inner.number
    watcher.finish(inner)
    assert step(watcher).cause == outer.number
    watcher.finish(outer)
    assert (step(watcher).cause, inner.duration is not None) == (0, True)


def testAnEntryThatIsOverEndsThoseInIt(watcher: Recorder) -> None:
    """One that was left by an exception, say."""
    outer = step(watcher)
    watcher.begin(outer, None)
    watcher.begin(step(watcher), None)
    watcher.finish(outer)
    assert watcher.stack == []


def testElseTheCauseIsTheLastStepOfItsSide(watcher: Recorder) -> None:
    side = Side(CLIENT, watcher.connection())
    side.lastStep = 17
    entry = step(watcher, side)
    assert (entry.cause, entry.connection) == (17, side.number)


def testTheSideAtWorkIsTheInnermost(watcher: Recorder) -> None:
    client, server = Side(CLIENT), Side(SERVER)
    assert watcher.side is None
    for side in (client, None, server, None):
        watcher.begin(step(watcher), side)
    assert watcher.side is server


def testHomeIsTheServersProgramWhenItIsSeenFirst(watcher: Recorder) -> None:
    assert watcher.home == CLIENT_PROGRAM
    watcher.homeLane = SERVER_PROGRAM
    assert watcher.home == SERVER_PROGRAM


def testWhoWatchesLiveSeesEachEntry(watcher: Recorder, log: list[Any]) -> None:
    watcher.onentry = log.append
    assert log == [step(watcher)]


def testAMistakeIsSaidOnce(watcher: Recorder) -> None:
    watcher.fail(KeyError("first"))
    watcher.fail(ValueError("second"))
    assert watcher.recording.trouble == "KeyError: 'first'"


def testTwoConnectionsTurnOutToBeOne(watcher: Recorder) -> None:
    known, gone = watcher.connection(), watcher.connection()
    gone.opened = known.opened - 1
    entry = step(watcher, Side(SERVER, gone))
    watcher.rename(gone, known)
    assert (entry.connection, list(watcher.recording.connections), known.opened) == (known.id, [1], gone.opened)


def testConnectionsAreBounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "CONNECTIONS_KEPT", 3)
    made = Recording()
    watcher = recorder.Recorder(made)
    first = watcher.connection()
    for _ in range(2):
        watcher.connection().closed = 1.0
    watcher.connection()
    assert list(made.connections) == [1, 3, 4]  # the oldest that is closed went
    watcher.connection().closed = 1.0
    watcher.connection()
    assert first.closed is None and list(made.connections) == [1, 4, 6]


@pytest.mark.parametrize("isLoad", [True, False])
def testMuchInAShortTimeIsLoad(isLoad: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "BUSY_ENTRIES", 3)
    monkeypatch.setattr(recorder, "BUSY_TIME", 60_000.0 if isLoad else 0.0)
    watcher = Recorder(Recording())
    for _ in range(3):
        step(watcher)
    assert watcher.busy is isLoad


# Places


def testThePlaceOfAFunction() -> None:
    source, own = recorder.sourceOf(testThePlaceOfAFunction)
    assert source is not None
    assert (Path(source.file).name, source.function, own) == ("test_recorder.py", "testThePlaceOfAFunction", False)
    assert recorder.sourceOf(functools.partial(testThePlaceOfAFunction)) == (source, own)
    assert recorder.sourceOf(testThePlaceOfAFunction)[0] is source, "found out once"


class Called:
    def __call__(self) -> None:
        pass


class Willing:
    def __getattr__(self, name: str) -> Willing:
        return Willing()

    def __call__(self) -> None:
        pass


def testAnObjectThatIsCalledIsItsMethod() -> None:
    source, _ = recorder.sourceOf(Called())
    assert source is not None and source.function == "Called.__call__"


def testAnObjectThatHasEveryAttributeIsItsMethod() -> None:
    """A recording must not raise into the program, whatever that calls back with."""
    source, _ = recorder.sourceOf(Willing())
    assert source is not None and source.function == "Willing.__call__"


def testWhatIsBuiltInHasNoPlace() -> None:
    assert recorder.sourceOf([].append) == (None, False)
    assert recorder.sourceOf(5) == (None, False)


def testTheLibrarysOwn() -> None:
    source, own = recorder.sourceOf(net.Socket.write)
    assert source is not None
    assert (source.file.split("/")[0], own) == ("nodecompat", True)
    assert not recorder.isOwn(recorder.ARTICLE), "the article's program is a program like any other"


def testTheLineOfACall(watcher: Recorder) -> None:
    frame = sys._getframe()
    first, line = recorder.callSource(frame), frame.f_lineno
    assert (first.line, first.function) == (line, "testTheLineOfACall")


def testLinesAroundAPlaceAreKept(watcher: Recorder) -> None:
    source, _ = recorder.sourceOf(testLinesAroundAPlaceAreKept)
    assert source is not None
    watcher.add("listener", "x", 0, 0, "", None, source)
    kept = watcher.recording.sources[source.file]
    assert kept[source.line] == "def testLinesAroundAPlaceAreKept(watcher: Recorder) -> None:"
    assert min(kept) == source.line - 4


def testFilesAreShownAsTheirReaderKnowsThem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert recorder.shorten(str(tmp_path / "app.py")) == "app.py"
    assert recorder.shorten("/elsewhere/app.py") == "/elsewhere/app.py"
    assert recorder.shorten(recorder.PACKAGE + "net/socket.py") == "nodecompat/net/socket.py"
    assert recorder.shorten("<string>") == "<string>"
