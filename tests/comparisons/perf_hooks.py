"""Comparisons of `perf_hooks`."""

from __future__ import annotations

import re
import time
from typing import Any

from twisted.internet.defer import Deferred

from nodecompat import http, perf_hooks, process, setImmediate, setTimeout
from nodecompat.perf_hooks import PerformanceObserver, createHistogram, monitorEventLoopDelay, performance

_TIMINGS = "fetch keeps no timings; the channels `http.client.request.…` of `diagnostics_channel` tell of its steps"
_NO_V8 = "what only V8 and libuv have"
LEFT_OUT = {
    **dict.fromkeys(("ConnectionTimingInfo.*", "FetchTimingInfo.*", "PerformanceResourceTiming*"), _TIMINGS),
    **dict.fromkeys(
        (
            "Performance 'resourcetimingbufferfull'",
            "Performance.clearResourceTimings",
            "Performance.markResourceTiming",
            "Performance.setResourceTimingBufferSize",
        ),
        _TIMINGS,
    ),
    "Histogram.*BigInt": "Python's integers are exact: the names without it",
    **dict.fromkeys(
        (
            "PerformanceNodeTiming.bootstrapComplete",
            "PerformanceNodeTiming.environment",
            "PerformanceNodeTiming.uvMetricsInfo",
            "PerformanceNodeTiming.v8Start",
            "UVMetrics.*",
            "EventLoopMonitorOptions.samplePerIteration",
        ),
        _NO_V8,
    ),
    **dict.fromkeys(
        ("createSlidingWindowHistogram", "importHistogram"), "`prometheus-client` and its kin keep histograms for long"
    ),
}


def compared() -> set[str]:
    """What the comparisons do not name: of EventTarget, tests/test_eventtarget.py compares it with Node."""
    ofTargets = {"Performance.addEventListener", "Performance.removeEventListener"}
    # `constants` compares all of them, and `timerified` the name of this class.
    return ofTargets | {f"constants.{name}" for name in vars(perf_hooks.constants)} | {"PerformanceNodeEntry"}


def _failure(run: Any) -> Any:
    try:
        return run()
    except Exception as error:
        name = getattr(error, "name", None) or next(
            each.__name__.replace("Node", "") for each in type(error).__mro__ if not each.__name__.startswith("ERR_")
        )
        return [name.replace("ValueError", "RangeError"), getattr(error, "code", None), str(error)]


def _figures(histogram: Any) -> list[Any]:
    percentiles = {f"{key:g}" if key == int(key) else str(key): each for key, each in histogram.percentiles.items()}
    return [
        *(histogram.count, histogram.exceeds, histogram.min, histogram.max),
        *(float(f"{each:.9g}") for each in (histogram.mean, histogram.stddev, histogram.skewness, histogram.kurtosis)),
        percentiles,
        [histogram.percentile(each) for each in (0.01, 1, 25, 50, 90, 99, 99.9, 100)],
    ]


def _entry(each: Any) -> list[Any]:
    return [each.name, each.entryType, each.startTime, each.duration, getattr(each, "detail", None)]


def _clear() -> None:
    performance.clearMarks()
    performance.clearMeasures()


async def _immediately() -> None:
    done: Deferred[None] = Deferred()
    setImmediate(lambda: setImmediate(done.callback, None))
    await done


async def _sleep(duration: float) -> None:
    done: Deferred[None] = Deferred()
    setTimeout(done.callback, duration, None)
    await done


def histograms() -> Any:
    found = []
    for digits in range(1, 6):
        for lowest in (1, 7, 1000):
            histogram = createHistogram(lowest=lowest, highest=10**9, figures=digits)
            value = 1
            for i in range(200):
                value = value * 48271 % 2147483647
                histogram.record(value if i % 3 else value % 5000 + 1)
            found.append(_figures(histogram))
    return found


def aHistogramOfOneValue() -> Any:
    histogram = createHistogram()
    histogram.record(7)
    return _figures(histogram)


def anEmptyHistogram() -> Any:
    return _figures(createHistogram())


