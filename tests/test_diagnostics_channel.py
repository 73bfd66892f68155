"""Channels, tracing channels, bounded channels."""

from __future__ import annotations

import contextvars
import gc
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_twisted
from transcript import Env, reproduce
from twisted.internet.defer import Deferred, succeed

from nodecompat import diagnostics_channel as dc
from nodecompat import process
from nodecompat.async_hooks import AsyncLocalStorage
from nodecompat.errors import ERR_INVALID_ARG_TYPE, NodeError
from nodecompat.events import Symbol
from nodecompat.testing import Network
from nodecompat.timers.promises import setTimeout

STEPS = ("start", "end", "asyncStart", "asyncEnd", "error")


@pytest.fixture
def traced(log: list[Any]) -> Iterator[dc.TracingChannel]:
    """A tracing channel whose steps are logged as (step, result or error)."""
    channel = dc.tracingChannel("work")

    def logger(step: str) -> Any:
        return lambda message: log.append((step, str(message.get("error", message.get("result", "-")))))

    subscribers = {step: logger(step) for step in STEPS}
    channel.subscribe(subscribers)
    yield channel
    assert channel.unsubscribe(subscribers)


# -- channels


def testPublishReachesSubscribersAtOnceInOrder(log: list[Any]) -> None:
    channel = dc.Channel("demo")
    channel.subscribe(lambda message, name: log.append((message, name)))
    channel.subscribe(lambda message: log.append(message))
    channel.subscribe(lambda: log.append("no argument"))
    channel.publish({"x": 1})
    assert log == [({"x": 1}, "demo"), {"x": 1}, "no argument"]


def testTheSameNameIsTheSameChannel() -> None:
    symbol = Symbol("s")
    channel = dc.channel(symbol)
    assert dc.channel(symbol) is channel and channel.name is symbol
    assert repr(dc.Channel("x")) == "Channel('x')"


def testHasSubscribers(log: list[Any]) -> None:
    channel = dc.channel("has")
    assert (channel.hasSubscribers, dc.hasSubscribers("has"), dc.hasSubscribers("nobody")) == (False, False, False)
    dc.subscribe("has", log.append)
    assert (channel.hasSubscribers, dc.hasSubscribers("has")) == (True, True)
    assert dc.unsubscribe("has", log.append) is True
    assert dc.unsubscribe("has", log.append) is False
    assert (channel.hasSubscribers, dc.hasSubscribers("has")) == (False, False)


def testOnlyOneOfTwoSubscriptionsIsUndone(log: list[Any]) -> None:
    channel = dc.channel("twice")
    channel.subscribe(log.append)
    channel.subscribe(log.append)
    assert channel.unsubscribe(log.append) is True
    channel.publish(1)
    assert log == [1]
    channel.unsubscribe(log.append)


def testASubscriberMayUnsubscribeWhileAMessageIsPublished(log: list[Any]) -> None:
    channel = dc.channel("during")

    def first() -> None:
        log.append("first")
        channel.unsubscribe(first)
        channel.unsubscribe(second)

    def second() -> None:
        log.append("second")

    channel.subscribe(first)
    channel.subscribe(second)
    channel.publish(None)
    channel.publish(None)
    assert log == ["first", "second"]


def testWhatASubscriberRaisesIsUncaughtInTheNextTick(net: Network, log: list[Any]) -> None:
    def fails() -> None:
        raise ValueError("subscriber")

    channel = dc.Channel("fails")
    channel.subscribe(fails)
    channel.subscribe(log.append)
    channel.publish(1)
    assert (log, net.faults) == ([1], [])
    net.run()
    assert [str(error) for error in net.faults] == ["subscriber"]
    net.faults.clear()
    channel.unsubscribe(fails)
    channel.unsubscribe(log.append)


