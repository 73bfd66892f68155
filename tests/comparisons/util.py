"""Comparisons of `util`; thousands of random cases stand in data/cases (util, inspect)."""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from readlinecases import turn
from twisted.internet.defer import Deferred

from nodecompat import process, util
from nodecompat.abort import AbortController, AbortSignal
from nodecompat.errors import NodeError
from nodecompat.events import EventEmitter
from nodecompat.stream import PassThrough

_TIMERS = "new in 26, and not yet in @types/node: `setTimeout` does it"
_WORKERS = "of workers, which there are not"
LEFT_OUT = {
    "debounce": _TIMERS,
    "throttle": _TIMERS,
    "markPromiseAsHandled": "a Deferred is handled by adding an errback",
    "setTraceSigInt": "V8's stack; Python prints its own at SIGINT",
    "transferableAbort*": _WORKERS,
    "inspect.replDefaults": "of Node's REPL",
    "InspectStyles.regexp": "one colour: Python's patterns have another syntax",
    "InspectContext.stylize": "an attribute of the options that a method `__inspect__` is given, not of a class",
}
#: Types that have no class of their own.
CLASSES = {
    "CallSiteObject": "CallSite",
    "DeprecateOptions": "deprecate",
    "GetCallSitesOptions": "getCallSites",
    "IsDeepStrictEqualOptions": "isDeepStrictEqual",
    "StyleTextOptions": "styleText",
    "TextDecoderCommon": "TextDecoder",
    "TextEncoderCommon": "TextEncoder",
    "TextEncoderEncodeIntoResult": "EncodeIntoResult",
}
_NESTED = {
    "b": [1, [2, [3, [4]]]],
    "a": 'it\'s "x"',
    "n": 123456.789,
    "s": {1},
    "m": {("k",): 1},
    "t": True,
}


def _each(functions: Iterable[Callable[[], Any]]) -> list[Any]:
    found: list[Any] = []
    for run in functions:
        try:
            found.append(run())
        except NodeError as error:
            found.append([error.name, error.code, error.message])
        except TypeError:
            found.append(["TypeError", None, ""])
    return found


async def _failed(promise: Awaitable[Any]) -> list[Any]:
    try:
        return [await promise]
    except NodeError as error:
        return [error.name, error.message]
    except RuntimeError as error:
        return ["Error", str(error)]


def inspectOptions() -> Any:
    bags: list[dict[str, Any]] = [
        *({}, {"depth": 0}, {"depth": None}, {"breakLength": 20}, {"breakLength": math.inf}, {"compact": False}),
        *({"compact": 1}, {"sorted": True}, {"maxArrayLength": 1}, {"maxStringLength": 2}, {"numericSeparator": True}),
        *({"colors": True}, {"showHidden": False, "showProxy": True, "getters": True, "customInspect": False}),
    ]
    return [util.inspect(_NESTED, options) for options in bags]


def inspectOfAnObject() -> Any:
    class Shown:
        def __inspect__(self, depth: Any, options: Any, inspect: Any) -> str:
            return f"<{options['stylize'](inspect(5), 'number')} {depth}>"

    assert util.inspect.custom == "__inspect__"
    return [util.inspect(Shown()), util.inspect({"a": Shown()}), util.inspect([Shown()], {"colors": True})]


def tablesOfInspect() -> Any:
    before = util.inspect.styles["number"]
    util.inspect.styles["number"] = "red"
    red = util.inspect(5, {"colors": True})
    util.inspect.styles["number"] = before
    depth = util.inspect.defaultOptions["depth"]
    util.inspect.defaultOptions["depth"] = 0
    shallow = util.inspect({"a": {"b": 1}})
    util.inspect.defaultOptions["depth"] = depth
    colors = util.inspect.colors
    found = [red, util.inspect(5, {"colors": True}), shallow, colors["bold"], colors["red"]]
    return [*found, util.inspect.defaultOptions, util.inspect({"a": {"b": 1}})]


