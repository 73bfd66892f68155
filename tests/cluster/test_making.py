"""Which of the two a process is."""

from __future__ import annotations

import os

import pytest

from nodecompat.cluster.making import UNIQUE_ID, make


def testWithoutAChannelNoProcessIsAWorker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(UNIQUE_ID, "5")
    assert make().isPrimary
    assert UNIQUE_ID not in os.environ