def testASubscriberMayBeACoroutineFunction(net: Network, log: list[Any]) -> None:
    async def subscriber(message: Any) -> None:
        log.append(message)
        raise ValueError("coroutine")

    channel = dc.Channel("coroutine")
    channel.subscribe(subscriber)
    process.once("unhandledRejection", lambda reason: log.append(str(reason)))
    channel.publish(1)
    net.run()
    channel.unsubscribe(subscriber)
    assert log == [1, "coroutine"]


def testAChannelWithSubscribersIsKept(log: list[Any]) -> None:
    gc.disable()
    try:
        dc.subscribe("kept", log.append)
        dc.channel("kept").publish(1)
        assert log == [1]
        dc.unsubscribe("kept", log.append)
        dc.channel("forgotten")
        assert not {"kept", "forgotten"} & set(dc._channels)
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "call, name, must",
    [
        (dc.channel, "channel", "one of type string or symbol"),
        (dc.Channel("a").subscribe, "subscription", "of type function"),
        (dc.tracingChannel, "nameOrChannels", "of type string or an instance of TracingChannel or Object"),
        (dc.boundedChannel, "nameOrChannels", "of type string or an instance of BoundedChannel or Object"),
    ],
)
def testBadArguments(call: Any, name: str, must: str) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE) as caught:
        call(5)
    assert str(caught.value) == f'The "{name}" argument must be {must}. Received type number (5)'


def testANameThatIsAList() -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'^The "channel" argument .* Received an instance of Array$'):
        dc.channel([])  # type: ignore[arg-type]


# -- stores


def testRunStoresSetsTheStoreForSubscribersAndFunction(log: list[Any]) -> None:
    channel, storage = dc.Channel("stores"), AsyncLocalStorage()
    channel.bindStore(storage)
    assert channel.hasSubscribers
    channel.subscribe(lambda message: log.append((storage.getStore(), message)))
    assert channel.runStores(7, lambda a: (storage.getStore(), a), None, "arg") == (7, "arg")
    assert (log, storage.getStore()) == ([(7, 7)], None)
    assert (channel.unbindStore(storage), channel.unbindStore(storage)) == (True, False)


def testAStoreMayBeTransformedAndMayBeAContextVariable() -> None:
    channel = dc.Channel("variable")
    variable: contextvars.ContextVar[Any] = contextvars.ContextVar("variable", default="none")
    channel.bindStore(variable, lambda data: {"id": data})
    assert channel.runStores(7, variable.get) == {"id": 7}
    assert variable.get() == "none"
    channel.unbindStore(variable)


def testAFailingTransformLeavesTheStore(net: Network) -> None:
    def fails(data: Any) -> None:
        raise ValueError("transform")

    channel, storage = dc.Channel("transform"), AsyncLocalStorage()
    channel.bindStore(storage, fails)
    assert channel.runStores(7, storage.getStore) is None
    net.run()
    assert [str(error) for error in net.faults] == ["transform"]
    net.faults.clear()
    channel.unbindStore(storage)


def testRunStoresWithoutSubscribersOnlyCalls() -> None:
    assert dc.Channel("none").runStores(1, lambda: "result") == "result"


def testAStoreScope() -> None:
    channel, storage = dc.Channel("scope"), AsyncLocalStorage()
    channel.bindStore(storage)
    with channel.withStoreScope("data") as scope:
        assert storage.getStore() == "data"
    scope.dispose()
    assert storage.getStore() is None
    channel.unbindStore(storage)


# -- tracing channels


def testTraceSync(traced: dc.TracingChannel, log: list[Any]) -> None:
    assert traced.traceSync(lambda a, b: a + b, {}, None, 1, 2) == 3
    assert log == [("start", "-"), ("end", "3")]


def testTraceSyncOfAFailure(traced: dc.TracingChannel, log: list[Any]) -> None:
    with pytest.raises(ZeroDivisionError):
        traced.traceSync(lambda: 1 / 0)
    assert log == [("start", "-"), ("error", "division by zero"), ("end", "division by zero")]


