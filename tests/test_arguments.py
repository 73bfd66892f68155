"""Every public function with every argument, and every option, replaced by each of forty odd values: as in Node.

The calls stand in data/arguments/calls.json, what Node makes of them in answers.json. Nothing but an error with a code
may leave a function; where Node's engine raises an error of its own, any such error will do, or none.
"""

from __future__ import annotations

import importlib
import inspect
import os
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from types import FunctionType
from typing import Any, NamedTuple

import pytest
from argumentcases import LIKE, TABLE, VALUES, Entry, Place, Play, agrees, entries, recorded, silence

from nodecompat import process

pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")


class Departure(NamedTuple):
    """Cases that shall differ: of the calls that begin like this, at one place, with one of these values."""

    call: str
    place: str
    values: str
    why: str
    #: What our outcome says then.
    ours: str = ""


_NOT_TOLD = "which of two errors is told first"
_COROUTINE = "the class of a coroutine has its own name"
_NUL = "a NUL hides the rest of a name from the resolver; Node refuses it in `lookup` only"
_ABORTS = "Node ends the process"

DEPARTURES = [
    Departure(
        "new events.EventEmitterAsyncResource",
        "0",
        "function async class error",
        "an attribute that only JavaScript has: `name`",
    ),
    Departure("ee.emit", "1", "readable writable", "the text of a stream is Python's"),
    Departure("querystring.unescape", "0", "symbol", "Node tells of an argument of an inner function"),
    Departure(
        "querystring.unescapeBuffer",
        "0",
        "*",
        "Node tells of an argument of an inner function, or takes what has a length; docs/departures.md",
    ),
    Departure("objects.compose", "0", "async", _NOT_TOLD),
    Departure("writable.destroy", "1", "class", "a class can be called"),
    *(Departure("stream.pipeline", place, "async", _COROUTINE) for place in ("0", "1")),
    Departure("stream.promises.pipeline", "0", "async", _COROUTINE),
    *(
        Departure(call, "*", "*", "what cannot be written to is refused; docs/departures.md", "Stream or file object.")
        for call in ("objects.compose", "stream.pipeline", "stream.promises.pipeline", "stream.compose")
    ),
    Departure("stream.consumers.", "0", "[1] [null] set generator buffer", "docs/departures.md"),
    *(
        Departure(call, "0", "NUL surrogate", _NUL)
        for call in ("dns.resolve", "resolver.resolve", "dns.promises.resolve", "resolverp.resolve")
    ),
    Departure("dns.resolve", "1", "undefined", "None leaves the argument out"),
    Departure("resolver.resolve", "1", "undefined", "None leaves the argument out"),
    Departure("resolver.resolve6", "1", "{} {a:1}", "a mapping holds options: what is missing is the callback"),
    Departure("new dns.Resolver", "0.maxTimeout", "2**31", _ABORTS),
    Departure("new dns.promises.Resolver", "0.maxTimeout", "2**31", _ABORTS),
    Departure("new net.Socket", "0", "0 1", "what the descriptors of the test are, its runner decides"),
    Departure("netServer.listen", "0.port", "class emitter readable writable", "the text of a stream is Python's"),
    Departure("new net.SocketAddress", "0.flowlabel", "2**31", _ABORTS),
    Departure("", "*", "[null]", "None in a list of values is refused as None alone; docs/departures.md", "for header"),
    *(
        Departure(call, place, "NUL", "refused before any look-up", "without null bytes")
        for call in ("http.request", "http.get", "new http.ClientRequest")
        for place in ("0.host", "0.hostname")
    ),
    *(
        Departure(call, place, "class promise readable writable", "the attributes of an object are Python's")
        for call, place in (
            ("http.request", "0.headers"),
            ("response.writeHead", "1"),
            ("response.writeHead", "2"),
            ("response.writeInformation", "1"),
        )
    ),
    Departure("agent.getName", "0.host", "[] [null]", "an empty text is no host"),
    Departure("outgoing.setHeaders", "0", "{} {a:1}", "a dict is Python's Map"),
    Departure("response.end", "1", "*", "an unknown encoding is told at once, as by `write`", "ERR_UNKNOWN_ENCODING"),
    Departure("channel.bindStore", "0", "*", "no store is told at once; docs/departures.md"),
    Departure("heard.bindStore", "0", "*", "no store is told at once; docs/departures.md"),
    Departure("crypto.createHmac", "0", "NUL", "the text of the error ends at the NUL"),
    Departure("crypto.hash", "0", "NUL", "the text of the error ends at the NUL"),
    Departure("crypto.hash", "2.outputLength", "2**31", "the text of the error has the number of 32 bits"),
    Departure("crypto.random", "1", "undefined", "None leaves the argument out"),
    *(
        Departure(f"readline.{call}", "0", "buffer", "bytes have no method `write` in Python")
        for call in ("clearLine", "clearScreenDown", "cursorTo", "moveCursor")
    ),
    *(
        Departure("crypto.scrypt", place, "1", "the text of the error is whatever OpenSSL complained about before")
        for place in ("3.N", "3.cost")
    ),
]


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No warnings are printed, and no process is killed."""
    monkeypatch.setattr("os.kill", lambda pid, number: None)
    printers = process.listeners("warning")
    process.removeAllListeners("warning")
    yield
    for each in printers:
        process.on("warning", each)


@pytest.mark.parametrize("module", list(TABLE["calls"]))
def testArgumentsAsInNode(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(os.getcwd())  # back to it at the end: process.chdir is among the calls
    wrong = [text for entry in entries(module) for text in _differences(entry)]
    assert not wrong, f"{len(wrong)} cases differ:\n" + "\n".join(wrong[:40])


def _differences(entry: Entry) -> Iterator[str]:
    answers = recorded()[entry.name]
    for place, name, value in _cases(entry):
        label = ".".join(map(str, place))
        ours = _outcome(entry, place, value, name)
        expected = answers[label][name]
        if not agrees(ours, expected, name in LIKE) and not _departs(entry, label, name, ours):
            yield f"{entry.name} | {label} | {name}: {ours!r}, Node: {expected}".encode(errors="replace").decode()


def _cases(entry: Entry) -> Iterator[tuple[Place, str, Any]]:
    yield (), "the call itself", None
    for place in entry.places():
        for name, make in VALUES.items():
            yield place, name, make()


def _outcome(entry: Entry, place: Place, value: Any, name: str) -> str:
    with silence() as net:
        return Play(net, value, name in LIKE).play(entry, place)


def _departs(entry: Entry, label: str, name: str, ours: str) -> bool:
    return "FOREIGN" not in ours and any(
        entry.path.startswith(each.call)
        and each.place in (label, "*")
        and (each.values == "*" or name in each.values.split(" "))
        and each.ours in ours
        for each in DEPARTURES
    )


#: What only Python has. There is nothing to compare with, but nothing foreign may be raised either.
PYTHONS: dict[str, Callable[[], Any]] = {
    "object": object,
    "10**400": lambda: 10**400,
    "1j": lambda: 1j,
    "Decimal": lambda: Decimal("1.5"),
    "date": lambda: date(2000, 1, 1),
    "range": lambda: range(2),
    "frozenset": lambda: frozenset((1,)),
    "memoryview": lambda: memoryview(b"ab"),
    "ellipsis": lambda: ...,
    "exception": lambda: ValueError("x"),
    "dict with other keys": lambda: {1: 2, None: 3},
}


@pytest.mark.parametrize("module", list(TABLE["calls"]))
def testValuesOfPythonRaiseNothingForeign(module: str) -> None:
    wrong = []
    for entry in entries(module):
        for place in entry.places():
            for name, make in PYTHONS.items():
                ours = _outcome(entry, place, make(), "class")
                if "FOREIGN" in ours and not (name == "exception" and ours.endswith("FOREIGN ValueError: x")):
                    wrong.append(f"{entry.name} | {place} | {name}: {ours}")
    assert not wrong, f"{len(wrong)} cases:\n" + "\n".join(wrong[:40])


def testEveryCaseIsRecorded() -> None:
    """Else the recorder must run again: see argumentcases.cjs."""
    for module in TABLE["calls"]:
        for entry in entries(module):
            labels = {"", *(".".join(map(str, place)) for place in entry.places())}
            assert set(recorded()[entry.name]) == labels, entry.name


#: Functions with parameters that are not in the table.
_NOT_PLAYED = {
    # It ends the program, or changes it for good.
    "process.exit",
    "process.addUncaughtExceptionCaptureCallback",
    "http.setGlobalProxyFromEnv",
    # Node has it not.
    "async_hooks.called",
    "diagnostics_channel.Channel.withStores",
    "diagnostics_channel.Store.withScope",
    "events.fit",
    "events.fitAny",
    "net.connectProtocol",
    "net.fromFactory",
    "net.fromTransport",
    "querystring.ParsedUrlQuery",
    # Random, or ArrayBuffers: tests/comparisons/crypto.py has them.
    "crypto.randomFill",
    "crypto.randomFillSync",
    "crypto.randomUUID",
    "crypto.randomUUIDv7",
    "crypto.hkdfSync",
    # As the forms with a callback.
    "crypto.pbkdf2Sync",
    "crypto.scryptSync",
    # What Node's own classes call.
    "captureRejection",
    "addRequest",
    "createSocket",
    "removeSocket",
    "onSocket",
}
_MODULES = [
    *("async_hooks", "dgram", "diagnostics_channel", "dns", "dns.promises", "events", "http", "net", "querystring"),
    *("stream", "stream.consumers", "stream.promises", "string_decoder", "timers", "timers.promises", "crypto"),
    *("readline", "readline.promises"),
]


def testEveryPublicFunctionIsPlayed() -> None:
    played = set()
    for module in TABLE["calls"]:
        for entry in entries(module):
            with silence() as net:
                played.add(_function(Play(net, None).callee(entry.path)))
    found = {name: function for module in _MODULES for name, function in _public(module)}
    found |= {f"process.{name}": function for name, function in _methods(type(process))}
    missing = [
        name
        for name, function in found.items()
        if function not in played and not {name, name.rpartition(".")[2]} & _NOT_PLAYED and _takesArguments(function)
    ]
    assert missing == [], "\n".join(missing)


def _public(module: str) -> Iterator[tuple[str, Any]]:
    """Functions of a module, and methods of its classes."""
    source = importlib.import_module(f"nodecompat.{module}")
    for name in getattr(source, "__all__", vars(source)):
        value = getattr(source, name)
        if name.startswith("_"):
            continue
        if isinstance(value, type):
            yield from ((f"{module}.{name}.{method}", function) for method, function in _methods(value))
        elif _function(value).__class__ is FunctionType and value.__module__.startswith(source.__name__):
            yield f"{module}.{name}", _function(value)


def _methods(cls: type) -> Iterator[tuple[str, Any]]:
    for name in dir(cls):
        if name.startswith("_"):
            continue
        function = _function(inspect.getattr_static(cls, name, None))
        if isinstance(function, FunctionType) and _isOurs(function):
            yield name, function


def _isOurs(function: FunctionType) -> bool:
    """True for what this package defines, options and records not among it."""
    return function.__module__.startswith("nodecompat.") and ".records" not in function.__module__


def _function(value: Any) -> Any:
    return inspect.unwrap(getattr(value, "__func__", value))


def _takesArguments(function: FunctionType) -> bool:
    return bool({*inspect.signature(function).parameters} - {"self", "cls"})
