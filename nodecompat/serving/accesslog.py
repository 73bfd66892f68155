"""Access logs of http servers: a line for each request, in the combined format of Apache and nginx, or as JSON.

A line is written when the response is complete or the connection broke. What a client sends is escaped so that it
cannot forge a line or a field. `write` gets whole lines; `logfile.py` stores them.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

#: Characters that need no escape within quotation marks.
_unsafe = re.compile(r"[^ !#-\[\]-~]")
_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Exchange:
    """One request and its response.

    Attributes:
        time: when the request arrived, seconds since 1970; duration: milliseconds until the response ended.
        remoteAddress, method, url, httpVersion, referer, userAgent: of the request; None where there is none.
        status: of the response, None if nothing was sent.
        bytes: sent of the response, without its head but with chunk framing, as in nginx.
        complete: False when the connection broke before everything was sent.
    """

    __slots__ = (
        "_began_",
        "_log_",
        "_res_",
        "_sentBefore_",
        "_socket_",
        "bytes",
        "complete",
        "duration",
        "httpVersion",
        "method",
        "referer",
        "remoteAddress",
        "status",
        "time",
        "url",
        "userAgent",
    )

    def __init__(self, log: AccessLog, req: Any, res: Any) -> None:
        self.time: float = time.time()
        self._began_ = time.perf_counter()
        self._log_ = log
        self._res_ = res
        headers = req.headers
        address: str | None = req.socket.remoteAddress
        # A server on "::" sees IPv4 peers in this form; log readers expect the bare address.
        self.remoteAddress: str | None = None if address is None else address.removeprefix("::ffff:")
        self.method: str = req.method
        self.url: str = req.url
        self.httpVersion: str = req.httpVersion
        self.referer: str | None = headers.get("referer")
        self.userAgent: str | None = headers.get("user-agent")
        self.status: int | None = None
        self.bytes: int = 0
        self.duration: float = 0.0
        self.complete: bool = False
        self._socket_ = req.socket
        self._sentBefore_: int | None = None
        if res.socket is not None:
            self._onSocket_()
        else:  # pipelined behind another one
            res.once("socket", self._onSocket_)
        res.once("prefinish", self._onPrefinish_)
        res.once("close", self._onClose_)

    def _onSocket_(self) -> None:
        self._sentBefore_ = self._socket_.bytesWritten

    def _onPrefinish_(self) -> None:
        """All of it is in the socket, and nothing of the next response yet."""
        self._count_()
        self.complete = True

    def _count_(self) -> None:
        res = self._res_
        if self._sentBefore_ is not None and res.headersSent:
            sent = self._socket_.bytesWritten - self._sentBefore_
            self.bytes = max(0, sent - len(res._header))
            self.status = res.statusCode if sent else None

    def _onClose_(self) -> None:
        if not self.complete:
            self._count_()
        self.complete = self.complete and self._res_.writableFinished
        self.duration = (time.perf_counter() - self._began_) * 1000
        self._log_.write(self._log_.format(self) + "\n")


class AccessLog:
    """Watches http servers.

    Args:
        write: called with each line.
        format: formats an Exchange as a line: `combined`, `asJSON`, or your own.
    """

    __slots__ = ("format", "write")

    def __init__(self, write: Callable[[str], object], format: Callable[[Exchange], str] | None = None) -> None:
        self.write: Callable[..., Any] = write
        self.format: Callable[..., Any] = format if format is not None else combined

    def watch(self, server: Any) -> None:
        """Start logging this server's requests."""
        server.prependListener("request", self._onRequest_)

    def _onRequest_(self, req: Any, res: Any) -> None:
        Exchange(self, req, res)


def combined(exchange: Exchange) -> str:
    """The combined log format; times are UTC, unknown values are `-`."""
    request = f"{exchange.method} {exchange.url} HTTP/{exchange.httpVersion}"
    return (
        f"{exchange.remoteAddress or '-'} - - [{_clockTime(exchange.time)}] {_quoted(request)} "
        f"{exchange.status or '-'} {exchange.bytes or '-'} {_quoted(exchange.referer)} {_quoted(exchange.userAgent)}"
    )


def asJSON(exchange: Exchange) -> str:
    """An object per line; unknown values are null."""
    seconds = int(exchange.time)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return json.dumps(
        {
            "time": f"{stamp}.{int((exchange.time - seconds) * 1000):03}Z",
            "remoteAddress": exchange.remoteAddress,
            "method": exchange.method,
            "url": exchange.url,
            "httpVersion": exchange.httpVersion,
            "status": exchange.status,
            "bytes": exchange.bytes,
            "duration": round(exchange.duration, 3),
            "referer": exchange.referer,
            "userAgent": exchange.userAgent,
            "complete": exchange.complete,
        }
    )


#: What `--access-format` takes.
FORMATS: dict[str, Callable[[Exchange], str]] = {"combined": combined, "json": asJSON}


def _quoted(text: str | None) -> str:
    return '"-"' if text is None else f'"{_unsafe.sub(_escaped, text)}"'


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    if character in '"\\':
        return "\\" + character
    # The input is bytes, decoded as latin-1.
    return "".join(f"\\x{byte:02x}" for byte in character.encode("latin-1", "backslashreplace"))


_second = 0
_secondText = ""


def _clockTime(moment: float) -> str:
    """The time in Apache's format, in UTC; cached for a second."""
    global _second, _secondText
    if int(moment) != _second:
        _second = int(moment)
        year, month, day, hour, minute, second, *_ = time.gmtime(_second)
        _secondText = f"{day:02}/{_MONTHS[month]}/{year}:{hour:02}:{minute:02}:{second:02} +0000"
    return _secondText
