"""The module `diagnostics_channel`: named channels on which modules publish events.

Follows Node 26. `CHANNELS` lists what the networking modules publish. Differs: `thisArg` is accepted and ignored, since
a Python function has none; a message may be a mapping or an object, results and errors are put into it either way;
promises are Deferreds or coroutines; stores are AsyncLocalStorage objects or context variables.

Node: https://nodejs.org/api/diagnostics_channel.html
"""

from __future__ import annotations

import contextlib
import contextvars
import weakref
from collections.abc import Callable, Hashable, Mapping, MutableMapping
from types import CoroutineType, FunctionType, TracebackType
from typing import Any, Protocol

from twisted.internet.defer import Deferred

from . import async_hooks
from .async_hooks import called
from .coercion import toPosition
from .errors import ERR_INVALID_ARG_TYPE
from .events import Listener, Symbol, fit, fitAny
from .events.hooks import ProcessWarning, deliverWarning, unawaited
from .reactor.loop import ticks
from .reactor.loop.promised import Promised
from .timers.callbacks import kept
from .validators import isTruthy, validateFunction

#: The names of the channels that the modules of this package publish on.
CHANNELS = (
    "http.client.request.created",
    "http.client.request.start",
    "http.client.request.error",
    "http.client.response.finish",
    "http.server.request.start",
    "http.server.response.created",
    "http.server.response.finish",
    "net.client.socket",
    "net.server.socket",
    "tracing:net.server.listen:asyncStart",
    "tracing:net.server.listen:asyncEnd",
    "tracing:net.server.listen:error",
    "udp.socket",
)

Name = str | Symbol
#: `transform(data)`: the value of a store for the data of a channel.
Transform = Callable[[Any], Any]


class Store(Protocol):
    """What `bindStore` takes besides context variables: an AsyncLocalStorage, or whatever has its `withScope`."""

    def withScope(self, store: Any) -> Any:
        """Set the value; the result has `dispose()`, which sets it back."""


class Channel:
    """One channel. `channel(name)` gives the one of that name.

    Its attributes: `name`, and `hasSubscribers`, which a publisher checks before it makes a message.

    Node: https://nodejs.org/api/diagnostics_channel.html#class-channel
    """

    # `hasSubscribers` is a plain attribute: publishers on a hot path pay for one lookup only.
    __slots__ = ("__weakref__", "_calls_", "_stores", "_subscribers", "hasSubscribers", "name")

    def __init__(self, name: Name) -> None:
        self.name: Name = name
        self.hasSubscribers: bool = False
        self._subscribers: tuple[Listener, ...] = ()
        self._calls_: tuple[Callable[[Any, Name], object], ...] = ()
        self._stores: dict[Any, Transform | None] = {}

    def publish(self, message: Any) -> None:
        """Call the subscribers with `message` and the name of the channel, at once and in order.

        If one raises, it is an uncaught exception in the next tick; the other subscribers and the publisher go on.

        Node: https://nodejs.org/api/diagnostics_channel.html#channelpublishmessage
        """
        name = self.name
        for call in self._calls_:
            try:
                result = call(message, name)
            except Exception as error:
                ticks.nextTick(ticks.report, error)
            else:
                if result.__class__ is CoroutineType:
                    unawaited(result)

    def subscribe(self, onMessage: Listener) -> None:
        """Add a subscriber: `onMessage(message, name)`.

        Node: https://nodejs.org/api/diagnostics_channel.html#channelsubscribeonmessage
        """
        validateFunction(onMessage, "subscription")
        self._subscribers += (onMessage,)
        self._calls_ += (fit(onMessage, 2),)
        self._changed_()

    def unsubscribe(self, onMessage: Listener) -> bool:
        """Remove a subscriber; False if there is none.

        Node: https://nodejs.org/api/diagnostics_channel.html#channelunsubscribeonmessage
        """
        if onMessage not in self._subscribers:
            return False
        index = self._subscribers.index(onMessage)
        self._subscribers = self._subscribers[:index] + self._subscribers[index + 1 :]
        self._calls_ = self._calls_[:index] + self._calls_[index + 1 :]
        self._changed_()
        return True

    def bindStore(self, store: Store | contextvars.ContextVar[Any], transform: Transform | None = None) -> None:
        """Let `runStores` set `store`, to the data of the channel or what `transform` makes of it.

        Node: https://nodejs.org/api/diagnostics_channel.html#channelbindstorestore-transform
        """
        if not isinstance(store, contextvars.ContextVar) and not callable(getattr(store, "withScope", None)):
            raise ERR_INVALID_ARG_TYPE("store", "AsyncLocalStorage", store)
        if isinstance(store, contextvars.ContextVar):
            async_hooks.inUse = True
        self._stores[store] = None if transform is None else fit(transform, 1)
        self._changed_()

    def unbindStore(self, store: Store | contextvars.ContextVar[Any]) -> bool:
        """Undo `bindStore`; False if it was not bound.

        Node: https://nodejs.org/api/diagnostics_channel.html#channelunbindstorestore
        """
        if not isinstance(store, Hashable) or store not in self._stores:
            return False
        del self._stores[store]
        self._changed_()
        return True

    def runStores(self, context: Any, fn: Callable[..., Any], thisArg: Any = None, *args: Any) -> Any:
        """Set the bound stores, publish `context`, call `fn(*args)` and put the stores back.

        Returns: what `fn` returns.
        Node: https://nodejs.org/api/diagnostics_channel.html#channelrunstorescontext-fn-thisarg-args
        """
        if not self.hasSubscribers:
            return called(fn, args)
        with self.withStoreScope(context):
            return called(fn, args)

    def withStoreScope(self, data: Any) -> RunStoresScope:
        """For a `with` block: set the bound stores and publish `data`; put the stores back at its end.

        Node: https://nodejs.org/api/diagnostics_channel.html#channelwithstorescopedata
        """
        return RunStoresScope(self, data)

    def withStores(self, data: Any) -> RunStoresScope:
        """For a `with` block: set the bound stores for data that was published before, and put them back at its end."""
        return RunStoresScope(self, data, isPublished=True)

    def _changed_(self) -> None:
        self.hasSubscribers = bool(self._subscribers or self._stores)
        (_active.add if self.hasSubscribers else _active.discard)(self)

    def __repr__(self) -> str:
        return f"Channel({self.name!r})"


