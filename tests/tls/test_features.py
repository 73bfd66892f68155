"""tls' rarer features as Node has them: the record in tests/data/tls-features.json, made by features.py."""

from __future__ import annotations

import json
from typing import Any

import oracle
import pytest
from tls import features

from nodecompat.reactor.tls.callbacks import lib
from nodecompat.testing import network

RECORD = json.loads(features.RECORD.read_text())
CASES = features.cases()
NODE = oracle.findNode()
#: Groups that the option `ecdhCurve` can only name with a newer cryptography.
NEEDS_CURVES = ("X25519", "X448", "ffdhe2048", "X25519MLKEM768")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def testAsNode(case: dict[str, Any]) -> None:
    if case["server"].get("ecdhCurve") in NEEDS_CURVES and not hasattr(lib, "SSL_CTX_set1_curves_list"):
        pytest.skip("this cryptography cannot choose such groups")
    with network() as net:
        assert json.loads(json.dumps(features.play(net, case))) == RECORD[case["name"]]


@pytest.mark.skipif(NODE is None, reason="Node 26 is not installed: see CONTRIBUTING.md")
def testTheRecordIsWhatNodeDoes() -> None:
    some = CASES[::7]
    assert features.inNode(str(NODE), some) == [RECORD[case["name"]] for case in some]
