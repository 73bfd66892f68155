"""The web's own HTTP interface, globals in Node: fetch, Headers, Request, Response, FormData, Blob, File,
EventSource, WebSocket, MessageEvent, CloseEvent, ErrorEvent.

The requests of `fetch` go through `reactor/twisted/httpclient.py`, not through our `http`: a web client needs a pool,
redirects and decompression, and no events.

Node: https://nodejs.org/api/globals.html#fetch
"""

from ..blob import Blob, File
from .events import CloseEvent, CloseEventInit, ErrorEvent, ErrorEventInit, MessageEvent, MessageEventInit
from .eventsource import EventSource, EventSourceInit, EventSourceNodeInit
from .fetching import fetch
from .formdata import FormData
from .headers import Headers
from .request import Request, RequestInit
from .response import Response, ResponseInit
from .websocket import WebSocket, WebSocketInit

__all__ = [
    "Blob",
    "CloseEvent",
    "CloseEventInit",
    "ErrorEvent",
    "ErrorEventInit",
    "EventSource",
    "EventSourceInit",
    "EventSourceNodeInit",
    "File",
    "FormData",
    "Headers",
    "MessageEvent",
    "MessageEventInit",
    "Request",
    "RequestInit",
    "Response",
    "ResponseInit",
    "WebSocket",
    "WebSocketInit",
    "fetch",
]