def testTheContextMayBeAnObject(log: list[Any]) -> None:
    class Context:
        result: Any = None

    channel, context = dc.tracingChannel("objects"), Context()
    channel.end.subscribe(log.append)
    channel.traceSync(lambda: 5, context)
    assert (log, context.result) == ([context], 5)
    channel.end.unsubscribe(log.append)


@pytest.mark.parametrize("coroutine", [True, False])
def testTracePromise(traced: dc.TracingChannel, net: Network, log: list[Any], coroutine: bool) -> None:
    async def later() -> str:
        return "value"

    promise = traced.tracePromise(later if coroutine else lambda: succeed("value"))
    promise.addCallback(lambda value: log.append(value))
    assert log == [("start", "-"), ("end", "-")]
    net.run()
    assert log[2:] == [("asyncStart", "value"), ("asyncEnd", "value"), "value"]


def testTracePromiseOfAFailure(traced: dc.TracingChannel, net: Network, log: list[Any]) -> None:
    waiting: Deferred[None] = Deferred()
    promise = traced.tracePromise(lambda: waiting)
    promise.addErrback(lambda failure: log.append(str(failure.value)))
    log.clear()
    waiting.errback(ValueError("worse"))
    net.run()
    assert log == [("error", "worse"), ("asyncStart", "worse"), ("asyncEnd", "worse"), "worse"]


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    given: list[str] = []
    monkeypatch.setattr(process, "emitWarning", given.append)
    return given


def testTracePromiseOfAPlainValueOrAnException(traced: dc.TracingChannel, log: list[Any], warnings: list[str]) -> None:
    assert traced.tracePromise(lambda: 5) == 5
    with pytest.raises(ZeroDivisionError):
        traced.tracePromise(lambda: 1 / 0)
    assert [step for step, _ in log] == ["start", "end", "start", "error", "end"]


@pytest.mark.parametrize("subscribed", [True, False])
def testTracePromiseWarnsOfWhatCannotBeAwaited(
    traced: dc.TracingChannel, warnings: list[str], subscribed: bool
) -> None:
    def plain() -> int:
        return 5

    channel = traced if subscribed else dc.tracingChannel("idle")
    channel.tracePromise(plain)
    channel.tracePromise(lambda: 5)
    channel.tracePromise(lambda: succeed(5))
    message = "tracePromise was called with the function '{}', which returned a non-thenable."
    assert [str(each) for each in warnings] == [message.format("plain"), message.format("<anonymous>")]


def testACoroutineRunsWithoutSubscribersToo(net: Network, log: list[Any]) -> None:
    async def later() -> None:
        log.append("ran")

    dc.tracingChannel("idle").tracePromise(later)
    assert log == ["ran"]


def testATracedPromiseCanBeCancelled(traced: dc.TracingChannel, net: Network, log: list[Any]) -> None:
    waiting: Deferred[None] = Deferred()
    promise = traced.tracePromise(lambda: waiting)
    promise.cancel()
    promise.addErrback(lambda failure: log.append("cancelled"))
    net.run()
    assert waiting.called
    assert [each for each in log if isinstance(each, str)] == ["cancelled"]


def testTraceCallback(traced: dc.TracingChannel, log: list[Any]) -> None:
    def work(a: int, done: Any, b: int) -> str:
        done(None, a + b)
        return "returned"

    def done(error: Any, value: Any) -> None:
        log.append(("callback", value))

    assert traced.traceCallback(work, 1, {}, None, 1, done, 2) == "returned"
    assert [step for step, _ in log] == ["start", "asyncStart", "callback", "asyncEnd", "end"]


def testTraceCallbackMakesAContext(traced: dc.TracingChannel, log: list[Any]) -> None:
    traced.traceCallback(lambda done: done(None, 5), -1, None, None, lambda error, result: log.append(result))
    assert log == [("start", "-"), ("asyncStart", "5"), 5, ("asyncEnd", "5"), ("end", "5")]


