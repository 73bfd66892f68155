"""Goes through a log of JSON lines, plain or compressed, and keeps the lines that have all of the given values.

A line that is no JSON object is reported and left out; the exit code then is 1.

    python examples/ndjson.py log.ndjson.gz found.ndjson level=error user=7
    python examples/ndjson.py - - level=error < log.ndjson
"""

import gzip
import json
import sys

from nodecompat import process, run
from nodecompat.stream import pipeline

FROM, TO, *WANTED = sys.argv[1:]
WANTED = dict(each.split("=", 1) for each in WANTED)
LONGEST = 1_000_000  # characters of a line


def source():
    if FROM == "-":
        return sys.stdin
    return gzip.open(FROM, "rt", encoding="utf-8") if FROM.endswith(".gz") else open(FROM, encoding="utf-8")


def destination():
    return process.stdout if TO == "-" else open(TO, "w", encoding="utf-8")


async def lines(chunks):
    rest = ""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split("\n")
        for line in whole:
            yield line
        if len(rest) > LONGEST:
            raise ValueError("a line without an end")
    if rest:
        yield rest


async def records(lines):
    number = 0
    async for line in lines:
        number += 1
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError("not an object")
        except (ValueError, RecursionError) as error:
            print(f"line {number}: {error}", file=sys.stderr)
            process.exitCode = 1
        else:
            yield record


async def found(records):
    async for record in records:
        if all(name in record and str(record[name]) == value for name, value in WANTED.items()):
            yield json.dumps(record, ensure_ascii=False) + "\n"


def onEnd(error=None):
    if error is not None:
        print(f"{FROM}: {error}", file=sys.stderr)
        process.exitCode = 2


pipeline(source(), lines, records, found, destination(), onEnd)
run()
