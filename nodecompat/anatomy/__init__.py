"""anatomy: see what a connection does.

Records a running program's steps and events and draws them:

    from nodecompat import anatomy

    with anatomy.record() as recording:
        ...
    print(recording.text())
"""

from __future__ import annotations

from .model import Connection, Entry, Recording, Source
from .recording import record

__all__ = ["Connection", "Entry", "Recording", "Source", "record"]
