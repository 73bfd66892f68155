"""For `test_privatenames`: which underscore names the public classes define, and subclasses that own them all.

A subclass may own every underscore name but Python's own, the reserved form `_x_`, Node's documented hooks and the
names that Node has on the same class (`data/node-names.json`, recorded by `nodenames.cjs`).
"""

from __future__ import annotations

import ast
import enum
import functools
import importlib
import inspect
import json
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import nodecompat
from nodecompat.stream import Stream

PACKAGE = Path(nodecompat.__file__).parent
RECORDED = Path(__file__).parent / "data" / "node-names.json"
#: The modules that users import; exported classes are the public ones.
MODULES = [
    "abort",
    "anatomy",
    "async_hooks",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "dns.promises",
    "events",
    "eventtarget",
    "http",
    "net",
    "process",
    "readline",
    "readline.promises",
    "rejection",
    "service",
    "serving.accesslog",
    "stream",
    "stream.promises",
    "stream.web",
    "string_decoder",
    "testing",
    "testing.clock",
    "timers",
    "timers.promises",
    "url",
    "web",
    "websocket",
    "zlib",
]
#: The methods that Node's documentation asks subclasses of streams for.
HOOKS = frozenset({"_read", "_write", "_writev", "_final", "_destroy", "_transform", "_flush", "_construct"})
#: Underscore names of subclasses in npm packages: duplexify, mqtt, busboy, tar-stream, ws, archiver, chokidar, …
PACKAGES = [
    "_add",
    "_append",
    "_autoDestroy",
    "_buffer",
    "_buffered",
    "_callback",
    "_chunks",
    "_client",
    "_closed",
    "_cork",
    "_corked",
    "_decoder",
    "_destroyed",
    "_drained",
    "_emit",
    "_end",
    "_ended",
    "_entry",
    "_entries",
    "_error",
    "_errored",
    "_finish",
    "_finished",
    "_finalize",
    "_flowing",
    "_flush",
    "_forwarding",
    "_handle",
    "_handler",
    "_header",
    "_headers",
    "_hwm",
    "_id",
    "_init",
    "_isPaused",
    "_length",
    "_listeners",
    "_locked",
    "_missing",
    "_offset",
    "_ondrain",
    "_onclose",
    "_onerror",
    "_onfinish",
    "_onparse",
    "_options",
    "_opts",
    "_overflow",
    "_parent",
    "_parse",
    "_parser",
    "_partial",
    "_paused",
    "_pending",
    "_pipe",
    "_process",
    "_queue",
    "_readable",
    "_readable2",
    "_reading",
    "_ready",
    "_receiver",
    "_remove",
    "_request",
    "_reset",
    "_resume",
    "_sender",
    "_server",
    "_setup",
    "_size",
    "_socket",
    "_source",
    "_start",
    "_state",
    "_stream",
    "_timeout",
    "_timer",
    "_unwrap",
    "_watch",
    "_writable",
    "_writing",
]


# -- who defines what


@functools.cache
def publicClasses() -> list[type]:
    """Every class that a public module exports, exceptions and enumerations aside."""
    found: dict[type, None] = {type(nodecompat.process): None}
    for name in ["", *MODULES]:
        module = importlib.import_module(f"nodecompat.{name}".rstrip("."))
        for each in getattr(module, "__all__", None) or [each for each in vars(module) if not each.startswith("_")]:
            value = getattr(module, each)
            if inspect.isclass(value) and isOurs(value) and not issubclass(value, (BaseException, enum.Enum)):
                found[value] = None
    return list(found)


def isOurs(cls: type) -> bool:
    return cls.__module__.partition(".")[0] == "nodecompat"


def ourBases(cls: type) -> list[type]:
    return [each for each in cls.__mro__ if isOurs(each)]


def isPrivate(name: str) -> bool:
    """An underscore name that is neither Python's own nor of the reserved form."""
    return name.startswith("_") and re.fullmatch(r"_+|__\w+__|_\w+_", name) is None


@functools.cache
def namesDefined(cls: type) -> frozenset[str]:
    """The private names that a class itself defines: in its body, by slots, and on `self` in its methods."""
    inBody = {name for name in vars(cls) if isPrivate(name)} - madeByPython(cls)
    return frozenset(inBody | set(storedOn("self", ast.parse(textwrap.dedent(inspect.getsource(cls))))))


def madeByPython(cls: type) -> set[str]:
    """What the metaclass of abstract classes and protocols leaves on a class."""
    return {"_abc_impl", "_is_protocol", "_is_runtime_protocol"} if hasattr(cls, "_abc_impl") else set()


