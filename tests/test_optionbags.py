"""What is said about options that nobody knows."""

from __future__ import annotations

import importlib
import inspect
from typing import Any, TypedDict, get_origin

import pytest

from nodecompat import http, https, net, optionbags, stream, tls, zlib
from nodecompat.errors import ERR_INVALID_ARG_VALUE
from nodecompat.optionbags import OptionWarning, check
from nodecompat.records import Record


class Base(TypedDict, total=False):
    keepAlive: bool


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the warnings."""
    texts: list[str] = []
    monkeypatch.setattr(optionbags, "emitWarning", lambda warning: texts.append(str(warning)))
    return texts


@pytest.fixture
def kind() -> Any:
    """Options that no other test has seen."""
    return TypedDict("kind", {"port": int, "host": str, "fd": int, "keepAlive": bool}, total=False)


def refusal(kind: Any, **keywords: Any) -> str:
    with pytest.raises(ERR_INVALID_ARG_VALUE) as caught:
        check(kind, None, keywords)
    assert caught.value.code == "ERR_INVALID_ARG_VALUE"
    assert isinstance(caught.value, TypeError)
    return str(caught.value)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("keepalive", "keepAlive"),
        ("prot", "port"),
        ("pport", "port"),
        ("por", "port"),
        ("part", "port"),
        ("hostt", "host"),
        ("keepAlived", "keepAlive"),
        ("keepsAlives", "keepAlive"),
    ],
)
def testAKeywordThatIsUnknownIsRefusedWithTheOneThatWasMeant(kind: Any, given: str, meant: str) -> None:
    assert refusal(kind, **{given: 1}) == f"unknown option '{given}'; did you mean '{meant}'?"


def testAKeywordLikeNoOtherIsRefusedWithoutAGuess(kind: Any) -> None:
    assert refusal(kind, colour="red") == "unknown option 'colour'"


def testKnownKeywordsAndNodesInternalOnesPass(kind: Any) -> None:
    check(kind, None, {"port": 80, "_defaultAgent": None})


def testInheritedOptionsAreKnown() -> None:
    class More(Base, total=False):
        port: int

    check(More, None, {"keepAlive": True, "port": 1})


def testAMappingMayHaveOtherKeys(kind: Any, warned: list[str]) -> None:
    check(kind, {"port": 1, "whatever": 1, "a": 2, 7: 8, None: 9})
    assert warned == []


def testAKeyOneSlipAwayWarnsOnce(kind: Any, warned: list[str]) -> None:
    for _ in range(3):
        check(kind, {"keepAlife": True, "hots": "x"})
    assert sorted(warned) == [
        "unknown option 'hots'; did you mean 'host'?",
        "unknown option 'keepAlife'; did you mean 'keepAlive'?",
    ]


def testAShortKeyIsNoSlip(kind: Any, warned: list[str]) -> None:
    check(kind, {"id": 1, "prt": 2})
    assert warned == []


def testASlipIsOneWhateverOtherFunctionsWereGiven(kind: Any, warned: list[str]) -> None:
    check(TypedDict("other", {"keepalive": bool}), {"keepalive": True}, {"keepalive": True})
    check(kind, {"keepalive": True})
    assert warned == ["unknown option 'keepalive'; did you mean 'keepAlive'?"]


def testForeignKeysDoNotPileUp(kind: Any, warned: list[str]) -> None:
    for number in range(2000):
        check(kind, {f"header{number}": 1})
    assert len(optionbags._judged[kind]) < 500


def testAWarningIsOneOfTheProcess() -> None:
    from nodecompat import process

    seen: list[Warning] = []
    process.emitWarning, before = seen.append, process.emitWarning  # type: ignore[method-assign, assignment]
    try:
        net.createServer({"noDelya": True})
    finally:
        process.emitWarning = before  # type: ignore[method-assign]
    assert [(type(each), str(each)) for each in seen] == [
        (OptionWarning, "unknown option 'noDelya'; did you mean 'noDelay'?")
    ]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: http.Agent(keepalive=True), "unknown option 'keepalive'; did you mean 'keepAlive'?"),
        (lambda: net.createServer().listen(prot=80), "unknown option 'prot'; did you mean 'port'?"),
        (
            lambda: net.createServer(allowHalfOpened=1),
            "unknown option 'allowHalfOpened'; did you mean 'allowHalfOpen'?",
        ),
        (lambda: net.connect(hosst="x", port=1), "unknown option 'hosst'; did you mean 'host'?"),
        (lambda: net.Socket().connect(timeout=3), "unknown option 'timeout'"),
        (lambda: http.request("http://localhost/", timeot=3), "unknown option 'timeot'; did you mean 'timeout'?"),
    ],
)
def testThePublicFunctionsCheck(call: Any, text: str) -> None:
    with pytest.raises(ERR_INVALID_ARG_VALUE) as caught:
        call()
    assert str(caught.value) == text


# -- All that the package offers.

MODULES = [
    "blob",
    "buffer",
    "child_process",
    "cluster",
    "crypto",
    "dgram",
    "dns",
    "dns.promises",
    "events",
    "fs",
    "fs.promises",
    "http",
    "https",
    "net",
    "querystring",
    "readline",
    "readline.promises",
    "stream",
    "stream.promises",
    "stream.web",
    "timers.promises",
    "tls",
    "url",
    "util",
    "web",
    "websocket",
    "zlib",
]

#: What calls need before their options, where it is not a text for each.
_NEEDED: dict[str, tuple[Any, ...]] = {
    "crypto.hash": ("md5", "x"),
    "crypto.scrypt": ("x", "x", 8, print),
    "crypto.scryptSync": ("x", "x", 8),
    **{f"dns.{name}": ("x", print) for name in ("resolve4", "resolve6")},
    **{f"dns.promises.{name}": ("x",) for name in ("resolve4", "resolve6")},
    "readline.promises.Readline": (stream.PassThrough(),),
    **{f"{each.__name__.rpartition('.')[2]}.Server.listen": (each.Server(),) for each in (net, http, https, tls)},
    "web.WebSocket": ("ws://localhost",),
    **{f"zlib.{name}": ("x", print) for name in zlib.__all__ if f"{name}Sync" in zlib.__all__},
}
#: Headers by name; what takes no options, hands them on, or fails always; a base class.
_OPEN = {
    "child_process.ChildProcess.spawn",
    "cluster.Cluster.setupMaster",
    "cluster.Cluster.setupPrimary",
    "cluster.Worker.send",
    "web.Headers",
    *(f"{each}.pipe" for each in ("fs.FileWriteStream", "fs.WriteStream", "stream.Writable")),
    *(f"{each}.toWeb" for each in ("fs.FileWriteStream", "fs.WriteStream", "stream.Writable")),
    *(f"http.{each}.pipe" for each in ("ClientRequest", "OutgoingMessage", "ServerResponse")),
    "zlib.ZlibBase",
}


def _offers() -> dict[str, Any]:
    """Every public function, class and method that takes keywords, by its name below the package; aliases once."""
    found: dict[str, Any] = {}
    for each in MODULES:
        module = importlib.import_module(f"nodecompat.{each}")
        for name in module.__all__:
            value = getattr(module, name)
            methods = {f"{name}.{other}": getattr(value, other) for other in dir(value) if other[0] != "_"}
            for path, callable_ in {name: value, **(methods if isinstance(value, type) else {})}.items():
                if get_origin(callable_) is None and _takesOptions(callable_):  # an alias of a type is no function
                    found.setdefault(f"{each}.{path}", callable_)
    return {name: found[name] for name in found if name not in _OPEN}


def _takesOptions(value: Any) -> bool:
    if not callable(value) or (isinstance(value, type) and issubclass(value, (BaseException, dict, Record))):
        return False
    try:
        parameters = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(each.kind in (each.VAR_KEYWORD, each.KEYWORD_ONLY) and each.name[0] != "_" for each in parameters)


def _needed(name: str, value: Any) -> tuple[Any, ...]:
    """A text for each argument that must be there; a method gets an object that is not initialized."""
    parameters = inspect.signature(value).parameters.values()
    positional = [each for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    needed: list[Any] = ["x" for each in positional if each.default is each.empty]
    if positional and positional[0].name == "self":
        module, kind, _ = name.rsplit(".", 2)
        owner = getattr(importlib.import_module(f"nodecompat.{module}"), kind)
        needed[0] = owner.__new__(owner)
    return tuple(needed)


OFFERS = _offers()


@pytest.mark.parametrize("name", OFFERS)
def testEveryFunctionRefusesAnOptionOfNobody(name: str) -> None:
    with pytest.raises(ERR_INVALID_ARG_VALUE, match="unknown option 'nobodysOption'"):
        OFFERS[name](*(_NEEDED.get(name) or _needed(name, OFFERS[name])), nobodysOption=1)
