"""anatomy: see what a connection does.

Records a running program's steps and events and draws them:

    from nodecompat import anatomy

    with anatomy.record() as recording:
        ...
    print(recording.text())

`compare(good, bad)` shows what differs between two recordings.
"""

from __future__ import annotations

from .compare import Comparison, compare
from .entries import Connection, Entry, Source
from .model import Recording
from .recording import record

__all__ = ["Comparison", "Connection", "Entry", "Recording", "Source", "compare", "record"]