def reset() -> Any:
    histogram = createHistogram()
    histogram.record(7)
    histogram.reset()
    return _figures(histogram)


def add() -> Any:
    one, other = createHistogram(), createHistogram(figures=2)
    for each in (1, 700, 123456):
        other.record(each)
    one.record(5)
    one.add(other)
    return _figures(one)


def exceeds() -> Any:
    found = []
    for each in (1000, 1001, 2047, 5000):
        histogram = createHistogram(highest=1000)
        histogram.record(each)
        found.append([histogram.count, histogram.exceeds])
    return found


def recordDelta() -> Any:
    histogram = createHistogram()
    histogram.recordDelta()
    first = histogram.count
    histogram.recordDelta()
    return [first, histogram.count, histogram.min > 0]


def aHistogramAsJSON() -> Any:
    histogram = createHistogram()
    for each in (1, 5, 5, 9, 1000, 123456):
        histogram.record(each)
    found = histogram.toJSON()
    return {**found, "percentiles": _figures(histogram)[8]}


def whatHistogramsRefuse() -> Any:
    options: list[Any] = [
        *({"lowest": 0}, {"lowest": 5, "highest": 6}, {"figures": 6}, {"figures": "a"}, {"lowest": 1.5}),
        *({"lowest": "x"}, {"highest": "x"}, 5),
    ]
    values: list[Any] = [0, -1, "s", 1.5, None]
    percentiles: list[Any] = [0, 101, "a", float("nan")]
    other: Any = {}
    return [
        *(_failure(lambda each=each: createHistogram(each)) for each in options),
        *(_failure(lambda each=each: createHistogram().record(each)) for each in values),
        *(_failure(lambda each=each: createHistogram().percentile(each)) for each in percentiles),
        _failure(lambda: createHistogram().add(other)),
    ]


def delays() -> Any:
    options: list[Any] = [{"resolution": 0}, {"resolution": "x"}, {"resolution": 1.5}, 5]
    return [_failure(lambda each=each: monitorEventLoopDelay(each)) for each in options]


async def delayIsSampled() -> Any:
    delay = monitorEventLoopDelay(resolution=1)
    found = [delay.enable(), delay.enable()]
    while delay.count < 3:
        await _sleep(1)
    found += [delay.max > 500_000, delay.disable(), delay.disable(), not hasattr(delay, "record")]
    with monitorEventLoopDelay() as other:
        other.enable()
    return found


def marks() -> Any:
    _clear()
    number: Any = 5
    found: list[Any] = [
        _entry(performance.mark("x", {"startTime": 5, "detail": {"a": 1}})),
        _entry(perf_hooks.PerformanceMark("y", startTime=9)),
        performance.mark(number, startTime=1).name,
        performance.mark("x", startTime=2, detail=7).toJSON(),
    ]
    found += [
        [_entry(each) for each in performance.getEntries()],
        [_entry(each) for each in performance.getEntriesByName("x")],
        performance.getEntriesByName("y"),
        len(performance.getEntriesByType("mark")),
        performance.getEntriesByName("x", "measure"),
        performance.getEntriesByType("other"),
    ]
    performance.clearMarks("x")
    found.append([_entry(each) for each in performance.getEntries()])
    _clear()
    return [*found, performance.getEntries()]


def aDetailIsCopied() -> Any:
    detail = {"a": [1]}
    mark = performance.mark("x", detail=detail)
    detail["a"].append(2)
    _clear()
    return mark.detail


def whatMarksRefuse() -> Any:
    options: list[Any] = [{"startTime": -5}, {"startTime": "5"}, 5]
    moments = ("nodeStart", "loopStart", "bootstrapComplete")
    return [
        _failure(lambda: performance.mark()),
        *(_failure(lambda each=each: performance.mark(each)) for each in moments),
        *(_failure(lambda each=each: performance.mark("x", each)) for each in options),
        _failure(lambda: performance.getEntriesByName()),
        _failure(lambda: performance.getEntriesByType()),
        _failure(perf_hooks.PerformanceEntry),
        _failure(perf_hooks.PerformanceMeasure),
        _failure(perf_hooks.Performance),
        _failure(perf_hooks.PerformanceObserverEntryList),
    ]


