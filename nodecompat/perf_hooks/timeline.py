"""`performance`: the clock, the timeline, timed functions and how busy the loop is.

Follows Node 26. Differs: `eventLoopUtilization` counts from its first call, which is what begins the measuring; there
are no resource timings, and of `nodeTiming` there is what Python has as well; `toJSON` of it has no more.
"""

from __future__ import annotations

import copy
import functools
import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

from twisted.internet.defer import Deferred

from .. import usage
from ..abort import DOMException
from ..coercion import optionsOf
from ..errors import (
    ERR_ILLEGAL_CONSTRUCTOR,
    ERR_INVALID_ARG_TYPE,
    ERR_MISSING_ARGS,
    ERR_PERFORMANCE_INVALID_TIMESTAMP,
    ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS,
    toText,
)
from ..eventtarget import EventTarget
from ..optionbags import check
from ..reactor.loop import host
from ..records import Record
from ..validators import isNumber, validateFunction, validateObject, validateString
from . import entries
from .entries import (
    ABSENT,
    MOMENTS,
    PerformanceEntry,
    PerformanceMark,
    PerformanceMarkOptions,
    PerformanceMeasure,
    PerformanceNodeEntry,
    makeEntry,
    now,
    publish,
    selected,
)
from .histogram import TOKEN, RecordableHistogram

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

_F = TypeVar("_F", bound=Callable[..., Any])


class PerformanceMeasureOptions(TypedDict, total=False):
    """Options of `performance.measure`: at most two of start, end and duration.

    Options:
        start: A moment in milliseconds, or the name of a mark; when the program started by default.
        end: The same; now by default.
        duration: Milliseconds; the time between the two by default.
        detail: What the entry has as its `detail`; none by default.
    """

    start: float | str
    end: float | str
    duration: float
    detail: Any


class TimerifyOptions(TypedDict, total=False):
    """Options of `timerify`.

    Options:
        histogram: Gets the time of each call, in nanoseconds; none by default.
    """

    histogram: RecordableHistogram


@dataclass(frozen=True, slots=True)
class EventLoopUtilization(Record):
    """Milliseconds that the loop was idle and active, and active / (idle + active)."""

    idle: float
    active: float
    utilization: float


class PerformanceNodeTiming(PerformanceEntry):
    """The moments of the program, in milliseconds since it started.

    Node: https://nodejs.org/api/perf_hooks.html#class-performancenodetiming
    """

    _shown_ = (*PerformanceEntry._shown_, "nodeStart", "loopStart", "loopExit", "idleTime")

    def __init__(self, token: object = None) -> None:
        super().__init__(token, "node", "node")
        #: When the program started.
        self.nodeStart: float = 0.0
        #: When the loop ended; -1 while it has not.
        self.loopExit: float = -1.0
        self._begun_: tuple[Any, float] | None = None

    @property
    def duration(self) -> float:
        """How long the program has run."""
        return now()

    @duration.setter
    def duration(self, value: float) -> None:
        pass

    @property
    def loopStart(self) -> float:
        """When it was first asked how busy the loop is; -1 before."""
        return -1.0 if self._begun_ is None or self._begun_[0] is not host.current() else self._begun_[1]

    @property
    def idleTime(self) -> float:
        """How long the loop has waited since."""
        running = host.current()
        idle = running.idleTime()
        if self._begun_ is None or self._begun_[0] is not running:
            self._begun_ = (running, now())
            self._before_ = idle
        return idle - self._before_


