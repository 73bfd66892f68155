"""Runs a program: the reactor turns until nothing is alive, then the process may end. `nodecompat.run()`.

A program goes through the states of `State`, forward only. It ends in one of three ways:

* nothing keeps it alive (`activity.py`): 'beforeExit', and if that starts nothing new, 'exit';
* an uncaught exception or `process.exit()`: nothing else is called, whatever is queued;
* a signal without a listener.

The Node layer sets the hooks below; this file knows the reactor. A Twisted reactor runs once, and so does this.
While `main()` waits for something that only Twisted or asyncio knows of (a `deferLater`, a treq request), that
keeps the program alive as well; without it they do not, as Twisted's own idle connections would hold every program.

Private Twisted names: `_internalReaders`, to tell the reactor's own descriptors from those that somebody waits for, and
`_exitSignal` (both seen in 23.10 to 26.10; without them they count as absent).
"""

from __future__ import annotations

import atexit
import enum
import inspect
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

from . import activity, faults, forgotten, host, places, signals, ticks, unawaited
from .asynciohost import AsyncioHost
from .coroutines import drive
from .report import flush, printError

#: Exit codes of Node: an error, an error in an 'uncaughtException' listener, an endless wait, and a signal's base.
UNCAUGHT = 1
UNSETTLED = 13
SIGNALLED = 128
#: How long, in milliseconds, the end of a program waits for a busy thread.
PATIENCE = 100
#: Milliseconds between checks for Twisted work that `main()` may be waiting for.
RECHECK = 50

#: Set by the Node layer: emit 'beforeExit'; emit 'exit' with this code (None: that of `process.exitCode`) and say
#: which code it came to; a failed Deferred that nobody handles ('unhandledRejection', else `faults.report`).
onBeforeExit: Callable[[], object] | None = None
onExit: Callable[[int | None], int] | None = None
onUnhandled: Callable[[BaseException, Any], object] | None = None
#: True while somebody else (`twistd nodecompat`) runs the reactor for the program: `run()` then only calls main().
hosted = False

Main = Callable[[], object] | Coroutine[Any, Any, object] | None


class State(enum.Enum):
    """Where the program is."""

    IDLE = "idle"
    RUNNING = "running"
    ENDING = "ending"
    ENDED = "ended"


