"""url's functions against Node, on random calls."""

from __future__ import annotations

import cases
import oracle
import urlcases


@oracle.needsNode
def testFreshCases() -> None:
    assert urlcases.wrong(cases.fresh("url", 2100)) == []
