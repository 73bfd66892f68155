"""Random options of a server and a client: ours against Node.

Node's side of the recorded ones is from `python tools/fuzz_tls.py --programs 500 --seed 26 --record FILE`; the same
program plays others, with one side or both in Node.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import oracle
import pytest
import pytest_twisted
from tls.bed import PORT, bed
from toolloader import load

from nodecompat.reactor.tls.session import lib

fuzz = load("fuzz_tls")
DATA = Path(__file__).parents[1] / "data" / "tls-options.jsonl.gz"
LINES = gzip.decompress(DATA.read_bytes()).decode().splitlines()
PARTS = 10
#: An older cryptography knows a few groups only, and one at a time.
KNOWS_GROUPS = hasattr(lib, "SSL_CTX_set1_curves_list")


@pytest.mark.parametrize("part", range(PARTS))
def testRecordedOptions(part: int) -> None:
    wrong: list[Any] = []
    for line in LINES[part::PARTS]:
        case = json.loads(line)
        test = case["test"]
        if not KNOWS_GROUPS and "ecdhCurve" in {**test["server"], **test["client"]}:
            continue
        ours, theirs = fuzz.comparable(fuzz.play(test), test), fuzz.comparable(case["outcome"], test)
        if ours != theirs:
            wrong.append((test, theirs, ours))
    assert wrong == []


#: Recorded by tests/hellocases.cjs.
HELLOS = gzip.decompress((DATA.parent / "tls-hellos.txt.gz").read_bytes()).decode().splitlines()
#: What OpenSSL 3.5, in Node, says, and what other releases may say instead.
OTHER_WORDS = {
    "ERR_SSL_DATA_LENGTH_TOO_LONG": "ERR_SSL_WRONG_VERSION_NUMBER",
    "ERR_SSL_LENGTH_MISMATCH": "ERR_SSL_WRONG_VERSION_NUMBER",
    "ERR_SSL_LENGTH_TOO_SHORT": "ERR_SSL_BAD_EXTENSION",
    "ERR_SSL_NO_SHARED_CIPHER": "ECONNRESET",
    "ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM": "ERR_SSL_NO_SHARED_CIPHER",
}


def testMutatedHellosHaveNodesCodes() -> None:
    wrong: list[Any] = []
    with bed() as it:
        for line in HELLOS:
            data, code = line.split()
            it.log.clear()
            peer = it.net.connect(PORT)
            peer.send(bytes.fromhex(data))
            it.net.run()
            peer.end()
            it.net.run()
            peer.close()
            it.net.run()
            allowed = [f"server tlsClientError {each}" for each in (code, OTHER_WORDS.get(code))]
            if it.log[-1] not in allowed:
                wrong.append((line, it.log[-1]))
    assert wrong == []


@oracle.needsNode
def testOptionsAreNodes() -> None:
    assert fuzz.run(oracle.findNode(), 80, 1) == []


@oracle.needsNode
@pytest_twisted.ensureDeferred
async def testOneSideIsNode() -> None:
    """Whichever it is, both come to what they come to when both are."""
    assert await fuzz.runCross(oracle.findNode(), 40, 2) == []
