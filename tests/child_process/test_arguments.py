"""The arguments of child_process, where they are not compared with Node in tests/comparisons/child_process.py."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from nodecompat.child_process import arguments
from nodecompat.errors import ERR_INVALID_ARG_VALUE, ERR_UNKNOWN_SIGNAL
from nodecompat.url import pathToFileURL


def testAShellGetsOneLine(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(arguments, "deliverWarning", told.append)
    arguments._warnOfArguments.cache_clear()
    arguments.command("a", [], {"shell": True})
    assert told == []
    made = arguments.command("a", ["b", 5], {"shell": True, "argv0": "other"})
    assert (made.file, made.args) == ("/bin/sh", ["other", "-c", "a b 5"])
    arguments.command("a", ["b"], {"shell": True})
    assert [each.code for each in told] == ["DEP0190"]


def testOptionsMayBeKeywordsAndTheDirectoryAUrl(tmp_path: Path) -> None:
    made = arguments.command("a", None, None, {"cwd": pathToFileURL(str(tmp_path)), "uid": 5})
    assert (made.cwd, made.uid, made.args) == (str(tmp_path), 5, ["a"])


def testVariablesWithoutANameOrValueAreLeftOut() -> None:
    assert arguments.command("a", [], {"env": {"": "x", "A=B": "x", "C": None, "D": 5}}).env == {"D": "5"}


@pytest.mark.parametrize("given", ["sigterm", "SIGTERM", 15, signal.SIGTERM])
def testASignalHasANameOrANumber(given: Any) -> None:
    assert arguments.signalNumber(given) == signal.SIGTERM


def testOtherSignalsAreUnknown() -> None:
    for given in ("SIGNOT", 999, 1.5):
        with pytest.raises(ERR_UNKNOWN_SIGNAL):
            arguments.signalNumber(given)


def testARealTimeSignalHasAName() -> None:
    assert arguments.signalName(signal.SIGRTMIN + 2) == "SIGRTMIN+2"
    assert arguments.signalName(9) == "SIGKILL"


def testTheFormOfV8IsRefused() -> None:
    arguments.checkSerialization("json")
    with pytest.raises(ERR_INVALID_ARG_VALUE, match="send JSON"):
        arguments.checkSerialization("advanced")