class RunStoresScope:
    """What `Channel.withStoreScope` returns.

    Node: https://nodejs.org/api/diagnostics_channel.html#class-runstoresscope
    """

    __slots__ = ("_undo_",)

    def __init__(self, channel: Channel, data: Any, isPublished: bool = False) -> None:
        self._undo_: list[Callable[[], object]] = []
        for store, transform in channel._stores.items():
            try:
                value = data if transform is None else transform(data)
            except Exception as error:  # the store keeps its value
                ticks.nextTick(ticks.report, error)
                continue
            self._undo_.append(_enter(store, value))
        if not isPublished:
            channel.publish(data)

    def dispose(self) -> None:
        """Put the stores back, once."""
        while self._undo_:
            self._undo_.pop()()

    def __enter__(self) -> RunStoresScope:
        return self

    def __exit__(self, *reason: object) -> None:
        self.dispose()


def _enter(store: Any, value: Any) -> Callable[[], object]:
    """Set a store; the result sets it back."""
    if isinstance(store, contextvars.ContextVar):
        token = store.set(value)
        return lambda: store.reset(token)
    scope = store.withScope(value)
    return scope.dispose  # type: ignore[no-any-return]


#: Channels live as long as they are referenced; those with subscribers are referenced here.
_channels: weakref.WeakValueDictionary[Name, Channel] = weakref.WeakValueDictionary()
_active: set[Channel] = set()


def channel(name: Name) -> Channel:
    """The channel of that name, created on first use.

    Node: https://nodejs.org/api/diagnostics_channel.html#diagnostics_channelchannelname
    """
    if not isinstance(name, (str, Symbol)):
        raise ERR_INVALID_ARG_TYPE("channel", ("string", "symbol"), name)
    found = _channels.get(name)
    if found is None:
        found = _channels[name] = Channel(name)
    return found


def subscribe(name: Name, onMessage: Listener) -> None:
    """As `channel(name).subscribe`.

    Node: https://nodejs.org/api/diagnostics_channel.html#diagnostics_channelsubscribename-onmessage
    """
    channel(name).subscribe(onMessage)


def unsubscribe(name: Name, onMessage: Listener) -> bool:
    """As `channel(name).unsubscribe`.

    Node: https://nodejs.org/api/diagnostics_channel.html#diagnostics_channelunsubscribename-onmessage
    """
    return channel(name).unsubscribe(onMessage)


def hasSubscribers(name: Name) -> bool:
    """True when there are subscribers.

    Node: https://nodejs.org/api/diagnostics_channel.html#diagnostics_channelhassubscribersname
    """
    found = _channels.get(name) if isinstance(name, (str, Symbol)) else None
    return found is not None and found.hasSubscribers


