"""The module `stream`: what it has, and what is loaded when it is looked up."""

from __future__ import annotations

import subprocess
import sys

import oracle
import pytest
from program import python

from nodecompat import stream


def testEveryNameIsThere() -> None:
    for name in stream.__all__:
        assert getattr(stream, name) is not None
    assert sorted(set(stream.__all__)) == sorted(stream.__all__)


@oracle.needsNode
def testTheFunctionsAndClassesAreNodes() -> None:
    node = oracle.evaluate("console.log(JSON.stringify(Object.keys(require('stream'))))")
    leftOut = {name for name in node if name.startswith("_")}
    assert {name for name in node if not hasattr(stream, name)} <= leftOut | {"default"}


def testAnUnknownNameIsNoAttribute() -> None:
    with pytest.raises(AttributeError, match=r"module 'nodecompat.stream' has no attribute 'readable'"):
        stream.readable  # noqa: B018


def testConsumersAndPromisesAreLoadedLate() -> None:
    source = """
import sys
from nodecompat import stream
names = ["nodecompat.stream.promises", "nodecompat.stream.consumers"]
print([name in sys.modules for name in names])
print(stream.promises is sys.modules[names[0]], stream.consumers is sys.modules[names[1]])
"""
    assert python("-c", source) == (0, "[False, False]\nTrue True\n", "")


def testWebIsAnAttributeOfTheModule() -> None:
    """Loaded when it is looked up: `import nodecompat.stream` alone is enough, and does not load it."""
    program = (
        "import sys; from nodecompat import stream; assert 'nodecompat.stream.web' not in sys.modules;"
        " stream.web.ReadableStream"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0
