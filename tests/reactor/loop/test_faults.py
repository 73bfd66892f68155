"""Where uncaught exceptions go: program's hook, the runner, the host, the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from nodecompat.reactor.loop import faults


class Handle:
    """A handle whose owner is asked to give it up."""

    def __init__(self, log: list[Any], error: BaseException | None = None) -> None:
        self._log = log
        self._error = error

    def onfault(self) -> None:
        self._log.append("onfault")
        if self._error is not None:
            raise self._error


@pytest.fixture(autouse=True)
def logged(monkeypatch: pytest.MonkeyPatch, log: list[Any]) -> Iterator[None]:
    """Nobody takes an error yet; what is logged comes into `log`."""
    for name in ("hook", "fatal", "onexit"):
        monkeypatch.setattr(faults, name, None)
    monkeypatch.setattr(faults, "_log", lambda error: log.append(("logged", str(error))))
    yield


def testAGuestLogsItAndGivesTheConnectionUp(log: list[Any]) -> None:
    faults.report(ValueError("boom"), Handle(log))
    assert log == [("logged", "boom"), "onfault"]


@pytest.mark.parametrize("handle", [None, object()])
def testAHandleWithoutOnfaultIsLeftAlone(log: list[Any], handle: object) -> None:
    faults.report(ValueError("boom"), handle)
    assert log == [("logged", "boom")]


def testASocketsOrMessagesOwnNameIsNotLookedFor(log: list[Any]) -> None:
    """Only the reserved one: `onfault` of a subclass is the program's."""

    class Socket:
        def onfault(self) -> None:
            log.append("the program's")

        def _onfault_(self) -> None:
            log.append("ours")

    faults.report(ValueError("boom"), Socket())
    assert log == [("logged", "boom"), "ours"]


def testAnOnfaultThatRaisesIsLoggedToo(log: list[Any]) -> None:
    faults.report(ValueError("first"), Handle(log, ValueError("second")))
    assert log == [("logged", "first"), "onfault", ("logged", "second")]


def testAHookThatTakesItEndsIt(log: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection stays: the program has dealt with the error."""
    monkeypatch.setattr(faults, "hook", lambda error: True)
    monkeypatch.setattr(faults, "fatal", log.append)
    faults.report(ValueError("boom"), Handle(log))
    assert log == []


def testAHookThatDeclinesLeavesItToTheRunner(log: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "hook", lambda error: False)
    monkeypatch.setattr(faults, "fatal", lambda error: log.append(("fatal", str(error))))
    faults.report(ValueError("boom"), Handle(log))
    assert log == [("fatal", "boom")]


def testAHookThatRaisesReplacesTheError(log: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def worse(error: BaseException) -> bool:
        raise KeyError("worse")

    monkeypatch.setattr(faults, "hook", worse)
    monkeypatch.setattr(faults, "fatal", lambda error: log.append(repr(error)))
    faults.report(ValueError("boom"))
    assert log == ["KeyError('worse')"]


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def testTheEndOfAProgramIsNoErrorOfItsHook(
    log: list[Any], monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.setattr(faults, "hook", lambda error: log.append("hook") or True)
    monkeypatch.setattr(faults, "fatal", log.append)
    faults.report(error)
    assert log == [error]


def testAHostIsToldOfAnExit(log: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "onexit", log.append)
    leaving = SystemExit(3)
    faults.report(leaving, Handle(log))
    assert log == [leaving]
    faults.report(ValueError("no exit"))
    assert log == [leaving, ("logged", "no exit")]


def testTheLogHasTheTraceback(monkeypatch: pytest.MonkeyPatch) -> None:
    from twisted.logger import LogLevel, globalLogPublisher

    monkeypatch.undo()
    events: list[dict[str, Any]] = []
    globalLogPublisher.addObserver(events.append)
    try:
        faults._log(ValueError("boom"))
    finally:
        globalLogPublisher.removeObserver(events.append)
    event = events[-1]
    assert (event["log_level"], event["log_namespace"]) == (LogLevel.critical, "nodecompat")
    assert event["log_failure"].check(ValueError)
