"""run(): when a program ends, and with which code. Each program runs in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path

import pytest
from program import PROLOGUE, REACTOR, finish, install, program, python, start


def testAProgramThatStartsNothingEndsAtOnce() -> None:
    assert program("run()\nprint('after')") == (0, "after\n", "")


def testItEndsWhenNothingIsAlive() -> None:
    source = """
setTimeout(print, 5, "timer")
setTimeout(print, 60000, "never").unref()
process.nextTick(print, "tick")
process.on("exit", lambda code: print("exit", code))
run()
print("after")
"""
    assert program(source) == (0, "tick\ntimer\nexit 0\nafter\n", "")


def testBeforeExitMayStartMore() -> None:
    source = """
count = 0
def onBeforeExit(code):
    global count
    count += 1
    print("beforeExit", code)
    if count < 3:
        setTimeout(print, 1, "more")
process.on("beforeExit", onBeforeExit)
process.on("exit", lambda code: print("exit", code))
run()
"""
    expected = "beforeExit 0\nmore\nbeforeExit 0\nmore\nbeforeExit 0\nexit 0\n"
    assert program(source) == (0, expected, "")


@pytest.mark.parametrize(
    "source",
    [
        "setImmediate(print, 'never').unref()",
        "process.nextTick(lambda: setImmediate(print, 'never').unref())",
        "setTimeout(lambda: setImmediate(print, 'never').unref(), 1)",
        "process.on('beforeExit', lambda code: setImmediate(print, 'never').unref())",
    ],
)
def testAnUnrefedImmediateAloneNeverRuns(source: str) -> None:
    assert program(source + "\nrun()") == (0, "", "")


def testAnUnrefedImmediateRunsWhenSomethingElseIsAlive() -> None:
    source = """
setImmediate(print, "first").unref()
setTimeout(lambda: setImmediate(print, "second").unref(), 1)
process.once("beforeExit", lambda code: setTimeout(print, 1, "timer"))
setTimeout(print, 500, "last")
run()
"""
    assert program(source) == (0, "first\nsecond\nlast\ntimer\n", "")
    source = """
setImmediate(print, "parked").unref()
process.once("beforeExit", lambda code: setTimeout(print, 5, "timer"))
run()
"""
    assert program(source) == (0, "parked\ntimer\n", "")


def testAnUnrefedImmediateRunsInThePhaseOfAnother() -> None:
    source = 'setImmediate(print, "ref")\nsetImmediate(print, "unref").unref()\nrun()'
    assert program(source) == (0, "ref\nunref\n", "")


def testATickOfBeforeExitRunsButDoesNotKeepTheProgram() -> None:
    source = """
process.on("beforeExit", lambda code: (print("beforeExit"), process.nextTick(print, "tick")))
run()
"""
    assert program(source) == (0, "beforeExit\ntick\n", "")


def testAnUncaughtErrorPrintsItsTracebackAndEndsWithOne() -> None:
    source = """
process.on("exit", lambda code: print("exit", code, process.exitCode))
def broken():
    process.nextTick(print, "never")
    fail("boom")
setTimeout(broken, 1)
setTimeout(print, 1, "never")
setImmediate(setTimeout, print, 3, "never")
run()
print("never")
"""
    code, out, err = program(source)
    assert (code, out) == (1, "exit 1 1\n")
    assert err.startswith("Traceback (most recent call last):\n")
    assert "in broken" in err
    assert err.endswith("ValueError: boom\n")
    assert "nodecompat" not in err and "twisted" not in err


def testAnErrorWithoutFramesOfTheProgramKeepsItsOwn() -> None:
    code, out, err = program("from nodecompat import errors\nsetTimeout(int, 1, 'x')\nrun()")
    assert (code, out) == (1, "")
    assert "nodecompat" in err


def testAnErrorThatNobodyListensToIsSaidWithItsFields() -> None:
    source = """
from nodecompat import EventEmitter, errors
error = errors.exceptionWithHostPort(-111, "connect", "127.0.0.1", 1)
setTimeout(EventEmitter().emit, 1, "error", error)
run()
"""
    expected = """Uncaught Error: connect ECONNREFUSED 127.0.0.1:1
  { code: 'ECONNREFUSED', errno: 111, syscall: 'connect', address: '127.0.0.1', port: 1 }
