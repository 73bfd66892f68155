"""The most used part of `async_hooks`: AsyncLocalStorage and AsyncResource.

Follows Node 26 as far as Python's context variables go: a value is seen by what is called, by coroutines started there,
by timers, ticks and microtasks set there, and by what an AsyncResource runs. Differs: a value does not travel by itself
through socket events and the callbacks of a Deferred; `thisArg` is ignored; there are no hooks.

Node: https://nodejs.org/api/async_context.html
"""

from __future__ import annotations

import contextvars
import functools
import itertools
from collections.abc import Callable, Mapping
from types import CoroutineType
from typing import TYPE_CHECKING, Any, TypedDict

from .coercion import optionsOf
from .errors import ERR_INVALID_ASYNC_ID, toText
from .optionbags import check
from .reactor.loop.coroutines import drive
from .validators import MAX_SAFE_INTEGER, isNumber, isTruthy, validateFunction, validateObject, validateString

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .optionbags import Bag

#: True from the first AsyncLocalStorage on: then timers, ticks and microtasks keep the context they were set in.
inUse: bool = False
#: The context of the exception being reported to 'uncaughtException'.
failed: contextvars.Context | None = None


def called(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """What `function` returns; a coroutine begins here, where the values are in force, and comes as a Deferred."""
    try:
        result = function(*args)
    except TypeError:
        validateFunction(function, "fn")  # else the error is the function's own
        raise
    return drive(result) if result.__class__ is CoroutineType else result


class AsyncLocalStorageOptions(TypedDict, total=False):
    """Options of AsyncLocalStorage.

    Options:
        defaultValue: What `getStore` gives outside of `run`; None by default.
        name: For people; "" by default.
    """

    defaultValue: Any
    name: str


class AsyncResourceOptions(TypedDict, total=False):
    """Options of AsyncResource.

    Options:
        triggerAsyncId: The id of what made the resource; 1 by default.
        requireManualDestroy: Of no effect: nothing is told of the end of a resource. False by default.
    """

    triggerAsyncId: int
    requireManualDestroy: bool


class AsyncLocalStorage:
    """A value for everything that runs within `run`.

    Args:
        options: AsyncLocalStorageOptions, as a mapping or as keywords: `defaultValue` is what `getStore` gives outside
            of `run`, `name` is for people.
    Node: https://nodejs.org/api/async_context.html#class-asynclocalstorage
    """

    __slots__ = ("_default_", "_name_", "_variable_")

    def __init__(
        self, options: AsyncLocalStorageOptions | Bag | None = None, **keywords: Unpack[AsyncLocalStorageOptions]
    ) -> None:
        check(AsyncLocalStorageOptions, options, keywords)
        global inUse
        inUse = True
        if options is not None:
            validateObject(options, "options")
        given: Mapping[str, Any] = optionsOf(options, keywords)
        self._default_ = given.get("defaultValue")
        self._name_ = toText(given.get("name", ""))
        self._variable_ = self._newVariable_()

    @property
    def name(self) -> str:
        """The name it was given."""
        return self._name_

    def getStore(self) -> Any:
        """The value in force. Node: https://nodejs.org/api/async_context.html#asynclocalstoragegetstore"""
        return self._variable_.get(self._default_)

    def run(self, store: Any, callback: Callable[..., Any], *args: Any) -> Any:
        """Run the callback with `store` as the value.

        Returns: what `callback` returns; for a coroutine function a Deferred.
        Node: https://nodejs.org/api/async_context.html#asynclocalstoragerunstore-callback-args
        """
        with _Scope(self, store):
            return called(callback, args)

    def exit(self, callback: Callable[..., Any], *args: Any) -> Any:
        """Run the callback without a value.

        Node: https://nodejs.org/api/async_context.html#asynclocalstorageexitcallback-args
        """
        return self.run(None, callback, *args)

    def enterWith(self, store: Any) -> None:
        """Set the value from here on.

        Node: https://nodejs.org/api/async_context.html#asynclocalstorageenterwithstore
        """
        self._variable_.set(store)

    def disable(self) -> None:
        """Drop the current values, here and wherever one was kept.

        Node: https://nodejs.org/api/async_context.html#asynclocalstoragedisable
        """
        self._variable_ = self._newVariable_()

    def _newVariable_(self) -> contextvars.ContextVar[Any]:
        return contextvars.ContextVar(self._name_ or "AsyncLocalStorage")

    def withScope(self, store: Any) -> _Scope:
        """For a `with` block: `store` is the value within.

        Node: https://nodejs.org/api/async_context.html#asynclocalstoragewithscopestore
        """
        return _Scope(self, store)

    @staticmethod
    def bind(fn: Callable[..., Any]) -> Callable[..., Any]:
        """The function, bound to the current values. Raises: ERR_INVALID_ARG_TYPE."""
        return AsyncResource._bound_("bound-anonymous-fn", fn)

    @staticmethod
    def snapshot() -> Callable[..., Any]:
        """A function that calls another with the current values."""
        context = contextvars.copy_context()
        return lambda function, *args: context.copy().run(called, function, args)


class _Scope:
    """A value that stays current until disposed."""

    __slots__ = ("_storage", "_token")

    def __init__(self, storage: AsyncLocalStorage, store: Any) -> None:
        self._storage = storage
        self._token: contextvars.Token[Any] | None = storage._variable_.set(store)

    def dispose(self) -> None:
        """Restore the previous value."""
        token, self._token = self._token, None
        if token is None:
            return
        variable = self._storage._variable_
        if token.var is variable:
            variable.reset(token)
        elif token.old_value is not token.MISSING:  # disabled in the meantime
            variable.set(token.old_value)

    def __enter__(self) -> _Scope:
        return self

    def __exit__(self, *reason: object) -> None:
        self.dispose()


class _Bind:
    """`bind` of AsyncResource, which is a method and a static method in one."""

    def __get__(self, resource: AsyncResource | None, cls: type[AsyncResource]) -> Callable[..., Callable[..., Any]]:
        if resource is not None:
            return resource._bind_
        return lambda fn, type=None, thisArg=None: cls._bound_(
            type if isTruthy(type) else getattr(fn, "__name__", "bound-anonymous-fn"), fn
        )


class AsyncResource:
    """The context variables at its creation, with Node's ids.

    `bind(fn)` gives a function that runs in that context; `AsyncResource.bind(fn, type)` does so with a new resource.

    Args:
        type: what kind of resource.
        options: AsyncResourceOptions, as a mapping or as keywords, or the number `triggerAsyncId` alone.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ASYNC_ID.
    Node: https://nodejs.org/api/async_context.html#class-asyncresource
    """

    _ids_ = itertools.count(2)  # 1 is the program itself
    bind: _Bind = _Bind()

    def __init__(
        self,
        type: str | None = None,
        options: AsyncResourceOptions | Bag | int | None = None,
        **keywords: Unpack[AsyncResourceOptions],
    ) -> None:
        check(AsyncResourceOptions, options, keywords)
        validateString(type, "type")
        given = optionsOf(options, keywords)
        trigger: Any = options if isNumber(options) else given.get("triggerAsyncId")
        trigger = 1 if trigger is None else trigger
        if not isNumber(trigger) or trigger != trigger // 1 or not -1 <= trigger <= MAX_SAFE_INTEGER:
            raise ERR_INVALID_ASYNC_ID("triggerAsyncId", trigger)
        self.type = type
        self._context_ = contextvars.copy_context()
        self._asyncId_ = next(self._ids_)
        self._triggerAsyncId_: int = int(trigger)

    @classmethod
    def _bound_(cls, type: str, fn: Callable[..., Any]) -> Callable[..., Any]:
        validateFunction(fn, "fn")
        return AsyncResource(type)._bind_(fn)

    def _bind_(self, fn: Callable[..., Any], thisArg: Any = None) -> Callable[..., Any]:
        validateFunction(fn, "fn")

        # Takes as many arguments as `fn` (`events.fit` looks behind the wrapper).
        @functools.wraps(fn)
        def bound(*args: Any) -> Any:
            return self.runInAsyncScope(fn, None, *args)

        return bound

    def runInAsyncScope(self, fn: Callable[..., Any], thisArg: Any = None, *args: Any) -> Any:
        """Call `fn(*args)` with those context variables; a coroutine comes as a Deferred. `thisArg` is ignored.

        Node: https://nodejs.org/api/async_context.html#asyncresourceruninasyncscopefn-thisarg-args
        """
        # A copy each time: a context cannot be entered twice, and a listener may emit again.
        return self._context_.copy().run(called, fn, args)

    def asyncId(self) -> int:
        """The number of this resource."""
        return self._asyncId_

    def triggerAsyncId(self) -> int:
        """The number of the resource that made it."""
        return self._triggerAsyncId_

    def emitDestroy(self) -> AsyncResource:
        """Does nothing: contexts are freed with the object."""
        return self
