"""Every case of websocketcases.py, in both roles, as in Node: npm's `ws` as server, Node's global as client."""

from __future__ import annotations

import json
from typing import Any

import oracle
import pytest
import pytest_twisted
import websocketcases as cases
from twisted.internet.defer import Deferred, gatherResults
from websocketplay import PLAYERS

ANSWERS: dict[str, Any] = json.loads(cases.ANSWERS.read_text())
_READS_ON = "Node's client reads on behind text that is not UTF-8"
#: Where this package answers otherwise; each with its reason.
DIFFERENT = {
    ("9.9.3", "client"): "Node's client has no limit of this size: it waits for the rest of the frame",
    ("12.4.3", "client"): _READS_ON,
    ("12.4.4", "client"): _READS_ON,
    ("12.4.7", "client"): "Node's client takes a ping with RSV1, which RFC 7692 forbids",
    ("12.5.1", "client"): "Node's client gives an empty message behind one whose last block is final",
}
#: The kinds of cases, by the sections of Autobahn.
SECTIONS = sorted({name.split(".")[0] for name in cases.CASES}, key=int)


@pytest.mark.parametrize("role", PLAYERS)
@pytest.mark.parametrize("section", SECTIONS)
@pytest_twisted.ensureDeferred
async def testAsInNode(section: str, role: str) -> None:
    names = [name for name in cases.CASES if name.split(".")[0] == section and (name, role) not in DIFFERENT]
    for start in range(0, len(names), 10):
        group = names[start : start + 10]
        found = await gatherResults([Deferred.fromCoroutine(PLAYERS[role](name)) for name in group])
        answers = dict(zip(group, found, strict=True))
        different = [name for name in group if not cases.isSame(answers[name], ANSWERS[name][role], role)]
        assert {name: answers[name] for name in different} == {name: ANSWERS[name][role] for name in different}


@pytest.mark.parametrize("name, role", [key for key in DIFFERENT if ANSWERS[key[0]][key[1]] is not None])
@pytest_twisted.ensureDeferred
async def testOtherwiseThanInNode(name: str, role: str) -> None:
    assert await PLAYERS[role](name) != ANSWERS[name][role]


def testEachCaseIsRecorded() -> None:
    assert list(ANSWERS) == list(cases.CASES)


@oracle.needsNode
@pytest.mark.skipif(bool(cases.whyNoWs()), reason=cases.whyNoWs())
def testTheRecordIsNodes() -> None:
    names = ["1.1.1", "2.4", "3.2", "5.19", "6.3.1", "7.9.1", "12.1.6"]
    assert cases.record(names) == {name: ANSWERS[name] for name in names}
