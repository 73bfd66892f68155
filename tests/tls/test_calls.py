"""Random calls on TLSSocket and Server, as recorded from Node (calls.py)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tls import calls

from nodecompat.testing import network

RECORD = json.loads(calls.RECORD.read_text())
CASES = list(zip(calls.cases(calls.SEED, calls.COUNT), RECORD, strict=True))


@pytest.mark.parametrize("which", range(0, len(CASES), 10))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def testAsNode(which: int) -> None:
    for case, theirs in CASES[which : which + 10]:
        with network() as net:
            ours: Any = json.loads(json.dumps(calls.play(net, case)))
        assert calls.unlike(ours, theirs) == [], json.dumps(case)