Unhandled 'error' event of <nodecompat.events.emitter.EventEmitter object at 0x0>
Listen for it: emitter.on("error", listener)
"""
    code, out, err = program(source)
    assert (code, out, re.sub("0x[0-9a-f]+", "0x0", err)) == (1, "", expected)


def testWhereItWasBegunIsSaidIfItIsKnown() -> None:
    code, out, err = program("from nodecompat import net\nnet.connect(1, '127.0.0.1')\nrun()")
    assert (code, out) == (1, "")
    lines = err.splitlines()
    assert lines[0] == "Uncaught Error: connect ECONNREFUSED 127.0.0.1:1"
    assert lines[2].startswith("Unhandled 'error' event of <Socket ")
    assert lines[2].endswith(">, begun here:")
    assert lines[3].startswith('  File "<string>", line ') and lines[3].endswith("in <module>")


def testAnUncaughtErrorThatIsHandledEndsNothing() -> None:
    source = """
process.on("uncaughtException", lambda error, origin: print("caught", error, origin))
setTimeout(fail, 1, "boom")
setTimeout(print, 2, "later")
run()
"""
    assert program(source) == (0, "caught boom uncaughtException\nlater\n", "")


def testAnErrorInTheHandlerEndsWithSeven() -> None:
    source = """
process.on("exit", lambda code: print("never"))
process.on("uncaughtException", lambda error: fail("again"))
setTimeout(fail, 1, "boom")
run()
"""
    code, out, err = program(source)
    assert (code, out) == (7, "")
    assert err.endswith("ValueError: again\n")


@pytest.mark.parametrize(
    "where", ["process.on('beforeExit', lambda code: fail('boom'))", "process.on('exit', lambda code: fail('boom'))"]
)
def testAnErrorAtTheEndIsAnErrorAllTheSame(where: str) -> None:
    code, _, err = program(where + "\nrun()")
    assert code == 1
    assert err.endswith("ValueError: boom\n")


class TestExit:
    def testEndsAtOnce(self) -> None:
        source = """
def onExit(code):
    print("exit", code)
    process.nextTick(print, "never")
    setTimeout(print, 1, "never")
process.on("exit", onExit)
def leave():
    process.nextTick(print, "never")
    setImmediate(print, "never")
    process.exit(5)
    print("never")
setTimeout(leave, 1)
setTimeout(print, 1, "never")
run()
"""
        assert program(source) == (5, "exit 5\n", "")

    @pytest.mark.parametrize(
        "source, code",
        [
            ("process.exitCode = 3; run()", 3),
            ("process.exitCode = 3; setTimeout(process.exit, 1); run()", 3),
            ("process.exitCode = 3; setTimeout(process.exit, 1, 0); run()", 0),
            ("process.on('exit', lambda code: setattr(process, 'exitCode', 9)); run()", 9),
            ("process.on('exit', lambda code: process.exit(4)); run()", 4),
            ("process.on('exit', lambda code: sys.exit(4)); run()", 4),
            ("setTimeout(sys.exit, 1, 6); run()", 6),
            ("setTimeout(sys.exit, 1); run()", 0),
            ("process.nextTick(process.exit, 2); run()", 2),
            ("run(lambda: process.exit(2))", 2),
            ("process.exit(2)", 2),
            ("def f():\n    raise KeyboardInterrupt\nsetTimeout(f, 1); run()", 130),
        ],
    )
    def testGivesTheCode(self, source: str, code: int) -> None:
        assert program(source) == (code, "", "")

    def testATextOfSysExitIsPrinted(self) -> None:
        source = "process.on('exit', lambda code: print('exit', code))\nsetTimeout(sys.exit, 1, 'bye')\nrun()"
        assert program(source) == (1, "exit 1\n", "bye\n")

    def testWorksInsideACoroutine(self) -> None:
        source = """
async def leave():
    await timers.promises.setTimeout(1)
    process.exit(6)
    print("never")