class Performance(EventTarget):
    """What `performance` is.

    Node: https://nodejs.org/api/perf_hooks.html#perf_hooksperformance
    """

    def __init__(self, token: object = None) -> None:
        if token is not TOKEN:
            raise ERR_ILLEGAL_CONSTRUCTOR()
        super().__init__()
        self._nodeTiming_ = PerformanceNodeTiming(TOKEN)

    @property
    def nodeTiming(self) -> PerformanceNodeTiming:
        """The moments of the program.

        Node: https://nodejs.org/api/perf_hooks.html#performancenodetiming
        """
        return self._nodeTiming_

    @property
    def timeOrigin(self) -> float:
        """When the program started: milliseconds since 1970, to which `now()` is relative.

        Node: https://nodejs.org/api/perf_hooks.html#performancetimeorigin
        """
        return usage.origin * 1000.0

    def now(self) -> float:
        """Milliseconds since the program started, on the monotonic clock.

        Node: https://nodejs.org/api/perf_hooks.html#performancenow
        """
        return now()

    def mark(
        self,
        name: str = ABSENT,
        options: PerformanceMarkOptions | Bag | None = None,
        **keywords: Unpack[PerformanceMarkOptions],
    ) -> PerformanceMark:
        """Note a moment under a name.

        Args: as of PerformanceMark; `options` is PerformanceMarkOptions.
        Node: https://nodejs.org/api/perf_hooks.html#performancemarkname-options
        """
        found = PerformanceMark(name, options, **keywords)
        publish(found)
        return found

    def measure(
        self,
        name: str = ABSENT,
        startMarkOrOptions: str | PerformanceMeasureOptions | Bag | None = None,
        endMark: str | None = None,
        **keywords: Unpack[PerformanceMeasureOptions],
    ) -> PerformanceMeasure:
        """Note the time between two moments under a name.

        Args:
            name: its name.
            startMarkOrOptions: the name of a mark, the start of the program if left out; or PerformanceMeasureOptions,
                as a mapping or as keywords.
            endMark: the name of a mark; now if left out.
        Raises: ERR_MISSING_ARGS, ERR_INVALID_ARG_TYPE, ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS,
            ERR_PERFORMANCE_INVALID_TIMESTAMP; a DOMException for a mark that there is not.
        Example:
            performance.mark("begin")
            ...
            print(performance.measure("work", "begin").duration)
        Node: https://nodejs.org/api/perf_hooks.html#performancemeasurename-startmarkoroptions-endmark
        """
        check(PerformanceMeasureOptions, startMarkOrOptions, keywords)
        if name is ABSENT:
            raise ERR_MISSING_ARGS("name")
        validateString(name, "name")
        isBag = isinstance(startMarkOrOptions, Mapping)
        given: Mapping[str, Any] = optionsOf(startMarkOrOptions if isBag else None, keywords)
        if given and endMark is not None:
            raise ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS("endMark must not be specified")
        start, end, duration = given.get("start"), given.get("end"), given.get("duration")
        if start is not None and end is not None and duration is not None:
            text = "Must not have options.start, options.end, and options.duration specified"
            raise ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS(text)
        if endMark is not None or end is not None:
            until = self._moment_(end if endMark is None else endMark)
        elif start is not None and duration is not None:
            until = self._moment_(start) + self._moment_(duration)
        else:
            until = now()
        if start is not None:
            since = self._moment_(start)
        elif duration is not None and end is not None:
            since = until - self._moment_(duration)
        else:
            since = self._moment_(startMarkOrOptions) if isinstance(startMarkOrOptions, str) else 0.0
        detail = copy.deepcopy(given.get("detail"))
        found: PerformanceMeasure = makeEntry(PerformanceMeasure, name, "measure", since, until - since, detail)
        publish(found)
        return found

    def _moment_(self, given: Any) -> float:
        """A moment that is given as such, or by the name of a mark."""
        if isNumber(given):
            if given < 0:
                raise ERR_PERFORMANCE_INVALID_TIMESTAMP(given)
            return given  # type: ignore[no-any-return]
        name = toText(given)
        if name in MOMENTS:
            return getattr(self._nodeTiming_, name, 0.0)
        marks = [each for each in entries.kept["mark"] if each.name == name]
        if not marks:
            raise DOMException(f'The "{name}" performance mark has not been set', "SyntaxError")
        return marks[-1].startTime

    def clearMarks(self, name: str | None = None) -> None:
        """Forget the marks, or those of a name.

        Node: https://nodejs.org/api/perf_hooks.html#performanceclearmarksname
        """
        _clear("mark", name)

    def clearMeasures(self, name: str | None = None) -> None:
        """Forget the measures, or those of a name.

        Node: https://nodejs.org/api/perf_hooks.html#performanceclearmeasuresname
        """
        _clear("measure", name)

    def getEntries(self) -> list[PerformanceEntry]:
        """The marks and measures, in the order of their times.

        Node: https://nodejs.org/api/perf_hooks.html#performancegetentries
        """
        return selected([*entries.kept["mark"], *entries.kept["measure"]])

    def getEntriesByName(self, name: str = ABSENT, type: str | None = None) -> list[PerformanceEntry]:
        """Those of a name, and of a type if one is given.

        Raises: ERR_MISSING_ARGS.
        Node: https://nodejs.org/api/perf_hooks.html#performancegetentriesbynamename-type
        """
        if name is ABSENT:
            raise ERR_MISSING_ARGS("name")
        return selected(self.getEntries(), toText(name), type)

    def getEntriesByType(self, type: str = ABSENT) -> list[PerformanceEntry]:
        """Those of a type, "mark" or "measure".

        Raises: ERR_MISSING_ARGS.
        Node: https://nodejs.org/api/perf_hooks.html#performancegetentriesbytypetype
        """
        if type is ABSENT:
            raise ERR_MISSING_ARGS("type")
        return selected(self.getEntries(), None, toText(type))

    def timerify(self, fn: _F, options: TimerifyOptions | Bag | None = None, **keywords: Unpack[TimerifyOptions]) -> _F:
        """The function, timed: `timerify` of this module, with its TimerifyOptions."""
        return timerify(fn, options, **keywords)

    def eventLoopUtilization(
        self,
        utilization1: EventLoopUtilization | Mapping[str, float] | None = None,
        utilization2: EventLoopUtilization | Mapping[str, float] | None = None,
    ) -> EventLoopUtilization:
        """How busy the loop is: `eventLoopUtilization` of this module."""
        return eventLoopUtilization(utilization1, utilization2)

    def toJSON(self) -> dict[str, Any]:
        """nodeTiming, timeOrigin and eventLoopUtilization, as a dict.

        Node: https://nodejs.org/api/perf_hooks.html#performancetojson
        """
        return {
            "nodeTiming": self._nodeTiming_.toJSON(),
            "timeOrigin": self.timeOrigin,
            "eventLoopUtilization": dict(eventLoopUtilization()),
        }