class Program:
    """The one program of this process."""

    def __init__(self) -> None:
        self.state: State = State.IDLE
        self.code: int = 0
        #: The signal that has ended it.
        self.signal: int | None = None
        self._checkPending = False
        self._waiting: Any = None  # what main() returned, while it is pending
        self._coroutine: Any = None  # that is this coroutine's result, if it is one's
        self._recheck: Any = None
        self._quiet = 0  # consecutive checks that found nothing main() may wait for
        self._told: BaseException | None = None  # an error already printed on stderr
        self._stopped = False

    def isRunning(self) -> bool:
        """True while `run()` owns the process and the program has not ended."""
        return self.state is State.RUNNING

    # -- start

    def run(self, main: Main) -> int:
        """Run to the end; returns the exit code."""
        reactor = self._claim()
        if main is None:
            unawaited.warnOfMain()
        self.state = State.RUNNING
        faults.fatal, activity.onidle, signals.fallback = self.fail, self._soon, self._signalled
        removeObserver = _observeDeferreds(self._unhandledDeferred)
        _takeSignals()
        signals.hold(_SIGNALS, True)
        reactor.callWhenRunning(_insideTheLoop, self._started, main)
        try:
            reactor.run()
            if self.state is State.RUNNING:
                self._stoppedByOthers(reactor)
        finally:
            self.state = State.ENDED
            faults.fatal = activity.onidle = signals.fallback = None
            removeObserver()
            for number in _SIGNALS:
                signals.restore(number)
            signals.hold(_SIGNALS, False)
        flush()
        return self.code

    def _claim(self) -> Any:
        if self.state is State.ENDED:
            raise RuntimeError("run() was called before in this process: a Twisted reactor cannot be started again")
        if isinstance(host.current(), AsyncioHost):
            raise RuntimeError(
                "run() was called inside a running asyncio loop, which runs everything already: leave it out"
            )
        reactor = host.theReactor()
        if self.state is not State.IDLE or reactor.running:
            raise RuntimeError(
                "run() was called while the reactor is running: inside a running reactor nothing needs to be started"
            )
        return reactor

    def _started(self, main: Main) -> None:
        _takeSignals()  # again: Twisted took SIGTERM when it started
        signals.hold(_SIGNALS, False)
        if main is not None:
            ticks.start(self._callMain, main)
        self._soon()

    def _callMain(self, main: Main) -> None:
        from twisted.internet.defer import Deferred

        result = main() if callable(main) else main
        if inspect.iscoroutine(result):
            self._coroutine = result
            result = drive(result)
        if isinstance(result, Deferred):
            self._waiting = result
            result.addCallbacks(self._mainDone, self._mainFailed)

    def _mainDone(self, result: object) -> None:
        self._waiting = None
        self._soon()

    def _mainFailed(self, failure: Any) -> None:
        promise, self._waiting = self._waiting, None
        ticks.call(self._unhandled, failure.value, promise)
        self._soon()

    def adopt(self, main: Main) -> None:
        """Call main() when the reactor runs; its owner starts it."""
        if main is not None:
            host.theReactor().callWhenRunning(_insideTheLoop, ticks.call, self._callMain, main)

    # -- the end by itself

    def _soon(self) -> None:
        """Check whether anything is alive as soon as the running callback is done."""
        if not self._checkPending and self.state is State.RUNNING:
            host.current().callSoon(self._check)
            self._checkPending = True  # after it, as in `ticks`

    def _check(self) -> None:
        self._checkPending = False
        if self.state is not State.RUNNING or activity.isAlive():
            return  # the holder calls again on release
        if ticks.hasWork():
            self._soon()
        elif self._waiting is not None and self._mayStillCome():
            self._recheck = host.current().callLater(RECHECK, self._soon)
        else:
            self._lastChance()

    def _lastChance(self) -> None:
        """'beforeExit': what it starts keeps the program running."""
        if onBeforeExit is not None:
            ticks.call(onBeforeExit)
        if self.state is not State.RUNNING or activity.isAlive():
            return
        ticks.call(self._end)

    def _end(self) -> None:
        code = None
        if self._waiting is not None:
            code = UNSETTLED
            place = places.whereWaiting(self._coroutine)
            where = "" if place is None else f", here:\n{places.show(place)}"
            print(f"Warning: main() waits for something that can never come{where}", file=sys.stderr)
        self.state = State.ENDING
        self._exit(code)
        self._stop()

    def _mayStillCome(self) -> bool:
        """True while `main()` may wait for something that this package does not count.

        Two checks must find nothing: a result on its way from a thread, or between a future and its Deferred,
        is briefly visible to neither.
        """
        self._quiet = 0 if self._twistedHasWork() else self._quiet + 1
        return self._quiet < 2

    def _twistedHasWork(self) -> bool:
        """True while Twisted or asyncio has a call, a descriptor or a thread that is not ours."""
        reactor = host.theReactor()
        if any(call is not self._recheck for call in reactor.getDelayedCalls()):
            return True
        own = {"nodecompat", "nodecompat timers"}
        internal = getattr(reactor, "_internalReaders", ())
        descriptors = [*reactor.getReaders(), *reactor.getWriters()]
        if any(each not in internal and each.logPrefix() not in own for each in descriptors):
            return True
        pool = getattr(reactor, "threadpool", None)
        return bool(pool is not None and pool.working) or _asyncioHasWork()

    def _stoppedByOthers(self, reactor: Any) -> None:
        """The program has called `reactor.stop()`, or a signal came before we had taken it from Twisted."""
        self.state = State.ENDING
        number = getattr(reactor, "_exitSignal", None)
        if number is None:
            self._exit(None)
        else:
            self.signal, self.code = number, SIGNALLED + number

    # -- the end by force

    def fail(self, error: BaseException, code: int = UNCAUGHT) -> None:
        """An uncaught exception: report it and exit."""
        if self.state is not State.RUNNING:
            if not isinstance(error, (SystemExit, KeyboardInterrupt)):
                printError(error)
            return
        if isinstance(error, SystemExit):
            self._halt(codeOf(error))
        elif isinstance(error, KeyboardInterrupt):
            self._halt(SIGNALLED + signal.SIGINT)
        else:
            if error is not self._told:
                printError(error)
            self._halt(code)

    def leave(self, code: int) -> None:
        """End with this code, at once: nothing that is queued, or that this batch still holds, is called."""
        if self.state is State.RUNNING:
            self.state = State.ENDING
        if self.state is State.ENDING:
            self.code = code
            self._stop()

    def _halt(self, code: int) -> None:
        self.state = State.ENDING
        self._exit(code)
        self._stop()

    def _exit(self, code: int | None) -> None:
        """Emit 'exit'; a listener that raises is one more uncaught exception."""
        self.code = code or 0
        if onExit is None:
            return
        try:
            self.code = onExit(code)
        except SystemExit as error:
            self.code = codeOf(error)
        except BaseException as error:
            printError(error)
            self.code = UNCAUGHT

    def _stop(self) -> None:
        ticks.halt()
        _closeDescriptors()
        if self._stopped:
            return
        self._stopped = True
        from twisted.internet.error import ReactorNotRunning

        reactor = host.theReactor()
        reactor.addSystemEventTrigger("before", "shutdown", self._abandonThreads)
        try:
            reactor.stop()
        except ReactorNotRunning:  # somebody else has stopped it
            pass

    def _abandonThreads(self) -> None:
        # Twisted joins its threads; one hanging in getaddrinfo would hold up the process.
        pool = getattr(host.theReactor(), "threadpool", None)
        # A thread whose answer just ended the program may not have reported completion yet.
        patience = time.monotonic() + PATIENCE / 1000.0
        while pool is not None and pool.working and time.monotonic() < patience:
            time.sleep(0.001)
        if pool is not None and pool.working:
            for callback in lastWords:
                callback()
            flush()
            os._exit(self.code)

    def _signalled(self, number: int) -> None:
        if self.state is State.RUNNING:
            self.signal = number
            self.leave(SIGNALLED + number)

    # -- failures of Deferreds

    def _unhandled(self, error: BaseException, promise: Any) -> None:
        if onUnhandled is not None:
            onUnhandled(error, promise)
        else:
            faults.report(error)

    def _unhandledDeferred(self, error: BaseException) -> None:
        """A Deferred was dropped with a failure; Twisted has logged it (to stderr)."""
        self._told = error
        host.theReactor().callFromThread(ticks.call, self._unhandled, error, None)