class _Collection:
    """A group of channels, one per step of an operation."""

    __slots__ = ()
    _steps_: tuple[str, ...] = ()

    def __init__(self, nameOrChannels: Any) -> None:
        for step in self._steps_:
            setattr(self, step, self._channelOf_(nameOrChannels, step))

    @classmethod
    def _channelOf_(cls, nameOrChannels: Any, step: str) -> Channel:
        if isinstance(nameOrChannels, str):
            return channel(f"tracing:{nameOrChannels}:{step}")
        found = _member(nameOrChannels, step)
        if not isinstance(found, Channel):
            if nameOrChannels is None or isinstance(nameOrChannels, (int, float, Symbol, FunctionType, type)):
                raise ERR_INVALID_ARG_TYPE("nameOrChannels", ("string", "object", cls.__name__), nameOrChannels)
            raise ERR_INVALID_ARG_TYPE(f"nameOrChannels.{step}", "Channel", found)
        return found

    @property
    def hasSubscribers(self) -> bool:
        """Whether any of the channels has a subscriber."""
        return any(getattr(self, step).hasSubscribers for step in self._steps_)

    def subscribe(self, subscribers: Any) -> None:
        """Subscribe to several channels at once.

        Args:
            subscribers: a mapping or an object with a function for each step of interest.
        """
        for step, onMessage in self._given_(subscribers):
            getattr(self, step).subscribe(onMessage)

    def unsubscribe(self, subscribers: Any) -> bool:
        """Undo `subscribe`; False if one of them was not subscribed."""
        done = [getattr(self, step).unsubscribe(onMessage) for step, onMessage in self._given_(subscribers)]
        return all(done)

    def _given_(self, subscribers: Any) -> list[tuple[str, Listener]]:
        found = [(step, _member(subscribers, step)) for step in self._steps_]
        return [(step, onMessage) for step, onMessage in found if isTruthy(onMessage)]


def _member(owner: Any, name: str) -> Any:
    return owner.get(name) if isinstance(owner, Mapping) else getattr(owner, name, None)


