"""map, filter, reduce and the others."""

from __future__ import annotations

import gc
import math
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from streamlog import Log, later, silent
from twisted.internet.defer import Deferred
from twisted.logger import globalLogPublisher

from nodecompat.abort import AbortController, AbortSignal
from nodecompat.errors import AbortError, NodeError
from nodecompat.reactor.loop import ticks
from nodecompat.stream import Readable
from nodecompat.testing import Network

Outcome = Callable[[Any], Any]


def numbers(*values: int) -> Any:
    return Readable.from_(values or (1, 2, 3))


async def even(number: int) -> bool:
    return number % 2 == 0


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda stream: stream.map(lambda n: n * 2).toArray(), [2, 4, 6]),
        (lambda stream: stream.filter(even).toArray(), [2]),
        (lambda stream: stream.flatMap(lambda n: [n] * n).toArray(), [1, 2, 2, 3, 3, 3]),
        (lambda stream: stream.drop(1).toArray(), [2, 3]),
        (lambda stream: stream.drop(math.inf).toArray(), []),
        (lambda stream: stream.take(2).toArray(), [1, 2]),
        (lambda stream: stream.take(0).toArray(), []),
        (lambda stream: stream.take(math.nan).toArray(), []),
        (lambda stream: stream.some(even), True),
        (lambda stream: stream.every(even), False),
        (lambda stream: stream.every(lambda n: n), True),
        (lambda stream: stream.find(even), 2),
        (lambda stream: stream.find(lambda n: n > 5), None),
        (lambda stream: stream.reduce(lambda a, b: a + b), 6),
        (lambda stream: stream.reduce(lambda a, b: a + b, 10), 16),
        (lambda stream: stream.map(even).map(lambda flag: flag).toArray(), [False, True, False]),
        (lambda stream: stream.map(str, concurrency=2).take(1).toArray(), ["1"]),
    ],
)
def testResults(outcome: Outcome, call: Any, expected: Any) -> None:
    assert outcome(call(numbers())) == expected


def testForEachWaitsForEachCall(net: Network, log: Log, outcome: Outcome) -> None:
    async def visit(number: int) -> None:
        await turn()
        log.append(str(number))

    assert outcome(numbers().forEach(visit)) is None
    assert log == ["1", "2", "3"]


def turn() -> Deferred[None]:
    waiting: Deferred[None] = Deferred()
    later(lambda: ticks.queueMicrotask(waiting.callback, None))
    return waiting


def testConcurrencyKeepsTheOrderOfResults(net: Network, log: Log, outcome: Outcome) -> None:
    waiting: list[Deferred[Any]] = []

    def slow(number: int) -> Deferred[Any]:
        log.append(f"start {number}")
        waiting.append(Deferred())
        return waiting[-1]

    result = numbers(1, 2, 3).map(slow, concurrency=2).toArray()
    net.run()
    assert log == ["start 1", "start 2"]
    ticks.call(waiting[1].callback, "two")
    net.run()
    assert log == ["start 1", "start 2", "start 3"]
    ticks.call(waiting[0].callback, "one")
    ticks.call(waiting[2].callback, "three")
    assert outcome(result) == ["one", "two", "three"]


def testAFailingFunctionFailsTheResultAndDestroysTheSource(net: Network, outcome: Outcome) -> None:
    def fail(number: int) -> None:
        raise ValueError("x")

    stream = numbers()
    with pytest.raises(ValueError, match=r"x"):
        outcome(stream.map(fail).toArray())
    assert stream.destroyed


def testSomeStopsEarly(net: Network, log: Log, outcome: Outcome) -> None:
    stream = numbers(*range(100))
    assert outcome(stream.some(lambda n: log.append(str(n)) or n == 1)) is True
    assert len(log) < 5
    assert stream.destroyed


@pytest.mark.parametrize("name", ["some", "find", "every"])
def testTheStreamIsDestroyedWhenTheAnswerIsThere(net: Network, log: list[Any], name: str) -> None:
    stream = numbers(1, 2, 3)
    stream.on("close", lambda: log.append("close"))
    answer = getattr(stream, name)(lambda number: number == 2)
    answer.addCallback(lambda value: log.append(f"destroyed {stream.destroyed}"))
    net.run()
    assert log == ["destroyed True", "close"]


@pytest.mark.parametrize("limit, left", [("x", [1, 2, 3]), ("2", [3]), (2.5, []), (None, [1, 2, 3])])
def testALimitIsTakenAsANumber(net: Network, outcome: Outcome, limit: Any, left: list[int]) -> None:
    assert outcome(numbers(1, 2, 3).drop(limit).toArray()) == left


def testASignalStopsTheWork(net: Network, outcome: Outcome) -> None:
    controller = AbortController()

    def stop(number: int, options: Any) -> int:
        controller.abort()
        assert options["signal"].aborted
        return number

    with pytest.raises(AbortError):
        outcome(numbers().map(stop, signal=controller.signal).toArray())


