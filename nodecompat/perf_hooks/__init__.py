"""The module `perf_hooks`: clocks, marks and measures, histograms, and how busy and how late the loop is.

Follows Node 26 but for resource timings and what only V8 and libuv have. Everything is on the package's clock, so that
a simulated network moves it.

Node: https://nodejs.org/api/perf_hooks.html
"""

from types import SimpleNamespace

from .delay import ELDHistogram, EventLoopMonitorOptions, monitorEventLoopDelay
from .entries import (
    PerformanceEntry,
    PerformanceMark,
    PerformanceMarkOptions,
    PerformanceMeasure,
    PerformanceNodeEntry,
)
from .histogram import CreateHistogramOptions, Histogram, RecordableHistogram, createHistogram
from .observer import PerformanceObserver, PerformanceObserverEntryList, PerformanceObserverInit
from .timeline import (
    EventLoopUtilization,
    Performance,
    PerformanceMeasureOptions,
    PerformanceNodeTiming,
    TimerifyOptions,
    eventLoopUtilization,
    performance,
    timerify,
)

#: Node's names for collections of garbage; nothing here reports any.
constants: SimpleNamespace = SimpleNamespace(
    NODE_PERFORMANCE_GC_MAJOR=4,
    NODE_PERFORMANCE_GC_MINOR=1,
    NODE_PERFORMANCE_GC_MINOR_MARK_SWEEP=2,
    NODE_PERFORMANCE_GC_INCREMENTAL=8,
    NODE_PERFORMANCE_GC_WEAKCB=16,
    NODE_PERFORMANCE_GC_FLAGS_NO=0,
    NODE_PERFORMANCE_GC_FLAGS_CONSTRUCT_RETAINED=2,
    NODE_PERFORMANCE_GC_FLAGS_FORCED=4,
    NODE_PERFORMANCE_GC_FLAGS_SYNCHRONOUS_PHANTOM_PROCESSING=8,
    NODE_PERFORMANCE_GC_FLAGS_ALL_AVAILABLE_GARBAGE=16,
    NODE_PERFORMANCE_GC_FLAGS_ALL_EXTERNAL_MEMORY=32,
    NODE_PERFORMANCE_GC_FLAGS_SCHEDULE_IDLE=64,
)

__all__ = [
    "CreateHistogramOptions",
    "ELDHistogram",
    "EventLoopMonitorOptions",
    "EventLoopUtilization",
    "Histogram",
    "Performance",
    "PerformanceEntry",
    "PerformanceMark",
    "PerformanceMarkOptions",
    "PerformanceMeasure",
    "PerformanceMeasureOptions",
    "PerformanceNodeEntry",
    "PerformanceNodeTiming",
    "PerformanceObserver",
    "PerformanceObserverEntryList",
    "PerformanceObserverInit",
    "RecordableHistogram",
    "TimerifyOptions",
    "constants",
    "createHistogram",
    "eventLoopUtilization",
    "monitorEventLoopDelay",
    "performance",
    "timerify",
]