from nodecompat import timers
setTimeout(leave, 1)
setTimeout(print, 1000, "never")
run()
"""
        assert program(source) == (6, "", "")


class TestMain:
    def testACoroutineFunctionIsRunToItsEnd(self) -> None:
        source = """
from nodecompat.timers import promises
async def main():
    print(await promises.setTimeout(5, "value"))
run(main)
print("after")
"""
        assert program(source) == (0, "value\nafter\n", "")

    @pytest.mark.parametrize("main", ["main()", "lambda: main()", "lambda: print('main')"])
    def testACoroutineOrAFunctionWillDo(self, main: str) -> None:
        source = f"""
async def main():
    print("main")
run({main})
"""
        assert program(source) == (0, "main\n", "")

    def testItsFailureIsAnUnhandledRejection(self) -> None:
        source = """
from nodecompat.timers import promises
process.on("uncaughtExceptionMonitor", lambda error, origin: print(error, origin))
async def main():
    await promises.setTimeout(1)
    fail("boom")
run(main)
"""
        code, out, err = program(source)
        assert (code, out) == (1, "boom unhandledRejection\n")
        assert "in main" in err

    def testAFunctionThatRaisesIsAnUncaughtException(self) -> None:
        source = "process.on('uncaughtExceptionMonitor', print)\nrun(lambda: fail('boom'))"
        code, out, _ = program(source)
        assert (code, out) == (1, "boom uncaughtException\n")

    def testWaitingForWhatNeverComesEndsWithThirteen(self) -> None:
        source = """
from twisted.internet.defer import Deferred
process.on("exit", lambda code: print("exit", code))
run(Deferred)
"""
        code, out, err = program(source)
        assert (code, out) == (13, "exit 13\n")
        assert err == "Warning: main() waits for something that can never come\n"

    def testTheLineThatWaitsForItIsSaid(self, tmp_path: Path) -> None:
        path = tmp_path / "app.py"
        source = """
from nodecompat import net, run
from nodecompat.events import once
async def connected():
    await once(net.Socket(), "connect")
async def main():
    await connected()
run(main)
"""
        path.write_text(install() + source)
        code, out, err = python(str(path))
        line = source.count("\n", 0, source.index("    await once")) + 1 + bool(install())
        assert (code, out) == (13, "")
        assert err.splitlines() == [
            "Warning: main() waits for something that can never come, here:",
            f'  File "{path}", line {line}, in connected',
            '    await once(net.Socket(), "connect")',
        ]

    @pytest.mark.parametrize("reactor", ["", "asyncio"])
    def testItMayAwaitAsyncioOnItsReactor(self, reactor: str) -> None:
        """From its first line on."""
        source = """
import asyncio
from nodecompat.events import once
from nodecompat import net
async def main():
    try:
        await asyncio.gather(asyncio.sleep(0), asyncio.sleep(0.001))
    except RuntimeError as error:
        print(error)
    server = net.createServer().listen(0)
    await once(server, "listening")
    print("listens")
    server.close()
run(main)
"""
        code, out, err = program(source, reactor)
        lines = out.splitlines()
        hasLoop = (reactor or REACTOR) == "asyncio"
        assert (code, lines[-1], len(lines) == 1) == (0, "listens", hasLoop)
        assert err == "" or not hasLoop  # Python 3.12 and newer warn of a missing loop themselves

    def testItMayWaitForTwisted(self) -> None:
        source = """
import time
async def main():
    from twisted.internet import reactor, task, threads
    await task.deferLater(reactor, 0.1)
    print("deferLater")
    await threads.deferToThread(time.sleep, 0.1)
    print("thread")
run(main)
"""
        assert program(source) == (0, "deferLater\nthread\n", "")

    def testItMayWaitForASocketOfTwisted(self) -> None:
        source = """
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory, Protocol
async def main():
    from twisted.internet import endpoints, reactor
    came = Deferred()
    factory = Factory.forProtocol(Protocol)
    factory.protocol.connectionMade = lambda self: came.callback(self.transport)
    port = await endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(factory)
    import socket, threading
    threading.Timer(0.2, socket.create_connection, [("127.0.0.1", port.getHost().port)]).start()
    (await came).loseConnection()
    print("connected")
