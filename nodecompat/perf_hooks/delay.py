"""`monitorEventLoopDelay`: how late the loop is, sampled by a timer.

Follows Node 26: each sample is the time between two calls of the timer in nanoseconds, so that an idle loop shows the
resolution itself. Differs: there is no sample for each turn (`samplePerIteration`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from ..coercion import optionsOf
from ..optionbags import check
from ..timers import clearInterval, setInterval
from ..validators import validateInteger, validateObject
from .histogram import TOKEN, Histogram

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ..optionbags import Bag

#: Node's, nanoseconds: an hour.
_HIGHEST = 3_600_000_000_000


class EventLoopMonitorOptions(TypedDict, total=False):
    """Options of `monitorEventLoopDelay`.

    Options:
        resolution: Milliseconds between two samples; 10 by default.
    """

    resolution: int


class ELDHistogram(Histogram):
    """The delays of the loop, in nanoseconds. `with` disables it at the end of the block.

    Node: https://nodejs.org/api/perf_hooks.html#class-intervalhistogram-extends-histogram
    """

    def __init__(self, token: object = None, resolution: int = 10) -> None:
        super().__init__(token, 1, _HIGHEST, 3)
        self._resolution_ = resolution
        self._timer_: Any = None

    def enable(self) -> bool:
        """Begin to sample; False if it does already. The timer does not keep the program alive.

        Node: https://nodejs.org/api/perf_hooks.html#histogramenable
        """
        if self._timer_ is not None:
            return False
        self._last_ = 0
        self._timer_ = setInterval(self._addDelta_, self._resolution_).unref()
        return True

    def disable(self) -> bool:
        """Stop it; False if it does not sample. Node: https://nodejs.org/api/perf_hooks.html#histogramdisable"""
        if self._timer_ is None:
            return False
        clearInterval(self._timer_)
        self._timer_ = None
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.disable()


def monitorEventLoopDelay(
    options: EventLoopMonitorOptions | Bag | None = None, **keywords: Unpack[EventLoopMonitorOptions]
) -> ELDHistogram:
    """A histogram that samples the delay of the loop once it is enabled.

    Args: options: EventLoopMonitorOptions, as a mapping or as keywords.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Example:
        delay = monitorEventLoopDelay(resolution=20)
        delay.enable()
        ...
        print(delay.percentile(99) / 1e6, "ms")
    Node: https://nodejs.org/api/perf_hooks.html#perf_hooksmonitoreventloopdelayoptions
    """
    check(EventLoopMonitorOptions, options, keywords)
    if options is not None:
        validateObject(options, "options")
    given: Mapping[str, Any] = optionsOf(options, keywords)
    resolution = given.get("resolution", 10)
    validateInteger(resolution, "options.resolution", 1)
    return ELDHistogram(TOKEN, int(resolution))
