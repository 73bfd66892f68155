"""The layers and rooms: who may import whom, checked by parsing every file."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from privatenames import allowed

from nodecompat.net import Socket
from nodecompat.stream import Duplex, Readable, Transform, Writable

PACKAGE = Path(__file__).resolve().parent.parent / "nodecompat"
#: Twisted names that the Node layer may use: Deferred is this package's Promise.
PROMISE = "twisted.internet.defer"
#: Files outside `reactor/` whose purpose is Twisted itself.
TWISTED_FACES = {
    "iagent.py",
    "serving/service.py",
    "serving/twistd.py",
    "testing/nameserver.py",
    "testing/reactor.py",
}
#: Every private Twisted name that we rely on: (module, object, attribute, our file).
PRIVATE_TWISTED: list[tuple[str, str, str, str]] = [
    ("twisted.internet.base", "ReactorBase", "_addInternalReader", "reactor/loop/host.py"),
    ("twisted.internet.base", "ReactorBase", "_removeInternalReader", "reactor/loop/host.py"),
    ("twisted.internet.base", "ReactorBase", "_exitSignal", "serving/service.py"),
    ("twisted.internet.selectreactor", "", "_select", "reactor/loop/idle.py"),
]
#: The Node layer's modules: what `reactor/` must not know.
NODE_LAYER = {p.stem for p in PACKAGE.iterdir() if p.stem not in {"reactor", "py", "testing", "__pycache__"}}

#: Room → the rooms it may import, wherever in a file. A room is a folder's own files; at the top and in `reactor/` each
#: file is one. Imports for annotations only (TYPE_CHECKING) do not count.
ALLOWED = {
    # What everything stands on.
    "symbols": "",
    "version": "",
    "records": "",
    "rejection": "",
    "texts": "",
    "inspection": "records symbols texts",
    "errors": "inspection symbols texts",
    "coercion": "errors records symbols",
    "validators": "coercion errors symbols",
    "optionbags": "errors",
    "encodings": "errors",
    "string_decoder": "encodings errors",
    "environment": "errors records symbols",
    "ip": "",
    "blob": "coercion errors optionbags stream stream.web texts",
    "mime": "errors",
    "url": "blob coercion errors events optionbags querystring records texts validators",
    "querystring": "coercion encodings errors optionbags records validators",
    "usage": "coercion errors records validators",
    "subscriptions": "diagnostics_channel events",
    "buffer": "abort blob coercion encodings errors inspection texts url validators",
    "zlib": "coercion encodings errors events optionbags reactor.loop records stream stream.core stream.web timers "
    "validators",
    "crypto": "coercion encodings errors events optionbags reactor.loop stream stream.core texts timers tls validators",
    "readline": "coercion errors events inspection optionbags reactor.loop string_decoder util validators",
    "util": "abort coercion encodings errors events inspection mime optionbags process reactor.loop records stream.web "
    "stringify symbols texts validators",
    # The reactor layer: the contract, what implements it, and who chooses.
    "reactor": "",
    "reactor.handle": "",
    "reactor.state": "",
    "reactor.sockaddr": "reactor.handle",
    "reactor.loop": "reactor.handle",
    "reactor.descriptor": "reactor.handle reactor.loop reactor.sockaddr reactor.state",
    "reactor.tracing": "reactor.descriptor reactor.handle",
    "reactor.proxyprotocol": "reactor.descriptor reactor.handle reactor.loop reactor.state",
    "reactor.tls": "reactor.handle reactor.loop reactor.tracing",
    "reactor.twisted": "reactor.descriptor reactor.handle reactor.loop reactor.proxyprotocol reactor.sockaddr "
    "reactor.state reactor.tracing",
    "reactor.choose": "reactor.descriptor reactor.handle reactor.tracing reactor.twisted",
    "reactor.names": "reactor.choose reactor.handle reactor.loop",
    # The Node layer.
    "async_hooks": "coercion errors optionbags reactor.loop validators",
    "events": "async_hooks coercion errors optionbags reactor.loop symbols validators",
    "eventtarget": "coercion errors events optionbags reactor.loop validators",
    "timers": "coercion async_hooks errors events optionbags reactor.loop validators",
    "abort": "coercion errors events eventtarget timers validators",
    "diagnostics_channel": "async_hooks coercion errors events reactor.loop timers validators",
    "perf_hooks": "abort coercion errors events eventtarget http.client optionbags reactor.loop "
    "records subscriptions timers usage validators",
    "stream.core": "encodings errors events optionbags reactor.loop string_decoder validators",
    "stream.helpers": "abort coercion errors events optionbags reactor.loop stream.core validators",
    "stream.web": "abort encodings errors events optionbags reactor.loop records stream.core stream.helpers validators",
    "stream": "abort coercion encodings errors optionbags reactor.loop stream.core stream.helpers stream.web "
    "string_decoder validators",
    "stdio": "errors reactor.descriptor reactor.handle stream.core",
    "stringify": "errors inspection symbols texts",
    "child_process": "coercion dgram encodings environment errors events fs.operations net optionbags reactor.choose "
    "reactor.handle reactor.loop records stringify symbols timers validators",
    "process": "async_hooks child_process coercion encodings environment errors events optionbags reactor.loop records "
    "rejection stdio timers usage validators version",
    "dns": "coercion errors events ip optionbags reactor.loop reactor.names records validators",
    "net": "coercion diagnostics_channel dns encodings errors events ip optionbags reactor.choose reactor.handle "
    "reactor.loop reactor.sockaddr reactor.twisted records stream stream.core timers validators",
    "dgram": "coercion diagnostics_channel dns errors events ip net optionbags reactor.choose reactor.handle "
    "reactor.loop records validators",
    "http.wire": "errors records validators",
    "http.message": "abort coercion encodings errors events http.wire reactor.loop records stream stream.core "
    "validators",
    "http.server": "coercion diagnostics_channel encodings errors events http.message http.wire net optionbags "
    "reactor.descriptor reactor.loop stream stream.core timers validators",
    "http.client": "coercion diagnostics_channel dns encodings errors events http.message http.wire net optionbags "
    "reactor.descriptor reactor.loop records stream timers tls url validators",
    "http": "http.client http.message http.server http.wire",
    "https": "errors http http.client http.server ip optionbags tls",
    "tls": "encodings errors events ip net optionbags process reactor.choose reactor.handle reactor.loop reactor.tls "
    "records stream stream.core timers url validators",
    "websocket.protocol": "blob buffer errors net reactor.loop texts timers zlib",
    "websocket": "blob coercion errors events eventtarget http optionbags reactor.loop symbols validators web "
    "websocket.protocol",
    "web": "abort blob buffer coercion encodings errors events eventtarget http.client https mime optionbags "
    "reactor.loop reactor.twisted stream stream.core stream.web symbols texts timers url validators "
    "websocket.protocol zlib",
    "stream.consumers": "blob encodings errors stream.core stream.helpers string_decoder",
    "fs.operations": "coercion encodings errors records url validators",
    "fs": "blob encodings errors events fs.operations optionbags reactor.loop readline records stream stream.core "
    "stream.web timers url validators",
    "": "process version",
    # Ours, beside Node's API.
    "health": "",
    "metrics": "http process subscriptions timers usage",
    "tracing": "async_hooks diagnostics_channel errors http.client subscriptions version",
    # The faces.
    "anatomy": "dgram events http http.client http.message http.server net process reactor.choose "
    "https reactor.handle reactor.loop reactor.tracing subscriptions timers tls",
    "testing": "anatomy net reactor.choose reactor.handle reactor.loop reactor.names reactor.sockaddr reactor.twisted",
    "cluster": "child_process coercion diagnostics_channel errors events optionbags process reactor.choose "
    "reactor.handle reactor.loop reactor.proxyprotocol reactor.sockaddr reactor.state records timers",
    "serving.shutdown": "http.server net timers",
    "serving.notify": "net process timers",
    "serving.status": "health http metrics net process timers",
    "serving.worker": "cluster health net process reactor.loop serving.shutdown serving.status",
    "serving.workers": "cluster health process reactor.loop readline serving.notify serving.status serving.worker "
    "timers",
    "commands": "anatomy cluster errors http net process reactor.choose reactor.loop serving.notify serving.status "
    "serving.worker serving.workers version",
    "serving": "commands errors health http http.server net process reactor.choose reactor.loop serving.notify "
    "serving.shutdown serving.status serving.workers timers tls",
    "iagent": "errors http.client reactor.loop web",
    "service": "serving",
    "cli": "commands process reactor.loop version",
    "__main__": "cli",
}
#: Rooms that stand on both layers and on which nothing but another face stands, and why.
FACES = {
    "": "re-exports the modules",
    "__main__": "runs the command",
    "anatomy": "records what both layers do",
    "cli": "the command",
    "commands": "the command's parts",
    "iagent": "the http client as an IAgent of twisted.web, for treq",
    "service": "re-exports the services",
    "serving": "Twisted services around servers of the Node layer",
    "serving.notify": "tells systemd of a service",
    "serving.status": "tells probes and Prometheus of a service",
    "serving.shutdown": "ends servers of the Node layer",
    "serving.worker": "a worker of a supervisor",
    "serving.workers": "supervises the workers of cluster",
    "testing": "the simulated network, in place of the reactor layer",
}


def importsOf(path: Path) -> Iterator[str]:
    """The absolute names of the modules that a file imports."""
    package = ["nodecompat", *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(PACKAGE)))
def testLayers(path: Path) -> None:
    """Twisted is imported in `reactor/` only, and `reactor/` imports nothing of the Node layer."""
    relative = str(path.relative_to(PACKAGE))
    names = list(importsOf(path))
    if relative.startswith("reactor/"):
        wrong = [n for n in names if n.startswith("nodecompat.") and n.split(".")[1] in NODE_LAYER]
    elif relative in TWISTED_FACES:
        wrong = []
    else:
        wrong = [n for n in names if n.split(".")[0] == "twisted" and not (n + ".").startswith(PROMISE + ".")]
        wrong = [n for n in wrong if not PROMISE.startswith(n + ".")]
    assert not wrong, f"{relative} imports {sorted(set(wrong))}"


def testTheContractImportsTheStandardLibraryOnly() -> None:
    names = importsOf(PACKAGE / "reactor" / "handle.py")
    assert {name.split(".")[0] for name in names} <= {"__future__", "errno", "collections", "typing"}


@pytest.mark.parametrize("module, owner, attribute, usedBy", PRIVATE_TWISTED or [("twisted", "", "__version__", "-")])
def testPrivateTwistedNamesExist(module: str, owner: str, attribute: str, usedBy: str) -> None:
    found = importlib.import_module(module)
    target = getattr(found, owner) if owner else found
    assert hasattr(target, attribute), f"{usedBy} relies on {module}.{owner}.{attribute}"


# -- rooms


def moduleOf(path: Path) -> str:
    """The name of a file below the package; "" for the package itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {moduleOf(path): path for path in files()}