def format() -> Any:
    values: list[list[Any]] = [
        ["%s %d %i %f %j %o %O %% %c|", "a", 1.5, "2.7", "3.5", {"a": 1}, [1], {"b": {"c": {}}}, "css", "rest"],
        *(["a", "b", 5, {"x": 1}], ["%s"], ["%d", "x"], ["100%", 1], [5, "%s"]),
    ]
    options = {"colors": True, "compact": False}
    return [*(util.format(*each) for each in values), util.formatWithOptions(options, "%O", {"a": 1}, "b")]


def isDeepStrictEqual() -> Any:
    class A:
        pass

    class B:
        pass

    return [
        util.isDeepStrictEqual({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}),
        util.isDeepStrictEqual([1], ["1"]),
        util.isDeepStrictEqual({(1,)}, {(1,)}),
        util.isDeepStrictEqual(math.nan, math.nan),
        util.isDeepStrictEqual(A(), B(), {"skipPrototype": True}),
    ]


def styleText() -> Any:
    made: Any = util

    class Plain(PassThrough):
        isTTY = False

    return _each(
        [
            lambda: made.styleText("red", "a", {"validateStream": False}),
            lambda: made.styleText(["bold", "underline"], "a", validateStream=False),
            lambda: made.styleText("nowhere", "a"),
            lambda: made.styleText("red", 5),
            lambda: made.styleText("red", "a", {"validateStream": True, "stream": Plain()}),
            lambda: made.styleText("red", "a", {"stream": 5}),
        ]
    )


def parseArgs() -> Any:
    foo = {"type": "boolean", "short": "f"}
    configs: list[Any] = [
        {
            "args": ["-f", "--bar", "b", "rest"],
            "options": {"foo": foo, "bar": {"type": "string"}},
            "allowPositionals": True,
        },
        {
            "args": ["--no-foo", "--x=1", "--x=2"],
            "options": {"foo": {"type": "boolean"}, "x": {"type": "string", "multiple": True, "default": ["0"]}},
            "allowNegative": True,
            "tokens": True,
        },
        {"args": [], "options": {"d": {"type": "string", "default": "here"}}},
        *({"args": ["--unknown"], "strict": False}, {"args": ["--unknown"]}, {"args": ["rest"]}),
        {"args": ["--s"], "options": {"s": {"type": "string"}}},
    ]
    return _each(lambda config=config: util.parseArgs(config) for config in configs)


def parseEnv() -> Any:
    return util.parseEnv("A=1\n# no\nB=\"x y\" # c\nexport C='z'\nD=`a\nb`")


def mimeType() -> Any:
    type: Any = util.MIMEType('Text/HTML; charset="utf-8"; x=y')
    params = type.params
    before = [
        *(str(type), type.toString(), type.type, type.subtype, type.essence, params.get("charset")),
        *(params.get("none"), params.has("x"), list(params.keys()), list(params.values()), list(params.entries())),
        *(list(params), isinstance(params, util.MIMEParams)),
    ]
    params.set("q", "a b")
    params.delete("x")
    type.type = "application"
    type.subtype = "json"
    wrong: Any = [
        lambda: util.MIMEType("nothing"),
        lambda: setattr(type, "type", ""),
        lambda: params.set("", "x"),
    ]
    return [before, str(type), *_each(wrong)]


def encoding() -> Any:
    encoder, target = util.TextEncoder(), bytearray(5)
    result = encoder.encodeInto("a€€", target)
    decoder = util.TextDecoder("utf-16le", {"fatal": True, "ignoreBOM": True})
    streaming, made = util.TextDecoder(), util.TextDecoder
    text = streaming.decode(b"\xe2\x82", {"stream": True}) + streaming.decode(b"\xac")
    wrong: Any = [
        lambda: made("nowhere"),
        lambda: made("utf-8", {"fatal": True}).decode(b"\xff"),
        lambda: made().decode(5),  # type: ignore[arg-type]
    ]
    return [
        *(encoder.encoding, encoder.encode("é"), result.read, result.written, target, decoder.encoding),
        *(decoder.fatal, decoder.ignoreBOM, decoder.decode(b"a\0b\0"), text),
        *_each(wrong),
    ]


