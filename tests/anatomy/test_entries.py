"""Entries, places and connections: what they say in one line."""

from __future__ import annotations

import pytest
from anatomycases import synthetic

from nodecompat.anatomy.entries import KERNEL, LANES, Connection, Entry, Source


def testLabels() -> None:
    labels = [entry.label for entry in synthetic(4).entries]
    assert labels == ["connect → EINPROGRESS 127.0.0.1:80", "'data' 17 bytes", "onData", "write('</script> <b>&\"')"]


@pytest.mark.parametrize(
    ("kind", "name", "failed"),
    [("error", "recv", True), ("event", "error", True), ("event", "data", False), ("call", "error", False)],
)
def testWhatIsAFailure(kind: str, name: str, failed: bool) -> None:
    assert Entry(1, 0.0, kind, name, KERNEL, KERNEL).failed is failed


def testPlacesAndConnections() -> None:
    assert str(Source("app.py", 7, "onData")) == "app.py:7"
    assert Connection(3, "127.0.0.1:5", "/tmp/s").label == "#3 127.0.0.1:5 → /tmp/s"
    assert LANES[KERNEL] == "kernel"
