"""What a caller reads with `help()`: every room's docstrings."""

from __future__ import annotations

import ast
import contextlib
import doctest
import importlib
import inspect
import io
import re
import sys
import types
from collections.abc import Iterator
from functools import cache, cached_property, reduce
from pathlib import Path
from typing import Any

import inventory
import pytest
import selfsigned
from comparing import MODULES
from cryptography.hazmat.primitives import serialization

import nodecompat
from nodecompat.testing import Network

PACKAGE = Path(__file__).resolve().parent.parent / "nodecompat"
SOURCES = {str(path.relative_to(PACKAGE)): path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
#: A page of Node's documentation, however it is written.
_PAGE = re.compile(r"\S*\b[a-z_]+\.html(?:#\S*|$)", re.MULTILINE)


def testALinkIsWhole() -> None:
    found = [(name, page.strip("`\"'(.,)")) for name, text in SOURCES.items() for page in _PAGE.findall(text)]
    assert [(name, page) for name, page in found if not page.startswith("https://")] == []


#: What a function returns, or a callback gives.
_RESULTS = {"Asked", "CursorPos", "PSKCallbackNegotation"}


def _optionBags() -> Iterator[tuple[str, ast.ClassDef]]:
    """The public TypedDicts that functions take."""
    for name in SOURCES:
        for each in _parsed(name).body:
            if isinstance(each, ast.ClassDef) and _isBag(each) and each.name not in _RESULTS:
                yield name, each


@cache
def _parsed(name: str) -> ast.Module:
    return ast.parse(SOURCES[name])


def _isBag(kind: ast.ClassDef) -> bool:
    isTyped = "TypedDict" in _basesOf(kind) or any(word.arg == "total" for word in kind.keywords)
    return isTyped and not kind.name.startswith("_")


def _basesOf(kind: ast.ClassDef) -> list[str]:
    return [ast.unparse(base).rpartition(".")[2] for base in kind.bases]


def testEachOptionSaysWhatItMeansAndItsDefault() -> None:
    wrong = []
    for name, kind in _optionBags():
        texts = _textsOf(ast.get_docstring(kind) or "")
        options = [ast.unparse(each.target) for each in kind.body if isinstance(each, ast.AnnAssign)]
        wrong += [f"{name}: {kind.name} has no {each}" for each in texts if each not in options]
        wrong += [f"{name}: {kind.name}.{each}" for each in options if "default" not in texts.get(each, "")]
    assert wrong == []


def testOptionsOfABaseAreReferredTo() -> None:
    assert [
        f"{name}: {kind.name} does not name {base}"
        for name, kind in _optionBags()
        for base in _basesOf(kind)
        if base != "TypedDict" and f"{base}`" not in (ast.get_docstring(kind) or "")
    ] == []


def _textsOf(docstring: str) -> dict[str, str]:
    """The section "Options", by name."""
    section = re.search(r"^Options:\n((?: +.*\n?)*)", docstring, re.MULTILINE)
    entries = re.split(r"^    (?=\w)", section[1], flags=re.MULTILINE)[1:] if section else []
    return {each.partition(": ")[0]: each.partition(": ")[2] for each in entries}


def testAFunctionNamesTheTypeOfItsOptions() -> None:
    """So that `help()` of the function leads to that of the options."""
    silent = []
    for name in SOURCES:
        module = _parsed(name)
        for place in [module, *(each for each in module.body if isinstance(each, ast.ClassDef))]:
            told = {each.name: ast.get_docstring(each) or "" for each in _functionsOf(place)}
            told["__init__"] = ast.get_docstring(place) or ""
            for each in _functionsOf(place):
                found = re.search(r"\*\*\w+: Unpack\[(?:\w+\.)*(\w+)\]", ast.unparse(each.args))
                isPublic = each.name == "__init__" or not each.name.startswith("_")
                if found and isPublic and found[1] not in told[each.name]:
                    silent.append(f"{name}: {each.name} does not name {found[1]}")
    assert silent == []


def _functionsOf(place: ast.AST) -> Iterator[ast.FunctionDef]:
    """Of a module or class, overloads before what they are of."""
    for each in ast.iter_child_nodes(place):
        if isinstance(each, ast.FunctionDef):
            yield each
        elif isinstance(each, ast.If):
            yield from _functionsOf(each)


@pytest.mark.parametrize("module", MODULES)
def testEachNameOfTheInventoryIsExplained(module: str) -> None:
    names = [(name, kind) for name, kind in inventory.names(module).items() if _isWord(name, kind)]
    here = [(name, kind) for name, kind in names if inventory.isThere(module, name)]
    assert [name for name, kind in here if kind != "option" and inventory.docstringOf(module, name) == ""] == []
    # The options of a TypedDict are looked at above.
    asked = {name: inventory.ownerOf(module, name) for name, kind in here if kind == "option"}
    unsaid = {
        name: owner for name, owner in asked.items() if name.rpartition(".")[2] not in (inspect.getdoc(owner) or "")
    }
    assert [name for name, owner in unsaid.items() if not hasattr(owner, "__total__")] == []


def _isWord(name: str, kind: str) -> bool:
    """Neither an event, nor a number, nor a protocol of Python's."""
    return kind not in ("event", "constant") and "@@" not in name


#: Modules of modules, and those that Node has not.
_MORE = (
    *("dns.promises", "fs.promises", "readline.promises", "stream.consumers", "stream.promises", "stream.web"),
    *("timers.promises", "util.types", "web", "anatomy", "anatomy.pytest_plugin", "iagent", "service"),
    *("testing.pytest_plugin", "testing.strategies"),
)
#: Modules that Node has no page for.
_OURS = {"anatomy", "health", "iagent", "metrics", "service", "testing", "tracing", "web", "websocket"}


@pytest.mark.parametrize("name", sorted({*nodecompat._MODULES, *_MORE}))
def testEachPublicNameIsExplained(name: str) -> None:
    module = importlib.import_module(f"nodecompat.{name}")
    assert inspect.getdoc(module)
    assert name.partition(".")[0] in _OURS or "\nNode: https://nodejs.org/api/" in inspect.getdoc(module)
    unsaid = []
    for each in getattr(module, "__all__", dir(module)):
        value = getattr(module, each)
        if each.startswith("_") or not callable(value) or not str(value.__module__).startswith("nodecompat"):
            continue
        unsaid += [each] if not inspect.getdoc(value) else []
        unsaid += [f"{each}.{member}" for member, found in _members(value) if _isMute(found)]
    assert unsaid == []


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    """The public members of a class, with those of the package's classes that it derives from."""
    for base in value.__mro__ if isinstance(value, type) else ():
        if base.__module__.startswith("nodecompat"):
            yield from ((name, found) for name, found in vars(base).items() if not name.startswith("_"))


def _isMute(member: Any) -> bool:
    kinds = (property, cached_property, staticmethod, classmethod, types.FunctionType)
    return isinstance(member, kinds) and not inspect.getdoc(member)


#: What most programs begin with: each has an example.
ENTRIES = (
    "net.createServer",
    "net.Server.listen",
    "net.Server.close",
    "net.connect",
    "net.Socket.connect",
    "net.Socket.setTimeout",
    "http.createServer",
    "http.request",
    "http.get",
    "fetch",
    "stream.pipeline",
    "stream.promises.pipeline",
    "stream.finished",
    "stream.promises.finished",
    "events.once",
    "events.on",
    "events.EventEmitter.on",
    "events.EventEmitter.once",
    "events.EventEmitter.emit",
    "setTimeout",
    "setInterval",
    "setImmediate",
    "timers.promises.setTimeout",
    "dgram.createSocket",
    "dns.lookup",
    "tls.createServer",
    "tls.connect",
    "https.createServer",
    "https.request",
    "stream.Readable.from_",
    "stream.Readable.pipe",
    "anatomy.record",
    "anatomy.compare",
    "anatomy.Recording",
)


@pytest.mark.parametrize("name", ENTRIES)
def testTheExampleIsTrue(name: str) -> None:
    """It is run as if the interpreter could await, on a simulated network."""
    module, _, member = name.partition(".")
    place = importlib.import_module("nodecompat.anatomy") if module == "anatomy" else getattr(nodecompat, module)
    docstring = inspect.getdoc(reduce(getattr, member.split("."), place) if member else place)
    examples = doctest.DocTestParser().get_examples(docstring or "")
    assert examples
    names = {each: getattr(nodecompat, each) for each in dir(nodecompat) if not each.startswith("_")} | _identity()
    with Network() as network:
        for example in examples:
            shown = _shown(network, example.source, names)
            wanted = example.want if example.exc_msg is None else example.exc_msg
            assert shown == wanted, example.source


def _shown(network: Network, source: str, names: dict[str, Any]) -> str:
    """What the interpreter shows for a statement."""
    code = compile(source, "example", "single", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    output = io.StringIO()
    with contextlib.redirect_stdout(output), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "displayhook", sys.__displayhook__)
        try:
            result = types.FunctionType(code, names)()
            if inspect.iscoroutine(result):
                network.run(until=result)
        except Exception as error:  # it is shown
            return f"{type(error).__module__}.{type(error).__name__}: {error}\n".removeprefix("builtins.")
    return output.getvalue()


@cache
def _identity() -> dict[str, str]:
    """A `key` and a `cert` of localhost, which the examples of TLS need."""
    made, key = selfsigned.certificate(["DNS:localhost"])
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {"key": secret.decode(), "cert": made.public_bytes(pem).decode()}