def _promiseOf(fn: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """The result of `fn`; runs a coroutine, and warns when the result cannot be awaited."""
    result = called(fn, args)
    if not isinstance(result, Deferred) and not hasattr(result, "__await__"):
        name = getattr(fn, "__name__", "<lambda>").replace("<lambda>", "<anonymous>")
        text = f"tracePromise was called with the function '{name}', which returned a non-thenable."
        deliverWarning(ProcessWarning(text))
    return result


def _put(context: Any, name: str, value: Any) -> None:
    if isinstance(context, MutableMapping):
        context[name] = value
    else:
        with contextlib.suppress(AttributeError):  # a list or a text keeps nothing: the traced call goes on
            setattr(context, name, value)


class TracingChannelCollection(_Collection):
    """The five channels of a traced operation: start, end, asyncStart, asyncEnd, error."""

    __slots__ = ("asyncEnd", "asyncStart", "end", "error", "start")
    _steps_ = ("start", "end", "asyncStart", "asyncEnd", "error")

    start: Channel
    end: Channel
    asyncStart: Channel
    asyncEnd: Channel
    error: Channel


class TracingChannel(TracingChannelCollection):
    """Traces calls: each step is published with one context object, to which result or error is added.

    Node: https://nodejs.org/api/diagnostics_channel.html#class-tracingchannel
    """

    __slots__ = ()

    def traceSync(self, fn: Callable[..., Any], context: Any = None, thisArg: Any = None, *args: Any) -> Any:
        """Call `fn(*args)` between start and end; error when it raises.

        Node: https://nodejs.org/api/diagnostics_channel.html#tracingchanneltracesyncfn-context-thisarg-args
        """
        if not self.hasSubscribers:
            return called(fn, args)
        context = {} if context is None else context

        def traced() -> Any:
            result = called(fn, args)
            _put(context, "result", result)
            return result

        return self._traced_(traced, context)

    def tracePromise(self, fn: Callable[..., Any], context: Any = None, thisArg: Any = None, *args: Any) -> Any:
        """As `traceSync`, for what gives a Deferred or a coroutine: asyncStart and asyncEnd when it is done.

        Returns: a Deferred with the same outcome, which fires after asyncEnd; other results come back with a warning.
        Node: https://nodejs.org/api/diagnostics_channel.html#tracingchanneltracepromisefn-context-thisarg-args
        """
        if not self.hasSubscribers:
            return _promiseOf(fn, args)
        context = {} if context is None else context

        def traced() -> Any:
            result = _promiseOf(fn, args)
            if isinstance(result, Deferred):
                return self._followed_(result, context)
            _put(context, "result", result)
            return result

        return self._traced_(traced, context)

    def _traced_(self, traced: Callable[[], Any], context: Any) -> Any:
        with self.start.withStoreScope(context):
            try:
                return traced()
            except Exception as error:
                _put(context, "error", error)
                self.error.publish(context)
                raise
            finally:
                self.end.publish(context)

    def _followed_(self, deferred: Deferred[Any], context: Any) -> Deferred[Any]:
        following: Deferred[Any] = Promised(lambda _: deferred.cancel())

        # With the stores of start, but not those who wait for the result.
        publish = kept(self._publishOutcome_)

        def settle(name: str, value: Any, result: Any) -> None:
            publish(context, name, value)
            if not following.called:
                following.callback(result)

        # In a microtask, so that a Deferred that has fired already does not overtake `end`.
        deferred.addCallbacks(
            lambda result: ticks.queueMicrotask(settle, "result", result, result),
            lambda failure: ticks.queueMicrotask(settle, "error", failure.value, failure),
        )
        return following

    def _publishOutcome_(self, context: Any, name: str, value: Any) -> None:
        _put(context, name, value)
        if name == "error":
            self.error.publish(context)
        with self.asyncStart.withStoreScope(context):
            self.asyncEnd.publish(context)

    def traceCallback(
        self, fn: Callable[..., Any], position: int = -1, context: Any = None, thisArg: Any = None, *args: Any
    ) -> Any:
        """As `traceSync`, for what calls back: asyncStart and asyncEnd around the callback.

        Args:
            position: where in `args` the callback is; called with an error or None, and a result.
        Node: https://nodejs.org/api/diagnostics_channel.html#tracingchanneltracecallbackfn-position-context-thisarg-args
        """
        if not self.hasSubscribers:
            return called(fn, args)
        context = {} if context is None else context
        given = list(args)
        place = toPosition(position, len(given))
        callback = given[place] if place < len(given) else None
        validateFunction(callback, "callback")
        given[place] = self._wrapped_(fitAny(callback), context)  # type: ignore[arg-type]
        return self._traced_(lambda: called(fn, tuple(given)), context)

    def _wrapped_(self, callback: Callable[..., Any], context: Any) -> Callable[..., Any]:
        def wrapped(error: Any = None, *results: Any) -> Any:
            if isTruthy(error):
                _put(context, "error", error)
                self.error.publish(context)
            else:
                _put(context, "result", results[0] if results else None)
            with self.asyncStart.withStoreScope(context):
                try:
                    return callback(error, *results)
                finally:
                    self.asyncEnd.publish(context)

        return wrapped


def tracingChannel(nameOrChannels: str | TracingChannelCollection | Mapping[str, Channel]) -> TracingChannel:
    """Five channels named `tracing:NAME:STEP`, or the given ones.

    Node: https://nodejs.org/api/diagnostics_channel.html#diagnostics_channeltracingchannelnameorchannels
    """
    return TracingChannel(nameOrChannels)


class BoundedChannelCollection(_Collection):
    """The two channels of an operation that does not wait: start and end."""

    __slots__ = ("end", "start")
    _steps_ = ("start", "end")

    start: Channel
    end: Channel


class BoundedChannel(BoundedChannelCollection):
    """Traces calls with start and end only.

    Node: https://nodejs.org/api/diagnostics_channel.html#class-boundedchannel
    """

    __slots__ = ()

    def run(self, context: Any, fn: Callable[..., Any], thisArg: Any = None, *args: Any) -> Any:
        """Call `fn(*args)` between start and end.

        Node: https://nodejs.org/api/diagnostics_channel.html#boundedchannelruncontext-fn-thisarg-args
        """
        if not self.hasSubscribers:
            return called(fn, args)
        with self.withScope({} if context is None else context):
            return called(fn, args)

    def withScope(self, context: Any = None) -> BoundedChannelScope:
        """For a `with` block: start at its begin, end at its end.

        Node: https://nodejs.org/api/diagnostics_channel.html#boundedchannelwithscopecontext
        """
        return BoundedChannelScope(self, {} if context is None else context)


class BoundedChannelScope:
    """What `BoundedChannel.withScope` returns.

    Node: https://nodejs.org/api/diagnostics_channel.html#class-boundedchannelscope
    """

    __slots__ = ("_channel_", "_context_", "_scope_")

    def __init__(self, bounded: BoundedChannel, context: Any) -> None:
        self._channel_: BoundedChannel | None = bounded
        self._context_ = context
        self._scope_ = bounded.start.withStoreScope(context)

    def dispose(self) -> None:
        """Publish end and put the stores back, once."""
        bounded, self._channel_ = self._channel_, None
        if bounded is not None:
            bounded.end.publish(self._context_)
            self._scope_.dispose()

    def __enter__(self) -> BoundedChannelScope:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.dispose()


def boundedChannel(nameOrChannels: str | BoundedChannelCollection | Mapping[str, Channel]) -> BoundedChannel:
    """Two channels named `tracing:NAME:STEP`, or the given ones.

    Node: https://nodejs.org/api/diagnostics_channel.html#diagnostics_channelboundedchannelnameorchannels
    """
    return BoundedChannel(nameOrChannels)