def roomOf(module: str) -> str:
    folder = module.rpartition(".")[0]
    isRoom = module not in MODULES or MODULES[module].name == "__init__.py" or folder in ("", "reactor")
    return module if isRoom or module in ALLOWED else folder  # a file with a row of its own stands elsewhere


def importedBy(node: ast.AST, folder: list[str]) -> Iterator[str]:
    """The modules of the package that a file in `folder` imports when it runs."""
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        for child in node.orelse:
            yield from importedBy(child, folder)
        return
    if isinstance(node, ast.ImportFrom) and node.level:
        base = folder[: len(folder) - node.level + 1] + (node.module.split(".") if node.module else [])
        for alias in node.names:
            full = ".".join([*base, alias.name])
            yield full if full in MODULES or not base else ".".join(base)
    for child in ast.iter_child_nodes(node):
        yield from importedBy(child, folder)


def graph() -> dict[str, set[str]]:
    """Module → modules it imports."""
    found = {}
    for module, path in MODULES.items():
        folder = list(path.relative_to(PACKAGE).parent.parts)
        found[module] = set(importedBy(ast.parse(path.read_text()), folder)) - {module}
    return found


GRAPH = graph()


def circles(edges: dict[str, set[str]]) -> list[set[str]]:
    """The sets of nodes of which each reaches each other."""

    def reachable(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for node in edges.get(waiting.pop(), ()):
                if node not in seen:
                    seen.add(node)
                    waiting.append(node)
        return seen

    reach = {node: reachable(node) for node in edges}
    found = [{other for other in reach[node] if node in reach.get(other, ())} for node in edges if node in reach[node]]
    return [each for index, each in enumerate(found) if each not in found[:index]]


@pytest.mark.parametrize("module", sorted(GRAPH))
def testARoomImportsOnlyWhatIsListed(module: str) -> None:
    room = roomOf(module)
    allowed = ALLOWED[room].split()
    wrong = {other for other in GRAPH[module] if roomOf(other) not in (room, *allowed)}
    assert not wrong, f"{module} imports {sorted(wrong)}: see ALLOWED"


def testEveryRoomIsListed() -> None:
    assert set(ALLOWED) == {roomOf(module) for module in GRAPH}


def testTheListedImportsHaveNoCircle() -> None:
    assert circles({room: set(others.split()) for room, others in ALLOWED.items()}) == []


def testOnlyFacesStandOnFaces() -> None:
    wrong = [(room, face) for room, others in ALLOWED.items() if room not in FACES for face in others.split()]
    assert [each for each in wrong if each[1] in FACES] == []


def testNoModulesImportEachOtherInACircle() -> None:
    assert circles(GRAPH) == []


def testACircleIsFound() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"d", "a"}}) == [{"b", "c"}, {"d"}]


