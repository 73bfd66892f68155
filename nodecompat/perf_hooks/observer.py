"""PerformanceObserver: calls back with the entries that came since, in one go.

Follows Node 26, of whose types there are function, http, mark and measure. Entries of http are made from the
`diagnostics_channel` only while somebody observes them.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

from ..abort import DOMException
from ..coercion import optionsOf
from ..errors import ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS
from ..events import fit
from ..http.client.request import urlOf
from ..optionbags import check
from ..subscriptions import Subscriptions
from ..timers import setImmediate
from ..validators import isTruthy, validateFunction, validateObject
from .entries import PerformanceEntry, PerformanceNodeEntry, hearers, kept, makeEntry, now, publish, selected
from .histogram import TOKEN

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

_absent: Any = object()


class PerformanceObserverInit(TypedDict, total=False):
    """Options of `observe`: one of `entryTypes` and `type`.

    Options:
        entryTypes: The types to observe, in place of those of before; none by default.
        type: One type, beside those of other calls; none by default.
        buffered: With `type`: begin with the marks or measures that are kept. False by default.
    """

    entryTypes: list[str]
    type: str
    buffered: bool


class PerformanceObserverEntryList:
    """What an observer is called with.

    Node: https://nodejs.org/api/perf_hooks.html#class-performanceobserverentrylist
    """

    def __init__(self, token: object = None, entries: list[PerformanceEntry] | None = None) -> None:
        if token is not TOKEN:
            raise ERR_ILLEGAL_CONSTRUCTOR()
        self._entries_ = selected(entries or [])

    def getEntries(self) -> list[PerformanceEntry]:
        """All, in the order of their times.

        Node: https://nodejs.org/api/perf_hooks.html#performanceobserverentrylistgetentries
        """
        return [*self._entries_]

    def getEntriesByName(self, name: str = _absent, type: str | None = None) -> list[PerformanceEntry]:
        """Those of a name, and of a type if one is given.

        Raises: ERR_MISSING_ARGS.
        Node: https://nodejs.org/api/perf_hooks.html#performanceobserverentrylistgetentriesbynamename-type
        """
        if name is _absent:
            raise ERR_MISSING_ARGS("name")
        return selected(self._entries_, name, type)

    def getEntriesByType(self, type: str = _absent) -> list[PerformanceEntry]:
        """Those of a type.

        Raises: ERR_MISSING_ARGS.
        Node: https://nodejs.org/api/perf_hooks.html#performanceobserverentrylistgetentriesbytypetype
        """
        if type is _absent:
            raise ERR_MISSING_ARGS("type")
        return selected(self._entries_, None, type)


class PerformanceObserver:
    """Hears of entries of the types that it observes.

    Args: callback: `callback(list, observer)`, called as an immediate.
    Raises: ERR_INVALID_ARG_TYPE.
    Example:
        observer = PerformanceObserver(lambda list: print(list.getEntries()))
        observer.observe(entryTypes=["measure", "function"])
    Node: https://nodejs.org/api/perf_hooks.html#class-performanceobserver
    """

    #: The types of entries that there are.
    supportedEntryTypes: ClassVar[tuple[str, ...]] = ("function", "http", "mark", "measure")

    def __init__(self, callback: Callable[..., object] = _absent) -> None:
        validateFunction(None if callback is _absent else callback, "callback")
        self._callback_ = fit(callback, 2)
        self._buffer_: list[PerformanceEntry] = []
        self._types_: set[str] = set()
        self._isSingle_: bool | None = None
        self._isPending_ = False
        self._hear_ = self._onEntry_

    def observe(
        self, options: PerformanceObserverInit | Bag | None = None, **keywords: Unpack[PerformanceObserverInit]
    ) -> None:
        """Begin to observe.

        Args: options: PerformanceObserverInit, as a mapping or as keywords. Types that there are not are ignored.
        Raises: ERR_MISSING_ARGS, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE; DOMException.
        Node: https://nodejs.org/api/perf_hooks.html#performanceobserverobserveoptions
        """
        check(PerformanceObserverInit, options, keywords)
        if options is not None:
            validateObject(options, "options")
        given: Mapping[str, Any] = optionsOf(options, keywords)
        types: Any = given.get("entryTypes")
        type: Any = given.get("type")
        if types is None and type is None:
            raise ERR_MISSING_ARGS("options.entryTypes", "options.type")
        if types is not None and type is not None:
            text = "options.entryTypes can not set with options.type together"
            raise ERR_INVALID_ARG_VALUE("options.entryTypes", types, text)
        if types is not None and not isinstance(types, (list, tuple)):
            raise ERR_INVALID_ARG_TYPE("options.entryTypes", "string[]", types)
        wanted: set[Any] = {type} if types is None else set(types)
        isSingle = types is None
        if self._isSingle_ is not None and isSingle != self._isSingle_:
            to = "single observation" if isSingle else "multiple observations"
            raise DOMException(f"PerformanceObserver can not change to {to}", "InvalidModificationError")
        self._isSingle_ = isSingle
        if isSingle:
            self._listen_(wanted)
            if isTruthy(given.get("buffered")) and type in kept:
                self._buffer_ += kept[type]
                self._soon_()
        else:
            self._stop_()
            self._listen_(wanted)

    def disconnect(self) -> None:
        """Stop observing; what was not delivered is dropped.

        Node: https://nodejs.org/api/perf_hooks.html#performanceobserverdisconnect
        """
        self._stop_()
        self._buffer_ = []
        self._isSingle_ = None

    def takeRecords(self) -> list[PerformanceEntry]:
        """What was not delivered yet, which will not be then.

        Node: https://nodejs.org/api/perf_hooks.html#performanceobservertakerecords
        """
        taken, self._buffer_ = self._buffer_, []
        return taken

    def _listen_(self, types: set[str]) -> None:
        for type in (types & {*self.supportedEntryTypes}) - self._types_:
            self._types_.add(type)
            hearers[type] = (*hearers.get(type, ()), self._hear_)
        if "http" in types:
            _http.watch()

    def _stop_(self) -> None:
        for type in self._types_:
            hearers[type] = tuple(each for each in hearers[type] if each is not self._hear_)
        self._types_ = set()
        if not hearers.get("http"):
            _http.unwatch()

    def _onEntry_(self, entry: PerformanceEntry) -> None:
        self._buffer_.append(entry)
        self._soon_()

    def _soon_(self) -> None:
        if not self._isPending_:
            self._isPending_ = True
            setImmediate(self._deliver_)

    def _deliver_(self) -> None:
        self._isPending_ = False
        entries = self.takeRecords()
        if entries:
            self._callback_(PerformanceObserverEntryList(TOKEN, entries), self)


class _HTTPEntries:
    """Makes an entry of each http exchange: HttpRequest of a server's, HttpClient of a client's."""

    def __init__(self) -> None:
        self._begun: weakref.WeakKeyDictionary[Any, float] = weakref.WeakKeyDictionary()
        self._subscriptions = Subscriptions(
            {
                "http.server.request.start": self._onBegin,
                "http.server.response.finish": self._onServed,
                "http.client.request.created": self._onBegin,
                "http.client.response.finish": self._onAnswered,
            }
        )
        self.watch: Callable[[], None] = self._subscriptions.start
        self.unwatch: Callable[[], None] = self._subscriptions.stop

    def _onBegin(self, message: Any) -> None:
        self._begun[message["request"]] = now()

    def _onServed(self, message: Any) -> None:
        req, res = message["request"], message["response"]
        self._end(
            "HttpRequest",
            req,
            {"method": req.method, "url": req.url, "headers": req.headers},
            {"statusCode": res.statusCode, "statusMessage": res.statusMessage, "headers": res.getHeaders()},
        )

    def _onAnswered(self, message: Any) -> None:
        req, res = message["request"], message["response"]
        self._end(
            "HttpClient",
            req,
            {"method": req.method, "url": urlOf(req), "headers": req.getHeaders()},
            {"statusCode": res.statusCode, "statusMessage": res.statusMessage, "headers": res.headers},
        )

    def _end(self, name: str, request: Any, req: Any, res: Any) -> None:
        begun = self._begun.pop(request, None)
        if begun is not None:
            publish(makeEntry(PerformanceNodeEntry, name, "http", begun, now() - begun, {"req": req, "res": res}))


_http = _HTTPEntries()