def testTraceCallbackOfAFailure(traced: dc.TracingChannel, log: list[Any]) -> None:
    traced.traceCallback(
        lambda done: done(ValueError("E")), -1, {}, None, lambda error: log.append(("callback", error))
    )
    assert [step for step, _ in log] == ["start", "error", "asyncStart", "callback", "asyncEnd", "end"]


def testAnErrorThatIsZeroIsNone(traced: dc.TracingChannel, log: list[Any]) -> None:
    traced.traceCallback(lambda done: done(0, 5), -1, {}, None, lambda error, result: log.append((error, result)))
    assert log == [("start", "-"), ("asyncStart", "5"), (0, 5), ("asyncEnd", "5"), ("end", "5")]


@pytest.mark.parametrize("args", [(5,), ()])
def testTraceCallbackNeedsACallback(traced: dc.TracingChannel, args: Any) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'^The "callback" argument must be of type function'):
        traced.traceCallback(lambda *given: None, 0, {}, None, *args)


def testTheStoresOfStartHoldForTheWholeCall(traced: dc.TracingChannel, log: list[Any]) -> None:
    storage = AsyncLocalStorage()
    traced.start.bindStore(storage, lambda context: context["id"])
    traced.asyncStart.bindStore(storage, lambda context: f"async {context['id']}")
    traced.end.subscribe(onEnd := lambda: log.append(("end in", storage.getStore())))
    assert traced.traceSync(storage.getStore, {"id": 1}) == 1
    traced.traceCallback(lambda done: done(), -1, {"id": 2}, None, lambda: log.append(("in", storage.getStore())))
    assert ("end in", 1) in log and ("in", "async 2") in log
    traced.end.unsubscribe(onEnd)
    traced.start.unbindStore(storage)
    traced.asyncStart.unbindStore(storage)


def testTheStoresHoldForTheOutcomeOfAPromise(traced: dc.TracingChannel, net: Network, log: list[Any]) -> None:
    storage = AsyncLocalStorage()
    traced.start.bindStore(storage, lambda: "start")
    traced.asyncStart.bindStore(storage, lambda: "async")
    traced.error.subscribe(onError := lambda: log.append(("error in", storage.getStore())))
    traced.asyncEnd.subscribe(onEnd := lambda: log.append(("asyncEnd in", storage.getStore())))

    async def fails() -> None:
        await setTimeout(1)
        log.append(("coroutine in", storage.getStore()))
        raise ValueError("boom")

    del log[:]
    traced.tracePromise(fails, {}).addErrback(lambda failure: log.append(("caught in", storage.getStore())))
    net.advance(5)
    seen = [entry for entry in log if entry[0].endswith(" in")]
    expected = [("coroutine in", "start"), ("error in", "start"), ("asyncEnd in", "async"), ("caught in", None)]
    traced.error.unsubscribe(onError)
    traced.asyncEnd.unsubscribe(onEnd)
    traced.start.unbindStore(storage)
    traced.asyncStart.unbindStore(storage)
    assert seen == expected


def testRunStoresRunsACoroutineWithin(log: list[Any]) -> None:
    channel, storage = dc.Channel("runs"), AsyncLocalStorage()

    async def within() -> None:
        log.append(storage.getStore())

    channel.bindStore(storage)
    channel.runStores("data", within)
    channel.unbindStore(storage)
    assert log == ["data"]


def testWithoutSubscribersNothingIsTraced() -> None:
    channel = dc.tracingChannel("idle")
    assert not channel.hasSubscribers
    assert channel.traceSync(lambda a: a, {}, None, 1) == 1
    promise = succeed(1)
    assert channel.tracePromise(lambda a: a, {}, None, promise) is promise
    assert channel.traceCallback(lambda a: a, -1, {}, None, 1) == 1


