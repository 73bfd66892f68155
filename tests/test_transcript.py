"""Every transcript of Node that was recorded is reproduced by a test."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import oracle
import pytest
import transcript

TESTS = Path(__file__).resolve().parent


def reproduced() -> set[str]:
    """The names that tests load, written out or as the name of a scenario's program (`netBasic`)."""
    found: set[str] = set()
    for path in set(TESTS.rglob("test_*.py")) - {Path(__file__).resolve()}:
        text = path.read_text("utf-8")
        found.update(re.findall(r"[\"']([a-z]+(?:-[a-z0-9]+)+)[\"']", text))
        programs = re.findall(r"^(?:async )?def (\w+)\(env: Env", text, re.MULTILINE)
        found.update(re.sub(r"([A-Z]|(?<=[a-z])\d+)", lambda m: "-" + m[0].lower(), name) for name in programs)
    return found


def recorded() -> list[str]:
    return sorted(path.stem for path in (TESTS / "data/transcripts").glob("*.json"))


@pytest.mark.parametrize("name", recorded())
def testEveryTranscriptIsReproduced(name: str) -> None:
    assert name in reproduced()


def testEveryTranscriptIsReadable() -> None:
    assert all(transcript.load(name).events for name in recorded())


@oracle.needsNode
def testTheRecorderRecordsTheSameAgain(tmp_path: Path) -> None:
    """Some that take no time; and it has a scenario for each."""
    names = ["events-listeners", "timers-order", "net-basic"]
    root = TESTS.parent
    node = oracle.findNode()
    assert node is not None
    command = [node, "--no-warnings", str(root / "tools/transcribe.cjs"), "--out", str(tmp_path), *names]
    done = subprocess.run(command, env={**os.environ, "RUNS": "1"}, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    for name in names:
        again, kept = (json.loads((folder / f"{name}.json").read_text()) for folder in (tmp_path, transcript.DIRECTORY))
        assert {**again, "node": "", "ordering": ""} == {**kept, "node": "", "ordering": ""}
    scenarios = oracle.evaluate(
        f"console.log(JSON.stringify(Object.keys(require({str(root / 'tools/transcribe_scenarios.cjs')!r}))));"
        "process.exit()"
    )
    assert sorted(scenarios) == recorded()