run(main)
"""
        assert program(source) == (0, "connected\n", "")

    def testItMayWaitForAsyncio(self) -> None:
        source = """
import asyncio
from twisted.internet.defer import Deferred
async def main():
    await Deferred.fromFuture(asyncio.ensure_future(asyncio.sleep(0.2)))
    print("slept")
run(main)
"""
        assert program(source, "asyncio") == (0, "slept\n", "")


class TestRejections:
    def testACoroutineThatFailsEndsTheProgram(self) -> None:
        source = """
async def listener():
    fail("async")
setTimeout(listener, 1)
setTimeout(print, 1000, "never")
run()
"""
        code, out, err = program(source)
        assert (code, out) == (1, "")
        assert err.endswith("ValueError: async\n")

    def testADeferredThatNobodyHandlesEndsTheProgram(self) -> None:
        source = """
from twisted.internet import defer
setTimeout(lambda: defer.fail(ValueError("dropped")) and None, 1)
setTimeout(print, 1000, "never")
run()
"""
        code, out, err = program(source)
        assert (code, out) == (1, "")
        assert "ValueError: dropped" in err

    def testAHandlerTakesThem(self) -> None:
        source = """
from twisted.internet import defer
from nodecompat import clearInterval, setInterval
alive = setInterval(print, 60_000)
def onRejection(reason):
    print(reason)
    setTimeout(print, 1, "later")
    clearInterval(alive)
process.on("unhandledRejection", onRejection)
setTimeout(lambda: defer.fail(ValueError("dropped")) and None, 1)
run()
"""
        code, out, _ = program(source)
        assert (code, out) == (0, "dropped\nlater\n")

    def testAReasonThatIsNoExceptionIsWrapped(self) -> None:
        source = "from nodecompat import events\nprocess.nextTick(events.unhandledRejection, 5, None)\nrun()"
        code, _, err = program(source)
        assert code == 1
        assert err.startswith("Uncaught UnhandledPromiseRejection: This error originated either by")
        assert err.endswith("""with the reason "5".\n  { code: 'ERR_UNHANDLED_REJECTION' }\n""")


class TestSecondRun:
    def testItCannotRunTwice(self) -> None:
        code, _, err = program("run()\nrun()")
        assert code == 1
        assert err.endswith(
            "RuntimeError: run() was called before in this process: a Twisted reactor cannot be started again\n"
        )

    @pytest.mark.parametrize("begin", ["run()", "from twisted.internet import reactor; reactor.run()"])
    def testItCannotRunInsideARunningReactor(self, begin: str) -> None:
        source = f"""
def inside():
    try:
        run()
    except RuntimeError as error:
        print(error)
    from twisted.internet import reactor
    reactor.stop()
setTimeout(inside, 1)
{begin}
"""
        text = "run() was called while the reactor is running: inside a running reactor nothing needs to be started\n"
        assert program(source) == (0, text, "")


def testStoppingTheReactorEndsTheProgramToo() -> None:
    source = """
process.on("exit", lambda code: print("exit", code))
def stop():
    from twisted.internet import reactor
    reactor.stop()
