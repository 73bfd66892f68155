"""Subclasses own every underscore name but the reserved form `_x_`, Node's hooks and what Node has on that class."""

from __future__ import annotations

import ast
import json
import subprocess
from pathlib import Path

import oracle
import pytest
from privatenames import (
    PACKAGE,
    RECORDED,
    allowed,
    namesDefined,
    nodeNames,
    ourBases,
    publicClasses,
    recorded,
    storedOn,
)

RECORDER = Path(__file__).with_name("nodenames.cjs")


def namesInNode() -> dict[str, list[str]]:
    node = oracle.findNode()
    assert node is not None
    run = subprocess.run([node, "--no-warnings", RECORDER], check=True, capture_output=True, text=True, timeout=60)
    return json.loads(run.stdout)  # type: ignore[no-any-return]


def record() -> None:
    """Record Node's names anew."""
    rows = [f"{json.dumps(name)}: {json.dumps(names)}" for name, names in namesInNode().items()]
    RECORDED.write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8")


# -- by inspection


@oracle.needsNode
def testTheRecordedNamesAreThoseOfNode() -> None:
    assert recorded() == namesInNode()


@pytest.mark.parametrize("cls", publicClasses(), ids=lambda cls: f"{cls.__module__}.{cls.__name__}")
def testAPublicClassTakesNoNameFromItsSubclasses(cls: type) -> None:
    taken = {f"{base.__name__}.{name}" for base in ourBases(cls) for name in namesDefined(base) - allowed(cls)}
    assert not taken


#: Private names on other people's objects: of Python, Twisted, and of classes that are private themselves.
FOREIGN_OBJECTS = {
    "reactor/loop/coroutines.py": {"_asyncio_future_blocking"},
    "reactor/twisted/endpoints.py": {"_shouldShutdown"},
    "serving/service.py": {"_exitSignal"},
}


def testWhatModulesSetOnObjectsOfOthersIsReservedToo() -> None:
    """`socket._httpMessage = …` in http: a name of Node, of the reserved form, or of a private class of that room."""
    ofNode = frozenset().union(*nodeNames().values())
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        room = "".join(each.read_text("utf-8") for each in path.parent.glob("*.py"))
        mine = {name for name in storedOn(None, tree) if f'"{name}"' in room or f"self.{name}" in room}
        others = set(storedOn(None, tree)) - mine - ofNode
        relative = str(path.relative_to(PACKAGE))
        if others - FOREIGN_OBJECTS.get(relative, set()):
            found[relative] = others
    assert not found
