"""The recording as a Mermaid diagram."""

from __future__ import annotations

import re

from anatomycases import synthetic

from nodecompat.anatomy import mermaid


def testMermaidKeepsItsGrammar() -> None:
    text = synthetic(16).mermaid()
    lines = text.splitlines()
    assert lines[0] == "sequenceDiagram"
    assert "GET /#59;#35;x" in text
    for line in lines[1:]:
        assert re.match(r"    (participant L\d as |Note over L\d: |L\d(->>|-x)L\d: )", line), line


def testLinesSayWhoseTheyAre() -> None:
    lines = mermaid.draw(synthetic(8)).splitlines()
    assert "    L1->>L2: connect → EINPROGRESS 127.0.0.1:80 [2]" in lines
    assert "    Note over L0: onData [1]" in lines
    assert "    Note over L4: nextTick later" in lines
    assert "    L2-xL3: recv → ECONNRESET [3]" in lines


def testALabelStaysInItsLine() -> None:
    recording = synthetic(1)
    recording.entries[0].detail = "a\nend\nb"
    assert "connect a end b [2]" in mermaid.draw(recording)


def testWhatIsMissingIsANote() -> None:
    recording = synthetic(25, limit=10)
    assert mermaid.draw(recording).splitlines()[-1] == "    Note over L0: 15 older entries were dropped"