def _clear(type: str, name: str | None) -> None:
    found = [] if name is None else [each for each in entries.kept[type] if each.name != toText(name)]
    entries.kept[type][:] = found


performance: Performance = Performance(TOKEN)


def eventLoopUtilization(
    utilization1: EventLoopUtilization | Mapping[str, float] | None = None,
    utilization2: EventLoopUtilization | Mapping[str, float] | None = None,
) -> EventLoopUtilization:
    """How busy the loop is, since the first call of this function, which gives zeros.

    Args:
        utilization1: an earlier result: what came since.
        utilization2: a result before that: what was between the two.
    Example:
        before = eventLoopUtilization()
        setTimeout(lambda: print(eventLoopUtilization(before).utilization), 1000)
    Node: https://nodejs.org/api/perf_hooks.html#perf_hookseventlooputilizationutilization1-utilization2
    """
    timing = performance.nodeTiming
    isFirst = timing.loopStart < 0
    idle = timing.idleTime
    if isFirst:
        return EventLoopUtilization(0.0, 0.0, 0.0)
    if utilization2 is not None:
        return _between(_figure(utilization1, "idle"), _figure(utilization1, "active"), utilization2)
    return _between(idle, now() - timing.loopStart - idle, utilization1)


def _between(idle: float, active: float, before: Any) -> EventLoopUtilization:
    if before is not None:
        idle, active = idle - _figure(before, "idle"), active - _figure(before, "active")
    total = idle + active
    return EventLoopUtilization(idle, active, active / total if total else math.nan)


def _figure(utilization: Any, name: str) -> float:
    found: Any = optionsOf(utilization).get(name) if isinstance(utilization, (Mapping, Record)) else None
    return float(found) if isNumber(found) else math.nan


def timerify(fn: _F, options: TimerifyOptions | Bag | None = None, **keywords: Unpack[TimerifyOptions]) -> _F:
    """The function, with an entry of type "function" for each of its calls, when somebody observes them.

    Args:
        fn: a function or a class; of a coroutine function, or one that gives a Deferred, the time until it is done.
        options: TimerifyOptions, as a mapping or as keywords.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/perf_hooks.html#perf_hookstimerifyfn-options
    """
    check(TimerifyOptions, options, keywords)
    validateFunction(fn, "fn")
    if options is not None:
        validateObject(options, "options")
    histogram = optionsOf(options, keywords).get("histogram")
    if histogram is not None and not isinstance(histogram, RecordableHistogram):
        raise ERR_INVALID_ARG_TYPE("options.histogram", "RecordableHistogram", histogram)
    name = getattr(fn, "__name__", "")

    def ended(start: float, args: tuple[Any, ...]) -> None:
        duration = now() - start
        if histogram is not None:
            histogram.record(max(1, math.ceil(duration * 1e6)))
        if entries.hearers.get("function"):
            publish(makeEntry(PerformanceNodeEntry, name, "function", start, duration, [*args]))

    async def awaited(coroutine: Any, start: float, args: tuple[Any, ...]) -> Any:
        try:
            return await coroutine
        finally:
            ended(start, args)

    def timed(*args: Any, **named: Any) -> Any:
        start = now()
        result = fn(*args, **named)
        if inspect.iscoroutine(result):
            return awaited(result, start, args)
        if isinstance(result, Deferred):

            def done(value: Any) -> Any:
                ended(start, args)
                return value

            return result.addBoth(done)
        ended(start, args)
        return result

    functools.update_wrapper(timed, fn, updated=())
    timed.__name__ = f"timerified {name}"
    return timed  # type: ignore[return-value]