def storedOn(owner: str | None, tree: ast.AST) -> Iterator[str]:
    """The private names that are set as attributes: of `self` and `cls`, or (None) of everything else."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, (ast.Store, ast.Del)) and isPrivate(node.attr):
            isOwn = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            if isOwn is (owner is not None):
                yield node.attr


def namesOn(instance: Any) -> set[str]:
    """The private names that an object carries now, whoever has set them."""
    slots = [name for cls in ourBases(type(instance)) for name in slotsOf(cls) if hasattr(instance, name)]
    return {name for name in (*getattr(instance, "__dict__", ()), *slots) if isPrivate(name)}


def slotsOf(cls: type) -> Iterable[str]:
    slots = vars(cls).get("__slots__", ())
    return [slots] if isinstance(slots, str) else slots


@functools.cache
def recorded() -> dict[str, list[str]]:
    """Node's underscore names of each class, by the name under which a program finds the class."""
    names: dict[str, list[str]] = json.loads(RECORDED.read_text("utf-8"))
    return names


@functools.cache
def nodeNames() -> dict[type, frozenset[str]]:
    """Node's underscore names of each class."""
    return {classNamed(name): frozenset(names) for name, names in recorded().items()}


def classNamed(path: str) -> type:
    if path == "process":
        return type(nodecompat.process)
    module, _, name = path.rpartition(".")
    found: type = getattr(importlib.import_module(f"nodecompat.{module}".rstrip(".")), name)
    return found


@functools.cache
def allowed(cls: type) -> frozenset[str]:
    """The private names that a class may have: Node has them there, or documents them as hooks."""
    ofNode = (nodeNames().get(base, frozenset()) for base in cls.__mro__)
    return frozenset().union(*ofNode) | (HOOKS if issubclass(cls, Stream) else frozenset())


# -- subclasses that own every name


@functools.cache
def words() -> frozenset[str]:
    """Underscore names that a port may bring: those of packages, and each word of this package with an underscore."""
    found = {name.strip("_") for path in PACKAGE.rglob("*.py") for name in re.findall(r"\w+", path.read_text("utf-8"))}
    return frozenset(PACKAGES) | {f"_{name}" for name in found if name.isidentifier()}


def foreign(cls: type) -> frozenset[str]:
    """The names that a subclass of this class may own."""
    return words() - allowed(cls)


#: Who has used a name that belongs to a subclass: the name of each use. Exceptions alone might be caught.
touched: list[str] = []


def touch(name: str) -> NoReturn:
    touched.append(name)
    raise AssertionError(f"{name} belongs to the subclass")


class Watched:
    """An attribute that nobody may read or set."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: object) -> NoReturn:
        touch(self.name)

    def __set__(self, instance: object, value: object) -> NoReturn:
        touch(self.name)


class Poison:
    """A value that may be held, and not used."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "poisonOf", name)


def _refuse(self: Any, *args: Any) -> NoReturn:
    touch(object.__getattribute__(self, "poisonOf"))


for _name in [
    "call",
    "bool",
    "getattribute",
    "setattr",
    "eq",
    "ne",
    "lt",
    "gt",
    "add",
    "radd",
    "sub",
    "iadd",
    "len",
    "iter",
    "getitem",
    "contains",
    "int",
    "index",
    "and",
    "or",
]:
    setattr(Poison, f"__{_name}__", _refuse)
_POISONS: dict[str, Poison] = {}


def poison(name: str) -> Poison:
    return _POISONS.setdefault(name, Poison(name))


def method(name: str) -> Callable[..., NoReturn]:
    def refuse(*args: Any, **options: Any) -> NoReturn:
        touch(name)

    return refuse


@functools.cache
def withMethods(cls: type) -> type:
    """A subclass whose methods have all names that may be its own."""
    return type(cls.__name__, (cls,), {name: method(name) for name in foreign(cls)})


@functools.cache
def watched(cls: type) -> type:
    """A subclass that notices when one of its names is so much as looked up."""
    return type(cls.__name__, (cls,), {name: Watched(name) for name in foreign(cls)})


@functools.cache
def withValues(cls: type) -> type:
    """A subclass that sets all its names behind `super().__init__()`, as ports do."""
    values = {name: poison(name) for name in foreign(cls)}

    def __init__(self: Any, *args: Any, **options: Any) -> None:
        cls.__init__(self, *args, **options)
        self.__dict__.update(values)

    return type(cls.__name__, (cls,), {"__init__": __init__})


@contextmanager
def watchedInPlace(*classes: type) -> Iterator[None]:
    """The same on classes whose objects the package makes itself."""
    try:
        for cls in classes:
            for name in foreign(cls):
                setattr(cls, name, Watched(name))
        yield
    finally:
        for cls in classes:
            for name in foreign(cls) & vars(cls).keys():
                delattr(cls, name)
