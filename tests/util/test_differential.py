"""util against Node, on random cases."""

from __future__ import annotations

import cases
import oracle
import utilcases


@oracle.needsNode
def testFreshCases() -> None:
    assert utilcases.wrong(cases.fresh("util", 1500)) == []
