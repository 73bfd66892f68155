"""Each name on the pages of Node's modules is here and compared with Node, or is left out for a reason."""

from __future__ import annotations

from typing import Any

import inventory
import oracle
import pytest
import pytest_twisted
from comparing import MODULES, fresh, functions, play, recorded, twins

COMPARISONS = [(module, name) for module in MODULES for name in functions(module)]


@pytest.mark.parametrize("module, name", COMPARISONS)
@pytest_twisted.ensureDeferred
async def testAsInNode(module: str, name: str) -> None:
    reason = getattr(twins(module), "needed", str)()
    if reason:
        pytest.skip(reason)
    assert await play(functions(module)[name]) == recorded(module)[name]


@pytest.mark.parametrize("module", MODULES)
def testEachFunctionHasItsTwin(module: str) -> None:
    assert sorted(functions(module)) == sorted(recorded(module))


@oracle.needsNode
@pytest.mark.parametrize("module", MODULES)
def testTheRecordIsNodes(module: str) -> None:
    assert fresh(module) == recorded(module)


@pytest.mark.parametrize("module", MODULES)
def testEveryNameIsHereOrLeftOutForAReason(module: str) -> None:
    names = inventory.names(module)
    missing = [name for name in names if inventory.isThere(module, name) != (not inventory.reasonFor(module, name))]
    assert not missing, f"missing without a reason, or there and in LEFT_OUT: {missing}"


@pytest.mark.parametrize("module", MODULES)
def testEveryNameIsCompared(module: str) -> None:
    wanted = [name for name in inventory.names(module) if inventory.reasonFor(module, name) is None]
    missing = [name for name in wanted if not inventory.isCompared(module, name)]
    assert not missing, f"{len(missing)} of {len(wanted)} are not compared: {missing}"


@pytest.mark.parametrize("module", MODULES)
def testAReasonIsForSomething(module: str) -> None:
    table: dict[str, Any] = getattr(inventory.twins(module), "LEFT_OUT", {})
    names = inventory.names(module)
    assert [pattern for pattern in table if not inventory.fnmatch.filter(names, pattern)] == []
