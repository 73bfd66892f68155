"""How the whole suite is run: what is said of tests that were skipped."""

from __future__ import annotations

from suite import reasons


def testSkipsAreGroupedByTheirReasonTheMostFrequentFirst() -> None:
    skips = [("a.py", 1, "Skipped: needs Node"), ("b.py", 2, "Skipped: needs wrk"), ("c.py", 3, "Skipped: needs Node")]
    assert reasons(skips) == ["    2 × needs Node", "    1 × needs wrk"]
