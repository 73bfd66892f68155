"""`util` for those who look for a fault: debuglog, deprecate, getCallSites.

Node: https://nodejs.org/api/util.html#utildebuglogsection-callback
"""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any, TypeVar, cast

from ..optionbags import named
from ..process import process
from ..records import Record
from ..validators import validateBoolean, validateFunction, validateNumber, validateObject, validateString
from .formatting import format, formatWithOptions

__all__ = ["CallSite", "DebugLogger", "debug", "debuglog", "deprecate", "getCallSites"]

_Function = TypeVar("_Function", bound=Callable[..., Any])
_warned: set[str] = set()  # codes of deprecations


class DebugLogger:
    """What `debuglog` returns: called with a format and values it writes a line to stderr, if its section is wanted.

    Node: https://nodejs.org/api/util.html#utildebuglogsection-callback
    """

    def __init__(self, section: str, callback: Callable[[Callable[..., None]], object] | None) -> None:
        self._section_ = section.upper()
        self._callback_ = callback

    @property
    def enabled(self) -> bool:
        """Whether NODE_DEBUG names the section."""
        return _wanted(os.environ.get("NODE_DEBUG", ""), self._section_)

    def __call__(self, *args: Any) -> None:
        if self._callback_ is not None:
            callback, self._callback_ = self._callback_, None
            callback(self._log_)
        self._log_(*args)

    def _log_(self, *args: Any) -> None:
        if self.enabled:
            colors = sys.stderr.isatty()
            text = formatWithOptions({"colors": True}, *args) if colors else format(*args)
            print(f"{self._section_} {os.getpid()}: {text}", file=sys.stderr, flush=True)


@functools.lru_cache(maxsize=32)
def _pattern(names: str) -> re.Pattern[str]:
    words = [re.escape(name).replace(r"\*", ".*") for name in names.upper().split(",") if name]
    return re.compile("|".join(words) if words else r"(?!)")


def _wanted(names: str, section: str) -> bool:
    return _pattern(names).fullmatch(section) is not None


def debuglog(section: str, callback: Callable[[Callable[..., None]], object] | None = None) -> DebugLogger:
    """A function that writes to stderr when NODE_DEBUG names `section`: `debuglog("foo")("hello %d", 5)`.

    Args:
        section: a name; NODE_DEBUG holds names with commas between, and `*` for any letters, in any case.
        callback: called once, when the function is first called, with a function that writes and looks for nothing
            else.
    Node: https://nodejs.org/api/util.html#utildebuglogsection-callback
    """
    return DebugLogger(section, callback)


debug = debuglog


@named
def deprecate(
    fn: _Function,
    msg: str,
    code: str | None = None,
    options: Mapping[str, Any] | None = None,
    *,
    modifyPrototype: bool | None = None,
) -> _Function:
    """A function or class that works like `fn`, and emits a DeprecationWarning the first time.

    Args:
        fn: the function or class.
        msg: the text of the warning.
        code: its code; of several functions with one code, the first that is called warns.
        options: `modifyPrototype` is accepted; what is returned is always a function of its own.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/util.html#utildeprecatefn-msg-code-options
    """
    if code is not None:
        validateString(code, "code")
    given = modifyPrototype if options is None else options.get("modifyPrototype")
    if given is not None:
        validateBoolean(given, "options.modifyPrototype")
    validateFunction(fn, "fn")
    if process.noDeprecation:
        return fn
    warns = True

    @functools.wraps(fn)
    def deprecated(*args: Any, **keywords: Any) -> Any:
        nonlocal warns
        if warns:
            warns = False
            _warn(msg, code)
        return fn(*args, **keywords)

    return cast(_Function, deprecated)


def _warn(text: str, code: str | None) -> None:
    if code is None:
        process.emitWarning(text, "DeprecationWarning")
    elif code not in _warned:
        _warned.add(code)
        process.emitWarning(text, "DeprecationWarning", code)


@dataclass(frozen=True)
class CallSite(Record):
    """One frame of `getCallSites`; columns are 1 where Python does not know them (before 3.11)."""

    functionName: str
    scriptId: str
    scriptName: str
    lineNumber: int
    columnNumber: int
    column: int


@named
def getCallSites(frameCount: Any = None, options: Any = None, *, sourceMap: bool | None = None) -> list[CallSite]:
    """The functions that are running, the caller first.

    Args:
        frameCount: how many, 1 to 200; 10 if left out.
        options: `sourceMap` is accepted; Python has none.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/util.html#utilgetcallsitesframecount-options
    """
    if isinstance(frameCount, Mapping):
        frameCount, options = None, frameCount
    count = 10 if frameCount is None else frameCount
    validateNumber(count, "frameCount", 1, 200)
    if options is not None:
        validateObject(options, "options")
        if options.get("sourceMap") is not None:
            validateBoolean(options["sourceMap"], "options.sourceMap")
    sites: list[CallSite] = []
    frame: FrameType | None = sys._getframe(2)  # 1 checks the keywords
    while frame is not None and len(sites) < count:
        sites.append(_site(frame))
        frame = frame.f_back
    return sites


def _site(frame: FrameType) -> CallSite:
    code = frame.f_code
    column = 1
    positions = getattr(code, "co_positions", None)
    if positions is not None:
        found = list(positions())[frame.f_lasti // 2]
        column = (found[2] or 0) + 1
    name = "" if code.co_name == "<module>" else code.co_name
    return CallSite(name, str(id(code)), code.co_filename, frame.f_lineno, column, column)
