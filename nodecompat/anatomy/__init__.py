"""anatomy: see what a connection does.

Records a running program's steps and events and draws them:

    from nodecompat import anatomy

    with anatomy.record() as recording:
        ...
    print(recording.text())
"""

from __future__ import annotations

from .entries import Connection, Entry, Source
from .model import Recording
from .recording import record

__all__ = ["Connection", "Entry", "Recording", "Source", "record"]
