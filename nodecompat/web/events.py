"""The events of WebSocket and EventSource, globals in Node: MessageEvent, CloseEvent, ErrorEvent.

Options may be keywords. Differs: there is no MessagePort, so `source` is None and `ports` empty.
Node: https://nodejs.org/api/globals.html#class-messageevent
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..coercion import PRIMITIVES, optionsOf, toNumber
from ..errors import toText
from ..eventtarget import Event, EventInit
from ..optionbags import check
from ..symbols import Symbol
from ..texts import wellFormed
from ..validators import isTruthy
from .failures import typeError

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

_absent: Any = object()


class MessageEventInit(EventInit, total=False):
    """Options of MessageEvent.

    Also the options of `EventInit`.

    Options:
        data: The message; None by default.
        lastEventId: Of an event source; "" by default.
        origin: Who sent it; "" by default.
        ports: MessagePorts; none by default.
        source: None, the default.
    """

    data: Any
    lastEventId: str
    origin: str
    ports: list[Any]
    source: None


class CloseEventInit(EventInit, total=False):
    """Options of CloseEvent.

    Also the options of `EventInit`.

    Options:
        code: The close code of the peer; 0 by default.
        reason: What the peer gives as reason; "" by default.
        wasClean: The closing handshake was complete; False by default.
    """

    code: int
    reason: str
    wasClean: bool


class ErrorEventInit(EventInit, total=False):
    """Options of ErrorEvent.

    Also the options of `EventInit`.

    Options:
        colno: The column of the error; 0 by default.
        error: The exception; None by default.
        filename: The file of the error; "" by default.
        lineno: The line of the error; 0 by default.
        message: The text; "" by default.
    """

    colno: int
    error: Any
    filename: str
    lineno: int
    message: str


class MessageEvent(Event):
    """A message that has come.

    Args:
        type: the name of the event, "message" where the package makes it.
        eventInitDict: MessageEventInit, as a mapping or as keywords.
    Raises: a TypeError for options that are none.
    Node: https://nodejs.org/api/globals.html#class-messageevent
    """

    def __init__(
        self,
        type: str = _absent,
        eventInitDict: MessageEventInit | Bag | None = None,
        **keywords: Unpack[MessageEventInit],
    ) -> None:
        check(MessageEventInit, eventInitDict, keywords)
        given = _optionsOf("MessageEvent", "MessageEvent constructor", type, eventInitDict, keywords)
        super().__init__(type, given)
        self._data_ = given.get("data")
        self._origin_ = wellFormed(_textOf(given, "origin"))
        self._lastEventId_ = _textOf(given, "lastEventId")
        _checkPorts(given)

    @property
    def data(self) -> Any:
        """The message: a text, or what `binaryType` says."""
        return self._data_

    @property
    def origin(self) -> str:
        """Scheme, host and port of whoever has sent it."""
        return self._origin_

    @property
    def lastEventId(self) -> str:
        """The id of the last event of an EventSource, else ""."""
        return self._lastEventId_

    @property
    def source(self) -> None:
        """None: there is no MessagePort."""
        return None

    @property
    def ports(self) -> tuple[Any, ...]:
        """Empty: there is no MessagePort."""
        return ()

    def initMessageEvent(
        self,
        type: str = _absent,
        bubbles: bool = False,
        cancelable: bool = False,
        data: Any = None,
        origin: str = "",
        lastEventId: str = "",
        source: None = None,
        ports: Any = (),
    ) -> MessageEvent:
        """Return another event of these values, as Node does; this one stays what it is. Deprecated."""
        if type is _absent:
            raise typeError("MessageEvent.initMessageEvent: 1 argument required, but 0 found.")
        return MessageEvent(
            type,
            bubbles=bubbles,
            cancelable=cancelable,
            data=data,
            origin=origin,
            lastEventId=lastEventId,
            source=source,
            ports=ports,
        )


class CloseEvent(Event):
    """A connection is closed.

    Args:
        type: the name of the event, "close" where the package makes it.
        eventInitDict: CloseEventInit, as a mapping or as keywords.
    Raises: a TypeError for options that are none.
    Node: https://nodejs.org/api/globals.html#class-closeevent
    """

    def __init__(
        self,
        type: str = _absent,
        eventInitDict: CloseEventInit | Bag | None = None,
        **keywords: Unpack[CloseEventInit],
    ) -> None:
        check(CloseEventInit, eventInitDict, keywords)
        given = _optionsOf("CloseEvent", "undefined", type, eventInitDict, keywords)
        super().__init__(type, given)
        self._wasClean_ = isTruthy(given.get("wasClean"))
        self._code_ = _integer(given.get("code"), 16)
        self._reason_ = wellFormed(_textOf(given, "reason"))

    @property
    def wasClean(self) -> bool:
        """Whether both sides have said that they close."""
        return self._wasClean_

    @property
    def code(self) -> int:
        """What the other side said, 1005 if it gave no code, 1006 if it said nothing."""
        return self._code_

    @property
    def reason(self) -> str:
        """The text that came with the code."""
        return self._reason_


class ErrorEvent(Event):
    """Something has failed.

    Args:
        type: the name of the event, "error" where the package makes it.
        eventInitDict: ErrorEventInit, as a mapping or as keywords.
    Raises: ERR_INVALID_ARG_TYPE for options that are none.
    Node: https://nodejs.org/api/globals.html
    """

    def __init__(
        self,
        type: str = _absent,
        eventInitDict: ErrorEventInit | Bag | None = None,
        **keywords: Unpack[ErrorEventInit],
    ) -> None:
        check(ErrorEventInit, eventInitDict, keywords)
        if type is _absent:
            raise typeError("ErrorEvent constructor: 1 argument required, but 0 found.")
        given = optionsOf(eventInitDict, keywords)
        super().__init__(_plainText(type), given if keywords else eventInitDict)
        self._message_ = _textOf(given, "message")
        self._filename_ = wellFormed(_textOf(given, "filename"))
        self._lineno_ = _integer(given.get("lineno"), 32)
        self._colno_ = _integer(given.get("colno"), 32)
        self._error_ = given.get("error")

    @property
    def message(self) -> str:
        """What failed."""
        return self._message_

    @property
    def filename(self) -> str:
        """Where, as the options said."""
        return self._filename_

    @property
    def lineno(self) -> int:
        """Where, as the options said."""
        return self._lineno_

    @property
    def colno(self) -> int:
        """Where, as the options said."""
        return self._colno_

    @property
    def error(self) -> Any:
        """The exception."""
        return self._error_


# -- conversions, with the words of Node's


def _optionsOf(name: str, prefix: str, type: Any, options: Any, keywords: Mapping[str, Any]) -> dict[str, Any]:
    if type is _absent:
        raise typeError(f"{name} constructor: 1 argument required, but 0 found.")
    if isinstance(type, Symbol):
        raise typeError(f"{name} constructor: type is a symbol, which cannot be converted to a DOMString.")
    if isinstance(options, PRIMITIVES):
        raise typeError(f"{prefix}: Expected {toText(options)} to be one of: Null, Undefined, Object.")
    return optionsOf(options, keywords)


def _checkPorts(given: Mapping[str, Any]) -> None:
    constructor = "MessageEvent constructor: "
    source, ports = given.get("source"), given.get("ports")
    if source is not None:
        raise typeError(
            f'{constructor}Expected eventInitDict.source ("{_shown(source)}") to be an instance of MessagePort.'
        )
    if ports is None:
        return
    if not isinstance(ports, (list, tuple)):
        raise typeError(f"{constructor}eventInitDict.ports ({_shown(ports)}) is not iterable.")
    if ports:
        raise typeError(
            f'{constructor}Expected eventInitDict.ports[0] ("{_shown(ports[0])}") to be an instance of MessagePort.'
        )


def _shown(value: Any) -> str:
    return "{}" if value == {} else toText(value)


def _plainText(value: Any) -> str:
    if isinstance(value, Symbol):
        raise typeError("Cannot convert a Symbol value to a string")
    return toText(value)


def _textOf(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    return "" if value is None else _plainText(value)


def _integer(value: Any, bits: int) -> int:
    """A number of that many bits as Node's client converts it: the sign stays."""
    number = 0 if value is None else toNumber(value)
    return int(math.fmod(int(number), 2**bits)) if math.isfinite(number) else 0
