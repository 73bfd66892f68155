"""The page of a running program, live: served on loopback by nodecompat's own http, fed by server-sent events.

The page's own traffic is not recorded.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .. import http, timers
from . import page
from .entries import Entry
from .recorder import Recorder
from .recording import ignoreHandle

_HOST = "127.0.0.1"
#: Milliseconds between pushes: the most an entry is delayed.
_INTERVAL = 100
#: Entries per push; the rest waits for the next.
_BATCH = 2_000


class Live:
    """The server of one recording."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._waiting: list[Entry] = []
        self._watchers: set[Any] = set()
        recorder.onentry = self._onEntry
        self.server: http.Server = http.createServer(self._onRequest)

    def start(self, port: int, onlisten: Callable[[str], object]) -> None:
        """Listen; `onlisten(url)` follows."""

        def onListening() -> None:
            ignoreHandle(self.server._handle)
            address: Any = self.server.address()
            onlisten(f"http://{_HOST}:{address.port}/")

        self.server.once("listening", onListening)
        self.server.listen(port, _HOST)
        timers.setInterval(self._push, _INTERVAL).unref()

    def _onEntry(self, entry: Entry) -> None:
        if self._watchers:
            self._waiting.append(entry)
            # A watcher that falls behind sees the newest; the recording has the rest.
            del self._waiting[: -self._recorder.recording.limit]

    def _onRequest(self, req: Any, res: Any) -> None:
        # A page of another origin must not read the recording through the user's browser.
        if req.headers.get("host", "").rpartition(":")[0] not in (_HOST, "localhost"):
            res.writeHead(403, {"Content-Type": "text/plain"})
            res.end("this page is for this machine only\n")
        elif req.url == "/":
            res.writeHead(200, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"})
            res.end(page.draw(self._recorder.recording, live="/events"))
        elif req.url == "/events":
            res.writeHead(200, {"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
            res.flushHeaders()
            self._watchers.add(res)
            res.on("close", lambda: self._watchers.discard(res))
        else:
            res.writeHead(404, {"Content-Type": "text/plain"})
            res.end("no such page\n")

    def _push(self) -> None:
        if not self._waiting:
            return
        entries, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
        whole = self._recorder.recording.toJson(entries)
        news = {key: whole[key] for key in ("entries", "connections", "sources", "dropped", "skipped")}
        text = f"data: {json.dumps(news, ensure_ascii=False)}\n\n"
        for watcher in list(self._watchers):
            watcher.write(text)


def start(recorder: Recorder, port: int, onlisten: Callable[[str], object]) -> Live:
    """Serve a recording while it grows."""
    live = Live(recorder)
    live.start(port, onlisten)
    return live