def measures() -> Any:
    _clear()
    performance.mark("a", startTime=5)
    performance.mark("b", startTime=20)
    performance.mark("a", startTime=7)
    calls: list[Any] = [
        ["m", "a", "b"],
        ["m", None, "b"],
        ["m", {"start": 3, "end": 10, "detail": "d"}],
        ["m", {"start": 3, "duration": 10}],
        ["m", {"end": 13, "duration": 10}],
        ["m", {}, "b"],
        ["m", {"start": 10, "end": 2}],
        ["m", {"start": "a", "end": "b"}],
        ["m", "nodeStart", "b"],
    ]
    found: list[Any] = []
    for each in calls:
        name, type, start, duration, detail = _entry(performance.measure(*each))
        isLive = each[1] == "nodeStart"
        found.append([name, type, isLive or start, isLive or duration, detail])
    performance.clearMeasures("m")
    found.append([_entry(each) for each in performance.getEntriesByType("measure")])
    found.append(performance.measure("n", "a").duration > -7)
    _clear()
    return found


def whatMeasuresRefuse() -> Any:
    performance.mark("b", startTime=20)
    calls: list[Any] = [
        [],
        [5],
        ["m", "nope"],
        ["m", "b", "nope"],
        ["m", {"start": 1, "end": 13, "duration": 10}],
        ["m", {"start": 1}, "b"],
        ["m", {"start": -10, "end": 2}],
    ]
    found = [_failure(lambda each=each: performance.measure(*each)) for each in calls]
    _clear()
    return found


async def timerified() -> Any:
    histogram = createHistogram()
    observer = PerformanceObserver(lambda: None)
    observer.observe({"entryTypes": ["function"]})

    def add(a: int, b: int) -> int:
        return a + b

    async def wait(text: str) -> int:
        return 4

    def fail() -> None:
        raise ValueError("no")

    timedAdd = performance.timerify(add, histogram=histogram)
    timedWait = perf_hooks.timerify(wait, histogram=histogram)
    timedFail = performance.timerify(fail, {"histogram": histogram})
    found: list[Any] = [timedAdd.__name__, timedAdd(1, 2), await timedWait("x"), _failure(timedFail)[2]]
    found += [histogram.count, histogram.min > 0]
    entries: list[Any] = observer.takeRecords()
    found.append(
        [
            [type(each).__name__, each.name, each.entryType, each.duration >= 0, each.detail, list(each.toJSON())]
            for each in entries
        ]
    )
    observer.disconnect()
    timedAdd(1, 2)
    return [*found, histogram.count, observer.takeRecords()]


def whatTimerifyRefuses() -> Any:
    number: Any = 5
    wrong: Any = {"histogram": {}}
    return [
        _failure(lambda: performance.timerify(number)),
        _failure(lambda: performance.timerify(_clear, wrong)),
        _failure(lambda: performance.timerify(_clear, number)),
    ]


async def observers() -> Any:
    found: list[Any] = []
    performance.mark("before", startTime=1)

    def onEntries(list: Any, own: Any) -> None:
        found.extend(
            (
                [_entry(each) for each in list.getEntries()],
                len(list.getEntriesByName("m")),
                list.getEntriesByName("m", "mark"),
                len(list.getEntriesByType("mark")),
                own is observer,
            )
        )

    observer = PerformanceObserver(onEntries)
    observer.observe(type="mark")
    observer.observe(type="measure", buffered=True)
    performance.mark("b", startTime=9)
    performance.measure("m", start=3, end=4)
    setImmediate(lambda: found.append("immediate"))
    process.nextTick(lambda: found.append("tick"))
    await _immediately()
    performance.mark("c", startTime=9)
    found += [[_entry(each) for each in observer.takeRecords()], observer.takeRecords()]
    performance.mark("dropped")
    observer.disconnect()
    await _immediately()
    observer.observe(type="mark", buffered=True)
    found.append([each.name for each in observer.takeRecords()])
    observer.disconnect()
    observer.observe(entryTypes=["mark", "other"])
    observer.observe(entryTypes=["measure"])
    performance.mark("unheard")
    found.append(observer.takeRecords())
    observer.disconnect()
    _clear()
    return [*found, {"function", "http", "mark", "measure"} <= {*PerformanceObserver.supportedEntryTypes}]


