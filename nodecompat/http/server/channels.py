"""The diagnostics channels of `http`'s server side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...diagnostics_channel import channel

if TYPE_CHECKING:
    from ...diagnostics_channel import Channel

#: A request came: {"request": …, "response": …, "socket": …, "server": …}.
requestStart: Channel = channel("http.server.request.start")
#: A response was created: {"request": …, "response": …}.
responseCreated: Channel = channel("http.server.response.created")
#: A response was finished: as requestStart.
responseFinish: Channel = channel("http.server.response.finish")
