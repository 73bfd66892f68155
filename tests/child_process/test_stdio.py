"""The option `stdio`."""

from __future__ import annotations

import os
import sys

import pytest

from nodecompat import process
from nodecompat.child_process.stdio import Place, forFork, places
from nodecompat.errors import ERR_CHILD_PROCESS_IPC_REQUIRED


def testWhatIsLeftOutIsAPipeUpTo2AndNothingBeyond() -> None:
    assert [each.kind for each in places([None, "ignore", None, None, "pipe"])] == [
        "pipe",
        "ignore",
        "pipe",
        "ignore",
        "pipe",
    ]


def testStreamsAndFilesHaveDescriptors() -> None:
    with open(os.devnull) as file:
        made = places([file, process.stdout, {"fd": 7}, "inherit"])
        assert [each.fd for each in made] == [file.fileno(), 1, 7, 3]


def testAPipeHasTwoEnds() -> None:
    place = Place("pipe")
    fd = place.open()
    assert place.theirs is not None and fd == place.theirs.fileno()
    place.close()
    assert (place.ours, place.theirs) == (None, None)
    assert Place("ignore").open() is None


def testAForkHasAChannel() -> None:
    assert forFork(None, True) == ["pipe", "pipe", "pipe", "ipc"]
    assert forFork(None, False) == ["inherit", "inherit", "inherit", "ipc"]
    assert forFork([0, 1, 2, "ipc"], False) == [0, 1, 2, "ipc"]
    with pytest.raises(ERR_CHILD_PROCESS_IPC_REQUIRED):
        forFork([0, 1, sys.stderr], False)