def whatObserversRefuse() -> Any:
    def observing(*options: Any) -> Any:
        def run() -> None:
            observer = PerformanceObserver(lambda: None)
            try:
                for each in options:
                    observer.observe(each)
            finally:
                observer.disconnect()

        return _failure(run)

    return [
        _failure(PerformanceObserver),
        observing({}),
        observing({"type": "mark", "entryTypes": ["mark"]}),
        observing({"entryTypes": "mark"}),
        observing({"type": "mark"}, {"entryTypes": ["mark"]}),
        observing({"entryTypes": ["mark"]}, {"type": "mark"}),
        observing({"entryTypes": ["other"]}),
        observing({"type": "other"}),
    ]


async def httpEntries() -> Any:
    entries: list[Any] = []
    observer = PerformanceObserver(lambda list: entries.extend(list.getEntries()))
    observer.observe({"entryTypes": ["http"]})
    server = http.createServer(lambda req, res: res.writeHead(201, {"x": "y"}).end("hi"))
    ended: Deferred[None] = Deferred()
    closed: Deferred[None] = Deferred()

    def get() -> None:
        options = {"port": server.address().port, "host": "127.0.0.1", "path": "/p", "agent": False}
        http.get({**options, "headers": {"a": "b"}}, lambda res: res.resume().on("end", lambda: ended.callback(None)))

    server.listen(0, "127.0.0.1", get)
    await ended
    server.close(lambda: closed.callback(None))
    await closed
    found = []
    for each in sorted([*entries, *observer.takeRecords()], key=lambda each: each.name):
        req, res = each.detail["req"], each.detail["res"]
        url = re.sub(r":\d+", ":PORT", req["url"])
        found.append(
            [
                *(each.name, each.entryType, each.duration >= 0, req["method"], url, req["headers"]["a"]),
                *(res["statusCode"], res["statusMessage"], each.name == "HttpRequest" or res["headers"]["x"]),
            ]
        )
    observer.disconnect()
    return found


async def clocks() -> Any:
    nodeTiming, timeOrigin = performance.nodeTiming, performance.timeOrigin
    now = performance.now()
    json = performance.toJSON()
    return [
        *(now > 0, performance.now() >= now, abs(timeOrigin + now - time.time() * 1000) < 1000, sorted(json)),
        *(nodeTiming.name, nodeTiming.entryType, nodeTiming.startTime, nodeTiming.duration >= now),
        *(nodeTiming.nodeStart >= 0, nodeTiming.loopExit, nodeTiming.idleTime >= 0),
        nodeTiming.loopStart < performance.now(),
    ]


async def utilization() -> Any:
    performance.eventLoopUtilization()  # the first call of a process gives zeros
    found: list[Any] = [
        perf_hooks.eventLoopUtilization({"idle": 5, "active": 10}, {"idle": 2, "active": 3}),
        perf_hooks.eventLoopUtilization({"idle": 5, "active": 10}, {"idle": 5, "active": 10}),
    ]
    first = performance.eventLoopUtilization()
    await _sleep(30)
    before = performance.eventLoopUtilization()
    quiet = performance.eventLoopUtilization(before, first)
    start = performance.now()
    while performance.now() - start < 30:
        pass
    busy = performance.eventLoopUtilization(before)
    between = performance.eventLoopUtilization(performance.eventLoopUtilization(), before)
    return [
        *(*found, quiet.idle > 0, quiet.active >= 0, quiet.utilization < 1, busy.idle, busy.active > 25),
        *(busy.utilization, between.idle, between.active >= busy.active),
    ]


def constants() -> Any:
    return vars(perf_hooks.constants)
