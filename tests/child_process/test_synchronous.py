"""The synchronous functions, where they are not compared with Node in tests/comparisons/child_process.py."""

from __future__ import annotations

import pytest

from nodecompat import child_process as cp
from nodecompat.errors import NodeError


def testAnErrorOutputGoesToOursUnlessStdioIsGiven(capsys: pytest.CaptureFixture[str]) -> None:
    cp.execSync("echo told >&2")
    cp.execFileSync("sh", ["-c", "echo told too >&2"], encoding="utf8")
    cp.execSync("echo quiet >&2", stdio="pipe")
    assert capsys.readouterr().err == "told\ntold too\n"


def testTheErrorHasEverythingTheRecordHas() -> None:
    with pytest.raises(NodeError, match="Command failed: exit 3") as caught:
        cp.execSync("exit 3", stdio="pipe", encoding="utf8")
    error = caught.value
    assert (error.status, error.stdout, error.output) == (3, "", [None, "", ""])  # type: ignore[attr-defined]


def testTheRecordHasAttributesByName() -> None:
    found = cp.spawnSync("echo", ["x"])
    assert (found["status"], found.stdout, found.error) == (0, b"x\n", None)
