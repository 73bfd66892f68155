"""The layers: who may import whom, checked by parsing every file."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "nodecompat"
#: Twisted names that the Node layer may use: Deferred is this package's Promise.
PROMISE = "twisted.internet.defer"
#: Files outside `reactor/` whose purpose is Twisted itself.
TWISTED_FACES = {"serving/service.py", "serving/twistd.py"}
#: Every private Twisted name that we rely on: (module, object, attribute, our file).
PRIVATE_TWISTED: list[tuple[str, str, str, str]] = [
    ("twisted.internet.base", "ReactorBase", "_addInternalReader", "reactor/loop/timers.py"),
    ("twisted.internet.base", "ReactorBase", "_removeInternalReader", "reactor/loop/timers.py"),
    ("twisted.web._newclient", "HTTP11ClientProtocol", "_parser", "reactor/twisted/httpclient.py"),
    ("twisted.web.client", "HTTPConnectionPool", "_factory", "reactor/twisted/httpclient.py"),
    ("twisted.web.client", "", "_HTTP11ClientFactory", "reactor/twisted/httpclient.py"),
    ("twisted.internet.base", "ReactorBase", "_exitSignal", "serving/service.py"),
]
#: The Node layer's modules: what `reactor/` must not know.
NODE_LAYER = {p.stem for p in PACKAGE.iterdir() if p.stem not in {"reactor", "py", "testing", "__pycache__"}}


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
