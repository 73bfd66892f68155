"""Every transcript of Node that was recorded is reproduced by a test, or stands here with the reason why not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import transcript

TESTS = Path(__file__).resolve().parent
#: The modules tls and https do not exist yet.
WAITING = {"https-get", "tls-connect", "tls-plain-client", "tls-untrusted"}


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
    assert (name in reproduced()) is (name not in WAITING)


def testEveryTranscriptIsReadable() -> None:
    assert all(transcript.load(name).events for name in recorded())
