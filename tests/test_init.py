"""The names of the package: Node's globals and modules, loaded when they are used."""

from __future__ import annotations

import pytest
from program import python
from suite import whyNoTLS

import nodecompat


@pytest.mark.parametrize("name", nodecompat.__all__)
def testEachNameIsThere(name: str) -> None:
    assert getattr(nodecompat, name) is not None
    assert name in dir(nodecompat)


@pytest.mark.parametrize("name", nodecompat._MODULES)
def testEachModuleIsAnAttribute(name: str) -> None:
    """Also after a plain `import nodecompat`."""
    if name in ("tls", "https") and whyNoTLS():
        pytest.skip(whyNoTLS())
    assert getattr(nodecompat, name).__name__ == f"nodecompat.{name}"
    assert name in dir(nodecompat)


def testWhatIsNotThere() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'vm'"):
        nodecompat.vm  # noqa: B018


def testNothingIsLoadedBeforeItIsUsed() -> None:
    source = "import sys, nodecompat; print([m for m in ('http', 'net', 'web') if f'nodecompat.{m}' in sys.modules])"
    assert python("-c", source)[:2] == (0, "[]\n")
