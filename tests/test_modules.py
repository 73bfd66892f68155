"""docs/modules.md: a row for each module of Node, and what a row says to import is there."""

from __future__ import annotations

import re
from pathlib import Path

import oracle
import pytest
import suite

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "modules.md").read_text("utf-8")
ROWS = [line.strip("|").split(" | ") for line in TEXT.splitlines() if line.startswith("| `")]
IMPORTS = re.findall(r"`(from nodecompat import \w+)`", TEXT)


def testEachRowHasThreeParts() -> None:
    assert [row for row in ROWS if len(row) != 3] == []


@pytest.mark.parametrize("statement", IMPORTS)
def testWhatARowSaysCanBeImported(statement: str) -> None:
    if statement.split()[-1] in ("tls", "https") and suite.whyNoTLS():
        pytest.skip(suite.whyNoTLS())
    exec(statement, {})


@oracle.needsNode
def testEachModuleOfNodeHasARow() -> None:
    program = "require('module').builtinModules.filter((name) => !/^_|^constants$/.test(name))"
    names = oracle.evaluate(f"console.log(JSON.stringify({program}))")
    assert [name for name in names if not any(f"`{name}`" in row[0] for row in ROWS)] == []
