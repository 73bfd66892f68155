"""`process`: ticks, exceptions, rejections, warnings, facts."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from program import program
from twisted.internet.defer import Deferred

import nodecompat
from nodecompat import events, process
from nodecompat.process import Process
from nodecompat.reactor.loop import faults, ticks
from nodecompat.testing import Network


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    """A process of its own in place of the real one, so that its listeners and state end with the test."""
    made = Process()
    monkeypatch.setattr(faults, "hook", made._onUncaught_)
    before = events.unhandledRejection, events.emitWarning
    events.unhandledRejection, events.emitWarning = made._onRejection_, made.emitWarning
    yield made
    events.unhandledRejection, events.emitWarning = before


def raising(error: BaseException) -> Callable[[], None]:
    def callback() -> None:
        raise error

    return callback


WRONG: list[tuple[Callable[[Process], object], str, str, str]] = [
    (
        lambda p: p.nextTick(3),  # type: ignore[arg-type]
        "ERR_INVALID_ARG_TYPE",
        "TypeError",
        'The "callback" argument must be of type function. Received type number (3)',
    ),
    (
        lambda p: p.exit("x"),
        "ERR_INVALID_ARG_TYPE",
        "TypeError",
        "The \"code\" argument must be of type number. Received type string ('x')",
    ),
    (
        lambda p: p.exit(1.5),  # type: ignore[arg-type]
        "ERR_OUT_OF_RANGE",
        "RangeError",
        'The value of "code" is out of range. It must be an integer. Received 1.5',
    ),
    (
        lambda p: setattr(p, "exitCode", "a"),
        "ERR_INVALID_ARG_TYPE",
        "TypeError",
        "The \"code\" argument must be of type number. Received type string ('a')",
    ),
    (
        lambda p: setattr(p, "exitCode", True),
        "ERR_INVALID_ARG_TYPE",
        "TypeError",
        'The "code" argument must be of type number. Received type boolean (true)',
    ),
    (
        lambda p: setattr(p, "exitCode", math.nan),
        "ERR_OUT_OF_RANGE",
        "RangeError",
        'The value of "code" is out of range. It must be an integer. Received NaN',
    ),
    (
        lambda p: p.emitWarning(5),  # type: ignore[arg-type]
        "ERR_INVALID_ARG_TYPE",
        "TypeError",
        'The "warning" argument must be of type string or an instance of Error. Received type number (5)',
    ),
    (
        lambda p: p.emitWarning("a", 5),  # type: ignore[arg-type]
        "ERR_INVALID_ARG_TYPE",
        "TypeError",
        'The "type" argument must be of type string. Received type number (5)',
    ),
    (
        lambda p: p.emitWarning("a", {"type": 5}),
        "ERR_INVALID_ARG_TYPE",
        "TypeError",
        'The "type" argument must be of type string. Received type number (5)',
    ),
    (
        lambda p: p.emitWarning("a", "T", 5),  # type: ignore[arg-type]
        "ERR_INVALID_ARG_TYPE",
        "TypeError",
        'The "code" argument must be of type string. Received type number (5)',
    ),
    (
        lambda p: p.setUncaughtExceptionCaptureCallback(5),  # type: ignore[arg-type]
        "ERR_INVALID_ARG_TYPE",
        "TypeError",
        'The "fn" argument must be of type function or null. Received type number (5)',
    ),
    (
        lambda p: [p.setUncaughtExceptionCaptureCallback(lambda error: None) for _ in range(2)],
        "ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET",
        "Error",
        "`process.setupUncaughtExceptionCapture()` was called while a capture callback was already active",
    ),
    (
        lambda p: p.hrtime(5),  # type: ignore[arg-type]
        "ERR_INVALID_ARG_TYPE",
        "TypeError",
        'The "time" argument must be an instance of Array. Received type number (5)',
    ),
    (
        lambda p: p.hrtime([1]),
        "ERR_OUT_OF_RANGE",
        "RangeError",
        'The value of "time" is out of range. It must be 2. Received 1',
    ),
    (
        lambda p: p.kill("x"),  # type: ignore[arg-type]
        "ERR_INVALID_ARG_TYPE",
        "TypeError",
        "The \"pid\" argument must be of type number. Received type string ('x')",
    ),
    (lambda p: p.kill(1, "SIGFOO"), "ERR_UNKNOWN_SIGNAL", "TypeError", "Unknown signal: SIGFOO"),
    (
        lambda p: p.chdir(5),  # type: ignore[arg-type]
        "ERR_INVALID_ARG_TYPE",
        "TypeError",
        'The "directory" argument must be of type string. Received type number (5)',
    ),
]


@pytest.mark.parametrize("call, code, name, message", WRONG)
def testWrongArguments(other: Process, call: Callable[[Process], object], code: str, name: str, message: str) -> None:
    with pytest.raises(Exception) as raised:
        call(other)
    error: Any = raised.value
    assert (error.code, error.name, error.message) == (code, name, message)


def testTicksRunAfterTheCallbackInOrder(net: Network, log: list[Any]) -> None:
    def callback() -> None:
        process.nextTick(log.append, "first")
        process.nextTick(lambda *args: log.append(args), 1, 2)
        log.append("callback")

    ticks.call(callback)
    assert log == ["callback", "first", (1, 2)]


class TestUncaughtException:
    def testListenersGetErrorAndOrigin(self, net: Network, other: Process, log: list[Any]) -> None:
        error = ValueError("boom")
        other.on("uncaughtExceptionMonitor", lambda *args: log.append(("monitor", *args)))
        other.on("uncaughtException", lambda *args: log.append(args))
        ticks.call(raising(error))
        assert log == [("monitor", error, "uncaughtException"), (error, "uncaughtException")]
        assert net.faults == []

    def testTheMonitorAloneHandlesNothing(self, net: Network, other: Process, log: list[Any]) -> None:
        error = ValueError("boom")
        other.on("uncaughtExceptionMonitor", log.append)
        ticks.call(raising(error))
        assert (log, net.faults) == ([error], [error])
        net.faults.clear()

    def testTheCaptureCallbackComesFirst(self, net: Network, other: Process, log: list[Any]) -> None:
        error = ValueError("boom")
        other.on("uncaughtException", lambda error: log.append("listener"))
        other.setUncaughtExceptionCaptureCallback(log.append)
        assert other.hasUncaughtExceptionCaptureCallback()
        ticks.call(raising(error))
        other.setUncaughtExceptionCaptureCallback(None)
        assert not other.hasUncaughtExceptionCaptureCallback()
        ticks.call(raising(error))
        assert log == [error, "listener"]

    def testFurtherCaptureCallbacksAreAskedLastFirst(self, net: Network, other: Process, log: list[Any]) -> None:
        def asked(name: str, answer: object) -> Callable[[BaseException], object]:
            return lambda error: (log.append((name, str(error))), answer)[1]

        other.on("uncaughtException", lambda error: log.append(("listener", str(error))))
        other.addUncaughtExceptionCaptureCallback(asked("first", 1))
        other.addUncaughtExceptionCaptureCallback(lambda error: asked("last", str(error) == "mine")(error))
        assert not other.hasUncaughtExceptionCaptureCallback()
        ticks.call(raising(ValueError("mine")))
        ticks.call(raising(ValueError("theirs")))
        other.setUncaughtExceptionCaptureCallback(asked("only", None))
        ticks.call(raising(ValueError("all")))
        told = [("last", "mine"), ("last", "theirs"), ("first", "theirs"), ("listener", "theirs"), ("only", "all")]
        assert log == told

    def testAnErrorOfTheListenerIsFatal(self, net: Network, other: Process) -> None:
        worse = ValueError("worse")
        other.on("uncaughtException", lambda error: raising(worse)())
        ticks.call(raising(ValueError("boom")))
        assert net.faults == [worse]
        assert other.exitCode == 7
        net.faults.clear()

    @pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
    def testLeavingIsNoException(self, net: Network, other: Process, log: list[Any], error: BaseException) -> None:
        other.on("uncaughtException", log.append)
        ticks.call(raising(error))
        assert (log, net.faults) == ([], [error])
        net.faults.clear()


class TestUnhandledRejection:
    def testListenersGetReasonAndPromise(self, net: Network, other: Process, log: list[Any]) -> None:
        error = ValueError("boom")
        other.on("unhandledRejection", lambda reason, promise: log.append((reason, promise)))
        events.unhandledRejection(error, None)
        net.run()
        [(reason, promise)] = log
        assert reason is error
        promise.addErrback(lambda failure: log.append(failure.value))
        assert log[1] is error

    def testAllThatFailedAreToldBeforeTheTicksOfTheListeners(
        self, net: Network, other: Process, log: list[Any]
    ) -> None:
        """Node: unhandled a, unhandled b, tick, tick, immediate."""

        @other.on("unhandledRejection")
        def told(reason: BaseException) -> None:
            log.append(f"unhandled {reason}")
            ticks.nextTick(log.append, "tick of a listener")

        def callback() -> None:
            for name in "ab":
                events.unhandledRejection(ValueError(name), None)
            ticks.nextTick(lambda: ticks.queueMicrotask(ticks.nextTick, log.append, "late tick"))
            ticks.queueCheck(log.append, "immediate")

        ticks.call(callback)
        net.run()
        listener = "tick of a listener"
        assert log == ["late tick", "unhandled a", "unhandled b", listener, listener, "immediate"]

    def testComesAfterTicksAndMicrotasks(self, net: Network, other: Process, log: list[Any]) -> None:
        other.on("unhandledRejection", lambda reason: log.append("rejection"))

        def callback() -> None:
            events.unhandledRejection(ValueError(), None)
            ticks.nextTick(log.append, "tick")
            ticks.queueMicrotask(log.append, "microtask")

        ticks.call(callback)
        assert log == ["tick", "microtask", "rejection"]

    def testWithoutAListenerItIsAnUncaughtException(self, net: Network, other: Process, log: list[Any]) -> None:
        error = ValueError("boom")
        other.on("uncaughtException", lambda *args: log.append(args))
        events.unhandledRejection(error, None)
        net.run()
        ticks.call(raising(error))
        assert log == [(error, "unhandledRejection"), (error, "uncaughtException")]

    @pytest.mark.parametrize("reason, shown", [(5, "5"), ("text", "text"), (None, "undefined"), ({}, "#<Object>")])
    def testAReasonThatIsNoErrorIsWrapped(
        self, net: Network, other: Process, log: list[Any], reason: Any, shown: str
    ) -> None:
        other.on("uncaughtException", log.append)
        events.unhandledRejection(reason, None)
        net.run()
        assert log[0].code == "ERR_UNHANDLED_REJECTION"
        assert log[0].message == (
            "This error originated either by throwing inside of an async function without a catch block, or by"
            " rejecting a promise which was not handled with .catch(). The promise rejected with the reason"
            f' "{shown}".'
        )

    def testAnErrorOfTheListenerIsAnUncaughtException(self, net: Network, other: Process, log: list[Any]) -> None:
        other.on("uncaughtException", lambda error, origin: log.append((str(error), origin)))
        other.on("unhandledRejection", lambda reason: raising(ValueError(f"worse than {reason}"))())
        for name in "ab":
            events.unhandledRejection(ValueError(name), None)
        net.run()
        assert log == [("worse than a", "uncaughtException"), ("worse than b", "uncaughtException")]

    def testSystemExitOfACoroutineLeaves(self, net: Network, other: Process, log: list[Any]) -> None:
        leaving = SystemExit(4)
        other.on("unhandledRejection", log.append)
        events.unhandledRejection(leaving, None)
        net.run()
        assert (log, net.faults) == ([], [leaving])
        net.faults.clear()


class TestRejectionHandled:
    """A promise that is handled after 'unhandledRejection': 'rejectionHandled', after the ticks and microtasks."""

    @pytest.fixture
    def promise(self, net: Network, other: Process, log: list[Any]) -> Any:
        told: list[Any] = []
        other.on("unhandledRejection", lambda reason, promise: told.append(promise))
        other.on("rejectionHandled", lambda promise: log.append(("handled", promise)))
        events.unhandledRejection(ValueError("boom"), None)
        net.run()
        return told[0]

    def testItIsToldOnceAndLate(self, net: Network, promise: Any, log: list[Any]) -> None:
        def callback() -> None:
            promise.addErrback(lambda failure: log.append(str(failure.value)))
            promise.addErrback(log.append)
            ticks.nextTick(log.append, "tick")
            ticks.queueMicrotask(log.append, "microtask")

        ticks.call(callback)
        net.run()
        assert log == ["boom", "tick", "microtask", ("handled", promise)]

    @pytest.mark.parametrize("add", ["addCallbacks", "addBoth"])
    def testEveryWayToHandleIt(self, net: Network, promise: Any, log: list[Any], add: str) -> None:
        callbacks = [lambda result: None] * (2 if add == "addCallbacks" else 1)
        getattr(promise, add)(*callbacks)
        net.run()
        assert log == [("handled", promise)]

    def testACallbackPassesTheFailureOn(self, net: Network, promise: Any, log: list[Any]) -> None:
        promise.addCallback(log.append).addErrback(lambda failure: log.append(str(failure.value)))
        net.run()
        assert log == ["boom", ("handled", promise)]

    def testAwaitingHandlesIt(self, net: Network, promise: Any, log: list[Any]) -> None:
        async def wait() -> None:
            with pytest.raises(ValueError, match="boom"):
                await promise

        Deferred.fromCoroutine(wait())
        net.run()
        assert log == [("handled", promise)]


def _deprecated(p: Process) -> None:
    p.emitWarning("dep", "DeprecationWarning", "DEP1")


WARNINGS: list[tuple[Callable[[Process], None], tuple[Any, ...], str]] = [
    (lambda p: p.emitWarning("a"), ("Warning", "a", None, None), "Warning: a"),
    (lambda p: p.emitWarning("a", "T"), ("T", "a", None, None), "T: a"),
    (lambda p: p.emitWarning("a", "T", "C1"), ("T", "a", "C1", None), "[C1] T: a"),
    (
        lambda p: p.emitWarning("a", {"type": "T2", "code": "C2", "detail": "det\nail"}),
        ("T2", "a", "C2", "det\nail"),
        "[C2] T2: a\ndet\nail",
    ),
    (lambda p: p.emitWarning("a", type="T3", detail="d"), ("T3", "a", None, "d"), "T3: a\nd"),
    (lambda p: p.emitWarning("a", {"detail": 5}), ("Warning", "a", None, None), "Warning: a"),
    (lambda p: p.emitWarning(""), ("Warning", "", None, None), "Warning"),
    (_deprecated, ("DeprecationWarning", "dep", "DEP1", None), "[DEP1] DeprecationWarning: dep"),
]


class TestEmitWarning:
    @pytest.mark.parametrize("call, fields, text", WARNINGS)
    def testIsEmittedAndPrinted(
        self,
        net: Network,
        other: Process,
        log: list[Any],
        capsys: pytest.CaptureFixture[str],
        call: Callable[[Process], None],
        fields: tuple[Any, ...],
        text: str,
    ) -> None:
        other.on("warning", lambda w: log.append((w.name, w.message, w.code, w.detail)))
        call(other)
        assert log == []
        net.run()
        assert log == [fields]
        assert capsys.readouterr().err == f"(nodecompat:{os.getpid()}) {text}\n"

    def testAnExceptionIsItsOwnWarning(
        self, net: Network, other: Process, log: list[Any], capsys: pytest.CaptureFixture[str]
    ) -> None:
        warning = ValueError("text")
        other.on("warning", log.append)
        other.emitWarning(warning, "X", "Y")
        net.run()
        assert log == [warning]
        assert capsys.readouterr().err == f"(nodecompat:{os.getpid()}) ValueError: text\n"

    def testPrintingIsAListenerThatCanBeRemoved(
        self, net: Network, other: Process, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert other.listenerCount("warning") == 1
        other.removeAllListeners("warning")
        other.emitWarning("a")
        net.run()
        assert capsys.readouterr().err == ""

    def testDeprecationsCanBeSilencedOrRaised(self, net: Network, other: Process, log: list[Any]) -> None:
        other.on("warning", log.append)
        other.noDeprecation = True
        _deprecated(other)
        other.noDeprecation, other.throwDeprecation = False, True
        _deprecated(other)
        net.run()
        assert log == []
        assert [str(error) for error in net.faults] == ["dep"]
        net.faults.clear()

    def testAClosedStderrDoesNoHarm(self, net: Network, other: Process, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stderr", None)
        other.emitWarning("a")
        net.run()

    def testTooManyListenersAreAWarning(self, net: Network, other: Process, log: list[Any]) -> None:
        other.removeAllListeners("warning")
        other.on("warning", lambda w: log.append((w.name, w.type, w.count)))
        emitter = events.EventEmitter()
        for _ in range(12):
            emitter.on("x", lambda: None)
        net.run()
        assert log == [("MaxListenersExceededWarning", "x", 11)]

    def testItsOwnNameIsWrittenAsNodeWritesIt(self, net: Network, other: Process, log: list[Any]) -> None:
        other.removeAllListeners("warning")
        other.on("warning", lambda warning: log.append(str(warning)))
        for _ in range(11):
            other.on("x", print)
        net.run()
        assert "11 x listeners added to [process]. MaxListeners is 10." in log[0]


class TestExit:
    def testEmitsExitOnceAndRaises(self, other: Process, log: list[Any]) -> None:
        other.on("exit", lambda code: log.append((code, other.exitCode)))
        for _ in range(2):
            with pytest.raises(SystemExit) as raised:
                other.exit(3)
            assert raised.value.code == 3
        assert log == [(3, 3)]

    def testTheCodeMayBeSetBefore(self, other: Process) -> None:
        other.exitCode = "12"  # type: ignore[assignment]
        assert other.exitCode == 12
        with pytest.raises(SystemExit) as raised:
            other.exit()
        assert raised.value.code == 12

    @pytest.mark.parametrize("text, code", [("0x10", 16), (" 5 ", 5), ("1e2", 100), (2**40, 0), (2**32 - 1, -1)])
    def testTheCodeIsTakenAsJavaScriptTakesIt(self, other: Process, text: Any, code: int) -> None:
        other.exitCode = text
        assert other.exitCode == code

    @pytest.mark.parametrize(
        "source, seen",
        [
            # An exception in an 'exit' listener is uncaught like any other, and 'exit' is not emitted again.
            ("setTimeout(process.exit, 1)", (1, "exit 0\n")),
            ("setTimeout(process.exit, 1, 3)", (3, "exit 3\n")),
            ("process.exitCode = 5", (5, "exit 5\n")),
            ("setTimeout(fail, 1, 'uncaught')", (1, "exit 1\n")),
            ("process.on('uncaughtException', lambda error: print(error))", (0, "exit 0\nlast words\n")),
        ],
    )
    def testAnExceptionInAListenerOfExit(self, source: str, seen: tuple[int, str]) -> None:
        listener = "process.on('exit', lambda code: (print('exit', code), fail('last words')))\n"
        assert program(listener + source + "\nrun()")[:2] == seen

    def testMicrotasksOfAListenerOfExitRunAndTicksDoNot(self) -> None:
        source = """
