"""The diagnostics channels of `http`'s server side."""

from __future__ import annotations

from ...diagnostics_channel import channel

#: A request came: {"request": …, "response": …, "socket": …, "server": …}.
requestStart = channel("http.server.request.start")
#: A response was created: {"request": …, "response": …}.
responseCreated = channel("http.server.response.created")
#: A response was finished: as requestStart.
responseFinish = channel("http.server.response.finish")
