"""The part of `async_hooks` that other modules offer: AsyncLocalStorage and AsyncResource.

Follows Node 26 as far as Python's context variables go: a value is seen by what is called, by coroutines started there
and by what an AsyncResource runs. Differs: a value does not travel by itself through timers, ticks and socket events;
there are no hooks.
"""

from __future__ import annotations

import contextvars
import itertools
from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")


class AsyncLocalStorage:
    """A value for everything that runs within `run`.

    Args:
        defaultValue: what `getStore` gives outside of `run`.
        name: for people.
    Node: async_context.html#class-asynclocalstorage
    """

    __slots__ = ("_default", "_name", "_variable")

    def __init__(self, defaultValue: Any = None, name: str = "") -> None:
        self._default = defaultValue
        self._name = name
        self._variable: contextvars.ContextVar[Any] = contextvars.ContextVar(name or "AsyncLocalStorage")

    @property
    def name(self) -> str:
        """The name it was given."""
        return self._name

    def getStore(self) -> Any:
        """The value in force. Node: async_context.html#asynclocalstoragegetstore"""
        return self._variable.get(self._default)

    def run(self, store: Any, callback: Callable[..., _T], *args: Any) -> _T:
        """Call back with `store` as the value. Node: async_context.html#asynclocalstoragerunstore-callback-args"""
        token = self._variable.set(store)
        try:
            return callback(*args)
        finally:
            self._variable.reset(token)

    def exit(self, callback: Callable[..., _T], *args: Any) -> _T:
        """Call back without a value. Node: async_context.html#asynclocalstorageexitcallback-args"""
        return self.run(self._default, callback, *args)

    def enterWith(self, store: Any) -> None:
        """Set the value from here on. Node: async_context.html#asynclocalstorageenterwithstore"""
        self._variable.set(store)

    def disable(self) -> None:
        """Forget the value in force here. Node: async_context.html#asynclocalstoragedisable"""
        self._variable.set(self._default)

    def withScope(self, store: Any) -> _Scope:
        """For a `with` block: `store` is the value within. Node: async_context.html#asynclocalstoragewithscopestore"""
        return _Scope(self, store)

    @staticmethod
    def bind(function: Callable[..., _T]) -> Callable[..., _T]:
        """The function, bound to the values in force now."""
        snapshot = AsyncLocalStorage.snapshot()
        return lambda *args: snapshot(function, *args)

    @staticmethod
    def snapshot() -> Callable[..., Any]:
        """A function that calls another one with the values in force now."""
        context = contextvars.copy_context()
        return lambda function, *args: context.copy().run(function, *args)


class _Scope:
    """A value in force until it is disposed of."""

    __slots__ = ("_storage", "_token")

    def __init__(self, storage: AsyncLocalStorage, store: Any) -> None:
        self._storage = storage
        self._token: contextvars.Token[Any] | None = storage._variable.set(store)

    def dispose(self) -> None:
        """Put the value before it back in force."""
        token, self._token = self._token, None
        if token is not None:
            self._storage._variable.reset(token)

    def __enter__(self) -> _Scope:
        return self

    def __exit__(self, *reason: object) -> None:
        self.dispose()


class AsyncResource:
    """The context variables in force when it was made, with Node's numbers for it."""

    _ids = itertools.count(2)  # 1 is the program itself

    def __init__(self, type: str, triggerAsyncId: int = 1) -> None:
        self.type = type
        self._context = contextvars.copy_context()
        self._asyncId = next(self._ids)
        self._triggerAsyncId = triggerAsyncId

    def runInAsyncScope(self, callback: Callable[..., Any], *args: Any) -> Any:
        """Call `callback` with those context variables."""
        # A copy each time: a context cannot be entered twice, and a listener may emit again.
        return self._context.copy().run(callback, *args)

    def asyncId(self) -> int:
        """The number of this resource."""
        return self._asyncId

    def triggerAsyncId(self) -> int:
        """The number of the resource that made it."""
        return self._triggerAsyncId

    def emitDestroy(self) -> AsyncResource:
        """Nothing to give back here: contexts are freed with the object."""
        return self
