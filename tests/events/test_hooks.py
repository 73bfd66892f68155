"""What emitters hand over: rejections and warnings, with `process` and without it."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from nodecompat.events import hooks
from nodecompat.testing import Network


class Connection:
    """Somebody who is asked to give up a connection."""

    def _onfault_(self) -> None:
        pass


@pytest.fixture(autouse=True)
def noProcess(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "unhandledRejection", None)
    monkeypatch.setattr(hooks, "emitWarning", None)


def testAWarningGoesToPython() -> None:
    with pytest.warns(UserWarning, match="careful") as caught:
        hooks.deliverWarning(UserWarning("careful"))
    assert len(caught) == 1


def testAWarningGoesToProcess(monkeypatch: pytest.MonkeyPatch, log: list[Any]) -> None:
    monkeypatch.setattr(hooks, "emitWarning", log.append)
    warning = UserWarning("careful")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hooks.deliverWarning(warning)
    assert log == [warning]


def testARejectionGoesWhereAnUncaughtExceptionGoes(net: Network) -> None:
    error = ValueError("boom")
    hooks.rejected(Failure(error), Deferred())
    assert net.faults == []
    net.run()
    assert net.faults == [error]
    net.faults.clear()


def testARejectionGoesToProcess(monkeypatch: pytest.MonkeyPatch, log: list[Any]) -> None:
    monkeypatch.setattr(hooks, "unhandledRejection", lambda *args: log.append(args))
    error, promise, owner = ValueError("boom"), Deferred[Any](), Connection()
    hooks.rejected(Failure(error), promise, owner)
    assert log == [(error, promise, owner)]


def testWhoseConnectionAListenerServed(monkeypatch: pytest.MonkeyPatch, log: list[Any]) -> None:
    """That of an argument of its event, else the emitter's own."""
    monkeypatch.setattr(hooks, "unhandledRejection", lambda error, promise, owner: log.append(owner))
    socket, server, plain = Connection(), Connection(), object()
    for emitter, args in ((server, (1, socket)), (server, (1,)), (plain, (1,))):
        hooks.listenerRejected(Failure(ValueError()), Deferred(), emitter, args)
    assert log == [socket, server, None]


def testTheFieldsOfWarnings() -> None:
    emitter = object()
    found = hooks.MaxListenersExceededWarning("too many", "x", 11, emitter=emitter)
    assert (found.name, found.message, found.type, found.count) == ("MaxListenersExceededWarning", "too many", "x", 11)
    assert (found.emitter, found.target) == (emitter, None)
    made = hooks.ProcessWarning("careful", "DeprecationWarning", "DEP1", "more")
    assert (str(made), made.name, made.code, made.detail) == ("careful", "DeprecationWarning", "DEP1", "more")