setTimeout(stop, 1)
setTimeout(print, 60000, "never")
run()
print("after")
"""
    assert program(source) == (0, "exit 0\nafter\n", "")


WAITING = """
process.on("exit", lambda code: print("exit", code))
setTimeout(print, 60000, "never")
process.nextTick(print, "ready")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
class TestSignals:
    def deliver(self, number: int, source: str = WAITING + "run()") -> tuple[int, str, str]:
        child = start("-c", PROLOGUE + source)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(number)
        return finish(child)

    def testCtrlCEndsWith130(self) -> None:
        assert self.deliver(signal.SIGINT) == (130, "", "")

    def testSigtermEndsWith143(self) -> None:
        assert self.deliver(signal.SIGTERM) == (143, "", "")

    def testAForkedChildEndsByTheSignal(self) -> None:
        source = "import atexit\nfrom nodecompat.reactor.loop.run import endBySignals\nendBySignals()\n" + WAITING
        source += "atexit.register(print, 'all else is done')\nrun()"
        assert self.deliver(signal.SIGTERM, source) == (-signal.SIGTERM, "all else is done\n", "")

    @pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGUSR1"])
    def testAListenerTakesTheSignal(self, name: str) -> None:
        source = WAITING + f"process.on('{name}', lambda *args: (print(*args), process.exit(0)))\nrun()"
        number = getattr(signal, name)
        assert self.deliver(number, source) == (0, f"{name} {int(number)}\nexit 0\n", "")

    @pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Windows has no signals that wait")
    @pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
    def testASignalThatComesWhileTheReactorStartsIsTheListeners(self, name: str) -> None:
        """Twisted's own handlers are in force then."""
        source = f"""
from nodecompat.reactor.loop import host
process.on('{name}', lambda *args: process.exit(7))
setTimeout(print, 600_000, "never")
host.theReactor().addSystemEventTrigger("during", "startup", lambda: process.kill(process.pid, '{name}'))
run()
"""
        assert program(source) == (7, "", "")

    def testAListenerThatLeftTakesNothing(self) -> None:
        source = WAITING + "process.once('SIGINT', print)\nprocess.removeAllListeners('SIGINT')\nrun()"
        assert self.deliver(signal.SIGINT, source) == (130, "", "")

    def testASecondSignalFindsTheDefaultAgain(self) -> None:
        source = WAITING + "process.once('SIGTERM', lambda: process.kill(process.pid, 'SIGTERM'))\nrun()"
        assert self.deliver(signal.SIGTERM, source) == (143, "", "")


def testAThreadThatHangsDoesNotHoldTheExit() -> None:
    source = """
import threading
def leave():
    from twisted.internet import reactor
    reactor.callInThread(threading.Event().wait, 600)
    setTimeout(process.exit, 50, 3)
run(leave)
"""
    assert program(source) == (3, "", "")


@pytest.mark.skipif(not hasattr(os, "pipe"), reason="needs pipes")
class TestBrokenPipes:
    CLOSED = "import os\nreading, writing = os.pipe()\nos.close(reading)\nos.dup2(writing, {})\n"

    def testPrintingToNobodyIsAnErrorAndDoesNotLoop(self) -> None:
        source = self.CLOSED.format(1) + "setInterval(lambda: print('x' * 100000), 1)\nrun()"
        code, _, err = program(source)
        assert code == 1
        assert "BrokenPipeError" in err

    def testAHandlerThatPrintsThereDoesNotLoop(self) -> None:
        source = self.CLOSED.format(1) + (
            "process.on('uncaughtException', lambda error: print('x' * 100000))\nsetTimeout(fail, 1, 'boom')\nrun()"
        )
        assert program(source)[0] == 7

    def testAClosedStderrHidesTheErrorOnly(self) -> None:
        source = self.CLOSED.format(2) + "setTimeout(fail, 1, 'boom')\nrun()"
        assert program(source)[0] == 1


def testInsideSomebodyElsesReactorAnErrorIsLoggedAndLifeGoesOn() -> None:
    source = """
from twisted.internet import reactor
from twisted.logger import globalLogPublisher
def observe(event):
    if "log_failure" in event:
        print(event["log_level"].name, event["log_failure"].value)
globalLogPublisher.addObserver(observe)
async def rejected():
    fail("rejected")
setTimeout(fail, 1, "boom")
setTimeout(rejected, 1)
setTimeout(reactor.stop, 20)
reactor.run()
"""
    code, out, _ = program(source)
    assert (code, out) == (0, "critical boom\ncritical rejected\n")


def testPythonEndsTheInterpreterThroughTheCaller() -> None:
    """`run()` raises SystemExit, so that `finally` and atexit of the script run."""
    source = """
import atexit
atexit.register(print, "atexit")
setTimeout(process.exit, 1, 4)
try:
    run()
finally:
    print("finally")
"""
    assert python("-c", PROLOGUE + source) == (4, "finally\natexit\n", "")
