"""EventSource: the events that a server sends, over `fetch`, with a new connection when one ends.

Follows the EventSource of Node 26 (undici's), which is there behind `--experimental-eventsource`. Differs: an event
that is too large closes it (`eventstream.py`).
Node: https://nodejs.org/api/globals.html#class-eventsource
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from ..abort import AbortController, DOMException
from ..coercion import PRIMITIVES, optionsOf, toUint32
from ..errors import ERR_INVALID_URL, EXHAUSTED, toText
from ..eventtarget import Event, EventTarget
from ..mime import typeOfMessage
from ..optionbags import check
from ..stream.core.promises import job
from ..timers import setTimeout
from ..url import URL
from ..validators import isTruthy
from .events import MessageEvent
from .eventstream import EventStream, EventTooLarge, StreamEvent
from .failures import typeError
from .fetching import fetch
from .handlers import EventHandler
from .response import Response

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

#: Milliseconds before the next connection, until the server says another time. Node's.
RECONNECTION_TIME = 3000

_absent: Any = object()


class EventSourceNodeInit(TypedDict, total=False):
    """What Node's client adds to the options of EventSource.

    Options:
        dispatcher: As of RequestInit; the pool of `fetch` by default.
        reconnectionTime: Milliseconds before the next connection; 3,000 by default.
    """

    dispatcher: Any
    reconnectionTime: int


class EventSourceInit(TypedDict, total=False):
    """Options of EventSource.

    Options:
        withCredentials: Ask for credentials as well; False by default.
        node: EventSourceNodeInit; none by default.
    """

    withCredentials: bool
    node: EventSourceNodeInit


class EventSource(EventTarget):
    """Receives events from a server as long as it is not closed.

    When a connection ends or fails, there is an 'error' and, after a while, the next connection, which tells the server
    the id of the last event. An answer that is not 200 with `text/event-stream` ends it for good: 204 is how a server
    says that there is no more.

    Args:
        url: where the events come from.
        eventSourceInitDict: EventSourceInit, as a mapping or as keywords.
    Events:
        open: there is a connection.
        message: an event without a name of its own, as a MessageEvent; others come under their names.
        error: the connection is gone; `readyState` tells whether there will be another one.
    Raises: a DOMException "SyntaxError" for a URL that is none.
    Example:
        source = EventSource("https://example.com/events")
        source.onmessage = lambda event: print(event.lastEventId, event.data)
        source.addEventListener("price", lambda event: print(event.data))
    Node: https://nodejs.org/api/globals.html#class-eventsource
    """

    CONNECTING = 0
    OPEN = 1
    CLOSED = 2

    #: The listener of 'open'.
    onopen: EventHandler = EventHandler("open")
    #: The listener of 'message'.
    onmessage: EventHandler = EventHandler("message")
    #: The listener of 'error'.
    onerror: EventHandler = EventHandler("error")

    def __init__(
        self,
        url: Any = _absent,
        eventSourceInitDict: EventSourceInit | Bag | None = None,
        **keywords: Unpack[EventSourceInit],
    ) -> None:
        super().__init__()
        check(EventSourceInit, eventSourceInitDict, keywords)
        if url is _absent:
            raise typeError("EventSource constructor: 1 argument required, but 0 found.")
        options = _optionsOf(eventSourceInitDict, keywords)
        own = _optionsOf(options.get("node"))
        self._withCredentials_ = isTruthy(options.get("withCredentials"))
        given = own.get("reconnectionTime")
        self._reconnectionTime_: float = RECONNECTION_TIME if given is None else toUint32(given)
        self._dispatcher_: Any = own.get("dispatcher")
        try:
            self._url_ = URL(toText(url)).href
        except ERR_INVALID_URL as error:
            raise DOMException("TypeError: Invalid URL", "SyntaxError") from error
        self._target_ = self._url_  # where a redirect has led, next time as well
        self._lastEventId_ = ""
        self._readyState_ = self.CONNECTING
        self._connect_()

    @property
    def readyState(self) -> int:
        """CONNECTING (0), OPEN (1) or CLOSED (2)."""
        return self._readyState_

    @property
    def url(self) -> str:
        """The URL it was made with, resolved."""
        return self._url_

    @property
    def withCredentials(self) -> bool:
        """Whether the options asked for credentials."""
        return self._withCredentials_

    def close(self) -> None:
        """End it: there is no connection and no event any more."""
        self._readyState_ = self.CLOSED
        self._controller_.abort()

    # -- one connection

    def _connect_(self) -> None:
        self._controller_ = AbortController()
        job(self._receive_())

    async def _receive_(self) -> None:
        headers = {"accept": "text/event-stream", "accept-language": "*"}
        if self._lastEventId_:
            headers["last-event-id"] = self._lastEventId_.encode("utf-8", "replace").decode("latin-1")
        try:
            response = await fetch(
                self._target_,
                headers=headers,
                cache="no-store",
                credentials="include" if self._withCredentials_ else "same-origin",
                signal=self._controller_.signal,
                dispatcher=self._dispatcher_,
            )
            if self._isOver_():
                return
            if not _isStream(response):
                self._end_()
                return
            self._open_(response)
            await self._read_(response)
        except EventTooLarge:
            self._end_()
        except EXHAUSTED:
            self._end_()
            raise
        except Exception:
            self._reconnect_()  # whatever it was: it may be better the next time
        else:
            self._reconnect_()

    def _isOver_(self) -> bool:
        return self._readyState_ == self.CLOSED

    def _open_(self, response: Response) -> None:
        self._target_ = response.url
        self._readyState_ = self.OPEN
        self.dispatchEvent(Event("open"))

    async def _read_(self, response: Response) -> None:
        origin = URL(response.url).origin
        stream = EventStream()
        body = response.body
        if body is not None:
            async for piece in body:
                for event in stream.feed(piece):
                    self._deliver_(event, origin)

    def _deliver_(self, event: StreamEvent, origin: str) -> None:
        if event.retry is not None:
            self._reconnectionTime_ = event.retry
        if event.id is not None:
            self._lastEventId_ = event.id
        if event.data is not None:
            type, lastEventId = event.type or "message", self._lastEventId_
            self.dispatchEvent(MessageEvent(type, data=event.data, origin=origin, lastEventId=lastEventId))

    # -- the next connection, or none

    def _end_(self) -> None:
        self.close()
        self.dispatchEvent(Event("error"))

    def _reconnect_(self) -> None:
        if self._isOver_():
            return
        self._readyState_ = self.CONNECTING
        self.dispatchEvent(Event("error"))
        if not self._isOver_():
            # A program that waits for nothing else ends, as in Node.
            setTimeout(self._reconnected_, self._reconnectionTime_).unref()

    def _reconnected_(self) -> None:
        if not self._isOver_():
            self._connect_()


def _isStream(response: Response) -> bool:
    kind = typeOfMessage(response.headers.get("content-type"))
    return response.status == 200 and kind is not None and kind.essence == "text/event-stream"


def _optionsOf(options: Any, keywords: Mapping[str, Any] | None = None) -> dict[str, Any]:
    if isinstance(options, PRIMITIVES):
        message = f"EventSource constructor: Expected {toText(options)} to be one of: Null, Undefined, Object."
        raise typeError(message)
    return optionsOf(options, keywords)
