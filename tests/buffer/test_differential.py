"""Buffer against Node, on random calls."""

from __future__ import annotations

import buffercases
import cases
import oracle


@oracle.needsNode
def testFreshCases() -> None:
    assert buffercases.wrong(cases.fresh("buffer", 3000)) == []
