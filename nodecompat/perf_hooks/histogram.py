"""Histograms of `perf_hooks`: counts of whole numbers, exact to a number of digits, over a range of any width.

Follows Node 26, and the layout of buckets is HdrHistogram's, so that every figure is the one that Node shows: a value
falls into a bucket that is a power of two wide, the wider the larger the value, so that `figures` digits of it are
kept. Only buckets that hold something take memory. Differs: no BigInt forms, as Python's integers are exact; of the
statistics that Node 26 added there are skewness and kurtosis.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from ..coercion import optionsOf
from ..errors import ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE
from ..optionbags import check
from ..validators import MAX_SAFE_INTEGER, isNumber, validateInteger, validateNumber, validateObject

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

#: What `min` is while nothing is recorded.
_NOTHING = 2**63 - 1
#: What makes the constructors legal: they are the module's own.
TOKEN: Any = object()


class CreateHistogramOptions(TypedDict, total=False):
    """Options of `createHistogram`.

    Options:
        lowest: The smallest value to tell from 0; 1 by default.
        highest: The largest value that is counted, at least twice `lowest`; 2**53 - 1 by default.
        figures: How many digits of a value are kept, 1 to 5; 3 by default.
    """

    lowest: int
    highest: int
    figures: int


class Histogram:
    """What was recorded. Attributes: count, exceeds (values above the highest), min, max, mean, stddev, percentiles.

    Node: https://nodejs.org/api/perf_hooks.html#class-histogram
    """

    def __init__(
        self, token: object = None, lowest: int = 1, highest: int = MAX_SAFE_INTEGER, figures: int = 3
    ) -> None:
        if token is not TOKEN:
            raise ERR_ILLEGAL_CONSTRUCTOR()
        self._unit_: int = lowest.bit_length() - 1
        #: Within a bucket of buckets: so many bits of a value are kept.
        self._bits_: int = int(2 * 10**figures - 1).bit_length()
        self._highest_ = highest
        self.reset()

    def reset(self) -> None:
        """Forget what was recorded. Node: https://nodejs.org/api/perf_hooks.html#histogramreset"""
        self._counts_: dict[int, int] = {}
        self._count_ = self._exceeds_ = self._max_ = 0
        self._min_ = _NOTHING
        self._last_ = 0

    @property
    def count(self) -> int:
        """How many values. Node: https://nodejs.org/api/perf_hooks.html#histogramcount"""
        return self._count_

    @property
    def exceeds(self) -> int:
        """How many values were above the highest. Node: https://nodejs.org/api/perf_hooks.html#histogramexceeds"""
        return self._exceeds_

    @property
    def min(self) -> int:
        """The smallest value, 2**63 - 1 if there is none. Node: https://nodejs.org/api/perf_hooks.html#histogrammin"""
        if 0 in self._counts_:
            return 0
        return _NOTHING if self._min_ == _NOTHING else self._lowestOf_(self._min_)

    @property
    def max(self) -> int:
        """The largest value. Node: https://nodejs.org/api/perf_hooks.html#histogrammax"""
        return self._highestOf_(self._max_)

    @property
    def mean(self) -> float:
        """The mean, NaN if there is no value. Node: https://nodejs.org/api/perf_hooks.html#histogrammean"""
        if not self._count_:
            return math.nan
        return sum(self._middleOf_(low) * count for low, count in self._counts_.items()) / self._count_

    @property
    def stddev(self) -> float:
        """The standard deviation. Node: https://nodejs.org/api/perf_hooks.html#histogramstddev"""
        return math.sqrt(self._moment_(2)) if self._count_ else math.nan

    @property
    def skewness(self) -> float:
        """How lopsided the values are, 0 if even."""
        deviation = self.stddev
        return self._moment_(3) / deviation**3 if self._count_ and deviation else 0.0

    @property
    def kurtosis(self) -> float:
        """How heavy the tails are, above those of a normal distribution."""
        deviation = self.stddev
        return self._moment_(4) / deviation**4 - 3.0 if self._count_ and deviation else 0.0

    @property
    def percentiles(self) -> dict[float, int]:
        """Values by percentile: 0, 50, and ever closer steps to 100.

        Node: https://nodejs.org/api/perf_hooks.html#histogrampercentiles
        """
        found: dict[float, int] = {}
        next_, value, seen = 0.0, 0, 0
        for value, count in self._sorted_():
            seen += count
            while next_ <= 100.0 * seen / self._count_:
                found[next_] = value
                next_ += 100.0 / 2.0 ** (int(math.log2(100.0 / (100.0 - next_))) + 1)
                if seen == self._count_:
                    break
        return {**found, 100: value}

    def percentile(self, percentile: float) -> int:
        """The value that so many percent of the values do not exceed.

        Args: percentile: above 0, up to 100.
        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/perf_hooks.html#histogrampercentilepercentile
        """
        validateNumber(percentile, "percentile")
        if not 0 < percentile <= 100:
            raise ERR_OUT_OF_RANGE("percentile", "> 0 && <= 100", percentile)
        wanted, seen = max(1, int(percentile / 100.0 * self._count_ + 0.5)), 0
        for value, count in self._sorted_():
            seen += count
            if seen >= wanted:
                return self._highestOf_(value)
        return 0

    def toJSON(self) -> dict[str, Any]:
        """All figures, as a dict."""
        names = ("count", "min", "max", "mean", "exceeds", "stddev", "skewness", "kurtosis", "percentiles")
        return {name: getattr(self, name) for name in names}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value}' for name, value in self.toJSON().items())})"

    # -- buckets, each known by its smallest value

    def _add_(self, value: int, times: int = 1) -> None:
        if value > self._highest_:
            self._exceeds_ += times
            return
        low = self._lowestOf_(value)
        self._counts_[low] = self._counts_.get(low, 0) + times
        self._count_ += times
        self._max_ = max(self._max_, value)
        if value:
            self._min_ = min(self._min_, value)

    def _addDelta_(self) -> None:
        now = time.monotonic_ns()
        if self._last_:
            self._add_(now - self._last_)
        self._last_ = now

    def _shiftOf_(self, value: int) -> int:
        """The width of a value's bucket, as a power of two."""
        return max(value.bit_length() - self._bits_, self._unit_)

    def _lowestOf_(self, value: int) -> int:
        shift = self._shiftOf_(value)
        return value >> shift << shift

    def _highestOf_(self, value: int) -> int:
        return self._lowestOf_(value) + (1 << self._shiftOf_(value)) - 1

    def _middleOf_(self, value: int) -> int:
        return self._lowestOf_(value) + (1 << self._shiftOf_(value) >> 1)

    def _sorted_(self) -> Iterator[tuple[int, int]]:
        yield from sorted(self._counts_.items())

    def _moment_(self, power: int) -> float:
        mean = self.mean
        total = sum((self._middleOf_(low) - mean) ** power * count for low, count in self._counts_.items())
        return total / self._count_


