"""EventEmitterAsyncResource: an emitter that remembers the context it was made in.

Follows Node 26. Differs: context variables take the place of Node's async contexts; there are no async hooks to see
the numbers.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..async_hooks import AsyncResource
from ..coercion import optionsOf
from ..optionbags import check
from ..validators import validateString
from .emitter import EventEmitter
from .options import EventEmitterAsyncResourceOptions

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag


class EventEmitterReferencingAsyncResource(AsyncResource):
    """The resource of an emitter."""

    def __init__(self, eventEmitter: EventEmitterAsyncResource, options: Mapping[str, Any]) -> None:
        super().__init__(options["name"], {"triggerAsyncId": options.get("triggerAsyncId", 1)})
        # Weak: else the two would be kept until the garbage collector runs.
        self._eventEmitter = weakref.ref(eventEmitter)

    @property
    def eventEmitter(self) -> EventEmitterAsyncResource | None:
        """The emitter; None when it is gone."""
        return self._eventEmitter()


class EventEmitterAsyncResource(EventEmitter):
    """An emitter whose listeners run with the context variables in force when it was made.

    Args:
        options: EventEmitterAsyncResourceOptions, or the name alone. A subclass need not have one.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ASYNC_ID.
    Node: https://nodejs.org/api/events.html#class-eventseventemitterasyncresource-extends-eventemitter
    """

    def __init__(
        self,
        options: EventEmitterAsyncResourceOptions | Bag | str | None = None,
        **keywords: Unpack[EventEmitterAsyncResourceOptions],
    ) -> None:
        check(EventEmitterAsyncResourceOptions, options, keywords)
        given = {"name": options} if isinstance(options, str) else optionsOf(options, keywords)
        if type(self) is EventEmitterAsyncResource:
            validateString(given.get("name"), "options.name")
        super().__init__(given)
        given["name"] = given.get("name") or type(self).__name__
        self._asyncResource_ = EventEmitterReferencingAsyncResource(self, given)

    def emit(self, eventName: Any, *args: Any) -> bool:
        """As in EventEmitter, within the context of this resource."""
        return bool(self._asyncResource_.runInAsyncScope(super().emit, None, eventName, *args))

    def emitDestroy(self) -> None:
        """Node: https://nodejs.org/api/events.html#eventemitterasyncresourceemitdestroy"""
        self._asyncResource_.emitDestroy()

    @property
    def asyncId(self) -> int:
        """The number of the resource."""
        return self._asyncResource_.asyncId()

    @property
    def triggerAsyncId(self) -> int:
        """The number of the resource that made it."""
        return self._asyncResource_.triggerAsyncId()

    @property
    def asyncResource(self) -> EventEmitterReferencingAsyncResource:
        """The resource; its `eventEmitter` is this emitter."""
        return self._asyncResource_
