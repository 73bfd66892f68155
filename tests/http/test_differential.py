"""Short runs of the differential fuzzers against real Node; `python tools/fuzz_http.py` and the like run long ones."""

from __future__ import annotations

import oracle
import pytest
from toolloader import load


@oracle.needsNode
@pytest.mark.parametrize(
    ("level", "lenient", "mutants"),
    [("parser", False, 8000), ("parser", True, 3000), ("server", False, 1500), ("server", True, 500)],
)
def testNoUnexplainedDifference(level: str, lenient: bool, mutants: int) -> None:
    node = oracle.findNode()
    result = load("fuzz_http").run(node, mutants, 20, level, lenient)
    assert result.cases == mutants
    assert result.unexplained == []


@oracle.needsNode
@pytest.mark.parametrize("name", ["fuzz_answers", "fuzz_requests"])
def testMessagesAreNodes(name: str) -> None:
    """Random programs of a message's methods: the bytes, what each call gives, the events, the flags."""
    differing = load(name).run(oracle.findNode(), 600, 1)
    assert differing == []


@oracle.needsNode
def testAServersConnectionIsNodes() -> None:
    """Random programs of one connection: requests in pieces, handlers, resets: the events in their order."""
    differing = load("fuzz_connections").run(oracle.findNode(), 300, 1)
    assert differing == []


def testEveryMutantIsReadWithoutAnException() -> None:
    """Needs no Node: whatever comes, the parsers and the server answer with events or an error."""
    fuzz = load("fuzz_http")
    for level, read in (("parser", fuzz.parse), ("server", fuzz.serve)):
        for lenient in (False, True):
            mutator = fuzz.Mutator(30, level, lenient)
            for _ in range(400):
                read(mutator.case())
