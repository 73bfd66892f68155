"""Signals as callbacks of the loop, and to whom they belong afterwards."""

from __future__ import annotations

import signal
import sys

import pytest
from program import PROLOGUE, finish, program, start

from nodecompat.reactor.loop import host, signals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")

GUEST = """
from twisted.internet import reactor
reactor.addSystemEventTrigger("before", "shutdown", print, "stopped")
process.on("SIGTERM", print)
{more}
reactor.callWhenRunning(process.kill, process.pid, "SIGTERM")
reactor.run()
"""


def testAListenerInSomebodyElsesReactor() -> None:
    code, out, err = program(GUEST.format(more="setTimeout(reactor.stop, 100)"))
    assert (code, out, err) == (0, f"SIGTERM {int(signal.SIGTERM)}\nstopped\n", "")


def testTheReactorHasItsSignalBackWhenTheListenerGoes() -> None:
    code, out, err = program(
        GUEST.format(more="setTimeout(process.removeAllListeners, 1, 'SIGTERM')\n")
        .replace("reactor.callWhenRunning(", "setTimeout(")
        .replace("(process.kill, ", "(process.kill, 20, ")
    )
    assert (code, out, err) == (0, "stopped\n", "")


def testAHandlerIsInForceOnlyWhenItsReactorIsThere(monkeypatch: pytest.MonkeyPatch) -> None:
    number, first = signal.SIGUSR2, host.theReactor
    before, seen = signal.getsignal(number), []

    def importing() -> object:
        seen.append(signal.getsignal(number))
        return first()

    monkeypatch.setattr(host, "theReactor", importing)
    signals.listen(number, lambda number: None)
    signals.ignore(number)
    signal.signal(number, before)
    assert seen[0] == before


def testAfterTheRunTheyAreThePrograms() -> None:
    source = """
import signal
before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
run()
print(before == (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)))
"""
    assert program(source) == (0, "True\n", "")


def testCtrlCAfterTheRunIsPythons() -> None:
    source = """
run()
import time
try:
    print("ready")
    time.sleep(60)
except KeyboardInterrupt:
    print("interrupted")
"""
    child = start("-c", PROLOGUE + source)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGINT)
    assert finish(child) == (0, "interrupted\n", "")


def testASignalThatCannotBeCaughtIsRefused() -> None:
    source = """
try:
    process.on("SIGKILL", print)
except OSError as error:
    print(error, error.code, error.syscall, process.listenerCount("SIGKILL"))
"""
    assert program(source) == (0, "uv_signal_start EINVAL EINVAL uv_signal_start 0\n", "")


def testAnEventThatOnlyLooksLikeASignal() -> None:
    source = """
process.on("SIGNAL", print)
process.emit("SIGNAL", "emitted")
process.removeAllListeners()
run()
"""
    assert program(source) == (0, "emitted\n", "")
