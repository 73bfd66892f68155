"""Cancellation as on the web: AbortController, AbortSignal, DOMException.

Follows lib/internal/abort_controller.js of Node 26 by behaviour, where these are globals. Differs: a DOMException named
TimeoutError is also Python's TimeoutError. The events are in `eventtarget.py`.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from twisted.internet.defer import Deferred

from .coercion import PRIMITIVES, optionsOf
from .errors import ERR_ILLEGAL_CONSTRUCTOR, NodeError, NodeTypeError, toText
from .events import fit
from .eventtarget import Event, EventTarget
from .timers.timeout import clearTimeout, setTimeout
from .validators import validateUint32

__all__ = ["AbortController", "AbortSignal", "DOMException"]

#: The names with a number of their own, counted from 1; None where history left a gap (DOMException.code).
_NUMBERED = (
    "IndexSizeError", None, "HierarchyRequestError", "WrongDocumentError", "InvalidCharacterError", None,
    "NoModificationAllowedError", "NotFoundError", "NotSupportedError", "InUseAttributeError", "InvalidStateError",
    "SyntaxError", "InvalidModificationError", "NamespaceError", "InvalidAccessError", None, "TypeMismatchError",
    "SecurityError", "NetworkError", "AbortError", "URLMismatchError", "QuotaExceededError", "TimeoutError",
    "InvalidNodeTypeError", "DataCloneError",
)  # fmt: skip
_CODES = {name: number for number, name in enumerate(_NUMBERED, 1) if name}


class DOMException(NodeError):
    """An error of a web interface.

    Args:
        message: the text.
        options: the name, or a mapping with `name` and `cause`.
    Node: https://nodejs.org/api/globals.html#class-domexception
    """

    INDEX_SIZE_ERR: ClassVar[int] = 1
    DOMSTRING_SIZE_ERR: ClassVar[int] = 2
    HIERARCHY_REQUEST_ERR: ClassVar[int] = 3
    WRONG_DOCUMENT_ERR: ClassVar[int] = 4
    INVALID_CHARACTER_ERR: ClassVar[int] = 5
    NO_DATA_ALLOWED_ERR: ClassVar[int] = 6
    NO_MODIFICATION_ALLOWED_ERR: ClassVar[int] = 7
    NOT_FOUND_ERR: ClassVar[int] = 8
    NOT_SUPPORTED_ERR: ClassVar[int] = 9
    INUSE_ATTRIBUTE_ERR: ClassVar[int] = 10
    INVALID_STATE_ERR: ClassVar[int] = 11
    SYNTAX_ERR: ClassVar[int] = 12
    INVALID_MODIFICATION_ERR: ClassVar[int] = 13
    NAMESPACE_ERR: ClassVar[int] = 14
    INVALID_ACCESS_ERR: ClassVar[int] = 15
    VALIDATION_ERR: ClassVar[int] = 16
    TYPE_MISMATCH_ERR: ClassVar[int] = 17
    SECURITY_ERR: ClassVar[int] = 18
    NETWORK_ERR: ClassVar[int] = 19
    ABORT_ERR: ClassVar[int] = 20
    URL_MISMATCH_ERR: ClassVar[int] = 21
    QUOTA_EXCEEDED_ERR: ClassVar[int] = 22
    TIMEOUT_ERR: ClassVar[int] = 23
    INVALID_NODE_TYPE_ERR: ClassVar[int] = 24
    DATA_CLONE_ERR: ClassVar[int] = 25

    name: str

    def __new__(cls, message: str = "", options: str | Mapping[str, Any] = "Error") -> DOMException:
        name = _optionsOf(options)["name"]
        if cls is DOMException and name == "TimeoutError":
            cls = _TimeoutException
        # An OSError insists on being made by its own __new__.
        return OSError.__new__(cls) if issubclass(cls, OSError) else super().__new__(cls)

    def __init__(self, message: str = "", options: str | Mapping[str, Any] = "Error") -> None:
        super().__init__(message)
        given = _optionsOf(options)
        self.name = given["name"]
        self.code: Any = _CODES.get(self.name, 0)
        self.cause: Any = given.get("cause")
        if isinstance(self.cause, BaseException):
            self.__cause__: BaseException | None = self.cause


def _optionsOf(options: Any) -> dict[str, Any]:
    """`name` and `cause`, from a mapping of them or from the name alone."""
    given = optionsOf(options)
    if options is not None and not given and not isinstance(options, Mapping):
        given = {"name": options}
    name = given.get("name")
    return {"name": "Error" if name is None else toText(name), "cause": given.get("cause")}


class _TimeoutException(DOMException, TimeoutError):
    """A DOMException named TimeoutError."""


class _Handler:
    """What listens on behalf of an attribute such as `onabort`."""

    __slots__ = ("listener",)

    def __init__(self, listener: Any) -> None:
        self.listener = listener

    def __call__(self, event: Event) -> object:
        return fit(self.listener, 1)(event) if callable(self.listener) else None


#: Signals with listeners that only a timer or another signal references: they must not be collected.
_persistent: set[AbortSignal] = set()


class AbortSignal(EventTarget):
    """Tells operations to stop. Made by AbortController, `abort`, `timeout` or `any`.

    Emits (as an EventTarget): abort(event).
    Node: https://nodejs.org/api/globals.html#class-abortsignal
    """

    __events__: Any = {"abort": ("event: Event",)}
    _maxListeners_ = 0  # one signal may cancel any number of operations

    def __init__(self, *args: Any) -> None:
        raise ERR_ILLEGAL_CONSTRUCTOR()

    @classmethod
    def _make_(cls) -> AbortSignal:
        signal = cls.__new__(cls)
        EventTarget.__init__(signal)
        signal._aborted_ = False
        signal._reason_ = None
        signal._onabort_ = None
        signal._isFollowing_ = False
        signal._sources_ = []
        signal._dependents_ = []
        return signal

    _aborted_: bool
    _reason_: Any
    _onabort_: _Handler | None
    _isFollowing_: bool  # a timer or other signals will abort it
    _sources_: list[AbortSignal]
    _dependents_: list[weakref.ref[AbortSignal]]

    @property
    def aborted(self) -> bool:
        """Whether it has been aborted."""
        return self._aborted_

    @property
    def reason(self) -> Any:
        """What `abort` was given, by default a DOMException named AbortError; None before."""
        return self._reason_

    @property
    def onabort(self) -> Any:
        """One further listener, as an attribute. It keeps the place that the first one got."""
        return None if self._onabort_ is None else self._onabort_.listener

    @onabort.setter
    def onabort(self, listener: Any) -> None:
        listener = None if isinstance(listener, PRIMITIVES) else listener
        if self._onabort_ is None:
            self._onabort_ = _Handler(listener)
            self.addEventListener("abort", self._onabort_)
        else:
            self._onabort_.listener = listener
        self._onCount_("abort", len(self._callbacks_("abort")))

    def throwIfAborted(self) -> None:
        """Raise the reason if it has been aborted.

        Node: https://nodejs.org/api/globals.html#abortsignalthrowifaborted
        """
        if self._aborted_:
            raise (
                self._reason_
                if isinstance(self._reason_, BaseException)
                else DOMException(str(self._reason_), {"name": "AbortError", "cause": self._reason_})
            )

    @staticmethod
    def abort(reason: Any = None) -> AbortSignal:
        """A signal that is aborted already.

        Node: https://nodejs.org/api/globals.html#static-method-abortsignalabortreason
        """
        signal = AbortSignal._make_()
        signal._aborted_ = True
        signal._reason_ = _abortReason() if reason is None else reason
        return signal

    @staticmethod
    def timeout(delay: int) -> AbortSignal:
        """A signal that aborts with a TimeoutError after `delay` milliseconds; does not keep the program alive.

        Node: https://nodejs.org/api/globals.html#static-method-abortsignaltimeoutdelay
        """
        validateUint32(delay, "delay")
        signal = AbortSignal._make_()
        signal._isFollowing_ = True
        # A signal that is no longer referenced takes its timer with it.
        reference = weakref.ref(signal, lambda _: clearTimeout(timer))

        def expire() -> None:
            expired = reference()
            if expired is not None:
                expired._abort_(DOMException("The operation was aborted due to timeout", "TimeoutError"))

        timer = setTimeout(expire, delay)
        timer.unref()
        return signal

    @staticmethod
    def any(signals: Iterable[AbortSignal]) -> AbortSignal:
        """A signal that aborts with the first of these.

        Node: https://nodejs.org/api/globals.html#static-method-abortsignalanysignals
        """
        if isinstance(signals, (str, Mapping, Deferred)) or not isinstance(signals, Iterable):
            raise NodeTypeError("signals cannot be converted to sequence.", code="ERR_INVALID_ARG_TYPE")
        sources = list(signals)
        for index, source in enumerate(sources):
            if not isinstance(source, AbortSignal):
                raise NodeTypeError(f"signals[{index}] is not of type AbortSignal.", code="ERR_INVALID_ARG_TYPE")
        for source in sources:
            if source.aborted:
                return AbortSignal.abort(source.reason)
        signal = AbortSignal._make_()
        for source in sources:
            # A composite is never a source itself: what it follows is followed instead.
            for origin in source._sources_ or [source]:
                if origin not in signal._sources_:
                    signal._sources_.append(origin)
                    origin._dependents_.append(weakref.ref(signal, origin._dependents_.remove))
        signal._isFollowing_ = bool(signal._sources_)
        return signal

    def _abort_(self, reason: Any) -> None:
        if self._aborted_:
            return
        followers = [follower for reference in self._dependents_ if (follower := reference()) is not None]
        aborting = [self, *(follower for follower in followers if not follower._aborted_)]
        for signal in aborting:  # all of them before any listener runs
            signal._aborted_ = True
            signal._reason_ = reason
        for signal in aborting:
            event = Event("abort")
            event._isTrusted_ = True
            signal.dispatchEvent(event)
            signal._sources_.clear()
            _persistent.discard(signal)
        self._dependents_.clear()

    def _onCount_(self, type: str, count: int) -> None:
        if type != "abort" or not self._isFollowing_:
            return
        if self._onabort_ is not None and not callable(self._onabort_.listener):
            count -= 1
        if count > 0 and not self._aborted_:
            _persistent.add(self)
        else:
            _persistent.discard(self)

    def _warningName_(self) -> str:
        return "[AbortSignal]"

    def __repr__(self) -> str:
        return f"AbortSignal {{ aborted: {'true' if self._aborted_ else 'false'} }}"


def _abortReason() -> DOMException:
    return DOMException("This operation was aborted", "AbortError")


class AbortController:
    """Makes a signal and aborts it. Node: https://nodejs.org/api/globals.html#class-abortcontroller"""

    __slots__ = ("__weakref__", "_signal_")

    def __init__(self) -> None:
        self._signal_ = AbortSignal._make_()

    @property
    def signal(self) -> AbortSignal:
        """The signal to hand to operations."""
        return self._signal_

    def abort(self, reason: Any = None) -> None:
        """Abort the signal, by default with a DOMException named AbortError; only the first call counts.

        Node: https://nodejs.org/api/globals.html#abortcontrollerabortreason
        """
        if not self._signal_.aborted:
            self._signal_._abort_(_abortReason() if reason is None else reason)

    def __repr__(self) -> str:
        return f"AbortController {{ signal: {self._signal_!r} }}"
