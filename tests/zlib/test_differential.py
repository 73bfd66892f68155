"""zlib against Node, on random data."""

from __future__ import annotations

import base64
import json
import random

import cases
import oracle
import zlibcases

from nodecompat import zlib


@oracle.needsNode
def testFreshCases() -> None:
    assert zlibcases.wrong(cases.fresh("zlib", 2000)) == []


@oracle.needsNode
@zlibcases.needsLater
def testFreshCasesOfBrotliAndZstandard() -> None:
    assert zlibcases.wrong(cases.fresh("later", 500)) == []


@oracle.needsNode
def testNodeReadsWhatIsWrittenHere() -> None:
    written = []
    for seed in range(40):
        choose = random.Random(seed)
        data = b"".join(
            choose.choice([b"some words ", bytes([choose.randrange(256)])]) for _ in range(choose.randrange(300))
        )
        writer, reader = choose.choice(
            [("gzipSync", "gunzipSync"), ("deflateSync", "inflateSync"), ("deflateRawSync", "inflateRawSync")]
        )
        options = {
            "level": choose.randint(-1, 9),
            "windowBits": choose.randint(9, 15),
            "strategy": choose.randint(0, 4),
        }
        packed = getattr(zlib, writer)(data, options)
        written.append([reader, base64.b64encode(packed).decode(), base64.b64encode(data).decode()])
    program = (
        f"const written = JSON.parse({json.dumps(json.dumps(written))});"
        "console.log(JSON.stringify(written.map(([reader, packed, data]) =>"
        " require('zlib')[reader](Buffer.from(packed, 'base64')).toString('base64') === data)))"
    )
    assert oracle.evaluate(program) == [True] * 40