# -- private attributes


def privateNames() -> set[str]:
    """What streams and sockets keep for themselves: their underscore names that are not Node's."""
    found: set[str] = set()
    for cls in (Readable, Writable, Duplex, Transform, Socket):
        for base in cls.__mro__:
            if base.__module__.startswith(("nodecompat.stream.", "nodecompat.net.")):
                found |= {*vars(base), *getattr(base, "__slots__", ())} - allowed(cls)
    return {name for name in found if name.startswith("_") and not name.startswith("__")}


#: Reserved names that other rooms use on purpose: what drops a connection after a fault (`reactor/loop/faults.py`), and
#: where it was begun (`reactor/loop/places.py`).
SEAMS = {"_onfault_", "_begun_"}
PRIVATE = privateNames() - SEAMS


def reachesInto(tree: ast.AST) -> Iterator[str]:
    """Attributes of others that are a stream's or a socket's own; a subclass may use what it inherits."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in PRIVATE:
            isInherited = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            if not isInherited and not isinstance(node.value, ast.Call):  # super()
                yield f"{node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("getattr", "hasattr"):
            name = node.args[1]
            if isinstance(name, ast.Constant) and name.value in PRIVATE:
                yield f"{node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(PACKAGE)))
def testNobodyReachesIntoAStreamOrASocket(path: Path) -> None:
    """Who wants a socket's bytes uses `net/takeover.py`."""
    if path.relative_to(PACKAGE).parts[0] not in ("stream", "net"):
        assert not list(reachesInto(ast.parse(path.read_text())))


def testAReachIntoASocketIsFound() -> None:
    assert {"_readGate_", "_takeover_", "_onread_", "_flowing_"} <= PRIVATE
    source = "socket._flowing_\nself._flowing_\nsuper()._flowing_\ngetattr(socket, '_onread_', None)\nsocket._handle"
    assert list(reachesInto(ast.parse(source))) == ["1: socket._flowing_", "4: getattr(socket, '_onread_', None)"]