def endBySignals() -> None:
    """Let a signal that ends the program end the process as well, after all else: its parent tells that from a code."""
    atexit.register(_endBySignal)


def _endBySignal() -> None:
    if program.signal is not None and sys.platform != "win32":  # which has only one way to end
        flush()
        signal.signal(program.signal, signal.SIG_DFL)
        os.kill(os.getpid(), program.signal)


#: Called before a process ends whose threads cannot be waited for: nothing after `run()` is reached then.
lastWords: list[Callable[[], object]] = []

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
program: Program = Program()
forgotten.watch(lambda: program.state is State.IDLE)


def _takeSignals() -> None:
    for number in _SIGNALS:
        signals.install(number)


def _insideTheLoop(callback: Callable[..., object], *args: Any) -> None:
    """Call back when asyncio's loop runs, if the reactor has one: it calls those that wait for its start before."""
    reactor, asyncioreactor = host.theReactor(), sys.modules.get("twisted.internet.asyncioreactor")
    if asyncioreactor is not None and isinstance(reactor, asyncioreactor.AsyncioSelectorReactor):
        reactor.callLater(0, callback, *args)
    else:
        callback(*args)


def run(main: Main = None) -> None:
    """Run the program until nothing is alive.

    Servers, connections, timers and requests keep it alive, unless they were `unref()`ed. Then the process ends
    through the caller: `run()` returns when the exit code is 0. Under `twistd nodecompat --app` it returns at once.

    Args:
        main: called first, when the loop runs: a function, a coroutine function or a coroutine. Its failure ends
            the program with code 1.
    Raises: SystemExit with the exit code when it is not 0: 1 for an uncaught error (its traceback is printed),
        that of `process.exit()` or `process.exitCode`, 130 for Ctrl-C, 13 when `main` waits for what never comes;
        RuntimeError when the reactor is running, or has run.
    """
    if hosted:
        program.adopt(main)
        return
    code = program.run(main)
    if code:
        raise SystemExit(code)


def codeOf(error: SystemExit) -> int:
    """The exit code as the interpreter would use it; a string is printed."""
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code
    print(error.code, file=sys.stderr)
    return UNCAUGHT


def _observeDeferreds(onFailure: Callable[[BaseException], None]) -> Callable[[], None]:
    """Call back for each Deferred dropped with a failure. Returns a function that stops this."""
    from twisted.logger import globalLogPublisher

    def observe(event: Any) -> None:
        if event.get("log_namespace") == "twisted.internet.defer" and "log_failure" in event:
            onFailure(event["log_failure"].value)

    publisher: Any = globalLogPublisher  # any callable is an observer, which its type does not say
    publisher.addObserver(observe)
    return lambda: publisher.removeObserver(observe)


def _closeDescriptors() -> None:
    """Close what the poller watches, drop the rest of its batch, remove the files of Unix sockets."""
    poller = sys.modules.get("nodecompat.reactor.descriptor.poller")
    found = getattr(poller, "_poller", None)
    if found is not None:
        found.closeAll()


def _asyncioHasWork() -> bool:
    """Under the asyncio reactor: tasks and timers that Twisted does not know of."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return False
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return False
    scheduled = getattr(loop, "_scheduled", ())
    return bool(asyncio.all_tasks(loop)) or any(not handle.cancelled() for handle in scheduled)
