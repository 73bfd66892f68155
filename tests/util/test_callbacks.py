"""promisify, callbackify and aborted, line by line as Node does them."""

from __future__ import annotations

import gc
from typing import Any

import oracle
import pytest
import pytest_twisted
from twisted.internet.defer import Deferred, succeed

from nodecompat import dns, setImmediate, setTimeout
from nodecompat.abort import AbortController, AbortSignal
from nodecompat.errors import ERR_INVALID_ARG_TYPE, ERR_UNHANDLED_ERROR
from nodecompat.reactor.loop import ticks
from nodecompat.timers import promises as timers
from nodecompat.util import aborted, callbackify, promisify

check = pytest_twisted.ensureDeferred
PROGRAM = """
const log = [], later = () => new Promise((resolve) => setTimeout(resolve, 20));
(async () => {
  const controller = new AbortController(), held = {};
  util.aborted(controller.signal, held).then(() => log.push('aborted'));
  util.aborted(AbortSignal.abort(), {}).then(() => log.push('already'));
  util.promisify((a, callback) => callback(null, a, 2))(1).then((value) => log.push(['value', value]));
  util.promisify((callback) => { throw new Error('thrown') })().catch((error) => log.push(error.message));
  const twice = (callback) => { callback(null, 'first'); callback(new Error('x')) };
  util.promisify(twice)().then((value) => log.push(value));
  util.promisify((callback) => callback(0, 'falsy'))().then((value) => log.push(value));
  util.callbackify(async () => 5)((error, value) => log.push(['back', value]));
  util.callbackify(async () => { throw new Error('q') })((error, value) => log.push([error.message]));
  log.push('sync');
  process.nextTick(() => log.push('tick'));
  await later();
  controller.abort();
  log.push('after');
  await later();
  console.log(JSON.stringify(log));
})();
"""


async def ours() -> list[Any]:
    log: list[Any] = []

    class Held: ...

    def raising(callback: Any) -> None:
        raise RuntimeError("thrown")

    def twice(callback: Any) -> None:
        callback(None, "first")
        callback(RuntimeError("x"))

    async def five() -> int:
        return 5

    async def failing() -> None:
        raise RuntimeError("q")

    controller, held = AbortController(), Held()
    aborted(controller.signal, held).addCallback(lambda _: log.append("aborted"))
    aborted(AbortSignal.abort(), Held()).addCallback(lambda _: log.append("already"))
    promisify(lambda a, callback: callback(None, a, 2))(1).addCallback(lambda value: log.append(["value", value]))
    promisify(raising)().addErrback(lambda failure: log.append(str(failure.value)))
    promisify(twice)().addCallback(log.append)
    promisify(lambda callback: callback(0, "falsy"))().addCallback(log.append)
    callbackify(five)(lambda error, value: log.append(["back", value]))
    callbackify(failing)(lambda error: log.append([str(error)]))
    log.append("sync")
    ticks.nextTick(log.append, "tick")
    await timers.setTimeout(20)
    controller.abort()
    log.append("after")
    await timers.setTimeout(20)
    return log


RECORDED = [
    "sync",
    "tick",
    ["value", 1],
    "thrown",
    "first",
    "falsy",
    "already",
    ["back", 5],
    ["q"],
    "after",
    "aborted",
]


@pytest_twisted.ensureDeferred
async def testTheOrderOfEverything() -> None:
    assert await ours() == RECORDED


@oracle.needsNode
def testTheRecordIsNodes() -> None:
    assert oracle.evaluate(PROGRAM) == RECORDED


def testTheHookOfAFunction() -> None:
    def own(callback: Any) -> None: ...

    def promised() -> Deferred[Any]:
        return Deferred()

    setattr(own, promisify.custom, promised)
    assert promisify(own) is promised
    assert promisify(promised) is promised
    other = promisify(lambda callback: None)
    assert promisify(other) is other


def testNamesAreKept() -> None:
    def readAll(path: str, callback: Any) -> None:
        """Reads."""

    async def work() -> None: ...

    assert (promisify(readAll).__name__, promisify(readAll).__doc__) == ("readAll", "Reads.")
    assert callbackify(work).__name__ == "workCallbackified"


@pytest_twisted.ensureDeferred
async def testAReasonThatIsNoExceptionIsInTheContextOfOne() -> None:
    with pytest.raises(ERR_UNHANDLED_ERROR) as caught:
        await promisify(lambda callback: callback("no"))()
    assert caught.value.context == "no"  # type: ignore[attr-defined]


@pytest_twisted.ensureDeferred
async def testAResourceThatIsGoneIsNotToldAnything() -> None:
    class Resource: ...

    controller, resource = AbortController(), Resource()
    gone = aborted(controller.signal, resource)
    held = Resource()
    told = aborted(controller.signal, held)
    del resource
    gc.collect()
    controller.abort()
    await told
    assert not gone.called


@pytest_twisted.ensureDeferred
async def testWhatCannotBeWaitedFor() -> None:
    for arguments in ((5, []), (AbortSignal.abort(), None), (AbortSignal.abort(), "text")):
        with pytest.raises(ERR_INVALID_ARG_TYPE):
            await aborted(*arguments)  # type: ignore[arg-type]


async def nothing() -> None: ...


def own() -> None: ...


own.__promisify__ = 5  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: promisify(5), 'The "original" argument must be of type function. Received type number (5)'),
        (
            lambda: promisify(own),
            'The "util.promisify.custom" property must be of type function. Received type number (5)',
        ),
        (lambda: callbackify(5), 'The "original" argument must be of type function. Received type number (5)'),
        (lambda: callbackify(nothing)(), "The last argument must be of type function. Received undefined"),
        (lambda: callbackify(nothing)(5), "The last argument must be of type function. Received type number (5)"),
    ],
)
def testWrongArguments(call: Any, message: str) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE) as caught:
        call()
    assert str(caught.value) == message


def testAFunctionThatReturnsNoPromiseCannotCallBack() -> None:
    with pytest.raises(TypeError, match=r"then is not a function"):
        callbackify(lambda: 5)(lambda error, value: None)


class Waited:
    """Something to wait for that is neither a coroutine nor a Deferred."""

    def __await__(self) -> Any:
        yield from ()
        return 5


@pytest.mark.parametrize("make", [lambda: succeed(5), Waited])
@check
async def testWhateverCanBeWaitedForCallsBack(make: Any) -> None:
    outcome: Deferred[Any] = Deferred()
    callbackify(make)(lambda error, value: outcome.callback((error, value)))
    assert await outcome == (None, 5)


@check
async def testFunctionsThatHaveAFormOfTheirOwn() -> None:
    """What Node's list of them has that is here; a function with several values gives a record of them."""
    assert await promisify(setTimeout)(1, "value") == "value"
    assert await promisify(setImmediate)("value") == "value"
    found = await promisify(dns.lookup)("127.0.0.1")
    assert (found.address, found.family) == ("127.0.0.1", 4)
    assert (await promisify(dns.lookupService)("127.0.0.1", 80)).service == "http"


def testAFormOfAMethodIsBound() -> None:
    class Owner:
        def call(self, callback: Any) -> None:
            raise NotImplementedError

    setattr(Owner.call, promisify.custom, lambda self, value: (self, value))
    owner = Owner()
    made = promisify(owner.call)
    assert made(5) == (owner, 5)
    assert promisify(made) is made
