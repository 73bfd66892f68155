"""Reads a table in CSV, row by row, into a database: as a whole or not at all.

    python examples/csv_import.py people.csv people.db

The file may be compressed. Its first line has the names of the columns.
"""

import csv
import gzip
import sqlite3
import sys
from pathlib import Path

from nodecompat import process, run
from nodecompat.stream import pipeline

FROM, TO = map(Path, sys.argv[1:])
TABLE = FROM.name.partition(".")[0]
LONGEST = 100_000  # characters of a row
TOGETHER = 500  # rows


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def parsed(text, line):
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        raise ValueError(f"line {line}: {error}") from None


async def rows(chunks):
    """Each row and the line in which it ends. A row goes on while a quotation mark is open."""
    row, rest, line = "", "", 0
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split("\n")
        for each in lines:
            line += 1
            row += each + "\n"
            if row.count('"') % 2 == 0:
                yield line, parsed(row, line)
                row = ""
        if len(row) + len(rest) > LONGEST:
            raise ValueError(f"line {line + 1}: the row has no end")
    if row or rest:
        yield line + 1, parsed(row + rest, line + 1)


async def checked(rows):
    """The names of the columns, then the rows, which have as many fields."""
    names = None
    async for line, row in rows:
        if not row:  # an empty line
            continue
        if names is None:
            names = row
        elif len(row) != len(names):
            raise ValueError(f"line {line}: {len(row)} fields instead of {len(names)}")
        yield row
    if names is None:
        raise ValueError("there are no names of columns")


async def insert(rows):
    """Write the rows, and tell how many."""
    database = sqlite3.connect(TO, isolation_level=None)
    try:
        database.execute("BEGIN")
        count = await insertAll(database, rows)
        database.execute("COMMIT")
    finally:
        database.close()  # what was not committed is undone
    return count


async def insertAll(database, rows):
    count, statement, waiting = 0, "", []
    async for row in rows:
        if not statement:
            names = ", ".join(map(quoted, row))
            database.execute(f"CREATE TABLE {quoted(TABLE)} ({names})")
            statement = f"INSERT INTO {quoted(TABLE)} VALUES ({', '.join('?' * len(row))})"
            continue
        waiting.append(row)
        count += 1
        if len(waiting) == TOGETHER:
            database.executemany(statement, waiting)
            waiting.clear()
    database.executemany(statement, waiting)
    return count


def onEnd(error=None, count=None):
    if error is None:
        print(f"{count} rows")
    else:
        print(f"{FROM}: {error}", file=sys.stderr)
        process.exitCode = 1


unpack = gzip.open if FROM.suffix == ".gz" else open
pipeline(unpack(FROM, "rt", encoding="utf-8-sig", newline=""), rows, checked, insert, onEnd)
run()