def testSomeOfTheStepsAreEnough(log: list[Any]) -> None:
    class Subscribers:
        def start(self) -> None:
            log.append("start")

    channel, subscribers = dc.tracingChannel("some"), Subscribers()
    channel.subscribe(subscribers)
    channel.traceSync(lambda: None)
    assert (log, channel.hasSubscribers) == (["start"], True)
    assert channel.unsubscribe(subscribers) is True
    assert channel.unsubscribe({"start": print, "end": print}) is False


def testTheChannelsMayBeGiven() -> None:
    channels = {step: dc.channel(f"given:{step}") for step in STEPS}
    assert dc.tracingChannel(channels).start is channels["start"]
    assert dc.tracingChannel("named").start.name == "tracing:named:start"
    with pytest.raises(
        ERR_INVALID_ARG_TYPE, match=r'^The "nameOrChannels.end" property must be an instance of Channel'
    ):
        dc.tracingChannel({"start": channels["start"]})


# -- bounded channels


def testABoundedChannel(log: list[Any]) -> None:
    bounded = dc.boundedChannel("bounded")
    assert bounded.run({}, lambda a: a, None, 1) == 1
    subscribers = {"start": lambda m: log.append(("start", m)), "end": lambda m: log.append(("end", m))}
    bounded.subscribe(subscribers)
    assert bounded.hasSubscribers
    assert bounded.run({"k": 1}, lambda a: a + 1, None, 4) == 5
    with pytest.raises(ZeroDivisionError):
        bounded.run(None, lambda: 1 / 0)
    with bounded.withScope({"s": 1}) as scope:
        log.append("inside")
    scope.dispose()
    assert log[:4] == [("start", {"k": 1}), ("end", {"k": 1}), ("start", {}), ("end", {})]
    assert log[4:] == [("start", {"s": 1}), "inside", ("end", {"s": 1})]
    assert bounded.unsubscribe(subscribers) is True
    assert bounded.start.name == "tracing:bounded:start"


# -- Node's transcript


async def program(env: Env) -> None:
    channel = dc.channel("demo")

    def first(message: Any, name: Any) -> None:
        env.log("a", "message", message, name)

    def second(message: Any) -> None:
        env.log("b", "message", message)

    env.log("ch", "has", channel.hasSubscribers)
    channel.subscribe(first)
    channel.subscribe(second)
    env.log("ch", "has", channel.hasSubscribers, dc.channel("demo") is channel)
    channel.publish({"x": 1})
    env.log("ch", "published")
    env.log("ch", "unsubscribed", channel.unsubscribe(first), channel.unsubscribe(first))
    channel.publish("two")
    channel.unsubscribe(second)
    await tracing(env)


async def tracing(env: Env) -> None:
    channel = dc.tracingChannel("work")

    def logger(step: str) -> Any:
        return lambda m: env.log("trace", step, m["error"].message if "error" in m else None, m.get("result"))

    def fails() -> None:
        raise NodeError("bad")

    async def later() -> str:
        return "later"

    async def failsLater() -> None:
        raise NodeError("worse")

    subscribers = {step: logger(step) for step in STEPS}
    channel.subscribe(subscribers)
    env.log("t", "returned", channel.traceSync(lambda x: x + 1, {}, None, 4))
    try:
        channel.traceSync(fails, {})
    except NodeError as error:
        env.log("t", "threw", error)
    env.log("t", "promised", await channel.tracePromise(later, {}))
    try:
        await channel.tracePromise(failsLater, {})
    except NodeError as error:
        env.log("t", "rejected", error)
    channel.traceCallback(
        lambda cb: env.later(1, cb, None, 7), -1, {}, None, lambda e, v: env.log("t", "callback", e, v)
    )
    await env.sleep(10)
    channel.unsubscribe(subscribers)


@pytest_twisted.ensureDeferred
async def testNodesChannels() -> None:
    await reproduce("diagnostics-channel", program)