async def promisify() -> Any:
    def callback(value: int, done: Any) -> None:
        done(RuntimeError("negative") if value < 0 else None, value * 2)

    def custom() -> int:
        return 1

    setattr(custom, util.promisify.custom, lambda: 2)
    made: Any = util.promisify
    found = [await made(callback)(2), await _failed(made(callback)(-1)), made(custom)()]
    return [*found, *_each([lambda: made(5)])]


async def callbackify() -> Any:
    def call(fn: Any, *args: Any) -> Any:
        answer: Deferred[Any] = Deferred()
        util.callbackify(fn)(*args, lambda error, value: answer.callback([error and str(error), value]))
        return answer

    async def next(value: int) -> int:
        return value + 1

    async def failing() -> None:
        raise RuntimeError("x")

    made: Any = util.callbackify
    return [await call(next, 1), await call(failing), *_each([lambda: made(5)])]


async def aborted() -> Any:
    controller, seen = AbortController(), []
    made: Any = util.aborted
    promise = made(controller.signal, controller).addCallback(lambda value: seen.append("aborted"))
    controller.abort()
    await promise
    holder = AbortController()
    await made(AbortSignal.abort(), holder)
    return seen


async def deprecate() -> Any:
    seen: list[Any] = []
    printers = process.listeners("warning")
    process.removeAllListeners("warning")
    process.on("warning", lambda warning: seen.append([warning.name, warning.message, warning.code]))
    old = util.deprecate(lambda value: value, "old is old", "DEP9001", modifyPrototype=True)
    old(1)
    old(2)
    util.deprecate(lambda: 0, "other", "DEP9001")()
    await turn()
    process.removeAllListeners("warning")
    for each in printers:
        process.on("warning", each)
    return seen


def inherits() -> Any:
    class Old(EventEmitter):
        pass

    made: Any = util.inherits
    made(Old, EventEmitter)
    return [isinstance(Old(), EventEmitter), *_each([lambda: made(None, EventEmitter)])]


def debuglog() -> Any:
    logger: Any = util.debuglog("nowhere")
    return [logger.enabled, util.debuglog is util.debug, logger("x")]


def callSites() -> Any:
    def outer() -> Any:
        return util.getCallSites(1, {"sourceMap": False})[0]

    site = outer()
    made: Any = util.getCallSites
    return [
        *(site.functionName, Path(site.scriptName).stem, site.lineNumber > 1, site.columnNumber > 0),
        *("string" * isinstance(site.scriptId, str), len(made(1))),
        *_each([lambda: made(0), lambda: made("a")]),
    ]


def systemErrors() -> Any:
    made: Any = util
    found = [made.getSystemErrorName(-2), made.getSystemErrorMessage(-2), made.getSystemErrorMap()[-2]]
    return [*found, *_each([lambda: made.getSystemErrorName("x"), lambda: made.getSystemErrorMessage(1.5)])]


def signals() -> Any:
    return [util.convertProcessSignalToExitCode("SIGTERM"), util.convertProcessSignalToExitCode("SIGKILL")]


def texts() -> Any:
    made: Any = util
    found = [made.stripVTControlCharacters("\x1b[31mred\x1b[0m"), made.toUSVString("a\ud800"), made.isArray([])]
    return [*found, made.isArray({}), made.diff("ab", "ac"), made.diff(["a"], ["a", "b"])]


def types() -> Any:
    return [util.types.isDate(datetime.now()), util.types.isRegExp(re.compile("x")), util.types.isDate(5)]