class RecordableHistogram(Histogram):
    """A histogram that a program fills; `createHistogram` makes one.

    Node: https://nodejs.org/api/perf_hooks.html#class-recordablehistogram-extends-histogram
    """

    def record(self, val: int) -> None:
        """Add a value.

        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE: not a whole number from 1 to 2**53 - 1.
        Node: https://nodejs.org/api/perf_hooks.html#histogramrecordval
        """
        validateInteger(val, "val", 1)
        self._add_(int(val))

    def recordDelta(self) -> None:
        """Add the nanoseconds since the last call; the first one only begins.

        Node: https://nodejs.org/api/perf_hooks.html#histogramrecorddelta
        """
        self._addDelta_()

    def add(self, other: RecordableHistogram) -> None:
        """Add what another one has.

        Raises: ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/perf_hooks.html#histogramaddother
        """
        if not isinstance(other, RecordableHistogram):
            raise ERR_INVALID_ARG_TYPE("other", "RecordableHistogram", other)
        for low, count in other._counts_.items():
            self._add_(low, count)
        self._exceeds_ += other._exceeds_


def createHistogram(
    options: CreateHistogramOptions | Bag | None = None, **keywords: Unpack[CreateHistogramOptions]
) -> RecordableHistogram:
    """A histogram to record in.

    Args: options: CreateHistogramOptions, as a mapping or as keywords.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Example:
        histogram = createHistogram(highest=60_000)
        histogram.record(42)
        histogram.percentile(99)
    Node: https://nodejs.org/api/perf_hooks.html#perf_hookscreatehistogramoptions
    """
    check(CreateHistogramOptions, options, keywords)
    if options is not None:
        validateObject(options, "options")
    given: Mapping[str, Any] = optionsOf(options, keywords)
    lowest, figures = given.get("lowest", 1), given.get("figures", 3)
    highest = given.get("highest", MAX_SAFE_INTEGER)
    validateInteger(lowest, "options.lowest", 1)
    if not isNumber(highest):
        raise ERR_INVALID_ARG_TYPE("options.highest", "number", highest)
    validateInteger(figures, "options.figures", 1, 5)
    if highest < 2 * lowest:
        raise ERR_OUT_OF_RANGE("options.highest", f">= 2 * options.lowest ({2 * int(lowest)}n)", highest)
    validateInteger(highest, "options.highest")
    return RecordableHistogram(TOKEN, int(lowest), int(highest), int(figures))