@pytest.mark.parametrize(
    "call",
    [
        lambda stream, signal: stream.toArray(signal=signal),
        lambda stream, signal: stream.map(str, signal=signal).toArray(),
        lambda stream, signal: stream.take(1, signal=signal).toArray(),
        lambda stream, signal: stream.drop(1, signal=signal).toArray(),
        lambda stream, signal: stream.forEach(str, signal=signal),
        lambda stream, signal: stream.reduce(lambda a, b: a, 0, {"signal": signal}),
    ],
)
def testAnAbortedSignalFailsAtOnce(outcome: Outcome, call: Any) -> None:
    with pytest.raises(AbortError):
        outcome(call(numbers(), AbortSignal.abort()))


def testReduceOfNothingNeedsAFirstValue(outcome: Outcome) -> None:
    with pytest.raises(TypeError, match=r"Reduce of an empty stream requires an initial value") as caught:
        outcome(Readable.from_([]).reduce(lambda a, b: a))
    assert caught.value.code == "ERR_MISSING_ARGS"  # type: ignore[attr-defined]
    assert outcome(Readable.from_([]).reduce(lambda a, b: a, None)) is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda stream: stream.map(5), 'The "fn" argument must be of type function.'),
        (lambda stream: stream.map(str, 5), 'The "options" argument must be of type object.'),
        (lambda stream: stream.map(str, concurrency=0), 'The value of "options.concurrency" is out of range.'),
        (lambda stream: stream.map(str, highWaterMark=-1), 'The value of "options.highWaterMark" is out of range.'),
        (lambda stream: stream.map(str, signal=5), 'The "options.signal" property must be an instance of AbortSignal.'),
        (lambda stream: stream.take(-1), 'The value of "number" is out of range. It must be >= 0.'),
    ],
)
def testWrongArgumentsRaise(call: Any, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        call(numbers())
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize("name", ["forEach", "some", "every", "find", "reduce"])
def testWrongFunctionsFailTheDeferred(outcome: Outcome, name: str) -> None:
    with pytest.raises(NodeError, match=r"argument must be of type function"):
        outcome(getattr(numbers(), name)(5))


def testComposeGivesWhatTheOtherMakesOfIt(outcome: Outcome) -> None:
    async def double(chunks: Any) -> Any:
        async for chunk in chunks:
            yield chunk * 2

    assert outcome(numbers().compose(double).toArray()) == [2, 4, 6]


def testDropTakeAndReduceDoNotTellTheReason(outcome: Outcome) -> None:
    for name, arguments in (("drop", (1,)), ("take", (1,))):
        with pytest.raises(AbortError) as caught:
            outcome(getattr(numbers(), name)(*arguments, signal=AbortSignal.abort("why")).toArray())
        assert caught.value.cause is None


def testOthersMayBeginWhileTheFirstIsOnItsWay(outcome: Outcome, log: Log) -> None:
    async def isTwo(chunk: int) -> bool:
        log.append(f"call {chunk}")
        await turn()
        return chunk == 2

    assert outcome(numbers(1, 2, 3, 4, 5, 6).some(isTwo, concurrency=2))
    assert log == ["call 1", "call 2", "call 3", "call 4"]


def testForEachThatFailsHasDestroyedTheStream(outcome: Outcome) -> None:
    async def fail(chunk: int) -> None:
        raise ValueError("x")

    async def attempt() -> bool:
        stream = numbers()
        with pytest.raises(ValueError, match=r"x"):
            await stream.forEach(fail)
        return bool(stream.destroyed)

    assert outcome(attempt())


@pytest.mark.parametrize("call", [Readable.forEach, Readable.some, Readable.every, Readable.find, Readable.reduce])
def testWhatReturnsADeferredDoesNotRaiseAtTheCall(call: Any, outcome: Outcome) -> None:
    arguments = (0, 5) if call is Readable.reduce else (5,)
    waiting = call(Readable.from_([1]), lambda *chunks: True, *arguments)
    with pytest.raises(NodeError) as caught:
        outcome(waiting)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


def testToArrayDoesNotRaiseAtTheCall(outcome: Outcome) -> None:
    waiting = Readable.from_([1]).toArray(5)
    with pytest.raises(NodeError) as caught:
        outcome(waiting)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


def testAThousandHelpersInARow(outcome: Outcome) -> None:
    stream = Readable.from_([1, 2])
    for _ in range(1000):
        stream = stream.map(lambda number: number + 1)
    assert outcome(stream.toArray()) == [1001, 1002]


@pytest.mark.parametrize("method", ["map", "flatMap"])
def testDestroyingTheStreamOfAHelperKeepsTheError(net: Network, log: Log, method: str) -> None:
    stream = getattr(Readable.from_([1]), method)(lambda chunk: [chunk])
    log.watch(stream, ("error", "close"))
    stream.destroy(ValueError("mine"))
    net.run()
    assert log == ["error mine", "close"]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "consume", [Readable.toArray, lambda stream: stream.some(bool), lambda stream: stream.find(bool)]
)
def testHelpersThatWaitForEverAreCollectedInSilence(
    net: Network, consume: Any, capfd: Any, request: pytest.FixtureRequest
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()  # what other tests have left is not this one's
    capfd.readouterr()
    logged: list[Any] = []
    globalLogPublisher.addObserver(logged.append)
    request.addfinalizer(lambda: globalLogPublisher.removeObserver(logged.append))
    consume(silent(objectMode=True).map(str).flatMap(list).take(5))
    net.run()
    gc.collect()
    net.run()
    assert (capfd.readouterr().err, logged) == ("", [])
