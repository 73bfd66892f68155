"""The entries of a timeline: marks, measures, calls, requests; and who hears of them.

Follows Node 26. Marks and measures are kept until they are cleared; the others reach observers only. Differs: details
are copied by `copy.deepcopy`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from .. import usage
from ..coercion import optionsOf
from ..errors import (
    ERR_ILLEGAL_CONSTRUCTOR,
    ERR_INVALID_ARG_VALUE,
    ERR_MISSING_ARGS,
    ERR_PERFORMANCE_INVALID_TIMESTAMP,
    toText,
)
from ..optionbags import check
from ..validators import validateNumber, validateObject
from .histogram import TOKEN

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

#: The moments of `performance.nodeTiming`, which a measure may name and a mark may not.
MOMENTS = ("nodeStart", "v8Start", "environment", "loopStart", "loopExit", "bootstrapComplete")
#: An argument that was not given.
ABSENT: Any = object()


def now() -> float:
    """Milliseconds since the program started."""
    return usage.uptime() * 1000.0


class PerformanceMarkOptions(TypedDict, total=False):
    """Options of `performance.mark`.

    Options:
        detail: What the entry has as its `detail`; none by default.
        startTime: Its time, in milliseconds since the program started; now by default.
    """

    detail: Any
    startTime: float


class PerformanceEntry:
    """One entry of the timeline. Attributes: name, entryType; startTime and duration, in milliseconds.

    Node: https://nodejs.org/api/perf_hooks.html#class-performanceentry
    """

    _shown_: tuple[str, ...] = ("name", "entryType", "startTime", "duration")

    def __init__(
        self, token: object = None, name: str = "", entryType: str = "", startTime: float = 0.0, duration: float = 0.0
    ) -> None:
        if token is not TOKEN:
            raise ERR_ILLEGAL_CONSTRUCTOR()
        self.name = name
        self.entryType = entryType
        self.startTime = startTime
        self.duration = duration

    def toJSON(self) -> dict[str, Any]:
        """The entry as a dict."""
        return {name: getattr(self, name) for name in self._shown_}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.toJSON().items())})"


class _Detailed(PerformanceEntry):
    _shown_ = (*PerformanceEntry._shown_, "detail")

    #: What was given with it.
    detail: Any = None


class PerformanceMark(_Detailed):
    """A named moment; `performance.mark` makes one that is kept as well.

    Args:
        name: its name.
        options: PerformanceMarkOptions, as a mapping or as keywords.
    Raises: ERR_MISSING_ARGS, ERR_INVALID_ARG_VALUE, ERR_INVALID_ARG_TYPE, ERR_PERFORMANCE_INVALID_TIMESTAMP.
    Node: https://nodejs.org/api/perf_hooks.html#class-performancemark
    """

    def __init__(
        self,
        name: str = ABSENT,
        options: PerformanceMarkOptions | Bag | None = None,
        **keywords: Unpack[PerformanceMarkOptions],
    ) -> None:
        check(PerformanceMarkOptions, options, keywords)
        if name is ABSENT:
            raise ERR_MISSING_ARGS("name")
        name = toText(name)
        if options is not None:
            validateObject(options, "options")
        if name in MOMENTS:
            raise ERR_INVALID_ARG_VALUE("name", name)
        given: Mapping[str, Any] = optionsOf(options, keywords)
        startTime = given.get("startTime")
        if startTime is None:
            startTime = now()
        validateNumber(startTime, "startTime")
        if startTime < 0:
            raise ERR_PERFORMANCE_INVALID_TIMESTAMP(startTime)
        super().__init__(TOKEN, name, "mark", startTime)
        self.detail = copy.deepcopy(given.get("detail"))


class PerformanceMeasure(_Detailed):
    """The time between two moments; `performance.measure` makes it.

    Node: https://nodejs.org/api/perf_hooks.html#class-performancemeasure
    """


class PerformanceNodeEntry(_Detailed):
    """What a timerified function or an http message has taken.

    Node: https://nodejs.org/api/perf_hooks.html#class-performancenodeentry
    """


def makeEntry(
    kind: type[PerformanceMeasure] | type[PerformanceNodeEntry], name: str, entryType: str, startTime: float,
    duration: float, detail: Any,
) -> Any:  # fmt: skip
    """An entry of one of the two kinds that programs cannot make."""
    entry = kind(TOKEN, name, entryType, startTime, duration)
    entry.detail = detail
    return entry


#: What is kept, by type.
kept: dict[str, list[PerformanceEntry]] = {"mark": [], "measure": []}
#: Who hears of entries, by type. A type without anyone costs nothing.
hearers: dict[str, tuple[Callable[[PerformanceEntry], object], ...]] = {}


def publish(entry: PerformanceEntry) -> None:
    """Tell the observers of its type, and keep it if that is kept."""
    if entry.entryType in kept:
        kept[entry.entryType].append(entry)
    for hear in hearers.get(entry.entryType, ()):
        hear(entry)


def selected(entries: list[Any], name: str | None = None, type: str | None = None) -> list[Any]:
    """Those of a name, of a type, or all, in the order of their times."""
    found = [each for each in entries if name is None or each.name == name]
    return sorted((each for each in found if type is None or each.entryType == type), key=lambda each: each.startTime)