def onExit():
    process.nextTick(print, "never")
    queueMicrotask(lambda: (print("microtask"), setattr(process, "exitCode", 8)))
process.on("exit", onExit)
run()
"""
        assert program(source) == (8, "microtask\n", "")

    def testABeforeExitThatFailsIsFollowedByAnother(self) -> None:
        source = """
process.on("uncaughtException", lambda error: print(error))
process.once("beforeExit", lambda: fail("boom"))
process.on("beforeExit", lambda: print("beforeExit"))
run()
"""
        assert program(source) == (0, "boom\nbeforeExit\n", "")

    def testNoneGivenToExitIsZero(self, other: Process) -> None:
        other.exitCode = 6
        with pytest.raises(SystemExit) as raised:
            other.exit(None)
        assert raised.value.code == 0

    def testNoneIsNoCode(self, other: Process) -> None:
        other.exitCode = 3
        other.exitCode = None
        assert other.exitCode is None


class TestFacts:
    def testOfTheSystem(self) -> None:
        assert process.pid == os.getpid()
        assert process.ppid == os.getppid()
        assert process.platform == sys.platform
        assert process.execPath == sys.executable
        assert process.cwd() == os.getcwd()
        assert (process.env, process.env.PATH) == (os.environ, os.environ["PATH"])
        assert (process.env["A name that is not set"], process.versions["modules"]) == (None, None)
        assert process.arch and process.argv0

    def testOfTheVersions(self) -> None:
        assert process.version == "v26.10.0"
        assert process.versions["node"] == "26.10.0"
        assert process.versions["nodecompat"] == nodecompat.__version__
        assert set(process.versions) == {"node", "nodecompat", "python", "twisted"}

    def testOfTheCommandLine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "argv", ["app.py", "--port", "80"])
        assert process.argv == [sys.executable, os.path.abspath("app.py"), "--port", "80"]

    def testTheWorkingDirectoryCanBeChanged(self, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(os.getcwd())  # undone at the end
        process.chdir(str(tmp_path))
        assert process.cwd() == os.path.realpath(tmp_path)

    def testADirectoryThatIsNotThere(self) -> None:
        with pytest.raises(FileNotFoundError) as caught:
            process.chdir("/not/there")
        error: Any = caught.value
        assert (error.code, error.syscall, error.dest) == ("ENOENT", "chdir", "/not/there")
        assert error.message == f"ENOENT: no such file or directory, chdir '{os.getcwd()}' -> '/not/there'"

    def testKillWithZeroAsksOnly(self) -> None:
        assert process.kill(os.getpid(), 0) is True

    @pytest.mark.parametrize(
        "pid, given, message",
        [
            (math.nan, 0, 'The "pid" argument must be of type number. Received type number (NaN)'),
            (2**40, 0, 'The "pid" argument must be of type number. Received type number (1099511627776)'),
            (1, "sigterm", "Unknown signal: sigterm"),
            (1, True, "Unknown signal: true"),
            (1, {}, "Unknown signal: {}"),
            (2**30, 0, "kill ESRCH"),
        ],
    )
    def testASignalThatCannotBeSent(self, pid: Any, given: Any, message: str) -> None:
        with pytest.raises((TypeError, OSError)) as caught:
            process.kill(pid, given)
        assert caught.value.message == message  # type: ignore[union-attr]


def testActiveResourcesAreHandlesThenTimersThenImmediates() -> None:
    source = """
from nodecompat.reactor.loop import activity
class Handle(activity.Activity):
    resourceName = "Handle"
setTimeout(print, 1)
setTimeout(print, 1).unref()
setImmediate(print)
handle = Handle()
handle._setActive_(True)
setInterval(print, 1)
print(process.getActiveResourcesInfo(), flush=True)
import os
os._exit(0)  # nothing of this is to run
"""
    assert program(source) == (0, "['Handle', 'Timeout', 'Timeout', 'Immediate']\n", "")


def testTheModuleAndTheObjectShareAName() -> None:
    import importlib

    assert nodecompat.process is importlib.import_module("nodecompat.process").process
    from nodecompat import process as imported

    assert imported is process
