"""EventEmitterAsyncResource: an emitter that remembers the context it was made in.

Follows Node 26. Differs: context variables take the place of Node's async contexts; there are no async hooks to see
the numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..async_hooks import AsyncResource
from .emitter import EventEmitter


class EventEmitterAsyncResource(EventEmitter):
    """An emitter whose listeners run with the context variables in force when it was made.

    Args:
        options: EventEmitterAsyncResourceOptions, or the name alone.
    Node: events.html#class-eventseventemitterasyncresource-extends-eventemitter
    """

    def __init__(self, options: Mapping[str, Any] | str | None = None, **keywords: Any) -> None:
        given: Any = {"name": options} if isinstance(options, str) else {**(options or {}), **keywords}
        super().__init__(given)
        self._asyncResource = AsyncResource(given.get("name") or type(self).__name__, given.get("triggerAsyncId", 1))

    def emit(self, eventName: Any, *args: Any) -> bool:
        """As in EventEmitter, within the context of this resource."""
        return bool(self._asyncResource.runInAsyncScope(super().emit, eventName, *args))

    def emitDestroy(self) -> None:
        """Node: events.html#eventemitterasyncresourceemitdestroy"""
        self._asyncResource.emitDestroy()

    @property
    def asyncId(self) -> int:
        """The number of the resource."""
        return self._asyncResource.asyncId()

    @property
    def triggerAsyncId(self) -> int:
        """The number of the resource that made it."""
        return self._asyncResource.triggerAsyncId()

    @property
    def asyncResource(self) -> AsyncResource:
        """The resource."""
        return self._asyncResource
