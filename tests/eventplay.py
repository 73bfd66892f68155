"""Plays streams of `tools/fuzz_events.py`: chunks of text/event-stream, and what an EventSource makes of them."""

from __future__ import annotations

from typing import Any

from nodecompat.web.eventstream import EventStream


def play(chunks: list[str]) -> dict[str, Any]:
    """The events, the time before the next connection, and the id that is sent with it."""
    stream = EventStream()
    events: list[Any] = []
    retry, lastEventId = 3000, ""
    for chunk in chunks:
        for event in stream.feed(chunk.encode("latin-1")):
            if event.id is not None:
                lastEventId = event.id
            if event.retry is not None:
                retry = event.retry
            if event.data is not None:
                events.append([event.type or "message", event.data, lastEventId])
    return {"events": events, "retry": retry, "lastEventId": lastEventId}
